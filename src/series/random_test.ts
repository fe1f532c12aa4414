/** Random events of every form: both engines, and a map of BigInts. */

import { assertEquals } from "@std/assert";
import { Random } from "../../bench/data/_random.ts";
import { ENGINES, testEngines } from "../../tests/_engines.ts";
import { Column, columnOf, type Table } from "../table/mod.ts";
import {
  PERIODS,
  type TimelineColumns,
  type TimelineSyncOptions,
} from "./options.ts";
import { timelineSync } from "./timeline.ts";

const ZONES = [
  ...["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe"],
  ...["Africa/Casablanca", "America/St_Johns", "Asia/Kathmandu", "-03:30"],
];
/** How far times lie apart, in seconds: from equal ones to all of them. */
const SPREADS = [1, 60, 7200, 86_400, 4_000_000, 2e8, 4e9, 1.2e11, 3e11];
/** 2024-03-31T01:00:00Z, when clocks change in Berlin, and 1970. */
const CENTERS = [1_711_846_800, 0];
const FLOATS = [0, -0, 0.1, 1e300, -1e300, 5e-324, NaN, Infinity, -Infinity];
const LARGE = [
  2n ** 62n,
  -(2n ** 62n),
  2n ** 53n,
  2n ** 63n - 1n,
  -(2n ** 63n),
];
const LAST = 253_402_300_799;
const FIRST = -62_135_596_800;

function secondsOf(random: Random, rows: number): number[] {
  const spread = random.pick(SPREADS);
  const center = random.pick(CENTERS);
  const seconds = Array.from({ length: rows }, () => {
    const away = Math.floor((random.below(2 ** 31) / 2 ** 31 - 0.5) * spread);
    return Math.min(Math.max(center + away, FIRST), LAST);
  });
  return random.below(3) === 0 ? seconds.sort((a, b) => a - b) : seconds;
}

function timesOf(random: Random, rows: number): Column {
  const seconds = secondsOf(random, rows);
  if (random.below(4) === 0) {
    const data = Int32Array.from(seconds, (at) => Math.floor(at / 86_400));
    return new Column({ type: "date", length: rows, data });
  }
  const fraction = random.pick([1, 1, 1000, 1_000_000]);
  const data = BigInt64Array.from(
    seconds,
    (at) =>
      BigInt(at) * 1_000_000n +
      BigInt(random.below(fraction) * (1_000_000 / fraction)),
  );
  const zoned = random.below(2) === 0;
  return new Column({ type: "timestamp", zoned, length: rows, data });
}

function changesOf(random: Random, rows: number): Column {
  const isNull = random.below(2) === 0
    ? () => random.below(5) === 0
    : () => false;
  const make = <T>(value: () => T): (T | null)[] =>
    Array.from({ length: rows }, () => isNull() ? null : value());
  switch (random.below(5)) {
    case 0:
      return columnOf("i32", make(() => random.below(2 ** 32) - 2 ** 31));
    case 1:
      return columnOf("i64", make(() => BigInt(random.below(2001) - 1000)));
    case 2:
      return columnOf("i64", make(() => random.pick(LARGE)));
    case 3:
      return columnOf("f64", make(() => random.pick(FLOATS)));
    default:
      return columnOf("f64", make(() => random.below(2000) / 100 - 10));
  }
}

function typesOf(random: Random, rows: number): Column {
  const count = random.pick([1, 3, 50]);
  return columnOf(
    "utf8",
    Array.from({ length: rows }, () => {
      const kind = random.below(count + 1);
      return kind === count ? null : `t${kind}`;
    }),
  );
}

function secondsBetween({ data, type }: Column): number {
  const numbers = Array.from(data as ArrayLike<number | bigint>, Number);
  if (numbers.length === 0) return 0;
  const span = Math.max(...numbers) - Math.min(...numbers);
  return type === "date" ? span * 86_400 : span / 1e6;
}

/** Long gaps stay open: filled, they are memory and no test. */
function optionsOf(random: Random, seconds: number): TimelineSyncOptions {
  const by = random.pick([undefined, ...PERIODS]);
  const fill = random.below(2) === 0 && seconds < (by === "hour" ? 5e6 : 5e9);
  return {
    ...(by === undefined ? {} : { by, fill }),
    ...(random.below(3) === 0 ? {} : { zone: random.pick(ZONES) }),
    perType: random.below(2) === 0,
    rolling: random.pick([[], [1], [7, 30]]),
  };
}

/** Schema, bits of all columns, or the error. */
function outcome(
  events: TimelineColumns,
  options: TimelineSyncOptions,
): unknown {
  let table: Table;
  try {
    table = timelineSync(events, options);
  } catch (error) {
    const { name, message } = error as Error;
    if (name !== "RangeError") throw error;
    return { name, message };
  }
  return table.schema.map((field, index) => {
    const { data, validity, dictionary } = table.columnAt(index);
    const { buffer, byteOffset, byteLength } = data;
    return {
      field,
      bits: new Uint8Array(buffer, byteOffset, byteLength).toHex(),
      validity: validity?.toHex(),
      texts: dictionary?.data.toHex(),
    };
  });
}

Deno.test("timeline() is the same on both engines, to the bit", () => {
  const random = new Random(11);
  let refused = 0;
  for (let round = 0; round < 1200; round++) {
    const rows = random.pick([0, 1, 2, 30, 200, 2000]);
    const events = {
      timestamp: timesOf(random, rows),
      change: changesOf(random, rows),
      type: typesOf(random, rows),
    };
    const options = optionsOf(random, secondsBetween(events.timestamp));
    const found = ENGINES.map((engine) =>
      outcome(events, { ...options, engine })
    );
    for (const other of found) {
      assertEquals(other, found[0], `${round}: ${JSON.stringify(options)}`);
    }
    if (!Array.isArray(found[0])) refused++;
  }
  // Sums beyond 64 bits, mostly.
  if (refused < 20 || refused > 700) throw new Error(`${refused} refused`);
});

testEngines("timeline() adds up what a map of BigInts does", (engine) => {
  const random = new Random(12);
  for (let round = 0; round < 300; round++) {
    const rows = random.pick([1, 30, 500]);
    const seconds = secondsOf(random, rows);
    const changes = seconds.map(() => BigInt(random.below(2001) - 1000));
    const micros = seconds.map((at) => BigInt(at) * 1_000_000n);
    const sums = new Map<bigint, bigint>();
    micros.forEach((at, row) => {
      sums.set(at, (sums.get(at) ?? 0n) + changes[row]!);
    });
    let total = 0n;
    const expected = [...sums].sort(([a], [b]) => a < b ? -1 : 1)
      .map(([at, change]) => [at, change, total += change]);
    const table = timelineSync({
      timestamp: new Column({
        type: "timestamp",
        length: rows,
        data: BigInt64Array.from(micros),
      }),
      change: columnOf("i64", changes),
    }, { engine });
    const found = expected.map((_, row) =>
      [0, 1, 2].map((at) => table.columnAt(at).data[row])
    );
    assertEquals(table.numRows, expected.length);
    assertEquals(found, expected);
  }
});
