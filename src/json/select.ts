/**
 * Values out of JSON by pointers and paths, as they are written.
 *
 * @module
 */

import type { BytesInput } from "../input.ts";
import { parsePaths } from "./_path.ts";
import { type JsonWork, runJson } from "./_stream.ts";
import { all } from "./minify.ts";
import { checkJsonOptions, type JsonOptions } from "./options.ts";

/**
 * Copies the values at pointers out of JSON, as they are written: no tree is
 * built, no number changes. A pointer is a JSON pointer (RFC 6901) such as
 * `/a/0/b`, or a path with wildcards such as `$.a[*].b`:
 *
 * | step               | goes to                                  |
 * | ------------------ | ---------------------------------------- |
 * | `.name`            | the member of that key                   |
 * | `['a name']`       | the same, with JSON's escapes            |
 * | `[0]`              | the item of that index                   |
 * | `.*` or `[*]`      | every member of an object, every item    |
 *
 * One pointer gives one value a line. Several give one object a document,
 * keyed by the pointers: a path with wildcards has an array there, a pointer
 * to nothing no key. A value is printed on one line: line ends between its
 * tokens are left out.
 *
 * What is printed is checked in full. What is passed is checked by its
 * structure: strings are closed and free of control characters, brackets
 * match; on the way to a value also commas, colons and that keys are
 * strings. A key on the way that stands twice is an error, as RFC 6901
 * demands.
 *
 * @param input The bytes, a path, or a stream of bytes.
 * @param pointers The pointers and paths.
 * @param options Format, limits and engine.
 * @returns Lines of JSON. The buffer behind them may be a little longer.
 * @throws {ParseError} If the input breaks a rule that is checked.
 * @throws {FastpathError} If the input cannot be read, or the native library
 * is required but absent.
 * @throws {TypeError} If the input, a pointer or an option has the wrong type.
 * @throws {RangeError} If a pointer is none, or an option has a value that is
 * not allowed.
 * @throws The signal's reason if it is aborted.
 *
 * @example One value
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { selectJson } from "@fastpath/fastpath";
 *
 * const bytes = new TextEncoder().encode('{"a":[{"b":1.50},{"b":2}]}');
 * const text = async (pointers: string[]) =>
 *   new TextDecoder().decode(await selectJson(bytes, pointers));
 * assertEquals(await text(["/a/0/b"]), "1.50\n");
 * assertEquals(await text(["$.a[*].b"]), "1.50\n2\n");
 * ```
 *
 * @example Two fields of every line
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { selectJson } from "@fastpath/fastpath";
 *
 * const lines = '{"id":1,"x":[],"at":"noon"}\n{"id":2}\n';
 * const found = await selectJson(
 *   new TextEncoder().encode(lines),
 *   ["/id", "/at"],
 *   { format: "ndjson" },
 * );
 * assertEquals(
 *   new TextDecoder().decode(found),
 *   '{"/id":1,"/at":"noon"}\n{"/id":2}\n',
 * );
 * ```
 */
export async function selectJson(
  input: BytesInput,
  pointers: readonly string[],
  options: JsonOptions = {},
): Promise<Uint8Array<ArrayBuffer>> {
  return await all(runJson(input, selectWork(pointers, options, true)));
}

/**
 * Like `selectJson`, in chunks. NDJSON is read line by line in bounded
 * memory; one document is held as a whole. The lines of documents before a
 * fault are given before the error is thrown.
 *
 * @param input The bytes, a path, or a stream of bytes.
 * @param pointers The pointers and paths.
 * @param options Format, limits and engine.
 * @returns The chunks, each a new array.
 * @throws {ParseError} If the input breaks a rule that is checked.
 * @throws {FastpathError} If the input cannot be read, or the native library
 * is required but absent.
 * @throws {TypeError} If the input, a pointer or an option has the wrong type.
 * @throws {RangeError} If a pointer is none, or an option has a value that is
 * not allowed.
 * @throws The signal's reason if it is aborted.
 *
 * @example A file of lines
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { selectJsonChunks } from "@fastpath/fastpath";
 *
 * const stream = new Blob(['{"n":1}\n{"n"', ':2}\n']).stream();
 * let text = "";
 * const options = { format: "ndjson" } as const;
 * for await (const chunk of selectJsonChunks(stream, ["/n"], options)) {
 *   text += new TextDecoder().decode(chunk);
 * }
 * assertEquals(text, "1\n2\n");
 * ```
 */
export function selectJsonChunks(
  input: BytesInput,
  pointers: readonly string[],
  options: JsonOptions = {},
): AsyncGenerator<Uint8Array<ArrayBuffer>, void, undefined> {
  return runJson(input, selectWork(pointers, options, false));
}

function selectWork(
  pointers: readonly string[],
  options: JsonOptions,
  isWhole: boolean,
): JsonWork {
  const settings = checkJsonOptions(options);
  const paths = parsePaths(pointers);
  const kernel = "json.select";
  return { ...settings, work: "select", kernel, paths, isWhole };
}
