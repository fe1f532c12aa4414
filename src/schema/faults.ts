/**
 * What can be wrong with the files of a schema: codes, sentences, and the
 * error that carries all of them.
 *
 * @module
 */

import { FastpathError, ParseError, type SqlErrorCode } from "../errors.ts";

/** Codes of what is wrong with a file of a schema; one cause each. */
export type SchemaFaultCode =
  | "UNREADABLE"
  | "CHANGED"
  | "INVALID_UTF8"
  | "NUL_BYTE"
  | "BYTE_ORDER_MARK"
  | "CARRIAGE_RETURN"
  | SqlErrorCode
  | "META_COMMAND"
  | "INCLUDE_WITHOUT_PATH"
  | "INCLUDE_MISSING"
  | "INCLUDE_CYCLE"
  | "INCLUDE_ESCAPES"
  | "INCLUDE_TOO_LARGE"
  | "SYMLINK_ESCAPES"
  | "SYMLINK_TO_DIRECTORY"
  | "SPECIAL_FILE"
  | "DUPLICATE_PREFIX"
  | "MISSING_PREFIX"
  | "NAME_COLLISION"
  | "UNSAFE_NAME"
  | "NOT_LISTED"
  | "LISTED_TWICE"
  | "LISTED_INCLUDED"
  | "LISTED_MISSING"
  | "NO_FILES"
  | "MORE_FAULTS";

/** One thing that is wrong with one file. */
export interface SchemaFault {
  /** The cause. */
  readonly code: SchemaFaultCode;
  /** The file, as the schema names it. */
  readonly path: string;
  /** One sentence. */
  readonly message: string;
  /** Physical line, from 1, where a place in the file is meant. */
  readonly line?: number;
  /** Byte in that line, from 1. */
  readonly column?: number;
  /** Byte in the file, from 0. */
  readonly byteOffset?: number;
}

/** A fault before its place is counted out. */
export interface RawFault {
  readonly code: SchemaFaultCode;
  readonly path: string;
  /** Byte in the file, where a place in it is meant. */
  readonly at?: number;
  /** The sentence's values. */
  readonly args?: Readonly<Record<string, string>>;
}

/** Codes whose sentence an error of a text has already. */
type TextCode = SqlErrorCode | "INVALID_UTF8";

const TEXT_CODES: ReadonlySet<string> = new Set<TextCode>([
  "INVALID_UTF8",
  "UNCLOSED_QUOTE",
  "UNCLOSED_IDENTIFIER",
  "UNCLOSED_COMMENT",
  "UNCLOSED_DOLLAR_QUOTE",
  "UNCLOSED_COPY_DATA",
  "UNCLOSED_PARENTHESIS",
  "UNCLOSED_BODY",
  "UNCLOSED_IF",
]);

const SENTENCES: Readonly<
  Record<
    Exclude<SchemaFaultCode, TextCode>,
    (args: Readonly<Record<string, string>>) => string
  >
> = {
  UNREADABLE: (a) => `Cannot read file: ${a.reason}`,
  CHANGED: () => "Cannot use file: it changed while it was read",
  NUL_BYTE: () => "Cannot read SQL: NUL byte",
  BYTE_ORDER_MARK: () =>
    "Cannot use file: it begins with a byte order mark, remove it or strip " +
    "it with the option bom",
  CARRIAGE_RETURN: () =>
    "Cannot use file: a line ends with CRLF, convert it or choose with the " +
    "option crlf",
  META_COMMAND: () =>
    "Cannot use file: a command of psql stands here, which other clients do " +
    "not know",
  INCLUDE_WITHOUT_PATH: () => "Cannot include: no path follows @include",
  INCLUDE_MISSING: (a) => `Cannot include "${a.include}": no such file`,
  INCLUDE_CYCLE: (a) => `Cannot include "${a.include}": it includes this file`,
  INCLUDE_ESCAPES: (a) =>
    a.place === undefined
      ? `Cannot include "${a.include}": it lies outside of the schema's folders`
      : `Cannot include "${a.include}": it leads out of the schema's folders ` +
        `from the place of this file, "${a.place}"`,
  INCLUDE_TOO_LARGE: (a) =>
    `Cannot add file: the schema would have more than ${a.limit} ${a.unit}, ` +
    "include less or split it",
  SYMLINK_ESCAPES: () =>
    "Cannot follow symbolic link: it leads out of the schema's folders",
  SYMLINK_TO_DIRECTORY: () =>
    "Cannot follow symbolic link: it leads to a folder",
  SPECIAL_FILE: () => "Cannot use file: it is no regular file",
  DUPLICATE_PREFIX: (a) =>
    `Cannot order files: "${a.other}" has the same number ${a.prefix}`,
  MISSING_PREFIX: () =>
    "Cannot order file: its name has no hexadecimal number in front",
  NAME_COLLISION: (a) =>
    `Cannot use file: its name differs from "${a.other}" only in the ` +
    "Unicode form",
  UNSAFE_NAME: (a) => `Cannot use file: its name has ${a.what}`,
  NOT_LISTED: () => "Cannot order file: the manifest does not list it",
  LISTED_TWICE: () => "Cannot order file: the manifest lists it twice",
  LISTED_INCLUDED: (a) =>
    `Cannot order file: the manifest lists it, but "${a.other}" includes it; ` +
    "take it off the list",
  LISTED_MISSING: () =>
    "Cannot find file: the manifest lists it, the folders do not have it",
  NO_FILES: (a) => `Cannot find files: no name ends in ${a.endings}`,
  MORE_FAULTS: (a) =>
    a.count === "1"
      ? "Cannot tell all faults: there is 1 more"
      : `Cannot tell all faults: there are ${a.count} more`,
};

