/**
 * A lexer of SQL over bytes, in PostgreSQL's rules: where statements begin
 * and end, which comments ask for another file, and what is left open at the
 * end. It builds no tree and knows no grammar beyond what splitting needs.
 *
 * The rules are those of PostgreSQL's own scanner and of psql ("SQL Syntax,
 * Lexical Structure" of its manual, `scan.l`, `psqlscan.l`): standard
 * strings, `E''` strings with backslashes, quoted identifiers, dollar quotes,
 * comments that nest, psql's own commands, data of `COPY … FROM stdin`, and
 * bodies of routines between `BEGIN ATOMIC` and `END`. Where the server and
 * psql differ the server is followed: a string goes on behind a line end and
 * comments, and only `BEGIN ATOMIC` opens a body.
 *
 * @module
 */

import type { SqlErrorCode } from "../errors.ts";
import {
  areSpacesWithLine,
  BACKSLASH,
  CLASSES,
  CLOSE,
  DOLLAR,
  DOUBLE,
  endOfBlock,
  endOfCopyData,
  endOfDoubled,
  endOfEscaped,
  endOfLineComment,
  endOfTag,
  endOfWord,
  IN_WORD,
  includeAt,
  type IncludeSpan,
  indexOfBytes,
  isLineOver,
  LETTER,
  LF,
  MINUS,
  OPEN,
  PLAIN,
  QUOTE,
  SEMICOLON,
  SLASH,
  SPACE,
  trimmedEnd,
  wordAt,
} from "./_lexer_marks.ts";
import { commandAt, type PsqlEffect } from "./_lexer_psql.ts";

/** A place in the bytes where something opens that never closes. */
export interface SqlFault {
  readonly code: SqlErrorCode;
  /** Byte of the opening mark, from 0. */
  readonly at: number;
}

/** What hears of the parts; all are optional. */
export interface SqlParts {
  /**
   * A statement that is sent, with its semicolon, or a command of psql that
   * stands between statements.
   */
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

/** Bytes of a statement, or of a command between statements. */
interface Part {
  readonly start: number;
  readonly end: number;
  readonly isMeta: boolean;
}

/** An open `\if`, and the parentheses that were open there. */
interface Branch {
  readonly at: number;
  readonly depth: number;
  readonly depthAt: number;
}

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
  /** Where reading stops: the end, or the line end before data. */
  #limit: number;
  /** Behind the data that begin at the limit. */
  #dataEnd = 0;
  /** Where the last token ended: what stands there begins a new one. */
  #tokenEnd = 0;
  /** Where the statement under way begins; below 0 between statements. */
  #start = -1;
  /** Open parentheses, and where the first of them stands. */
  #depth = 0;
  #depthAt = 0;
  /** Each open `\if`: every branch begins with its parentheses. */
  readonly #branches: Branch[] = [];
  /** Words of the statement so far, and which of them count. */
  #words = 0;
  #head = "";
  #isRoutine = false;
  #isCopy = false;
  #isCopyFromStdin = false;
  #lastWord = "";
  #lastWordAt = 0;
  /** Comments with nothing but space between, the last of them so far. */
  #tail = { start: 0, end: 0 };
  /** The end of what was looked at of a word, and whether it has letters. */
  #run = { end: 0, hasLetter: false };
  /** Behind an `E''` string and line comments, which may go on; or -1. */
  #escapedEnd = -1;
  /** The body of a routine with its open `CASE`, and where it begins. */
  #begins = 0;
  #bodyAt = 0;
  /** What psql holds: statements that end with `\;`, commands between. */
  #held: Part[] = [];
  /** How many of them read data, and where the first of those begins. */
  #copies = 0;
  #copyAt = 0;

  constructor(bytes: Uint8Array, parts: SqlParts) {
    this.#bytes = bytes;
    this.#parts = parts;
    this.#limit = bytes.length;
  }

