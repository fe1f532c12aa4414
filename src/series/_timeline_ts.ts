/**
 * The TypeScript engine of timelines. It works in steps, so that a long one
 * does not hold up the event loop.
 *
 * @module
 */

import { BY_HOUR, type Job, type Rows, type Starts, sumFault } from "./_job.ts";
import { BLOCK, type Keys, keysOf } from "./_keys_ts.ts";
import { identity, orderOf } from "./_sort_ts.ts";
import {
  finishFloats,
  floatsOf,
  sumFloats,
  sumIntegers,
  type Summed,
} from "./_sums_ts.ts";
import { setMicrosOf, wordsOf } from "./_words.ts";

/** Keys below this, or below the number of rows, get a sum each, unsorted. */
const DENSE_MIN = 256;

/**
 * Makes the rows of a timeline, in steps.
 *
 * @param job What to do.
 * @returns The rows.
 * @throws {RangeError} If a sum does not fit 64 bits.
 */
export function* timelineTs(job: Job): Generator<void, Rows> {
  const keys = yield* keysOf(job);
  const values = yield* floatsOf(job);
  const isDense = keys.startOf !== null && values !== null &&
    keys.end <= Math.max(DENSE_MIN, job.rows);
  if (isDense) return yield* dense(job, keys, values);
  const order = keys.sorted
    ? identity(job.rows)
    : yield* orderOf(keys.keys, keys.end);
  const bounds = yield* boundsOf(keys.keys, order);
  const rowKeys = yield* rowKeysOf(keys.keys, order, bounds);
  yield;
  const ranks = ranksOf(job, rowKeys);
  const runs = { order, bounds, ranks, groups: job.groups };
  const isFloat = job.changes instanceof Float64Array;
  const summed = values === null
    ? yield* sumIntegers(runs, job)
    : yield* sumFloats(runs, values, isFloat);
  const firsts = bounds.subarray(0, rowKeys.length);
  return yield* rowsOf(job, keys, rowKeys, ranks, summed, order, firsts);
}

/** A sum per key that occurs or might occur. */
function* dense(
  job: Job,
  { keys, end, startOf }: Keys,
  values: Float64Array,
): Generator<void, Rows> {
  const sums = new Float64Array(end);
  const seen = new Uint8Array(end);
  for (let from = 0; from < job.rows; from += BLOCK) {
    const to = Math.min(from + BLOCK, job.rows);
    for (let row = from; row < to; row++) {
      const key = keys[row]!;
      sums[key]! += values[row]!;
      seen[key] = 1;
    }
    yield;
  }
  let rows = 0;
  for (let key = 0; key < end; key++) rows += seen[key]!;
  const rowKeys = new Float64Array(rows);
  const changes = new Float64Array(rows);
  let row = 0;
  for (let key = 0; key < end; key++) {
    if (seen[key] === 0) continue;
    rowKeys[row] = key;
    changes[row++] = sums[key]!;
  }
  const ranks = ranksOf(job, rowKeys);
  const isFloat = job.changes instanceof Float64Array;
  const summed = yield* finishFloats(changes, ranks, job.groups, isFloat);
  return yield* rowsOf(job, { startOf }, rowKeys, ranks, summed);
}

/** Where in the order each new key begins, and the end. */
function* boundsOf(
  keys: Float64Array,
  order: Uint32Array,
): Generator<void, Uint32Array<ArrayBuffer>> {
  const bounds = new Uint32Array(order.length + 1);
  let rows = 0;
  let previous = -1;
  for (let from = 0; from < order.length; from += BLOCK) {
    const to = Math.min(from + BLOCK, order.length);
    for (let at = from; at < to; at++) {
      const key = keys[order[at]!]!;
      if (key !== previous) bounds[rows++] = at;
      previous = key;
    }
    yield;
  }
  bounds[rows] = order.length;
  return bounds.subarray(0, rows + 1);
}

function* rowKeysOf(
  keys: Float64Array,
  order: Uint32Array,
  bounds: Uint32Array,
): Generator<void, Float64Array<ArrayBuffer>> {
  const rowKeys = new Float64Array(bounds.length - 1);
  for (let row = 0; row < rowKeys.length; row++) {
    if (row % BLOCK === BLOCK - 1) yield;
    rowKeys[row] = keys[order[bounds[row]!]!]!;
  }
  return rowKeys;
}

function ranksOf(
  { ranks, groups }: Job,
  rowKeys: Float64Array,
): Uint32Array<ArrayBuffer> | null {
  if (ranks === null) return null;
  const found = new Uint32Array(rowKeys.length);
  for (let row = 0; row < found.length; row++) {
    const key = rowKeys[row]!;
    found[row] = key - Math.floor(key / groups) * groups;
  }
  return found;
}

function* rowsOf(
  job: Job,
  { startOf }: Pick<Keys, "startOf">,
  rowKeys: Float64Array,
  ranks: Uint32Array<ArrayBuffer> | null,
  summed: Summed,
  order?: Uint32Array,
  firsts?: Uint32Array,
): Generator<void, Rows> {
  yield;
  const starts = startOf === null
    ? yield* timesAt(job, order!, firsts!)
    : yield* startsOf(job, startOf, rowKeys);
  if ("sum" in summed) {
    const { row, sum, event } = summed;
    const start = starts.subarray(row, row + 1) as Starts;
    throw sumFault(sum, start, job.zoned, event);
  }
  return { starts, ranks, ...summed };
}

function* startsOf(
  { by, times, groups }: Job,
  startOf: (offset: number) => number,
  rowKeys: Float64Array,
): Generator<void, Starts> {
  const { length } = rowKeys;
  if (by !== BY_HOUR && (by > 0 || times instanceof Int32Array)) {
    const days = new Int32Array(length);
    for (let row = 0; row < length; row++) {
      if (row % BLOCK === BLOCK - 1) yield;
      days[row] = startOf(Math.floor(rowKeys[row]! / groups));
    }
    return days;
  }
  const micros = new BigInt64Array(length);
  const words = wordsOf(micros);
  for (let row = 0; row < length; row++) {
    if (row % BLOCK === BLOCK - 1) yield;
    setMicrosOf(words, row, startOf(Math.floor(rowKeys[row]! / groups)));
  }
  return micros;
}

/** The times of the first rows of each run. */
function* timesAt(
  { times }: Job,
  order: Uint32Array,
  firsts: Uint32Array,
): Generator<void, BigInt64Array<ArrayBuffer>> {
  const from = wordsOf(times as BigInt64Array<ArrayBuffer>);
  const micros = new BigInt64Array(firsts.length);
  const to = wordsOf(micros);
  for (let row = 0; row < firsts.length; row++) {
    if (row % BLOCK === BLOCK - 1) yield;
    const at = order[firsts[row]!]!;
    to[2 * row] = from[2 * at]!;
    to[2 * row + 1] = from[2 * at + 1]!;
  }
  return micros;
}
