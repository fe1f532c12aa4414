/**
 * What the text of one field means. This is the hot path of the TypeScript
 * engine: no allocation, no regular expression; the result is a class (a bit
 * of `flags.ts`) and the values in {@linkcode parsed}.
 *
 * Where fields begin and end is the scanners' business.
 *
 * @module
 */

import { BIG, BOOL, FLOAT, I32, I64, TEXT } from "./flags.ts";
import {
  EXACT_HIGH,
  floatOf,
  PLAIN_DIGITS_MAX,
  plainFloat,
  SHAPE_UNDECIDED,
} from "./_float.ts";
import { joinDigits, lastNine, parsed, setMagnitude } from "./_parsed.ts";
import { classifyTime } from "./_time.ts";
import { formatFloat } from "./format.ts";

export { parsed } from "./_parsed.ts";
export type { Parsed } from "./_parsed.ts";

/** The text cannot be rebuilt from a value and a shape. */
export const NO_SHAPE = 0xFFFF;
/** The shape of a date. */
export const SHAPE_DATE = 0xFFFE;
/** The shape of a float written as ECMAScript's shortest text with a dot. */
export const SHAPE_SHORTEST = 30;

/**
 * Classifies the text of a field. An empty text is `TEXT`: whether it is null
 * is the say of the field's kind.
 *
 * @param bytes The bytes that hold the text.
 * @param start Where the text begins.
 * @param end Where it ends, exclusive.
 * @returns One bit of `flags.ts`: `I32`, `I64`, `FLOAT`, `BOOL`, `DATE`,
 * `TS_LOCAL`, `TS_ZONED` or `TEXT`. The values stand in {@linkcode parsed}
 * until the next call; after `TEXT` they mean nothing.
 */
export function classify(
  bytes: Uint8Array,
  start: number,
  end: number,
): number {
  let at = start;
  let byte = at < end ? bytes[at]! : 0;
  if (byte > 57) return classifyWord(bytes, start, end);
  const negative = byte === 45;
  if (negative) byte = ++at < end ? bytes[at]! : 0;
  const first = at;
  let digits = 0;
  // Modulo 2^32: the value itself up to nine digits, its lower part beyond.
  let number = 0;
  while ((digits = byte - 48) >= 0 && digits <= 9) {
    number = (Math.imul(number, 10) + digits) | 0;
    if (++at === end) return integer(bytes, first, end, negative, number);
    byte = bytes[at]!;
  }
  if (byte === 46) {
    return decimal(bytes, start, first, at, end, negative, number);
  }
  if (byte === 45 && at - start === 4) return classifyTime(bytes, start, end);
  if ((byte | 0x20) === 101 && at > first) {
    return floatOf(bytes, start, first, end);
  }
  if (negative && byte > 57) return classifyWord(bytes, start, end);
  return TEXT;
}

/**
 * Digits alone, `bytes[first..end]`; `short` is their value modulo 2^32,
 * which is the value itself up to nine.
 */
function integer(
  bytes: Uint8Array,
  first: number,
  end: number,
  negative: boolean,
  short: number,
): number {
  const length = end - first;
  if (bytes[first] === 48) {
    if (length > 1) return TEXT;
    parsed.shape = 0;
    parsed.big = false;
    parsed.hi = 0;
    parsed.lo = 0;
    parsed.number = negative ? -0 : 0;
    return negative ? FLOAT : I32;
  }
  if (length > 9) return longInteger(bytes, first, end, negative, short);
  const value = negative ? -short : short;
  parsed.number = value;
  parsed.hi = value >> 31;
  parsed.lo = value >>> 0;
  parsed.big = false;
  parsed.shape = 0;
  return I32;
}

/**
 * Ten digits and more; beyond 64 bits they are text. `wrapped` is their value
 * modulo 2^32.
 */
function longInteger(
  bytes: Uint8Array,
  first: number,
  end: number,
  negative: boolean,
  wrapped: number,
): number {
  if (end - first > 19) return TEXT;
  const high = joinDigits(bytes, first, end - 9);
  const low = lastNine(wrapped, high);
  parsed.shape = 0;
  if (high >= EXACT_HIGH) {
    return setMagnitude(high, low, negative) ? I64 : TEXT;
  }
  const magnitude = high * 1e9 + low;
  const value = negative ? -magnitude : magnitude;
  parsed.number = value;
  parsed.hi = Math.floor(value / 4294967296);
  parsed.lo = value >>> 0;
  parsed.big = false;
  return value >= -2147483648 && value <= 2147483647 ? I32 : I64;
}

