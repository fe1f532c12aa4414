/**
 * Timelines: changes at points in time, merged in order, with their running
 * total.
 *
 * @module
 */

import { engineFor, engineForAsync, type Native, recover } from "../backend.ts";
import { Pace } from "../pace.ts";
import type { Column } from "../table/column.ts";
import { Table } from "../table/table.ts";
import { checkClock } from "./_clock.ts";
import { type Events, eventsOf, type TimelineInput } from "./_events.ts";
import { fill } from "./_fill.ts";
import { BY_HOUR, type Job, type Rows, sumColumn, timeColumn } from "./_job.ts";
import { utcOf } from "./_local.ts";
import { rolling } from "./_rolling.ts";
import { rangeOf } from "./_times.ts";
import { timelineNative, timelineNativeAsync } from "./_timeline_native.ts";
import { timelineTs } from "./_timeline_ts.ts";
import { type Types, typesOf } from "./_types.ts";
import { checkZone, UTC_TABLE, zoneTable } from "./_zone.ts";
import {
  checkTimelineOptions,
  type TimelineOptions,
  type TimelineSettings,
  type TimelineShape,
  type TimelineSyncOptions,
} from "./options.ts";

/** The kernel's name for the backend. */
const KERNEL = "series.timeline";

/**
 * One row per timestamp, in order, with the sum of the changes at it and the
 * running total; or one row per hour, day, ISO week, month, quarter or year
 * of a time zone. Events come in any order; those with the same timestamp (or
 * in the same period) merge.
 *
 * The columns of the result:
 *
 * - `timestamp`: the timestamp, or the period's start: a timestamp for hours,
 *   a date for days and longer.
 * - `type`, with `perType`: rows are in the order of time, then of type (by
 *   UTF-8 bytes, null last).
 * - `change`: the sum of the period's changes; i64 if the changes are
 *   integers, and then exact, else f64. A null change counts as 0.
 * - `total`: the sum of all changes up to and with this row.
 * - `sum7` and `mean7` for `rolling: [7]`: over the last 7 rows (of the type),
 *   this one included; null where there are fewer.
 *
 * Floats are added in the order of the events within a row, from 0; totals in
 * the order of the rows. Timestamps without a zone are what the clock of the
 * option `zone` shows; without that option they stay as they are.
 *
 * @param events A table or columns (timestamp, change, type), or objects.
 * @param options Period, zone and more.
 * @returns The timeline.
 * @throws {TypeError} If the events or an option have the wrong type.
 * @throws {RangeError} If an option or a timestamp has a value that is not
 * allowed, a column is missing, or an integer sum does not fit 64 bits.
 * @throws {FastpathError} If the native library is required but absent, a
 * kernel panicked, or memory ran out.
 * @throws The signal's reason if it is aborted.
 *
 * @example A running total from a file
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { readCsv, timeline } from "@fastpath/fastpath";
 *
 * const bytes = new TextEncoder().encode(
 *   "timestamp,change\n" +
 *     "2024-03-02T10:00:00Z,-2\n2024-03-01T09:00:00Z,5\n" +
 *     "2024-03-01T09:00:00Z,1\n",
 * );
 * const table = await timeline(await readCsv(bytes));
 * assertEquals(table.toObjects(), [
 *   { timestamp: "2024-03-01T09:00:00Z", change: 6n, total: 6n },
 *   { timestamp: "2024-03-02T10:00:00Z", change: -2n, total: 4n },
 * ]);
 * ```
 *
 * @example Days of a time zone, gaps filled
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { timeline } from "@fastpath/fastpath";
 *
 * const events = [
 *   { timestamp: "2024-03-31T22:30:00Z", change: 1 },
 *   { timestamp: "2024-03-29T23:30:00Z", change: 4 },
 * ];
 * const days = await timeline(events, {
 *   by: "day",
 *   zone: "Europe/Berlin",
 *   fill: true,
 * });
 * assertEquals(days.toObjects(), [
 *   { timestamp: "2024-03-30", change: 4, total: 4 },
 *   { timestamp: "2024-03-31", change: 0, total: 4 },
 *   { timestamp: "2024-04-01", change: 1, total: 5 },
 * ]);
 * ```
 */
export async function timeline(
  events: TimelineInput,
  options: TimelineOptions = {},
): Promise<Table<TimelineShape>> {
  const settings = checkTimelineOptions(options);
  settings.signal?.throwIfAborted();
  const pace = new Pace(settings.signal);
  const plan = await paced(planOf(events, settings), pace);
  const job = await paced(jobOf(plan), pace);
  const native = await engineForAsync(KERNEL, job.rows, settings.engine);
  const rows = await rowsAsync(job, native, settings, pace);
  return await paced(tableOf(rows, plan, job), pace);
}

