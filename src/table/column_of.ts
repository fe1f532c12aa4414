/**
 * Columns from JavaScript values: for small tables and tests.
 *
 * @module
 */

import { classify, parsed } from "../values/classify.ts";
import { parseDecimal, units } from "../values/_decimal.ts";
import { parseTextTs } from "../values/_duration_parse.ts";
import { STRICT_RULES } from "../values/_duration_rules.ts";
import { DATE, TS_LOCAL, TS_ZONED } from "../values/flags.ts";
import { bitmapBytes } from "./_bitmap.ts";
import { declaredAdvice, fieldType } from "./_declared.ts";
import { encodeText } from "./_text.ts";
import { Column } from "./column.ts";
import type {
  DataMap,
  DeclaredType,
  ItemField,
  ItemTypeName,
  TypeOf,
} from "./schema.ts";
import type { ValueOf } from "./schema.ts";

type Value = ValueOf<ItemTypeName> | null;

/**
 * Makes a column of JavaScript values. Dates, timestamps, decimals and
 * durations are texts in the forms that `Column.value` prints or a reader
 * takes.
 *
 * @typeParam D The declared type.
 * @param type What the column holds; `timestamp_utc` has a zone.
 * @param values The values; null where there is none.
 * @returns A new column.
 * @throws {TypeError} If a value is not of the type.
 * @throws {RangeError} If an integer does not fit the type, or a decimal has
 * more digits than its scale or does not fit 64 bits.
 *
 * @example Make two columns
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { columnOf } from "@fastpath/fastpath/table";
 *
 * assertEquals(columnOf("i64", [1n, null]).nullCount, 1);
 * assertEquals(columnOf("date", ["1970-01-02"]).data[0], 1);
 * assertEquals(columnOf("decimal(2)", ["12.5"]).value(0), "12.50");
 * assertEquals(columnOf("list<i32>", [[1, 2], []]).value(0), [1, 2]);
 * ```
 */
export function columnOf<D extends DeclaredType>(
  type: D,
  values: readonly (ValueOf<TypeOf<D>> | null)[],
): Column<TypeOf<D>> {
  const kind = fieldType(type);
  if (kind === null) {
    throw new TypeError(
      `Cannot make column: unknown type "${type}", ${declaredAdvice(type)}`,
    );
  }
  const { item } = kind;
  const column = item === undefined
    ? scalarsOf(kind as ItemField, values as readonly Value[])
    : listsOf(type, item, values as readonly (readonly Value[] | null)[]);
  return column as Column as Column<TypeOf<D>>;
}

function listsOf(
  type: string,
  kind: ItemField,
  values: readonly (readonly Value[] | null)[],
): Column<"list"> {
  const items: Value[] = [];
  const offsets = new Int32Array(values.length + 1);
  values.forEach((value, row) => {
    if (value !== null && !Array.isArray(value)) throw wrongType(type, value);
    for (const item of value ?? []) items.push(item);
    offsets[row + 1] = items.length;
  });
  return new Column({
    type: "list",
    length: values.length,
    validity: validityOf(values),
    data: new Uint8Array(0),
    offsets,
    items: scalarsOf(kind, items),
  });
}

function scalarsOf(
  kind: ItemField,
  values: readonly Value[],
): Column<ItemTypeName> {
  const { type: name } = kind;
  const length = values.length;
  const validity = validityOf(values);
  return name === "utf8"
    ? new Column({ type: name, length, validity, ...textsOf(values) })
    : new Column<ItemTypeName>({
      ...kind,
      length,
      validity,
      data: dataOf(name, kind, values),
    });
}

function validityOf(
  values: readonly unknown[],
): Uint8Array<ArrayBuffer> | undefined {
  if (!values.includes(null)) return undefined;
  const bits = new Uint8Array(bitmapBytes(values.length));
  values.forEach((value, row) => {
    if (value !== null) bits[row >>> 3]! |= 1 << (row & 7);
  });
  return bits;
}

function textsOf(
  values: readonly Value[],
): { data: Uint8Array<ArrayBuffer>; offsets: Int32Array<ArrayBuffer> } {
  const texts = values.map((value) => {
    if (value === null) return new Uint8Array(0);
    if (typeof value !== "string") throw wrongType("utf8", value);
    return encodeText(value);
  });
  const offsets = new Int32Array(values.length + 1);
  texts.forEach((text, row) => {
    offsets[row + 1] = offsets[row]! + text.length;
  });
  const data = new Uint8Array(offsets[values.length]!);
  texts.forEach((text, row) => data.set(text, offsets[row]!));
  return { data, offsets };
}

