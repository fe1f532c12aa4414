/**
 * Sums that lose nothing on the way: compensated sums of f64 and exact sums
 * of integers, in an order of operations that both engines keep.
 *
 * @module
 */

/** A compensated sum of f64 (Neumaier 1974). */
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
