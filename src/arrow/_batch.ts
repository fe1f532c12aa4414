/**
 * A batch under way: its lengths and buffers in the order in which the
 * schema's columns take them.
 *
 * Source: Arrow columnar format 1.5, "RecordBatch message".
 *
 * @module
 */

import { bitmapBytes } from "../table/_bitmap.ts";
import { invalid, unsupported } from "./_fault.ts";
import { type Allowance, Inflater } from "./_inflate.ts";
import type { FlatTable, FlatVector } from "./_flatbuffer.ts";
import type { ArrowField } from "./_message.ts";
import { footprintOf } from "./_types.ts";

/** The most rows of a batch: 32-bit offsets and codes count them. */
export const ROWS_MAX: number = 2 ** 31 - 2;

/** A part of a body. */
export interface Part {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Where it begins in the input; of the whole body, if it was inflated. */
  readonly base: number;
}

/** Length and nulls of a column, or of a part of one. */
export interface Node {
  readonly length: number;
  readonly nulls: number;
}

/** The batch of a message. */
export class Batch {
  /** How many rows it has. */
  readonly length: number;
  /** Where its body begins in the input. */
  readonly base: number;
  readonly #table: FlatTable;
  readonly #body: Uint8Array<ArrayBuffer>;
  readonly #version: number;
  readonly #nodes: FlatVector;
  readonly #buffers: FlatVector;
  readonly #variadic: FlatVector;
  readonly #inflater: Inflater | null;
  #node = 0;
  #buffer = 0;
  #count = 0;

  /** Looks at the metadata of a batch; `allowance` bounds its inflated size. */
  constructor(
    table: FlatTable,
    frame: {
      body: Uint8Array<ArrayBuffer>;
      bodyBase: number;
      version: number;
      allowance: Allowance;
    },
  ) {
    const length = table.int64(0, 0);
    if (length < 0 || length > ROWS_MAX) {
      throw invalid(table.position, `a batch has ${length} rows`);
    }
    this.length = length;
    this.base = frame.bodyBase;
    this.#table = table;
    this.#body = frame.body;
    this.#version = frame.version;
    this.#nodes = table.vector(1, 16);
    this.#buffers = table.vector(2, 16);
    this.#variadic = table.vector(4, 8);
    const compression = table.table(3);
    this.#inflater = compression === null
      ? null
      : new Inflater(compression, frame.body.length, frame.allowance);
  }

  /** Whether its buffers are compressed. */
  get isCompressed(): boolean {
    return this.#inflater !== null;
  }

  /** The next length; that of a column is the batch's. */
  node(isColumn: boolean): Node {
    const { at, length: count } = this.#nodes;
    if (this.#node >= count) throw this.#broken("too few lengths of columns");
    const start = at + 16 * this.#node++;
    const length = this.#table.flat.int64(start);
    const nulls = this.#table.flat.int64(start + 8);
    const isWrong = length < 0 || length > ROWS_MAX || nulls < 0 ||
      nulls > length || (isColumn && length !== this.length);
    if (isWrong) {
      throw this.#broken(`a column of ${length} rows, ${nulls} of them null`);
    }
    return { length, nulls };
  }

  /** The next buffer, inflated where it is compressed. */
  part(): Part {
    const { at, length: count } = this.#buffers;
    if (this.#buffer >= count) throw this.#broken("too few buffers");
    const start = at + 16 * this.#buffer++;
    const from = this.#table.flat.int64(start);
    const size = this.#table.flat.int64(start + 8);
    if (from < 0 || size < 0 || from + size > this.#body.length) {
      throw this.#broken(`a buffer of ${size} bytes that leaves its body`);
    }
    const base = this.base + from;
    const bytes = this.#body.subarray(from, from + size);
    if (this.#inflater === null || size === 0) return { bytes, base };
    return { bytes: this.#inflater.inflate(bytes, base), base };
  }

  /** A buffer that must hold so many bytes. */
  partOf(size: number): Part {
    const part = this.part();
    if (part.bytes.length >= size) return part;
    throw invalid(
      part.base,
      `a buffer has ${part.bytes.length} bytes, its column needs ${size}`,
    );
  }

  /** The buffer of nulls: a bit a row, or undefined where none is null. */
  validity({ length, nulls }: Node): Uint8Array<ArrayBuffer> | undefined {
    const size = bitmapBytes(length);
    if (nulls > 0) return this.partOf(size).bytes.subarray(0, size);
    this.#buffer++;
    return undefined;
  }

  /** How many further buffers a column of views has. */
  variadic(): number {
    const { at, length } = this.#variadic;
    if (this.#count >= length) throw this.#broken("too few numbers of buffers");
    const count = this.#table.flat.int64(at + 8 * this.#count++);
    if (count >= 0 && count <= this.#buffers.length) return count;
    throw this.#broken(`a column of ${count} buffers`);
  }

  /** Passes over a column and all that stands in it. */
  skip(field: ArrowField): void {
    this.#node++;
    if (field.dictionary !== null) {
      this.#buffer += 2;
      return;
    }
    const footprint = footprintOf(field.type, this.#version);
    if (footprint === null) {
      throw unsupported(
        field.position,
        `column "${field.name}" has an unknown type, what follows it cannot ` +
          "be found",
      );
    }
    this.#buffer += footprint.buffers;
    if (footprint.isVariadic) this.#buffer += this.variadic();
    for (const child of field.children) this.skip(child);
  }

  #broken(what: string): Error {
    return invalid(this.#table.position, `a batch has ${what}`);
  }
}
