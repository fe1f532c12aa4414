/**
 * The commands of psql: where one ends, and what it does to the statements
 * that psql holds and has not sent. The rules are those of `psqlscanslash.l`
 * and `command.c` of PostgreSQL.
 *
 * @module
 */

import {
  CLASSES,
  CLOSE,
  DOUBLE,
  endOfWord,
  LETTER,
  LF,
  OPEN,
  QUOTE,
  SPACE,
  wordAt,
} from "./_lexer_marks.ts";

/**
 * What a command does: it sends what psql holds, or asks the server only to
 * describe it; drops it; reads data from the lines behind; is a branch.
 */
export type PsqlEffect =
  | "send"
  | "describe"
  | "drop"
  | "copy"
  | "if"
  | "else"
  | "endif"
  | "none";

/** A command of psql. */
export interface PsqlCommand {
  readonly effect: PsqlEffect;
  /** Behind its arguments: a backslash or the line's end. */
  readonly end: number;
  /** Where SQL or the next command begins: `\\` ends a command. */
  readonly next: number;
}

/** `\parse` and `\sendpipeline` came with PostgreSQL 18. */
const EFFECTS: ReadonlyMap<string, PsqlEffect> = new Map([
  ...["g", "gx", "gexec", "gset", "crosstabview", "parse", "sendpipeline"]
    .map((name) => [name, "send"] as const),
  ["gdesc", "describe"],
  ["watch", "describe"],
  ["r", "drop"],
  ["reset", "drop"],
  ["if", "if"],
  ["elif", "else"],
  ["else", "else"],
  ["endif", "endif"],
]);

/** Commands that take the whole line: no backslash ends them. */
const WHOLE_LINE: ReadonlySet<string> = new Set([
  ...["", "!", "copy", "ef", "ev", "h", "help", "sf", "sv"],
]);

/** Commands whose argument takes the whole line if it begins with `|`. */
const PIPING: ReadonlySet<string> = new Set(["g", "gx", "o", "out", "w"]);
const PIPE = 0x7c;

/** No name of a command is longer. */
const NAME_BYTES_MAX = 16;

/** The command whose backslash stands at a byte. */
export function commandAt(bytes: Uint8Array, at: number): PsqlCommand {
  const { length } = bytes;
  let from = at + 1;
  while (
    from < length && CLASSES[bytes[from]!] !== SPACE &&
    bytes[from] !== 0x5c
  ) from++;
  const name = nameOf(bytes, at + 1, from);
  if (WHOLE_LINE.has(name)) {
    const end = endOfLine(bytes, from);
    const reads = name === "copy" && readsData(bytes.subarray(from, end));
    return { effect: reads ? "copy" : "none", end, next: end };
  }
  const end = endOfArguments(bytes, from, PIPING.has(name));
  const isEnded = bytes[end] === 0x5c && bytes[end + 1] === 0x5c;
  const effect = EFFECTS.get(name) ?? "none";
  return { effect, end, next: isEnded ? end + 2 : end };
}

function nameOf(bytes: Uint8Array, start: number, end: number): string {
  if (end - start > NAME_BYTES_MAX) return "?";
  const name = String.fromCharCode(...bytes.subarray(start, end));
  // psql tells small letters from large ones everywhere but here.
  return name.toLowerCase() === "copy" ? "copy" : name;
}

function endOfLine(bytes: Uint8Array, from: number): number {
  const found = bytes.indexOf(LF, from);
  return found < 0 ? bytes.length : found;
}

/** The next backslash outside of quotes, or the line's end. */
function endOfArguments(
  bytes: Uint8Array,
  from: number,
  isPiping: boolean,
): number {
  let isStart = true;
  for (let at = from; at < bytes.length;) {
    const byte = bytes[at]!;
    if (byte === LF || byte === 0x5c) return at;
    if (byte === PIPE && isPiping && isStart) return endOfLine(bytes, at);
    const isQuote = byte === 0x27 || byte === 0x22 || byte === 0x60;
    at = isQuote ? endOfQuoted(bytes, at) : at + 1;
    isStart = CLASSES[byte] === SPACE;
  }
  return bytes.length;
}

/** Behind a quoted argument; one that is not closed takes its line. */
function endOfQuoted(bytes: Uint8Array, opens: number): number {
  const quote = bytes[opens];
  const escapes = quote === 0x27;
  for (let at = opens + 1; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte === LF) return at;
    if (byte === quote) return at + 1;
    if (escapes && byte === 0x5c && bytes[at + 1] !== LF) at++;
  }
  return bytes.length;
}

/**
 * Whether a `\copy` with these arguments reads the lines behind it: the first
 * `from` outside of quotes and parentheses is that of the command.
 */
function readsData(args: Uint8Array): boolean {
  let depth = 0;
  for (let at = 0; at < args.length;) {
    const kind = CLASSES[args[at]!]!;
    if (kind === QUOTE || kind === DOUBLE) {
      const closes = args.indexOf(args[at]!, at + 1);
      if (closes < 0) return false;
      at = closes + 1;
    } else if (kind === LETTER) {
      const end = endOfWord(args, at);
      const isFrom = depth === 0 && wordAt(args, at, end) === "from";
      if (isFrom) return isStdin(args, end);
      at = end;
    } else {
      if (kind === OPEN) depth++;
      if (kind === CLOSE) depth--;
      at++;
    }
  }
  return false;
}

/** `stdin` or `pstdin`, behind which a space, a semicolon or nothing stands. */
function isStdin(args: Uint8Array, from: number): boolean {
  let at = from;
  while (at < args.length && CLASSES[args[at]!] === SPACE) at++;
  const end = endOfWord(args, at);
  const word = wordAt(args, at, end);
  const isEnd = end === args.length || args[end] === 0x3b ||
    CLASSES[args[end]!] === SPACE;
  return at > from && isEnd && (word === "stdin" || word === "pstdin");
}
