/**
 * The TypeScript kernel of `summary`. Its order of operations is stated in
 * docs/statistics.md; the native kernel does the same to the bit.
 *
 * @module
 */

import { dividedOnce, Sum } from "../values/sums.ts";
import type { Numbers } from "./_numbers.ts";
import { select } from "./_select_ts.ts";

/** Values whose lanes are folded at once. */
const BLOCK = 128;
/** Integers whose sum is exact in f64. */
const INTEGERS = 1 << 16;
/** Rows handled between two rests. */
const STEP = 1 << 18;
const TWO_32 = 2 ** 32;

/** What the values of a column add up to. */
export interface Moments {
  /** Numbers, NaN left out, infinities included. */
  readonly count: number;
  /** How many are NaN. */
  readonly nans: number;
  /** How many are infinite, upwards and downwards. */
  readonly infinities: readonly [number, number];
  /** The smallest and the largest number; i64 exactly. */
  readonly min: number | bigint;
  readonly max: number | bigint;
  /** The sum: exact for integers. */
  readonly sum: number | bigint;
  /** The mean. */
  readonly mean: number;
  /** Sums of the second, third and fourth powers of the distance from it. */
  readonly powers: readonly [number, number, number];
}

/** What the weighted values of a column add up to. */
export interface WeightedSums {
  /** The first row with a weight that is none, or -1. */
  readonly faultRow: number;
  /** The sum of the weights that have a number. */
  readonly weights: number;
  /** The sum of weight times number. */
  readonly products: number;
}

/** A long computation that yields now and then. */
export type Steps<R> = Generator<void, R>;

/** The figures of an engine that hold for a whole column. */
export interface SummaryParts {
  readonly moments: Moments;
  readonly weighted: WeightedSums | null;
  /** The values at ranks that follow from the count. */
  readonly picked: Float64Array<ArrayBuffer>;
}

/**
 * Computes what a summary is made of.
 *
 * @param numbers The column.
 * @param weights The weights, if any.
 * @param ranksOf The ranks to pick, once the moments are known.
 * @returns The parts.
 */
export function* summaryParts(
  numbers: Numbers,
  weights: Numbers | null,
  ranksOf: (moments: Moments) => Float64Array<ArrayBuffer>,
): Steps<SummaryParts> {
  const gathered = yield* gather(numbers);
  const moments = yield* momentsOf(numbers, gathered);
  const weighted = weights === null
    ? null
    : yield* weightedSums(numbers, weights);
  const ranks = ranksOf(moments);
  const picked = ranks.length === 0
    ? new Float64Array(0)
    : yield* select(gathered.values, ranks);
  return { moments, weighted, picked };
}

/** The numbers of a column in row order, without nulls and NaN. */
interface Gathered {
  readonly values: Float64Array<ArrayBuffer>;
  readonly nans: number;
  readonly infinities: readonly [number, number];
  readonly min: number;
  readonly max: number;
}

/** The number of a row as f64, rounded once; -0 is 0. */
type Read = (row: number) => number;

function readerOf({ type, data }: Numbers): Read {
  if (type !== "i64") {
    const numbers = data as Int32Array | Float64Array;
    return (row) => numbers[row]! + 0;
  }
  const halves = halvesOf(data as BigInt64Array);
  return (row) => halves[2 * row + 1]! * TWO_32 + (halves[2 * row]! >>> 0);
}

/** Low and high halves, as little-endian machines store 64 bits. */
function halvesOf(data: BigInt64Array): Int32Array {
  return new Int32Array(data.buffer, data.byteOffset, 2 * data.length);
}

function* gather(numbers: Numbers): Steps<Gathered> {
  const { data, validity } = numbers;
  const rows = data.length;
  const read = readerOf(numbers);
  const values = new Float64Array(rows);
  let [count, nans, up, down] = [0, 0, 0, 0];
  let [min, max] = [Infinity, -Infinity];
  for (let from = 0; from < rows; from += STEP) {
    const to = Math.min(rows, from + STEP);
    for (let row = from; row < to; row++) {
      if (validity !== undefined && !isSet(validity, row)) continue;
      const x = read(row);
      if (x !== x) {
        nans++;
        continue;
      }
      values[count++] = x;
      if (x < min) min = x;
      if (x > max) max = x;
      if (x === Infinity) up++;
      else if (x === -Infinity) down++;
    }
    yield;
  }
  return {
    values: values.subarray(0, count),
    nans,
    infinities: [up, down],
    min,
    max,
  };
}

function isSet(bits: Uint8Array, row: number): boolean {
  return (bits[row >>> 3]! & (1 << (row & 7))) !== 0;
}

function* momentsOf(numbers: Numbers, gathered: Gathered): Steps<Moments> {
  const { values, nans, infinities, min, max } = gathered;
  const count = values.length;
  const isFinite = infinities[0] + infinities[1] === 0;
  const known = { count, nans, infinities, min, max, sum: 0, mean: NaN };
  if (count === 0 || !isFinite) {
    const powers = [NaN, NaN, NaN] as const;
    const sum = numbers.type === "f64" ? 0 : 0n;
    return { ...known, sum, powers };
  }
  if (numbers.type === "f64") {
    const sum = yield* sumOf(values);
    const mean = min === max ? min : sum / count;
    return { ...known, sum, mean, powers: yield* powersOf(values, mean) };
  }
  const sum = numbers.type === "i32"
    ? yield* integerSum(values)
    : yield* bigSum(numbers);
  const mean = dividedOnce(sum, count);
  const powers = yield* powersOf(values, mean);
  if (numbers.type === "i32") return { ...known, sum, mean, powers };
  return { ...known, ...yield* bigRange(numbers), sum, mean, powers };
}

