/**
 * The grammar of durations: every form, strict and lenient, over the UTF-16
 * code units of one text. It goes over the text once, from left to right, and
 * makes no strings unless the text is refused. `docs/durations.md` states the
 * grammar; `ffi/kernels/src/duration/grammar.rs` is its twin.
 *
 * @module
 */

import type { DurationErrorCode } from "../errors.ts";
import type { DurationFault, DurationRules } from "./_duration_rules.ts";
import {
  CALENDAR_WORDS,
  DAY_MS,
  UNIT_WORDS,
  WORD_MAX,
} from "./_duration_units.ts";

/** Longest text, in UTF-16 code units. */
export const LENGTH_MAX = 100;

/** Fraction digits that ISO 8601 texts may have, as Temporal reads them. */
const ISO_FRACTION_MAX = 9;

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
const SECOND_MS = 1000;

const TAB = 9;
const SPACE = 32;
const PLUS = 43;
const COMMA = 44;
const MINUS = 45;
const DOT = 46;
const ZERO = 48;
const COLON = 58;
const LETTER_M = 77;
const LETTER_T = 84;
const LOWER_A = 97;
const LOWER_D = 100;
const LOWER_N = 110;
const LOWER_P = 112;
const LOWER_U = 117;
const MICRO_SIGN = 0xb5;
const GREEK_MU = 0x3bc;

const A_DIGIT = "a digit";
const A_UNIT = "a unit";
const THE_END = "the end";

/** The text under work; a text is refused by throwing {@linkcode REFUSED}. */
const text = {
  units: new Uint16Array(0),
  at: 0,
  end: 0,
};

/** A number that was read: where its digits are. */
const number = { start: 0, wholeEnd: 0, fractionStart: 0, end: 0 };

/** Why the last text was refused, if somebody asked. */
let fault: DurationFault | null = null;
let isAsked = false;

/** What a refusal throws: not an Error, which would cost a stack trace. */
const REFUSED = Symbol("refused");

/**
 * Parses one text.
 *
 * @param units The text's UTF-16 code units; more may follow it.
 * @param length How many there are; beyond {@linkcode LENGTH_MAX} only the
 * count matters.
 * @param rules The rules.
 * @returns Milliseconds, or NaN for a text that is refused.
 */
export function parseUnits(
  units: Uint16Array<ArrayBuffer>,
  length: number,
  rules: DurationRules,
): number {
  text.units = units;
  text.at = 0;
  text.end = length;
  try {
    return signed(rules);
  } catch (error) {
    if (error !== REFUSED) throw error;
    return NaN;
  }
}

/**
 * Why `parseUnits` refuses a text.
 *
 * @param units The text's UTF-16 code units.
 * @param length How many there are.
 * @param rules The rules.
 * @returns The fault, or null if the text is a duration.
 */
export function faultOfUnits(
  units: Uint16Array<ArrayBuffer>,
  length: number,
  rules: DurationRules,
): DurationFault | null {
  fault = null;
  isAsked = true;
  try {
    parseUnits(units, length, rules);
  } finally {
    isAsked = false;
  }
  return fault;
}

function refuse(
  code: DurationErrorCode,
  offset: number,
  args: Record<string, string> = {},
): never {
  if (isAsked) fault = { code, offset, args };
  throw REFUSED;
}

/** Refuses the character at an offset, or the end. */
function unexpected(offset: number, expected: string): never {
  const { units, end } = text;
  if (offset >= end) refuse("UNEXPECTED_END", end, { expected });
  const rest = isAsked
    ? String.fromCharCode(...units.subarray(offset, end))
    : "";
  const found = JSON.stringify([...rest.toWellFormed()][0] ?? "");
  refuse("UNEXPECTED_CHARACTER", offset, { expected, found });
}

/** The unit at an offset, or 0 at the end. */
function unitAt(offset: number): number {
  return offset < text.end ? text.units[offset]! : 0;
}

function isDigit(unit: number): boolean {
  return unit >= ZERO && unit <= ZERO + 9;
}

