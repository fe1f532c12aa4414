/**
 * One record of NDJSON: an object on a line becomes one span per column.
 *
 * @module
 */

import {
  type FieldBlock,
  growColumn,
  IN_EXTRA,
  KIND_LITERAL,
  KIND_NESTED,
  KIND_NUMBER,
  KIND_STRING,
  LENGTH_SHIFT,
  type SpanColumn,
} from "../values/block.ts";
import { classify } from "../values/classify.ts";
import { TEXT } from "../values/flags.ts";
import { largeFloat } from "../values/large_float.ts";
import type { ColumnPath, ListRule } from "../read/_engine.ts";
import { ListItems } from "../read/_list_items.ts";
import { type GuidedRecord, GuidedScan } from "./_guided_scan.ts";
import { Keys } from "./_keys.ts";
import { NestedScan } from "./_nested_scan.ts";
import { stopAt, stopExpected, stopJson, STOPPED } from "./_stop.ts";
import {
  FALSE,
  lastNumber,
  lastString,
  literalEnd,
  NULL,
  numberEnd,
  plainEnd,
  skipBlank,
  stringEnd,
  TRUE,
  unescape,
} from "./_token_scan.ts";

/** What to do where RFC 8259 leaves the choice, or a value has no type. */
export interface NdjsonScanOptions {
  /** Brackets that may be open at once, the record's own included. */
  readonly maxDepth: number;
  /** A repeated key: the last one wins, or an error. */
  readonly duplicates: "last" | "error";
  /** An escape of a lone surrogate: an error, or U+FFFD. */
  readonly surrogates: "error" | "replace";
  /** An integer beyond 64 bits: an error, or text. */
  readonly integers: "error" | "text";
  /** A number beyond f64: an error, or text. */
  readonly overflow: "error" | "text";
  /** A blank line: skipped, or an error. */
  readonly blankLines: "skip" | "error";
  /** Which columns are lists; their numbers have a type. */
  readonly lists?: ListRule | undefined;
  /** What is read by path; the names are known beforehand. */
  readonly paths?: readonly ColumnPath[] | undefined;
  /** The longest line; less than the default only in tests. */
  readonly lineBytesMax?: number;
}

/** Characters of a number that a fault quotes at most. */
const QUOTED_MAX = 40;

const decoder = new TextDecoder();

/** Reads records into the columns of a block. */
export class RecordScan implements GuidedRecord {
  /** The columns' names. */
  readonly keys: Keys;
  /** Whole lines, each with its line feed. */
  bytes: Uint8Array = new Uint8Array(0);
  /** What to fill. */
  block: FieldBlock;
  /** Records of the block so far. */
  rows = 0;

  readonly #options: NdjsonScanOptions;
  readonly #replaceLone: boolean;
  readonly #strictKeys: boolean;
  readonly #nested: NestedScan;
  /** Null where nothing is read by path. */
  readonly #guide: GuidedScan | null;
  readonly #floats: ReadonlySet<string>;
  readonly #cursor = new ListItems();
  /** Rows of each column that have a value or a null. */
  #filled = new Int32Array(64);
  /** The span of the value just read. */
  #start = 0;
  #meta = 0;

  /** A reader whose first columns are `names`; `floats` are declared f64. */
  constructor(
    options: NdjsonScanOptions,
    names: readonly string[],
    floats: ReadonlySet<string>,
    block: FieldBlock,
  ) {
    this.#options = options;
    this.#replaceLone = options.surrogates === "replace";
    this.#strictKeys = options.duplicates === "error";
    this.#nested = new NestedScan(options.maxDepth, this.#replaceLone);
    this.#floats = floats;
    this.keys = new Keys(names);
    this.block = block;
    const { paths = [] } = options;
    this.#guide = paths.length === 0
      ? null
      : new GuidedScan(paths, this.keys.names, options);
  }

