/**
 * The TypeScript engine of the digests: SHA-256 by the runtime's own
 * node:crypto, BLAKE3 by `_blake3_ts.ts`.
 *
 * @module
 */

import { hexOf } from "../runtime.ts";
import type { BytesInput } from "../input.ts";
import { Pace } from "../pace.ts";
import { Blake3 } from "./_blake3_ts.ts";
import { eachPiece } from "./_pieces.ts";
import type { HashAlgorithm, Watch } from "./options.ts";

/** A digest of bytes that come in pieces. */
export interface Hasher {
  /** Appends bytes to the message. */
  update(bytes: Uint8Array): void;
  /** The digest of all bytes given; the hasher is then used up. */
  finish(): Uint8Array<ArrayBuffer>;
  /** The same in lower-case hex. */
  hex(): string;
}

/**
 * Starts a digest.
 *
 * @param algorithm What to compute.
 * @returns The digest of nothing yet.
 */
export function createHasher(algorithm: HashAlgorithm): Hasher {
  const hasher = algorithm === "blake3" ? new Blake3() : sha256();
  return {
    update: (bytes) => hasher.update(bytes),
    finish: () => hasher.finish(),
    hex: () => hexOf(hasher.finish()),
  };
}

/** Loaded on first use: a static import costs 21 ms at every start. */
function sha256(): Pick<Hasher, "update" | "finish"> {
  const { createHash } = process.getBuiltinModule("node:crypto");
  const hash = createHash("sha256");
  return {
    update: (bytes) => void hash.update(bytes),
    // A plain array of its own, not a view into the runtime's pool.
    finish: () => new Uint8Array(hash.digest()),
  };
}

/**
 * The digest of bytes, at once.
 *
 * @param bytes The bytes.
 * @param algorithm What to compute.
 * @returns 32 bytes.
 */
export function digestBytesTs(
  bytes: Uint8Array<ArrayBuffer>,
  algorithm: HashAlgorithm,
): Uint8Array<ArrayBuffer> {
  const hasher = createHasher(algorithm);
  hasher.update(bytes);
  return hasher.finish();
}

/**
 * The digest of an input, letting other tasks run now and then.
 *
 * @param input The input.
 * @param algorithm What to compute.
 * @param watch Who may stop it and who listens.
 * @returns 32 bytes.
 * @throws {FastpathError} If a file cannot be read or changes meanwhile.
 * @throws The signal's reason if it is aborted.
 */
export async function digestTs(
  input: BytesInput,
  algorithm: HashAlgorithm,
  watch: Watch,
): Promise<Uint8Array<ArrayBuffer>> {
  const hasher = createHasher(algorithm);
  const pace = new Pace();
  await eachPiece(input, watch, (piece) => {
    hasher.update(piece);
    return pace.due() ? pace.rest() : undefined;
  });
  return hasher.finish();
}
