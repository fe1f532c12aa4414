/**
 * Writes tables and rows as one JSON array: to bytes, or in chunks of bounded memory.
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
  checkWriteOptions,
  type WriteBatchesInput,
  type WriteInput,
  type WriteOptions,
  type WriteSyncOptions,
} from "../write/options.ts";

/**
 * Writes a table or rows as one JSON array of objects, a row a line, so that
 * it can be written and read row by row. Values print as in NDJSON.
 *
 * A row that is an object prints its own keys in its own order; with
 * `columns` it prints those, null where it has none.
 *
 * @param input A table, or an iterable of objects.
 * @param options Columns, engine and signal.
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
 * import { writeJson } from "@fastpath/fastpath";
 *
 * const bytes = await writeJson([{ id: 1, ok: true }, { id: 2 }]);
 * assertEquals(
 *   new TextDecoder().decode(bytes),
 *   '[\n{"id":1,"ok":true},\n{"id":2}\n]\n',
 * );
 * ```
 */
export async function writeJson(
  input: WriteInput,
  options: WriteOptions = {},
): Promise<Uint8Array<ArrayBuffer>> {
  return await writeAll(input, requestOf(options));
}

/**
 * Like `writeJson`, without giving up the thread: for small tables and for
 * programs that have nothing else to do.
 *
 * @param input A table, or an iterable of objects.
 * @param options Columns and engine.
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
 * import { columnOf, Table, writeJsonSync } from "@fastpath/fastpath/json";
 *
 * const table = Table.fromColumns({ n: columnOf("f64", [0.5, NaN]) });
 * const text = new TextDecoder().decode(writeJsonSync(table));
 * assertEquals(JSON.parse(text), [{ n: 0.5 }, { n: null }]);
 * ```
 */
export function writeJsonSync(
  input: WriteInput,
  options: WriteSyncOptions = {},
): Uint8Array<ArrayBuffer> {
  return writeSync(input, requestOf(options));
}

/**
 * Writes batches as one array of JSON, in chunks of about 256 KiB: memory depends
 * on the batch, not on the output. `ReadableStream.from(chunks)` makes a
 * stream of the chunks.
 *
 * @param batches Tables or arrays of rows, in order.
 * @param options Columns, engine and signal.
 * @returns The chunks, each a new array.
 * @throws {TypeError} If a batch or an option has the wrong type, or a value
 * has no text.
 * @throws {RangeError} If an option has a value that is not allowed, or a
 * value cannot be written.
 * @throws {FastpathError} If memory runs out, the native library is required
 * but absent, or a native kernel panicked.
 * @throws The signal's reason if it is aborted.
 *
 * @example Answer a request with a table of any size
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { readCsvBatches, writeJsonBatches } from "@fastpath/fastpath";
 *
 * const input = new TextEncoder().encode("a,b\n1,x\n2,\n");
 * const chunks = writeJsonBatches(readCsvBatches(input));
 * const response = new Response(ReadableStream.from(chunks));
 * assertEquals(await response.json(), [{ a: 1, b: "x" }, { a: 2, b: null }]);
 * ```
 */
export function writeJsonBatches(
  batches: WriteBatchesInput,
  options: WriteOptions = {},
): AsyncGenerator<Uint8Array<ArrayBuffer>, void, undefined> {
  return writeBatches(batches, requestOf(options));
}

function requestOf(options: WriteOptions): WriteRequest {
  return {
    ...checkWriteOptions(options),
    kernel: "ndjson.write",
    form: { name: "json" },
  };
}
