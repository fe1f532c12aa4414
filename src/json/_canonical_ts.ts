/**
 * The canonical form of RFC 8785 (JSON Canonicalization Scheme): no white
 * space, members sorted by the UTF-16 code units of their keys, numbers and
 * strings as ECMAScript prints them. Iterative: depth costs no calls.
 *
 * @module
 */

import type { ParseError, ParseErrorCode } from "../errors.ts";
import type { Pace } from "../pace.ts";
import { JsonChecker, type JsonCheckRules } from "./_check_ts.ts";
import { lineOf, Output } from "./_select_ts.ts";
import { faultAt } from "./_stop.ts";

const QUOTE = 34;
const COMMA = 44;
const BACKSLASH = 92;
const encoder = new TextEncoder();

/** Up to here building a text byte by byte is faster than decoding it. */
const SHORT_BYTES = 24;

/** Significant digits that every 64-bit float keeps. */
const EXACT_DIGITS = 15;

/** Bytes that are checked, and values that are walked over, between rests. */
const PACE_BYTES = 1 << 17;
const PACE_VALUES = 1 << 10;

/** A member of an object that is still open. */
interface Member {
  readonly key: string;
  /** Where its canonical text, key included, stands in the output. */
  readonly from: number;
  to: number;
}

/** A container that is still open. */
interface Open {
  readonly members: Member[] | null;
  /** Keys so far, to find one that stands twice. */
  readonly keys: Set<string> | null;
  /** Where its text begins in the output, behind the bracket. */
  readonly from: number;
  count: number;
}

/**
 * The canonical form of a document.
 *
 * @param bytes The document.
 * @param rules Its rules; lone surrogates are never allowed.
 * @param pace Lets other tasks run.
 * @returns Canonical bytes.
 * @throws {ParseError} If it is no JSON, a key stands twice, a surrogate
 * stands alone or a number is beyond a 64-bit float.
 */
export async function canonical(
  bytes: Uint8Array<ArrayBuffer>,
  rules: JsonCheckRules,
  pace: Pace,
): Promise<Uint8Array<ArrayBuffer>> {
  // What is checked needs no second look: the grammar is known to hold.
  const checker = new JsonChecker({ ...rules, loneSurrogates: false }, null);
  for (let at = 0; at < bytes.length; at += PACE_BYTES) {
    checker.push(bytes.subarray(at, at + PACE_BYTES));
    if (pace.due()) await pace.rest();
  }
  checker.finish();
  const canonicalizer = new Canonicalizer(bytes);
  while (!canonicalizer.step()) {
    if (pace.due()) await pace.rest();
  }
  return canonicalizer.form();
}

class Canonicalizer {
  readonly #bytes: Uint8Array<ArrayBuffer>;
  readonly #out = new Output();
  readonly #open: Open[] = [];
  readonly #decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  #at = 0;

  constructor(bytes: Uint8Array<ArrayBuffer>) {
    this.#bytes = bytes;
    if (bytes[0] === 0xEF) this.#at = 3;
  }

