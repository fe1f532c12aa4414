/** Writing, then reading, gives the same table: random tables of every type. */

import { assert, assertEquals } from "@std/assert";
import { Random } from "../../bench/data/_random.ts";
import { testEngines } from "../../tests/_engines.ts";
import { readCsvSync } from "../csv/read.ts";
import { writeCsvSync } from "../csv/write.ts";
import { writeJsonSync } from "../json/write.ts";
import { readNdjsonSync } from "../ndjson/read.ts";
import { writeNdjsonSync } from "../ndjson/write.ts";
import { Column } from "../table/column.ts";
import { columnOf } from "../table/column_of.ts";
import { type DeclaredType, declaredType } from "../table/schema.ts";
import { Table } from "../table/table.ts";
import { tablesEqual } from "../table/tables_equal.ts";

const ROUNDS = 300;

const TEXTS = [
  ...["", " ", "a", "00501", "-1", "1e5", "true", "null", "2024-02-29"],
  ...['"', '""', 'say "hi"', ",", "a,b", ";", "\t", "\n", "\r", "\r\n", "a\nb"],
  ...["é", "日本", "\u{1F600}", "\u{10FFFF}", "\uFEFF", "\uFEFFa", "\u2028"],
  ...["\u0001", "\u001f", "\u007f", "\\", "\\n", "=1+1", "'", "x".repeat(300)],
  ...["\\u0041", "{}", "[1,2]", "NaN", "\u0085", "e\u0301"],
];
const FLOATS = [
  ...[0, -0, 1, -1, 0.1, 1 / 3, 1e21, 1e-7, 1e-6, 5e-324, 2 ** 53],
  ...[1.7976931348623157e308, -1.7976931348623157e308, 2.2250738585072014e-308],
  ...[999999999.999999, 1e9 + 0.5, 123456.789, -0.000001, 4.35, 1e15 + 0.5],
  // Whole numbers beyond 2^53 print as integers (rule 24).
  ...[2 ** 53 + 2, -1e16, 1e17, 2 ** 63, -(2 ** 64), 1.5e20, 999999999999999e6],
  ...[999999999999999868928, -123456789012345680000],
];
const DAYS = ["0001-01-01", "9999-12-31", "1970-01-01", "2024-02-29"];
const TIMES = [
  ...["0001-01-01T00:00:00", "9999-12-31T23:59:59.999999"],
  ...["1969-12-31T23:59:59.999999", "2024-02-29T12:34:56.01"],
  ...["1970-01-01T00:00:00", "2000-01-01T00:00:00.5"],
];
const SPANS = [
  ...["0", "-0:00:01", "1:30:00", "0:00.001", "PT2501999792H59M0.991S"],
  ...["-PT2501999792H59M0.991S", "90s", "59m59.5s", "100h"],
];
const INT64_MAX = 2n ** 63n - 1n;
const LONGS = [0n, -1n, INT64_MAX, -INT64_MAX - 1n, 2n ** 53n + 1n, 10n ** 18n];

/** A value of a type; what no form can hold is left out by the callers. */
function valueOf(random: Random, type: DeclaredType, isJson: boolean): unknown {
  switch (type) {
    case "bool":
      return random.below(2) === 0;
    case "i32":
      return random.pick([
        0,
        1,
        -1,
        2147483647,
        -2147483648,
        random.below(1e6),
      ]);
    case "i64":
      return random.below(2) === 0
        ? random.pick(LONGS)
        : BigInt(random.below(2 ** 31)) * 4_294_967_291n;
    case "f64": {
      // JSON has no word for these.
      const odd = isJson ? [1.5] : [NaN, Infinity, -Infinity];
      return random.below(3) === 0
        ? random.pick([...FLOATS, ...odd])
        : (random.below(2 ** 31) - 2 ** 30) / random.pick([1, 10, 1e3, 7, 1e9]);
    }
    case "date":
      return random.pick(DAYS);
    case "timestamp":
      return random.pick(TIMES);
    case "timestamp_utc":
      return random.pick(TIMES) + "Z";
    case "duration":
      return random.pick(SPANS);
    case "decimal(0)":
    case "decimal(2)":
    case "decimal(9)":
    case "decimal(18)":
      return decimalOf(random, Number(type.slice(8, -1)));
    case "utf8":
      return random.below(4) === 0
        ? random.pick(TEXTS) + random.pick(TEXTS)
        : random.pick(TEXTS);
  }
}

/** A decimal of any size, with zeros behind the point or without. */
function decimalOf(random: Random, scale: number): string {
  const units = random.below(2) === 0
    ? random.pick(LONGS)
    : BigInt(random.below(2 ** 31) - 2 ** 30) * random.pick([1n, 10n, 997n]);
  const sign = units < 0n ? "-" : "";
  const digits = `${units < 0n ? -units : units}`.padStart(scale + 1, "0");
  const dot = digits.length - scale;
  return `${sign}${digits.slice(0, dot)}.${digits.slice(dot)}`;
}

const TYPES: DeclaredType[] = [
  ...["decimal(0)", "decimal(2)", "decimal(9)", "decimal(18)"] as const,
  "duration",
  ...["bool", "i32", "i64", "f64", "date", "timestamp"] as const,
  ...["timestamp_utc", "utf8", "utf8"] as const,
];

