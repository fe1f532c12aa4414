/**
 * `parse` of `@std/csv`: a text to rows, all at once.
 *
 * @module
 */

import { RowMaker } from "./_objects.ts";
import { RecordParser } from "./_record_parser.ts";
import {
  fieldCountOf,
  type ParseOptions,
  type ParseResult,
  settingsOf,
  wrongCount,
} from "./options.ts";

const CARRIAGE_RETURN = 13;
const MARK = "\ufeff";

/** Texts that can stand neither for a separator nor for a comment. */
const RESERVED: readonly unknown[] = ["\r", "\n", '"'];

/** Takes the record that the parser has. */
type Take = (parser: RecordParser) => void;

/**
 * Takes a CSV text apart into arrays of texts.
 *
 * @param input The text; a byte order mark at its beginning is dropped.
 * @returns A row for every record; blank lines are none.
 * @throws {SyntaxError} If a quote stands where none may.
 * @throws {TypeError} If the input is no string.
 *
 * @example Rows of texts
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { parse } from "@fastpath/fastpath/compat/csv";
 *
 * assertEquals(parse('a,b\n1,"x, y"\n'), [["a", "b"], ["1", "x, y"]]);
 * ```
 */
export function parse(input: string): string[][];
/**
 * Takes a CSV text apart into arrays of texts, or into objects where
 * `skipFirstRow` or `columns` say what their keys are.
 *
 * @typeParam T The type of the options; it tells that of the rows.
 * @param input The text; a byte order mark at its beginning is dropped.
 * @param options What stands between fields, and what rows are.
 * @returns A row for every record; blank lines and comments are none.
 * @throws {SyntaxError} If a quote stands where none may, or a record has not
 * `fieldsPerRecord` fields.
 * @throws {Error} If a record has more or fewer fields than there are columns,
 * or a separator or comment cannot be one.
 * @throws {TypeError} If `skipFirstRow` is given and there is no record, or
 * the input or an option has the wrong type.
 * @throws {RangeError} If the separator is empty.
 *
 * @example Objects
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { parse } from "@fastpath/fastpath/compat/csv";
 *
 * assertEquals(parse("a;b\n1;2\n", { skipFirstRow: true, separator: ";" }), [
 *   { a: "1", b: "2" },
 * ]);
 * assertEquals(parse("1,2\n", { columns: ["x", "y"] }), [{ x: "1", y: "2" }]);
 * ```
 */
export function parse<const T extends ParseOptions>(
  input: string,
  options: T,
): ParseResult<ParseOptions, T>;
export function parse(
  input: string,
  options: ParseOptions = {},
): string[][] | Record<string, string>[] {
  const { skipFirstRow, columns } = options;
  if (skipFirstRow || columns) return objectsOf(input, options);
  const rows: string[][] = [];
  eachRecord(input, options, (parser) => {
    rows.push(parser.row());
  });
  return rows;
}

function objectsOf(
  input: string,
  options: ParseOptions,
): Record<string, string>[] {
  const { skipFirstRow, columns } = options;
  const rows: Record<string, string>[] = [];
  let maker = columns ? new RowMaker(columns) : null;
  let mismatch: Error | null = null;
  let records = 0;
  eachRecord(input, options, (parser) => {
    records++;
    if (records === 1 && skipFirstRow) maker ??= new RowMaker(parser.row());
    else if (parser.count !== maker!.headers.length) {
      // A fault of the text itself comes first, wherever it stands.
      mismatch ??= maker!.mismatch(records, parser.count);
    } else if (mismatch === null) rows.push(maker!.row(parser.fields));
  });
  if (records === 0 && skipFirstRow) {
    throw new TypeError("Cannot parse input: headers must be defined");
  }
  if (mismatch !== null) throw mismatch;
  return rows;
}

/** Hands over every record that is neither blank nor a comment. */
function eachRecord(input: string, options: ParseOptions, take: Take): void {
  const { separator = ",", comment, fieldsPerRecord } = options;
  if (typeof input !== "string") {
    throw new TypeError(
      `Cannot parse: expected a string, found ${describe(input)}`,
    );
  }
  if (
    RESERVED.includes(separator) || RESERVED.includes(comment) ||
    separator === comment
  ) throw new Error("Cannot parse input: invalid delimiter");
  const parser = new RecordParser(settingsOf(options, separator));
  const lines = new Lines(input, input.startsWith(MARK) ? 1 : 0);
  let expected = fieldCountOf(fieldsPerRecord);
  let records = 0;
  for (; lines.next(); records++) {
    const { start, end } = lines;
    parser.count = 0;
    const isRecord = start < end && !(comment && input[start] === comment);
    if (isRecord) {
      let isWhole = parser.begin(input, start, end, records);
      while (!isWhole) {
        if (lines.next()) isWhole = parser.next(input, lines.start, lines.end);
        else {
          parser.cutOff(true);
          isWhole = true;
        }
      }
    }
    const { count } = parser;
    // The first line tells the number even where it is no record.
    if (expected === "first") expected = count;
    if (!isRecord) continue;
    if (expected !== null && expected !== count) {
      throw wrongCount(records + 1, expected, count);
    }
    take(parser);
  }
}

/** The lines of a text: ended by LF or CRLF, the last one by CR also. */
class Lines {
  /** Where the line at hand begins and ends. */
  start = 0;
  end = 0;
  readonly #text: string;
  #next: number;

  constructor(text: string, from: number) {
    this.#text = text;
    this.#next = from;
  }

  /** Goes to the next line, if there is one. */
  next(): boolean {
    const text = this.#text;
    const start = this.#next;
    if (start >= text.length) return false;
    const lineFeed = text.indexOf("\n", start);
    let end = lineFeed < 0 ? text.length : lineFeed;
    this.#next = end + 1;
    if (end > start && text.charCodeAt(end - 1) === CARRIAGE_RETURN) end--;
    this.start = start;
    this.end = end;
    return true;
  }
}

function describe(value: unknown): string {
  if (value === null) return "null";
  return typeof value === "object" ? "an object" : typeof value;
}
