/**
 * Texts of Arrow in their three forms (offsets of 32 bits, offsets of 64
 * bits, views) to offsets and bytes, checked: offsets never run backwards
 * and every value is UTF-8.
 *
 * @module
 */

import { bitAt } from "../table/_bitmap.ts";
import { sequenceLength } from "../values/utf8.ts";
import type { Batch, Node, Part } from "./_batch.ts";
import { arrowFault, invalid } from "./_fault.ts";
import { RATIO_FREE_BYTES } from "../inflate/inflate.ts";
import { int32s } from "./_views.ts";

/** Bytes of a column's texts: offsets are signed. */
const TEXT_BYTES_MAX = 2 ** 31 - 1;
/** Texts up to here stand in the view itself. */
const INLINE_BYTES_MAX = 12;
const VIEW_BYTES = 16;

/** A column of texts. */
export interface Texts {
  readonly data: Uint8Array<ArrayBuffer>;
  readonly offsets: Int32Array<ArrayBuffer>;
}

type Validity = Uint8Array<ArrayBuffer> | undefined;

/** Texts with offsets of 32 bits: over the same memory. */
export function plainTexts(
  batch: Batch,
  { length }: Node,
  validity: Validity,
): Texts {
  const part = batch.part();
  const data = batch.part();
  const offsets = offsetsOf(part, length, 4);
  return checked({ offsets, data: data.bytes }, length, validity, data.base);
}

/** Texts with offsets of 64 bits: the offsets are copied. */
export function largeTexts(
  batch: Batch,
  { length }: Node,
  validity: Validity,
): Texts {
  const part = batch.part();
  const data = batch.part();
  const offsets = offsetsOf(part, length, 8);
  return checked({ offsets, data: data.bytes }, length, validity, data.base);
}

/** The offsets of a column; a column without rows may have none. */
export function offsetsOf(
  part: Part,
  length: number,
  size: 4 | 8,
): Int32Array<ArrayBuffer> {
  const { bytes, base } = part;
  if (bytes.length === 0 && length === 0) return new Int32Array(1);
  if (bytes.length < size * (length + 1)) {
    throw invalid(base, `offsets of ${length} rows in ${bytes.length} bytes`);
  }
  if (size === 4) return int32s(bytes, length + 1);
  const halves = int32s(bytes, 2 * (length + 1));
  const offsets = new Int32Array(length + 1);
  for (let row = 0; row <= length; row++) {
    const low = halves[2 * row]!;
    if (halves[2 * row + 1] !== 0 || low < 0) {
      throw invalid(base, "a column's offsets exceed 2^31 - 1");
    }
    offsets[row] = low;
  }
  return offsets;
}

/** Texts as views into any number of buffers: copied together. */
export function viewedTexts(
  batch: Batch,
  { length }: Node,
  validity: Validity,
  ratioMax: number,
): Texts {
  const views = batch.partOf(VIEW_BYTES * length);
  const parts = Array.from({ length: batch.variadic() }, () => batch.part());
  const view = new DataView(
    views.bytes.buffer,
    views.bytes.byteOffset,
    VIEW_BYTES * length,
  );
  let room = VIEW_BYTES * length;
  for (const { bytes } of parts) room += bytes.length;
  // Views may share bytes: without a bound a small file is a large table.
  const sizeMax = Math.max(RATIO_FREE_BYTES, room * ratioMax);
  const offsets = new Int32Array(length + 1);
  let size = 0;
  for (let row = 0; row < length; row++) {
    if (validity === undefined || bitAt(validity, row)) {
      const bytes = view.getInt32(VIEW_BYTES * row, true);
      if (bytes < 0) {
        throw invalid(views.base, "the length of a text is negative");
      }
      size += bytes;
      if (size > TEXT_BYTES_MAX || size > sizeMax) {
        throw invalid(views.base, "a column's texts exceed what may be copied");
      }
    }
    offsets[row + 1] = size;
  }
  const data = new Uint8Array(size);
  for (let row = 0; row < length; row++) {
    const [start, end] = [offsets[row]!, offsets[row + 1]!];
    if (start < end) {
      data.set(viewed(views, view, row, end - start, parts), start);
    }
  }
  return checked({ offsets, data }, length, validity, batch.base);
}

/** The bytes of one view. */
function viewed(
  { bytes, base }: Part,
  view: DataView,
  row: number,
  length: number,
  parts: readonly Part[],
): Uint8Array {
  const at = VIEW_BYTES * row;
  if (length <= INLINE_BYTES_MAX) {
    return bytes.subarray(at + 4, at + 4 + length);
  }
  const part = parts[view.getInt32(at + 8, true)];
  const from = view.getInt32(at + 12, true);
  if (part !== undefined && from >= 0 && from + length <= part.bytes.length) {
    return part.bytes.subarray(from, from + length);
  }
  throw invalid(base + at, "a text lies outside the buffers");
}

/** Refuses offsets that run backwards or leave the data, and no UTF-8. */
function checked(
  texts: Texts,
  length: number,
  validity: Validity,
  base: number,
): Texts {
  const { data, offsets } = texts;
  const first = offsets[0]!;
  let last = first;
  for (let row = 1; row <= length; row++) {
    const next = offsets[row]!;
    if (next < last) throw invalid(base, "the offsets of texts run backwards");
    last = next;
  }
  if (first < 0 || last > data.length) {
    throw invalid(base, "the offsets of texts leave their bytes");
  }
  const high = firstNonAscii(data, first, last);
  if (high < last) checkRows(texts, length, validity, base, high);
  return texts;
}

/** Where the first byte of 0x80 or more is, or `end`. */
function firstNonAscii(
  data: Uint8Array<ArrayBuffer>,
  start: number,
  end: number,
): number {
  let at = start;
  while (at < end && (data.byteOffset + at & 3) !== 0) {
    if (data[at]! > 0x7f) return at;
    at++;
  }
  if (at === end) return end;
  const words = (end - at) >>> 2;
  const view = new Int32Array(data.buffer, data.byteOffset + at, words);
  let word = 0;
  const blocks = words - 3;
  for (; word < blocks; word += 4) {
    const any = view[word]! | view[word + 1]! | view[word + 2]! |
      view[word + 3]!;
    if ((any & 0x80808080) !== 0) break;
  }
  at += 4 * word;
  while (at < end && data[at]! < 0x80) at++;
  return at;
}

/** Looks at each row from the one on that holds the byte `high`. */
function checkRows(
  { data, offsets }: Texts,
  length: number,
  validity: Validity,
  base: number,
  high: number,
): void {
  for (let row = rowOf(offsets, length, high); row < length; row++) {
    if (validity !== undefined && !bitAt(validity, row)) continue;
    const end = offsets[row + 1]!;
    let at = offsets[row]!;
    while (at < end) {
      if (data[at]! < 0x80) {
        at++;
        continue;
      }
      const size = sequenceLength(data, at, end);
      if (size <= 0) throw arrowFault("INVALID_UTF8", base + at, {});
      at += size;
    }
  }
}

/** The row that a byte belongs to. */
function rowOf(offsets: Int32Array, length: number, at: number): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (offsets[middle + 1]! > at) high = middle;
    else low = middle + 1;
  }
  return low;
}
