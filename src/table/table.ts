/**
 * A table: columns of the same length under names.
 *
 * @module
 */

import { Column } from "./column.ts";
import type { Field, Schema, Shape, ValueOf } from "./schema.ts";

/** A row as an object: the columns' values by name. */
export type Row<S extends Shape> = {
  [K in keyof S]: ValueOf<S[K]> | null;
};

/** Columns by name, as `Table.fromColumns` takes them. */
export type ColumnsOf<S extends Shape> = {
  readonly [K in keyof S]: Column<S[K]>;
};

/**
 * Columns of the same length under names.
 *
 * A table holds columns, not rows: `column(name)` costs nothing, `get` makes
 * one value, `rows()` and `toObjects()` make an object per row and a value
 * per field, which takes longer than reading the file did.
 *
 * @typeParam S Types of the columns by name; `Table` alone knows no names.
 *
 * @example Take a column, a value and rows
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { readCsv } from "@fastpath/fastpath";
 *
 * const bytes = new TextEncoder().encode("city,people\nBern,134591\n");
 * const table = await readCsv(bytes);
 * assertEquals(table.columnNames, ["city", "people"]);
 * assertEquals(table.column("people").type, "i32");
 * assertEquals(table.get(0, "city"), "Bern");
 * assertEquals(table.toObjects(), [{ city: "Bern", people: 134591 }]);
 * ```
 */
export class Table<S extends Shape = Shape> {
  /** Name and type of each column, in order. */
  readonly schema: Schema;
  /** How many rows the table has. */
  readonly numRows: number;
  readonly #columns: readonly Column[];
  readonly #indexes: ReadonlyMap<string, number>;

  /**
   * Makes a table of columns, which are not copied.
   *
   * @param columns Name and column, in order; names may be any text.
   * @param numRows Needed only for a table without columns.
   * @throws {TypeError} If a name is no string or a column is no `Column`.
   * @throws {RangeError} If lengths differ or a name stands twice.
   */
  constructor(
    columns: Iterable<readonly [string, Column]>,
    numRows?: number,
  ) {
    const schema: Field[] = [];
    const list: Column[] = [];
    const indexes = new Map<string, number>();
    for (const [name, column] of columns) {
      checkColumn(name, column, list[0]?.length ?? numRows);
      if (indexes.has(name)) {
        throw new RangeError(`Cannot make table: column "${name}" twice`);
      }
      indexes.set(name, list.length);
      list.push(column);
      schema.push(fieldOf(name, column));
    }
    this.schema = schema;
    this.numRows = list[0]?.length ?? numRows ?? 0;
    this.#columns = list;
    this.#indexes = indexes;
  }

  /**
   * Makes a table of columns by name, typed by their names.
   *
   * @typeParam S Types of the columns by name.
   * @param columns The columns. An object orders names that are whole numbers
   * first; the constructor takes pairs in any order.
   * @returns The table over the same memory.
   * @throws {TypeError} If a column is no `Column`.
   * @throws {RangeError} If lengths differ.
   *
   * @example Put two columns together
   * ```ts
   * import { assertEquals } from "@std/assert";
   * import { columnOf, Table } from "@fastpath/fastpath/table";
   *
   * const table = Table.fromColumns({
   *   day: columnOf("date", ["2024-02-29", null]),
   *   price: columnOf("f64", [1.5, 2]),
   * });
   * const price: number | null = table.get(1, "price");
   * assertEquals(price, 2);
   * ```
   */
  static fromColumns<S extends Shape>(columns: ColumnsOf<S>): Table<S> {
    return new Table<S>(Object.entries<Column>(columns));
  }

  /** How many columns the table has. */
  get numColumns(): number {
    return this.#columns.length;
  }

  /** The columns' names, in order. */
  get columnNames(): string[] {
    return this.schema.map((field) => field.name);
  }

  /**
   * Whether there is a column of this name.
   *
   * @param name The name.
   * @returns True if there is.
   */
  has(name: string): boolean {
    return this.#indexes.has(name);
  }

