/**
 * Whether two tables are the same: names, types and values.
 *
 * @module
 */

import { bitAt } from "./_bitmap.ts";
import type { Column } from "./column.ts";
import { sameType } from "./schema.ts";
import type { Table } from "./table.ts";

/**
 * Whether two tables have the same names, types and values in the same
 * order. How texts are stored makes no difference. NaN equals NaN, -0 does
 * not equal 0.
 *
 * @param a One table.
 * @param b The other.
 * @returns True if they are the same.
 *
 * @example Compare what two readers found
 * ```ts
 * import { assert } from "@std/assert";
 * import { readCsv, readNdjson } from "@fastpath/fastpath";
 * import { tablesEqual } from "@fastpath/fastpath/table";
 *
 * const encoder = new TextEncoder();
 * const csv = await readCsv(encoder.encode("n\n1\n\n"));
 * const ndjson = await readNdjson(encoder.encode('{"n":1}\n{"n":null}\n'));
 * assert(tablesEqual(csv, ndjson));
 * ```
 */
export function tablesEqual(a: Table, b: Table): boolean {
  if (a.numRows !== b.numRows || a.numColumns !== b.numColumns) return false;
  for (let index = 0; index < a.numColumns; index++) {
    if (a.schema[index]!.name !== b.schema[index]!.name) return false;
    if (!columnsEqual(a.columnAt(index), b.columnAt(index))) return false;
  }
  return true;
}

function columnsEqual(a: Column, b: Column): boolean {
  if (!sameType(a, b)) return false;
  for (let row = 0; row < a.length; row++) {
    const isNull = a.isNull(row);
    if (isNull !== b.isNull(row)) return false;
    if (!isNull && !valuesEqual(a, b, row)) return false;
  }
  return true;
}

function valuesEqual(a: Column, b: Column, row: number): boolean {
  if (a.type === "list") return listsEqual(a, b, row);
  if (a.type === "utf8") return bytesEqual(a.bytes(row)!, b.bytes(row)!);
  if (a.type === "bool") {
    return bitAt(a.data as Uint8Array, row) ===
      bitAt(b.data as Uint8Array, row);
  }
  return Object.is(a.data[row], b.data[row]);
}

function listsEqual(a: Column, b: Column, row: number): boolean {
  const [ours, theirs] = [listAt(a, row), listAt(b, row)];
  return ours.length === theirs.length && columnsEqual(ours, theirs);
}

function listAt({ items, offsets }: Column, row: number): Column {
  return items!.slice(offsets![row], offsets![row + 1]);
}

function bytesEqual(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let index = 0; index < a.length; index++) {
    if (a[index] !== b[index]) return false;
  }
  return true;
}
