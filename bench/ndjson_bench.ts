/**
 * `readNdjson` on both engines against a loop of `JSON.parse`, on generated
 * flights data. `JSON.parse` makes objects; `readNdjson` makes typed columns.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { backendInfo } from "../src/backend.ts";
import { readNdjsonBatches, readNdjsonSync } from "../src/ndjson/mod.ts";
import { streamOf } from "../tests/_engines.ts";
import { flightsBytes } from "./data/flights.ts";

const bytes = flightsBytes("ndjson", 10e6);
const group = `ndjson.read ${(bytes.length / 1e6).toFixed(0)} MB flights`;

interface Flight {
  readonly distance: number;
}

function parseLines(): Flight[] {
  const rows: Flight[] = [];
  for (const line of new TextDecoder().decode(bytes).split("\n")) {
    if (line !== "") rows.push(JSON.parse(line));
  }
  return rows;
}

const flights = parseLines();
const miles = flights.reduce((sum, flight) => sum + flight.distance, 0);

/** Rows and the sum of a column: an answer that any reader can give. */
function check(numRows: number, sum: number): void {
  assertEquals([numRows, sum], [flights.length, miles]);
}

function sumOf(values: ArrayLike<number>): number {
  let sum = 0;
  for (let row = 0; row < values.length; row++) sum += values[row]!;
  return sum;
}

Deno.bench({
  name: "JSON.parse line by line to objects",
  group,
  fn: () => {
    const rows = parseLines();
    check(rows.length, rows.reduce((sum, row) => sum + row.distance, 0));
  },
});

for (const engine of ["typescript", "native"] as const) {
  const ignore = engine === "native" && backendInfo().library === null;
  const options = { engine, schema: { distance: "i32" } } as const;

  Deno.bench({
    name: `readNdjsonSync, ${engine}`,
    group,
    baseline: engine === "typescript",
    ignore,
    fn: () => {
      const table = readNdjsonSync(bytes, options);
      check(table.numRows, sumOf(table.column("distance").data));
    },
  });

  Deno.bench({
    name: `readNdjsonBatches of a stream, ${engine}`,
    group,
    ignore,
    fn: async () => {
      let numRows = 0;
      let sum = 0;
      const stream = streamOf(bytes, 65_536);
      for await (const batch of readNdjsonBatches(stream, options)) {
        numRows += batch.numRows;
        sum += sumOf(batch.column("distance").data);
      }
      check(numRows, sum);
    },
  });
}
