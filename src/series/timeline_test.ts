/** What timelines merge, add up, fill and refuse. */

import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { testEngines } from "../../tests/_engines.ts";
import { Column, columnOf, Table } from "../table/mod.ts";
import type { TimelineColumns, TimelineSyncOptions } from "./options.ts";
import { timeline, timelineSync } from "./timeline.ts";
import type { TimelineInput } from "./_events.ts";

const MAX = 2n ** 63n - 1n;

type TypeValue = string | number | bigint | boolean | null;

function eventsOf(
  timestamps: readonly string[],
  changes: readonly (bigint | null)[],
): TimelineColumns {
  return {
    timestamp: columnOf("timestamp_utc", timestamps),
    change: columnOf("i64", changes),
  };
}

function valuesOf(table: Table, name: string): unknown[] {
  return table.column(name).toArray();
}

testEngines("timeline() merges equal timestamps, in order", (engine) => {
  const table = timelineSync(
    eventsOf([
      ...["2024-01-02T00:00:00.000001Z", "2024-01-01T00:00:00Z"],
      ...["2024-01-02T00:00:00Z", "2024-01-02T00:00:00.000001Z"],
      "2024-01-01T00:00:00Z",
    ], [1n, 2n, null, 4n, -8n]),
    { engine },
  );
  assertEquals(table.toObjects(), [
    { timestamp: "2024-01-01T00:00:00Z", change: -6n, total: -6n },
    { timestamp: "2024-01-02T00:00:00Z", change: 0n, total: -6n },
    { timestamp: "2024-01-02T00:00:00.000001Z", change: 5n, total: -1n },
  ]);
});

testEngines("timeline() takes tables, columns and objects", (engine) => {
  const expected = { timestamp: "2024-02-29", change: 3, total: 3 };
  const columns = {
    timestamp: columnOf("date", ["2024-02-29", "2024-02-29"]),
    change: columnOf("f64", [1, 2]),
  };
  const objects = [
    { timestamp: "2024-02-29", change: 1 },
    { timestamp: "2024-02-29", change: 2 },
  ];
  const texts = {
    ...columns,
    timestamp: columnOf("utf8", ["2024-02-29", "2024-02-29"]),
  };
  const inputs: TimelineInput[] = [
    ...[columns, objects, texts, new Set(objects)],
    Table.fromColumns(columns),
  ];
  for (const input of inputs) {
    assertEquals(timelineSync(input, { engine }).toObjects(), [expected]);
  }
  const moments = [
    { timestamp: new Date("2024-02-29T12:34:56.789Z"), change: 1n },
    { timestamp: Date.parse("2024-02-29T12:34:56.789Z"), change: 2n },
  ];
  assertEquals(timelineSync(moments, { engine }).toObjects(), [
    { timestamp: "2024-02-29T12:34:56.789Z", change: 3n, total: 3n },
  ]);
});

testEngines("timeline() of nothing has no rows", (engine) => {
  for (const input of [[], eventsOf([], []), Table.fromColumns({})]) {
    for (
      const options of [
        {},
        { by: "day", fill: true, rolling: [7] },
        { by: "hour", zone: "Europe/Berlin", perType: true },
      ] as TimelineSyncOptions[]
    ) {
      const events = "timestamp" in input && options.perType
        ? { ...input, type: columnOf("utf8", []) }
        : input;
      const table = timelineSync(events, { ...options, engine });
      assertEquals(table.numRows, 0);
      assertEquals(table.columnNames.slice(-2).length, 2);
    }
  }
});

