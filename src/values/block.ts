/**
 * Whole records of an input with the place of each field: what a scanner
 * hands to a builder or to the profiler. Nothing here makes strings.
 *
 * @module
 */

import type { Fault } from "../errors.ts";

/** An unquoted empty CSV field, a JSON null, or a key a record has not. */
export const KIND_NULL = 0;
/** An unquoted CSV field. */
export const KIND_BARE = 1;
/** A quoted CSV field, possibly empty. */
export const KIND_QUOTED = 2;
/** A JSON number, as written. */
export const KIND_NUMBER = 3;
/** A JSON string, unescaped. */
export const KIND_STRING = 4;
/** `true` or `false`. */
export const KIND_LITERAL = 5;
/** A JSON array or object, as written. */
export const KIND_NESTED = 6;

/** The bits of `meta` that hold the kind. */
export const KIND_MASK = 7;
/** The bit of `meta` that says: the text stands in `extra`. */
export const IN_EXTRA = 8;
/** `meta >>> LENGTH_SHIFT` is the length of the text in bytes. */
export const LENGTH_SHIFT = 4;
/** The longest field in bytes (4 bits of `meta` are taken). */
export const FIELD_BYTES_MAX: number = 2 ** 28 - 1;
/** Bytes of a block, about: small enough for a core's own cache. */
export const PIECE_BYTES: number = 1 << 20;

/**
 * The fields of one column; entries from `rows` of the block on mean nothing.
 */
export interface SpanColumn {
  /** Where each text begins, in `bytes` or in `extra`. */
  start: Uint32Array<ArrayBuffer>;
  /** Length << 4 | in extra << 3 | kind. */
  meta: Uint32Array<ArrayBuffer>;
}

/** Room that a column gets at least. */
const ROWS_MIN = 64;

/**
 * Makes room for one more row in a column, or for as many as asked.
 *
 * @param column The column; keeps its content.
 * @param rows The rows it must hold at least.
 */
export function growColumn(column: SpanColumn, rows: number): void {
  const size = Math.max(ROWS_MIN, rows, column.start.length * 2);
  const { start, meta } = column;
  column.start = new Uint32Array(size);
  column.start.set(start);
  column.meta = new Uint32Array(size);
  column.meta.set(meta);
}

/** Where a byte stands in the input. */
export interface Position {
  /** Physical line, from 1. */
  line: number;
  /** Byte in that line, from 1. */
  column: number;
  /** Byte in the input, from 0. */
  byteOffset: number;
}

/** A place whose line is known. */
interface Known {
  readonly index: number;
  /** Of the block when it was located. */
  readonly base: number;
  readonly line: number;
  readonly lineStart: number;
}

/** A key seen for the first time in NDJSON. */
export interface NewKey {
  /** The column it makes. */
  column: number;
  /** Its row; the row behind the last one if that record is broken. */
  row: number;
  /** The place of its opening quote in `bytes`. */
  at: number;
}

/** Places of runs of bytes, a number each per run, ascending. */
export interface BlockRuns {
  /** Where each begins in the block's bytes. */
  readonly index: Uint32Array;
  /** Where it begins in the input. */
  readonly offset: Float64Array;
  /** The physical line it begins in, from 1. */
  readonly line: Float64Array;
  /** Where that line begins in the input. */
  readonly lineStart: Float64Array;
}

/** A fault that did not end the reading. */
export interface RowFault {
  /**
   * Rows of the block before the faulty one; it is the next of them, or it is
   * left out.
   */
  row: number;
  /** The fault. */
  fault: Fault;
}

const EMPTY = new Uint8Array(0);
const NO_SPANS = new Uint32Array(0);

/**
 * Whole records of an input, column by column. The text of row `r` of a
 * column lies at `start[r]` of `extra` or `bytes` (see {@linkcode IN_EXTRA}).
 * A block is made once and filled again and again by a scanner; `bytes` may
 * be a view of the caller's chunk, so it is valid until the next `scan`.
 */
