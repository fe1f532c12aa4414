/**
 * Columns from JavaScript values: for small tables and tests.
 *
 * @module
 */

import { classify, parsed } from "../values/classify.ts";
import { DATE, TS_LOCAL, TS_ZONED } from "../values/flags.ts";
import { bitmapBytes } from "./_bitmap.ts";
import { encodeText } from "./_text.ts";
import { Column } from "./column.ts";
import { TYPE_NAMES } from "./schema.ts";
import type {
  DataMap,
  DeclaredItem,
  DeclaredType,
  ItemTypeName,
  TypeName,
  TypeOf,
} from "./schema.ts";
import type { ValueOf } from "./schema.ts";

type Value = ValueOf<ItemTypeName> | null;

/**
 * Makes a column of JavaScript values. Dates and timestamps are texts in the
 * forms that `Column.value` prints.
 *
 * @typeParam D The declared type.
 * @param type What the column holds; `timestamp_utc` has a zone.
 * @param values The values; null where there is none.
 * @returns A new column.
 * @throws {TypeError} If a value is not of the type.
 * @throws {RangeError} If an integer does not fit the type.
 *
 * @example Make two columns
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { columnOf } from "@fastpath/fastpath/table";
 *
 * assertEquals(columnOf("i64", [1n, null]).nullCount, 1);
 * assertEquals(columnOf("date", ["1970-01-02"]).data[0], 1);
 * assertEquals(columnOf("list<i32>", [[1, 2], []]).value(0), [1, 2]);
 * ```
 */
export function columnOf<D extends DeclaredType>(
  type: D,
  values: readonly (ValueOf<TypeOf<D>> | null)[],
): Column<TypeOf<D>> {
  const item = itemOf(type);
  const column = item === null
    ? scalarsOf(type as DeclaredItem, values as readonly Value[])
    : listsOf(item, values as readonly (readonly Value[] | null)[]);
  return column as Column as Column<TypeOf<D>>;
}

/** The type of a list's items, or null for any other type. */
function itemOf(type: string): DeclaredItem | null {
  const item = /^list<(.*)>$/.exec(type);
  return item === null ? null : item[1] as DeclaredItem;
}

function listsOf(
  type: DeclaredItem,
  values: readonly (readonly Value[] | null)[],
): Column<"list"> {
  const items: Value[] = [];
  const offsets = new Int32Array(values.length + 1);
  values.forEach((value, row) => {
    if (value !== null && !Array.isArray(value)) {
      throw wrongType(`list<${type}>`, value);
    }
    for (const item of value ?? []) items.push(item);
    offsets[row + 1] = items.length;
  });
  return new Column({
    type: "list",
    length: values.length,
    validity: validityOf(values),
    data: new Uint8Array(0),
    offsets,
    items: scalarsOf(type, items),
  });
}

function scalarsOf(
  type: DeclaredItem,
  values: readonly Value[],
): Column<ItemTypeName> {
  const zoned = type === "timestamp_utc";
  const name: ItemTypeName = zoned ? "timestamp" : type;
  if (!TYPE_NAMES.includes(name) || (name as TypeName) === "list") {
    throw new TypeError(`Cannot make column: unknown type "${type}"`);
  }
  const length = values.length;
  const validity = validityOf(values);
  return name === "utf8"
    ? new Column({ type: name, length, validity, ...textsOf(values) })
    : new Column<ItemTypeName>({
      type: name,
      zoned,
      length,
      validity,
      data: dataOf(name, zoned, values),
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
  zoned: boolean,
  values: readonly Value[],
): DataMap[Exclude<ItemTypeName, "utf8">] {
  const length = values.length;
  if (type === "i64" || type === "timestamp") {
    const read = type === "i64" ? int64 : zoned ? microsUtc : microsLocal;
    return fill(new BigInt64Array(length), values, read);
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

function classOf(value: Exclude<Value, null>): number {
  if (typeof value !== "string") return -1;
  const bytes = encodeText(value);
  return classify(bytes, 0, bytes.length);
}

function parsedInt64(): bigint {
  return BigInt(parsed.hi) << 32n | BigInt(parsed.lo >>> 0);
}

function wrongType(type: string, value: unknown): TypeError {
  const shown = typeof value === "string" ? `"${value}"` : typeof value;
  return new TypeError(`Cannot make column: ${shown} is no ${type}`);
}

function outOfRange(type: string, value: number | bigint): RangeError {
  return new RangeError(`Cannot make column: ${value} does not fit ${type}`);
}