function isBlank(unit: number): boolean {
  return unit === SPACE || unit === TAB;
}

function skipBlanks(): void {
  while (isBlank(unitAt(text.at))) text.at++;
}

/** Sign and body; negative zero is zero. */
function signed(rules: DurationRules): number {
  if (text.end > LENGTH_MAX) refuse("DURATION_TOO_LONG", LENGTH_MAX);
  if (rules.isLenient) trim();
  if (text.at === text.end) refuse("EMPTY_DURATION", text.at);
  const sign = unitAt(text.at);
  if (sign === MINUS || sign === PLUS) text.at++;
  const ms = body(rules);
  return sign === MINUS ? 0 - ms : ms;
}

function trim(): void {
  const { units } = text;
  while (text.end > 0 && isBlank(units[text.end - 1]!)) text.end--;
  skipBlanks();
}

function body(rules: DurationRules): number {
  const start = text.at;
  if (rules.isTracker) return tracker(rules);
  if ((unitAt(start) | 32) === LOWER_P) return iso(rules);
  let at = start;
  while (isDigit(unitAt(at))) at++;
  if (at > start && unitAt(at) === COLON) return clock(rules);
  return items(rules);
}

/** Adds a product to a total; refuses what leaves the safe integers. */
function add(total: number, count: number, unitMs: number, at: number): number {
  if (count > Number.MAX_SAFE_INTEGER / unitMs) {
    refuse("DURATION_OVERFLOW", at);
  }
  const sum = total + count * unitMs;
  if (sum > Number.MAX_SAFE_INTEGER) refuse("DURATION_OVERFLOW", at);
  return sum;
}

/** The value of digits; beyond 2^53 it is only known to be too large. */
function digitsValue(start: number, end: number): number {
  let value = 0;
  for (let at = start; at < end; at++) {
    value = value * 10 + (text.units[at]! - ZERO);
  }
  return value;
}

/**
 * The whole milliseconds of a decimal fraction of a unit. Going from the last
 * digit to the first, each step is a whole number if the result is one.
 */
function fractionMs(start: number, end: number, unitMs: number): number {
  let ms = 0;
  for (let at = end - 1; at >= start; at--) {
    ms += (text.units[at]! - ZERO) * unitMs;
    if (ms % 10 !== 0) refuse("NOT_WHOLE_MILLISECONDS", start - 1);
    ms /= 10;
  }
  return ms;
}

/** Digits from here on; at least one. */
function skipDigits(): void {
  if (!isDigit(unitAt(text.at))) unexpected(text.at, A_DIGIT);
  while (isDigit(unitAt(text.at))) text.at++;
}

/** `H:MM:SS[.f]` or two fields, by the option `clock`. */
function clock(rules: DurationRules): number {
  const start = text.at;
  skipDigits();
  const lead = digitsValue(start, text.at);
  const isThree = hasColonAfter(text.at + 1);
  const isHours = isThree || rules.isHourClock;
  let ms = add(0, lead, isHours ? HOUR_MS : MINUTE_MS, start);
  ms = field(ms, isHours, rules);
  if (isThree) {
    if (unitAt(text.at) !== COLON) unexpected(text.at, "a colon");
    ms = field(ms, false, rules);
  }
  const unit = unitAt(text.at);
  const isPoint = unit === DOT || (rules.isLenient && unit === COMMA);
  if (isPoint && (isThree || !isHours)) {
    const fraction = ++text.at;
    skipDigits();
    ms = add(ms, fractionMs(fraction, text.at, SECOND_MS), 1, start);
  }
  if (text.at < text.end) unexpected(text.at, THE_END);
  return ms;
}

function hasColonAfter(start: number): boolean {
  for (let at = start; at < text.end; at++) {
    if (text.units[at] === COLON) return true;
  }
  return false;
}

