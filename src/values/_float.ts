/**
 * Floats of any form, correctly rounded: a table for up to 15 digits, a
 * quotient with its remainder for up to 18, the runtime's own parser for the
 * rest.
 *
 * @module
 */

import { FLOAT, TEXT } from "./flags.ts";
import { lastNine, parsed } from "./_parsed.ts";

const NO_SHAPE = 0xFFFF;
/** Not decided yet: the text may be ECMAScript's shortest one. */
export const SHAPE_UNDECIDED = 0xFFFD;

/** Powers of ten that an f64 holds exactly. */
const POWERS = Float64Array.from({ length: 23 }, (_, n) => Number(`1e${n}`));
/** More digits than this after the dot have no shape. */
const DECIMALS_MAX = 22;
/** Larger exponents are all the same: the runtime's parser takes them. */
const EXPONENT_MAX = 99999;

/** Digits of a plain decimal whose halves fit 32 bits. */
export const PLAIN_DIGITS_MAX = 18;
/** Below it, nine more digits keep an integer under 2^53. */
export const EXACT_HIGH = 9007199;

/**
 * A float of 10 to 18 digits, all of them and the dot checked already.
 *
 * @param bytes The bytes that hold the text.
 * @param first Where its digits begin.
 * @param dot Where its dot stands, behind at least one digit.
 * @param end Where it ends, exclusive.
 * @param negative Whether a sign stands before the digits.
 * @param wrapped The digits' value modulo 2^32.
 * @returns `FLOAT`.
 */
export function plainFloat(
  bytes: Uint8Array,
  first: number,
  dot: number,
  end: number,
  negative: boolean,
  wrapped: number,
): number {
  const decimals = end - dot - 1;
  const highEnd = dot <= end - 10 ? end - 9 : end - 10;
  let high = 0;
  for (let at = first; at < highEnd; at++) {
    if (at !== dot) high = (Math.imul(high, 10) + bytes[at]! - 48) | 0;
  }
  const low = lastNine(wrapped, high);
  const scale = POWERS[decimals]!;
  let value = 0;
  if (high < EXACT_HIGH) value = (high * 1e9 + low) / scale;
  else {
    value = quotient(high, 1e9, low, scale);
    if (value !== value) value = numberOf(bytes, first, end);
  }
  const significant = bytes[first] === 48
    ? end - significantFrom(bytes, first, end)
    : dot - first + decimals;
  parsed.number = negative ? -value : value;
  parsed.big = false;
  parsed.shape = shapeOfPlain(significant, decimals);
  return FLOAT;
}

/** The shape of a float without an exponent, of so many digits that count. */
function shapeOfPlain(significant: number, decimals: number): number {
  if (significant > 17) return NO_SHAPE;
  if (significant > 15) return SHAPE_UNDECIDED;
  return decimals <= DECIMALS_MAX ? decimals : NO_SHAPE;
}

/**
 * Classifies a text that can only be a float: `start` is where the text
 * begins, `first` is behind its sign.
 *
 * @param bytes The bytes that hold the text.
 * @param start Where the text begins.
 * @param first Where its digits begin.
 * @param end Where it ends, exclusive.
 * @returns `FLOAT`, or `TEXT` where the text breaks the grammar or the number
 * overflows.
 */
export function floatOf(
  bytes: Uint8Array,
  start: number,
  first: number,
  end: number,
): number {
  const dot = digitsEnd(bytes, first, end);
  let at = dot;
  if (at < end && bytes[at] === 46) at = digitsEnd(bytes, at + 1, end);
  const hasDot = at > dot;
  const decimals = hasDot ? at - dot - 1 : 0;
  if (dot - first + decimals === 0) return TEXT;
  if (bytes[first] === 48 && dot > first + 1) return TEXT;
  const mantissaEnd = at;
  let exponent = 0;
  if (at < end) {
    if ((bytes[at]! | 0x20) !== 101) return TEXT;
    const sign = at + 1 < end ? bytes[at + 1] : 0;
    at += sign === 43 || sign === 45 ? 2 : 1;
    if (at >= end || digitsEnd(bytes, at, end) !== end) return TEXT;
    exponent = exponentOf(bytes, at, end);
    if (sign === 45) exponent = -exponent;
  }
  const significant = significantFrom(bytes, first, mantissaEnd);
  const digits = mantissaEnd - significant -
    (hasDot && significant <= dot ? 1 : 0);
  const value = valueOf(
    bytes,
    first,
    significant,
    mantissaEnd,
    end,
    digits,
    exponent - decimals,
  );
  if (value === Infinity) return TEXT;
  parsed.number = first > start ? -value : value;
  parsed.big = false;
  const isPlain = dot > first && decimals > 0 && mantissaEnd === end;
  parsed.shape = isPlain ? shapeOfPlain(digits, decimals) : NO_SHAPE;
  return FLOAT;
}