  /**
   * The column of a name.
   *
   * @param name The name.
   * @returns The column, not copied.
   * @throws {RangeError} If there is no such column.
   */
  column<K extends keyof S & string>(name: K): Column<S[K]>;
  /**
   * The column of a name that the table's type does not know.
   *
   * @param name The name.
   * @returns The column, not copied.
   * @throws {RangeError} If there is no such column.
   */
  column(name: string): Column;
  column(name: string): Column {
    const index = this.#indexes.get(name);
    if (index !== undefined) return this.#columns[index]!;
    throw new RangeError(
      `Cannot find column "${name}": the table has ${
        this.columnNames.slice(0, 20).map((known) => `"${known}"`).join(", ") ||
        "no columns"
      }`,
    );
  }

  /**
   * The column at a position.
   *
   * @param index The position, from 0.
   * @returns The column, not copied.
   * @throws {RangeError} If there is no such column.
   */
  columnAt(index: number): Column {
    const column = this.#columns[index];
    if (column !== undefined) return column;
    throw new RangeError(
      `Cannot take column ${index}: the table has ${this.numColumns}`,
    );
  }

  /**
   * One value.
   *
   * @param row The row, from 0.
   * @param name The column's name.
   * @returns The value as `Column.value` makes it, or null.
   * @throws {RangeError} If there is no such row or column.
   */
  get<K extends keyof S & string>(row: number, name: K): ValueOf<S[K]> | null {
    return this.column(name).value(row);
  }

  /**
   * The rows as objects, made one at a time: an object and a value per field
   * for each row. For large tables work on columns instead.
   *
   * @returns An iterator over new objects.
   */
  *rows(): IterableIterator<Row<S>> {
    const names = this.columnNames;
    const columns = this.#columns;
    for (let row = 0; row < this.numRows; row++) {
      const object: Record<string, unknown> = {};
      for (let index = 0; index < columns.length; index++) {
        setOwn(object, names[index]!, columns[index]!.value(row));
      }
      yield object as Row<S>;
    }
  }

  /**
   * All rows as objects. It holds every value as a JavaScript value at once:
   * several times the memory of the table and longer than reading the file.
   *
   * @returns A new array of new objects.
   */
  toObjects(): Row<S>[] {
    return [...this.rows()];
  }

  /**
   * The rows `from` to `to` (exclusive) as a table over the same memory.
   *
   * @param from The first row; a negative number counts from the end.
   * @param to The row after the last; a negative number counts from the end.
   * @returns The part of the table.
   */
  slice(from = 0, to: number = this.numRows): Table<S> {
    const parts = this.#columns.map((column, index) =>
      [this.schema[index]!.name, column.slice(from, to)] as const
    );
    if (parts.length > 0) return new Table<S>(parts);
    const kept = new Uint8Array(this.numRows).subarray(from, to).length;
    return new Table<S>([], kept);
  }
}

/** Sets a property of its own, also under the name `__proto__`. */
function setOwn(
  object: Record<string, unknown>,
  name: string,
  value: unknown,
): void {
  if (name !== "__proto__") object[name] = value;
  else {
    Object.defineProperty(object, name, {
      value,
      writable: true,
      enumerable: true,
      configurable: true,
    });
  }
}

function checkColumn(
  name: unknown,
  column: unknown,
  rows: number | undefined,
): void {
  if (typeof name !== "string") {
    throw new TypeError("Cannot make table: a column's name must be a string");
  }
  if (!(column instanceof Column)) {
    throw new TypeError(`Cannot make table: "${name}" is no Column`);
  }
  if (rows !== undefined && column.length !== rows) {
    throw new RangeError(
      `Cannot make table: column "${name}" has ${column.length} rows, ` +
        `the others have ${rows}`,
    );
  }
}

function fieldOf(name: string, column: Column): Field {
  const { type, zoned, scale, item } = column;
  if (item !== undefined) return { name, type, zoned, item };
  return type === "decimal"
    ? { name, type, zoned, scale }
    : { name, type, zoned };
}