  run(): SqlFault | null {
    const { length } = this.#bytes;
    while (this.#at < length) {
      this.#skip();
      if (this.#at < this.#limit) {
        const fault = this.#token(CLASSES[this.#bytes[this.#at]!]!);
        if (fault !== null) return fault;
      } else if (this.#limit < length) {
        this.#closed(Math.max(this.#at, this.#dataEnd));
        this.#limit = length;
      }
    }
    if (this.#depth > 0) {
      return { code: "UNCLOSED_PARENTHESIS", at: this.#depthAt };
    }
    if (this.#begins > 0) return { code: "UNCLOSED_BODY", at: this.#bodyAt };
    const branch = this.#branches[0];
    if (branch !== undefined) return { code: "UNCLOSED_IF", at: branch.at };
    this.#endStatement(this.#lastSolid());
    this.#release();
    return null;
  }

  /** The bulk of the bytes ends no token and begins none. */
  #skip(): void {
    const bytes = this.#bytes;
    const limit = this.#limit;
    const inStatement = this.#start >= 0;
    const skipsWords = inStatement && !this.#watchesWords();
    let at = this.#at;
    for (; at < limit; at++) {
      const kind = CLASSES[bytes[at]!]!;
      if (kind === SPACE || (kind === PLAIN && inStatement)) continue;
      if (kind !== LETTER || !skipsWords) break;
    }
    this.#at = at;
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
    if (kind === BACKSLASH) return this.#backslash();
    if (kind === SEMICOLON) return this.#semicolon();
    if (this.#start < 0) this.#start = at;
    // Words with another token between do not belong together.
    if (kind !== LETTER) this.#lastWord = "";
    switch (kind) {
      case QUOTE:
        return this.#string();
      case DOUBLE:
        return this.#identifier();
      case DOLLAR:
        return this.#dollar();
      case LETTER:
        return this.#word();
      case OPEN:
        if (this.#depth++ === 0) this.#depthAt = at;
        break;
      case CLOSE:
        if (this.#depth > 0) this.#depth--;
        break;
    }
    this.#at = at + 1;
    return null;
  }

  #lineComment(): null {
    const bytes = this.#bytes;
    const start = this.#at;
    const end = endOfLineComment(bytes, start);
    const from = this.#escapedEnd;
    if (from >= 0 && trimmedEnd(bytes, from, start) === from) {
      this.#escapedEnd = end;
    }
    this.#comment(start, end);
    if (this.#parts.include === undefined) return null;
    const include = includeAt(bytes, start, end);
    if (include !== null) this.#parts.include(include);
    return null;
  }

  #blockComment(): SqlFault | null {
    const end = endOfBlock(this.#bytes, this.#at);
    if (end < 0) return { code: "UNCLOSED_COMMENT", at: this.#at };
    this.#comment(this.#at, end);
    return null;
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
    const goesOn = this.#escapedEnd >= 0 &&
      areSpacesWithLine(bytes, this.#escapedEnd, opens);
    const escapes = goesOn || this.#hasEscapePrefix();
    const end = escapes
      ? endOfEscaped(bytes, opens + 1)
      : endOfDoubled(bytes, opens + 1, 0x27);
    if (end < 0) return { code: "UNCLOSED_QUOTE", at: opens };
    this.#escapedEnd = escapes ? end : -1;
    return this.#closed(end);
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
    const end = endOfWord(bytes, start);
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
    if (this.#depth === 0) {
      const isStdin = this.#lastWord === "from" && word === "stdin";
      if (this.#isCopy && isStdin) this.#isCopyFromStdin = true;
      // A label is no keyword: `select 1 as end`, `select t.case`.
      const isLabel = this.#lastWord === "as" || bytes[start - 1] === 0x2e;
      if (this.#isRoutine && !isLabel) this.#bodyWord(word);
    }
    this.#lastWord = word;
    this.#lastWordAt = start;
    return null;
  }

  #bodyWord(word: string): void {
    if (this.#begins > 0) {
      if (word === "case") this.#begins++;
      else if (word === "end") this.#begins--;
    } else if (word === "atomic" && this.#lastWord === "begin") {
      this.#begins = 1;
      this.#bodyAt = this.#lastWordAt;
    }
  }

  #semicolon(): SqlFault | null {
    const end = this.#at + 1;
    this.#at = end;
    if (this.#depth > 0 || this.#begins > 0) {
      if (this.#start < 0) this.#start = end - 1;
      this.#lastWord = "";
      return null;
    }
    return this.#send(end, true);
  }

  /** What psql makes of a backslash outside of quotes. */
  #backslash(): SqlFault | null {
    const bytes = this.#bytes;
    const at = this.#at;
    this.#parts.meta?.(at);
    const mark = bytes[at + 1];
    // `\;` and `\:` are the bytes themselves; the former sends nothing.
    if (mark === 0x3a) {
      if (this.#start < 0) this.#start = at;
      return this.#closed(at + 2);
    }
    if (mark === 0x3b) {
      const isOpen = this.#depth > 0 || this.#begins > 0;
      if (!isOpen) this.#endStatement(this.#lastSolid());
      return this.#closed(at + 2);
    }
    const { effect, end, next } = commandAt(bytes, at);
    this.#closed(next);
    return this.#command(effect, at, trimmedEnd(bytes, at, end));
  }

  #command(effect: PsqlEffect, at: number, end: number): SqlFault | null {
    let after = end;
    if (effect === "copy") {
      after = this.#data(end);
      if (after < 0) return { code: "UNCLOSED_COPY_DATA", at };
    } else if (effect === "drop") this.#drop();
    else this.#branch(effect, at);
    if (this.#start < 0) {
      this.#held.push({ start: at, end: after, isMeta: true });
    }
    return effect === "send" || effect === "describe"
      ? this.#send(end, effect === "send")
      : null;
  }

  #branch(effect: PsqlEffect, at: number): void {
    const branches = this.#branches;
    const last = branches.at(-1);
    if (effect === "if") {
      branches.push({ at, depth: this.#depth, depthAt: this.#depthAt });
    } else if (effect === "endif") branches.pop();
    else if (effect === "else" && last !== undefined) {
      this.#depth = last.depth;
      this.#depthAt = last.depthAt;
    }
  }

  /** psql sends what it holds. A COPY then reads the lines behind. */
  #send(end: number, isRun: boolean): SqlFault | null {
    this.#countCopy();
    let after = end;
    for (let left = isRun ? this.#copies : 0; left > 0; left--) {
      after = this.#data(end);
      if (after < 0) return { code: "UNCLOSED_COPY_DATA", at: this.#copyAt };
    }
    const isWhole = after > end && isLineOver(this.#bytes, end);
    this.#endStatement(isWhole ? after : end);
    this.#copies = 0;
    this.#release();
    return null;
  }

  /** Behind data that begin with the next line, or -1 where they never end. */
  #data(from: number): number {
    const bytes = this.#bytes;
    const isFirst = this.#limit === bytes.length;
    const end = endOfCopyData(bytes, isFirst ? from : this.#dataEnd);
    if (end < 0) return -1;
    if (isFirst) this.#limit = bytes.indexOf(LF, from);
    this.#dataEnd = end;
    return end;
  }

  #countCopy(): void {
    if (!this.#isCopyFromStdin) return;
    if (this.#copies++ === 0) this.#copyAt = this.#start;
    this.#isCopyFromStdin = false;
  }

  /** psql forgets what it holds; its commands were run. */
  #drop(): void {
    this.#held = this.#held.filter(({ isMeta }) => isMeta);
    this.#release();
    this.#start = -1;
    this.#endStatement(0);
    this.#copies = 0;
  }

  #release(): void {
    for (const { start, end, isMeta } of this.#held) {
      this.#parts.statement?.(start, end, isMeta);
    }
    this.#held = [];
  }

  #endStatement(end: number): void {
    this.#countCopy();
    if (this.#start >= 0) {
      this.#held.push({ start: this.#start, end, isMeta: false });
    }
    this.#start = -1;
    this.#depth = 0;
    this.#words = 0;
    this.#head = "";
    this.#isRoutine = false;
    this.#isCopy = false;
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
