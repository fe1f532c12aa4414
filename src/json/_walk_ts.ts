/**
 * The way through one document along the paths. What lies beside them is
 * passed by its structure: strings are closed, brackets match. What is
 * selected is checked in full. The TypeScript twin of
 * `ffi/kernels/src/json/walk.rs`.
 *
 * @module
 */

import { ParseError, type ParseErrorCode } from "../errors.ts";
import { JsonChecker, type JsonCheckRules } from "./_check_ts.ts";
import type { Cursor } from "./_cursor_ts.ts";
import type { JsonPath } from "./_path.ts";
import { REASON } from "./_stop.ts";

/** A fault in a place of the text; the selector adds lines. */
export class WalkStop extends Error {
  /** The cause. */
  readonly code: ParseErrorCode;
  /** The place. */
  readonly at: number;
  /** What the message needs. */
  readonly args: Record<string, string>;

  constructor(
    at: number,
    code: ParseErrorCode,
    args: Record<string, string>,
  ) {
    super(code);
    this.at = at;
    this.code = code;
    this.args = args;
  }
}

/**
 * Numbers whose count changes often: setting the length of an array makes V8
 * drop and make its room anew.
 */
export class Numbers {
  /** The numbers, and what is left behind them. */
  readonly items: number[] = [];
  /** How many there are. */
  count = 0;

  /** Adds a number. */
  push(value: number): void {
    this.items[this.count++] = value;
  }

  /** The last number. */
  last(): number {
    return this.items[this.count - 1]!;
  }
}

/** A container on the way. */
interface Frame {
  readonly isObject: boolean;
  readonly start: number;
  /** Where the paths that end with it begin on their list. */
  readonly ends: number;
  /** Where the paths that go on inside it begin on their list. */
  readonly active: number;
  index: number;
}

/** Walks through documents. */
export class Walk {
  readonly #rules: JsonCheckRules;
  readonly #paths: readonly JsonPath[];
  /** What each path has found: starts and ends in turns. */
  readonly found: readonly Numbers[];
  #frames: Frame[] = [];
  /** Paths that go on inside the open containers, and whether they did. */
  readonly #active = new Numbers();
  readonly #isFound = new Numbers();
  /** Paths that end with an open container, the innermost last. */
  readonly #ends = new Numbers();
  /** Paths that the next value is on. */
  readonly #reached = new Numbers();
  readonly #brackets = new Numbers();
  /** Where the last value ended that is not followed yet. */
  #behind = 0;

  constructor(rules: JsonCheckRules, paths: readonly JsonPath[]) {
    this.#rules = rules;
    this.#paths = paths;
    this.found = paths.map(() => new Numbers());
  }

  /**
   * Reads the document that begins at `from`.
   *
   * @returns The place behind it; negative (the complement) for a blank line.
   */
  document(cursor: Cursor, from: number): number {
    this.#begin();
    const { bytes } = cursor;
    let place = cursor.next();
    if (this.#rules.lines && firstText(bytes, from, place) === place) {
      if (place === bytes.length || cursor.byte(place) === 10) {
        return ~(place + 1);
      }
    }
    while (true) {
      place = this.#value(cursor, from, place);
      if (place >= 0) {
        // Commas and closing brackets up to the next value or the end.
        place = this.#follow(cursor, place);
        if (place < 0) return ~place;
      } else place = ~place;
      from = this.#from;
    }
  }

  /** Where the next value begins. */
  #from = 0;

