/**
 * The milliseconds that are to be printed: arrays of several kinds and
 * columns, as one kind of source.
 *
 * @module
 */

import { isDetached } from "../runtime.ts";
import { assertPlainBytes } from "../input.ts";
import { bitAt } from "../table/_bitmap.ts";
import { Column } from "../table/column.ts";

/** Milliseconds: numbers or 64-bit integers, or a column of numbers. */
export type DurationValues =
  | readonly number[]
  | Float64Array
  | Int32Array
  | BigInt64Array
  | Column<"i32">
  | Column<"i64">
  | Column<"f64">
  | Column<"duration">;

/** Types of columns whose values are milliseconds. */
const TYPES: readonly string[] = ["i32", "i64", "f64", "duration"];

/** Values to print. */
export interface Milliseconds {
  readonly length: number;
  readonly data: ArrayLike<number | bigint>;
  readonly validity: Uint8Array<ArrayBuffer> | undefined;
}

/**
 * Checks what is to be printed.
 *
 * @param values The values as given.
 * @returns The values.
 * @throws {TypeError} If they are none of the allowed kinds.
 */
export function checkValues(values: DurationValues): Milliseconds {
  if (values instanceof Column) {
    const { type, length, data, validity } = values as Column;
    if (!TYPES.includes(type)) {
      throw new TypeError(
        `Cannot format durations: expected milliseconds in a column of i64, ` +
          `i32, f64 or duration, found ${type}`,
      );
    }
    assertPlain(data.buffer);
    if (validity !== undefined) assertPlain(validity.buffer);
    return { length, data, validity };
  }
  const isNumbers = Array.isArray(values) || values instanceof Float64Array ||
    values instanceof Int32Array || values instanceof BigInt64Array;
  if (!isNumbers) {
    throw new TypeError(
      "Cannot format durations: expected an array or a column of milliseconds",
    );
  }
  if (!Array.isArray(values)) assertPlain((values as Float64Array).buffer);
  return {
    length: (values as readonly number[]).length,
    data: values as readonly number[],
    validity: undefined,
  };
}

function assertPlain(buffer: ArrayBufferLike): void {
  if (buffer instanceof ArrayBuffer && isDetached(buffer)) {
    throw new TypeError("Cannot format durations: the buffer is detached");
  }
  assertPlainBytes(new Uint8Array(buffer, 0, 0));
}

/**
 * Whether a row holds a value.
 *
 * @param values The values.
 * @param row The row.
 * @returns False for a null.
 */
export function isThere({ validity }: Milliseconds, row: number): boolean {
  return validity === undefined || bitAt(validity, row);
}

/**
 * Milliseconds as a safe integer.
 *
 * @param value A value as given.
 * @param row Its index among several; null for a single one.
 * @returns The number.
 * @throws {TypeError} If it is no number.
 * @throws {RangeError} If it is no safe integer.
 */
export function safeMs(value: number | bigint, row: number | null): number {
  if (Number.isSafeInteger(value)) return value as number;
  const at = row === null ? "" : ` at row ${row}`;
  if (typeof value !== "number" && typeof value !== "bigint") {
    throw new TypeError(
      `Cannot format duration${at}: expected a number, found ` +
        (value === null ? "null" : `a ${typeof value}`),
    );
  }
  const number = Number(value);
  if (typeof value === "bigint" && Number.isSafeInteger(number)) return number;
  throw new RangeError(
    `Cannot format duration ${value}${at}: expected whole milliseconds from ` +
      "-9007199254740991 to 9007199254740991",
  );
}
