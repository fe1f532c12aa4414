/**
 * Writes tables and rows as CSV: to bytes, or in chunks of bounded memory.
 *
 * @module
 */

import {
  writeAll,
  writeBatches,
  type WriteRequest,
  writeSync,
} from "../write/_drive.ts";
import {
  checkCsvStyle,
  checkWriteOptions,
  type CsvStyle,
  type WriteBatchesInput,
  type WriteInput,
  type WriteOptions,
  type WriteSyncOptions,
} from "../write/options.ts";

/** Options of `writeCsv` and `writeCsvBatches`. */
export interface WriteCsvOptions extends CsvStyle, WriteOptions {}

/** Options of `writeCsvSync`. */
export interface WriteCsvSyncOptions extends CsvStyle, WriteSyncOptions {}

/**
 * Writes a table or rows as CSV: UTF-8, the names first, LF after every row,
 * quotes only where a reader needs them. Null is an empty field, the empty
 * text is `""`, so that reading with the same types gives the same table.
 *
 * The columns of rows are their keys in order of first appearance; a key that
 * a row does not have is null there. A `Date` is written as a timestamp with
 * `Z`, another object as its JSON text.
 *
 * @param input A table, or an iterable of objects.
 * @param options Style, columns, engine and signal.
 * @returns The bytes.
 * @throws {TypeError} If the input or an option has the wrong type, or a value
 * has no text (a function, a symbol).
 * @throws {RangeError} If an option has a value that is not allowed, a column
 * does not exist, or a value cannot be written: an integer beyond 64 bits,
 * half a surrogate pair, a date outside the years 0001 to 9999.
 * @throws {FastpathError} If memory runs out, or the native library is
 * required but absent.
 * @throws The signal's reason if it is aborted.
 *
 * @example Write rows
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { writeCsv } from "@fastpath/fastpath";
 *
 * const bytes = await writeCsv([
 *   { city: "Bern", motto: "Small, old" },
 *   { city: "Genf", people: 203_856 },
 * ]);
 * assertEquals(
 *   new TextDecoder().decode(bytes),
 *   'city,motto,people\nBern,"Small, old",\nGenf,,203856\n',
 * );
 * ```
 *
 * @example Write for a spreadsheet
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { writeCsv } from "@fastpath/fastpath";
 *
 * const bytes = await writeCsv([{ name: "=1+1", loss: -5 }], {
 *   formulas: "escape",
 *   delimiter: ";",
 * });
 * assertEquals(new TextDecoder().decode(bytes), "name;loss\n'=1+1;-5\n");
 * ```
 */
export async function writeCsv(
  input: WriteInput,
  options: WriteCsvOptions = {},
): Promise<Uint8Array<ArrayBuffer>> {
  return await writeAll(input, requestOf(options));
}

/**
 * Like `writeCsv`, without giving up the thread: for small tables and for
 * programs that have nothing else to do.
 *
 * @param input A table, or an iterable of objects.
 * @param options Style, columns and engine.
 * @returns The bytes.
 * @throws {TypeError} If the input or an option has the wrong type, or a value
 * has no text.
 * @throws {RangeError} If an option has a value that is not allowed, a column
 * does not exist, or a value cannot be written.
 * @throws {FastpathError} If memory runs out, or the native library is
 * required but absent.
 *
 * @example Write a table
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { columnOf, Table, writeCsvSync } from "@fastpath/fastpath/csv";
 *
 * const table = Table.fromColumns({
 *   day: columnOf("date", ["2024-02-29", null]),
 *   price: columnOf("f64", [1.5, 2]),
 * });
 * assertEquals(
 *   new TextDecoder().decode(writeCsvSync(table)),
 *   "day,price\n2024-02-29,1.5\n,2\n",
 * );
 * ```
 */
export function writeCsvSync(
  input: WriteInput,
  options: WriteCsvSyncOptions = {},
): Uint8Array<ArrayBuffer> {
  return writeSync(input, requestOf(options));
}

/**
 * Writes batches as one CSV, in chunks of about 256 KiB: memory depends on
 * the batch, not on the output. The first batch tells the columns; a later
 * one that has others is an error, unless `columns` names them.
 * `ReadableStream.from(chunks)` makes a stream of the chunks.
 *
 * @param batches Tables or arrays of rows, in order.
 * @param options Style, columns, engine and signal.
 * @returns The chunks, each a new array.
 * @throws {TypeError} If a batch or an option has the wrong type, or a value
 * has no text.
 * @throws {RangeError} If an option has a value that is not allowed, a batch
 * has other columns than the first, or a value cannot be written.
 * @throws {FastpathError} If memory runs out, the native library is required
 * but absent, or a native kernel panicked.
 * @throws The signal's reason if it is aborted.
 *
 * @example Copy a CSV of any size with another delimiter
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { readCsvBatches, writeCsvBatches } from "@fastpath/fastpath";
 *
 * const input = new TextEncoder().encode("a,b\n1,x\n2,y\n");
 * const chunks = writeCsvBatches(readCsvBatches(input), { delimiter: "\t" });
 * const text = await new Response(ReadableStream.from(chunks)).text();
 * assertEquals(text, "a\tb\n1\tx\n2\ty\n");
 * ```
 */
export function writeCsvBatches(
  batches: WriteBatchesInput,
  options: WriteCsvOptions = {},
): AsyncGenerator<Uint8Array<ArrayBuffer>, void, undefined> {
  return writeBatches(batches, requestOf(options));
}

function requestOf(options: WriteCsvOptions): WriteRequest {
  return {
    ...checkWriteOptions(options),
    kernel: "csv.write",
    form: { name: "csv", csv: checkCsvStyle(options) },
  };
}
