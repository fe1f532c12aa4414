/**
 * Sums and means over the last periods, type by type.
 *
 * @module
 */

import { bitmapBytes } from "../table/_bitmap.ts";
import { Column } from "../table/column.ts";
import { type Rows, type Starts, sumFault } from "./_job.ts";
import { int64Of, wordsOf } from "./_words.ts";

const WORD = 2 ** 32;
/** Whole numbers below are exact as floats. */
const EXACT = 2 ** 53;
/** Additions between two looks at the clock. */
const STEP = 1 << 20;

/** The rows type by type, each in order. */
interface Groups {
  readonly order: Uint32Array;
  /** Where each type begins in the order, and the end. */
  readonly bounds: Uint32Array;
}

/**
 * The columns of a rolling window. Where fewer periods than the window are
 * there yet, both are null.
 *
 * @param rows The timeline.
 * @param groups How many types there are.
 * @param window The number of periods.
 * @param zoned Whether starts are points in time, for messages.
 * @returns Sum and mean.
 * @throws {RangeError} If a sum does not fit 64 bits.
 */
export function* rolling(
  rows: Rows,
  groups: number,
  window: number,
  zoned: boolean,
): Generator<void, { sum: Column; mean: Column }> {
  const { length } = rows.starts;
  const order = groupsOf(rows.ranks, length, groups);
  const means = new Float64Array(length);
  const sums = rows.changes instanceof Float64Array
    ? yield* rollFloats(rows.changes, order, window, means)
    : yield* rollIntegers(rows, order, window, means, zoned);
  const validity = validityOf(order, length, window);
  const shared = { length, validity };
  return {
    sum: sums instanceof Float64Array
      ? new Column({ type: "f64", data: sums, ...shared })
      : new Column({ type: "i64", data: sums, ...shared }),
    mean: new Column({ type: "f64", data: means, ...shared }),
  };
}

/** A counting sort by type. */
function groupsOf(
  ranks: Uint32Array | null,
  length: number,
  groups: number,
): Groups {
  const bounds = new Uint32Array(groups + 1);
  const order = new Uint32Array(length);
  if (ranks === null) {
    for (let row = 0; row < length; row++) order[row] = row;
    bounds[groups] = length;
    return { order, bounds };
  }
  for (let row = 0; row < length; row++) bounds[ranks[row]! + 1]!++;
  for (let group = 0; group < groups; group++) {
    bounds[group + 1]! += bounds[group]!;
  }
  const next = bounds.slice();
  for (let row = 0; row < length; row++) order[next[ranks[row]!]!++] = row;
  return { order, bounds };
}

function validityOf(
  { order, bounds }: Groups,
  length: number,
  window: number,
): Uint8Array<ArrayBuffer> {
  const bits = new Uint8Array(bitmapBytes(length));
  for (let group = 0; group + 1 < bounds.length; group++) {
    for (
      let at = bounds[group]! + window - 1;
      at < bounds[group + 1]!;
      at++
    ) {
      const row = order[at]!;
      bits[row >>> 3]! |= 1 << (row & 7);
    }
  }
  return bits;
}

/** Each window is added up anew, the oldest first: errors do not pile up. */
function* rollFloats(
  changes: Float64Array,
  { order, bounds }: Groups,
  window: number,
  means: Float64Array,
): Generator<void, Float64Array<ArrayBuffer>> {
  const sums = new Float64Array(changes.length);
  let work = 0;
  for (let group = 0; group + 1 < bounds.length; group++) {
    const end = bounds[group + 1]!;
    for (let last = bounds[group]! + window - 1; last < end; last++) {
      let sum = 0;
      for (let at = last - window + 1; at <= last; at++) {
        sum += changes[order[at]!]!;
      }
      const row = order[last]!;
      sums[row] = sum === sum ? sum : NaN;
      means[row] = sum === sum ? sum / window : NaN;
      if ((work += window) > STEP) {
        work = 0;
        yield;
      }
    }
  }
  return sums;
}

function* rollIntegers(
  rows: Rows,
  groups: Groups,
  window: number,
  means: Float64Array,
  zoned: boolean,
): Generator<void, BigInt64Array<ArrayBuffer>> {
  const changes = rows.changes as BigInt64Array<ArrayBuffer>;
  const words = wordsOf(changes);
  const values = new Float64Array(changes.length);
  let most = 0;
  for (let row = 0; row < values.length; row++) {
    values[row] = words[2 * row + 1]! * WORD + (words[2 * row]! >>> 0);
    most = Math.max(most, Math.abs(values[row]!));
  }
  yield;
  if (most * window >= EXACT) {
    return yield* rollLarge(rows, groups, window, means, zoned);
  }
  const sums = new Float64Array(values.length);
  const { order, bounds } = groups;
  for (let group = 0; group + 1 < bounds.length; group++) {
    const first = bounds[group]!;
    let sum = 0;
    for (let at = first; at < bounds[group + 1]!; at++) {
      if (at % STEP === STEP - 1) yield;
      const row = order[at]!;
      sum += values[row]!;
      if (at - window >= first) sum -= values[order[at - window]!]!;
      if (at - window + 1 < first) continue;
      sums[row] = sum;
      means[row] = sum / window;
    }
  }
  return int64Of(sums);
}

/** Integers whose sums floats do not hold: rare, so BigInt will do. */
function* rollLarge(
  { changes, starts }: Rows,
  { order, bounds }: Groups,
  window: number,
  means: Float64Array,
  zoned: boolean,
): Generator<void, BigInt64Array<ArrayBuffer>> {
  const values = changes as BigInt64Array<ArrayBuffer>;
  const sums = new BigInt64Array(values.length);
  for (let group = 0; group + 1 < bounds.length; group++) {
    const first = bounds[group]!;
    let sum = 0n;
    for (let at = first; at < bounds[group + 1]!; at++) {
      if (at % 4096 === 4095) yield;
      const row = order[at]!;
      sum += values[row]!;
      if (at - window >= first) sum -= values[order[at - window]!]!;
      if (at - window + 1 < first) continue;
      if (BigInt.asIntN(64, sum) !== sum) {
        const start = starts.subarray(row, row + 1) as Starts;
        // A window may leave 64 bits by what it leaves behind: no event is to
        // blame.
        throw sumFault(`sum${window}`, start, zoned, -1);
      }
      sums[row] = sum;
      means[row] = quotient(sum, window);
    }
  }
  return sums;
}

/** A quotient rounded once: enough bits, the lowest telling of a rest. */
function quotient(sum: bigint, divisor: number): number {
  const magnitude = (sum < 0n ? -sum : sum) << 64n;
  const whole = magnitude / BigInt(divisor);
  const hasRest = whole * BigInt(divisor) !== magnitude;
  const rounded = Number(hasRest ? whole | 1n : whole) / 2 ** 64;
  return sum < 0n ? -rounded : rounded;
}
