/**
 * JSON as bytes, of any size: checks, selects, minifies, reads arrays of
 * records, hashes what a document says, and writes arrays.
 *
 * - {@linkcode validateJson}: whether bytes are JSON, and where they are not.
 * - {@linkcode selectJson}, {@linkcode selectJsonChunks}: values at pointers
 *   and paths, as they are written.
 * - {@linkcode minifyJson}, {@linkcode minifyJsonChunks}: without white space.
 * - {@linkcode readJson}, {@linkcode readJsonBatches}: an array of records to
 *   columns; {@linkcode readJsonRows}: to values, one after the other.
 * - {@linkcode digestJson}, {@linkcode canonicalizeJson}: RFC 8785.
 * - {@linkcode parseJson}: the value of a document that no string can hold.
 * - {@linkcode writeJson}, {@linkcode writeJsonSync},
 *   {@linkcode writeJsonBatches}: a table or rows as an array, every row on a
 *   line of its own.
 *
 * @example Select a field
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { selectJson } from "@fastpath/fastpath/json";
 *
 * const bytes = new TextEncoder().encode('{"a":{"b":[1.0,2]}}');
 * const found = await selectJson(bytes, ["/a/b/0"]);
 * assertEquals(new TextDecoder().decode(found), "1.0\n");
 * ```
 *
 * @example Write rows
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { writeJsonSync } from "@fastpath/fastpath/json";
 *
 * const bytes = writeJsonSync([{ city: "Bern" }]);
 * assertEquals(new TextDecoder().decode(bytes), '[\n{"city":"Bern"}\n]\n');
 * ```
 *
 * @module
 */

export type { EngineMode } from "../backend.ts";
export { FastpathError } from "../errors.ts";
export type { FailureCode } from "../errors.ts";
export type { ParseErrorCode } from "../errors.ts";
export type { BytesInput } from "../input.ts";
export * from "../table/mod.ts";
export type {
  WriteBatchesInput,
  WriteInput,
  WriteOptions,
  WriteSyncOptions,
} from "../write/options.ts";
export { canonicalizeJson, digestJson } from "./digest.ts";
export type { DigestJsonOptions } from "./digest.ts";
export type {
  DigestEncoding,
  Encoded,
  HashAlgorithm,
} from "../hash/options.ts";
export type {
  NdjsonLists,
  NdjsonPaths,
  NdjsonRules,
  ReadNdjsonBatchesOptions,
  ReadNdjsonOptions,
} from "../ndjson/read.ts";
export { parseJson } from "./parse.ts";
export { readJson, readJsonBatches, readJsonRows } from "./read.ts";
export type { ReadJsonRowsOptions } from "./read.ts";
export { minifyJson, minifyJsonChunks } from "./minify.ts";
export type { JsonOptions } from "./options.ts";
export { selectJson, selectJsonChunks } from "./select.ts";
export { validateJson } from "./validate.ts";
export type { JsonFault, JsonVerdict } from "./validate.ts";
export { writeJson, writeJsonBatches, writeJsonSync } from "./write.ts";
