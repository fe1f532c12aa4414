/**
 * The columns of a native batch: what the kernel says of each, the parts to
 * copy, and the column over the copies.
 *
 * @module
 */

import { bitmapBytes } from "../table/_bitmap.ts";
import { Column } from "../table/column.ts";
import type {
  Field,
  ItemField,
  ItemTypeName,
  TypeName,
} from "../table/schema.ts";

/** Parts of a column that `fp_reader_copy` knows. */
const PART_DATA = 0;
const PART_VALIDITY = 1;
const PART_OFFSETS = 2;
const PART_DICTIONARY_OFFSETS = 3;
const PART_DICTIONARY_BYTES = 4;
const PART_ITEM_DATA = 5;
const PART_ITEM_VALIDITY = 6;
const PART_ITEM_OFFSETS = 7;

/** A column of a batch, as the kernel describes it. */
export interface BatchColumn {
  name: string;
  type: TypeName;
  zoned: boolean;
  /** Digits behind the point; decimals only. */
  scale?: number;
  nulls: number;
  dictionary: { length: number; bytes: number } | null;
  /** Bytes of plain texts. */
  bytes: number;
  /** What the items of lists are. */
  item?: BatchItems;
  /** Nobody wants it. */
  skipped?: true;
}

/** The items of a column of lists; their texts are never a dictionary. */
export interface BatchItems {
  type: ItemTypeName;
  zoned: boolean;
  /** Digits behind the point; decimals only. */
  scale?: number;
  length: number;
  nulls: number;
  bytes: number;
}

/** A part of a column that is to be copied, and its bytes. */
export interface Part {
  readonly part: number;
  readonly bytes: number;
}

/** The parts of a column, in the order that `columnOf` takes. */
export function partsOf(shape: BatchColumn, rows: number): Part[] {
  const { type, nulls, dictionary, bytes, item } = shape;
  if (item !== undefined) return listParts(shape, item, rows);
  const parts: Part[] = [{ part: PART_DATA, bytes }];
  const offsets = (count: number) => 4 * (count + 1);
  if (dictionary !== null) {
    const { length } = dictionary;
    parts.push(
      { part: PART_DICTIONARY_OFFSETS, bytes: offsets(length) },
      { part: PART_DICTIONARY_BYTES, bytes: dictionary.bytes },
    );
  } else if (type === "utf8") {
    parts.push({ part: PART_OFFSETS, bytes: offsets(rows) });
  }
  if (nulls > 0) parts.push({ part: PART_VALIDITY, bytes: bitmapBytes(rows) });
  return parts;
}

/** The parts of lists, in the order that `listOf` takes. */
function listParts(
  { nulls }: BatchColumn,
  { type, length, nulls: itemNulls, bytes }: BatchItems,
  rows: number,
): Part[] {
  const parts: Part[] = [
    { part: PART_OFFSETS, bytes: 4 * (rows + 1) },
    { part: PART_ITEM_DATA, bytes },
  ];
  if (type === "utf8") {
    parts.push({ part: PART_ITEM_OFFSETS, bytes: 4 * (length + 1) });
  }
  if (itemNulls > 0) {
    parts.push({ part: PART_ITEM_VALIDITY, bytes: bitmapBytes(length) });
  }
  if (nulls > 0) parts.push({ part: PART_VALIDITY, bytes: bitmapBytes(rows) });
  return parts;
}

/** Name and type of a column. */
export function fieldOf(
  { name, type, zoned, scale, item }: BatchColumn,
): Field {
  return {
    name,
    type,
    zoned,
    ...(scale === undefined ? {} : { scale }),
    ...(item === undefined ? {} : { item: itemFieldOf(item) }),
  };
}

function itemFieldOf({ type, zoned, scale }: BatchItems): ItemField {
  return scale === undefined ? { type, zoned } : { type, zoned, scale };
}

/** A column of lists over the copies of its parts. */
function listOf(
  shape: BatchColumn,
  item: BatchItems,
  length: number,
  [offsets, ...copies]: readonly ArrayBuffer[],
): Column {
  const rest = [...copies];
  const validity = shape.nulls === 0 ? undefined : rest.pop()!;
  return new Column({
    type: "list",
    length,
    data: new Uint8Array(0),
    validity: validity && new Uint8Array(validity),
    offsets: new Int32Array(offsets!),
    items: columnOf(
      { ...item, name: shape.name, dictionary: null },
      item.length,
      rest,
    ) as Column<ItemTypeName>,
  });
}

/** A column over the copies of its parts. */
export function columnOf(
  shape: BatchColumn,
  length: number,
  copies: readonly ArrayBuffer[],
): Column {
  const { type, zoned, scale, nulls, dictionary } = shape;
  const data = copies[0]!;
  const validity = nulls === 0 ? undefined : new Uint8Array(copies.at(-1)!);
  switch (type) {
    case "bool":
      return new Column({ type, length, validity, data: new Uint8Array(data) });
    case "i32":
    case "date":
      return new Column({ type, length, validity, data: new Int32Array(data) });
    case "f64":
      return new Column({
        type,
        length,
        validity,
        data: new Float64Array(data),
      });
    case "i64":
    case "timestamp":
    case "decimal":
    case "duration":
      return new Column<typeof type>({
        type,
        zoned,
        scale,
        length,
        validity,
        data: new BigInt64Array(data),
      });
    case "utf8":
      return dictionary === null
        ? new Column({
          type,
          length,
          validity,
          data: new Uint8Array(data),
          offsets: new Int32Array(copies[1]!),
        })
        : new Column({
          type,
          length,
          validity,
          data: new Int32Array(data),
          dictionary: {
            length: dictionary.length,
            offsets: new Int32Array(copies[1]!),
            data: new Uint8Array(copies[2]!),
          },
        });
    case "list":
      return listOf(shape, shape.item!, length, copies);
  }
}
