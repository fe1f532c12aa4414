/**
 * 64-bit integers as pairs of words, so that no loop makes a BigInt.
 *
 * @module
 */

const WORD = 2 ** 32;

/** The words of 64-bit integers, the lower one first. */
export function wordsOf(
  data: BigInt64Array<ArrayBuffer>,
): Int32Array<ArrayBuffer> {
  return new Int32Array(data.buffer, data.byteOffset, 2 * data.length);
}

/** Writes a whole number within ±2^53. */
export function setWhole(words: Int32Array, row: number, value: number): void {
  const high = Math.floor(value / WORD);
  words[2 * row] = value - high * WORD;
  words[2 * row + 1] = high;
}

/** Whole numbers within ±2^53 as 64-bit integers. */
export function int64Of(values: Float64Array): BigInt64Array<ArrayBuffer> {
  const result = new BigInt64Array(values.length);
  const words = wordsOf(result);
  for (let row = 0; row < values.length; row++) {
    setWhole(words, row, values[row]!);
  }
  return result;
}

/**
 * Seconds as microseconds; the product may need more than 53 bits.
 *
 * @param words Where to write.
 * @param row The row there.
 * @param second Whole seconds of the years 0001 to 9999.
 */
export function setMicrosOf(
  words: Int32Array,
  row: number,
  second: number,
): void {
  // 1e6 is 64 times 15625; what comes of the second factor is exact.
  const part = second * 15_625;
  const high = Math.floor(part / 67_108_864);
  words[2 * row] = (part - high * 67_108_864) * 64;
  words[2 * row + 1] = high;
}

/**
 * The whole seconds of a number of microseconds, rounded down; exact for all
 * of the years 0001 to 9999.
 *
 * @param low The lower word.
 * @param high The higher word, signed.
 */
export function secondsOf(low: number, high: number): number {
  return Math.floor((high * 67_108_864 + (low >>> 6)) / 15_625);
}