/** A colon and minutes or seconds, added to a total. */
function field(
  total: number,
  isMinutes: boolean,
  rules: DurationRules,
): number {
  const start = ++text.at;
  if (start === text.end) unexpected(start, A_DIGIT);
  while (isDigit(unitAt(text.at))) text.at++;
  const digits = text.at - start;
  const value = digitsValue(start, text.at);
  if (rules.isLenient ? digits === 0 : digits !== 2 || value > 59) {
    const expected = isMinutes ? "minutes" : "seconds";
    const isShort = digits > 0 && value <= 59;
    refuse(
      "FIELD_OUT_OF_RANGE",
      start,
      isShort ? { expected, digits: "2" } : { expected },
    );
  }
  return add(total, value, isMinutes ? MINUTE_MS : SECOND_MS, start);
}

/** One to three whole numbers with colons between them. */
function tracker(rules: DurationRules): number {
  const starts = [text.at];
  skipDigits();
  while (unitAt(text.at) === COLON && starts.length < 3) {
    starts.push(++text.at);
    skipDigits();
  }
  if (text.at < text.end) unexpected(text.at, THE_END);
  const first = starts.length === 3 || rules.isHourClock ? HOUR_MS : MINUTE_MS;
  let unitMs = starts.length === 1 ? rules.unitMs : first;
  let ms = 0;
  starts.forEach((start, index) => {
    const end = (starts[index + 1] ?? text.end + 1) - 1;
    ms = add(ms, digitsValue(start, end), unitMs, start);
    unitMs /= 60;
  });
  return ms;
}

/** A bare number, or numbers with units. */
function items(rules: DurationRules): number {
  let total = 0;
  for (let count = 0;; count++) {
    decimal(rules.isLenient);
    if (rules.isLenient) skipBlanks();
    if (text.at === text.end) {
      if (count > 0) refuse("UNIT_MISSING", number.start);
      return addNumber(0, rules.unitMs, 0);
    }
    const unit = word(rules);
    total = addNumber(total, unit.ms, unit.shift);
    if (text.at === text.end) return total;
    if (rules.isLenient) separator();
  }
}

/** Digits with an optional point; `5.` and `.5` are numbers, as in Go. */
function decimal(isLenient: boolean): void {
  number.start = text.at;
  while (isDigit(unitAt(text.at))) text.at++;
  number.wholeEnd = number.fractionStart = text.at;
  const unit = unitAt(text.at);
  const isComma = isLenient && unit === COMMA && text.at > number.start &&
    isDigit(unitAt(text.at + 1));
  if (unit === DOT || isComma) {
    number.fractionStart = ++text.at;
    while (isDigit(unitAt(text.at))) text.at++;
  }
  number.end = text.at;
  const digits = number.wholeEnd - number.start + number.end -
    number.fractionStart;
  if (digits === 0) unexpected(text.at, A_DIGIT);
}

/** Adds the last number, in a unit, to a total. */
function addNumber(total: number, unitMs: number, shift: number): number {
  const { start, wholeEnd, fractionStart, end } = number;
  const cut = Math.max(start, wholeEnd - shift);
  const sum = add(total, digitsValue(start, cut), unitMs, start);
  if (digitsValue(cut, wholeEnd) > 0) {
    refuse("NOT_WHOLE_MILLISECONDS", start);
  }
  // Below a millisecond any digit that is not 0 is too much.
  const fraction = shift === 0
    ? fractionMs(fractionStart, end, unitMs)
    : fractionMs(fractionStart, end, 1);
  return add(sum, fraction, 1, start);
}

