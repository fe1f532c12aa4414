/**
 * A task tracker's five cases against plain Python as its author would write
 * it (`python/tracker.py`): inside one Python process and inside this one,
 * each side the shortest of many runs, answers compared. Ours are the public
 * calls on the engine that they choose. The factors are those promised to the
 * tracker.
 *
 * @module
 */

import { assertAlmostEquals } from "@std/assert";
import {
  formatDurations,
  parseDurations,
  readCsvSync,
  type Table,
  type Task,
  type TimelineEvent,
  timelineSync,
  week,
  weekColumnsSync,
  writeCsvSync,
} from "../../mod.ts";
import { Random } from "../data/_random.ts";
import { type Limit, Timed, type VersusCase } from "./_case.ts";
import { programVersion } from "./_process.ts";
import { PythonTracker } from "./_python.ts";

const PAIRS = 12;

/** Milliseconds that a side runs over and over in a pair. */
const RUN_MS = 40;

/** One process for all cases. */
let tracker: PythonTracker | undefined;

/** A case as it is told here. */
interface Tracked {
  /** What is done. */
  readonly name: string;
  /** Its name in `tracker.py`. */
  readonly python: string;
  readonly promised: number;
  readonly note?: string;
  /** The data for Python, our call, and its answer as Python gives it. */
  readonly prepare: () => {
    readonly data: unknown;
    readonly call: () => unknown;
    readonly plain: (answer: unknown) => unknown;
  };
}

function caseOf(tracked: Tracked): VersusCase {
  const { python, promised, note } = tracked;
  return {
    name: `tracker: ${tracked.name}`,
    rival: "plain Python",
    target: 1 / promised,
    pairs: PAIRS,
    ...(note === undefined ? {} : { note }),
    rivalVersion: () => programVersion(["python3", "--version"]),
    async prepare() {
      const { data, call, plain } = tracked.prepare();
      const process = tracker ??= new PythonTracker();
      await process.give(python, data);
      const expected = await process.answer(python);
      let [oursMs, theirsMs] = [Infinity, Infinity];
      return {
        ours() {
          const timed = shortest(call);
          oursMs = Math.min(oursMs, timed.ms);
          return Promise.resolve(timed);
        },
        async theirs() {
          const ms = await process.run(python, RUN_MS);
          theirsMs = Math.min(theirsMs, ms);
          return new Timed(ms, expected);
        },
        equal: (ours, theirs) => isSame(plain(ours), theirs),
        limits: (): Limit[] => [{
          what: "times as fast as Python",
          value: theirsMs / oursMs,
          min: promised,
        }],
      };
    },
  };
}

function shortest(call: () => unknown): Timed {
  let ms = Infinity;
  let answer: unknown;
  const end = performance.now() + RUN_MS;
  for (let runs = 0; runs < 3 || performance.now() < end; runs++) {
    const start = performance.now();
    answer = call();
    ms = Math.min(ms, performance.now() - start);
  }
  return new Timed(ms, answer);
}

/** Equal but for the last bits of sums in another order. */
function isSame(one: unknown, other: unknown): boolean {
  if (typeof one === "number" && typeof other === "number") {
    try {
      assertAlmostEquals(one, other, 1e-12 * Math.abs(other));
      return true;
    } catch {
      return false;
    }
  }
  if (typeof one !== "object" || one === null) return one === other;
  if (typeof other !== "object" || other === null) return false;
  const entries = Object.entries(one);
  return entries.length === Object.keys(other).length &&
    entries.every(([key, value]) =>
      isSame(value, (other as Record<string, unknown>)[key])
    );
}

function clockTexts(rows: number): string[] {
  const random = new Random(18);
  const two = (limit: number) => String(random.below(limit)).padStart(2, "0");
  return Array.from(
    { length: rows },
    (_, row) =>
      row % 50 === 0
        ? random.pick(["", "-", "1h", "12:00:00:00"])
        : `${two(30)}:${two(60)}:${two(60)}`,
  );
}

