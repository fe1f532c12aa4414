/**
 * The columns of a row as the loop over them wants them: one class for all
 * types, because a call whose target depends on the column takes longer than
 * most values do. What is not common prints by the column's own printer.
 *
 * @module
 */

import { bitAt } from "./_bitmap.ts";
import { type CellPrinter, CodeCells } from "./_cells.ts";
import {
  putClock,
  putDay,
  putDecimal,
  putFraction,
  putInteger,
} from "./_digits.ts";
import type { ByteSink } from "./_sink.ts";
import { encodeText } from "./_text.ts";
import type { Column } from "./column.ts";

/** Bytes of a value that is no text, with what stands around it. */
const CELL_BYTES = 48;

/** Bytes that end a text and a row, and those that whole words write more. */
const END_BYTES = 8;

const QUOTE = 34;
const LETTER_T = 84;
const LETTER_Z = 90;
const SECOND_MICROS = 1_000_000;
const DAY_SECONDS = 86_400;
const TWO_32 = 4_294_967_296;
/** High halves of 64 bits within ±2^52. */
const HIGH_BELOW = 1 << 20;

/** Days with four digits for the year: 0000-03-01 and 9999-12-31. */
const DAY_MIN = -719_468;
const DAY_MAX = 2_932_896;

/** What a column's values are; `OTHER` goes to the printer. */
const OTHER = 0;
const BOOL = 1;
const INT = 2;
const LONG = 3;
const FLOAT = 4;
const DAY = 5;
const MOMENT = 6;
const TEXT = 7;
const CODE = 8;

const KINDS: Readonly<Record<string, number>> = {
  bool: BOOL,
  i32: INT,
  i64: LONG,
  f64: FLOAT,
  date: DAY,
  timestamp: MOMENT,
};

const NO_INTS = new Int32Array(0);
const NO_FLOATS = new Float64Array(0);
const NO_BYTES = new Uint8Array(0);

/** How a format prints the values of a column. */
export interface CellForm {
  /** The printer that is right for every value. */
  readonly printer: CellPrinter;
  /** Whether it prints each value as other columns of the type do. */
  readonly isPlain: boolean;
  /** What stands before each value. */
  readonly lead: string;
  /** What stands for a null. */
  readonly nothing: string;
  /** Whether quotes stand around dates, times and texts. */
  readonly isQuoted: boolean;
  /** Bytes that make a text the printer's, not 0 each. */
  readonly odd: Uint8Array;
  /** The same of a text's first byte. */
  readonly oddFirst: Uint8Array;
}

/** A column of rows that are printed. */
export class RowCells {
  readonly #kind: number;
  readonly #printer: CellPrinter;
  readonly #validity: Uint8Array;
  readonly #hasNulls: boolean;
  /** Values of 32 bits, codes, or halves of 64 bits, the low ones first. */
  readonly #ints: Int32Array;
  readonly #floats: Float64Array;
  /** Bits, or bytes of texts. */
  readonly #bytes: Uint8Array;
  readonly #offsets: Int32Array;
  readonly #zoned: boolean;
  readonly #isQuoted: boolean;
  readonly #odd: Uint8Array;
  readonly #oddFirst: Uint8Array;
  /** Texts in whole words: of the dictionary, before a value, for a null. */
  readonly #printed: DataView;
  readonly #lead: DataView;
  readonly #leadLength: number;
  readonly #leadByte: number;
  readonly #nothing: DataView;
  readonly #nothingLength: number;
  /** Bytes that a field which is no text takes at most. */
  readonly #room: number;

  constructor(column: Column, form: CellForm) {
    const { printer } = form;
    const { data, offsets, validity } = column;
    this.#kind = kindOf(column, form);
    this.#printer = printer;
    this.#validity = validity ?? NO_BYTES;
    this.#hasNulls = validity !== undefined;
    this.#ints = data instanceof Int32Array
      ? data
      : data instanceof BigInt64Array
      ? new Int32Array(data.buffer, data.byteOffset, 2 * data.length)
      : NO_INTS;
    this.#floats = data instanceof Float64Array ? data : NO_FLOATS;
    this.#bytes = data instanceof Uint8Array ? data : NO_BYTES;
    const codes = printer instanceof CodeCells ? printer : null;
    this.#offsets = codes?.ends ?? offsets ?? NO_INTS;
    this.#printed = wordsOf(codes?.printed ?? NO_BYTES);
    this.#zoned = column.zoned;
    this.#isQuoted = form.isQuoted;
    this.#odd = form.odd;
    this.#oddFirst = form.oddFirst;
    const [lead, nothing] = [encodeText(form.lead), encodeText(form.nothing)];
    this.#lead = wordsOf(lead);
    this.#leadLength = lead.length;
    this.#leadByte = lead[0] ?? 0;
    this.#nothing = wordsOf(nothing);
    this.#nothingLength = nothing.length;
    this.#room = CELL_BYTES + lead.length + nothing.length;
  }

