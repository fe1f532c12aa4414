/**
 * Copies the values at paths out of documents. The TypeScript twin of
 * `ffi/kernels/src/json/select.rs`.
 *
 * @module
 */

import type { JsonCheckRules } from "./_check_ts.ts";
import { Cursor } from "./_cursor_ts.ts";
import { type JsonPath, labelOf } from "./_path.ts";
import { faultAt, type Line } from "./_stop.ts";
import { Walk, WalkStop } from "./_walk_ts.ts";

const LF = 10;
const CR = 13;
const COMMA = 44;
const OPEN = 91;
const CLOSE = 93;
const BRACE_OPEN = 123;
const BRACE_CLOSE = 125;

/** Bytes that grow by doubling. */
export class Output {
  #bytes = new Uint8Array(1 << 12);
  #length = 0;

  /** Adds one byte. */
  byte(byte: number): void {
    if (this.#length === this.#bytes.length) this.#grow(1);
    this.#bytes[this.#length++] = byte;
  }

  /** Adds a part of some bytes. */
  add(bytes: Uint8Array, from = 0, to: number = bytes.length): void {
    const length = to - from;
    if (this.#length + length > this.#bytes.length) this.#grow(length);
    if (length < 32) {
      const out = this.#bytes;
      let at = this.#length;
      for (let index = from; index < to; index++) out[at++] = bytes[index]!;
    } else this.#bytes.set(bytes.subarray(from, to), this.#length);
    this.#length += length;
  }

  /** How much there is. */
  get length(): number {
    return this.#length;
  }

  /** A copy of what stands from `from` on. */
  from(from: number): Uint8Array<ArrayBuffer> {
    return this.#bytes.slice(from, this.#length);
  }

  /** Forgets what stands from `length` on. */
  truncate(length: number): void {
    this.#length = length;
  }

  /** Takes what was added so far. */
  take(): Uint8Array<ArrayBuffer> {
    const taken = this.#bytes.slice(0, this.#length);
    this.#length = 0;
    return taken;
  }

  #grow(more: number): void {
    const size = Math.max(this.#bytes.length * 2, this.#length + more);
    const grown = new Uint8Array(size);
    grown.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = grown;
  }
}

/** Selects from whole lines at a time, or from the one document. */
export class Selector {
  readonly #rules: JsonCheckRules;
  readonly #paths: readonly JsonPath[];
  readonly #labels: readonly Uint8Array[];
  readonly #walk: Walk;
  readonly #out: Output;
  #carry: Uint8Array<ArrayBuffer>[] = [];
  #carried = 0;
  #offset = 0;
  #line = 1;
  #isBegun = false;

  constructor(
    rules: JsonCheckRules,
    paths: readonly JsonPath[],
    out: Output,
  ) {
    this.#rules = rules;
    this.#paths = paths;
    this.#labels = paths.map(({ text }) => labelOf(text));
    this.#walk = new Walk(rules, paths);
    this.#out = out;
  }

  /**
   * Takes a chunk.
   *
   * @param chunk The chunk.
   * @param isLast Whether nothing follows.
   * @throws {ParseError} At the first fault.
   */
  push(chunk: Uint8Array<ArrayBuffer>, isLast: boolean): void {
    if (isLast) return this.#read(this.#withCarry(chunk));
    const whole = this.#rules.lines ? chunk.lastIndexOf(LF) + 1 : 0;
    if (whole > 0) this.#read(this.#withCarry(chunk.subarray(0, whole)));
    if (whole === chunk.length) return;
    // The chunk is the caller's again after this call.
    this.#carry.push(chunk.slice(whole));
    this.#carried += chunk.length - whole;
  }

  #withCarry(chunk: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
    if (this.#carried === 0) return chunk;
    const bytes = new Uint8Array(this.#carried + chunk.length);
    let at = 0;
    for (const part of this.#carry) {
      bytes.set(part, at);
      at += part.length;
    }
    bytes.set(chunk, at);
    this.#carry = [];
    this.#carried = 0;
    return bytes;
  }

  /** Reads whole lines, or the whole document. */
  #read(bytes: Uint8Array<ArrayBuffer>): void {
    const { lines } = this.#rules;
    if (bytes.length === 0 && (lines || this.#isBegun)) return;
    const hasMark = !this.#isBegun && bytes[0] === 0xEF &&
      bytes[1] === 0xBB && bytes[2] === 0xBF;
    this.#isBegun = true;
    let at = hasMark ? 3 : 0;
    const cursor = new Cursor(bytes, at, lines);
    let lineStart = 0;
    try {
      do {
        const next = this.#walk.document(cursor, at);
        if (next >= 0) this.#write(bytes);
        at = next >= 0 ? next : ~next;
        lineStart = at;
        this.#line++;
      } while (at < bytes.length);
    } catch (error) {
      if (!(error instanceof WalkStop)) throw error;
      const byteOffset = this.#offset + error.at;
      const line = lines
        ? { line: this.#line, lineStart: this.#offset + lineStart }
        : lineOf(bytes, error.at);
      throw faultAt(error.code, byteOffset, line, error.args);
    }
    this.#offset += bytes.length;
  }

  /** What a document has, as lines. */
  #write(bytes: Uint8Array): void {
    const out = this.#out;
    const { found } = this.#walk;
    if (found.length === 1) {
      const { items, count } = found[0]!;
      for (let index = 0; index < count; index += 2) {
        this.#value(bytes, items[index]!, items[index + 1]!);
        out.byte(LF);
      }
      return;
    }
    let separator = BRACE_OPEN;
    for (let path = 0; path < found.length; path++) {
      const { items, count } = found[path]!;
      const { isMany } = this.#paths[path]!;
      if (count === 0 && !isMany) continue;
      out.byte(separator);
      separator = COMMA;
      out.add(this.#labels[path]!);
      if (isMany) out.byte(OPEN);
      for (let index = 0; index < count; index += 2) {
        if (index > 0) out.byte(COMMA);
        this.#value(bytes, items[index]!, items[index + 1]!);
      }
      if (isMany) out.byte(CLOSE);
    }
    if (separator === BRACE_OPEN) out.byte(BRACE_OPEN);
    out.byte(BRACE_CLOSE);
    out.byte(LF);
  }

  /** A value without its line ends: they can only stand between tokens. */
  #value(bytes: Uint8Array, from: number, to: number): void {
    const first = bytes[from];
    if (first !== BRACE_OPEN && first !== OPEN) {
      return this.#out.add(bytes, from, to);
    }
    let kept = from;
    for (let at = from; at < to; at++) {
      const byte = bytes[at];
      if (byte !== LF && byte !== CR) continue;
      this.#out.add(bytes, kept, at);
      kept = at + 1;
    }
    this.#out.add(bytes, kept, to);
  }
}

/**
 * The line of a place in a document.
 *
 * @param bytes The document.
 * @param place The place.
 * @returns The line.
 */
export function lineOf(bytes: Uint8Array, place: number): Line {
  let line = 1;
  let lineStart = 0;
  for (let at = 0; at < place; at++) {
    if (bytes[at] !== LF) continue;
    line++;
    lineStart = at + 1;
  }
  return { line, lineStart };
}
