/**
 * Compressed bodies: each buffer begins with its size, then a Zstandard
 * frame.
 *
 * @module
 */

import { FastpathError } from "../errors.ts";
import { Zstd } from "../inflate/_zstd.ts";
import { RATIO_FREE_BYTES } from "../inflate/inflate.ts";
import { invalid, unsupported } from "./_fault.ts";
import type { FlatTable } from "./_flatbuffer.ts";

const LZ4 = 0;
const ZSTD = 1;

/** What may come out of all compressed bodies of an input together. */
export class Allowance {
  readonly #ratioMax: number;
  #in = 0;
  #out = 0;

  /** So many bytes may come out of one. */
  constructor(ratioMax: number) {
    this.#ratioMax = ratioMax;
  }

  /** Counts bytes that go in. */
  give(bytes: number): void {
    this.#in += bytes;
  }

  /**
   * Counts bytes that come out.
   *
   * @throws {FastpathError} `RATIO_EXCEEDED` if they are too many.
   */
  take(bytes: number): void {
    this.#out += bytes;
    const most = Math.max(RATIO_FREE_BYTES, this.#in * this.#ratioMax);
    if (this.#out <= most) return;
    throw new FastpathError(
      "RATIO_EXCEEDED",
      `Cannot read Arrow: its buffers inflate to more than ` +
        `${this.#ratioMax} times their size, allow it with the option ` +
        "ratioMax",
    );
  }
}

/** Inflates the buffers of one body. */
export class Inflater {
  readonly #allowance: Allowance;

  /** Reads how a body is compressed. */
  constructor(table: FlatTable, bodyBytes: number, allowance: Allowance) {
    const codec = table.byte(0, LZ4);
    if (codec !== ZSTD || table.byte(1, 0) !== 0) {
      const name = codec === LZ4 ? "LZ4" : `number ${codec}`;
      throw unsupported(
        table.position,
        `its buffers are compressed with ${name}, write them with Zstandard ` +
          "or without compression",
      );
    }
    this.#allowance = allowance;
    allowance.give(bodyBytes);
  }

  /** The bytes of a buffer. */
  inflate(
    bytes: Uint8Array<ArrayBuffer>,
    base: number,
  ): Uint8Array<ArrayBuffer> {
    if (bytes.length < 8) {
      throw invalid(base, "a compressed buffer is too short");
    }
    const view = new DataView(bytes.buffer, bytes.byteOffset, 8);
    const [low, high] = [view.getUint32(0, true), view.getInt32(4, true)];
    const packed = bytes.subarray(8);
    // A buffer that compression would enlarge stands as it is.
    if (high === -1 && low === 0xffffffff) return packed;
    const size = high * 2 ** 32 + low;
    if (size < 0) throw invalid(base, "the size of a buffer is negative");
    if (size === 0) return new Uint8Array(0);
    this.#allowance.take(size);
    return inflateZstd(packed, size, base);
  }
}

function inflateZstd(
  packed: Uint8Array<ArrayBuffer>,
  size: number,
  base: number,
): Uint8Array<ArrayBuffer> {
  const wrong = () =>
    invalid(base, "a compressed buffer is no Zstandard of its size");
  const plain = new Uint8Array(size);
  const zstd = new Zstd();
  let length = 0;
  try {
    for (const bytes of zstd.push(packed)) {
      // More than fits is a RangeError, as good as any other.
      plain.set(bytes, length);
      length += bytes.length;
    }
  } catch {
    throw wrong();
  }
  if (length !== size || !zstd.isBetween) throw wrong();
  return plain;
}
