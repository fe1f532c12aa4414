/**
 * The sample that decides the types: flags per column, and blocks kept until
 * they can be built.
 *
 * @module
 */

import type { Field, ItemField } from "../table/schema.ts";
import {
  FieldBlock,
  IN_EXTRA,
  KIND_BARE,
  KIND_LITERAL,
  KIND_MASK,
  KIND_NESTED,
  KIND_NULL,
  KIND_NUMBER,
  KIND_QUOTED,
  KIND_STRING,
  LENGTH_SHIFT,
} from "../values/block.ts";
import { classify, flagsOf } from "../values/classify.ts";
import { BOOL, TEXT, typeOf } from "../values/flags.ts";
import { ListItems } from "./_list_items.ts";
import { type NumberStyle, numberView } from "./_number_style.ts";

const TEXT_DECIDES = 1 << KIND_BARE | 1 << KIND_QUOTED | 1 << KIND_NUMBER;

/**
 * Joins the classes of a block's column into flags. A column that holds a
 * text stays text, so the rest of it is not looked at.
 */
export function joinFlags(
  block: FieldBlock,
  column: number,
  flags: number,
): number {
  const { start, meta } = block.columns[column]!;
  for (let row = 0; row < block.rows; row++) {
    if ((flags & TEXT) !== 0) return flags;
    const field = meta[row]!;
    const kind = field & KIND_MASK;
    if (kind === KIND_NULL) continue;
    if ((TEXT_DECIDES >>> kind & 1) === 0) {
      flags |= kind === KIND_LITERAL ? BOOL : TEXT;
      continue;
    }
    const size = field >>> LENGTH_SHIFT;
    if (size === 0) continue;
    const bytes = (field & IN_EXTRA) === 0 ? block.bytes : block.extra;
    const first = start[row]!;
    flags |= flagsOf(classify(bytes, first, first + size));
  }
  return flags;
}

/** What was seen of the items of a column's lists. */
interface ItemFlags {
  areLists: boolean;
  flags: number;
}

/**
 * The same where arrays may be lists: their items join to a type of their
 * own. A list and a single value in one column are text, as is an array of
 * arrays or objects.
 */
function joinLists(
  block: FieldBlock,
  column: number,
  flags: number,
  items: ItemFlags,
): number {
  const { bytes } = block;
  const { start, meta } = block.columns[column]!;
  const cursor = new ListItems();
  for (let row = 0; row < block.rows; row++) {
    const field = meta[row]!;
    const kind = field & KIND_MASK;
    if (kind === KIND_NULL) continue;
    if (kind === KIND_NUMBER) {
      const first = start[row]!;
      const end = first + (field >>> LENGTH_SHIFT);
      flags |= flagsOf(classify(bytes, first, end));
    } else if (kind === KIND_LITERAL) flags |= BOOL;
    else if (kind !== KIND_NESTED || bytes[start[row]!] !== 91) return TEXT;
    else {
      cursor.open(start[row]!);
      if (!joinItems(bytes, cursor, items)) return TEXT;
    }
    if (items.areLists && flags !== 0) return TEXT;
  }
  return flags;
}

/** Joins the items of one list; false where one is no single value. */
function joinItems(
  bytes: Uint8Array,
  cursor: ListItems,
  items: ItemFlags,
): boolean {
  items.areLists = true;
  while (cursor.next(bytes)) {
    const { kind, start, end } = cursor;
    if (kind === KIND_NULL) continue;
    if (kind === KIND_NUMBER) {
      items.flags |= flagsOf(classify(bytes, start, end));
    } else if (kind === KIND_LITERAL) items.flags |= BOOL;
    else if (kind === KIND_STRING) items.flags |= TEXT;
    else return false;
  }
  return true;
}

/** A copy of a block that survives the next scan. */
export function keptBlock(block: FieldBlock, keepBytes: boolean): FieldBlock {
  const kept = new FieldBlock();
  const { rows, extraLength, sources } = block;
  kept.bytes = keepBytes ? block.bytes : block.bytes.slice();
  kept.extra = block.extra.slice(0, extraLength);
  kept.extraLength = extraLength;
  kept.rows = rows;
  kept.columns = block.columns.map(({ start, meta }) => ({
    start: start.slice(0, rows),
    meta: meta.slice(0, rows),
  }));
  kept.base = block.base;
  kept.baseLine = block.baseLine;
  kept.baseLineStart = block.baseLineStart;
  kept.sourceExtra = block.sourceExtra.slice(0, sources);
  kept.sourceStart = block.sourceStart.slice(0, sources);
  kept.sources = sources;
  kept.errors = block.errors.slice();
  return kept;
}

/** The types of columns: declared, or joined over the rows seen so far. */
export class TypeFinder {
  readonly #declared: ReadonlyMap<string, Field>;
  readonly #textOnly: boolean;
  readonly #numbers: NumberStyle | undefined;
  readonly #flags: number[] = [];
  readonly #findsLists: boolean;
  /** What the items of a column's lists are. */
  readonly #items: ItemFlags[] = [];

  readonly #columns: ReadonlySet<string> | undefined;

  /**
   * Types that are declared win; with `text` the others are utf8. Where only
   * some `columns` are wanted, the others are not looked at. With
   * `findsLists` arrays of single values are lists.
   */
  constructor(
    declared: readonly Field[],
    types: "auto" | "text",
    columns?: ReadonlySet<string>,
    numbers?: NumberStyle,
    findsLists = false,
  ) {
    this.#findsLists = findsLists;
    this.#columns = columns;
    this.#numbers = numbers;
    this.#declared = new Map(declared.map((field) => [field.name, field]));
    this.#textOnly = types === "text";
  }

  /** Looks at the rows of a block. */
  see(names: readonly string[], block: FieldBlock): void {
    for (let index = 0; index < names.length; index++) {
      const flags = this.#flags[index] ?? 0;
      const name = names[index]!;
      const isKnown = this.#textOnly || this.#declared.has(name) ||
        this.#columns?.has(name) === false;
      this.#flags[index] = isKnown ? flags : this.#join(block, index, flags);
    }
  }

  #join(block: FieldBlock, index: number, flags: number): number {
    if (this.#findsLists && (flags & TEXT) === 0) {
      const items = this.#items[index] ??= { areLists: false, flags: 0 };
      return joinLists(block, index, flags, items);
    }
    if (this.#numbers === undefined || (flags & TEXT) !== 0) {
      return joinFlags(block, index, flags);
    }
    const spans = block.columns[index]!;
    const view = numberView(this.#numbers, block, spans, 0, block.rows);
    return joinFlags(view.block, 0, flags);
  }

  /** The field of each name. */
  fields(names: readonly string[]): Field[] {
    return names.map((name, index) =>
      this.#declared.get(name) ?? { name, ...this.#type(index) }
    );
  }

  #type(index: number): Omit<Field, "name"> {
    const flags = this.#textOnly ? TEXT : this.#flags[index] ?? 0;
    const items = this.#items[index];
    if (flags !== 0 || items === undefined || !items.areLists) {
      return typeOf(flags);
    }
    // The join of single values is never a list.
    const item = typeOf(items.flags) as ItemField;
    return { type: "list", zoned: false, item };
  }
}
