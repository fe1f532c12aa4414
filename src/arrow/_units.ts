/**
 * Decimals and durations of every width and unit to 64-bit units. 64-bit
 * integers are worked on as two halves of 32 bits: a bigint a value would
 * take ten times as long.
 *
 * @module
 */

import { bitAt } from "../table/_bitmap.ts";
import { ALL_FIT, halvesOf } from "./_times.ts";

const WORD = 2 ** 32;

/** Units of a duration: milliseconds times or by a factor. */
const PER_SECOND = 1000;
const PER_MILLI = [0, 0, 1000, 1_000_000];

/** Bits of the values that are not null; undefined without nulls. */
type Validity = Uint8Array | undefined;

/**
 * Integers of one, two, four or eight words to integers of two.
 *
 * @param words The words, lowest first.
 * @param width How many an integer has.
 * @param validity Which are not null.
 * @param units Where they go.
 * @returns The first value beyond 64 bits, or {@linkcode ALL_FIT}.
 */
export function unitsOfWords(
  words: Int32Array,
  width: number,
  validity: Validity,
  units: BigInt64Array,
): number {
  const halves = halvesOf(units);
  for (let row = 0; row < units.length; row++) {
    const at = row * width;
    const low = words[at]!;
    const high = width === 1 ? low >> 31 : words[at + 1]!;
    // What lies above 64 bits only repeats the sign.
    let rest = 0;
    for (let word = 2; word < width; word++) {
      rest |= words[at + word]! ^ high >> 31;
    }
    if (rest !== 0 && isThere(validity, row)) return row;
    halves[2 * row] = low;
    halves[2 * row + 1] = high;
  }
  return ALL_FIT;
}

/** 64-bit integers as integers of four words. */
export function wordsOfUnits(
  units: BigInt64Array,
  length: number,
): Int32Array<ArrayBuffer> {
  const halves = halvesOf(units);
  const words = new Int32Array(4 * length);
  for (let row = 0; row < length; row++) {
    const high = halves[2 * row + 1]!;
    words[4 * row] = halves[2 * row]!;
    words[4 * row + 1] = high;
    words[4 * row + 2] = words[4 * row + 3] = high >> 31;
  }
  return words;
}

/** The first value that is no safe integer, or {@linkcode ALL_FIT}. */
export function firstBadMilli(
  millis: BigInt64Array,
  length: number,
  validity: Validity,
): number {
  const halves = halvesOf(millis);
  for (let row = 0; row < length; row++) {
    const value = halves[2 * row + 1]! * WORD + (halves[2 * row]! >>> 0);
    if (!Number.isSafeInteger(value) && isThere(validity, row)) return row;
  }
  return ALL_FIT;
}

/**
 * Durations in seconds (unit 0), microseconds (2) or nanoseconds (3) to
 * milliseconds.
 *
 * @returns The first value that is no whole number of milliseconds within
 * the safe integers, or {@linkcode ALL_FIT}.
 */
export function millisOf(
  values: BigInt64Array,
  unit: number,
  validity: Validity,
  millis: BigInt64Array,
): number {
  const from = halvesOf(values);
  const to = halvesOf(millis);
  const divisor = PER_MILLI[unit]!;
  for (let row = 0; row < millis.length; row++) {
    const high = from[2 * row + 1]!;
    const low = from[2 * row]! >>> 0;
    const value = unit === 0
      ? (high * WORD + low) * PER_SECOND
      : quotient(high, low, divisor);
    if (!Number.isSafeInteger(value)) {
      if (isThere(validity, row)) return row;
      continue;
    }
    to[2 * row] = value;
    to[2 * row + 1] = Math.floor(value / WORD);
  }
  return ALL_FIT;
}

/** A 64-bit integer by a divisor in two exact steps; NaN if a rest stays. */
function quotient(high: number, low: number, divisor: number): number {
  const upper = Math.floor(high / divisor);
  const rest = (high - upper * divisor) * WORD + low;
  const lower = Math.floor(rest / divisor);
  return lower * divisor === rest ? upper * WORD + lower : NaN;
}

function isThere(validity: Validity, row: number): boolean {
  return validity === undefined || bitAt(validity, row);
}
