/**
 * Computes digests: SHA-2, BLAKE2, BLAKE3 and XXH3 of bytes, files, streams,
 * lists of files and folders.
 *
 * SHA-256 is what checksums, signatures and registries ask for. BLAKE3 is
 * several times faster, more so on two cores, and as safe against forgery;
 * use it where both sides are yours. XXH3 is safe against chance alone. None
 * is for passwords.
 *
 * - {@linkcode digest}: bytes, a file or a stream; can be stopped and watched.
 * - {@linkcode digestSync}: bytes at once.
 * - {@linkcode hashFile}, {@linkcode hashFiles}: files, lists and folders.
 * - {@linkcode hashTree}: one digest of a folder.
 * - {@linkcode formatManifest}, {@linkcode checkManifest},
 *   {@linkcode diffManifests}: lists of digests as `sha256sum` writes them.
 *
 * The native engine hashes SHA-256 of up to sixteen files side by side, or
 * uses the CPU's SHA instructions, on as many threads as there are cores. The
 * TypeScript engine gives the same digests: by the runtime's own crypto where
 * it has the algorithm, else in TypeScript.
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
export { FastpathError, ParseError } from "../errors.ts";
export type { FailureCode, ParseErrorCode } from "../errors.ts";
export type { BytesInput } from "../input.ts";
export { digest, digestSync } from "./digest.ts";
export type {
  DigestEncoding,
  DigestOptions,
  DigestSyncOptions,
  Encoded,
  HashAlgorithm,
} from "./options.ts";
export { formatManifest, hashFile, hashFiles } from "./files.ts";
export type {
  FileDigest,
  FileDigests,
  HashFileOptions,
  HashFilesOptions,
} from "./files.ts";
export { checkManifest, diffManifests } from "./manifests.ts";
export type { DigestDiff, Renamed } from "./diff_digests.ts";
export type {
  CheckManifestOptions,
  ManifestCheck,
  ManifestDiff,
} from "./manifests.ts";
export type { FilesProgress, SetOptions } from "./_set.ts";
export { hashTree } from "./tree.ts";
export type { HashTreeOptions, TreeAlgorithm, TreeFormat } from "./tree.ts";
