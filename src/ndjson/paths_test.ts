/** Columns of values inside the records: `paths`. */

import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import {
  bytesOf,
  nativeAvailable,
  streamOf,
  testEngines,
} from "../../tests/_engines.ts";
import { ParseError } from "../errors.ts";
import { readJson } from "../json/read.ts";
import { comparableTable } from "../read/_rows_door.ts";
import type { Table } from "../table/table.ts";
import { nestedOf } from "./read.op.ts";
import {
  readNdjson,
  readNdjsonBatches,
  type ReadNdjsonOptions,
  readNdjsonSync,
} from "./read.ts";

testEngines("paths go to members and items", (engine) => {
  const lines = [
    '{"id":1,"at":{"city":"Ulm","pos":[48.4,10]},"tags":["a","b"]}',
    '{"id":2,"at":{"pos":[47]},"tags":[]}',
    '{"id":3,"at":"nowhere","tags":{"0":"zero"}}',
    '{"at":{"city":{"name":"Bern"},"pos":[46.9,7.4]},"id":4}',
    "{}",
  ];
  const table = readNdjsonSync(bytesOf(lines.join("\n")), {
    engine,
    columns: ["id", "city", "lat", "first", "item", "name", "pos"],
    paths: {
      city: "/at/city",
      lat: "$.at.pos[0]",
      first: "/tags/0",
      item: "$.tags[0]",
      name: "$['at'][\"city\"].name",
      pos: "/at/pos",
    },
  });
  assertEquals(table.schema.map(({ name, type }) => `${name} ${type}`), [
    ...["id i32", "city utf8", "lat f64", "first utf8", "item utf8"],
    ...["name utf8", "pos utf8"],
  ]);
  assertEquals(table.toObjects().map((row) => Object.values(row)), [
    [1, "Ulm", 48.4, "a", "a", null, "[48.4,10]"],
    [2, null, 47, null, null, null, "[47]"],
    [3, null, null, "zero", null, null, null],
    [4, '{"name":"Bern"}', 46.9, null, null, "Bern", "[46.9,7.4]"],
    [null, null, null, null, null, null, null],
  ]);
});

testEngines("a path's name hides the top-level key of that name", (engine) => {
  const lines = '{"a":{"b":1},"x":"top","b":[2]}\n{"x":7}\n';
  const read = (paths: Record<string, string>) =>
    readNdjsonSync(bytesOf(lines), { engine, paths });
  const table = read({ x: "/a/b", y: "/x", b: "/b/0" });
  assertEquals(table.columnNames, ["x", "y", "b", "a"]);
  assertEquals(table.toObjects(), [
    { x: 1, y: "top", b: 2, a: '{"b":1}' },
    { x: null, y: "7", b: null, a: null },
  ]);
  // The name of a path need not be that of a key.
  assertEquals(read({ ["__proto__"]: "/a" }).columnNames[0], "__proto__");
});

testEngines("of equal keys on the way the last one wins", (engine) => {
  const read = (line: string, options: ReadNdjsonOptions = {}) =>
    readNdjsonSync(bytesOf(line + "\n"), {
      engine,
      paths: { x: "/a/b", y: "/a/c/0" },
      columns: ["x", "y"],
      ...options,
    });
  const rows = (line: string) => Object.values(read(line).toObjects()[0]!);
  assertEquals(rows('{"a":{"b":1,"b":2,"c":[3]}}'), [2, 3]);
  assertEquals(rows('{"a":{"b":1,"c":[3]},"a":{"c":[4]}}'), [null, 4]);
  assertEquals(rows('{"a":{"b":1,"c":[3]},"a":5}'), [null, null]);
  assertEquals(rows('{"a":{"c":[3],"c":{},"\\u0062":1}}'), [1, null]);
  const place = (line: string) => {
    const error = assertThrows(
      () => read(line, { duplicates: "error" }),
      ParseError,
    );
    return [error.code, error.byteOffset];
  };
  assertEquals(place('{"a":{"b":1,"b":2}}'), ["DUPLICATE_KEY", 12]);
  assertEquals(place('{"a":{},"a":{}}'), ["DUPLICATE_KEY", 8]);
  assertEquals(place('{"x":{},"x":{}}'), ["DUPLICATE_KEY", 8]);
  assertEquals(place('{"a":{"c":[],"\\u0063":1}}'), ["DUPLICATE_KEY", 13]);
});

