/**
 * Compressed bodies in a worker: inflated where the event loop stays free,
 * with the server's own bounds.
 *
 * @module
 */

import { FastpathError } from "../errors.ts";
import {
  type Compression,
  inflate,
  plainChunks,
  RATIO_MAX,
} from "../inflate/inflate.ts";
import { joined } from "../input.ts";
import { HttpError, tooLarge } from "./problem.ts";

type Bytes = Uint8Array<ArrayBuffer>;

/** How a body is made plain. */
export interface PlainBodyOptions {
  /** Its `content-encoding`. */
  readonly encoding: Compression | null;
  /** Whether its first bytes may say that it is a compressed file. */
  readonly isByMagic: boolean;
  /** Bytes that it may have, inflated. */
  readonly maxBytes: number;
  /** Stops the work. */
  readonly signal: AbortSignal;
}

/**
 * The plain bytes of a body.
 *
 * @param raw The body as it came.
 * @param options What may be inflated, and how much may come out.
 * @returns The chunks.
 * @throws {HttpError} 400 for broken bytes, 413 for too many.
 */
export async function* plainBody(
  raw: AsyncIterable<Bytes>,
  { encoding, isByMagic, maxBytes, signal }: PlainBodyOptions,
): AsyncGenerator<Bytes> {
  const options = { ratioMax: RATIO_MAX, signal };
  const decoded = encoding === null
    ? raw
    : capped(inflate(raw, encoding, options), maxBytes, "BROKEN_ENCODING");
  if (!isByMagic) return yield* decoded;
  const plain = plainChunks(decoded, options);
  yield* once(capped(plain, maxBytes, "INVALID_COMPRESSION"));
}

/** As many bytes as allowed, with the door's own errors. */
async function* capped(
  chunks: AsyncIterable<Bytes>,
  maxBytes: number,
  brokenCode: string,
): AsyncGenerator<Bytes> {
  let total = 0;
  try {
    for await (const chunk of chunks) {
      total += chunk.length;
      if (total > maxBytes) throw tooLarge(maxBytes);
      yield chunk;
    }
  } catch (error) {
    if (!(error instanceof FastpathError)) throw error;
    if (error.code !== "INVALID_COMPRESSION") throw error;
    throw new HttpError(400, brokenCode, error.message);
  }
}

/** First bytes of gzip and Zstandard. */
const MAGICS = [[0x1f, 0x8b], [0x28, 0xb5, 0x2f, 0xfd]];
const MAGIC_BYTES = 4;

/** Refuses what is compressed once more: the operation would inflate that. */
async function* once(chunks: AsyncGenerator<Bytes>): AsyncGenerator<Bytes> {
  const front: Bytes[] = [];
  let bytes = 0;
  while (bytes < MAGIC_BYTES) {
    const { value, done } = await chunks.next();
    if (done) break;
    // A chunk is valid until the next one is asked for.
    front.push(value.slice());
    bytes += value.length;
  }
  const head = joined(front, bytes);
  if (MAGICS.some((magic) => magic.every((byte, at) => head[at] === byte))) {
    await chunks.return(undefined);
    throw new HttpError(
      400,
      "INVALID_COMPRESSION",
      "Cannot read the body: it is compressed more than once",
    );
  }
  if (bytes > 0) yield head;
  yield* chunks;
}

/**
 * A body in one piece.
 *
 * @param chunks The chunks.
 * @param size Its bytes, where they are known; else NaN.
 * @returns The bytes.
 */
export async function wholeBody(
  chunks: AsyncIterable<Bytes>,
  size: number,
): Promise<Bytes> {
  let room = new Uint8Array(size > 0 ? size : 1 << 16);
  let length = 0;
  for await (const chunk of chunks) {
    if (length + chunk.length > room.length) {
      const larger = new Uint8Array(
        Math.max(2 * room.length, length + chunk.length),
      );
      larger.set(room.subarray(0, length));
      room = larger;
    }
    room.set(chunk, length);
    length += chunk.length;
  }
  return room.subarray(0, length);
}

/**
 * The ratio that lets no more come out of a body than may be sent plain.
 *
 * @param size Bytes of the body.
 * @param maxBytes Bytes that it may have, inflated.
 * @returns The ratio.
 */
export function ratioFor(size: number, maxBytes: number): number {
  return Math.min(RATIO_MAX, Math.max(1, maxBytes / Math.max(1, size)));
}
