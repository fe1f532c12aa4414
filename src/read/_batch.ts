/**
 * A batch while it is built: one builder per column, filled from blocks up
 * to an exact number of rows.
 *
 * @module
 */

import type { Fault } from "../errors.ts";
import type { Column } from "../table/column.ts";
import { decodeText } from "../table/_text.ts";
import { declaredType, type Field, type ItemField } from "../table/schema.ts";
import { Table } from "../table/table.ts";
import type { FieldBlock } from "../values/block.ts";
import {
  BoolBuilder,
  Float64Builder,
  Int32Builder,
  Int64Builder,
} from "./_build_numbers.ts";
import { ListBuilder } from "./_build_lists.ts";
import { TextBuilder } from "./_build_texts.ts";
import { DecimalBuilder, DurationBuilder } from "./_build_units.ts";
import { DateBuilder, TimestampBuilder } from "./_build_times.ts";
import { ALL_FIT, type ColumnBuilder } from "./_builder.ts";
import { type NumberStyle, numberView } from "./_number_style.ts";

/** Characters of a value that an error shows. */
const SHOWN_CHARACTERS = 40;

const NUMBER_TYPES: ReadonlySet<string> = new Set([
  ...["i32", "i64", "f64", "decimal"],
]);

/** Builds tables of the same columns, one after the other. */
export class BatchBuilder {
  readonly #fields: readonly Field[];
  readonly #textOnly: boolean;
  readonly #largeFloats: ReadonlySet<string>;
  readonly #rowsExpected: number;
  readonly #columns: ReadonlySet<string> | undefined;
  /** Null for a column that nobody wants. */
  #builders: (ColumnBuilder | null)[];
  /** The builders are those of the batch before. */
  #isTaken = false;
  /** Columns of the complete batch, as far as they are finished. */
  #finished: (readonly [string, Column])[] = [];
  /** The next builder to finish. */
  #next = 0;
  readonly #numbers: NumberStyle | undefined;
  /** Rows of the batch so far. */
  rows = 0;
  /** The column of the value that did not fit, after `append` gave a fault. */
  misfit = -1;

  /** How many columns the tables have. */
  get numColumns(): number {
    return this.#fields.length;
  }

  /**
   * Columns of these fields, or of those named in `columns`; with `textOnly`
   * an absent text is empty, those of `largeFloats` take integers that print
   * an f64. Room is made for the expected rows at once; more may come.
   * `numbers` says how numbers are written, where they are written otherwise.
   */
  constructor(
    fields: readonly Field[],
    textOnly: boolean,
    rowsExpected: number,
    largeFloats: ReadonlySet<string>,
    columns?: ReadonlySet<string>,
    numbers?: NumberStyle,
  ) {
    this.#columns = columns;
    this.#numbers = numbers;
    this.#fields = fields;
    this.#rowsExpected = rowsExpected;
    this.#textOnly = textOnly;
    this.#largeFloats = largeFloats;
    this.#builders = this.#newBuilders();
  }

  /**
   * Appends rows of a block. Columns that the block does not have are null.
   *
   * @returns The fault of the first value, by row, that does not fit, or
   * null; rows from there on are not appended.
   */
  append(block: FieldBlock, from: number, to: number): Fault | null {
    this.#begin();
    const before = this.rows;
    // Columns behind a misfit are looked at up to its row, itself included:
    // of two misfits in a row the first one in the input is named.
    let end = to;
    let row = to;
    let misfit = -1;
    for (let index = 0; index < this.#builders.length; index++) {
      const builder = this.#builders[index]!;
      if (builder === null) continue;
      if (block.columns[index] === undefined) {
        builder.appendNulls(end - from);
        continue;
      }
      const found = this.#append(index, block, from, end);
      if (found === ALL_FIT) continue;
      const isFirst = misfit < 0 || found < row ||
        block.fieldStart(index, row) < block.fieldStart(misfit, row);
      if (!isFirst) continue;
      misfit = index;
      row = found;
      end = found + 1;
    }
    this.rows = before + row - from;
    this.misfit = misfit;
    if (misfit < 0) return null;
    for (const builder of this.#builders) builder?.truncate(this.rows);
    return this.#mismatch(block, misfit, row);
  }

  #append(index: number, block: FieldBlock, from: number, to: number): number {
    const builder = this.#builders[index]!;
    const spans = block.columns[index]!;
    const isNumber = NUMBER_TYPES.has(this.#fields[index]!.type);
    if (this.#numbers === undefined || !isNumber) {
      return builder.append(block, spans, from, to);
    }
    const view = numberView(this.#numbers, block, spans, from, to);
    return builder.append(view.block, view.spans, from, to);
  }

  /** Does one step of the work before `take`; true once none is left. */
  prepare(): boolean {
    this.#begin();
    while (this.#builders[this.#next] === null) this.#next++;
    const builder = this.#builders[this.#next];
    if (builder === undefined || builder === null) return true;
    if (builder.prepare()) {
      const { name } = this.#fields[this.#next++]!;
      this.#finished.push([name, builder.finish()]);
    }
    return false;
  }

  /** Takes the table and begins the next. */
  take(): Table {
    while (!this.prepare());
    const table = new Table(this.#finished, this.rows);
    this.#finished = [];
    this.#next = 0;
    // Of a million columns even empty builders take gigabytes: they come with
    // the next rows, if any.
    this.#isTaken = true;
    this.rows = 0;
    return table;
  }

  #begin(): void {
    if (!this.#isTaken) return;
    this.#isTaken = false;
    this.#builders = this.#newBuilders();
  }

  #newBuilders(): (ColumnBuilder | null)[] {
    return this.#fields.map((field) => {
      if (this.#columns?.has(field.name) === false) return null;
      const takesLarge = this.#largeFloats.has(field.name);
      const builder = builderOf(field, this.#textOnly, takesLarge);
      builder.reserve(this.#rowsExpected);
      return builder;
    });
  }

  #mismatch(block: FieldBlock, column: number, row: number): Fault {
    const field = this.#fields[column]!;
    const text = block.text(column, row);
    const value = decodeText(text, 0, text.length);
    return {
      code: "TYPE_MISMATCH",
      ...block.locate(block.fieldStart(column, row)),
      args: {
        column: field.name,
        type: declaredType(field),
        value: Array.from(value).slice(0, SHOWN_CHARACTERS).join(""),
      },
    };
  }
}

function builderOf(
  field: Field,
  textOnly: boolean,
  takesLarge: boolean,
): ColumnBuilder {
  switch (field.type) {
    case "bool":
      return new BoolBuilder();
    case "i32":
      return new Int32Builder();
    case "i64":
      return new Int64Builder();
    case "f64":
      return new Float64Builder(takesLarge);
    case "date":
      return new DateBuilder();
    case "timestamp":
      return new TimestampBuilder(field.zoned);
    case "utf8":
      return new TextBuilder(field.name, textOnly);
    case "decimal":
      return new DecimalBuilder(field.scale ?? 0);
    case "duration":
      return new DurationBuilder();
    case "list":
      return new ListBuilder(
        field.name,
        itemBuilderOf(field.name, field.item!, takesLarge),
        takesLarge,
      );
  }
}

/** Items of lists: plain texts, for lists of few distinct ones are short. */
function itemBuilderOf(
  name: string,
  item: ItemField,
  takesLarge: boolean,
): ColumnBuilder {
  return item.type === "utf8"
    ? new TextBuilder(name, false, true)
    : builderOf({ name, ...item }, false, takesLarge);
}
