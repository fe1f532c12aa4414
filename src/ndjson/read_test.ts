/** `readNdjson`, `readNdjsonSync`, `readNdjsonBatches` on both engines. */

import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import {
  bytesOf,
  type EngineName,
  streamOf,
  testEngines,
} from "../../tests/_engines.ts";
import { ParseError } from "../errors.ts";
import type { Table } from "../table/table.ts";
import {
  readNdjson,
  readNdjsonBatches,
  type ReadNdjsonOptions,
  readNdjsonSync,
} from "./read.ts";

function read(
  text: string,
  engine: EngineName,
  options: ReadNdjsonOptions = {},
): Table {
  return readNdjsonSync(bytesOf(text), { ...options, engine });
}

/** Type and values of a column `v` with these values, one a line. */
function column(values: string[], engine: EngineName): [string, unknown[]] {
  const text = values.map((value) => `{"v":${value}}\n`).join("");
  const found = read(text, engine).column("v");
  return [found.type, found.toArray()];
}

/** Code, line, column and offset of the error. */
function faultOf(
  text: string,
  engine: EngineName,
  options: ReadNdjsonOptions = {},
): [string, number, number, number] {
  const error = assertThrows(() => read(text, engine, options), ParseError);
  return [error.code, error.line, error.column, error.byteOffset];
}

testEngines("readNdjson() makes a column per key", (engine) => {
  const table = read('{"b":1,"a":"x"}\n{"c":true}\n{"a":null}\n', engine);
  assertEquals(table.columnNames, ["b", "a", "c"]);
  assertEquals(table.toObjects(), [
    { b: 1, a: "x", c: null },
    { b: null, a: null, c: true },
    { b: null, a: null, c: null },
  ]);
});

testEngines("readNdjson() types numbers as they are written", (engine) => {
  assertEquals(column(["1", "-7"], engine), ["i32", [1, -7]]);
  assertEquals(column(["1", "2147483648"], engine), ["i64", [1n, 2147483648n]]);
  assertEquals(column(["1", "1.0"], engine), ["f64", [1, 1]]);
  assertEquals(column(["1e0"], engine), ["f64", [1]]);
  const [type, [zero]] = column(["-0"], engine);
  assert(type === "f64" && Object.is(zero, -0));
  assertEquals(column(["9007199254740993", "0.5"], engine), [
    "utf8",
    ["9007199254740993", "0.5"],
  ]);
});

testEngines("readNdjson() keeps strings as texts", (engine) => {
  for (const text of ["1", "true", "2024-01-01", "", "nan"]) {
    assertEquals(column([JSON.stringify(text)], engine), ["utf8", [text]]);
  }
  assertEquals(column(['"x"', "1.50", "true", "null"], engine), [
    "utf8",
    ["x", "1.50", "true", null],
  ]);
  assertEquals(column(["true", "1"], engine), ["utf8", ["true", "1"]]);
  assertEquals(column(["true", "false"], engine), ["bool", [true, false]]);
});

testEngines("readNdjson() keeps nested values as raw text", (engine) => {
  assertEquals(column(['[1, {"a":"\\u0041"}]', "{ }", "1"], engine), [
    "utf8",
    ['[1, {"a":"\\u0041"}]', "{ }", "1"],
  ]);
});

testEngines("readNdjson() unescapes strings and keys", (engine) => {
  const text =
    '{"\\u0061\\n":"\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\ud83d\\ude00é"}\n';
  const table = read(text, engine);
  assertEquals(table.columnNames, ["a\n"]);
  assertEquals(table.columnAt(0).value(0), '"\\/\b\f\n\r\té😀é');
});

testEngines("readNdjson() treats __proto__ as any key", (engine) => {
  const table = read('{"__proto__":1,"constructor":2}\n', engine);
  assertEquals(table.columnNames, ["__proto__", "constructor"]);
  const row = table.toObjects()[0]!;
  assertEquals(Object.entries(row), [["__proto__", 1], ["constructor", 2]]);
});

testEngines("readNdjson() adds a column that begins late", (engine) => {
  const text = `${'{"a":1}\n'.repeat(40)}{"a":2,"b":5}\n{"a":2.5}\n`;
  const table = read(text, engine, { sampleRows: 8 });
  assertEquals(
    table.schema.map(({ name, type }) => `${name} ${type}`),
    ["a f64", "b i32"],
  );
  assertEquals([table.get(39, "b"), table.get(40, "b")], [null, 5]);
  assertEquals(table.column("b").nullCount, 41);
});

