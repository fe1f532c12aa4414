/**
 * Conditions on rows: the small language of the option `where`, checked and
 * taken apart before anything is read.
 *
 * @module
 */

import { classify, parsed } from "../values/classify.ts";
import {
  BOOL,
  DATE,
  FLOAT,
  I32,
  I64,
  TS_LOCAL,
  TS_ZONED,
} from "../values/flags.ts";
import { largeFloat } from "../values/large_float.ts";
import { setMicros } from "../values/_parsed.ts";

/** How a field is compared. `is null` and `is not null` take no value. */
export type WhereOperator =
  | "="
  | "!="
  | "<"
  | "<="
  | ">"
  | ">="
  | "contains"
  | "starts-with"
  | "ends-with"
  | "is null"
  | "is not null";

/**
 * A condition on one column. What the value is decides how fields are
 * compared: a number with fields that read as numbers, a boolean with those
 * that read as one, a `Date` with timestamps that have a zone, a string with
 * the bytes of any text.
 */
export interface WhereCondition {
  /** The column's name; it need not be among the columns that are read. */
  readonly column: string;
  /** How the field is compared. */
  readonly op: WhereOperator;
  /** What it is compared with. */
  readonly value?: string | number | bigint | boolean | Date;
}

/**
 * Which rows are read: text like `price >= 10 and city = Oslo`, a condition,
 * or several, all of which must hold.
 */
export type Where =
  | string
  | WhereCondition
  | readonly (string | WhereCondition)[];

/** A value to compare with; its kind decides how. */
export type Literal =
  | { readonly kind: "number"; readonly value: number | bigint }
  | { readonly kind: "bool"; readonly value: boolean }
  | {
    readonly kind: "time";
    readonly micros: bigint;
    /** Whether it is compared with times that have a zone, or with others. */
    readonly zoned: boolean;
  }
  | { readonly kind: "text"; readonly value: string };

/** A checked condition; only null tests have no literal. */
export interface Condition {
  readonly column: string;
  readonly op: WhereOperator;
  readonly literal: Literal | null;
}

const OPERATORS: readonly WhereOperator[] = [
  ...["=", "!=", "<", "<=", ">", ">="] as const,
  ...["contains", "starts-with", "ends-with"] as const,
  ...["is null", "is not null"] as const,
];
const NULL_TESTS: ReadonlySet<string> = new Set(["is null", "is not null"]);
const TEXT_TESTS: ReadonlySet<string> = new Set([
  ...["contains", "starts-with", "ends-with"],
]);
const I64_MAX = 2n ** 63n - 1n;

const encoder = new TextEncoder();

/**
 * Checks the option `where`.
 *
 * @returns The conditions, or undefined where there are none.
 * @throws {TypeError} If it, or a part of it, has the wrong type.
 * @throws {RangeError} If it is no condition; the message says where.
 */
export function conditionsOf(where: unknown): readonly Condition[] | undefined {
  if (where === undefined) return undefined;
  const parts: readonly unknown[] = Array.isArray(where) ? where : [where];
  const conditions = parts.flatMap((part) =>
    typeof part === "string" ? parse(part) : [checked(part)]
  );
  for (const { column, literal } of conditions) {
    checkText(column);
    if (literal?.kind === "text") checkText(literal.value);
  }
  return conditions.length === 0 ? undefined : conditions;
}

function checkText(text: string): void {
  if (!text.includes("\0") && text.isWellFormed()) return;
  throw new RangeError(
    "Cannot read: a text in the option where has a NUL or a lone surrogate",
  );
}

/** A condition that is given as an object. */
function checked(part: unknown): Condition {
  if (typeof part !== "object" || part === null) {
    throw new TypeError(
      "Cannot read: the option where must be a text, a condition " +
        "{ column, op, value } or an array of them",
    );
  }
  const { column, op, value } = part as Partial<WhereCondition>;
  if (typeof column !== "string") {
    throw new TypeError(
      "Cannot read: a condition of the option where needs a column's name",
    );
  }
  if (!OPERATORS.includes(op as WhereOperator)) {
    throw new RangeError(
      `Cannot read: a condition of the option where has the op ${
        typeof op === "string" ? `"${op}"` : typeof op
      }: expected one of ${OPERATORS.join(", ")}`,
    );
  }
  const literal = literalOf(op!, value);
  return { column, op: op!, literal };
}

function literalOf(op: WhereOperator, value: unknown): Literal | null {
  if (NULL_TESTS.has(op)) {
    if (value === undefined) return null;
    throw new TypeError(
      `Cannot read: a condition of the option where with "${op}" has no value`,
    );
  }
  if (typeof value === "string") return { kind: "text", value };
  if (TEXT_TESTS.has(op)) {
    throw new TypeError(
      `Cannot read: a condition of the option where with "${op}" needs a text`,
    );
  }
  if (typeof value === "boolean") return { kind: "bool", value };
  if (typeof value === "number") {
    const isExact = Number.isSafeInteger(value) && !Object.is(value, -0);
    return { kind: "number", value: isExact ? BigInt(value) : value };
  }
  if (typeof value === "bigint") {
    if (value <= I64_MAX && value >= -I64_MAX - 1n) {
      return { kind: "number", value };
    }
    throw new RangeError(
      "Cannot read: a number of the option where is beyond 64 bits",
    );
  }
  if (value instanceof Date && !Number.isNaN(value.getTime())) {
    return {
      kind: "time",
      micros: BigInt(value.getTime()) * 1000n,
      zoned: true,
    };
  }
  throw new TypeError(
    "Cannot read: the value of a condition of the option where must be a " +
      "string, a number, a bigint, a boolean or a Date",
  );
}

