/**
 * A large table to CSV: 5,000,000 rows of eight columns of different types,
 * written natively, against @std/csv's `stringify` of the first 500,000 rows
 * as objects, whose time counts ten times: all of them would not fit.
 *
 * @module
 */

import { stringify } from "@std/csv";
import { writeCsvSync } from "../../mod.ts";
import { mixedTable } from "../data/mixed.ts";
import { type Limit, Timed, type VersusCase } from "./_case.ts";

const ROWS = 5_000_000;
const PARTS = 10;
const MB_PER_SECOND_MIN = 500;

/** Whether bytes begin with a text, and go on to the end of a row. */
function beginsWith(ours: unknown, theirs: unknown): boolean {
  const [bytes, text] = [ours as Uint8Array, theirs as string];
  const expected = new TextEncoder().encode(text);
  if (bytes.length < expected.length || bytes.at(-1) !== 10) return false;
  for (let at = 0; at < expected.length; at++) {
    if (bytes[at] !== expected[at]) return false;
  }
  // The rest is looked through: as many rows as there are.
  let rows = 0;
  for (const byte of bytes) if (byte === 10) rows++;
  return rows === ROWS + 1;
}

const WRITE_LARGE: VersusCase = {
  name: "csv.write 5,000,000 rows of 8 columns, native",
  rival: "@std/csv stringify of objects, a tenth of the rows",
  target: 1 / 20,
  pairs: 3,
  note:
    "@std/csv's time is ten times that of a tenth; it takes ready objects " +
    "and stops at a string, ours gives bytes",
  rivalVersion: () => Promise.resolve("1.0.6 (npm copy)"),
  prepare() {
    const table = mixedTable(ROWS);
    const columns = table.columnNames;
    const rows: Record<string, unknown>[] = [];
    for (const row of table.rows()) {
      rows.push(row);
      if (rows.length === ROWS / PARTS) break;
    }
    let bestMs = Infinity;
    let size = 0;
    return Promise.resolve({
      ours() {
        const start = performance.now();
        const bytes = writeCsvSync(table, {
          engine: "native",
          lineEnd: "\r\n",
        });
        const ms = performance.now() - start;
        bestMs = Math.min(bestMs, ms);
        size = bytes.length;
        return Promise.resolve(new Timed(ms, bytes));
      },
      theirs() {
        const start = performance.now();
        const text = stringify(rows, { columns });
        const ms = performance.now() - start;
        return Promise.resolve(new Timed(ms * PARTS, text));
      },
      equal: beginsWith,
      limits: (): Limit[] => [{
        what: "MB/s of output",
        value: size / bestMs / 1e3,
        min: MB_PER_SECOND_MIN,
      }],
    });
  },
};

/** The comparison of a large table. */
export const CASES: readonly VersusCase[] = [WRITE_LARGE];