export class FieldBlock {
  /** The records' bytes. */
  bytes: Uint8Array = EMPTY;
  /** Unescaped texts of fields that held escapes. */
  extra: Uint8Array<ArrayBuffer> = new Uint8Array(0);
  /** Bytes used in `extra`. */
  extraLength = 0;
  /** Whole records. */
  rows = 0;
  /** One entry per name of the scanner, in the same order. */
  columns: SpanColumn[] = [];
  /** Offset of `bytes[0]` in the input. */
  base = 0;
  /** Physical line (from 1) that holds `bytes[0]`. */
  baseLine = 1;
  /** Offset in the input of that line's first byte. */
  baseLineStart = 0;
  /** Where each unescaped text starts in `extra`, ascending. */
  sourceExtra: Uint32Array<ArrayBuffer> = new Uint32Array(0);
  /** The opening quote in `bytes` of each unescaped text. */
  sourceStart: Uint32Array<ArrayBuffer> = new Uint32Array(0);
  /** Unescaped texts. */
  sources = 0;
  /** Columns that begin in this block, in order; NDJSON only. */
  newKeys: NewKey[] = [];
  /** Faulty rows, in order; dialects of CSV only. */
  errors: RowFault[] = [];
  /**
   * Where runs of `bytes` begin that are not next to each other in the input;
   * null where all of them are.
   */
  runs: BlockRuns | null = null;
  /** Set when `scan` returned {@linkcode FAULT}. */
  fault: Fault | null = null;
  /** The place that was located last. */
  #known: Known | null = null;

  /** Forgets the records, keeps the memory. */
  clear(): void {
    this.bytes = EMPTY;
    this.extraLength = 0;
    this.sources = 0;
    if (this.newKeys.length > 0) this.newKeys = [];
    if (this.errors.length > 0) this.errors = [];
    this.runs = null;
    this.rows = 0;
    this.fault = null;
    this.#known = null;
  }

  /**
   * Adds empty columns until there are `count`.
   *
   * @param count The number of columns.
   */
  addColumns(count: number): void {
    while (this.columns.length < count) {
      this.columns.push({ start: NO_SPANS, meta: NO_SPANS });
    }
  }

  /**
   * Makes room for an unescaped text and notes where it comes from.
   *
   * @param length The most bytes that the text can have.
   * @param source The opening quote in `bytes`.
   * @returns Where the text begins in `extra`; the caller moves `extraLength`.
   */
  openExtra(length: number, source: number): number {
    const start = this.extraLength;
    if (start + length > this.extra.length) {
      const size = Math.max(4096, this.extra.length * 2, start + length);
      const extra = new Uint8Array(size);
      extra.set(this.extra.subarray(0, start));
      this.extra = extra;
    }
    if (this.sources === this.sourceExtra.length) {
      const size = Math.max(64, this.sources * 2);
      const extras = new Uint32Array(size);
      extras.set(this.sourceExtra);
      this.sourceExtra = extras;
      const starts = new Uint32Array(size);
      starts.set(this.sourceStart);
      this.sourceStart = starts;
    }
    this.sourceExtra[this.sources] = start;
    this.sourceStart[this.sources] = source;
    this.sources++;
    return start;
  }

  /**
   * The bytes of a field; a view, made for rare use.
   *
   * @param column The column's index.
   * @param row The row's index.
   * @returns The text's bytes.
   */
  text(column: number, row: number): Uint8Array {
    const { start, meta } = this.columns[column]!;
    const from = (meta[row]! & IN_EXTRA) !== 0 ? this.extra : this.bytes;
    return from.subarray(
      start[row]!,
      start[row]! + (meta[row]! >>> LENGTH_SHIFT),
    );
  }

