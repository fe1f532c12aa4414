/**
 * One field of CSV by the strict rules, byte by byte: every byte is checked,
 * its encoding too, so that the first fault is the one that is reported.
 *
 * @module
 */

import type { ParseErrorCode } from "../errors.ts";
import {
  type FieldBlock,
  IN_EXTRA,
  KIND_BARE,
  KIND_QUOTED,
  LENGTH_SHIFT,
} from "../values/block.ts";
import { CUT, sequenceLength } from "../values/utf8.ts";

const LF = 10;
const CR = 13;
const QUOTE = 34;

/** What a byte is outside quotes; 0 is plain text. */
export const DELIMITER = 1;
/** A line feed; also what ended a record. */
export const LINE = 2;
const RETURN = 3;
const QUOTATION = 4;
const NUL = 5;
const HIGH = 6;

/** The field has no end in the known bytes. */
export const OPEN = 7;
/** The field breaks a rule. */
export const BROKEN = 8;

/**
 * The class of each byte outside quotes.
 *
 * @param delimiter The byte between fields.
 * @returns A table of 256 classes.
 */
export function bareClasses(delimiter: number): Uint8Array {
  const classes = new Uint8Array(256).fill(HIGH, 128);
  classes[0] = NUL;
  classes[LF] = LINE;
  classes[CR] = RETURN;
  classes[QUOTE] = QUOTATION;
  classes[delimiter] = DELIMITER;
  return classes;
}

/** The class of each byte inside quotes. */
const QUOTED_CLASSES = new Uint8Array(256).fill(HIGH, 128);
QUOTED_CLASSES[0] = NUL;
QUOTED_CLASSES[LF] = LINE;
QUOTED_CLASSES[QUOTE] = QUOTATION;

/** Reads fields off the fast path; its results stand in its properties. */
export class FieldScan {
  /** The known bytes. */
  bytes: Uint8Array = new Uint8Array(0);
  /** The input ends with them. */
  isEnd = false;
  /** Takes the texts of fields with doubled quotes. */
  block: FieldBlock | null = null;

  /** The span of the field. */
  start = 0;
  meta = 0;
  /** Behind the delimiter or line end. */
  next = 0;
  /** Line feeds inside quotes of the current record. */
  lines = 0;
  /** Of a broken field. */
  code: ParseErrorCode = "RAGGED_ROW";
  at = 0;

  readonly #classes: Uint8Array;
  readonly #fieldBytesMax: number;

  /** A field as written is at most `fieldBytesMax` bytes long. */
  constructor(classes: Uint8Array, fieldBytesMax: number) {
    this.#classes = classes;
    this.#fieldBytesMax = fieldBytesMax;
  }

  /**
   * Reads a field.
   *
   * @param start Where it begins.
   * @param from The bytes before are plain text, outside quotes.
   * @returns `DELIMITER` or `LINE`, `OPEN` or `BROKEN`.
   */
  read(start: number, from: number): number {
    const { bytes } = this;
    const limit = bytes.length;
    let at = from;
    while (at < limit) {
      const kind = this.#classes[bytes[at]!]!;
      if (kind === 0) at++;
      else if (kind === DELIMITER || kind === LINE) {
        return this.#bare(start, at, at + 1, kind);
      } else if (kind === HIGH) {
        const length = sequenceLength(bytes, at, limit);
        if (length <= 0) return this.#badSequence(start, at, length);
        at += length;
      } else if (kind === RETURN) {
        if (at + 1 === limit && !this.isEnd) return this.#open(start, at);
        if (at + 1 === limit || bytes[at + 1] !== LF) {
          return this.#broken(start, at, "BARE_CR");
        }
        return this.#bare(start, at, at + 2, LINE);
      } else if (kind === NUL) return this.#broken(start, at, "NUL_BYTE");
      else if (at === start) return this.#quoted(start);
      else return this.#broken(start, at, "QUOTE_IN_BARE_FIELD");
    }
    if (!this.isEnd) return this.#open(start, at);
    return this.#bare(start, at, at, LINE);
  }

