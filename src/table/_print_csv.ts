/**
 * Prints tables as CSV bytes: quotes only where a reader needs them, an
 * absent value empty, the empty text `""`.
 *
 * @module
 */

import { type CellPrinter, cellPrinter, printNumber } from "./_cells.ts";
import { TextOfCells } from "./_lists.ts";
import { jsonCells } from "./_print_ndjson.ts";
import { type CellForm, RowCells } from "./_row_cells.ts";
import { ByteSink, roomFor, SHORT_TEXT } from "./_sink.ts";
import { encodeText } from "./_text.ts";
import type { Column } from "./column.ts";
import type { TypeName } from "./schema.ts";
import type { Table } from "./table.ts";

/** Bytes of a chunk, about. */
const CHUNK_BYTES = 1 << 18;

const QUOTE = 34;
const APOSTROPHE = 39;
const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;
const BOM = [0xef, 0xbb, 0xbf] as const;

/** What a spreadsheet takes for a formula: these begin a text (OWASP). */
const FORMULA_BEGINS = new Uint8Array(256);
for (const character of "=+-@\t\r") {
  FORMULA_BEGINS[character.charCodeAt(0)] = 1;
}

/** First bytes that may begin a formula or a byte order mark. */
const ODD_FIRST = FORMULA_BEGINS.slice();
ODD_FIRST[BOM[0]] = 1;

/** What the values of each type are printed with; texts hold anything. */
const LETTERS: Readonly<Record<Exclude<TypeName, "utf8" | "list">, string>> = {
  bool: "truefals",
  i32: "-0123456789",
  i64: "-0123456789",
  f64: "-+.e0123456789NaInfity",
  date: "-0123456789",
  timestamp: "-:.TZ0123456789",
  decimal: "-.0123456789",
  duration: "-PTHMS.0123456789",
};

/** How a CSV is written. */
export interface CsvForm {
  /** What separates fields: one ASCII character. */
  readonly delimiter: string;
  /** Whether the names come first. */
  readonly header: boolean;
  /** What ends a row. */
  readonly lineEnd: "\n" | "\r\n";
  /** Whether the bytes begin with a byte order mark. */
  readonly bom: boolean;
  /** Whether texts that a spreadsheet would compute are prefixed with `'`. */
  readonly formulas: "keep" | "escape";
  /** Which fields are quoted besides those that need it; never a null. */
  readonly quoting: "minimal" | "all" | "nonNumeric";
}

/** The form of every CSV that is not asked to be another. */
export const PLAIN_CSV: CsvForm = {
  delimiter: ",",
  header: true,
  lineEnd: "\n",
  bom: false,
  formulas: "keep",
  quoting: "minimal",
};

/** Types that are numbers, which `nonNumeric` leaves without quotes. */
const NUMBERS: ReadonlySet<TypeName> = new Set([
  ...["i32", "i64", "f64", "decimal"] as const,
]);

/** Prints tables that have the same columns, the names first. */
export class CsvPrinter {
  readonly #form: CsvForm;
  readonly #delimiter: number;
  readonly #needsQuotes = new Uint8Array(256);
  readonly #escapes: boolean;
  readonly #isCrlf: boolean;
  /** Whether texts, and values that are no numbers, are always quoted. */
  readonly #quotesTexts: boolean;
  readonly #quotesNumbers: boolean;
  /** Whether a value that is no text can hold the delimiter. */
  readonly #splitsValues: boolean;
  #hasBegun = false;

