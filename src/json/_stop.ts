/**
 * Faults of JSON in the TypeScript engine: their words, and the error that a
 * scanner throws for them.
 *
 * @module
 */

import { ParseError, type ParseErrorCode } from "../errors.ts";

/** The words of `INVALID_JSON`, the same in both engines. */
export const REASON = {
  value: "expected a value",
  key: "expected a key",
  colon: "expected ':'",
  memberEnd: "expected ',' or '}'",
  itemEnd: "expected ',' or ']'",
  number: "invalid number",
  literal: "invalid literal",
  escape: "invalid escape",
  control: "control character in string",
  stringEnd: "unterminated string",
  lineEnd: "unexpected end of line",
  inputEnd: "unexpected end of input",
  trailing: "text after the value",
  backslash: "backslash outside a string",
} as const;

/** Where a line of the input stands. */
export interface Line {
  /** Its number, from 1. */
  readonly line: number;
  /** The offset of its first byte. */
  readonly lineStart: number;
}

/**
 * The error of a fault.
 *
 * @param code The cause.
 * @param byteOffset Where it is, from 0.
 * @param line The line that it is in.
 * @param args What the message needs.
 * @returns The error.
 */
export function faultAt(
  code: ParseErrorCode,
  byteOffset: number,
  { line, lineStart }: Line,
  args: Record<string, string> = {},
): ParseError {
  const column = byteOffset - lineStart + 1;
  return new ParseError({ code, line, column, byteOffset, args });
}
