/**
 * What the entries of the writers share: a door's input as batches of rows,
 * whichever form it has, and samples.
 *
 * @module
 */

import type { CsvDialect, CsvErrorOptions } from "../csv/options.ts";
import { csvRead } from "../csv/read.op.ts";
import { readCsvBatches, readCsvSync } from "../csv/read.ts";
import { readArrowBatches } from "../arrow/read.ts";
import { isRepeatable } from "../input.ts";
import type { Compression } from "../inflate/inflate.ts";
import { readJsonBatches } from "../json/read.ts";
import { RULE_OPTIONS, rulesOf } from "../ndjson/read.op.ts";
import { readNdjsonBatches } from "../ndjson/read.ts";
import { type RowsFormat, withFormat } from "../read/_format.ts";
import { doorOptions } from "../read/_rows_door.ts";
import { typesOption } from "../read/_types_option.ts";
import type { DeclaredShape } from "../table/schema.ts";
import type { Table } from "../table/table.ts";
import type { DoorRequest, OptionSpec } from "./op.ts";
import { RATIO_OPTION, TYPES_OPTION, WHERE_OPTION } from "./op_options.ts";
import { ARROW_FILE_TYPE, ARROW_STREAM_TYPE } from "./rows_out.ts";

/** Options of an input of rows, in the order of help. */
export const ROWS_OPTIONS: readonly OptionSpec[] = [
  {
    name: "format",
    kind: "choice",
    choices: ["csv", "ndjson", "json", "arrow"],
    fallback: "by the name's ending, else by the first bytes",
    summary: "The input's format",
  },
  {
    name: "input-delimiter",
    kind: "character",
    value: "C",
    fallback: ",",
    summary: "The character between fields of a CSV input, or the word tab",
  },
  {
    name: "input-header",
    kind: "negation",
    summary: "The first row of a CSV input holds values, not names",
  },
  TYPES_OPTION,
  {
    name: "limit",
    kind: "integer",
    value: "N",
    summary: "Stop reading after N rows",
  },
  WHERE_OPTION,
  RATIO_OPTION,
  ...RULE_OPTIONS,
];

/** Media types of an input of rows. */
export const ROWS_TYPES: readonly string[] = [
  ...["text/csv", "application/x-ndjson", "application/json"],
  ...[ARROW_STREAM_TYPE, ARROW_FILE_TYPE],
];

/** What a door needs to know to read rows. */
type RowsRequest = Omit<DoorRequest, "to" | "name">;

/**
 * The rows of a door's input: CSV, NDJSON, a JSON array or Arrow. All rows of
 * a file of text decide its types, the sample those of anything else.
 *
 * @param request What the door was asked.
 * @param schema Types of columns that the rows do not decide; in a CSV they
 * must be there.
 * @param dialect Of a CSV: its dialect, and what becomes of faulty rows.
 * @returns The batches; there is always a first.
 */
export async function* rowsOf(
  request: RowsRequest,
  schema: DeclaredShape = {},
  dialect: CsvDialect & CsvErrorOptions = {},
): AsyncGenerator<Table, void, undefined> {
  const { values, signal } = request;
  const { engine, ...common } = doorOptions(request);
  const inflating = { ratioMax: common.ratioMax, signal };
  const { format, input } = typeof values.format === "string"
    ? { format: values.format as RowsFormat, input: request.input }
    : await withFormat(request.input, inflating);
  const { types, schema: declared } = typesOption(values.types);
  if (format === "arrow") {
    checkUndeclared(declared);
    checkUnconditional(common.where);
    return yield* readArrowBatches(input, common);
  }
  const options = {
    ...common,
    engine,
    schema: { ...schema, ...declared },
    inferRows: isRepeatable(input) ? "all" as const : "sample" as const,
  };
  if (format === "json") {
    return yield* readJsonBatches(input, { ...options, ...rulesOf(values) });
  }
  if (format === "ndjson") {
    return yield* readNdjsonBatches(input, { ...options, ...rulesOf(values) });
  }
  yield* readCsvBatches(input, {
    ...options,
    types,
    delimiter: (values["input-delimiter"] ?? ",") as string,
    ...(values["input-header"] === false ? { header: false } : {}),
    ...dialect,
  });
}

function checkUndeclared(declared: DeclaredShape): void {
  if (Object.keys(declared).length === 0) return;
  throw new RangeError(
    "Cannot use the option types: Arrow has types of its own",
  );
}

function checkUnconditional(where: unknown): void {
  if (where === undefined) return;
  throw new RangeError(
    "Cannot read Arrow: the option where is of CSV, NDJSON and JSON",
  );
}

/** Bytes of CSV to read and write again. */
export const sampleRowsInput: (
  size: number,
  seed: number,
) => Uint8Array<ArrayBuffer> = csvRead.sampleInput;

/** Tables of inputs that were read already: what is timed is the writing. */
const tables = new WeakMap<Uint8Array, Table>();

/**
 * The table of a sample.
 *
 * @param input Bytes of CSV.
 * @returns The table, read once.
 */
export function sampleTable(input: Uint8Array<ArrayBuffer>): Table {
  let table: Table | undefined = tables.get(input);
  if (table === undefined) {
    table = readCsvSync(input);
    tables.set(input, table);
  }
  return table;
}

/** Written bytes as a text that tests compare. */
export function comparableBytes(bytes: Uint8Array): string {
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
}

/** The options of a writer that every door passes on. */
export function writeOptions(
  { engine, signal, values }: Pick<DoorRequest, "engine" | "signal" | "values">,
): {
  engine: DoorRequest["engine"];
  signal?: AbortSignal;
  compression?: Compression;
  threads?: number;
} {
  const { compression, threads } = values;
  return {
    engine,
    ...(typeof threads === "number" ? { threads } : {}),
    ...(signal === undefined ? {} : { signal }),
    ...(compression === undefined
      ? {}
      : { compression: compression as Compression }),
  };
}
