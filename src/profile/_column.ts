/**
 * One column while rows come in. It starts with a map of its distinct texts;
 * if they are numbers or times with many distinct values, a list of eight
 * bytes a value takes over; beyond the memory limit, sketches. Which of them
 * holds when depends on the rows alone.
 *
 * @module
 */

import {
  type FieldBlock,
  IN_EXTRA,
  KIND_MASK,
  KIND_NESTED,
  KIND_NULL,
  KIND_QUOTED,
  KIND_STRING,
  LENGTH_SHIFT,
} from "../values/block.ts";
import { classify, flagsOf, parsed } from "../values/classify.ts";
import { DATE, TEXT } from "../values/flags.ts";
import { LengthRange } from "./_bytes.ts";
import {
  DAY_MICROS,
  type Form,
  FORM_BIGINT,
  FORM_NUMBER,
  FORM_TIME,
  formsOf,
  NO_CODE,
  Palette,
} from "./_forms.ts";
import type { Pace } from "../pace.ts";
import { type Sketch, USE_TEXT } from "./_sketch.ts";
import { TextMap } from "./_text_map.ts";
import { ValueList } from "./_value_list.ts";

/** Distinct texts at which a column first thinks of a list. */
const CHECKPOINT_START = 16_384;
/** Logical bytes of a distinct text besides its own. */
const TEXT_BYTES = 16;
/** Logical bytes of a value in a list. */
const VALUE_BYTES = 8;

const NOT_TYPED = 1 << KIND_STRING | 1 << KIND_NESTED;

/** A block's bytes with the views that the loops need. */
export interface BlockView {
  /** The block. */
  readonly block: FieldBlock;
  /** View of `block.bytes`. */
  readonly bytes: DataView;
  /** View of `block.extra`. */
  readonly extra: DataView;
}

/** The state of a column. */
export class Column {
  /** The types seen, as bits. */
  flags = 0;
  /** Rows without a value. */
  nulls = 0;
  /** Quoted empty fields: empty texts in a utf8 column, else nulls. */
  quotedEmpty = 0;
  /** Code points of the texts that are not empty fields. */
  readonly lengths: LengthRange = new LengthRange();
  /** Distinct texts outside the list, and those it took over. */
  readonly map: TextMap = new TextMap();
  /** Shapes of numbers, and of times. */
  readonly palettes: readonly [Palette, Palette] = [
    new Palette(),
    new Palette(),
  ];
  /** The form of the list; 0 while there is none. */
  form: Form = 0;
  /** The values in the form, from the row on at which it began. */
  list: ValueList | null = null;
  /** Set once the column is beyond the memory limit. */
  sketch: Sketch | null = null;
  /** Logical bytes: rule 17. */
  logicalBytes = 0;
  #checkpoint = CHECKPOINT_START;
  /** Distinct texts that fit each form, by the form's bit. */
  readonly #fitting = new Float64Array(8);

  /**
   * Adds a block's rows.
   *
   * @param view The block.
   * @param index The column's index in it.
   */
  add(view: BlockView, index: number): void {
    const { rows } = view.block;
    let row = 0;
    if (this.sketch === null) {
      while (row < rows && this.form === 0) {
        row = this.#addTexts(view, index, row);
      }
      if (row < rows) this.#addValues(view, index, row);
    } else this.#addSketched(view, index, this.sketch);
  }

