/**
 * The catalogue's entry of `csv.read`.
 *
 * @module
 */

import { type DoorRequest, type Op, op } from "../catalogue/op.ts";
import {
  RATIO_OPTION,
  READ_OPTIONS,
  TYPES_OPTION,
} from "../catalogue/op_options.ts";
import { ALL_OUTPUTS, printRows } from "../catalogue/rows_out.ts";
import { isRepeatable } from "../input.ts";
import {
  comparableTable,
  doorOptions,
  sampleLines,
  type SampleRow,
  sampleRows,
} from "../read/_rows_door.ts";
import { typesOption } from "../read/_types_option.ts";
import type { Table } from "../table/table.ts";
import { DIALECT_OPTIONS, dialectOf } from "../catalogue/op_csv.ts";
import type { ReadCsvOptions } from "./options.ts";
import { readCsv, readCsvBatches } from "./read.ts";

/** `csv.read`, as the doors see it. */
export const csvRead: Op = op<ReadCsvOptions, Table>({
  name: "csv.read",
  summary: "Read CSV to typed columns and print its rows",
  call: readCsv,
  run: (input, options, engine) => readCsv(input, { ...options, engine }),
  kernels: ["csv.read"],
  input: {
    mediaTypes: ["text/csv"],
    streams: "rows",
    options: [
      TYPES_OPTION,
      ...DIALECT_OPTIONS,
      {
        name: "limit",
        kind: "integer",
        value: "N",
        summary: "Stop reading after N rows",
      },
      ...READ_OPTIONS,
      RATIO_OPTION,
    ],
  },
  outputs: ALL_OUTPUTS,
  door,
  comparable: comparableTable,
  sample: (size, seed) => ({
    input: sampleLines(size, HEADER, sampleCsv(seed)),
    options: {},
  }),
});

function door(request: DoorRequest): AsyncGenerator<Uint8Array> {
  const { input, values, to, signal, onRowError } = request;
  const batches = readCsvBatches(input, {
    ...doorOptions(request),
    ...dialectOf(values),
    ...(onRowError === undefined ? {} : { onRowError }),
    ...typesOption(values.types),
    inferRows: isRepeatable(input) ? "all" : "sample",
  });
  return printRows(batches, to, signal);
}

const HEADER = "id,day,at,kind,price,big,note\n";

function* sampleCsv(seed: number): Generator<string, void, undefined> {
  for (const row of sampleRows(seed)) yield csvLine(row);
}

function csvLine(row: SampleRow): string {
  const kind = `"${row.kind.replaceAll('"', '""')}"`;
  const end = row.id % 3 === 0 ? "\r\n" : "\n";
  return [row.id, row.day, row.at, kind, row.price, row.big, row.note]
    .join(",") + end;
}
