/** Rows chosen by `where` beside columns by path and lists. */

import { assertEquals } from "@std/assert";
import { bytesOf, streamOf, testEngines } from "../../tests/_engines.ts";
import { readJson } from "../json/read.ts";
import { declaredType } from "../table/schema.ts";
import type { Table } from "../table/table.ts";
import { tablesEqual } from "../table/tables_equal.ts";
import { readNdjson, type ReadNdjsonOptions, readNdjsonSync } from "./read.ts";

const RECORDS = [
  '{"id":1,"at":{"city":"Ulm","n":7},"tags":["a","b"]}',
  '{"id":2,"at":{"city":"Bern","zip":["3011"]},"late":1,"tags":[1]}',
  '{"id":3,"at":null,"tags":[]}',
  '{"id":4,"at":{"n":2.5,"city":null}}',
  '{"id":5,"at":{"city":"Bern"},"tags":null,"city":"key"}',
];
const LINES = `${RECORDS.join("\n")}\n`;
const PATHS = { city: "/at/city", n: "$.at.n", first: "/tags/0" };

function ids(table: Table): unknown[] {
  return table.column("id").toArray();
}

testEngines("a column by path is one for conditions", (engine) => {
  const cases: [string, number[]][] = [
    ["city = Bern", [2, 5]],
    ["city is null", [3, 4]],
    ["city is not null and id > 1", [2, 5]],
    ["n >= 2.5", [1, 4]],
    ["first = a", [1]],
    ["first = 1", [2]],
    ["at is null", [3]],
  ];
  for (const [where, expected] of cases) {
    const options = { engine, paths: PATHS, where };
    assertEquals(ids(readNdjsonSync(bytesOf(LINES), options)), expected, where);
  }
});

testEngines("types, columns and paths are those of the rows kept", (engine) => {
  const table = readNdjsonSync(bytesOf(LINES), {
    ...{ engine, paths: PATHS, where: "city = Ulm", lists: "columns" },
  });
  assertEquals(
    table.schema.map((field) => `${field.name} ${declaredType(field)}`),
    [
      ...["city utf8", "n i32", "first utf8", "id i32", "at utf8"],
      "tags list<utf8>",
    ],
  );
  const chosen = readNdjsonSync(bytesOf(LINES), {
    ...{ engine, paths: PATHS, where: "city = Bern", columns: ["first"] },
  });
  assertEquals(chosen.toObjects(), [{ first: 1 }, { first: null }]);
});

testEngines("a list is compared by the text of its array", (engine) => {
  const cases: [string, number[]][] = [
    ["tags contains '\"a\"'", [1]],
    ["tags = '[]'", [3]],
    ["tags is null", [4, 5]],
    ["tags = '[1]'", [2]],
    ["tags is not null and id >= 2", [2, 3]],
  ];
  const schemas: ReadNdjsonOptions[] = [
    { lists: "columns" },
    { schema: { tags: "list<utf8>" } },
  ];
  for (const options of schemas) {
    for (const [where, expected] of cases) {
      const table = readNdjsonSync(bytesOf(LINES), {
        ...{ ...options, engine, where },
      });
      assertEquals(ids(table), expected, where);
    }
  }
});

testEngines("any pieces and an array give the same rows", async (engine) => {
  const options: ReadNdjsonOptions = {
    ...{ engine, paths: PATHS, lists: "columns" },
    ...{ where: "id != 2 and city is not null", schema: { n: "decimal(1)" } },
  };
  const whole = readNdjsonSync(bytesOf(LINES), options);
  assertEquals(ids(whole), [1, 5]);
  assertEquals(whole.column("n").toArray(), ["7.0", null]);
  for (const size of [1, 5, 50]) {
    const table = await readNdjson(streamOf(bytesOf(LINES), size), options);
    assertEquals(tablesEqual(table, whole), true, `${size}`);
  }
  const array = await readJson(bytesOf(`[${RECORDS.join(",")}]`), options);
  assertEquals(tablesEqual(array, whole), true);
});
