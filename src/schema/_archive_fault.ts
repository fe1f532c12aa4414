/**
 * Files of archives and faults. An archive is no text: a fault stands in line 1, at the
 * column that its byte has.
 *
 * @module
 */

import { ParseError } from "../errors.ts";

/** A file of an archive. */
export interface ArchiveFile {
  readonly path: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Where the archive tells of it. */
  readonly at: number;
}

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
