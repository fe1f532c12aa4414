/**
 * One array for a whole table: what is guessed of its length holds for rows
 * that grow, shrink or stay, on several threads too.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { writeCsv, writeCsvSync } from "../csv/write.ts";
import { writeJson, writeJsonSync } from "../json/write.ts";
import { writeNdjsonSync } from "../ndjson/write.ts";
import { columnOf } from "../table/column_of.ts";
import { Table } from "../table/table.ts";
import { testEngines } from "../../tests/_engines.ts";

const ROWS = 60_000;

/** Rows whose texts have the lengths that `lengthOf` says. */
function tableOf(lengthOf: (row: number) => number): Table {
  const rows = Array.from({ length: ROWS }, (_, row) => row);
  return Table.fromColumns({
    id: columnOf("i32", rows),
    text: columnOf("utf8", rows.map((row) => "é,".repeat(lengthOf(row)))),
    share: columnOf("f64", rows.map((row) => row % 7 === 0 ? null : row / 8)),
  });
}

const TABLES: readonly [string, Table][] = [
  ["stay", tableOf((row) => row % 11)],
  ["grow", tableOf((row) => row < 50_000 ? 0 : 300)],
  ["shrink", tableOf((row) => row < 10_000 ? 200 : 0)],
  ["jump", tableOf((row) => row === 40_000 ? 3_000_000 : 1)],
];

/** The rows as plain code writes them. */
function expectedCsv(table: Table): string {
  let text = "id,text,share\n";
  for (const { id, text: word, share } of table.toObjects()) {
    const field = word === "" || String(word).includes(",")
      ? `"${word}"`
      : word;
    text += `${id},${field},${share ?? ""}\n`;
  }
  return text;
}

testEngines("one array holds rows that grow, shrink or stay", (engine) => {
  for (const [name, table] of TABLES) {
    const decoder = new TextDecoder();
    const csv = writeCsvSync(table, { engine });
    assert(decoder.decode(csv) === expectedCsv(table), name);
    const rows = table.toObjects();
    const ndjson = decoder.decode(writeNdjsonSync(table, { engine }));
    const lines = rows.map((row) => JSON.stringify(row) + "\n").join("");
    assert(ndjson === lines, name);
    const json = decoder.decode(writeJsonSync(table, { engine }));
    assert(json === `[\n${lines.trimEnd().replaceAll("\n", ",\n")}\n]\n`, name);
  }
});

testEngines("the array is little larger than what is written", (engine) => {
  for (const [, table] of TABLES) {
    const csv = writeCsvSync(table, { engine });
    assert(csv.byteLength * 8 >= csv.buffer.byteLength * 7);
    assertEquals(csv.byteOffset, 0);
  }
});

testEngines("arrays of two calls are two arrays", async (engine) => {
  const [, table] = TABLES[0]!;
  const [one, other] = await Promise.all([
    writeCsv(table, { engine }),
    writeCsv(table, { engine }),
  ]);
  one.fill(0);
  assertEquals(other[0], "i".charCodeAt(0));
  assert(one.buffer !== other.buffer);
  const json = await writeJson(table, { engine });
  assertEquals(json.at(-2), "]".charCodeAt(0));
});
