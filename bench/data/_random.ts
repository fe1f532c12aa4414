/**
 * Seeded random numbers for generated data: the same on every machine.
 *
 * @module
 */

/** xorshift32 (Marsaglia 2003): small, fast, good enough for test data. */
export class Random {
  #state: number;

  /**
   * Starts a sequence.
   *
   * @param seed Any number; the same seed gives the same sequence.
   */
  constructor(seed: number) {
    this.#state = (seed ^ 0x9e3779b9) >>> 0 || 1;
    for (let i = 0; i < 8; i++) this.below(2);
  }

  /**
   * A whole number.
   *
   * @param limit The number of values.
   * @returns 0 to `limit - 1`.
   */
  below(limit: number): number {
    let x = this.#state;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.#state = x >>> 0;
    return Math.floor(this.#state / 0x100000000 * limit);
  }

  /**
   * One of the values.
   *
   * @param values The values; not empty.
   * @returns One of them.
   */
  pick<T>(values: readonly T[]): T {
    return values[this.below(values.length)] as T;
  }
}
