/**
 * Dates and timestamps: from text to days and microseconds.
 *
 * @module
 */

import { DATE, TEXT, TS_LOCAL, TS_ZONED } from "./flags.ts";
import { parsed, setMicros } from "./_parsed.ts";

const NO_SHAPE = 0xFFFF;
const SHAPE_DATE = 0xFFFE;
const EXACT_MAX = 2 ** 53;
/** Days whose microseconds lie within ±2^53: floor(2^53 / 86.4e9). */
const EXACT_DAYS_MAX = 104249;
/** Seconds from 1970 to 0001-01-01T00:00:00. */
const SECONDS_MIN = -62135596800;
/** Seconds from 1970 to 9999-12-31T23:59:59. */
const SECONDS_MAX = 253402300799;

/**
 * Days from 1970-01-01 to a day of the proleptic Gregorian calendar.
 *
 * @param year The year.
 * @param month The month, from 1.
 * @param day The day, from 1.
 * @returns The days; negative before 1970.
 */
export function daysOf(year: number, month: number, day: number): number {
  // Years begin in March inside, so that the leap day comes last.
  const shifted = month <= 2 ? year - 1 : year;
  const monthOfYear = month <= 2 ? month + 9 : month - 3;
  const dayOfYear = (((153 * monthOfYear + 2) / 5) | 0) + day - 1;
  return 365 * shifted + ((shifted / 4) | 0) - ((shifted / 100) | 0) +
    ((shifted / 400) | 0) + dayOfYear - 719468;
}

const MONTH_DAYS = Uint8Array.of(
  0,
  31,
  28,
  31,
  30,
  31,
  30,
  31,
  31,
  30,
  31,
  30,
  31,
);

/** The value of two digits at `at`, or -1. */
function two(bytes: Uint8Array, at: number): number {
  const tens = bytes[at]! - 48;
  const ones = bytes[at + 1]! - 48;
  if (tens < 0 || tens > 9 || ones < 0 || ones > 9) return -1;
  return tens * 10 + ones;
}

/** The days of `YYYY-MM-DD` at `at`, or NaN. */
function dayNumber(bytes: Uint8Array, at: number): number {
  if (bytes[at + 4] !== 45 || bytes[at + 7] !== 45) return NaN;
  const century = two(bytes, at);
  const yearOfCentury = two(bytes, at + 2);
  const month = two(bytes, at + 5);
  const day = two(bytes, at + 8);
  if (century < 0 || yearOfCentury < 0 || month < 1 || month > 12) return NaN;
  const year = century * 100 + yearOfCentury;
  if (year === 0 || day < 1) return NaN;
  let last = MONTH_DAYS[month]!;
  if (
    month === 2 && year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
  ) last = 29;
  return day <= last ? daysOf(year, month, day) : NaN;
}

/**
 * Classifies a text that can only be a date or a timestamp.
 *
 * @param bytes The bytes that hold the text.
 * @param start Where the text begins.
 * @param end Where it ends, exclusive.
 * @returns `DATE`, `TS_LOCAL`, `TS_ZONED` or `TEXT`.
 */
export function classifyTime(
  bytes: Uint8Array,
  start: number,
  end: number,
): number {
  const length = end - start;
  if (length < 10 || length > 32) return TEXT;
  const days = dayNumber(bytes, start);
  if (days !== days) return TEXT;
  if (length > 10) return timestamp(bytes, start, end, days);
  parsed.number = days;
  parsed.big = false;
  parsed.shape = Math.abs(days) <= EXACT_DAYS_MAX ? SHAPE_DATE : NO_SHAPE;
  return DATE;
}

/** The rest of a timestamp whose date is `days`. */
function timestamp(
  bytes: Uint8Array,
  start: number,
  end: number,
  days: number,
): number {
  const separator = bytes[start + 10];
  if (separator !== 84 && separator !== 32) return TEXT;
  if (end - start < 16 || bytes[start + 13] !== 58) return TEXT;
  const hour = two(bytes, start + 11);
  const minute = two(bytes, start + 14);
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59) return TEXT;
  let seconds = days * 86400 + hour * 3600 + minute * 60;
  let micros = 0;
  let shape = separator === 32 ? 1 : 0;
  let at = start + 16;
  if (at + 2 < end && bytes[at] === 58) {
    const second = two(bytes, at + 1);
    if (second < 0 || second > 59) return TEXT;
    seconds += second;
    at += 3;
    let digits = 0;
    if (at < end && bytes[at] === 46) {
      const from = ++at;
      let scale = 100000;
      while (at < end && at - from < 6) {
        const digit = bytes[at]! - 48;
        if (digit < 0 || digit > 9) break;
        micros += digit * scale;
        scale = (scale / 10) | 0;
        at++;
      }
      digits = at - from;
      if (digits === 0) return TEXT;
    }
    shape |= (1 + digits) << 1;
  }
  if (at === end) return finish(seconds, micros, shape, TS_LOCAL);
  return zoned(bytes, at, end, seconds, micros, shape);
}

/** The zone at `at`: `Z` or an offset. */
function zoned(
  bytes: Uint8Array,
  at: number,
  end: number,
  seconds: number,
  micros: number,
  shape: number,
): number {
  const sign = bytes[at];
  if (sign === 90) {
    if (at + 1 !== end) return TEXT;
    return finish(seconds, micros, shape | 1 << 4, TS_ZONED);
  }
  if ((sign !== 43 && sign !== 45) || at + 6 !== end) return TEXT;
  const hours = two(bytes, at + 1);
  const minutes = two(bytes, at + 4);
  if (bytes[at + 3] !== 58 || hours < 0 || hours > 23) return TEXT;
  if (minutes < 0 || minutes > 59) return TEXT;
  const magnitude = hours * 60 + minutes;
  const offset = sign === 45 ? -magnitude : magnitude;
  // "-00:00" and "+00:00" are one value: only the usual one has a shape.
  const hasShape = sign === 43 || magnitude > 0;
  return finish(
    seconds - offset * 60,
    micros,
    hasShape ? shape | (1442 + offset) << 4 : NO_SHAPE,
    TS_ZONED,
  );
}

function finish(
  seconds: number,
  micros: number,
  shape: number,
  valueClass: number,
): number {
  if (seconds < SECONDS_MIN || seconds > SECONDS_MAX) return TEXT;
  setMicros(seconds, micros);
  parsed.big = false;
  // 2^53 + 1 rounds to 2^53 in `number`; only `lo` tells them apart.
  const magnitude = Math.abs(parsed.number);
  const isExact = magnitude < EXACT_MAX ||
    (magnitude === EXACT_MAX && parsed.lo === 0);
  parsed.shape = isExact ? shape : NO_SHAPE;
  return valueClass;
}