testEngines("the rules hold inside values, with their places", (engine) => {
  const fault = (line: string, options: ReadNdjsonOptions = {}) => {
    const error = assertThrows(
      () =>
        readNdjsonSync(bytesOf(`{}\n${line}\n`), {
          engine,
          paths: { x: "/a/b", y: "/a/c/0/d" },
          ...options,
        }),
      ParseError,
    );
    return [error.code, error.line, error.column];
  };
  const big = "12345678901234567890";
  assertEquals(fault(`{"a":{"b":${big}}}`), ["INTEGER_TOO_LARGE", 2, 11]);
  assertEquals(fault('{"a":{"b":1e999}}'), ["NUMBER_TOO_LARGE", 2, 11]);
  assertEquals(fault('{"a":{"b":"\\ud800"}}'), ["LONE_SURROGATE", 2, 12]);
  assertEquals(fault('{"a":{"b":tru}}'), ["INVALID_JSON", 2, 14]);
  assertEquals(fault('{"a":{"b":1,}}'), ["INVALID_JSON", 2, 13]);
  assertEquals(fault('{"a":{"c":[1 2]}}'), ["INVALID_JSON", 2, 14]);
  assertEquals(fault('{"a":{"b":1'), ["INVALID_JSON", 2, 12]);
  assertEquals(fault('{"a":{"b" 1}}'), ["INVALID_JSON", 2, 11]);
  assertEquals(fault('{"a":{b:1}}'), ["INVALID_JSON", 2, 7]);
  assertEquals(
    fault('{"a":{"b":[[]]}}', { maxDepth: 3 }),
    ["DEPTH_EXCEEDED", 2, 12],
  );
  assertEquals(
    fault('{"a":{"c":[{}]}}', { maxDepth: 3 }),
    ["DEPTH_EXCEEDED", 2, 12],
  );
  assertEquals(
    fault('{"a":{"b":"x"}}', { schema: { x: "i32" } }),
    ["TYPE_MISMATCH", 2, 11],
  );
  const text = { integers: "text", overflow: "text" } as const;
  const table = readNdjsonSync(bytesOf(`{"a":{"b":${big}}}`), {
    engine,
    paths: { x: "/a/b" },
    ...text,
  });
  assertEquals(table.get(0, "x"), big);
  const deep = "[".repeat(1022) + "]".repeat(1022);
  const pointer = "/a" + "/0".repeat(1021);
  const found = readNdjsonSync(bytesOf(`{"a":${deep}}`), {
    engine,
    paths: { x: pointer },
  });
  assertEquals(found.get(0, "x"), "[]");
});

testEngines(
  "declared types and batches go by the path's name",
  async (engine) => {
    const lines = '{"a":{"d":"2024-02-29","f":12345678901234567000}}\n'.repeat(
      9,
    );
    const options = {
      engine,
      paths: { day: "/a/d", f: "/a/f" },
      schema: { day: "date", f: "f64" },
      columns: ["day", "f"],
    } as const;
    const stream = streamOf(bytesOf(lines), 7);
    let rows = 0;
    for await (
      const batch of readNdjsonBatches(stream, { ...options, batchRows: 2 })
    ) {
      assertEquals(batch.get(0, "day"), "2024-02-29");
      assertEquals(batch.get(0, "f"), 12345678901234567000);
      rows += batch.numRows;
    }
    assertEquals(rows, 9);
    const array = `[${lines.trim().replaceAll("\n", ",")}]`;
    const table = await readJson(bytesOf(array), options);
    assertEquals(table.get(8, "day"), "2024-02-29");
    assertEquals(readNdjsonSync(bytesOf(""), options).columnNames, [
      "day",
      "f",
    ]);
  },
);

Deno.test("wrong paths are refused", () => {
  const read = (paths: unknown) => () =>
    readNdjsonSync(bytesOf("{}"), { paths: paths as Record<string, string> });
  assertThrows(read("/a"), TypeError, "the option paths must be an object");
  assertThrows(read(["/a"]), TypeError, "the option paths must be an object");
  assertThrows(read({ a: 1 }), TypeError, 'column "a" by path');
  assertThrows(read({ a: "" }), RangeError, "it is the whole record");
  assertThrows(read({ a: "b" }), RangeError, "a pointer begins with /");
  assertThrows(read({ a: "/~2" }), RangeError, "write ~0 for ~");
  assertThrows(read({ a: "$.b[*]" }), RangeError, "a wildcard");
  assertThrows(read({ "a\0": "/b" }), RangeError, "NUL");
  const many = Array.from({ length: 1001 }, (_, at) => [`a${at}`, "/b"]);
  assertThrows(read(Object.fromEntries(many)), RangeError, "1001 columns");
});