testEngines("timeline() keeps one total per type", (engine) => {
  const events = {
    timestamp: columnOf("date", ["2024-01-02", "2024-01-01", "2024-01-02"]),
    change: columnOf("i32", [1, 2, 4]),
  };
  const expected = (one: TypeValue, other: TypeValue) => [
    { timestamp: "2024-01-01", type: one, change: 2n, total: 2n },
    { timestamp: "2024-01-02", type: one, change: 1n, total: 3n },
    { timestamp: "2024-01-02", type: other, change: 4n, total: 4n },
  ];
  // Texts by UTF-8 bytes (JavaScript would put U+1D4B5 before U+FF5A).
  const types: [Column, TypeValue, TypeValue][] = [
    [columnOf("utf8", ["ｚ", "ｚ", "𝒵"]), "ｚ", "𝒵"],
    [columnOf("utf8", ["a", "a", null]), "a", null],
    [columnOf("utf8", ["", "", "a"]), "", "a"],
    [columnOf("i64", [-5n, -5n, 3n]), -5n, 3n],
    [columnOf("i32", [9, 9, 10]), 9, 10],
    [columnOf("bool", [false, false, true]), false, true],
    [columnOf("date", ["0001-01-01", "0001-01-01", null]), "0001-01-01", null],
  ];
  for (const [type, one, other] of types) {
    const table = timelineSync({ ...events, type }, { perType: true, engine });
    assertEquals(table.toObjects(), expected(one, other));
    assertEquals(table.column("type").type, type.type);
  }
});

testEngines("timeline() fills gaps with 0, for every type", (engine) => {
  const events = {
    timestamp: columnOf("date", ["2023-11-30", "2024-02-01"]),
    change: columnOf("i32", [5, 6]),
    type: columnOf("utf8", ["b", "a"]),
  };
  const options = { by: "month", fill: true, engine } as const;
  const plain = timelineSync(events, options);
  assertEquals(valuesOf(plain, "timestamp"), [
    ...["2023-11-01", "2023-12-01", "2024-01-01", "2024-02-01"],
  ]);
  assertEquals(valuesOf(plain, "total"), [5n, 5n, 5n, 11n]);
  const typed = timelineSync(events, { ...options, perType: true });
  assertEquals(typed.numRows, 8);
  assertEquals(valuesOf(typed, "total"), [0n, 5n, 0n, 5n, 0n, 5n, 6n, 5n]);
  const error = assertThrows(
    () =>
      timelineSync(
        eventsOf(["0001-01-01T00:00:00Z", "9999-12-31T00:00:00Z"], [1n, 1n]),
        { by: "hour", fill: true, engine },
      ),
    RangeError,
  );
  assertEquals(
    error.message,
    "Cannot make a timeline: filled, it would have more than 16777216 rows, " +
      "choose a longer period or leave out fill",
  );
});

testEngines("timeline() rolls over the last periods", (engine) => {
  const days = Array.from(
    { length: 31 },
    (_, day) => `2024-03-${String(day + 1).padStart(2, "0")}`,
  );
  const table = timelineSync({
    timestamp: columnOf("date", days),
    change: columnOf("i32", days.map((_, day) => day + 1)),
  }, { rolling: [7, 30], engine });
  assertEquals(table.columnNames.slice(3), [
    ...["sum7", "mean7", "sum30", "mean30"],
  ]);
  // Sums of 1 to 7 and 25 to 31; of 1 to 30 and 2 to 31.
  const sums = valuesOf(table, "sum7");
  assertEquals(sums.slice(0, 7), [null, null, null, null, null, null, 28n]);
  assertEquals([sums[30], table.get(30, "mean7")], [196n, 28]);
  assertEquals(valuesOf(table, "sum30").slice(28), [null, 465n, 495n]);
  assertEquals(valuesOf(table, "mean30").slice(28), [null, 15.5, 16.5]);
});

testEngines(
  "timeline() rolls floats without an old window's error",
  (engine) => {
    const table = timelineSync([
      { timestamp: "2024-01-01", change: 1e300 },
      { timestamp: "2024-01-02", change: NaN },
      { timestamp: "2024-01-03", change: 0.1 },
      { timestamp: "2024-01-04", change: 0.2 },
    ], { rolling: [2], engine });
    assertEquals(valuesOf(table, "sum2"), [null, NaN, NaN, 0.1 + 0.2]);
  },
);