  #bare(start: number, end: number, next: number, kind: number): number {
    const length = end - start;
    if (length > this.#fieldBytesMax) return this.#tooLarge(start);
    this.start = start;
    this.meta = length === 0 ? 0 : length << LENGTH_SHIFT | KIND_BARE;
    this.next = next;
    return kind;
  }

  /** The field whose opening quote is at `start`. */
  #quoted(start: number): number {
    const { bytes } = this;
    const limit = bytes.length;
    const classes = QUOTED_CLASSES;
    let pairs = 0;
    let lines = 0;
    let at = start + 1;
    while (at < limit) {
      const kind = classes[bytes[at]!]!;
      if (kind === 0) at++;
      else if (kind === QUOTATION) {
        if (at + 1 < limit && bytes[at + 1] === QUOTE) {
          pairs++;
          at += 2;
        } else {
          this.lines += lines;
          return this.#closed(start, at, pairs);
        }
      } else if (kind === HIGH) {
        const length = sequenceLength(bytes, at, limit);
        if (length <= 0) return this.#badSequence(start, at, length);
        at += length;
      } else if (kind === LINE) {
        lines++;
        at++;
      } else return this.#broken(start, at, "NUL_BYTE");
    }
    if (!this.isEnd) return this.#open(start, at);
    if (at - start > this.#fieldBytesMax) return this.#tooLarge(start);
    return this.#broken(start, start, "UNTERMINATED_QUOTE");
  }

  /** What follows the closing quote at `quote`. */
  #closed(start: number, quote: number, pairs: number): number {
    const { bytes } = this;
    const limit = bytes.length;
    const end = quote + 1;
    let kind = LINE;
    let next = end;
    if (end < limit) {
      kind = this.#classes[bytes[end]!]!;
      next = end + 1;
      if (kind === RETURN) {
        if (next === limit && !this.isEnd) return this.#open(start, end);
        if (next === limit || bytes[next] !== LF) {
          return this.#broken(start, end, "BARE_CR");
        }
        kind = LINE;
        next++;
      } else if (kind === HIGH) {
        const length = sequenceLength(bytes, end, limit);
        if (length <= 0) return this.#badSequence(start, end, length);
      }
      if (kind === NUL) return this.#broken(start, end, "NUL_BYTE");
      if (kind !== DELIMITER && kind !== LINE) {
        return this.#broken(start, end, "TEXT_AFTER_QUOTE");
      }
    } else if (!this.isEnd) return this.#open(start, end);
    if (end - start > this.#fieldBytesMax) return this.#tooLarge(start);
    this.next = next;
    if (pairs > 0) this.#unescape(start, quote, pairs);
    else {
      this.start = start + 1;
      this.meta = (quote - start - 1) << LENGTH_SHIFT | KIND_QUOTED;
    }
    return kind;
  }

  /** Copies a text with each doubled quote as one. */
  #unescape(start: number, quote: number, pairs: number): void {
    const block = this.block!;
    const { bytes } = this;
    const length = quote - start - 1 - pairs;
    const place = block.openExtra(length, start);
    const { extra } = block;
    let to = place;
    for (let at = start + 1; at < quote; at++) {
      const byte = bytes[at]!;
      extra[to++] = byte;
      if (byte === QUOTE) at++;
    }
    block.extraLength = to;
    this.start = place;
    this.meta = length << LENGTH_SHIFT | IN_EXTRA | KIND_QUOTED;
  }

  #badSequence(start: number, at: number, length: number): number {
    if (length === CUT && !this.isEnd) return this.#open(start, at);
    return this.#broken(start, at, "INVALID_UTF8");
  }

  /** The field has no end; its bytes before `at` belong to it surely. */
  #open(start: number, at: number): number {
    return at - start > this.#fieldBytesMax ? this.#tooLarge(start) : OPEN;
  }

  /** The byte at `at` shows a fault, unless the field was too large before. */
  #broken(start: number, at: number, code: ParseErrorCode): number {
    if (at - start > this.#fieldBytesMax) return this.#tooLarge(start);
    this.code = code;
    this.at = at;
    return BROKEN;
  }

  #tooLarge(start: number): number {
    this.code = "FIELD_TOO_LARGE";
    this.at = start;
    return BROKEN;
  }
}