Deno.test("a door's path has a name", () => {
  assertEquals(nestedOf({ path: ["a=/b=/c", "d=$.e"] }), {
    paths: { a: "/b=/c", d: "$.e" },
  });
  assertEquals(nestedOf({}), {});
  assertThrows(() => nestedOf({ path: "/a/b" }), RangeError, "NAME=/pointer");
  assertThrows(() => nestedOf({ path: ["a=/b", "a=/c"] }), RangeError, "twice");
});

const PATHS = {
  ...{ x: "/a/b", y: "/a/0", z: "$.a[0].b", c: "/c", e: "/a/b/c/1" },
  ...{ a2: "/a", "0": "/0/0", w: "$['\u00e9'].b" },
};

/** Random JSON from a seed (a multiplicative generator, Lehmer 1951). */
function recordsOf(seed: number): string {
  let state = seed;
  const below = (end: number) => {
    state = state * 48_271 % 2_147_483_647;
    return state % end;
  };
  const key = () =>
    ['"a"', '"b"', '"c"', '"0"', '"\\u0061"', '"x"', '"é"'][below(7)]!;
  const value = (depth: number): string => {
    const kind = below(depth > 3 ? 6 : 11);
    if (kind < 6) {
      return ["1", "2.5", '"t"', '"\\n"', "null", "true"][kind]!;
    }
    const parts = Array.from({ length: below(3) }, () => value(depth + 1));
    if (kind < 8) return `[${parts.join(" ,")}]`;
    return object(parts);
  };
  const object = (parts: string[]) =>
    `{${parts.map((part) => `${key()}: ${part}`).join(",")}}`;
  const lines = Array.from(
    { length: 1 + below(30) },
    () => object(Array.from({ length: below(5) }, () => value(1))),
  );
  let text = lines.join("\n");
  if (below(3) === 0) {
    const at = below(text.length);
    const byte = '{}[],:"\\01e-\n t'[below(15)]!;
    text = text.slice(0, at) + byte + text.slice(at + 1);
  }
  return text;
}

/** A table as plain values, or what the error says. */
async function outcome(reading: () => Promise<Table>): Promise<unknown> {
  try {
    return comparableTable(await reading());
  } catch (error) {
    assert(error instanceof ParseError, String(error));
    const { code, line, column, byteOffset, message } = error;
    return { code, line, column, byteOffset, message };
  }
}

Deno.test({
  name: "paths give the same on both engines and in pieces of any size",
  ignore: !nativeAvailable(),
  async fn() {
    let faults = 0;
    for (let seed = 1; seed <= 400; seed++) {
      const bytes = bytesOf(recordsOf(seed));
      const duplicates = seed % 5 === 0 ? "error" : "last";
      const maxDepth = seed % 7 === 0 ? 3 : 1024;
      const read = (options: ReadNdjsonOptions) =>
        outcome(() =>
          readNdjson(bytes, { paths: PATHS, duplicates, maxDepth, ...options })
        );
      const expected = await read({ engine: "typescript" });
      if ("code" in (expected as object)) faults++;
      assertEquals(await read({ engine: "native" }), expected, `seed ${seed}`);
      const chunkBytes = 1 + seed % 60;
      const pieces = { engine: "native", threads: 2, chunkBytes } as const;
      assertEquals(await read(pieces), expected, `seed ${seed}, pieces`);
      // A stream decides by its sample: all of it here.
      const stream = await outcome(() =>
        readNdjson(streamOf(bytes, chunkBytes), {
          ...{ paths: PATHS, duplicates, maxDepth, engine: "typescript" },
        })
      );
      assertEquals(stream, expected, `seed ${seed}, stream`);
    }
    assert(faults > 40 && faults < 300, `${faults} faults`);
  },
});

Deno.test({
  name: "pieces of every size from 1 byte read by path",
  ignore: !nativeAvailable(),
  async fn() {
    const lines = '{"a":{"b":1,"c":["x"]},"id":7}\n{"a":[{"b":null}]}\n';
    const bytes = bytesOf(lines.repeat(4));
    const read = (options: ReadNdjsonOptions) =>
      outcome(() => readNdjson(bytes, { paths: PATHS, ...options }));
    const expected = await read({ engine: "typescript" });
    for (let chunkBytes = 1; chunkBytes <= bytes.length; chunkBytes++) {
      const pieces = { engine: "native", threads: 2, chunkBytes } as const;
      assertEquals(await read(pieces), expected, `${chunkBytes} bytes`);
    }
  },
});

Deno.test("a broken path is refused before the input is opened", async () => {
  await assertRejects(
    () => readNdjson("/nowhere.ndjson", { paths: { a: "b" } }),
    RangeError,
    'Cannot read column "a" by path "b": at character 1',
  );
});
