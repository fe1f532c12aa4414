/**
 * A value that keeps a statistic from being computed. To callers it is a
 * `RangeError` that names the row; the command line, which knows the text that
 * the rows came from, turns it into a position.
 *
 * @module
 */

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
}

/** A value that keeps a statistic from being computed. */
export class RowFault extends RangeError implements FaultyValue {
  readonly row: number;
  readonly column: string;
  readonly value: string | null;
  readonly expected: string;

  /**
   * Makes the error.
   *
   * @param what What cannot be computed: `week statistics`.
   * @param fault The value.
   */
  constructor(what: string, { row, column, value, expected }: FaultyValue) {
    const found = value === null ? "is missing" : `is "${value}"`;
    super(
      `Cannot compute ${what}: row ${row}: the ${column} ${found}, ` +
        `expected ${expected}`,
    );
    this.row = row;
    this.column = column;
    this.value = value;
    this.expected = expected;
  }
}
