/**
 * The input of a profile: its format, its name, its chunks.
 *
 * @module
 */

import { type BytesInput, chunksOf, isPath } from "../input.ts";
import type { ProfileFormat } from "./types.ts";

/** Endings of NDJSON files. */
const NDJSON_ENDINGS = [".ndjson", ".jsonl"];
/** White space before the first record is looked through up to here. */
const BLANK_BYTES_MAX = 1 << 20;

const BRACE = 0x7B;
const BOM = [0xEF, 0xBB, 0xBF];

/**
 * The format that a path's ending says.
 *
 * @param path The path.
 * @returns NDJSON or, for any other ending, CSV.
 */
export function formatOfPath(path: string | URL): ProfileFormat {
  const text = (path instanceof URL ? path.pathname : path).toLowerCase();
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
 * @param signal Stops the reading.
 * @returns The format, and the input to read from now on.
 */
export async function withFormat(
  input: BytesInput,
  signal: AbortSignal | undefined,
): Promise<FormattedInput> {
  if (isPath(input)) return { format: formatOfPath(input), input };
  if (input instanceof Uint8Array) {
    return { format: formatOfBytes(input, 0) ?? "csv", input };
  }
  const chunks = abortableChunks(input, signal);
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
 * The chunks of an input; an abort ends them at once, even while a stream
 * keeps its reader waiting.
 *
 * @param input The input.
 * @param signal Stops the reading.
 * @returns The chunks; each is valid until the next one is asked for.
 * @throws {FastpathError} `INPUT_UNREADABLE` if a file cannot be read.
 * @throws The signal's reason if it is aborted.
 */
export async function* abortableChunks(
  input: BytesInput,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const chunks = chunksOf(input, signal);
  if (signal === undefined) return yield* chunks;
  signal.throwIfAborted();
  const { promise, reject } = Promise.withResolvers<never>();
  promise.catch(() => {});
  const stop = () => reject(signal.reason);
  signal.addEventListener("abort", stop, { once: true });
  try {
    while (true) {
      const { value, done } = await Promise.race([chunks.next(), promise]);
      if (done) return;
      yield value;
    }
  } finally {
    signal.removeEventListener("abort", stop);
    // Not awaited: where a read hangs, so would this.
    chunks.return(undefined).catch(() => {});
  }
}

async function* rejoined(
  begin: readonly Uint8Array<ArrayBuffer>[],
  rest: AsyncGenerator<Uint8Array<ArrayBuffer>>,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  yield* begin;
  yield* rest;
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
