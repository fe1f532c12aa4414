/**
 * Splits SQL into statements, as psql would send them.
 *
 * @module
 */

import { ParseError } from "../errors.ts";
import { assertPlainBytes } from "../input.ts";
import { scanSql } from "./_lexer_ts.ts";
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
   * Its first words in lower case: `select`, `insert`, `create table`,
   * `alter table`, `drop view`; `meta` for a command of psql.
   */
  readonly kind: string;
}

/**
 * Splits SQL at the semicolons that end statements: not at those in quotes,
 * dollar quotes, comments, parentheses and bodies of routines. The data of
 * `COPY … FROM stdin` belong to their statement. The rules are PostgreSQL's.
 *
 * @param bytes SQL in UTF-8.
 * @returns The statements in order.
 * @throws {ParseError} If a quote, a name, a comment or data are never
 * closed.
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
  const statements: SqlStatement[] = [];
  let line = 1;
  let lineEnd = bytes.indexOf(0x0a);
  const fault = scanSql(bytes, {
    statement(start, end, isMeta) {
      for (; lineEnd >= 0 && lineEnd < start; line++) {
        lineEnd = bytes.indexOf(0x0a, lineEnd + 1);
      }
      const kind = isMeta ? "meta" : kindOf(bytes.subarray(start, end));
      statements.push({ start, end, line, kind });
    },
  });
  if (fault === null) return statements;
  const { code, at } = fault;
  throw new ParseError({
    code,
    ...placeOf(bytes, at),
    byteOffset: at,
    args: {},
  });
}

/** Words behind which the kind of the object stands. */
const OF_OBJECTS: ReadonlySet<string> = new Set([
  ...["create", "alter", "drop", "comment"],
]);

/** Words between them that say no more. */
const FILLERS: ReadonlySet<string> = new Set([
  ...["or", "replace", "temp", "temporary", "global", "local", "unlogged"],
  ...["unique", "recursive", "constraint", "trusted", "procedural", "on"],
]);

/** Bytes of a statement that can hold its first words. */
const HEAD_BYTES = 512;

const DECODER = new TextDecoder();

function kindOf(statement: Uint8Array): string {
  const text = DECODER.decode(statement.subarray(0, HEAD_BYTES));
  const words = text.replace(/--[^\n]*|\/\*[^]*?\*\//g, " ")
    .toLowerCase().match(/[a-z_]+/g) ?? [];
  const [first = "other", ...rest] = words;
  if (!OF_OBJECTS.has(first)) return first;
  const object = rest.find((word) => !FILLERS.has(word));
  return object === undefined ? first : `${first} ${object}`;
}
