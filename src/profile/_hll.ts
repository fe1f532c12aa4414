/**
 * HyperLogLog: counts distinct hashes in 16 KiB. Estimate by Ertl, "New
 * cardinality estimation algorithms for HyperLogLog sketches" (2017),
 * algorithm 6: unbiased over the whole range, without tables, and only with
 * operations that give the same bits in every engine.
 *
 * @module
 */

const PRECISION = 14;
const REGISTERS = 1 << PRECISION;
/** Bits of a hash that rank: 64 less the register's, of 18 + 32 used. */
const RANK_BITS = 50;
/** 1 / (2 ln 2). */
const ALPHA = 0.7213475204444817;

/** Relative standard error of the estimate: 1.04 / sqrt(2^14). */
export const DISTINCT_ERROR = 0.008125;

/** A HyperLogLog sketch of 2^14 registers. */
export class Hll {
  readonly #registers = new Uint8Array(REGISTERS);

  /**
   * Adds a hash.
   *
   * @param a First lane; its upper 14 bits choose the register.
   * @param b Second lane.
   */
  add(a: number, b: number): void {
    const register = a >>> (32 - PRECISION);
    const low = a & 0x3FFFF;
    const rank = low !== 0 ? Math.clz32(low) - 13 : 19 + Math.clz32(b);
    if (rank > this.#registers[register]!) this.#registers[register] = rank;
  }

  /**
   * Estimates the number of distinct hashes.
   *
   * @returns The estimate, not rounded.
   */
  estimate(): number {
    const histogram = new Float64Array(RANK_BITS + 2);
    for (const rank of this.#registers) histogram[rank]! += 1;
    const m = REGISTERS;
    let z = m * tau(1 - histogram[RANK_BITS + 1]! / m);
    for (let rank = RANK_BITS; rank >= 1; rank--) {
      z = 0.5 * (z + histogram[rank]!);
    }
    z += m * sigma(histogram[0]! / m);
    return ALPHA * m * m / z;
  }
}

/** sigma(x) = x + the sum over k >= 1 of x^(2^k) * 2^(k-1). */
function sigma(x: number): number {
  if (x === 1) return Infinity;
  let y = 1;
  let z = x;
  for (let before = -1; z !== before;) {
    x = x * x;
    before = z;
    z = z + x * y;
    y = y + y;
  }
  return z;
}

/** tau(x) = (1 - x - the sum of (1 - x^(2^-k))^2 * 2^-k) / 3. */
function tau(x: number): number {
  if (x === 0 || x === 1) return 0;
  let y = 1;
  let z = 1 - x;
  for (let before = -1; z !== before;) {
    x = Math.sqrt(x);
    before = z;
    y = 0.5 * y;
    z = z - (1 - x) * (1 - x) * y;
  }
  return z / 3;
}
