/**
 * What a reading operation takes as input, and how it becomes chunks of
 * bytes: bytes in memory, a path, or a stream.
 *
 * @module
 */

import { isDetached } from "./runtime.ts";
import { byteReader } from "./stream/byte_reader.ts";
import { FastpathError } from "./errors.ts";
import {
  type FileFacts,
  isAllReadGranted,
  isReadGranted,
  isUnchanged,
  type OpenFile,
  openToRead,
  realPath,
  reasonOf,
  statSync,
} from "./files.ts";

export { isReadGranted };

/**
 * Bytes in memory, the path of a file (a text or a `file:` URL), or a stream
 * of bytes. A string is always a path; encode text with `TextEncoder`. Bytes
 * are not copied: they must not change until the promise is fulfilled, or all
 * batches and chunks are taken.
 */
export type BytesInput =
  | Uint8Array
  | string
  | URL
  | ReadableStream<Uint8Array>
  | AsyncIterable<Uint8Array>;

/** Bytes read from a file at once. */
export const CHUNK_BYTES: number = 1 << 20;

/**
 * Whether the input can be read a second time.
 *
 * @param input The input.
 * @returns True for bytes and regular files; false for pipes and streams.
 */
export function isRepeatable(input: BytesInput): boolean {
  if (input instanceof Uint8Array) return true;
  if (!isPath(input)) return false;
  const info = statGranted(input);
  // What cannot be looked at fails when it is opened, once as well as twice.
  return info === null || info.isFile;
}

/**
 * What the system says of a path, where reading it is granted. Never prompts.
 *
 * @param path The path.
 * @returns The file's properties, or null.
 */
export function statGranted(path: string | URL): FileFacts | null {
  if (!isReadGranted(path)) return null;
  try {
    return statSync(path);
  } catch {
    return null;
  }
}

/**
 * Refuses a path whose reading is not granted, before anything would ask.
 *
 * @param path The path.
 * @throws {FastpathError} `INPUT_UNREADABLE` with the flag to add.
 */
export function assertReadGranted(path: string | URL): void {
  if (isTargetGranted(path)) return;
  throw unreadable(path, new Error(wordsOfGrant(path)));
}

/**
 * Whether reading a path is granted, and what it leads to: a link may lead
 * out of what is. Never prompts.
 *
 * @param path The path.
 * @returns True where both are.
 */
export function isTargetGranted(path: string | URL): boolean {
  if (!isReadGranted(path)) return false;
  if (isAllReadGranted()) return true;
  const target = realPath(path);
  return target === null || isReadGranted(target);
}

/**
 * What to grant, so that a path can be read.
 *
 * @param path The path, which is not granted.
 * @returns A few words with the flag.
 */
export function wordsOfGrant(path: string | URL): string {
  const target = isReadGranted(path) ? realPath(path) : null;
  return target === null
    ? `reading it is not granted, run with --allow-read=${path}`
    : `it leads to ${target}, and reading that is not granted, run with ` +
      `--allow-read=${target}`;
}

/**
 * Whether the input is the path of a file.
 *
 * @param input The input.
 * @returns True for a string and a URL.
 */
export function isPath(input: BytesInput): input is string | URL {
  return typeof input === "string" || input instanceof URL;
}

/**
 * Refuses what is no bytes input, and bytes that can change or vanish while
 * a kernel reads them: shared, resizable and detached buffers.
 *
 * @param input The value to check.
 * @throws {TypeError} If the input is none of the allowed kinds.
 */
export function assertBytesInput(input: unknown): asserts input is BytesInput {
  if (input instanceof Uint8Array) return assertPlainBytes(input);
  if (typeof input === "string" || input instanceof URL) return;
  if (
    typeof input === "object" && input !== null && Symbol.asyncIterator in input
  ) return;
  throw new TypeError(
    "Cannot read input: expected a Uint8Array, a path or a stream of " +
      `Uint8Array, found ${describe(input)}`,
  );
}

/**
 * Refuses bytes over a shared, resizable or detached buffer.
 *
 * @param bytes The bytes to check.
 * @throws {TypeError} If the buffer may change its size or is gone.
 */
export function assertPlainBytes(bytes: Uint8Array): void {
  if (!(bytes instanceof Uint8Array)) {
    throw new TypeError(
      `Cannot read bytes: expected a Uint8Array, found ${describe(bytes)}`,
    );
  }
  const buffer = bytes.buffer;
  if (!(buffer instanceof ArrayBuffer)) {
    throw new TypeError(
      "Cannot read bytes: the buffer is shared, copy it with slice() first",
    );
  }
  if (buffer.resizable) {
    throw new TypeError(
      "Cannot read bytes: the buffer is resizable, copy it with slice() first",
    );
  }
  if (isDetached(buffer)) {
    throw new TypeError("Cannot read bytes: the buffer is detached");
  }
}

/**
 * The chunks of an input, in order. A file is closed and a stream cancelled
 * when the iteration ends for whatever reason. A chunk is valid until the
 * next one is asked for. An abort ends the iteration at once, also while a
 * read from a stream or a pipe hangs.
 *
 * @param input The input.
 * @param signal Stops the reading.
 * @returns The chunks; none is empty.
 * @throws {FastpathError} `INPUT_UNREADABLE` if a file cannot be read, or
 * changes before its end is reached.
 * @throws The signal's reason if it is aborted.
 */
