/**
 * The error model: every error that fastpath throws on purpose, its code and
 * its message. Kernels of both engines report a code, a position and the
 * values the message needs; the sentence is made here alone, so that both
 * engines say the same.
 *
 * @module
 */

/** Codes of inputs that cannot be parsed; one cause each. */
export type ParseErrorCode =
  | "RAGGED_ROW"
  | "TEXT_AFTER_QUOTE"
  | "QUOTE_IN_BARE_FIELD"
  | "UNTERMINATED_QUOTE"
  | "INVALID_UTF8"
  | "NUL_BYTE"
  | "BARE_CR"
  | "FIELD_TOO_LARGE"
  | "TYPE_MISMATCH"
  | "MISSING_COLUMN"
  | "MISSING_VALUE"
  | "INVALID_VALUE"
  | "SUM_TOO_LARGE"
  | "INVALID_JSON"
  | "NOT_AN_OBJECT"
  | "INTEGER_TOO_LARGE"
  | "NUMBER_TOO_LARGE"
  | "LONE_SURROGATE"
  | "DEPTH_EXCEEDED"
  | "DUPLICATE_KEY"
  | "NEW_COLUMN"
  | "BLANK_LINE"
  | "TOO_MANY_ERRORS"
  | "UNSUPPORTED_FORMAT"
  | SqlErrorCode
  | "INVALID_MANIFEST"
  | "INVALID_ARCHIVE"
  | ArrowErrorCode
  | DurationErrorCode;

/** Codes of SQL that ends inside of something. */
export type SqlErrorCode =
  | "UNCLOSED_QUOTE"
  | "UNCLOSED_IDENTIFIER"
  | "UNCLOSED_COMMENT"
  | "UNCLOSED_DOLLAR_QUOTE"
  | "UNCLOSED_COPY_DATA"
  | "UNCLOSED_PARENTHESIS"
  | "UNCLOSED_BODY"
  | "UNCLOSED_IF";

/** Codes of bytes that are no Arrow, or of Arrow that no table can hold. */
export type ArrowErrorCode =
  | "INVALID_ARROW"
  | "TRUNCATED_ARROW"
  | "UNSUPPORTED_ARROW"
  | "UNSUPPORTED_TYPE"
  | "VALUE_OUT_OF_RANGE";

/** Codes of texts that are no duration, and of values that cannot print. */
export type DurationErrorCode =
  | "EMPTY_DURATION"
  | "DURATION_TOO_LONG"
  | "UNEXPECTED_CHARACTER"
  | "UNEXPECTED_END"
  | "FIELD_OUT_OF_RANGE"
  | "UNIT_MISSING"
  | "UNKNOWN_UNIT"
  | "UNIT_ORDER"
  | "CALENDAR_UNIT"
  | "DAYS_NOT_ALLOWED"
  | "NOT_WHOLE_MILLISECONDS"
  | "DURATION_OVERFLOW"
  | "NOT_MILLISECONDS";

/** Codes of failures that are not a fault of the input's text. */
export type FailureCode =
  | "NATIVE_UNAVAILABLE"
  | "NATIVE_PANIC"
  | "OUT_OF_MEMORY"
  | "INPUT_UNREADABLE"
  | "NAMES_COLLIDE"
  | "NAME_UNSUPPORTED"
  | "INVALID_COMPRESSION"
  | "COMPRESSION_UNAVAILABLE"
  | "RATIO_EXCEEDED"
  | "SCHEMA_INVALID"
  | "INVALID_MANIFEST"
  | "OUTPUT_UNWRITABLE";

/** Where a fault of the input is, and the values its message needs. */
export interface Fault {
  /** The cause. */
  code: ParseErrorCode;
  /** Physical line, from 1. */
  line: number;
  /** Byte in that line, from 1. */
  column: number;
  /** Byte in the input, from 0. */
  byteOffset: number;
  /** Values of the message, by name; all texts. */
  args: Record<string, string>;
}

/**
 * An input that breaks a rule of its format. It is a `SyntaxError` that
 * carries a code and a position.
 *
 * @example Read the position of a fault
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { ParseError, readCsv } from "@fastpath/fastpath";
 *
 * const bytes = new TextEncoder().encode("a,b\n1,2\n3\n");
 * try {
 *   await readCsv(bytes);
 * } catch (error) {
 *   if (!(error instanceof ParseError)) throw error;
 *   assertEquals([error.code, error.line], ["RAGGED_ROW", 3]);
 * }
 * ```
 */
export class ParseError extends SyntaxError {
  /** The class's name. */
  override readonly name = "ParseError";
  /** The cause. */
  readonly code: ParseErrorCode;
  /** Physical line, from 1. */
  readonly line: number;
  /** Byte in that line, from 1. */
  readonly column: number;
  /** Byte in the input, from 0. */
  readonly byteOffset: number;

  /**
   * Makes the error of a fault.
   *
   * @param fault The fault, as a kernel reports it.
   */
  constructor(fault: Fault) {
    super(messageOf(fault));
    this.code = fault.code;
    this.line = fault.line;
    this.column = fault.column;
    this.byteOffset = fault.byteOffset;
  }
}

