/**
 * Options that all readers of tables share, and their checks.
 *
 * @module
 */

import type { EngineMode } from "../backend.ts";
import { checkRatioMax } from "../inflate/inflate.ts";
import {
  declaredAdvice,
  type FieldType,
  fieldType,
} from "../table/_declared.ts";
import type { DeclaredShape, DeclaredType, Field } from "../table/schema.ts";
import { ROWS_MAX } from "./_engine.ts";
import { type Condition, conditionsOf, type Where } from "./where.ts";

/** Rows that decide the types of batches where nothing else is said. */
export const SAMPLE_ROWS = 65_536;
/** Rows of a batch where nothing else is said. */
export const BATCH_ROWS = 65_536;

/**
 * Options of a reader that makes a table.
 *
 * @typeParam D Declared types by column name.
 */
export interface ReadOptions<D extends DeclaredShape = DeclaredShape> {
  /**
   * Types of columns by name; the types of all others are found. A value
   * that does not fit its declared type is an error `TYPE_MISMATCH`.
   * Timestamps with a zone are `timestamp_utc`, those without `timestamp`.
   * `decimal(2)` (0 to 18 digits behind the point, exact) and `duration` are
   * declared only: no type is found to be one. `list<i64>` or of any other
   * type reads arrays of NDJSON and JSON.
   */
  readonly schema?: D;
  /**
   * Names of the columns to read, in any order; the table has them in the
   * input's. The others are neither typed nor kept.
   */
  readonly columns?: readonly string[];
  /**
   * Which rows to read, for instance `price >= 10 and city = Oslo`. The others
   * are read over: they have no part in types, columns and limits, only their
   * faults of form are errors. docs/semantics.md has the rules.
   */
  readonly where?: Where;
  /**
   * Rows that decide the types of a stream; default 65,536. Bytes and files
   * are typed by all their rows; there it only says how many are looked at
   * before the first attempt, 8,192 unless given.
   */
  readonly sampleRows?: number;
  /** Rows to read at most; what follows them is not looked at. */
  readonly limit?: number;
  /** Stops the reading; the reader then throws the signal's reason. */
  readonly signal?: AbortSignal;
  /**
   * Told the bytes of input that are done. It begins again at 0 where the
   * input is read a second time, because the sample's types did not hold.
   */
  readonly onProgress?: (bytesDone: number) => void;
  /** Which engine reads; default: the backend's choice. */
  readonly engine?: EngineMode;
  /**
   * Threads that read on the native engine; default: as many as there are
   * cores. The result is the same with any number. A `limit` below 2^20 rows
   * is read by one.
   */
  readonly threads?: number;
  /**
   * Bytes of the parts in which they read, about; default 8 MiB at most. The
   * result is the same with any number.
   */
  readonly chunkBytes?: number;
  /**
   * Bytes that may come out of one byte of a compressed input, once 16 MiB
   * have come out; default 250.
   */
  readonly ratioMax?: number;
}

/**
 * Options of a reader that makes batches.
 *
 * @typeParam D Declared types by column name.
 */
export interface ReadBatchesOptions<D extends DeclaredShape = DeclaredShape>
  extends ReadOptions<D> {
  /** Rows of every batch but the last. Default 65,536. */
  readonly batchRows?: number;
  /**
   * Which rows decide the types: the `sample` (a later value that does not
   * fit is an error), or `all`, which reads bytes or a file twice.
   */
  readonly inferRows?: "sample" | "all";
}

/** Checked options. */
export interface ReadSettings {
  readonly where: readonly Condition[] | undefined;
  readonly columns: ReadonlySet<string> | undefined;
  readonly declared: readonly Field[];
  readonly largeFloats: ReadonlySet<string>;
  readonly sampleRows: number;
  readonly batchRows: number;
  readonly inferAll: boolean;
  readonly limit: number;
  readonly signal: AbortSignal | undefined;
  readonly onProgress: ((bytesDone: number) => void) | undefined;
  readonly engine: EngineMode | undefined;
  readonly ratioMax: number;
  readonly threads: number;
  readonly chunkBytes: number;
}

/**
 * Checks the options that all readers share.
 *
 * @throws {TypeError} If an option has the wrong type.
 * @throws {RangeError} If an option has a value that is not allowed.
 */
