import { assert, assertEquals, assertThrows } from "@std/assert";
import { bytesOf, ENGINES, testEngines } from "../../tests/_engines.ts";
import { readCsvSync } from "../csv/read.ts";
import { Column } from "../table/column.ts";
import { columnOf } from "../table/column_of.ts";
import { DurationError, DurationRangeError } from "./error.ts";
import type { ParseDurationOptions } from "./options.ts";
import { parseDuration, parseDurationColumn, parseDurations } from "./parse.ts";

/** Rows from which columns use threads. */
const THREAD_ROWS = 1_000_000;

Deno.test("parseDuration() says what is wrong and where", () => {
  const cases: [string, ParseDurationOptions<"throw">, string, number][] = [
    ["", {}, "EMPTY_DURATION", 0],
    ["  ", { lenient: true }, "EMPTY_DURATION", 0],
    ["1".repeat(101), {}, "DURATION_TOO_LONG", 100],
    ["é".repeat(101), {}, "DURATION_TOO_LONG", 100],
    ["é".repeat(100), {}, "UNEXPECTED_CHARACTER", 0],
    ["1h x", {}, "UNEXPECTED_CHARACTER", 2],
    ["PT1H30", {}, "UNEXPECTED_END", 6],
    ["PT", {}, "UNEXPECTED_END", 2],
    ["-", {}, "UNEXPECTED_END", 1],
    ["1:xx", {}, "FIELD_OUT_OF_RANGE", 2],
    ["1:30:60", {}, "FIELD_OUT_OF_RANGE", 5],
    ["1h30", {}, "UNIT_MISSING", 2],
    ["1.5min", {}, "UNKNOWN_UNIT", 3],
    ["PT1M2H", {}, "UNIT_ORDER", 5],
    ["P1Y", {}, "CALENDAR_UNIT", 2],
    ["P1M", { days: 24 }, "CALENDAR_UNIT", 2],
    ["2 months", { lenient: true }, "CALENDAR_UNIT", 2],
    ["1d", {}, "DAYS_NOT_ALLOWED", 1],
    ["0.0005", {}, "NOT_WHOLE_MILLISECONDS", 1],
    ["1us", {}, "NOT_WHOLE_MILLISECONDS", 0],
  ];
  for (const [text, options, code, offset] of cases) {
    const error = assertThrows(
      () => parseDuration(text, options),
      DurationError,
    );
    assertEquals([error.code, error.offset, error.row], [code, offset, null]);
    assert(error instanceof SyntaxError);
    assert(error.message.startsWith("Cannot parse duration "), error.message);
  }
});

Deno.test("parseDuration() refuses what is beyond the safe integers", () => {
  for (const text of ["9007199254741", "-9007199254741", "PT9007199254741S"]) {
    const error = assertThrows(() => parseDuration(text), DurationRangeError);
    assert(error instanceof RangeError);
    assertEquals(error.code, "DURATION_OVERFLOW");
    assertEquals(parseDuration(text, { onError: "zero" }), 0);
  }
  assertEquals(
    parseDuration("9007199254740.991"),
    Number.MAX_SAFE_INTEGER,
  );
});

Deno.test("messages name the text, the row and the cause", () => {
  const message = (work: () => unknown) => assertThrows(work, Error).message;
  assertEquals(
    message(() => parseDurations(["0", "1:xx"], { clock: "HH:MM" })),
    'Cannot parse duration "1:xx" at row 1: minutes must be 0-59',
  );
  assertEquals(
    message(() => parseDuration("1:5")),
    'Cannot parse duration "1:5": seconds must be 0-59 in two digits',
  );
  assertEquals(
    message(() => parseDuration(`"\n${"x".repeat(60)}`)),
    `Cannot parse duration "\\"\\n${"x".repeat(38)}…": ` +
      `expected a digit, found "\\""`,
  );
  assertEquals(
    message(() => parseDuration("\ud83d")),
    'Cannot parse duration "\ufffd": expected a digit, found "\ufffd"',
  );
});

