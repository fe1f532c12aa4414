/**
 * Splits SQL into statements, as psql would send them.
 *
 * @module
 */

import { ParseError, type SqlErrorCode } from "../errors.ts";
import { assertPlainBytes } from "../input.ts";
import { scanSql } from "./_lexer_ts.ts";
import { encodingFault } from "./_scan_ts.ts";
import { kindOf } from "./_statement_kind.ts";
import { placeOf } from "./faults.ts";

/** A statement of SQL. */
export interface SqlStatement {
  /** Byte where it begins, from 0; comments before it are left out. */
  readonly start: number;
  /** Byte behind its semicolon, or behind its last where it has none. */
  readonly end: number;
  /** The line where it begins, from 1. */
  readonly line: number;
  /**
   * Its first word in lower case, with the kind of the object as PostgreSQL
   * names it: `select`, `insert`, `create table`, `drop materialized view`;
   * `meta` for a command of psql, `other` where no word stands in front.
   */
  readonly kind: string;
}

/**
 * Splits SQL at the semicolons that end statements: not at those in quotes,
 * dollar quotes, comments, parentheses and bodies of routines. The data of
 * `COPY … FROM stdin` belong to their statement. Statements are what the
 * server executes: one that ends with `\;` is one, what `\r` drops is none,
 * and neither is a semicolon alone. The rules are PostgreSQL's.
 *
 * @param bytes SQL in UTF-8.
 * @returns The statements in order.
 * @throws {ParseError} If a quote, a name, a comment, data, a parenthesis,
 * a body or an `\if` are never closed; `INVALID_UTF8` or `NUL_BYTE` if the
 * bytes are no text.
 * @throws {TypeError} If the bytes are no `Uint8Array`.
 *
 * @example A semicolon in a function is none
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { splitStatements } from "@fastpath/fastpath/schema";
 *
 * const sql = "create function one() returns int language sql\n" +
 *   "as $$ select 1; $$;\nselect one();";
 * const statements = splitStatements(new TextEncoder().encode(sql));
 * assertEquals(
 *   statements.map(({ line, kind }) => [line, kind]),
 *   [[1, "create function"], [3, "select"]],
 * );
 * ```
 */
export function splitStatements(bytes: Uint8Array): SqlStatement[] {
  assertPlainBytes(bytes);
  const bad = encodingFault(bytes);
  if (bad !== null) throw faultAt(bytes, bad.code, bad.at);
  // A byte order mark belongs to no statement; psql skips it too.
  const skipped = hasBom(bytes) ? BOM_BYTES : 0;
  const text = bytes.subarray(skipped);
  const statements: SqlStatement[] = [];
  let line = 1;
  let lineEnd = bytes.indexOf(0x0a);
  const fault = scanSql(text, {
    statement(from, to, isMeta) {
      const start = from + skipped;
      const end = to + skipped;
      for (; lineEnd >= 0 && lineEnd < start; line++) {
        lineEnd = bytes.indexOf(0x0a, lineEnd + 1);
      }
      const kind = isMeta ? "meta" : kindOf(bytes.subarray(start, end));
      statements.push({ start, end, line, kind });
    },
  });
  if (fault === null) return statements;
  throw faultAt(bytes, fault.code, fault.at + skipped);
}

const BOM_BYTES = 3;

function hasBom(bytes: Uint8Array): boolean {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
}

function faultAt(
  bytes: Uint8Array,
  code: SqlErrorCode | "INVALID_UTF8" | "NUL_BYTE",
  at: number,
): ParseError {
  const place = { ...placeOf(bytes, at), byteOffset: at };
  return new ParseError({ code, ...place, args: { what: "SQL" } });
}
