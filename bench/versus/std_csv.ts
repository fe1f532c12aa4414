/**
 * @std/csv: `parse` to objects against `readCsvSync` to typed columns, in
 * one process and one thread. @std/csv leaves every value a text; ours types
 * all columns, dates and timestamps too, and makes no objects.
 *
 * @module
 */

import { parse } from "@std/csv";
import { readCsvSync, type Table } from "../../mod.ts";
import { flightsBytes } from "../data/flights.ts";
import type { Limit, VersusCase } from "./_case.ts";
import { lineCountGBPerSecond } from "./_line_count.ts";

const BYTES = 30e6;
/** On a machine whose memory is slower than this, the ratio alone counts. */
const MEMCHR_GB_PER_SECOND_MIN = 4;

type Row = Record<string, string | undefined>;

function sameRows(ours: unknown, theirs: unknown): boolean {
  const [table, rows] = [ours as Table, theirs as Row[]];
  if (table.numRows !== rows.length) return false;
  for (let row = 0; row < rows.length; row += 997) {
    const object = rows[row] ?? {};
    for (const name of table.columnNames) {
      const value = table.get(row, name);
      const text = object[name] ?? "";
      const same = typeof value === "number"
        ? value === Number(text)
        : (value ?? "") === text;
      if (!same) return false;
    }
  }
  return true;
}

function readCase(
  engine: "native" | "typescript",
  factor: number,
): VersusCase {
  return {
    name: `csv.read ${BYTES / 1e6} MB to typed columns, ${engine}`,
    rival: "@std/csv parse to objects",
    target: 1 / factor,
    pairs: 10,
    note: "@std/csv makes objects of texts, ours makes typed columns",
    rivalVersion: () => Promise.resolve("1.0.6 (npm copy)"),
    async prepare() {
      const bytes = flightsBytes("csv", BYTES);
      const text = new TextDecoder().decode(bytes);
      const memchr = engine === "native"
        ? await lineCountGBPerSecond(bytes)
        : null;
      let bestMs = Infinity;
      return {
        ours() {
          const start = performance.now();
          const table = readCsvSync(bytes, { engine });
          bestMs = Math.min(bestMs, performance.now() - start);
          return Promise.resolve(table);
        },
        theirs: () => Promise.resolve(parse(text, { skipFirstRow: true })),
        equal: sameRows,
        limits: (): Limit[] =>
          engine === "native"
            ? [
              {
                what: `MB/s (memchr counts lines at ${
                  memchr?.toFixed(1)
                } GB/s)`,
                value: bytes.length / bestMs / 1e3,
                // Without the count (no cargo) the machine passes for a fast one.
                min: (memchr ?? Infinity) >= MEMCHR_GB_PER_SECOND_MIN ? 400 : 0,
              },
            ]
            : [],
      };
    },
  };
}

/** The comparisons with @std/csv. */
export const CASES: readonly VersusCase[] = [
  readCase("native", 15),
  readCase("typescript", 5),
];
