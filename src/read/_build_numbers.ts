/**
 * Builders of columns of numbers and bools.
 *
 * @module
 */

import { bitmapBytes } from "../table/_bitmap.ts";
import { Column } from "../table/column.ts";
import {
  type FieldBlock,
  IN_EXTRA,
  KIND_MASK,
  LENGTH_SHIFT,
  type SpanColumn,
} from "../values/block.ts";
import { classify, parsed } from "../values/classify.ts";
import { BOOL, FLOAT, I32, I64 } from "../values/flags.ts";
import { largeFloat } from "../values/large_float.ts";
import {
  ALL_FIT,
  BOOL_KINDS,
  ColumnBuilder,
  isNullMeta,
  trimmed,
  VALUE_KINDS,
} from "./_builder.ts";

/** Returned by `plainInteger` for any other text; beyond every i32. */
const NOT_PLAIN = 2 ** 31;

/**
 * The value of up to nine digits, perhaps with a minus before them, as most
 * whole numbers are written. It spares them the general classification,
 * which costs about three times as much.
 */
function plainInteger(bytes: Uint8Array, first: number, last: number): number {
  const negative = bytes[first] === 45;
  let at = negative ? first + 1 : first;
  const digits = last - at;
  if (digits > 9 || digits < 1) return NOT_PLAIN;
  // A leading zero makes a text, `-0` a float.
  if (bytes[at] === 48 && last - first > 1) return NOT_PLAIN;
  let value = 0;
  for (; at < last; at++) {
    const digit = bytes[at]! - 48;
    if (digit < 0 || digit > 9) return NOT_PLAIN;
    value = (Math.imul(value, 10) + digit) | 0;
  }
  return negative ? -value : value;
}

/** Builds an i32 column. */
export class Int32Builder extends ColumnBuilder {
  #data = new Int32Array(0);

  override append(
    block: FieldBlock,
    spans: SpanColumn,
    from: number,
    to: number,
  ): number {
    this.reserve(to - from);
    const { start, meta } = spans;
    const data = this.#data;
    let at = this.rows;
    for (let row = from; row < to; row++, at++) {
      const field = meta[row]!;
      if (isNullMeta(field)) {
        this.setNull(at);
        continue;
      }
      const bytes = (field & IN_EXTRA) === 0 ? block.bytes : block.extra;
      const first = start[row]!;
      const last = first + (field >>> LENGTH_SHIFT);
      const isValue = (VALUE_KINDS >>> (field & KIND_MASK) & 1) !== 0;
      const value = plainInteger(bytes, first, last);
      if (isValue && value !== NOT_PLAIN) {
        data[at] = value;
        continue;
      }
      if (!isValue || classify(bytes, first, last) !== I32) {
        this.rows = at;
        return row;
      }
      data[at] = parsed.number;
    }
    this.rows = at;
    return ALL_FIT;
  }

