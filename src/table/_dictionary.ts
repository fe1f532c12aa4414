/**
 * Dictionary encoding of texts: when it pays, and how it is made. Both
 * engines follow the same rule, so that their tables have the same buffers.
 *
 * @module
 */

import { bitAt } from "./_bitmap.ts";
import type { Dictionary } from "./column.ts";

/** More distinct texts than this are never a dictionary. */
export const DICTIONARY_TEXTS_MAX = 65_536;
/** With fewer values than this a dictionary does not pay. */
export const DICTIONARY_ROWS_MIN = 16;
/**
 * After so many rows more than half of the values being distinct ends a
 * dictionary, whatever follows.
 */
export const DICTIONARY_PROBE_ROWS = 16_384;

/** A column of plain texts. */
export interface PlainTexts {
  /** How many rows there are. */
  readonly rows: number;
  /** How many of them are null. */
  readonly nulls: number;
  /** The texts' bytes. */
  readonly data: Uint8Array;
  /** Where the text of each row begins; one more than there are rows. */
  readonly offsets: Int32Array;
  /** Set bits for rows that are not null; absent without nulls. */
  readonly validity: Uint8Array | undefined;
}

/** A dictionary and the codes of the rows. */
export interface EncodedTexts {
  readonly codes: Int32Array<ArrayBuffer>;
  readonly dictionary: Dictionary;
}

/**
 * A dictionary of texts: one behind the other, with offsets.
 *
 * @param texts The texts, in the order of their codes.
 */
export function dictionaryOf(texts: readonly Uint8Array[]): Dictionary {
  const offsets = new Int32Array(texts.length + 1);
  texts.forEach((text, index) => {
    offsets[index + 1] = offsets[index]! + text.length;
  });
  const data = new Uint8Array(offsets[texts.length]!);
  texts.forEach((text, index) => data.set(text, offsets[index]));
  return { length: texts.length, data, offsets };
}

/**
 * Encodes a column of texts where few are distinct: at most 65,536 and at
 * most half of the values, of all as of those in the first 16,384 rows. It works in steps, so that a long column does not
 * hold up the event loop.
 */
export class DictionaryEncoder {
  readonly #texts: PlainTexts;
  readonly #codes: Int32Array<ArrayBuffer>;
  readonly #distinctMax: number;
  /** The row in which the text of each code appeared first. */
  #firstRows = new Int32Array(256);
  #distinct = 0;
  /** Code + 1 by hash, 0 where free; at most half full. */
  #slots = new Int32Array(1024);
  #hashes = new Int32Array(256);
  #row = 0;
  #refused: boolean;

  constructor(texts: PlainTexts) {
    const values = texts.rows - texts.nulls;
    this.#texts = texts;
    this.#distinctMax = Math.min(DICTIONARY_TEXTS_MAX, values >>> 1);
    this.#refused = values < DICTIONARY_ROWS_MIN;
    this.#codes = new Int32Array(this.#refused ? 0 : texts.rows);
  }

  /** Encodes at most `rows` more rows; true once there is nothing to do. */
  step(rows: number): boolean {
    if (this.#refused) return true;
    const all = this.#texts.rows;
    const end = Math.min(all, this.#row + rows);
    while (this.#row < end) {
      const isProbed = this.#row >= DICTIONARY_PROBE_ROWS;
      const to = isProbed ? end : Math.min(end, DICTIONARY_PROBE_ROWS);
      if (
        !this.#encode(to) || (to === DICTIONARY_PROBE_ROWS && this.#fails())
      ) {
        this.#refused = true;
        return true;
      }
    }
    return end === all;
  }

  /** Whether more than half of the values so far are distinct. */
  #fails(): boolean {
    const { validity } = this.#texts;
    let values = this.#row;
    if (validity !== undefined) {
      for (let row = 0; row < this.#row; row++) {
        if (!bitAt(validity, row)) values--;
      }
    }
    return this.#distinct > values >>> 1;
  }

  /** Encodes the rows before `to`; false where too many are distinct. */
  #encode(to: number): boolean {
    const { data, offsets, validity } = this.#texts;
    const codes = this.#codes;
    let end = offsets[this.#row]!;
    for (let row = this.#row; row < to; row++) {
      const start = end;
      end = offsets[row + 1]!;
      if (validity !== undefined && !bitAt(validity, row)) continue;
      const code = this.#codeOf(data, start, end, row);
      if (code < 0) return false;
      codes[row] = code;
    }
    this.#row = to;
    return true;
  }

  /** The encoded column, or null where a dictionary does not pay. */
  finish(): EncodedTexts | null {
    if (this.#refused) return null;
    const { data, offsets } = this.#texts;
    const own = new Int32Array(this.#distinct + 1);
    for (let code = 0; code < this.#distinct; code++) {
      const row = this.#firstRows[code]!;
      own[code + 1] = own[code]! + offsets[row + 1]! - offsets[row]!;
    }
    const bytes = new Uint8Array(own[this.#distinct]!);
    for (let code = 0; code < this.#distinct; code++) {
      const row = this.#firstRows[code]!;
      bytes.set(data.subarray(offsets[row]!, offsets[row + 1]!), own[code]!);
    }
    const dictionary = { length: this.#distinct, data: bytes, offsets: own };
    return { codes: this.#codes, dictionary };
  }

  #codeOf(data: Uint8Array, start: number, end: number, row: number): number {
    const hash = hashOf(data, start, end);
    const mask = this.#slots.length - 1;
    let slot = hash & mask;
    while (true) {
      const code = this.#slots[slot]! - 1;
      if (code < 0) break;
      if (this.#hashes[code] === hash && this.#is(code, data, start, end)) {
        return code;
      }
      slot = (slot + 1) & mask;
    }
    if (this.#distinct === this.#distinctMax) return -1;
    const code = this.#distinct++;
    this.#slots[slot] = code + 1;
    this.#hashes[code] = hash;
    this.#firstRows[code] = row;
    if (this.#distinct === this.#hashes.length) this.#grow();
    return code;
  }

  #is(code: number, data: Uint8Array, start: number, end: number): boolean {
    const offsets = this.#texts.offsets;
    const row = this.#firstRows[code]!;
    let other = offsets[row]!;
    if (offsets[row + 1]! - other !== end - start) return false;
    for (let index = start; index < end; index++, other++) {
      if (data[index] !== data[other]) return false;
    }
    return true;
  }

  #grow(): void {
    this.#hashes = grown(this.#hashes);
    this.#firstRows = grown(this.#firstRows);
    const slots = new Int32Array(this.#hashes.length * 4);
    const mask = slots.length - 1;
    for (let code = 0; code < this.#distinct; code++) {
      let slot = this.#hashes[code]! & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = code + 1;
    }
    this.#slots = slots;
  }
}

/** An array of twice the length, its front the same. */
export function grown(array: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const twice = new Int32Array(array.length * 2);
  twice.set(array);
  return twice;
}

/** Differs from process to process, so that no file can be made to collide. */
const SEED = Math.floor(Math.random() * 2 ** 32) | 0;

/** FNV-1a with a seed and a final mix, so that the low bits spread. */
export function hashOf(data: Uint8Array, start: number, end: number): number {
  let hash = SEED;
  for (let index = start; index < end; index++) {
    hash = Math.imul(hash ^ data[index]!, 0x01000193);
  }
  hash ^= hash >>> 15;
  hash = Math.imul(hash, 0x85ebca6b);
  return hash ^ (hash >>> 13);
}