/**
 * A failure that is not a fault of the input's text: the library is absent
 * where it is required, a kernel panicked, memory ran out, a file cannot be
 * read. `details` holds what a program may want to look at.
 *
 * @example Name the failure
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { FastpathError } from "@fastpath/fastpath";
 *
 * const error = new FastpathError("OUT_OF_MEMORY", "Cannot hold the table");
 * assertEquals(error.code, "OUT_OF_MEMORY");
 * ```
 */
export class FastpathError extends Error {
  /** The class's name. */
  override readonly name = "FastpathError";
  /** The cause. */
  readonly code: FailureCode;
  /** What a program may want to look at, for instance the search attempts. */
  readonly details: unknown;

  /**
   * Makes the error.
   *
   * @param code The cause.
   * @param message What could not be done and what to do about it.
   * @param options The underlying error, and details for programs.
   */
  constructor(
    code: FailureCode,
    message: string,
    options: { cause?: unknown; details?: unknown } = {},
  ) {
    super(
      message,
      options.cause === undefined ? undefined : { cause: options.cause },
    );
    this.code = code;
    this.details = options.details;
  }
}

const MESSAGES: Record<
  ParseErrorCode,
  (args: Record<string, string>) => string
> = {
  RAGGED_ROW: (a) =>
    `Cannot read row: expected ${a.expected} fields, found ${a.found}`,
  TEXT_AFTER_QUOTE: () =>
    "Cannot read field: text after the closing quote, double a quote " +
    "inside a quoted field",
  QUOTE_IN_BARE_FIELD: () =>
    "Cannot read field: quote inside an unquoted field, quote the whole field",
  UNTERMINATED_QUOTE: () =>
    "Cannot read field: the quote that opens here is never closed",
  INVALID_UTF8: () => "Cannot decode input: this byte is not UTF-8",
  NUL_BYTE: (a) => `Cannot read ${a.what ?? "field"}: NUL byte`,
  BARE_CR: () =>
    "Cannot read row: carriage return without a line feed, end rows with " +
    "LF or CRLF",
  FIELD_TOO_LARGE: (a) =>
    `Cannot read field: longer than the limit of ${a.limit} bytes`,
  TYPE_MISMATCH: (a) =>
    `Cannot read "${a.value}" in column "${a.column}" as ${a.type}: ` +
    adviceOfType(a),
  MISSING_COLUMN: (a) =>
    `Cannot find column "${a.column}": the input has ${a.found}`,
  MISSING_VALUE: (a) =>
    `Cannot use row: it has no value in column "${a.column}"`,
  INVALID_VALUE: (a) =>
    `Cannot use "${a.value}" in column "${a.column}": expected ${a.expected}`,
  SUM_TOO_LARGE: (a) =>
    `Cannot add up column "${a.column}": the ${a.sum} at ${a.at} does not ` +
    `fit 64 bits`,
  INVALID_JSON: (a) => `Cannot parse JSON: ${a.reason}`,
  NOT_AN_OBJECT: (a) =>
    a.found === "array"
      ? "Cannot read line as a row: expected an object, found an array; " +
        "a JSON array of rows is not NDJSON"
      : "Cannot read line as a row: expected an object, found " +
        (a.found === "null" ? "null" : `a ${a.found}`),
  INTEGER_TOO_LARGE: (a) =>
    `Cannot read integer ${a.value}: beyond 64 bits, read it as text ` +
    `with the option integers`,
  NUMBER_TOO_LARGE: (a) =>
    `Cannot read number ${a.value}: beyond the range of a 64-bit float, ` +
    // A digest is of values, and reads nothing as something else.
    (a.kernel === "json.digest"
      ? "write it as a string"
      : "read it as text with the option overflow"),
  LONE_SURROGATE: () =>
    "Cannot read string: escape of a lone surrogate is not a character",
  DEPTH_EXCEEDED: (a) =>
    `Cannot read value: nested deeper than the limit of ${a.limit}`,
  DUPLICATE_KEY: (a) => `Cannot read object: key "${a.key}" stands twice`,
  NEW_COLUMN: (a) =>
    `Cannot add column "${a.column}" after the sample: declare it with ` +
    `the option schema or enlarge sampleRows`,
  BLANK_LINE: () => "Cannot read line as a row: the line is blank",
  TOO_MANY_ERRORS: (a) =>
    `Cannot go on: more than ${a.limit} faulty rows, look at the first ones ` +
    `or raise the option maxErrors`,
  UNCLOSED_QUOTE: () =>
    "Cannot read SQL: the quote that opens here is never closed",
  UNCLOSED_IDENTIFIER: () =>
    "Cannot read SQL: the quoted name that opens here is never closed",
  UNCLOSED_COMMENT: () =>
    "Cannot read SQL: the comment that opens here is never closed",
  UNCLOSED_DOLLAR_QUOTE: () =>
    "Cannot read SQL: the dollar quote that opens here is never closed",
  UNCLOSED_COPY_DATA: () =>
    "Cannot read SQL: the data of this COPY never end, write \\. on a line " +
    "of its own behind them",
  UNCLOSED_PARENTHESIS: () =>
    "Cannot read SQL: the parenthesis that opens here is never closed",
  UNCLOSED_BODY: () =>
    "Cannot read SQL: the body that begins here never ends, write END; " +
    "behind it",
  UNCLOSED_IF: () =>
    "Cannot read SQL: the \\if that stands here never ends, write \\endif " +
    "behind it",
  INVALID_ARROW: (a) => `Cannot read Arrow: ${a.reason}`,
  TRUNCATED_ARROW: (a) =>
    `Cannot read Arrow: the input ends inside ${a.what}, it was cut off`,
  UNSUPPORTED_FORMAT: (a) =>
    `Cannot profile ${a.name}: convert it to CSV or NDJSON first, for ` +
    "instance with `fastpath convert`" +
    (a.name === "Arrow" ? "" : ", or name its format if it is none"),
  INVALID_MANIFEST: (a) => `Cannot read manifest: ${a.reason}`,
  INVALID_ARCHIVE: (a) => `Cannot read archive: ${a.reason}`,
  UNSUPPORTED_ARROW: (a) => `Cannot read Arrow: ${a.reason}`,
  UNSUPPORTED_TYPE: (a) =>
    `Cannot read column "${a.column}": no column of a table holds the Arrow ` +
    `type ${a.type}; name the columns to read with the option columns`,
  VALUE_OUT_OF_RANGE: (a) =>
    `Cannot read column "${a.column}" at row ${a.row}: ${a.reason}`,
  EMPTY_DURATION: (a) => `Cannot parse duration ${a.where}: it is empty`,
  DURATION_TOO_LONG: (a) =>
    `Cannot parse duration ${a.where}: longer than 100 characters`,
  UNEXPECTED_CHARACTER: (a) =>
    `Cannot parse duration ${a.where}: expected ${a.expected}, ` +
    `found ${a.found}`,
  UNEXPECTED_END: (a) =>
    `Cannot parse duration ${a.where}: expected ${a.expected}, found the end`,
  FIELD_OUT_OF_RANGE: (a) =>
    `Cannot parse duration ${a.where}: ${a.expected} must be 0-59` +
    (a.digits === undefined ? "" : " in two digits"),
  UNIT_MISSING: (a) =>
    `Cannot parse duration ${a.where}: a number beside others needs a unit`,
  UNKNOWN_UNIT: (a) =>
    `Cannot parse duration ${a.where}: unknown unit "${a.found}", ` +
    `known are ${a.expected}`,
  UNIT_ORDER: (a) =>
    `Cannot parse duration ${a.where}: units must come once each, in the ` +
    `order W D T H M S`,
  CALENDAR_UNIT: (a) =>
    `Cannot parse duration ${a.where}: years and months have no fixed length`,
  DAYS_NOT_ALLOWED: (a) =>
    `Cannot parse duration ${a.where}: days and weeks need the option ` +
    `days: 24`,
  NOT_WHOLE_MILLISECONDS: (a) =>
    `Cannot parse duration ${a.where}: not a whole number of milliseconds`,
  DURATION_OVERFLOW: (a) =>
    `Cannot parse duration ${a.where}: beyond 9007199254740991 milliseconds`,
  NOT_MILLISECONDS: (a) =>
    `Cannot format duration ${a.where}: expected whole milliseconds from ` +
    `-9007199254740991 to 9007199254740991`,
};

