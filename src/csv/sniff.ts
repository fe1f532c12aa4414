/**
 * Finds out how a CSV is written: delimiter, quote, header, encoding and the
 * types of its columns, from its first 256 KiB.
 *
 * @module
 */

import type { BytesInput } from "../input.ts";
import { assertPlainBytes } from "../input.ts";
import { checkRatioMax, plainChunks } from "../inflate/inflate.ts";
import { NO_BYTE } from "../read/_dialect_rules.ts";
import type { TypeName } from "../table/schema.ts";
import { classify } from "../values/classify.ts";
import { sequenceLength } from "../values/utf8.ts";
import { decoderOf, utf16Of } from "./_encoding.ts";
import { guessDialect, recordsOf, textOf } from "./_sniff_dialect.ts";
import type { CsvDialect } from "./options.ts";
import { readCsvSync } from "./read.ts";

/** Bytes that are looked at. */
const SAMPLE_BYTES = 1 << 18;
/** The class of a text that is none of the other types. */
const TEXT_CLASS: number = classify(Uint8Array.of(120), 0, 1);

/** How a CSV is written, as far as its first 256 KiB show. */
export interface CsvSniff {
  /** The character between fields. */
  delimiter: string;
  /** The character around fields, or null where quotes are plain text. */
  quote: string | null;
  /** Whether the first record holds names. */
  header: boolean;
  /** The encoding of the bytes. */
  encoding: NonNullable<CsvDialect["encoding"]>;
  /** Names and types of the columns; later rows may widen a type. */
  columns: { name: string; type: TypeName }[];
  /**
   * From 0 to 1: the share of rows of the common width, times the share of
   * fields that look like values.
   */
  confidence: number;
}

