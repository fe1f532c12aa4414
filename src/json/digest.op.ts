/**
 * The catalogue's entry of `json.digest`.
 *
 * @module
 */

import { type DoorRequest, type Op, op } from "../catalogue/op.ts";
import { RATIO_OPTION } from "../catalogue/op_options.ts";
import type { DigestEncoding, HashAlgorithm } from "../hash/options.ts";
import { JSON_OPTIONS, jsonDoorOptions, sampleDocument } from "./_door.ts";
import { digestJson, type DigestJsonOptions } from "./digest.ts";

/** `json.digest`, as the doors see it. */
export const jsonDigest: Op = op<DigestJsonOptions, string | Uint8Array>({
  name: "json.digest",
  summary: "Compute the digest of what a JSON document says (RFC 8785)",
  call: digestJson,
  run: (input, options, engine) => digestJson(input, { ...options, engine }),
  kernels: ["json.digest"],
  input: {
    mediaTypes: ["application/json"],
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
      ...JSON_OPTIONS.filter(({ name }) => name === "max-depth"),
      RATIO_OPTION,
    ],
  },
  outputs: [
    { name: "text", mediaType: "text/plain" },
    { name: "json", mediaType: "application/json" },
  ],
  door,
  comparable: String,
  sample: (size, seed) => ({ input: sampleDocument(size, seed), options: {} }),
});

/** One line `DIGEST  NAME`, or an object. */
async function* door(request: DoorRequest): AsyncGenerator<Uint8Array> {
  const { values, to, name } = request;
  const { format: _, ...options } = jsonDoorOptions(request);
  const algorithm = (values.algorithm ?? "sha256") as HashAlgorithm;
  const encoding = (values.encoding ?? "hex") as DigestEncoding;
  const digest = await digestJson(request.input, {
    ...options,
    algorithm,
    encoding,
  });
  const line = to === "json"
    ? JSON.stringify({ algorithm, digest })
    : `${digest}  ${name}`;
  yield new TextEncoder().encode(`${line}\n`);
}
