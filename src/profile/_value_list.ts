/**
 * The values of a column one after the other: eight bytes each, and a byte
 * for the shape where a column has several.
 *
 * @module
 */

import {
  allocate,
  moved,
  movedSlowly,
  release,
  SMALL_BYTES,
} from "./_buffers.ts";
import type { Pace } from "../pace.ts";

const VALUES_START = 16_384;

/** A list that grows; f64 values, or i64 values in two halves. */
export class ValueList {
  /** Values in the list. */
  length = 0;
  /** The values as f64. */
  values: Float64Array<ArrayBuffer> = new Float64Array(VALUES_START);
  /** The same memory as words: lower half, upper half. */
  words: Uint32Array<ArrayBuffer> = new Uint32Array(this.values.buffer);
  /** The shapes' codes; null while all are 0. */
  codes: Uint8Array<ArrayBuffer> | null = null;

  /** Adds an f64. */
  push(value: number, code: number): void {
    if (this.length === this.values.length) this.#grow();
    if (code !== 0 || this.codes !== null) this.#pushCode(code);
    this.values[this.length++] = value;
  }

  /** Adds an i64; all have shape 0. */
  pushHalves(hi: number, lo: number): void {
    if (this.length === this.values.length) this.#grow();
    this.words[2 * this.length] = lo;
    this.words[2 * this.length + 1] = hi;
    this.length++;
  }

  #pushCode(code: number): void {
    this.codes ??= allocate(() => new Uint8Array(this.values.length));
    this.codes[this.length] = code;
  }

  #use(values: Float64Array<ArrayBuffer>): void {
    this.values = values;
    this.words = new Uint32Array(values.buffer);
  }

  #grow(): void {
    const size = 2 * this.length;
    const values = allocate(() => new Float64Array(size));
    this.#use(moved(this.values, values, this.length));
    if (this.codes === null) return;
    const codes = allocate(() => new Uint8Array(size));
    this.codes = moved(this.codes, codes, this.length);
  }

  /**
   * Makes room before a block where growing would take long, in slices.
   *
   * @param rows The most values that the block may add.
   * @param pace The clock.
   */
  async reserve(rows: number, pace: Pace): Promise<void> {
    const { length, values, codes } = this;
    if (values.byteLength < SMALL_BYTES || length + rows <= values.length) {
      return;
    }
    const size = 2 * values.length;
    const grown = allocate(() => new Float64Array(size));
    this.#use(await movedSlowly(values, grown, length, pace));
    if (codes === null) return;
    const grownCodes = allocate(() => new Uint8Array(size));
    this.codes = await movedSlowly(codes, grownCodes, length, pace);
  }

  /** Gives all memory back. */
  free(): void {
    this.length = 0;
    release(this.values);
    release(this.codes);
  }
}
