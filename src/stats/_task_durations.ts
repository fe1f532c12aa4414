/**
 * Durations of tasks as texts: `HH:MM:SS` or bare seconds. To be replaced by
 * the area duration once it is merged; nothing else here reads clock texts.
 *
 * @module
 */

import type { Column } from "../table/column.ts";

/** A text longer than this is no duration. */
const LENGTH_MAX = 100;

/**
 * The seconds of a column of texts. What stands at a null is 0.
 *
 * @param column The column; utf8.
 * @returns Seconds a row; NaN where the text is no duration.
 */
export function parseTaskDurations(
  column: Column,
): Float64Array<ArrayBuffer> {
  const seconds = new Float64Array(column.length);
  const { dictionary } = column;
  if (dictionary === undefined) {
    for (let row = 0; row < column.length; row++) {
      const bytes = column.bytes(row);
      if (bytes !== null) seconds[row] = parseTaskDuration(bytes);
    }
    return seconds;
  }
  const { data, offsets, length } = dictionary;
  const known = new Float64Array(length);
  for (let code = 0; code < length; code++) {
    known[code] = parseTaskDuration(
      data.subarray(offsets[code]!, offsets[code + 1]!),
    );
  }
  const codes = column.data as Int32Array;
  for (let row = 0; row < column.length; row++) {
    if (!column.isNull(row)) seconds[row] = known[codes[row]!] ?? NaN;
  }
  return seconds;
}

/**
 * The seconds of one text.
 *
 * @param bytes The text: hours, minutes and seconds with colons between them
 * (minutes and seconds below 60), or seconds alone; seconds may have a
 * fraction.
 * @returns Seconds, or NaN.
 */
export function parseTaskDuration(bytes: Uint8Array): number {
  if (bytes.length === 0 || bytes.length > LENGTH_MAX) return NaN;
  let total = 0;
  let fields = 0;
  let value = 0;
  let digits = 0;
  let at = 0;
  for (; at < bytes.length; at++) {
    const digit = bytes[at]! - 48;
    if (digit >= 0 && digit <= 9) {
      value = value * 10 + digit;
      digits++;
    } else if (bytes[at] === 58 && digits > 0 && fields < 2) {
      if (fields > 0 && value > 59) return NaN;
      total = total * 60 + value;
      fields++;
      value = 0;
      digits = 0;
    } else break;
  }
  if (digits === 0 || (fields > 0 && value > 59)) return NaN;
  const whole = total * 60 + value;
  if (fields === 1 || !Number.isSafeInteger(whole)) return NaN;
  if (at === bytes.length) return whole;
  return bytes[at] === 46 ? whole + fraction(bytes, at + 1) : NaN;
}

/** The digits behind a dot, as a number below 1. */
function fraction(bytes: Uint8Array, from: number): number {
  if (from === bytes.length) return NaN;
  let text = "0.";
  for (let at = from; at < bytes.length; at++) {
    const byte = bytes[at]!;
    if (byte < 48 || byte > 57) return NaN;
    text += String.fromCharCode(byte);
  }
  return Number(text);
}
