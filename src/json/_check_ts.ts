/**
 * The grammar of RFC 8259 over chunks of any size: one state between two
 * bytes, brackets on a list, nothing kept of the text. White space between
 * tokens can be left out on the way. The TypeScript twin of
 * `ffi/kernels/src/json/checker.rs`.
 *
 * @module
 */

import { ParseError, type ParseErrorCode } from "../errors.ts";
import { CUT, ILL_FORMED, sequenceLength } from "../values/utf8.ts";
import { faultAt, REASON } from "./_stop.ts";

/** What RFC 8259 leaves open. */
export interface JsonCheckRules {
  /** Brackets that may be open at once. */
  readonly maxDepth: number;
  /** Whether the escape of half a surrogate pair is allowed. */
  readonly loneSurrogates: boolean;
  /** A document a line. */
  readonly lines: boolean;
}

/** Takes the text without its white space; a piece is valid for the call. */
export type Sink = (piece: Uint8Array<ArrayBuffer>) => void;

// What may come next. Up to AFTER white space may stand before it.
const VALUE = 0;
const FIRST_ITEM = 1;
const FIRST_KEY = 2;
const KEY = 3;
const COLON = 4;
const AFTER = 5;
const TEXT = 6;
const ESCAPE = 7;
const HEX = 8;
const LOW_SLASH = 9;
const LOW_U = 10;
const WIDE = 11;
const MINUS = 12;
const ZERO = 13;
const WHOLE = 14;
const DOT = 15;
const FRACTION = 16;
const EXPONENT = 17;
const EXPONENT_SIGN = 18;
const EXPONENT_DIGITS = 19;
const LITERAL = 20;
const BEGIN = 21;

const BOM = [0xEF, 0xBB, 0xBF];
const encoder = new TextEncoder();
const TRUE = encoder.encode("true");
const FALSE = encoder.encode("false");
const NULL = encoder.encode("null");

/** 1 for bytes that are plain text of a string. */
const PLAIN = new Uint8Array(256).fill(1, 32, 128);
PLAIN[34] = 0;
PLAIN[92] = 0;
/** 1 for white space. */
const BLANK = new Uint8Array(256);
for (const byte of [9, 10, 13, 32]) BLANK[byte] = 1;
/** 1 for digits. */
const DIGIT = new Uint8Array(256).fill(1, 48, 58);
/** 1 for letters behind a backslash that are an escape of their own. */
const SHORT = new Uint8Array(256);
for (const byte of encoder.encode('"\\/bfnrt')) SHORT[byte] = 1;

/** Checks an input that comes in chunks. */
export class JsonChecker {
  /** What the message of the fault needs that was thrown. */
  args: Readonly<Record<string, string>> = {};
  readonly #rules: JsonCheckRules;
  readonly #sink: Sink | null;
  #state = BEGIN;
  /** 1 for each open object, 0 for each open array. */
  #brackets = new Uint8Array(64);
  #depth = 0;
  #isKey = false;
  /** Digits of an escape that are missing, bytes of a word that are there. */
  #count = 0;
  #unit = 0;
  #isHigh = false;
  #word = TRUE;
  /** Where a surrogate's escape, or a character that was cut, begins. */
  #tokenAt = 0;
  readonly #cut = new Uint8Array(4);
  #cutLength = 0;
  /** Bytes before the chunk. */
  #offset = 0;
  #line = 1;
  #lineStart = 0;

  /** Checks by `rules`; `isValue` where no byte order mark can stand. */
  constructor(rules: JsonCheckRules, sink: Sink | null, isValue = false) {
    this.#rules = rules;
    this.#sink = sink;
    if (isValue) this.#state = VALUE;
  }