testEngines("readNdjson() puts declared columns first", (engine) => {
  const schema = { z: "date", at: "timestamp_utc", n: "f64" } as const;
  const text = '{"n":1,"at":"2024-01-01T00:00Z"}\n{"x":1,"z":"1970-01-02"}\n';
  const table = read(text, engine, { schema });
  assertEquals(table.columnNames, ["z", "at", "n", "x"]);
  assertEquals(table.toObjects(), [
    { z: null, at: "2024-01-01T00:00:00Z", n: 1, x: null },
    { z: "1970-01-02", at: null, n: null, x: 1 },
  ]);
  assertEquals(
    faultOf('{"n":1}\n{"n":"2"}\n', engine, { schema }),
    ["TYPE_MISMATCH", 2, 6, 13],
  );
  assertEquals(
    faultOf('{"z":""}\n', engine, { schema }),
    ["TYPE_MISMATCH", 1, 6, 5],
  );
});

testEngines("a declared f64 takes large integers that print one", (engine) => {
  const schema = { x: "f64" } as const;
  const text = '{"x":100000000000000000,"y":1}\n' +
    '{"x":-150000000000000000000}\n{"x":0.5}\n';
  for (const integers of ["error", "text"] as const) {
    const table = read(text, engine, { schema, integers });
    assertEquals(table.column("x").toArray(), [1e17, -1.5e20, 0.5]);
  }
  const fault = (value: string, options: ReadNdjsonOptions) =>
    faultOf(`{"x":1}\n{"x":${value}}\n`, engine, options);
  assertEquals(
    fault("100000000000000001", { schema }),
    ["TYPE_MISMATCH", 2, 6, 13],
  );
  assertEquals(
    fault("150000000000000000001", { schema }),
    ["INTEGER_TOO_LARGE", 2, 6, 13],
  );
  assertEquals(
    fault("150000000000000000001", { schema, integers: "text" }),
    ["TYPE_MISMATCH", 2, 6, 13],
  );
  // A type that was found is no declaration, in a second pass neither.
  for (const first of ["1", "0.5", '"a"']) {
    assertEquals(
      faultOf(
        `{"x":${first}}\n{"x":0.5}\n{"x":150000000000000000000}\n`,
        engine,
        { sampleRows: 1 },
      )[0],
      "INTEGER_TOO_LARGE",
    );
  }
  assertEquals(
    fault("150000000000000000000", { schema: { y: "f64" } })[0],
    "INTEGER_TOO_LARGE",
  );
});

testEngines("readNdjson() reports each fault at its place", (engine) => {
  const cases: [string, [string, number, number, number]][] = [
    ['{"a":1}\n[1]\n', ["NOT_AN_OBJECT", 2, 1, 8]],
    ['"x"\n', ["NOT_AN_OBJECT", 1, 1, 0]],
    ['{"a":01}\n', ["INVALID_JSON", 1, 7, 6]],
    ['{"a" 1}\n', ["INVALID_JSON", 1, 6, 5]],
    ['{"a":1,}\n', ["INVALID_JSON", 1, 8, 7]],
    ['{"a":1\n', ["INVALID_JSON", 1, 7, 6]],
    ['{"a":1} x\n', ["INVALID_JSON", 1, 9, 8]],
    ['{"a":"\\ud800"}\n', ["LONE_SURROGATE", 1, 7, 6]],
    ['{"a":9223372036854775808}\n', ["INTEGER_TOO_LARGE", 1, 6, 5]],
    ['{"a":1e400}\n', ["NUMBER_TOO_LARGE", 1, 6, 5]],
    [`{"a":${"[".repeat(1024)}`, ["DEPTH_EXCEEDED", 1, 1029, 1028]],
  ];
  for (const [text, fault] of cases) {
    assertEquals(faultOf(text, engine), fault, text.slice(0, 40));
  }
  assertThrows(
    () => read('[{"a":1}]\n', engine),
    ParseError,
    "found an array; a JSON array of rows is not NDJSON",
  );
});

testEngines("readNdjson() follows the options of rule 10", (engine) => {
  const one = (text: string, options: ReadNdjsonOptions) =>
    read(`{"a":${text}}\n`, engine, options).column("a").toArray();
  assertEquals(one("9223372036854775808", { integers: "text" }), [
    "9223372036854775808",
  ]);
  assertEquals(one("1e400", { overflow: "text" }), ["1e400"]);
  assertEquals(one('"\\ud800x"', { surrogates: "replace" }), ["\uFFFDx"]);
  assertEquals(one('1,"a":2', {}), [2]);
  assertEquals(
    faultOf('{"a":1,"a":2}\n', engine, { duplicates: "error" }),
    ["DUPLICATE_KEY", 1, 8, 7],
  );
  assertEquals(read('\n{"a":1}\n \t\n', engine).numRows, 1);
  assertEquals(
    faultOf('{"a":1}\n\n', engine, { blankLines: "error" }),
    ["BLANK_LINE", 2, 1, 8],
  );
  assertEquals(one("[[1]]", { maxDepth: 3 }), ["[[1]]"]);
  assertEquals(
    faultOf('{"a":[[1]]}', engine, { maxDepth: 2 }),
    ["DEPTH_EXCEEDED", 1, 7, 6],
  );
});