  /** Prints some values; true at the end. */
  step(): boolean {
    const { length } = this.#bytes;
    for (let count = 0; count < PACE_VALUES; count++) {
      if (this.#at >= length) return true;
      const byte = this.#bytes[this.#at]!;
      if (byte <= 32 || byte === COMMA || byte === 58) this.#at++;
      else if (byte === 123 || byte === 91) this.#opens(byte);
      else if (byte === 125 || byte === 93) this.#closes(byte);
      else this.#scalar(byte);
    }
    return false;
  }

  form(): Uint8Array<ArrayBuffer> {
    return this.#out.take();
  }

  #opens(byte: number): void {
    this.#separate();
    this.#out.byte(byte);
    const isObject = byte === 123;
    this.#open.push({
      members: isObject ? [] : null,
      keys: isObject ? new Set() : null,
      from: this.#out.length,
      count: 0,
    });
    this.#at++;
  }

  #closes(byte: number): void {
    const { members, from } = this.#open.pop()!;
    if (members !== null && members.length > 0) {
      members[members.length - 1]!.to = this.#out.length;
      this.#sort(members, from);
    }
    this.#out.byte(byte);
    this.#at++;
  }

  /** Brings the members from `from` on into their order. */
  #sort(members: Member[], from: number): void {
    // JavaScript compares texts by code units, as the RFC asks.
    const sorted = members.toSorted((a, b) => a.key < b.key ? -1 : 1);
    const text = this.#out.from(from);
    this.#out.truncate(from);
    for (const [index, member] of sorted.entries()) {
      if (index > 0) this.#out.byte(COMMA);
      this.#out.add(text, member.from - from, member.to - from);
    }
  }

  /** A comma between items; members are sorted before they get theirs. */
  #separate(): void {
    const open = this.#open[this.#open.length - 1];
    if (open === undefined || open.members !== null) return;
    if (open.count++ > 0) this.#out.byte(COMMA);
  }

  #scalar(byte: number): void {
    if (byte === QUOTE) return this.#string();
    this.#separate();
    const start = this.#at;
    let at = start;
    while (isScalar(this.#bytes[at])) at++;
    this.#at = at;
    // Words, and numbers that are exact, print as they are written.
    const isWord = byte === 116 || byte === 102 || byte === 110;
    if (isWord || isCanonical(this.#bytes, start, at)) {
      this.#out.add(this.#bytes, start, at);
      return;
    }
    const text = this.#decoder.decode(this.#bytes.subarray(start, at));
    this.#out.add(encoder.encode(this.#number(text, start)));
  }

  #string(): void {
    const bytes = this.#bytes;
    const start = this.#at;
    let hasEscapes = false;
    let at = start + 1;
    while (bytes[at] !== QUOTE) {
      if (bytes[at] === BACKSLASH) {
        hasEscapes = true;
        at++;
      }
      at++;
    }
    this.#at = at + 1;
    const open = this.#open[this.#open.length - 1];
    const isKey = open !== undefined && open.members !== null &&
      this.#isKey();
    if (isKey) this.#key(this.#textOf(start, hasEscapes), start, open);
    else this.#separate();
    // Without escapes a string is canonical as it stands.
    if (hasEscapes) {
      const text = JSON.stringify(this.#textOf(start, true));
      this.#out.add(encoder.encode(text));
    } else this.#out.add(bytes, start, this.#at);
    if (isKey) this.#out.byte(58);
  }

  /** The text of the string that ends here. */
  #textOf(start: number, hasEscapes: boolean): string {
    const bytes = this.#bytes;
    const end = this.#at - 1;
    let text = "";
    let at = start + 1;
    if (!hasEscapes && end - at <= SHORT_BYTES) {
      while (at < end && bytes[at]! < 0x80) {
        text += String.fromCharCode(bytes[at++]!);
      }
      if (at === end) return text;
    }
    const raw = this.#decoder.decode(bytes.subarray(start, end + 1));
    return JSON.parse(raw) as string;
  }

  /** Whether a colon follows: strings in objects are keys or values. */
  #isKey(): boolean {
    let at = this.#at;
    while (this.#bytes[at]! <= 32) at++;
    return this.#bytes[at] === 58;
  }

  #key(key: string, at: number, { members, keys }: Open): void {
    if (keys!.has(key)) throw this.#fault("DUPLICATE_KEY", at, { key });
    keys!.add(key);
    const from = this.#out.length;
    const last = members![members!.length - 1];
    if (last !== undefined) last.to = from;
    members!.push({ key, from, to: from });
  }

  #number(text: string, at: number): string {
    const value = Number(text);
    if (Number.isFinite(value)) return String(value);
    throw this.#fault("NUMBER_TOO_LARGE", at, {
      value: text.slice(0, 80),
      kernel: "json.digest",
    });
  }

  #fault(
    code: ParseErrorCode,
    at: number,
    args: Record<string, string>,
  ): ParseError {
    return faultAt(code, at, lineOf(this.#bytes, at), args);
  }
}

/**
 * Whether a number prints as it is written: no exponent, few digits, no zeros
 * at the end of a fraction and few at its beginning.
 */
function isCanonical(bytes: Uint8Array, from: number, to: number): boolean {
  const isNegative = bytes[from] === 45;
  if (isNegative) from++;
  if (to - from > EXACT_DIGITS) return false;
  let at = from;
  while (at < to && isDigit(bytes[at]!)) at++;
  // A minus is no zero's.
  if (at === to) return !(isNegative && bytes[from] === 48);
  if (bytes[at] !== 46 || bytes[to - 1] === 48) return false;
  const fraction = at + 1;
  for (at = fraction; at < to; at++) if (!isDigit(bytes[at]!)) return false;
  if (bytes[from] !== 48) return true;
  // From 0.000001 on an exponent may be shorter.
  for (at = fraction; at < fraction + 5; at++) {
    if (bytes[at] !== 48) return true;
  }
  return false;
}

function isDigit(byte: number): boolean {
  return byte >= 48 && byte <= 57;
}

/** Bytes of numbers and words. */
function isScalar(byte: number | undefined): boolean {
  return byte !== undefined && byte > 32 && byte !== COMMA && byte !== 93 &&
    byte !== 125;
}