  /**
   * Reads a value. Gives the operator behind it; or, as a complement, that of
   * its first child, where it has to be entered.
   */
  #value(cursor: Cursor, from: number, place: number): number {
    const { bytes } = cursor;
    this.#behind = place;
    if (firstText(bytes, from, place) < place) {
      this.#scalar(cursor, from, place);
      return place;
    }
    const end = this.#container(cursor, place);
    if (end >= 0) {
      this.#behind = end;
      return cursor.next();
    }
    const isObject = bytes[place] === 123;
    const start = place;
    place = cursor.next();
    const isEmpty = cursor.byte(place) === (isObject ? 125 : 93) &&
      firstText(bytes, start + 1, place) === place;
    if (!isEmpty) return ~this.#child(cursor, isObject, start + 1, place);
    this.#leave(cursor, place);
    return cursor.next();
  }

  /**
   * Passes what follows a value. Gives the operator behind the next value's
   * begin; or, as a complement, the place behind the document.
   */
  #follow(cursor: Cursor, place: number): number {
    while (this.#frames.length > 0) {
      const { isObject } = this.#frames[this.#frames.length - 1]!;
      const first = firstText(cursor.bytes, this.#behind, place);
      const byte = cursor.byte(place);
      if (first < place || (byte !== 44 && byte !== (isObject ? 125 : 93))) {
        throw this.#unexpected(cursor, first, follower(isObject));
      }
      if (byte === 44) {
        return this.#child(cursor, isObject, place + 1, cursor.next());
      }
      this.#leave(cursor, place);
      place = cursor.next();
    }
    return ~this.#documentEnd(cursor, place);
  }

  #begin(): void {
    // A document that was read to its end has left no frames.
    this.#reached.count = 0;
    for (let path = 0; path < this.#paths.length; path++) {
      this.found[path]!.count = 0;
      this.#reached.push(path);
    }
  }

  /** Behind the document's value nothing may follow. */
  #documentEnd(cursor: Cursor, place: number): number {
    const first = firstText(cursor.bytes, this.#behind, place);
    const isEnd = place === cursor.bytes.length && !cursor.endsInString;
    const isLineEnd = this.#rules.lines && cursor.byte(place) === 10;
    if (first < place || !(isEnd || isLineEnd)) {
      throw first < cursor.end
        ? wrong(first, REASON.trailing)
        : wrong(first, cursor.why ?? REASON.stringEnd);
    }
    return place + 1;
  }

  /** Goes to the next value of a container; gives the operator behind. */
  #child(
    cursor: Cursor,
    isObject: boolean,
    from: number,
    place: number,
  ): number {
    if (!isObject) {
      this.#reachItem();
      this.#from = from;
      return place;
    }
    const { bytes } = cursor;
    const quote = firstText(bytes, from, place);
    if (quote === place || bytes[quote] !== 34) {
      throw this.#unexpected(cursor, quote, REASON.key);
    }
    if (cursor.byte(place) !== 58) {
      throw this.#unexpected(cursor, place, REASON.colon);
    }
    const end = lastText(bytes, quote, place);
    if (end < quote + 2 || bytes[end - 1] !== 34) {
      throw wrong(end - 1, REASON.colon);
    }
    this.#reachKey(cursor, quote, end);
    this.#from = place + 1;
    return cursor.next();
  }

  /** Finds the paths that the next item of the innermost array is on. */
  #reachItem(): void {
    this.#reached.count = 0;
    const depth = this.#frames.length - 1;
    const frame = this.#frames[depth]!;
    const index = frame.index++;
    for (let at = frame.active; at < this.#active.count; at++) {
      const path = this.#active.items[at]!;
      const step = this.#paths[path]!.steps[depth]!;
      if (step.every || step.index === index) this.#reached.push(path);
    }
  }

  /** Finds the paths that a member is on; its key is `quote..end`. */
  #reachKey(cursor: Cursor, quote: number, end: number): void {
    const { bytes } = cursor;
    if (quote < cursor.lastEscape) {
      const escape = bytes.indexOf(92, quote + 1);
      if (escape >= 0 && escape < end - 1) {
        checkValue(bytes, quote, end, this.#rules);
        const key = unescaped(bytes, quote, end);
        this.#reach(quote, key, 0, key.length, true);
        return;
      }
    }
    this.#reach(quote, bytes, quote + 1, end - 1, false);
  }

  #reach(
    quote: number,
    bytes: Uint8Array,
    from: number,
    to: number,
    isDecoded: boolean,
  ): void {
    const reached = this.#reached;
    reached.count = 0;
    const depth = this.#frames.length - 1;
    for (
      let at = this.#frames[depth]!.active;
      at < this.#active.count;
      at++
    ) {
      const path = this.#active.items[at]!;
      const step = this.#paths[path]!.steps[depth]!;
      if (!step.every) {
        if (step.name === null || step.name.length !== to - from) continue;
        // A text that looks like a key with a bare quote inside is none.
        if (!isSame(step.name, bytes, from)) continue;
        if (!step.isPlain && !isDecoded) continue;
        const isFound = this.#isFound.items;
        if (isFound[at] === 1) throw twice(quote, bytes, from, to);
        isFound[at] = 1;
      }
      reached.push(path);
    }
  }

  /** A word, a number or a string. */
  #scalar(cursor: Cursor, from: number, place: number): void {
    if (place === cursor.end && (cursor.why !== null || cursor.endsInString)) {
      throw this.#unexpected(cursor, place, REASON.value);
    }
    if (this.#reached.count === 0) return;
    const depth = this.#frames.length;
    const { bytes } = cursor;
    const first = firstText(bytes, from, place);
    let end = 0;
    for (let index = 0; index < this.#reached.count; index++) {
      const path = this.#reached.items[index]!;
      if (this.#paths[path]!.steps.length !== depth) continue;
      if (end === 0) {
        end = lastText(bytes, first, place);
        checkValue(bytes, first, end, this.#rules);
      }
      this.#note(path, first, end);
    }
  }

  /** The end of the container that begins at `start`; -1 if it is entered. */
  #container(cursor: Cursor, start: number): number {
    const byte = cursor.byte(start);
    if (byte !== 123 && byte !== 91) {
      throw this.#unexpected(cursor, start, REASON.value);
    }
    const depth = this.#frames.length;
    if (depth >= this.#rules.maxDepth) throw this.#tooDeep(start);
    if (this.#reached.count === 0) return this.#pass(cursor, start);
    const active = this.#active.count;
    const ends = this.#ends.count;
    for (let index = 0; index < this.#reached.count; index++) {
      const path = this.#reached.items[index]!;
      if (this.#paths[path]!.steps.length > depth) {
        this.#active.push(path);
        this.#isFound.push(0);
      } else this.#ends.push(path);
    }
    if (this.#active.count > active) {
      const isObject = byte === 123;
      this.#frames.push({ isObject, start, ends, active, index: 0 });
      return -1;
    }
    const end = this.#pass(cursor, start);
    this.#noteEnds(cursor.bytes, ends, start, end);
    return end;
  }

  /** Passes a container by its brackets; gives the place behind it. */
  #pass(cursor: Cursor, start: number): number {
    const brackets = this.#brackets;
    brackets.count = 0;
    brackets.push(cursor.bytes[start]!);
    while (true) {
      const place = cursor.next();
      const byte = cursor.byte(place);
      if (byte === 44 || byte === 58) continue;
      if (byte === 123 || byte === 91) {
        if (this.#frames.length + brackets.count >= this.#rules.maxDepth) {
          throw this.#tooDeep(place);
        }
        brackets.push(byte);
        continue;
      }
      const isObject = brackets.last() === 123;
      if (byte !== (isObject ? 125 : 93)) {
        throw this.#unexpected(cursor, place, follower(isObject));
      }
      if (--brackets.count === 0) return place + 1;
    }
  }

  /** The container that closes at `place` is done. */
  #leave(cursor: Cursor, place: number): void {
    const { active, ends, start } = this.#frames.pop()!;
    this.#active.count = active;
    this.#isFound.count = active;
    this.#behind = place + 1;
    this.#noteEnds(cursor.bytes, ends, start, place + 1);
  }

  /** The container is what the paths from `ends` on end with. */
  #noteEnds(
    bytes: Uint8Array,
    ends: number,
    start: number,
    end: number,
  ): void {
    if (this.#ends.count === ends) return;
    checkValue(bytes, start, end, this.#rules);
    for (let index = ends; index < this.#ends.count; index++) {
      this.#note(this.#ends.items[index]!, start, end);
    }
    this.#ends.count = ends;
  }

  #note(path: number, from: number, to: number): void {
    const list = this.found[path]!;
    list.push(from);
    list.push(to);
  }

  #tooDeep(at: number): WalkStop {
    const limit = String(this.#rules.maxDepth);
    return new WalkStop(at, "DEPTH_EXCEEDED", { limit });
  }

  /** The end of the text has reasons of its own. */
  #unexpected(cursor: Cursor, at: number, reason: string): WalkStop {
    if (at < cursor.end) {
      const isLineEnd = this.#rules.lines && cursor.bytes[at] === 10;
      return wrong(at, isLineEnd ? REASON.lineEnd : reason);
    }
    const otherwise = cursor.endsInString ? REASON.stringEnd : REASON.inputEnd;
    return wrong(cursor.end, cursor.why ?? otherwise);
  }
}