testEngines(
  "timeline() adds up integers of 32 bits beyond 2^53",
  (engine) => {
    const length = 2 ** 22 + 8;
    const change = new Int32Array(length).fill(-(2 ** 31));
    const table = timelineSync({
      timestamp: new Column({
        ...{ type: "date", length, data: new Int32Array(length) },
      }),
      change: new Column({ type: "i32", length, data: change }),
    }, { engine });
    const total = -(2n ** 31n) * BigInt(length);
    assertEquals(table.toObjects(), [
      { timestamp: "1970-01-01", change: total, total },
    ]);
  },
);

testEngines("timeline() refuses integer sums beyond 64 bits", (engine) => {
  const [one, two] = ["2024-01-01T00:00:00Z", "2024-01-02T00:00:00Z"];
  const fails = (
    events: TimelineColumns,
    what: string,
    row: number,
    options = {},
  ) => {
    const error = assertThrows(
      () => timelineSync(events, { ...options, engine }),
      RangeError,
    );
    assertEquals(
      error.message,
      `Cannot make a timeline: the ${what} does not fit 64 bits` +
        (row < 0 ? "" : ` from row ${row} on`),
    );
    assertEquals(error.name, "RangeError");
  };
  fails(eventsOf([two, one, two], [MAX, 3n, 1n]), `change at ${two}`, 2);
  fails(eventsOf([two, one], [MAX, 1n]), `total at ${two}`, 0);
  fails(eventsOf([two, one], [-MAX, -2n]), `total at ${two}`, 0);
  // In the order of time: 1, then 2 and MAX.
  fails(eventsOf([two, one, two], [2n, 1n, MAX - 2n]), `total at ${two}`, 2);
  const day = { by: "day" };
  fails(eventsOf([two, two], [MAX, 1n]), "change at 2024-01-02", 1, day);
  // Each change and total fits here; the window's sum does not.
  const three = "2024-01-03T00:00:00Z";
  fails(
    eventsOf([one, two, three], [-MAX, MAX, MAX]),
    `sum2 at ${three}`,
    -1,
    { rolling: [2] },
  );
  // On the way beyond and back again is a sum like any other.
  const whole = timelineSync(
    eventsOf([one, one, one, two], [MAX, MAX, -MAX, -MAX]),
    { engine, rolling: [1] },
  );
  assertEquals(valuesOf(whole, "change"), [MAX, -MAX]);
  assertEquals(valuesOf(whole, "mean1"), [2 ** 63, -(2 ** 63)]);
});

testEngines("timeline() means of large integers are rounded once", (engine) => {
  const day = (at: number) => `2024-01-0${at}T00:00:00Z`;
  const table = timelineSync(
    eventsOf([day(1), day(2)], [2n ** 53n + 1n, 2n ** 53n + 4n]),
    { rolling: [1, 2], engine },
  );
  assertEquals(valuesOf(table, "mean1"), [2 ** 53, 2 ** 53 + 4]);
  // Half of 2^54 + 5 is 2^53 + 2.5, whose nearest float is 2^53 + 2.
  assertEquals(valuesOf(table, "mean2")[1], 2 ** 53 + 2);
});

testEngines(
  "timeline() keeps weeks, quarters and years of all times",
  (engine) => {
    const first = (day: string, by: TimelineSyncOptions["by"]) =>
      timelineSync([{ timestamp: day, change: 1 }], { by: by!, engine })
        .get(0, "timestamp");
    // ISO weeks: 2021-01-03 was a Sunday, 2026-12-31 a Thursday.
    assertEquals(first("2021-01-03", "week"), "2020-12-28");
    assertEquals(first("2026-12-31", "week"), "2026-12-28");
    assertEquals(first("1969-12-31", "quarter"), "1969-10-01");
    assertEquals(first("2000-02-29", "year"), "2000-01-01");
    assertEquals(first("0001-01-01", "week"), "0001-01-01");
    assertEquals(first("9999-12-31", "month"), "9999-12-01");
  },
);