/** The first byte from `at` that is no digit. */
function digitsEnd(bytes: Uint8Array, at: number, end: number): number {
  while (at < end) {
    const digit = bytes[at]! - 48;
    if (digit < 0 || digit > 9) break;
    at++;
  }
  return at;
}

function exponentOf(bytes: Uint8Array, start: number, end: number): number {
  let exponent = 0;
  for (let at = start; at < end && exponent < EXPONENT_MAX; at++) {
    exponent = exponent * 10 + bytes[at]! - 48;
  }
  return exponent;
}

/** Where the digits begin that count: behind leading zeros and the dot. */
function significantFrom(
  bytes: Uint8Array,
  first: number,
  end: number,
): number {
  let at = first;
  while (at < end && (bytes[at] === 48 || bytes[at] === 46)) at++;
  return at;
}

/** The magnitude: `digits` digits from `significant`, times 10^exponent. */
function valueOf(
  bytes: Uint8Array,
  first: number,
  significant: number,
  mantissaEnd: number,
  end: number,
  digits: number,
  exponent: number,
): number {
  if (digits === 0) return 0;
  if (digits > 18 || exponent < -22 || exponent > 22) {
    return numberOf(bytes, first, end);
  }
  let high = 0;
  let low = 0;
  let taken = 0;
  for (let at = significant; at < mantissaEnd; at++) {
    const digit = bytes[at]! - 48;
    if (digit < 0) continue;
    if (taken++ < 9) high = (Math.imul(high, 10) + digit) | 0;
    else low = (Math.imul(low, 10) + digit) | 0;
  }
  const scale = POWERS[taken > 9 ? taken - 9 : 0]!;
  if (digits <= 15) {
    // Mantissa and power are exact, so the one operation rounds correctly.
    const mantissa = high * scale + low;
    return exponent < 0
      ? mantissa / POWERS[-exponent]!
      : mantissa * POWERS[exponent]!;
  }
  if (exponent > 0) return numberOf(bytes, first, end);
  const value = quotient(high, scale, low, POWERS[-exponent]!);
  return value === value ? value : numberOf(bytes, first, end);
}

/**
 * `(high * scale + low) / divisor`, correctly rounded, or NaN where the
 * rounding is too close to call. `high` and `low` have up to nine digits.
 */
function quotient(
  high: number,
  scale: number,
  low: number,
  divisor: number,
): number {
  // The dividend as an exact sum of two f64 (Knuth's two-sum).
  const bottom = high & 0x7FFF;
  const x = (high - bottom) * scale;
  const y = bottom * scale + low;
  const sum = x + y;
  const part = sum - x;
  const rest = (x - (sum - part)) + (y - part);
  const first = sum / divisor;
  // The remainder is exact: a product in two f64 (Dekker), subtracted.
  const firstHigh = upperHalf(first);
  const firstLow = first - firstHigh;
  const divisorHigh = upperHalf(divisor);
  const divisorLow = divisor - divisorHigh;
  const product = first * divisor;
  const error = firstLow * divisorLow -
    (product - firstHigh * divisorHigh - firstLow * divisorHigh -
      firstHigh * divisorLow);
  const second = ((sum - product) - error + rest) / divisor;
  // `second` is off by some 2^-52 of itself at most. If both ends of a wider
  // interval give the same sum, so does the true value.
  const slack = Math.abs(second) * 2 ** -50;
  const value = first + (second - slack);
  return value === first + (second + slack) ? value : NaN;
}

/** The upper 26 bits of an f64 (Veltkamp's split). */
function upperHalf(value: number): number {
  const wide = value * 134217729;
  return wide - (wide - value);
}

/** Texts up to this length are made of codes, longer ones by a decoder. */
const CODES_MAX = 1024;

/** The runtime's own parser, for an unsigned text of the grammar above. */
function numberOf(bytes: Uint8Array, start: number, end: number): number {
  const text = bytes.subarray(start, end);
  return Number(
    text.length <= CODES_MAX
      ? String.fromCharCode(...text)
      : new TextDecoder().decode(text),
  );
}
