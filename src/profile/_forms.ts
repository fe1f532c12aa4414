/**
 * The forms of a list: a text that fits a form is kept as its value, eight
 * bytes, and as the code of its shape, from which the text can be rebuilt
 * exactly.
 *
 * @module
 */

import { NO_SHAPE, parsed, shapeOf } from "../values/classify.ts";
import { DATE, FLOAT, I32, I64, TS_LOCAL, TS_ZONED } from "../values/flags.ts";

/** Values that an f64 holds exactly. */
export const FORM_NUMBER = 1;
/** Integers of 64 bits. */
export const FORM_BIGINT = 2;
/** Dates and timestamps as microseconds within ±2^53. */
export const FORM_TIME = 4;
/** One form, or none. */
export type Form = 0 | 1 | 2 | 4;

/** Microseconds of a day. */
export const DAY_MICROS = 86_400_000_000;

/** The most shapes of a column; the text of one more does not fit. */
const CODES_MAX = 255;
/** The code of a text without a place in the palette. */
export const NO_CODE = 255;

/**
 * The forms that the text just classified fits, as bits.
 *
 * @param valueClass What `classify` returned.
 * @param bytes The bytes given to it.
 * @param start Where the text begins.
 * @param end Where it ends.
 * @returns The bits; `parsed.shape` is decided.
 */
export function formsOf(
  valueClass: number,
  bytes: Uint8Array,
  start: number,
  end: number,
): number {
  switch (valueClass) {
    case I32:
      return FORM_NUMBER | FORM_BIGINT;
    case I64:
      return parsed.big ? FORM_BIGINT : FORM_NUMBER | FORM_BIGINT;
    case FLOAT:
      return shapeOf(bytes, start, end) === NO_SHAPE ? 0 : FORM_NUMBER;
    case DATE:
    case TS_LOCAL:
    case TS_ZONED:
      return parsed.shape === NO_SHAPE ? 0 : FORM_TIME;
    default:
      return 0;
  }
}

/** The shapes of a column's texts, numbered by first appearance. */
export class Palette {
  readonly #shapes: number[] = [];
  #lastShape = -1;
  #lastCode = 0;

  /**
   * The code of a shape.
   *
   * @param shape The shape.
   * @returns Its code, or {@linkcode NO_CODE} if the palette is full.
   */
  code(shape: number): number {
    if (shape === this.#lastShape) return this.#lastCode;
    let code = this.#shapes.indexOf(shape);
    if (code < 0) {
      if (this.#shapes.length === CODES_MAX) return NO_CODE;
      code = this.#shapes.push(shape) - 1;
    }
    this.#lastShape = shape;
    this.#lastCode = code;
    return code;
  }

  /** The shape of a code. */
  shape(code: number): number {
    return this.#shapes[code]!;
  }
}