  /** Starts a block. */
  begin(bytes: Uint8Array, block: FieldBlock): void {
    this.bytes = bytes;
    this.block = block;
    this.rows = 0;
    this.#makeColumns(this.keys.names.length);
    this.#filled.fill(0);
    this.#guide?.begin();
  }

  /** Gives every column a null where it has no value yet. */
  finish(): void {
    const { block, rows } = this;
    block.rows = rows;
    for (let index = 0; index < this.keys.names.length; index++) {
      fillNulls(block.columns[index]!, this.#filled[index]!, rows);
    }
  }

  /**
   * Reads a line; a blank one adds no row.
   *
   * @param at Its first byte.
   * @returns The place of its line feed, or -1.
   */
  line(at: number): number {
    const { bytes } = this;
    const first = skipBlank(bytes, at);
    if (bytes[first] !== 123) return this.#noObject(at, first);
    if (this.#options.maxDepth < 1) {
      return stopAt("DEPTH_EXCEEDED", first, first, {
        limit: String(this.#options.maxDepth),
      });
    }
    let next = skipBlank(bytes, first + 1);
    if (bytes[next] !== 125) {
      this.#guide?.beginRecord();
      next = this.#members(next);
      if (next < 0) return STOPPED;
    }
    let end = next + 1;
    if (bytes[end] !== 10) end = skipBlank(bytes, end);
    if (bytes[end] !== 10) return stopJson(end, "text after the value");
    this.rows++;
    return end;
  }

  /** A line that begins with no brace: blank, another value, or no JSON. */
  #noObject(line: number, first: number): number {
    const byte = this.bytes[first]!;
    if (byte === 10) {
      if (this.#options.blankLines === "skip") return first;
      return stopAt("BLANK_LINE", line, first, {});
    }
    let found = "";
    if (byte === 91) found = "array";
    else if (byte === 34) found = "string";
    else if (byte === 45 || (byte >= 48 && byte <= 57)) found = "number";
    else if (byte === 116 || byte === 102) found = "boolean";
    else if (byte === 110) found = "null";
    else return stopJson(first, "expected a value");
    return stopAt("NOT_AN_OBJECT", first, first, { found });
  }

  /** The members from the first key on; returns the closing brace's place. */
  #members(at: number): number {
    const { bytes, keys, rows } = this;
    const columns = this.block.columns;
    const guide = this.#guide;
    let column = -1;
    while (true) {
      if (bytes[at] !== 34) return stopExpected(bytes, at, "expected a key");
      const key = at;
      let found = keys.expected(bytes, key, column);
      if (found < 0) {
        found = this.#surprise(key, column);
        if (found < 0) return STOPPED;
      }
      column = found;
      const isRepeated = guide === null
        ? this.#strictKeys && this.#filled[column]! > rows
        : guide.isRepeated(keys.names, column, rows) && this.#strictKeys;
      if (isRepeated) {
        const args = { key: keys.names[column]! };
        return stopAt("DUPLICATE_KEY", key, keys.end - 1, args);
      }
      at = keys.end;
      if (bytes[at] !== 58) {
        at = skipBlank(bytes, at);
        if (bytes[at] !== 58) return stopExpected(bytes, at, "expected ':'");
      }
      if (bytes[++at]! <= 32) at = skipBlank(bytes, at);
      if (guide === null) {
        at = this.#value(at, column);
        if (at < 0) return STOPPED;
        const spans = columns[column]!;
        if (this.#filled[column] !== rows || rows >= spans.start.length) {
          this.#makeRoom(column);
        }
        spans.start[rows] = this.#start;
        spans.meta[rows] = this.#meta;
        this.#filled[column] = rows + 1;
      } else {
        at = guide.value(this, at, column);
        if (at < 0) return STOPPED;
      }
      let byte = bytes[at]!;
      if (byte <= 32) byte = bytes[at = skipBlank(bytes, at)]!;
      if (byte === 125) return at;
      if (byte !== 44) return stopExpected(bytes, at, "expected ',' or '}'");
      if (bytes[++at]! <= 32) at = skipBlank(bytes, at);
    }
  }

  /** @inheritDoc */
  read(at: number, column: number): number {
    const end = this.#value(at, column);
    if (end >= 0) this.#put(column);
    return end;
  }

  /** @inheritDoc */
  keep(start: number, end: number, column: number): void {
    this.#span(start, end, KIND_NESTED);
    this.#put(column);
  }

  /** @inheritDoc */
  forget(column: number): void {
    if (this.#filled[column]! > this.rows) this.#filled[column] = this.rows;
  }

  /** @inheritDoc */
  pass(at: number, outer: number): number {
    return this.#nested.end(this.bytes, at, outer);
  }

  /** Makes the value just read the field of a column. */
  #put(column: number): void {
    const { rows } = this;
    const spans = this.block.columns[column]!;
    if (this.#filled[column] !== rows || rows >= spans.start.length) {
      this.#makeRoom(column);
    }
    spans.start[rows] = this.#start;
    spans.meta[rows] = this.#meta;
    this.#filled[column] = rows + 1;
  }

  /** Makes the next row of a column the current one. */
  #makeRoom(column: number): void {
    const spans = this.block.columns[column]!;
    if (this.rows >= spans.start.length) growColumn(spans, this.rows + 1);
    fillNulls(spans, this.#filled[column]!, this.rows);
  }

  #makeColumns(count: number): void {
    this.block.addColumns(count);
    if (count > this.#filled.length) {
      const filled = new Int32Array(Math.max(count, this.#filled.length * 2));
      filled.set(this.#filled);
      this.#filled = filled;
    }
  }

  /** Looks a key up that was not expected; sets `keys.end`. */
  #surprise(at: number, previous: number): number {
    const { bytes, keys } = this;
    const quote = stringEnd(bytes, at + 1, this.#replaceLone);
    if (quote < 0) return STOPPED;
    let text = bytes;
    let start = at + 1;
    let end = quote;
    if (lastString.hasEscapes) {
      text = new Uint8Array(end - start);
      end = unescape(bytes, start, end, text, 0);
      start = 0;
    }
    const known = keys.names.length;
    const written = bytes.subarray(at, quote + 1);
    const column = keys.find(text, start, end, written, previous);
    if (column === known) {
      this.#makeColumns(known + 1);
      this.block.newKeys.push({ column, row: this.rows, at });
    }
    keys.end = quote + 1;
    return column;
  }

  /** A column's value at `at`; sets its span and returns where it ends. */
  #value(at: number, column: number): number {
    const { bytes } = this;
    const byte = bytes[at]!;
    if (byte === 34) {
      let quote = plainEnd(bytes, at + 1);
      let hasEscapes = false;
      if (bytes[quote] !== 34) {
        quote = stringEnd(bytes, quote, this.#replaceLone);
        if (quote < 0) return STOPPED;
        hasEscapes = lastString.hasEscapes;
      }
      if (hasEscapes) this.#unescaped(at, quote);
      else {
        this.#start = at + 1;
        this.#meta = (quote - at - 1) << LENGTH_SHIFT | KIND_STRING;
      }
      return quote + 1;
    }
    if (byte === 45 || (byte >= 48 && byte <= 57)) {
      return this.#number(at, column);
    }
    if (byte === 123 || byte === 91) {
      const end = this.#nestedEnd(at);
      if (end < 0 || !this.#checkItems(at, column)) return STOPPED;
      return this.#span(at, end, KIND_NESTED);
    }
    if (byte === 116) {
      return this.#span(at, literalEnd(bytes, at, TRUE), KIND_LITERAL);
    }
    if (byte === 102) {
      return this.#span(at, literalEnd(bytes, at, FALSE), KIND_LITERAL);
    }
    if (byte !== 110) return stopExpected(bytes, at, "expected a value");
    // A null has a place, a key that the record does not have has none.
    this.#start = at;
    this.#meta = 0;
    return literalEnd(bytes, at, NULL);
  }

  /**
   * Checks the numbers of an array that may be a list, as those of a column;
   * false where one stops the reading.
   */
  #checkItems(at: number, column: number): boolean {
    const { lists } = this.#options;
    const { bytes } = this;
    if (lists === undefined || bytes[at] !== 91) return true;
    if (!lists.areFound && !lists.names.has(this.keys.names[column]!)) {
      return true;
    }
    const cursor = this.#cursor;
    cursor.open(at);
    while (cursor.next(bytes)) {
      if (cursor.kind === KIND_NUMBER && !this.#hasType(cursor, column)) {
        return false;
      }
    }
    return true;
  }

  #hasType({ start }: ListItems, column: number): boolean {
    const end = numberEnd(this.bytes, start);
    if (!lastNumber.mayBeLarge || classify(this.bytes, start, end) !== TEXT) {
      return true;
    }
    return this.#kindOfLarge(start, end, column) !== STOPPED;
  }

  #nestedEnd(at: number): number {
    return this.#nested.end(this.bytes, at, this.#guide?.depth ?? 0);
  }

  #span(start: number, end: number, kind: number): number {
    this.#start = start;
    this.#meta = (end - start) << LENGTH_SHIFT | kind;
    return end;
  }