  override finish(): Column {
    const validity = this.takeValidity();
    const data = trimmed(this.#data, this.rows);
    return new Column({ type: "i32", length: this.rows, data, validity });
  }

  protected override wipe(from: number, to: number): void {
    this.#data.fill(0, from, to);
  }

  protected override resize(capacity: number): void {
    const data = new Int32Array(capacity);
    data.set(this.#data);
    this.#data = data;
  }
}

/** Builds a column of 64-bit integers. */
export abstract class HalvesBuilder extends ColumnBuilder {
  /** Halves, low first, as little-endian machines store 64 bits. */
  protected halves: Int32Array<ArrayBuffer> = new Int32Array(0);

  /** The integers of all rows. */
  protected int64s(): BigInt64Array<ArrayBuffer> {
    return trimmed(new BigInt64Array(this.halves.buffer), this.rows);
  }

  protected override wipe(from: number, to: number): void {
    this.halves.fill(0, 2 * from, 2 * to);
  }

  protected override resize(capacity: number): void {
    const halves = new Int32Array(2 * capacity);
    halves.set(this.halves);
    this.halves = halves;
  }
}

/** Builds an i64 column. */
export class Int64Builder extends HalvesBuilder {
  override append(
    block: FieldBlock,
    spans: SpanColumn,
    from: number,
    to: number,
  ): number {
    this.reserve(to - from);
    const { start, meta } = spans;
    const halves = this.halves;
    let at = this.rows;
    for (let row = from; row < to; row++, at++) {
      const field = meta[row]!;
      if (isNullMeta(field)) {
        this.setNull(at);
        continue;
      }
      const bytes = (field & IN_EXTRA) === 0 ? block.bytes : block.extra;
      const first = start[row]!;
      if (
        (VALUE_KINDS >>> (field & KIND_MASK) & 1) === 0 ||
        (classify(bytes, first, first + (field >>> LENGTH_SHIFT)) &
            (I32 | I64)) === 0
      ) {
        this.rows = at;
        return row;
      }
      halves[2 * at] = parsed.lo;
      halves[2 * at + 1] = parsed.hi;
    }
    this.rows = at;
    return ALL_FIT;
  }

  override finish(): Column {
    const validity = this.takeValidity();
    const data = this.int64s();
    return new Column({ type: "i64", length: this.rows, data, validity });
  }
}

/** Builds an f64 column. */
export class Float64Builder extends ColumnBuilder {
  readonly #takesLarge: boolean;
  #data = new Float64Array(0);

  /** With `takesLarge` also integers beyond 2^53 that print an f64. */
  constructor(takesLarge: boolean) {
    super();
    this.#takesLarge = takesLarge;
  }

  override append(
    block: FieldBlock,
    spans: SpanColumn,
    from: number,
    to: number,
  ): number {
    this.reserve(to - from);
    const { start, meta } = spans;
    const data = this.#data;
    let at = this.rows;
    for (let row = from; row < to; row++, at++) {
      const field = meta[row]!;
      if (isNullMeta(field)) {
        this.setNull(at);
        continue;
      }
      const bytes = (field & IN_EXTRA) === 0 ? block.bytes : block.extra;
      const first = start[row]!;
      const isNumber = (VALUE_KINDS >>> (field & KIND_MASK) & 1) !== 0 &&
        (classify(bytes, first, first + (field >>> LENGTH_SHIFT)) &
            (FLOAT | I32 | I64)) !== 0;
      // An integer beyond 2^53 would be rounded silently.
      if (!isNumber || parsed.big) {
        const value = this.#largeOf(bytes, first, field);
        if (value !== value) {
          this.rows = at;
          return row;
        }
        data[at] = value;
        continue;
      }
      data[at] = parsed.number;
    }
    this.rows = at;
    return ALL_FIT;
  }

  /** The value of a large integer that prints an f64, else NaN. */
  #largeOf(bytes: Uint8Array, first: number, field: number): number {
    const isValue = (VALUE_KINDS >>> (field & KIND_MASK) & 1) !== 0;
    return isValue && this.#takesLarge
      ? largeFloat(bytes, first, first + (field >>> LENGTH_SHIFT))
      : NaN;
  }

  override finish(): Column {
    const validity = this.takeValidity();
    const data = trimmed(this.#data, this.rows);
    return new Column({ type: "f64", length: this.rows, data, validity });
  }

  protected override wipe(from: number, to: number): void {
    this.#data.fill(0, from, to);
  }

  protected override resize(capacity: number): void {
    const data = new Float64Array(capacity);
    data.set(this.#data);
    this.#data = data;
  }
}

/** Builds a bool column. */
export class BoolBuilder extends ColumnBuilder {
  #bits = new Uint8Array(0);

  override append(
    block: FieldBlock,
    spans: SpanColumn,
    from: number,
    to: number,
  ): number {
    this.reserve(to - from);
    const { start, meta } = spans;
    const bits = this.#bits;
    let at = this.rows;
    for (let row = from; row < to; row++, at++) {
      const field = meta[row]!;
      if (isNullMeta(field)) {
        this.setNull(at);
        continue;
      }
      const bytes = (field & IN_EXTRA) === 0 ? block.bytes : block.extra;
      const first = start[row]!;
      if (
        (BOOL_KINDS >>> (field & KIND_MASK) & 1) === 0 ||
        classify(bytes, first, first + (field >>> LENGTH_SHIFT)) !== BOOL
      ) {
        this.rows = at;
        return row;
      }
      bits[at >>> 3]! |= parsed.number << (at & 7);
    }
    this.rows = at;
    return ALL_FIT;
  }

  override truncate(rows: number): void {
    for (let row = rows; row < this.rows; row++) {
      this.#bits[row >>> 3]! &= ~(1 << (row & 7));
    }
    super.truncate(rows);
  }

  override finish(): Column {
    const validity = this.takeValidity();
    const data = trimmed(this.#bits, bitmapBytes(this.rows));
    return new Column({ type: "bool", length: this.rows, data, validity });
  }

  protected override resize(capacity: number): void {
    const bits = new Uint8Array(bitmapBytes(capacity));
    bits.set(this.#bits);
    this.#bits = bits;
  }
}
