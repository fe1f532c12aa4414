/**
 * Options and results of `parse` and `CsvParseStream`, and their checks.
 *
 * @module
 */

import type { RecordSettings } from "./_record_parser.ts";

/** Options of {@linkcode parse}. */
export interface ParseOptions {
  /** What stands between fields. Default `,`. */
  separator?: string;
  /**
   * A character: lines that begin with it are no records. White space before
   * it makes it a part of a field. Default: none.
   */
  comment?: string;
  /**
   * Whether white space before a field is dropped, also where the separator
   * is white space. Default false.
   */
  trimLeadingSpace?: boolean;
  /**
   * Whether a quote may stand in a field without quotes, and a single one in
   * a field with quotes. Default false.
   */
  lazyQuotes?: boolean;
  /**
   * How many fields every record must have; with 0 as many as the first line
   * has, with a negative number any. Default: any.
   */
  fieldsPerRecord?: number;
  /**
   * Whether the first record is no row. It names the columns unless `columns`
   * does. Default false.
   */
  skipFirstRow?: boolean;
  /** The names of the columns: rows are objects then. */
  columns?: readonly string[];
}

/** Options of {@linkcode CsvParseStream}. */
export interface CsvParseStreamOptions extends ParseOptions {}

/** A row whose columns are known: `RecordWithColumn<"a" | "b">`. */
export type RecordWithColumn<C extends string> = string extends C
  ? Record<string, string>
  : Record<C, string>;

/** What {@linkcode parse} gives for options `T`. */
export type ParseResult<ParseOptions, T> = T extends
  ParseOptions & { columns: readonly (infer C extends string)[] }
  ? RecordWithColumn<C>[]
  : T extends ParseOptions & { skipFirstRow: true } ? Record<string, string>[]
  : T extends
    ParseOptions & { columns?: undefined; skipFirstRow?: false | undefined }
    ? string[][]
  : Record<string, string>[] | string[][];

/** A row of {@linkcode CsvParseStream} with options `T`. */
export type RowType<T> = T extends undefined ? string[]
  : ParseResult<CsvParseStreamOptions, T>[number];

/** The number of fields that records must have; null where any will do. */
export type FieldCount = number | "first" | null;

/** Checks what is given for the separator and the like. */
export function settingsOf(
  options: ParseOptions,
  separator: unknown,
): RecordSettings {
  if (typeof separator !== "string") {
    throw new TypeError(
      `Cannot parse: the separator must be a string: it is ${typeof separator}`,
    );
  }
  if (separator === "") {
    throw new RangeError("Cannot parse: the separator is empty");
  }
  const { comment, trimLeadingSpace, lazyQuotes, columns } = options;
  if (columns && !Array.isArray(columns)) {
    throw new TypeError("Cannot parse: columns must be an array of names");
  }
  return {
    separator,
    comment,
    trims: Boolean(trimLeadingSpace),
    isLazy: Boolean(lazyQuotes),
  };
}

/** What the option `fieldsPerRecord` asks for. */
export function fieldCountOf(fieldsPerRecord: number | undefined): FieldCount {
  if (fieldsPerRecord === 0) return "first";
  const isCount = typeof fieldsPerRecord === "number" && !(fieldsPerRecord < 0);
  return isCount ? fieldsPerRecord : null;
}

/** The error of a record that has another number of fields. */
export function wrongCount(
  line: number,
  expected: number,
  count: number,
): SyntaxError {
  return new SyntaxError(
    `Syntax error on line ${line}: expected ${expected} fields but got ${count}`,
  );
}
