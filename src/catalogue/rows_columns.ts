/**
 * Columns of a door's rows, for operations that look at some of them as a
 * whole, and where a value stands in the text.
 *
 * @module
 */

import { ParseError } from "../errors.ts";
import {
  assertBytesInput,
  type BytesInput,
  bytesOfInput,
  chunksOf,
  isRepeatable,
} from "../input.ts";
import { RULE_OPTIONS } from "../ndjson/read.op.ts";
import { withFormat } from "../profile/_source.ts";
import type { Column } from "../table/column.ts";
import { concatTables } from "../table/concat_tables.ts";
import { Table } from "../table/table.ts";
import { classify } from "../values/classify.ts";
import { NUMBERS } from "../values/flags.ts";
import type { DoorRequest, OptionSpec } from "./op.ts";
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
  ...RULE_OPTIONS,
];

/** What a door needs to know to read columns. */
type ColumnsRequest = Omit<DoorRequest, "to" | "name">;

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
  const { signal } = request;
  assertBytesInput(request.input);
  const input = isRepeatable(request.input)
    ? request.input
    : await bytesOfInput(request.input, signal);
  const format = request.values.format ??
    (await withFormat(input, signal)).format;
  const values = {
    ...request.values,
    format: String(format),
    "input-delimiter": request.values.delimiter,
    "input-header": request.values.header,
  };
  const picked: Table[] = [];
  let first: Table | null = null;
  let names: readonly string[] = [];
  for await (const batch of rowsOf({ ...request, values, input })) {
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
  const layout: Layout = {
    isCsv: format === "csv",
    delimiter: String(values["input-delimiter"] ?? ",").charCodeAt(0),
    hasHeader: values["input-header"] !== false,
    columns: all.length,
  };
  return {
    table: picked.length === 1 ? picked[0]! : concatTables(picked),
    async faultOf({ row, column, value, expected }) {
      const at = all.indexOf(column);
      return new ParseError({
        code: value === null ? "MISSING_VALUE" : "INVALID_VALUE",
        ...await positionOf(row, at, input, layout, signal),
        args: { column, value: value ?? "", expected },
      });
    },
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

/** What must be known of a text to find a value in it. */
interface Layout {
  readonly isCsv: boolean;
  /** The byte between fields. */
  readonly delimiter: number;
  readonly hasHeader: boolean;
  /** How many columns there are. */
  readonly columns: number;
}

interface Position {
  readonly line: number;
  readonly column: number;
  readonly byteOffset: number;
}

/** Where a value begins; in NDJSON where its line does. */
async function positionOf(
  row: number,
  field: number,
  input: BytesInput,
  layout: Layout,
  signal: AbortSignal | undefined,
): Promise<Position> {
  const { isCsv, hasHeader } = layout;
  const finder = new FieldFinder(
    isCsv && hasHeader ? row + 1 : row,
    isCsv ? field : 0,
    layout,
  );
  for await (const chunk of chunksOf(input, signal)) {
    if (finder.look(chunk)) break;
  }
  return finder.position;
}

const [TAB, LF, CR, SPACE, QUOTE] = [9, 10, 13, 32, 34];

/** Counts records and fields of a text that has been read without a fault. */
class FieldFinder {
  readonly #field: number;
  readonly #layout: Layout;
  /** Records and fields that begin after what was looked at. */
  #recordsLeft: number;
  #fieldsLeft = 0;
  #isHeaderAhead: boolean;
  #isLineStart = true;
  #isFieldStart = false;
  #isQuoted = false;
  #at = 0;
  #line = 1;
  #lineAt = 0;

  constructor(record: number, field: number, layout: Layout) {
    this.#field = field;
    this.#layout = layout;
    this.#recordsLeft = record;
    this.#isHeaderAhead = layout.isCsv && layout.hasHeader;
  }

  /** The place looked at: the value's, once it is found. */
  get position(): Position {
    return {
      line: this.#line,
      column: this.#at - this.#lineAt + 1,
      byteOffset: this.#at,
    };
  }

  /** Looks at bytes; true once the value begins. */
  look(bytes: Uint8Array): boolean {
    const { isCsv, delimiter } = this.#layout;
    for (const byte of bytes) {
      if (this.#isLineStart && !this.#isBlank(byte)) this.#beginRecord();
      if (this.#isFieldStart) {
        if (this.#recordsLeft < 0 && this.#fieldsLeft === 0) return true;
        this.#isFieldStart = false;
      }
      if (isCsv && byte === QUOTE) this.#isQuoted = !this.#isQuoted;
      else if (isCsv && byte === delimiter && !this.#isQuoted) {
        this.#fieldsLeft--;
        this.#isFieldStart = true;
      }
      this.#at++;
      if (byte !== LF) continue;
      this.#line++;
      this.#lineAt = this.#at;
      this.#isLineStart = !this.#isQuoted;
    }
    return false;
  }

  #beginRecord(): void {
    this.#isHeaderAhead = false;
    this.#isLineStart = false;
    this.#isFieldStart = true;
    this.#recordsLeft--;
    this.#fieldsLeft = this.#field;
  }

  /** Whether a byte at the front of a line leaves it blank so far. */
  #isBlank(byte: number): boolean {
    const { isCsv, columns } = this.#layout;
    if (byte === CR || byte === LF) {
      // In CSV a blank line behind the header is a row where there is one
      // column: a null.
      return !isCsv || columns > 1 || this.#isHeaderAhead;
    }
    return !isCsv && (byte === SPACE || byte === TAB);
  }
}
