/**
 * The builder of columns of lists: offsets, and a builder of the items.
 *
 * @module
 */

import { FastpathError } from "../errors.ts";
import { Column } from "../table/column.ts";
import type { ItemTypeName } from "../table/schema.ts";
import {
  FieldBlock,
  growColumn,
  IN_EXTRA,
  KIND_MASK,
  KIND_NESTED,
  KIND_NULL,
  KIND_NUMBER,
  KIND_STRING,
  LENGTH_SHIFT,
  type SpanColumn,
} from "../values/block.ts";
import { classify } from "../values/classify.ts";
import { TEXT } from "../values/flags.ts";
import { unescape } from "../values/json_escapes.ts";
import { largeFloat } from "../values/large_float.ts";
import { ALL_FIT, ColumnBuilder, trimmed } from "./_builder.ts";
import { ListItems } from "./_list_items.ts";

/** Fewer characters of a number than this always have a type. */
const LARGE_CHARACTERS = 19;
const BRACKET_OPEN = 91;

/** Builds a column of lists. */
export class ListBuilder extends ColumnBuilder {
  readonly #name: string;
  readonly #items: ColumnBuilder;
  readonly #takesLarge: boolean;
  #offsets = new Int32Array(1);
  /** The items of the rows that are appended, as fields of one column. */
  readonly #fields = new FieldBlock();
  readonly #cursor = new ListItems();
  #count = 0;

  /**
   * A column of a name, whose items another builder takes; with `takesLarge`
   * integers that print an f64 are numbers.
   */
  constructor(name: string, items: ColumnBuilder, takesLarge: boolean) {
    super();
    this.#name = name;
    this.#items = items;
    this.#takesLarge = takesLarge;
    this.#fields.addColumns(1);
  }

  override append(
    block: FieldBlock,
    spans: SpanColumn,
    from: number,
    to: number,
  ): number {
    this.reserve(to - from);
    const fields = this.#fields;
    fields.clear();
    fields.bytes = block.bytes;
    this.#count = 0;
    const first = this.#items.rows;
    const begin = this.rows;
    let row = from;
    for (; row < to && this.#take(block, spans, row); row++) {
      const end = first + this.#count;
      if (end > 2 ** 31 - 1) throw this.#tooLarge();
      this.#offsets[++this.rows] = end;
    }
    // The items of a list that does not fit were taken in part.
    const count = this.#offsets[this.rows]! - first;
    const items = fields.columns[0]!;
    const misfit = this.#items.append(fields, items, 0, count);
    if (misfit === ALL_FIT) return row === to ? ALL_FIT : row;
    let fitting = begin;
    while (this.#offsets[fitting + 1]! <= first + misfit) fitting++;
    this.truncate(fitting);
    return from + fitting - begin;
  }

  /** Takes the items of a row; false where it is no list of single values. */
  #take(block: FieldBlock, spans: SpanColumn, row: number): boolean {
    const kind = spans.meta[row]! & KIND_MASK;
    if (kind === KIND_NULL) {
      this.setNull(this.rows);
      return true;
    }
    const { bytes } = block;
    const start = spans.start[row]!;
    if (kind !== KIND_NESTED || bytes[start] !== BRACKET_OPEN) return false;
    const cursor = this.#cursor;
    cursor.open(start);
    while (cursor.next(bytes)) {
      if (cursor.kind === KIND_NESTED) return false;
      this.#item(bytes, cursor);
    }
    return true;
  }

  #item(
    bytes: Uint8Array,
    { kind, start, end, hasEscapes }: ListItems,
  ): void {
    const fields = this.#fields;
    const items = fields.columns[0]!;
    const at = this.#count++;
    if (at >= items.start.length) growColumn(items, at + 1);
    let meta = (end - start) << LENGTH_SHIFT | kind;
    if (kind === KIND_NULL) meta = 0;
    else if (kind === KIND_STRING && hasEscapes) {
      const to = fields.openExtra(end - start, start);
      const length = unescape(bytes, start, end, fields.extra, to) - to;
      fields.extraLength = to + length;
      items.start[at] = to;
      items.meta[at] = length << LENGTH_SHIFT | IN_EXTRA | KIND_STRING;
      return;
    } else if (kind === KIND_NUMBER && end - start >= LARGE_CHARACTERS) {
      if (this.#isText(bytes, start, end)) {
        meta = (end - start) << LENGTH_SHIFT | KIND_STRING;
      }
    }
    items.start[at] = start;
    items.meta[at] = meta;
  }

  /** Whether a number has no type; the scanner has allowed it as a text. */
  #isText(bytes: Uint8Array, start: number, end: number): boolean {
    if (classify(bytes, start, end) !== TEXT) return false;
    return !this.#takesLarge || Number.isNaN(largeFloat(bytes, start, end));
  }

  override appendNulls(rows: number): void {
    const end = this.#offsets[this.rows]!;
    super.appendNulls(rows);
    this.#offsets.fill(end, this.rows - rows + 1, this.rows + 1);
  }

  override truncate(rows: number): void {
    super.truncate(rows);
    this.#items.truncate(this.#offsets[this.rows]!);
  }

  override prepare(): boolean {
    return this.#items.prepare();
  }

  override finish(): Column {
    const validity = this.takeValidity();
    const length = this.rows;
    return new Column({
      type: "list",
      length,
      data: new Uint8Array(0),
      validity,
      offsets: trimmed(this.#offsets, length + 1),
      items: this.#items.finish() as Column<ItemTypeName>,
    });
  }

  protected override resize(capacity: number): void {
    const offsets = new Int32Array(capacity + 1);
    offsets.set(this.#offsets);
    this.#offsets = offsets;
  }

  #tooLarge(): FastpathError {
    return new FastpathError(
      "OUT_OF_MEMORY",
      `Cannot hold column "${this.#name}": its lists have more than 2^31 - 1 ` +
        "items, read the input in batches",
    );
  }
}
