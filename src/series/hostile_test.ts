/** What timelines refuse, and with which words. */

import { assertEquals, assertThrows } from "@std/assert";
import { testEngines } from "../../tests/_engines.ts";
import { Column, columnOf, Table } from "../table/mod.ts";
import { timelineSync } from "./timeline.ts";

const ok = { timestamp: "2024-01-01", change: 1 };
const columns = {
  timestamp: columnOf("date", ["2024-01-01", "2024-01-02"]),
  change: columnOf("i32", [1, 2]),
};

type ErrorType = typeof TypeError | typeof RangeError;

function refuses(
  input: unknown,
  options: unknown,
  type: ErrorType,
  message: string,
): void {
  const error = assertThrows(
    // @ts-expect-error: that is the test
    () => timelineSync(input, options),
    type as typeof RangeError,
  );
  assertEquals(error.message, message);
}

Deno.test("timeline() says which option is wrong", () => {
  const cases: [unknown, ErrorType, string][] = [
    [null, TypeError, "the options are no object"],
    [{ by: 7 }, TypeError, "the option by must be a string: it is number"],
    [
      { by: "decade" },
      RangeError,
      "the option by must be one of hour, day, week, month, quarter, year: " +
      'it is "decade"',
    ],
    [{ zone: 1 }, TypeError, "the option zone must be a string: it is number"],
    [
      { fill: "yes", by: "day" },
      TypeError,
      "the option fill must be true or false: it is string",
    ],
    [
      { fill: true },
      RangeError,
      "the option fill needs the option by, which says what a gap is",
    ],
    [
      { perType: 1 },
      TypeError,
      "the option perType must be true or false: it is number",
    ],
    [
      { rolling: 7 },
      TypeError,
      "the option rolling must be an array: it is number",
    ],
    [
      { rolling: ["7"] },
      TypeError,
      "the option rolling must be an array of numbers: it is string",
    ],
    ...[0, -1, 1.5, NaN, Infinity, 1025].map((window) =>
      [
        { rolling: [window] },
        RangeError,
        "a window of the option rolling must be a whole number from 1 to " +
        `1024: it is ${window}`,
      ] as [unknown, ErrorType, string]
    ),
    [{ rolling: [7, 7] }, RangeError, "the option rolling has 7 twice"],
    [
      { rolling: Array.from({ length: 17 }, (_, at) => at + 1) },
      RangeError,
      "the option rolling may have 16 windows, it has 17",
    ],
    [
      { signal: {} },
      TypeError,
      "the option signal must be an AbortSignal: it is object",
    ],
  ];
  for (const [options, type, message] of cases) {
    refuses([ok], options, type, `Cannot make a timeline: ${message}`);
  }
});

Deno.test("timeline() says what is no input", () => {
  for (const input of [null, undefined, 7, {}, true, "ab"]) {
    const found = input === null ? "null" : typeof input;
    refuses(
      input,
      {},
      TypeError,
      "Cannot make a timeline: expected a Table, columns (timestamp, " +
        `change) or objects, found ${found}`,
    );
  }
  refuses([7], {}, TypeError, "Cannot make a timeline: row 0 is no object");
  refuses(
    { timestamp: [1], change: [1] },
    {},
    TypeError,
    "Cannot make a timeline: timestamp is no Column",
  );
  assertThrows(
    () => timelineSync(Table.fromColumns({ at: columns.timestamp })),
    RangeError,
    '"timestamp"',
  );
});

