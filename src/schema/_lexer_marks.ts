/**
 * The marks of SQL: what a byte may begin, and where a string, a tag, data or
 * a directive that begins at a byte ends.
 *
 * @module
 */

/** Bytes `[start, end)` of something. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A line of its own that asks for another file. */
export interface IncludeSpan extends Span {
  /** The path as it is written. */
  readonly path: Span;
}

export const PLAIN = 0;
export const SPACE = 1;
export const QUOTE = 2;
export const DOUBLE = 3;
export const DOLLAR = 4;
export const MINUS = 5;
export const SLASH = 6;
export const BACKSLASH = 7;
export const SEMICOLON = 8;
export const OPEN = 9;
export const CLOSE = 10;
export const LETTER = 11;

export const LF = 0x0a;
export const CR = 0x0d;

/** What a byte may begin outside of everything. */
export const CLASSES: Uint8Array = classTable();

/** Bytes that go on with a word: letters, digits, `_`, `$`, not ASCII. */
export const IN_WORD: Uint8Array = wordTable();

function classTable(): Uint8Array {
  const table = new Uint8Array(256);
  for (const byte of [0x20, 0x09, 0x0a, 0x0b, 0x0c, 0x0d]) table[byte] = SPACE;
  const marks = `'"$-/\\;()`;
  for (let index = 0; index < marks.length; index++) {
    table[marks.charCodeAt(index)] = QUOTE + index;
  }
  for (let byte = 0; byte < 256; byte++) {
    if (isLetter(byte)) table[byte] = LETTER;
  }
  return table;
}

function wordTable(): Uint8Array {
  const table = new Uint8Array(256);
  for (let byte = 0; byte < 256; byte++) {
    const isDigit = byte >= 0x30 && byte <= 0x39;
    if (isLetter(byte) || isDigit || byte === 0x24) table[byte] = 1;
  }
  return table;
}

function isLetter(byte: number): boolean {
  const lower = byte | 0x20;
  return (lower >= 0x61 && lower <= 0x7a && byte < 0x80) || byte === 0x5f ||
    byte >= 0x80;
}

/** Behind the quote that closes, where a doubled one stands for itself. */
export function endOfDoubled(
  bytes: Uint8Array,
  from: number,
  quote: number,
): number {
  for (let at = from;;) {
    const found = bytes.indexOf(quote, at);
    if (found < 0) return -1;
    if (bytes[found + 1] !== quote) return found + 1;
    at = found + 2;
  }
}

/** The same where a backslash takes the byte behind it along. */
export function endOfEscaped(bytes: Uint8Array, from: number): number {
  for (let at = from; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte === 0x5c) at++;
    else if (byte === 0x27) {
      if (bytes[at + 1] !== 0x27) return at + 1;
      at++;
    }
  }
  return -1;
}

/** Whether only spaces stand between, and with a line end among them. */
export function areSpacesWithLine(
  bytes: Uint8Array,
  start: number,
  end: number,
): boolean {
  if (trimmedEnd(bytes, start, end) !== start) return false;
  for (let at = start; at < end; at++) {
    if (bytes[at] === LF || bytes[at] === CR) return true;
  }
  return false;
}

/** Behind the second dollar of `$tag$`, or below 0 where there is none. */
export function endOfTag(bytes: Uint8Array, from: number): number {
  let at = from + 1;
  if (at < bytes.length && isLetter(bytes[at]!)) {
    while (at < bytes.length && isTagByte(bytes[at]!)) at++;
  }
  return bytes[at] === 0x24 ? at + 1 : -1;
}

function isTagByte(byte: number): boolean {
  return byte !== 0x24 && IN_WORD[byte] === 1;
}

export function indexOfBytes(
  bytes: Uint8Array,
  wanted: Uint8Array,
  from: number,
): number {
  const first = wanted[0]!;
  for (let at = from;;) {
    const found = bytes.indexOf(first, at);
    if (found < 0 || found + wanted.length > bytes.length) return -1;
    let same = 1;
    while (same < wanted.length && bytes[found + same] === wanted[same]) {
      same++;
    }
    if (same === wanted.length) return found;
    at = found + 1;
  }
}

