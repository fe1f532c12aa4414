/**
 * Names and types of columns: the vocabulary that tables, readers and
 * writers share.
 *
 * @module
 */

import type { TypeName } from "../values/flags.ts";

export type { TypeName } from "../values/flags.ts";

/** Every type name, in the order of the documentation. */
export const TYPE_NAMES: readonly TypeName[] = [
  "bool",
  "i32",
  "i64",
  "f64",
  "date",
  "timestamp",
  "utf8",
  "decimal",
  "duration",
  "list",
];

/** Digits behind the point that a decimal can have. */
export type DecimalScale =
  | 0
  | 1
  | 2
  | 3
  | 4
  | 5
  | 6
  | 7
  | 8
  | 9
  | 10
  | 11
  | 12
  | 13
  | 14
  | 15
  | 16
  | 17
  | 18;

/** The name by which a decimal is declared: `decimal(2)` for cents. */
export type DecimalName = `decimal(${DecimalScale})`;

/** The types that a list's items can have. */
export type ItemTypeName = Exclude<TypeName, "list">;

/**
 * A type of single values as a caller declares it: `timestamp` has no zone,
 * `timestamp_utc` is a point in time and prints with `Z`; a decimal says how
 * many digits it has behind the point.
 */
export type DeclaredItem =
  | Exclude<ItemTypeName, "decimal">
  | "timestamp_utc"
  | DecimalName;

/** A type as a caller declares it: of single values, or of lists of them. */
export type DeclaredType = DeclaredItem | `list<${DeclaredItem}>`;

/** The types of a table's columns by name, for the type checker. */
export type Shape = Readonly<Record<string, TypeName>>;

/** Declared types by column name. */
export type DeclaredShape = Readonly<Record<string, DeclaredType>>;

/** The type name of the column that a declared type makes. */
export type TypeOf<D extends DeclaredType> = D extends "timestamp_utc"
  ? "timestamp"
  : D extends DecimalName ? "decimal"
  : D extends `list<${string}>` ? "list"
  : Extract<D, ItemTypeName>;

/** The shape of the columns that a declared shape makes. */
export type ShapeOf<D extends DeclaredShape> = {
  readonly [K in keyof D]: TypeOf<D[K]>;
};

/** The JavaScript value of each type; null is apart. */
export interface ValueMap {
  /** A boolean. */
  bool: boolean;
  /** A whole number of 32 bits. */
  i32: number;
  /** A whole number of 64 bits. */
  i64: bigint;
  /** A number. */
  f64: number;
  /** The printed date, `YYYY-MM-DD`. */
  date: string;
  /** The printed timestamp, `YYYY-MM-DDTHH:MM:SS[.ffffff][Z]`. */
  timestamp: string;
  /** A text. */
  utf8: string;
  /** The printed number with every digit of its scale: `12.50`. */
  decimal: string;
  /** The printed duration of ISO 8601: `PT1H30M`. */
  duration: string;
  /** The items, each a value of its type or null. */
  list: readonly (boolean | number | bigint | string | null)[];
}

/** The JavaScript value of a type; null is apart. */
export type ValueOf<T extends TypeName> = ValueMap[T];

/** The array that stores each type. */
export interface DataMap {
  /** One bit a row, least significant bit first. */
  bool: Uint8Array<ArrayBuffer>;
  /** One number a row. */
  i32: Int32Array<ArrayBuffer>;
  /** One number a row. */
  i64: BigInt64Array<ArrayBuffer>;
  /** One number a row. */
  f64: Float64Array<ArrayBuffer>;
  /** Days since 1970-01-01. */
  date: Int32Array<ArrayBuffer>;
  /** Microseconds since 1970-01-01T00:00:00. */
  timestamp: BigInt64Array<ArrayBuffer>;
  /** The texts' bytes, or the codes of a dictionary. */
  utf8: Uint8Array<ArrayBuffer> | Int32Array<ArrayBuffer>;
  /** Units of 10^-scale: 1250 is `12.50` of a decimal(2). */
  decimal: BigInt64Array<ArrayBuffer>;
  /** Milliseconds. */
  duration: BigInt64Array<ArrayBuffer>;
  /** Nothing: the values stand in the column's `items`. */
  list: Uint8Array<ArrayBuffer>;
}

/** What the items of a list are. */
export interface ItemField {
  /** What an item holds. */
  readonly type: ItemTypeName;
  /** Whether a timestamp is a point in time; false for all other types. */
  readonly zoned: boolean;
  /** Digits behind the point; decimals only. */
  readonly scale?: number;
}

/** Name and type of a column. */
export interface Field<T extends TypeName = TypeName> {
  /** The column's name; any text. */
  readonly name: string;
  /** What it holds. */
  readonly type: T;
  /** Whether a timestamp is a point in time; false for all other types. */
  readonly zoned: boolean;
  /** Digits behind the point; decimals only. */
  readonly scale?: number;
  /** What the items of a list are; absent for all other types. */
  readonly item?: ItemField;
}

/** The fields of a table, in the order of its columns. */
export type Schema = readonly Field[];

/**
 * A column's type as a caller would declare it.
 *
 * @param field Type, zone, scale and items of the column.
 * @returns The type's name, `timestamp_utc` where it has a zone, `decimal(2)`
 * with its scale, `list<i32>` for a list of integers.
 *
 * @example Declare what was found
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { declaredType } from "@fastpath/fastpath/table";
 *
 * const field = { name: "at", type: "timestamp", zoned: true } as const;
 * assertEquals(declaredType(field), "timestamp_utc");
 * ```
 */
export function declaredType(
  field: AnyType,
): DeclaredType {
  if (field.type === "list") return `list<${declaredItem(field.item!)}>`;
  const { type, zoned, scale = 0 } = field;
  return declaredItem({ type, zoned, scale });
}

/** What a field or a column says of its type. */
export interface AnyType {
  /** What it holds. */
  readonly type: TypeName;
  /** Whether a timestamp is a point in time. */
  readonly zoned: boolean;
  /** Digits behind the point of a decimal; 0 or absent for all others. */
  readonly scale?: number | undefined;
  /** What the items of a list are. */
  readonly item?: ItemField | undefined;
}

/**
 * Whether two columns hold the same: type, zone, scale and items.
 *
 * @param a The one's type.
 * @param b The other's.
 * @returns True if they do.
 */
export function sameType(
  a: AnyType,
  b: AnyType,
): boolean {
  return sameItem(a, b) &&
    (a.item === undefined || b.item === undefined
      ? a.item === b.item
      : sameItem(a.item, b.item));
}

function sameItem(a: AnyType, b: AnyType): boolean {
  return a.type === b.type && a.zoned === b.zoned &&
    (a.scale ?? 0) === (b.scale ?? 0);
}

function declaredItem({ type, zoned, scale = 0 }: ItemField): DeclaredItem {
  if (type === "decimal") return `decimal(${scale as DecimalScale})`;
  return zoned ? "timestamp_utc" : type;
}
