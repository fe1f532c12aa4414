/**
 * Scans a JSON array of records as the lines that it becomes. The twin of
 * `ffi/kernels/src/json/array_scanner.rs`.
 *
 * @module
 */

import type { Fault } from "../errors.ts";
import {
  type Cursor,
  FAULT,
  type FieldBlock,
  HUNGRY,
  READY,
  type Scan,
  type Scanner,
} from "../values/block.ts";
import { ArrayLines } from "./_array_lines.ts";

/** Bytes that are made lines at once. */
const PIECE_BYTES = 1 << 20;
const PIECE_BYTES_MIN = 1 << 12;

/**
 * A scanner of lines over an array. A fault of the array comes behind those
 * of the records before it: the text ends there.
 */
export class ArrayScanner implements Scanner {
  readonly #inner: Scanner;
  readonly #lines = new ArrayLines();
  readonly #text: Cursor = { bytes: new Uint8Array(0), position: 0 };
  /** One buffer for all: a new one a piece waits long for its collection. */
  #buffer = new Uint8Array(0);
  /** What ends the array. */
  #fault: Fault | null = null;

  /** Over a scanner of NDJSON. */
  constructor(inner: Scanner) {
    this.#inner = inner;
  }

  /** Names of the columns so far. */
  get names(): readonly string[] {
    return this.#inner.names;
  }

  /** @inheritDoc */
  scan(
    input: Cursor,
    last: boolean,
    rowsMax: number,
    block: FieldBlock,
  ): Scan {
    const text = this.#text;
    const isDone = text.position === text.bytes.length;
    if (isDone && this.#fault === null) this.#fill(input, rowsMax);
    const isEnd = last && input.position === input.bytes.length;
    if (isEnd) this.#fault ??= this.#lines.finish();
    const isLast = isEnd || this.#fault !== null;
    const scan = this.#inner.scan(text, isLast, rowsMax, block);
    if (scan !== HUNGRY) return scan;
    // With all the rows that are wanted it waits: behind a limit it is not seen.
    if (block.rows >= Math.max(1, rowsMax)) return READY;
    if (this.#fault !== null) {
      block.fault = this.#fault;
      return FAULT;
    }
    return input.position < input.bytes.length ? READY : HUNGRY;
  }

  /** Makes lines of the next piece of the input. */
  #fill(input: Cursor, rowsMax: number): void {
    const wanted = Math.max(PIECE_BYTES_MIN, rowsMax * 1024);
    const piece = input.bytes.subarray(
      input.position,
      input.position + Math.min(wanted, PIECE_BYTES),
    );
    input.position += piece.length;
    if (piece.length > this.#buffer.length) {
      this.#buffer = new Uint8Array(piece.length);
    }
    this.#buffer.set(piece);
    const lines = this.#lines.push(this.#buffer.subarray(0, piece.length));
    this.#fault = this.#lines.fault;
    this.#text.bytes = lines;
    this.#text.position = 0;
  }
}
