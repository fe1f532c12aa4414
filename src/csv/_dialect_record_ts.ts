/**
 * One record of CSV in any dialect, byte by byte. Strict and lenient reading
 * find the same ends of fields and rows; they differ in what a fault does.
 * It has a twin in Rust that says the same to the byte.
 *
 * @module
 */

import type { ParseErrorCode } from "../errors.ts";
import {
  FIELD_BYTES_MAX,
  type FieldBlock,
  IN_EXTRA,
  KIND_BARE,
  KIND_QUOTED,
  LENGTH_SHIFT,
} from "../values/block.ts";
import { CUT, sequenceLength } from "../values/utf8.ts";
import type { DialectRules } from "../read/_dialect_rules.ts";

const LF = 10;
const CR = 13;
const SPACE = 32;
const TAB = 9;

/** What a byte is; 0 is plain text. */
const DELIMITER = 1;
const RETURN = 3;
const QUOTATION = 4;
const NUL = 5;
const HIGH = 6;
const ESCAPE = 9;

/** The record is whole. */
export const LINE = 2;
/** The record has no end in the known bytes. */
export const OPEN = 7;
/** A fault that nothing repairs. */
export const BROKEN = 8;

/** Reads records; its results stand in its properties. */
export class RecordScan {
  /** The known bytes. */
  bytes: Uint8Array = new Uint8Array(0);
  /** The input ends with them. */
  isEnd = false;
  /** Takes the texts that are not in the input as they are. */
  block: FieldBlock | null = null;

  /** The spans of the record's fields. */
  starts: Uint32Array<ArrayBuffer> = new Uint32Array(64);
  metas: Uint32Array<ArrayBuffer> = new Uint32Array(64);
  count = 0;
  /** Behind the record. */
  next = 0;
  /** The record is one unquoted field without a byte. */
  isBlank = false;
  /** The fault of the record, and its place. */
  code: ParseErrorCode | null = null;
  at = 0;

  readonly #bare = new Uint8Array(256).fill(HIGH, 128);
  readonly #quoted = new Uint8Array(256).fill(HIGH, 128);
  readonly #delimiter: number;
  readonly #quote: number;
  readonly #escape: number;
  readonly #trims: boolean;
  readonly #lenient: boolean;
  readonly #recovers: boolean;
  readonly #nullTokens: readonly Uint8Array[];
  readonly #fieldBytesMax: number;

  /** Where the run of unquoted text ended, and what was found in it. */
  #end = 0;
  #hasEscape = false;
  /** Trimming must not reach an escaped byte before this place. */
  #kept = 0;

  /** Records of a dialect. */
  constructor(rules: DialectRules) {
    const { delimiter, quote, escape, nullTokens } = rules;
    const bare = this.#bare;
    const quoted = this.#quoted;
    bare[0] = quoted[0] = NUL;
    bare[LF] = LINE;
    bare[CR] = RETURN;
    bare[delimiter] = DELIMITER;
    if (quote >= 0) bare[quote] = quoted[quote] = QUOTATION;
    if (escape >= 0) bare[escape] = quoted[escape] = ESCAPE;
    this.#delimiter = delimiter;
    this.#quote = quote;
    this.#escape = escape;
    this.#trims = rules.trim;
    this.#lenient = rules.lenient;
    this.#recovers = rules.recovers;
    const encoder = new TextEncoder();
    this.#nullTokens = nullTokens.map((token) => encoder.encode(token));
    this.#fieldBytesMax = rules.fieldBytesMax ?? FIELD_BYTES_MAX;
  }

  /**
   * Reads a record.
   *
   * @param start Where it begins.
   * @returns `LINE`, `OPEN` or `BROKEN`.
   */
  read(start: number): number {
    this.count = 0;
    this.code = null;
    this.isBlank = false;
    this.next = start;
    let kind = DELIMITER;
    while (kind === DELIMITER) kind = this.#field(this.next);
    return kind;
  }

