/**
 * The catalogue's entry of `json.read`.
 *
 * @module
 */

import { type DoorRequest, type Op, op } from "../catalogue/op.ts";
import {
  DECLARED_OPTION,
  RATIO_OPTION,
  WHERE_OPTION,
} from "../catalogue/op_options.ts";
import { ALL_OUTPUTS, printRows } from "../catalogue/rows_out.ts";
import { isRepeatable } from "../input.ts";
import {
  LISTS_OPTION,
  ndjsonRead,
  nestedOf,
  PATH_OPTION,
  RULE_OPTIONS,
  rulesOf,
} from "../ndjson/read.op.ts";
import type { ReadNdjsonOptions } from "../ndjson/read.ts";
import { comparableTable, doorOptions } from "../read/_rows_door.ts";
import { declaredOption } from "../read/_types_option.ts";
import type { Table } from "../table/table.ts";
import { readJson, readJsonBatches } from "./read.ts";

/** `json.read`, as the doors see it. */
export const jsonRead: Op = op<ReadNdjsonOptions, Table>({
  name: "json.read",
  summary: "Read a JSON array of objects to typed columns and print its rows",
  call: readJson,
  run: (input, options, engine) => readJson(input, { ...options, engine }),
  kernels: ["ndjson.read"],
  input: {
    mediaTypes: ["application/json"],
    streams: "rows",
    options: [
      DECLARED_OPTION,
      {
        name: "limit",
        kind: "integer",
        value: "N",
        summary: "Stop reading after N rows",
      },
      WHERE_OPTION,
      RATIO_OPTION,
      ...RULE_OPTIONS,
      PATH_OPTION,
      LISTS_OPTION,
    ],
  },
  outputs: ALL_OUTPUTS,
  door,
  comparable: comparableTable,
  sample: (size, seed) => ({
    input: arrayOf(ndjsonRead.sampleInput(size, seed)),
    options: {},
  }),
});

function door(request: DoorRequest): AsyncGenerator<Uint8Array> {
  const batches = readJsonBatches(request.input, {
    ...doorOptions(request),
    ...rulesOf(request.values),
    schema: declaredOption(request.values.types),
    ...nestedOf(request.values),
    inferRows: isRepeatable(request.input) ? "all" : "sample",
  });
  return printRows(batches, request.to, request.signal);
}

/** Lines of records as an array, a record a line. */
function arrayOf(lines: Uint8Array): Uint8Array<ArrayBuffer> {
  const text = new TextDecoder().decode(lines).trimEnd();
  return new TextEncoder().encode(`[${text.replaceAll("\n", ",\n")}]\n`);
}
