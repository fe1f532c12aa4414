/**
 * `@std/csv`, faster: the same functions and classes with the same options,
 * results and errors, so that one changed import is all.
 *
 * They give texts, arrays and objects, as `@std/csv` does. Where columns with
 * types will do, `@fastpath/fastpath/csv` is faster still, and refuses what is
 * let through here.
 *
 * @example Change the import
 * ```ts
 * import { assertEquals } from "@std/assert";
 * // import { parse, stringify } from "@std/csv";
 * import { parse, stringify } from "@fastpath/fastpath/compat/csv";
 *
 * const rows = parse("id,name\n1,Ada\n", { skipFirstRow: true });
 * assertEquals(rows, [{ id: "1", name: "Ada" }]);
 * assertEquals(stringify(rows, { columns: ["name"] }), "name\r\nAda\r\n");
 * ```
 *
 * @module
 */

export type {
  CsvParseStreamOptions,
  ParseOptions,
  ParseResult,
  RecordWithColumn,
  RowType,
} from "./options.ts";
export { parse } from "./parse.ts";
export { CsvParseStream } from "./parse_stream.ts";
export type {
  Column,
  ColumnDetails,
  DataItem,
  PropertyAccessor,
  StringifyOptions,
} from "./stringify.ts";
export { stringify } from "./stringify.ts";
export type { CsvStringifyStreamOptions } from "./stringify_stream.ts";
export { CsvStringifyStream } from "./stringify_stream.ts";