function taskObjects(rows: number): Task[] {
  const random = new Random(19);
  return Array.from({ length: rows }, (_, id) => ({
    id,
    week: 1 + random.below(52),
    duration: random.below(40_000),
    score: random.below(4) === 0 ? null : 1 + random.below(5),
    project: random.below(4) === 0 ? null : `project ${random.below(40)}`,
    audited: null,
  }));
}

/** Events of a year, by the minute: some fall on the same one. */
function eventTexts(rows: number): (TimelineEvent & { timestamp: string })[] {
  const random = new Random(20);
  const first = Date.UTC(2026, 0, 1);
  return Array.from({ length: rows }, () => ({
    timestamp: new Date(first + random.below(365 * 24 * 60) * 60_000)
      .toISOString().slice(0, 19),
    change: random.below(21) - 10,
  }));
}

const PARSE: Tracked = {
  name: "parse 1,000 durations",
  python: "parse",
  promised: 18.7,
  prepare() {
    const texts = clockTexts(1000);
    return {
      data: texts,
      call: () => parseDurations(texts, { preset: "tracker" }),
      plain: (answer) =>
        Array.from(
          (answer as ReturnType<typeof parseDurations>).data,
          (ms) => Number(ms) / 1000,
        ),
    };
  },
};

const FORMAT: Tracked = {
  name: "format 1,000 durations",
  python: "format",
  promised: 20,
  prepare() {
    const random = new Random(21);
    const seconds = Array.from({ length: 1000 }, () => random.below(300_000));
    const milliseconds = seconds.map((value) => value * 1000);
    return {
      data: seconds,
      call: () => formatDurations(milliseconds),
      plain: (answer) => answer,
    };
  },
};

const WEEK_OBJECTS: Tracked = {
  name: "week statistics of 10,000 tasks as objects",
  python: "week",
  promised: 10.6,
  prepare() {
    const tasks = taskObjects(10_000);
    return { data: tasks, call: () => week(tasks), plain: (answer) => answer };
  },
};

const WEEK_COLUMNS: Tracked = {
  name: "week statistics of 10,000 tasks in columns",
  python: "week",
  promised: 10.6,
  note: "ours has the tasks as a file's columns, Python as dicts",
  prepare() {
    const tasks = taskObjects(10_000);
    const table = readCsvSync(writeCsvSync(tasks));
    return {
      data: tasks,
      call: () => weekColumnsSync(table),
      plain: (answer) => answer,
    };
  },
};

const SERIES_OBJECTS: Tracked = {
  name: "time series of 10,000 events as objects",
  python: "series",
  promised: 11.2,
  prepare() {
    const events = eventTexts(10_000);
    const dated = events.map(({ timestamp, change }) => ({
      timestamp: new Date(`${timestamp}Z`),
      change,
    }));
    return {
      data: events,
      call: () => timelineSync(dated),
      plain: timelineRows,
    };
  },
};

const SERIES_COLUMNS: Tracked = {
  name: "time series of 10,000 events in columns",
  python: "series",
  promised: 11.2,
  note: "ours has the events as a file's columns, Python as dicts",
  prepare() {
    const events = eventTexts(10_000);
    const table = readCsvSync(writeCsvSync(events));
    return {
      data: events,
      call: () => timelineSync(table),
      plain: timelineRows,
    };
  },
};

function timelineRows(answer: unknown): unknown {
  return (answer as Table).toObjects().map(({ timestamp, change, total }) => [
    String(timestamp).slice(0, 19),
    Number(change),
    Number(total),
  ]);
}

const BULK: Tracked = {
  name: "bulk: parse, format and collect 10,000 rows",
  python: "bulk",
  promised: 8,
  prepare() {
    const texts = clockTexts(10_000);
    return {
      data: texts,
      call() {
        const { data } = parseDurations(texts, { preset: "tracker" });
        return formatDurations(data).map((text, row) => ({
          seconds: Number(data[row]) / 1000,
          text,
        }));
      },
      plain: (answer) => answer,
    };
  },
};

/** The comparisons with plain Python. */
export const CASES: readonly VersusCase[] = [
  PARSE,
  FORMAT,
  WEEK_OBJECTS,
  WEEK_COLUMNS,
  SERIES_OBJECTS,
  SERIES_COLUMNS,
  BULK,
].map(caseOf);
