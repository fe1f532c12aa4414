/**
 * Faults of archives. An archive is no text: a fault stands in line 1, at the
 * column that its byte has.
 *
 * @module
 */

import { ParseError } from "../errors.ts";

/** The error of a fault at a byte of the archive. */
export function archiveFault(byteOffset: number, reason: string): ParseError {
  return new ParseError({
    code: "INVALID_ARCHIVE",
    line: 1,
    column: byteOffset + 1,
    byteOffset,
    args: { reason },
  });
}
