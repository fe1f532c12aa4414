/**
 * Options of the digests and their checks.
 *
 * @module
 */

import { hexOf } from "../runtime.ts";
import type { EngineMode } from "../backend.ts";

/** What to compute. Both digests have 32 bytes. */
export type HashAlgorithm = "sha256" | "blake3";

/** How a digest is given: lower-case hex, base64 with padding, or bytes. */
export type DigestEncoding = "hex" | "base64" | "bytes";

/**
 * A digest in an encoding.
 *
 * @typeParam E The encoding.
 */
export type Encoded<E extends DigestEncoding> = E extends "bytes"
  ? Uint8Array<ArrayBuffer>
  : string;

/**
 * Options of `digestSync`.
 *
 * @typeParam E The encoding.
 */
export interface DigestSyncOptions<E extends DigestEncoding = DigestEncoding> {
  /** What to compute. Default `sha256`. */
  readonly algorithm?: HashAlgorithm;
  /** How to give it. Default `hex`. */
  readonly encoding?: E;
  /** Which engine works; default: the backend's choice. */
  readonly engine?: EngineMode;
}

/**
 * Options of `digest`.
 *
 * @typeParam E The encoding.
 */
export interface DigestOptions<E extends DigestEncoding = DigestEncoding>
  extends DigestSyncOptions<E> {
  /** Stops the work; `digest` then throws the signal's reason. */
  readonly signal?: AbortSignal;
  /** Told the bytes of input that are done, some times a second. */
  readonly onProgress?: (bytesDone: number) => void;
}

/** Who watches a digest of a whole input. */
export interface Watch {
  readonly signal: AbortSignal | undefined;
  readonly onProgress: ((bytesDone: number) => void) | undefined;
}

/** Checked options. */
export interface DigestSettings extends Watch {
  readonly algorithm: HashAlgorithm;
  readonly encoding: DigestEncoding;
  readonly engine: EngineMode | undefined;
}

const ALGORITHMS: readonly HashAlgorithm[] = ["sha256", "blake3"];
const ENCODINGS: readonly DigestEncoding[] = ["hex", "base64", "bytes"];

/**
 * Checks options and fills in what is absent.
 *
 * @param options The options as given.
 * @returns The settings.
 * @throws {TypeError} If an option has the wrong type.
 * @throws {RangeError} If an option has a value that is not allowed.
 */
export function checkDigestOptions(options: DigestOptions): DigestSettings {
  const { algorithm = "sha256", encoding = "hex" } = options;
  const { signal, onProgress, engine } = options;
  checkChoice("algorithm", algorithm, ALGORITHMS);
  checkChoice("encoding", encoding, ENCODINGS);
  if (signal !== undefined && !(signal instanceof AbortSignal)) {
    throw new TypeError(
      "Cannot compute digest: the option signal is no AbortSignal",
    );
  }
  if (onProgress !== undefined && typeof onProgress !== "function") {
    throw new TypeError(
      "Cannot compute digest: the option onProgress is no function",
    );
  }
  return { algorithm, encoding, signal, onProgress, engine };
}

function checkChoice(
  name: string,
  value: string,
  choices: readonly string[],
): void {
  if (choices.includes(value)) return;
  throw new RangeError(
    `Cannot compute digest: the option ${name} must be one of ` +
      `${choices.join(", ")}: it is ${JSON.stringify(value) ?? String(value)}`,
  );
}

/**
 * Gives a digest in an encoding.
 *
 * @param digest The digest's bytes.
 * @param encoding The encoding.
 * @returns Text, or the same bytes.
 */
export function encodeDigest(
  digest: Uint8Array<ArrayBuffer>,
  encoding: DigestEncoding,
): string | Uint8Array<ArrayBuffer> {
  if (encoding === "bytes") return digest;
  return encoding === "hex"
    ? hexOf(digest)
    : btoa(String.fromCharCode(...digest));
}