function dataOf(
  type: Exclude<ItemTypeName, "utf8">,
  { zoned, scale = 0 }: ItemField,
  values: readonly Value[],
): DataMap[Exclude<ItemTypeName, "utf8">] {
  const length = values.length;
  if (type === "i64" || type === "timestamp") {
    const read = type === "i64" ? int64 : zoned ? microsUtc : microsLocal;
    return fill(new BigInt64Array(length), values, read);
  }
  if (type === "decimal") {
    const read = (value: Exclude<Value, null>) => decimal(value, scale);
    return fill(new BigInt64Array(length), values, read);
  }
  if (type === "duration") {
    return fill(new BigInt64Array(length), values, millis);
  }
  if (type === "f64") return fill(new Float64Array(length), values, float);
  if (type === "bool") {
    const bits = new Uint8Array(bitmapBytes(length));
    values.forEach((value, row) => {
      if (value === null) return;
      if (typeof value !== "boolean") throw wrongType(type, value);
      if (value) bits[row >>> 3]! |= 1 << (row & 7);
    });
    return bits;
  }
  const read = type === "i32" ? int32 : days;
  return fill(new Int32Array(length), values, read);
}

function fill<A extends { [index: number]: N }, N>(
  array: A,
  values: readonly Value[],
  read: (value: Exclude<Value, null>) => N,
): A {
  values.forEach((value, row) => {
    if (value !== null) array[row] = read(value);
  });
  return array;
}

function int32(value: Exclude<Value, null>): number {
  if (typeof value !== "number") throw wrongType("i32", value);
  if ((value | 0) !== value) throw outOfRange("i32", value);
  return value;
}

function int64(value: Exclude<Value, null>): bigint {
  if (typeof value !== "bigint") throw wrongType("i64", value);
  if (BigInt.asIntN(64, value) !== value) throw outOfRange("i64", value);
  return value;
}

function float(value: Exclude<Value, null>): number {
  if (typeof value !== "number") throw wrongType("f64", value);
  return value;
}

function days(value: Exclude<Value, null>): number {
  if (classOf(value) !== DATE) throw wrongType("date", value);
  return parsed.number;
}

function microsLocal(value: Exclude<Value, null>): bigint {
  if (classOf(value) !== TS_LOCAL) throw wrongType("timestamp", value);
  return parsedInt64();
}

function microsUtc(value: Exclude<Value, null>): bigint {
  if (classOf(value) !== TS_ZONED) throw wrongType("timestamp_utc", value);
  return parsedInt64();
}

function decimal(value: Exclude<Value, null>, scale: number): bigint {
  const type = `decimal(${scale})`;
  if (typeof value !== "string") throw wrongType(type, value);
  const bytes = encodeText(value);
  if (parseDecimal(bytes, 0, bytes.length, scale)) return int64Of(units);
  throw IS_NUMBER.test(value)
    ? outOfRange(type, value)
    : wrongType(type, value);
}

/** Decimals of any size; the rest of the grammar is the parser's business. */
const IS_NUMBER = /^-?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

function millis(value: Exclude<Value, null>): bigint {
  const ms = typeof value === "string" ? parseTextTs(value, STRICT_RULES) : NaN;
  if (Number.isNaN(ms)) throw wrongType("duration", value);
  return BigInt(ms);
}

function classOf(value: Exclude<Value, null>): number {
  if (typeof value !== "string") return -1;
  const bytes = encodeText(value);
  return classify(bytes, 0, bytes.length);
}

function parsedInt64(): bigint {
  return int64Of(parsed);
}

function int64Of({ hi, lo }: { hi: number; lo: number }): bigint {
  return BigInt(hi) << 32n | BigInt(lo >>> 0);
}

function wrongType(type: string, value: unknown): TypeError {
  const shown = typeof value === "string" ? `"${value}"` : typeof value;
  return new TypeError(`Cannot make column: ${shown} is no ${type}`);
}

function outOfRange(
  type: string,
  value: number | bigint | string,
): RangeError {
  return new RangeError(`Cannot make column: ${value} does not fit ${type}`);
}
