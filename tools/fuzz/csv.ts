/**
 * CSV: both engines against each other, and against `@std/csv`.
 *
 * Where `@std/csv` has other rules, the case is put to it as it wants it:
 *
 * - `BARE_CR`: it ends rows with LF and CRLF only and keeps other carriage
 *   returns; here they are faults. Such inputs are not put to it.
 * - `NUL_AND_UTF8`: it knows texts only; NUL and ill-formed UTF-8 are faults
 *   here. Such inputs are not put to it.
 * - `BLANK_LINES`: it drops them; in one column they are nulls here. It takes
 *   the width of one that the input begins with for that of all rows; it gets
 *   the input without these.
 * - `QUOTED_CRLF`: it makes LF of a CRLF inside quotes; here it stays.
 *
 * @module
 */

import { parse } from "@std/csv";
import type { Random } from "../../bench/data/_random.ts";
import { readCsvSync } from "../../src/csv/mod.ts";
import type { ReadCsvOptions, RowError } from "../../src/csv/mod.ts";
import { ParseError } from "../../src/errors.ts";
import type { EngineMode } from "../../src/backend.ts";
import type { Table } from "../../src/table/table.ts";
import {
  type Case,
  damaged,
  differs,
  eachOf,
  type Property,
} from "./_property.ts";

const encoder = new TextEncoder();
const TELLING = [..."\",\n\r;'\t\0ab 1\\#-."]
  .map((letter) => letter.charCodeAt(0)).concat(0x80, 0xC3, 0xE2, 0xFF, 0xEF);

const PIECES = [
  ...[",", ",", ",", ";", "\n", "\n", "\n", "\r\n", "\r", '"', '""', "'"],
  ...["\\", "#", " ", "NA", "\0", "a", "b", "1", "-3", "1.5", "1,5", "1.234"],
  ...["2024-02-29", "é", "😀", "true", '"x"', '"x,y"', '"x\ny"', "1e3", "007"],
  ...["9007199254740993", "2024-02-29T12:00:00Z", "nan", "-0", "99999999999"],
].map((text) => encoder.encode(text));

const VALUES = [
  ...["", "", "a", "bc", "é😀", "1", "-25", "1.5", "1e400", "00501", "true"],
  ...["2024-02-29", "2024-02-29 10:00", "9223372036854775808", " x "],
  "a text that is longer than a block of the scanner, which is of 64 bytes",
];

/** A table that is well-formed but for the damage. */
function table(random: Random, delimiter: string, quote: string): string {
  const width = 1 + random.below(5);
  const fields = Array.from({ length: width }, () => {
    const few = [random.pick(VALUES), random.pick(VALUES)];
    return () => {
      let text = random.below(8) === 0 ? random.pick(VALUES) : random.pick(few);
      if (random.below(6) === 0) {
        text += random.pick([delimiter, "\n", "\r\n", quote]);
      } else if (random.below(4) > 0) return text;
      return quote + text.replaceAll(quote, quote + quote) + quote;
    };
  });
  let text = "";
  for (let row = random.below(8); row > 0; row--) {
    text += fields.map((field) => field()).join(delimiter);
    text += random.pick(["\n", "\n", "\r\n"]);
  }
  return text;
}

/**
 * A random input, from pieces or a damaged table.
 *
 * @param random The dice.
 * @param delimiter Between fields.
 * @param quote Around fields.
 * @returns The bytes.
 */
export function randomCsv(
  random: Random,
  delimiter = ",",
  quote = '"',
): Uint8Array<ArrayBuffer> {
  if (random.below(2) === 0) {
    const bytes = encoder.encode(table(random, delimiter, quote));
    return random.below(2) === 0 ? bytes : damaged(random, bytes, TELLING);
  }
  const kinds = Array.from(
    { length: 2 + random.below(9) },
    () => random.pick(PIECES),
  );
  const bytes: number[] = random.below(12) === 0 ? [0xEF, 0xBB, 0xBF] : [];
  for (let count = random.below(30); count > 0; count--) {
    bytes.push(...random.pick(kinds));
  }
  return Uint8Array.from(bytes);
}