  /**
   * Takes a chunk; the sink gets its text up to a fault.
   *
   * @param bytes The chunk.
   * @throws {ParseError} At the first fault.
   */
  push(bytes: Uint8Array<ArrayBuffer>): void {
    const end = bytes.length;
    let at = 0;
    let kept = 0;
    try {
      while (at < end) {
        const state = this.#state;
        if (state === TEXT) at = this.#text(bytes, at, end);
        else if (state <= AFTER) {
          if (BLANK[bytes[at]!] === 1) {
            if (this.#sink !== null) this.#give(bytes, kept, at);
            // Nothing is kept where the white space itself is wrong.
            kept = end;
            at = this.#blank(bytes, at, end);
            // The line end of a document stays, that of a blank line goes.
            kept = at - this.#keptBlank;
          } else at = this.#between(bytes, at, end);
        } else if (state === BEGIN) {
          at = this.#begin(bytes, at);
          kept = at;
        } else at = this.#inside(bytes, at, end);
      }
    } catch (error) {
      if (this.#sink !== null && error instanceof ParseError) {
        const at = Math.max(0, error.byteOffset - this.#offset);
        this.#give(bytes, kept, Math.min(at, end));
      }
      throw error;
    }
    if (this.#sink !== null) this.#give(bytes, kept, end);
    this.#offset += end;
  }

  /**
   * Nothing follows.
   *
   * @throws {ParseError} If something is missing.
   */
  finish(): void {
    const isOutside = this.#depth === 0;
    const state = this.#state;
    const isWholeNumber = state === ZERO || state === WHOLE ||
      state === FRACTION || state === EXPONENT_DIGITS;
    if (isOutside && (state === AFTER || isWholeNumber)) return;
    if (state === BEGIN && this.#count > 0) throw this.#json(0, REASON.value);
    if (isOutside && this.#rules.lines) {
      if (state === BEGIN || state === VALUE) return;
    }
    if (state === WIDE) throw this.#fault("INVALID_UTF8", this.#tokenAt);
    if (state === LOW_SLASH) {
      throw this.#fault("LONE_SURROGATE", this.#tokenAt);
    }
    throw this.#json(this.#offset, endReason(state));
  }

  #give(bytes: Uint8Array<ArrayBuffer>, from: number, to: number): void {
    if (to > from) this.#sink!(bytes.subarray(from, to));
  }

  /** A byte order mark, or none. */
  #begin(bytes: Uint8Array, at: number): number {
    if (bytes[at] === BOM[this.#count]) {
      if (++this.#count === 3) this.#state = VALUE;
      return at + 1;
    }
    if (this.#count > 0) throw this.#json(0, REASON.value);
    this.#state = VALUE;
    return at;
  }

  /** Bytes at the end of the white space passed last that are text. */
  #keptBlank = 0;

  #blank(bytes: Uint8Array, at: number, end: number): number {
    this.#keptBlank = 0;
    for (; at < end && BLANK[bytes[at]!] === 1; at++) {
      if (bytes[at] !== 10) continue;
      if (!this.#rules.lines) {
        this.#nextLine(at);
        continue;
      }
      const state = this.#state;
      if (this.#depth > 0 || (state !== VALUE && state !== AFTER)) {
        throw this.#stop(at, REASON.lineEnd);
      }
      this.#nextLine(at);
      if (state === AFTER) this.#keptBlank = 1;
      this.#state = VALUE;
      return at + 1;
    }
    return at;
  }

  #nextLine(at: number): void {
    this.#line++;
    this.#lineStart = this.#offset + at + 1;
  }

  /** A byte between tokens that is no white space. */
  #between(bytes: Uint8Array, at: number, end: number): number {
    const byte = bytes[at]!;
    const state = this.#state;
    if (state === AFTER) return this.#after(byte, at);
    if (state === COLON) {
      if (byte !== 58) throw this.#stop(at, REASON.colon);
      this.#state = VALUE;
      return at + 1;
    }
    if (state === KEY || state === FIRST_KEY) {
      if (byte === 34) {
        this.#isKey = true;
        this.#state = TEXT;
        return this.#text(bytes, at + 1, end);
      }
      if (byte !== 125 || state === KEY) throw this.#stop(at, REASON.key);
      this.#close();
      return at + 1;
    }
    if (byte === 34) {
      this.#isKey = false;
      this.#state = TEXT;
      return this.#text(bytes, at + 1, end);
    }
    if (DIGIT[byte] === 1) {
      this.#state = byte === 48 ? ZERO : WHOLE;
      return at + 1;
    }
    if (byte === 123 || byte === 91) return this.#open(byte === 123, at);
    if (byte === 93 && state === FIRST_ITEM) {
      this.#close();
      return at + 1;
    }
    if (byte === 45) this.#state = MINUS;
    else this.#wordBegins(byte, at);
    return at + 1;
  }

  #wordBegins(byte: number, at: number): void {
    if (byte === 116) this.#word = TRUE;
    else if (byte === 102) this.#word = FALSE;
    else if (byte === 110) this.#word = NULL;
    else throw this.#stop(at, REASON.value);
    this.#count = 1;
    this.#state = LITERAL;
  }

  #open(isObject: boolean, at: number): number {
    if (this.#depth >= this.#rules.maxDepth) {
      throw this.#fault("DEPTH_EXCEEDED", this.#offset + at, {
        limit: String(this.#rules.maxDepth),
      });
    }
    if (this.#depth === this.#brackets.length) {
      const grown = new Uint8Array(this.#depth * 2);
      grown.set(this.#brackets);
      this.#brackets = grown;
    }
    this.#brackets[this.#depth++] = isObject ? 1 : 0;
    this.#state = isObject ? FIRST_KEY : FIRST_ITEM;
    return at + 1;
  }

  #close(): void {
    this.#depth--;
    this.#state = AFTER;
  }

