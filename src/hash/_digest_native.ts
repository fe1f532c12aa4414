/**
 * The native engine of the digests: a file is read by the kernel itself
 * where the permissions allow it; all else is handed over as bytes.
 *
 * @module
 */

import { checkStatus } from "../../ffi/call.ts";
import { Control } from "../../ffi/control.ts";
import { NativeHandle } from "../../ffi/handle.ts";
import { readablePath } from "../../ffi/readable.ts";
import type { Native } from "../backend.ts";
import { type BytesInput, isPath } from "../input.ts";
import type { HashAlgorithm, Watch } from "./options.ts";
import { eachPiece } from "./_pieces.ts";

/** The kernel's name in messages. */
const KERNEL = "hash.digest";

/** Numbers of the algorithms at the boundary. */
const IDS: Readonly<Record<HashAlgorithm, number>> = { sha256: 1, blake3: 2 };

const DIGEST_BYTES = 32;

/** Room for the system's words where a file cannot be read. */
const WORDS_BYTES = 512;

/** Up to here a call at once takes less than 1 ms even without SHA-NI. */
const SYNC_BYTES_MAX = 1 << 18;

/** Bytes in memory up to here are one call: at most some 10 ms of work. */
const WHOLE_BYTES_MAX = 1 << 22;

/** As many threads as there are cores. */
const ALL_CORES = 0;

/**
 * The digest of bytes, at once.
 *
 * @param native The library.
 * @param bytes The bytes.
 * @param algorithm What to compute.
 * @returns 32 bytes.
 * @throws {NativePanic} If the kernel panicked.
 */
export function digestBytesNative(
  native: Native,
  bytes: Uint8Array<ArrayBuffer>,
  algorithm: HashAlgorithm,
): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(DIGEST_BYTES);
  const { length } = bytes;
  const id = IDS[algorithm];
  checkStatus(
    native.fp_hash_digest(id, bytes, length, out, out.length),
    KERNEL,
  );
  return out;
}

/**
 * The digest of an input, beside the JavaScript thread.
 *
 * @param native The library.
 * @param input The input.
 * @param algorithm What to compute.
 * @param watch Who may stop it and who listens.
 * @returns 32 bytes.
 * @throws {FastpathError} If a file cannot be read or changes meanwhile, or
 * the kernel panicked (`NATIVE_PANIC`).
 * @throws The signal's reason if it is aborted.
 */
export async function digestNative(
  native: Native,
  input: BytesInput,
  algorithm: HashAlgorithm,
  watch: Watch,
): Promise<Uint8Array<ArrayBuffer>> {
  if (input instanceof Uint8Array) {
    return await digestMemory(
      native,
      input as Uint8Array<ArrayBuffer>,
      algorithm,
      watch,
    );
  }
  const path = isPath(input) ? readablePath(input) : null;
  if (path === null) return await feed(native, input, algorithm, watch);
  return await digestFile(native, path, String(input), algorithm, watch);
}

/** One call where nobody could tell it from many, or nobody watches. */
async function digestMemory(
  native: Native,
  bytes: Uint8Array<ArrayBuffer>,
  algorithm: HashAlgorithm,
  watch: Watch,
): Promise<Uint8Array<ArrayBuffer>> {
  const { length } = bytes;
  const { signal, onProgress } = watch;
  const isWatched = signal !== undefined || onProgress !== undefined;
  if (isWatched && length > WHOLE_BYTES_MAX) {
    return await feed(native, bytes, algorithm, watch);
  }
  let out: Uint8Array<ArrayBuffer>;
  if (length <= SYNC_BYTES_MAX) {
    out = digestBytesNative(native, bytes, algorithm);
  } else {
    out = new Uint8Array(DIGEST_BYTES);
    const id = IDS[algorithm];
    const { fp_hash_digest_async } = native;
    checkStatus(
      await fp_hash_digest_async(id, bytes, length, out, out.length),
      KERNEL,
    );
    signal?.throwIfAborted();
  }
  if (length > 0) onProgress?.(length);
  return out;
}

async function digestFile(
  native: Native,
  path: string,
  name: string,
  algorithm: HashAlgorithm,
  { signal, onProgress }: Watch,
): Promise<Uint8Array<ArrayBuffer>> {
  using control = new Control({ signal, onProgress });
  const { cells } = control;
  const target = new TextEncoder().encode(path);
  const out = new Uint8Array(WORDS_BYTES);
  const status = await native.fp_hash_file_async(
    IDS[algorithm],
    target,
    target.length,
    ALL_CORES,
    cells,
    cells.length,
    out,
    out.length,
  );
  if (status < 0) {
    checkStatus(status, KERNEL, { signal, path: name, words: wordsIn(out) });
  }
  onProgress?.(control.bytesDone);
  return out.slice(0, DIGEST_BYTES);
}

/** The text that stands in `out` up to a zero. */
function wordsIn(out: Uint8Array<ArrayBuffer>): string {
  const end = out.indexOf(0);
  return new TextDecoder().decode(end < 0 ? out : out.subarray(0, end));
}

async function feed(
  native: Native,
  input: BytesInput,
  algorithm: HashAlgorithm,
  watch: Watch,
): Promise<Uint8Array<ArrayBuffer>> {
  const status = native.fp_hash_open(IDS[algorithm]);
  using handle = new NativeHandle(native, status, KERNEL);
  await eachPiece(input, watch, (piece) => {
    if (piece.length > SYNC_BYTES_MAX) return update(native, handle, piece);
    handle.check(native.fp_hash_update(handle.id, piece, piece.length));
    return undefined;
  });
  const out = new Uint8Array(DIGEST_BYTES);
  handle.check(native.fp_hash_finish(handle.id, out, out.length));
  // The export has closed it.
  handle.release();
  return out;
}

async function update(
  native: Native,
  handle: NativeHandle,
  piece: Uint8Array<ArrayBuffer>,
): Promise<void> {
  const { fp_hash_update_async } = native;
  const status = fp_hash_update_async(handle.id, piece, piece.length);
  handle.check(await status);
}
