/** Arrays as lists: `lists: "columns"` and declared lists. */

import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  bytesOf,
  nativeAvailable,
  streamOf,
  testEngines,
} from "../../tests/_engines.ts";
import { readCsvSync } from "../csv/read.ts";
import { ParseError } from "../errors.ts";
import { readJson } from "../json/read.ts";
import { comparableTable } from "../read/_rows_door.ts";
import { concatTables } from "../table/concat_tables.ts";
import { declaredType } from "../table/schema.ts";
import type { Table } from "../table/table.ts";
import { tablesEqual } from "../table/tables_equal.ts";
import {
  readNdjson,
  readNdjsonBatches,
  type ReadNdjsonOptions,
  readNdjsonSync,
} from "./read.ts";
import { writeNdjsonSync } from "./write.ts";

const LISTS = { lists: "columns" } as const;

function typesOf(table: Table): string[] {
  return table.schema.map((field) => `${field.name} ${declaredType(field)}`);
}

testEngines("arrays are lists where all items agree", (engine) => {
  const lines = [
    '{"i":[1,2],"f":[1],"s":["a","\\n"],"b":[true],"n":[[1]],"o":[{}],"m":[1]}',
    '{"i":[],"f":[2.5,null],"s":[null],"b":null,"n":[],"o":[],"m":"x"}',
    '{"i":null,"f":[ ],"s":["\\ud83d\\ude00", "é"],"e":[],"m":[2],"x":[1,"a",true]}',
    '{"i":[2147483648],"e":[null]}',
  ];
  const table = readNdjsonSync(bytesOf(lines.join("\n")), { engine, ...LISTS });
  assertEquals(typesOf(table), [
    ...["i list<i64>", "f list<f64>", "s list<utf8>", "b list<bool>"],
    ...["n utf8", "o utf8", "m utf8", "e list<utf8>", "x list<utf8>"],
  ]);
  const values = (name: string) => table.column(name).toArray();
  assertEquals(values("i"), [[1n, 2n], [], null, [2147483648n]]);
  assertEquals(values("f"), [[1], [2.5, null], [], null]);
  assertEquals(values("s"), [["a", "\n"], [null], ["😀", "é"], null]);
  assertEquals(values("b"), [[true], null, null, null]);
  assertEquals(values("n"), ["[[1]]", "[]", null, null]);
  assertEquals(values("m"), ["[1]", "x", "[2]", null]);
  assertEquals(values("e"), [null, null, [], [null]]);
  assertEquals(values("x"), [null, null, ["1", "a", "true"], null]);
  const i = table.column("i");
  assertEquals([...i.offsets!], [0, 2, 2, 2, 3]);
  assertEquals(i.items!.length, 3);
  assertEquals(i.slice(1, 4).toArray(), [[], null, [2147483648n]]);
  assertThrows(() => i.bytes(0), TypeError, "not utf8");
});

testEngines("lists print as JSON, and as JSON texts in CSV", (engine) => {
  const lines = '{"a":[1,null],"s":["x\\"",""],"n":1}\n' +
    '{"a":null,"s":[],"n":2}\n{"a":[],"s":null,"n":3}\n';
  const table = readNdjsonSync(bytesOf(lines), { engine, ...LISTS });
  const text = new TextDecoder().decode(writeNdjsonSync(table, { engine }));
  assertEquals(text, lines);
  const { text: csv } = comparableTable(table) as { text: string };
  assertEquals(
    csv,
    'a,s,n\n"[1,null]","[""x\\"""",""""]",1\n,[],2\n[],,3\n',
  );
});

