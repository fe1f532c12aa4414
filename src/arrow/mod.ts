/**
 * Reads and writes Arrow IPC, the form in which pandas, Polars, DuckDB and
 * Spark hand tables to each other: as file (`.arrow`, `.feather` version 2)
 * and as stream (`.arrows`).
 *
 * A table's columns are Arrow's buffers already, so both directions only
 * frame them: bytes in memory become a table without copying where type and
 * alignment allow it.
 *
 * - {@linkcode readArrow}: bytes, a path or a stream to a table.
 * - {@linkcode readArrowSync}: bytes to a table without a promise.
 * - {@linkcode readArrowBatches}: a table per batch, in bounded memory.
 * - {@linkcode writeArrow}: a table or batches to bytes.
 * - {@linkcode writeArrowSync}: the same without a promise.
 * - {@linkcode writeArrowBatches}: batches in, chunks of bytes out.
 *
 * @example Write and read
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { columnOf, Table } from "@fastpath/fastpath/table";
 * import { readArrowSync, writeArrowSync } from "@fastpath/fastpath/arrow";
 *
 * const table = Table.fromColumns({ city: columnOf("utf8", ["Bern"]) });
 * const bytes = writeArrowSync(table);
 * assertEquals(readArrowSync(bytes).toObjects(), [{ city: "Bern" }]);
 * ```
 *
 * @module
 */

export { FastpathError, ParseError } from "../errors.ts";
export type { ArrowErrorCode, FailureCode, ParseErrorCode } from "../errors.ts";
export type { BytesInput } from "../input.ts";
export * from "../table/mod.ts";
export {
  readArrow,
  readArrowBatches,
  type ReadArrowOptions,
  readArrowSync,
  type ReadArrowSyncOptions,
} from "./read.ts";
export {
  type ArrowBatches,
  type ArrowFormat,
  writeArrow,
  writeArrowBatches,
  type WriteArrowOptions,
  writeArrowSync,
  type WriteArrowSyncOptions,
} from "./write.ts";
