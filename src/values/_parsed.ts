/**
 * Where the classification of a text leaves its results, and the exact
 * arithmetic on two 32-bit halves that fills it without a BigInt.
 *
 * @module
 */

/** The values of the text that was classified last. */
export interface Parsed {
  /**
   * The number as f64: integers (rounded beyond ±2^53), floats, 0 or 1 for a
   * bool, days of a date, microseconds of a timestamp (rounded beyond ±2^53).
   */
  number: number;
  /** Upper half of an integer or of microseconds, signed. */
  hi: number;
  /** Lower half of an integer or of microseconds, 0 to 2^32 - 1. */
  lo: number;
  /** An integer beyond ±2^53. */
  big: boolean;
  /** How the text was written; ask `shapeOf` for the final word. */
  shape: number;
}

/**
 * The one result object; overwritten by each classification. `hi` and `lo`
 * are set for integers and timestamps. (Floats at first, so that the engine
 * stores numbers in place from the start.)
 */
export const parsed: Parsed = {
  number: 0.5,
  hi: 0.5,
  lo: 0.5,
  big: false,
  shape: 0,
};
parsed.number = parsed.hi = parsed.lo = 0;

/**
 * The value of up to ten ASCII digits.
 *
 * @param bytes The bytes.
 * @param start The first digit.
 * @param end Behind the last digit.
 * @returns The value.
 */
export function joinDigits(
  bytes: Uint8Array,
  start: number,
  end: number,
): number {
  let value = 0;
  const short = Math.min(end, start + 9);
  for (let at = start; at < short; at++) {
    value = (Math.imul(value, 10) + bytes[at]! - 48) | 0;
  }
  return short < end ? value * 10 + bytes[short]! - 48 : value;
}

/**
 * The last nine digits of a number, from its value modulo 2^32 and its other
 * digits; so they need not be read again.
 *
 * @param wrapped The number modulo 2^32.
 * @param high The digits before the last nine.
 * @returns 0 to 999,999,999.
 */
export function lastNine(wrapped: number, high: number): number {
  return (wrapped - Math.imul(high, 1e9)) >>> 0;
}

/**
 * Sets `hi`, `lo`, `number` and `big` to `±(high * 1e9 + low)`.
 *
 * @param high Up to ten digits.
 * @param low Nine digits.
 * @param negative The sign.
 * @returns False if the integer needs more than 64 bits.
 */
export function setMagnitude(
  high: number,
  low: number,
  negative: boolean,
): boolean {
  // high * 1e9 in parts of 16 bits, so that every product stays below 2^53.
  const top = Math.floor(high / 65536) * 1e9;
  const topHigh = Math.floor(top / 65536);
  const rest = (top - topHigh * 65536) * 65536 +
    (high % 65536) * 1e9 + low;
  const restHigh = Math.floor(rest / 4294967296);
  let hi = topHigh + restHigh;
  let lo = rest - restHigh * 4294967296;
  if (hi >= 2147483648 && !(negative && hi === 2147483648 && lo === 0)) {
    return false;
  }
  parsed.big = hi > 0x200000 || (hi === 0x200000 && lo > 0);
  const magnitude = hi * 4294967296 + lo;
  if (negative) {
    hi = lo === 0 ? -hi : -hi - 1;
    lo = lo === 0 ? 0 : 4294967296 - lo;
  }
  parsed.number = negative ? -magnitude : magnitude;
  parsed.hi = hi;
  parsed.lo = lo;
  return true;
}

/**
 * Sets `hi`, `lo` and `number` to `seconds * 1e6 + micros`.
 *
 * @param seconds Whole seconds, below 2^38 in magnitude.
 * @param micros Microseconds on top, 0 to 999,999.
 */
export function setMicros(seconds: number, micros: number): void {
  const top = Math.floor(seconds / 65536);
  const bottom = seconds - top * 65536;
  const product = top * 1e6;
  const productHigh = Math.floor(product / 65536);
  const rest = (product - productHigh * 65536) * 65536 + bottom * 1e6 + micros;
  const restHigh = Math.floor(rest / 4294967296);
  const hi = productHigh + restHigh;
  const lo = rest - restHigh * 4294967296;
  parsed.hi = hi;
  parsed.lo = lo;
  parsed.number = hi * 4294967296 + lo;
}
