/**
 * Bitmaps in Arrow's form: one bit a row, least significant bit first.
 *
 * @module
 */

/** Bytes that hold `bits` bits. */
export function bitmapBytes(bits: number): number {
  return (bits + 7) >>> 3;
}

/** Whether the bit of a row is set. */
export function bitAt(bitmap: Uint8Array, row: number): boolean {
  return (bitmap[row >>> 3]! & (1 << (row & 7))) !== 0;
}

/** How many of the first `bits` bits are set. */
export function countBits(bitmap: Uint8Array, bits: number): number {
  let count = 0;
  const whole = bits >>> 3;
  for (let index = 0; index < whole; index++) {
    count += onesIn(bitmap[index]!);
  }
  const rest = bits & 7;
  if (rest > 0) count += onesIn(bitmap[whole]! & ((1 << rest) - 1));
  return count;
}

function onesIn(byte: number): number {
  let ones = byte - ((byte >>> 1) & 0x55);
  ones = (ones & 0x33) + ((ones >>> 2) & 0x33);
  return (ones + (ones >>> 4)) & 0x0f;
}

/** The bits `from` to `to` (exclusive), moved to the front of a bitmap. */
export function sliceBits(
  bitmap: Uint8Array<ArrayBuffer>,
  from: number,
  to: number,
): Uint8Array<ArrayBuffer> {
  const bytes = bitmapBytes(to - from);
  const first = from >>> 3;
  const shift = from & 7;
  if (shift === 0) return bitmap.subarray(first, first + bytes);
  const out = new Uint8Array(bytes);
  for (let index = 0; index < bytes; index++) {
    const low = bitmap[first + index]! >>> shift;
    const high = (bitmap[first + index + 1] ?? 0) << (8 - shift);
    out[index] = low | high;
  }
  return out;
}

/** Copies `bits` bits of `from` into `to`, which holds zeros, at `at`. */
export function appendBits(
  to: Uint8Array,
  at: number,
  from: Uint8Array,
  bits: number,
): void {
  const shift = at & 7;
  const bytes = bitmapBytes(bits);
  let target = at >>> 3;
  for (let index = 0; index < bytes; index++, target++) {
    const left = bits - index * 8;
    const mask = left >= 8 ? 0xff : (1 << left) - 1;
    const byte = from[index]! & mask;
    to[target]! |= byte << shift;
    if (shift > 0 && byte >>> (8 - shift) !== 0) {
      to[target + 1]! |= byte >>> (8 - shift);
    }
  }
}

/** Sets the bits `at` to `at + bits` of a bitmap that holds zeros there. */
export function setBits(to: Uint8Array, at: number, bits: number): void {
  for (let bit = at; bit < at + bits; bit++) {
    if ((bit & 7) === 0 && bit + 8 <= at + bits) {
      to[bit >>> 3] = 0xff;
      bit += 7;
    } else to[bit >>> 3]! |= 1 << (bit & 7);
  }
}
