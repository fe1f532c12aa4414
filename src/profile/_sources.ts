/**
 * What a column has kept, as sorted keys: its list, and the texts of its
 * map that are values.
 *
 * @module
 */

import { classify, parsed } from "../values/classify.ts";
import { BIG, DATE, typeOf } from "../values/flags.ts";
import type { Column } from "./_column.ts";
import { DAY_MICROS, FORM_BIGINT } from "./_forms.ts";
import type { Pace } from "../pace.ts";
import { type KeyKind, sortKeys, toKeys } from "./_radix.ts";
import { mergeZeros, Runs, type RunSource, toIntegerKeys } from "./_runs.ts";

/** Values handled between two looks at the clock. */
export const SLICE: number = 1 << 15;

const NOTHING: RunSource = {
  words: new Uint32Array(0),
  length: 0,
  codes: null,
  counts: null,
};

/** The values of a column, sorted. */
export interface Values {
  /** Starts at the smallest value. */
  readonly runs: () => Runs;
  /** What the runs hold. */
  readonly kind: KeyKind;
  /** Values, without NaN. */
  readonly count: number;
  /** Not-a-numbers. */
  readonly nans: number;
}

/**
 * Sorts a column's list by value and shape.
 *
 * @param column The column.
 * @param withCodes Whether shapes matter.
 * @param pace The clock.
 * @returns The keys, of f64 or, in the form of bigints, of i64.
 */
export async function sortedList(
  column: Column,
  withCodes: boolean,
  pace: Pace,
): Promise<RunSource> {
  const { list } = column;
  if (list === null) return NOTHING;
  const { words, length } = list;
  const kind = column.form === FORM_BIGINT ? "i64" : "f64";
  const codes = withCodes ? list.codes : null;
  await inSlices(length, pace, (from, to) => toKeys(words, from, to, kind));
  await sortKeys({ words, length, codes }, pace);
  return { words, length, codes, counts: null };
}

/**
 * The texts that the list took over, as a source beside the list.
 *
 * @param column A column with a list.
 * @param pace The clock.
 * @returns The keys, of the same kind as the list's, with shapes.
 */
export async function listedTexts(
  column: Column,
  pace: Pace,
): Promise<RunSource> {
  const kind = column.form === FORM_BIGINT ? "i64" : "f64";
  const entries = new Entries(column, kind);
  await inSlices(column.map.size, pace, (from, to) => {
    for (let id = from; id < to; id++) {
      if (column.isListed(id)) entries.add(id);
    }
  });
  return await entries.sorted(true, pace);
}

/**
 * All values of a column that is numbers or times alone.
 *
 * @param column The column.
 * @param list The sorted list, without codes; it is changed.
 * @param pace The clock.
 * @returns The values; times as integers, in microseconds.
 */
export async function valuesOf(
  column: Column,
  list: RunSource,
  pace: Pace,
): Promise<Values> {
  const { type } = typeOf(column.flags);
  const isTime = type === "date" || type === "timestamp";
  const isExact = isTime || (column.flags & BIG) !== 0;
  const kind = isExact ? "i64" : "f64";
  const entries = new Entries(column, kind);
  let nans = 0;
  await inSlices(column.map.size, pace, (from, to) => {
    for (let id = from; id < to; id++) nans += entries.addValue(id);
  });
  const texts = await entries.sorted(false, pace);
  const listKind = column.form === FORM_BIGINT ? "i64" : "f64";
  await inSlices(list.length, pace, (from, to) => {
    if (kind === "f64") mergeZeros(list.words, from, to);
    else if (listKind === "f64") toIntegerKeys(list.words, from, to);
  });
  if (kind === "f64") mergeZeros(texts.words, 0, texts.length);
  let count = list.length;
  for (let at = 0; at < texts.length; at++) count += texts.counts![at]!;
  const plain: RunSource = { ...list, codes: null };
  return { runs: () => new Runs(kind, plain, texts), kind, count, nans };
}

