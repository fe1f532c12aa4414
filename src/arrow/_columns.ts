/**
 * Columns of a batch to columns of a table: over the same memory where the
 * types are the same, else widened.
 *
 * @module
 */

import type { ParseError } from "../errors.ts";
import { bitAt, bitmapBytes } from "../table/_bitmap.ts";
import { Column } from "../table/column.ts";
import type { ItemTypeName } from "../table/schema.ts";
import type { Batch, Node } from "./_batch.ts";
import { arrowFault, invalid } from "./_fault.ts";
import type { ArrowField } from "./_message.ts";
import { largeTexts, offsetsOf, plainTexts, viewedTexts } from "./_texts.ts";
import {
  ALL_FIT,
  daysOfMillis,
  firstBadDay,
  firstBadMicro,
  halvesOf,
  microsOfLarger,
  microsOfNanos,
} from "./_times.ts";
import {
  type ArrowType,
  BOOL,
  DATE,
  DECIMAL,
  DURATION,
  FLOAT,
  INT,
  LARGE_LIST,
  LARGE_UTF8,
  LIST,
  NULL,
  TIMESTAMP,
  UTF8,
} from "./_types.ts";
import { firstBadMilli, millisOf, unitsOfWords } from "./_units.ts";
import { float32s, float64s, int32s, int64s, smallInts } from "./_views.ts";

type Bitmap = Uint8Array<ArrayBuffer>;

/** What a column's values need besides its buffers. */
export interface ColumnContext {
  /** Rows of the input before this batch, for messages. */
  readonly rowsBefore: number;
  /** How much larger than its bytes a column may become. */
  readonly ratioMax: number;
  /** Offsets and bits of a column of nulls, of at least so many rows. */
  readonly nulls: (length: number) => {
    offsets: Int32Array<ArrayBuffer>;
    validity: Bitmap;
  };
}

/**
 * Takes a column out of a batch.
 *
 * @param field The column, whose values stand for themselves.
 * @param batch The batch; its next node and buffers are this column's.
 * @param context What else is needed.
 * @param isColumn Whether it must have as many rows as the batch.
 * @returns The column.
 * @throws {ParseError} If the buffers are broken, or a value has no place in
 * a table.
 */
export function takeColumn(
  field: ArrowField,
  batch: Batch,
  context: ColumnContext,
): Column {
  return takeValues(field, batch, context, batch.node(true));
}

function takeValues(
  field: ArrowField,
  batch: Batch,
  context: ColumnContext,
  node: Node,
): Column {
  const { length } = node;
  const { type } = field;
  if (type.id === NULL) {
    const { offsets, validity } = context.nulls(length);
    const data = new Uint8Array(0);
    return new Column({ type: "utf8", length, data, offsets, validity });
  }
  const validity = batch.validity(node);
  switch (type.id) {
    case BOOL: {
      const data = batch.partOf(bitmapBytes(length)).bytes;
      return new Column({ type: "bool", length, data, validity });
    }
    case INT:
      return integers(field, batch, length, validity, context);
    case FLOAT: {
      const data = floats(type, batch, length);
      return new Column({ type: "f64", length, data, validity });
    }
    case DATE:
      return dates(field, batch, length, validity, context);
    case TIMESTAMP:
      return timestamps(field, batch, length, validity, context);
    case DECIMAL:
      return decimals(field, batch, length, validity, context);
    case DURATION:
      return durations(field, batch, length, validity, context);
    case LIST:
    case LARGE_LIST:
      return lists(field, batch, length, validity, context);
    default:
      return texts(type, batch, node, validity, context);
  }
}

/** Offsets, checked, and the items as a column of their own. */
function lists(
  field: ArrowField,
  batch: Batch,
  length: number,
  validity: Bitmap | undefined,
  context: ColumnContext,
): Column {
  const part = batch.part();
  const offsets = offsetsOf(part, length, field.type.id === LIST ? 4 : 8);
  const item = field.children[0]!;
  const items = takeValues(
    // A message names the list; its row is that of the item.
    { ...item, name: `${field.name}[]` },
    batch,
    { ...context, rowsBefore: 0 },
    batch.node(false),
  );
  let last = 0;
  for (let row = 0; row <= length; row++) {
    const next = offsets[row]!;
    if (next < last || next > items.length) {
      throw invalid(
        part.base,
        `column "${field.name}" has a list from item ${last} to ${next} of ` +
          items.length,
      );
    }
    last = next;
  }
  return new Column({
    type: "list",
    length,
    data: new Uint8Array(0),
    offsets,
    validity,
    items: items as Column<ItemTypeName>,
  });
}

