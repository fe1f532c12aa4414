/**
 * A lexer of SQL over bytes, in PostgreSQL's rules: where statements begin
 * and end, which comments ask for another file, and what is left open at the
 * end. It builds no tree and knows no grammar beyond what splitting needs.
 *
 * The rules are those of PostgreSQL's own scanner and of psql ("SQL Syntax,
 * Lexical Structure" of its manual, `scan.l`, `psqlscan.l`): standard
 * strings, `E''` strings with backslashes, quoted identifiers, dollar quotes,
 * comments that nest, lines of psql's own commands, data of `COPY … FROM
 * stdin`, and bodies of routines between `BEGIN ATOMIC` and `END`.
 *
 * @module
 */

import type { SqlErrorCode } from "../errors.ts";
import {
  BACKSLASH,
  CLASSES,
  CLOSE,
  continuation,
  CR,
  DOLLAR,
  DOUBLE,
  endOfCopyData,
  endOfDoubled,
  endOfEscaped,
  endOfTag,
  IN_WORD,
  includeAt,
  type IncludeSpan,
  indexOfBytes,
  LETTER,
  LF,
  MINUS,
  OPEN,
  PLAIN,
  QUOTE,
  SEMICOLON,
  sendsQuery,
  SLASH,
  SPACE,
  trimmedEnd,
  wordAt,
} from "./_lexer_marks.ts";

/** A place in the bytes where something opens that never closes. */
export interface SqlFault {
  readonly code: SqlErrorCode;
  /** Byte of the opening mark, from 0. */
  readonly at: number;
}

/** What hears of the parts; all are optional. */
export interface SqlParts {
  /** A statement with its semicolon, or a line of psql. */
  statement?: (start: number, end: number, isMeta: boolean) => void;
  /** A line `-- @include PATH`, its line end included. */
  include?: (include: IncludeSpan) => void;
  /** The backslash of a command of psql. */
  meta?: (at: number) => void;
}

/** The first words of what may have a body without quotes. */
const ROUTINE = /^create (or replace )?(function|procedure) $/;

/** Words of an unfinished statement that decide how it ends. */
const WORDS_MAX = 4;

/**
 * Reads SQL to its end.
 *
 * @param bytes The SQL.
 * @param parts Told what is found, in order.
 * @returns What is left open, or null.
 */
export function scanSql(
  bytes: Uint8Array,
  parts: SqlParts = {},
): SqlFault | null {
  return new Scan(bytes, parts).run();
}

class Scan {
  readonly #bytes: Uint8Array;
  readonly #parts: SqlParts;
  #at = 0;
  /** Where the last token ended: what stands there begins a new one. */
  #tokenEnd = 0;
  /** Where the statement under way begins; below 0 between statements. */
  #start = -1;
  #parens = 0;
  /** Words of the statement so far, and which of them count. */
  #words = 0;
  #head = "";
  #isRoutine = false;
  #isCopy = false;
  #isCopyFromStdin = false;
  #lastWord = "";
  /** Comments with nothing but space between, the last of them so far. */
  #tail = { start: 0, end: 0 };
  /** The end of what was looked at of a word, and whether it has letters. */
  #run = { end: 0, hasLetter: false };
  /** Open `BEGIN` and `CASE` of a routine's body. */
  #begins = 0;

  constructor(bytes: Uint8Array, parts: SqlParts) {
    this.#bytes = bytes;
    this.#parts = parts;
  }

  run(): SqlFault | null {
    const bytes = this.#bytes;
    const { length } = bytes;
    while (this.#at < length) {
      let at = this.#at;
      let kind = CLASSES[bytes[at]!]!;
      const skipsWords = !this.#watchesWords();
      // The bulk of the bytes ends no token and begins none.
      while (
        kind === SPACE ||
        (this.#start >= 0 &&
          (kind === PLAIN || (kind === LETTER && skipsWords)))
      ) {
        if (++at === length) break;
        kind = CLASSES[bytes[at]!]!;
      }
      this.#at = at;
      if (at === length) break;
      const fault = this.#token(kind);
      if (fault !== null) return fault;
    }
    this.#endStatement(this.#lastSolid());
    return null;
  }

