/**
 * What form the rows of an input have: CSV, NDJSON, a JSON array or Arrow,
 * by the ending of a name or the first bytes of anything else.
 *
 * @module
 */

import { assertBytesInput, type BytesInput, isPath } from "../input.ts";
import {
  type InflateOptions,
  plainChunks,
  plainName,
  rejoined,
} from "../inflate/inflate.ts";

/** A form of rows. */
export type RowsFormat = "csv" | "ndjson" | "json" | "arrow";

const ENDINGS: Readonly<Record<string, RowsFormat>> = {
  ".ndjson": "ndjson",
  ".jsonl": "ndjson",
  ".json": "json",
  ".arrow": "arrow",
  ".arrows": "arrow",
  ".feather": "arrow",
};

/** Begins of Arrow that no text has: a file, and a message of a stream. */
const ARROW_BEGINS: readonly (readonly number[])[] = [
  [0x41, 0x52, 0x52, 0x4f, 0x57, 0x31, 0, 0],
  [0xff, 0xff, 0xff, 0xff],
];
/** White space before the first record is looked through up to here. */
const BLANK_BYTES_MAX = 1 << 20;

const BRACE = 0x7B;
const BRACKET = 0x5B;
const BRACKET_CLOSE = 0x5D;
const BOM = [0xEF, 0xBB, 0xBF];

/** An input whose form is known. */
export interface FormattedInput {
  /** The form. */
  readonly format: RowsFormat;
  /** The input; its beginning may have been read already. */
  readonly input: BytesInput;
}

/**
 * The form that a path's ending says; that of its compression is passed over.
 *
 * @param path The path.
 * @returns The form; CSV for any other ending.
 */
export function formatOfPath(path: string | URL): RowsFormat {
  const name = plainName(path).toLowerCase();
  const ending = Object.keys(ENDINGS).find((one) => name.endsWith(one));
  return ending === undefined ? "csv" : ENDINGS[ending]!;
}

/**
 * Finds the form of an input by its ending or its first bytes.
 *
 * @param input The input.
 * @param options How it is inflated, and who stops the reading.
 * @param check Told the form; where it throws, the input is let go.
 * @returns The form, and the input to read from now on.
 * @throws {TypeError} If it is no input.
 */
export async function withFormat(
  input: BytesInput,
  options: InflateOptions,
  check: (format: RowsFormat) => void = () => {},
): Promise<FormattedInput> {
  assertBytesInput(input);
  if (isPath(input) || input instanceof Uint8Array) {
    const format = isPath(input)
      ? formatOfPath(input)
      : new FormatFinder().look(input) ?? "csv";
    check(format);
    return { format, input };
  }
  const chunks = plainChunks(input, options);
  const begin: Uint8Array<ArrayBuffer>[] = [];
  const finder = new FormatFinder();
  let format: RowsFormat | null = null;
  while (format === null) {
    const { value, done } = await chunks.next();
    if (done) break;
    // A chunk is valid until the next one is asked for.
    begin.push(value.slice());
    format = finder.look(value);
  }
  format ??= "csv";
  try {
    check(format);
  } catch (error) {
    await chunks.return();
    throw error;
  }
  return { format, input: rejoined(begin, chunks) };
}

/** Looks at the first bytes of an input until they tell. */
class FormatFinder {
  #offset = 0;
  #begins = ARROW_BEGINS;
  #isArray = false;

  /**
   * Looks at the next bytes.
   *
   * @returns The form; null if the bytes so far do not tell.
   */
  look(bytes: Uint8Array): RowsFormat | null {
    for (const byte of bytes) {
      const offset = this.#offset++;
      if (this.#begins.length > 0) {
        this.#begins = this.#begins.filter((begin) => begin[offset] === byte);
        if (this.#begins.some(({ length }) => length === offset + 1)) {
          return "arrow";
        }
        if (this.#begins.length > 0) continue;
        // A first byte of Arrow begins nothing else than CSV.
        if (offset > 0) return "csv";
      }
      const format = this.#ofText(byte, offset);
      if (format !== null) return format;
      if (offset >= BLANK_BYTES_MAX) return "csv";
    }
    return null;
  }

  /** The names of a CSV may stand in brackets: `[` alone is no array. */
  #ofText(byte: number, offset: number): RowsFormat | null {
    if (byte === 0x20 || (byte >= 0x09 && byte <= 0x0D)) return null;
    if (this.#isArray) {
      return byte === BRACE || byte === BRACKET_CLOSE ? "json" : "csv";
    }
    if (byte === BOM[offset]) return null;
    this.#isArray = byte === BRACKET;
    if (this.#isArray) return null;
    return byte === BRACE ? "ndjson" : "csv";
  }
}
