/**
 * The NDJSON scanner of the TypeScript engine: one object per line, a column
 * per top-level key (semantics 10). It has a twin in Rust that says the same
 * to the byte.
 *
 * Every byte is checked against RFC 8259, nested values included, which are
 * then kept as raw text. What the rules leave open, in the order in which a
 * reader that goes byte by byte notices a fault:
 *
 * - A record never spans lines: a line feed inside a string ends it
 *   ("unterminated string"), elsewhere inside a record it is an "unexpected
 *   end of line". A carriage return is white space between tokens and a
 *   control character inside a string.
 * - Inside a number, literal or string the reason is the token's own, also at
 *   the end of the line. A digit after a leading zero is an "invalid number".
 * - A high surrogate escape without a low one right behind it is lone.
 * - A number beyond 64 bits or f64 and a lone surrogate are noticed at the
 *   byte behind them.
 * - `FIELD_TOO_LARGE` is about the line and names its first byte, as
 *   `BLANK_LINE` does. Nothing behind the last line feed is no line.
 *
 * @module
 */

import type { Fault } from "../errors.ts";
import {
  type Cursor,
  FAULT,
  FIELD_BYTES_MAX,
  FieldBlock,
  HUNGRY,
  READY,
  type Scan,
  type Scanner,
} from "../values/block.ts";
import { Feed } from "../values/feed.ts";
import { CUT, ILL_FORMED, sequenceLength } from "../values/utf8.ts";
import { type NdjsonScanOptions, RecordScan } from "./_record_scan.ts";
import { stop, stopAt } from "./_stop.ts";

export type { NdjsonScanOptions };

/** Spans of one block at most: files with very many keys get short blocks. */
const SPANS_MAX = 1 << 24;
/** With so many bytes more than allowed, no token is cut before the limit. */
const CUT_BYTES = 16;

/** Splits newline-delimited JSON into records. */
export class NdjsonScanner implements Scanner {
  readonly #records: RecordScan;
  readonly #lineBytesMax: number;
  readonly #feed = new Feed();
  /** Line of the window's first byte. */
  #line = 1;
  #fault: Fault | null = null;

  /**
   * A scanner whose first columns are `names`, in the records or not. In those
   * of `floats` an integer beyond 64 bits that prints an f64 is a number.
   */
  constructor(
    options: NdjsonScanOptions,
    names: readonly string[] = [],
    floats: ReadonlySet<string> = new Set(),
  ) {
    this.#records = new RecordScan(options, names, floats, new FieldBlock());
    this.#lineBytesMax = options.lineBytesMax ?? FIELD_BYTES_MAX;
  }

  /** Names of the columns so far. */
  get names(): readonly string[] {
    return this.#records.keys.names;
  }

  /** @inheritDoc */
  scan(
    input: Cursor,
    last: boolean,
    rowsMax: number,
    block: FieldBlock,
  ): Scan {
    block.clear();
    block.addColumns(this.names.length);
    if (this.#fault !== null) {
      block.fault = this.#fault;
      return FAULT;
    }
    const feed = this.#feed;
    if (!feed.open(input, last)) return HUNGRY;
    block.base = feed.offset;
    block.baseLine = this.#line;
    block.baseLineStart = this.#line === 1 ? 0 : feed.offset;
    const { window } = feed;
    rowsMax = Math.max(1, rowsMax);
    const lines = window.lastIndexOf(10) + 1;
    let done = 0;
    if (lines > 0) {
      done = this.#readLines(window.subarray(0, lines), rowsMax, block);
    } else if (
      feed.isEnd || window.length >= this.#lineBytesMax + CUT_BYTES
    ) {
      done = this.#readOpenLine(window, rowsMax, block);
    }
    if (block.fault !== null) {
      input.position = input.bytes.length;
      this.#fault = block.fault;
      return FAULT;
    }
    const isShort = done >= lines && done < window.length && !feed.isEnd;
    feed.close(input, done, isShort);
    const hasMore = input.position < input.bytes.length ||
      (done < window.length && !isShort);
    return hasMore ? READY : HUNGRY;
  }

  /** A line without a line feed: the input's last one, or one too long. */
  #readOpenLine(
    window: Uint8Array,
    rowsMax: number,
    block: FieldBlock,
  ): number {
    if (window.length === 0) return 0;
    const size = Math.min(window.length, this.#lineBytesMax + CUT_BYTES);
    const line = new Uint8Array(size + 1);
    line.set(window.subarray(0, size));
    line[size] = 10;
    return Math.min(this.#readLines(line, rowsMax, block), size);
  }

  /** Reads lines that all end in a line feed; says where it stopped. */
  #readLines(bytes: Uint8Array, rowsMax: number, block: FieldBlock): number {
    const records = this.#records;
    records.begin(bytes, block);
    block.bytes = bytes;
    let at = 0;
    while (at < bytes.length && records.rows < rowsMax) {
      const rows = records.rows;
      const end = records.line(at);
      if (end < 0 || end - at > this.#lineBytesMax) {
        records.rows = rows;
        this.#fail(block, at, end);
        break;
      }
      at = end + 1;
      this.#line++;
      if (block.columns.length * (records.rows + 1) > SPANS_MAX) break;
    }
    records.finish();
    return at;
  }

  /** Makes the fault of the line at `line`, which ends at `end` or stopped. */
  #fail(block: FieldBlock, line: number, end: number): void {
    const { bytes } = block;
    const limit = this.#lineBytesMax;
    const known = end < 0 ? stop.noticed : end;
    // The line is too long if its first `limit` bytes are all of it and more.
    const isLong = known - line > limit ||
      (known - line === limit && bytes[known] !== 10);
    if (isLong) stopAt("FIELD_TOO_LARGE", line, line, { limit: `${limit}` });
    else if (isIllFormed(bytes, known)) {
      stopAt("INVALID_UTF8", known, known, {});
    }
    const { code, at, args } = stop;
    block.fault = { code, ...block.locate(at), args };
  }
}

/** Whether no character of UTF-8 begins at `at`; a line feed follows. */
function isIllFormed(bytes: Uint8Array, at: number): boolean {
  if (bytes[at]! < 0x80) return false;
  const length = sequenceLength(bytes, at, bytes.length);
  return length === ILL_FORMED || length === CUT;
}
