/**
 * The hash of the sketches: two 32-bit lanes with a fixed seed, the same in
 * both engines. (A 64-bit mix would need BigInt, ten times slower here.)
 *
 * @module
 */

const SEED_A = 0x9E3779B9 | 0;
const SEED_B = 0x85EBCA6B | 0;

/** The last hash's lanes, as signed 32-bit integers; reused for speed. */
export const lanes: { a: number; b: number } = { a: 0, b: 0 };

/** Murmur3's 32-bit finalizer. */
export function fmix(x: number): number {
  x ^= x >>> 16;
  x = Math.imul(x, 0x85EBCA6B);
  x ^= x >>> 13;
  x = Math.imul(x, 0xC2B2AE35);
  return x ^ (x >>> 16);
}

function stepA(a: number, word: number): number {
  const x = a ^ Math.imul(word, 0xCC9E2D51);
  return Math.imul((x << 13) | (x >>> 19), 5) + 0xE6546B64 | 0;
}

function stepB(b: number, word: number): number {
  const x = b ^ Math.imul(word, 0x1B873593);
  return Math.imul((x << 15) | (x >>> 17), 9) + 0x561CCD1B | 0;
}

function finish(a: number, b: number, length: number): void {
  a ^= length;
  b ^= length;
  a = a + b | 0;
  b = b + a | 0;
  a = fmix(a);
  b = fmix(b);
  a = a + b | 0;
  lanes.a = a;
  lanes.b = b + a | 0;
}

/**
 * Hashes a text into {@linkcode lanes}.
 *
 * @param view View of the buffer that holds the text.
 * @param start Offset of the text in the view.
 * @param length Bytes of the text.
 */
export function hashText(view: DataView, start: number, length: number): void {
  let a = SEED_A;
  let b = SEED_B;
  const end = start + length;
  let at = start;
  for (; at + 4 <= end; at += 4) {
    const word = view.getInt32(at, true);
    a = stepA(a, word);
    b = stepB(b, word);
  }
  if (at < end) {
    let word = view.getUint8(at);
    if (at + 1 < end) word |= view.getUint8(at + 1) << 8;
    if (at + 2 < end) word |= view.getUint8(at + 2) << 16;
    a = stepA(a, word);
    b = stepB(b, word);
  }
  finish(a, b, length);
}

const number = new Float64Array(1);
const words = new Int32Array(number.buffer);

/**
 * Hashes a number into {@linkcode lanes} by its value: -0 as +0, every NaN
 * as one.
 *
 * @param value The number.
 */
export function hashNumber(value: number): void {
  number[0] = value === 0 ? 0 : value;
  let low = words[0]!;
  let high = words[1]!;
  if (value !== value) {
    low = 0;
    high = 0x7FF80000;
  }
  const a = stepA(stepA(SEED_A, low), high);
  const b = stepB(stepB(SEED_B, low), high);
  finish(a, b, 8);
}
