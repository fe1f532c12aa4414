/** `readCsv`, `readCsvSync`, `readCsvBatches`: every rule on both engines. */

import {
  assert,
  assertEquals,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import {
  bytesOf,
  type EngineName,
  streamOf,
  testEngines,
} from "../../tests/_engines.ts";
import { ParseError } from "../errors.ts";
import type { Table } from "../table/table.ts";
import type { ReadCsvOptions } from "./options.ts";
import { readCsv, readCsvSync } from "./read.ts";

/** Types by name; a zone and a dictionary are marked. */
function typesOf(table: Table): string[] {
  return table.schema.map(({ name, type, zoned }) =>
    `${name} ${type}${zoned ? " utc" : ""}`
  );
}

function read(
  text: string,
  engine: EngineName,
  options: ReadCsvOptions = {},
): Table {
  return readCsvSync(bytesOf(text), { ...options, engine });
}

/** Type and values of the only column. */
function only(text: string, engine: EngineName): [string, unknown[]] {
  const column = read(text, engine).columnAt(0);
  return [column.type, column.toArray()];
}

/** Code, line, column and offset of the error. */
function faultOf(
  text: string | Uint8Array<ArrayBuffer>,
  engine: EngineName,
  options: ReadCsvOptions = {},
): [string, number, number, number] {
  const bytes = typeof text === "string" ? bytesOf(text) : text;
  const error = assertThrows(
    () => readCsvSync(bytes, { ...options, engine }),
    ParseError,
  );
  return [error.code, error.line, error.column, error.byteOffset];
}

testEngines("readCsv() joins the types of a column", (engine) => {
  const cases: [string, string][] = [
    ["1 2147483647 -2147483648", "i32"],
    ["1 2147483648", "i64"],
    ["1 9223372036854775807 -9223372036854775808", "i64"],
    ["1 9223372036854775808", "utf8"],
    ["1 1.5", "f64"],
    ["9007199254740992 1.5", "f64"],
    ["9007199254740993 1.5", "utf8"],
    ["-9007199254740993 1.5", "utf8"],
    ["1.5 1e400", "utf8"],
    ["true FALSE True", "bool"],
    ["true 1", "utf8"],
    ["0001-01-01 9999-12-31", "date"],
    ["2024-02-29 2024-02-29T12:30", "timestamp"],
    ["2024-02-29T12:30Z 2024-02-29T12:30:00+01:00", "timestamp"],
    ["2024-02-29 2024-02-29T12:30Z", "utf8"],
    ["2024-02-29T12:30 2024-02-29T12:30Z", "utf8"],
    ["2023-02-29", "utf8"],
    ["1 2024-02-29", "utf8"],
    ["00501 99950", "utf8"],
    ["+1", "utf8"],
    ["0x10", "utf8"],
    ["1_000", "utf8"],
    ["None NA null", "utf8"],
  ];
  for (const [values, type] of cases) {
    const text = `v\n${values.replaceAll(" ", "\n")}\n`;
    assertEquals(read(text, engine).column("v").type, type, values);
  }
});

testEngines("readCsv() reads whole numbers exactly", (engine) => {
  assertEquals(only("v\n0\n-7\n2147483647\n", engine), [
    "i32",
    [0, -7, 2147483647],
  ]);
  const longs = "v\n9223372036854775807\n-9223372036854775808\n1\n";
  assertEquals(only(longs, engine), [
    "i64",
    [9223372036854775807n, -9223372036854775808n, 1n],
  ]);
});

testEngines("readCsv() reads floats correctly rounded", (engine) => {
  const texts = [
    ".5 5. 1e3 -1.25E-2 1E+05 0.1 123456789012345678 1e-400 5e-324",
    "2.2250738585072014e-308 1.7976931348623157e308 0.30000000000000004",
  ].join(" ").split(" ");
  const [type, values] = only(`v\n${texts.join("\n")}\n1.5\n`, engine);
  // An integer beyond 2^53 in the list makes the column text.
  assertEquals(type, "utf8");
  assertEquals(values.length, texts.length + 1);
  const floats = texts.filter((text) => text !== "123456789012345678");
  assertEquals(only(`v\n${floats.join("\n")}\n`, engine), [
    "f64",
    floats.map(Number),
  ]);
});

testEngines("readCsv() reads -0, nan and infinities", (engine) => {
  const text = "v\n-0\n-0.0\nNaN\n-nan\ninf\n-Infinity\nINFINITY\n";
  const [type, values] = only(text, engine);
  assertEquals(type, "f64");
  const expected = [-0, -0, NaN, NaN, Infinity, -Infinity, Infinity];
  assert(values.every((value, row) => Object.is(value, expected[row])));
});

testEngines("readCsv() stores dates and timestamps as counts", (engine) => {
  const table = read(
    "d,l,z\n" +
      "1970-01-02,1970-01-01 00:00:01.000001,1970-01-01T01:00+01:00\n" +
      "1969-12-31,1969-12-31T23:59:59.999999,2024-02-29T23:59:59.5Z\n" +
      "0001-01-01,0001-01-01,9999-12-31T23:59:59Z\n",
    engine,
  );
  assertEquals(typesOf(table), ["d date", "l timestamp", "z timestamp utc"]);
  // From Python: date(1, 1, 1).toordinal() - date(1970, 1, 1).toordinal().
  assertEquals([...table.column("d").data], [1, -1, -719162]);
  assertEquals(
    [...table.column("l").data],
    [1000001n, -1n, -62135596800000000n],
  );
  assertEquals(
    [...table.column("z").data],
    [0n, 1709251199500000n, 253402300799000000n],
  );
  assertEquals(table.toObjects()[1], {
    d: "1969-12-31",
    l: "1969-12-31T23:59:59.999999",
    z: "2024-02-29T23:59:59.5Z",
  });
});

testEngines("readCsv() tells null from the empty text", (engine) => {
  assertEquals(only('v\nx\n""\n\n', engine), ["utf8", ["x", "", null]]);
  assertEquals(only('v\n1\n""\n\n', engine), ["i32", [1, null, null]]);
  assertEquals(only('v\n1.5\n""\n', engine), ["f64", [1.5, null]]);
  assertEquals(only('v\ntrue\n""\n', engine), ["bool", [true, null]]);
  assertEquals(only('v\n2024-01-01\n""\n', engine)[1], ["2024-01-01", null]);
  assertEquals(only('v\n""\n\n', engine), ["utf8", ["", null]]);
  assertEquals(only("v\n\n\n", engine), ["utf8", [null, null]]);
});

testEngines("readCsv() gives quoted values their type", (engine) => {
  assertEquals(only('v\n"1"\n2\n', engine), ["i32", [1, 2]]);
  assertEquals(only('v\n"true"\n', engine), ["bool", [true]]);
});

testEngines("readCsv() with types text has texts and no nulls", (engine) => {
  const table = read('a,b\n1,\n"",x\n', engine, { types: "text" });
  assertEquals(typesOf(table), ["a utf8", "b utf8"]);
  assertEquals(table.toObjects(), [{ a: "1", b: "" }, { a: "", b: "x" }]);
  assertEquals(table.column("b").validity, undefined);
});

testEngines("readCsv() types a table by all its rows", (engine) => {
  for (
    const [late, type, first] of [
      ["1.5", "f64", 7],
      ["3000000000", "i64", 7n],
      ["x", "utf8", "7"],
      ["", "i32", 7],
    ] as const
  ) {
    const text = `v,w\n${"7,1\n".repeat(70)}${late},1\n`;
    const table = read(text, engine, { sampleRows: 16 });
    assertEquals(table.column("v").type, type, late);
    assertEquals(table.get(0, "v"), first);
    assertEquals(table.column("w").type, "i32");
  }
});

testEngines("readCsv() types a column that begins late", (engine) => {
  const text = `v,w\n${",1\n".repeat(40)}5,1\n${",1\n".repeat(9)}`;
  const table = read(text, engine, { sampleRows: 16 });
  assertEquals(table.column("v").type, "i32");
  assertEquals(table.get(40, "v"), 5);
  assertEquals(table.column("v").nullCount, 49);
});

testEngines("readCsv() types a file by all its rows", async (engine) => {
  const path = await Deno.makeTempFile();
  try {
    const text = `v\n${"7\n".repeat(100)}007\n`;
    await Deno.writeTextFile(path, text);
    const table = await readCsv(path, { engine, sampleRows: 10 });
    assertEquals(table.column("v").type, "utf8");
    assertEquals(table.get(100, "v"), "007");
    const url = new URL(`file://${path}`);
    assertEquals((await readCsv(url, { engine })).numRows, 101);
  } finally {
    await Deno.remove(path);
  }
});

testEngines("readCsv() types a stream by its sample", async (engine) => {
  const bytes = bytesOf(`v\n${"7\n".repeat(20)}x\n`);
  const error = await assertRejects(
    () => readCsv(streamOf(bytes, 7), { engine, sampleRows: 8 }),
    ParseError,
  );
  assertEquals(
    [error.code, error.line, error.column, error.byteOffset],
    ["TYPE_MISMATCH", 22, 1, 42],
  );
  assertEquals(
    error.message,
    'Cannot read "x" in column "v" as i32: read everything as text with ' +
      "the option types, or declare the column with the option schema",
  );
  const table = await readCsv(streamOf(bytes, 7), { engine });
  assertEquals(table.column("v").type, "utf8");
});

testEngines("readCsv() checks declared types", (engine) => {
  const table = read("a,b,c\n1,2,2024-01-01T00:00Z\n", engine, {
    schema: { a: "i64", c: "timestamp_utc", b: "utf8" },
  });
  assertEquals(typesOf(table), ["a i64", "b utf8", "c timestamp utc"]);
  assertEquals(table.toObjects(), [
    { a: 1n, b: "2", c: "2024-01-01T00:00:00Z" },
  ]);
  assertEquals(
    faultOf('a,b\n1,x\n2,"y"\n', engine, { schema: { b: "f64" } }),
    ["TYPE_MISMATCH", 2, 3, 6],
  );
  assertEquals(
    faultOf('a,b\n1,2\n2,"y"\n', engine, { schema: { b: "f64" } }),
    ["TYPE_MISMATCH", 3, 3, 10],
  );
  const local = assertThrows(
    () =>
      read("t\n2024-01-01T00:00:00Z\n", engine, {
        schema: { t: "timestamp" },
      }),
    ParseError,
  );
  assertEquals(
    local.message,
    'Cannot read "2024-01-01T00:00:00Z" in column "t" as timestamp: it has ' +
      "a zone, declare the column as timestamp_utc with the option schema, " +
      "or read everything as text with the option types",
  );
  const utc = assertThrows(
    () => read("t\n2024-01-01\n", engine, { schema: { t: "timestamp_utc" } }),
    ParseError,
  );
  assertStringIncludes(utc.message, 'in column "t" as timestamp_utc: read');
  // 2^53 + 1 has no f64 of its own.
  assertEquals(
    faultOf("a\n9007199254740993\n", engine, { schema: { a: "f64" } })[0],
    "TYPE_MISMATCH",
  );
});

testEngines("a declared f64 takes large integers that print one", (engine) => {
  const text = "x\n100000000000000000\n-18446744073709552000\n" +
    '"150000000000000000000"\n0.5\n';
  const schema = { x: "f64" } as const;
  assertEquals(
    read(text, engine, { schema }).column("x").toArray(),
    [1e17, -(2 ** 64), 1.5e20, 0.5],
  );
  // Any other spelling of an integer might have been rounded.
  const others = ["18446744073709551616", "100000000000000001", "1".repeat(22)];
  for (const other of others) {
    assertEquals(
      faultOf(`x\n1e3\n${other}\n`, engine, { schema }),
      ["TYPE_MISMATCH", 3, 1, 6],
    );
  }
  // Without a declaration the values decide, whatever the sample was.
  const found = (rows: string) =>
    read(`x\n${rows}`, engine, { sampleRows: 1 }).schema[0]!.type;
  assertEquals(found("100000000000000000\n"), "i64");
  assertEquals(found("0.5\n100000000000000000\n"), "utf8");
  assertEquals(found("150000000000000000000\n"), "utf8");
});

testEngines("readCsv() names the first misfit in the input", (engine) => {
  const schema = { a: "i32", b: "i32" } as const;
  const options = { schema };
  assertEquals(faultOf("a,b\n1,x\ny,2\n", engine, options)[3], 6);
  assertEquals(faultOf("a,b\n1,2\ny,x\n", engine, options)[3], 8);
  assertEquals(faultOf("a,b\n1,2\n1,x\n", engine, options)[3], 10);
});

testEngines("readCsv() rejects a declared column without header", (engine) => {
  assertThrows(
    () => read("a,b\n1,2\n", engine, { schema: { a: "i32", z: "i32" } }),
    RangeError,
    'Cannot read the columns of the option schema ("a", "z"): the header ' +
      "does not have all of them",
  );
  // An empty file has no header to contradict.
  assertEquals(read("", engine, { schema: { z: "i32" } }).numColumns, 0);
});

testEngines("readCsv() accepts LF, CRLF and a mix", (engine) => {
  const rows = [{ a: 1, b: "x" }, { a: 2, b: "y" }];
  for (
    const text of [
      "a,b\n1,x\n2,y",
      "a,b\r\n1,x\r\n2,y\r\n",
      "a,b\r\n1,x\n2,y\n",
    ]
  ) {
    assertEquals(read(text, engine).toObjects(), rows);
  }
});

testEngines("readCsv() skips blank lines of wide files only", (engine) => {
  assertEquals(read("a,b\n\n1,2\n\n\n3,4\n", engine).numRows, 2);
  assertEquals(only("a\n1\n\n3\n", engine), ["i32", [1, null, 3]]);
});

testEngines("readCsv() drops a byte order mark", (engine) => {
  assertEquals(read("\uFEFFa,b\n1,2\n", engine).columnNames, ["a", "b"]);
  assertEquals(read("\uFEFF", engine).numColumns, 0);
});

testEngines("readCsv() reads quoted delimiters and line ends", (engine) => {
  const table = read('a,b\n"x,\r\n""y""",2\n', engine);
  assertEquals(table.toObjects(), [{ a: 'x,\r\n"y"', b: 2 }]);
});

testEngines("readCsv() names the columns of a header", (engine) => {
  assertEquals(read("a,,a,a_2,a\n", engine).columnNames, [
    "a",
    "column2",
    "a_3",
    "a_2",
    "a_4",
  ]);
  const table = read("__proto__,constructor\n1,2\n", engine);
  assertEquals(table.columnNames, ["__proto__", "constructor"]);
  const row = table.toObjects()[0]!;
  assertEquals(Object.keys(row), ["__proto__", "constructor"]);
  assertEquals(Object.getPrototypeOf(row), Object.prototype);
  assertEquals(table.get(0, "__proto__"), 1);
});

testEngines("readCsv() names columns without a header", (engine) => {
  const table = read("1,x\n2,y\n", engine, { header: false });
  assertEquals(table.columnNames, ["column1", "column2"]);
  assertEquals(table.numRows, 2);
});

testEngines("readCsv() reads an empty file and a header alone", (engine) => {
  const empty = read("", engine);
  assertEquals([empty.numRows, empty.numColumns], [0, 0]);
  const header = read("a,b\n", engine);
  assertEquals(typesOf(header), ["a utf8", "b utf8"]);
  assertEquals(header.numRows, 0);
  const declared = read("a,b", engine, { schema: { a: "date" } });
  assertEquals(typesOf(declared), ["a date", "b utf8"]);
});

testEngines("readCsv() accepts another delimiter", (engine) => {
  const table = read("a;b\n1,5;x\n", engine, { delimiter: ";" });
  assertEquals(table.toObjects(), [{ a: "1,5", b: "x" }]);
  assertEquals(read("a\tb\n1\t2\n", engine, { delimiter: "\t" }).numRows, 1);
});

testEngines("readCsv() reports each fault at its place", (engine) => {
  assertEquals(faultOf("a,b\n1,2\n3\n", engine), ["RAGGED_ROW", 3, 1, 8]);
  assertEquals(faultOf("a,b\n1,2,3\n", engine), ["RAGGED_ROW", 2, 1, 4]);
  assertEquals(faultOf('a,b\n"x"y,2\n', engine), ["TEXT_AFTER_QUOTE", 2, 4, 7]);
  assertEquals(
    faultOf('a,b\n1,x"y\n', engine),
    ["QUOTE_IN_BARE_FIELD", 2, 4, 7],
  );
  assertEquals(
    faultOf('a,b\n1,2\n3,"x\ny', engine),
    ["UNTERMINATED_QUOTE", 3, 3, 10],
  );
  const bad = bytesOf("a,b\n1,?\n");
  bad[6] = 0xff;
  assertEquals(faultOf(bad, engine), ["INVALID_UTF8", 2, 3, 6]);
  assertEquals(faultOf("a,b\n1,\0\n", engine), ["NUL_BYTE", 2, 3, 6]);
  assertEquals(faultOf("a,b\n1,2\r3,4\n", engine), ["BARE_CR", 2, 4, 7]);
  assertEquals(
    faultOf('a,b\n"x\ny",2\n3\n', engine),
    ["RAGGED_ROW", 4, 1, 12],
  );
});

testEngines("readCsv() says what a ragged row lacks", (engine) => {
  assertThrows(
    () => read("a,b\n1\n", engine),
    ParseError,
    "Cannot read row: expected 2 fields, found 1",
  );
});

testEngines("readCsv() stops at the limit", (engine) => {
  const text = "a\n1\n2\nx\n";
  const table = read(text, engine, { limit: 2 });
  assertEquals(table.column("a").toArray(), [1, 2]);
  // What follows the limit is not looked at, faults included.
  assertEquals(read('a,b\n1,2\n"', engine, { limit: 1 }).numRows, 1);
  const none = read('a,b\n1,2\n"', engine, { limit: 0 });
  assertEquals([none.numRows, none.columnNames], [0, ["a", "b"]]);
  assertEquals(read(text, engine, { limit: 99 }).numRows, 3);
});

testEngines("readCsv() reads the same in any chunks", async (engine) => {
  const text = 'a,b,c\r\n1,"x,\n""é""",2024-01-01\r\n,"",\n-3,ÿ,1999-12-31\n';
  const bytes = bytesOf(text);
  const whole = readCsvSync(bytes, { engine }).toObjects();
  assertEquals(whole[0], { a: 1, b: 'x,\n"é"', c: "2024-01-01" });
  for (let size = 1; size <= bytes.length; size++) {
    const table = await readCsv(streamOf(bytes, size), { engine });
    assertEquals(table.toObjects(), whole, `chunks of ${size}`);
  }
});

testEngines("readCsv() stores few distinct texts as codes", (engine) => {
  const rows = (texts: string[]) => read(`v\n${texts.join("\n")}\n`, engine);
  const texts = Array.from({ length: 16 }, (_, row) => `t${row % 8}`);
  const dictionary = rows(texts).column("v").dictionary;
  assertEquals(dictionary?.length, 8);
  assertEquals([...rows(texts).column("v").data].slice(0, 9), [
    ...[0, 1, 2, 3, 4, 5, 6, 7, 0],
  ]);
  assertEquals(rows(texts).column("v").toArray(), texts);
  // Fewer than 16 values, or more distinct than half of them: plain.
  assertEquals(rows(texts.slice(1)).column("v").dictionary, undefined);
  texts[15] = "other";
  assertEquals(rows(texts).column("v").dictionary, undefined);
});

testEngines(
  "readCsv() gives a dictionary up after 16,384 rows that do not repeat",
  (engine) => {
    const dictionaryOf = (distinct: number, nulls: number) => {
      const rows = Array.from({ length: 60_000 }, (_, row) => {
        if (row < nulls) return "0,";
        return `0,t${row < 16_384 ? row % distinct : row % 7}`;
      });
      const table = read(`a,v\n${rows.join("\n")}\n`, engine);
      return table.column("v").dictionary?.length;
    };
    // Half of the values are distinct, then one more than half.
    assertEquals(dictionaryOf(8192, 0), 8192);
    assertEquals(dictionaryOf(8193, 0), undefined);
    assertEquals(dictionaryOf(8192, 1), undefined);
    // Nulls do not count: 1,384 values, 692 or 693 distinct.
    assertEquals(dictionaryOf(692, 15_000), 692);
    assertEquals(dictionaryOf(693, 15_000), undefined);
  },
);

Deno.test("readCsv() types the columns that were declared", () => {
  const bytes = bytesOf("n,t\n1,x\n");
  const table = readCsvSync(bytes, { schema: { n: "i32", t: "utf8" } });
  const n: number | null = table.get(0, "n");
  const t: string | null = table.column("t").value(0);
  const data: Int32Array = table.column("n").data;
  assertEquals([n, t, data[0]], [1, "x", 1]);
});