/** The unit that stands here. */
function word(rules: DurationRules): { ms: number; shift: number } {
  const start = text.at;
  let name = "";
  for (; text.at < text.end; text.at++) {
    const lower = letterAt(text.at, rules.isLenient);
    if (lower === 0) break;
    if (name.length <= WORD_MAX) name += String.fromCharCode(lower);
  }
  if (name === "") unexpected(start, A_UNIT);
  // A capital M is a minute to some and a month to others.
  const isCapitalM = name === "m" && unitAt(start) === LETTER_M;
  const unit = UNIT_WORDS.get(name);
  const isKnown = unit !== undefined && (rules.isLenient || unit.isStrict);
  if (isKnown && !isCapitalM) {
    if (unit.isDays && !rules.hasDays) refuse("DAYS_NOT_ALLOWED", start);
    return unit;
  }
  if (CALENDAR_WORDS.has(name)) refuse("CALENDAR_UNIT", start);
  const found = String.fromCharCode(...text.units.subarray(start, text.at));
  const expected = "h, m, s, ms, us, ns" +
    (rules.hasDays ? ", w, d" : "") +
    (rules.isLenient ? " and words such as hours" : "");
  refuse("UNKNOWN_UNIT", start, { found, expected });
}

/** The letter at an offset in lower case if any may be; 0 for no letter. */
function letterAt(offset: number, anyCase: boolean): number {
  const unit = text.units[offset]!;
  const lower = unit | 32;
  if (lower >= LOWER_A && lower <= LOWER_A + 25 && unit < 128) {
    return anyCase ? lower : unit;
  }
  return unit === MICRO_SIGN || unit === GREEK_MU ? LOWER_U : 0;
}

/** What may stand between items of a lenient text: blanks, a comma, `and`. */
function separator(): void {
  skipBlanks();
  if (unitAt(text.at) === COMMA) text.at++;
  skipBlanks();
  const { at } = text;
  const isAnd = (unitAt(at) | 32) === LOWER_A &&
    (unitAt(at + 1) | 32) === LOWER_N && (unitAt(at + 2) | 32) === LOWER_D &&
    isBlank(unitAt(at + 3));
  if (!isAnd) return;
  text.at += 4;
  skipBlanks();
}

/** Index of a designator in the order that ISO 8601 asks for, or -1. */
function designator(unit: number, isTime: boolean): number {
  const order = isTime ? "hms" : "ymwd";
  if (unit === 0 || unit > 127) return -1;
  return order.indexOf(String.fromCharCode(unit | 32));
}

/** Milliseconds of the designators that have a fixed length. */
const DATE_MS = [0, 0, 7 * DAY_MS, DAY_MS];
const TIME_MS = [HOUR_MS, MINUTE_MS, SECOND_MS];

/** `PnWnDTnHnMnS`; the last part of the time may have a fraction. */
function iso(rules: DurationRules): number {
  text.at++;
  let total = 0;
  let isTime = false;
  let last = -1;
  do {
    if (!isTime && (unitAt(text.at) | 32) === (LETTER_T | 32)) {
      text.at++;
      isTime = true;
      last = -1;
    }
    const start = text.at;
    skipDigits();
    const wholeEnd = text.at;
    const fraction = isTime ? isoFraction() : wholeEnd;
    const unit = unitAt(text.at);
    const order = designator(unit, isTime);
    if (order < 0) unexpected(text.at, A_UNIT);
    if (order <= last) refuse("UNIT_ORDER", text.at);
    last = order;
    const unitMs = (isTime ? TIME_MS : DATE_MS)[order]!;
    if (unitMs === 0) refuse("CALENDAR_UNIT", text.at);
    if (!isTime && !rules.hasDays) refuse("DAYS_NOT_ALLOWED", text.at);
    total = add(total, digitsValue(start, wholeEnd), unitMs, start);
    if (fraction > wholeEnd) {
      total = add(total, fractionMs(fraction, text.at, unitMs), 1, start);
    }
    text.at++;
    if (fraction > wholeEnd && text.at < text.end) unexpected(text.at, THE_END);
  } while (text.at < text.end);
  return total;
}

/** A point or comma and one to nine digits; gives where the digits begin. */
function isoFraction(): number {
  const unit = unitAt(text.at);
  if (unit !== DOT && unit !== COMMA) return text.at;
  const start = ++text.at;
  skipDigits();
  if (text.at - start > ISO_FRACTION_MAX) {
    unexpected(start + ISO_FRACTION_MAX, A_UNIT);
  }
  return start;
}