  #unescaped(open: number, close: number): void {
    const { block } = this;
    const start = block.openExtra(close - open - 1, open);
    const end = unescape(this.bytes, open + 1, close, block.extra, start);
    block.extraLength = end;
    this.#start = start;
    this.#meta = (end - start) << LENGTH_SHIFT | IN_EXTRA | KIND_STRING;
  }

  #number(at: number, column: number): number {
    const end = numberEnd(this.bytes, at);
    if (end < 0) return STOPPED;
    // What the grammar allows is text only where it does not fit.
    if (lastNumber.mayBeLarge && classify(this.bytes, at, end) === TEXT) {
      return this.#large(at, end, column);
    }
    return this.#span(at, end, KIND_NUMBER);
  }

  /**
   * A number without a type: a fault, or text if the options say so. An
   * integer that prints an f64 is a number where the column is declared so.
   */
  #large(at: number, end: number, column: number): number {
    const kind = this.#kindOfLarge(at, end, column);
    if (kind === STOPPED) return STOPPED;
    if (kind === KIND_NUMBER) return this.#span(at, end, KIND_NUMBER);
    // In `extra`, where a text's source need not begin with a quote.
    const { bytes, block } = this;
    const length = end - at;
    const start = block.openExtra(length, at);
    block.extra.set(bytes.subarray(at, end), start);
    block.extraLength = start + length;
    this.#start = start;
    this.#meta = length << LENGTH_SHIFT | IN_EXTRA | KIND_STRING;
    return end;
  }

  /** What such a number is: a number, a text, or a fault (-1). */
  #kindOfLarge(at: number, end: number, column: number): number {
    const { bytes } = this;
    const isFloat = this.#floats.has(this.keys.names[column]!) &&
      !Number.isNaN(largeFloat(bytes, at, end));
    if (isFloat) return KIND_NUMBER;
    const isText = lastNumber.isInteger
      ? this.#options.integers === "text"
      : this.#options.overflow === "text";
    if (!isText) {
      const shown = bytes.subarray(at, Math.min(end, at + QUOTED_MAX));
      return stopAt(
        lastNumber.isInteger ? "INTEGER_TOO_LARGE" : "NUMBER_TOO_LARGE",
        at,
        end,
        { value: decoder.decode(shown) },
      );
    }
    return KIND_STRING;
  }
}

/** Nulls for the rows from `from` to `rows`. */
function fillNulls(spans: SpanColumn, from: number, rows: number): void {
  if (from >= rows) return;
  if (rows > spans.start.length) growColumn(spans, rows);
  spans.start.fill(0, from, rows);
  spans.meta.fill(0, from, rows);
}
