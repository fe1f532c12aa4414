/**
 * Writes tables and rows as newline-delimited JSON: to bytes, or in chunks of bounded memory.
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
 * Writes a table or rows as NDJSON: a JSON object per row, each ended by a
 * line feed. Texts print as by `JSON.stringify`, integers with all their
 * digits, dates and timestamps as strings; null, NaN and the infinities print
 * `null`.
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
 * import { writeNdjson } from "@fastpath/fastpath";
 *
 * const bytes = await writeNdjson([
 *   { id: 9007199254740993n, at: new Date(0) },
 *   { id: 2, tags: ["a", "b"] },
 * ]);
 * assertEquals(
 *   new TextDecoder().decode(bytes),
 *   '{"id":9007199254740993,"at":"1970-01-01T00:00:00Z"}\n' +
 *     '{"id":2,"tags":["a","b"]}\n',
 * );
 * ```
 */
export async function writeNdjson(
  input: WriteInput,
  options: WriteOptions = {},
): Promise<Uint8Array<ArrayBuffer>> {
  return await writeAll(input, requestOf(options));
}

/**
 * Like `writeNdjson`, without giving up the thread: for small tables and for
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
 * import { columnOf, Table, writeNdjsonSync } from "@fastpath/fastpath/ndjson";
 *
 * const table = Table.fromColumns({ n: columnOf("i32", [1, null]) });
 * assertEquals(
 *   new TextDecoder().decode(writeNdjsonSync(table)),
 *   '{"n":1}\n{"n":null}\n',
 * );
 * ```
 */
export function writeNdjsonSync(
  input: WriteInput,
  options: WriteSyncOptions = {},
): Uint8Array<ArrayBuffer> {
  return writeSync(input, requestOf(options));
}

/**
 * Writes batches as one NDJSON, in chunks of about 256 KiB: memory depends
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
 * @example Turn a CSV of any size into NDJSON
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { readCsvBatches, writeNdjsonBatches } from "@fastpath/fastpath";
 *
 * const input = new TextEncoder().encode("a,b\n1,x\n2,\n");
 * const chunks = writeNdjsonBatches(readCsvBatches(input));
 * const text = await new Response(ReadableStream.from(chunks)).text();
 * assertEquals(text, '{"a":1,"b":"x"}\n{"a":2,"b":null}\n');
 * ```
 */
export function writeNdjsonBatches(
  batches: WriteBatchesInput,
  options: WriteOptions = {},
): AsyncGenerator<Uint8Array<ArrayBuffer>, void, undefined> {
  return writeBatches(batches, requestOf(options));
}

function requestOf(options: WriteOptions): WriteRequest {
  return {
    ...checkWriteOptions(options),
    kernel: "ndjson.write",
    form: { name: "ndjson" },
  };
}