export async function* chunksOf(
  input: BytesInput,
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  assertBytesInput(input);
  const chunks = plainChunks(input, signal);
  if (signal === undefined) return yield* chunks;
  signal.throwIfAborted();
  let fail: ((reason: unknown) => void) | undefined;
  const stop = () => fail?.(signal.reason);
  signal.addEventListener("abort", stop, { once: true });
  try {
    while (true) {
      // Not a race with one promise for all reads: it would keep every chunk.
      const read = new Promise<IteratorResult<Uint8Array<ArrayBuffer>>>(
        (resolve, reject) => {
          fail = reject;
          chunks.next().then(resolve, reject);
        },
      );
      const { value, done } = await read;
      if (done) return;
      yield value;
      signal.throwIfAborted();
    }
  } finally {
    signal.removeEventListener("abort", stop);
    // Not awaited: where a read hangs, so would this.
    chunks.return(undefined).catch(() => {});
  }
}

/**
 * All bytes of an input, for operations that need them at once.
 *
 * @param input The input.
 * @param signal Stops the reading.
 * @returns The bytes; those of an input in memory itself, not a copy.
 * @throws {FastpathError} `INPUT_UNREADABLE` if a file cannot be read.
 * @throws {TypeError} If it is no input, or its bytes are not plain.
 * @throws The signal's reason if it is aborted.
 */
export async function bytesOfInput(
  input: BytesInput,
  signal?: AbortSignal,
): Promise<Uint8Array<ArrayBuffer>> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of chunksOf(input, signal)) {
    if (input instanceof Uint8Array) return chunk;
    parts.push(chunk.slice());
    length += chunk.length;
  }
  return joined(parts, length);
}

/**
 * Parts behind each other.
 *
 * @param parts The parts.
 * @param length All their bytes.
 * @returns One array.
 */
export function joined(
  parts: readonly Uint8Array[],
  length: number,
): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

async function* plainChunks(
  input: BytesInput,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  if (input instanceof Uint8Array) {
    if (input.length > 0) yield input as Uint8Array<ArrayBuffer>;
    return;
  }
  if (isPath(input)) {
    yield* fileChunks(input);
    return;
  }
  const chunks = input instanceof ReadableStream
    ? streamChunks(input, signal)
    : input;
  for await (const chunk of chunks) {
    assertPlainBytes(chunk as Uint8Array);
    const bytes = chunk as Uint8Array<ArrayBuffer>;
    if (bytes.length > 0) yield bytes;
  }
}

async function* streamChunks(
  stream: ReadableStream<Uint8Array>,
  signal: AbortSignal | undefined,
): AsyncGenerator<unknown> {
  const reader = byteReader(stream);
  // A read that waits would hold the stream until something comes.
  const stop = () => void reader.cancel().catch(() => {});
  signal?.addEventListener("abort", stop, { once: true });
  try {
    while (true) {
      const chunk = await reader.read();
      if (chunk === null) return;
      yield chunk;
    }
  } finally {
    signal?.removeEventListener("abort", stop);
    await reader.cancel();
  }
}

async function* fileChunks(
  path: string | URL,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const file = await openFile(path);
  try {
    const before = await factsOf(file, path);
    // Files that the system makes up say 0 bytes and have more.
    const limit = before.isFile && before.size > 0 ? before.size : Infinity;
    const buffer = new Uint8Array(CHUNK_BYTES);
    for (let done = 0;;) {
      const read = await readSome(file, buffer, path);
      if (read === null) break;
      done += read;
      if (done > limit) throw fileChanged(path);
      if (read > 0) yield buffer.subarray(0, read);
    }
    if (!before.isFile) return;
    if (!isUnchanged(before, await factsOf(file, path))) {
      throw fileChanged(path);
    }
  } finally {
    file.close();
  }
}

async function factsOf(
  file: OpenFile,
  path: string | URL,
): Promise<FileFacts> {
  try {
    return await file.stat();
  } catch (error) {
    throw unreadable(path, error);
  }
}

async function openFile(path: string | URL): Promise<OpenFile> {
  assertReadGranted(path);
  try {
    return await openToRead(path);
  } catch (error) {
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
 * The error of a file that cannot be opened or read.
 *
 * @param path The path as given.
 * @param cause What the system said.
 * @returns A `FastpathError` with code `INPUT_UNREADABLE`.
 */
export function unreadable(path: string | URL, cause: unknown): FastpathError {
  const name = String(path);
  return new FastpathError(
    "INPUT_UNREADABLE",
    `Cannot read "${name}": ${reasonOf(cause)}`,
    { cause, details: { path: name } },
  );
}

/**
 * The error of a file that became longer, shorter or another one while it
 * was read: what was read of it never stood in it together.
 *
 * @param path The path as given.
 * @returns A `FastpathError` with code `INPUT_UNREADABLE`.
 */
export function fileChanged(path: string | URL): FastpathError {
  return unreadable(path, new Error("file changed while it was read"));
}

function describe(value: unknown): string {
  if (value === null) return "null";
  if (typeof value !== "object") return `a ${typeof value}`;
  return value.constructor?.name ?? "an object";
}
