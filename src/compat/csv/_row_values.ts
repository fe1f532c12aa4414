/**
 * What stringify prints of a row: its values by columns, and their texts.
 *
 * @module
 */

import type { Column, DataItem, PropertyAccessor } from "./stringify.ts";

/** A column whose parts are settled. */
interface KnownColumn {
  readonly header: string;
  readonly path: readonly PropertyAccessor[];
}

/** Takes the values out of rows. */
export class RowValues {
  /** The names of the columns. */
  readonly headers: readonly string[];
  readonly #columns: readonly KnownColumn[];
  /** The accessor of each column, where each has one. */
  readonly #keys: readonly PropertyAccessor[] | null;
  readonly #values: unknown[] = [];

  /** Values by these columns; without any those of arrays. */
  constructor(columns: readonly Column[]) {
    this.#columns = columns.map(knownOf);
    this.headers = this.#columns.map(({ header }) => header);
    const isFlat = this.#columns.every(({ path }) => path.length === 1);
    this.#keys = isFlat ? this.#columns.map(({ path }) => path[0]!) : null;
  }

  /**
   * The values of a row. All are looked up before any is printed, as code in
   * them may see.
   *
   * @param item The row.
   * @returns Its values; valid until those of the next row are asked for.
   * @throws {TypeError} If they cannot be found.
   */
  of(item: DataItem): readonly unknown[] {
    const columns = this.#columns;
    const values = this.#values;
    if (columns.length === 0) return valuesOf(item);
    const keys = this.#keys;
    if (keys !== null && isKeyed(item)) {
      for (let index = 0; index < keys.length; index++) {
        values[index] = item[keys[index]!];
      }
    } else {
      for (let index = 0; index < columns.length; index++) {
        values[index] = valueOf(item, columns[index]!.path);
      }
    }
    return values;
  }
}

/**
 * Refuses a separator that rows could not be told apart with.
 *
 * @param separator What stands between fields.
 * @throws {TypeError} If it holds a quote or CRLF.
 */
export function checkSeparator(separator: string): void {
  if (!separator.includes('"') && !separator.includes("\r\n")) return;
  throw new TypeError([
    "Separator cannot include the following strings:",
    '  - U+0022: Quotation mark (")',
    "  - U+000D U+000A: Carriage Return + Line Feed (\\r\\n)",
  ].join("\n"));
}

/**
 * A row as a text, for few of them.
 *
 * @param values Its values.
 * @param separator What stands between them.
 * @returns The text with its CRLF.
 * @throws {TypeError} If a value has no text.
 */
export function rowText(
  values: readonly unknown[],
  separator: string,
): string {
  let row = "";
  for (let index = 0; index < values.length; index++) {
    if (index > 0) row += separator;
    const value = values[index];
    if (value === undefined || value === null) continue;
    row += quotedText(
      typeof value === "string" ? value : textOf(value),
      separator,
    );
  }
  return row + "\r\n";
}

/** A text, in quotes if it needs them. */
export function quotedText(text: string, separator: string): string {
  const isPlain = !text.includes(separator) && !text.includes("\n") &&
    !text.includes('"');
  return isPlain ? text : `"${text.replaceAll('"', '""')}"`;
}

/** The text of a value that is no string and is there. */
export function textOf(value: unknown): string {
  if (typeof value !== "object") return String(value);
  const text: string | undefined = JSON.stringify(value);
  if (text !== undefined) return text;
  throw new TypeError("Cannot write: an object has no JSON text");
}

function knownOf(column: Column): KnownColumn {
  if (typeof column !== "object") {
    return { header: String(column), path: [column] };
  }
  if (Array.isArray(column)) {
    return { header: String(column[column.length - 1]), path: column };
  }
  const { header, prop } = column;
  const path = Array.isArray(prop) ? prop : [prop];
  const name = typeof header === "string" ? header : path[path.length - 1];
  return { header: String(name), path };
}

function isKeyed(
  item: unknown,
): item is Readonly<Record<PropertyAccessor, unknown>> {
  return typeof item === "object" && item !== null && !Array.isArray(item);
}

function valuesOf(item: DataItem): readonly unknown[] {
  if (Array.isArray(item)) return item;
  if (typeof item !== "object") return [item];
  throw new TypeError("No property accessor function was provided for object");
}

/** Goes down a path; what is no object has no parts and stays. */
function valueOf(item: unknown, path: readonly PropertyAccessor[]): unknown {
  let value = item;
  for (let level = 0; level < path.length; level++) {
    if (typeof value !== "object" || value === null) continue;
    const accessor = path[level]!;
    if (Array.isArray(value) && typeof accessor !== "number") {
      throw new TypeError('Property accessor is not of type "number"');
    }
    value = (value as Record<PropertyAccessor, unknown>)[accessor];
  }
  return value;
}