/** Four lanes a block, the blocks' sums compensated. */
function* sumOf(values: Float64Array): Steps<number> {
  const total = new Sum();
  const { length } = values;
  for (let from = 0; from < length; from += BLOCK) {
    total.add(blockSum(values, from, Math.min(length, from + BLOCK)));
    if (from % STEP === 0) yield;
  }
  return total.value;
}

/** The sum of a block: number k goes to lane k mod 4. */
function blockSum(values: Float64Array, from: number, to: number): number {
  let [a, b, c, d] = [0, 0, 0, 0];
  let at = from;
  for (; at + 4 <= to; at += 4) {
    a += values[at]!;
    b += values[at + 1]!;
    c += values[at + 2]!;
    d += values[at + 3]!;
  }
  if (at < to) a += values[at]!;
  if (at + 1 < to) b += values[at + 1]!;
  if (at + 2 < to) c += values[at + 2]!;
  return (a + b) + (c + d);
}

/** The exact sum of 32-bit integers: a block's sum is exact in f64. */
function* integerSum(values: Float64Array): Steps<bigint> {
  let total = 0n;
  const { length } = values;
  for (let from = 0; from < length; from += INTEGERS) {
    total += BigInt(
      blockSum(values, from, Math.min(length, from + INTEGERS)),
    );
    if (from % STEP === 0) yield;
  }
  return total;
}

/** The exact sum of 64-bit integers: a block's sums of halves are exact. */
function* bigSum({ data, validity }: Numbers): Steps<bigint> {
  const halves = halvesOf(data as BigInt64Array);
  let total = 0n;
  for (let from = 0; from < data.length; from += INTEGERS) {
    const to = Math.min(data.length, from + INTEGERS);
    let [low, high] = [0, 0];
    for (let row = from; row < to; row++) {
      if (validity !== undefined && !isSet(validity, row)) continue;
      low += halves[2 * row]! >>> 0;
      high += halves[2 * row + 1]!;
    }
    total += (BigInt(high) << 32n) + BigInt(low);
    if (from % STEP === 0) yield;
  }
  return total;
}

/** The smallest and largest of 64-bit integers, of which there is one. */
function* bigRange(
  { data, validity }: Numbers,
): Steps<{ min: bigint; max: bigint }> {
  const halves = halvesOf(data as BigInt64Array);
  let [least, most] = [-1, -1];
  const isLess = (a: number, b: number) => {
    const [high, other] = [halves[2 * a + 1]!, halves[2 * b + 1]!];
    if (high !== other) return high < other;
    return halves[2 * a]! >>> 0 < halves[2 * b]! >>> 0;
  };
  for (let row = 0; row < data.length; row++) {
    if (row % STEP === 0) yield;
    if (validity !== undefined && !isSet(validity, row)) continue;
    if (least < 0) least = most = row;
    if (isLess(row, least)) least = row;
    if (isLess(most, row)) most = row;
  }
  const big = data as BigInt64Array;
  return { min: big[least]!, max: big[most]! };
}

/** Sums of powers of the distances from the mean. */
function* powersOf(
  values: Float64Array,
  mean: number,
): Steps<readonly [number, number, number]> {
  const totals = [new Sum(), new Sum(), new Sum()] as const;
  const block = new Float64Array(BLOCK);
  const square = new Float64Array(BLOCK);
  const { length } = values;
  for (let from = 0; from < length; from += BLOCK) {
    const used = Math.min(length, from + BLOCK) - from;
    for (let at = 0; at < used; at++) {
      const d = values[from + at]! - mean;
      block[at] = d;
      square[at] = d * d;
    }
    totals[0].add(blockSum(square, 0, used));
    for (let at = 0; at < used; at++) block[at]! *= square[at]!;
    totals[1].add(blockSum(block, 0, used));
    for (let at = 0; at < used; at++) square[at]! *= square[at]!;
    totals[2].add(blockSum(square, 0, used));
    if (from % STEP === 0) yield;
  }
  return [totals[0].value, totals[1].value, totals[2].value];
}

/** Sums over the rows that have both a number and a weight. */
function* weightedSums(
  numbers: Numbers,
  weights: Numbers,
): Steps<WeightedSums> {
  const [read, weigh] = [readerOf(numbers), readerOf(weights)];
  const [total, products] = [new Sum(), new Sum()];
  const [some, made] = [new Float64Array(BLOCK), new Float64Array(BLOCK)];
  let used = 0;
  const flush = () => {
    total.add(blockSum(some, 0, used));
    products.add(blockSum(made, 0, used));
    used = 0;
  };
  const rows = numbers.data.length;
  for (let row = 0; row < rows; row++) {
    if (row % STEP === 0) yield;
    if (weights.validity !== undefined && !isSet(weights.validity, row)) {
      continue;
    }
    const weight = weigh(row);
    if (!(weight >= 0 && weight < Infinity)) {
      return { faultRow: row, weights: 0, products: 0 };
    }
    if (numbers.validity !== undefined && !isSet(numbers.validity, row)) {
      continue;
    }
    const x = read(row);
    if (x !== x) continue;
    some[used] = weight;
    made[used++] = weight * x;
    if (used === BLOCK) flush();
  }
  if (used > 0) flush();
  return { faultRow: -1, weights: total.value, products: products.value };
}
