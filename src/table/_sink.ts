/**
 * A growing buffer of bytes with writers for numbers: what the printers of
 * rows write into. No strings are made for integers, dates and texts.
 *
 * @module
 */

import { putClock, putDay, putDigits, putInteger } from "./_digits.ts";

/** A text up to here is encoded sooner by a loop than by a call. */
export const SHORT_TEXT = 48;

/**
 * Room for a chunk of printed rows at first: a small table should not pay for
 * a large array.
 *
 * @param fields Rows times columns.
 * @param chunkBytes Bytes of a whole chunk.
 * @returns The bytes.
 */
export function roomFor(fields: number, chunkBytes: number): number {
  return Math.min(chunkBytes + 4096, 512 + 16 * fields);
}

/** Bytes under construction. */
export class ByteSink {
  /** The buffer; `length` bytes of it are written. */
  bytes: Uint8Array<ArrayBuffer>;
  /** The same buffer. */
  view: DataView<ArrayBuffer>;
  /** Bytes written. */
  length = 0;

  /** A sink with room for `capacity` bytes at first. */
  constructor(capacity: number) {
    this.bytes = new Uint8Array(capacity);
    this.view = new DataView(this.bytes.buffer);
  }

  /** Makes room for `size` more bytes. */
  reserve(size: number): void {
    const needed = this.length + size;
    if (needed <= this.bytes.length) return;
    const bytes = new Uint8Array(Math.max(needed, this.bytes.length * 2));
    bytes.set(this.bytes.subarray(0, this.length));
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer);
  }

  /** Makes room for `size` bytes from a place on; those before it are kept. */
  room(at: number, size: number): void {
    if (at + size <= this.bytes.length) return;
    this.length = at;
    this.reserve(size);
  }

  /** A copy of what was written; the sink is empty again. */
  take(): Uint8Array<ArrayBuffer> {
    const taken = this.bytes.slice(0, this.length);
    this.length = 0;
    return taken;
  }

  /** Appends one byte. */
  byte(value: number): void {
    if (this.length === this.bytes.length) this.reserve(1);
    this.bytes[this.length++] = value;
  }

  /** Appends the bytes `start` to `end` (exclusive) of an array. */
  copy(from: Uint8Array, start: number, end: number): void {
    const size = end - start;
    this.reserve(size);
    if (size > 48) {
      this.bytes.set(from.subarray(start, end), this.length);
      this.length += size;
      return;
    }
    const bytes = this.bytes;
    let at = this.length;
    for (let index = start; index < end; index++) bytes[at++] = from[index]!;
    this.length = at;
  }

  /** Appends a text of ASCII characters. */
  ascii(text: string): void {
    this.reserve(text.length);
    for (let index = 0; index < text.length; index++) {
      this.bytes[this.length++] = text.charCodeAt(index);
    }
  }

  /** Appends the digits of an integer within ±2^53. */
  integer(value: number): void {
    this.reserve(17);
    this.length = putInteger(this.view, this.length, value);
  }

  /** Appends exactly so many digits, up to nine, of a number without sign. */
  digits(value: number, count: number): void {
    this.reserve(count);
    this.length = putDigits(this.view, this.length, value, count);
  }

  /** Appends `YYYY-MM-DD` of a day of the years 0000 to 9999. */
  day(days: number): void {
    this.reserve(10);
    this.length = putDay(this.view, this.length, days);
  }

  /** Appends `HH:MM:SS` of a second of a day. */
  clock(second: number): void {
    this.reserve(8);
    this.length = putClock(this.view, this.length, second);
  }
}
