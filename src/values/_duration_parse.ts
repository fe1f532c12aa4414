/**
 * Durations from texts in TypeScript: the common forms at once, all others
 * through the grammar.
 *
 * @module
 */

import { faultOfUnits, LENGTH_MAX, parseUnits } from "./_duration_grammar.ts";
import type { DurationFault, DurationRules } from "./_duration_rules.ts";

const ZERO = 48;
const COLON = 58;
const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
const TWO_32 = 4_294_967_296;

/** Longest text of the short way; its lead has at most nine digits. */
const SHORT_MAX = 15;

/** No character has more bytes, so longer texts are too long in any case. */
const UTF8_BYTES_MAX = 3 * LENGTH_MAX;

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** Where a text is laid out for the grammar. */
const scratch = new Uint16Array(LENGTH_MAX);

/**
 * The milliseconds of a text.
 *
 * @param text The text.
 * @param rules The rules.
 * @returns Milliseconds, or NaN if it is no duration.
 */
export function parseTextTs(text: string, rules: DurationRules): number {
  const ms = shortText(text, rules);
  if (ms >= 0) return ms;
  return parseUnits(scratch, layOutText(text), rules);
}

/**
 * Why a text is refused.
 *
 * @param text The text.
 * @param rules The rules.
 * @returns The fault, or null if it is a duration.
 */
export function faultOfText(
  text: string,
  rules: DurationRules,
): DurationFault | null {
  return faultOfUnits(scratch, layOutText(text), rules);
}

/**
 * The milliseconds of a text in UTF-8.
 *
 * @param bytes The bytes.
 * @param start Where the text begins.
 * @param end Where it ends, exclusive.
 * @param rules The rules.
 * @returns Milliseconds, or NaN if it is no duration.
 */
export function parseBytesTs(
  bytes: Uint8Array,
  start: number,
  end: number,
  rules: DurationRules,
): number {
  const ms = shortBytes(bytes, start, end, rules);
  if (ms >= 0) return ms;
  return parseUnits(scratch, layOutBytes(bytes, start, end), rules);
}

/**
 * Stores milliseconds as a 64-bit integer.
 *
 * @param halves A `BigInt64Array` as halves, low first.
 * @param row Index of the integer.
 * @param ms A safe integer.
 */
export function storeInt64(halves: Int32Array, row: number, ms: number): void {
  const low = ms | 0;
  halves[2 * row] = low;
  halves[2 * row + 1] = low === ms ? low >> 31 : Math.floor(ms / TWO_32);
}

function layOutText(text: string): number {
  const { length } = text;
  if (length > LENGTH_MAX) return length;
  for (let at = 0; at < length; at++) scratch[at] = text.charCodeAt(at);
  return length;
}

function layOutBytes(bytes: Uint8Array, start: number, end: number): number {
  const length = end - start;
  if (length > UTF8_BYTES_MAX) return length;
  for (let at = 0; at < length; at++) {
    const byte = bytes[start + at]!;
    if (byte > 127) {
      return layOutText(decoder.decode(bytes.subarray(start, end)));
    }
    scratch[at] = byte;
  }
  return length;
}

/**
 * The forms of most texts, which every set of rules reads alike: a whole
 * number, `M:SS` and `H:MM:SS` with fields below 60. -1 for all others.
 */
function shortText(text: string, rules: DurationRules): number {
  const end = text.length;
  if (end > SHORT_MAX || end === 0) return -1;
  let leadEnd = end;
  let rest = 0;
  let leadMs = rules.unitMs;
  if (end > 3 && text.charCodeAt(end - 3) === COLON) {
    rest = pair(text.charCodeAt(end - 2), text.charCodeAt(end - 1));
    leadEnd = end - 3;
    leadMs = MINUTE_MS;
    if (end > 6 && text.charCodeAt(end - 6) === COLON) {
      rest += 60 * pair(text.charCodeAt(end - 5), text.charCodeAt(end - 4));
      leadEnd = end - 6;
      leadMs = HOUR_MS;
    } else if (rules.isHourClock) return -1;
    if (rest < 0) return -1;
  }
  let lead = 0;
  for (let at = 0; at < leadEnd; at++) {
    const digit = text.charCodeAt(at) - ZERO;
    if (digit < 0 || digit > 9) return -1;
    lead = lead * 10 + digit;
  }
  return leadEnd > 9 ? -1 : lead * leadMs + rest * 1000;
}

/** `shortText` over bytes. */
function shortBytes(
  bytes: Uint8Array,
  start: number,
  end: number,
  rules: DurationRules,
): number {
  const length = end - start;
  if (length > SHORT_MAX || length === 0) return -1;
  let leadEnd = end;
  let rest = 0;
  let leadMs = rules.unitMs;
  if (length > 3 && bytes[end - 3] === COLON) {
    rest = pair(bytes[end - 2]!, bytes[end - 1]!);
    leadEnd = end - 3;
    leadMs = MINUTE_MS;
    if (length > 6 && bytes[end - 6] === COLON) {
      rest += 60 * pair(bytes[end - 5]!, bytes[end - 4]!);
      leadEnd = end - 6;
      leadMs = HOUR_MS;
    } else if (rules.isHourClock) return -1;
    if (rest < 0) return -1;
  }
  let lead = 0;
  for (let at = start; at < leadEnd; at++) {
    const digit = bytes[at]! - ZERO;
    if (digit < 0 || digit > 9) return -1;
    lead = lead * 10 + digit;
  }
  return leadEnd - start > 9 ? -1 : lead * leadMs + rest * 1000;
}

/** The value of two digits below 60; far below zero for anything else. */
function pair(tens: number, ones: number): number {
  const high = tens - ZERO;
  const low = ones - ZERO;
  const isField = high >= 0 && high <= 5 && low >= 0 && low <= 9;
  return isField ? high * 10 + low : -10_000;
}
