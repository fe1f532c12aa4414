/**
 * Writes one JSON array of objects from tables and rows.
 *
 * ```json
 * [
 * {"city":"Bern","people":134591},
 * {"city":"Genf","people":203856}
 * ]
 * ```
 *
 * Every row stands on a line of its own, so that an output of any size can be
 * written, and read by eye, row by row. To read rows use NDJSON, whose rows
 * are the same without the brackets and commas.
 *
 * - {@linkcode writeJson}: a table or rows to bytes.
 * - {@linkcode writeJsonSync}: the same without a promise.
 * - {@linkcode writeJsonBatches}: batches in, chunks of bytes out.
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
