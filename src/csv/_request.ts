/**
 * From the options of the CSV readers to what a pass needs, checked.
 *
 * @module
 */

import { type Fault, ParseError } from "../errors.ts";
import { type DialectRules, NO_BYTE } from "../read/_dialect_rules.ts";
import type { ReadRequest } from "../read/_drive.ts";
import type { RowPolicy } from "../read/_engine.ts";
import { ROWS_MAX } from "../read/_engine.ts";
import type { NumberStyle } from "../read/_number_style.ts";
import {
  checkChoice,
  checkReadOptions,
  type ReadSettings,
} from "../read/options.ts";
import { declaredType } from "../table/schema.ts";
import { CsvScanner } from "./_scan_ts.ts";
import { DialectScanner } from "./_dialect_scan_ts.ts";
import { decoderOf } from "./_encoding.ts";
import type { ReadCsvBatchesOptions, RowError } from "./options.ts";

const COMMA = 44;
const DOT = 46;
const QUOTE = 34;
/** Error rows where nothing else is said. */
const ERRORS_MAX = 1000;
const THOUSANDS = ".,'_ ";

/**
 * Checks the options and makes the request.
 *
 * @throws {TypeError} If an option has the wrong type.
 * @throws {RangeError} If an option has a value that is not allowed.
 */
export function requestOf(options: ReadCsvBatchesOptions): ReadRequest {
  const { types = "auto" } = options;
  checkChoice("types", types, ["auto", "text"]);
  const rules = rulesOf(options);
  const dialect = isPlain(rules) ? undefined : rules;
  const { delimiter, header } = rules;
  return {
    ...withoutLists(checkReadOptions(options)),
    kernel: "csv.read",
    format: {
      name: "csv",
      delimiter: String.fromCharCode(delimiter),
      header,
      dialect,
    },
    scanner: () =>
      dialect === undefined
        ? new CsvScanner({ delimiter, header })
        : new DialectScanner(dialect),
    types,
    policy: policyOf(options, rules),
    numbers: numbersOf(options),
    decoder: decoderOf(options),
  };
}

/** Whether the strict scanner does all of it. */
function isPlain(rules: DialectRules): boolean {
  return rules.quote === QUOTE && rules.escape === NO_BYTE &&
    rules.comment === NO_BYTE && rules.names === null &&
    rules.skipRows === 0 && !rules.trim && rules.nullTokens.length === 0 &&
    !rules.lenient && !rules.recovers;
}

function rulesOf(options: ReadCsvBatchesOptions): DialectRules {
  const { mode = "strict", onError = "throw", trim = false } = options;
  checkChoice("mode", mode, ["strict", "lenient"]);
  checkChoice("onError", onError, ["throw", "collect", "null"]);
  const names = namesOf(options.names);
  const { header = names === null } = options;
  checkFlag("header", header);
  checkFlag("trim", trim);
  const rules: DialectRules = {
    ...bytesOf(options),
    header,
    names,
    skipRows: countOf("skipRows", options.skipRows, 0),
    trim,
    nullTokens: textsOf("nullTokens", options.nullTokens ?? []),
    lenient: mode === "lenient",
    recovers: onError !== "throw",
    maxErrors: options.maxErrors === Infinity
      ? ROWS_MAX
      : countOf("maxErrors", options.maxErrors, ERRORS_MAX),
  };
  return rules;
}

/** The bytes with a meaning; each has one only. */
function bytesOf(
  options: ReadCsvBatchesOptions,
): Pick<DialectRules, "delimiter" | "quote" | "escape" | "comment"> {
  const { delimiter = ",", quote = '"', escape, comment } = options;
  // Without a quote it is still no delimiter: writers that quote are common.
  if (delimiter === '"') throw notOne("delimiter", delimiter);
  const bytes = {
    delimiter: byteOf("delimiter", delimiter),
    quote: quote === null ? NO_BYTE : byteOf("quote", quote),
    // A quote that escapes itself is a doubled quote.
    escape: escape === undefined || escape === quote
      ? NO_BYTE
      : byteOf("escape", escape),
    comment: comment === undefined ? NO_BYTE : byteOf("comment", comment),
  };
  const meaning = new Map<number, string>();
  for (const [name, byte] of Object.entries(bytes)) {
    const other = meaning.get(byte);
    if (byte !== NO_BYTE && other !== undefined) {
      throw new RangeError(
        `Cannot read: the options ${other} and ${name} are the same character`,
      );
    }
    meaning.set(byte, name);
  }
  return bytes;
}

