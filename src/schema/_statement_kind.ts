/**
 * What a statement is, from its first words: the name of its command without
 * the parts that say no more, as PostgreSQL's command tags have it.
 *
 * @module
 */

import {
  CLASSES,
  endOfBlock,
  endOfLineComment,
  endOfWord,
  LETTER,
  OPEN,
  SPACE,
  wordAt,
} from "./_lexer_marks.ts";

/** Words behind which the kind of the object stands. */
const OF_OBJECTS: ReadonlySet<string> = new Set([
  ...["create", "alter", "drop", "comment"],
]);

/** Words between them that say no more. */
const FILLERS: ReadonlySet<string> = new Set([
  ...["or", "replace", "temp", "temporary", "global", "local", "unlogged"],
  ...["unique", "recursive", "trusted", "procedural", "on"],
]);

/**
 * Words that say no more in front of another one behind `create` alone: a
 * comment may be on a constraint, and default privileges are altered.
 */
const OF_NEW: readonly (readonly [string, string])[] = [
  ["constraint", "trigger"],
  ["default", "conversion"],
];

/** Users and groups are roles, and their commands have no tags of their own. */
const ROLES: ReadonlySet<string> = new Set(["user", "group"]);

/** Kinds of objects that have more than one word. */
const LONG_KINDS: readonly (readonly string[])[] = [
  ["access", "method"],
  ["default", "privileges"],
  ["event", "trigger"],
  ["foreign", "data", "wrapper"],
  ["foreign", "table"],
  ["large", "object"],
  ["materialized", "view"],
  ["operator", "class"],
  ["operator", "family"],
  ["text", "search", "configuration"],
  ["text", "search", "dictionary"],
  ["text", "search", "parser"],
  ["text", "search", "template"],
];

/** As many words as `create or replace trusted procedural language` needs. */
const WORDS_MAX = 8;

/** The kind of a statement that begins with the first of these bytes. */
export function kindOf(statement: Uint8Array): string {
  const [first = "other", ...rest] = firstWords(statement);
  if (!OF_OBJECTS.has(first)) return first;
  while (FILLERS.has(rest[0] ?? "")) rest.shift();
  const [one, two, three] = rest;
  const isNewMore = first === "create" &&
    OF_NEW.some((words) => words[0] === one && words[1] === two);
  if (isNewMore) return `create ${two}`;
  if (one === undefined) return first;
  // MAPPING may be a role's name: CREATE USER mapping.
  const isMapping = one === "user" && two === "mapping" &&
    (three === "for" || three === "if");
  const kind = isMapping
    ? ["user", "mapping"]
    : LONG_KINDS.find((words) =>
      words.every((word, index) => word === rest[index])
    ) ?? (first !== "comment" && ROLES.has(one) ? ["role"] : undefined);
  return [first, ...kind ?? [one]].join(" ");
}

/** The words in front, without comments; anything else ends them. */
function firstWords(bytes: Uint8Array): string[] {
  const words: string[] = [];
  let at = 0;
  while (at >= 0 && at < bytes.length && words.length < WORDS_MAX) {
    const kind = CLASSES[bytes[at]!]!;
    const next = bytes[at + 1];
    if (bytes[at] === 0x2d && next === 0x2d) at = endOfLineComment(bytes, at);
    else if (bytes[at] === 0x2f && next === 0x2a) at = endOfBlock(bytes, at);
    else if (kind === LETTER) {
      const end = endOfWord(bytes, at);
      const word = wordAt(bytes, at, end);
      // Neither a keyword: a long name, one that is not ASCII, the E of E''.
      if (word.includes("?") || isQuoteAt(bytes, end)) return words;
      words.push(word);
      at = end;
    } else if (kind === SPACE || (kind === OPEN && words.length === 0)) at++;
    else return words;
  }
  return words;
}

function isQuoteAt(bytes: Uint8Array, at: number): boolean {
  return bytes[at] === 0x27;
}
