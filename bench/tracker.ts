/**
 * The figures that a task tracker was promised: 1,000 durations parsed in
 * 0.8 ms, 1,000 formatted in 0.6 ms, the week statistics of 10,000 tasks in
 * 8 ms, the time series of 10,000 events in 4 ms, and 10,000 rows parsed,
 * formatted and collected in 25 ms. Each through the public function that a
 * tracker would call, with the engine that is chosen by itself.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import type { Work } from "../src/budget/mod.ts";
import { formatDurations, parseDurations } from "../src/duration/mod.ts";
import { Random } from "./data/_random.ts";
import type { BenchCase } from "./suite.ts";

/** A promised figure. */
interface Promised {
  readonly id: string;
  /** The operation that it is about; the case exists if that does. */
  readonly operation: string;
  /** The time that was promised, in milliseconds. */
  readonly promisedMs: number;
  readonly prepare: () => Promise<Work>;
}

const CASES: readonly Promised[] = [
  {
    id: "tracker.parse.1000",
    operation: "duration.parse",
    promisedMs: 0.8,
    prepare: () => Promise.resolve(parsing(1000)),
  },
  {
    id: "tracker.format.1000",
    operation: "duration.format",
    promisedMs: 0.6,
    prepare: () => Promise.resolve(formatting(1000)),
  },
  {
    id: "tracker.week.10000",
    operation: "stats.week",
    promisedMs: 8,
    prepare: () => weekStatistics(10_000),
  },
  {
    id: "tracker.timeline.10000",
    operation: "series.timeline",
    promisedMs: 4,
    prepare: () => timeSeries(10_000),
  },
  {
    id: "tracker.bulk.10000",
    operation: "duration.parse",
    promisedMs: 25,
    prepare: () => Promise.resolve(bulk(10_000)),
  },
];

/**
 * The tracker's figures as benchmarks.
 *
 * @param operations The operations of the catalogue.
 * @returns A case for each figure whose operation exists.
 */
export function trackerCases(operations: readonly string[]): BenchCase[] {
  return CASES.filter(({ operation }) => operations.includes(operation))
    .map(({ id, promisedMs, prepare }) => ({
      id,
      group: id,
      isBaseline: true,
      needsNative: false,
      promisedMs,
      prepare,
    }));
}

/** `HH:MM:SS` as a tracker stores it. */
function clock(seconds: number): string {
  const two = (value: number) => String(value).padStart(2, "0");
  const minutes = Math.floor(seconds / 60);
  return `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}:${
    two(seconds % 60)
  }`;
}

function clocks(rows: number): string[] {
  const random = new Random(2026);
  return Array.from({ length: rows }, () => clock(random.below(86_400)));
}

function parsing(rows: number): Work {
  const texts = clocks(rows);
  assertEquals(formatDurations(parseDurations(texts)), texts);
  return () => parseDurations(texts);
}

function formatting(rows: number): Work {
  const values = parseDurations(clocks(rows));
  return () => formatDurations(values);
}

/** Parse, format and collect into objects. */
function bulk(rows: number): Work {
  const texts = clocks(rows);
  const collect = () => {
    const values = parseDurations(texts);
    const shown = formatDurations(values);
    return shown.map((text, row) => ({ text, ms: values.value(row) }));
  };
  assertEquals(collect().map(({ text }) => text), texts);
  return collect;
}

async function weekStatistics(rows: number): Promise<Work> {
  const random = new Random(47);
  const tasks = Array.from({ length: rows }, (_, id) => ({
    id,
    week: 1 + random.below(52),
    duration: random.below(36_000),
    score: random.below(5) === 0 ? null : 1 + random.below(5),
    project: ["web", "api", "docs", null][random.below(4)]!,
  }));
  const { week } = await areaOf<
    { week(tasks: unknown): { totalTasks: number }[] }
  >(
    "stats",
  );
  const counted = week(tasks).reduce((sum, one) => sum + one.totalTasks, 0);
  assertEquals(counted, rows);
  return () => week(tasks);
}

async function timeSeries(rows: number): Promise<Work> {
  const random = new Random(11);
  const events = Array.from({ length: rows }, () => ({
    timestamp: new Date(Date.UTC(2026, 0, 1) + random.below(365 * 86_400) * 1e3)
      .toISOString().replace(".000", ""),
    change: random.below(21) - 10,
  }));
  const { timelineSync } = await areaOf<
    { timelineSync(events: unknown): { numRows: number } }
  >("series");
  const times = new Set(events.map((event) => event.timestamp));
  assertEquals(timelineSync(events).numRows, times.size);
  return () => timelineSync(events);
}

/** An area by its name: loaded where its operation is in the catalogue. */
async function areaOf<T>(area: string): Promise<T> {
  const url = new URL(`../src/${area}/mod.ts`, import.meta.url);
  return await import(url.href) as T;
}