function byteOf(name: string, value: unknown): number {
  if (typeof value !== "string") {
    throw new TypeError(`Cannot read: the option ${name} must be a string`);
  }
  const code = value.charCodeAt(0);
  const isOne = value.length === 1 && code > 0 && code < 0x80;
  if (!isOne || "\r\n".includes(value)) throw notOne(name, value);
  return code;
}

function notOne(name: string, value: string): RangeError {
  return new RangeError(
    `Cannot read: the option ${name} must be one ASCII character that ` +
      `is no ${name === "delimiter" ? "quote and no " : ""}line end: it is ` +
      JSON.stringify(value),
  );
}

function checkFlag(name: string, value: unknown): void {
  if (typeof value === "boolean") return;
  throw new TypeError(`Cannot read: the option ${name} must be true or false`);
}

function countOf(name: string, value: unknown, fallback: number): number {
  if (value === undefined) return fallback;
  if (typeof value !== "number") {
    throw new TypeError(
      `Cannot read: the option ${name} must be a number: it is ${typeof value}`,
    );
  }
  if (Number.isInteger(value) && value >= 0 && value <= ROWS_MAX) return value;
  throw new RangeError(
    `Cannot read: the option ${name} must be a whole number from 0 to ` +
      `${ROWS_MAX}: it is ${value}`,
  );
}

/** Copies texts, so that nobody changes them while they are used. */
function textsOf(name: string, value: unknown): string[] {
  const isList = Array.isArray(value) &&
    value.every((text) => typeof text === "string");
  if (!isList) {
    throw new TypeError(
      `Cannot read: the option ${name} must be an array of strings`,
    );
  }
  const texts = [...value as string[]];
  if (texts.some((text) => text.includes("\0") || !text.isWellFormed())) {
    throw new RangeError(
      `Cannot read: a text in the option ${name} has a NUL or a lone surrogate`,
    );
  }
  return texts;
}

function namesOf(value: unknown): string[] | null {
  if (value === undefined) return null;
  const names = textsOf("names", value);
  if (names.length === 0 || names.includes("")) {
    throw new RangeError(
      "Cannot read: the option names must have a name for every column",
    );
  }
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice === undefined) return names;
  throw new RangeError(
    `Cannot read: the option names has "${twice}" twice`,
  );
}

function numbersOf(
  { decimal = ".", thousands }: ReadCsvBatchesOptions,
): NumberStyle | undefined {
  checkChoice("decimal", decimal, [".", ","]);
  if (thousands === undefined) {
    return decimal === "." ? undefined : { decimal: COMMA, thousands: NO_BYTE };
  }
  const group = byteOf("thousands", thousands);
  if (!THOUSANDS.includes(thousands) || thousands === decimal) {
    throw new RangeError(
      "Cannot read: the option thousands must be one of . , ' _ and the " +
        `space, and not the decimal character: it is "${thousands}"`,
    );
  }
  return { decimal: decimal === "." ? DOT : COMMA, thousands: group };
}

function policyOf(
  options: ReadCsvBatchesOptions,
  { lenient, recovers, maxErrors }: DialectRules,
): RowPolicy | undefined {
  const { onError = "throw", onRowError, errors } = options;
  if (onRowError !== undefined && typeof onRowError !== "function") {
    throw new TypeError("Cannot read: the option onRowError is no function");
  }
  if (errors !== undefined && !Array.isArray(errors)) {
    throw new TypeError("Cannot read: the option errors must be an array");
  }
  if (!lenient && !recovers) return undefined;
  const report = (fault: Fault) => {
    const { code, message, line, column, byteOffset } = new ParseError(fault);
    const error: RowError = { code, message, line, column, byteOffset };
    errors?.push(error);
    onRowError?.(error);
  };
  return { onMisfit: onError, maxErrors, report };
}

/** A field of CSV is a single value. */
function withoutLists(settings: ReadSettings): ReadSettings {
  const list = settings.declared.find(({ type }) => type === "list");
  if (list === undefined) return settings;
  throw new RangeError(
    `Cannot read column "${list.name}" as "${declaredType(list)}": a field ` +
      "of CSV is a single value, read it as utf8",
  );
}