  /**
   * Prints the field of a row at a place and gives the place behind, where
   * there is room for what ends a row.
   */
  print(sink: ByteSink, at: number, row: number): number {
    sink.room(at, this.#room);
    const start = this.#putLead(sink, at);
    if (this.#hasNulls && !bitAt(this.#validity, row)) {
      return putWords(sink.view, start, this.#nothing, 0, this.#nothingLength);
    }
    switch (this.#kind) {
      case BOOL:
        return putBool(sink.bytes, start, bitAt(this.#bytes, row));
      case INT:
        return putInteger(sink.view, start, this.#ints[row]!);
      case LONG:
        return this.#long(sink, start, row);
      case FLOAT:
        return this.#float(sink, start, row);
      case DAY:
        return this.#day(sink, start, row);
      case MOMENT:
        return this.#moment(sink, start, row);
      case TEXT:
        return this.#text(sink, start, row);
      case CODE:
        return this.#code(sink, start, row);
      default:
        return this.#other(sink, start, row);
    }
  }

  #putLead(sink: ByteSink, at: number): number {
    const length = this.#leadLength;
    if (length > 1) return putWords(sink.view, at, this.#lead, 0, length);
    if (length === 1) sink.bytes[at] = this.#leadByte;
    return at + length;
  }

  #long(sink: ByteSink, at: number, row: number): number {
    const low = this.#ints[2 * row]!;
    const high = this.#ints[2 * row + 1]!;
    if (high === low >> 31) return putInteger(sink.view, at, low);
    if (high < -HIGH_BELOW || high >= HIGH_BELOW) {
      return this.#other(sink, at, row);
    }
    return putInteger(sink.view, at, high * TWO_32 + (low >>> 0));
  }

  #float(sink: ByteSink, at: number, row: number): number {
    const value = this.#floats[row]!;
    const whole = value | 0;
    if (whole === value && whole !== 0) {
      return putInteger(sink.view, at, whole);
    }
    const end = putDecimal(sink.view, at, value);
    return end < 0 ? this.#other(sink, at, row) : end;
  }

  #day(sink: ByteSink, at: number, row: number): number {
    const days = this.#ints[row]!;
    if (days < DAY_MIN || days > DAY_MAX) return this.#other(sink, at, row);
    if (!this.#isQuoted) return putDay(sink.view, at, days);
    sink.bytes[at] = QUOTE;
    const end = putDay(sink.view, at + 1, days);
    sink.bytes[end] = QUOTE;
    return end + 1;
  }

  #moment(sink: ByteSink, at: number, row: number): number {
    const high = this.#ints[2 * row + 1]!;
    // Beyond 2^52 microseconds, the year 2112, numbers are no longer exact.
    if (high < -HIGH_BELOW || high >= HIGH_BELOW) {
      return this.#other(sink, at, row);
    }
    const value = high * TWO_32 + (this.#ints[2 * row]! >>> 0);
    const seconds = Math.floor(value / SECOND_MICROS);
    const days = Math.floor(seconds / DAY_SECONDS);
    const { bytes, view } = sink;
    let end = at;
    if (this.#isQuoted) bytes[end++] = QUOTE;
    end = putDay(view, end, days | 0);
    bytes[end++] = LETTER_T;
    end = putClock(view, end, (seconds - days * DAY_SECONDS) | 0);
    const micros = (value - seconds * SECOND_MICROS) | 0;
    if (micros > 0) end = putFraction(view, end, micros);
    if (this.#zoned) bytes[end++] = LETTER_Z;
    if (this.#isQuoted) bytes[end++] = QUOTE;
    return end;
  }

  #text(sink: ByteSink, at: number, row: number): number {
    const offsets = this.#offsets;
    const start = offsets[row]!;
    const end = offsets[row + 1]!;
    const data = this.#bytes;
    if (start === end || this.#oddFirst[data[start]!] !== 0) {
      return this.#other(sink, at, row);
    }
    sink.room(at, end - start + END_BYTES);
    const bytes = sink.bytes;
    const odd = this.#odd;
    let place = at;
    if (this.#isQuoted) bytes[place++] = QUOTE;
    for (let index = start; index < end; index++) {
      const byte = data[index]!;
      if (odd[byte] !== 0) return this.#other(sink, at, row);
      bytes[place++] = byte;
    }
    if (this.#isQuoted) bytes[place++] = QUOTE;
    return place;
  }

  #code(sink: ByteSink, at: number, row: number): number {
    const code = this.#ints[row]!;
    const start = this.#offsets[code]!;
    const end = this.#offsets[code + 1]!;
    sink.room(at, end - start + END_BYTES);
    return putWords(sink.view, at, this.#printed, start, end);
  }

  #other(sink: ByteSink, at: number, row: number): number {
    sink.length = at;
    this.#printer.print(sink, row);
    sink.room(sink.length, END_BYTES);
    return sink.length;
  }
}

function kindOf(column: Column, form: CellForm): number {
  if (!form.isPlain) return OTHER;
  if (column.type !== "utf8") return KINDS[column.type] ?? OTHER;
  return form.printer instanceof CodeCells ? CODE : TEXT;
}

function putBool(bytes: Uint8Array, at: number, value: boolean): number {
  const start = value ? 0 : 4;
  const end = value ? 4 : 9;
  let place = at;
  for (let from = start; from < end; from++) bytes[place++] = WORDS[from]!;
  return place;
}

const WORDS = encodeText("truefalse");

/** Bytes as whole words, with one to spare. */
function wordsOf(bytes: Uint8Array): DataView {
  const padded = new Uint8Array(bytes.length + 4);
  padded.set(bytes);
  return new DataView(padded.buffer);
}

/** Copies bytes by four: up to three more than asked for are written. */
function putWords(
  view: DataView,
  at: number,
  from: DataView,
  start: number,
  end: number,
): number {
  let place = at;
  for (let index = start; index < end; index += 4) {
    view.setInt32(place, from.getInt32(index, true), true);
    place += 4;
  }
  return at + end - start;
}
