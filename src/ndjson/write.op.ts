/**
 * The catalogue's entry of `ndjson.write`.
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
import { writeNdjson, writeNdjsonBatches } from "./write.ts";

/** `ndjson.write`, as the doors see it. */
export const ndjsonWrite: Op = op<WriteOptions, Uint8Array>({
  name: "ndjson.write",
  summary: "Write the rows of CSV or NDJSON as newline-delimited JSON",
  call: writeNdjson,
  run: (input, options, engine) =>
    writeNdjson(sampleTable(input), { ...options, engine }),
  kernels: ["ndjson.write"],
  input: {
    mediaTypes: ROWS_TYPES,
    options: [COMPRESSION_OPTION, WRITE_THREADS_OPTION, ...ROWS_OPTIONS],
  },
  outputs: [{ name: "ndjson", mediaType: "application/x-ndjson" }],
  door: (request) => writeNdjsonBatches(rowsOf(request), writeOptions(request)),
  comparable: comparableBytes,
  sample: (size, seed) => ({
    input: sampleRowsInput(size, seed),
    options: {},
  }),
});