function randomOptions(random: Random): ReadCsvOptions {
  const maybe = (parts: number) => random.below(parts) === 0;
  if (maybe(3)) return { header: maybe(2), limit: maybe(9) ? 2 : Infinity };
  return {
    ...(maybe(4) ? { delimiter: random.pick([";", "\t", " "]) } : {}),
    ...(maybe(3) ? { quote: random.pick(["'", null]) } : {}),
    ...(maybe(3) ? { escape: "\\" } : {}),
    ...(maybe(3) ? { comment: "#" } : {}),
    ...(maybe(3) ? { header: false } : {}),
    ...(maybe(4) ? { names: random.pick([["x"], ["x", "y"]]) } : {}),
    ...(maybe(4) ? { skipRows: random.below(3) } : {}),
    ...(maybe(2) ? { trim: true } : {}),
    ...(maybe(2) ? { nullTokens: ["NA", "null", "1"] } : {}),
    ...(maybe(4) ? { decimal: "," } : {}),
    ...(maybe(4) ? { thousands: random.pick([".", " ", "'"]) } : {}),
    ...(maybe(2) ? { mode: "lenient" } : {}),
    ...(maybe(2) ? { onError: random.pick(["collect", "null"]) } : {}),
    ...(maybe(3) ? { maxErrors: random.below(4) } : {}),
    ...(maybe(4) ? { limit: random.below(5) } : {}),
    ...(maybe(6) ? { types: "text" } : {}),
    ...(maybe(8) ? { invalidUtf8: "replace" } : {}),
    sampleRows: 1 + random.below(4),
  };
}

/** What a table says: names, types, values and nulls. */
export function saidBy(table: Table): unknown {
  const types = table.schema.map((field) => ({ ...field }));
  const rows = table.toObjects().map((row) => Object.values(row));
  return [types, table.numRows, rows];
}

/** What an error says; other errors than expected ones are thrown on. */
export function saidByError(error: unknown): unknown {
  if (error instanceof ParseError) {
    const { code, line, column, byteOffset, message } = error;
    return { code, line, column, byteOffset, message };
  }
  if (error instanceof RangeError) return { message: error.message };
  throw error;
}

function outcome(
  { input, options }: Case<ReadCsvOptions>,
  engine: EngineMode,
): unknown {
  const errors: RowError[] = [];
  try {
    const table = readCsvSync(input, { ...options, engine, errors });
    return [saidBy(table), errors];
  } catch (error) {
    return [saidByError(error), errors];
  }
}

/** Both engines read the same. */
export const csvEngines: Property<ReadCsvOptions> = {
  name: "csv engines",
  make(random) {
    const options = randomOptions(random);
    const { delimiter = ",", quote } = options;
    return { options, input: randomCsv(random, delimiter, quote ?? '"') };
  },
  check: eachOf((one) =>
    differs("native", outcome(one, "native"), outcome(one, "typescript"))
  ),
};

/** Rows of texts as this library reads them; null for an input it refuses. */
function ourRows(
  input: Uint8Array,
  delimiter: string,
  engine: EngineMode,
): string[][] | null {
  try {
    const options = { engine, delimiter, header: false, types: "text" };
    const table = readCsvSync(input, options as ReadCsvOptions);
    return table.toObjects().map((row) => Object.values(row) as string[]);
  } catch (error) {
    if (error instanceof ParseError) return null;
    throw error;
  }
}

/** Rows as `@std/csv` reads them; null for an input it refuses. */
function stdRows(text: string, delimiter: string): string[][] | null {
  try {
    // BLANK_LINES at the start.
    const plain = text.replace(/^(?:\r?\n)+/, "");
    return parse(plain, { separator: delimiter, fieldsPerRecord: 0 });
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

const utf8 = new TextDecoder("utf-8", { fatal: true });

/** The text of an input that `@std/csv` can be asked about, or null. */
function textFor(input: Uint8Array): string | null {
  try {
    const text = utf8.decode(input);
    // BARE_CR and NUL_AND_UTF8.
    return /\0|\r(?!\n)/.test(text) ? null : text;
  } catch {
    return null;
  }
}

function checkStd(
  { input, options }: Case<{ delimiter: string; engine: EngineMode }>,
): string | null {
  const text = textFor(input);
  if (text === null) return null;
  const { delimiter, engine } = options;
  const ours = ourRows(input, delimiter, engine);
  const theirs = stdRows(text, delimiter);
  if (ours === null || theirs === null) {
    return differs("accepted", ours !== null, theirs !== null);
  }
  // BLANK_LINES: an empty text in quotes is none, but looks the same.
  const isBlank = (row: string[]) => row.length === 1 && row[0] === "";
  const kept = (rows: string[][]) => rows.filter((row) => !isBlank(row));
  // QUOTED_CRLF.
  const plain = (rows: string[][]) =>
    kept(rows).map((row) => row.map((text) => text.replaceAll("\r\n", "\n")));
  return differs("rows", plain(ours), plain(theirs));
}

/** Strict reading accepts what `@std/csv` does, with the same fields. */
export const csvStd: Property<{ delimiter: string; engine: EngineMode }> = {
  name: "csv, @std/csv",
  make(random) {
    const delimiter = random.pick([",", ",", ";", "\t"]);
    const engine = random.pick(["native", "typescript"] as const);
    return {
      input: randomCsv(random, delimiter),
      options: { delimiter, engine },
    };
  },
  check: eachOf(checkStd),
};