function texts(
  { id }: ArrowType,
  batch: Batch,
  node: Node,
  validity: Bitmap | undefined,
  { ratioMax }: ColumnContext,
): Column {
  const { data, offsets } = id === UTF8
    ? plainTexts(batch, node, validity)
    : id === LARGE_UTF8
    ? largeTexts(batch, node, validity)
    : viewedTexts(batch, node, validity, ratioMax);
  const { length } = node;
  return new Column({ type: "utf8", length, data, offsets, validity });
}

/** Up to 32 bits with a sign, or 16 without: i32. More: i64. */
function integers(
  field: ArrowField,
  batch: Batch,
  length: number,
  validity: Bitmap | undefined,
  { rowsBefore }: ColumnContext,
): Column {
  const { width, signed } = field.type;
  const { bytes, base } = batch.partOf(length * width / 8);
  if (width === 64) {
    const data = int64s(bytes, length);
    const row = signed ? ALL_FIT : firstNegative(data, length, validity);
    if (row === ALL_FIT) {
      return new Column({ type: "i64", length, data, validity });
    }
    throw outOfRange(
      field,
      base + 8 * row,
      rowsBefore + row,
      "an integer beyond 2^63 - 1 has no place in an i64",
    );
  }
  if (width === 32 && signed) {
    return new Column({
      type: "i32",
      length,
      data: int32s(bytes, length),
      validity,
    });
  }
  const small = smallInts(bytes, length, width, signed);
  if (width === 32) {
    const data = new BigInt64Array(length);
    const halves = halvesOf(data);
    for (let row = 0; row < length; row++) halves[2 * row] = small[row]!;
    return new Column({ type: "i64", length, data, validity });
  }
  const data = Int32Array.from(small);
  return new Column({ type: "i32", length, data, validity });
}

/** The first value whose highest bit is set, or {@linkcode ALL_FIT}. */
function firstNegative(
  values: BigInt64Array,
  length: number,
  validity: Bitmap | undefined,
): number {
  const halves = halvesOf(values);
  for (let row = 0; row < length; row++) {
    if (halves[2 * row + 1]! >= 0) continue;
    if (validity === undefined || bitAt(validity, row)) return row;
  }
  return ALL_FIT;
}

function floats(
  { width }: ArrowType,
  batch: Batch,
  length: number,
): Float64Array<ArrayBuffer> {
  const { bytes } = batch.partOf(length * width / 8);
  if (width === 64) return float64s(bytes, length);
  if (width === 32) return new Float64Array(float32s(bytes, length));
  const halves = smallInts(bytes, length, 16, false);
  const data = new Float64Array(length);
  for (let row = 0; row < length; row++) data[row] = halfFloat(halves[row]!);
  return data;
}

/** The value of 16 bits (IEEE 754 binary16). */
function halfFloat(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = bits >>> 10 & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  return sign * (1024 + fraction) * 2 ** (exponent - 25);
}

function dates(
  field: ArrowField,
  batch: Batch,
  length: number,
  validity: Bitmap | undefined,
  { rowsBefore }: ColumnContext,
): Column {
  const isDays = field.type.unit === 0;
  const { bytes, base } = batch.partOf(length * (isDays ? 4 : 8));
  const data = isDays ? int32s(bytes, length) : new Int32Array(length);
  const row = isDays
    ? firstBadDay(data, length, validity)
    : daysOfMillis(int64s(bytes, length), length, validity, data);
  if (row === ALL_FIT) {
    return new Column({ type: "date", length, data, validity });
  }
  throw outOfRange(
    field,
    base + (isDays ? 4 : 8) * row,
    rowsBefore + row,
    isDays
      ? "the date is outside the years 0001 to 9999"
      : "it is no whole day of the years 0001 to 9999",
  );
}

const OUTSIDE = "the timestamp is outside the years 0001 to 9999";

function timestamps(
  field: ArrowField,
  batch: Batch,
  length: number,
  validity: Bitmap | undefined,
  { rowsBefore }: ColumnContext,
): Column {
  const { unit, flag: zoned } = field.type;
  const { bytes, base } = batch.partOf(length * 8);
  const values = int64s(bytes, length);
  let data = values;
  let row = ALL_FIT;
  let reason = OUTSIDE;
  if (unit === 2) row = firstBadMicro(values, length, validity);
  else {
    data = new BigInt64Array(length);
    if (unit === 3) {
      row = microsOfNanos(values, length, validity, data);
      reason = "its nanoseconds are no whole number of microseconds";
    } else {
      const factor = unit === 0 ? 1_000_000 : 1000;
      row = microsOfLarger(values, length, factor, validity, data);
    }
  }
  if (row === ALL_FIT) {
    return new Column({ type: "timestamp", zoned, length, data, validity });
  }
  throw outOfRange(field, base + 8 * row, rowsBefore + row, reason);
}

