/**
 * Digests of what JSON says, not of how it is written.
 *
 * @module
 */

import { digest } from "../hash/digest.ts";
import type {
  DigestEncoding,
  DigestOptions,
  Encoded,
} from "../hash/options.ts";
import { plainChunks } from "../inflate/inflate.ts";
import { assertBytesInput, type BytesInput, joined } from "../input.ts";
import { canonical } from "./_canonical_ts.ts";
import { checkJsonOptions, type JsonOptions } from "./options.ts";

/**
 * Options of `digestJson`.
 *
 * @typeParam E The encoding.
 */
export interface DigestJsonOptions<E extends DigestEncoding = DigestEncoding>
  extends
    Pick<DigestOptions<E>, "algorithm" | "encoding">,
    Omit<JsonOptions, "format" | "surrogates"> {}

/**
 * The canonical form of a JSON document by RFC 8785: no white space, members
 * sorted by the UTF-16 code units of their keys, numbers and strings as
 * ECMAScript prints them. Two documents that say the same have the same
 * bytes.
 *
 * Numbers are 64-bit floats, as the RFC demands: `9007199254740993` is
 * `9007199254740992`, `1.0` is `1`, `-0` is `0`. A key that stands twice,
 * half a surrogate pair and a number beyond a 64-bit float are errors.
 *
 * @param input The bytes, a path, or a stream of bytes; held as a whole.
 * @param options The depth and who stops it.
 * @returns The canonical bytes, UTF-8.
 * @throws {ParseError} If the input is no JSON, or has no canonical form.
 * @throws {FastpathError} If the input cannot be read.
 * @throws {TypeError} If the input or an option has the wrong type.
 * @throws {RangeError} If an option has a value that is not allowed.
 *
 * @example Two ways to write one document
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { canonicalizeJson } from "@fastpath/fastpath";
 *
 * const bytes = new TextEncoder().encode('{"b": [1.0, 1e2], "a": "\\u00e9"}');
 * const text = new TextDecoder().decode(await canonicalizeJson(bytes));
 * assertEquals(text, '{"a":"é","b":[1,100]}');
 * ```
 */
export async function canonicalizeJson(
  input: BytesInput,
  options: Omit<JsonOptions, "format" | "surrogates"> = {},
): Promise<Uint8Array<ArrayBuffer>> {
  assertBytesInput(input);
  const { rules, signal, ratioMax, onProgress } = checkJsonOptions(options);
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let length = 0;
  for await (const chunk of plainChunks(input, { signal, ratioMax })) {
    parts.push(input instanceof Uint8Array ? chunk : chunk.slice());
    length += chunk.length;
  }
  const bytes = parts.length === 1 ? parts[0]! : joined(parts, length);
  const form = canonical(bytes, rules);
  signal?.throwIfAborted();
  onProgress?.(length);
  return form;
}

/**
 * The digest of a JSON document's canonical form (RFC 8785): the same for
 * every way to write the same document. See `canonicalizeJson` for the form
 * and `digest` for the algorithms.
 *
 * @typeParam E The encoding.
 * @param input The bytes, a path, or a stream of bytes; held as a whole.
 * @param options Algorithm, encoding and more.
 * @returns The digest: a text, or 32 bytes with `encoding: "bytes"`.
 * @throws {ParseError} If the input is no JSON, or has no canonical form.
 * @throws {FastpathError} If the input cannot be read, or the native library
 * is required but absent.
 * @throws {TypeError} If the input or an option has the wrong type.
 * @throws {RangeError} If an option has a value that is not allowed.
 *
 * @example The order of keys does not matter
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { digestJson } from "@fastpath/fastpath";
 *
 * const of = (text: string) => digestJson(new TextEncoder().encode(text));
 * assertEquals(await of('{"a":1,"b":2}'), await of('{ "b": 2.0, "a": 1e0 }'));
 * ```
 */
export async function digestJson<E extends DigestEncoding = "hex">(
  input: BytesInput,
  options: DigestJsonOptions<E> = {},
): Promise<Encoded<E>> {
  const { algorithm, encoding, engine, ...rest } = options;
  const form = await canonicalizeJson(input, {
    ...rest,
    ...(engine === undefined ? {} : { engine }),
  });
  const { signal } = rest;
  return await digest<E>(form, {
    ...(algorithm === undefined ? {} : { algorithm }),
    ...(encoding === undefined ? {} : { encoding }),
    ...(engine === undefined ? {} : { engine }),
    ...(signal === undefined ? {} : { signal }),
  });
}
