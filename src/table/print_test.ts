/** Printing rows as NDJSON and CSV. */

import { assert, assertEquals } from "@std/assert";
import { readCsvSync } from "../csv/read.ts";
import { readNdjsonSync } from "../ndjson/read.ts";
import { CsvPrinter } from "./_print_csv.ts";
import { NdjsonPrinter } from "./_print_ndjson.ts";
import { columnOf } from "./column_of.ts";
import { concatTables } from "./concat_tables.ts";
import { Table } from "./table.ts";
import { tablesEqual } from "./tables_equal.ts";

function print(printer: CsvPrinter | NdjsonPrinter, table: Table): string {
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  let text = "";
  for (const chunk of printer.print(table)) {
    text += decoder.decode(chunk, { stream: true });
  }
  return text;
}

const csv = (table: Table) => print(new CsvPrinter(), table);
const ndjson = (table: Table) => print(new NdjsonPrinter(), table);

const FLOATS = [
  ...[0, -0, 1, -1.5, 0.1, 1e21, 1e-7, 123456789.125, 5e-324, 2 ** 53],
  ...[-(2 ** 53) - 2, 1.7976931348623157e308, 9999999999999998, 100],
];
const TEXTS = [
  ...["", "a", 'say "hi"', "a,b", "x\ny", "\r", "\t", "\\", "\b\f\n\r\t"],
  ...["\u0000\u001f\u007f", "é", "日本", "\u{1F600}", "\u2028", " x "],
  "a".repeat(100),
];

Deno.test("NdjsonPrinter prints texts as JSON.stringify", () => {
  const table = Table.fromColumns({ 'k"\n': columnOf("utf8", TEXTS) });
  const expected = TEXTS.map((text) => JSON.stringify({ 'k"\n': text }) + "\n");
  assertEquals(ndjson(table), expected.join(""));
  // The same through a dictionary.
  const twice = concatTables([table, table, table]);
  assert(twice.columnAt(0).dictionary !== undefined);
  assertEquals(ndjson(twice), expected.join("").repeat(3));
});

Deno.test("NdjsonPrinter prints floats as ECMAScript, but -0", () => {
  const table = Table.fromColumns({ v: columnOf("f64", FLOATS) });
  const expected = FLOATS.map((value) =>
    `{"v":${Object.is(value, -0) ? "-0" : JSON.stringify(value)}}\n`
  );
  assertEquals(ndjson(table), expected.join(""));
  const odd = columnOf("f64", [NaN, Infinity, -Infinity, null]);
  assertEquals(
    ndjson(Table.fromColumns({ v: odd })),
    '{"v":null}\n'.repeat(4),
  );
});

Deno.test("NdjsonPrinter prints every digit of integers around 2^53", () => {
  const integers = Array.from({ length: 41 }, (_, at) => BigInt(at) - 20n)
    .flatMap((step) => [2n ** 53n + step, -(2n ** 53n) + step]);
  const table = Table.fromColumns({ v: columnOf("i64", integers) });
  const expected = integers.map((value) => `{"v":${value}}\n`).join("");
  assertEquals(ndjson(table), expected);
});

Deno.test("NdjsonPrinter prints every other type", () => {
  const table = Table.fromColumns({
    b: columnOf("bool", [true, false, null]),
    i: columnOf("i32", [-2147483648, 0, 2147483647]),
    l: columnOf("i64", [9223372036854775807n, -9223372036854775808n, 10n]),
    d: columnOf("date", ["0001-01-01", "9999-12-31", "2024-02-29"]),
    t: columnOf("timestamp", [
      "0001-01-01T00:00:00",
      "1969-12-31T23:59:59.999999",
      "2024-02-29T12:34:56.0105",
    ]),
    u: columnOf("timestamp_utc", ["9999-12-31T23:59:59Z", null, null]),
  });
  assertEquals(
    ndjson(table),
    '{"b":true,"i":-2147483648,"l":9223372036854775807,"d":"0001-01-01",' +
      '"t":"0001-01-01T00:00:00","u":"9999-12-31T23:59:59Z"}\n' +
      '{"b":false,"i":0,"l":-9223372036854775808,"d":"9999-12-31",' +
      '"t":"1969-12-31T23:59:59.999999","u":null}\n' +
      '{"b":null,"i":2147483647,"l":10,"d":"2024-02-29",' +
      '"t":"2024-02-29T12:34:56.0105","u":null}\n',
  );
});

Deno.test("CsvPrinter prints integers next to 2^53", () => {
  const values = Array.from(
    { length: 200 },
    (_, at) => 2n ** 53n + 60n - BigInt(at),
  );
  assertEquals(
    csv(Table.fromColumns({ l: columnOf("i64", values) })),
    `l\n${values.join("\n")}\n`,
  );
  const floats = values.map(Number);
  assertEquals(
    csv(Table.fromColumns({ f: columnOf("f64", floats) })),
    `f\n${floats.join("\n")}\n`,
  );
});