function wrong(at: number, reason: string): WalkStop {
  return new WalkStop(at, "INVALID_JSON", { reason });
}

function twice(
  at: number,
  bytes: Uint8Array,
  from: number,
  to: number,
): WalkStop {
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  const key = decoder.decode(bytes.subarray(from, to));
  return new WalkStop(at, "DUPLICATE_KEY", { key });
}

function follower(isObject: boolean): string {
  return isObject ? REASON.memberEnd : REASON.itemEnd;
}

function isBlank(byte: number): boolean {
  return byte === 32 || byte === 10 || byte === 13 || byte === 9;
}

/** The first byte from `at` that is no white space, or `end`. */
function firstText(bytes: Uint8Array, at: number, end: number): number {
  while (at < end && isBlank(bytes[at]!)) at++;
  return at;
}

/** Behind the last byte before `end` that is no white space. */
function lastText(bytes: Uint8Array, from: number, end: number): number {
  while (end > from && isBlank(bytes[end - 1]!)) end--;
  return end;
}

function isSame(name: Uint8Array, bytes: Uint8Array, from: number): boolean {
  for (let index = 0; index < name.length; index++) {
    if (name[index] !== bytes[from + index]) return false;
  }
  return true;
}

/** Checks the value `from..to` in full. */
function checkValue(
  bytes: Uint8Array,
  from: number,
  to: number,
  rules: JsonCheckRules,
): void {
  if (isSimple(bytes, from, to)) return;
  const checker = new JsonChecker({ ...rules, lines: false }, null, true);
  try {
    checker.push(bytes.subarray(from, to) as Uint8Array<ArrayBuffer>);
    checker.finish();
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    const { code, byteOffset } = error;
    throw new WalkStop(from + byteOffset, code, { ...checker.args });
  }
}

