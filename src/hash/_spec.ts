/**
 * What a digest is computed with: the algorithm, its length, a key or a
 * context. Checked once; both engines take it as it is.
 *
 * @module
 */

import { assertPlainBytes } from "../input.ts";
import type { HashAlgorithm } from "./options.ts";

/** Checked parameters of a digest. */
export interface DigestSpec {
  readonly algorithm: HashAlgorithm;
  /** Bytes of the digest. */
  readonly length: number;
  readonly key: Uint8Array | undefined;
  readonly context: string | undefined;
  /** Whether it is the usual digest of the algorithm. */
  readonly isPlain: boolean;
}

/** What an algorithm takes. */
interface Traits {
  /** Bytes of the digest where no length is asked for. */
  readonly length: number;
  /** The shortest and the longest digest, where there is a choice. */
  readonly lengths?: readonly [number, number];
  /** The shortest and the longest key, where it takes one. */
  readonly keys?: readonly [number, number];
}

const TRAITS: Readonly<Record<HashAlgorithm, Traits>> = {
  sha256: { length: 32 },
  sha512: { length: 64 },
  blake2b: { length: 64, lengths: [1, 64], keys: [1, 64] },
  blake2s: { length: 32, lengths: [1, 32], keys: [1, 32] },
  blake3: { length: 32, lengths: [1, 1 << 20], keys: [32, 32] },
  xxh3: { length: 8 },
};

/** The algorithms, the one that holds unless another is asked for first. */
export const ALGORITHMS: readonly HashAlgorithm[] = [
  ...(["sha256", "sha512", "blake2b", "blake2s", "blake3", "xxh3"] as const),
];

/** Parameters of a digest as a caller gives them. */
export interface SpecOptions {
  readonly algorithm?: HashAlgorithm;
  readonly length?: number;
  readonly key?: Uint8Array;
  readonly context?: string;
}

/**
 * Checks the parameters of a digest.
 *
 * @param options The parameters as given.
 * @returns The parameters with what is absent filled in; the key is a copy.
 * @throws {TypeError} If one has the wrong type.
 * @throws {RangeError} If the algorithm does not take one.
 */
export function specOf(options: SpecOptions): DigestSpec {
  const { algorithm = "sha256", key, context } = options;
  if (!ALGORITHMS.includes(algorithm)) {
    throw refused(
      `the option algorithm must be one of ${ALGORITHMS.join(", ")}: it is ` +
        (JSON.stringify(algorithm) ?? String(algorithm)),
    );
  }
  const { length: usual } = TRAITS[algorithm];
  const length = options.length ?? usual;
  checkLength(algorithm, length);
  if (key !== undefined) checkKey(algorithm, key);
  if (context !== undefined) checkContext(algorithm, context, key);
  const isPlain = length === usual && key === undefined &&
    context === undefined;
  return { algorithm, length, key: key?.slice(), context, isPlain };
}

/**
 * Bytes of an algorithm's usual digest.
 *
 * @param algorithm The algorithm.
 * @returns The bytes.
 */
export function usualLength(algorithm: HashAlgorithm): number {
  return TRAITS[algorithm].length;
}

function checkLength(algorithm: HashAlgorithm, length: number): void {
  if (typeof length !== "number") {
    throw new TypeError(
      `Cannot compute digest: the option length is no number, found a ${typeof length}`,
    );
  }
  const { length: usual, lengths: [least, most] = [usual, usual] } =
    TRAITS[algorithm];
  if (Number.isInteger(length) && length >= least && length <= most) return;
  const allowed = least === most ? `${usual}` : `from ${least} to ${most}`;
  throw refused(
    `the option length of ${algorithm} must be ${allowed} bytes: it is ${length}`,
  );
}

function checkKey(algorithm: HashAlgorithm, key: Uint8Array): void {
  assertPlainBytes(key);
  const { keys } = TRAITS[algorithm];
  if (keys === undefined) {
    throw refused(
      `${algorithm} takes no key, use blake2b, blake2s or blake3`,
    );
  }
  const [least, most] = keys;
  if (key.length >= least && key.length <= most) return;
  const allowed = least === most ? `${least}` : `from ${least} to ${most}`;
  throw refused(
    `the option key of ${algorithm} must have ${allowed} bytes: it has ${key.length}`,
  );
}

function checkContext(
  algorithm: HashAlgorithm,
  context: string,
  key: Uint8Array | undefined,
): void {
  if (typeof context !== "string") {
    throw new TypeError(
      `Cannot compute digest: the option context is no text, found a ${typeof context}`,
    );
  }
  if (algorithm !== "blake3") {
    throw refused(`${algorithm} takes no context, use blake3`);
  }
  if (key !== undefined) {
    throw refused("the options key and context exclude each other");
  }
  // Half a surrogate pair has no UTF-8: two contexts would be the same key.
  if (/\p{Surrogate}/u.test(context)) {
    throw refused("the option context holds half a surrogate pair");
  }
}

function refused(reason: string): RangeError {
  return new RangeError(`Cannot compute digest: ${reason}`);
}