/**
 * Makes the fault of a raw one.
 *
 * @param raw Code, path and place.
 * @param places Counts the file's lines.
 * @returns The fault with its sentence.
 */
export function faultOf(raw: RawFault, places?: Places): SchemaFault {
  const { code, path, at, args = {} } = raw;
  const message = isTextCode(code)
    ? new ParseError({ code, line: 1, column: 1, byteOffset: 0, args: {} })
      .message
    : SENTENCES[code](args);
  if (at === undefined || places === undefined) return { code, path, message };
  const { line, column } = places.of(at);
  return { code, path, message, line, column, byteOffset: at };
}

function isTextCode(code: SchemaFaultCode): code is TextCode {
  return TEXT_CODES.has(code);
}

/** Lines and columns of bytes; each counts on from the one before. */
export class Places {
  readonly #bytes: Uint8Array;
  #line = 1;
  #lineStart = 0;

  /** Begins at the first byte. */
  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** Line and column of a byte, both from 1. */
  of(at: number): { line: number; column: number } {
    if (at < this.#lineStart) {
      this.#line = 1;
      this.#lineStart = 0;
    }
    for (;;) {
      const found = this.#bytes.indexOf(0x0a, this.#lineStart);
      if (found < 0 || found >= at) break;
      this.#line++;
      this.#lineStart = found + 1;
    }
    return { line: this.#line, column: at - this.#lineStart + 1 };
  }
}

/** Line and column of a byte, both from 1. */
export function placeOf(
  bytes: Uint8Array,
  at: number,
): { line: number; column: number } {
  return new Places(bytes).of(at);
}

/**
 * The error that carries faults.
 *
 * @param faults At least one.
 * @param count How many there are; some may not be told.
 * @returns An error `SCHEMA_INVALID` whose details are the faults.
 */
export function schemaError(
  faults: readonly SchemaFault[],
  count: number = faults.length,
): FastpathError {
  const first = faults[0]!;
  const more = count === 1 ? "" : `, and ${count - 1} more`;
  const place = first.line === undefined
    ? first.path
    : `${first.path}:${first.line}:${first.column}`;
  return new FastpathError(
    "SCHEMA_INVALID",
    `Cannot build schema: ${place}: ${first.message}${more}`,
    { details: faults },
  );
}

/**
 * The faults that an error of this area carries.
 *
 * @param error What was thrown.
 * @returns The faults; none for any other error.
 *
 * @example Every file that is wrong, not only the first
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { buildSchemaOf, schemaFaults } from "@fastpath/fastpath/schema";
 *
 * const bytes = new TextEncoder().encode("select 'never closed");
 * try {
 *   await buildSchemaOf([{ path: "a.sql", bytes }, { path: "b.sql", bytes }]);
 * } catch (error) {
 *   assertEquals(
 *     schemaFaults(error).map(({ path, line, code }) => [path, line, code]),
 *     [["a.sql", 1, "UNCLOSED_QUOTE"], ["b.sql", 1, "UNCLOSED_QUOTE"]],
 *   );
 * }
 * ```
 */
export function schemaFaults(error: unknown): readonly SchemaFault[] {
  const isOurs = error instanceof FastpathError &&
    error.code === "SCHEMA_INVALID";
  return isOurs ? error.details as SchemaFault[] : [];
}
