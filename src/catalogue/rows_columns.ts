/**
 * Columns of a door's rows, for operations that look at some of them as a
 * whole, and where a value stands in the text.
 *
 * @module
 */

import { ParseError } from "../errors.ts";
import { assertBytesInput, bytesOfInput, isRepeatable } from "../input.ts";
import { plainChunks } from "../inflate/inflate.ts";
import { RULE_OPTIONS } from "../ndjson/read.op.ts";
import { ratioOf } from "../read/_rows_door.ts";
import type { Column } from "../table/column.ts";
import { concatTables } from "../table/concat_tables.ts";
import { Table } from "../table/table.ts";
import { classify } from "../values/classify.ts";
import { NUMBERS } from "../values/flags.ts";
import type { DoorRequest, OptionSpec } from "./op.ts";
import { type Layout, type Position, positionOf } from "./row_positions.ts";
import { ROWS_OPTIONS, rowsOf } from "./rows.ts";
import { formattedRows } from "./rows_format.ts";

/** Options of an input of which columns are read, in the order of help. */
export const COLUMNS_OPTIONS: readonly OptionSpec[] = [
  ...ROWS_OPTIONS.filter(({ name }) => name === "format"),
  {
    name: "delimiter",
    kind: "character",
    value: "C",
    fallback: ",",
    summary: "The character between CSV fields, or the word tab",
  },
  ...ROWS_OPTIONS.filter(({ name }) => name === "limit"),
  ...RULE_OPTIONS,
];

/** What a door needs to know to read columns. */
export type ColumnsRequest = Omit<DoorRequest, "to" | "name">;

/** A value that is not what it should be. */
export interface FaultyField {
  /** Its row, from 0. */
  readonly row: number;
  /** The name of its column. */
  readonly column: string;
  /** The value as a text; null where there is none. */
  readonly value: string | null;
  /** What is expected instead. */
  readonly expected: string;
}

/** A door's rows as a text that can be read again. */
export interface RowsText {
  /** The request with that text as its input and its format as a value. */
  readonly request: ColumnsRequest;
  /** How it is laid out, but for the number of columns. */
  readonly layout: Omit<Layout, "columns">;
}

/**
 * Makes a door's input one that can be read again: all rows decide the types
 * of its columns, and faults have positions. A stream is kept in memory.
 *
 * @param request What the door was asked; an option `input-header` or `header`
 * may say that the first row holds values.
 * @returns The text.
 */
export async function rowsText(request: ColumnsRequest): Promise<RowsText> {
  const { signal, values } = request;
  const inflating = { ...ratioOf(values), signal };
  assertBytesInput(request.input);
  const input = isRepeatable(request.input)
    ? request.input
    : await bytesOfInput(plainChunks(request.input, inflating), signal);
  const { format } = await formattedRows(input, values.format, inflating);
  const delimiter = values["input-delimiter"] ?? values.delimiter;
  const header = values["input-header"] ?? values.header;
  return {
    request: {
      ...request,
      input,
      values: {
        ...values,
        format: String(format),
        "input-delimiter": delimiter,
        "input-header": header,
      },
    },
    layout: {
      isCsv: format === "csv",
      delimiter: String(delimiter ?? ",").charCodeAt(0),
      hasHeader: header !== false,
    },
  };
}

/** Where a value stands that no line of text holds. */
const BEGIN: Position = { line: 1, column: 1, byteOffset: 0 };

/**
 * The error of a value, with its place in the text; of an Arrow input or a
 * JSON array the begin.
 *
 * @param text The text.
 * @param columns Names of all its columns.
 * @param fault The value.
 * @returns The error.
 */
export async function faultyField(
  { request, layout }: RowsText,
  columns: readonly string[],
  { row, column, value, expected }: FaultyField,
): Promise<ParseError> {
  const isLines = ["csv", "ndjson"].includes(String(request.values.format));
  const position = isLines
    ? await positionOf(
      row,
      columns.indexOf(column),
      plainChunks(request.input, {
        ...ratioOf(request.values),
        signal: request.signal,
      }),
      { ...layout, columns: columns.length },
    )
    : BEGIN;
  return new ParseError({
    code: value === null ? "MISSING_VALUE" : "INVALID_VALUE",
    ...position,
    args: { column, value: value ?? "", expected },
  });
}

/** Columns that were read. */
export interface PickedColumns {
  /** The columns asked for, and no others. */
  readonly table: Table;
  /** The error of a value, with its place in the text. */
  readonly faultOf: (fault: FaultyField) => Promise<ParseError>;
}

/**
 * Reads columns of a door's input. All rows decide the types, so a stream is
 * kept in memory; of a file only the columns are.
 *
 * @param request What the door was asked.
 * @param choose Names the columns, given the first rows; it may throw
 * {@linkcode missingColumn}.
 * @returns The columns; without any where the input has none.
 * @throws {ParseError} If the text breaks a rule of its format.
 */
export async function pickColumns(
  request: ColumnsRequest,
  choose: (first: Table) => readonly string[],
): Promise<PickedColumns> {
  const text = await rowsText(request);
  const picked: Table[] = [];
  let first: Table | null = null;
  let names: readonly string[] = [];
  for await (const batch of rowsOf(text.request)) {
    if (first === null) {
      first = batch;
      names = batch.numColumns === 0 ? [] : choose(batch);
    }
    picked.push(
      new Table(
        names.map((name) => [name, batch.column(name)] as const),
        batch.numRows,
      ),
    );
  }
  const all = first?.columnNames ?? [];
  return {
    table: picked.length === 1 ? picked[0]! : concatTables(picked),
    faultOf: (fault) => faultyField(text, all, fault),
  };
}

/**
 * The error of a column that is not there.
 *
 * @param name The column asked for.
 * @param found Names of the columns that are there.
 * @returns The error; it stands at the input's begin.
 */
export function missingColumn(
  name: string,
  found: readonly string[],
): ParseError {
  const names = found.slice(0, 20).map((one) => JSON.stringify(one));
  return new ParseError({
    code: "MISSING_COLUMN",
    line: 1,
    column: 1,
    byteOffset: 0,
    args: { column: name, found: names.join(", ") || "none" },
  });
}

/**
 * The value that keeps a column from being one of numbers.
 *
 * @param name The column's name.
 * @param column The column.
 * @returns The value; null where all are numbers, or there is none.
 */
export function nonNumber(name: string, column: Column): FaultyField | null {
  const { type, length } = column;
  if (type === "i32" || type === "i64" || type === "f64") return null;
  const encoder = new TextEncoder();
  let other: FaultyField | null = null;
  for (let row = 0; row < length; row++) {
    if (column.isNull(row)) continue;
    const value = String(column.value(row));
    const bytes = encoder.encode(value);
    const kind = classify(bytes, 0, bytes.length);
    const fault = { row, column: name, value };
    if (type !== "utf8" || (kind & NUMBERS) === 0) {
      return { ...fault, expected: "a number" };
    }
    // Numbers all, but no type holds both large integers and fractions.
    other ??= {
      ...fault,
      expected: "integers or floats, not integers beyond 2^53 beside floats",
    };
  }
  return other;
}
