/** `Table`, `Column`, `columnOf`, `concatTables`, `tablesEqual`. */

import { assert, assertEquals, assertThrows } from "@std/assert";
import { Column } from "./column.ts";
import { columnOf } from "./column_of.ts";
import { concatTables } from "./concat_tables.ts";
import { Table } from "./table.ts";
import { tablesEqual } from "./tables_equal.ts";

/** A table of every type with nulls, and its values. */
function everything(rows: number) {
  const pick = <V>(values: V[]) =>
    Array.from({ length: rows }, (_, row) => values[row % values.length]!);
  return Table.fromColumns({
    bool: columnOf("bool", pick([true, false, null])),
    i32: columnOf("i32", pick([1, -2147483648, null, 2147483647])),
    i64: columnOf("i64", pick([9007199254740993n, null, -1n])),
    f64: columnOf("f64", pick([0.5, -0, NaN, null, Infinity])),
    date: columnOf("date", pick(["2024-02-29", null, "0001-01-01"])),
    local: columnOf("timestamp", pick(["2024-01-01T00:00:00.5", null])),
    utc: columnOf("timestamp_utc", pick([null, "9999-12-31T23:59:59Z"])),
    text: columnOf("utf8", pick(["", "a", "日本", null, "\u{1F600}"])),
  });
}

Deno.test("Table.fromColumns() is typed by its columns", () => {
  const table = everything(5);
  const bool: boolean | null = table.get(0, "bool");
  const i64: bigint | null = table.get(0, "i64");
  const data: Float64Array = table.column("f64").data;
  assertEquals([bool, i64, data.length], [true, 9007199254740993n, 5]);
  const row = table.toObjects()[0]!;
  const day: string | null = row.date;
  assertEquals(day, "2024-02-29");
  // @ts-expect-error A date is a text, not a number.
  const wrong: number | null = row.date;
  assertEquals(wrong as unknown, "2024-02-29");
});

Deno.test("Table gives values by row and name", () => {
  const table = everything(5);
  assertEquals(table.toObjects()[3], {
    bool: true,
    i32: 2147483647,
    i64: 9007199254740993n,
    f64: null,
    date: "2024-02-29",
    local: null,
    utc: "9999-12-31T23:59:59Z",
    text: null,
  });
  assertEquals(table.column("utc").data[1], 253402300799000000n);
  assertEquals(table.column("date").data[2], -719162);
  assert(Object.is(table.get(1, "f64"), -0));
  assertEquals(table.column("text").nullCount, 1);
});

Deno.test("Table names what it does not have", () => {
  const table = everything(2);
  assertThrows(
    () => table.column("no"),
    RangeError,
    'Cannot find column "no": the table has "bool", "i32"',
  );
  assertThrows(() => table.get(2, "i32"), RangeError, "has 2 rows");
  assertThrows(() => table.get(-1, "i32"), RangeError, "row -1");
  assertThrows(() => table.get(0.5, "i32"), RangeError, "row 0.5");
  assertThrows(() => table.columnAt(8), RangeError, "column 8");
  assert(table.has("i32") && !table.has("constructor"));
});

Deno.test("new Table() rejects columns that do not fit", () => {
  const one = columnOf("i32", [1]);
  const two = columnOf("i32", [1, 2]);
  assertThrows(
    () => new Table([["a", one], ["b", two]]),
    RangeError,
    'column "b" has 2 rows, the others have 1',
  );
  assertThrows(() => new Table([["a", one], ["a", one]]), RangeError, "twice");
  assertThrows(() => new Table([["a", [1] as never]]), TypeError, "no Column");
  assertThrows(() => new Table([[1 as never, one]]), TypeError, "a string");
  assertEquals(new Table([], 3).toObjects(), [{}, {}, {}]);
});

Deno.test("Table has a column named __proto__", () => {
  const table = new Table([["__proto__", columnOf("i32", [1])]]);
  const row = table.toObjects()[0]!;
  assertEquals(Object.keys(row), ["__proto__"]);
  assertEquals(Object.getOwnPropertyDescriptor(row, "__proto__")?.value, 1);
});

Deno.test("Table.slice() cuts like Array.slice", () => {
  const table = everything(37);
  const rows = table.toObjects();
  for (const [from, to] of [[0, 37], [3, 20], [8, 16], [-5, -1], [30, 99]]) {
    const part = table.slice(from, to);
    assertEquals(part.toObjects(), rows.slice(from, to));
    const nulls = rows.slice(from, to).filter((row) => row.text === null);
    assertEquals(part.column("text").nullCount, nulls.length);
  }
  assertEquals(table.slice(20, 10).numRows, 0);
  assertEquals(new Table([], 9).slice(2, 5).numRows, 3);
});