/** The first byte from here on that does not go on with a word. */
export function endOfWord(bytes: Uint8Array, from: number): number {
  let end = from;
  while (end < bytes.length && IN_WORD[bytes[end]!] === 1) end++;
  return end;
}

/** Behind a comment that may hold others, or -1 where it never ends. */
export function endOfBlock(bytes: Uint8Array, opens: number): number {
  let depth = 0;
  let at = opens;
  while (at + 1 < bytes.length) {
    const byte = bytes[at];
    const next = bytes[at + 1];
    if (byte === 0x2f && next === 0x2a) {
      depth++;
      at += 2;
    } else if (byte === 0x2a && next === 0x2f) {
      depth--;
      at += 2;
      if (depth === 0) return at;
    } else at++;
  }
  return -1;
}

/** The end of a line without its end: a comment ends at CR too. */
export function endOfLineComment(bytes: Uint8Array, from: number): number {
  let end = from;
  while (end < bytes.length && bytes[end] !== LF && bytes[end] !== CR) end++;
  return end;
}

/** A word in lower case, as far as it is ASCII and no longer than a keyword. */
export function wordAt(bytes: Uint8Array, start: number, end: number): string {
  if (end - start > 16) return "?";
  let word = "";
  for (let at = start; at < end; at++) {
    const byte = bytes[at]!;
    const isUpper = byte >= 0x41 && byte <= 0x5a;
    word += byte < 0x80
      ? String.fromCharCode(isUpper ? byte | 0x20 : byte)
      : "?";
  }
  return word;
}

/** Behind the line `\.` that ends the data of a copy. */
export function endOfCopyData(bytes: Uint8Array, from: number): number {
  let line = bytes.indexOf(LF, from) + 1;
  while (line > 0) {
    const next = bytes.indexOf(LF, line);
    const end = next < 0 ? bytes.length : next;
    const solid = bytes[end - 1] === CR ? end - 1 : end;
    const isEnd = solid - line === 2 && bytes[line] === 0x5c &&
      bytes[line + 1] === 0x2e;
    if (isEnd) return line + 2;
    line = next + 1;
  }
  return -1;
}

/** Whether nothing follows in the line, or only a comment. */
export function isLineOver(bytes: Uint8Array, from: number): boolean {
  for (let at = from; at < bytes.length; at++) {
    const byte = bytes[at]!;
    if (byte === LF) return true;
    if (CLASSES[byte] !== SPACE) {
      return byte === 0x2d && bytes[at + 1] === 0x2d;
    }
  }
  return true;
}

export function trimmedEnd(
  bytes: Uint8Array,
  start: number,
  end: number,
): number {
  while (end > start && CLASSES[bytes[end - 1]!] === SPACE) end--;
  return end;
}

const DIRECTIVE = "@include";

/** A line comment that is a directive and has its line for itself. */
export function includeAt(
  bytes: Uint8Array,
  start: number,
  end: number,
): IncludeSpan | null {
  let at = start + 2;
  while (at < end && isBlank(bytes[at]!)) at++;
  for (let index = 0; index < DIRECTIVE.length; index++) {
    if (bytes[at + index] !== DIRECTIVE.charCodeAt(index)) return null;
  }
  let from = at + DIRECTIVE.length;
  if (from < end && !isBlank(bytes[from]!)) return null;
  while (from < end && isBlank(bytes[from]!)) from++;
  let to = end;
  while (to > from && isBlank(bytes[to - 1]!)) to--;
  let line = start;
  while (line > 0 && isBlank(bytes[line - 1]!)) line--;
  if (line > 0 && bytes[line - 1] !== LF) return null;
  let after = end;
  if (bytes[after] === CR) after++;
  if (bytes[after] === LF) after++;
  return { start: line, end: after, path: { start: from, end: to } };
}

function isBlank(byte: number): boolean {
  return byte === 0x20 || byte === 0x09;
}
