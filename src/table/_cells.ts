/**
 * Prints the values of a column into a sink, as all text formats print them
 * (semantics 24 and 25). Texts and what is particular to a format are in
 * `_print_csv.ts` and `_print_ndjson.ts`.
 *
 * @module
 */

import { formatDecimal, POWERS } from "../values/_decimal.ts";
import { formatDate, formatFloat } from "../values/format.ts";
import { bitAt } from "./_bitmap.ts";
import { putDecimal, putFraction } from "./_digits.ts";
import { ByteSink } from "./_sink.ts";
import type { Column, Dictionary } from "./column.ts";

/** Prints the value of a row that is not null. */
export interface CellPrinter {
  print(sink: ByteSink, row: number): void;
}

/** How a format prints a text: the bytes `start` to `end` of `data`. */
export type TextPrinter = (
  sink: ByteSink,
  data: Uint8Array,
  start: number,
  end: number,
) => void;

const MINUS = 45;
const DOT = 46;
const LETTER_H = 72;
const LETTER_M = 77;
const LETTER_S = 83;
const LETTER_T = 84;
const LETTER_Z = 90;

/**
 * The printer of a column.
 *
 * @param column The column.
 * @param printText How the format prints a text.
 * @param printFloat How the format prints a float.
 */
export function cellPrinter(
  column: Column,
  printText: TextPrinter,
  printFloat: (sink: ByteSink, value: number) => void,
): CellPrinter {
  const { data, dictionary, offsets } = column;
  switch (column.type) {
    case "bool":
      return new BoolCells(data as Uint8Array);
    case "i32":
      return new IntegerCells(data as Int32Array);
    case "i64":
      return new LongCells(data as BigInt64Array);
    case "f64":
      return new FloatCells(data as Float64Array, printFloat);
    case "date":
      return new DateCells(data as Int32Array);
    case "timestamp":
      return new TimestampCells(data as BigInt64Array, column.zoned);
    case "utf8":
      return dictionary === undefined
        ? new TextCells(data as Uint8Array, offsets!, printText)
        : new CodeCells(data as Int32Array, dictionary, printText);
    case "decimal":
      return new DecimalCells(data as BigInt64Array, column.scale);
    case "duration":
      return new DurationCells(data as BigInt64Array);
    case "list":
      // Lists are JSON in every format: `_lists.ts` prints them.
      throw new TypeError("Cannot print a list as a single value");
  }
}

/** Appends ECMAScript's text of a number; negative zero is `-0`. */
export function printNumber(sink: ByteSink, value: number): void {
  if (Number.isSafeInteger(value) && value !== 0) sink.integer(value);
  else if (!printDecimal(sink, value)) sink.ascii(formatFloat(value));
}

/** Prints a number of at most six decimals; false if it is none. */
function printDecimal(sink: ByteSink, value: number): boolean {
  sink.reserve(24);
  const end = putDecimal(sink.view, sink.length, value);
  if (end < 0) return false;
  sink.length = end;
  return true;
}

