/**
 * Compressed inputs of the reading operations: gzip and Zstandard, streamed,
 * with a bound on how much may come out of how little.
 *
 * A path is compressed if its name ends in `.gz` or `.zst`; a stream is if
 * its first bytes say so, which no valid text begins with. Bytes in memory
 * are taken as they are.
 *
 * @module
 */

import { FastpathError } from "../errors.ts";
import {
  assertBytesInput,
  type BytesInput,
  chunksOf,
  isPath,
  statGranted,
} from "../input.ts";
import { type Decoder, gzipDecoder, zstdDecoder } from "./_decoders.ts";

/** How an input is compressed. */
export type Compression = "gzip" | "zstd";

/**
 * How many bytes may come out of one byte where nothing else is said. Texts
 * of rows shrink 3 to 30 times; a bomb 1,000 times and more.
 */
export const RATIO_MAX = 250;

/** So many bytes may come out of any input: no bomb is that small. */
export const RATIO_FREE_BYTES: number = 1 << 24;

/** Bytes that are inflated before the ratio is looked at again. */
const PIECE_BYTES = 1 << 16;

const ENDINGS: readonly (readonly [string, Compression])[] = [
  [".gz", "gzip"],
  [".zst", "zstd"],
];

const MAGICS: readonly (readonly [readonly number[], Compression])[] = [
  [[0x1f, 0x8b], "gzip"],
  [[0x28, 0xb5, 0x2f, 0xfd], "zstd"],
];
const MAGIC_BYTES = 4;

/** How inputs are inflated. */
export interface InflateOptions {
  /** Bytes that may come out of one byte; {@linkcode RATIO_MAX}. */
  readonly ratioMax?: number | undefined;
  /** Stops the reading. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * The compression that a path's ending says.
 *
 * @param path The path.
 * @returns The compression, or null.
 */
export function compressionOf(path: string | URL): Compression | null {
  const text = textOf(path).toLowerCase();
  return ENDINGS.find(([ending]) => text.endsWith(ending))?.[1] ?? null;
}

/**
 * A path without the ending of its compression: what tells the format.
 *
 * @param path The path.
 * @returns The path's text up to `.gz` or `.zst`.
 */
export function plainName(path: string | URL): string {
  const text = textOf(path);
  const lower = text.toLowerCase();
  const found = ENDINGS.find(([ending]) => lower.endsWith(ending));
  return found === undefined ? text : text.slice(0, -found[0].length);
}

function textOf(path: string | URL): string {
  return path instanceof URL ? path.pathname : path;
}

/**
 * Checks the option `ratioMax`.
 *
 * @param value The option as given.
 * @returns The ratio.
 * @throws {TypeError} If it is no number.
 * @throws {RangeError} If it is below 1.
 */
export function checkRatioMax(value: unknown): number {
  if (value === undefined) return RATIO_MAX;
  if (typeof value !== "number") {
    throw new TypeError(
      `Cannot read: the option ratioMax must be a number: it is ${typeof value}`,
    );
  }
  if (value >= 1) return value;
  throw new RangeError(
    `Cannot read: the option ratioMax must be at least 1: it is ${value}`,
  );
}

/**
 * The chunks of an input, inflated where it is compressed. As with
 * `chunksOf`, a chunk is valid until the next one is asked for.
 *
 * @param input The input.
 * @param options The bound, and who stops the reading.
 * @returns The chunks; none is empty.
 * @throws {FastpathError} `INPUT_UNREADABLE`; `INVALID_COMPRESSION` if the
 * compressed bytes are cut off or broken; `RATIO_EXCEEDED`.
 * @throws The signal's reason if it is aborted.
 */
export async function* plainChunks(
  input: BytesInput,
  options: InflateOptions = {},
): AsyncGenerator<Uint8Array<ArrayBuffer>, void, undefined> {
  assertBytesInput(input);
  const chunks = chunksOf(input, options.signal);
  if (input instanceof Uint8Array) return yield* chunks;
  const named = isPath(input) ? compressionOf(input) : null;
  if (named !== null) return yield* inflate(chunks, named, options);
  if (isPath(input) && statGranted(input)?.isFile !== false) {
    return yield* chunks;
  }
  const { begin, compression } = await beginOf(chunks);
  const whole = rejoined(begin, chunks);
  yield* compression === null ? whole : inflate(whole, compression, options);
}

/** The first chunks of a stream, enough to tell its compression. */
async function beginOf(
  chunks: AsyncGenerator<Uint8Array<ArrayBuffer>>,
): Promise<
  { begin: Uint8Array<ArrayBuffer>[]; compression: Compression | null }
> {
  const begin: Uint8Array<ArrayBuffer>[] = [];
  const head: number[] = [];
  while (head.length < MAGIC_BYTES) {
    const { value, done } = await chunks.next();
    if (done) break;
    // A chunk is valid until the next one is asked for.
    begin.push(value.slice());
    head.push(...value.subarray(0, MAGIC_BYTES));
    if (!MAGICS.some(([magic]) => startsAlike(magic, head))) break;
  }
  const found = MAGICS.find(([magic]) =>
    magic.length <= head.length && startsAlike(magic, head)
  );
  return { begin, compression: found?.[1] ?? null };
}

/** Whether what is there of both is the same. */
function startsAlike(magic: readonly number[], head: readonly number[]) {
  return magic.every((byte, index) =>
    index >= head.length || head[index] === byte
  );
}

/**
 * Chunks whose front was looked at, whole again; leaving them early closes
 * the rest.
 *
 * @param begin The front, in copies.
 * @param rest What follows.
 * @returns The chunks.
 */
export async function* rejoined(
  begin: readonly Uint8Array<ArrayBuffer>[],
  rest: AsyncGenerator<Uint8Array<ArrayBuffer>>,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  try {
    yield* begin;
    yield* rest;
  } finally {
    await rest.return(undefined);
  }
}

/**
 * Undoes a compression.
 *
 * @param chunks The compressed bytes.
 * @param compression How they are compressed.
 * @param options The bound, and who stops the work.
 * @returns The chunks.
 * @throws {FastpathError} `INVALID_COMPRESSION` if the bytes are cut off or
 * broken; `RATIO_EXCEEDED`.
 */
export async function* inflate(
  chunks: AsyncIterable<Uint8Array<ArrayBuffer>>,
  compression: Compression,
  options: InflateOptions = {},
): AsyncGenerator<Uint8Array<ArrayBuffer>, void, undefined> {
  const ratioMax = options.ratioMax ?? RATIO_MAX;
  let bytesIn = 0;
  let bytesOut = 0;
  const count = (bytes: number) => {
    bytesOut += bytes;
    if (bytesOut <= Math.max(RATIO_FREE_BYTES, bytesIn * ratioMax)) return;
    throw new FastpathError(
      "RATIO_EXCEEDED",
      `Cannot inflate the input: more than ${ratioMax} bytes come out of one, ` +
        "allow it with the option ratioMax",
    );
  };
  const decoder: Decoder = compression === "gzip"
    ? gzipDecoder(count)
    : zstdDecoder(count);
  try {
    for await (const chunk of chunks) {
      for (let at = 0; at < chunk.length; at += PIECE_BYTES) {
        const piece = chunk.subarray(at, at + PIECE_BYTES);
        bytesIn += piece.length;
        yield* await decoder.push(piece);
        options.signal?.throwIfAborted();
      }
    }
    yield* await decoder.finish();
  } finally {
    decoder.close();
  }
}