/** The conditions of a text, joined by `and`. */
function parse(text: string): Condition[] {
  const reader = new Reader(text);
  const conditions = [];
  do conditions.push(reader.condition()); while (reader.hasMore());
  return conditions;
}

/** Goes through a text once. */
class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  condition(): Condition {
    const column = this.#column();
    const op = this.#operator();
    const literal = NULL_TESTS.has(op) ? null : this.#literal(op);
    return { column, op, literal };
  }

  /** Whether another condition follows; else the text is over. */
  hasMore(): boolean {
    this.#skipBlanks();
    if (this.#at === this.#text.length) return false;
    if (this.#take(/and(?=\s|$)/iy) === "") {
      this.#fail("expected the word and, or the end");
    }
    return true;
  }

  #column(): string {
    this.#skipBlanks();
    const quoted = this.#quoted();
    if (quoted !== null) return quoted;
    const name = this.#take(/[^\s=<>!"']+/y);
    if (name !== "") return name;
    this.#fail("expected the name of a column, in quotes if it has blanks");
  }

  #operator(): WhereOperator {
    this.#skipBlanks();
    const start = this.#at;
    const sign = this.#take(/[=<>!]+/y);
    const word = sign !== "" ? sign : this.#take(
      /(?:is\s+not\s+null|is\s+null|contains|starts-with|ends-with)(?=[\s"']|$)/iy,
    ).toLowerCase().replace(/\s+/g, " ");
    const op = word === "==" ? "=" : word;
    if (OPERATORS.includes(op as WhereOperator)) return op as WhereOperator;
    this.#at = start;
    this.#fail(`expected one of ${OPERATORS.join(", ")}`);
  }

  #literal(op: WhereOperator): Literal {
    this.#skipBlanks();
    const start = this.#at;
    const quoted = this.#quoted();
    if (quoted !== null) return { kind: "text", value: quoted };
    const word = this.#take(/\S(?:(?!\s+and(?:\s|$)).)*/isy).trimEnd();
    if (word === "" || /^and(?:\s|$)/i.test(word)) {
      this.#at = start;
      this.#fail("expected a value; the empty text is ''");
    }
    // What looks like more conditions must not be taken for a text.
    if (/[=<>!&|]|\sor(?:\s|$)/i.test(word)) {
      this.#at = start;
      this.#fail("a text with = < > ! & | or the word or stands in quotes");
    }
    if (TEXT_TESTS.has(op)) return { kind: "text", value: word };
    if (/^null$/i.test(word)) {
      this.#at = start;
      this.#fail("null is tested with is null; the text is 'null'");
    }
    const literal = bareLiteral(word);
    if (literal !== null) return literal;
    this.#at = start;
    this.#fail("the number is beyond 64 bits; in quotes it is a text");
  }

  /** A text in quotes, in which a quote is doubled; null where none begins. */
  #quoted(): string | null {
    const quote = this.#text[this.#at];
    if (quote !== '"' && quote !== "'") return null;
    const whole = this.#take(
      quote === '"' ? /"(?:[^"]|"")*"/y : /'(?:[^']|'')*'/y,
    );
    if (whole === "") this.#fail("the quote is never closed");
    return whole.slice(1, -1).replaceAll(quote + quote, quote);
  }

  #skipBlanks(): void {
    this.#take(/\s*/y);
  }

  /** What matches here; the empty text where nothing does. */
  #take(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const [found] = pattern.exec(this.#text) ?? [""];
    this.#at += found.length;
    return found;
  }

  #fail(what: string): never {
    const rest = this.#text.slice(this.#at, this.#at + 20);
    throw new RangeError(
      `Cannot read: the option where, at character ${this.#at + 1}: ${what}` +
        ` (${rest === "" ? "it ends here" : `found "${rest}"`}); ` +
        "a condition is: column operator value",
    );
  }
}

/**
 * What a text without quotes is: the same that a field with it is. Null for
 * an integer that no type holds: as a text it would be compared by its bytes.
 */
function bareLiteral(text: string): Literal | null {
  const bytes = encoder.encode(text);
  const { length } = bytes;
  const whole = () => BigInt(parsed.hi) << 32n | BigInt(parsed.lo);
  switch (classify(bytes, 0, length)) {
    case I32:
    case I64:
      return { kind: "number", value: whole() };
    case FLOAT:
      return { kind: "number", value: parsed.number };
    case BOOL:
      return { kind: "bool", value: parsed.number === 1 };
    case DATE:
      setMicros(parsed.number * 86_400, 0);
      return { kind: "time", micros: whole(), zoned: false };
    case TS_LOCAL:
      return { kind: "time", micros: whole(), zoned: false };
    case TS_ZONED:
      return { kind: "time", micros: whole(), zoned: true };
  }
  const value = largeFloat(bytes, 0, length);
  if (!Number.isNaN(value)) return { kind: "number", value };
  return /^-?[1-9][0-9]{18,}$/.test(text)
    ? null
    : { kind: "text", value: text };
}
