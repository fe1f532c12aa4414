/**
 * Distinct texts and their codes: what brings dictionaries together, of a
 * file's messages, of batches that become one table, of batches that are
 * written under one dictionary.
 *
 * @module
 */

import { grown, hashOf } from "../table/_dictionary.ts";
import type { Dictionary } from "../table/column.ts";
import { TEXT_BYTES_MAX } from "../table/concat_tables.ts";

/** Texts in the order in which they came; none stands twice. */
export class TextCodes {
  #data = new Uint8Array(256);
  #offsets = new Int32Array(64);
  #hashes = new Int32Array(64);
  #length = 0;
  /** Code + 1 by hash, 0 where free; at most half full. */
  #slots = new Int32Array(128);
  #dictionary: Dictionary | null = null;

  /** How many texts there are. */
  get length(): number {
    return this.#length;
  }

  /**
   * The code of a text, which is added if it is new.
   *
   * @throws {RangeError} If the texts exceed 2 GiB.
   */
  add(data: Uint8Array, start: number, end: number): number {
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
    const code = this.#append(data, start, end);
    this.#slots[slot] = code + 1;
    this.#hashes[code] = hash;
    if (2 * this.#length === this.#slots.length) this.#grow();
    return code;
  }

  /** The codes of all texts of a dictionary. */
  addAll({ data, offsets, length }: Dictionary): Int32Array<ArrayBuffer> {
    const codes = new Int32Array(length);
    for (let index = 0; index < length; index++) {
      codes[index] = this.add(data, offsets[index]!, offsets[index + 1]!);
    }
    return codes;
  }

  /** The texts so far; later ones do not change what was given. */
  dictionary(): Dictionary {
    if (this.#dictionary?.length !== this.#length) {
      this.#dictionary = this.since(0);
    }
    return this.#dictionary!;
  }

  /** The texts from a code on; `offsets` do not begin at 0. */
  since(code: number): Dictionary {
    return {
      length: this.#length - code,
      data: this.#data.subarray(0, this.#offsets[this.#length]!),
      offsets: this.#offsets.subarray(code, this.#length + 1),
    };
  }

  #append(data: Uint8Array, start: number, end: number): number {
    const code = this.#length;
    const from = this.#offsets[code]!;
    const to = from + end - start;
    if (to > TEXT_BYTES_MAX) {
      throw new RangeError(
        "Cannot hold dictionary: its texts exceed 2 GiB",
      );
    }
    if (to > this.#data.length) {
      // What was given out keeps the array before.
      const larger = new Uint8Array(Math.max(to, 2 * this.#data.length));
      larger.set(this.#data.subarray(0, from));
      this.#data = larger;
    }
    if (end - start > 32) this.#data.set(data.subarray(start, end), from);
    else {
      for (let at = 0; at < end - start; at++) {
        this.#data[from + at] = data[start + at]!;
      }
    }
    if (code + 2 > this.#offsets.length) this.#offsets = grown(this.#offsets);
    if (code + 1 > this.#hashes.length) this.#hashes = grown(this.#hashes);
    this.#offsets[code + 1] = to;
    this.#length++;
    return code;
  }

  #is(code: number, data: Uint8Array, start: number, end: number): boolean {
    let other = this.#offsets[code]!;
    if (this.#offsets[code + 1]! - other !== end - start) return false;
    for (let at = start; at < end; at++, other++) {
      if (data[at] !== this.#data[other]) return false;
    }
    return true;
  }

  #grow(): void {
    const slots = new Int32Array(this.#slots.length * 2);
    const mask = slots.length - 1;
    for (let code = 0; code < this.#length; code++) {
      let slot = this.#hashes[code]! & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = code + 1;
    }
    this.#slots = slots;
  }
}

/** Whether codes are 0, 1, 2 and so on: nothing needs to change. */
export function isIdentity(codes: Int32Array): boolean {
  for (let index = 0; index < codes.length; index++) {
    if (codes[index] !== index) return false;
  }
  return true;
}
