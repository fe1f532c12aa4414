/**
 * JSON values out of bytes, without one string of the whole text: what
 * `JSON.parse` makes, of documents of any size. Iterative: depth costs no
 * calls.
 *
 * @module
 */

import { JsonChecker } from "./_check_ts.ts";

const QUOTE = 34;
const BACKSLASH = 92;

/** Up to here building a string byte by byte is faster than decoding it. */
const SHORT_BYTES = 16;

/** A key or a text that stands often is made once. */
const KEYS_MAX = 1 << 12;

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** A container that is still open. */
interface Open {
  readonly items: unknown[] | null;
  readonly members: Record<string, unknown> | null;
  key: string | null;
}

/**
 * The value of a document.
 *
 * @param bytes The document.
 * @returns What `JSON.parse` gives for its text.
 * @throws {ParseError} If it is no JSON.
 */
export function parseBytes(bytes: Uint8Array<ArrayBuffer>): unknown {
  // The grammar is checked first: what follows need not look twice.
  const rules = { maxDepth: Infinity, lines: false, loneSurrogates: true };
  const checker = new JsonChecker(rules, null);
  checker.push(bytes);
  checker.finish();
  return new Parser(bytes).run();
}

class Parser {
  readonly #bytes: Uint8Array<ArrayBuffer>;
  readonly #open: Open[] = [];
  readonly #keys = new Map<number, string>();
  #at: number;
  #result: unknown;

  constructor(bytes: Uint8Array<ArrayBuffer>) {
    this.#bytes = bytes;
    this.#at = bytes[0] === 0xEF ? 3 : 0;
  }

  run(): unknown {
    const bytes = this.#bytes;
    const { length } = bytes;
    while (this.#at < length) {
      const byte = bytes[this.#at]!;
      if (byte <= 32 || byte === 44 || byte === 58) this.#at++;
      else if (byte === QUOTE) this.#text();
      else if (byte === 123) this.#opens(null, {});
      else if (byte === 91) this.#opens([], null);
      else if (byte === 125 || byte === 93) {
        const { items, members } = this.#open.pop()!;
        this.#at++;
        this.#put(items ?? members);
      } else this.#put(this.#scalar(byte));
    }
    return this.#result;
  }

  #opens(items: unknown[] | null, members: Record<string, unknown> | null) {
    this.#open.push({ items, members, key: null });
    this.#at++;
  }

  /** Puts a value where it belongs. */
  #put(value: unknown): void {
    const open = this.#open[this.#open.length - 1];
    if (open === undefined) this.#result = value;
    else if (open.items !== null) open.items.push(value);
    else {
      const key = open.key!;
      open.key = null;
      if (key === "__proto__") {
        // An assignment would set the prototype.
        Object.defineProperty(open.members, key, {
          value,
          writable: true,
          enumerable: true,
          configurable: true,
        });
      } else open.members![key] = value;
    }
  }

  #text(): void {
    const bytes = this.#bytes;
    const start = this.#at + 1;
    let at = start;
    let isSimple = true;
    let hash = 0;
    while (bytes[at] !== QUOTE) {
      const byte = bytes[at]!;
      if (byte >= 0x80) isSimple = false;
      hash = Math.imul(hash, 31) + byte | 0;
      if (byte === BACKSLASH) {
        isSimple = false;
        at++;
      }
      at++;
    }
    this.#at = at + 1;
    const open = this.#open[this.#open.length - 1];
    const isKey = open !== undefined && open.members !== null &&
      open.key === null;
    const text = isKey
      ? this.#key(hash, start, at, isSimple)
      : this.#made(start, at, isSimple);
    if (isKey) open.key = text;
    else this.#put(text);
  }

  /** A key is usually one of a few: it is made once. */
  #key(hash: number, from: number, to: number, isSimple: boolean): string {
    const known = this.#keys.get(hash);
    if (known !== undefined && isSimple && this.#spells(known, from, to)) {
      return known;
    }
    const text = this.#made(from, to, isSimple);
    if (isSimple && this.#keys.size < KEYS_MAX) this.#keys.set(hash, text);
    return text;
  }

  #spells(text: string, from: number, to: number): boolean {
    if (text.length !== to - from) return false;
    for (let index = 0; index < text.length; index++) {
      if (text.charCodeAt(index) !== this.#bytes[from + index]) return false;
    }
    return true;
  }

  #made(from: number, to: number, isSimple: boolean): string {
    const bytes = this.#bytes;
    if (isSimple && to - from <= SHORT_BYTES) {
      let text = "";
      for (let at = from; at < to; at++) {
        text += String.fromCharCode(bytes[at]!);
      }
      return text;
    }
    if (isSimple || bytes.subarray(from, to).indexOf(BACKSLASH) < 0) {
      return decoder.decode(bytes.subarray(from, to));
    }
    return JSON.parse(decoder.decode(bytes.subarray(from - 1, to + 1)));
  }

  #scalar(byte: number): unknown {
    if (byte === 116) return this.#word(4, true);
    if (byte === 102) return this.#word(5, false);
    if (byte === 110) return this.#word(4, null);
    return this.#number();
  }

  #word(length: number, value: unknown): unknown {
    this.#at += length;
    return value;
  }

  #number(): number {
    const bytes = this.#bytes;
    const start = this.#at;
    let at = start;
    let value = 0;
    while (bytes[at]! >= 48 && bytes[at]! <= 57) {
      value = value * 10 + bytes[at++]! - 48;
    }
    // Digits alone, few enough to be exact.
    const isWhole = at > start && at - start <= 15 && !isNumber(bytes[at]);
    if (!isWhole) {
      while (isNumber(bytes[at])) at++;
      value = Number(decoder.decode(bytes.subarray(start, at)));
    }
    this.#at = at;
    return value;
  }
}

/** Bytes of a number: digits, signs, a dot, an exponent. */
function isNumber(byte: number | undefined): boolean {
  return byte !== undefined && (byte >= 43 && byte <= 57 && byte !== 44 ||
    byte === 69 || byte === 101);
}
