/**
 * A scanner that passes over the rows that do not meet the conditions, so
 * that nobody behind it sees them: not the types, not the columns, not the
 * limit. Faults of form are those of all rows.
 *
 * @module
 */

import {
  type Cursor,
  FAULT,
  FieldBlock,
  growColumn,
  type NewKey,
  READY,
  type Scan,
  type Scanner,
} from "../values/block.ts";
import { missingCondition } from "./_declared.ts";
import type { NumberStyle } from "./_number_style.ts";
import { Matcher } from "./_where_match.ts";
import type { Condition } from "./where.ts";

const QUOTE = 34;
const BACKSLASH = 92;
const BLANK = 32;

/** What the conditions are about, besides themselves. */
export interface WhereInput {
  /** Whether all columns are known after the header, as in CSV. */
  readonly hasHeader: boolean;
  /** Columns known beforehand: they are there whether a row has them. */
  readonly known: number;
  /** How numbers are written; absent for `1234.5`. */
  readonly numbers: NumberStyle | undefined;
}

/** Rows that are scanned and wait to be delivered. */
interface Rest {
  readonly block: FieldBlock;
  readonly scan: Scan;
  /** The first row and the first error row that wait. */
  row: number;
  error: number;
}

/** Delivers the rows of another scanner that meet all conditions. */
export class WhereScanner implements Scanner {
  readonly #inner: Scanner;
  readonly #matchers: readonly Matcher[];
  readonly #hasHeader: boolean;
  /** The inner column of each matcher, -1 as long as there is none. */
  readonly #places: number[];
  /** Inner names in which the matchers' columns were sought. */
  #sought = 0;
  /** Names of columns that a delivered row has; not used with a header. */
  readonly #names: string[] = [];
  /** Their inner columns, in order. */
  readonly #order: number[] = [];
  /** Inner columns that no delivered row has yet. */
  #dormant: number[] = [];
  /** Inner columns that are in one of the lists. */
  #sorted = 0;
  readonly #known: number;
  #rows = new Uint32Array(1024);
  #rest: Rest | null = null;

  /** A scanner at the start of its input. */
  constructor(
    inner: Scanner,
    conditions: readonly Condition[],
    { hasHeader, known, numbers }: WhereInput,
  ) {
    this.#inner = inner;
    this.#matchers = conditions.map((one) => new Matcher(one, numbers));
    this.#places = conditions.map(() => -1);
    this.#hasHeader = hasHeader;
    this.#known = known;
    this.#sort();
  }

  /** Names of the columns so far. */
  get names(): readonly string[] {
    return this.#hasHeader ? this.#inner.names : this.#names;
  }

  /** @inheritDoc */
  scan(
    input: Cursor,
    last: boolean,
    rowsMax: number,
    block: FieldBlock,
  ): Scan {
    rowsMax = Math.max(1, rowsMax);
    const scan = this.#rest === null
      ? this.#scanInner(input, last, rowsMax, block)
      : READY;
    const end = this.#rest === null
      ? scan
      : this.#deliver(this.#rest, rowsMax, block);
    if (!this.#hasHeader) this.#wake(block);
    return end;
  }

  /**
   * Scans a piece whatever the number of rows: few of them may be kept. What
   * is too much waits.
   */
  #scanInner(
    input: Cursor,
    last: boolean,
    rowsMax: number,
    block: FieldBlock,
  ): Scan {
    const scan = this.#inner.scan(input, last, Infinity, block);
    this.#seekColumns();
    this.#filter(block);
    const { rows, errors } = block;
    const hasMore = rows > rowsMax || (rows === rowsMax &&
      (scan === FAULT || (errors.at(-1)?.row ?? -1) >= rows));
    if (hasMore) {
      const copy = shared(block, new FieldBlock());
      copy.columns = block.columns;
      copy.errors = errors;
      copy.fault = block.fault;
      copy.rows = rows;
      block.columns = [];
      block.addColumns(copy.columns.length);
      this.#rest = { block: copy, scan, row: 0, error: 0 };
    }
    return scan;
  }

