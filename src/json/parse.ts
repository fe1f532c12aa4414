/**
 * JSON values of documents that no string can hold.
 *
 * @module
 */

import { ParseError } from "../errors.ts";
import { assertPlainBytes } from "../input.ts";
import { JsonChecker } from "./_check_ts.ts";
import { parseBytes } from "./_parse_ts.ts";

/** The most UTF-16 code units of a string in V8: 2^29 - 24. */
const STRING_MAX = 2 ** 29 - 24;

/**
 * The value of a JSON document in bytes: what `JSON.parse` gives for its
 * text, `__proto__` as a key like any other, the last of repeated keys, large
 * integers rounded. Of a byte order mark nothing is seen.
 *
 * For a document whose text you have, `JSON.parse` itself is faster, and this
 * function uses it up to V8's limit of a string, 512 MiB. It is there for two
 * things: bytes beyond that limit, and errors that say where. For rows use
 * `readJson` (columns) or `readJsonRows`, which hold no tree.
 *
 * @param bytes The document.
 * @returns The value.
 * @throws {ParseError} If the bytes are no JSON.
 * @throws {TypeError} If they are no bytes.
 *
 * @example A fault with its place
 * ```ts
 * import { assertEquals, assertThrows } from "@std/assert";
 * import { ParseError, parseJson } from "@fastpath/fastpath";
 *
 * const bytes = new TextEncoder().encode('{"a":[1,2]}');
 * assertEquals(parseJson(bytes), { a: [1, 2] });
 * const error = assertThrows(
 *   () => parseJson(bytes.subarray(0, 9)),
 *   ParseError,
 * );
 * assertEquals([error.line, error.column], [1, 10]);
 * ```
 */
export function parseJson(bytes: Uint8Array): unknown {
  assertPlainBytes(bytes);
  const plain = bytes as Uint8Array<ArrayBuffer>;
  if (bytes.length > STRING_MAX) return parseBytes(plain);
  const decoder = new TextDecoder("utf-8", { fatal: true });
  try {
    return JSON.parse(decoder.decode(plain));
  } catch (error) {
    throw faultOf(plain) ?? error;
  }
}

/** The fault of a document that `JSON.parse` refuses, with its place. */
function faultOf(bytes: Uint8Array<ArrayBuffer>): ParseError | null {
  const rules = { maxDepth: Infinity, lines: false, loneSurrogates: true };
  const checker = new JsonChecker(rules, null);
  try {
    checker.push(bytes);
    checker.finish();
    return null;
  } catch (error) {
    if (error instanceof ParseError) return error;
    throw error;
  }
}
