/**
 * Arrays and objects inside a record: checked byte by byte, kept as raw text.
 *
 * @module
 */

import { stopAt, stopExpected, STOPPED } from "./_stop.ts";
import {
  FALSE,
  literalEnd,
  NULL,
  numberEnd,
  skipBlank,
  stringEnd,
  TRUE,
} from "./_token_scan.ts";

/** Reads nested values; brackets stand on a list, so depth costs no calls. */
export class NestedScan {
  readonly #depthMax: number;
  readonly #replaceLone: boolean;
  /** 1 for each open object, 0 for each open array. */
  #brackets = new Uint8Array(64);
  #depth = 0;
  /** Brackets that are open around the value. */
  #outer = 1;

  /** At most `depthMax` brackets may be open, the record's own included. */
  constructor(depthMax: number, replaceLone: boolean) {
    this.#depthMax = depthMax;
    this.#replaceLone = replaceLone;
  }

  /**
   * Reads an array or object.
   *
   * @param bytes The window.
   * @param at Its bracket.
   * @param outer Brackets around it, besides the record's own.
   * @returns Where it ends, or -1.
   */
  end(bytes: Uint8Array, at: number, outer = 0): number {
    this.#depth = 0;
    this.#outer = outer + 1;
    while (at >= 0) {
      const byte = bytes[at]!;
      if (byte === 123 || byte === 91) {
        if (!this.#open(byte === 123)) return this.#tooDeep(at);
        at = skipBlank(bytes, at + 1);
        // A closing bracket is two above the opening one, in both pairs.
        if (bytes[at] !== byte + 2) {
          if (byte === 123) at = this.#key(bytes, at);
          continue;
        }
        this.#depth--;
        at++;
      } else at = this.#scalar(bytes, at, byte);
      if (at < 0) return STOPPED;
      at = this.#afterValue(bytes, at);
      if (this.#depth === 0) return at;
    }
    return STOPPED;
  }

  #open(isObject: boolean): boolean {
    if (this.#depth + this.#outer >= this.#depthMax) return false;
    if (this.#depth === this.#brackets.length) {
      const grown = new Uint8Array(this.#depth * 2);
      grown.set(this.#brackets);
      this.#brackets = grown;
    }
    this.#brackets[this.#depth++] = isObject ? 1 : 0;
    return true;
  }

  #tooDeep(at: number): number {
    const limit = String(this.#depthMax);
    return stopAt("DEPTH_EXCEEDED", at, at, { limit });
  }

  /** Passes commas and closing brackets up to a value or the very end. */
  #afterValue(bytes: Uint8Array, at: number): number {
    while (this.#depth > 0) {
      at = skipBlank(bytes, at);
      const byte = bytes[at]!;
      const isObject = this.#brackets[this.#depth - 1] === 1;
      if (byte === 44) {
        at = skipBlank(bytes, at + 1);
        return isObject ? this.#key(bytes, at) : at;
      }
      if (byte !== (isObject ? 125 : 93)) {
        return stopExpected(
          bytes,
          at,
          isObject ? "expected ',' or '}'" : "expected ',' or ']'",
        );
      }
      this.#depth--;
      at++;
    }
    return at;
  }

  /** Passes a key and its colon; returns the place of the value. */
  #key(bytes: Uint8Array, at: number): number {
    if (bytes[at] !== 34) return stopExpected(bytes, at, "expected a key");
    const quote = stringEnd(bytes, at + 1, this.#replaceLone);
    if (quote < 0) return STOPPED;
    const colon = skipBlank(bytes, quote + 1);
    if (bytes[colon] !== 58) {
      return stopExpected(bytes, colon, "expected ':'");
    }
    return skipBlank(bytes, colon + 1);
  }

  #scalar(bytes: Uint8Array, at: number, byte: number): number {
    if (byte === 34) {
      const quote = stringEnd(bytes, at + 1, this.#replaceLone);
      return quote < 0 ? STOPPED : quote + 1;
    }
    if (byte === 45 || (byte >= 48 && byte <= 57)) return numberEnd(bytes, at);
    if (byte === 116) return literalEnd(bytes, at, TRUE);
    if (byte === 102) return literalEnd(bytes, at, FALSE);
    if (byte === 110) return literalEnd(bytes, at, NULL);
    return stopExpected(bytes, at, "expected a value");
  }
}