const POWERS = Float64Array.of(1, 10, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9);

/**
 * A text with a dot at `dot` behind digits alone; `whole` is their value
 * modulo 2^32. Plain decimals end here, rarer forms in `floatOf`.
 */
function decimal(
  bytes: Uint8Array,
  start: number,
  first: number,
  dot: number,
  end: number,
  negative: boolean,
  whole: number,
): number {
  const decimals = end - dot - 1;
  const digits = dot - first + decimals;
  if (digits > PLAIN_DIGITS_MAX || dot === first || decimals === 0) {
    return floatOf(bytes, start, first, end);
  }
  if (bytes[first] === 48 && dot > first + 1) return TEXT;
  let number = whole;
  for (let at = dot + 1; at < end; at++) {
    const digit = bytes[at]! - 48;
    if (digit < 0 || digit > 9) return floatOf(bytes, start, first, end);
    number = (Math.imul(number, 10) + digit) | 0;
  }
  if (digits > 9) {
    return plainFloat(bytes, first, dot, end, negative, number);
  }
  // Both operands are exact and the division rounds once.
  const value = number / POWERS[decimals]!;
  parsed.number = negative ? -value : value;
  parsed.shape = decimals;
  parsed.big = false;
  return FLOAT;
}

/** Words: booleans, not-a-number and infinities, in any ASCII case. */
function classifyWord(bytes: Uint8Array, start: number, end: number): number {
  const length = end - start;
  if (length < 3 || length > 9) return TEXT;
  const first = bytes[start]! | 0x20;
  if (first === 116 || first === 102) {
    const value = first === 116 ? 1 : 0;
    if (!isWord(bytes, start, end, value === 1 ? TRUE : FALSE)) return TEXT;
    parsed.number = value;
    parsed.shape = NO_SHAPE;
    parsed.big = false;
    return BOOL;
  }
  const negative = bytes[start] === 45;
  const from = negative ? start + 1 : start;
  let value = 0;
  if (isWord(bytes, from, end, NAN)) value = NaN;
  else if (
    isWord(bytes, from, end, INF) || isWord(bytes, from, end, INFINITY)
  ) value = negative ? -Infinity : Infinity;
  else return TEXT;
  parsed.number = value;
  parsed.shape = NO_SHAPE;
  parsed.big = false;
  return FLOAT;
}

const TRUE = asciiOf("true");
const FALSE = asciiOf("false");
const NAN = asciiOf("nan");
const INF = asciiOf("inf");
const INFINITY = asciiOf("infinity");

function asciiOf(text: string): Uint8Array {
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}

/** Whether the text is `word` (lower-case letters) in any ASCII case. */
function isWord(
  bytes: Uint8Array,
  start: number,
  end: number,
  word: Uint8Array,
): boolean {
  if (end - start !== word.length) return false;
  for (let index = 0; index < word.length; index++) {
    if ((bytes[start + index]! | 0x20) !== word[index]) return false;
  }
  return true;
}

/**
 * The flag bits of the text just classified: its class, and `BIG` where an
 * integer lies beyond ±2^53.
 *
 * @param valueClass What {@linkcode classify} returned.
 * @returns The bits to join into the column's flags.
 */
export function flagsOf(valueClass: number): number {
  return valueClass === I64 && parsed.big ? I64 | BIG : valueClass;
}

/**
 * The shape of the text just classified: how it was written, so that value
 * and shape give the text back exactly. Only here the long check of floats
 * with 16 or 17 digits is made, so readers do not pay for it.
 *
 * Integers have shape 0 whatever their size; floats the number of their
 * decimals or {@linkcode SHAPE_SHORTEST}, `-0` has 0; dates have
 * {@linkcode SHAPE_DATE}; timestamps separator, fraction and zone as bits 0,
 * 1 to 3 and 4 upwards. A time beyond ±2^53 microseconds has none.
 *
 * @param bytes The bytes given to {@linkcode classify}.
 * @param start Where the text begins.
 * @param end Where it ends, exclusive.
 * @returns The shape, or {@linkcode NO_SHAPE}; never undecided.
 */
export function shapeOf(
  bytes: Uint8Array,
  start: number,
  end: number,
): number {
  if (parsed.shape !== SHAPE_UNDECIDED) return parsed.shape;
  const text = formatFloat(parsed.number);
  let same = text.length === end - start;
  for (let index = 0; same && index < text.length; index++) {
    same = text.charCodeAt(index) === bytes[start + index];
  }
  parsed.shape = same ? SHAPE_SHORTEST : NO_SHAPE;
  return parsed.shape;
}
