/**
 * The figures that finance was promised: an array of records of 1 kB read to
 * typed columns in 0.1 ms, of 1 MB in 10 ms, of 100 MB in 500 ms, with the
 * engine that is chosen by itself.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import type { Work } from "../src/budget/mod.ts";
import { readJson } from "../src/json/read.ts";
import { Random } from "./data/_random.ts";
import type { BenchCase } from "./suite.ts";

/** Bytes and the promised milliseconds, by the name that stands in the ids. */
const SIZES: readonly (readonly [string, number, number])[] = [
  ["1k", 1e3, 0.1],
  ["1M", 1e6, 10],
  ["100M", 100e6, 500],
];

/** Different records; more are these again. */
const RECORDS = 10_000;

/**
 * The figures of finance as benchmarks.
 *
 * @param operations The operations of the catalogue.
 * @returns A case for each size, if arrays can be read.
 */
export function financeCases(operations: readonly string[]): BenchCase[] {
  if (!operations.includes("json.read")) return [];
  return SIZES.map(([label, bytes, promisedMs]) => {
    const id = `finance.json.${label}`;
    return {
      id,
      group: id,
      isBaseline: true,
      needsNative: false,
      promisedMs,
      prepare: () => reading(bytes),
    };
  });
}

/** Reads an array of about so many bytes. */
async function reading(size: number): Promise<Work> {
  const { bytes, rows } = quotes(size);
  const read = async () => {
    const table = await readJson(bytes, { schema: { day: "date" } });
    return [table.numRows, table.schema.map(({ type }) => type).join()];
  };
  const types = "date,utf8,f64,f64,f64,f64,i32,bool";
  assertEquals(await read(), [rows, types]);
  return read;
}

/** Daily quotes of shares as one array. */
function quotes(
  size: number,
): { bytes: Uint8Array<ArrayBuffer>; rows: number } {
  const random = new Random(7);
  const encoder = new TextEncoder();
  const records: Uint8Array[] = [];
  for (let row = 0; row < RECORDS; row++) {
    records.push(encoder.encode(`${quote(random, row)},`));
  }
  const bytes = new Uint8Array(size);
  bytes[0] = 0x5B;
  let at = 1;
  let rows = 0;
  for (;; rows++) {
    const record = records[rows % RECORDS]!;
    if (at + record.length > size) break;
    bytes.set(record, at);
    at += record.length;
  }
  // The last comma is the array's end.
  bytes[at - 1] = 0x5D;
  return { bytes: bytes.subarray(0, at), rows };
}

function quote(random: Random, row: number): string {
  const price = () => (10_001 + 2 * random.below(20_000)) / 100;
  const day = new Date(Date.UTC(2020, 0, 1 + row % 1500));
  return JSON.stringify({
    symbol: random.pick(["AAPL", "MSFT", "NVDA", "SAP", "NESN", "7203"]),
    day: day.toISOString().slice(0, 10),
    open: price(),
    high: price(),
    low: price(),
    close: price(),
    volume: random.below(1e8),
    isAdjusted: random.below(2) === 0,
  });
}
