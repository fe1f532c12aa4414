/**
 * Columns of a door's rows, for operations that look at some of them as a
 * whole, and where a value stands in the text.
 *
 * @module
 */

import { ParseError, type ParseErrorCode } from "../errors.ts";
import { assertBytesInput, bytesOfInput, isRepeatable } from "../input.ts";
import { plainChunks } from "../inflate/inflate.ts";
import { RULE_OPTIONS } from "../ndjson/read.op.ts";
import { withFormat } from "../read/_format.ts";
import { ratioOf } from "../read/_rows_door.ts";
import type { Column } from "../table/column.ts";
import type { DeclaredShape } from "../table/schema.ts";
import { Table } from "../table/table.ts";
import { classify, flagsOf } from "../values/classify.ts";
import { BIG, NUMBERS } from "../values/flags.ts";
import type { DoorRequest, OptionSpec } from "./op.ts";
import { RATIO_OPTION } from "./op_options.ts";
import { joinTables } from "./join_tables.ts";
import { type Layout, type Position, positionOf } from "./row_positions.ts";
import { ROWS_OPTIONS, rowsOf } from "./rows.ts";

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
  RATIO_OPTION,
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
  /** Why it is refused, where more can be said. */
  readonly reason?: {
    readonly code: ParseErrorCode;
    readonly args: Readonly<Record<string, string>>;
  };
}

/** A door's rows as a text that can be read again. */
interface RowsText {
  /** The request with that text as its input and its format as a value. */
  readonly request: ColumnsRequest;
  /** How it is laid out, but for the number of columns. */
  readonly layout: Omit<Layout, "columns">;
}

/**
 * Makes a door's input one that can be read again: all rows decide the types
 * of its columns, and faults have positions. A stream is kept in memory.
 */
async function rowsText(request: ColumnsRequest): Promise<RowsText> {
  const { signal, values } = request;
  const inflating = { ...ratioOf(values), signal };
  assertBytesInput(request.input);
  const input = isRepeatable(request.input)
    ? request.input
    : await bytesOfInput(plainChunks(request.input, inflating), signal);
  const format = values.format ??
    (await withFormat(input, inflating)).format;
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

/** Columns that were read. */
export interface PickedColumns {
  /** The columns asked for, and no others. */
  readonly table: Table;
  /**
   * Where a value stands in the text: its row, from 0, and its column; of an
   * Arrow input or a JSON array the begin.
   */
  readonly placeOf: (row: number, column: string) => Promise<Position>;
  /** The error of a value, with its place in the text. */
  readonly faultOf: (fault: FaultyField) => Promise<ParseError>;
}

/**
 * Reads columns of a door's input. All rows decide the types, so a stream is
 * kept in memory; of a file only the columns are.
 *
 * @param request What the door was asked; an option `input-header` or `header`
 * may say that the first row holds values.
 * @param choose Names the columns, given the first rows; it may throw
 * {@linkcode missingColumn}.
 * @param names Columns of names, where they are there: their values are texts
 * as they stand, whatever they look like.
 * @returns The columns; without any where the input has none.
 * @throws {ParseError} If the text breaks a rule of its format.
 */
export async function pickColumns(
  request: ColumnsRequest,
  choose: (first: Table) => readonly string[],
  names: readonly string[] = [],
): Promise<PickedColumns> {
  const text = await rowsText(request);
  const format = String(text.request.values.format);
  // Arrow says what its columns are.
  const texts = format === "arrow" ? [] : names;
  const picked: Table[] = [];
  let all: readonly string[] = [];
  let chosen: readonly string[] = [];
  for await (const batch of batchesWithNames(text, texts)) {
    if (picked.length === 0) {
      all = batch.columnNames;
      chosen = batch.numColumns === 0 ? [] : choose(batch);
    }
    picked.push(only(chosen, batch));
  }
  const layout = { ...text.layout, columns: all.length };
  const { input, signal } = text.request;
  const inflating = { ...ratioOf(text.request.values), signal };
  const placeOf = async (row: number, column: string) =>
    format === "csv" || format === "ndjson"
      ? await positionOf(
        row,
        all.indexOf(column),
        plainChunks(input, inflating),
        layout,
      )
      : BEGIN;
  return {
    table: joinTables(picked, texts),
    placeOf,
    faultOf: async ({ row, column, value, expected, reason }) =>
      new ParseError({
        code: reason?.code ??
          (value === null ? "MISSING_VALUE" : "INVALID_VALUE"),
        ...await placeOf(row, column),
        args: { ...reason?.args ?? { column, value: value ?? "", expected } },
      }),
  };
}

/** Some columns of a batch. */
function only(names: readonly string[], batch: Table): Table {
  const columns = names.map((name) => [name, batch.column(name)] as const);
  return new Table(columns, batch.numRows);
}

/** The rows of a text, some of its columns texts whatever they look like. */
async function* batchesWithNames(
  { request, layout }: RowsText,
  names: readonly string[],
): AsyncGenerator<Table, void, undefined> {
  if (names.length === 0) return yield* rowsOf(request);
  if (layout.isCsv) {
    const found = await firstNames(withoutRows(request));
    const known = names.filter((name) => found.includes(name));
    return yield* rowsOf(request, textShape(known));
  }
  let found: readonly string[] | null = null;
  for await (const batch of rowsOf(request, textShape(names))) {
    // A declared column is there, even if no row has its key. The reading
    // without declarations tells such a column from one of nulls.
    found ??= names.some((name) => isAllNull(batch.column(name)))
      ? await firstNames(request)
      : batch.columnNames;
    yield only(found, batch);
  }
}

function textShape(names: readonly string[]): DeclaredShape {
  return Object.fromEntries(names.map((name) => [name, "utf8" as const]));
}

/** The same text, of which the header alone is read. */
function withoutRows(request: ColumnsRequest): ColumnsRequest {
  const { input, engine, signal, values } = request;
  return {
    ...{ input, engine, values: { ...values, limit: 0 } },
    ...(signal === undefined ? {} : { signal }),
  };
}

/** Names of the columns that a text has by itself. */
async function firstNames(request: ColumnsRequest): Promise<readonly string[]> {
  for await (const batch of rowsOf(request)) return batch.columnNames;
  return [];
}

function isAllNull({ nullCount, length }: Column): boolean {
  return nullCount === length;
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

/** What is expected where integers beyond 2^53 stand beside floats. */
export const NO_MIX = "no integer beyond 2^53 beside floats";

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
    if (other === null && (flagsOf(kind) & BIG) !== 0) {
      other = { ...fault, expected: NO_MIX };
    }
  }
  return other;
}