  /** A printer; what the form leaves out is as in plain CSV. */
  constructor(form: Partial<CsvForm> = {}) {
    this.#form = { ...PLAIN_CSV, ...form };
    this.#delimiter = this.#form.delimiter.charCodeAt(0);
    this.#escapes = this.#form.formulas === "escape";
    this.#isCrlf = this.#form.lineEnd === "\r\n";
    this.#quotesTexts = this.#form.quoting !== "minimal";
    this.#quotesNumbers = this.#form.quoting === "all";
    this.#splitsValues = Object.values(LETTERS)
      .some((letters) => letters.includes(this.#form.delimiter));
    for (const byte of [QUOTE, LINE_FEED, CARRIAGE_RETURN, this.#delimiter]) {
      this.#needsQuotes[byte] = 1;
    }
  }

  /**
   * Prints the rows of a table in chunks of about 256 KiB; before those of
   * the first table the names.
   *
   * @param table The rows.
   * @returns The chunks, each a new array.
   */
  *print(table: Table): Generator<Uint8Array<ArrayBuffer>, void, undefined> {
    if (!this.#hasBegun) {
      this.#hasBegun = true;
      const head = this.head(table.columnNames);
      if (head.length > 0) yield head;
    }
    yield* this.rows(table);
  }

  /** What stands before the first row. */
  head(names: readonly string[]): Uint8Array<ArrayBuffer> {
    const sink = new ByteSink(256);
    if (this.#form.bom) { for (const byte of BOM) sink.byte(byte); }
    if (this.#form.header && names.length > 0) {
      names.forEach((name, index) => {
        if (index > 0) this.separate(sink);
        const bytes = encodeText(name);
        this.printText(sink, bytes, 0, bytes.length);
      });
      this.endRow(sink);
    }
    return sink.take();
  }

  /** What stands after the last row: nothing. */
  tail(): Uint8Array<ArrayBuffer> {
    return new Uint8Array(0);
  }

  /**
   * Prints the rows of a table without the names.
   *
   * @param table The rows.
   * @returns The chunks, each a new array.
   */
  *rows(table: Table): Generator<Uint8Array<ArrayBuffer>, void, undefined> {
    if (table.numColumns === 0) return;
    const fields = table.numRows * table.numColumns;
    const sink = new ByteSink(roomFor(fields, CHUNK_BYTES));
    const cells: RowCells[] = [];
    for (let index = 0; index < table.numColumns; index++) {
      const column = table.columnAt(index);
      const printer = column.type === "list"
        ? new TextOfCells(jsonCells(column), this.printText)
        : cellPrinter(column, this.printText, printNumber);
      cells.push(new RowCells(column, this.#cellForm(column, printer, index)));
    }
    for (let row = 0; row < table.numRows; row++) {
      let at = sink.length;
      for (let index = 0; index < cells.length; index++) {
        at = cells[index]!.print(sink, at, row);
      }
      if (this.#isCrlf) sink.bytes[at++] = CARRIAGE_RETURN;
      sink.bytes[at++] = LINE_FEED;
      sink.length = at;
      if (at >= CHUNK_BYTES) yield sink.take();
    }
    if (sink.length > 0) yield sink.take();
  }

  #cellForm(column: Column, inner: CellPrinter, index: number): CellForm {
    const printer = this.#guarded(inner, column.type);
    return {
      printer,
      isPlain: printer === inner &&
        (column.type !== "utf8" || !this.#quotesTexts),
      lead: index > 0 ? this.#form.delimiter : "",
      nothing: "",
      isQuoted: false,
      odd: this.#needsQuotes,
      oddFirst: ODD_FIRST,
    };
  }

  #guarded(printer: CellPrinter, type: TypeName): CellPrinter {
    if (type === "utf8" || type === "list") return printer;
    const isNumber = NUMBERS.has(type);
    const isSafe = !LETTERS[type].includes(this.#form.delimiter) &&
      !(isNumber ? this.#quotesNumbers : this.#quotesTexts);
    return isSafe ? printer : new GuardedCells(printer, this, isNumber);
  }

  /** Appends what stands between two fields. */
  separate(sink: ByteSink): void {
    sink.byte(this.#delimiter);
  }

  /**
   * Puts a value that is no text in quotes if it holds the delimiter, or all
   * of its kind are quoted; the type that a reader finds does not depend on
   * them (semantics 7).
   *
   * @param sink Where the value was just printed.
   * @param start Where it begins.
   * @param isNumber Whether it is a number.
   */
  guard(sink: ByteSink, start: number, isNumber: boolean): void {
    const isQuoted = isNumber ? this.#quotesNumbers : this.#quotesTexts;
    if (!isQuoted) {
      if (!this.#splitsValues) return;
      const value = sink.bytes.subarray(start, sink.length);
      if (!value.includes(this.#delimiter)) return;
    }
    sink.reserve(2);
    const { bytes, length } = sink;
    bytes.copyWithin(start + 1, start, length);
    bytes[start] = QUOTE;
    bytes[length + 1] = QUOTE;
    sink.length = length + 2;
  }

  /** Appends what ends a row. */
  endRow(sink: ByteSink): void {
    if (this.#isCrlf) sink.byte(CARRIAGE_RETURN);
    sink.byte(LINE_FEED);
  }

  /**
   * Appends a short text of ASCII that needs no quotes.
   *
   * @returns False where it is another one: then nothing was appended.
   */
  printString(sink: ByteSink, text: string): boolean {
    const { length } = text;
    if (length === 0 || length > SHORT_TEXT || this.#quotesTexts) return false;
    const needsQuotes = this.#needsQuotes;
    sink.reserve(length);
    const bytes = sink.bytes;
    let at = sink.length;
    for (let index = 0; index < length; index++) {
      const code = text.charCodeAt(index);
      if (code >= 0x80 || needsQuotes[code] === 1) return false;
      bytes[at++] = code;
    }
    if (this.#escapes && FORMULA_BEGINS[bytes[sink.length]!] === 1) {
      return false;
    }
    sink.length = at;
    return true;
  }

  /** Appends a text, in quotes where a reader needs them. */
  readonly printText = (
    sink: ByteSink,
    data: Uint8Array,
    start: number,
    end: number,
  ): void => {
    if (
      start === end || this.#quotesTexts || ODD_FIRST[data[start]!] === 1
    ) {
      return this.#printOdd(sink, data, start, end);
    }
    const needsQuotes = this.#needsQuotes;
    sink.reserve(end - start);
    const bytes = sink.bytes;
    let at = sink.length;
    for (let index = start; index < end; index++) {
      const byte = data[index]!;
      if (needsQuotes[byte] === 1) return printQuoted(sink, data, start, end);
      bytes[at++] = byte;
    }
    sink.length = at;
  };

  /** A text that is empty or to be quoted, or begins with an odd byte. */
  #printOdd(
    sink: ByteSink,
    data: Uint8Array,
    start: number,
    end: number,
  ): void {
    const isFormula = this.#escapes && start < end &&
      FORMULA_BEGINS[data[start]!] === 1;
    // A reader drops a byte order mark that begins the input.
    let isQuoted = start === end || this.#quotesTexts ||
      beginsWithMark(data, start, end) ||
      isFormula && this.#delimiter === APOSTROPHE;
    for (let index = start; index < end && !isQuoted; index++) {
      isQuoted = this.#needsQuotes[data[index]!] === 1;
    }
    if (isQuoted) return printQuoted(sink, data, start, end, isFormula);
    if (isFormula) sink.byte(APOSTROPHE);
    sink.copy(data, start, end);
  }
}

/** Values of a column that are quoted, always or for the delimiter. */
class GuardedCells implements CellPrinter {
  readonly #inner: CellPrinter;
  readonly #printer: CsvPrinter;
  readonly #isNumber: boolean;
  constructor(inner: CellPrinter, printer: CsvPrinter, isNumber: boolean) {
    this.#inner = inner;
    this.#printer = printer;
    this.#isNumber = isNumber;
  }
  print(sink: ByteSink, row: number): void {
    const start = sink.length;
    this.#inner.print(sink, row);
    this.#printer.guard(sink, start, this.#isNumber);
  }
}

function beginsWithMark(
  data: Uint8Array,
  start: number,
  end: number,
): boolean {
  return end - start >= 3 && data[start] === BOM[0] &&
    data[start + 1] === BOM[1] && data[start + 2] === BOM[2];
}

/** Prints a text in quotes, each of its own doubled. */
function printQuoted(
  sink: ByteSink,
  data: Uint8Array,
  start: number,
  end: number,
  isFormula = false,
): void {
  sink.reserve(2 * (end - start) + 3);
  const bytes = sink.bytes;
  let at = sink.length;
  bytes[at++] = QUOTE;
  if (isFormula) bytes[at++] = APOSTROPHE;
  for (let index = start; index < end; index++) {
    const byte = data[index]!;
    if (byte === QUOTE) bytes[at++] = QUOTE;
    bytes[at++] = byte;
  }
  bytes[at++] = QUOTE;
  sink.length = at;
}
