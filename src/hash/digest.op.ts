/**
 * The catalogue's entry of `hash.digest`.
 *
 * @module
 */

import {
  type DoorRequest,
  type Op,
  op,
  type OptionSpec,
  type OptionValues,
} from "../catalogue/op.ts";
import { ALGORITHMS, type SpecOptions } from "./_spec.ts";
import { manifestLine } from "./_manifest.ts";
import { digest } from "./digest.ts";
import type {
  DigestEncoding,
  DigestOptions,
  HashAlgorithm,
} from "./options.ts";

/** Length, key and context, which the commands over files have too. */
export const SPEC_OPTIONS: readonly OptionSpec[] = [
  {
    name: "length",
    kind: "integer",
    value: "BYTES",
    summary: "Bytes of the digest, of blake2b, blake2s and blake3",
  },
  {
    name: "key",
    kind: "text",
    value: "HEX",
    summary: "A secret key in hex, for blake2b, blake2s and blake3",
  },
  {
    name: "context",
    kind: "text",
    value: "TEXT",
    summary: "What a key is for that blake3 derives from the input",
  },
];

/**
 * The parameters of a digest out of a door's options.
 *
 * @param values The options.
 * @returns The parameters; what is absent is left out.
 * @throws {RangeError} If the key is no hex.
 */
export function specOptionsOf(
  { algorithm, length, key, context }: OptionValues,
): SpecOptions {
  return {
    algorithm: (algorithm ?? "sha256") as HashAlgorithm,
    ...(length === undefined ? {} : { length: Number(length) }),
    ...(key === undefined ? {} : { key: keyOf(String(key)) }),
    ...(context === undefined ? {} : { context: String(context) }),
  };
}

function keyOf(hex: string): Uint8Array<ArrayBuffer> {
  if (!/^(?:[0-9a-f]{2})+$/i.test(hex)) {
    throw new RangeError(
      "Cannot compute digest: the option key must be pairs of hexadecimal " +
        "digits",
    );
  }
  const bytes = new Uint8Array(hex.length / 2);
  for (let at = 0; at < bytes.length; at++) {
    bytes[at] = parseInt(hex.slice(2 * at, 2 * at + 2), 16);
  }
  return bytes;
}

/** The algorithm that a sample of a seed is for, in the order of `kernels`. */
const SAMPLED: readonly HashAlgorithm[] = [
  ...(["sha256", "blake3", "sha512", "blake2b", "blake2s", "xxh3"] as const),
];

/** `hash.digest`, as the doors see it. */
export const hashDigest: Op = op<DigestOptions, string | Uint8Array>({
  name: "hash.digest",
  summary: "Compute a SHA-2, BLAKE2, BLAKE3 or XXH3 digest of bytes",
  call: digest,
  run: (input, options, engine) => digest(input, { ...options, engine }),
  kernels: [
    ...(["hash.sha256", "hash.blake3", "hash.sha512"] as const),
    ...(["hash.blake2b", "hash.blake2s", "hash.xxh3"] as const),
  ],
  input: {
    mediaTypes: ["application/octet-stream"],
    options: [
      {
        name: "algorithm",
        kind: "choice",
        choices: ALGORITHMS,
        fallback: "sha256",
        summary: "What to compute",
      },
      {
        name: "encoding",
        kind: "choice",
        choices: ["hex", "base64"],
        fallback: "hex",
        summary: "How a text gives the digest",
      },
      ...SPEC_OPTIONS,
    ],
    streams: true,
    linear: true,
  },
  outputs: [
    { name: "text", mediaType: "text/plain" },
    { name: "json", mediaType: "application/json" },
    { name: "bytes", mediaType: "application/octet-stream" },
  ],
  door,
  comparable: String,
  sample: (size, seed) => ({
    input: sampleBytes(size, seed),
    options: { algorithm: SAMPLED[seed % SAMPLED.length] ?? "sha256" },
  }),
});

/** One line `DIGEST  NAME`, an object, or the digest's bytes. */
async function* door(request: DoorRequest): AsyncGenerator<Uint8Array> {
  const { input, values, to, signal, onProgress } = request;
  const spec = specOptionsOf(values);
  let bytes = input instanceof Uint8Array ? input.length : 0;
  const result = await digest(input, {
    ...spec,
    encoding: to === "bytes"
      ? "bytes"
      : (values.encoding ?? "hex") as DigestEncoding,
    engine: request.engine,
    ...(signal === undefined ? {} : { signal }),
    onProgress(bytesDone) {
      bytes = bytesDone;
      onProgress?.(bytesDone);
    },
  });
  if (typeof result !== "string") yield result;
  else if (to === "json") {
    const { algorithm } = spec;
    const object = JSON.stringify({ algorithm, digest: result, bytes });
    yield new TextEncoder().encode(`${object}\n`);
  } else yield new TextEncoder().encode(manifestLine(result, request.name));
}

/** Bytes of a multiplicative generator (Lehmer 1951), never 0. */
function sampleBytes(size: number, seed: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(size);
  let state = seed % 65_536 + 1;
  for (let at = 0; at < size; at++) {
    state = state * 75 % 65_537;
    bytes[at] = state;
  }
  return bytes;
}