/**
 * Most values need no checker: numbers without an exponent, and strings of
 * ASCII without escapes.
 */
function isSimple(bytes: Uint8Array, from: number, to: number): boolean {
  if (bytes[from] === 34) {
    let at = from + 1;
    while (at < to && INNER[bytes[at]!] === 1) at++;
    return at === to - 1 && bytes[at] === 34;
  }
  if (bytes[from] === 45) from++;
  const whole = digitsEnd(bytes, from, to);
  if (whole === from || (bytes[from] === 48 && whole > from + 1)) return false;
  if (whole === to) return true;
  const end = bytes[whole] === 46 ? digitsEnd(bytes, whole + 1, to) : 0;
  return end === to && end > whole + 1;
}

function digitsEnd(bytes: Uint8Array, at: number, to: number): number {
  while (at < to && bytes[at]! >= 48 && bytes[at]! <= 57) at++;
  return at;
}

/** 1 for plain ASCII text of a string. */
const INNER = new Uint8Array(256).fill(1, 32, 128);
INNER[34] = 0;
INNER[92] = 0;

/** The text of a key that was checked. */
function unescaped(
  bytes: Uint8Array,
  quote: number,
  end: number,
): Uint8Array {
  const raw = new TextDecoder().decode(bytes.subarray(quote, end));
  return new TextEncoder().encode(JSON.parse(raw) as string);
}
