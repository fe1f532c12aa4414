/**
 * What decides which texts are durations, and what a text does wrong.
 *
 * @module
 */

import type { DurationErrorCode } from "../errors.ts";

/** Checked options of parsing, in the form that kernels use. */
export interface DurationRules {
  /** Whether blanks, words and fields above 59 are allowed. */
  readonly isLenient: boolean;
  /** Whether texts are those of a task tracker. */
  readonly isTracker: boolean;
  /** Whether two fields are hours and minutes. */
  readonly isHourClock: boolean;
  /** Whether days and weeks are allowed. */
  readonly hasDays: boolean;
  /** Milliseconds of a bare number. */
  readonly unitMs: number;
  /** What becomes of a text that is no duration. */
  readonly onError: "throw" | "null" | "zero";
}

/** The rules where no option is given; columns of durations know no other. */
export const STRICT_RULES: DurationRules = {
  isLenient: false,
  isTracker: false,
  isHourClock: false,
  hasDays: false,
  unitMs: 1000,
  onError: "throw",
};

/** What a text does wrong, as the grammar reports it. */
export interface DurationFault {
  /** The cause. */
  readonly code: DurationErrorCode;
  /** Where in the text, in UTF-16 code units from 0. */
  readonly offset: number;
  /** Values of the message. */
  readonly args: Readonly<Record<string, string>>;
}
