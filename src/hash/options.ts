/**
 * Options of the digests and their checks.
 *
 * @module
 */

import { hexOf } from "../runtime.ts";
import type { EngineMode } from "../backend.ts";
import { type DigestSpec, specOf } from "./_spec.ts";

/**
 * What to compute. Digests of `sha256` have 32 bytes, of `sha512` 64, of
 * `blake2b` 64, of `blake2s` and `blake3` 32, of `xxh3` 8. XXH3 finds
 * changes by chance and is not safe against intent.
 */
export type HashAlgorithm =
  | "sha256"
  | "sha512"
  | "blake2b"
  | "blake2s"
  | "blake3"
  | "xxh3";

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
  /**
   * Bytes of the digest: 1 to 64 of `blake2b`, 1 to 32 of `blake2s`, 1 to
   * 1,048,576 of `blake3`. Default: the algorithm's own.
   */
  readonly length?: number;
  /**
   * A secret that the digest then depends on: 1 to 64 bytes for `blake2b`, 1
   * to 32 for `blake2s`, 32 for `blake3`.
   */
  readonly key?: Uint8Array;
  /**
   * What a key is for that `blake3` derives from the input; a fixed text of
   * the program that no input can choose.
   */
  readonly context?: string;
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
  readonly spec: DigestSpec;
  readonly encoding: DigestEncoding;
  readonly engine: EngineMode | undefined;
}

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
  const { encoding = "hex", signal, onProgress, engine } = options;
  const spec = specOf(options);
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
  return { spec, encoding, signal, onProgress, engine };
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
  return encoding === "hex" ? hexOf(digest) : btoa(latin1Of(digest));
}

/** In parts: a call takes no more than some 100,000 arguments. */
function latin1Of(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += 8192) {
    text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  }
  return text;
}
