/**
 * The CSV scanner of the TypeScript engine: takes chunks, hands out blocks of
 * whole records by the strict rules (semantics 19 to 22). It has a twin in
 * Rust that says the same to the byte.
 *
 * What the rules leave open: at one byte, invalid UTF-8 goes before NUL and
 * NUL before what quoting says. A bare carriage return is noticed where it
 * stands, a ragged row at the record's end, an unterminated quote at the end
 * of the input. Blank lines before the header are skipped; without a header
 * the first line that is not blank decides the width, and blank lines before
 * it are nulls if that is one column.
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
  KIND_BARE,
  LENGTH_SHIFT,
  READY,
  type Scan,
  type Scanner,
} from "../values/block.ts";
import { Feed } from "../values/feed.ts";
import {
  bareClasses,
  BROKEN,
  DELIMITER,
  FieldScan,
  LINE,
  OPEN,
} from "./_field_scan.ts";
import { numberedNames, uniqueNames } from "./_header.ts";

/** How the input is written. */
export interface CsvScanOptions {
  /** One ASCII byte between fields; not a quote, CR, LF or NUL. */
  readonly delimiter: number;
  /** Whether the first record holds the columns' names. */
  readonly header: boolean;
  /** The longest field as written; less than the default only in tests. */
  readonly fieldBytesMax?: number;
}

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

/** Splits CSV into records. */
export class CsvScanner implements Scanner {
  names: string[] = [];

  readonly #header: boolean;
  readonly #fieldBytesMax: number;
  readonly #classes: Uint8Array;
  readonly #field: FieldScan;
  readonly #feed = new Feed();
  /** True once the width is known. */
  #isNamed = false;
  /** Line of the window's first byte. */
  #line = 1;
  /** Blank lines before the first record. */
  #blanks = 0;
  /** How many of those are nulls still to deliver. */
  #owed = 0;
  #fault: Fault | null = null;
  /** Where the records that are done end, in the window. */
  #done = 0;

  /** A scanner at the start of its input. */
  constructor(options: CsvScanOptions) {
    this.#header = options.header;
    this.#fieldBytesMax = options.fieldBytesMax ?? FIELD_BYTES_MAX;
    this.#classes = bareClasses(options.delimiter);
    this.#field = new FieldScan(this.#classes, this.#fieldBytesMax);
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
    block.bytes = feed.window;
    block.base = feed.offset;
    block.baseLine = this.#line;
    block.baseLineStart = this.#line === 1 ? 0 : feed.offset;
    this.#done = 0;
    const field = this.#field;
    field.bytes = feed.window;
    field.isEnd = feed.isEnd;
    field.block = block;
    const outcome = this.#read(Math.max(1, rowsMax), block);
    field.block = null;
    const rest = feed.window.length - this.#done;
    block.bytes = feed.window.subarray(0, this.#done);
    if (outcome === FAULTY) {
      input.position = input.bytes.length;
      this.#fault = block.fault;
      return FAULT;
    }
    feed.close(input, this.#done, outcome === SHORT);
    const hasMore = input.position < input.bytes.length ||
      (outcome === FULL && rest > 0);
    return hasMore || this.#owed > 0 ? READY : HUNGRY;
  }

  /** The header, if it is due, and records. */
  #read(rowsMax: number, block: FieldBlock): number {
    if (!this.#isNamed) {
      const outcome = this.#readFirst(block);
      if (outcome !== DONE || !this.#isNamed) return outcome;
    }
    return this.#readRecords(rowsMax, block);
  }

  /**
   * Names the columns by the first record that is not blank. A header is
   * used up, the first record of an input without one is not.
   */
  #readFirst(block: FieldBlock): number {
    const field = this.#field;
    const size = field.bytes.length;
    while (this.#done < size) {
      const start = this.#done;
      const given: string[] = [];
      let at = start;
      let kind = DELIMITER;
      field.lines = 0;
      while (kind === DELIMITER) {
        kind = field.read(at, at);
        if (kind === OPEN) return SHORT;
        if (kind === BROKEN) return this.#fail(block, field.code, field.at);
        given.push(this.#header ? this.#text(block) : "");
        at = field.next;
      }
      if (given.length > 1 || field.meta !== 0) {
        return this.#open(given, at, block);
      }
      this.#blanks++;
      this.#line++;
      this.#done = at;
    }
    if (field.isEnd && !this.#header && this.#blanks > 0) {
      // Blank lines alone are nulls of one column.
      this.#name(numberedNames(1), block);
      this.#owed = this.#blanks;
    }
    return DONE;
  }

  /** The first record is read; it ends at `end`. */
  #open(given: string[], end: number, block: FieldBlock): number {
    if (this.#header) {
      this.#name(uniqueNames(given), block);
      this.#line += this.#field.lines + 1;
      this.#done = end;
      return DONE;
    }
    this.#name(numberedNames(given.length), block);
    if (given.length > 1 || this.#blanks === 0) return DONE;
    // The nulls come first; this record is read again after them.
    this.#owed = this.#blanks;
    return FULL;
  }

  #name(names: string[], block: FieldBlock): void {
    this.#isNamed = true;
    this.names = names;
    block.addColumns(names.length);
  }

  /** The text of the field just read. */
  #text(block: FieldBlock): string {
    const { start, meta, bytes } = this.#field;
    const from = (meta & IN_EXTRA) !== 0 ? block.extra : bytes;
    return decoder.decode(
      from.subarray(start, start + (meta >>> LENGTH_SHIFT)),
    );
  }

