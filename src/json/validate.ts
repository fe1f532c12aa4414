/**
 * Whether bytes are JSON, and where they first are not.
 *
 * @module
 */

import { ParseError, type ParseErrorCode } from "../errors.ts";
import type { BytesInput } from "../input.ts";
import { runJson } from "./_stream.ts";
import { checkJsonOptions, type JsonOptions } from "./options.ts";

/** The first fault of an input. */
export interface JsonFault {
  /** The cause. */
  readonly code: ParseErrorCode;
  /** One sentence. */
  readonly message: string;
  /** Physical line, from 1. */
  readonly line: number;
  /** Byte in that line, from 1. */
  readonly column: number;
  /** Byte in the input, from 0. */
  readonly byteOffset: number;
}

/** What `validateJson` finds. */
export type JsonVerdict =
  | { readonly valid: true }
  | { readonly valid: false; readonly error: JsonFault };

/**
 * Checks that an input is JSON by RFC 8259: its grammar, its encoding
 * (UTF-8, after at most one byte order mark), its depth. Nothing is kept of
 * the text, so that an input of any size takes the same memory.
 *
 * Keys that stand twice are allowed, as RFC 8259 does.
 *
 * @param input The bytes, a path, or a stream of bytes.
 * @param options Format, limits and engine.
 * @returns Whether it is valid; if not, the first fault.
 * @throws {FastpathError} If the input cannot be read, or the native library
 * is required but absent.
 * @throws {TypeError} If the input or an option has the wrong type.
 * @throws {RangeError} If an option has a value that is not allowed.
 * @throws The signal's reason if it is aborted.
 *
 * @example Find the first fault
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { validateJson } from "@fastpath/fastpath";
 *
 * const bytes = new TextEncoder().encode('{\n  "a": [1, 2,]\n}\n');
 * assertEquals(await validateJson(bytes), {
 *   valid: false,
 *   error: {
 *     code: "INVALID_JSON",
 *     message: "Cannot parse JSON: expected a value",
 *     line: 2,
 *     column: 14,
 *     byteOffset: 15,
 *   },
 * });
 * ```
 *
 * @example A document a line
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { validateJson } from "@fastpath/fastpath";
 *
 * const bytes = new TextEncoder().encode('{"a":1}\n[2]\n');
 * const verdict = await validateJson(bytes, { format: "ndjson" });
 * assertEquals(verdict, { valid: true });
 * ```
 */
export async function validateJson(
  input: BytesInput,
  options: JsonOptions = {},
): Promise<JsonVerdict> {
  return verdictOf(await jsonFaultOf(input, options));
}

/** What a fault, or none, says of an input. */
export function verdictOf(fault: ParseError | null): JsonVerdict {
  if (fault === null) return { valid: true };
  const { code, message, line, column, byteOffset } = fault;
  return { valid: false, error: { code, message, line, column, byteOffset } };
}

/**
 * The first fault of an input, as an error that is not thrown.
 *
 * @param input The input.
 * @param options Format, limits and engine.
 * @returns The error, or null for a valid input.
 */
export async function jsonFaultOf(
  input: BytesInput,
  options: JsonOptions,
): Promise<ParseError | null> {
  const settings = checkJsonOptions(options);
  const kernel = "json.validate";
  const chunks = runJson(input, { ...settings, work: "validate", kernel });
  try {
    for await (const _ of chunks) { /* There are none. */ }
    return null;
  } catch (error) {
    if (error instanceof ParseError) return error;
    throw error;
  }
}
