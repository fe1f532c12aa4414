/**
 * Prints tables as JSON bytes: an object per row, its keys in the order of
 * the columns. NDJSON ends each with a line feed; JSON puts all into one
 * array, a row a line, so that it can be written and read row by row.
 *
 * @module
 */

import { type CellPrinter, cellPrinter, printNumber } from "./_cells.ts";
import { ListCells } from "./_lists.ts";
import { RowCells } from "./_row_cells.ts";
import { ByteSink, roomFor, SHORT_TEXT } from "./_sink.ts";
import type { Column } from "./column.ts";
import type { TypeName } from "./schema.ts";
import type { Table } from "./table.ts";

/** Bytes of a chunk, about. */
const CHUNK_BYTES = 1 << 18;

const QUOTE = 34;
const BACKSLASH = 92;
const BRACKET_OPEN = 91;
const BRACKET_CLOSE = 93;
const COMMA = 44;
const BRACE_OPEN = 123;
const BRACE_CLOSE = 125;
const LINE_FEED = 10;

/**
 * What stands behind the backslash for each byte: 0 where the byte is
 * printed as it is, `u` where it needs the long form.
 */
const ESCAPES = escapes();

function escapes(): Uint8Array {
  const table = new Uint8Array(256).fill("u".charCodeAt(0), 0, 32);
  const short = { 8: "b", 9: "t", 10: "n", 12: "f", 13: "r" };
  for (const [byte, letter] of Object.entries(short)) {
    table[Number(byte)] = letter.charCodeAt(0);
  }
  table[QUOTE] = QUOTE;
  table[BACKSLASH] = BACKSLASH;
  return table;
}

/** Types without a form of JSON, whose text is a string. */
const QUOTED: ReadonlySet<TypeName> = new Set([
  ...["date", "timestamp", "duration"] as const,
]);

/** Prints rows of tables that have the same columns. */
export class NdjsonPrinter {
  readonly #isArray: boolean;
  /** Whether a row of the array has been printed, by whomever. */
  hasRows = false;

  /** A printer of lines, or of the rows of one array. */
  constructor(form: "lines" | "array" = "lines") {
    this.#isArray = form === "array";
  }

  /**
   * Prints the rows of a table in chunks of about 256 KiB.
   *
   * @param table The rows.
   * @returns The chunks, each a new array.
   */
  print(table: Table): Generator<Uint8Array<ArrayBuffer>, void, undefined> {
    return this.rows(table);
  }

  /** What stands before the first row. */
  head(_names: readonly string[]): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.#isArray ? [BRACKET_OPEN] : []);
  }

  /** What stands after the last row. */
  tail(): Uint8Array<ArrayBuffer> {
    if (!this.#isArray) return new Uint8Array(0);
    const end = [BRACKET_CLOSE, LINE_FEED];
    return new Uint8Array(this.hasRows ? [LINE_FEED, ...end] : end);
  }

  /**
   * Prints the rows of a table, in an array each with what separates it from
   * the one before.
   *
   * @param table The rows.
   * @returns The chunks, each a new array.
   */
  *rows(table: Table): Generator<Uint8Array<ArrayBuffer>, void, undefined> {
    const fields = table.numRows * table.numColumns;
    const sink = new ByteSink(roomFor(fields, CHUNK_BYTES));
    const cells = table.schema.map(({ name }, index) => {
      const column = table.columnAt(index);
      return new RowCells(column, {
        printer: jsonCells(column),
        isPlain: true,
        lead: keyText(name, index),
        nothing: "null",
        isQuoted: QUOTED.has(column.type) || column.type === "utf8",
        odd: ESCAPES,
        oddFirst: ESCAPES,
      });
    });
    for (let row = 0; row < table.numRows; row++) {
      this.beginRow(sink);
      let at = sink.length;
      for (let index = 0; index < cells.length; index++) {
        at = cells[index]!.print(sink, at, row);
      }
      sink.length = at;
      this.endRow(sink);
      if (sink.length >= CHUNK_BYTES) yield sink.take();
    }
    if (sink.length > 0) yield sink.take();
  }

  /** Appends what stands before a row's first key. */
  beginRow(sink: ByteSink): void {
    if (this.#isArray) {
      if (this.hasRows) sink.byte(COMMA);
      sink.byte(LINE_FEED);
      this.hasRows = true;
    }
    sink.byte(BRACE_OPEN);
  }

  /** Appends what stands after a row's last value. */
  endRow(sink: ByteSink): void {
    sink.byte(BRACE_CLOSE);
    if (!this.#isArray) sink.byte(LINE_FEED);
  }
}

/** A key with what stands around it: `,"name":`, the first without comma. */
export function keyText(name: string, index: number): string {
  return `${index === 0 ? "" : ","}${JSON.stringify(name)}:`;
}

/** The printer of a column's values as JSON. */
export function jsonCells(column: Column): CellPrinter {
  if (column.type === "list") {
    return new ListCells(column, jsonCells(column.items!));
  }
  const printer = cellPrinter(column, printJsonText, printJsonFloat);
  return QUOTED.has(column.type) ? new QuotedCells(printer) : printer;
}

/** JSON has no dates: their text is a string. It never needs an escape. */
class QuotedCells implements CellPrinter {
  readonly #inner: CellPrinter;
  constructor(inner: CellPrinter) {
    this.#inner = inner;
  }
  print(sink: ByteSink, row: number): void {
    sink.byte(QUOTE);
    this.#inner.print(sink, row);
    sink.byte(QUOTE);
  }
}

/** JSON has no word for what is not a finite number. */
export function printJsonFloat(sink: ByteSink, value: number): void {
  if (Number.isFinite(value)) printNumber(sink, value);
  else sink.ascii("null");
}

/**
 * Prints a short text of ASCII that needs no escape.
 *
 * @returns False where it is another one: then nothing was printed.
 */
export function printJsonString(sink: ByteSink, text: string): boolean {
  const { length } = text;
  if (length > SHORT_TEXT) return false;
  sink.reserve(length + 2);
  const bytes = sink.bytes;
  let at = sink.length;
  bytes[at++] = QUOTE;
  for (let index = 0; index < length; index++) {
    const code = text.charCodeAt(index);
    if (code >= 0x80 || ESCAPES[code] !== 0) return false;
    bytes[at++] = code;
  }
  bytes[at++] = QUOTE;
  sink.length = at;
  return true;
}

/** Prints a text as `JSON.stringify` does. */
export function printJsonText(
  sink: ByteSink,
  data: Uint8Array,
  start: number,
  end: number,
): void {
  // The longest escape has six bytes.
  sink.reserve(6 * (end - start) + 2);
  const bytes = sink.bytes;
  let at = sink.length;
  bytes[at++] = QUOTE;
  for (let index = start; index < end; index++) {
    const byte = data[index]!;
    const escape = ESCAPES[byte]!;
    if (escape === 0) {
      bytes[at++] = byte;
      continue;
    }
    bytes[at++] = BACKSLASH;
    bytes[at++] = escape;
    if (escape === 0x75) {
      bytes[at++] = 48;
      bytes[at++] = 48;
      bytes[at++] = 48 + (byte >>> 4);
      bytes[at++] = (byte & 15) < 10 ? 48 + (byte & 15) : 87 + (byte & 15);
    }
  }
  bytes[at++] = QUOTE;
  sink.length = at;
}
