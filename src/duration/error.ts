/**
 * The errors of durations: a code, an offset in the text, and the row where
 * many texts are parsed at once.
 *
 * @module
 */

import { type DurationErrorCode, ParseError } from "../errors.ts";
import type { DurationFault } from "../values/_duration_rules.ts";

export type { DurationFault };

/** Characters of a text that a message shows. */
const SHOWN_CHARACTERS = 40;

/**
 * A text that is no duration. It is a `SyntaxError` with a code, the offset
 * in the text, and the row where there are several texts.
 *
 * @example Find the place of a fault
 * ```ts
 * import { assertEquals, assertThrows } from "@std/assert";
 * import { DurationError, parseDurations } from "@fastpath/fastpath";
 *
 * const error = assertThrows(
 *   () => parseDurations(["0:59", "1:xx"]),
 *   DurationError,
 * );
 * assertEquals(
 *   error.message,
 *   'Cannot parse duration "1:xx" at row 1: seconds must be 0-59',
 * );
 * assertEquals(error.code, "FIELD_OUT_OF_RANGE");
 * assertEquals([error.row, error.offset], [1, 2]);
 * ```
 */
export class DurationError extends SyntaxError {
  /** The class's name. */
  override readonly name = "DurationError";
  /** The cause. */
  readonly code: DurationErrorCode;
  /** Where in the text, in UTF-16 code units from 0, as `charAt` counts. */
  readonly offset: number;
  /** The text's index among several, from 0; null for a single text. */
  readonly row: number | null;

  /**
   * Makes the error of a fault.
   *
   * @param text The text.
   * @param fault What it does wrong.
   * @param row Its index among several; null for a single text.
   */
  constructor(text: string, fault: DurationFault, row: number | null) {
    super(durationMessage(text, fault, row));
    this.code = fault.code;
    this.offset = fault.offset;
    this.row = row;
  }
}

/**
 * A duration beyond the safe integers of milliseconds. It is a `RangeError`
 * with the fields of `DurationError`.
 *
 * @example A number of hours that no clock has
 * ```ts
 * import { assertEquals, assertThrows } from "@std/assert";
 * import { DurationRangeError, parseDuration } from "@fastpath/fastpath";
 *
 * const error = assertThrows(
 *   () => parseDuration("99999999999h"),
 *   DurationRangeError,
 * );
 * assertEquals(error.code, "DURATION_OVERFLOW");
 * ```
 */
export class DurationRangeError extends RangeError {
  /** The class's name. */
  override readonly name = "DurationRangeError";
  /** The cause. */
  readonly code: DurationErrorCode;
  /** Where in the text, in UTF-16 code units from 0, as `charAt` counts. */
  readonly offset: number;
  /** The text's index among several, from 0; null for a single text. */
  readonly row: number | null;

  /**
   * Makes the error of a fault.
   *
   * @param text The text.
   * @param fault What it does wrong.
   * @param row Its index among several; null for a single text.
   */
  constructor(text: string, fault: DurationFault, row: number | null) {
    super(durationMessage(text, fault, row));
    this.code = fault.code;
    this.offset = fault.offset;
    this.row = row;
  }
}

/**
 * The error of a fault, in its class.
 *
 * @param text The text.
 * @param fault What it does wrong.
 * @param row Its index among several; null for a single text.
 * @returns The error to throw.
 */
export function durationError(
  text: string,
  fault: DurationFault,
  row: number | null,
): DurationError | DurationRangeError {
  return fault.code === "DURATION_OVERFLOW"
    ? new DurationRangeError(text, fault, row)
    : new DurationError(text, fault, row);
}

/** The sentence of a fault; `src/errors.ts` words it. */
function durationMessage(
  text: string,
  { code, args }: DurationFault,
  row: number | null,
): string {
  const at = { line: 1, column: 1, byteOffset: 0 };
  const where = shownText(text) + (row === null ? "" : ` at row ${row}`);
  return new ParseError({ code, ...at, args: { ...args, where } }).message;
}

/**
 * A text in quotes, cut where it is long.
 *
 * @param text The text.
 * @returns What a message shows of it.
 */
export function shownText(text: string): string {
  // Long texts are cut before they are walked through by character.
  const front = [...text.slice(0, 2 * SHOWN_CHARACTERS + 2).toWellFormed()];
  const isCut = front.length > SHOWN_CHARACTERS;
  const shown = isCut
    ? front.slice(0, SHOWN_CHARACTERS).join("") + "…"
    : front.join("");
  return JSON.stringify(shown);
}
