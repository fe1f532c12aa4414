/**
 * A column: the values of one name in Arrow's buffer layout, read one at a
 * time as JavaScript values or in bulk through its arrays.
 *
 * @module
 */

import { formatDecimal, SCALE_MAX } from "../values/_decimal.ts";
import { formatTs } from "../values/_duration_format.ts";
import { formatDate, formatTimestamp } from "../values/format.ts";
import { bitAt, bitmapBytes, countBits, sliceBits } from "./_bitmap.ts";
import { decodeText } from "./_text.ts";
import { TYPE_NAMES } from "./schema.ts";
import type {
  DataMap,
  ItemField,
  ItemTypeName,
  TypeName,
  ValueOf,
} from "./schema.ts";

/** The distinct texts of a dictionary-encoded column. */
export interface Dictionary {
  /** How many texts there are. */
  readonly length: number;
  /** The texts' bytes. */
  readonly data: Uint8Array<ArrayBuffer>;
  /** Where text `i` begins; one more than there are texts. */
  readonly offsets: Int32Array<ArrayBuffer>;
}

/** The buffers of a column. */
export interface ColumnParts<T extends TypeName> {
  /** What the column holds. */
  readonly type: T;
  /** How many rows it has. */
  readonly length: number;
  /** The values: see `DataMap`; what stands at a null is not defined. */
  readonly data: DataMap[T];
  /** One bit a row, set where the value is not null; absent without nulls. */
  readonly validity?: Uint8Array<ArrayBuffer> | undefined;
  /**
   * Where the text of row `i` begins in `data`, of utf8 without dictionary;
   * where the list of row `i` begins in `items`.
   */
  readonly offsets?: Int32Array<ArrayBuffer> | undefined;
  /** The texts that the codes in `data` stand for; utf8 only. */
  readonly dictionary?: Dictionary | undefined;
  /** Whether a timestamp is a point in time. */
  readonly zoned?: boolean | undefined;
  /** Digits behind the point, 0 to 18; a decimal needs it, no other has it. */
  readonly scale?: number | undefined;
  /** The items of all lists, one behind the other; list only. */
  readonly items?: Column<ItemTypeName> | undefined;
}

/**
 * The values of one column.
 *
 * `value(row)` makes a JavaScript value; texts are decoded then, not before.
 * Programs that care about speed work on `data`, `validity` and `offsets`.
 *
 * @typeParam T The type's name.
 *
 * @example Read values and bulk data
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { readCsv } from "@fastpath/fastpath";
 *
 * const bytes = new TextEncoder().encode("n\n1\n\n3\n");
 * const table = await readCsv(bytes, { schema: { n: "i32" } });
 * const n = table.column("n");
 * assertEquals([...n], [1, null, 3]);
 * assertEquals(n.nullCount, 1);
 * assertEquals(n.data[2], 3);
 * ```
 */
export class Column<T extends TypeName = TypeName> {
  /** What the column holds. */
  readonly type: T;
  /** Whether a timestamp is a point in time; false for all other types. */
  readonly zoned: boolean;
  /** Digits behind the point of a decimal; 0 for all other types. */
  readonly scale: number;
  /** How many rows it has. */
  readonly length: number;
  /** The values: see `DataMap`; what stands at a null is not defined. */
  readonly data: DataMap[T];
  /** One bit a row, set where the value is not null; absent without nulls. */
  readonly validity: Uint8Array<ArrayBuffer> | undefined;
  /** Where the text or the list of row `i` begins; one more than rows. */
  readonly offsets: Int32Array<ArrayBuffer> | undefined;
  /** The texts that the codes in `data` stand for, where few are distinct. */
  readonly dictionary: Dictionary | undefined;
  /** The items of all lists, one behind the other; list only. */
  readonly items: Column<ItemTypeName> | undefined;
  #nullCount = -1;
  #texts: (string | undefined)[] | undefined;

  /**
   * Makes a column over buffers, which are not copied.
   *
   * @param parts The buffers.
   * @throws {TypeError} If a buffer is missing or of the wrong kind.
   * @throws {RangeError} If a buffer is too short for the length.
   */
  constructor(parts: ColumnParts<T>) {
    checkParts(parts);
    this.type = parts.type;
    this.zoned = parts.zoned ?? false;
    this.scale = parts.scale ?? 0;
    this.length = parts.length;
    this.data = parts.data;
    this.validity = parts.validity;
    this.offsets = parts.offsets;
    this.dictionary = parts.dictionary;
    this.items = parts.items;
  }

  /** What the items of lists are; undefined for all other types. */
  get item(): ItemField | undefined {
    if (this.items === undefined) return undefined;
    const { type, zoned, scale } = this.items;
    return type === "decimal" ? { type, zoned, scale } : { type, zoned };
  }

