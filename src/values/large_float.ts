/**
 * Integers beyond 2^53 that are written as ECMAScript prints an f64: what a
 * writer of floats makes of large whole numbers.
 *
 * @module
 */

const MINUS = 45;
/** Digits of 2^53, and of the largest number that prints no exponent. */
const DIGITS_MIN = 16;
const DIGITS_MAX = 21;

/**
 * The value of an integer of 16 to 21 digits, if its text is the one that the
 * value prints as. Reading such a text rounds nothing that was there.
 *
 * @param bytes The bytes that hold the text.
 * @param start Where the text begins.
 * @param end Where it ends, exclusive.
 * @returns The value, or NaN for any other text.
 */
export function largeFloat(
  bytes: Uint8Array,
  start: number,
  end: number,
): number {
  const first = bytes[start] === MINUS ? start + 1 : start;
  const digits = end - first;
  if (digits < DIGITS_MIN || digits > DIGITS_MAX) return NaN;
  for (let at = first; at < end; at++) {
    const digit = bytes[at]! - 48;
    if (digit < 0 || digit > 9) return NaN;
  }
  const text = String.fromCharCode(...bytes.subarray(start, end));
  const value = Number(text);
  return String(value) === text ? value : NaN;
}
