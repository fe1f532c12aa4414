/**
 * Options of the writers, and what they take: tables, rows, batches of both.
 *
 * @module
 */

import { type EngineMode, engineMode } from "../backend.ts";
import { type CsvForm, PLAIN_CSV } from "../table/_print_csv.ts";
import { Table } from "../table/table.ts";
import { checkCompression } from "../inflate/compress.ts";
import type { Compression } from "../inflate/inflate.ts";

/** More threads than this are no number of cores. */
const THREADS_MAX = 65_536;

/**
 * What is written: a table, or rows as objects. A table is written from its
 * columns; rows are always printed in TypeScript, for taking values out of
 * objects is JavaScript's work on either engine.
 */
export type WriteInput = Table | Iterable<object>;

/** Batches to write, one after the other. */
export type WriteBatchesInput =
  | Iterable<WriteInput>
  | AsyncIterable<WriteInput>;

/** Options of every writer that gives up no thread. */
export interface WriteSyncOptions {
  /**
   * The columns to write, in this order. Default: all columns of the table,
   * or the keys of the rows in order of first appearance.
   */
  readonly columns?: readonly string[];
  /** The engine; see `configureBackend`. */
  readonly engine?: EngineMode;
  /**
   * Threads that print the rows of a large table, native engine only; the
   * bytes do not depend on them. Default: as many as there are cores.
   */
  readonly threads?: number;
}

/** Options of every writer. */
export interface WriteOptions extends WriteSyncOptions {
  /** Stops the writing. */
  readonly signal?: AbortSignal;
  /**
   * How the bytes are compressed. `zstd` needs a runtime that can: Deno 2.9,
   * Node 22.15 or later. Default: not at all.
   */
  readonly compression?: "gzip" | "zstd";
}

/**
 * Which fields of a CSV are quoted: those that need it, or all of them, or
 * all but numbers. A null is never quoted.
 */
export type CsvQuoting = "minimal" | "all" | "nonNumeric";

/** What is particular to written CSV. */
export interface CsvStyle {
  /** What separates fields: one ASCII character. Default `,`. */
  readonly delimiter?: string;
  /** Whether the names come first. Default true. */
  readonly header?: boolean;
  /** What ends a row. Default a line feed. */
  readonly lineEnd?: "\n" | "\r\n";
  /** Whether the bytes begin with a byte order mark. Default false. */
  readonly bom?: boolean;
  /**
   * `escape` puts `'` before texts and names that begin with `=`, `+`, `-`,
   * `@`, a tab or a carriage return, which a spreadsheet would compute.
   * Numbers are not touched. What was escaped does not read back as it was.
   * Default `keep`.
   */
  readonly formulas?: "keep" | "escape";
  /**
   * Which fields are quoted. `all` quotes every field and name, `nonNumeric`
   * those of all columns but `i32`, `i64` and `f64`. A null stays an empty
   * field, so that it reads back as one. Default `minimal`: what a reader
   * needs.
   */
  readonly quoting?: CsvQuoting;
}

/** Checked options that all forms share. */
export interface WriteSettings {
  readonly columns: readonly string[] | null;
  readonly engine: EngineMode | undefined;
  readonly signal: AbortSignal | undefined;
  readonly compression: Compression | null;
  /** 0: as many as there are cores. */
  readonly threads: number;
}

/** Checks the options that all forms share. */
export function checkWriteOptions(options: WriteOptions): WriteSettings {
  const { columns, engine, signal } = options;
  const compression = checkCompression(options.compression);
  if (columns !== undefined) checkColumns(columns);
  // Rows never look for an engine; a wrong name is an error all the same.
  if (engine !== undefined) engineMode(engine);
  const threads = checkThreads(options.threads);
  return { columns: columns ?? null, engine, signal, compression, threads };
}