/**
 * Like `timeline`, without giving up the thread: for few events and for
 * programs that have nothing else to do.
 *
 * @param events A table or columns (timestamp, change, type), or objects.
 * @param options Period, zone and more.
 * @returns The timeline.
 * @throws {TypeError} If the events or an option have the wrong type.
 * @throws {RangeError} If an option or a timestamp has a value that is not
 * allowed, a column is missing, or an integer sum does not fit 64 bits.
 * @throws {FastpathError} If the native library is required but absent, a
 * kernel panicked and the engine is set to `native`, or memory ran out.
 *
 * @example A running total per type
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { timelineSync } from "@fastpath/fastpath";
 *
 * const table = timelineSync([
 *   { timestamp: "2024-01-05", change: 2, type: "in" },
 *   { timestamp: "2024-01-20", change: 3, type: "in" },
 *   { timestamp: "2024-01-20", change: -1, type: "out" },
 * ], { by: "month", perType: true });
 * assertEquals(table.toObjects(), [
 *   { timestamp: "2024-01-01", type: "in", change: 5, total: 5 },
 *   { timestamp: "2024-01-01", type: "out", change: -1, total: -1 },
 * ]);
 * ```
 */
export function timelineSync(
  events: TimelineInput,
  options: TimelineSyncOptions = {},
): Table<TimelineShape> {
  const settings = checkTimelineOptions(options);
  const plan = atOnce(planOf(events, settings));
  const job = atOnce(jobOf(plan));
  const native = engineFor(KERNEL, job.rows, settings.engine);
  let rows: Rows | null = null;
  if (native !== null) {
    try {
      rows = timelineNative(native, job);
    } catch (error) {
      recover(error, settings.engine);
    }
  }
  // Of a sum that does not fit, the TypeScript engine names the event.
  rows ??= atOnce(timelineTs(job));
  return atOnce(tableOf(rows, plan, job));
}

async function rowsAsync(
  job: Job,
  native: Native | null,
  { engine, signal }: TimelineSettings,
  pace: Pace,
): Promise<Rows> {
  if (native !== null) {
    try {
      const rows = await timelineNativeAsync(native, job, signal);
      if (rows !== null) return rows;
    } catch (error) {
      recover(error, engine);
    }
  }
  // Of a sum that does not fit, the TypeScript engine names the event.
  return await paced(timelineTs(job), pace);
}

/** Runs steps one after the other. */
function atOnce<T>(steps: Generator<void, T>): T {
  while (true) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}

/** Runs steps, letting other tasks run now and then. */
async function paced<T>(steps: Generator<void, T>, pace: Pace): Promise<T> {
  while (true) {
    const { done, value } = steps.next();
    if (done) return value;
    if (pace.due()) await pace.rest();
  }
}

/** What is known before any row is looked at. */
interface Plan {
  readonly settings: TimelineSettings;
  readonly events: Events;
  readonly types: Types | null;
}

function* planOf(
  input: TimelineInput,
  settings: TimelineSettings,
): Generator<void, Plan> {
  if (settings.zone !== null) checkZone(settings.zone);
  const events = eventsOf(input, settings.perType);
  const types = events.type === undefined ? null : yield* typesOf(events.type);
  return { settings, events, types };
}

function* jobOf({ settings, events, types }: Plan): Generator<void, Job> {
  const { by, zone } = settings;
  const { rows, changes, validity } = events;
  const { first, last } = rows === 0
    ? { first: 0, last: 0 }
    : rangeOf(events.times);
  const { entries } = zone === null ? UTC_TABLE : zoneTable(zone, first, last);
  const isDate = events.times instanceof Int32Array;
  // Days and longer take the date that the clock shows as it stands.
  const isLocal = zone !== null && !events.zoned && by <= BY_HOUR &&
    !(isDate && by === 0);
  const isMidnight = isDate && by === BY_HOUR;
  const times = isLocal || isMidnight
    ? yield* utcOf(events.times, isLocal ? entries : UTC_TABLE.entries)
    : events.times;
  const zoned = events.zoned || isLocal;
  const job = {
    rows,
    times,
    changes,
    validity,
    by,
    zone: zoned ? entries : UTC_TABLE.entries,
    ranks: types?.ranks ?? null,
    groups: Math.max(1, types?.groups ?? 1),
    zoned,
    first: first - (isLocal ? DAY : 0),
    last: last + (isLocal ? DAY : 0),
  };
  yield* checkClock(job, events);
  return job;
}

/** A clock differs from UTC by a day at most. */
const DAY = 86_400;

function* tableOf(
  found: Rows,
  { settings, types }: Plan,
  job: Job,
): Generator<void, Table<TimelineShape>> {
  const rows = settings.fill ? fill(found, job) : found;
  yield;
  const columns: [string, Column][] = [
    ["timestamp", timeColumn(rows.starts, job.zoned)],
  ];
  if (types !== null && rows.ranks !== null) {
    columns.push(["type", types.columnOf(rows.ranks)]);
  }
  columns.push(
    ["change", sumColumn(rows.changes)],
    ["total", sumColumn(rows.totals)],
  );
  for (const window of settings.rolling) {
    const { sum, mean } = yield* rolling(rows, job.groups, window, job.zoned);
    columns.push([`sum${window}`, sum], [`mean${window}`, mean]);
  }
  return new Table<TimelineShape>(columns);
}
