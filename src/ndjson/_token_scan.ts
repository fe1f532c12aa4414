/**
 * Single tokens of JSON: strings, numbers, literals. Each function starts at
 * a known byte and says where the token ends, or stops where a reader that
 * goes byte by byte cannot go on.
 *
 * Every line given to these functions ends in a line feed, which ends every
 * token: so no loop needs a check for the end of the bytes.
 *
 * @module
 */

import {
  hexDigit,
  hexUnit,
  lowSurrogate,
  SHORT,
} from "../values/json_escapes.ts";
import { sequenceLength } from "../values/utf8.ts";
import { stopAt, stopJson, STOPPED } from "./_stop.ts";

export { unescape } from "../values/json_escapes.ts";

const LF = 10;
const QUOTE = 34;
const BACKSLASH = 92;

/** Bytes that are plain text of a string: 0; all others: 1. */
const STRING_ENDS = new Uint8Array(256).fill(1, 0, 32).fill(1, 128);
STRING_ENDS[QUOTE] = 1;
STRING_ENDS[BACKSLASH] = 1;

/**
 * Skips white space within a line: spaces, tabs, carriage returns.
 *
 * @param bytes The window.
 * @param at Where to begin.
 * @returns The first byte that is none.
 */
export function skipBlank(bytes: Uint8Array, at: number): number {
  let byte = bytes[at]!;
  while (byte === 32 || byte === 9 || byte === 13) byte = bytes[++at]!;
  return at;
}

/**
 * The end of a run of plain ASCII text inside a string.
 *
 * @param bytes The window.
 * @param at Where to begin.
 * @returns The first byte that is not plain.
 */
export function plainEnd(bytes: Uint8Array, at: number): number {
  while (STRING_ENDS[bytes[at]!] === 0) at++;
  return at;
}

/** Whether the string that `stringEnd` read last holds escapes. */
export const lastString: { hasEscapes: boolean } = { hasEscapes: false };

/**
 * Reads a string.
 *
 * @param bytes The window.
 * @param at Its first byte, behind the opening quote.
 * @param replaceLone Whether lone surrogates are allowed.
 * @returns The place of the closing quote, or -1; see `lastString`.
 */
export function stringEnd(
  bytes: Uint8Array,
  at: number,
  replaceLone: boolean,
): number {
  lastString.hasEscapes = false;
  while (true) {
    while (STRING_ENDS[bytes[at]!] === 0) at++;
    const byte = bytes[at]!;
    if (byte === QUOTE) return at;
    if (byte >= 0x80) {
      const length = sequenceLength(bytes, at, bytes.length);
      if (length <= 0) return stopAt("INVALID_UTF8", at, at, {});
      at += length;
    } else if (byte === BACKSLASH) {
      lastString.hasEscapes = true;
      at = escapeEnd(bytes, at, replaceLone);
      if (at < 0) return STOPPED;
    } else {
      return stopJson(
        at,
        byte === LF ? "unterminated string" : "control character in string",
      );
    }
  }
}

/** Where the escape at `at` ends; a surrogate pair counts as one. */
function escapeEnd(
  bytes: Uint8Array,
  at: number,
  replaceLone: boolean,
): number {
  const letter = bytes[at + 1]!;
  if (SHORT[letter] !== 0) return at + 2;
  if (letter !== 117) return badEscape(bytes, at + 1);
  const unit = hexUnit(bytes, at + 2);
  if (unit < 0) return badEscape(bytes, firstNoHex(bytes, at + 2));
  if (unit < 0xD800 || unit > 0xDFFF) return at + 6;
  if (unit < 0xDC00 && lowSurrogate(bytes, at + 6) > 0) return at + 12;
  return replaceLone ? at + 6 : stopAt("LONE_SURROGATE", at, at + 6, {});
}

function badEscape(bytes: Uint8Array, at: number): number {
  return stopJson(
    at,
    bytes[at] === LF ? "unterminated string" : "invalid escape",
  );
}

function firstNoHex(bytes: Uint8Array, at: number): number {
  while (hexDigit(bytes[at]!) >= 0) at++;
  return at;
}

/** The first byte from `at` that is no digit. */
function digitsEnd(bytes: Uint8Array, at: number): number {
  let digit = bytes[at]! - 48;
  while (digit >= 0 && digit <= 9) digit = bytes[++at]! - 48;
  return at;
}

/** 18 digits always fit 64 bits. */
const SAFE_DIGITS = 18;
/** A number with few digits needs a longer exponent to overflow. */
const SAFE_EXPONENT_DIGITS = 2;
/** With such an exponent, fewer digits before it do not overflow. */
const SAFE_WHOLE_DIGITS = 200;

/** What `numberEnd` has seen of the number that it read last. */
export const lastNumber: {
  /** It has no dot and no exponent. */
  isInteger: boolean;
  /** It may be beyond 64 bits, or beyond f64 if it is no integer. */
  mayBeLarge: boolean;
} = { isInteger: true, mayBeLarge: false };

/**
 * Reads a number by JSON's grammar.
 *
 * @param bytes The window.
 * @param at Its first byte, a digit or a minus sign.
 * @returns Where it ends, or -1; see `lastNumber`.
 */
export function numberEnd(bytes: Uint8Array, at: number): number {
  const first = bytes[at] === 45 ? at + 1 : at;
  let end = digitsEnd(bytes, first);
  if (end === first) return stopJson(end, "invalid number");
  if (bytes[first] === 48 && end > first + 1) {
    return stopJson(first + 1, "invalid number");
  }
  const wholeDigits = end - first;
  let byte = bytes[end]!;
  if (byte !== 46 && (byte | 0x20) !== 101) {
    lastNumber.isInteger = true;
    lastNumber.mayBeLarge = wholeDigits > SAFE_DIGITS;
    return end;
  }
  lastNumber.isInteger = false;
  lastNumber.mayBeLarge = wholeDigits > SAFE_WHOLE_DIGITS;
  if (byte === 46) {
    const fraction = end + 1;
    end = digitsEnd(bytes, fraction);
    if (end === fraction) return stopJson(end, "invalid number");
    byte = bytes[end]!;
  }
  if ((byte | 0x20) === 101) {
    const sign = bytes[end + 1]!;
    const exponent = sign === 43 || sign === 45 ? end + 2 : end + 1;
    end = digitsEnd(bytes, exponent);
    if (end === exponent) return stopJson(end, "invalid number");
    if (end - exponent > SAFE_EXPONENT_DIGITS) lastNumber.mayBeLarge = true;
  }
  return end;
}

/** The words of JSON as bytes. */
export const TRUE: Uint8Array = Uint8Array.of(116, 114, 117, 101);
/** `false` */
export const FALSE: Uint8Array = Uint8Array.of(102, 97, 108, 115, 101);
/** `null` */
export const NULL: Uint8Array = Uint8Array.of(110, 117, 108, 108);

/**
 * Reads a word.
 *
 * @param bytes The window.
 * @param at Its first byte.
 * @param word The word that must stand there.
 * @returns Where it ends, or -1.
 */
export function literalEnd(
  bytes: Uint8Array,
  at: number,
  word: Uint8Array,
): number {
  for (let index = 0; index < word.length; index++) {
    if (bytes[at + index] !== word[index]) {
      return stopJson(at + index, "invalid literal");
    }
  }
  return at + word.length;
}
