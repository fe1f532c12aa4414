/**
 * Whether rows of a block meet a condition: the fields' bytes are looked at
 * where they stand, no value is made.
 *
 * @module
 */

import {
  type FieldBlock,
  IN_EXTRA,
  KIND_BARE,
  KIND_LITERAL,
  KIND_MASK,
  KIND_NULL,
  KIND_NUMBER,
  KIND_QUOTED,
  KIND_STRING,
  LENGTH_SHIFT,
  type SpanColumn,
} from "../values/block.ts";
import { classify, parsed } from "../values/classify.ts";
import {
  BOOL,
  DATE,
  FLOAT,
  I32,
  I64,
  TEXT,
  TS_LOCAL,
  TS_ZONED,
} from "../values/flags.ts";
import { largeFloat } from "../values/large_float.ts";
import { setMicros } from "../values/_parsed.ts";
import { type NumberStyle, numberView } from "./_number_style.ts";
import type { Condition, WhereOperator } from "./where.ts";

/** How a field stands to the literal, a bit each. */
const LESS = 1;
const EQUAL = 2;
const GREATER = 4;
/** One of them is NaN. */
const UNORDERED = 8;

/** The outcomes with which an order holds. */
const HOLDS: Readonly<Partial<Record<WhereOperator, number>>> = {
  "=": EQUAL,
  "!=": LESS | GREATER | UNORDERED,
  "<": LESS,
  "<=": LESS | EQUAL,
  ">": GREATER,
  ">=": GREATER | EQUAL,
};

/** Kinds of fields that a literal is compared with. */
const NUMBER_KINDS = 1 << KIND_BARE | 1 << KIND_QUOTED | 1 << KIND_NUMBER;
const BOOL_KINDS = 1 << KIND_BARE | 1 << KIND_QUOTED | 1 << KIND_LITERAL;
const TIME_KINDS = 1 << KIND_BARE | 1 << KIND_QUOTED | 1 << KIND_STRING;
const TEXT_KINDS = 0xFF & ~(1 << KIND_NULL);

const encoder = new TextEncoder();

/** How a field's text stands to the literal; 0 where it is of another kind. */
type Compare = (bytes: Uint8Array, start: number, end: number) => number;

/** One condition, ready to be tested. */
export class Matcher {
  /** The column's name. */
  readonly column: string;
  readonly #kinds: number;
  readonly #holds: number;
  readonly #compare: Compare;
  readonly #takesNull: boolean;
  readonly #numbers: NumberStyle | undefined;

  /** A matcher of fields whose numbers are written in a style. */
  constructor({ column, op, literal }: Condition, numbers?: NumberStyle) {
    this.column = column;
    this.#takesNull = op === "is null";
    this.#holds = HOLDS[op] ?? EQUAL;
    this.#compare = () => EQUAL;
    this.#kinds = op === "is null" ? 0 : TEXT_KINDS;
    if (literal === null) return;
    switch (literal.kind) {
      case "number":
        this.#kinds = NUMBER_KINDS;
        this.#numbers = numbers;
        this.#compare = numberOrder(literal.value);
        break;
      case "bool":
        this.#kinds = BOOL_KINDS;
        this.#compare = boolOrder(literal.value);
        break;
      case "time":
        this.#kinds = TIME_KINDS;
        this.#compare = timeOrder(literal.micros, literal.zoned);
        break;
      case "text":
        this.#compare = textTest(op, encoder.encode(literal.value));
    }
  }