testEngines("readNdjson() accepts CRLF, a mark and no last end", (engine) => {
  const table = read('\uFEFF{"a":1}\r\n{"a":2}', engine);
  assertEquals(table.column("a").toArray(), [1, 2]);
});

testEngines("readNdjson() reads inputs without rows or columns", (engine) => {
  const empty = read("", engine);
  assertEquals([empty.numRows, empty.numColumns], [0, 0]);
  const bare = read("{}\n{}\n", engine);
  assertEquals([bare.numRows, bare.numColumns], [2, 0]);
  assertEquals(bare.toObjects(), [{}, {}]);
});

testEngines("readNdjson() reads the same in any chunks", async (engine) => {
  const text = '{"a":1,"b":"é\\n"}\r\n{"b":"x","c":[1,"]"]}\n{"a":-2.5e1}';
  const bytes = bytesOf(text);
  const whole = readNdjsonSync(bytes, { engine }).toObjects();
  assertEquals(whole[1], { a: null, b: "x", c: '[1,"]"]' });
  for (let size = 1; size <= bytes.length; size++) {
    const table = await readNdjson(streamOf(bytes, size), { engine });
    assertEquals(table.toObjects(), whole, `chunks of ${size}`);
  }
});

testEngines("readNdjson() stops at the limit", (engine) => {
  const text = '{"a":1}\n{"a":2}\n{"b":';
  assertEquals(read(text, engine, { limit: 2 }).toObjects(), [
    { a: 1 },
    { a: 2 },
  ]);
  assertEquals(read(text, engine, { limit: 0 }).numRows, 0);
});

testEngines("readNdjsonBatches() rejects a late key", async (engine) => {
  const text = `${'{"a":1}\n'.repeat(5)}{"a":2,"b":null}\n{"a":3}\n`;
  const seen: unknown[] = [];
  const options = { engine, sampleRows: 2, batchRows: 2 };
  const error = await assertRejects(async () => {
    for await (const batch of readNdjsonBatches(bytesOf(text), options)) {
      seen.push(...batch.column("a").toArray());
    }
  }, ParseError);
  assertEquals(seen, [1, 1, 1, 1, 1]);
  assertEquals(
    [error.code, error.line, error.column, error.byteOffset],
    ["NEW_COLUMN", 6, 8, 47],
  );
  // Declared, or seen in the sample, it is no surprise.
  const sizes: number[] = [];
  const schema = { b: "i32" } as const;
  const batches = readNdjsonBatches(bytesOf(text), { ...options, schema });
  for await (const batch of batches) sizes.push(batch.numRows);
  assertEquals(sizes, [2, 2, 2, 1]);
});

testEngines("readNdjsonBatches() sees all rows if asked", async (engine) => {
  const text = `${'{"a":1}\n'.repeat(5)}{"a":2.5,"b":true}\n`;
  const options = { engine, sampleRows: 2, batchRows: 4, inferRows: "all" };
  const rows: unknown[] = [];
  for await (
    const batch of readNdjsonBatches(bytesOf(text), options as never)
  ) rows.push(...batch.toObjects());
  assertEquals(rows, [
    ...Array(5).fill({ a: 1, b: null }),
    { a: 2.5, b: true },
  ]);
});

testEngines("readNdjson() forgets keys of a broken line", async (engine) => {
  const bytes = bytesOf('{"a":1}\n{"b":2,}\n');
  const names: string[][] = [];
  await assertRejects(async () => {
    for await (const batch of readNdjsonBatches(bytes, { engine })) {
      names.push(batch.columnNames);
    }
  }, ParseError);
  assertEquals(names, [["a"]]);
});

Deno.test("readNdjson() rejects options that are not allowed", () => {
  const wrong: [unknown, typeof TypeError | typeof RangeError, string][] = [
    [{ duplicates: "first" }, RangeError, "duplicates"],
    [{ surrogates: 1 }, RangeError, "surrogates"],
    [{ integers: "float" }, RangeError, "integers"],
    [{ overflow: "" }, RangeError, "overflow"],
    [{ blankLines: true }, RangeError, "blankLines"],
    [{ maxDepth: 0 }, RangeError, "maxDepth"],
    [{ maxDepth: "9" }, TypeError, "maxDepth"],
    [{ schema: { "a\0": "i32" } }, RangeError, "NUL"],
  ];
  for (const [options, errorClass, message] of wrong) {
    const bytes = bytesOf('{"a":1}\n');
    assertThrows(
      () => readNdjsonSync(bytes, options as ReadNdjsonOptions),
      errorClass,
      message,
    );
  }
});
