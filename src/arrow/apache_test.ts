/** Arrow IPC both ways against npm `apache-arrow`, and a real file. */

import { assert, assertEquals } from "@std/assert";
import * as apache from "apache-arrow";
import { Random } from "../../bench/data/_random.ts";
import { datasetPath } from "../../tools/_datasets.ts";
import type { Column } from "../table/column.ts";
import { columnOf } from "../table/column_of.ts";
import { concatTables } from "../table/concat_tables.ts";
import { Table } from "../table/table.ts";
import { tablesEqual } from "../table/tables_equal.ts";
import { readArrow, readArrowBatches, readArrowSync } from "./read.ts";
import { writeArrowBatches, writeArrowSync } from "./write.ts";

const WORDS = ["", "a", "Zürich", "日本", "a word of more bytes", "x\0y"];
const MICROS_MAX = 253_402_300_799;

/** A table of every type that a table has, with nulls here and there. */
function randomTable(random: Random, rows: number): Table {
  const list = <T>(make: () => T) =>
    Array.from({ length: rows }, () => random.below(5) === 0 ? null : make());
  const two = (limit: number, least = 0) =>
    String(least + random.below(limit)).padStart(2, "0");
  const day = () => `${two(80, 19)}${two(99)}-${two(12, 1)}-${two(28, 1)}`;
  const time = () => `${day()}T${two(24)}:${two(60)}:${two(60)}.${two(99, 1)}`;
  const fraction = () => `${time().replace(/0+$/, "")}`;
  const items = <T>(make: () => T) =>
    Array.from(
      { length: random.below(4) },
      () => random.below(5) === 0 ? null : make(),
    );
  const text = () => WORDS[random.below(WORDS.length)]! + random.below(4);
  return new Table([
    ["bool", columnOf("bool", list(() => random.below(2) === 0))],
    ["i32", columnOf("i32", list(() => random.below(2 ** 31) - 2 ** 30))],
    ["i64", columnOf("i64", list(() => BigInt(random.below(2 ** 31)) ** 2n))],
    ["f64", columnOf("f64", list(() => random.below(2 ** 31) / 7))],
    ["date", columnOf("date", list(day))],
    ["local", columnOf("timestamp", list(fraction))],
    ["utc", columnOf("timestamp_utc", list(() => `${fraction()}Z`))],
    ["cents", columnOf("decimal(2)", list(() => `-${random.below(1e9)}.25`))],
    ["tiny", columnOf("decimal(18)", list(() => `0.${random.below(1e9)}`))],
    ["spent", columnOf("duration", list(() => `-${random.below(1e9)}ms`))],
    ["utf8", columnOf("utf8", list(text))],
    ["ints", columnOf("list<i32>", list(() => items(() => random.below(9))))],
    ["texts", columnOf("list<utf8>", list(() => items(text)))],
    ["flags", columnOf("list<bool>", list(() => items(() => true)))],
    ["floats", columnOf("list<f64>", list(() => items(() => 0.1)))],
    ["full", columnOf("i32", Array.from({ length: rows }, (_, row) => row))],
  ]);
}

/** The value of a row as `apache-arrow` should have it. */
function expected(column: Column, row: number): unknown {
  if (column.isNull(row)) return null;
  const { type, data } = column;
  if (type === "date") return (data as Int32Array)[row]! * 86_400_000;
  if (type === "timestamp") {
    // Its milliseconds are a float, rounded in its own way.
    return Math.round(Number((data as BigInt64Array)[row]) / 1e4);
  }
  if (type === "decimal" || type === "duration") {
    return (data as BigInt64Array)[row];
  }
  return column.value(row);
}

/** The 128 bits of a decimal as `apache-arrow` has them. */
function unitsOf(words: Uint32Array): bigint {
  const bits = words.reduceRight((sum, word) => sum << 32n | BigInt(word), 0n);
  return BigInt.asIntN(128, bits);
}

function assertSame(theirs: apache.Table, ours: Table): void {
  assertEquals(theirs.numRows, ours.numRows);
  assertEquals(theirs.schema.names, ours.columnNames);
  ours.columnNames.forEach((name, index) => {
    const column = ours.columnAt(index);
    const vector = theirs.getChildAt(index)!;
    if (column.type === "decimal") {
      assertEquals(vector.type.scale, column.scale);
    }
    assertEquals(vector.nullCount, column.nullCount, name);
    for (let row = 0; row < column.length; row++) {
      const value = vector.get(row);
      if (column.type === "list") {
        const list = value === null ? null : [...value];
        assertEquals<unknown>(list, column.value(row), `${name} ${row}`);
        continue;
      }
      const found = column.type === "timestamp" && value !== null
        ? Math.round(value / 10)
        : column.type === "decimal" && value !== null
        ? unitsOf(value)
        : value;
      assertEquals(found, expected(column, row), `${name} ${row}`);
    }
  });
}

