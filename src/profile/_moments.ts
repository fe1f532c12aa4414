/**
 * Mean and standard deviation, in an order of operations that every engine
 * keeps: compensated sums (Neumaier) within a block, blocks merged as Chan,
 * Golub and LeVeque do.
 *
 * @module
 */

/** A compensated sum of f64. */
export class Sum {
  #sum = 0;
  #rest = 0;

  /** Adds a number. */
  add(x: number): void {
    const total = this.#sum + x;
    if (Math.abs(this.#sum) >= Math.abs(x)) {
      this.#rest += (this.#sum - total) + x;
    } else this.#rest += (x - total) + this.#sum;
    this.#sum = total;
  }

  /** The sum so far. */
  get value(): number {
    return this.#sum + this.#rest;
  }
}

/** Up to here sums of two f64 integers are exact. */
const EXACT_MAX = 2 ** 52;

/** Up to here an f64 holds every integer. */
const EXACT_SUM = 2n ** 53n;

/** An exact sum of integers. */
export class IntegerSum {
  #small = 0;
  #large = 0n;

  /** Adds an integer that an f64 holds exactly, `count` times. */
  add(value: number, count: number): void {
    const product = value * count;
    if (Math.abs(product) > EXACT_MAX) {
      this.#large += BigInt(value) * BigInt(count);
      return;
    }
    this.#small += product;
    if (Math.abs(this.#small) > EXACT_MAX) this.#flush();
  }

  /** Adds an integer of 64 bits, `count` times. */
  addBig(value: bigint, count: number): void {
    this.#large += value * BigInt(count);
  }

  #flush(): void {
    this.#large += BigInt(this.#small);
    this.#small = 0;
  }

  /** The sum so far. */
  get value(): bigint {
    return this.#large + BigInt(this.#small);
  }

  /** The sum divided once by a number of values: correctly rounded. */
  mean(count: number): number {
    return dividedOnce(this.value, count);
  }
}

/**
 * A quotient of integers, rounded once to the nearest f64. Both are exact in
 * f64 up to 2^53; beyond, 64 bits behind the point and a sticky bit decide
 * the rounding (the twin of `divided_once` in the native engine).
 *
 * @param sum The dividend.
 * @param count The divisor, at least 1.
 * @returns The quotient.
 */
export function dividedOnce(sum: bigint, count: number): number {
  const isExact = sum >= -EXACT_SUM && sum <= EXACT_SUM;
  if (isExact) return Number(sum) / count;
  const scaled = (sum < 0n ? -sum : sum) << 64n;
  const divisor = BigInt(count);
  const sticky = scaled % divisor === 0n ? 0n : 1n;
  const quotient = Number(scaled / divisor | sticky) * 2 ** -64;
  return sum < 0n ? -quotient : quotient;
}

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
