/**
 * Computes digests: SHA-256 and BLAKE3 of bytes, files and streams.
 *
 * SHA-256 is what checksums, signatures and registries ask for. BLAKE3 is
 * several times faster, more so on two cores, and as safe against forgery;
 * use it where both sides are yours. Neither is for passwords.
 *
 * - {@linkcode digest}: bytes, a file or a stream; can be stopped and watched.
 * - {@linkcode digestSync}: bytes at once.
 *
 * The native engine uses the CPU's SHA instructions where it has them, and
 * two threads over a file: one reads while the other hashes SHA-256, both
 * hash BLAKE3. The TypeScript engine gives the same digests: SHA-256 by the
 * runtime's own crypto, BLAKE3 in TypeScript.
 *
 * @example Digests of a file
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { digest } from "@fastpath/fastpath/hash";
 *
 * const path = await Deno.makeTempFile();
 * await Deno.writeTextFile(path, "abc");
 * assertEquals(
 *   await digest(path, { encoding: "base64" }),
 *   "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=",
 * );
 * assertEquals(
 *   await digest(path, { algorithm: "blake3" }),
 *   "6437b3ac38465133ffb63b75273a8db548c558465d79db03fd359c6cd5bd9d85",
 * );
 * await Deno.remove(path);
 * ```
 *
 * @example Stop after 10 ms
 * ```ts
 * import { assertRejects } from "@std/assert";
 * import { digest } from "@fastpath/fastpath/hash";
 *
 * const endless = new ReadableStream<Uint8Array>();
 * const signal = AbortSignal.timeout(10);
 * await assertRejects(() => digest(endless, { signal }), DOMException);
 * ```
 *
 * @module
 */

export type { EngineMode } from "../backend.ts";
export { FastpathError } from "../errors.ts";
export type { FailureCode } from "../errors.ts";
export type { BytesInput } from "../input.ts";
export { digest, digestSync } from "./digest.ts";
export type {
  DigestEncoding,
  DigestOptions,
  DigestSyncOptions,
  Encoded,
  HashAlgorithm,
} from "./options.ts";
