/**
 * Reads newline-delimited JSON (NDJSON, JSON Lines) strictly and to typed
 * columns, and writes it.
 *
 * An NDJSON input is one JSON object per line:
 *
 * ```json
 * {"city":"Bern","people":134591,"at":[46.95,7.45]}
 * {"city":"Genf","people":203856}
 * ```
 *
 * Each key of these objects is a column, in order of first appearance. A key
 * that a row does not have is null there. Numbers are `i32`, `i64` or `f64`
 * as they are written: `1` is an integer, `1.0` is not. Strings stay text
 * unless a date or timestamp is declared with `schema`. Nested values are
 * kept as their raw text in a column of text; `paths` reads values from
 * inside them, `lists` makes arrays columns of lists.
 *
 * Every byte is checked against the grammar of JSON. A line that is no
 * object, a missing comma, an integer beyond 64 bits, half a surrogate pair:
 * each is a {@linkcode ParseError} with a code, a line, a column and a byte
 * offset. What JSON leaves open is an option: see {@linkcode NdjsonRules}.
 *
 * - {@linkcode readNdjson}: bytes, a file or a stream to one table.
 * - {@linkcode readNdjsonSync}: the same for bytes, without a promise.
 * - {@linkcode readNdjsonBatches}: batches of rows in bounded memory.
 * - {@linkcode writeNdjson}, {@linkcode writeNdjsonSync},
 *   {@linkcode writeNdjsonBatches}: tables and rows to bytes, or in chunks.
 *
 * @example Read, look, compute
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { readNdjson } from "@fastpath/fastpath/ndjson";
 *
 * const lines = '{"city":"Bern","at":[46.95,7.45]}\n{"city":"Genf"}\n';
 * const table = await readNdjson(new TextEncoder().encode(lines));
 * assertEquals(table.columnNames, ["city", "at"]);
 * assertEquals(table.get(0, "at"), "[46.95,7.45]");
 * assertEquals(table.get(1, "at"), null);
 * ```
 *
 * @example Find the place of a fault
 * ```ts
 * import { assertEquals, assertThrows } from "@std/assert";
 * import { ParseError } from "@fastpath/fastpath";
 * import { readNdjsonSync } from "@fastpath/fastpath/ndjson";
 *
 * const bytes = new TextEncoder().encode('{"a":1}\n{"a" 2}\n');
 * const error = assertThrows(() => readNdjsonSync(bytes), ParseError);
 * assertEquals(error.message, "Cannot parse JSON: expected ':'");
 * assertEquals([error.line, error.column, error.byteOffset], [2, 6, 13]);
 * ```
 *
 * @module
 */

export type { EngineMode } from "../backend.ts";
export { FastpathError, ParseError } from "../errors.ts";
export type { FailureCode, Fault, ParseErrorCode } from "../errors.ts";
export type { BytesInput } from "../input.ts";
export type { ReadBatchesOptions, ReadOptions } from "../read/options.ts";
export type { Where, WhereCondition, WhereOperator } from "../read/where.ts";
export * from "../table/mod.ts";
export { readNdjson, readNdjsonBatches, readNdjsonSync } from "./read.ts";
export type {
  NdjsonLists,
  NdjsonPaths,
  NdjsonRules,
  ReadNdjsonBatchesOptions,
  ReadNdjsonOptions,
} from "./read.ts";
export type {
  WriteBatchesInput,
  WriteInput,
  WriteOptions,
  WriteSyncOptions,
} from "../write/options.ts";
export { writeNdjson, writeNdjsonBatches, writeNdjsonSync } from "./write.ts";
