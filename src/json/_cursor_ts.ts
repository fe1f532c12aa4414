/**
 * The structure of a text: its operators outside of strings, one after the
 * other. The TypeScript twin of `ffi/kernels/src/json/cursor.rs`.
 *
 * @module
 */

import { REASON } from "./_stop.ts";

const OPERATOR = 1;
const QUOTE = 2;
const BACKSLASH = 3;

/** What a byte outside of strings is; 0 for any other. */
const KINDS = new Uint8Array(256);
for (const byte of new TextEncoder().encode("{}[],:")) KINDS[byte] = OPERATOR;
KINDS[34] = QUOTE;
KINDS[92] = BACKSLASH;

/** The same where line feeds count as operators. */
const KINDS_OF_LINES = KINDS.slice();
KINDS_OF_LINES[10] = OPERATOR;

/** 1 for bytes that neither end a string nor escape nor are wrong in it. */
const INSIDE = new Uint8Array(256).fill(1, 32);
INSIDE[34] = 0;
INSIDE[92] = 0;

/**
 * Goes from operator to operator. What is wrong inside or outside of strings
 * ends the text: a control character inside, a backslash outside.
 */
export class Cursor {
  /** The text. */
  readonly bytes: Uint8Array;
  /** Where it ends. */
  end: number;
  /** Why it ends so early, or null. */
  why: string | null = null;
  /** The last backslash so far, or -1. */
  lastEscape = -1;
  readonly #kinds: Uint8Array;
  readonly #lines: boolean;
  #at: number;
  #inString = false;

  constructor(bytes: Uint8Array, from: number, lines: boolean) {
    this.bytes = bytes;
    this.end = bytes.length;
    this.#at = from;
    this.#lines = lines;
    this.#kinds = lines ? KINDS_OF_LINES : KINDS;
  }

  /** Whether the text ends inside a string. */
  get endsInString(): boolean {
    return this.why === null && this.#inString;
  }

  /** The place of the next operator, or the end of the text. */
  next(): number {
    const bytes = this.bytes;
    const kinds = this.#kinds;
    const end = this.end;
    let at = this.#at;
    while (at < end) {
      const kind = kinds[bytes[at]!]!;
      if (kind === 0) at++;
      else if (kind === OPERATOR) {
        this.#at = at + 1;
        return at;
      } else if (kind === QUOTE) {
        at++;
        while (at < end && INSIDE[bytes[at]!] === 1) at++;
        if (at < end && bytes[at] === 34) at++;
        else at = this.#stringEnd(at);
        if (at < 0) return this.end;
      } else {
        this.#stop(at, REASON.backslash);
        return this.end;
      }
    }
    this.#at = end;
    return end;
  }

  /** The byte at a place that `next` gave; 0 at the end. */
  byte(place: number): number {
    return place < this.end ? this.bytes[place]! : 0;
  }

  /** Behind a string that has escapes, or -1 where the text ends in it. */
  #stringEnd(at: number): number {
    const { bytes, end } = this;
    while (at < end) {
      const byte = bytes[at]!;
      if (byte === 34) return at + 1;
      if (byte === 92) {
        this.lastEscape = at++;
        // A control character is wrong behind a backslash too.
        if (at < end && bytes[at]! >= 32) at++;
      } else if (byte < 32) {
        const isEnd = byte === 10 && this.#lines;
        this.#stop(at, isEnd ? REASON.stringEnd : REASON.control);
        return -1;
      } else at++;
    }
    this.#inString = true;
    this.#at = end;
    return -1;
  }

  #stop(at: number, why: string): void {
    this.end = at;
    this.why = why;
    this.#at = at;
  }
}
