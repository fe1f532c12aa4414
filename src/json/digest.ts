/**
 * Digests of what JSON says, not of how it is written.
 *
 * @module
 */

import { engineForAsync } from "../backend.ts";
import { digest } from "../hash/digest.ts";
import {
  checkDigestOptions,
  type DigestEncoding,
  type DigestOptions,
  type Encoded,
  encodeDigest,
} from "../hash/options.ts";
import { assertBytesInput, type BytesInput } from "../input.ts";
import { all } from "./minify.ts";
import { runJson } from "./_stream.ts";
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
  const work = { ...checkJsonOptions(options), kernel: "json.digest" } as const;
  return await all(runJson(input, { ...work, work: "canonical" }));
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
  const { spec, encoding } = checkDigestOptions(options);
  const { algorithm } = spec;
  const { engine, signal, ...settings } = checkJsonOptions(options);
  assertBytesInput(input);
  const size = input instanceof Uint8Array ? input.length : Infinity;
  const kernel = "json.digest";
  const native = await engineForAsync(kernel, size, engine);
  const work = { ...settings, engine, signal, kernel } as const;
  if (native !== null && spec.isPlain) {
    const digests = runJson(input, { ...work, work: "digest", algorithm });
    return encodeDigest(await all(digests), encoding) as Encoded<E>;
  }
  const form = await all(runJson(input, { ...work, work: "canonical" }));
  const { key, context } = spec;
  return await digest(form, {
    ...{ algorithm, encoding, length: spec.length },
    ...(key === undefined ? {} : { key }),
    ...(context === undefined ? {} : { context }),
    ...(engine === undefined ? {} : { engine }),
    ...(signal === undefined ? {} : { signal }),
  }) as Encoded<E>;
}