Deno.test("arrow: apache-arrow reads what was written", () => {
  for (let seed = 1; seed <= 20; seed++) {
    const random = new Random(seed);
    const table = randomTable(random, random.below(70));
    const part = table.slice(random.below(9), 40);
    const coded = concatTables([table, table, part]);
    for (const format of ["file", "stream"] as const) {
      for (const one of [table, part, coded, coded.slice(3, 50)]) {
        const bytes = writeArrowSync(one, { format });
        assertSame(apache.tableFromIPC(bytes), one);
        assert(tablesEqual(readArrowSync(bytes), one));
        const plain = writeArrowSync(one, { format, dictionaries: "plain" });
        assertSame(apache.tableFromIPC(plain), one);
      }
    }
  }
});

Deno.test("arrow: apache-arrow reads batches and growing dictionaries", async () => {
  for (let seed = 1; seed <= 10; seed++) {
    const random = new Random(seed);
    const first = randomTable(random, 40);
    const coded = concatTables([first, first]);
    assert(coded.column("utf8").dictionary !== undefined);
    const batches = [coded, randomTable(random, 20), coded.slice(5, 9)];
    const whole = concatTables(batches);
    for (const format of ["file", "stream"] as const) {
      const bytes = writeArrowSync(batches, { format });
      assertSame(apache.tableFromIPC(bytes), whole);
      assert(tablesEqual(readArrowSync(bytes), whole));
      const chunks = writeArrowBatches(batches, { format });
      const streamed = await readArrow(ReadableStream.from(chunks));
      assert(tablesEqual(streamed, whole));
    }
  }
});

Deno.test("arrow: what apache-arrow writes is read", () => {
  const { vectorFromArray, tableToIPC } = apache;
  const texts = ["a", null, "b", "a", "é"];
  const numbers = [1, null, 3, -4, 5];
  const theirs = new apache.Table({
    text: vectorFromArray(texts, new apache.Utf8()),
    large: vectorFromArray(texts, new apache.LargeUtf8()),
    code: vectorFromArray(
      texts,
      new apache.Dictionary(new apache.Utf8(), new apache.Int8()),
    ),
    i8: vectorFromArray(numbers, new apache.Int8()),
    f32: vectorFromArray(numbers, new apache.Float32()),
    f16: vectorFromArray(numbers, new apache.Float16()),
    day: vectorFromArray([0, null, 86_400_000, 0, 0], new apache.DateDay()),
    at: vectorFromArray(
      [0, null, 1000, -1, MICROS_MAX],
      new apache.TimestampMillisecond(),
    ),
    ok: vectorFromArray([true, null, false, true, true], new apache.Bool()),
    list: vectorFromArray(
      [[1, null], null, [], [2], [3, 4]],
      new apache.List(new apache.Field("item", new apache.Int16(), true)),
    ),
    none: vectorFromArray([null, null, null, null, null], new apache.Null()),
  });
  for (const format of ["file", "stream"] as const) {
    const bytes = tableToIPC(theirs, format).slice();
    const table = readArrowSync(bytes);
    const values = (name: string) => [...table.column(name)];
    assertEquals(values("text"), texts);
    assertEquals(values("large"), texts);
    assertEquals(values("code"), texts);
    for (const name of ["i8", "f32", "f16"]) {
      assertEquals(values(name), numbers);
    }
    assertEquals(values("day")[2], "1970-01-02");
    assertEquals(values("at")[3], "1969-12-31T23:59:59.999");
    assertEquals(values("ok"), [true, null, false, true, true]);
    assertEquals(values("list"), [[1, null], null, [], [2], [3, 4]]);
    assertEquals(values("none"), [null, null, null, null, null]);
  }
});

Deno.test("arrow: flights-200k.arrow is read as apache-arrow reads it", async () => {
  const path = await datasetPath("flights-200k.arrow");
  const theirs = apache.tableFromIPC(await Deno.readFile(path));
  const table = await readArrow(path);
  assertEquals(table.numRows, 200_000);
  assertEquals(table.schema.map(({ type }) => type), ["i32", "i32", "f64"]);
  const streamed = await Array.fromAsync(readArrowBatches(path));
  assert(tablesEqual(concatTables(streamed), table));
  for (const name of table.columnNames) {
    const theirValues = theirs.getChild(name)!.toArray() as ArrayLike<number>;
    assertEquals(
      Array.from(table.column(name).data as Float64Array),
      Array.from(theirValues),
    );
  }
});
