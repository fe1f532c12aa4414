/**
 * Request bodies as chunks: capped while they are read, inflated, and given
 * up when they come too slowly.
 *
 * @module
 */

import { byteReader } from "../stream/byte_reader.ts";
import type { Compression } from "../inflate/inflate.ts";
import type { Deadlines } from "./deadlines.ts";
import type { HttpLimits } from "./limits.ts";
import { HttpError, tooLarge } from "./problem.ts";

/** Bodies up to here are read at once where their length is known. */
export const SMALL_BODY_BYTES: number = 1 << 16;

/** What reading a body needs to know. */
export interface BodyContext {
  readonly limits: HttpLimits;
  readonly deadlines: Deadlines;
  /** Told the bytes that came in. */
  readonly onBytes: (bytes: number) => void;
}

/**
 * How a body is compressed on its way.
 *
 * @param headers The request's headers.
 * @returns The compression, or null.
 * @throws {HttpError} 415 for one that nothing here undoes.
 */
export function encodingOf(headers: Headers): Compression | null {
  const encoding = headers.get("content-encoding")?.trim().toLowerCase();
  if (encoding === undefined || encoding === "identity") return null;
  if (encoding === "gzip" || encoding === "zstd") return encoding;
  throw new HttpError(
    415,
    "UNKNOWN_ENCODING",
    `Cannot read a body in ${encoding.slice(0, 50)}: send gzip, zstd or none`,
    { "accept-encoding": "gzip, zstd" },
  );
}

/**
 * The length of a body that is known to be small enough to be read in one
 * piece.
 *
 * @param headers The request's headers.
 * @param maxBytes Bytes that it may have.
 * @returns The declared length of a small plain body, else -1.
 */
export function smallLength(headers: Headers, maxBytes: number): number {
  const length = headers.get("content-length");
  if (length === null || headers.get("content-encoding") !== null) return -1;
  const bytes = Number(length);
  return bytes <= SMALL_BODY_BYTES && bytes <= maxBytes ? bytes : -1;
}

/**
 * Waits for a small body as long as bodies of its length may take.
 *
 * @param reading The body.
 * @param length Its bytes.
 * @param context Limits and clock.
 * @param now The time, where the caller has just asked the clock.
 * @returns The body.
 * @throws {HttpError} 400 or 408.
 */
export function inTime<T>(
  reading: Promise<T>,
  length: number,
  { deadlines, limits }: BodyContext,
  now?: number,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const late = () => reject(tooSlow());
    const ms = limits.bodyGraceMs + length / limits.bodyBytesPerSecond * 1000;
    const deadline = deadlines.set(ms, late, now);
    reading.then((body) => {
      deadlines.clear(deadline);
      resolve(body);
    }, (error) => {
      deadlines.clear(deadline);
      reject(gone(error));
    });
  });
}

/** Compressed bytes may be more than the plain ones, by so little. */
const ENCODED_FACTOR = 1.01;

/**
 * The body of a request in chunks, as it is sent.
 *
 * @param request The request.
 * @param maxBytes Bytes that it may have.
 * @param context Limits and clock.
 * @returns The chunks; one is good until the next is asked for.
 * @throws {HttpError} 400, 408, 413 or 415, also while the chunks come.
 */
export function bodyChunks(
  request: Request,
  maxBytes: number,
  context: BodyContext,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const max = encodingOf(request.headers) === null
    ? maxBytes
    : Math.ceil(maxBytes * ENCODED_FACTOR) + 1024;
  const length = request.headers.get("content-length");
  if (length !== null && Number(length) > max) throw tooLarge(maxBytes);
  return request.body === null ? noChunks() : rawChunks(
    request.body,
    max,
    context,
  );
}

async function* noChunks(): AsyncGenerator<Uint8Array<ArrayBuffer>> {}

/** The chunks as they come, as long as they come fast enough. */
async function* rawChunks(
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
  maxBytes: number,
  { limits, deadlines, onBytes }: BodyContext,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const reader = byteReader(body);
  let bytes = 0;
  let waitedMs = 0;
  let isLate = false;
  try {
    while (true) {
      const earned = bytes / limits.bodyBytesPerSecond * 1000;
      const start = performance.now();
      const deadline = deadlines.set(
        Math.max(0, limits.bodyGraceMs + earned - waitedMs),
        () => {
          isLate = true;
          reader.cancel().catch(() => {});
        },
      );
      const chunk = await reader.read().catch((error) => {
        throw isLate ? tooSlow() : gone(error);
      }).finally(() => deadlines.clear(deadline));
      if (isLate) throw tooSlow();
      if (chunk === null) return;
      const value = chunk as Uint8Array<ArrayBuffer>;
      waitedMs += performance.now() - start;
      bytes += value.length;
      onBytes(value.length);
      if (bytes > maxBytes) throw tooLarge(maxBytes);
      yield value;
    }
  } finally {
    // The rest of a refused body is not read; the connection ends.
    reader.cancel().catch(() => {});
  }
}

function tooSlow(): HttpError {
  return new HttpError(
    408,
    "BODY_TOO_SLOW",
    "Cannot wait for the body: it comes too slowly",
    { connection: "close" },
  );
}

/** A body that ends early: chunks that are none, or a client that left. */
function gone(cause: unknown): HttpError {
  const error = new HttpError(
    400,
    "BODY_INCOMPLETE",
    "Cannot read the body: it ends before it is whole",
    { connection: "close" },
  );
  error.cause = cause;
  return error;
}
