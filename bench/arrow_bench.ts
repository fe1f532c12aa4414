/**
 * Arrow IPC read and written, against npm `apache-arrow`, on generated
 * flights data. `apache-arrow` looks at nothing while it reads; our readers
 * check offsets, codes, dates and UTF-8 of everything.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { tableFromIPC, tableToIPC } from "apache-arrow";
import {
  readArrowBatches,
  readArrowSync,
  writeArrowSync,
} from "../src/arrow/mod.ts";
import { readCsvSync } from "../src/csv/mod.ts";
import { streamOf } from "../tests/_engines.ts";
import { flightsBytes } from "./data/flights.ts";

const table = readCsvSync(flightsBytes("csv", 10e6));
const bytes = writeArrowSync(table);
const stream = writeArrowSync(table, { format: "stream" });
const theirs = tableFromIPC(bytes);
const megabytes = (bytes.length / 1e6).toFixed(0);

function sumOf(values: ArrayLike<number>): number {
  let sum = 0;
  for (let row = 0; row < values.length; row++) sum += values[row]!;
  return sum;
}

const fares = sumOf(table.column("fare").data as Float64Array);
const reading = `arrow.read ${megabytes} MB flights, sum of a column`;

Deno.bench({
  name: "readArrowSync",
  group: reading,
  baseline: true,
  fn: () => {
    const { data } = readArrowSync(bytes).column("fare");
    assertEquals(sumOf(data as Float64Array), fares);
  },
});

Deno.bench({
  name: "readArrowBatches of a stream",
  group: reading,
  fn: async () => {
    let sum = 0;
    for await (const batch of readArrowBatches(streamOf(stream, 65_536))) {
      sum += sumOf(batch.column("fare").data as Float64Array);
    }
    assertEquals(sum, fares);
  },
});

Deno.bench({
  name: "apache-arrow tableFromIPC, which checks nothing",
  group: reading,
  fn: () => {
    const data = tableFromIPC(bytes).getChild("fare")!.toArray();
    assertEquals(sumOf(data as Float64Array), fares);
  },
});

const writing = `arrow.write ${megabytes} MB flights`;

Deno.bench({
  name: "writeArrowSync",
  group: writing,
  baseline: true,
  fn: () => {
    assertEquals(writeArrowSync(table).length, bytes.length);
  },
});

Deno.bench({
  name: "apache-arrow tableToIPC, which checks nothing",
  group: writing,
  fn: () => {
    assertEquals(tableToIPC(theirs, "file").length > 1e6, true);
  },
});