  #after(byte: number, at: number): number {
    if (this.#depth === 0) throw this.#stop(at, REASON.trailing);
    const isObject = this.#brackets[this.#depth - 1] === 1;
    if (byte === 44) this.#state = isObject ? KEY : VALUE;
    else if (byte === (isObject ? 125 : 93)) this.#close();
    else throw this.#stop(at, isObject ? REASON.memberEnd : REASON.itemEnd);
    return at + 1;
  }

  /** The text of a string up to its end or the first byte not plain. */
  #text(bytes: Uint8Array, at: number, end: number): number {
    while (true) {
      while (at < end && PLAIN[bytes[at]!] === 1) at++;
      if (at === end) return at;
      const byte = bytes[at]!;
      if (byte === 34) {
        this.#state = this.#isKey ? COLON : AFTER;
        return at + 1;
      }
      if (byte === 92) {
        this.#tokenAt = this.#offset + at;
        this.#state = ESCAPE;
        return at + 1;
      }
      if (byte < 0x80) {
        const isEnd = byte === 10 && this.#rules.lines;
        throw this.#stop(at, isEnd ? REASON.stringEnd : REASON.control);
      }
      const length = sequenceLength(bytes, at, end);
      if (length <= 0) return this.#cutAt(bytes, at, end, length);
      at += length;
    }
  }

  #cutAt(bytes: Uint8Array, at: number, end: number, length: number): number {
    this.#tokenAt = this.#offset + at;
    if (length === ILL_FORMED) throw this.#fault("INVALID_UTF8", this.#tokenAt);
    this.#cutLength = end - at;
    this.#cut.set(bytes.subarray(at, end));
    this.#state = WIDE;
    return end;
  }

  /** A byte inside of an escape, a number or a word. */
  #inside(bytes: Uint8Array, at: number, end: number): number {
    const byte = bytes[at]!;
    switch (this.#state) {
      case ESCAPE:
        if (SHORT[byte] === 1) this.#state = TEXT;
        else if (byte === 117) this.#state = HEX;
        else throw this.#badEscape(byte, at);
        this.#count = 4;
        this.#unit = 0;
        this.#isHigh = false;
        return at + 1;
      case HEX: {
        const digit = hexDigit(byte);
        if (digit < 0) throw this.#badEscape(byte, at);
        this.#unit = this.#unit << 4 | digit;
        if (--this.#count === 0) this.#unitEnds();
        return at + 1;
      }
      case LOW_SLASH:
        if (byte !== 92) throw this.#lone();
        this.#state = LOW_U;
        return at + 1;
      case LOW_U:
        if (byte !== 117) throw this.#lone();
        this.#state = HEX;
        this.#count = 4;
        this.#unit = 0;
        return at + 1;
      case WIDE:
        return this.#wide(byte, at);
      case LITERAL:
        if (byte !== this.#word[this.#count]) {
          throw this.#stop(at, REASON.literal);
        }
        if (++this.#count === this.#word.length) this.#state = AFTER;
        return at + 1;
      default:
        return this.#number(bytes, at, end);
    }
  }

  #wide(byte: number, at: number): number {
    this.#cut[this.#cutLength++] = byte;
    const length = sequenceLength(this.#cut, 0, this.#cutLength);
    if (length === ILL_FORMED) throw this.#fault("INVALID_UTF8", this.#tokenAt);
    if (length !== CUT) this.#state = TEXT;
    return at + 1;
  }

  /** Four digits of an escape are there. */
  #unitEnds(): void {
    const unit = this.#unit;
    const isLow = unit >= 0xDC00 && unit <= 0xDFFF;
    this.#state = TEXT;
    if (this.#rules.loneSurrogates) return;
    if (this.#isHigh !== isLow) throw this.#lone();
    if (unit >= 0xD800 && unit <= 0xDBFF) {
      this.#isHigh = true;
      this.#state = LOW_SLASH;
    }
  }

  #number(bytes: Uint8Array, at: number, end: number): number {
    const byte = bytes[at]!;
    const next = numberState(this.#state, byte);
    if (next < 0) throw this.#stop(at, REASON.number);
    this.#state = next;
    // The number was whole: this byte is not its own.
    if (next === AFTER) return at;
    at++;
    if (DIGIT[byte] === 1 && next !== ZERO) {
      while (at < end && DIGIT[bytes[at]!] === 1) at++;
    }
    return at;
  }

  #stop(at: number, reason: string): ParseError {
    return this.#json(this.#offset + at, reason);
  }

  #badEscape(byte: number, at: number): ParseError {
    const isEnd = byte === 10 && this.#rules.lines;
    return this.#stop(at, isEnd ? REASON.stringEnd : REASON.escape);
  }

  #lone(): ParseError {
    return this.#fault("LONE_SURROGATE", this.#tokenAt);
  }

  #json(byteOffset: number, reason: string): ParseError {
    return this.#fault("INVALID_JSON", byteOffset, { reason });
  }

  #fault(
    code: ParseErrorCode,
    byteOffset: number,
    args: Record<string, string> = {},
  ): ParseError {
    this.args = args;
    const place = { line: this.#line, lineStart: this.#lineStart };
    return faultAt(code, byteOffset, place, args);
  }
}

