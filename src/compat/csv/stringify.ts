/**
 * `stringify` of `@std/csv`: objects or arrays to a CSV text.
 *
 * @module
 */

import { RowPrinter } from "./_row_printer.ts";
import { checkSeparator, rowText, RowValues } from "./_row_values.ts";

const MARK = "\ufeff";

/** So many rows are put together as texts: a buffer would cost more. */
const FEW_ROWS = 20;

/** A key of an object, or an index of an array. */
export type PropertyAccessor = number | string;

/** A column with a name of its own. */
export type ColumnDetails = {
  /** The name. Default: the last accessor of `prop`. */
  header?: string;
  /** Where the value stands: an accessor, or one for every level. */
  prop: PropertyAccessor | PropertyAccessor[];
};

/** A column: where its values stand, and what it is called. */
export type Column = ColumnDetails | PropertyAccessor | PropertyAccessor[];

/** A row: an object or an array. */
export type DataItem = Readonly<Record<string, unknown> | unknown[]>;

/** Options of {@linkcode stringify}. */
export type StringifyOptions = {
  /** Whether the names of the columns come first. Default true. */
  headers?: boolean;
  /** What stands between fields. Default `,`. */
  separator?: string;
  /** The columns; objects need them. Default: the values of arrays. */
  columns?: readonly Column[];
  /** Whether the text begins with a byte order mark. Default false. */
  bom?: boolean;
};

/**
 * Writes rows as CSV. Rows end with CRLF; a field is quoted if it holds the
 * separator, a line feed or a quote. Null and undefined are empty fields, an
 * object is its JSON text, anything else is what `String` makes of it.
 *
 * @param data The rows: objects if there are columns, or arrays.
 * @param options Columns and style.
 * @returns The text.
 * @throws {TypeError} If an object has no columns, a key meets an array, the
 * separator holds a quote or CRLF, or a value has no JSON text.
 *
 * @example Objects, arrays and columns
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { stringify } from "@fastpath/fastpath/compat/csv";
 *
 * assertEquals(stringify([["a", 1], ["b,c", null]]), 'a,1\r\n"b,c",\r\n');
 * const rows = [{ id: 1, name: { first: "Ada" } }];
 * assertEquals(
 *   stringify(rows, { columns: ["id", ["name", "first"]] }),
 *   "id,first\r\n1,Ada\r\n",
 * );
 * ```
 */
export function stringify(
  data: readonly DataItem[],
  options?: StringifyOptions,
): string {
  const { headers = true, separator = ",", columns = [], bom = false } =
    options ?? {};
  checkSeparator(separator);
  const values = new RowValues(columns);
  let text = bom ? MARK : "";
  if (headers && columns.length > 0) text += rowText(values.headers, separator);
  if (Array.isArray(data) && data.length <= FEW_ROWS) {
    for (const item of data) text += rowText(values.of(item), separator);
    return text;
  }
  const printer = new RowPrinter(separator);
  for (const item of data) printer.print(values.of(item));
  return text + printer.take();
}
