/**
 * Timelines against what one writes by hand: a `Map` of sums by timestamp,
 * `Array.from`, `sort`, and a loop for the running total. Ours reads columns
 * and gives columns; the rival has the same numbers in plain typed arrays of
 * milliseconds and makes arrays of pairs.
 *
 * @module
 */

import { Column } from "../../src/table/column.ts";
import type { Table } from "../../src/table/table.ts";
import { timelineSync } from "../../src/series/timeline.ts";
import type { TimelineSyncOptions } from "../../src/series/options.ts";
import { Random } from "../data/_random.ts";
import type { VersusCase } from "./_case.ts";

const EVENTS = 1_000_000;
/** 2024-01-01T00:00:00Z. */
const START_MS = 1_704_067_200_000;
const HOUR_MS = 3_600_000;

interface Events {
  readonly millis: Float64Array;
  readonly changes: Int32Array<ArrayBuffer>;
  readonly columns: { readonly timestamp: Column; readonly change: Column };
}

/** Events at random seconds of so many seconds, in no order or in order. */
function makeEvents(seconds: number, sorted: boolean): Events {
  const random = new Random(7);
  const millis = Float64Array.from(
    { length: EVENTS },
    () => START_MS + random.below(seconds) * 1000,
  );
  if (sorted) millis.sort();
  const changes = new Int32Array(EVENTS);
  const micros = new BigInt64Array(EVENTS);
  for (let row = 0; row < EVENTS; row++) {
    changes[row] = random.below(2001) - 1000;
    micros[row] = BigInt(millis[row]!) * 1000n;
  }
  return {
    millis,
    changes,
    columns: {
      timestamp: new Column({
        type: "timestamp",
        zoned: true,
        length: EVENTS,
        data: micros,
      }),
      change: new Column({ type: "i32", length: EVENTS, data: changes }),
    },
  };
}

interface Point {
  readonly timestamp: number;
  readonly change: number;
  readonly total: number;
}

/** The rival: keys by `keyOf`, in milliseconds. */
function byMap(
  { millis, changes }: Events,
  keyOf: (millis: number) => number,
): Point[] {
  const sums = new Map<number, number>();
  for (let row = 0; row < millis.length; row++) {
    const key = keyOf(millis[row]!);
    sums.set(key, (sums.get(key) ?? 0) + changes[row]!);
  }
  let total = 0;
  return Array.from(sums).sort((a, b) => a[0] - b[0]).map(
    ([timestamp, change]) => {
      total += change;
      return { timestamp, change, total };
    },
  );
}

function samePoints(ours: unknown, theirs: unknown): boolean {
  const [table, points] = [ours as Table, theirs as Point[]];
  if (table.numRows !== points.length) return false;
  const [times, changes, totals] = ["timestamp", "change", "total"].map(
    (name) => table.column(name).data as BigInt64Array,
  );
  return points.every(({ timestamp, change, total }, row) =>
    Number(times![row]! / 1000n) === timestamp &&
    Number(changes![row]) === change && Number(totals![row]) === total
  );
}

/** What a case differs in. */
interface Form {
  readonly what: string;
  /** Events lie within so many seconds. */
  readonly seconds: number;
  readonly options: TimelineSyncOptions;
  /** Times as fast as the rival at least. */
  readonly factor: number;
  readonly sorted?: boolean;
  readonly keyOf?: (millis: number) => number;
}

function timelineCase(
  { what, seconds, options, factor, sorted = false, keyOf = same }: Form,
): VersusCase {
  return {
    name: `series.timeline of 1M events ${what}, ${options.engine}`,
    rival: "Map, sort and a loop",
    target: 1 / factor,
    pairs: 7,
    note: "the rival has times as milliseconds, not as 64-bit microseconds",
    rivalVersion: () => Promise.resolve(`Deno ${Deno.version.deno}`),
    prepare() {
      const events = makeEvents(seconds, sorted);
      return Promise.resolve({
        ours: () => Promise.resolve(timelineSync(events.columns, options)),
        theirs: () => Promise.resolve(byMap(events, keyOf)),
        equal: samePoints,
      });
    },
  };
}

const DAY = 86_400;
const YEAR = 366 * DAY;
const same = (millis: number) => millis;
const hour = (millis: number) => millis - millis % HOUR_MS;
const native = { engine: "native" } as const;

const FORMS: readonly Form[] = [
  { what: "at seconds of a year", seconds: YEAR, options: native, factor: 5 },
  {
    what: "at seconds of a year, sorted",
    ...{ seconds: YEAR, sorted: true, options: native, factor: 5 },
  },
  {
    what: "at seconds of a year",
    ...{ seconds: YEAR, options: { engine: "typescript" }, factor: 2 },
  },
  { what: "at seconds of a day", seconds: DAY, options: native, factor: 5 },
  {
    what: "at seconds of a day, sorted",
    ...{ seconds: DAY, sorted: true, options: native, factor: 5 },
  },
  {
    what: "by hour of a year",
    ...{ seconds: YEAR, keyOf: hour, factor: 5 },
    options: { by: "hour", engine: "native" },
  },
];

/** The comparisons with code by hand. */
export const CASES: readonly VersusCase[] = FORMS.map(timelineCase);