testEngines("timeline() names the row of a bad value", (engine) => {
  const time = "expected a date or timestamp of the years 0001 to 9999";
  const zoned = "2024-01-01T00:00Z";
  const cases: [unknown[], ErrorType, string][] = [
    [[ok, { change: 1 }], RangeError, "timestamp is null at row 1"],
    [
      [ok, { timestamp: "noon", change: 1 }],
      RangeError,
      `timestamp is "noon" at row 1, ${time}`,
    ],
    [
      [{ timestamp: "x".repeat(500), change: 1 }],
      RangeError,
      `timestamp is "${"x".repeat(500)}" at row 0, ${time}`,
    ],
    [
      [{ timestamp: "", change: 1 }],
      RangeError,
      `timestamp is "" at row 0, ${time}`,
    ],
    [
      [{ timestamp: NaN, change: 1 }],
      RangeError,
      `timestamp is "NaN" at row 0, ${time}`,
    ],
    [
      [{ timestamp: 1e15, change: 1 }],
      RangeError,
      `timestamp is "1000000000000000" at row 0, ${time}`,
    ],
    [
      [{ timestamp: new Date(NaN), change: 1 }],
      RangeError,
      `timestamp is "NaN" at row 0, ${time}`,
    ],
    [
      [ok, { timestamp: zoned, change: 1 }],
      RangeError,
      `timestamp is "${zoned}" at row 1, expected a time without a zone, as ` +
      "others are",
    ],
    [
      [{ timestamp: zoned, change: 1 }, ok],
      RangeError,
      'timestamp is "2024-01-01" at row 1, expected a time with a zone, as ' +
      "others have",
    ],
    [
      [{ timestamp: {}, change: 1 }],
      TypeError,
      "timestamp at row 0 must be a Date, milliseconds or a text: it is object",
    ],
    [
      [ok, { ...ok, change: "1" }],
      TypeError,
      "change at row 1 must be a number or a bigint: it is string",
    ],
    [
      [ok, { ...ok, change: 1n }],
      TypeError,
      "change at row 1 is a bigint, others are a number",
    ],
    [
      [{ ...ok, change: 2n ** 63n }],
      RangeError,
      'change is "9223372036854775808" at row 0, expected a number of 64 bits',
    ],
  ];
  for (const [input, type, message] of cases) {
    refuses(input, { engine }, type, `Cannot make a timeline: ${message}`);
  }
  refuses(
    [{ ...ok, type: 5 }],
    { engine, perType: true },
    TypeError,
    "Cannot make a timeline: type at row 0 must be a string or null: it is " +
      "number",
  );
});

testEngines("timeline() refuses columns that are none", (engine) => {
  const micros = (value: bigint) =>
    new Column({
      type: "timestamp",
      length: 2,
      data: BigInt64Array.of(0n, value),
    });
  const cases: [object, ErrorType, string][] = [
    [
      { timestamp: columnOf("i32", [1, 2]) },
      TypeError,
      "timestamp must be date, timestamp or utf8, found i32",
    ],
    [
      { change: columnOf("utf8", ["a", "b"]) },
      TypeError,
      "change must be i32, i64 or f64, found utf8",
    ],
    [
      { change: columnOf("bool", [true, true]) },
      TypeError,
      "change must be i32, i64 or f64, found bool",
    ],
    [
      { type: columnOf("f64", [1, 2]) },
      TypeError,
      "type must be utf8, bool, i32, i64 or date, found f64",
    ],
    [
      { change: columnOf("i32", [1]) },
      RangeError,
      "change has 1 rows, timestamp has 2",
    ],
    [
      { timestamp: columnOf("date", ["2024-01-01", null]) },
      RangeError,
      "timestamp is null at row 1",
    ],
    ...[2n ** 62n, -(2n ** 62n), 253_402_300_800_000_000n].map((value) =>
      [
        { timestamp: micros(value) },
        RangeError,
        "timestamp at row 1 is not of the years 0001 to 9999",
      ] as [object, ErrorType, string]
    ),
    [
      {
        timestamp: new Column({
          type: "date",
          length: 2,
          data: Int32Array.of(0, 2_932_897),
        }),
      },
      RangeError,
      "timestamp at row 1 is not of the years 0001 to 9999",
    ],
  ];
  for (const [change, type, message] of cases) {
    refuses(
      { type: columnOf("utf8", ["a", "b"]), ...columns, ...change },
      { engine, perType: true },
      type,
      `Cannot make a timeline: ${message}`,
    );
  }
  const empty = { ...columns, change: columnOf("utf8", [null, null]) };
  assertEquals(timelineSync(empty, { engine }).get(1, "total"), 0n);
});

testEngines(
  "timeline() refuses buffers that may change or vanish",
  (engine) => {
    const detached = Int32Array.of(1, 2);
    structuredClone(detached.buffer, { transfer: [detached.buffer] });
    const hostile: [Int32Array, string][] = [
      [new Int32Array(new SharedArrayBuffer(8)), "shared, copy it first"],
      [
        new Int32Array(new ArrayBuffer(8, { maxByteLength: 16 })),
        "resizable, copy it first",
      ],
    ];
    for (const [data, word] of hostile) {
      const change = Object.assign(
        Object.create(Column.prototype),
        columns.change,
        { data },
      );
      refuses(
        { ...columns, change },
        { engine },
        TypeError,
        `Cannot make a timeline: the buffer of change is ${word}`,
      );
    }
  },
);
