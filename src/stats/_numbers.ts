/**
 * Columns of numbers as the kernels of both engines take them: plain arrays
 * of the exact length, checked.
 *
 * @module
 */

import { isDetached } from "../runtime.ts";
import { Column } from "../table/column.ts";

/**
 * A column of i32, i64 or f64, or its values alone. A table read without a
 * declared schema gives plain `Column`s: what they hold is checked at run
 * time.
 */
export type NumericColumn =
  | Column
  | Int32Array
  | BigInt64Array
  | Float64Array;

/** The arrays that hold numbers. */
export type NumberArray =
  | Int32Array<ArrayBuffer>
  | BigInt64Array<ArrayBuffer>
  | Float64Array<ArrayBuffer>;

/** Numbers as a kernel takes them. */
export interface Numbers {
  /** What `data` holds. */
  readonly type: "i32" | "i64" | "f64";
  /** One number a row; what stands at a null means nothing. */
  readonly data: NumberArray;
  /** A bit a row, set where there is a number; absent without nulls. */
  readonly validity: Uint8Array<ArrayBuffer> | undefined;
}

/** The number of a type at the boundary. */
export const TYPE_IDS: Readonly<Record<Numbers["type"], number>> = {
  i32: 1,
  i64: 2,
  f64: 3,
};

/**
 * Checks a column of numbers.
 *
 * @param column The column, or its values.
 * @param subject What it is, for messages: `column`, `option weights`.
 * @returns Arrays of exactly the column's length.
 * @throws {TypeError} If it holds no numbers, or its memory is shared,
 * resizable or detached.
 */
export function numbersOf(column: unknown, subject: string): Numbers {
  if (column instanceof Column) return ofColumn(column, subject);
  for (const [type, array] of ARRAYS) {
    if (column instanceof array) {
      const data = plainArray(column, subject) as NumberArray;
      return { type, data, validity: undefined };
    }
  }
  throw new TypeError(
    `Cannot compute statistics: the ${subject} must be a Column or an ` +
      `Int32Array, BigInt64Array or Float64Array, found ${describe(column)}`,
  );
}

const ARRAYS = [
  ["i32", Int32Array],
  ["i64", BigInt64Array],
  ["f64", Float64Array],
] as const;

function ofColumn(column: Column, subject: string): Numbers {
  const { type, length, validity } = column;
  if (type !== "i32" && type !== "i64" && type !== "f64") {
    throw new TypeError(
      `Cannot compute statistics: the ${subject} holds ${type}, expected ` +
        "i32, i64 or f64",
    );
  }
  const data = plainArray(column.data as NumberArray, subject);
  return {
    type,
    data: data.subarray(0, length) as NumberArray,
    validity: validity && validityOf(validity, length, subject),
  };
}

/**
 * The bitmap of a column, cut to its rows.
 *
 * @param validity The bitmap.
 * @param length Rows of the column.
 * @param subject What it belongs to, for messages.
 * @returns The bytes that the rows need.
 */
export function validityOf(
  validity: Uint8Array<ArrayBuffer>,
  length: number,
  subject: string,
): Uint8Array<ArrayBuffer> {
  return plainArray(validity, subject).subarray(0, (length + 7) >>> 3);
}

/**
 * Refuses memory that may change its size or is gone.
 *
 * @param array The array.
 * @param subject What it belongs to, for messages.
 * @returns The array.
 * @throws {TypeError} If its buffer is shared, resizable or detached.
 */
export function plainArray<A extends ArrayBufferView>(
  array: A,
  subject: string,
): A {
  const { buffer } = array;
  const fault = !(buffer instanceof ArrayBuffer)
    ? "is shared, copy it with slice() first"
    : buffer.resizable
    ? "is resizable, copy it with slice() first"
    : isDetached(buffer)
    ? "is detached"
    : null;
  if (fault === null) return array;
  throw new TypeError(
    `Cannot compute statistics: the buffer of the ${subject} ${fault}`,
  );
}

/** A value as messages name it. */
export function describe(value: unknown): string {
  if (value === null) return "null";
  if (typeof value !== "object") return `a ${typeof value}`;
  return value.constructor?.name ?? "an object";
}
