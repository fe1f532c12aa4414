/**
 * Dates and timestamps of every unit to days and microseconds. 64-bit
 * integers are worked on as two halves of 32 bits: a bigint a value would
 * take ten times as long.
 *
 * @module
 */

import { bitAt } from "../table/_bitmap.ts";

/** 0001-01-01 and 9999-12-31 as days since 1970-01-01. */
const FIRST_DAY = -719_162;
const LAST_DAY = 2_932_896;
const DAY_MS = 86_400_000;
const WORD = 2 ** 32;

const FIRST_MICRO = BigInt(FIRST_DAY) * 86_400_000_000n;
const LAST_MICRO = BigInt(LAST_DAY + 1) * 86_400_000_000n - 1n;
/** High halves of which all values lie within the calendar. */
const HIGH_MIN = Number(FIRST_MICRO >> 32n) + 1;
const HIGH_MAX = Number(LAST_MICRO >> 32n) - 1;

/** Every value is one that a column can hold. */
export const ALL_FIT = -1;

/** Bits of the values that are not null; undefined without nulls. */
type Validity = Uint8Array | undefined;

/** The first value outside the years 0001 to 9999, or {@linkcode ALL_FIT}. */
export function firstBadDay(
  days: Int32Array,
  length: number,
  validity: Validity,
): number {
  for (let row = 0; row < length; row++) {
    const day = days[row]!;
    if (day >= FIRST_DAY && day <= LAST_DAY) continue;
    if (isThere(validity, row)) return row;
  }
  return ALL_FIT;
}

/** The first value outside the years 0001 to 9999, or {@linkcode ALL_FIT}. */
export function firstBadMicro(
  micros: BigInt64Array,
  length: number,
  validity: Validity,
): number {
  const halves = halvesOf(micros);
  for (let row = 0; row < length; row++) {
    const high = halves[2 * row + 1]!;
    if (high >= HIGH_MIN && high <= HIGH_MAX) continue;
    if (!isThere(validity, row)) continue;
    const value = micros[row]!;
    if (value < FIRST_MICRO || value > LAST_MICRO) return row;
  }
  return ALL_FIT;
}

/**
 * Milliseconds to days.
 *
 * @returns The first value that is no whole day of the years 0001 to 9999,
 * or {@linkcode ALL_FIT}.
 */
export function daysOfMillis(
  millis: BigInt64Array,
  length: number,
  validity: Validity,
  days: Int32Array,
): number {
  const halves = halvesOf(millis);
  for (let row = 0; row < length; row++) {
    const low = halves[2 * row]! >>> 0;
    const day = (halves[2 * row + 1]! * WORD + low) / DAY_MS;
    if (day >= FIRST_DAY && day <= LAST_DAY && (day | 0) === day) {
      days[row] = day;
    } else if (isThere(validity, row)) return row;
  }
  return ALL_FIT;
}

/**
 * Seconds (a factor of 1,000,000) or milliseconds (1,000) to microseconds.
 *
 * @returns The first value that leaves the years 0001 to 9999, or
 * {@linkcode ALL_FIT}.
 */
export function microsOfLarger(
  values: BigInt64Array,
  length: number,
  factor: number,
  validity: Validity,
  micros: BigInt64Array,
): number {
  const from = halvesOf(values);
  const to = halvesOf(micros);
  for (let row = 0; row < length; row++) {
    const low = (from[2 * row]! >>> 0) * factor;
    const carry = Math.floor(low / WORD);
    const high = from[2 * row + 1]! * factor + carry;
    // At the borders the high half alone does not tell.
    if (high >= HIGH_MIN - 1 && high <= HIGH_MAX + 1) {
      to[2 * row] = low - carry * WORD;
      to[2 * row + 1] = high;
    } else if (isThere(validity, row)) return row;
  }
  return firstBadMicro(micros, length, validity);
}

/**
 * Nanoseconds to microseconds.
 *
 * @returns The first value with a fraction of a microsecond, or
 * {@linkcode ALL_FIT}.
 */
export function microsOfNanos(
  values: BigInt64Array,
  length: number,
  validity: Validity,
  micros: BigInt64Array,
): number {
  const from = halvesOf(values);
  const to = halvesOf(micros);
  for (let row = 0; row < length; row++) {
    const high = from[2 * row + 1]!;
    const quotient = Math.floor(high / 1000);
    const rest = (high - quotient * 1000) * WORD + (from[2 * row]! >>> 0);
    const low = Math.floor(rest / 1000);
    if (low * 1000 !== rest && isThere(validity, row)) return row;
    to[2 * row] = low;
    to[2 * row + 1] = quotient;
  }
  return ALL_FIT;
}

/** 64-bit integers as halves, the low one first on every machine there is. */
export function halvesOf(values: BigInt64Array): Int32Array {
  return new Int32Array(values.buffer, values.byteOffset, 2 * values.length);
}

function isThere(validity: Validity, row: number): boolean {
  return validity === undefined || bitAt(validity, row);
}
