/**
 * Tables under each other: batches to one table.
 *
 * @module
 */

import { appendBits, bitmapBytes, setBits } from "./_bitmap.ts";
import { DictionaryEncoder } from "./_dictionary.ts";
import { Column } from "./column.ts";
import {
  type DataMap,
  type ItemTypeName,
  sameType,
  type Shape,
  type TypeName,
} from "./schema.ts";
import { Table } from "./table.ts";

/** The most bytes that 32-bit offsets can address. */
export const TEXT_BYTES_MAX: number = 2 ** 31 - 1;

/**
 * Puts the rows of tables under each other. The values are copied.
 *
 * @typeParam S Types of the columns by name.
 * @param tables Tables with the same names and types in the same order.
 * @returns A new table; without tables, one without rows and columns.
 * @throws {TypeError} If names or types differ.
 * @throws {RangeError} If the texts of a column exceed 2 GiB.
 *
 * @example Collect batches
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { readCsvBatches } from "@fastpath/fastpath";
 * import { concatTables, type Table } from "@fastpath/fastpath/table";
 *
 * const bytes = new TextEncoder().encode("n\n1\n2\n3\n");
 * const batches: Table[] = [];
 * for await (const batch of readCsvBatches(bytes, { batchRows: 2 })) {
 *   batches.push(batch);
 * }
 * assertEquals(batches.length, 2);
 * assertEquals(concatTables(batches).column("n").toArray(), [1, 2, 3]);
 * ```
 */
export function concatTables<S extends Shape>(
  tables: readonly Table<S>[],
): Table<S> {
  const first = tables[0];
  if (first === undefined) return new Table<S>([]);
  for (const table of tables) checkSameSchema(first, table);
  const rows = tables.reduce((sum, table) => sum + table.numRows, 0);
  const columns = first.schema.map((field, index) =>
    [
      field.name,
      concatColumns(tables.map((table) => table.columnAt(index)), rows),
    ] as const
  );
  return new Table<S>(columns, rows);
}

function checkSameSchema(first: Table, other: Table): void {
  const same = first.numColumns === other.numColumns &&
    first.schema.every((field, index) => {
      const its = other.schema[index]!;
      return field.name === its.name && sameType(field, its);
    });
  if (!same) {
    throw new TypeError(
      "Cannot concatenate tables: their names or types differ",
    );
  }
}

function concatColumns(parts: readonly Column[], length: number): Column {
  const { type, zoned } = parts[0]!;
  const scale = type === "decimal" ? parts[0]!.scale : undefined;
  const validity = concatValidity(parts, length);
  if (type === "list") return concatLists(parts, length, validity);
  if (type === "utf8") return concatTexts(parts, length, validity);
  if (type === "bool") {
    const data = new Uint8Array(bitmapBytes(length));
    let at = 0;
    for (const part of parts) {
      appendBits(data, at, part.data as Uint8Array, part.length);
      at += part.length;
    }
    return new Column({ type, length, data, validity });
  }
  const data = emptyData(type, length);
  let at = 0;
  for (const part of parts) {
    // The checked equal types make both arrays of one kind.
    (data as Int32Array).set(
      part.data.subarray(0, part.length) as Int32Array,
      at,
    );
    at += part.length;
  }
  return new Column<TypeName>({ type, zoned, scale, length, data, validity });
}

/** Lists under each other: a part's items are those between its offsets. */
function concatLists(
  parts: readonly Column[],
  length: number,
  validity: Uint8Array<ArrayBuffer> | undefined,
): Column {
  const offsets = new Int32Array(length + 1);
  let row = 0;
  let count = 0;
  const items = parts.map((part) => {
    const own = part.offsets!;
    const first = own[0]!;
    const last = own[part.length]!;
    if (count + last - first > TEXT_BYTES_MAX) {
      throw new RangeError(
        "Cannot concatenate tables: the items of a column exceed 2^31 - 1",
      );
    }
    for (let index = 1; index <= part.length; index++) {
      offsets[++row] = count + own[index]! - first;
    }
    count += last - first;
    return part.items!.slice(first, last);
  });
  return new Column({
    type: "list",
    length,
    data: new Uint8Array(0),
    offsets,
    validity,
    items: concatColumns(items, count) as Column<ItemTypeName>,
  });
}

function emptyData(
  type: Exclude<TypeName, "bool" | "utf8" | "list">,
  length: number,
): DataMap["i32" | "i64" | "f64"] {
  if (type === "f64") return new Float64Array(length);
  if (type === "i32" || type === "date") return new Int32Array(length);
  return new BigInt64Array(length);
}

/**
 * The bits of columns that become one.
 *
 * @param parts The columns, in order.
 * @param length All their rows.
 * @returns A bitmap, or undefined where no value is null.
 */
export function concatValidity(
  parts: readonly Column[],
  length: number,
): Uint8Array<ArrayBuffer> | undefined {
  if (parts.every((part) => part.nullCount === 0)) return undefined;
  const validity = new Uint8Array(bitmapBytes(length));
  let at = 0;
  for (const part of parts) {
    if (part.validity === undefined) setBits(validity, at, part.length);
    else appendBits(validity, at, part.validity, part.length);
    at += part.length;
  }
  return validity;
}

function concatTexts(
  parts: readonly Column[],
  length: number,
  validity: Uint8Array<ArrayBuffer> | undefined,
): Column {
  const offsets = new Int32Array(length + 1);
  let row = 0;
  let bytes = 0;
  for (const part of parts) {
    for (let index = 0; index < part.length; index++) {
      bytes += part.bytes(index)?.length ?? 0;
      if (bytes > TEXT_BYTES_MAX) {
        throw new RangeError(
          "Cannot concatenate tables: the texts of a column exceed 2 GiB",
        );
      }
      offsets[++row] = bytes;
    }
  }
  const data = new Uint8Array(bytes);
  row = 0;
  for (const part of parts) {
    for (let index = 0; index < part.length; index++, row++) {
      const text = part.bytes(index);
      if (text !== null) data.set(text, offsets[row]!);
    }
  }
  const nulls = parts.reduce((sum, part) => sum + part.nullCount, 0);
  return textColumn({ rows: length, nulls, data, offsets, validity });
}

/** The column of plain texts, as a dictionary where that pays. */
function textColumn(texts: {
  rows: number;
  nulls: number;
  data: Uint8Array<ArrayBuffer>;
  offsets: Int32Array<ArrayBuffer>;
  validity: Uint8Array<ArrayBuffer> | undefined;
}): Column {
  const encoder = new DictionaryEncoder(texts);
  encoder.step(texts.rows);
  const encoded = encoder.finish();
  const { rows: length, data, offsets, validity } = texts;
  if (encoded === null) {
    return new Column({ type: "utf8", length, data, offsets, validity });
  }
  const { codes, dictionary } = encoded;
  return new Column({
    type: "utf8",
    length,
    data: codes,
    validity,
    dictionary,
  });
}
