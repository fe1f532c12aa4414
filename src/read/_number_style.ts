/**
 * Numbers with a decimal comma or grouped digits, as a column of numbers
 * sees them: written anew as `1234.5`. Texts stay as they are.
 *
 * @module
 */

import {
  FieldBlock,
  IN_EXTRA,
  KIND_MASK,
  LENGTH_SHIFT,
  type SpanColumn,
} from "../values/block.ts";

const DOT = 46;
const MINUS = 45;
const PLUS = 43;
/** What stands for a number in another notation; no type takes it. */
const NO_NUMBER = 120;

/** How numbers are written. */
export interface NumberStyle {
  /** The byte before the fraction: a dot or a comma. */
  readonly decimal: number;
  /** The byte between groups of three digits, or -1. */
  readonly thousands: number;
}

/** A block of one column, and that column. */
export interface NumberView {
  readonly block: FieldBlock;
  readonly spans: SpanColumn;
}

/**
 * The rows `from` to `to` of a column with its numbers written anew, at the
 * same rows of a block of its own.
 */
export function numberView(
  style: NumberStyle,
  block: FieldBlock,
  spans: SpanColumn,
  from: number,
  to: number,
): NumberView {
  const view = new FieldBlock();
  const start = new Uint32Array(to);
  const meta = new Uint32Array(to);
  let size = 0;
  for (let row = from; row < to; row++) size += spans.meta[row]! >>> 4;
  const out = new Uint8Array(size);
  let length = 0;
  for (let row = from; row < to; row++) {
    const field = spans.meta[row]!;
    const bytes = (field & IN_EXTRA) === 0 ? block.bytes : block.extra;
    const first = spans.start[row]!;
    const end = rewrite(
      style,
      bytes,
      first,
      first + (field >>> LENGTH_SHIFT),
      out,
      length,
    );
    start[row] = length;
    meta[row] = end - length << LENGTH_SHIFT | field & KIND_MASK;
    length = end;
  }
  view.bytes = out;
  view.rows = to;
  view.columns = [{ start, meta }];
  return { block: view, spans: view.columns[0]! };
}

/**
 * Writes a field anew: a number as `1234.5`, a number in another notation as
 * what is none, anything else as it is.
 *
 * @returns Where the written bytes end.
 */
export function rewrite(
  style: NumberStyle,
  bytes: Uint8Array,
  first: number,
  last: number,
  out: Uint8Array,
  to: number,
): number {
  if (!needsRewrite(style, bytes, first, last)) {
    for (let at = first; at < last; at++) out[to++] = bytes[at]!;
    return to;
  }
  const end = rewriteNumber(style, bytes, first, last, out, to);
  if (end >= 0) return end;
  if (hasOnlyNumberBytes(style, bytes, first, last)) {
    out[to] = NO_NUMBER;
    return to + 1;
  }
  for (let at = first; at < last; at++) out[to++] = bytes[at]!;
  return to;
}

/** Whether a byte stands in a field that two notations read differently. */
function needsRewrite(
  { decimal, thousands }: NumberStyle,
  bytes: Uint8Array,
  first: number,
  last: number,
): boolean {
  for (let at = first; at < last; at++) {
    const byte = bytes[at]!;
    if (byte === thousands) return true;
    if (decimal !== DOT && (byte === decimal || byte === DOT)) return true;
  }
  return false;
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 48 && byte <= 57;
}

function isExponent(byte: number): boolean {
  return byte === 69 || byte === 101;
}

function hasOnlyNumberBytes(
  { decimal, thousands }: NumberStyle,
  bytes: Uint8Array,
  first: number,
  last: number,
): boolean {
  for (let at = first; at < last; at++) {
    const byte = bytes[at]!;
    const isKnown = isDigit(byte) || isExponent(byte) || byte === DOT ||
      byte === MINUS || byte === PLUS || byte === decimal ||
      byte === thousands;
    if (!isKnown) return false;
  }
  return true;
}

/** Writes a number anew; -1 if it is none in this notation. */
function rewriteNumber(
  { decimal, thousands }: NumberStyle,
  bytes: Uint8Array,
  first: number,
  last: number,
  out: Uint8Array,
  to: number,
): number {
  let at = first;
  if (bytes[at] === MINUS && at < last) out[to++] = bytes[at++]!;
  let digits = 0;
  let groups = 0;
  for (; at < last; at++) {
    const byte = bytes[at]!;
    if (isDigit(byte)) {
      digits++;
      out[to++] = byte;
    } else if (byte === thousands) {
      const isGroup = groups === 0 ? digits > 0 && digits <= 3 : digits === 3;
      if (!isGroup) return -1;
      groups++;
      digits = 0;
    } else break;
  }
  if (groups > 0 && digits !== 3) return -1;
  if (at < last && bytes[at] === decimal) {
    out[to++] = DOT;
    at++;
    while (at < last && isDigit(bytes[at])) out[to++] = bytes[at++]!;
  }
  if (at < last && !isExponent(bytes[at]!)) return -1;
  while (at < last) {
    const byte = bytes[at++]!;
    const isKnown = isDigit(byte) || isExponent(byte) || byte === PLUS ||
      byte === MINUS;
    if (!isKnown) return -1;
    out[to++] = byte;
  }
  return to;
}
