/**
 * The items of a JSON array whose text a scanner has checked, one after the
 * other.
 *
 * @module
 */

import {
  KIND_LITERAL,
  KIND_NESTED,
  KIND_NULL,
  KIND_NUMBER,
  KIND_STRING,
} from "../values/block.ts";

const QUOTE = 34;
const COMMA = 44;
const BACKSLASH = 92;
const BRACKET_CLOSE = 93;

/** Goes through the items of arrays. */
export class ListItems {
  /** What the item is, as a field of a block. */
  kind: number = KIND_NULL;
  /** Where its text begins; that of a string behind the quote. */
  start = 0;
  /** Where its text ends, exclusive. */
  end = 0;
  /** Whether a string is written with escapes. */
  hasEscapes = false;
  /** Where to go on. */
  #at = 0;

  /** Begins with the array whose bracket is at `at`. */
  open(at: number): void {
    this.#at = at + 1;
  }

  /** Goes to the next item; false at the end of the array. */
  next(bytes: Uint8Array): boolean {
    let at = this.#at;
    let byte = bytes[at]!;
    while (byte <= 32 || byte === COMMA) byte = bytes[++at]!;
    if (byte === BRACKET_CLOSE) return false;
    if (byte === QUOTE) {
      this.#string(bytes, at + 1);
      return true;
    }
    this.start = at;
    if (byte === 91 || byte === 123) {
      this.kind = KIND_NESTED;
      at = nestedEnd(bytes, at);
    } else {
      this.kind = byte === 110
        ? KIND_NULL
        : byte === 116 || byte === 102
        ? KIND_LITERAL
        : KIND_NUMBER;
      byte = bytes[++at]!;
      while (byte > 32 && byte !== COMMA && byte !== BRACKET_CLOSE) {
        byte = bytes[++at]!;
      }
    }
    this.end = at;
    this.#at = at;
    return true;
  }

  #string(bytes: Uint8Array, start: number): void {
    this.kind = KIND_STRING;
    this.start = start;
    this.hasEscapes = false;
    let at = start;
    let byte = bytes[at]!;
    while (byte !== QUOTE) {
      if (byte === BACKSLASH) {
        this.hasEscapes = true;
        at++;
      }
      byte = bytes[++at]!;
    }
    this.end = at;
    this.#at = at + 1;
  }
}

/** Where the array or object at `at` ends; its text is checked. */
function nestedEnd(bytes: Uint8Array, at: number): number {
  let depth = 0;
  while (true) {
    const byte = bytes[at++]!;
    if (byte === QUOTE) {
      for (; bytes[at] !== QUOTE; at++) if (bytes[at] === BACKSLASH) at++;
      at++;
    } else if (byte === 91 || byte === 123) depth++;
    else if ((byte === 93 || byte === 125) && --depth === 0) return at;
  }
}
