/**
 * Reads FlatBuffers, the form of Arrow's metadata: tables whose fields are
 * found through a list of offsets. Nothing in the bytes is trusted: every
 * offset is checked, and what is read in all is bounded by the bytes there
 * are, however often they point at each other.
 *
 * Source: the FlatBuffers specification ("Internals").
 *
 * @module
 */

import { invalid } from "./_fault.ts";

const DECODER = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Bytes in the form of FlatBuffers. */
export class FlatBuffer {
  /** The bytes. */
  readonly view: DataView<ArrayBuffer>;
  /** Where they begin in the input. */
  readonly base: number;
  /** Bytes that may still be read; shared parts count each time. */
  #budget: number;

  /** Looks at bytes that begin at `base` in the input. */
  constructor(bytes: Uint8Array<ArrayBuffer>, base: number) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    this.base = base;
    this.#budget = 16 * bytes.length;
  }

  /** The table that the whole is. */
  root(): FlatTable {
    return new FlatTable(this, this.target(0));
  }

  /** Refuses a range that leaves the bytes. */
  need(at: number, size: number): void {
    if (at >= 0 && at + size <= this.view.byteLength) return;
    throw invalid(this.base, "an offset of its metadata leaves the metadata");
  }

  /** Counts work; bytes that point at the same bytes over and over end here. */
  spend(size: number): void {
    this.#budget -= size;
    if (this.#budget >= 0) return;
    throw invalid(this.base, "its metadata refers to the same bytes too often");
  }

  /** Where the offset at a position points to, which is behind it. */
  target(at: number): number {
    this.need(at, 4);
    const offset = this.view.getUint32(at, true);
    if (offset < 4) {
      throw invalid(this.base + at, "an offset of its metadata is too small");
    }
    return at + offset;
  }

  /** A 64-bit integer that a number holds exactly. */
  int64(at: number): number {
    this.need(at, 8);
    const high = this.view.getInt32(at + 4, true);
    if (high < -0x200000 || high >= 0x200000) {
      throw invalid(this.base + at, "a length of its metadata is beyond 2^53");
    }
    return high * 2 ** 32 + this.view.getUint32(at, true);
  }

  /** The text at a position. */
  text(at: number): string {
    this.need(at, 4);
    const length = this.view.getUint32(at, true);
    this.need(at + 4, length);
    this.spend(length);
    const { buffer, byteOffset } = this.view;
    try {
      return DECODER.decode(
        new Uint8Array(buffer, byteOffset + at + 4, length),
      );
    } catch {
      throw invalid(this.base + at, "a text of its metadata is not UTF-8");
    }
  }
}

/** A vector: where its first element is, and how many there are. */
export interface FlatVector {
  readonly at: number;
  readonly length: number;
}

/** One table; fields are named by their number. */
export class FlatTable {
  /** The bytes that the table is in. */
  readonly flat: FlatBuffer;
  readonly #at: number;
  readonly #fields: number;
  readonly #fieldsEnd: number;

  /** The table at a position. */
  constructor(flat: FlatBuffer, at: number) {
    flat.need(at, 4);
    flat.spend(8);
    const fields = at - flat.view.getInt32(at, true);
    flat.need(fields, 4);
    const size = flat.view.getUint16(fields, true);
    flat.need(fields, size);
    this.flat = flat;
    this.#at = at;
    this.#fields = fields;
    this.#fieldsEnd = fields + size;
  }

  /** Where the table begins in the input. */
  get position(): number {
    return this.flat.base + this.#at;
  }

  /** Where a field's value is, or -1 where it has none. */
  #field(number: number, size: number): number {
    const entry = this.#fields + 4 + 2 * number;
    if (entry + 2 > this.#fieldsEnd) return -1;
    const offset = this.flat.view.getUint16(entry, true);
    if (offset === 0) return -1;
    this.flat.need(this.#at + offset, size);
    return this.#at + offset;
  }

  /** A byte. */
  byte(number: number, fallback: number): number {
    const at = this.#field(number, 1);
    return at < 0 ? fallback : this.flat.view.getUint8(at);
  }

  /** A 16-bit integer. */
  int16(number: number, fallback: number): number {
    const at = this.#field(number, 2);
    return at < 0 ? fallback : this.flat.view.getInt16(at, true);
  }

  /** A 32-bit integer. */
  int32(number: number, fallback: number): number {
    const at = this.#field(number, 4);
    return at < 0 ? fallback : this.flat.view.getInt32(at, true);
  }

  /** A 64-bit integer. */
  int64(number: number, fallback: number): number {
    const at = this.#field(number, 8);
    return at < 0 ? fallback : this.flat.int64(at);
  }

  /** A text, or null. */
  text(number: number): string | null {
    const at = this.#field(number, 4);
    return at < 0 ? null : this.flat.text(this.flat.target(at));
  }

  /** A table, or null. */
  table(number: number): FlatTable | null {
    const at = this.#field(number, 4);
    return at < 0 ? null : new FlatTable(this.flat, this.flat.target(at));
  }

  /** A vector of elements of a size; absent is empty. */
  vector(number: number, elementSize: number): FlatVector {
    const at = this.#field(number, 4);
    if (at < 0) return { at: 0, length: 0 };
    const start = this.flat.target(at);
    this.flat.need(start, 4);
    const length = this.flat.view.getUint32(start, true);
    this.flat.need(start + 4, length * elementSize);
    this.flat.spend(length * elementSize);
    return { at: start + 4, length };
  }

  /** A vector of tables. */
  *tables(number: number): Generator<FlatTable, void, undefined> {
    const { at, length } = this.vector(number, 4);
    for (let index = 0; index < length; index++) {
      yield new FlatTable(this.flat, this.flat.target(at + 4 * index));
    }
  }
}