testEngines("lists are declared, dates and times too", (engine) => {
  const lines =
    '{"d":["2024-02-29",null],"t":["2024-02-29T01:02:03+01:00"],"f":[1,18446744073709552000],"u":[1,"a",true]}\n';
  const options = {
    engine,
    schema: {
      d: "list<date>",
      t: "list<timestamp_utc>",
      f: "list<f64>",
      u: "list<utf8>",
      none: "list<i32>",
    },
  } as const;
  const table = readNdjsonSync(bytesOf(lines), options);
  assertEquals(table.toObjects(), [{
    d: ["2024-02-29", null],
    t: ["2024-02-29T00:02:03Z"],
    f: [1, 18446744073709552000],
    u: ["1", "a", "true"],
    none: null,
  }]);
  const fault = (line: string) => {
    const error = assertThrows(
      () => readNdjsonSync(bytesOf(`{"u":[]}\n${line}`), options),
      ParseError,
    );
    return [error.code, error.line, error.column];
  };
  assertEquals(fault('{"none":[1, "x"]}'), ["TYPE_MISMATCH", 2, 9]);
  assertEquals(fault('{"none":7}'), ["TYPE_MISMATCH", 2, 9]);
  assertEquals(fault('{"u":[[]]}'), ["TYPE_MISMATCH", 2, 6]);
  assertEquals(fault('{"u":{}}'), ["TYPE_MISMATCH", 2, 6]);
  const big = "12345678901234567890";
  assertEquals(fault(`{"u":[1,${big}]}`), ["INTEGER_TOO_LARGE", 2, 9]);
  assertEquals(fault('{"u":[1e999]}'), ["NUMBER_TOO_LARGE", 2, 7]);
  assertEquals(fault('{"f":[12345678901234567890]}'), [
    "INTEGER_TOO_LARGE",
    2,
    7,
  ]);
  const texts = readNdjsonSync(bytesOf(`{"u":[1,${big}]}`), {
    ...options,
    integers: "text",
  });
  assertEquals(texts.get(0, "u"), ["1", big]);
  // Nested values of other columns are not looked into.
  const other = readNdjsonSync(bytesOf(`{"v":[${big}]}`), options) as Table;
  assertEquals(other.get(0, "v"), `[${big}]`);
});

testEngines("all rows decide, also those behind the sample", async (engine) => {
  const read = (lines: string[]) =>
    readNdjson(bytesOf(lines.join("\n")), { engine, sampleRows: 2, ...LISTS });
  const two = ['{"x":[1]}', '{"x":[2]}'];
  const empty = ['{"x":[]}', '{"x":[null]}'];
  const kinds = async (lines: string[]) => typesOf(await read(lines))[0];
  assertEquals(await kinds([...two, '{"x":[2.5]}']), "x list<f64>");
  assertEquals(await kinds([...two, '{"x":["a"]}']), "x list<utf8>");
  assertEquals(await kinds([...two, '{"x":2}']), "x utf8");
  assertEquals(await kinds([...two, '{"x":[[2]]}']), "x utf8");
  assertEquals(await kinds([...empty, '{"x":[true]}']), "x list<bool>");
  assertEquals(await kinds([...empty, '{"x":[]}']), "x list<utf8>");
  assertEquals(await kinds(["{}", "{}", '{"x":[1]}']), "x list<i32>");
  assertEquals(await kinds([...empty, '{"x":"a"}']), "x utf8");
  const error = await readNdjson(streamOf(bytesOf('{"x":[1]}\n{"x":2}\n'), 3), {
    ...{ engine, sampleRows: 1, ...LISTS },
  }).catch((error: unknown) => error);
  assert(error instanceof ParseError);
  assertEquals(error.code, "TYPE_MISMATCH");
  assert(error.message.includes('"2" in column "x" as list<i32>'));
});

testEngines("batches and arrays of records have lists", async (engine) => {
  const lines = Array.from(
    { length: 200 },
    (_, at) => `{"at":[${at},null],"s":["t${at % 3}"]}`,
  );
  const bytes = bytesOf(lines.join("\n"));
  const whole = await readNdjson(bytes, { engine, ...LISTS });
  const batches: Table[] = [];
  const options = { engine, batchRows: 7, sampleRows: 20, ...LISTS };
  for await (const batch of readNdjsonBatches(streamOf(bytes, 100), options)) {
    batches.push(batch);
  }
  assertEquals(batches.length, 29);
  assert(tablesEqual(concatTables(batches), whole));
  assert(!tablesEqual(concatTables(batches.slice(1)), whole.slice(0, 193)));
  const array = bytesOf(`[${lines.join(",\n")}]`);
  assert(tablesEqual(await readJson(array, { engine, ...LISTS }), whole));
  const paths = { items: "/at", one: "/s/0" };
  const byPath = await readNdjson(bytes, { engine, paths, ...LISTS });
  assertEquals(byPath.get(4, "items"), [4, null]);
  assertEquals(byPath.get(4, "one"), "t1");
});

