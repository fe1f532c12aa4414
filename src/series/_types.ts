/**
 * The types of events: distinct values in order, and each row's place among
 * them.
 *
 * @module
 */

import { bitAt, bitmapBytes } from "../table/_bitmap.ts";
import { dictionaryOf } from "../table/_dictionary.ts";
import { Column } from "../table/column.ts";

/** Rows between two looks at the clock. */
const BLOCK = 16_384;

/** The types of a table's rows. */
export interface Types {
  /** Each row's place in the order of types. */
  readonly ranks: Uint32Array<ArrayBuffer>;
  /** How many types occur; a null is one of them. */
  readonly groups: number;
  /** Makes a column of places. */
  readonly columnOf: (ranks: Uint32Array) => Column;
}

/**
 * Orders the types, in steps: texts by their UTF-8 bytes, false before true, numbers
 * and dates ascending, null last.
 *
 * @param column The types of all rows.
 */
export function* typesOf(column: Column): Generator<void, Types> {
  if (column.type === "utf8") return yield* typesOfTexts(column);
  return yield* typesOfNumbers(column);
}

function* typesOfTexts(column: Column): Generator<void, Types> {
  const { codes, texts } = yield* codesOf(column);
  const used = usedOf(codes, texts.length);
  const sorted = [...texts.keys()].filter((code) => used[code] === 1)
    .sort((a, b) => compareBytes(texts[a]!, texts[b]!));
  const places = new Uint32Array(texts.length + 1);
  const distinct: Uint8Array[] = [];
  for (const code of sorted) {
    const text = texts[code]!;
    const last = distinct.at(-1);
    // Nothing forbids a dictionary to have a text twice.
    if (last === undefined || compareBytes(last, text) !== 0) {
      distinct.push(text);
    }
    places[code] = distinct.length - 1;
  }
  const hasNull = used[texts.length] === 1;
  places[texts.length] = distinct.length;
  const dictionary = dictionaryOf(distinct);
  return {
    ranks: ranksOf(codes, places),
    groups: distinct.length + (hasNull ? 1 : 0),
    columnOf: (ranks) =>
      new Column({
        type: "utf8",
        length: ranks.length,
        data: Int32Array.from(
          ranks,
          (rank) => rank === distinct.length ? 0 : rank,
        ),
        validity: hasNull ? validityOf(ranks, distinct.length) : undefined,
        dictionary,
      }),
  };
}

/** Codes of texts; a null has the code behind the last. */
function* codesOf(
  column: Column,
): Generator<void, { codes: Uint32Array; texts: Uint8Array[] }> {
  const { length, dictionary, validity, data } = column;
  const codes = new Uint32Array(length);
  const texts: Uint8Array[] = [];
  if (dictionary !== undefined) {
    for (let code = 0; code < dictionary.length; code++) {
      texts.push(
        dictionary.data.subarray(
          dictionary.offsets[code],
          dictionary.offsets[code + 1],
        ),
      );
    }
    codes.set((data as Int32Array).subarray(0, length));
    for (let row = 0; row < length; row++) {
      const isNull = validity !== undefined && !bitAt(validity, row);
      if (row % BLOCK === BLOCK - 1) yield;
      if (isNull) codes[row] = texts.length;
      else if (codes[row]! >= texts.length) throw outside(row);
    }
    return { codes, texts };
  }
  const known = new Map<unknown, number>();
  const nulls: number[] = [];
  for (let row = 0; row < length; row++) {
    if (row % BLOCK === BLOCK - 1) yield;
    const value = column.value(row);
    if (value === null) {
      nulls.push(row);
      continue;
    }
    let code = known.get(value);
    if (code === undefined) {
      code = texts.push(column.bytes(row)!) - 1;
      known.set(value, code);
    }
    codes[row] = code;
  }
  for (const row of nulls) codes[row] = texts.length;
  return { codes, texts };
}

function outside(row: number): RangeError {
  return new RangeError(
    `Cannot make a timeline: the code of type at row ${row} is not in its ` +
      "dictionary",
  );
}

function usedOf(codes: Uint32Array, count: number): Uint8Array {
  const used = new Uint8Array(count + 1);
  for (let row = 0; row < codes.length; row++) used[codes[row]!] = 1;
  return used;
}

function ranksOf(
  codes: Uint32Array,
  places: Uint32Array,
): Uint32Array<ArrayBuffer> {
  const ranks = new Uint32Array(codes.length);
  for (let row = 0; row < ranks.length; row++) {
    ranks[row] = places[codes[row]!]!;
  }
  return ranks;
}

function validityOf(
  ranks: Uint32Array,
  nullRank: number,
): Uint8Array<ArrayBuffer> {
  const bits = new Uint8Array(bitmapBytes(ranks.length));
  for (let row = 0; row < ranks.length; row++) {
    if (ranks[row] !== nullRank) bits[row >>> 3]! |= 1 << (row & 7);
  }
  return bits;
}

/** Text order everywhere: by UTF-8 bytes. */
function compareBytes(one: Uint8Array, other: Uint8Array): number {
  const shared = Math.min(one.length, other.length);
  for (let at = 0; at < shared; at++) {
    const difference = one[at]! - other[at]!;
    if (difference !== 0) return difference;
  }
  return one.length - other.length;
}

/** bool, i32, i64 and date: few distinct values are expected. */
function* typesOfNumbers(column: Column): Generator<void, Types> {
  const { length, type, data, validity } = column;
  const known = new Map<number | bigint, number>();
  const codes = new Uint32Array(length);
  const nulls: number[] = [];
  for (let row = 0; row < length; row++) {
    if (row % BLOCK === BLOCK - 1) yield;
    if (validity !== undefined && !bitAt(validity, row)) {
      nulls.push(row);
      continue;
    }
    const value = type === "bool"
      ? Number(bitAt(data as Uint8Array, row))
      : data[row]!;
    let code = known.get(value);
    if (code === undefined) known.set(value, code = known.size);
    codes[row] = code;
  }
  for (const row of nulls) codes[row] = known.size;
  const sorted = [...known.keys()].sort((a, b) => a < b ? -1 : 1);
  const places = new Uint32Array(known.size + 1);
  sorted.forEach((value, place) => places[known.get(value)!] = place);
  places[known.size] = known.size;
  return {
    ranks: ranksOf(codes, places),
    groups: known.size + (nulls.length > 0 ? 1 : 0),
    columnOf: (ranks) => numberColumn(column, sorted, ranks),
  };
}

function numberColumn(
  { type }: Column,
  sorted: readonly (number | bigint)[],
  ranks: Uint32Array,
): Column {
  const { length } = ranks;
  const validity = ranks.includes(sorted.length)
    ? validityOf(ranks, sorted.length)
    : undefined;
  const shared = { length, validity };
  if (type === "i64") {
    const data = new BigInt64Array(length);
    ranks.forEach((rank, row) => data[row] = BigInt(sorted[rank] ?? 0));
    return new Column({ type: "i64", data, ...shared });
  }
  if (type === "bool") {
    const data = new Uint8Array(bitmapBytes(length));
    ranks.forEach((rank, row) => {
      if (Number(sorted[rank] ?? 0) === 1) data[row >>> 3]! |= 1 << (row & 7);
    });
    return new Column({ type: "bool", data, ...shared });
  }
  const data = Int32Array.from(ranks, (rank) => Number(sorted[rank] ?? 0));
  return new Column({
    type: type === "date" ? "date" : "i32",
    data,
    ...shared,
  });
}
