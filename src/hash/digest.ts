/**
 * Digests of bytes, files and streams.
 *
 * @module
 */

import { engineFor, engineForAsync, recover } from "../backend.ts";
import {
  assertBytesInput,
  assertPlainBytes,
  type BytesInput,
  isRepeatable,
} from "../input.ts";
import type { KernelName } from "../thresholds.ts";
import { digestBytesNative, digestNative } from "./_digest_native.ts";
import { digestBytesTs, digestTs } from "./_digest_ts.ts";
import {
  checkDigestOptions,
  type DigestEncoding,
  type DigestOptions,
  type DigestSettings,
  type DigestSyncOptions,
  type Encoded,
  encodeDigest,
  type HashAlgorithm,
} from "./options.ts";

const KERNELS: Readonly<Record<HashAlgorithm, KernelName>> = {
  sha256: "hash.sha256",
  sha512: "hash.sha512",
  blake2b: "hash.blake2b",
  blake2s: "hash.blake2s",
  blake3: "hash.blake3",
  xxh3: "hash.xxh3",
};

/**
 * The digest of bytes, of a file or of a stream, in memory that does not
 * depend on the input's size. A file whose length or time of change differs
 * after the reading, or that was replaced or removed meanwhile, is an error:
 * its digest would be of bytes that never stood in the file together.
 *
 * @typeParam E The encoding.
 * @param input The bytes, a path, or a stream of bytes.
 * @param options Algorithm, encoding and more.
 * @returns The digest: a text, or bytes with `encoding: "bytes"`.
 * @throws {FastpathError} If a file cannot be read or changes meanwhile,
 * memory runs out, the native library is required but absent, or a native
 * kernel panicked.
 * @throws {TypeError} If the input or an option has the wrong type.
 * @throws {RangeError} If an option has a value that is not allowed.
 * @throws The signal's reason if it is aborted.
 *
 * @example SHA-256 of bytes
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { digest } from "@fastpath/fastpath";
 *
 * assertEquals(
 *   await digest(new TextEncoder().encode("abc")),
 *   "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
 * );
 * ```
 *
 * @example BLAKE3 of a stream, as bytes
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { digest } from "@fastpath/fastpath";
 *
 * const stream = new Blob(["abc"]).stream();
 * const bytes = await digest(stream, {
 *   algorithm: "blake3",
 *   encoding: "bytes",
 * });
 * assertEquals([...bytes.subarray(0, 4)], [0x64, 0x37, 0xb3, 0xac]);
 * ```
 *
 * @example A keyed BLAKE2b of 16 bytes
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { digest } from "@fastpath/fastpath";
 *
 * const text = new TextEncoder();
 * const mac = await digest(text.encode("abc"), {
 *   algorithm: "blake2b",
 *   length: 16,
 *   key: text.encode("secret"),
 * });
 * // hashlib.blake2b(b"abc", digest_size=16, key=b"secret").hexdigest()
 * assertEquals(mac, "b728f0c8cb10089e9c7b3549c0cdea97");
 * ```
 */
export async function digest<E extends DigestEncoding = "hex">(
  input: BytesInput,
  options: DigestOptions<E> = {},
): Promise<Encoded<E>> {
  assertBytesInput(input);
  const settings = checkDigestOptions(options);
  settings.signal?.throwIfAborted();
  const bytes = await run(input, settings);
  return encodeDigest(bytes, settings.encoding) as Encoded<E>;
}

/** Runs on the engine of choice; a panic over a repeatable input is made up. */
async function run(
  input: BytesInput,
  settings: DigestSettings,
): Promise<Uint8Array<ArrayBuffer>> {
  const { spec, engine } = settings;
  const size = input instanceof Uint8Array ? input.length : Infinity;
  const native = await engineForAsync(KERNELS[spec.algorithm], size, engine);
  if (native === null) return await digestTs(input, spec, settings);
  try {
    return await digestNative(native, input, spec, settings);
  } catch (error) {
    if (!isRepeatable(input)) throw error;
    recover(error, engine);
    return await digestTs(input, spec, settings);
  }
}

/**
 * The digest of bytes, without giving up the thread: for small inputs and
 * for programs that have nothing else to do.
 *
 * @typeParam E The encoding.
 * @param bytes The bytes.
 * @param options Algorithm, encoding and engine.
 * @returns The digest: a text, or bytes with `encoding: "bytes"`.
 * @throws {FastpathError} If the native library is required but absent, or a
 * native kernel panicked and the engine is set to `native`.
 * @throws {TypeError} If the bytes or an option have the wrong type.
 * @throws {RangeError} If an option has a value that is not allowed.
 *
 * @example A base64 digest, as subresource integrity wants it
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { digestSync } from "@fastpath/fastpath";
 *
 * const script = new TextEncoder().encode("alert('Hello, world.');");
 * assertEquals(
 *   `sha256-${digestSync(script, { encoding: "base64" })}`,
 *   "sha256-qznLcsROx4GACP2dm0UCKCzCG+HiZ1guq6ZZDob/Tng=",
 * );
 * ```
 */
export function digestSync<E extends DigestEncoding = "hex">(
  bytes: Uint8Array,
  options: DigestSyncOptions<E> = {},
): Encoded<E> {
  assertPlainBytes(bytes);
  const { spec, encoding, engine } = checkDigestOptions(options);
  const plain = bytes as Uint8Array<ArrayBuffer>;
  const native = engineFor(KERNELS[spec.algorithm], bytes.length, engine);
  let result: Uint8Array<ArrayBuffer> | undefined;
  if (native !== null) {
    try {
      result = digestBytesNative(native, plain, spec);
    } catch (error) {
      recover(error, engine);
    }
  }
  result ??= digestBytesTs(plain, spec);
  return encodeDigest(result, encoding) as Encoded<E>;
}