testEngines(
  "timeline() refuses a clock before 0001 or after 9999",
  (engine) => {
    type By = TimelineSyncOptions["by"];
    const cases: [string, string, By, true?][] = [
      ["0001-01-01T00:00:00Z", "America/New_York", "day"],
      ["0001-01-01T00:00:00Z", "America/New_York", undefined],
      ["0001-01-01T00:00:00Z", "-00:30", "hour"],
      ["9999-12-31T23:00:00Z", "+02:00", "year"],
      ["9999-12-31T23:00:00Z", "+02:00", undefined],
      // The hour of the clock began in the year before, by UTC.
      ["0001-01-01T00:10:00Z", "+05:45", "hour"],
      ["0001-01-01T00:10:00Z", "+05:45", "day", true],
      ["0001-01-01T00:00:00Z", "UTC", "hour", true],
      ["9999-12-31T23:59:59.999999Z", "UTC", "hour", true],
      ["9999-12-31T23:59:59.999999Z", "UTC", undefined, true],
      ["9999-12-31T23:59:59.999999Z", "-12:00", "day", true],
    ];
    const refused = cases.map(([timestamp, zone, by]) => {
      const events = [
        { timestamp: "2024-02-29T12:00:00Z", change: 1 },
        { timestamp, change: 1 },
      ];
      const options = { zone, ...(by === undefined ? {} : { by }), engine };
      try {
        timelineSync(events, options);
        return null;
      } catch (error) {
        assert(error instanceof RangeError);
        return error.message;
      }
    });
    const message = (timestamp: string) =>
      `Cannot make a timeline: timestamp is "${timestamp}" at row 1, expected ` +
      "a date or timestamp of the years 0001 to 9999, in UTC and by the " +
      "clock of the zone";
    assertEquals(
      refused,
      cases.map(([timestamp, , , isFine]) =>
        isFine === true ? null : message(timestamp)
      ),
    );
  },
);

testEngines("timeline() takes whatever buffers columns may have", (engine) => {
  // Longer than its column, at an odd place of its buffer, with a dictionary.
  const data = new BigInt64Array(8).subarray(2, 7);
  data.set([9n, 3n, 9n]);
  const type = new Column({
    type: "utf8",
    length: 3,
    data: Int32Array.of(1, 0, 2),
    dictionary: {
      length: 3,
      data: new TextEncoder().encode("baba"),
      offsets: Int32Array.of(0, 1, 2, 3),
    },
  });
  const table = timelineSync({
    timestamp: new Column({ type: "timestamp", length: 3, data }),
    change: columnOf("i32", [1, 2, 4]),
    type,
  }, { perType: true, engine });
  assertEquals(valuesOf(table, "type"), ["b", "a", "b"]);
  assertEquals(valuesOf(table, "change"), [2n, 1n, 4n]);
});

Deno.test("timeline() stops at a signal", async () => {
  const events = eventsOf(["2024-01-01T00:00:00Z"], [1n]);
  const reason = new Error("not today");
  const signal = AbortSignal.abort(reason);
  assertEquals(
    await assertRejects(() => timeline(events, { signal })),
    reason,
  );
});

testEngines("timeline() stops in the middle of its work", async (engine) => {
  const length = 2_000_000;
  const micros = BigInt64Array.from(
    { length },
    (_, row) => BigInt((row * 7919) % length) * 1_000_003n,
  );
  const events = {
    timestamp: new Column({ type: "timestamp", length, data: micros }),
    change: new Column({ type: "f64", length, data: new Float64Array(length) }),
  };
  const controller = new AbortController();
  const work = timeline(events, { engine, signal: controller.signal });
  setTimeout(() => controller.abort(new Error("enough")), 5);
  const error = await assertRejects(() => work, Error);
  assertEquals(error.message, "enough");
});

Deno.test("timeline() and timelineSync() give the same", async () => {
  const events = [
    { timestamp: "2024-03-31T00:30:00Z", change: 1, type: "x" },
    { timestamp: "2024-03-31T01:30:00Z", change: 2, type: null },
  ];
  const options = {
    by: "hour",
    zone: "Europe/Berlin",
    perType: true,
    rolling: [1],
  } as const;
  const table = await timeline(events, options);
  assertEquals(
    table.toObjects(),
    timelineSync(events, options).toObjects(),
  );
  assert(table.numRows === 2);
});