Deno.test("a zero has no sign", () => {
  for (const text of ["-0", "-00:00:00", "-PT0S", "-0h", "-0.000"]) {
    assert(Object.is(parseDuration(text), 0), text);
  }
});

Deno.test("wrong types and options are refused by name", () => {
  const wrong = (work: () => unknown, type: typeof Error, words: string) => {
    assert(assertThrows(work, type).message.includes(words));
  };
  for (const text of [null, undefined, 5, 5n, {}, []]) {
    wrong(() => parseDuration(text as never), TypeError, "expected a string");
    wrong(
      () => parseDurations([text as never], { onError: "null" }),
      TypeError,
      "at row 0: expected a string",
    );
  }
  for (const texts of [null, undefined, "1:30", new Set(), { length: 1 }]) {
    wrong(() => parseDurations(texts as never), TypeError, "expected an array");
  }
  // A hole is no text.
  wrong(() => parseDurations(new Array(1)), TypeError, "undefined");
  const bad: [object, typeof Error, string][] = [
    [{ clock: "SS:MM" }, RangeError, "option clock"],
    [{ preset: "Tracker" }, RangeError, "option preset"],
    [{ days: 23 }, RangeError, "option days must be 24"],
    [{ days: "24" }, RangeError, "option days"],
    [{ unit: "d" }, RangeError, "option unit"],
    [{ onError: "ignore" }, RangeError, "option onError"],
    [{ lenient: "yes" }, TypeError, "option lenient"],
    [{ preset: "tracker", lenient: true }, RangeError, "preset tracker"],
    [{ preset: "tracker", days: 24 }, RangeError, "preset tracker"],
  ];
  for (const [options, type, words] of bad) {
    wrong(() => parseDuration("1", options as never), type, words);
    wrong(() => parseDurations(["1"], options as never), type, words);
    const column = columnOf("utf8", ["1"]);
    wrong(() => parseDurationColumn(column, options as never), type, words);
  }
  wrong(() => parseDuration("1", null as never), TypeError, "options");
  const column = columnOf("utf8", ["1"]);
  const engine = "fast" as never;
  wrong(() => parseDurationColumn(column, { engine }), RangeError, "engine");
});

testEngines(
  "parseDurationColumn() refuses what is no text column",
  (engine) => {
    const refuse = (column: unknown) =>
      assertThrows(
        () => parseDurationColumn(column as Column<"utf8">, { engine }),
        TypeError,
        "Cannot parse durations",
      );
    for (const column of [null, undefined, [], {}, columnOf("i64", [1n])]) {
      refuse(column);
    }
  },
);

testEngines("parseDurationColumn() refuses buffers that may go", (engine) => {
  const parse = (data: Uint8Array<ArrayBuffer>) => {
    const offsets = new Int32Array([0, 1]);
    const column = new Column({ type: "utf8", length: 1, data, offsets });
    return () => parseDurationColumn(column, { engine });
  };
  const shared = new Uint8Array(new SharedArrayBuffer(1));
  assertThrows(parse(shared as never), TypeError, "shared");
  const resizable = new ArrayBuffer(1, { maxByteLength: 2 });
  assertThrows(parse(new Uint8Array(resizable)), TypeError, "resizable");
  const data = new Uint8Array([49]);
  const detached = parse(data);
  structuredClone(data, { transfer: [data.buffer] });
  assertThrows(detached, TypeError, "detached");
});

testEngines("offsets that leave the bytes are a RangeError", (engine) => {
  const data = bytesOf("1:301:30");
  for (const middle of [-1, 9, 2 ** 31 - 1, -(2 ** 31)]) {
    const offsets = new Int32Array([0, middle, 8]);
    const column = new Column({ type: "utf8", length: 2, data, offsets });
    assertThrows(
      () => parseDurationColumn(column, { engine, onError: "null" }),
      RangeError,
      "leave the column's 8",
    );
  }
});

