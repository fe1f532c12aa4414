/**
 * Timelines of a million events (and of few) on both engines, beside a `Map`
 * of sums that is sorted. Events lie at random seconds of a year; `sorted`
 * ones come in the order of time.
 *
 * Run it with `deno bench -A bench/series_bench.ts`.
 */

import { assertEquals } from "@std/assert";
import { backendInfo } from "../src/backend.ts";
import type { TimelineSyncOptions } from "../src/series/options.ts";
import { timelineSync } from "../src/series/timeline.ts";
import { Column } from "../src/table/column.ts";
import { Random } from "./data/_random.ts";

const ENGINES = backendInfo().library === null
  ? ["typescript"] as const
  : ["native", "typescript"] as const;

const YEAR = 366 * 86_400;
/** 2024-01-01T00:00:00Z, in seconds. */
const START = 1_704_067_200;

interface Events {
  readonly millis: Float64Array;
  readonly changes: Int32Array<ArrayBuffer>;
  readonly columns: {
    readonly timestamp: Column;
    readonly change: Column;
    readonly type: Column;
  };
}

function makeEvents(length: number, sorted: boolean): Events {
  const random = new Random(3);
  const millis = Float64Array.from(
    { length },
    () => (START + random.below(YEAR)) * 1000,
  );
  if (sorted) millis.sort();
  const changes = Int32Array.from({ length }, () => random.below(2001) - 1000);
  const micros = BigInt64Array.from(millis, (at) => BigInt(at) * 1000n);
  const kinds = Int32Array.from({ length }, () => random.below(5));
  return {
    millis,
    changes,
    columns: {
      timestamp: new Column({
        type: "timestamp",
        zoned: true,
        length,
        data: micros,
      }),
      change: new Column({ type: "i32", length, data: changes }),
      type: new Column({ type: "i32", length, data: kinds }),
    },
  };
}

function byMap({ millis, changes }: Events): number[][] {
  const sums = new Map<number, number>();
  for (let row = 0; row < millis.length; row++) {
    const key = millis[row]!;
    sums.set(key, (sums.get(key) ?? 0) + changes[row]!);
  }
  let total = 0;
  return [...sums].sort(([a], [b]) => a - b)
    .map(([at, change]) => [at, change, total += change]);
}

const CASES: readonly [string, TimelineSyncOptions][] = [
  ["by timestamp", {}],
  ["by hour in Berlin", { by: "hour", zone: "Europe/Berlin" }],
  ["by day in New York", { by: "day", zone: "America/New_York" }],
  ["by month and type", { by: "month", perType: true }],
];

for (
  const [size, sorted] of [
    [100, false],
    [1_000_000, false],
    [1_000_000, true],
  ] as const
) {
  const events = makeEvents(size, sorted);
  for (const [name, options] of CASES) {
    const group = `${size} events${sorted ? ", sorted" : ""}, ${name}`;
    const expected = timelineSync(events.columns, {
      ...options,
      engine: "typescript",
    });
    for (const engine of ENGINES) {
      const found = timelineSync(events.columns, { ...options, engine });
      assertEquals(found.numRows, expected.numRows);
      Deno.bench({
        name: `timelineSync, ${engine}`,
        group,
        baseline: engine === ENGINES[0],
        fn: () => void timelineSync(events.columns, { ...options, engine }),
      });
    }
    if (name !== "by timestamp") continue;
    assertEquals(byMap(events).length, expected.numRows);
    Deno.bench({
      name: "Map, sort and a loop",
      group,
      fn: () => void byMap(events),
    });
  }
}