  /** Records until the block is full or the window is over. */
  #readRecords(rowsMax: number, block: FieldBlock): number {
    const { columns } = block;
    const field = this.#field;
    const bytes = field.bytes;
    const classes = this.#classes;
    const fieldBytesMax = this.#fieldBytesMax;
    const limit = bytes.length;
    const width = this.names.length;
    let room = roomOf(block, width);
    let at = this.#done;
    while (at < limit) {
      const row = block.rows;
      if (row === rowsMax) return FULL;
      if (row === room) room = growColumns(block, width);
      field.lines = 0;
      let count = 0;
      let kind = DELIMITER;
      let meta = 0;
      while (kind === DELIMITER) {
        let start = at;
        kind = 0;
        while (at < limit && (kind = classes[bytes[at]!]!) === 0) at++;
        const length = at - start;
        if ((kind === DELIMITER || kind === LINE) && length <= fieldBytesMax) {
          meta = length === 0 ? 0 : length << LENGTH_SHIFT | KIND_BARE;
          at++;
        } else {
          kind = field.read(start, at);
          if (kind === OPEN) return SHORT;
          if (kind === BROKEN) return this.#fail(block, field.code, field.at);
          start = field.start;
          meta = field.meta;
          at = field.next;
        }
        if (count < width) {
          const column = columns[count]!;
          column.start[row] = start;
          column.meta[row] = meta;
        }
        count++;
      }
      if (count === width) block.rows = row + 1;
      else if (count > 1 || meta !== 0) {
        return this.#failRagged(block, count, width);
      }
      this.#line += field.lines + 1;
      this.#done = at;
    }
    return DONE;
  }

  #failRagged(block: FieldBlock, found: number, expected: number): number {
    return this.#fail(block, "RAGGED_ROW", this.#done, {
      expected: String(expected),
      found: String(found),
    });
  }

  #fail(
    block: FieldBlock,
    code: ParseErrorCode,
    at: number,
    args: Record<string, string> = {},
  ): number {
    if (code === "FIELD_TOO_LARGE") {
      args = { limit: String(this.#fieldBytesMax) };
    }
    block.fault = { code, ...block.locate(at), args };
    return FAULTY;
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

/** The rows that every column has room for. */
function roomOf(block: FieldBlock, width: number): number {
  let room = Infinity;
  for (let index = 0; index < width; index++) {
    room = Math.min(room, block.columns[index]!.start.length);
  }
  return room;
}

/** Makes room for one more row in every column; says for how many there is. */
function growColumns(block: FieldBlock, width: number): number {
  const rows = block.rows + 1;
  for (let index = 0; index < width; index++) {
    const column = block.columns[index]!;
    if (column.start.length < rows) growColumn(column, rows);
  }
  return roomOf(block, width);
}
