/**
 * The batches of an input to one table: numbers and texts in bulk,
 * dictionaries under one.
 *
 * @module
 */

import { bitAt } from "../table/_bitmap.ts";
import { Column, type Dictionary } from "../table/column.ts";
import {
  concatTables,
  concatValidity,
  TEXT_BYTES_MAX,
} from "../table/concat_tables.ts";
import { Table } from "../table/table.ts";
import { ROWS_MAX } from "./_batch.ts";
import { TextCodes } from "./_text_codes.ts";

/**
 * Puts batches of one schema together; it gives up control after each
 * column. A single batch is given as it is.
 *
 * @throws {RangeError} If rows or texts are too many for one table.
 */
export function* concatBatches(
  tables: readonly Table[],
): Generator<undefined, Table, undefined> {
  const first = tables[0]!;
  if (tables.length === 1) return first;
  const rows = tables.reduce((sum, { numRows }) => sum + numRows, 0);
  if (rows > ROWS_MAX) {
    throw new RangeError(
      `Cannot hold ${rows} rows in one table: read them in batches`,
    );
  }
  const columns: [string, Column][] = [];
  for (let index = 0; index < first.numColumns; index++) {
    const { name } = first.schema[index]!;
    const parts = tables.map((table) => table.columnAt(index));
    columns.push([name, concatColumn(name, parts, rows)]);
    yield;
  }
  return new Table(columns, rows);
}

function concatColumn(
  name: string,
  parts: readonly Column[],
  rows: number,
): Column {
  if (parts[0]!.type !== "utf8") {
    const tables = parts.map((part) => new Table([[name, part]]));
    return concatTables(tables).columnAt(0);
  }
  const isPlain = parts.every((part) => part.dictionary === undefined);
  return isPlain ? concatTexts(name, parts, rows) : concatCodes(parts, rows);
}

function concatTexts(
  name: string,
  parts: readonly Column[],
  length: number,
): Column {
  const sizes = parts.map(({ offsets, length }) =>
    offsets![length]! - offsets![0]!
  );
  const size = sizes.reduce((sum, one) => sum + one, 0);
  if (size > TEXT_BYTES_MAX) {
    throw new RangeError(
      `Cannot hold column "${name}" in one table: its texts exceed 2 GiB, ` +
        "read in batches",
    );
  }
  const offsets = new Int32Array(length + 1);
  const data = new Uint8Array(size);
  let row = 0;
  let at = 0;
  for (const [index, part] of parts.entries()) {
    const from = part.offsets!;
    const shift = at - from[0]!;
    for (let own = 1; own <= part.length; own++) {
      offsets[++row] = from[own]! + shift;
    }
    const bytes = part.data as Uint8Array<ArrayBuffer>;
    data.set(bytes.subarray(from[0]!, from[part.length]!), at);
    at += sizes[index]!;
  }
  const validity = concatValidity(parts, length);
  return new Column({ type: "utf8", length, data, offsets, validity });
}

/** Codes under one dictionary; a part without one gives its texts to it. */
function concatCodes(parts: readonly Column[], length: number): Column {
  const texts = new TextCodes();
  const maps = new Map<Dictionary, Int32Array<ArrayBuffer>>();
  const data = new Int32Array(length);
  let at = 0;
  for (const part of parts) {
    const codes = data.subarray(at, at + part.length);
    if (part.dictionary === undefined) codesOfTexts(part, texts, codes);
    else {
      let map = maps.get(part.dictionary);
      if (map === undefined) {
        map = texts.addAll(part.dictionary);
        maps.set(part.dictionary, map);
      }
      const from = part.data as Int32Array;
      for (let row = 0; row < part.length; row++) {
        codes[row] = map[from[row]!] ?? 0;
      }
    }
    at += part.length;
  }
  const dictionary = texts.dictionary();
  const validity = concatValidity(parts, length);
  return new Column({ type: "utf8", length, data, validity, dictionary });
}

/** The codes of plain texts. */
export function codesOfTexts(
  { length, data, offsets, validity }: Column,
  texts: TextCodes,
  codes: Int32Array,
): void {
  for (let row = 0; row < length; row++) {
    if (validity !== undefined && !bitAt(validity, row)) continue;
    codes[row] = texts.add(
      data as Uint8Array,
      offsets![row]!,
      offsets![row + 1]!,
    );
  }
}
