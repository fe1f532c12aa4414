/**
 * Prints tables as CSV bytes: LF, quotes only where a reader needs them, an
 * absent value empty, the empty text `""`.
 *
 * @module
 */

import { bitAt } from "./_bitmap.ts";
import { type CellPrinter, cellPrinter, printNumber } from "./_cells.ts";
import { ByteSink } from "./_sink.ts";
import { encodeText } from "./_text.ts";
import type { Table } from "./table.ts";

/** Bytes of a chunk, about. */
const CHUNK_BYTES = 1 << 18;

const QUOTE = 34;
const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;

/** Prints tables that have the same columns, the names first. */
export class CsvPrinter {
  readonly #delimiter: number;
  readonly #needsQuotes = new Uint8Array(256);
  #hasBegun = false;

  /** A printer with a delimiter of one ASCII character. */
  constructor(delimiter = ",") {
    this.#delimiter = delimiter.charCodeAt(0);
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
    const sink = new ByteSink(CHUNK_BYTES + 4096);
    if (!this.#hasBegun) this.#printNames(sink, table);
    if (table.numColumns === 0) return;
    const printers: CellPrinter[] = [];
    const validities: (Uint8Array | undefined)[] = [];
    for (let index = 0; index < table.numColumns; index++) {
      const column = table.columnAt(index);
      printers.push(cellPrinter(column, this.#printText, printNumber));
      validities.push(column.validity);
    }
    for (let row = 0; row < table.numRows; row++) {
      for (let index = 0; index < printers.length; index++) {
        if (index > 0) sink.byte(this.#delimiter);
        const validity = validities[index];
        const isNull = validity !== undefined && !bitAt(validity, row);
        if (!isNull) printers[index]!.print(sink, row);
      }
      sink.byte(LINE_FEED);
      if (sink.length >= CHUNK_BYTES) yield sink.take();
    }
    if (sink.length > 0) yield sink.take();
  }

  #printNames(sink: ByteSink, table: Table): void {
    this.#hasBegun = true;
    table.schema.forEach(({ name }, index) => {
      if (index > 0) sink.byte(this.#delimiter);
      const bytes = encodeText(name);
      // A reader drops a byte order mark that begins the input.
      const isMarked = index === 0 && name.startsWith("\uFEFF");
      if (isMarked) printQuoted(sink, bytes, 0, bytes.length);
      else this.#printText(sink, bytes, 0, bytes.length);
    });
    if (table.numColumns > 0) sink.byte(LINE_FEED);
  }

  readonly #printText = (
    sink: ByteSink,
    data: Uint8Array,
    start: number,
    end: number,
  ): void => {
    const needsQuotes = this.#needsQuotes;
    for (let index = start; index < end; index++) {
      if (needsQuotes[data[index]!] === 1) {
        return printQuoted(sink, data, start, end);
      }
    }
    if (start === end) printQuoted(sink, data, start, end);
    else sink.copy(data, start, end);
  };
}

/** Prints a text in quotes, each of its own doubled. */
function printQuoted(
  sink: ByteSink,
  data: Uint8Array,
  start: number,
  end: number,
): void {
  sink.reserve(2 * (end - start) + 2);
  const bytes = sink.bytes;
  let at = sink.length;
  bytes[at++] = QUOTE;
  for (let index = start; index < end; index++) {
    const byte = data[index]!;
    if (byte === QUOTE) bytes[at++] = QUOTE;
    bytes[at++] = byte;
  }
  bytes[at++] = QUOTE;
  sink.length = at;
}