function hexDigit(byte: number): number {
  if (DIGIT[byte] === 1) return byte - 48;
  const letter = byte | 0x20;
  return letter >= 97 && letter <= 102 ? letter - 87 : -1;
}

/** The state behind a byte of a number, AFTER where it is not its own, or -1. */
function numberState(state: number, byte: number): number {
  const isDigit = DIGIT[byte] === 1;
  switch (state) {
    case MINUS:
      return byte === 48 ? ZERO : isDigit ? WHOLE : -1;
    case ZERO:
      if (isDigit) return -1;
      break;
    case WHOLE:
      if (isDigit) return WHOLE;
      break;
    case DOT:
      return isDigit ? FRACTION : -1;
    case FRACTION:
      if (isDigit) return FRACTION;
      break;
    case EXPONENT:
      if (byte === 43 || byte === 45) return EXPONENT_SIGN;
      return isDigit ? EXPONENT_DIGITS : -1;
    case EXPONENT_SIGN:
      return isDigit ? EXPONENT_DIGITS : -1;
    default:
      return isDigit ? EXPONENT_DIGITS : AFTER;
  }
  if (byte === 46 && state !== FRACTION) return DOT;
  return (byte | 0x20) === 101 ? EXPONENT : AFTER;
}

/** What is missing where the input ends in a state. */
function endReason(state: number): string {
  switch (state) {
    case TEXT:
    case ESCAPE:
    case HEX:
    case LOW_U:
      return REASON.stringEnd;
    case LITERAL:
      return REASON.literal;
    case MINUS:
    case DOT:
    case EXPONENT:
    case EXPONENT_SIGN:
      return REASON.number;
    default:
      return REASON.inputEnd;
  }
}