  /** Finds the conditions' columns among the names that are new. */
  #seekColumns(): void {
    const { names } = this.#inner;
    if (names.length === this.#sought) return;
    for (let index = 0; index < this.#places.length; index++) {
      if (this.#places[index]! >= 0) continue;
      const { column } = this.#matchers[index]!;
      const place = names.indexOf(column, this.#sought);
      if (place < 0 && this.#hasHeader) throw missingCondition(column, names);
      this.#places[index] = place;
    }
    this.#sought = names.length;
  }

  /** Takes the rows out of the block that do not meet the conditions. */
  #filter(block: FieldBlock): void {
    const { rows } = block;
    if (rows > this.#rows.length) this.#rows = new Uint32Array(rows * 2);
    const kept = this.#rows;
    for (let row = 0; row < rows; row++) kept[row] = row;
    let count = rows;
    this.#matchers.forEach((matcher, index) => {
      count = matcher.keep(block, this.#places[index]!, kept, count);
    });
    if (count === rows) return;
    const width = this.#inner.names.length;
    for (let index = 0; index < width; index++) {
      const { start, meta } = block.columns[index]!;
      for (let row = 0; row < count; row++) {
        start[row] = start[kept[row]!]!;
        meta[row] = meta[kept[row]!]!;
      }
    }
    block.rows = count;
    let before = 0;
    block.errors = block.errors.map(({ row, fault }) => {
      while (before < count && kept[before]! < row) before++;
      return { row: before, fault };
    });
  }

  /** Delivers what waits, up to `rowsMax` rows. */
  #deliver(rest: Rest, rowsMax: number, block: FieldBlock): Scan {
    const held = rest.block;
    const from = rest.row;
    const to = Math.min(held.rows, from + rowsMax);
    // With a full block whatever follows its last row waits on.
    const isAll = to - from < rowsMax;
    block.clear();
    shared(held, block);
    block.addColumns(held.columns.length);
    held.columns.forEach(({ start, meta }, index) => {
      const column = block.columns[index]!;
      if (column.start.length < to - from) growColumn(column, to - from);
      column.start.set(start.subarray(from, to));
      column.meta.set(meta.subarray(from, to));
    });
    block.rows = to - from;
    while (rest.error < held.errors.length) {
      const { row, fault } = held.errors[rest.error]!;
      if (row >= to && !isAll) break;
      block.errors.push({ row: row - from, fault });
      rest.error++;
    }
    rest.row = to;
    if (!isAll) return READY;
    this.#rest = null;
    block.fault = held.fault;
    return rest.scan;
  }

  /**
   * Puts the columns into the order in which the delivered rows have them;
   * those that none of them has stand behind them, unnamed.
   */
  #wake(block: FieldBlock): void {
    this.#sort();
    block.newKeys = this.#dormant.length > 0 ? this.#woken(block) : [];
    const order = [...this.#order, ...this.#dormant];
    if (order.every((column, index) => column === index)) return;
    const { columns } = block;
    block.columns = order.map((column) => columns[column]!);
  }

  /** Sorts new inner columns into those that are there and the others. */
  #sort(): void {
    if (this.#hasHeader) return;
    const { names } = this.#inner;
    for (; this.#sorted < names.length; this.#sorted++) {
      if (this.#sorted >= this.#known) this.#dormant.push(this.#sorted);
      else {
        this.#order.push(this.#sorted);
        this.#names.push(names[this.#sorted]!);
      }
    }
  }

  /** The keys that a row has for the first time, in order. */
  #woken(block: FieldBlock): NewKey[] {
    const found: NewKey[] = [];
    for (const column of this.#dormant) {
      const { start, meta } = block.columns[column]!;
      let row = 0;
      // Only a key that a record does not have has no place.
      while (row < block.rows && start[row] === 0 && meta[row] === 0) row++;
      if (row === block.rows) continue;
      const at = keyBefore(block.bytes, block.fieldStart(column, row));
      found.push({ column, row, at });
    }
    if (found.length === 0) return found;
    found.sort((one, other) => one.at - other.at);
    const awake = new Set(found.map(({ column }) => column));
    this.#dormant = this.#dormant.filter((column) => !awake.has(column));
    return found.map(({ column, row, at }) => {
      this.#order.push(column);
      this.#names.push(this.#inner.names[column]!);
      return { column: this.#order.length - 1, row, at };
    });
  }
}

/** Gives a block the bytes and the place of another. */
function shared(from: FieldBlock, to: FieldBlock): FieldBlock {
  to.bytes = from.bytes;
  to.extra = from.extra;
  to.extraLength = from.extraLength;
  to.base = from.base;
  to.baseLine = from.baseLine;
  to.baseLineStart = from.baseLineStart;
  to.sourceExtra = from.sourceExtra;
  to.sourceStart = from.sourceStart;
  to.sources = from.sources;
  return to;
}

/** The opening quote of the key whose value begins at `value`. */
function keyBefore(bytes: Uint8Array, value: number): number {
  let at = value - 1;
  while (bytes[at]! <= BLANK) at--;
  at--;
  while (bytes[at]! <= BLANK) at--;
  // In a key a quote has an odd number of backslashes before it.
  while (true) {
    at--;
    if (bytes[at] !== QUOTE) continue;
    let slash = at - 1;
    while (bytes[slash] === BACKSLASH) slash--;
    if ((at - slash) % 2 === 1) return at;
  }
}