class BoolCells implements CellPrinter {
  readonly #bits: Uint8Array;
  constructor(bits: Uint8Array) {
    this.#bits = bits;
  }
  print(sink: ByteSink, row: number): void {
    sink.ascii(bitAt(this.#bits, row) ? "true" : "false");
  }
}

class IntegerCells implements CellPrinter {
  readonly #data: Int32Array;
  constructor(data: Int32Array) {
    this.#data = data;
  }
  print(sink: ByteSink, row: number): void {
    sink.integer(this.#data[row]!);
  }
}

class LongCells implements CellPrinter {
  readonly #data: BigInt64Array;
  constructor(data: BigInt64Array) {
    this.#data = data;
  }
  print(sink: ByteSink, row: number): void {
    const value = this.#data[row]!;
    const number = Number(value);
    if (Number.isSafeInteger(number)) sink.integer(number);
    else sink.ascii(value.toString());
  }
}

class FloatCells implements CellPrinter {
  readonly #data: Float64Array;
  readonly #print: (sink: ByteSink, value: number) => void;
  constructor(
    data: Float64Array,
    print: (sink: ByteSink, value: number) => void,
  ) {
    this.#data = data;
    this.#print = print;
  }
  print(sink: ByteSink, row: number): void {
    this.#print(sink, this.#data[row]!);
  }
}

/** 0000-03-01 and 9999-12-31: what has four digits for the year. */
const DAY_MIN = -719_468;
const DAY_MAX = 2_932_896;

function printDay(sink: ByteSink, days: number): void {
  if (days >= DAY_MIN && days <= DAY_MAX) sink.day(days);
  else sink.ascii(formatDate(days));
}

class DateCells implements CellPrinter {
  readonly #data: Int32Array;
  constructor(data: Int32Array) {
    this.#data = data;
  }
  print(sink: ByteSink, row: number): void {
    printDay(sink, this.#data[row]!);
  }
}

const SECOND_MICROS = 1_000_000;
const DAY_SECONDS = 86_400;
const TWO_32 = 4_294_967_296;

class TimestampCells implements CellPrinter {
  /** Halves, low first, as little-endian machines store 64 bits. */
  readonly #halves: Int32Array;
  readonly #zoned: boolean;
  constructor(data: BigInt64Array, zoned: boolean) {
    this.#halves = new Int32Array(
      data.buffer,
      data.byteOffset,
      data.length * 2,
    );
    this.#zoned = zoned;
  }
  print(sink: ByteSink, row: number): void {
    // Long division in two exact steps: microseconds can exceed 2^53.
    const hi = this.#halves[2 * row + 1]!;
    const lo = this.#halves[2 * row]! >>> 0;
    const top = Math.floor(hi / SECOND_MICROS);
    const rest = (hi - top * SECOND_MICROS) * TWO_32 + lo;
    const below = Math.floor(rest / SECOND_MICROS);
    const seconds = top * TWO_32 + below;
    const micros = rest - below * SECOND_MICROS;
    const days = Math.floor(seconds / DAY_SECONDS);
    const inDay = seconds - days * DAY_SECONDS;
    printDay(sink, days);
    sink.byte(LETTER_T);
    sink.clock(inDay);
    if (micros > 0) printFraction(sink, micros);
    if (this.#zoned) sink.byte(LETTER_Z);
  }
}

function printFraction(sink: ByteSink, micros: number): void {
  sink.reserve(7);
  sink.length = putFraction(sink.view, sink.length, micros | 0);
}

/** Digits that a sink prints at once. */
const DIGITS_MAX = 9;

class DecimalCells implements CellPrinter {
  readonly #data: BigInt64Array;
  readonly #scale: number;
  readonly #power: number;
  constructor(data: BigInt64Array, scale: number) {
    this.#data = data;
    this.#scale = scale;
    this.#power = POWERS[scale]!;
  }
  print(sink: ByteSink, row: number): void {
    const value = this.#data[row]!;
    const size = Math.abs(Number(value));
    if (!Number.isSafeInteger(size) || this.#scale > DIGITS_MAX) {
      return sink.ascii(formatDecimal(value, this.#scale));
    }
    if (value < 0n) sink.byte(MINUS);
    const whole = Math.floor(size / this.#power);
    sink.integer(whole);
    if (this.#scale === 0) return;
    sink.byte(DOT);
    sink.digits(size - whole * this.#power, this.#scale);
  }
}

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

function printPart(sink: ByteSink, value: number, letter: number): void {
  sink.integer(value);
  sink.byte(letter);
}

/** Hours are the largest unit, as `formatDuration` prints them. */
class DurationCells implements CellPrinter {
  readonly #data: BigInt64Array;
  constructor(data: BigInt64Array) {
    this.#data = data;
  }
  print(sink: ByteSink, row: number): void {
    const value = Number(this.#data[row]!);
    const size = Math.abs(value);
    const hours = Math.floor(size / HOUR_MS);
    const inHour = size - hours * HOUR_MS;
    const minutes = (inHour / MINUTE_MS) | 0;
    const inMinute = inHour - minutes * MINUTE_MS;
    const seconds = (inMinute / 1000) | 0;
    sink.ascii(value < 0 ? "-PT" : "PT");
    if (hours > 0) printPart(sink, hours, LETTER_H);
    if (minutes > 0) printPart(sink, minutes, LETTER_M);
    if (inMinute === 0 && size > 0) return;
    sink.integer(seconds);
    const millis = inMinute - seconds * 1000;
    if (millis > 0) printFraction(sink, millis * 1000);
    sink.byte(LETTER_S);
  }
}

class TextCells implements CellPrinter {
  readonly #data: Uint8Array;
  readonly #offsets: Int32Array;
  readonly #print: TextPrinter;
  constructor(data: Uint8Array, offsets: Int32Array, print: TextPrinter) {
    this.#data = data;
    this.#offsets = offsets;
    this.#print = print;
  }
  print(sink: ByteSink, row: number): void {
    const offsets = this.#offsets;
    this.#print(sink, this.#data, offsets[row]!, offsets[row + 1]!);
  }
}

/** Texts of a dictionary, each printed once beforehand. */
export class CodeCells implements CellPrinter {
  /** The texts as they print, one after the other. */
  readonly printed: Uint8Array;
  /** Where each ends; a zero comes first. */
  readonly ends: Int32Array;
  readonly #codes: Int32Array;
  constructor(
    codes: Int32Array,
    { data, offsets, length }: Dictionary,
    print: TextPrinter,
  ) {
    const sink = new ByteSink(data.length + 2 * length);
    this.#codes = codes;
    this.ends = new Int32Array(length + 1);
    for (let code = 0; code < length; code++) {
      print(sink, data, offsets[code]!, offsets[code + 1]!);
      this.ends[code + 1] = sink.length;
    }
    this.printed = sink.take();
  }
  print(sink: ByteSink, row: number): void {
    const code = this.#codes[row]!;
    sink.copy(this.printed, this.ends[code]!, this.ends[code + 1]!);
  }
}