function randomTable(seed: number, isJson: boolean): Table {
  const random = new Random(seed);
  const rows = random.pick([0, 1, 2, 7, 8, 9, 40, 200]);
  const columns: [string, Column][] = [];
  for (let index = 0; index <= random.below(7); index++) {
    const type = random.pick(TYPES);
    const nulls = random.pick([0, 0, 3, 1]);
    const values = Array.from(
      { length: rows },
      () =>
        nulls > 0 && random.below(nulls) === 0
          ? null
          : valueOf(random, type, isJson),
    );
    const column = columnOf(type, values as never[]) as Column;
    const isCoded = type === "utf8" && random.below(2) === 0;
    const name = random.pick(["n", 'k"', "a,b", "\uFEFF", "日", "__proto__"]);
    columns.push([`${name}${index}`, isCoded ? coded(column) : column]);
  }
  return new Table(columns);
}

/** The same texts by a dictionary; codes at nulls are no codes. */
function coded(column: Column): Column {
  const texts = [...new Set(column.toArray())].filter((one) => one !== null);
  const plain = columnOf("utf8", texts as string[]);
  const codes = Int32Array.from(
    column.toArray(),
    (text) => text === null ? -7 : texts.indexOf(text),
  );
  return new Column({
    type: "utf8",
    length: column.length,
    data: codes,
    validity: column.validity,
    dictionary: {
      length: texts.length,
      data: plain.data as Uint8Array<ArrayBuffer>,
      offsets: plain.offsets!,
    },
  });
}

function schemaOf(table: Table): Record<string, DeclaredType> {
  return Object.fromEntries(
    table.schema.map((field) => [field.name, declaredType(field)]),
  );
}

function assertSame(again: Table, table: Table, context: string): void {
  assertEquals(again.toObjects(), table.toObjects(), context);
  assert(tablesEqual(again, table), context);
}

testEngines("writeCsv() then readCsv() gives the same table", (engine) => {
  for (let seed = 1; seed <= ROUNDS; seed++) {
    const table = randomTable(seed, false);
    const schema = schemaOf(table);
    const style = seed % 2 === 0
      ? {}
      : { delimiter: ";", lineEnd: "\r\n", bom: true } as const;
    const bytes = writeCsvSync(table, { ...style, engine });
    const { delimiter = "," } = style;
    const again = readCsvSync(bytes, { schema, delimiter, engine });
    assertSame(again, table, `${seed}`);
  }
});

testEngines("every delimiter reads back", (engine) => {
  const code = (at: number) => String.fromCharCode(at);
  const delimiters = Array.from({ length: 127 }, (_, at) => code(at + 1))
    .filter((one) => !'"\r\n'.includes(one));
  delimiters.forEach((delimiter, index) => {
    for (const seed of [index + 1, index + 1001]) {
      const table = randomTable(seed, false);
      const bytes = writeCsvSync(table, { delimiter, engine });
      const schema = schemaOf(table);
      const again = readCsvSync(bytes, { schema, delimiter, engine });
      assertSame(again, table, `${JSON.stringify(delimiter)} ${seed}`);
    }
  });
});

testEngines(
  "writeNdjson() then readNdjson() gives the same table",
  (engine) => {
    for (let seed = 1; seed <= ROUNDS; seed++) {
      const table = randomTable(seed, true);
      const bytes = writeNdjsonSync(table, { engine });
      const again = readNdjsonSync(bytes, {
        schema: schemaOf(table),
        engine,
        ...(seed % 2 === 0 ? { overflow: "text", integers: "text" } : {}),
      });
      if (table.numRows === 0) assertEquals(bytes.length, 0);
      else assertSame(again, table, `${seed}`);
    }
  },
);

testEngines("writeJson() gives what JSON.parse() reads", (engine) => {
  for (let seed = 1; seed <= ROUNDS; seed++) {
    const table = randomTable(seed, true);
    const text = new TextDecoder().decode(writeJsonSync(table, { engine }));
    const rows = JSON.parse(text) as Record<string, unknown>[];
    const isDecimal = (name: string) => table.column(name).type === "decimal";
    // JSON.parse rounds integers beyond 2^53, and every decimal.
    const expected = table.toObjects().map((row) =>
      Object.fromEntries(
        Object.entries(row).map(([name, value]) => [
          name,
          typeof value === "bigint" || value !== null && isDecimal(name)
            ? Number(value)
            : value,
        ]),
      )
    );
    assertEquals(rows, expected, `${seed}`);
  }
});

testEngines("writers print slices of a table as the slices", (engine) => {
  const random = new Random(7);
  for (let seed = 1; seed <= ROUNDS; seed++) {
    const table = randomTable(seed, false);
    const from = random.below(table.numRows + 1);
    const part = table.slice(from, from + random.below(30));
    const whole = new TextDecoder().decode(writeNdjsonSync(table, { engine }));
    const lines = whole.split("\n").slice(from, from + part.numRows);
    assertEquals(
      new TextDecoder().decode(writeNdjsonSync(part, { engine })),
      lines.map((line) => `${line}\n`).join(""),
    );
  }
});
