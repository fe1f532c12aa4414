/** Real JSON data, one object per line, against `JSON.parse`. */

import { assertEquals } from "@std/assert";
import { bytesOf, testEngines } from "../../tests/_engines.ts";
import { datasetPath } from "../../tools/_datasets.ts";
import { readNdjsonSync } from "./read.ts";

type Row = Record<string, unknown>;

const FILES = [
  ...["cars.json", "countries.json", "flights-2k.json", "gapminder.json"],
  ...["jobs.json", "movies.json", "penguins.json", "londonBoroughs.json"],
];

/** What a column of a type holds of a JSON value. */
function expected(value: unknown, type: string): unknown {
  if (value === undefined || value === null) return null;
  if (typeof value === "object") return JSON.stringify(value);
  if (type === "i64") return BigInt(value as number);
  return type === "utf8" ? String(value) : value;
}

testEngines("readNdjson() reads what JSON.parse reads", async (engine) => {
  for (const file of FILES) {
    const text = await Deno.readTextFile(await datasetPath(file));
    const parsed: unknown = JSON.parse(text);
    if (!Array.isArray(parsed)) continue;
    const rows = parsed as Row[];
    const lines = rows.map((row) => JSON.stringify(row) + "\n").join("");
    const table = readNdjsonSync(bytesOf(lines), { engine });
    const names = new Set(rows.flatMap((row) => Object.keys(row)));
    assertEquals(table.columnNames, [...names], file);
    assertEquals(table.numRows, rows.length);
    for (const [index, row] of table.toObjects().entries()) {
      const wanted = table.schema.map(({ name, type }) =>
        expected(rows[index]![name], type)
      );
      assertEquals(Object.values(row), wanted, `${file}, row ${index}`);
    }
  }
});
