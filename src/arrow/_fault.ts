/**
 * Faults of Arrow inputs. Arrow is no text: a fault stands in line 1, at the
 * column that its byte has.
 *
 * @module
 */

import { type ArrowErrorCode, ParseError } from "../errors.ts";

/** The error of a fault at a byte of the input. */
export function arrowFault(
  code: ArrowErrorCode | "INVALID_UTF8",
  byteOffset: number,
  args: Record<string, string>,
): ParseError {
  return new ParseError({
    code,
    line: 1,
    column: byteOffset + 1,
    byteOffset,
    args,
  });
}

/** The error of bytes that cannot be what they are meant to be. */
export function invalid(byteOffset: number, reason: string): ParseError {
  return arrowFault("INVALID_ARROW", byteOffset, { reason });
}

/** The error of an input that ends too early. */
export function truncated(byteOffset: number, what: string): ParseError {
  return arrowFault("TRUNCATED_ARROW", byteOffset, { what });
}

/** The error of Arrow that is right, but not read here. */
export function unsupported(byteOffset: number, reason: string): ParseError {
  return arrowFault("UNSUPPORTED_ARROW", byteOffset, { reason });
}