  /**
   * Where the byte at an index of `bytes` stands in the input.
   *
   * @param index The index.
   * @returns Line, column and offset.
   */
  locate(index: number): Position {
    if (this.runs !== null) return this.#locateInRun(this.runs, index);
    // Many faults of a block are asked for in order: count from the last one.
    const known = this.#known;
    const isBehind = known !== null && known.index <= index &&
      known.base === this.base;
    const from = isBehind ? known.index : 0;
    const position = locateIn(
      this.bytes.subarray(from),
      index - from,
      this.base + from,
      isBehind ? known.line : this.baseLine,
      isBehind ? known.lineStart : this.baseLineStart,
    );
    const { line, column, byteOffset } = position;
    const lineStart = byteOffset - column + 1;
    this.#known = { index, base: this.base, line, lineStart };
    return position;
  }

  #locateInRun(runs: BlockRuns, index: number): Position {
    let low = 0;
    let high = runs.index.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (runs.index[middle]! <= index) low = middle + 1;
      else high = middle;
    }
    const run = low - 1;
    const from = runs.index[run]!;
    return locateIn(
      this.bytes.subarray(from),
      index - from,
      runs.offset[run]!,
      runs.line[run]!,
      runs.lineStart[run]!,
    );
  }

  /**
   * Where a field begins in `bytes`, its opening quote included.
   *
   * @param column The column's index.
   * @param row The row's index.
   * @returns The index in `bytes`.
   */
  fieldStart(column: number, row: number): number {
    const spans = this.columns[column]!;
    const start = spans.start[row]!;
    const meta = spans.meta[row]!;
    const kind = meta & KIND_MASK;
    if ((meta & IN_EXTRA) === 0) {
      return kind === KIND_QUOTED || kind === KIND_STRING ? start - 1 : start;
    }
    let low = 0;
    let high = this.sources;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.sourceExtra[middle]! <= start) low = middle + 1;
      else high = middle;
    }
    return this.sourceStart[low - 1]!;
  }
}

/**
 * The position of a byte, counted from a place whose position is known.
 *
 * @param bytes The bytes.
 * @param index The byte's index.
 * @param base Offset of `bytes[0]` in the input.
 * @param baseLine Line that holds `bytes[0]`.
 * @param baseLineStart Offset of that line's first byte.
 * @returns Line, column and offset.
 */
export function locateIn(
  bytes: Uint8Array,
  index: number,
  base: number,
  baseLine: number,
  baseLineStart: number,
): Position {
  let line = baseLine;
  let lineStart = baseLineStart;
  let at = bytes.indexOf(10);
  while (at >= 0 && at < index) {
    line++;
    lineStart = base + at + 1;
    at = bytes.indexOf(10, at + 1);
  }
  const byteOffset = base + index;
  return { line, column: byteOffset - lineStart + 1, byteOffset };
}

/** Bytes given to a scanner, and how far it has taken them. */
export interface Cursor {
  /** The bytes; they must not change while a block views them. */
  bytes: Uint8Array;
  /** The first byte not taken yet. */
  position: number;
}

/** The input is used up; feed more. With `last` set: the end. */
export const HUNGRY = 0;
/** Take the block, then call again. */
export const READY = 1;
/** The input is wrong: take the block's rows, then `block.fault`. */
export const FAULT = 2;

/** How a call of {@linkcode Scanner.scan} ended. */
export type Scan = typeof HUNGRY | typeof READY | typeof FAULT;

/**
 * Splits an input into records; bytes in arbitrary chunks in, blocks of
 * whole records out. The result does not depend on where chunks end.
 */
export interface Scanner {
  /** Names of the columns so far: growing in NDJSON. */
  readonly names: readonly string[];

  /**
   * Fills the block (cleared first) with at most `rowsMax` whole records and
   * moves the input past the bytes it took. Every column of the block has
   * `block.rows` spans, and there is one per name.
   *
   * @param input The bytes to take; nothing of it is kept beyond the next
   * call with other bytes.
   * @param last Nothing follows `input`.
   * @param rowsMax The most rows to deliver.
   * @param block What to fill.
   * @returns How the call ended; a fault does not throw, it stands in
   * `block.fault`, and `block.rows` holds the complete records before it.
   */
  scan(
    input: Cursor,
    last: boolean,
    rowsMax: number,
    block: FieldBlock,
  ): Scan;
}