  #field(start: number): number {
    const first = this.#trims ? this.#passBlanks(start) : start;
    const { bytes } = this;
    if (first < bytes.length && bytes[first] === this.#quote) {
      return this.#quotedField(start, first);
    }
    const kind = this.#run(start, first);
    if (kind === OPEN || kind === BROKEN) return kind;
    let end = this.#end;
    if (end - start > this.#fieldBytesMax) return this.#tooLarge(start);
    if (this.#trims) {
      const least = Math.max(first, this.#kept);
      while (end > least && this.#isBlankByte(bytes[end - 1]!)) end--;
    }
    const length = end - first;
    if (length === 0) {
      this.isBlank = this.count === 0 && kind === LINE;
      this.#push(first, 0);
    } else if (this.#isNull(first, end)) this.#push(first, 0);
    else if (this.#hasEscape) {
      const place = this.#openExtra(length, first);
      this.#unescape(first, end, this.#escape);
      this.#pushExtra(place, KIND_BARE);
    } else this.#push(first, length << LENGTH_SHIFT | KIND_BARE);
    return kind;
  }

  /** Unquoted text up to its end. */
  #run(start: number, from: number): number {
    const { bytes } = this;
    const limit = bytes.length;
    const classes = this.#bare;
    this.#hasEscape = false;
    this.#kept = from;
    let at = from;
    while (at < limit) {
      const kind = classes[bytes[at]!]!;
      if (kind === 0) at++;
      else if (kind === DELIMITER || kind === LINE) {
        return this.#ended(at, at + 1, kind);
      } else if (kind === RETURN) return this.#returned(start, at);
      else if (kind === ESCAPE) {
        const next = this.#escaped(at);
        if (next < 0) return this.#open(start, at);
        if (at + 1 < limit) this.#hasEscape = true;
        at = next;
        this.#kept = at;
      } else {
        const next = this.#odd(start, at, kind);
        if (next < 0) return next === CUT ? this.#open(start, at) : BROKEN;
        at = next;
      }
    }
    if (!this.isEnd) return this.#open(start, at);
    return this.#ended(at, at, LINE);
  }

  /** A carriage return outside quotes. */
  #returned(start: number, at: number): number {
    const { bytes } = this;
    const next = at + 1;
    if (next === bytes.length && !this.isEnd) return this.#open(start, at);
    if (bytes[next] === LF) return this.#ended(at, next + 1, LINE);
    const goesOn = this.#lenient || this.#note(start, at, "BARE_CR");
    return goesOn ? this.#ended(at, next, LINE) : BROKEN;
  }

  /** The byte behind an escape and what it escapes, or -1 if that is cut. */
  #escaped(at: number): number {
    const { bytes } = this;
    if (at + 1 === bytes.length) return this.isEnd ? at + 1 : -1;
    // These are looked at by themselves, escaped or not.
    const next = this.#bare[bytes[at + 1]!]!;
    return next === NUL || next === HIGH ? at + 1 : at + 2;
  }

