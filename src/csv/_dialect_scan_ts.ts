/**
 * The CSV scanner for what the strict one does not do: other quotes and
 * escapes, comments, trimming, null tokens, lenient reading, error rows. The
 * strict one is several times as fast, so this one runs only where an option
 * asks for it. It has a twin in Rust that says the same to the byte.
 *
 * @module
 */

import type { Fault, ParseErrorCode } from "../errors.ts";
import {
  type Cursor,
  FAULT,
  FIELD_BYTES_MAX,
  type FieldBlock,
  growColumn,
  HUNGRY,
  IN_EXTRA,
  LENGTH_SHIFT,
  READY,
  type Scan,
  type Scanner,
} from "../values/block.ts";
import { Feed } from "../values/feed.ts";
import { BROKEN, OPEN, RecordScan } from "./_dialect_record_ts.ts";
import type { DialectRules } from "../read/_dialect_rules.ts";
import { numberedNames, uniqueNames } from "./_header.ts";

const LF = 10;
const CR = 13;

/** All records of the window are read. */
const DONE = 0;
/** The block is full. */
const FULL = 1;
/** The window ends inside a record. */
const SHORT = 2;
/** The fault stands in the block. */
const FAULTY = 3;

/** Nulls handed out at once for blank lines that wait for the width. */
const BLANKS_MAX = 65536;

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** Splits CSV of any dialect into records. */
export class DialectScanner implements Scanner {
  names: string[] = [];

  readonly #rules: DialectRules;
  readonly #record: RecordScan;
  readonly #feed = new Feed();
  /** True once the width is known. */
  #isNamed = false;
  /** Lines still to skip. */
  #skip: number;
  /** Line of the window's first byte, and where that line begins. */
  #line = 1;
  #lineStart = 0;
  /** Blank lines before the first record of strict input. */
  #blanks = 0;
  /** How many of those are nulls still to deliver. */
  #owed = 0;
  /** Error rows so far. */
  #errors = 0;
  #fault: Fault | null = null;
  /** Where the records that are done end, in the window. */
  #done = 0;

