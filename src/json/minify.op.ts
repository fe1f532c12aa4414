/**
 * The catalogue's entry of `json.minify`.
 *
 * @module
 */

import { type Op, op } from "../catalogue/op.ts";
import { RATIO_OPTION } from "../catalogue/op_options.ts";
import { JSON_OPTIONS, jsonDoorOptions, sampleDocument } from "./_door.ts";
import { minifyJson, minifyJsonChunks } from "./minify.ts";
import type { JsonOptions } from "./options.ts";

/** `json.minify`, as the doors see it. */
export const jsonMinify: Op = op<JsonOptions, Uint8Array>({
  name: "json.minify",
  summary: "Leave the white space between the tokens of JSON out",
  call: minifyJson,
  run: (input, options, engine) => minifyJson(input, { ...options, engine }),
  kernels: ["json.minify"],
  input: {
    mediaTypes: ["application/json", "application/x-ndjson"],
    options: [...JSON_OPTIONS, RATIO_OPTION],
    streams: true,
  },
  outputs: [{ name: "bytes", mediaType: "application/json" }],
  door: (request) => minifyJsonChunks(request.input, jsonDoorOptions(request)),
  comparable: (bytes) => new TextDecoder().decode(bytes),
  sample: (size, seed) => ({ input: sampleDocument(size, seed), options: {} }),
});
