/**
 * The TypeScript engine of the digests: by the runtime's own node:crypto
 * where it has the algorithm, else by code of our own.
 *
 * @module
 */

import { hexOf } from "../runtime.ts";
import type { BytesInput } from "../input.ts";
import { Pace } from "../pace.ts";
import { Blake2b, Blake2s } from "./_blake2_ts.ts";
import { Blake3 } from "./_blake3_ts.ts";
import { type DigestSpec, specOf } from "./_spec.ts";
import { Xxh3 } from "./_xxh3_ts.ts";
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

/** What the classes of the algorithms share. */
type Kernel = Pick<Hasher, "update" | "finish">;

/**
 * Starts a digest.
 *
 * @param what The algorithm, for its usual digest, or all parameters.
 * @returns The digest of nothing yet.
 */
export function createHasher(what: HashAlgorithm | DigestSpec): Hasher {
  const hasher = kernelOf(
    typeof what === "string" ? specOf({ algorithm: what }) : what,
  );
  return {
    update: (bytes) => hasher.update(bytes),
    finish: () => hasher.finish(),
    hex: () => hexOf(hasher.finish()),
  };
}

function kernelOf(spec: DigestSpec): Kernel {
  const { algorithm, length, key, isPlain } = spec;
  switch (algorithm) {
    case "sha256":
    case "sha512":
      return ofRuntime(algorithm);
    case "blake2b":
      return isPlain ? ofRuntime("blake2b512") : new Blake2b(length, key);
    case "blake2s":
      return isPlain ? ofRuntime("blake2s256") : new Blake2s(length, key);
    case "blake3":
      return new Blake3(spec);
    case "xxh3":
      return new Xxh3();
  }
}

/** Loaded on first use: a static import costs 21 ms at every start. */
function ofRuntime(name: string): Kernel {
  const { createHash } = process.getBuiltinModule("node:crypto");
  const hash = createHash(name);
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
 * @param spec What to compute.
 * @returns The digest.
 */
export function digestBytesTs(
  bytes: Uint8Array<ArrayBuffer>,
  spec: DigestSpec,
): Uint8Array<ArrayBuffer> {
  const hasher = createHasher(spec);
  hasher.update(bytes);
  return hasher.finish();
}

/**
 * The digest of an input, letting other tasks run now and then.
 *
 * @param input The input.
 * @param spec What to compute.
 * @param watch Who may stop it and who listens.
 * @returns The digest.
 * @throws {FastpathError} If a file cannot be read or changes meanwhile.
 * @throws The signal's reason if it is aborted.
 */
export async function digestTs(
  input: BytesInput,
  spec: DigestSpec,
  watch: Watch,
): Promise<Uint8Array<ArrayBuffer>> {
  const hasher = createHasher(spec);
  const pace = new Pace();
  await eachPiece(input, watch, (piece) => {
    hasher.update(piece);
    return pace.due() ? pace.rest() : undefined;
  });
  return hasher.finish();
}
