/**
 * Mean and standard deviation, in an order of operations that every engine
 * keeps: compensated sums (Neumaier) within a block, blocks merged as Chan,
 * Golub and LeVeque do.
 *
 * @module
 */

import { Sum } from "../values/sums.ts";

/**
 * The standard deviation of a sample.
 *
 * @param m2 Sum of the squared distances from the mean.
 * @param count Numbers in the sample.
 * @returns The deviation; null below two numbers and where it is not finite.
 */
export function deviation(m2: number, count: number): number | null {
  return count < 2 ? null : finiteOrNull(Math.sqrt(m2 / (count - 1)));
}

/**
 * A figure that JSON can hold.
 *
 * @param value The figure.
 * @returns Null for NaN and the infinities.
 */
export function finiteOrNull(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

/** Running mean and sum of squares, merged block by block. */
export class Moments {
  /** Numbers merged. */
  count = 0;
  /** Their mean. */
  mean = 0;
  /** Sum of the squared distances from the mean. */
  m2 = 0;
  readonly #block: Float64Array;
  #used = 0;

  /**
   * Starts without numbers.
   *
   * @param blockRows The most numbers of a block.
   */
  constructor(blockRows: number) {
    this.#block = new Float64Array(blockRows);
  }

  /** Adds a number to the current block. */
  add(value: number): void {
    this.#block[this.#used++] = value;
  }

  /** Merges the current block and begins the next. */
  endBlock(): void {
    const used = this.#used;
    if (used === 0) return;
    const sum = new Sum();
    for (let at = 0; at < used; at++) sum.add(this.#block[at]!);
    const mean = sum.value / used;
    const squares = new Sum();
    for (let at = 0; at < used; at++) {
      const d = this.#block[at]! - mean;
      squares.add(d * d);
    }
    const d = mean - this.mean;
    const n = this.count;
    this.count = n + used;
    this.mean += (d * used) / this.count;
    this.m2 += squares.value + (d * d) * ((n * used) / this.count);
    this.#used = 0;
  }
}