  /**
   * Keeps, of the first `count` of `rows`, those that meet the condition.
   *
   * @param block The block.
   * @param column The column's index, or -1 where no row has it.
   * @param rows Ascending row numbers; what is kept moves to the front.
   * @returns How many are kept.
   */
  keep(
    block: FieldBlock,
    column: number,
    rows: Uint32Array,
    count: number,
  ): number {
    if (column < 0) return this.#takesNull ? count : 0;
    let spans: SpanColumn = block.columns[column]!;
    if (this.#numbers !== undefined) {
      const view = numberView(this.#numbers, block, spans, 0, block.rows);
      ({ block, spans } = view);
    }
    const { start, meta } = spans;
    const kinds = this.#kinds;
    const holds = this.#holds;
    let kept = 0;
    for (let index = 0; index < count; index++) {
      const row = rows[index]!;
      const field = meta[row]!;
      const kind = field & KIND_MASK;
      let isKept = kind === KIND_NULL && this.#takesNull;
      if ((kinds >>> kind & 1) !== 0) {
        const bytes = (field & IN_EXTRA) === 0 ? block.bytes : block.extra;
        const first = start[row]!;
        const end = first + (field >>> LENGTH_SHIFT);
        isKept = (this.#compare(bytes, first, end) & holds) !== 0;
      }
      if (isKept) rows[kept++] = row;
    }
    return kept;
  }
}

/** JavaScript compares numbers with bigints exactly, whatever their size. */
function orderOf(value: number | bigint, other: number | bigint): number {
  if (value < other) return LESS;
  if (value > other) return GREATER;
  return Number.isNaN(value) || Number.isNaN(other) ? UNORDERED : EQUAL;
}

function wholeOf(): bigint {
  return BigInt(parsed.hi) << 32n | BigInt(parsed.lo);
}

function numberOrder(literal: number | bigint): Compare {
  const rounded = Number(literal);
  // A small integer is the same number as an f64, and that is faster.
  const other = typeof literal === "bigint" && Number.isSafeInteger(rounded)
    ? rounded
    : literal;
  return (bytes, start, end) => {
    switch (classify(bytes, start, end)) {
      case I32:
      case I64:
        return orderOf(parsed.big ? wholeOf() : parsed.number, other);
      case FLOAT:
        return orderOf(parsed.number, other);
      case TEXT: {
        const value = largeFloat(bytes, start, end);
        return Number.isNaN(value) ? 0 : orderOf(value, other);
      }
      default:
        return 0;
    }
  };
}

function boolOrder(literal: boolean): Compare {
  const other = literal ? 1 : 0;
  return (bytes, start, end) =>
    classify(bytes, start, end) === BOOL ? orderOf(parsed.number, other) : 0;
}

function timeOrder(micros: bigint, zoned: boolean): Compare {
  const high = Number(micros >> 32n);
  const low = Number(micros & 0xFFFF_FFFFn);
  return (bytes, start, end) => {
    const found = classify(bytes, start, end);
    if (found === DATE) setMicros(parsed.number * 86_400, 0);
    const isOfKind = zoned
      ? found === TS_ZONED
      : found === TS_LOCAL || found === DATE;
    if (!isOfKind) return 0;
    const { hi, lo } = parsed;
    return hi === high ? orderOf(lo, low) : orderOf(hi, high);
  };
}

function textTest(op: WhereOperator, other: Uint8Array): Compare {
  const { length } = other;
  switch (op) {
    case "starts-with":
      return (bytes, start, end) =>
        end - start >= length && isAt(bytes, start, other) ? EQUAL : 0;
    case "ends-with":
      return (bytes, start, end) =>
        end - start >= length && isAt(bytes, end - length, other) ? EQUAL : 0;
    case "contains":
      return (bytes, start, end) => {
        for (let at = start; at + length <= end; at++) {
          if (isAt(bytes, at, other)) return EQUAL;
        }
        return 0;
      };
    default:
      return (bytes, start, end) => {
        const shared = Math.min(end - start, length);
        for (let index = 0; index < shared; index++) {
          const difference = bytes[start + index]! - other[index]!;
          if (difference !== 0) return difference < 0 ? LESS : GREATER;
        }
        return orderOf(end - start, length);
      };
  }
}

function isAt(bytes: Uint8Array, at: number, other: Uint8Array): boolean {
  for (let index = 0; index < other.length; index++) {
    if (bytes[at + index] !== other[index]) return false;
  }
  return true;
}