/** Options of `sniffCsv`. */
export interface SniffCsvOptions {
  /**
   * Bytes that may come out of one byte of a compressed input, once 16 MiB
   * have come out; default 250.
   */
  readonly ratioMax?: number | undefined;
  /** Stops the reading; `sniffCsv` then throws the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Finds out how a CSV is written. It reads 256 KiB at most, guesses, and says
 * how sure it is; the same bytes give the same answer.
 *
 * @param input The bytes, a path, or a stream of bytes.
 * @param options The bound of compressed inputs, and who stops the reading.
 * @returns Options for `readCsv`, and the columns that it would find.
 * @throws {FastpathError} If the input cannot be read.
 * @throws {TypeError} If the input or an option has the wrong type.
 * @throws {RangeError} If `ratioMax` is not allowed.
 *
 * @example Read a file of an unknown dialect
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { readCsv, sniffCsv } from "@fastpath/fastpath";
 *
 * const bytes = new TextEncoder().encode("id;price\n1;2,50\n2;1,20\n");
 * const { delimiter, quote, header, encoding } = await sniffCsv(bytes);
 * assertEquals([delimiter, quote, header, encoding], [";", '"', true, "utf-8"]);
 * const options = { delimiter, quote, header, encoding };
 * const table = await readCsv(bytes, { ...options, decimal: "," });
 * assertEquals(table.column("price").toArray(), [2.5, 1.2]);
 * ```
 */
export async function sniffCsv(
  input: BytesInput,
  options: SniffCsvOptions = {},
): Promise<CsvSniff> {
  checkOptions(options);
  const parts: Uint8Array[] = [];
  let length = 0;
  let isEnd = true;
  for await (const chunk of plainChunks(input, options)) {
    const part = chunk.slice(0, SAMPLE_BYTES - length);
    parts.push(part);
    length += part.length;
    isEnd = part.length === chunk.length;
    // One byte more would say whether that was all.
    if (length === SAMPLE_BYTES && !isEnd) break;
  }
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return sniff(bytes, isEnd);
}

/**
 * The same for bytes in memory, without a promise.
 *
 * @param bytes The bytes; the first 256 KiB are looked at.
 * @returns Options for `readCsvSync`, and the columns that it would find.
 * @throws {TypeError} If the bytes have the wrong type.
 *
 * @example Look at bytes
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { sniffCsvSync } from "@fastpath/fastpath";
 *
 * const bytes = new TextEncoder().encode("1\ta\n2\tb\n");
 * const { delimiter, header, columns } = sniffCsvSync(bytes);
 * assertEquals([delimiter, header], ["\t", false]);
 * assertEquals(columns.map(({ type }) => type), ["i32", "utf8"]);
 * ```
 */
export function sniffCsvSync(bytes: Uint8Array): CsvSniff {
  assertPlainBytes(bytes);
  return sniff(bytes.subarray(0, SAMPLE_BYTES), bytes.length <= SAMPLE_BYTES);
}

function checkOptions({ ratioMax, signal }: SniffCsvOptions): void {
  checkRatioMax(ratioMax);
  if (signal === undefined || signal instanceof AbortSignal) return;
  throw new TypeError("Cannot read: the option signal is no AbortSignal");
}

function sniff(bytes: Uint8Array, isEnd: boolean): CsvSniff {
  const encoding = encodingOf(bytes, isEnd);
  const decoded = decoderOf({ encoding, invalidUtf8: "replace" }).bytes(bytes);
  const isMarked = decoded[0] === 0xEF && decoded[1] === 0xBB &&
    decoded[2] === 0xBF;
  const text = isMarked ? decoded.subarray(3) : decoded;
  const { delimiter, quote, confidence } = guessDialect(text, isEnd);
  const header = hasHeader(text, isEnd, delimiter, quote);
  const dialect = {
    delimiter: String.fromCharCode(delimiter),
    quote: quote === NO_BYTE ? null : String.fromCharCode(quote),
    header,
    encoding,
  };
  const columns = columnsOf(text, isEnd, dialect);
  return { ...dialect, columns, confidence };
}

/** By a mark, else by where zeros are, else by whether it is UTF-8. */
function encodingOf(bytes: Uint8Array, isEnd: boolean): CsvSniff["encoding"] {
  const [a, b] = bytes;
  if (a === 0xFF && b === 0xFE) return "utf-16le";
  if (a === 0xFE && b === 0xFF) return "utf-16be";
  return utf16Of(bytes) ?? (isUtf8(bytes, isEnd) ? "utf-8" : "latin1");
}

function isUtf8(bytes: Uint8Array, isEnd: boolean): boolean {
  for (let at = 0; at < bytes.length;) {
    if (bytes[at]! < 0x80) at++;
    else {
      const length = sequenceLength(bytes, at, bytes.length);
      if (length <= 0) return length < 0 && !isEnd;
      at += length;
    }
  }
  return true;
}

/**
 * Whether the first record holds names: all of them texts, none twice, and
 * none a value of its column. A record by itself is a header if it can be.
 */
function hasHeader(
  bytes: Uint8Array,
  isEnd: boolean,
  delimiter: number,
  quote: number,
): boolean {
  let names: string[] | null = null;
  for (const record of recordsOf(bytes, isEnd, delimiter, quote)) {
    if (record.isBlank) continue;
    const texts = Array.from(
      { length: record.count },
      (_, index) => textOf(record, index),
    );
    if (names === null) {
      names = texts;
      const isNamed = texts.every(isName) &&
        new Set(texts).size === texts.length;
      if (!isNamed) return false;
    } else if (texts.some((text, index) => text === names![index])) {
      return false;
    }
  }
  return names !== null;
}

const encoder = new TextEncoder();

/** A text that can be a name and is no value of another type. */
function isName(text: string): boolean {
  const bytes = encoder.encode(text.trim());
  return bytes.length > 0 && !bytes.includes(0) &&
    !/^[+-]?[\d.,' ]+%?$/.test(text) &&
    classify(bytes, 0, bytes.length) === TEXT_CLASS;
}

/** Names and types by the whole records of the sample. */
function columnsOf(
  bytes: Uint8Array,
  isEnd: boolean,
  dialect: CsvDialect,
): CsvSniff["columns"] {
  // The last record may be cut.
  const end = isEnd ? bytes.length : bytes.lastIndexOf(10) + 1;
  const table = readCsvSync(bytes.subarray(0, end), {
    ...dialect,
    encoding: "utf-8",
    mode: "lenient",
    maxErrors: Infinity,
    engine: "typescript",
  });
  return table.schema.map(({ name, type }) => ({ name, type }));
}
