/**
 * KLL: quantiles of a stream of numbers in a few thousand items (Karnin,
 * Lang and Liberty, 2016). The coin that a compaction throws comes from the
 * number of items, so that equal inputs give equal results.
 *
 * @module
 */

import { fmix } from "./_lanes.ts";

const K = 1024;
const CAPACITY_MIN = 8;
const SHRINK = 0.6666666666666666;
/** Below this length a plain insertion sort beats the built-in one. */
const INSERTION_MAX = 24;

/** Rank error (99 %) for k = 1024, as DataSketches states: 2.296 / k^0.9723. */
export const QUANTILES_ERROR = 0.0028;

/** A KLL sketch. */
export class Kll {
  /** Items inserted. */
  #count = 0;
  #levels: Float64Array<ArrayBuffer>[] = [];
  #used: number[] = [];
  #capacities: number[] = [];

  /** Makes an empty sketch. */
  constructor() {
    this.#addLevel();
  }

  /** Inserts a number that is not NaN. */
  add(value: number): void {
    let used = this.#used[0]!;
    this.#levels[0]![used++] = value === 0 ? 0 : value;
    this.#used[0] = used;
    this.#count++;
    if (used >= this.#capacities[0]!) this.#compress();
  }

  #addLevel(): void {
    // A level takes at most its capacity and half of a full level below.
    this.#levels.push(new Float64Array(2 * K));
    this.#used.push(0);
    let x = K;
    for (let level = this.#levels.length - 1; level >= 0; level--) {
      this.#capacities[level] = Math.max(CAPACITY_MIN, Math.ceil(x));
      x = x * SHRINK;
    }
  }

  #compress(): void {
    let level = 0;
    while (level < this.#levels.length) {
      if (this.#used[level]! < this.#capacities[level]!) {
        level++;
        continue;
      }
      this.#promote(level);
      level = 0;
    }
  }

  /** Moves every other item of a full level up. */
  #promote(level: number): void {
    const items = this.#levels[level]!;
    const used = this.#used[level]!;
    sortStart(items, used);
    const even = used & ~1;
    const odd = fmix(Math.imul(this.#count, 0x9E3779B1) ^ level) & 1;
    if (level + 1 === this.#levels.length) this.#addLevel();
    const above = this.#levels[level + 1]!;
    let aboveUsed = this.#used[level + 1]!;
    for (let at = odd; at < even; at += 2) above[aboveUsed++] = items[at]!;
    this.#used[level + 1] = aboveUsed;
    if (even < used) items[0] = items[even]!;
    this.#used[level] = used - even;
  }

  /**
   * The items at some ranks.
   *
   * @param ranks Shares of the count, ascending, from 0 to 1.
   * @returns One item per rank; none if the sketch is empty.
   */
  quantiles(ranks: readonly number[]): number[] {
    const items: { value: number; weight: number }[] = [];
    this.#levels.forEach((level, h) => {
      for (let at = 0; at < this.#used[h]!; at++) {
        items.push({ value: level[at]!, weight: 2 ** h });
      }
    });
    items.sort((x, y) => x.value < y.value ? -1 : x.value > y.value ? 1 : 0);
    const result: number[] = [];
    let seen = 0;
    for (const { value, weight } of items) {
      seen += weight;
      while (
        result.length < ranks.length &&
        seen > Math.floor((this.#count - 1) * ranks[result.length]!)
      ) result.push(value);
    }
    return result;
  }
}

function sortStart(items: Float64Array, used: number): void {
  if (used > INSERTION_MAX) {
    items.subarray(0, used).sort();
    return;
  }
  for (let at = 1; at < used; at++) {
    const value = items[at]!;
    let hole = at;
    while (hole > 0 && items[hole - 1]! > value) {
      items[hole] = items[hole - 1]!;
      hole--;
    }
    items[hole] = value;
  }
}
