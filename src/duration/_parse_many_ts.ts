/**
 * Many durations from texts in TypeScript: arrays of strings and columns.
 *
 * @module
 */

import { bitAt, bitmapBytes, setBits } from "../table/_bitmap.ts";
import { decodeText } from "../table/_text.ts";
import { Column, type Dictionary } from "../table/column.ts";
import { durationError } from "./error.ts";
import type { DurationRules } from "./options.ts";
import {
  faultOfText,
  parseBytesTs,
  parseTextTs,
  storeInt64,
} from "../values/_duration_parse.ts";

/** Milliseconds under construction, a row after the other. */
class Milliseconds {
  readonly #values: BigInt64Array<ArrayBuffer>;
  readonly #halves: Int32Array;
  #validity: Uint8Array<ArrayBuffer> | undefined;

  constructor(rows: number) {
    this.#values = new BigInt64Array(rows);
    this.#halves = new Int32Array(this.#values.buffer);
  }

  set(row: number, ms: number): void {
    storeInt64(this.#halves, row, ms);
  }

  setNull(row: number): void {
    const rows = this.#values.length;
    if (this.#validity === undefined) {
      this.#validity = new Uint8Array(bitmapBytes(rows));
      setBits(this.#validity, 0, rows);
    }
    this.#validity[row >>> 3]! &= ~(1 << (row & 7));
  }

  /** Does with a row that is no duration what the rules say. */
  refuse(row: number, text: string, rules: DurationRules): void {
    if (rules.onError === "null") this.setNull(row);
    if (rules.onError === "throw") throwFault(text, rules, row);
  }

  column(): Column<"i64"> {
    return new Column({
      type: "i64",
      length: this.#values.length,
      data: this.#values,
      validity: this.#validity,
    });
  }
}

/**
 * Throws the error of a text.
 *
 * @param text A text that is no duration.
 * @param rules The rules.
 * @param row Its index among several; null for a single text.
 * @throws {DurationError} Always, or a `DurationRangeError`.
 */
export function throwFault(
  text: string,
  rules: DurationRules,
  row: number | null,
): never {
  const fault = faultOfText(text, rules);
  if (fault === null) throw new Error(`the text ${text} is a duration`);
  throw durationError(text, fault, row);
}

/**
 * The milliseconds of texts.
 *
 * @param texts The texts.
 * @param rules The rules.
 * @returns A column of as many rows.
 * @throws {TypeError} If a value is no text.
 * @throws {DurationError} If a text is no duration and that is an error.
 */
export function parseTextsTs(
  texts: readonly string[],
  rules: DurationRules,
): Column<"i64"> {
  const { length } = texts;
  const out = new Milliseconds(length);
  for (let row = 0; row < length; row++) {
    const text = texts[row]!;
    if (typeof text !== "string") {
      throw new TypeError(
        `Cannot parse duration at row ${row}: expected a string, found ` +
          (text === null ? "null" : `a ${typeof text}`),
      );
    }
    const ms = parseTextTs(text, rules);
    // Only NaN differs from itself.
    if (ms === ms) out.set(row, ms);
    else out.refuse(row, text, rules);
  }
  return out.column();
}

/**
 * The milliseconds of a column of texts.
 *
 * @param column The column.
 * @param rules The rules.
 * @returns A column of as many rows; null where the text is null.
 * @throws {RangeError} If an offset leaves the column's bytes.
 * @throws {DurationError} If a text is no duration and that is an error.
 */
export function parseColumnTs(
  column: Column<"utf8">,
  rules: DurationRules,
): Column<"i64"> {
  return column.dictionary === undefined
    ? parsePlain(column, rules)
    : parseDictionary(column, column.dictionary, rules);
}

function parsePlain(
  column: Column<"utf8">,
  rules: DurationRules,
): Column<"i64"> {
  const { length, validity } = column;
  const data = column.data as Uint8Array<ArrayBuffer>;
  const offsets = column.offsets!;
  const out = new Milliseconds(length);
  for (let row = 0; row < length; row++) {
    if (validity !== undefined && !bitAt(validity, row)) {
      out.setNull(row);
      continue;
    }
    const start = offsets[row]!;
    const end = offsets[row + 1]!;
    checkSpan(start, end, data.length, row);
    const ms = parseBytesTs(data, start, end, rules);
    if (ms === ms) out.set(row, ms);
    else out.refuse(row, decodeText(data, start, end), rules);
  }
  return out.column();
}

/** Parses each distinct text once; one that no row uses does not matter. */
function parseDictionary(
  column: Column<"utf8">,
  { length: distinct, data, offsets }: Dictionary,
  rules: DurationRules,
): Column<"i64"> {
  const { length, validity } = column;
  const codes = column.data as Int32Array;
  const parsed = new Float64Array(distinct);
  for (let code = 0; code < distinct; code++) {
    const start = offsets[code]!;
    const end = offsets[code + 1]!;
    checkSpan(start, end, data.length, code);
    parsed[code] = parseBytesTs(data, start, end, rules);
  }
  const out = new Milliseconds(length);
  for (let row = 0; row < length; row++) {
    if (validity !== undefined && !bitAt(validity, row)) {
      out.setNull(row);
      continue;
    }
    const code = codes[row]!;
    if (code >>> 0 >= distinct) {
      throw new RangeError(
        `Cannot parse duration at row ${row}: the dictionary has ` +
          `${distinct} texts, not a code ${code}`,
      );
    }
    const ms = parsed[code]!;
    if (ms === ms) out.set(row, ms);
    else {
      const text = decodeText(data, offsets[code]!, offsets[code + 1]!);
      out.refuse(row, text, rules);
    }
  }
  return out.column();
}

function checkSpan(
  start: number,
  end: number,
  limit: number,
  row: number,
): void {
  if (start >= 0 && start <= end && end <= limit) return;
  throw new RangeError(
    `Cannot parse duration at row ${row}: its bytes ${start} to ${end} ` +
      `leave the column's ${limit}`,
  );
}