  #watchesWords(): boolean {
    return this.#words < WORDS_MAX || this.#isRoutine || this.#isCopy;
  }

  /** Takes the token that begins here. */
  #token(kind: number): SqlFault | null {
    const at = this.#at;
    const next = this.#bytes[at + 1];
    if (kind === MINUS && next === 0x2d) return this.#lineComment();
    if (kind === SLASH && next === 0x2a) return this.#blockComment();
    if (kind === BACKSLASH) return this.#metaCommand();
    if (this.#start < 0) this.#start = at;
    switch (kind) {
      case QUOTE:
        return this.#string();
      case DOUBLE:
        return this.#identifier();
      case DOLLAR:
        return this.#dollar();
      case LETTER:
        return this.#word();
      case SEMICOLON:
        return this.#semicolon();
      case OPEN:
        this.#parens++;
        break;
      case CLOSE:
        if (this.#parens > 0) this.#parens--;
        break;
    }
    this.#at = at + 1;
    return null;
  }

  #lineComment(): null {
    const { bytes, end } = this.#lineEnd(this.#at);
    const start = this.#at;
    this.#comment(start, end);
    if (this.#parts.include === undefined) return null;
    const include = includeAt(bytes, start, end);
    if (include !== null) this.#parts.include(include);
    return null;
  }

  /** The end of a line without its end: a comment ends at CR too. */
  #lineEnd(from: number): { bytes: Uint8Array; end: number } {
    const bytes = this.#bytes;
    let end = from;
    while (end < bytes.length && bytes[end] !== LF && bytes[end] !== CR) end++;
    return { bytes, end };
  }

  #blockComment(): SqlFault | null {
    const bytes = this.#bytes;
    let depth = 0;
    let at = this.#at;
    while (at + 1 < bytes.length) {
      const byte = bytes[at];
      const next = bytes[at + 1];
      if (byte === 0x2f && next === 0x2a) {
        depth++;
        at += 2;
      } else if (byte === 0x2a && next === 0x2f) {
        depth--;
        at += 2;
        if (depth === 0) {
          this.#comment(this.#at, at);
          return null;
        }
      } else at++;
    }
    return { code: "UNCLOSED_COMMENT", at: this.#at };
  }

  #comment(start: number, end: number): void {
    const tail = this.#tail;
    const goesOn = trimmedEnd(this.#bytes, tail.end, start) === tail.end;
    this.#tail = { start: goesOn ? tail.start : start, end };
    this.#closed(end);
  }

  #closed(end: number): null {
    this.#at = end;
    this.#tokenEnd = end;
    return null;
  }

  #string(): SqlFault | null {
    const bytes = this.#bytes;
    const opens = this.#at;
    const escapes = this.#hasEscapePrefix();
    let at = opens + 1;
    for (;;) {
      at = escapes ? endOfEscaped(bytes, at) : endOfDoubled(bytes, at, 0x27);
      if (at < 0) return { code: "UNCLOSED_QUOTE", at: opens };
      const goesOn = escapes ? continuation(bytes, at) : -1;
      if (goesOn < 0) return this.#closed(at);
      at = goesOn;
    }
  }

  /** Whether an `E` stands before the quote, and is a word of its own. */
  #hasEscapePrefix(): boolean {
    const at = this.#at;
    if (at - 1 < this.#tokenEnd) return false;
    const before = this.#bytes[at - 1]! | 0x20;
    if (before !== 0x65) return false;
    return !this.#isInWord(at - 1);
  }

  #identifier(): SqlFault | null {
    const end = endOfDoubled(this.#bytes, this.#at + 1, 0x22);
    return end < 0
      ? { code: "UNCLOSED_IDENTIFIER", at: this.#at }
      : this.#closed(end);
  }

  #dollar(): SqlFault | null {
    const bytes = this.#bytes;
    const opens = this.#at;
    const inWord = this.#isInWord(opens);
    const bodyAt = inWord ? -1 : endOfTag(bytes, opens);
    if (bodyAt < 0) {
      this.#at = opens + 1;
      return null;
    }
    const tag = bytes.subarray(opens, bodyAt);
    const closes = indexOfBytes(bytes, tag, bodyAt);
    if (closes < 0) return { code: "UNCLOSED_DOLLAR_QUOTE", at: opens };
    return this.#closed(closes + tag.length);
  }

  /**
   * Whether a byte goes on with a word: the dollar of `a$` does, that of the
   * parameter `$1` and what follows the number `1` do not. What was looked at
   * is not looked at again.
   */
  #isInWord(opens: number): boolean {
    const bytes = this.#bytes;
    const { end, hasLetter } = this.#run;
    let isLetterSeen = false;
    let at = opens;
    while (at > this.#tokenEnd && at > end && IN_WORD[bytes[at - 1]!] === 1) {
      at--;
      isLetterSeen ||= CLASSES[bytes[at]!] === LETTER;
    }
    if (at === end && at > this.#tokenEnd) isLetterSeen ||= hasLetter;
    const isLetter = CLASSES[bytes[opens]!] === LETTER;
    this.#run = { end: opens + 1, hasLetter: isLetterSeen || isLetter };
    return isLetterSeen;
  }

  /** A word: what begins a statement and a routine's body is looked at. */
  #word(): null {
    const bytes = this.#bytes;
    const start = this.#at;
    let end = start + 1;
    while (end < bytes.length && IN_WORD[bytes[end]!] === 1) end++;
    // The E of a string, and the U of `U&''`, belong to their quotes.
    this.#at = end;
    if (!this.#watchesWords()) return null;
    const word = wordAt(bytes, start, end);
    if (this.#words < WORDS_MAX) {
      this.#words++;
      this.#head += `${word} `;
      this.#isCopy ||= this.#head === "copy ";
      this.#isRoutine ||= ROUTINE.test(this.#head);
    }
    if (this.#isCopy && this.#lastWord === "from" && word === "stdin") {
      this.#isCopyFromStdin = true;
    }
    this.#lastWord = word;
    if (this.#isRoutine && this.#parens === 0) this.#bodyWord(word);
    return null;
  }

  #bodyWord(word: string): void {
    if (word === "begin") this.#begins++;
    else if (word === "case" && this.#begins > 0) this.#begins++;
    else if (word === "end" && this.#begins > 0) this.#begins--;
  }

  #semicolon(): SqlFault | null {
    const end = this.#at + 1;
    this.#at = end;
    if (this.#parens > 0 || this.#begins > 0) return null;
    if (!this.#isCopyFromStdin) {
      this.#endStatement(end);
      return null;
    }
    const after = endOfCopyData(this.#bytes, end);
    if (after < 0) return { code: "UNCLOSED_COPY_DATA", at: this.#start };
    this.#endStatement(after);
    return this.#closed(after);
  }

  /** A command of psql takes the rest of its line. */
  #metaCommand(): null {
    const at = this.#at;
    const { bytes, end } = this.#lineEnd(at);
    this.#parts.meta?.(at);
    this.#closed(end);
    if (this.#start < 0) {
      this.#parts.statement?.(at, trimmedEnd(bytes, at, end), true);
    } else if (sendsQuery(bytes, at + 1)) {
      this.#endStatement(trimmedEnd(bytes, at, end));
    }
    return null;
  }

  #endStatement(end: number): void {
    if (this.#start >= 0) this.#parts.statement?.(this.#start, end, false);
    this.#start = -1;
    this.#parens = 0;
    this.#words = 0;
    this.#head = "";
    this.#isRoutine = false;
    this.#isCopy = false;
    this.#isCopyFromStdin = false;
    this.#lastWord = "";
    this.#begins = 0;
  }

  /** The end of the last byte that is neither space nor in a comment. */
  #lastSolid(): number {
    const bytes = this.#bytes;
    const { start, end } = this.#tail;
    const solid = trimmedEnd(bytes, end, this.#at);
    return solid === end && end > 0
      ? trimmedEnd(bytes, Math.max(this.#start, 0), start)
      : solid;
  }
}
