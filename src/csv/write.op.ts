/**
 * The catalogue's entry of `csv.write`.
 *
 * @module
 */

import { type DoorRequest, type Op, op } from "../catalogue/op.ts";
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
  QUOTING_OPTION,
  WRITE_THREADS_OPTION,
} from "../catalogue/op_options.ts";
import type { CsvQuoting } from "../write/options.ts";
import { writeCsv, writeCsvBatches, type WriteCsvOptions } from "./write.ts";

/** `csv.write`, as the doors see it. */
export const csvWrite: Op = op<WriteCsvOptions, Uint8Array>({
  name: "csv.write",
  summary: "Write the rows of CSV or NDJSON as CSV",
  call: writeCsv,
  run: (input, options, engine) =>
    writeCsv(sampleTable(input), { ...options, engine }),
  kernels: ["csv.write"],
  input: {
    mediaTypes: ROWS_TYPES,
    options: [
      {
        name: "delimiter",
        kind: "character",
        value: "C",
        fallback: ",",
        summary: "The character to write between fields, or the word tab",
      },
      {
        name: "header",
        kind: "negation",
        summary: "Write no names before the rows",
      },
      {
        name: "line-end",
        kind: "choice",
        choices: ["lf", "crlf"],
        fallback: "lf",
        summary: "What ends a written row",
      },
      {
        name: "bom",
        kind: "flag",
        summary: "Begin with a byte order mark",
      },
      {
        name: "formulas",
        kind: "choice",
        choices: ["keep", "escape"],
        fallback: "keep",
        summary: "Put ' before texts that a spreadsheet would compute",
      },
      QUOTING_OPTION,
      COMPRESSION_OPTION,
      WRITE_THREADS_OPTION,
      ...ROWS_OPTIONS,
    ],
  },
  outputs: [{ name: "csv", mediaType: "text/csv" }],
  door,
  comparable: comparableBytes,
  sample: (size, seed) => ({
    input: sampleRowsInput(size, seed),
    options: seed % 2 === 0 ? {} : {
      delimiter: ";",
      lineEnd: "\r\n",
      bom: true,
      formulas: "escape",
    },
  }),
});

function door(request: DoorRequest): AsyncGenerator<Uint8Array> {
  const { values } = request;
  return writeCsvBatches(rowsOf(request), {
    ...writeOptions(request),
    delimiter: (values.delimiter ?? ",") as string,
    header: values.header !== false,
    lineEnd: values["line-end"] === "crlf" ? "\r\n" : "\n",
    bom: values.bom === true,
    formulas: (values.formulas ?? "keep") as "keep" | "escape",
    quoting: (values.quoting ?? "minimal") as CsvQuoting,
  });
}
