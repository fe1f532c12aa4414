/**
 * What to do about an input that is another thing than it was taken for, as
 * far as its first bytes or its error say.
 *
 * @module
 */

import { utf16Of } from "../csv/_encoding.ts";
import { ParseError, type ParseErrorCode } from "../errors.ts";
import type { Source } from "./source.ts";

/** First bytes of compressed data: RFC 1952 and RFC 8878. */
const MAGIC: readonly (readonly [string, string, readonly number[]])[] = [
  ["gzip", ".gz", [0x1F, 0x8B]],
  ["Zstandard", ".zst", [0x28, 0xB5, 0x2F, 0xFD]],
];

/** What a text of UTF-16 ends with where it is taken for UTF-8. */
const NOT_UTF8: readonly ParseErrorCode[] = [
  ...["NUL_BYTE", "INVALID_UTF8", "INVALID_JSON"] as const,
];

/**
 * The hint that belongs to a failure.
 *
 * @param error What was thrown.
 * @param source The input.
 * @param unset Options that the command has and that were not given.
 * @returns Words that follow the message, or null.
 */
export function hintOf(
  error: unknown,
  source: Source,
  unset: ReadonlySet<string>,
): string | null {
  if (!(error instanceof ParseError)) return null;
  const begin = source.begin();
  for (const [name, ending, magic] of MAGIC) {
    if (!magic.every((byte, index) => begin[index] === byte)) continue;
    // Stdin is inflated by its first bytes, a file by its name alone.
    if (source.name === "-") return null;
    return `this is ${name}, inflate it or name it *${ending}`;
  }
  // One zero alone is a fault of the text.
  const zeros = begin.filter((byte) => byte === 0).length;
  if (zeros > 1 && NOT_UTF8.includes(error.code)) {
    const encoding = utf16Of(begin);
    if (encoding !== null) {
      return unset.has("encoding")
        ? `this looks like UTF-16, try --encoding ${encoding}`
        : "this looks like UTF-16, convert it to UTF-8";
    }
  }
  // On a line of its own, where NDJSON has nothing but the next document.
  const isNext = error.code === "INVALID_JSON" && error.line > 1 &&
    error.column === 1 && error.message.endsWith("text after the value");
  return isNext && unset.has("format")
    ? "if this is NDJSON, a document a line, give --format ndjson"
    : null;
}
