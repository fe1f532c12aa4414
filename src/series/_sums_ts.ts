/**
 * The TypeScript engine of timelines, second half: sums of the rows that
 * merge, and running totals. Changes are added in the order of their rows,
 * from 0; totals in the order of the result, from 0.
 *
 * @module
 */

import { bitAt } from "../table/_bitmap.ts";
import { BLOCK } from "./_keys_ts.ts";
import type { Job, Sums } from "./_job.ts";
import { int64Of, wordsOf } from "./_words.ts";

const WORD = 2 ** 32;
const HALF = 2 ** 31;
/** Sums of integers up to here are exact as floats. */
const EXACT = 2 ** 53;

/** The order of the rows and where each row of the result begins in it. */
export interface Runs {
  readonly order: Uint32Array;
  /** One more than there are rows in the result. */
  readonly bounds: Uint32Array;
  /** The type of each row of the result; null without types. */
  readonly ranks: Uint32Array | null;
  readonly groups: number;
}

/** A sum that 64 bits do not hold. */
export interface SumOverflow {
  /** Its row of the result. */
  readonly row: number;
  readonly sum: "change" | "total";
  /** The event whose change takes it beyond. */
  readonly event: number;
}

/** Sums, or the first that 64 bits do not hold. */
export type Summed =
  | { readonly changes: Sums; readonly totals: Sums }
  | SumOverflow;

/**
 * The changes as floats in which sums are exact, or are sums of floats; null
 * where integers are too large for that. A null is 0.
 */
export function* floatsOf(
  { changes, validity, rows }: Job,
): Generator<void, Float64Array<ArrayBuffer> | null> {
  if (changes instanceof Float64Array) {
    return validity === undefined
      ? changes
      : withoutNulls(changes.slice(), validity);
  }
  const floats = new Float64Array(rows);
  if (changes instanceof Int32Array) floats.set(changes);
  else {
    const words = wordsOf(changes);
    for (let row = 0; row < rows; row++) {
      floats[row] = words[2 * row + 1]! * WORD + (words[2 * row]! >>> 0);
    }
  }
  yield;
  if (validity !== undefined) withoutNulls(floats, validity);
  yield;
  let most = 0;
  for (let row = 0; row < rows; row++) {
    most = Math.max(most, Math.abs(floats[row]!));
  }
  return most * rows < EXACT ? floats : null;
}

function withoutNulls(
  values: Float64Array<ArrayBuffer>,
  validity: Uint8Array,
): Float64Array<ArrayBuffer> {
  for (let row = 0; row < values.length; row++) {
    if (!bitAt(validity, row)) values[row] = 0;
  }
  return values;
}

/** Adds up floats. */
export function* sumFloats(
  { order, bounds, ranks, groups }: Runs,
  values: Float64Array,
  isFloat: boolean,
): Generator<void, Summed> {
  const rows = bounds.length - 1;
  const changes = new Float64Array(rows);
  for (let from = 0; from < rows; from += BLOCK) {
    const to = Math.min(from + BLOCK, rows);
    for (let row = from; row < to; row++) {
      let sum = 0;
      const end = bounds[row + 1]!;
      for (let at = bounds[row]!; at < end; at++) sum += values[order[at]!]!;
      changes[row] = sum;
    }
    yield;
  }
  return yield* finishFloats(changes, ranks, groups, isFloat);
}

/**
 * Changes of the result's rows, made the same in every bit, and totals.
 *
 * @param changes The sums.
 * @param ranks Types of the rows.
 * @param groups How many types there are.
 * @param isFloat Whether the changes were floats.
 */
export function* finishFloats(
  changes: Float64Array<ArrayBuffer>,
  ranks: Uint32Array | null,
  groups: number,
  isFloat: boolean,
): Generator<void, Summed> {
  yield;
  const totals = new Float64Array(changes.length);
  const running = new Float64Array(groups);
  for (let row = 0; row < changes.length; row++) {
    const group = ranks === null ? 0 : ranks[row]!;
    const total = running[group]! + changes[row]!;
    running[group] = total;
    totals[row] = total;
  }
  yield;
  if (!isFloat) return { changes: int64Of(changes), totals: int64Of(totals) };
  oneNaN(changes);
  oneNaN(totals);
  return { changes, totals };
}

