/**
 * Which column a key means. Records of one file mostly repeat their keys in
 * one order, so the key that followed last time is compared first; only a
 * surprise is looked up.
 *
 * @module
 */

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
const encoder = new TextEncoder();

/** The columns by key, in order of first appearance. */
export class Keys {
  /** The keys' texts. */
  readonly names: string[] = [];
  /** The byte behind the closing quote of the key that `expected` found. */
  end = 0;

  /** Each key as it was first written, quotes included. */
  readonly #written: Uint8Array[] = [];
  /** Each key's text as bytes. */
  readonly #texts: Uint8Array[] = [];
  /** Open addressing over the texts' hashes: column + 1, 0 for free. */
  #slots = new Int32Array(64);
  /** What followed column `c` last time is `next[c + 1]`; -1 for nothing. */
  #next = new Int32Array(64).fill(-1);

  /** Columns known before the first record. */
  constructor(names: readonly string[]) {
    for (const name of names) {
      const text = encoder.encode(name);
      const written = encoder.encode(JSON.stringify(name));
      if (this.#slotOf(text, 0, text.length) >= 0) continue;
      this.#add(text, written);
    }
  }

  /**
   * The column of a key if it is the one that was expected after another, or
   * the one after that.
   *
   * @param bytes The window.
   * @param at The key's opening quote.
   * @param previous The column before, -1 at the record's start.
   * @returns The column, or -1; `end` is set if it was found.
   */
  expected(bytes: Uint8Array, at: number, previous: number): number {
    let column = previous;
    for (let tries = 0; tries < 2; tries++) {
      column = this.#next[column + 1]!;
      if (column < 0) return -1;
      const written = this.#written[column]!;
      const length = written.length;
      let index = 1;
      while (index < length && bytes[at + index] === written[index]) index++;
      if (index === length) {
        this.end = at + length;
        return column;
      }
    }
    return -1;
  }

  /**
   * The column of a key, old or new.
   *
   * @param text Bytes that hold the key's text.
   * @param start Where it begins.
   * @param end Where it ends.
   * @param written The key as written, quotes included.
   * @param previous The column before.
   * @returns The column; it is new if there were as many names as it.
   */
  find(
    text: Uint8Array,
    start: number,
    end: number,
    written: Uint8Array,
    previous: number,
  ): number {
    let column = this.#slotOf(text, start, end);
    if (column < 0) column = this.#add(text.slice(start, end), written.slice());
    this.#next[previous + 1] = column;
    return column;
  }

  #add(text: Uint8Array, written: Uint8Array): number {
    const column = this.names.length;
    this.names.push(decoder.decode(text));
    this.#texts.push(text);
    this.#written.push(written);
    if (column + 2 > this.#next.length) {
      const next = new Int32Array(this.#next.length * 2).fill(-1);
      next.set(this.#next);
      this.#next = next;
    }
    if ((column + 1) * 2 > this.#slots.length) {
      this.#slots = new Int32Array(this.#slots.length * 2);
      for (let old = 0; old < column; old++) this.#place(old);
    }
    this.#place(column);
    return column;
  }

  #place(column: number): void {
    const text = this.#texts[column]!;
    const mask = this.#slots.length - 1;
    let slot = hash(text, 0, text.length) & mask;
    while (this.#slots[slot] !== 0) slot = slot + 1 & mask;
    this.#slots[slot] = column + 1;
  }

  /** The column of a text, or -1. */
  #slotOf(bytes: Uint8Array, start: number, end: number): number {
    const mask = this.#slots.length - 1;
    let slot = hash(bytes, start, end) & mask;
    while (true) {
      const column = this.#slots[slot]! - 1;
      if (column < 0) return -1;
      const text = this.#texts[column]!;
      if (text.length === end - start) {
        let at = 0;
        while (at < text.length && text[at] === bytes[start + at]) at++;
        if (at === text.length) return column;
      }
      slot = slot + 1 & mask;
    }
  }
}

/** Differs from run to run, so that no file can be made of colliding keys. */
const SEED = Math.floor(Math.random() * 2 ** 32) | 0;

/** FNV-1a, its upper bits folded in. */
function hash(bytes: Uint8Array, start: number, end: number): number {
  let value = SEED;
  for (let at = start; at < end; at++) {
    value = Math.imul(value ^ bytes[at]!, 0x01000193);
  }
  return value ^ value >>> 15;
}
