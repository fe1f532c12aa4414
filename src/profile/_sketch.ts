/**
 * What a column keeps once it no longer fits the memory limit: sketches of
 * its texts and values, and the figures that stay exact without keeping
 * values. A part is dropped for good as soon as the column's type has no use
 * for it.
 *
 * @module
 */

import { parsed } from "../values/classify.ts";
import { BIG, DATE, FLOAT, typeOf } from "../values/flags.ts";
import { TextRange } from "./_bytes.ts";
import { DAY_MICROS } from "./_forms.ts";
import { Hll } from "./_hll.ts";
import { Kll } from "./_kll.ts";
import { hashNumber, hashText, lanes } from "./_lanes.ts";
import { IntegerSum } from "../values/sums.ts";
import { Moments } from "./_moments.ts";
import { SpaceSaving } from "./_space_saving.ts";

/** What the values of a column are good for. */
export const USE_TEXT = 0;
/** Booleans. */
export const USE_BOOL = 1;
/** Numbers of any type. */
export const USE_NUMBER = 2;
/** Dates and timestamps. */
export const USE_TIME = 3;

/**
 * What the values of a column with these flags are good for.
 *
 * @param flags The column's flags.
 * @returns One of the constants above.
 */
export function useOf(flags: number): number {
  switch (typeOf(flags).type) {
    case "bool":
      return USE_BOOL;
    case "i32":
    case "i64":
    case "f64":
      return USE_NUMBER;
    case "date":
    case "timestamp":
      return USE_TIME;
    default:
      return USE_TEXT;
  }
}

/** Integers and microseconds beyond this are kept as bigints. */
const EXACT_MAX = 2 ** 53;

/** Longer texts have no place in `top`: it would take any memory. */
export const FREQUENT_BYTES_MAX = 1024;

/** An integer of 64 bits from its halves. */
export function joinHalves(hi: number, lo: number): bigint {
  return (BigInt(hi) << 32n) | BigInt(lo >>> 0);
}

/** The smallest and the largest of many numbers, exactly. */
export class ValueRange {
  #min = Infinity;
  #max = -Infinity;
  #count = 0;
  #bigMin: bigint | null = null;
  #bigMax: bigint | null = null;

  /** Takes a number into account that an f64 holds exactly; -0 is 0. */
  add(value: number): void {
    this.#count++;
    const number = value === 0 ? 0 : value;
    if (number < this.#min) this.#min = number;
    if (number > this.#max) this.#max = number;
  }

  /** Takes an integer beyond ±2^53 into account. */
  addBig(value: bigint): void {
    if (this.#bigMin === null || value < this.#bigMin) this.#bigMin = value;
    if (this.#bigMax === null || value > this.#bigMax) this.#bigMax = value;
  }

  /** The smallest; null if there was none. */
  get min(): number | bigint | null {
    const small = this.#count > 0 ? this.#min : null;
    if (this.#bigMin === null) return small;
    return small === null || this.#bigMin < small ? this.#bigMin : small;
  }

  /** The largest; null if there was none. */
  get max(): number | bigint | null {
    const small = this.#count > 0 ? this.#max : null;
    if (this.#bigMax === null) return small;
    return small === null || this.#bigMax > small ? this.#bigMax : small;
  }
}

/** The state of a sketched column. */
export class Sketch {
  /** What the values are good for. */
  use: number;
  /** Distinct texts. */
  readonly texts: Hll = new Hll();
  /** The most frequent texts. */
  readonly top: SpaceSaving = new SpaceSaving();
  /** The smallest and the largest text. */
  readonly textRange: TextRange = new TextRange();
  /** The smallest and the largest number or time. */
  readonly range: ValueRange = new ValueRange();
  /** Distinct values, while the type can be f64 or timestamp. */
  values: Hll | null = null;
  /** Quantiles, while there are numbers or times alone. */
  quantiles: Kll | null = null;
  /** Mean and deviation, while there are numbers alone. */
  moments: Moments | null = null;
  /** The exact sum, while there are integers alone. */
  sum: IntegerSum | null = null;
  /** Not-a-numbers. */
  nans = 0;
  /** `true`s, while there are bools alone. */
  trues = 0;
  /** `false`s. */
  falses = 0;

  /**
   * Makes an empty state.
   *
   * @param flags The column's flags so far.
   * @param blockRows The most rows between two ends of a block.
   */
  constructor(flags: number, blockRows: number) {
    this.use = useOf(flags);
    if (this.use === USE_NUMBER || this.use === USE_TIME) {
      this.quantiles = new Kll();
      this.values = new Hll();
    }
    if (this.use === USE_NUMBER) {
      this.moments = new Moments(blockRows);
      this.sum = new IntegerSum();
    }
    this.retype(flags);
  }

  /** Drops what a column with these flags has no use for. */
  retype(flags: number): void {
    this.use = useOf(flags);
    if ((flags & FLOAT) !== 0) this.sum = null;
    // With an integer beyond 2^53 the type can only be i64 or utf8.
    if ((flags & BIG) !== 0) this.values = null;
    if (this.use === USE_NUMBER || this.use === USE_TIME) return;
    this.values = null;
    this.quantiles = null;
    this.moments = null;
    this.sum = null;
  }

  /**
   * Adds a text; its value is added apart.
   *
   * @param bytes The bytes that hold the text.
   * @param view View of the same bytes.
   * @param start Where the text begins.
   * @param length Its bytes.
   */
  addText(
    bytes: Uint8Array,
    view: DataView,
    start: number,
    length: number,
  ): void {
    hashText(view, start, length);
    this.texts.add(lanes.a, lanes.b);
    if (length <= FREQUENT_BYTES_MAX) {
      this.top.add(lanes.a, lanes.b, bytes, start, length);
    }
    this.textRange.add(bytes, start, start + length);
  }

  /**
   * Adds the value that was parsed last, if it has a use.
   *
   * @param valueClass What `classify` returned.
   */
  addParsed(valueClass: number): void {
    if (this.use === USE_NUMBER) this.#addNumber(valueClass);
    else if (this.use === USE_TIME) this.#addTime(valueClass);
    else if (this.use === USE_BOOL) {
      if (parsed.number === 1) this.trues++;
      else this.falses++;
    }
  }

  #addNumber(valueClass: number): void {
    const value = parsed.number;
    this.#addDistinct(value);
    if (value !== value) {
      this.nans++;
      return;
    }
    this.quantiles!.add(value);
    this.moments!.add(value);
    if (valueClass === FLOAT || !parsed.big) {
      this.range.add(value);
      this.sum?.add(value, 1);
    } else {
      const exact = joinHalves(parsed.hi, parsed.lo);
      this.range.addBig(exact);
      this.sum?.addBig(exact, 1);
    }
  }

  #addTime(valueClass: number): void {
    if (valueClass === DATE) {
      const micros = parsed.number * DAY_MICROS;
      this.#addDistinct(micros);
      this.quantiles!.add(micros);
      // A midnight is a multiple of 2^14, exact in an f64 at any year.
      this.range.add(micros);
      return;
    }
    const micros = parsed.number;
    this.#addDistinct(micros);
    this.quantiles!.add(micros);
    if (Math.abs(micros) < EXACT_MAX) this.range.add(micros);
    else this.range.addBig(joinHalves(parsed.hi, parsed.lo));
  }

  #addDistinct(value: number): void {
    if (this.values === null) return;
    hashNumber(value);
    this.values.add(lanes.a, lanes.b);
  }
}
