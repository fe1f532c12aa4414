/**
 * JSON without the white space between its tokens.
 *
 * @module
 */

import type { BytesInput } from "../input.ts";
import { joined } from "../input.ts";
import { type JsonWork, runJson } from "./_stream.ts";
import { checkJsonOptions, type JsonOptions } from "./options.ts";

/**
 * Leaves the white space between the tokens of a document out. Strings and
 * numbers stay as they are written, byte for byte; what is no JSON is an
 * error. In NDJSON every document keeps its line end, blank lines go.
 *
 * @param input The bytes, a path, or a stream of bytes.
 * @param options Format, limits and engine.
 * @returns The bytes. The buffer behind them may be a little longer.
 * @throws {ParseError} If the input is no JSON.
 * @throws {FastpathError} If the input cannot be read, or the native library
 * is required but absent.
 * @throws {TypeError} If the input or an option has the wrong type.
 * @throws {RangeError} If an option has a value that is not allowed.
 * @throws The signal's reason if it is aborted.
 *
 * @example Minify a document
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { minifyJson } from "@fastpath/fastpath";
 *
 * const bytes = new TextEncoder().encode('{ "a": [1.50, "b c"] }\n');
 * const minified = new TextDecoder().decode(await minifyJson(bytes));
 * assertEquals(minified, '{"a":[1.50,"b c"]}');
 * ```
 */
export async function minifyJson(
  input: BytesInput,
  options: JsonOptions = {},
): Promise<Uint8Array<ArrayBuffer>> {
  return await all(runJson(input, minifyWork(options, true)));
}

/**
 * Like `minifyJson`, in chunks of bounded memory. What stands before a fault
 * is given before the error is thrown.
 *
 * @param input The bytes, a path, or a stream of bytes.
 * @param options Format, limits and engine.
 * @returns The chunks, each a new array.
 * @throws {ParseError} If the input is no JSON.
 * @throws {FastpathError} If the input cannot be read, or the native library
 * is required but absent.
 * @throws {TypeError} If the input or an option has the wrong type.
 * @throws {RangeError} If an option has a value that is not allowed.
 * @throws The signal's reason if it is aborted.
 *
 * @example Answer a request with a document of any size
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { minifyJsonChunks } from "@fastpath/fastpath";
 *
 * const stream = new Blob(["[ 1,\n", "2 ]"]).stream();
 * const response = new Response(
 *   ReadableStream.from(minifyJsonChunks(stream)),
 * );
 * assertEquals(await response.text(), "[1,2]");
 * ```
 */
export function minifyJsonChunks(
  input: BytesInput,
  options: JsonOptions = {},
): AsyncGenerator<Uint8Array<ArrayBuffer>, void, undefined> {
  return runJson(input, minifyWork(options, false));
}

function minifyWork(options: JsonOptions, isWhole: boolean): JsonWork {
  const settings = checkJsonOptions(options);
  return { ...settings, work: "minify", kernel: "json.minify", isWhole };
}

/**
 * Chunks behind each other.
 *
 * @param chunks The chunks.
 * @returns All their bytes.
 */
export async function all(
  chunks: AsyncIterable<Uint8Array<ArrayBuffer>>,
): Promise<Uint8Array<ArrayBuffer>> {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    parts.push(chunk);
    length += chunk.length;
  }
  return parts.length === 1 ? parts[0]! : joined(parts, length);
}