export function checkReadOptions(
  options: ReadBatchesOptions,
): ReadSettings {
  const { signal, onProgress, engine } = options;
  if (signal !== undefined && !(signal instanceof AbortSignal)) {
    throw new TypeError("Cannot read: the option signal is no AbortSignal");
  }
  if (onProgress !== undefined && typeof onProgress !== "function") {
    throw new TypeError("Cannot read: the option onProgress is no function");
  }
  const { inferRows = "sample" } = options;
  checkChoice("inferRows", inferRows, ["sample", "all"]);
  const sampleRows = countOption(options, "sampleRows", 1, SAMPLE_ROWS);
  const batchRows = countOption(options, "batchRows", 1, BATCH_ROWS);
  const limit = options.limit === Infinity
    ? Infinity
    : countOption(options, "limit", 0, Infinity);
  const declared = declaredFields(options.schema ?? {});
  const floats = declared.filter(({ type, item }) =>
    (item?.type ?? type) === "f64"
  );
  return {
    where: conditionsOf(options.where),
    columns: columnsOption(options.columns, declared),
    declared,
    largeFloats: new Set(floats.map(({ name }) => name)),
    sampleRows: Math.min(sampleRows, Math.max(limit, 1)),
    batchRows,
    inferAll: inferRows === "all",
    limit,
    signal,
    onProgress,
    engine,
    ratioMax: checkRatioMax(options.ratioMax),
    threads: countOption(options, "threads", 1, 0),
    chunkBytes: countOption(options, "chunkBytes", 1, 0),
  };
}

/**
 * Checks that an option is one of a few words.
 *
 * @throws {RangeError} If it is not.
 */
export function checkChoice(
  name: string,
  value: unknown,
  choices: readonly string[],
): void {
  if (choices.includes(value as string)) return;
  throw new RangeError(
    `Cannot read: the option ${name} must be ${
      choices.map((choice) => `"${choice}"`).join(" or ")
    }: it is ${typeof value === "string" ? `"${value}"` : typeof value}`,
  );
}

/** The columns to read; a declared column must be one of them. */
function columnsOption(
  columns: unknown,
  declared: readonly Field[],
): ReadonlySet<string> | undefined {
  if (columns === undefined) return undefined;
  const isNames = Array.isArray(columns) &&
    columns.every((name) => typeof name === "string");
  if (!isNames) {
    throw new TypeError(
      "Cannot read: the option columns must be an array of names",
    );
  }
  if (columns.length === 0) {
    throw new RangeError("Cannot read: the option columns names no column");
  }
  columns.forEach(checkName);
  const wanted = new Set<string>(columns);
  const other = declared.find(({ name }) => !wanted.has(name));
  if (other === undefined) return wanted;
  throw new RangeError(
    `Cannot read: the option schema declares "${other.name}", which the ` +
      "option columns does not name",
  );
}

/**
 * Checks the name of a column.
 *
 * @throws {RangeError} If it has a NUL or a lone surrogate.
 */
export function checkName(name: string): void {
  if (!name.includes("\0") && name.isWellFormed()) return;
  throw new RangeError(
    "Cannot read: a name in the options has a NUL or a lone surrogate",
  );
}

function countOption(
  options: ReadBatchesOptions,
  name: "sampleRows" | "batchRows" | "limit" | "threads" | "chunkBytes",
  least: number,
  fallback: number,
): number {
  const value: unknown = options[name];
  if (value === undefined) return fallback;
  if (typeof value !== "number") {
    throw new TypeError(
      `Cannot read: the option ${name} must be a number: it is ${typeof value}`,
    );
  }
  if (!Number.isInteger(value) || value < least || value > ROWS_MAX) {
    throw new RangeError(
      `Cannot read: the option ${name} must be a whole number from ${least} ` +
        `to ${ROWS_MAX}: it is ${value}`,
    );
  }
  return value;
}

function declaredFields(schema: DeclaredShape): Field[] {
  if (typeof schema !== "object" || schema === null) {
    throw new TypeError(
      "Cannot read: the option schema must be an object of types by name",
    );
  }
  return Object.entries(schema).map(([name, declared]) => {
    return { name, ...checkDeclared(name, declared) };
  });
}

function checkDeclared(name: string, declared: DeclaredType): FieldType {
  const type = fieldType(declared);
  if (type === null) {
    throw new RangeError(
      `Cannot read column "${name}" as "${declared}": ` +
        declaredAdvice(declared),
    );
  }
  checkName(name);
  return type;
}