/** Which bits a NaN has is the processor's choice: take one for all. */
function oneNaN(values: Float64Array): void {
  for (let row = 0; row < values.length; row++) {
    if (values[row] !== values[row]) values[row] = NaN;
  }
}

/** Integer changes as words, low first; of 32 bits they are made longer. */
function changeWords(changes: Job["changes"]): Int32Array {
  if (!(changes instanceof Int32Array)) {
    return wordsOf(changes as BigInt64Array<ArrayBuffer>);
  }
  const words = new Int32Array(2 * changes.length);
  for (let row = 0; row < changes.length; row++) {
    words[2 * row] = changes[row]!;
    words[2 * row + 1] = changes[row]! >> 31;
  }
  return words;
}

/**
 * Adds up integers of 32 or 64 bits exactly: in three words of 32 bits, of which the
 * highest has a sign.
 */
export function* sumIntegers(
  runs: Runs,
  job: Job,
): Generator<void, Summed> {
  const { order, bounds, ranks, groups } = runs;
  const { changes, validity } = job;
  const rows = bounds.length - 1;
  const read = changeWords(changes);
  const result = new BigInt64Array(rows);
  const results = wordsOf(result);
  const totals = new BigInt64Array(rows);
  const running = wordsOf(totals);
  const groupLow = new Float64Array(groups);
  const groupHigh = new Float64Array(groups);
  for (let row = 0; row < rows; row++) {
    if (row % BLOCK === BLOCK - 1) yield;
    let [low, middle, high] = [0, 0, 0];
    for (let at = bounds[row]!; at < bounds[row + 1]!; at++) {
      const from = order[at]!;
      if (validity !== undefined && !bitAt(validity, from)) continue;
      const upper = read[2 * from + 1]!;
      low += read[2 * from]! >>> 0;
      middle += upper >>> 0;
      if (low >= WORD) {
        low -= WORD;
        middle += 1;
      }
      high += upper < 0 ? -1 : 0;
      if (middle >= WORD) {
        middle -= WORD;
        high += 1;
      }
    }
    // What is left fits 64 bits if the highest word only repeats the sign.
    if (high !== (middle >= HALF ? -1 : 0)) {
      return { row, sum: "change", event: leavingEvent(runs, job, row, 0n) };
    }
    results[2 * row] = low;
    results[2 * row + 1] = middle;
    const group = ranks === null ? 0 : ranks[row]!;
    low += groupLow[group]!;
    let upper = (middle | 0) + groupHigh[group]!;
    if (low >= WORD) {
      low -= WORD;
      upper += 1;
    }
    if (upper < -HALF || upper >= HALF) {
      const before = BigInt(groupHigh[group]!) * BigInt(WORD) +
        BigInt(groupLow[group]!);
      const event = leavingEvent(runs, job, row, before);
      return { row, sum: "total", event };
    }
    groupLow[group] = low;
    groupHigh[group] = upper;
    running[2 * row] = low;
    running[2 * row + 1] = upper;
  }
  return { changes: result, totals };
}

/**
 * The event of a row of the result with which a sum first leaves 64 bits.
 *
 * @param runs The order of the events.
 * @param job The changes.
 * @param row The row, whose sum leaves them.
 * @param before The sum before its events.
 */
function leavingEvent(
  { order, bounds }: Runs,
  { changes, validity }: Job,
  row: number,
  before: bigint,
): number {
  let sum = before;
  let event = -1;
  for (let at = bounds[row]!; at < bounds[row + 1]!; at++) {
    event = order[at]!;
    if (validity !== undefined && !bitAt(validity, event)) continue;
    sum += BigInt(changes[event]!);
    if (BigInt.asIntN(64, sum) !== sum) break;
  }
  return event;
}
