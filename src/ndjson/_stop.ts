/**
 * Why a record of NDJSON cannot be read on. A reading function returns -1
 * after it has set the one {@linkcode stop}; the scanner makes a fault of it.
 *
 * @module
 */

import type { ParseErrorCode } from "../errors.ts";

/** The words of `INVALID_JSON`, the same in both engines. */
export type Reason =
  | "expected a value"
  | "expected a key"
  | "expected ':'"
  | "expected ',' or '}'"
  | "expected ',' or ']'"
  | "invalid number"
  | "invalid literal"
  | "invalid escape"
  | "control character in string"
  | "unterminated string"
  | "unexpected end of line"
  | "text after the value";

/** What stopped the reading. */
export interface Stop {
  /** The cause. */
  code: ParseErrorCode;
  /** The place to report, in the window. */
  at: number;
  /** The byte whose reading showed the fault: an earlier fault goes first. */
  noticed: number;
  /** What the message needs. */
  args: Record<string, string>;
}

/** The fault of the last function that returned -1. */
export const stop: Stop = {
  code: "INVALID_JSON",
  at: 0,
  noticed: 0,
  args: {},
};

/** What reading functions return after a fault. */
export const STOPPED = -1;

/**
 * Notes a fault.
 *
 * @param code The cause.
 * @param at The place to report.
 * @param noticed The byte that shows it.
 * @param args What the message needs.
 * @returns {@linkcode STOPPED}.
 */
export function stopAt(
  code: ParseErrorCode,
  at: number,
  noticed: number,
  args: Record<string, string>,
): number {
  stop.code = code;
  stop.at = at;
  stop.noticed = noticed;
  stop.args = args;
  return STOPPED;
}

/**
 * Notes that a byte breaks JSON's grammar.
 *
 * @param at The byte.
 * @param reason What is wrong.
 * @returns {@linkcode STOPPED}.
 */
export function stopJson(at: number, reason: Reason): number {
  return stopAt("INVALID_JSON", at, at, { reason });
}

/**
 * Notes that something else was expected; the end of the line has its own
 * reason.
 *
 * @param bytes The window.
 * @param at The byte.
 * @param reason What was expected.
 * @returns {@linkcode STOPPED}.
 */
export function stopExpected(
  bytes: Uint8Array,
  at: number,
  reason: Reason,
): number {
  return stopJson(at, bytes[at] === 10 ? "unexpected end of line" : reason);
}