/** Runs a step over `[0, length)` in slices. */
export async function inSlices(
  length: number,
  pace: Pace,
  step: (from: number, to: number) => void,
): Promise<void> {
  for (let from = 0; from < length; from += SLICE) {
    step(from, Math.min(from + SLICE, length));
    if (pace.due()) await pace.rest();
  }
}

/** Texts of a map as keys with counts. */
class Entries {
  readonly #column: Column;
  readonly #kind: KeyKind;
  readonly #words: Uint32Array<ArrayBuffer>;
  readonly #values: Float64Array;
  readonly #ids: Uint32Array<ArrayBuffer>;
  #length = 0;

  constructor(column: Column, kind: KeyKind) {
    this.#column = column;
    this.#kind = kind;
    this.#words = new Uint32Array(2 * column.map.size);
    this.#values = new Float64Array(this.#words.buffer);
    this.#ids = new Uint32Array(column.map.size);
  }

  /** Adds a text whose value fits the list's form. */
  add(id: number): void {
    const valueClass = this.#classify(id);
    const value = parsed.number;
    if (this.#column.form === FORM_BIGINT) {
      this.#pushHalves(id, parsed.hi, parsed.lo);
    } else this.#push(id, valueClass === DATE ? value * DAY_MICROS : value);
  }

  /** Adds a number or time; returns the count of a NaN instead. */
  addValue(id: number): number {
    const valueClass = this.#classify(id);
    const value = parsed.number;
    if (value !== value) return this.#column.map.counts[id]!;
    if (this.#kind === "f64") this.#push(id, value);
    else if (valueClass === DATE) {
      const micros = value * DAY_MICROS;
      const hi = Math.floor(micros / 2 ** 32);
      this.#pushHalves(id, hi, micros - hi * 2 ** 32);
    } else this.#pushHalves(id, parsed.hi, parsed.lo);
    return 0;
  }

  #classify(id: number): number {
    const { map } = this.#column;
    return classify(map.arena, map.start(id), map.end(id));
  }

  #push(id: number, value: number): void {
    this.#values[this.#length] = value;
    this.#ids[this.#length++] = id;
  }

  #pushHalves(id: number, hi: number, lo: number): void {
    this.#words[2 * this.#length] = lo;
    this.#words[2 * this.#length + 1] = hi;
    this.#ids[this.#length++] = id;
  }

  /** The texts in order, with the codes of their shapes if they matter. */
  async sorted(withCodes: boolean, pace: Pace): Promise<RunSource> {
    const words = this.#words;
    const ids = this.#ids;
    const length = this.#length;
    const { map, form } = this.#column;
    toKeys(words, 0, length, this.#kind);
    await sortKeys({ words, length, codes: ids }, pace);
    const counts = new Float64Array(length);
    const isCoded = withCodes && form !== FORM_BIGINT;
    const codes = isCoded ? new Uint8Array(length) : null;
    if (codes !== null) orderByCode(words, ids, map.codes, length);
    await inSlices(length, pace, (from, to) => {
      for (let at = from; at < to; at++) {
        counts[at] = map.counts[ids[at]!]!;
        if (codes !== null) codes[at] = map.codes[ids[at]!]!;
      }
    });
    return { words, length, codes, counts };
  }
}

/** Orders texts of one value (1, 1.0, 1.00: few) by their shape's code. */
function orderByCode(
  words: Uint32Array,
  ids: Uint32Array,
  codes: Uint8Array,
  length: number,
): void {
  for (let at = 1; at < length; at++) {
    const id = ids[at]!;
    let hole = at;
    while (
      hole > 0 && words[2 * hole - 2] === words[2 * at] &&
      words[2 * hole - 1] === words[2 * at + 1] &&
      codes[ids[hole - 1]!]! > codes[id]!
    ) {
      ids[hole] = ids[hole - 1]!;
      hole--;
    }
    ids[hole] = id;
  }
}
