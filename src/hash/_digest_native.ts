/**
 * The native engine of the digests: a file is read by the kernel itself
 * where the permissions allow it; all else is handed over as bytes.
 *
 * @module
 */

import { checkStatus, encodeConfig } from "../../ffi/call.ts";
import { Control } from "../../ffi/control.ts";
import { NativeHandle } from "../../ffi/handle.ts";
import { readablePath } from "../../ffi/readable.ts";
import type { Native } from "../backend.ts";
import { type BytesInput, fileChanged, isPath } from "../input.ts";
import { eachPiece } from "./_pieces.ts";
import type { DigestSpec } from "./_spec.ts";
import type { HashAlgorithm, Watch } from "./options.ts";

/** The kernel's name in messages. */
const KERNEL = "hash.digest";

/** Numbers of the algorithms at the boundary. */
const IDS: Readonly<Record<HashAlgorithm, number>> = {
  sha256: 1,
  blake3: 2,
  sha512: 3,
  blake2b: 4,
  blake2s: 5,
  xxh3: 6,
};

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
 * @param spec What to compute.
 * @returns The digest.
 * @throws {NativePanic} If the kernel panicked.
 */
export function digestBytesNative(
  native: Native,
  bytes: Uint8Array<ArrayBuffer>,
  spec: DigestSpec,
): Uint8Array<ArrayBuffer> {
  if (!spec.isPlain) return digestAtOnce(native, bytes, spec);
  const out = new Uint8Array(spec.length);
  const { length } = bytes;
  const id = IDS[spec.algorithm];
  checkStatus(
    native.fp_hash_digest(id, bytes, length, out, out.length),
    KERNEL,
  );
  return out;
}

/** With a length, a key or a context, which an open hash takes. */
function digestAtOnce(
  native: Native,
  bytes: Uint8Array<ArrayBuffer>,
  spec: DigestSpec,
): Uint8Array<ArrayBuffer> {
  using handle = open(native, spec);
  handle.check(native.fp_hash_update(handle.id, bytes, bytes.length));
  return finish(native, handle, spec);
}

function open(native: Native, spec: DigestSpec): NativeHandle {
  if (spec.isPlain) {
    const status = native.fp_hash_open(IDS[spec.algorithm]);
    return new NativeHandle(native, status, KERNEL);
  }
  const config = configOf(spec);
  const status = native.fp_hash_open_with(config, config.length);
  return new NativeHandle(native, status, KERNEL);
}

function finish(
  native: Native,
  handle: NativeHandle,
  { length }: DigestSpec,
): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(length);
  handle.check(native.fp_hash_finish(handle.id, out, length));
  // The export has closed it.
  handle.release();
  return out;
}

/**
 * The parameters of a digest as the kernels read them.
 *
 * @param spec The parameters.
 * @returns Their bytes.
 */
export function configOf(spec: DigestSpec): Uint8Array<ArrayBuffer> {
  const { algorithm, length, key, context } = spec;
  return encodeConfig({ algorithm, length, key, context });
}

/**
 * The digest of an input, beside the JavaScript thread.
 *
 * @param native The library.
 * @param input The input.
 * @param spec What to compute.
 * @param watch Who may stop it and who listens.
 * @returns The digest.
 * @throws {FastpathError} If a file cannot be read or changes meanwhile, or
 * the kernel panicked (`NATIVE_PANIC`).
 * @throws The signal's reason if it is aborted.
 */
export async function digestNative(
  native: Native,
  input: BytesInput,
  spec: DigestSpec,
  watch: Watch,
): Promise<Uint8Array<ArrayBuffer>> {
  if (input instanceof Uint8Array) {
    return await digestMemory(
      native,
      input as Uint8Array<ArrayBuffer>,
      spec,
      watch,
    );
  }
  const path = isPath(input) ? readablePath(input) : null;
  if (path === null) return await feed(native, input, spec, watch);
  return await digestFile(native, path, input as string | URL, spec, watch);
}

/** One call where nobody could tell it from many, or nobody watches. */
async function digestMemory(
  native: Native,
  bytes: Uint8Array<ArrayBuffer>,
  spec: DigestSpec,
  watch: Watch,
): Promise<Uint8Array<ArrayBuffer>> {
  const { length } = bytes;
  const { signal, onProgress } = watch;
  const isWatched = signal !== undefined || onProgress !== undefined;
  if (isWatched && length > WHOLE_BYTES_MAX) {
    return await feed(native, bytes, spec, watch);
  }
  let out: Uint8Array<ArrayBuffer>;
  if (length <= SYNC_BYTES_MAX) {
    out = digestBytesNative(native, bytes, spec);
  } else if (!spec.isPlain) {
    return await feed(native, bytes, spec, watch);
  } else {
    out = new Uint8Array(spec.length);
    const id = IDS[spec.algorithm];
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
  input: string | URL,
  spec: DigestSpec,
  { signal, onProgress }: Watch,
): Promise<Uint8Array<ArrayBuffer>> {
  using control = new Control({ signal, onProgress });
  const { cells } = control;
  const target = new TextEncoder().encode(path);
  const config = configOf(spec);
  const out = new Uint8Array(Math.max(WORDS_BYTES, spec.length));
  const status = await native.fp_hash_file_async(
    config,
    config.length,
    target,
    target.length,
    ALL_CORES,
    cells,
    cells.length,
    out,
    out.length,
  );
  if (status < 0) {
    checkStatus(status, KERNEL, { signal, path: input, words: wordsIn(out) });
  }
  // A link that leads elsewhere by now: another file stands at the path.
  if (readablePath(input) !== path) throw fileChanged(input);
  onProgress?.(control.bytesDone);
  return out.slice(0, spec.length);
}

/** The text that stands in `out` up to a zero. */
function wordsIn(out: Uint8Array<ArrayBuffer>): string {
  const end = out.indexOf(0);
  return new TextDecoder().decode(end < 0 ? out : out.subarray(0, end));
}

async function feed(
  native: Native,
  input: BytesInput,
  spec: DigestSpec,
  watch: Watch,
): Promise<Uint8Array<ArrayBuffer>> {
  using handle = open(native, spec);
  await eachPiece(input, watch, (piece) => {
    if (piece.length > SYNC_BYTES_MAX) return update(native, handle, piece);
    handle.check(native.fp_hash_update(handle.id, piece, piece.length));
    return undefined;
  });
  return finish(native, handle, spec);
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