function decimals(
  field: ArrowField,
  batch: Batch,
  length: number,
  validity: Bitmap | undefined,
  { rowsBefore }: ColumnContext,
): Column {
  const { width, scale } = field.type;
  const { bytes, base } = batch.partOf(length * width / 8);
  const words = width / 32;
  let data = new BigInt64Array(0);
  let row = ALL_FIT;
  if (width === 64) data = int64s(bytes, length);
  else {
    data = new BigInt64Array(length);
    row = unitsOfWords(int32s(bytes, length * words), words, validity, data);
  }
  if (row === ALL_FIT) {
    return new Column({ type: "decimal", scale, length, data, validity });
  }
  throw outOfRange(
    field,
    base + width / 8 * row,
    rowsBefore + row,
    "a decimal beyond 64 bits has no place in a table",
  );
}

function durations(
  field: ArrowField,
  batch: Batch,
  length: number,
  validity: Bitmap | undefined,
  { rowsBefore }: ColumnContext,
): Column {
  const { unit } = field.type;
  const { bytes, base } = batch.partOf(length * 8);
  const values = int64s(bytes, length);
  const isMillis = unit === 1;
  const data = isMillis ? values : new BigInt64Array(length);
  const row = isMillis
    ? firstBadMilli(values, length, validity)
    : millisOf(values, unit, validity, data);
  if (row === ALL_FIT) {
    return new Column({ type: "duration", length, data, validity });
  }
  throw outOfRange(
    field,
    base + 8 * row,
    rowsBefore + row,
    "the duration is no whole number of milliseconds up to " +
      "9007199254740991",
  );
}

/** The fault of a value at a byte that no column of a table can hold. */
function outOfRange(
  { name }: ArrowField,
  at: number,
  row: number,
  reason: string,
): ParseError {
  const args = { column: name, row: String(row), reason };
  return arrowFault("VALUE_OUT_OF_RANGE", at, args);
}

/** A column of no rows, of the type that a type of Arrow becomes. */
export function emptyColumn({ type, children }: ArrowField): Column {
  const { id, width, signed, scale, flag } = type;
  const length = 0;
  switch (id) {
    case LIST:
    case LARGE_LIST:
      return new Column({
        type: "list",
        length,
        data: new Uint8Array(0),
        offsets: new Int32Array(1),
        items: emptyColumn(children[0]!) as Column<ItemTypeName>,
      });
    case BOOL:
      return new Column({ type: "bool", length, data: new Uint8Array(0) });
    case INT:
      return width === 64 || (width === 32 && !signed)
        ? new Column({ type: "i64", length, data: new BigInt64Array(0) })
        : new Column({ type: "i32", length, data: new Int32Array(0) });
    case FLOAT:
      return new Column({ type: "f64", length, data: new Float64Array(0) });
    case DATE:
      return new Column({ type: "date", length, data: new Int32Array(0) });
    case TIMESTAMP: {
      const data = new BigInt64Array(0);
      return new Column({ type: "timestamp", zoned: flag, length, data });
    }
    case DECIMAL: {
      const data = new BigInt64Array(0);
      return new Column({ type: "decimal", scale, length, data });
    }
    case DURATION:
      return new Column({
        type: "duration",
        length,
        data: new BigInt64Array(0),
      });
    default: {
      const [data, offsets] = [new Uint8Array(0), new Int32Array(1)];
      return new Column({ type: "utf8", length, data, offsets });
    }
  }
}

/** Refuses codes that a dictionary does not have, and gives them as i32. */
export function takeCodes(
  field: ArrowField,
  batch: Batch,
  size: number,
): { codes: Int32Array<ArrayBuffer>; validity: Bitmap | undefined } {
  const node = batch.node(true);
  const { length } = node;
  const validity = batch.validity(node);
  const { width, signed } = field.dictionary!.index;
  const { bytes, base } = batch.partOf(length * width / 8);
  let codes = codesOf(bytes, length, width, signed);
  let isOwn = width !== 32;
  for (let row = 0; row < length; row++) {
    if (codes[row]! >>> 0 < size) continue;
    if (validity === undefined || bitAt(validity, row)) {
      throw invalid(
        base + row * width / 8,
        `column "${field.name}" has code ${codes[row]} of a dictionary of ` +
          `${size} values`,
      );
    }
    // What stands at a null may be anything; a code 0 hurts nobody.
    if (!isOwn) codes = codes.slice();
    isOwn = true;
    codes[row] = 0;
  }
  return { codes, validity };
}

function codesOf(
  bytes: Bitmap,
  length: number,
  width: number,
  signed: boolean,
): Int32Array<ArrayBuffer> {
  if (width === 64) {
    const halves = int32s(bytes, 2 * length);
    const codes = new Int32Array(length);
    for (let row = 0; row < length; row++) {
      codes[row] = halves[2 * row + 1] === 0 ? halves[2 * row]! : -1;
    }
    return codes;
  }
  if (width === 32) return int32s(bytes, length);
  return Int32Array.from(smallInts(bytes, length, width, signed));
}
