/**
 * The catalogue's entry of `json.select`.
 *
 * @module
 */

import { type DoorRequest, type Op, op } from "../catalogue/op.ts";
import { RATIO_OPTION } from "../catalogue/op_options.ts";
import { JSON_OPTIONS, jsonDoorOptions, sampleDocument } from "./_door.ts";
import type { JsonOptions } from "./options.ts";
import { selectJson, selectJsonChunks } from "./select.ts";

/** Options of a sample: what is selected, too. */
interface SelectOptions extends JsonOptions {
  readonly pointers: readonly string[];
}

/** `json.select`, as the doors see it. */
export const jsonSelect: Op = op<SelectOptions, Uint8Array>({
  name: "json.select",
  summary: "Copy the values at pointers out of JSON, a line each",
  call: selectJson,
  run: (input, { pointers, ...options }, engine) =>
    selectJson(input, pointers, { ...options, engine }),
  kernels: ["json.select"],
  input: {
    mediaTypes: ["application/json", "application/x-ndjson"],
    options: [
      {
        name: "pointer",
        kind: "text",
        value: "P",
        repeatable: true,
        fallback: "the whole document",
        summary:
          "A JSON pointer like /a/0, or a path like $.a[*].b; may be repeated",
      },
      ...JSON_OPTIONS,
      RATIO_OPTION,
    ],
  },
  outputs: [{ name: "ndjson", mediaType: "application/x-ndjson" }],
  door,
  comparable: (bytes) => new TextDecoder().decode(bytes),
  sample: (size, seed) => ({
    input: sampleDocument(size, seed),
    options: { pointers: ["/seed", "/rows/1", "$.rows[*].at.list"] },
  }),
});

function door(request: DoorRequest): AsyncGenerator<Uint8Array> {
  const { pointer = [""] } = request.values;
  const pointers = typeof pointer === "object" ? pointer : [String(pointer)];
  return selectJsonChunks(request.input, pointers, jsonDoorOptions(request));
}
