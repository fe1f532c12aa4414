/**
 * The catalogue's entry of `arrow.write`.
 *
 * @module
 */

import { hexOf } from "../runtime.ts";
import { type DoorRequest, type Op, op } from "../catalogue/op.ts";
import {
  ROWS_OPTIONS,
  ROWS_TYPES,
  rowsOf,
  sampleRowsInput,
  sampleTable,
} from "../catalogue/rows.ts";
import { ARROW_FILE_TYPE, ARROW_STREAM_TYPE } from "../catalogue/rows_out.ts";
import {
  writeArrow,
  writeArrowBatches,
  type WriteArrowOptions,
} from "./write.ts";

/** `arrow.write`, as the doors see it. */
export const arrowWrite: Op = op<WriteArrowOptions, Uint8Array>({
  name: "arrow.write",
  summary: "Write the rows of CSV, NDJSON, JSON or Arrow as Arrow IPC",
  call: writeArrow,
  run: (input, options) => writeArrow(sampleTable(input), options),
  kernels: [],
  input: {
    mediaTypes: ROWS_TYPES,
    options: [
      {
        name: "dictionaries",
        kind: "choice",
        choices: ["plain", "keep"],
        fallback: "plain",
        summary: "Write every text out, or repeated texts as a dictionary",
      },
      ...ROWS_OPTIONS,
    ],
  },
  outputs: [
    { name: "file", mediaType: ARROW_FILE_TYPE },
    { name: "stream", mediaType: ARROW_STREAM_TYPE },
  ],
  door,
  comparable: hexOf,
  sample: (size, seed) => ({
    input: sampleRowsInput(size, seed),
    options: seed % 2 === 0 ? {} : { format: "stream", dictionaries: "plain" },
  }),
});

function door(request: DoorRequest): AsyncGenerator<Uint8Array> {
  const { values, to, signal } = request;
  return writeArrowBatches(rowsOf(request), {
    format: to === "stream" ? "stream" : "file",
    dictionaries: values.dictionaries === "keep" ? "keep" : "plain",
    ...(signal === undefined ? {} : { signal }),
  });
}
