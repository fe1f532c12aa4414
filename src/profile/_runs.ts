/**
 * The values of a column as ascending runs of (value, count): the sorted
 * list and the values of the texts outside it, merged.
 *
 * @module
 */

import type { KeyKind } from "./_radix.ts";

/** Sorted keys; see `_radix.ts`. */
export interface RunSource {
  /** The keys. */
  readonly words: Uint32Array;
  /** How many. */
  readonly length: number;
  /** The codes of their shapes, if they matter and differ. */
  readonly codes: Uint8Array | null;
  /** How often each comes; null for once. */
  readonly counts: Float64Array | null;
}

/** Runs delivered at once. */
const BATCH = 4096;
const TOP = 0x80000000;
const END = 0x100000000;

/** The key of -0 counts as that of +0; the order stays right. */
export function mergeZeros(
  words: Uint32Array,
  start: number,
  end: number,
): void {
  for (let at = 2 * start; at < 2 * end; at += 2) {
    if (words[at] === 0xFFFFFFFF && words[at + 1] === 0x7FFFFFFF) {
      words[at] = 0;
      words[at + 1] = TOP;
    }
  }
}

/**
 * Keys of f64 values that are whole numbers become keys of the same values
 * as i64; the order stays right.
 */
export function toIntegerKeys(
  words: Uint32Array,
  start: number,
  end: number,
): void {
  const pair = new Uint32Array(2);
  const value = new Float64Array(pair.buffer);
  for (let at = 2 * start; at < 2 * end; at += 2) {
    const high = words[at + 1]!;
    pair[0] = high >= TOP ? words[at]! : ~words[at]!;
    pair[1] = high >= TOP ? high ^ TOP : ~high;
    const upper = Math.floor(value[0]! / END);
    words[at] = value[0]! - upper * END;
    words[at + 1] = upper ^ TOP;
  }
}

/** Merges two sources into runs, a batch at a time. */
export class Runs {
  /** The batch's values as f64 (kind `f64`). */
  readonly values: Float64Array = new Float64Array(BATCH);
  /** The batch's values in halves: lower, upper (kind `i64`). */
  readonly words: Uint32Array = new Uint32Array(this.values.buffer);
  /** How often each value comes. */
  readonly counts: Float64Array = new Float64Array(BATCH);
  /** The codes of the shapes. */
  readonly codes: Uint8Array = new Uint8Array(BATCH);
  readonly #kind: KeyKind;
  readonly #a: RunSource;
  readonly #b: RunSource;
  #atA = 0;
  #atB = 0;

  /**
   * Starts at the smallest value.
   *
   * @param kind What the keys are made of.
   * @param a One source.
   * @param b The other.
   */
  constructor(kind: KeyKind, a: RunSource, b: RunSource) {
    this.#kind = kind;
    this.#a = a;
    this.#b = b;
  }

  /**
   * Delivers the next runs.
   *
   * @returns How many; 0 at the end.
   */
  next(): number {
    const a = this.#a;
    const b = this.#b;
    let used = 0;
    while (used < BATCH) {
      const order = this.#order();
      if (order === END) break;
      const source = order <= 0 ? a : b;
      const at = order <= 0 ? this.#atA : this.#atB;
      const low = source.words[2 * at]!;
      const high = source.words[2 * at + 1]!;
      const code = source.codes === null ? 0 : source.codes[at]!;
      let count = 0;
      if (order <= 0) {
        const end = runEnd(a, at, low, high, code);
        count += countOf(a, at, end);
        this.#atA = end;
      }
      if (order >= 0) {
        const end = runEnd(b, this.#atB, low, high, code);
        count += countOf(b, this.#atB, end);
        this.#atB = end;
      }
      this.#set(used, low, high);
      this.codes[used] = code;
      this.counts[used++] = count;
    }
    return used;
  }

  /** Which source has the smaller key: below 0 a, above 0 b, 0 both. */
  #order(): number {
    const a = this.#a;
    const b = this.#b;
    const atA = this.#atA;
    const atB = this.#atB;
    if (atA >= a.length) return atB >= b.length ? END : 1;
    if (atB >= b.length) return -1;
    const high = a.words[2 * atA + 1]! - b.words[2 * atB + 1]!;
    if (high !== 0) return high < 0 ? -1 : 1;
    const low = a.words[2 * atA]! - b.words[2 * atB]!;
    if (low !== 0) return low < 0 ? -1 : 1;
    const codeA = a.codes === null ? 0 : a.codes[atA]!;
    const codeB = b.codes === null ? 0 : b.codes[atB]!;
    return codeA - codeB;
  }

  #set(index: number, low: number, high: number): void {
    if (this.#kind === "f64" && high < TOP) {
      this.words[2 * index] = ~low;
      this.words[2 * index + 1] = ~high;
    } else {
      this.words[2 * index] = low;
      this.words[2 * index + 1] = high ^ TOP;
    }
  }
}

function runEnd(
  { words, length, codes }: RunSource,
  at: number,
  low: number,
  high: number,
  code: number,
): number {
  let end = at;
  while (
    end < length && words[2 * end] === low && words[2 * end + 1] === high &&
    (codes === null || codes[end] === code)
  ) end++;
  return end;
}

function countOf({ counts }: RunSource, at: number, end: number): number {
  if (counts === null) return end - at;
  let count = 0;
  for (let index = at; index < end; index++) count += counts[index]!;
  return count;
}
