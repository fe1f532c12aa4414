/**
 * The types a column has seen, as a set of bits, and the type they join to.
 * The bits are the same in both engines.
 *
 * @module
 */

/** An integer of 32 bits. */
export const I32 = 1;
/** An integer that needs more than 32 bits. */
export const I64 = 2;
/** An integer beyond ±2^53; always together with {@linkcode I64}. */
export const BIG = 4;
/** A number with a dot or an exponent, `-0`, not-a-number, infinity. */
export const FLOAT = 8;
/** `true` or `false`. */
export const BOOL = 16;
/** A calendar day. */
export const DATE = 32;
/** A time without a zone. */
export const TS_LOCAL = 64;
/** A time with a zone. */
export const TS_ZONED = 128;
/** Anything else. */
export const TEXT = 256;

/** The bits of whole numbers. */
export const INTEGERS: number = I32 | I64 | BIG;
/** The bits of numbers. */
export const NUMBERS: number = INTEGERS | FLOAT;
/** The bits of what an f64 or i64 of microseconds can hold. */
export const TIMES: number = DATE | TS_LOCAL | TS_ZONED;

/** The public names of column types. */
export type TypeName =
  | "bool"
  | "i32"
  | "i64"
  | "f64"
  | "date"
  | "timestamp"
  | "utf8"
  | "decimal"
  | "duration"
  | "list";

/** The types that values are found to have; the others are declared. */
export type FoundType = Exclude<TypeName, "decimal" | "duration" | "list">;

/** A column's type; `zoned` is true only for timestamps in UTC. */
export interface ValueType {
  /** The public name. */
  readonly type: FoundType;
  /** Whether the times have a zone (and are stored in UTC). */
  readonly zoned: boolean;
}

const TYPE_BOOL: ValueType = { type: "bool", zoned: false };
const TYPE_I32: ValueType = { type: "i32", zoned: false };
const TYPE_I64: ValueType = { type: "i64", zoned: false };
const TYPE_F64: ValueType = { type: "f64", zoned: false };
const TYPE_DATE: ValueType = { type: "date", zoned: false };
const TYPE_TS_LOCAL: ValueType = { type: "timestamp", zoned: false };
const TYPE_TS_ZONED: ValueType = { type: "timestamp", zoned: true };
const TYPE_UTF8: ValueType = { type: "utf8", zoned: false };

/**
 * The join of all classes seen: any mix without a common type is utf8.
 *
 * @param flags The bits seen in a column; 0 for none.
 * @returns The column's type.
 */
export function typeOf(flags: number): ValueType {
  if (flags === 0) return TYPE_UTF8;
  if (isWithin(flags, BOOL)) return TYPE_BOOL;
  if (isWithin(flags, INTEGERS)) {
    return (flags & I64) !== 0 ? TYPE_I64 : TYPE_I32;
  }
  if (isWithin(flags, NUMBERS)) {
    // Beyond 2^53 an f64 would round an integer silently.
    return (flags & BIG) !== 0 ? TYPE_UTF8 : TYPE_F64;
  }
  if (isWithin(flags, DATE)) return TYPE_DATE;
  if (isWithin(flags, DATE | TS_LOCAL)) return TYPE_TS_LOCAL;
  if (isWithin(flags, TS_ZONED)) return TYPE_TS_ZONED;
  return TYPE_UTF8;
}

/**
 * Whether nothing outside some bits was seen.
 *
 * @param flags The bits seen.
 * @param bits The bits allowed.
 * @returns True if `flags` is a subset of `bits`.
 */
export function isWithin(flags: number, bits: number): boolean {
  return (flags & ~bits) === 0;
}