  /** The phase of texts; returns the row at which a list begins. */
  #addTexts(view: BlockView, index: number, from: number): number {
    const { block, bytes, extra } = view;
    const { start: starts, meta: metas } = block.columns[index]!;
    const { rows } = block;
    const map = this.map;
    let kinds = 0;
    let row = from;
    while (row < rows && this.form === 0) {
      const meta = metas[row]!;
      const start = starts[row++]!;
      const kind = meta & KIND_MASK;
      const length = meta >>> LENGTH_SHIFT;
      if (kind === KIND_NULL) {
        this.nulls++;
        continue;
      }
      if (length === 0 && kind === KIND_QUOTED) {
        this.quotedEmpty++;
        continue;
      }
      kinds |= 1 << kind;
      const size = map.size;
      if ((meta & IN_EXTRA) === 0) map.add(block.bytes, bytes, start, length);
      else map.add(block.extra, extra, start, length);
      if (map.size !== size) this.#learn(size);
    }
    if ((kinds & NOT_TYPED) !== 0) this.flags |= TEXT;
    return row;
  }

  /** Looks at a text that came for the first time. */
  #learn(id: number): void {
    const { map } = this;
    const { arena } = map;
    const start = map.start(id);
    const end = map.end(id);
    const valueClass = classify(arena, start, end);
    this.flags |= flagsOf(valueClass);
    this.lengths.add(arena, start, end);
    this.logicalBytes += TEXT_BYTES + end - start;
    const forms = formsOf(valueClass, arena, start, end);
    map.fits[id] = forms;
    if (forms !== 0) {
      map.codes[id] = this.#paletteOf(forms).code(parsed.shape);
      if ((forms & FORM_NUMBER) !== 0) this.#fitting[FORM_NUMBER]! += 1;
      if ((forms & FORM_BIGINT) !== 0) this.#fitting[FORM_BIGINT]! += 1;
      if ((forms & FORM_TIME) !== 0) this.#fitting[FORM_TIME]! += 1;
    }
    if (this.form === 0 && map.size > this.#checkpoint) this.#decide();
  }

  #paletteOf(forms: number): Palette {
    return this.palettes[(forms & FORM_TIME) === 0 ? 0 : 1]!;
  }

  /** Whether a text of the map belongs to the list. */
  isListed(id: number): boolean {
    const { fits, codes } = this.map;
    return (fits[id]! & this.form) !== 0 &&
      (this.form === FORM_BIGINT || codes[id] !== NO_CODE);
  }

  /** Begins a list if most texts fit a form and it takes less memory. */
  #decide(): void {
    const form = this.#likelyForm();
    if (form === 0) {
      this.#checkpoint *= 2;
      return;
    }
    const { map } = this;
    const all = { values: 0, textBytes: 0 };
    const coded = { values: 0, textBytes: 0 };
    this.form = form;
    for (let id = 0; id < map.size; id++) {
      if ((map.fits[id]! & form) === 0) continue;
      const textBytes = TEXT_BYTES + map.end(id) - map.start(id);
      for (const share of this.isListed(id) ? [all, coded] : [all]) {
        share.values += map.counts[id]!;
        share.textBytes += textBytes;
      }
    }
    if (VALUE_BYTES * all.values > all.textBytes) {
      this.form = 0;
      this.#checkpoint *= 2;
      return;
    }
    // The texts stay where they are; they only count as values from now on.
    this.logicalBytes += VALUE_BYTES * coded.values - coded.textBytes;
    this.list = new ValueList();
  }

  #likelyForm(): Form {
    let best: Form = FORM_NUMBER;
    for (const form of [FORM_BIGINT, FORM_TIME] as const) {
      if (this.#fitting[form]! > this.#fitting[best]!) best = form;
    }
    return this.#fitting[best]! * 2 > this.map.size ? best : 0;
  }

  /** The phase of a list. */
  #addValues(view: BlockView, index: number, from: number): void {
    const { block } = view;
    const { start: starts, meta: metas } = block.columns[index]!;
    const { rows } = block;
    let flags = this.flags;
    let kinds = 0;
    for (let row = from; row < rows; row++) {
      const meta = metas[row]!;
      const kind = meta & KIND_MASK;
      const length = meta >>> LENGTH_SHIFT;
      if (kind === KIND_NULL) {
        this.nulls++;
        continue;
      }
      if (length === 0 && kind === KIND_QUOTED) {
        this.quotedEmpty++;
        continue;
      }
      kinds |= 1 << kind;
      const isExtra = (meta & IN_EXTRA) !== 0;
      const bytes = isExtra ? block.extra : block.bytes;
      const start = starts[row]!;
      const valueClass = classify(bytes, start, start + length);
      const forms = formsOf(valueClass, bytes, start, start + length);
      flags |= flagsOf(valueClass);
      if ((forms & this.form) === 0 || !this.#append(valueClass)) {
        this.#addOutside(view, isExtra, start, length);
      } else if (length < this.lengths.min || length > this.lengths.max) {
        this.lengths.addLength(length);
      }
    }
    this.flags = (kinds & NOT_TYPED) === 0 ? flags : flags | TEXT;
  }

  /** Appends the value just parsed; false if its shape has no code. */
  #append(valueClass: number): boolean {
    const list = this.list!;
    if (this.form === FORM_BIGINT) list.pushHalves(parsed.hi, parsed.lo);
    else {
      const palette = this.palettes[this.form === FORM_TIME ? 1 : 0]!;
      const code = palette.code(parsed.shape);
      if (code === NO_CODE) return false;
      const value = parsed.number;
      list.push(valueClass === DATE ? value * DAY_MICROS : value, code);
    }
    this.logicalBytes += VALUE_BYTES;
    return true;
  }

  #addOutside(
    view: BlockView,
    isExtra: boolean,
    start: number,
    length: number,
  ): void {
    const { map } = this;
    const size = map.size;
    const { block, bytes, extra } = view;
    if (isExtra) map.add(block.extra, extra, start, length);
    else map.add(block.bytes, bytes, start, length);
    if (map.size !== size) this.#learn(size);
  }

  /** The phase of sketches. */
  #addSketched(view: BlockView, index: number, sketch: Sketch): void {
    const { block } = view;
    const { start: starts, meta: metas } = block.columns[index]!;
    const { rows } = block;
    for (let row = 0; row < rows; row++) {
      const meta = metas[row]!;
      const kind = meta & KIND_MASK;
      const length = meta >>> LENGTH_SHIFT;
      if (kind === KIND_NULL) {
        this.nulls++;
        continue;
      }
      if (length === 0 && kind === KIND_QUOTED) {
        this.quotedEmpty++;
        continue;
      }
      const isExtra = (meta & IN_EXTRA) !== 0;
      const bytes = isExtra ? block.extra : block.bytes;
      const start = starts[row]!;
      if (sketch.use !== USE_TEXT) {
        const isText = kind === KIND_STRING || kind === KIND_NESTED;
        const valueClass = isText
          ? TEXT
          : classify(bytes, start, start + length);
        const flags = this.flags | flagsOf(valueClass);
        if (flags !== this.flags) {
          this.flags = flags;
          sketch.retype(flags);
        }
        sketch.addParsed(valueClass);
      }
      const at = isExtra ? view.extra : view.bytes;
      sketch.addText(bytes, at, start, length);
      this.lengths.add(bytes, start, start + length);
    }
  }

  /**
   * Makes room for the next block where that takes long.
   *
   * @param view The next block.
   * @param pace The clock.
   */
  async reserve({ block }: BlockView, pace: Pace): Promise<void> {
    if (this.sketch !== null) return;
    const bytes = block.bytes.length + block.extraLength;
    await this.map.reserve(block.rows, bytes, pace);
    await this.list?.reserve(block.rows, pace);
  }
}
