/**
 * What every column builder is: spans of a block in, an Arrow column out.
 * A builder is strict: it stops at the first value that its type cannot hold.
 *
 * @module
 */

import type { Column } from "../table/column.ts";
import { bitmapBytes, countBits } from "../table/_bitmap.ts";
import type { FieldBlock, SpanColumn } from "../values/block.ts";
import {
  KIND_BARE,
  KIND_LITERAL,
  KIND_MASK,
  KIND_NUMBER,
  KIND_QUOTED,
  KIND_STRING,
  LENGTH_SHIFT,
} from "../values/block.ts";

/** Kinds whose text can be a number, date or timestamp: a bit per kind. */
export const VALUE_KINDS: number = 1 << KIND_BARE | 1 << KIND_QUOTED |
  1 << KIND_NUMBER;
/** Kinds whose text can be a bool. */
export const BOOL_KINDS: number = 1 << KIND_BARE | 1 << KIND_QUOTED |
  1 << KIND_LITERAL;
/** Kinds whose text can be a declared date or timestamp. */
export const TIME_KINDS: number = 1 << KIND_BARE | 1 << KIND_QUOTED |
  1 << KIND_STRING;

/** Kinds whose text can be a decimal: JSON often has it in a string. */
export const DECIMAL_KINDS: number = VALUE_KINDS | 1 << KIND_STRING;

/** Returned by `append` where every value fitted. */
export const ALL_FIT = -1;

/** Rows that a builder has room for at first, unless it is told better. */
const ROWS_MIN = 64;

/**
 * Whether a field is a null in a column that does not hold texts: a null,
 * or a quoted empty field. (An empty JSON string is a text.)
 */
export function isNullMeta(meta: number): boolean {
  return meta >>> LENGTH_SHIFT === 0 && (meta & KIND_MASK) <= KIND_QUOTED;
}

/** Builds one column of a batch. */
export abstract class ColumnBuilder {
  /** Rows appended. */
  rows = 0;
  /** Rows there is room for. */
  protected capacity = 0;
  /** Set bits for all rows but the nulls; made at the first null. */
  protected validity: Uint8Array<ArrayBuffer> | undefined;
  protected nulls = 0;

  /**
   * Appends the rows `from` to `to` (exclusive) of a block's column.
   *
   * @returns The first row that does not fit the type, or `ALL_FIT`; rows
   * from there on are not appended.
   */
  abstract append(
    block: FieldBlock,
    spans: SpanColumn,
    from: number,
    to: number,
  ): number;

  /** Takes the built column; the builder is used up. */
  abstract finish(): Column;

  /** Makes the arrays hold `capacity` rows; keeps their content. */
  protected abstract resize(capacity: number): void;

  /** Does one step of work before `finish`; true once none is left. */
  prepare(): boolean {
    return true;
  }

  /** Makes room for `rows` more rows. */
  reserve(rows: number): void {
    const needed = this.rows + rows;
    if (needed <= this.capacity) return;
    const capacity = Math.max(needed, ROWS_MIN, this.capacity * 2);
    this.resize(capacity);
    if (this.validity !== undefined) {
      const validity = new Uint8Array(bitmapBytes(capacity)).fill(0xff);
      validity.set(this.validity);
      this.validity = validity;
    }
    this.capacity = capacity;
  }

  /** Appends nulls, for a column that begins late. */
  appendNulls(rows: number): void {
    this.reserve(rows);
    for (let index = 0; index < rows; index++) this.setNull(this.rows++);
  }

  /** Forgets the rows from `rows` on. */
  truncate(rows: number): void {
    if (rows >= this.rows) return;
    this.wipe(rows, this.rows);
    const { validity } = this;
    for (let row = rows; validity !== undefined && row < this.rows; row++) {
      validity[row >>> 3]! |= 1 << (row & 7);
    }
    this.rows = rows;
    if (this.validity === undefined) return;
    this.nulls = rows - countBits(this.validity, rows);
  }

  /** Makes forgotten rows as they were: other values may follow. */
  protected wipe(_from: number, _to: number): void {}

  /** Notes that a row below the capacity is null. */
  protected setNull(row: number): void {
    this.validity ??= new Uint8Array(bitmapBytes(this.capacity)).fill(0xff);
    this.validity[row >>> 3]! &= ~(1 << (row & 7));
    this.nulls++;
  }

  /** The validity bitmap cut to the rows, absent without nulls. */
  protected takeValidity(): Uint8Array<ArrayBuffer> | undefined {
    if (this.validity === undefined || this.nulls === 0) return undefined;
    const bytes = bitmapBytes(this.rows);
    const bits = this.validity.slice(0, bytes);
    if ((this.rows & 7) > 0) bits[bytes - 1]! &= (1 << (this.rows & 7)) - 1;
    return bits;
  }
}

/**
 * The first `length` entries of an array: a view where nearly all of it is
 * used, else a copy, so that no batch holds on to twice its memory.
 */
export function trimmed<
  A extends Int32Array | Float64Array | BigInt64Array | Uint8Array,
>(array: A, length: number): A {
  if (length === array.length) return array;
  const isTight = array.length - length < 64 || length > array.length * 0.9;
  return (isTight ? array.subarray(0, length) : array.slice(0, length)) as A;
}
