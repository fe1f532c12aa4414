/**
 * Typed arrays over bytes: over the same memory where it is aligned, else
 * over a copy.
 *
 * @module
 */

/** As many 32-bit integers as asked for; the bytes hold them. */
export function int32s(
  bytes: Uint8Array<ArrayBuffer>,
  length: number,
): Int32Array<ArrayBuffer> {
  const at = aligned(bytes, length * 4, 4);
  return new Int32Array(at.buffer, at.byteOffset, length);
}

/** As many 64-bit integers as asked for; the bytes hold them. */
export function int64s(
  bytes: Uint8Array<ArrayBuffer>,
  length: number,
): BigInt64Array<ArrayBuffer> {
  const at = aligned(bytes, length * 8, 8);
  return new BigInt64Array(at.buffer, at.byteOffset, length);
}

/** As many floats as asked for; the bytes hold them. */
export function float64s(
  bytes: Uint8Array<ArrayBuffer>,
  length: number,
): Float64Array<ArrayBuffer> {
  const at = aligned(bytes, length * 8, 8);
  return new Float64Array(at.buffer, at.byteOffset, length);
}

/** As many small integers as asked for, whose bytes need no more room. */
export function smallInts(
  bytes: Uint8Array<ArrayBuffer>,
  length: number,
  width: number,
  signed: boolean,
): ArrayLike<number> {
  if (width === 8) {
    return signed
      ? new Int8Array(bytes.buffer, bytes.byteOffset, length)
      : bytes.subarray(0, length);
  }
  const { buffer, byteOffset } = aligned(bytes, length * width / 8, width / 8);
  if (width === 16) {
    return signed
      ? new Int16Array(buffer, byteOffset, length)
      : new Uint16Array(buffer, byteOffset, length);
  }
  return signed
    ? new Int32Array(buffer, byteOffset, length)
    : new Uint32Array(buffer, byteOffset, length);
}

/** As many 32-bit floats as asked for; the bytes hold them. */
export function float32s(
  bytes: Uint8Array<ArrayBuffer>,
  length: number,
): Float32Array<ArrayBuffer> {
  const at = aligned(bytes, length * 4, 4);
  return new Float32Array(at.buffer, at.byteOffset, length);
}

/** The bytes themselves where they stand at a multiple of `size`. */
function aligned(
  bytes: Uint8Array<ArrayBuffer>,
  length: number,
  size: number,
): Uint8Array<ArrayBuffer> {
  return bytes.byteOffset % size === 0 ? bytes : bytes.slice(0, length);
}
