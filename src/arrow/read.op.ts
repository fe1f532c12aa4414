/**
 * The catalogue's entry of `arrow.read`.
 *
 * @module
 */

import { type DoorRequest, type Op, op } from "../catalogue/op.ts";
import { RATIO_OPTION } from "../catalogue/op_options.ts";
import { sampleRowsInput, sampleTable } from "../catalogue/rows.ts";
import {
  ARROW_FILE_TYPE,
  ARROW_STREAM_TYPE,
  printRows,
  TEXT_OUTPUTS,
} from "../catalogue/rows_out.ts";
import { comparableTable, doorOptions } from "../read/_rows_door.ts";
import type { Table } from "../table/table.ts";
import { readArrow, readArrowBatches, type ReadArrowOptions } from "./read.ts";
import { writeArrowSync } from "./write.ts";

/** `arrow.read`, as the doors see it. */
export const arrowRead: Op = op<ReadArrowOptions, Table>({
  name: "arrow.read",
  summary: "Read Arrow IPC (plain or Zstandard, not LZ4) and print its rows",
  call: readArrow,
  run: (input, options) => readArrow(input, options),
  kernels: [],
  input: {
    mediaTypes: [ARROW_STREAM_TYPE, ARROW_FILE_TYPE],
    options: [
      {
        name: "column",
        kind: "text",
        value: "NAME",
        repeatable: true,
        fallback: "all columns",
        summary: "A column to read",
      },
      {
        name: "limit",
        kind: "integer",
        value: "N",
        summary: "Stop reading after N rows",
      },
      RATIO_OPTION,
    ],
  },
  outputs: TEXT_OUTPUTS,
  door,
  comparable: comparableTable,
  sample: (size, seed) => ({
    input: writeArrowSync(sampleTable(sampleRowsInput(size, seed))),
    options: {},
  }),
});

function door(request: DoorRequest): AsyncGenerator<Uint8Array> {
  const { input, values, to, signal } = request;
  const { engine: _, ...options } = doorOptions(request);
  const columns = values.column as readonly string[] | undefined;
  const batches = readArrowBatches(input, {
    ...options,
    ...(columns === undefined ? {} : { columns }),
  });
  return printRows(batches, to, signal);
}
