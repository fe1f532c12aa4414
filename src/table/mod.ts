/**
 * Tables in columns: what the readers make and the writers take.
 *
 * A {@linkcode Table} holds {@linkcode Column}s of the same length under
 * names. A column keeps its values in the buffers of Apache Arrow: numbers in
 * one typed array, a bit per row for nulls, texts as UTF-8 bytes with
 * offsets. JavaScript values are made when somebody asks for them.
 *
 * | type | JavaScript value | `data` |
 * |---|---|---|
 * | `bool` | boolean | `Uint8Array`, a bit per row |
 * | `i32` | number | `Int32Array` |
 * | `i64` | bigint | `BigInt64Array` |
 * | `f64` | number | `Float64Array` |
 * | `date` | text `YYYY-MM-DD` | `Int32Array`, days since 1970-01-01 |
 * | `timestamp` | text `YYYY-MM-DDTHH:MM:SS[.ffffff][Z]` | `BigInt64Array`, microseconds since 1970-01-01 |
 * | `utf8` | string | `Uint8Array` with `offsets`, or `Int32Array` codes with `dictionary` |
 *
 * Null is apart from every value: a `NaN` in an f64 column is a value.
 *
 * @example Sum a column without making a value per row
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { columnOf, Table } from "@fastpath/fastpath/table";
 *
 * const table = Table.fromColumns({ price: columnOf("f64", [1.5, 2, 4]) });
 * let sum = 0;
 * for (const price of table.column("price").data) sum += price;
 * assertEquals(sum, 7.5);
 * ```
 *
 * @module
 */

export { Column } from "./column.ts";
export type { ColumnParts, Dictionary } from "./column.ts";
export { columnOf } from "./column_of.ts";
export { concatTables } from "./concat_tables.ts";
export { declaredType, sameType, TYPE_NAMES } from "./schema.ts";
export type {
  AnyType,
  DataMap,
  DecimalName,
  DecimalScale,
  DeclaredItem,
  DeclaredShape,
  DeclaredType,
  Field,
  ItemField,
  ItemTypeName,
  Schema,
  Shape,
  ShapeOf,
  TypeName,
  TypeOf,
  ValueMap,
  ValueOf,
} from "./schema.ts";
export { Table } from "./table.ts";
export type { ColumnsOf, Row } from "./table.ts";
export { tablesEqual } from "./tables_equal.ts";
