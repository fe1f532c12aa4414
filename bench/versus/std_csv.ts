/**
 * @std/csv in one process: `stringify` of objects against `writeCsvSync` of a
 * table of the same rows, and of the objects; `parse` to objects against
 * `readCsvSync` to typed columns, in one thread. @std/csv leaves every value a
 * text; ours types all columns, dates and timestamps too, and makes no objects.
 *
 * @module
 */

import { parse, stringify } from "@std/csv";
import { readCsvSync, type Table, writeCsvSync } from "../../mod.ts";
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

/** Whether bytes and a text are the same. */
function sameBytes(ours: unknown, theirs: unknown): boolean {
  const [bytes, text] = [ours as Uint8Array, theirs as string];
  const expected = new TextEncoder().encode(text);
  return bytes.length === expected.length &&
    bytes.every((byte, at) => byte === expected[at]);
}

const WRITE_MB_PER_SECOND_MIN = 300;

function writeCase(
  engine: "native" | "typescript",
  factor: number,
): VersusCase {
  return {
    name: `csv.write ${BYTES / 1e6} MB from typed columns, ${engine}`,
    rival: "@std/csv stringify of objects",
    target: 1 / factor,
    pairs: 10,
    note:
      "@std/csv takes ready objects and stops at a string, ours gives bytes",
    rivalVersion: () => Promise.resolve("1.0.6 (npm copy)"),
    prepare() {
      const table = readCsvSync(flightsBytes("csv", BYTES));
      const rows = table.toObjects();
      const columns = table.columnNames;
      let bestMs = Infinity;
      let size = 0;
      return Promise.resolve({
        ours() {
          const start = performance.now();
          const bytes = writeCsvSync(table, { engine, lineEnd: "\r\n" });
          bestMs = Math.min(bestMs, performance.now() - start);
          size = bytes.length;
          return Promise.resolve(bytes);
        },
        theirs: () => Promise.resolve(stringify(rows, { columns })),
        equal: sameBytes,
        limits: (): Limit[] =>
          engine === "native"
            ? [{
              what: "MB/s of output",
              value: size / bestMs / 1e3,
              min: WRITE_MB_PER_SECOND_MIN,
            }]
            : [],
      });
    },
  };
}

/** Rows as objects, with what both sides make of them: a text and bytes. */
const WRITE_ROWS: VersusCase = {
  name: `csv.write ${BYTES / 1e6} MB from objects`,
  rival: "@std/csv stringify of the same objects",
  target: 1 / 2,
  pairs: 5,
  note: "both in TypeScript: taking values out of objects is its work",
  rivalVersion: () => Promise.resolve("1.0.6 (npm copy)"),
  prepare() {
    const table = readCsvSync(flightsBytes("csv", BYTES));
    const rows = table.toObjects();
    const columns = table.columnNames;
    return Promise.resolve({
      ours: () => Promise.resolve(writeCsvSync(rows, { lineEnd: "\r\n" })),
      theirs: () => Promise.resolve(stringify(rows, { columns })),
      equal: sameBytes,
    });
  },
};

/** The comparisons with @std/csv. */
export const CASES: readonly VersusCase[] = [
  readCase("native", 15),
  readCase("typescript", 5),
  writeCase("native", 20),
  writeCase("typescript", 3),
  WRITE_ROWS,
];