/** A day and a clock with a zone behind them. */
const ZONED = /^\d{4}-\d\d-\d\d[T ]\d\d:[\d:.]+(Z|[+-]\d\d:\d\d)$/;

/** Whether a value has a zone and the timestamps of its column have none. */
function isZonedInLocal(
  { type, value = "" }: Record<string, string>,
): boolean {
  return type === "timestamp" && ZONED.test(value);
}

/** What to do about a value that is not of its column's type. */
function adviceOfType(a: Record<string, string>): string {
  const { type = "" } = a;
  if (isZonedInLocal(a)) {
    return "it has a zone, declare the column as timestamp_utc with the option " +
      "schema, or read everything as text with the option types";
  }
  if (type.startsWith("decimal(")) {
    const scale = /\d+/.exec(type)?.[0];
    return `it has at most ${scale} digits behind the point and 64 bits in ` +
      "all, nothing is rounded; declare another scale, f64 or utf8 with the " +
      "option schema";
  }
  if (type === "duration") {
    return "write it like 1:30:00, PT1H30M or 1h30m, or declare the column as " +
      "utf8 with the option schema";
  }
  if (type.startsWith("list<")) {
    return "it is to be an array whose items are null or of the type; declare " +
      "another type, or utf8 for the array's text, with the option schema";
  }
  return "read everything as text with the option types, or declare the " +
    "column with the option schema";
}

/**
 * The sentence of a fault, without its position.
 *
 * @param fault Code and values of the fault.
 * @returns One sentence that names the cause and what to do.
 */
function messageOf(fault: Fault): string {
  return MESSAGES[fault.code](fault.args);
}