Deno.test("concatTables() puts rows under each other", () => {
  const table = everything(53);
  for (const cuts of [[0, 53], [0, 1, 53], [0, 7, 8, 9, 33, 53]]) {
    const parts = cuts.slice(1).map((to, index) =>
      table.slice(cuts[index], to)
    );
    assertEquals(concatTables(parts).toObjects(), table.toObjects());
  }
  assertEquals(concatTables([]).numRows, 0);
  const other = Table.fromColumns({ a: columnOf("i32", [1]) });
  assertThrows(
    () => concatTables<Record<string, "i32">>([other, table as never]),
    TypeError,
    "names or types differ",
  );
});

Deno.test("concatTables() makes dictionaries anew", () => {
  const texts = Array.from({ length: 64 }, (_, row) => `t${row % 3}`);
  const plain = Table.fromColumns({ t: columnOf("utf8", texts) });
  const both = concatTables([plain, plain]).column("t");
  assertEquals(both.dictionary?.length, 3);
  assertEquals(both.toArray(), [...texts, ...texts]);
  const again = concatTables([
    concatTables([plain]),
    concatTables([plain]).slice(5),
  ]);
  assertEquals(again.column("t").toArray(), [...texts, ...texts.slice(5)]);
});

Deno.test("tablesEqual() compares names, types and values", () => {
  const table = everything(20);
  assert(tablesEqual(table, everything(20)));
  assert(!tablesEqual(table, everything(21)));
  const one = (value: number) =>
    Table.fromColumns({ v: columnOf("f64", [value]) });
  assert(tablesEqual(one(NaN), one(NaN)));
  assert(!tablesEqual(one(0), one(-0)));
  assert(!tablesEqual(one(1), one(2)));
  const text = (value: string | null) =>
    Table.fromColumns({ v: columnOf("utf8", [value]) });
  assert(!tablesEqual(text(null), text("")));
  assert(!tablesEqual(text("a"), text("b")));
  assert(!tablesEqual(text("a"), one(1)));
  const texts = Array.from({ length: 20 }, () => "x");
  const plain = Table.fromColumns({ v: columnOf("utf8", texts) });
  assert(tablesEqual(plain, concatTables([plain])));
});

Deno.test("columnOf() rejects values of another type", () => {
  const wrong: [string, unknown, typeof TypeError | typeof RangeError][] = [
    ["i32", 1.5, RangeError],
    ["i32", 2147483648, RangeError],
    ["i32", "1", TypeError],
    ["i64", 1, TypeError],
    ["i64", 2n ** 63n, RangeError],
    ["f64", 1n, TypeError],
    ["bool", 1, TypeError],
    ["utf8", 1, TypeError],
    ["date", "2023-02-29", TypeError],
    ["date", "2024-01-01T00:00", TypeError],
    ["timestamp", "2024-01-01T00:00Z", TypeError],
    ["timestamp_utc", "2024-01-01T00:00", TypeError],
    ["int", 1, TypeError],
  ];
  for (const [type, value, errorClass] of wrong) {
    assertThrows(
      () => columnOf(type as "i32", [value as number]),
      errorClass,
    );
  }
});

Deno.test("new Column() checks its buffers", () => {
  const data = new Int32Array(2);
  const make = (parts: object) => () =>
    new Column({ type: "i32", length: 2, data, ...parts } as never);
  make({})();
  assertThrows(make({ length: 3 }), RangeError, "2 entries, needs 3");
  assertThrows(make({ length: -1 }), RangeError);
  assertThrows(make({ type: "int" }), TypeError, "unknown type");
  assertThrows(make({ data: new Float64Array(2) }), TypeError, "Int32Array");
  assertThrows(make({ validity: new Uint8Array(0) }), RangeError, "validity");
  assertThrows(make({ zoned: true }), TypeError, "zone");
  assertThrows(make({ offsets: data }), TypeError, "offsets");
  const text = { type: "utf8", data: new Uint8Array(2) };
  assertThrows(make(text), TypeError, "needs offsets");
  assertThrows(make({ ...text, offsets: data }), RangeError, "2 entries");
  const beyond = Int32Array.of(0, 1, 3);
  assertThrows(make({ ...text, offsets: beyond }), RangeError, "leave");
});

Deno.test("Column.bytes() views texts alone", () => {
  const column = columnOf("utf8", ["é", null]);
  assertEquals(column.bytes(0), Uint8Array.of(0xc3, 0xa9));
  assertEquals(column.bytes(1), null);
  assertThrows(() => columnOf("i32", [1]).bytes(0), TypeError, "not utf8");
});

Deno.test("Column.value() keeps a mark and long texts", () => {
  const texts = ["\uFEFFx", "a".repeat(100), "é".repeat(50)];
  assertEquals(columnOf("utf8", texts).toArray(), texts);
});
