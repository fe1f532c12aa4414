/**
 * The builder of columns of texts: bytes and offsets, then a dictionary
 * where few texts are distinct. No strings are made.
 *
 * @module
 */

import { FastpathError } from "../errors.ts";
import { DictionaryEncoder } from "../table/_dictionary.ts";
import { Column } from "../table/column.ts";
import {
  type FieldBlock,
  IN_EXTRA,
  KIND_MASK,
  KIND_NULL,
  LENGTH_SHIFT,
  type SpanColumn,
} from "../values/block.ts";
import { ALL_FIT, ColumnBuilder, trimmed } from "./_builder.ts";

/** The most bytes that 32-bit offsets can address. */
const TEXT_BYTES_MAX = 2 ** 31 - 1;
/** Up to here a loop copies faster than a call of `set` on a view. */
const SHORT_BYTES = 48;
/** Rows of dictionary work in one step: a few milliseconds. */
const ENCODE_ROWS = 131_072;

/** Builds a utf8 column. */
export class TextBuilder extends ColumnBuilder {
  readonly #name: string;
  /** Whether an absent text is the empty text. */
  readonly #emptyIsText: boolean;
  readonly #isPlain: boolean;
  #bytes = new Uint8Array(0);
  #length = 0;
  #offsets = new Int32Array(1);
  #encoder: DictionaryEncoder | undefined;

  /**
   * A column of a name, which an error of size needs; with `isPlain` it never
   * becomes a dictionary.
   */
  constructor(name: string, emptyIsText: boolean, isPlain = false) {
    super();
    this.#isPlain = isPlain;
    this.#name = name;
    this.#emptyIsText = emptyIsText;
  }

  override append(
    block: FieldBlock,
    spans: SpanColumn,
    from: number,
    to: number,
  ): number {
    this.reserve(to - from);
    const { start, meta } = spans;
    const offsets = this.#offsets;
    const emptyIsText = this.#emptyIsText;
    let out = this.#bytes;
    let length = this.#length;
    let at = this.rows;
    for (let row = from; row < to; row++, at++) {
      const field = meta[row]!;
      if ((field & KIND_MASK) === KIND_NULL) {
        if (!emptyIsText) this.setNull(at);
        offsets[at + 1] = length;
        continue;
      }
      const bytes = (field & IN_EXTRA) === 0 ? block.bytes : block.extra;
      const first = start[row]!;
      const size = field >>> LENGTH_SHIFT;
      if (length + size > out.length) {
        out = this.#growBytes(length, size, at);
      }
      if (size <= SHORT_BYTES) {
        const last = first + size;
        for (let index = first; index < last; index++) {
          out[length++] = bytes[index]!;
        }
      } else {
        out.set(bytes.subarray(first, first + size), length);
        length += size;
      }
      offsets[at + 1] = length;
    }
    this.#length = length;
    this.rows = at;
    return ALL_FIT;
  }

  override truncate(rows: number): void {
    super.truncate(rows);
    this.#length = this.#offsets[this.rows]!;
  }

  override prepare(): boolean {
    if (this.#isPlain) return true;
    this.#encoder ??= new DictionaryEncoder({
      rows: this.rows,
      nulls: this.nulls,
      data: this.#bytes,
      offsets: this.#offsets,
      validity: this.nulls === 0 ? undefined : this.validity,
    });
    return this.#encoder.step(ENCODE_ROWS);
  }

  override finish(): Column {
    while (!this.prepare());
    const encoded = this.#encoder?.finish() ?? null;
    const validity = this.takeValidity();
    const length = this.rows;
    if (encoded !== null) {
      const { codes: data, dictionary } = encoded;
      return new Column({ type: "utf8", length, data, validity, dictionary });
    }
    const data = trimmed(this.#bytes, this.#length);
    const offsets = trimmed(this.#offsets, length + 1);
    return new Column({ type: "utf8", length, data, validity, offsets });
  }

  protected override resize(capacity: number): void {
    const offsets = new Int32Array(capacity + 1);
    offsets.set(this.#offsets);
    this.#offsets = offsets;
  }

  #growBytes(
    length: number,
    size: number,
    rows: number,
  ): Uint8Array<ArrayBuffer> {
    const needed = length + size;
    if (needed > TEXT_BYTES_MAX) {
      throw new FastpathError(
        "OUT_OF_MEMORY",
        `Cannot hold column "${this.#name}": its texts exceed 2 GiB, read ` +
          "the input in batches",
      );
    }
    // As much as the expected rows will take if they go on like this.
    const average = needed / (rows + 1);
    const expected = rows < 1024 ? 0 : average * this.capacity * 1.05;
    const wanted = Math.max(needed, 4096, this.#bytes.length * 2, expected);
    const bytes = new Uint8Array(Math.min(TEXT_BYTES_MAX, Math.ceil(wanted)));
    bytes.set(this.#bytes.subarray(0, length));
    this.#bytes = bytes;
    return bytes;
  }
}
