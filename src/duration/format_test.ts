import { assert, assertEquals, assertThrows } from "@std/assert";
import { ENGINES, testEngines } from "../../tests/_engines.ts";
import { Column } from "../table/column.ts";
import { columnOf } from "../table/column_of.ts";
import {
  formatDuration,
  formatDurations,
  formatDurationsToBytes,
  formatDurationsToText,
} from "./format.ts";

/** Values from which native printing uses threads. */
const THREAD_ROWS = 1_000_000;

const decoder = new TextDecoder();

testEngines("every kind of values prints the same", (engine) => {
  const expected = ["00:00:05", "-00:01:00", "00:00:00"];
  const lines = expected.join("\n") + "\n";
  const kinds = [
    [5000, -60_000, 0],
    [5000, -60_000, -0],
    new Float64Array([5000, -60_000, -0]),
    new Int32Array([5000, -60_000, 0]),
    new BigInt64Array([5000n, -60_000n, 0n]),
    new BigInt64Array([9n, 5000n, -60_000n, 0n, 9n]).subarray(1, 4),
    columnOf("i32", [5000, -60_000, 0]),
    columnOf("i64", [5000n, -60_000n, 0n]),
    columnOf("f64", [5000, -60_000, 0]),
  ];
  for (const values of kinds) {
    assertEquals(formatDurations(values as number[]), expected);
    const bytes = formatDurationsToBytes(values as number[], { engine });
    assertEquals(decoder.decode(bytes), lines);
    assertEquals(formatDurationsToText(values as number[], { engine }), lines);
  }
});

testEngines("nulls are null, and the line null", (engine) => {
  for (const type of ["i64", "i32", "f64"] as const) {
    const values = Array.from({ length: 19 }, (_, row) => {
      if (row % 3 === 1) return null;
      return type === "i64" ? BigInt(row) * 1000n : row * 1000;
    });
    const column = columnOf(type as "i64", values as bigint[]);
    const expected = values.map((_, row) =>
      row % 3 === 1 ? null : `00:00:${String(row).padStart(2, "0")}`
    );
    assertEquals(formatDurations(column), expected);
    for (const from of [0, 1, 9]) {
      const bytes = formatDurationsToBytes(column.slice(from), { engine });
      const lines = expected.slice(from).map((text) => `${text}\n`).join("");
      assertEquals(decoder.decode(bytes), lines);
    }
  }
  // What stands at a null is not looked at.
  const data = new BigInt64Array([2n ** 60n, 0n]);
  const validity = new Uint8Array([2]);
  const column = new Column({ type: "i64", length: 2, data, validity });
  const bytes = formatDurationsToBytes(column, { engine });
  assertEquals(decoder.decode(bytes), "null\n00:00:00\n");
});

testEngines("no values give no bytes", (engine) => {
  assertEquals(formatDurationsToBytes([], { engine }).length, 0);
  assertEquals(
    formatDurationsToBytes(columnOf("i64", []), { engine }).length,
    0,
  );
  assertEquals(formatDurations([]), []);
});

testEngines(
  "what is no safe integer is a RangeError with the row",
  (engine) => {
    const bad = [0.5, NaN, Infinity, -Infinity, 2 ** 53, -(2 ** 53), 1e300];
    for (const value of bad) {
      const single = assertThrows(() => formatDuration(value), RangeError);
      assertEquals(
        single.message,
        `Cannot format duration ${value}: expected whole milliseconds from ` +
          "-9007199254740991 to 9007199254740991",
      );
      for (const values of [[1, value], new Float64Array([1, value])]) {
        const words = `Cannot format duration ${value} at row 1: expected`;
        assertThrows(() => formatDurations(values), RangeError, words);
        assertThrows(
          () => formatDurationsToBytes(values, { engine }),
          RangeError,
          words,
        );
      }
    }
    for (
      const value of [2n ** 53n, -(2n ** 53n), 2n ** 63n - 1n, -(2n ** 63n)]
    ) {
      assertThrows(() => formatDuration(value), RangeError, `${value}`);
      assertThrows(
        () =>
          formatDurationsToBytes(new BigInt64Array([1n, value]), { engine }),
        RangeError,
        `Cannot format duration ${value} at row 1`,
      );
    }
    assertEquals(formatDuration(5000n), "00:00:05");
  },
);

testEngines("wrong types are a TypeError", (engine) => {
  for (const value of ["5", null, undefined, {}, true]) {
    assertThrows(() => formatDuration(value as never), TypeError);
    assertThrows(() => formatDurations([value as never]), TypeError, "row 0");
    assertThrows(
      () => formatDurationsToBytes([value as never], { engine }),
      TypeError,
      "row 0",
    );
  }
  const others = [null, undefined, 5, "5", new Uint8Array(2), new Set([1])];
  for (const values of [...others, columnOf("utf8", ["5"])]) {
    for (const format of [formatDurations, formatDurationsToBytes]) {
      assertThrows(() => format(values as never), TypeError, "Cannot format");
    }
  }
  const style = "long" as never;
  assertThrows(() => formatDuration(1, { style }), RangeError, "option style");
  assertThrows(() => formatDuration(1, null as never), TypeError, "options");
});

testEngines("buffers that may go are refused", (engine) => {
  const format = (values: BigInt64Array) => () =>
    formatDurationsToBytes(values, { engine });
  const shared = new BigInt64Array(new SharedArrayBuffer(8));
  assertThrows(format(shared), TypeError, "shared");
  const resizable = new ArrayBuffer(8, { maxByteLength: 16 });
  assertThrows(format(new BigInt64Array(resizable)), TypeError, "resizable");
  const values = new BigInt64Array(1);
  structuredClone(values, { transfer: [values.buffer] });
  assertThrows(format(values), TypeError, "detached");
});

Deno.test({
  name: "values that use threads print the same bytes",
  ignore: ENGINES.length < 2,
  fn() {
    const rows = THREAD_ROWS + 131;
    const data = new BigInt64Array(rows);
    const validity = new Uint8Array((rows + 7) >>> 3).fill(0xff);
    for (let row = 0; row < rows; row++) {
      data[row] = BigInt(row % 7 === 0 ? -row * 13 : row * 1000);
    }
    validity[77] = 0;
    validity[validity.length - 2] = 0x55;
    const column = new Column({ type: "i64", length: rows, data, validity });
    for (const style of ["clock", "compact"] as const) {
      const [ts, native] = ENGINES.map((engine) =>
        formatDurationsToBytes(column, { engine, style })
      );
      assertEquals(ts!.length, native!.length);
      assert(ts!.every((byte, at) => byte === native![at]));
    }
    data[rows - 1] = 2n ** 60n;
    for (const engine of ENGINES) {
      assertThrows(
        () => formatDurationsToBytes(column, { engine }),
        RangeError,
        `at row ${rows - 1}`,
      );
    }
  },
});