  /** How many values are null; counted on first use. */
  get nullCount(): number {
    if (this.#nullCount < 0) {
      this.#nullCount = this.validity === undefined
        ? 0
        : this.length - countBits(this.validity, this.length);
    }
    return this.#nullCount;
  }

  /**
   * Whether the value of a row is null.
   *
   * @param row The row, from 0.
   * @returns True for a null.
   * @throws {RangeError} If there is no such row.
   */
  isNull(row: number): boolean {
    this.#checkRow(row);
    return this.validity !== undefined && !bitAt(this.validity, row);
  }

  /**
   * The value of a row. A date, timestamp, decimal or duration is its printed
   * text; its number stands in `data`.
   *
   * @param row The row, from 0.
   * @returns The value, or null.
   * @throws {RangeError} If there is no such row.
   */
  value(row: number): ValueOf<T> | null {
    return this.isNull(row) ? null : this.#valueAt(row) as ValueOf<T>;
  }

  /**
   * The bytes of a text, without decoding them.
   *
   * @param row The row, from 0.
   * @returns A view of the column's bytes, or null.
   * @throws {TypeError} If the column does not hold texts.
   * @throws {RangeError} If there is no such row.
   */
  bytes(row: number): Uint8Array<ArrayBuffer> | null {
    if (this.isNull(row)) return null;
    const { data, dictionary, offsets } = this;
    if (dictionary !== undefined) {
      const code = (data as Int32Array)[row]!;
      return dictionary.data.subarray(
        dictionary.offsets[code]!,
        dictionary.offsets[code + 1]!,
      );
    }
    if (offsets === undefined || this.type !== "utf8") {
      throw new TypeError(
        `Cannot read bytes: the column holds ${this.type}, not utf8`,
      );
    }
    return (data as Uint8Array<ArrayBuffer>)
      .subarray(offsets[row]!, offsets[row + 1]!);
  }

  /**
   * All values as an array. It costs a JavaScript value per row.
   *
   * @returns The values in row order.
   */
  toArray(): (ValueOf<T> | null)[] {
    const values = new Array<ValueOf<T> | null>(this.length);
    for (let row = 0; row < this.length; row++) values[row] = this.value(row);
    return values;
  }

  /**
   * The values in row order, made one at a time.
   *
   * @returns An iterator.
   */
  *[Symbol.iterator](): IterableIterator<ValueOf<T> | null> {
    for (let row = 0; row < this.length; row++) yield this.value(row);
  }

  /**
   * The rows `from` to `to` (exclusive) as a column over the same memory;
   * only bitmaps that do not begin at a byte are copied.
   *
   * @param from The first row; a negative number counts from the end.
   * @param to The row after the last; a negative number counts from the end.
   * @returns The part of the column.
   */
  slice(from = 0, to: number = this.length): Column<T> {
    const first = clampRow(from, this.length);
    const last = Math.max(first, clampRow(to, this.length));
    const { type, zoned, scale, data, validity, offsets, dictionary } = this;
    const isBitmap = type === "bool";
    const hasOffsets = offsets !== undefined;
    return new Column<T>({
      type,
      zoned,
      scale: type === "decimal" ? scale : undefined,
      length: last - first,
      data: hasOffsets
        ? data
        : isBitmap
        ? sliceBits(data as Uint8Array<ArrayBuffer>, first, last) as DataMap[T]
        : data.subarray(first, last) as DataMap[T],
      validity: validity && sliceBits(validity, first, last),
      offsets: offsets?.subarray(first, last + 1),
      dictionary,
      items: this.items,
    });
  }

  #checkRow(row: number): void {
    if (row >>> 0 !== row || row >= this.length) {
      throw new RangeError(
        `Cannot read row ${row}: the column has ${this.length} rows`,
      );
    }
  }

  #valueAt(row: number): ValueOf<TypeName> {
    const data = this.data;
    switch (this.type) {
      case "bool":
        return bitAt(data as Uint8Array, row);
      case "date":
        return formatDate((data as Int32Array)[row]!);
      case "timestamp":
        return formatTimestamp((data as BigInt64Array)[row]!, this.zoned);
      case "utf8":
        return this.#textAt(row);
      case "decimal":
        return formatDecimal((data as BigInt64Array)[row]!, this.scale);
      case "duration":
        return formatTs(Number((data as BigInt64Array)[row]!), "iso");
      case "list":
        return this.#listAt(row);
      default:
        return (data as Int32Array | Float64Array | BigInt64Array)[row]!;
    }
  }

  #listAt(row: number): ValueOf<"list"> {
    const list: (ValueOf<ItemTypeName> | null)[] = [];
    const end = this.offsets![row + 1]!;
    for (let at = this.offsets![row]!; at < end; at++) {
      list.push(this.items!.value(at));
    }
    return list;
  }

  #textAt(row: number): string {
    const { data, offsets, dictionary } = this;
    if (dictionary === undefined) {
      const bytes = data as Uint8Array;
      return decodeText(bytes, offsets![row]!, offsets![row + 1]!);
    }
    const code = (data as Int32Array)[row]!;
    this.#texts ??= new Array<string | undefined>(dictionary.length);
    return this.#texts[code] ??= decodeText(
      dictionary.data,
      dictionary.offsets[code]!,
      dictionary.offsets[code + 1]!,
    );
  }
}

