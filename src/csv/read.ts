/**
 * Reads CSV to typed columns: a table, or batches of bounded memory.
 *
 * @module
 */

import type { BytesInput } from "../input.ts";
import { readBatches, readTable, readTableSync } from "../read/_drive.ts";
import type { DeclaredShape, ShapeOf } from "../table/schema.ts";
import type { Table } from "../table/table.ts";
import { requestOf } from "./_request.ts";
import type { ReadCsvBatchesOptions, ReadCsvOptions } from "./options.ts";

/**
 * Reads CSV to a table. Bytes and files are typed by all their rows; a stream
 * is typed by its first `sampleRows` rows.
 *
 * @typeParam D Declared types by column name.
 * @param input The bytes, a path, or a stream of bytes.
 * @param options Dialect, types and limits.
 * @returns The table.
 * @throws {ParseError} If the input breaks a rule of CSV, or a value does not
 * fit its type.
 * @throws {FastpathError} If the input cannot be read or memory runs out.
 * @throws {TypeError} If the input or an option has the wrong type.
 * @throws {RangeError} If an option has a value that is not allowed, or a
 * declared column is not in the header.
 *
 * @example Read bytes
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { readCsv } from "@fastpath/fastpath";
 *
 * const bytes = new TextEncoder().encode("zip,sold\n00501,3\n99950,\n");
 * const table = await readCsv(bytes);
 * assertEquals(table.column("zip").type, "utf8");
 * assertEquals(table.column("sold").toArray(), [3, null]);
 * ```
 *
 * @example Declare a type
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { readCsv } from "@fastpath/fastpath";
 *
 * const bytes = new TextEncoder().encode("id;day\n7;2024-02-29\n");
 * const table = await readCsv(bytes, {
 *   delimiter: ";",
 *   schema: { id: "i64" },
 * });
 * const id: bigint | null = table.get(0, "id");
 * assertEquals(id, 7n);
 * ```
 */
export async function readCsv<D extends DeclaredShape>(
  input: BytesInput,
  options: ReadCsvOptions<D> = {},
): Promise<Table<ShapeOf<D>>> {
  const table = await readTable(input, requestOf(options));
  return table as Table<ShapeOf<D>>;
}

/**
 * Reads CSV bytes to a table without giving up the thread: for small inputs
 * and for programs that have nothing else to do.
 *
 * @typeParam D Declared types by column name.
 * @param bytes The bytes.
 * @param options Dialect, types and limits.
 * @returns The table.
 * @throws {ParseError} If the input breaks a rule of CSV, or a value does not
 * fit its type.
 * @throws {TypeError} If the bytes or an option have the wrong type.
 * @throws {RangeError} If an option has a value that is not allowed, or a
 * declared column is not in the header.
 *
 * @example Read bytes
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { readCsvSync } from "@fastpath/fastpath";
 *
 * const bytes = new TextEncoder().encode("a,b\n1,x\n");
 * assertEquals(readCsvSync(bytes).toObjects(), [{ a: 1, b: "x" }]);
 * ```
 */
export function readCsvSync<D extends DeclaredShape>(
  bytes: Uint8Array,
  options: ReadCsvOptions<D> = {},
): Table<ShapeOf<D>> {
  return readTableSync(bytes, requestOf(options)) as Table<ShapeOf<D>>;
}

/**
 * Reads CSV batch by batch, in memory that depends on the batch, not on the
 * input. The next batch is read when it is asked for; a loop that is left
 * closes the file. There is always a first batch, so that the names are
 * known; it is empty where the input has no rows.
 *
 * Types are decided by the first `sampleRows` rows, or by all rows with
 * `inferRows: "all"`. All complete rows before a fault are delivered before
 * it is thrown.
 *
 * @typeParam D Declared types by column name.
 * @param input The bytes, a path, or a stream of bytes.
 * @param options Dialect, types, limits and the size of a batch.
 * @returns The batches.
 * @throws {ParseError} If the input breaks a rule of CSV, or a value does not
 * fit its type.
 * @throws {FastpathError} If the input cannot be read or memory runs out.
 * @throws {TypeError} If the input or an option has the wrong type.
 * @throws {RangeError} If an option has a value that is not allowed, or a
 * declared column is not in the header.
 *
 * @example Sum a column of a long input
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { readCsvBatches } from "@fastpath/fastpath";
 *
 * const bytes = new TextEncoder().encode("n\n1\n2\n3\n");
 * let sum = 0;
 * for await (
 *   const batch of readCsvBatches(bytes, {
 *     batchRows: 2,
 *     schema: { n: "i32" },
 *   })
 * ) {
 *   for (const n of batch.column("n").data) sum += n;
 * }
 * assertEquals(sum, 6);
 * ```
 */
export function readCsvBatches<D extends DeclaredShape>(
  input: BytesInput,
  options: ReadCsvBatchesOptions<D> = {},
): AsyncGenerator<Table<ShapeOf<D>>, void, undefined> {
  const batches = readBatches(input, requestOf(options));
  return batches as AsyncGenerator<Table<ShapeOf<D>>, void, undefined>;
}
