/**
 * Request bodies as chunks: capped while they are read, inflated, and given
 * up when they come too slowly.
 *
 * @module
 */

import { byteReader } from "../stream/byte_reader.ts";
import { FastpathError } from "../errors.ts";
import { type Compression, inflate } from "../inflate/inflate.ts";
import { joined } from "../input.ts";
import type { Deadlines } from "./deadlines.ts";
import type { HttpLimits } from "./limits.ts";
import { HttpError } from "./problem.ts";

/** Bodies up to here are read at once where their length is known. */
export const SMALL_BODY_BYTES: number = 1 << 16;

/** What reading a body needs to know. */
export interface BodyContext {
  readonly limits: HttpLimits;
  readonly deadlines: Deadlines;
  /** Told the bytes that came in. */
  readonly onBytes: (bytes: number) => void;
}

const ENCODINGS: ReadonlySet<string> = new Set(["gzip", "zstd"]);

/**
 * The body of a request, whole.
 *
 * @param request The request.
 * @param maxBytes Bytes that it may have, inflated.
 * @param context Limits and clock.
 * @returns The bytes.
 * @throws {HttpError} 408, 413 or 415.
 */
export async function readBody(
  request: Request,
  maxBytes: number,
  context: BodyContext,
): Promise<Uint8Array<ArrayBuffer>> {
  if (isSmallBody(request.headers, maxBytes)) {
    const bytes = await inTime(request.bytes(), context);
    context.onBytes(bytes.length);
    return bytes;
  }
  const parts: Uint8Array[] = [];
  let total = 0;
  for await (const chunk of bodyChunks(request, maxBytes, context)) {
    parts.push(chunk.slice());
    total += chunk.length;
  }
  return joined(parts, total);
}

/**
 * Whether a body is known to be small enough to be read in one piece.
 *
 * @param headers The request's headers.
 * @param maxBytes Bytes that it may have.
 * @returns True for a plain body of a small declared length.
 */
export function isSmallBody(headers: Headers, maxBytes: number): boolean {
  const length = headers.get("content-length");
  return length !== null &&
    Number(length) <= Math.min(SMALL_BODY_BYTES, maxBytes) &&
    headers.get("content-encoding") === null;
}

/**
 * Waits for a small body as long as bodies may take.
 *
 * @param reading The body.
 * @param context Limits and clock.
 * @param now The time, where the caller has just asked the clock.
 * @returns The body.
 * @throws {HttpError} 400 or 408.
 */
export function inTime<T>(
  reading: Promise<T>,
  { deadlines, limits }: BodyContext,
  now?: number,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const late = () => reject(tooSlow());
    const deadline = deadlines.set(limits.bodyGraceMs, late, now);
    reading.then((body) => {
      deadlines.clear(deadline);
      resolve(body);
    }, (error) => {
      deadlines.clear(deadline);
      reject(gone(error));
    });
  });
}

/**
 * The body of a request in chunks.
 *
 * @param request The request.
 * @param maxBytes Bytes that it may have, inflated.
 * @param context Limits and clock.
 * @returns The chunks, inflated; one is good until the next is asked for.
 * @throws {HttpError} 400, 408, 413 or 415, also while the chunks come.
 */
export async function* bodyChunks(
  request: Request,
  maxBytes: number,
  context: BodyContext,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const encoding = request.headers.get("content-encoding")?.toLowerCase();
  const isPlain = encoding === undefined || encoding === "identity";
  if (!isPlain && !ENCODINGS.has(encoding)) {
    throw new HttpError(
      415,
      "UNKNOWN_ENCODING",
      `Cannot read a body in ${encoding.slice(0, 50)}: send gzip, zstd or none`,
      { "accept-encoding": "gzip, zstd" },
    );
  }
  if (isPlain && lengthOf(request) > maxBytes) {
    if (Number.isFinite(lengthOf(request))) throw tooLarge(maxBytes);
  }
  if (request.body === null) return;
  const raw = rawChunks(request.body, isPlain ? maxBytes : Infinity, context);
  if (isPlain) return yield* raw;
  let total = 0;
  try {
    for await (const chunk of inflate(raw, encoding as Compression)) {
      total += chunk.length;
      if (total > maxBytes) throw tooLarge(maxBytes);
      yield chunk;
    }
  } catch (error) {
    if (!(error instanceof FastpathError)) throw error;
    throw error.code === "RATIO_EXCEEDED"
      ? tooLarge(maxBytes)
      : new HttpError(400, "BROKEN_ENCODING", error.message);
  }
}

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

/** The declared length; infinite where none is declared. */
function lengthOf(request: Request): number {
  const header = request.headers.get("content-length");
  return header === null ? Infinity : Number(header);
}

function tooLarge(maxBytes: number): HttpError {
  return new HttpError(
    413,
    "BODY_TOO_LARGE",
    `Cannot read the body: larger than the limit of ${maxBytes} bytes`,
    { connection: "close" },
  );
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