Deno.test("CsvPrinter prints floats of few decimals as ECMAScript", () => {
  let state = 1;
  const floats: number[] = [
    0.1 + 0.2,
    1e-6,
    9e-7,
    999_999_999.999999,
    1e9 + 0.5,
  ];
  for (let at = 0; at < 20_000; at++) {
    state = state * 48_271 % 2_147_483_647;
    floats.push(state / 10 ** (state % 10), -state / 3, state / 2 ** 20);
  }
  assertEquals(
    csv(Table.fromColumns({ f: columnOf("f64", floats) })),
    `f\n${floats.join("\n")}\n`,
  );
});

Deno.test("NdjsonPrinter prints valid JSON", () => {
  const table = Table.fromColumns({
    d: columnOf("date", ["2024-02-29", null]),
    t: columnOf("timestamp", [null, "2024-02-29T12:34:56.5"]),
    u: columnOf("timestamp_utc", ["2024-02-29T12:34:56Z", null]),
    s: columnOf("utf8", ["\u0001", null]),
    f: columnOf("f64", [1e300, NaN]),
  });
  const lines = ndjson(table).trimEnd().split("\n").map((row) =>
    JSON.parse(row)
  );
  assertEquals(lines, [table.toObjects()[0], {
    ...table.toObjects()[1],
    f: null,
  }]);
});

Deno.test("NdjsonPrinter prints rows without columns", () => {
  assertEquals(ndjson(new Table([], 2)), "{}\n{}\n");
});

Deno.test("CsvPrinter quotes what a reader needs", () => {
  const table = Table.fromColumns({
    'a"b': columnOf("utf8", ["x", "a,b", 'q"', "l\nf", "c\rr", "", null]),
    n: columnOf("f64", [1, -0, NaN, Infinity, -Infinity, 1.5, null]),
  });
  assertEquals(
    csv(table),
    '"a""b",n\nx,1\n"a,b",-0\n"q""",NaN\n"l\nf",Infinity\n' +
      '"c\rr",-Infinity\n"",1.5\n,\n',
  );
  const semicolons = Table.fromColumns({
    a: columnOf("utf8", ["a,b", "a;b"]),
  });
  assertEquals(
    print(new CsvPrinter({ delimiter: ";" }), semicolons),
    'a\na,b\n"a;b"\n',
  );
});

Deno.test("CsvPrinter prints the names once", () => {
  const printer = new CsvPrinter();
  const table = Table.fromColumns({ a: columnOf("i32", [1]) });
  assertEquals(print(printer, table) + print(printer, table), "a\n1\n1\n");
  assertEquals(csv(new Table([["a", columnOf("i32", [])]])), "a\n");
  assertEquals(csv(new Table([], 2)), "");
});

Deno.test("CsvPrinter keeps a mark that is part of a name", () => {
  const table = new Table([["\uFEFFa", columnOf("i32", [1])]]);
  const bytes = new TextEncoder().encode(csv(table));
  assertEquals(readCsvSync(bytes).columnNames, ["\uFEFFa"]);
});

Deno.test("CsvPrinter and readCsv() are a round trip", () => {
  const rows = 70_000;
  const pick = <V>(values: V[]) =>
    Array.from({ length: rows }, (_, row) => values[row % values.length]!);
  const table = Table.fromColumns({
    text: columnOf(
      "utf8",
      pick([...TEXTS.filter((t) => !t.includes("\0")), null]),
    ),
    float: columnOf(
      "f64",
      pick([...FLOATS.filter((f) => Math.abs(f) < 2 ** 53), 0.5]),
    ),
    long: columnOf("i64", pick([2n ** 62n, -1n, null])),
    time: columnOf("timestamp_utc", pick(["2024-02-29T12:34:56.01Z", null])),
    day: columnOf("date", pick(["2024-02-29", "1900-01-01", null])),
    flag: columnOf("bool", pick([true, null, false])),
  });
  const again = readCsvSync(new TextEncoder().encode(csv(table)));
  assert(tablesEqual(table, again));
  const one = Table.fromColumns({ v: columnOf("i32", pick([1, null])) });
  assert(tablesEqual(one, readCsvSync(new TextEncoder().encode(csv(one)))));
});

Deno.test("NdjsonPrinter and readNdjson() are a round trip", () => {
  const table = Table.fromColumns({
    text: columnOf("utf8", TEXTS),
    long: columnOf("i64", TEXTS.map((_, row) => 2n ** 62n + BigInt(row))),
    float: columnOf("f64", TEXTS.map((_, row) => row + 0.25)),
  });
  const again = readNdjsonSync(new TextEncoder().encode(ndjson(table)));
  assert(tablesEqual(table, again));
});