function checkThreads(threads: unknown): number {
  if (threads === undefined) return 0;
  if (typeof threads !== "number") {
    throw new TypeError(
      `Cannot write: the option threads must be a number: it is ${
        describe(threads)
      }`,
    );
  }
  if (Number.isInteger(threads) && threads >= 1 && threads <= THREADS_MAX) {
    return threads;
  }
  throw new RangeError(
    "Cannot write: the option threads must be a whole number from 1 to " +
      `${THREADS_MAX}: it is ${threads}`,
  );
}

function checkColumns(columns: readonly string[]): void {
  if (
    !Array.isArray(columns) || columns.some((name) => typeof name !== "string")
  ) {
    throw new TypeError(
      "Cannot write: the option columns must be an array of names",
    );
  }
  const twice = columns.find((name, index) => columns.indexOf(name) !== index);
  if (twice !== undefined) {
    throw new RangeError(
      `Cannot write: the option columns names "${twice}" twice`,
    );
  }
}

/** Checks the options of CSV. */
export function checkCsvStyle(style: CsvStyle): CsvForm {
  const form: CsvForm = { ...PLAIN_CSV, ...definedOf(style) };
  for (const name of ["header", "bom"] as const) {
    if (typeof form[name] !== "boolean") {
      throw new TypeError(
        `Cannot write: the option ${name} must be true or false`,
      );
    }
  }
  checkOne("lineEnd", form.lineEnd, ["\n", "\r\n"]);
  checkOne("formulas", form.formulas, ["keep", "escape"]);
  checkOne("quoting", form.quoting, ["minimal", "all", "nonNumeric"]);
  checkDelimiter(form.delimiter);
  return form;
}

function definedOf(style: CsvStyle): Partial<CsvForm> {
  const { delimiter, header, lineEnd, bom, formulas, quoting } = style;
  const given = { delimiter, header, lineEnd, bom, formulas, quoting };
  return Object.fromEntries(
    Object.entries(given).filter(([, value]) => value !== undefined),
  );
}

function checkOne(
  name: string,
  value: unknown,
  allowed: readonly string[],
): void {
  if (typeof value === "string" && allowed.includes(value)) return;
  const list = allowed.map((one) => JSON.stringify(one)).join(" or ");
  const message = `Cannot write: the option ${name} must be ${list}`;
  if (typeof value !== "string") throw new TypeError(message);
  throw new RangeError(`${message}: it is ${JSON.stringify(value)}`);
}

function checkDelimiter(delimiter: unknown): void {
  if (typeof delimiter !== "string") {
    throw new TypeError(
      "Cannot write: the option delimiter must be a string",
    );
  }
  const code = delimiter.charCodeAt(0);
  const isOne = delimiter.length === 1 && code > 0 && code < 0x80;
  if (!isOne || '"\r\n'.includes(delimiter)) {
    throw new RangeError(
      "Cannot write: the option delimiter must be one ASCII character that " +
        `is no quote and no line end: it is ${JSON.stringify(delimiter)}`,
    );
  }
}

/** Refuses what is neither a table nor rows. */
export function assertWriteInput(input: unknown): asserts input is WriteInput {
  if (input instanceof Table) return;
  const isRows = typeof input === "object" && input !== null &&
    Symbol.iterator in input && !ArrayBuffer.isView(input);
  if (isRows) return;
  throw new TypeError(
    "Cannot write: expected a Table or an iterable of objects, found " +
      describe(input),
  );
}

/** Refuses what gives no batches. */
export function assertBatches(
  input: unknown,
): asserts input is WriteBatchesInput {
  const isBatches = typeof input === "object" && input !== null &&
    (Symbol.asyncIterator in input || Symbol.iterator in input);
  if (isBatches) return;
  throw new TypeError(
    "Cannot write: expected an iterable of batches, each a Table or rows, " +
      `found ${describe(input)}`,
  );
}

/** What a value is, in a word for messages. */
export function describe(value: unknown): string {
  if (value === null) return "null";
  if (typeof value !== "object") return `a ${typeof value}`;
  return `an object of ${value.constructor?.name ?? "no class"}`;
}
