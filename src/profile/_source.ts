/**
 * The input of a profile: its format, its name, its chunks.
 *
 * @module
 */

import { type BytesInput, isPath } from "../input.ts";
import {
  type InflateOptions,
  plainChunks,
  plainName,
  rejoined,
} from "../inflate/inflate.ts";
import type { ProfileFormat } from "./types.ts";

/** Endings of NDJSON files. */
const NDJSON_ENDINGS = [".ndjson", ".jsonl"];
/** White space before the first record is looked through up to here. */
const BLANK_BYTES_MAX = 1 << 20;

const BRACE = 0x7B;
const BOM = [0xEF, 0xBB, 0xBF];

/**
 * The format that a path's ending says; that of its compression is passed
 * over.
 *
 * @param path The path.
 * @returns NDJSON or, for any other ending, CSV.
 */
export function formatOfPath(path: string | URL): ProfileFormat {
  const text = plainName(path).toLowerCase();
  return NDJSON_ENDINGS.some((ending) => text.endsWith(ending))
    ? "ndjson"
    : "csv";
}

/** An input whose format is known. */
export interface FormattedInput {
  /** The format. */
  readonly format: ProfileFormat;
  /** The input; its beginning may have been read already. */
  readonly input: BytesInput;
}

/**
 * Finds the format of an input by its ending or its first byte.
 *
 * @param input The input.
 * @param options How it is inflated, and who stops the reading.
 * @returns The format, and the input to read from now on.
 */
export async function withFormat(
  input: BytesInput,
  options: InflateOptions,
): Promise<FormattedInput> {
  if (isPath(input)) return { format: formatOfPath(input), input };
  if (input instanceof Uint8Array) {
    return { format: formatOfBytes(input, 0) ?? "csv", input };
  }
  const chunks = plainChunks(input, options);
  const begin: Uint8Array<ArrayBuffer>[] = [];
  let format: ProfileFormat | null = null;
  let size = 0;
  while (format === null && size <= BLANK_BYTES_MAX) {
    const { value, done } = await chunks.next();
    if (done) break;
    // A chunk is valid until the next one is asked for.
    begin.push(value.slice());
    format = formatOfBytes(value, size);
    size += value.length;
  }
  return { format: format ?? "csv", input: rejoined(begin, chunks) };
}

/**
 * The format that the first byte says that is no white space and does not
 * belong to a byte order mark.
 *
 * @param bytes Bytes of the input.
 * @param offset Where they begin in the input.
 * @returns The format; null if these bytes do not tell.
 */
function formatOfBytes(
  bytes: Uint8Array,
  offset: number,
): ProfileFormat | null {
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at]!;
    if (byte === 0x20 || (byte >= 0x09 && byte <= 0x0D)) continue;
    if (byte === BOM[offset + at]) continue;
    return byte === BRACE ? "ndjson" : "csv";
  }
  return null;
}
