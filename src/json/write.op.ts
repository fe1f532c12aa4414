/**
 * The catalogue's entry of `json.write`.
 *
 * @module
 */

import { type Op, op } from "../catalogue/op.ts";
import {
  comparableBytes,
  ROWS_OPTIONS,
  ROWS_TYPES,
  rowsOf,
  sampleRowsInput,
  sampleTable,
  writeOptions,
} from "../catalogue/rows.ts";
import {
  COMPRESSION_OPTION,
  WRITE_THREADS_OPTION,
} from "../catalogue/op_options.ts";
import type { WriteOptions } from "../write/options.ts";
import { writeJson, writeJsonBatches } from "./write.ts";

/** `json.write`, as the doors see it. */
export const jsonWrite: Op = op<WriteOptions, Uint8Array>({
  name: "json.write",
  summary: "Write the rows of CSV or NDJSON as one JSON array",
  call: writeJson,
  run: (input, options, engine) =>
    writeJson(sampleTable(input), { ...options, engine }),
  kernels: ["ndjson.write"],
  input: {
    mediaTypes: ROWS_TYPES,
    options: [COMPRESSION_OPTION, WRITE_THREADS_OPTION, ...ROWS_OPTIONS],
  },
  outputs: [{ name: "json", mediaType: "application/json" }],
  door: (request) => writeJsonBatches(rowsOf(request), writeOptions(request)),
  comparable: comparableBytes,
  sample: (size, seed) => ({
    input: sampleRowsInput(size, seed),
    options: {},
  }),
});
