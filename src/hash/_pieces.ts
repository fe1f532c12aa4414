/**
 * An input piece by piece, each of a size that is hashed in a few
 * milliseconds. A file is read ahead, and watched for changes; a stream that
 * gives nothing does not hold up an abort.
 *
 * @module
 */

import { deferred } from "../runtime.ts";
import { byteReader } from "../stream/byte_reader.ts";
import {
  type FileFacts,
  isUntouched,
  type OpenFile,
  openToRead,
  statSync,
  unrestMs,
} from "../files.ts";
import {
  assertPlainBytes,
  assertReadGranted,
  type BytesInput,
  CHUNK_BYTES,
  fileChanged,
  isPath,
  unreadable,
} from "../input.ts";
import type { Watch } from "./options.ts";

/** Takes a piece; the next one comes when the promise, if any, is settled. */
export type Take = (
  piece: Uint8Array<ArrayBuffer>,
) => Promise<void> | undefined;

/**
 * Gives an input to `take`, in order, in pieces of at most 1 MiB. A piece is
 * valid until `take` is done with it.
 *
 * @param input The input.
 * @param watch Who may stop it and who listens.
 * @param take Takes a piece.
 * @throws {FastpathError} `INPUT_UNREADABLE` if a file cannot be read or
 * changes meanwhile.
 * @throws {TypeError} If a stream gives something else than plain bytes.
 * @throws The signal's reason if it is aborted.
 */
export async function eachPiece(
  input: BytesInput,
  { signal, onProgress }: Watch,
  take: Take,
): Promise<void> {
  let done = 0;
  const takeChunk = async (chunk: Uint8Array<ArrayBuffer>) => {
    for (let at = 0; at < chunk.length; at += CHUNK_BYTES) {
      signal?.throwIfAborted();
      const piece = chunk.subarray(at, at + CHUNK_BYTES);
      const taken = take(piece);
      if (taken !== undefined) await taken;
      done += piece.length;
      onProgress?.(done);
    }
    signal?.throwIfAborted();
  };
  if (input instanceof Uint8Array) {
    await takeChunk(input as Uint8Array<ArrayBuffer>);
  } else if (isPath(input)) {
    await eachOfFile(input, signal, takeChunk);
  } else {
    await eachOfStream(input, signal, takeChunk);
  }
}

type TakeChunk = (chunk: Uint8Array<ArrayBuffer>) => Promise<void>;

/** The next block is read while the last one is taken. */
async function eachOfFile(
  path: string | URL,
  signal: AbortSignal | undefined,
  take: TakeChunk,
): Promise<void> {
  const file = await openFile(path, signal);
  try {
    await eachOfOpenFile(file, path, signal, take);
  } finally {
    file.close();
  }
}

async function eachOfOpenFile(
  file: OpenFile,
  path: string | URL,
  signal: AbortSignal | undefined,
  take: TakeChunk,
): Promise<void> {
  const before = await restedFacts(file, path);
  let [current, other] = [
    new Uint8Array(CHUNK_BYTES),
    new Uint8Array(CHUNK_BYTES),
  ];
  // Files that the system makes up say 0 bytes and have more.
  const limit = before.isFile && before.size > 0 ? before.size : Infinity;
  let done = 0;
  let reading = readSome(file, current, path);
  try {
    while (true) {
      const read = await abortable(reading, signal);
      if (read === null) break;
      done += read;
      if (done > limit) throw fileChanged(path);
      [current, other] = [other, current];
      reading = readSome(file, current, path);
      await take(other.subarray(0, read));
    }
  } finally {
    // What is still being read when the work stops is nobody's concern.
    reading.catch(() => {});
  }
  if (before.isFile && !isStill(before, () => statSync(path))) {
    throw fileChanged(path);
  }
}

/** What is found of an open file, once nobody is known to write to it. */
async function restedFacts(
  file: OpenFile,
  path: string | URL,
): Promise<FileFacts> {
  try {
    const facts = await file.stat();
    if (!facts.isFile) return facts;
    const isRested = await rest(facts, () => file.stat());
    if (isRested) return facts;
  } catch (error) {
    throw unreadable(path, error);
  }
  throw fileChanged(path);
}

async function openFile(
  path: string | URL,
  signal: AbortSignal | undefined,
): Promise<OpenFile> {
  assertReadGranted(path);
  const opening = openToRead(path);
  try {
    // Opening a pipe waits for its writer.
    return await abortable(opening, signal);
  } catch (error) {
    if (signal?.aborted) {
      opening.then((file) => file.close(), () => {});
      throw error;
    }
    throw unreadable(path, error);
  }
}

async function readSome(
  file: OpenFile,
  buffer: Uint8Array,
  path: string | URL,
): Promise<number | null> {
  try {
    return await file.read(buffer);
  } catch (error) {
    throw unreadable(path, error);
  }
}

/**
 * Leaves a file alone that has just been written, until a change shows.
 *
 * @param before What was found when it was opened.
 * @param look Looks at it again.
 * @returns False where it changed meanwhile.
 */
export async function rest(
  before: FileFacts,
  look: () => FileFacts | Promise<FileFacts>,
): Promise<boolean> {
  const waitMs = unrestMs(before);
  if (waitMs === 0) return true;
  await new Promise((resolve) => setTimeout(resolve, waitMs));
  return isUntouched(before, await look());
}

/**
 * Whether a path still leads to the file that was read, and nobody has
 * touched that.
 *
 * @param before What was found when it was opened.
 * @param look Looks at the path.
 * @returns True where its digest is of what stands there.
 */
export function isStill(before: FileFacts, look: () => FileFacts): boolean {
  try {
    return isUntouched(before, look());
  } catch {
    return false;
  }
}

async function eachOfStream(
  input: ReadableStream<Uint8Array> | AsyncIterable<Uint8Array>,
  signal: AbortSignal | undefined,
  take: TakeChunk,
): Promise<void> {
  const source = input instanceof ReadableStream
    ? ofStream(input)
    : ofIterable(input);
  let isOver = false;
  try {
    while (true) {
      const { done, value } = await abortable(source.next(), signal);
      if (done) break;
      assertPlainBytes(value as Uint8Array);
      await take(value as Uint8Array<ArrayBuffer>);
    }
    isOver = true;
  } finally {
    // Not waited for: a source that hangs would hang here as well.
    if (!isOver) source.stop().catch(() => {});
  }
}

/** Chunks of a stream, and how to tell it that no more are wanted. */
interface Source {
  next(): Promise<{ done?: boolean; value?: unknown }>;
  stop(): Promise<unknown>;
}

function ofStream(stream: ReadableStream<Uint8Array>): Source {
  const reader = byteReader(stream);
  return {
    async next() {
      const value = await reader.read();
      return { done: value === null, value };
    },
    stop: () => reader.cancel(),
  };
}

function ofIterable(iterable: AsyncIterable<Uint8Array>): Source {
  const iterator = iterable[Symbol.asyncIterator]();
  return {
    next: () => iterator.next(),
    stop: async () => await iterator.return?.(),
  };
}

/** The promise, or the signal's reason if that comes first. */
async function abortable<T>(
  promise: Promise<T>,
  signal: AbortSignal | undefined,
): Promise<T> {
  if (signal === undefined) return await promise;
  const { promise: aborted, reject } = deferred<never>();
  const onAbort = () => reject(signal.reason);
  if (signal.aborted) onAbort();
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}
