/**
 * Columns of a table to the buffers of a body: the same memory, unless a
 * slice needs its bits or offsets moved.
 *
 * @module
 */

import { bitAt, bitmapBytes } from "../table/_bitmap.ts";
import type { Column, Dictionary } from "../table/column.ts";
import type { Layout } from "./_schema_writer.ts";
import { wordsOfUnits } from "./_units.ts";

type Bytes = Uint8Array<ArrayBuffer>;

/** Buffers begin at multiples of this. */
const ALIGNMENT = 8;
const PADDING: Bytes = new Uint8Array(ALIGNMENT);
const NOTHING: Bytes = new Uint8Array(0);

/** The bytes that fill up to the next multiple of eight. */
export function paddingOf(length: number): Bytes {
  return PADDING.subarray(0, -length & (ALIGNMENT - 1));
}

/** A body under construction. */
export class Body {
  readonly #rows: number;
  readonly #nodes: number[] = [];
  readonly #buffers: number[] = [];
  #length = 0;
  /** The buffers and their padding, in order. */
  readonly parts: Bytes[] = [];

  /** A body of so many rows. */
  constructor(rows: number) {
    this.#rows = rows;
  }

  /** Lengths and offsets of what was added. */
  get layout(): Layout {
    return {
      rows: this.#rows,
      nodes: this.#nodes,
      buffers: this.#buffers,
      bodyLength: this.#length,
    };
  }

  /** Adds a column whose values stand for themselves. */
  column(column: Column): void {
    const { type, length, data } = column;
    this.#begin(column);
    if (type === "utf8") {
      this.#texts(data as Bytes, column.offsets!, length);
    } else if (type === "list") this.#lists(column);
    else if (type === "bool") this.#bits(data as Bytes, length);
    else if (type === "decimal") {
      const words = wordsOfUnits(data as BigInt64Array, length);
      this.#add(bytesOf(words, words.length));
    } else this.#add(bytesOf(data as Int32Array<ArrayBuffer>, length));
  }

  /** Adds a column of codes; `map` gives the code to write for a code. */
  codes(column: Column, map: Int32Array | null): void {
    const { length, validity } = column;
    const from = column.data as Int32Array<ArrayBuffer>;
    const size = map?.length ?? column.dictionary!.length;
    this.#begin(column);
    if (map === null && allWithin(from, length, size)) {
      return this.#add(bytesOf(from, length));
    }
    const codes = new Int32Array(length);
    for (let row = 0; row < length; row++) {
      if (validity !== undefined && !bitAt(validity, row)) continue;
      codes[row] = map === null ? from[row]! : map[from[row]!]!;
    }
    this.#add(bytesOf(codes, length));
  }

  /** Adds the texts of a dictionary. */
  dictionary({ data, offsets, length }: Dictionary): void {
    this.#nodes.push(length, 0);
    this.#add(NOTHING);
    this.#texts(data, offsets, length);
  }

  #begin({ length, nullCount, validity }: Column): void {
    this.#nodes.push(length, nullCount);
    if (nullCount === 0) this.#add(NOTHING);
    else this.#bits(validity!, length);
  }

  /** Bits beyond the last row are zero, whatever the memory holds. */
  #bits(bits: Bytes, length: number): void {
    const size = bitmapBytes(length);
    const rest = length & 7;
    const last = bits[size - 1] ?? 0;
    if (rest === 0 || last >>> rest === 0) {
      return this.#add(bits.subarray(0, size));
    }
    const own = bits.slice(0, size);
    own[size - 1] = last & ((1 << rest) - 1);
    this.#add(own);
  }

  #texts(data: Bytes, offsets: Int32Array<ArrayBuffer>, length: number): void {
    const first = offsets[0]!;
    let own = offsets;
    if (first !== 0) {
      own = new Int32Array(length + 1);
      for (let row = 0; row <= length; row++) own[row] = offsets[row]! - first;
    }
    this.#add(bytesOf(own, length + 1));
    this.#add(data.subarray(first, offsets[length]!));
  }

  /** Offsets from 0 on, and the items between them. */
  #lists({ offsets, items, length }: Column): void {
    const own = offsets!;
    const first = own[0]!;
    const moved = first === 0 ? own : own.map((offset) => offset - first);
    this.#add(bytesOf(moved, length + 1));
    this.column(items!.slice(first, own[length]!));
  }

  #add(bytes: Bytes): void {
    this.#buffers.push(this.#length, bytes.length);
    if (bytes.length === 0) return;
    const padding = paddingOf(bytes.length);
    this.parts.push(bytes, padding);
    this.#length += bytes.length + padding.length;
  }
}

/** Whether every code, those of nulls too, is one of the dictionary. */
function allWithin(codes: Int32Array, length: number, size: number): boolean {
  for (let row = 0; row < length; row++) {
    if (codes[row]! >>> 0 >= size) return false;
  }
  return true;
}

/** The bytes of the first `length` numbers. */
function bytesOf(
  { buffer, byteOffset, BYTES_PER_ELEMENT }:
    | Int32Array<ArrayBuffer>
    | Float64Array<ArrayBuffer>
    | BigInt64Array<ArrayBuffer>,
  length: number,
): Bytes {
  return new Uint8Array(buffer, byteOffset, length * BYTES_PER_ELEMENT);
}