testEngines("nulls stay null under every onError", (engine) => {
  const texts = Array.from(
    { length: 100 },
    (_, row) => row % 3 === 0 ? null : row % 7 === 0 ? "?" : `${row}`,
  );
  const column = columnOf("utf8", texts);
  for (const onError of ["null", "zero"] as const) {
    const found = parseDurationColumn(column, { engine, onError });
    const bad = onError === "null" ? null : 0n;
    assertEquals(
      found.toArray(),
      texts.map((text, row) =>
        text === null ? null : text === "?" ? bad : BigInt(row) * 1000n
      ),
    );
  }
  const error = assertThrows(
    () => parseDurationColumn(column, { engine }),
    DurationError,
  );
  assertEquals(error.row, 7);
  const good = parseDurationColumn(columnOf("utf8", ["1"]), { engine });
  assertEquals(good.validity, undefined);
  const empty = parseDurationColumn(columnOf("utf8", []), { engine });
  assertEquals(empty.toArray(), []);
});

testEngines("slices and dictionaries are read as what they show", (engine) => {
  const texts = Array.from(
    { length: 64 },
    (_, row) => row === 3 ? "junk" : row % 5 === 0 ? "" : `${row % 4}:00`,
  );
  const bytes = bytesOf(
    `d,n\n${texts.map((text, n) => `${text},${n}`).join("\n")}`,
  );
  const coded = readCsvSync(bytes).column("d") as Column<"utf8">;
  assert(coded.dictionary !== undefined);
  const plain = columnOf(
    "utf8",
    texts.map((text) => text === "" ? null : text),
  );
  for (const from of [4, 5, 8, 21]) {
    const expected = texts.slice(from).map((_, index) => {
      const row = from + index;
      return row % 5 === 0 ? null : BigInt(row % 4) * 60_000n;
    });
    for (const column of [coded, plain]) {
      // The text that is no duration is no longer part of the column.
      const found = parseDurationColumn(column.slice(from), { engine });
      assertEquals(found.toArray(), expected);
    }
  }
  for (const column of [coded, plain]) {
    const error = assertThrows(
      () => parseDurationColumn(column, { engine }),
      DurationError,
    );
    assertEquals([error.row, error.message], [
      3,
      'Cannot parse duration "junk" at row 3: expected a digit, found "j"',
    ]);
    const quiet = { engine, onError: "null" } as const;
    assertEquals(parseDurationColumn(column, quiet).isNull(3), true);
  }
});

/** Many rows of four texts, null where `row % 11` is 10. */
function manyRows(rows: number): Column<"utf8"> {
  const texts = ["01:30:00", "PT5S", "90", "?"].map(bytesOf);
  const offsets = new Int32Array(rows + 1);
  const validity = new Uint8Array((rows + 7) >>> 3);
  const data = new Uint8Array(rows * 8);
  for (let row = 0; row < rows; row++) {
    const text = texts[row % 97 === 0 ? 3 : row % 3]!;
    data.set(text, offsets[row]!);
    offsets[row + 1] = offsets[row]! + text.length;
    if (row % 11 !== 10) validity[row >>> 3]! |= 1 << (row & 7);
  }
  return new Column({ type: "utf8", length: rows, data, offsets, validity });
}

Deno.test({
  name: "columns that use threads have the same bits and the same error",
  ignore: ENGINES.length < 2,
  fn() {
    for (const rows of [THREAD_ROWS, THREAD_ROWS + 77]) {
      const column = manyRows(rows);
      for (const onError of ["null", "zero"] as const) {
        const [ts, native] = ENGINES.map((engine) =>
          parseDurationColumn(column, { engine, onError })
        );
        assertEquals(indexOfDifference(ts!.data, native!.data), -1);
        assertEquals(indexOfDifference(ts!.validity!, native!.validity!), -1);
      }
      for (const from of [1, 700_003]) {
        const part = column.slice(from);
        const [ts, native] = ENGINES.map((engine) =>
          assertThrows(() => parseDurationColumn(part, { engine }), Error)
            .message
        );
        assertEquals(native, ts);
      }
    }
  },
});

function indexOfDifference<T>(one: ArrayLike<T>, other: ArrayLike<T>): number {
  if (one.length !== other.length) return Math.min(one.length, other.length);
  for (let at = 0; at < one.length; at++) if (one[at] !== other[at]) return at;
  return -1;
}
