/**
 * Writing tables and rows of several sizes as CSV, NDJSON and JSON, on both
 * engines, beside `JSON.stringify`. A group's name gives the rows; a row has
 * nine columns and 68 bytes of CSV.
 *
 * Run it with `deno bench -A bench/write_bench.ts`.
 */

import { assertEquals } from "@std/assert";
import {
  backendInfo,
  readCsvSync,
  type Table,
  writeCsvSync,
  writeJsonSync,
  writeNdjsonSync,
} from "../mod.ts";
import { flightsBytes } from "./data/flights.ts";

const ENGINES = backendInfo().library === null
  ? ["typescript"] as const
  : ["native", "typescript"] as const;

const WRITERS = [
  ["csv", writeCsvSync],
  ["ndjson", writeNdjsonSync],
  ["json", writeJsonSync],
] as const;

for (const megabytes of [0.000_7, 0.07, 7]) {
  const table = readCsvSync(flightsBytes("csv", megabytes * 1e6));
  for (const [form, write] of WRITERS) {
    assertEquals(
      write(table, { engine: ENGINES[0] }),
      write(table, { engine: "typescript" }),
    );
    benchTable(form, write, table);
  }
  benchRows(table);
}

function benchTable(
  form: string,
  write: typeof writeNdjsonSync,
  table: Table,
): void {
  for (const engine of ENGINES) {
    Deno.bench({
      name: `${form}, ${engine}`,
      group: `a table of ${table.numRows} rows as ${form}`,
      baseline: engine === ENGINES[0],
      fn: () => void write(table, { engine }),
    });
  }
}

function benchRows(table: Table): void {
  // Dates are texts here, and there is no bigint: JSON.stringify takes them.
  const rows: object[] = table.toObjects();
  const group = `${rows.length} objects`;
  for (const [form, write] of WRITERS) {
    Deno.bench({ name: form, group, fn: () => void write(rows) });
  }
  Deno.bench({
    name: "JSON.stringify and encode",
    group,
    baseline: true,
    fn: () => void new TextEncoder().encode(JSON.stringify(rows)),
  });
}
