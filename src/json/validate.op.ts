/**
 * The catalogue's entry of `json.validate`.
 *
 * @module
 */

import { type DoorRequest, type Op, op } from "../catalogue/op.ts";
import { RATIO_OPTION } from "../catalogue/op_options.ts";
import { JSON_OPTIONS, jsonDoorOptions, sampleDocument } from "./_door.ts";
import type { JsonOptions } from "./options.ts";
import {
  jsonFaultOf,
  type JsonVerdict,
  validateJson,
  verdictOf,
} from "./validate.ts";

/** `json.validate`, as the doors see it. */
export const jsonValidate: Op = op<JsonOptions, JsonVerdict>({
  name: "json.validate",
  summary: "Check that bytes are JSON, and say where they first are not",
  call: validateJson,
  run: (input, options, engine) => validateJson(input, { ...options, engine }),
  kernels: ["json.validate"],
  input: {
    mediaTypes: ["application/json", "application/x-ndjson"],
    options: [...JSON_OPTIONS, RATIO_OPTION],
    streams: true,
  },
  outputs: [
    { name: "text", mediaType: "text/plain" },
    { name: "json", mediaType: "application/json" },
  ],
  door,
  comparable: (verdict) => verdict,
  // Every other sample is broken at its end, so that results differ.
  sample: (size, seed) => ({
    input: seed > 0 && seed % 2 === 0
      ? broken(sampleDocument(size, seed))
      : sampleDocument(size, seed),
    options: {},
  }),
});

/** Nothing for a valid input, else its error; or the verdict as JSON. */
async function* door(request: DoorRequest): AsyncGenerator<Uint8Array> {
  const fault = await jsonFaultOf(request.input, jsonDoorOptions(request));
  if (request.to === "json") {
    const verdict = JSON.stringify(verdictOf(fault));
    yield new TextEncoder().encode(`${verdict}\n`);
    if (fault !== null) request.onFault?.(fault);
  } else if (fault !== null) throw fault;
}

function broken(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(bytes.length + 1);
  out.set(bytes);
  out[bytes.length] = 125;
  return out;
}