function clampRow(row: number, length: number): number {
  const whole = Math.trunc(row) || 0;
  return Math.min(Math.max(whole < 0 ? whole + length : whole, 0), length);
}

const ARRAYS = {
  bool: Uint8Array,
  i32: Int32Array,
  i64: BigInt64Array,
  f64: Float64Array,
  date: Int32Array,
  timestamp: BigInt64Array,
  utf8: Uint8Array,
  decimal: BigInt64Array,
  duration: BigInt64Array,
  list: Uint8Array,
} as const;

function checkParts<T extends TypeName>(parts: ColumnParts<T>): void {
  const { type, length, data, validity, dictionary } = parts;
  if (!TYPE_NAMES.includes(type)) {
    throw new TypeError(`Cannot make column: unknown type "${type}"`);
  }
  if (!Number.isSafeInteger(length) || length < 0) {
    throw new RangeError(
      `Cannot make column: length must be a whole number, found ${length}`,
    );
  }
  const expected = dictionary === undefined ? ARRAYS[type] : Int32Array;
  if (!(data instanceof expected)) {
    throw new TypeError(
      `Cannot make column: ${type} is stored in a ${expected.name}`,
    );
  }
  if (parts.zoned && type !== "timestamp") {
    throw new TypeError("Cannot make column: only a timestamp has a zone");
  }
  checkScale(type, parts.scale);
  if (validity !== undefined && validity.length < bitmapBytes(length)) {
    throw new RangeError("Cannot make column: validity is too short");
  }
  if ((parts.items !== undefined) !== (type === "list")) {
    throw new TypeError("Cannot make column: a list, and it alone, has items");
  }
  const isPlain = type === "list" ||
    (type === "utf8" && dictionary === undefined);
  if (isPlain) return checkOffsets(parts);
  if (parts.offsets !== undefined) {
    throw new TypeError(
      "Cannot make column: only plain utf8 and lists have offsets",
    );
  }
  if (dictionary !== undefined && type !== "utf8") {
    throw new TypeError("Cannot make column: only utf8 has a dictionary");
  }
  const needed = type === "bool" ? bitmapBytes(length) : length;
  if (data.length < needed) {
    throw new RangeError(
      `Cannot make column: data has ${data.length} entries, needs ${needed}`,
    );
  }
}

function checkScale(type: TypeName, scale: unknown): void {
  if (type !== "decimal") {
    if (scale === undefined) return;
    throw new TypeError("Cannot make column: only a decimal has a scale");
  }
  if (typeof scale !== "number") {
    throw new TypeError("Cannot make column: a decimal needs a scale");
  }
  if (Number.isInteger(scale) && scale >= 0 && scale <= SCALE_MAX) return;
  throw new RangeError(
    `Cannot make column: the scale of a decimal must be a whole number from ` +
      `0 to ${SCALE_MAX}, found ${scale}`,
  );
}

function checkOffsets(parts: ColumnParts<TypeName>): void {
  const { type, offsets, length, data, items } = parts;
  if (!(offsets instanceof Int32Array)) {
    throw new TypeError(`Cannot make column: ${type} needs offsets`);
  }
  if (offsets.length < length + 1) {
    throw new RangeError(
      `Cannot make column: offsets have ${offsets.length} entries, ` +
        `need ${length + 1}`,
    );
  }
  if (items !== undefined) checkItems(parts, items);
  const end = items?.length ?? data.length;
  if (offsets[0]! < 0 || offsets[length]! > end) {
    throw new RangeError("Cannot make column: offsets leave the data");
  }
}

function checkItems(
  { dictionary }: ColumnParts<TypeName>,
  items: Column<TypeName>,
): void {
  if (!(items instanceof Column) || items.type === "list") {
    throw new TypeError(
      "Cannot make column: the items of a list are a column of another type",
    );
  }
  if (dictionary !== undefined) {
    throw new TypeError("Cannot make column: only utf8 has a dictionary");
  }
}