Deno.test("wrong lists are refused", () => {
  assertThrows(
    () => readCsvSync(bytesOf("a\n1\n"), { schema: { a: "list<i32>" } }),
    RangeError,
    "a field of CSV is a single value",
  );
  const read = (options: unknown) => () =>
    readNdjsonSync(bytesOf("{}"), options as ReadNdjsonOptions);
  assertThrows(read({ lists: "all" }), RangeError, "the option lists");
  for (const type of ["list", "list<list<i32>>", "list<>", "list<x>"]) {
    assertThrows(read({ schema: { a: type } }), RangeError, `as "${type}"`);
  }
});

/** Random records from a seed (a multiplicative generator, Lehmer 1951). */
function recordsOf(seed: number): string {
  let state = seed;
  const below = (end: number) => {
    state = state * 48_271 % 2_147_483_647;
    return state % end;
  };
  const pools = [
    ...[["1", "2", "null"], ["1", "2.5"], ['"a"', '"\\u00e9"', "null"]],
    ...[["true", "false"], ["9007199254740993", "1"], ["2147483648", "-1"]],
    ...[["1", '"a"', "true"], ['"2024-02-29"', "null"]],
  ];
  const chosen = [0, 1, 2].map(() => pools[below(pools.length)]!);
  const oddOnes = ["3", '"t"', "[[1]]", '[{"a":[1,"]"]}]', "{}", "null", "[]"];
  const odd = below(3) === 0;
  const value = (column: number) => {
    if (odd && below(15) === 0) return oddOnes[below(oddOnes.length)]!;
    if (below(200) === 0) return "[12345678901234567890]";
    const pool = chosen[column]!;
    const items = Array.from(
      { length: below(4) },
      () => pool[below(pool.length)],
    );
    return `[${items.join(below(2) === 0 ? "," : " , ")}]`;
  };
  const lines = Array.from({ length: 1 + below(40) }, () => {
    const parts = ["a", "b", "c"].filter(() => below(4) > 0)
      .map((name, column) => `"${name}":${value(column)}`);
    return `{${parts.join(",")}}`;
  });
  let text = lines.join("\n");
  if (below(5) === 0) {
    const at = below(text.length);
    text = text.slice(0, at) + '{}[],:"\\1e'[below(10)] + text.slice(at + 1);
  }
  return text;
}

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
  name: "lists are the same on both engines and in pieces of any size",
  ignore: !nativeAvailable(),
  async fn() {
    let faults = 0;
    for (let seed = 1; seed <= 400; seed++) {
      const bytes = bytesOf(recordsOf(seed));
      const rules: ReadNdjsonOptions = {
        ...LISTS,
        integers: seed % 3 === 0 ? "text" : "error",
        sampleRows: 1 + seed % 9,
        ...(seed % 4 === 0 ? { schema: { b: "list<f64>" } } : {}),
      };
      const read = (options: ReadNdjsonOptions) =>
        outcome(() => readNdjson(bytes, { ...rules, ...options }));
      const expected = await read({ engine: "typescript" });
      if ("code" in (expected as object)) faults++;
      assertEquals(await read({ engine: "native" }), expected, `seed ${seed}`);
      const chunkBytes = 1 + seed % 60;
      const pieces = { engine: "native", threads: 2, chunkBytes } as const;
      assertEquals(await read(pieces), expected, `seed ${seed}, pieces`);
      const stream = (engine: "native" | "typescript") =>
        outcome(() =>
          readNdjson(streamOf(bytes, chunkBytes), { ...rules, engine })
        );
      assertEquals(
        await stream("native"),
        await stream("typescript"),
        `seed ${seed}, stream`,
      );
    }
    assert(faults > 40 && faults < 300, `${faults} faults`);
  },
});

Deno.test({
  name: "pieces of every size from 1 byte have the same lists",
  ignore: !nativeAvailable(),
  async fn() {
    const line = '{"a":[1,2.5],"s":["x","\\n"],"n":null}\n{"a":[],"s":[]}\n';
    const bytes = bytesOf(line.repeat(4));
    const read = async (options: ReadNdjsonOptions) =>
      await readNdjson(bytes, { ...LISTS, ...options });
    const expected = await read({ engine: "typescript" });
    for (let chunkBytes = 1; chunkBytes <= bytes.length; chunkBytes++) {
      const table = await read({ engine: "native", threads: 2, chunkBytes });
      assert(tablesEqual(table, expected), `${chunkBytes} bytes`);
    }
  },
});
