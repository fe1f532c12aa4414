/**
 * How CSV is written and what becomes of its faults: the options of the
 * readers, and their checks.
 *
 * @module
 */

import type { Fault } from "../errors.ts";
import type { ReadBatchesOptions, ReadOptions } from "../read/options.ts";
import type { DeclaredShape } from "../table/schema.ts";

/** What is particular to CSV. The defaults are RFC 4180, read strictly. */
export interface CsvDialect {
  /** What separates fields: one ASCII character. Default `,`. */
  readonly delimiter?: string;
  /**
   * The character around fields that hold delimiters or line ends; null where
   * quotes are plain text. Default `"`.
   */
  readonly quote?: string | null;
  /**
   * The character that takes the meaning of the next one, in quotes and
   * outside, for instance a backslash. Default: none, a quote inside quotes
   * is doubled. With an escape a doubled quote means nothing.
   */
  readonly escape?: string;
  /** Lines that begin with this character are skipped. Default: none. */
  readonly comment?: string;
  /**
   * Whether the first record holds the names; else they are `column1`,
   * `column2` and so on. Default true, and false where `names` are given.
   */
  readonly header?: boolean;
  /**
   * The names of the columns. With `header: true` the header is read over,
   * and these take its place.
   */
  readonly names?: readonly string[];
  /** Physical lines to skip before the header. Default 0. */
  readonly skipRows?: number;
  /** Whether spaces and tabs around fields are dropped. Default false. */
  readonly trim?: boolean;
  /**
   * Unquoted fields that are null, as written, for instance `NA`. An empty
   * field is null in any case. Default none.
   */
  readonly nullTokens?: readonly string[];
  /** The character before the fraction of numbers. Default `.`. */
  readonly decimal?: "." | ",";
  /**
   * The character between groups of three digits: one of `.`, `,`, `'`, `_`
   * and the space. A number need not be grouped. Default: none.
   */
  readonly thousands?: string;
  /**
   * `strict` takes faults of form as errors. `lenient` repairs them: docs/csv.md
   * says how, fault by fault. Default `strict`.
   */
  readonly mode?: "strict" | "lenient";
  /**
   * How the characters are encoded; a byte order mark wins. Positions count
   * bytes of the text in UTF-8. Default `utf-8`.
   */
  readonly encoding?: "utf-8" | "utf-16le" | "utf-16be" | "latin1";
  /**
   * Whether bytes that are no characters are an error `INVALID_UTF8` or become
   * U+FFFD. Default `error`.
   */
  readonly invalidUtf8?: "error" | "replace";
  /**
   * `auto` finds the types; with `text` every undeclared column is text, and
   * an empty field is the empty text, not null. Default `auto`.
   */
  readonly types?: "auto" | "text";
}

/** A faulty row that did not end the reading. */
export interface RowError {
  /** The cause. */
  code: Fault["code"];
  /** One sentence. */
  message: string;
  /** Physical line, from 1. */
  line: number;
  /** Byte in that line, from 1. */
  column: number;
  /** Byte in the input, from 0. */
  byteOffset: number;
}

/** What becomes of faulty rows. */
export interface CsvErrorOptions {
  /**
   * `throw` ends the reading at a fault. `collect` leaves the row out and
   * gives an error row. `null` makes a value that does not fit its column
   * null, with an error row; other faults are as with `collect`. What lenient
   * reading repairs gives an error row in any case. Default `throw`.
   */
  readonly onError?: "throw" | "collect" | "null";
  /** Error rows at most; one more is an error. Default 1,000. */
  readonly maxErrors?: number;
  /**
   * Told each error row, in the order of the input, before the batch that
   * follows it.
   */
  readonly onRowError?: (error: RowError) => void;
  /** An array to which the error rows are added. */
  readonly errors?: RowError[];
}

/**
 * Options of `readCsv` and `readCsvSync`.
 *
 * @typeParam D Declared types by column name.
 */
export interface ReadCsvOptions<D extends DeclaredShape = DeclaredShape>
  extends CsvDialect, CsvErrorOptions, ReadOptions<D> {}

/**
 * Options of `readCsvBatches`.
 *
 * @typeParam D Declared types by column name.
 */
export interface ReadCsvBatchesOptions<D extends DeclaredShape = DeclaredShape>
  extends CsvDialect, CsvErrorOptions, ReadBatchesOptions<D> {}
