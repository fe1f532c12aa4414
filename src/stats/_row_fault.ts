/**
 * A value that keeps a statistic from being computed. To callers it is a
 * `RangeError` that names the row; the command line, which knows the text that
 * the rows came from, turns it into a position.
 *
 * @module
 */

import { ParseError, type ParseErrorCode } from "../errors.ts";

/** Why a text is refused, as `src/errors.ts` words it. */
export interface FaultReason {
  readonly code: ParseErrorCode;
  readonly args: Readonly<Record<string, string>>;
}

/** Which value, and what it should be. */
export interface FaultyValue {
  /** Its row, from 0. */
  readonly row: number;
  /** Its column. */
  readonly column: string;
  /** The value as a text; null where there is none. */
  readonly value: string | null;
  /** What is expected instead. */
  readonly expected: string;
  /** Why it is refused, where more can be said. */
  readonly reason?: FaultReason;
}

/** A value that keeps a statistic from being computed. */
export class RowFault extends RangeError implements FaultyValue {
  readonly row: number;
  readonly column: string;
  readonly value: string | null;
  readonly expected: string;
  readonly reason?: FaultReason;

  /**
   * Makes the error.
   *
   * @param what What cannot be computed: `week statistics`.
   * @param fault The value.
   */
  constructor(what: string, fault: FaultyValue) {
    super(`Cannot compute ${what}: row ${fault.row}: ${sentence(fault)}`);
    this.row = fault.row;
    this.column = fault.column;
    this.value = fault.value;
    this.expected = fault.expected;
    if (fault.reason !== undefined) this.reason = fault.reason;
  }
}

function sentence({ column, value, expected, reason }: FaultyValue): string {
  if (reason !== undefined) {
    const { code, args } = reason;
    const at = { line: 1, column: 1, byteOffset: 0 };
    const { message } = new ParseError({ code, ...at, args: { ...args } });
    return message.charAt(0).toLowerCase() + message.slice(1);
  }
  const found = value === null ? "is missing" : `is "${value}"`;
  return `the ${column} ${found}, expected ${expected}`;
}
