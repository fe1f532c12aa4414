/**
 * Checks an index of rows, which may come from any file: what it says decides
 * which bytes are read, and as what.
 *
 * @module
 */

import type { DeclaredShape } from "../table/schema.ts";
import { requestOf } from "./_request.ts";
import type { ReadCsvOptions } from "./options.ts";
import type { CsvIndex } from "./row_index.ts";

/** The version of the index's form. */
export const VERSION = 2;

/** The options of a dialect that can be indexed. */
const DIALECT = new Set([
  ...["delimiter", "quote", "escape", "comment", "header", "names"],
  ...["skipRows", "trim", "nullTokens", "decimal", "thousands", "types"],
]);

/**
 * Refuses what is no index, and an index that cannot be of any file.
 *
 * @param index The value to check.
 * @throws {TypeError} If it is no index of this version.
 * @throws {RangeError} If a field of it is damaged.
 */
export function assertIndex(index: unknown): asserts index is CsvIndex {
  if (!isObject(index) || index.version !== VERSION) {
    throw new TypeError(
      `Cannot read rows: the index is none of version ${VERSION}, index the ` +
        "file again",
    );
  }
  const { bytes, rows, modifiedMs, digest } = index;
  if (!isCount(bytes, 0)) throw damaged("bytes");
  if (!isCount(rows, 0) || rows > bytes) throw damaged("rows");
  if (modifiedMs !== null && !Number.isSafeInteger(modifiedMs)) {
    throw damaged("modifiedMs");
  }
  if (typeof digest !== "string" || !/^[0-9a-f]{64}$/.test(digest)) {
    throw damaged("digest");
  }
  assertColumns(index.columns);
  assertDialect(index.dialect, index.columns);
  assertMarks(index.marks, rows, bytes);
}

/**
 * The columns of an index as a schema.
 *
 * @param columns Names and types.
 * @returns Types by name.
 */
export function schemaOf(columns: CsvIndex["columns"]): DeclaredShape {
  return Object.fromEntries(
    columns.map(({ name, type }) => [name, type]),
  ) as DeclaredShape;
}

function assertColumns(
  columns: unknown,
): asserts columns is CsvIndex["columns"] {
  if (!Array.isArray(columns)) throw damaged("columns");
  const names = new Set<unknown>();
  for (const column of columns) {
    const isColumn = isObject(column) && typeof column.name === "string" &&
      typeof column.type === "string" && !names.has(column.name);
    if (!isColumn) throw damaged("columns");
    names.add(column.name);
  }
}

/** The checks of the options are those of the reader. */
function assertDialect(dialect: unknown, columns: CsvIndex["columns"]): void {
  const isDialect = isObject(dialect) &&
    Object.keys(dialect).every((name) => DIALECT.has(name));
  if (!isDialect) throw damaged("dialect");
  const check = (field: string, options: ReadCsvOptions) => {
    try {
      requestOf(options);
    } catch (cause) {
      throw damaged(field, cause);
    }
  };
  check("dialect", dialect as ReadCsvOptions);
  check("columns", { schema: schemaOf(columns) });
}

function assertMarks(marks: unknown, rows: number, bytes: number): void {
  if (!isObject(marks)) throw damaged("marks");
  const isEmpty = rows === 0;
  const lists: [string, number, number][] = [
    ["rows", 0, rows],
    ["offsets", 0, bytes],
    // Each line has a byte at least, but the last one.
    ["lines", 1, bytes + 2],
  ];
  const length = Array.isArray(marks.rows) ? marks.rows.length : -1;
  for (const [name, least, end] of lists) {
    const list = marks[name];
    const isList = Array.isArray(list) && list.length === length &&
      (length === 0) === isEmpty && isAscending(list, least, end);
    if (!isList) throw damaged(`marks.${name}`);
  }
  if (!isEmpty && (marks.rows as number[])[0] !== 0) {
    throw damaged("marks.rows");
  }
}

/** Whether a list holds whole numbers, each greater than the one before. */
function isAscending(
  list: readonly unknown[],
  least: number,
  end: number,
): boolean {
  for (const value of list) {
    if (!isCount(value, least) || value >= end) return false;
    least = value + 1;
  }
  return true;
}

function isCount(value: unknown, least: number): value is number {
  return Number.isSafeInteger(value) && (value as number) >= least;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function damaged(field: string, cause?: unknown): RangeError {
  return new RangeError(
    `Cannot read rows: the index is damaged at "${field}", index the file ` +
      "again",
    { cause },
  );
}
