/**
 * The catalogue's entry of `hash.digest`.
 *
 * @module
 */

import { type DoorRequest, type Op, op } from "../catalogue/op.ts";
import { digest } from "./digest.ts";
import type {
  DigestEncoding,
  DigestOptions,
  HashAlgorithm,
} from "./options.ts";

/** `hash.digest`, as the doors see it. */
export const hashDigest: Op = op<DigestOptions, string | Uint8Array>({
  name: "hash.digest",
  summary: "Compute the SHA-256 or BLAKE3 digest of bytes",
  call: digest,
  run: (input, options, engine) => digest(input, { ...options, engine }),
  kernels: ["hash.sha256", "hash.blake3"],
  input: {
    mediaTypes: ["application/octet-stream"],
    options: [
      {
        name: "algorithm",
        kind: "choice",
        choices: ["sha256", "blake3"],
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
    options: { algorithm: seed % 2 === 0 ? "sha256" : "blake3" },
  }),
});

/** One line `DIGEST  NAME`, an object, or the digest's bytes. */
async function* door(request: DoorRequest): AsyncGenerator<Uint8Array> {
  const { input, values, to, signal, onProgress } = request;
  const algorithm = (values.algorithm ?? "sha256") as HashAlgorithm;
  let bytes = input instanceof Uint8Array ? input.length : 0;
  const result = await digest(input, {
    algorithm,
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
    const object = JSON.stringify({ algorithm, digest: result, bytes });
    yield new TextEncoder().encode(`${object}\n`);
  } else yield new TextEncoder().encode(`${result}  ${request.name}\n`);
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