  /** A scanner at the start of its input. */
  constructor(rules: DialectRules) {
    this.#rules = rules;
    this.#record = new RecordScan(rules);
    this.#skip = rules.skipRows;
    if (rules.names !== null && !rules.header) {
      this.names = [...rules.names];
      this.#isNamed = true;
    }
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
    if (this.#owed > 0) return this.#deliverBlanks(rowsMax, block);
    const feed = this.#feed;
    if (!feed.open(input, last)) return HUNGRY;
    const { window } = feed;
    block.bytes = window;
    block.base = feed.offset;
    block.baseLine = this.#line;
    block.baseLineStart = this.#lineStart;
    this.#done = 0;
    const record = this.#record;
    record.bytes = window;
    record.isEnd = feed.isEnd;
    record.block = block;
    const outcome = this.#read(Math.max(1, rowsMax), block);
    record.block = null;
    const done = this.#done;
    block.bytes = window.subarray(0, done);
    if (outcome === FAULTY) {
      input.position = input.bytes.length;
      this.#fault = block.fault;
      return FAULT;
    }
    this.#passLines(block.bytes, feed.offset);
    feed.close(input, done, outcome === SHORT);
    const hasMore = input.position < input.bytes.length ||
      (outcome === FULL && window.length > done);
    return hasMore || this.#owed > 0 ? READY : HUNGRY;
  }

  /** Records until the block is full or the window is over. */
  #read(rowsMax: number, block: FieldBlock): number {
    const record = this.#record;
    const { bytes } = record;
    const { comment } = this.#rules;
    while (this.#done < bytes.length) {
      if (block.rows === rowsMax) return FULL;
      const start = this.#done;
      if (this.#skip > 0 || bytes[start] === comment) {
        const next = this.#passLine(start);
        if (next < 0) return SHORT;
        if (this.#skip > 0) this.#skip--;
        this.#done = next;
        continue;
      }
      const { extraLength, sources, rows } = block;
      const kind = record.read(start);
      if (kind === BROKEN) return this.#fail(block, record.code!, record.at);
      const outcome = kind === OPEN ? SHORT : this.#take(block);
      if (block.rows === rows) {
        // The record made no row, so its texts are not wanted.
        block.extraLength = extraLength;
        block.sources = sources;
      }
      if (outcome !== DONE) return outcome;
    }
    const { header, lenient } = this.#rules;
    if (record.isEnd && !this.#isNamed && !header && !lenient) {
      // Blank lines alone are nulls of one column.
      if (this.#blanks > 0) this.#name(numberedNames(1), block);
      this.#owed = this.#blanks;
    }
    return DONE;
  }

  /** Makes a row, an error row or names of the record just read. */
  #take(block: FieldBlock): number {
    const record = this.#record;
    const { lenient, recovers } = this.#rules;
    const width = this.names.length;
    if (record.isBlank && record.code === null) {
      const isRow = this.#isNamed && width === 1 && !lenient;
      if (!isRow) {
        if (!this.#isNamed) this.#blanks++;
        this.#done = record.next;
        return DONE;
      }
    }
    const { code } = record;
    if (!this.#isNamed && (code === null || this.#rules.header || lenient)) {
      const isRepaired = lenient && code !== "INVALID_UTF8";
      if (code === null || isRepaired) return this.#open(block);
      if (this.#rules.header) return this.#fail(block, code, record.at);
    }
    const isRagged = this.#isNamed && record.count !== width;
    if (code !== null || isRagged) {
      const found = code ?? "RAGGED_ROW";
      const at = code === null ? this.#done : record.at;
      if (!recovers && !lenient) return this.#fail(block, found, at);
      if (!this.#error(block, found, at)) return FAULTY;
      if (!lenient || found === "INVALID_UTF8") {
        this.#done = record.next;
        return DONE;
      }
    }
    this.#store(block, width);
    this.#done = record.next;
    return DONE;
  }

  /** The first record that is not blank names the columns. */
  #open(block: FieldBlock): number {
    const record = this.#record;
    const { header, names, lenient } = this.#rules;
    if (header) {
      const { code, bytes, next } = record;
      // A name with a NUL would not survive: this is a fault in any mode.
      const nul = bytes.subarray(this.#done, next).indexOf(0);
      if (nul >= 0 && names === null) {
        return this.#fail(block, "NUL_BYTE", this.#done + nul);
      }
      if (code !== null && !this.#error(block, code, record.at)) return FAULTY;
      this.#name(names === null ? this.#texts(block) : [...names], block);
      this.#done = record.next;
      return DONE;
    }
    this.#name(numberedNames(record.count), block);
    if (record.count === 1 && !lenient) this.#owed = this.#blanks;
    // The record is read again, after the nulls if there are any.
    return this.#owed > 0 ? FULL : DONE;
  }

  #name(names: readonly string[], block: FieldBlock): void {
    this.#isNamed = true;
    this.names = [...names];
    block.addColumns(names.length);
  }

  /** The header's names. */
  #texts(block: FieldBlock): string[] {
    const { starts, metas, count, bytes } = this.#record;
    const given = Array.from({ length: count }, (_, index) => {
      const meta = metas[index]!;
      const start = starts[index]!;
      const from = (meta & IN_EXTRA) === 0 ? bytes : block.extra;
      return decoder.decode(
        from.subarray(start, start + (meta >>> LENGTH_SHIFT)),
      );
    });
    return uniqueNames(given);
  }

  /** Appends the record; absent fields are null, surplus ones are dropped. */
  #store(block: FieldBlock, width: number): void {
    const { starts, metas, count } = this.#record;
    const { columns } = block;
    const row = block.rows;
    for (let index = 0; index < width; index++) {
      const column = columns[index]!;
      if (row >= column.start.length) growColumn(column, row + 1);
      const isThere = index < count;
      column.start[row] = isThere ? starts[index]! : 0;
      column.meta[row] = isThere ? metas[index]! : 0;
    }
    block.rows = row + 1;
  }

  /** Behind the line that holds `start`, or -1 if its end is not known. */
  #passLine(start: number): number {
    const { bytes, isEnd } = this.#record;
    const line = bytes.indexOf(LF, start);
    if (this.#rules.lenient) {
      const known = line < 0 ? bytes.length : line;
      const end = bytes.subarray(start, known).indexOf(CR);
      const next = start + end + 1;
      if (end >= 0 && next === bytes.length && !isEnd) return -1;
      if (end >= 0) return bytes[next] === LF ? next + 1 : next;
    }
    if (line >= 0) return line + 1;
    return isEnd ? bytes.length : -1;
  }

  /** Moves the place of the next window past `bytes`. */
  #passLines(bytes: Uint8Array, offset: number): void {
    let at = bytes.indexOf(LF);
    while (at >= 0) {
      this.#line++;
      this.#lineStart = offset + at + 1;
      at = bytes.indexOf(LF, at + 1);
    }
  }

  /** Adds an error row; false if there are too many. */
  #error(block: FieldBlock, code: ParseErrorCode, at: number): boolean {
    const fault = this.#faultOf(block, code, at);
    if (this.#errors === this.#rules.maxErrors) {
      const limit = String(this.#rules.maxErrors);
      block.fault = { ...fault, code: "TOO_MANY_ERRORS", args: { limit } };
      return false;
    }
    this.#errors++;
    block.errors.push({ row: block.rows, fault });
    return true;
  }

  #fail(block: FieldBlock, code: ParseErrorCode, at: number): number {
    block.fault = this.#faultOf(block, code, at);
    return FAULTY;
  }

  #faultOf(block: FieldBlock, code: ParseErrorCode, at: number): Fault {
    const args: Record<string, string> = {};
    if (code === "RAGGED_ROW") {
      args.expected = String(this.names.length);
      args.found = String(this.#record.count);
    } else if (code === "FIELD_TOO_LARGE") {
      args.limit = String(this.#rules.fieldBytesMax ?? FIELD_BYTES_MAX);
    }
    return { code, ...block.locate(at), args };
  }

  /** Delivers blank lines that turned out to be nulls. */
  #deliverBlanks(rowsMax: number, block: FieldBlock): Scan {
    const rows = Math.min(this.#owed, BLANKS_MAX, Math.max(1, rowsMax));
    const column = block.columns[0]!;
    if (column.start.length < rows) growColumn(column, rows);
    column.start.fill(0, 0, rows);
    column.meta.fill(0, 0, rows);
    block.rows = rows;
    this.#owed -= rows;
    return READY;
  }
}