  /**
   * A quote, a NUL or a character beyond ASCII: where it ends; `CUT`, or -2
   * if the record is broken there.
   */
  #odd(start: number, at: number, kind: number): number {
    const { bytes } = this;
    if (kind === HIGH) {
      const length = sequenceLength(bytes, at, bytes.length);
      if (length > 0) return at + length;
      if (length === CUT && !this.isEnd) return CUT;
      return this.#note(start, at, "INVALID_UTF8") ? at + 1 : -2;
    }
    const code = kind === NUL ? "NUL_BYTE" : "QUOTE_IN_BARE_FIELD";
    return this.#note(start, at, code) ? at + 1 : -2;
  }

  /** The field whose opening quote is at `quote`. */
  #quotedField(start: number, quote: number): number {
    const { bytes } = this;
    const limit = bytes.length;
    const classes = this.#quoted;
    const isDoubled = this.#escape < 0;
    let hasEscape = false;
    let at = quote + 1;
    while (at < limit) {
      const kind = classes[bytes[at]!]!;
      if (kind === 0) at++;
      else if (kind === QUOTATION) {
        const isPair = isDoubled && bytes[at + 1] === this.#quote;
        if (!isPair) {
          if (at + 1 === limit && !this.isEnd) return this.#open(start, at);
          return this.#closed(start, quote, at, hasEscape);
        }
        hasEscape = true;
        at += 2;
      } else if (kind === ESCAPE) {
        const next = this.#escaped(at);
        if (next < 0) return this.#open(start, at);
        if (at + 1 < limit) hasEscape = true;
        at = next;
      } else {
        const next = this.#odd(start, at, kind);
        if (next < 0) return next === CUT ? this.#open(start, at) : BROKEN;
        at = next;
      }
    }
    if (!this.isEnd) return this.#open(start, at);
    if (limit - start > this.#fieldBytesMax) return this.#tooLarge(start);
    if (!this.#note(start, quote, "UNTERMINATED_QUOTE")) return BROKEN;
    this.#ended(limit, limit, LINE);
    this.#pushQuoted(quote, limit, hasEscape);
    return LINE;
  }

  /** What follows the closing quote at `close`. */
  #closed(
    start: number,
    quote: number,
    close: number,
    hasEscape: boolean,
  ): number {
    const { bytes } = this;
    const end = close + 1;
    const at = this.#trims ? this.#passBlanks(end) : end;
    let kind = LINE;
    if (at === bytes.length) {
      if (!this.isEnd) return this.#open(start, at);
      this.#ended(at, at, LINE);
    } else {
      const found = this.#bare[bytes[at]!]!;
      if (found === DELIMITER || found === LINE) {
        kind = this.#ended(at, at + 1, found);
      } else if (found === RETURN) kind = this.#returned(start, at);
      else return this.#tail(start, quote, close, at, hasEscape);
      if (kind === OPEN || kind === BROKEN) return kind;
    }
    if (at - start > this.#fieldBytesMax) return this.#tooLarge(start);
    this.#pushQuoted(quote, close, hasEscape);
    return kind;
  }

  /** Text behind a closing quote; the first byte that is none is at `at`. */
  #tail(
    start: number,
    quote: number,
    close: number,
    at: number,
    hasEscape: boolean,
  ): number {
    const found = this.#bare[this.bytes[at]!]!;
    if (found === HIGH || found === NUL) {
      const next = this.#odd(start, at, found);
      if (next < 0) return next === CUT ? this.#open(start, at) : BROKEN;
    }
    if (!this.#note(start, at, "TEXT_AFTER_QUOTE")) return BROKEN;
    const kind = this.#run(start, close + 1);
    if (kind === OPEN || kind === BROKEN) return kind;
    const end = this.#end;
    if (end - start > this.#fieldBytesMax) return this.#tooLarge(start);
    const place = this.#openExtra(end - quote, quote);
    if (hasEscape) this.#unescapeQuoted(quote + 1, close);
    else this.#copy(quote + 1, close);
    if (this.#hasEscape) this.#unescape(close + 1, end, this.#escape);
    else this.#copy(close + 1, end);
    this.#pushExtra(place, KIND_QUOTED);
    return kind;
  }

  #pushQuoted(quote: number, end: number, hasEscape: boolean): void {
    const length = end - quote - 1;
    if (!hasEscape) {
      this.#push(quote + 1, length << LENGTH_SHIFT | KIND_QUOTED);
      return;
    }
    const place = this.#openExtra(length, quote);
    this.#unescapeQuoted(quote + 1, end);
    this.#pushExtra(place, KIND_QUOTED);
  }

  #unescapeQuoted(from: number, to: number): void {
    // A doubled quote is a quote that escapes the next one.
    this.#unescape(from, to, this.#escape < 0 ? this.#quote : this.#escape);
  }

  /** Appends text to `extra`; an escape with nothing behind it is text. */
  #unescape(from: number, to: number, escape: number): void {
    const { bytes } = this;
    const block = this.block!;
    const out = block.extra;
    let length = block.extraLength;
    for (let at = from; at < to; at++) {
      if (bytes[at] === escape && at + 1 < to) at++;
      out[length++] = bytes[at]!;
    }
    block.extraLength = length;
  }

  #copy(from: number, to: number): void {
    const block = this.block!;
    block.extra.set(this.bytes.subarray(from, to), block.extraLength);
    block.extraLength += to - from;
  }

  #openExtra(length: number, source: number): number {
    return this.block!.openExtra(length, source);
  }

  #pushExtra(place: number, kind: number): void {
    const length = this.block!.extraLength - place;
    this.#push(place, length << LENGTH_SHIFT | IN_EXTRA | kind);
  }

  #push(start: number, meta: number): void {
    const index = this.count;
    if (index === this.starts.length) {
      const { starts, metas } = this;
      this.starts = new Uint32Array(2 * index);
      this.starts.set(starts);
      this.metas = new Uint32Array(2 * index);
      this.metas.set(metas);
    }
    this.starts[index] = start;
    this.metas[index] = meta;
    this.count = index + 1;
  }

  #ended(end: number, next: number, kind: number): number {
    this.#end = end;
    this.next = next;
    return kind;
  }

  #isBlankByte(byte: number): boolean {
    return (byte === SPACE || byte === TAB) && byte !== this.#delimiter;
  }

  #passBlanks(from: number): number {
    const { bytes } = this;
    let at = from;
    while (at < bytes.length && this.#isBlankByte(bytes[at]!)) at++;
    return at;
  }

  #isNull(from: number, to: number): boolean {
    const { bytes } = this;
    return this.#nullTokens.some((token) =>
      token.length === to - from &&
      token.every((byte, index) => bytes[from + index] === byte)
    );
  }

  /** The field has no end; its bytes before `at` belong to it surely. */
  #open(start: number, at: number): number {
    return at - start > this.#fieldBytesMax ? this.#tooLarge(start) : OPEN;
  }

  /** Notes a fault; false if it ends the reading. */
  #note(start: number, at: number, code: ParseErrorCode): boolean {
    if (at - start > this.#fieldBytesMax) {
      this.#tooLarge(start);
      return false;
    }
    const isIllFormed = code === "INVALID_UTF8";
    // Of several faults in a row the first one is reported, unless a later
    // one is why the row is left out.
    const isWorse = this.#lenient && isIllFormed &&
      this.code !== "INVALID_UTF8";
    if (this.code === null || isWorse) {
      this.code = code;
      this.at = at;
    }
    return this.#recovers || (this.#lenient && !isIllFormed);
  }

  #tooLarge(start: number): number {
    this.code = "FIELD_TOO_LARGE";
    this.at = start;
    return BROKEN;
  }
}
