/**
 * `readCsv` on both engines against `@std/csv`, on generated flights data.
 * `@std/csv` makes objects of texts; `readCsv` types every column and makes
 * no objects. The group names the bytes: 10 MB in 100 ms are 100 MB/s.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { parse } from "@std/csv";
import { backendInfo } from "../src/backend.ts";
import { readCsvBatches, readCsvSync } from "../src/csv/mod.ts";
import { streamOf } from "../tests/_engines.ts";
import { flightsBytes } from "./data/flights.ts";

const bytes = flightsBytes("csv", 10e6);
const text = new TextDecoder().decode(bytes);
const group = `csv.read ${(bytes.length / 1e6).toFixed(0)} MB flights`;

const rows = parse(text, { skipFirstRow: true });
const fares = rows.reduce((sum, row) => sum + Number(row.fare), 0);

/** Rows and the sum of a column: an answer that any reader can give. */
function check(numRows: number, sum: number): void {
  assertEquals(numRows, rows.length);
  assertEquals(sum.toFixed(2), fares.toFixed(2));
}

function sumOf(values: ArrayLike<number>): number {
  let sum = 0;
  for (let row = 0; row < values.length; row++) sum += values[row]!;
  return sum;
}

Deno.bench({
  name: "@std/csv parse to objects",
  group,
  n: 5,
  warmup: 1,
  fn: () => {
    const found = parse(text, { skipFirstRow: true });
    assertEquals(found.length, rows.length);
  },
});

for (const engine of ["typescript", "native"] as const) {
  const ignore = engine === "native" && backendInfo().library === null;

  Deno.bench({
    name: `readCsvSync, ${engine}`,
    group,
    baseline: engine === "typescript",
    ignore,
    fn: () => {
      const table = readCsvSync(bytes, { engine, schema: { fare: "f64" } });
      check(table.numRows, sumOf(table.column("fare").data));
    },
  });

  Deno.bench({
    name: `readCsvSync as text, ${engine}`,
    group,
    ignore,
    fn: () => {
      const table = readCsvSync(bytes, { engine, types: "text" });
      assertEquals(table.numRows, rows.length);
    },
  });

  Deno.bench({
    name: `readCsvBatches of a stream, ${engine}`,
    group,
    ignore,
    fn: async () => {
      let numRows = 0;
      let sum = 0;
      const batches = readCsvBatches(streamOf(bytes, 65_536), {
        engine,
        schema: { fare: "f64" },
      });
      for await (const batch of batches) {
        numRows += batch.numRows;
        sum += sumOf(batch.column("fare").data);
      }
      check(numRows, sum);
    },
  });
}
