/**
 * `JSON.parse` line by line against `readNdjsonSync` to typed columns, in
 * one process and one thread. `JSON.parse` makes objects; ours makes columns.
 *
 * @module
 */

import { readNdjsonSync, type Table } from "../../mod.ts";
import { flightsBytes } from "../data/flights.ts";
import type { VersusCase } from "./_case.ts";

const BYTES = 50e6;

type Row = Record<string, unknown>;

function parseLines(bytes: Uint8Array): Row[] {
  const rows: Row[] = [];
  for (const line of new TextDecoder().decode(bytes).split("\n")) {
    if (line !== "") rows.push(JSON.parse(line));
  }
  return rows;
}

function sameRows(ours: unknown, theirs: unknown): boolean {
  const [table, rows] = [ours as Table, theirs as Row[]];
  if (table.numRows !== rows.length) return false;
  for (let row = 0; row < rows.length; row += 997) {
    for (const name of table.columnNames) {
      if (table.get(row, name) !== rows[row]?.[name]) return false;
    }
  }
  return true;
}

function readCase(
  engine: "native" | "typescript",
  factor: number,
): VersusCase {
  return {
    name: `ndjson.read ${BYTES / 1e6} MB to typed columns, ${engine}`,
    rival: "JSON.parse line loop",
    target: 1 / factor,
    pairs: 10,
    rivalVersion: () => Promise.resolve(`V8 ${Deno.version.v8}`),
    prepare() {
      const bytes = flightsBytes("ndjson", BYTES);
      return Promise.resolve({
        ours: () => Promise.resolve(readNdjsonSync(bytes, { engine })),
        theirs: () => Promise.resolve(parseLines(bytes)),
        equal: sameRows,
      });
    },
  };
}

/** The comparisons with JSON.parse. */
export const CASES: readonly VersusCase[] = [
  readCase("native", 6),
  readCase("typescript", 1.5),
];
