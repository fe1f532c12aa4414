/**
 * Values that no timeline can be made of. To callers a fault is a
 * `RangeError` that names the row; the command line, which knows the text
 * that the rows came from, turns it into a position.
 *
 * @module
 */

/** Codes of these faults, as `errors.ts` words them for texts. */
export type EventFaultCode =
  | "MISSING_VALUE"
  | "INVALID_VALUE"
  | "SUM_TOO_LARGE";

/** A value that no timeline can be made of. */
export class EventFault extends RangeError {
  /** The cause. */
  readonly code: EventFaultCode;
  /** The row, from 0; -1 where no single one is to blame. */
  readonly row: number;
  /** Values of the message. */
  readonly args: Readonly<Record<string, string>>;

  constructor(
    code: EventFaultCode,
    row: number,
    args: Readonly<Record<string, string>>,
  ) {
    super(`Cannot make a timeline: ${sentence(code, row, args)}`);
    this.code = code;
    this.row = row;
    this.args = args;
  }
}

/** A `RangeError` like any other to whoever prints it. */
Object.defineProperty(EventFault.prototype, "name", { value: "RangeError" });

function sentence(
  code: EventFaultCode,
  row: number,
  args: Readonly<Record<string, string>>,
): string {
  switch (code) {
    case "MISSING_VALUE":
      return `${args.column} is null at row ${row}`;
    case "INVALID_VALUE":
      return `${args.column} is "${args.value}" at row ${row}, ` +
        `expected ${args.expected}`;
    case "SUM_TOO_LARGE":
      return `the ${args.sum} at ${args.at} does not fit 64 bits` +
        (row < 0 ? "" : ` from row ${row} on`);
  }
}

/** What a timestamp must be. */
export const EXPECTED_TIME = "a date or timestamp of the years 0001 to 9999";

/** What a change must be. */
export const EXPECTED_CHANGE = "a number";
