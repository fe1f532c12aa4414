/**
 * The TypeScript engine of timelines, first half: from each row's time and
 * type to one whole number, in whose order rows go and by which they merge.
 *
 * @module
 */

import { periodStart } from "./_calendar.ts";
import { BY_HOUR, type Job } from "./_job.ts";
import { secondsOf, wordsOf } from "./_words.ts";
import { ENTRY, entryAt, FROM, hourStart, OFFSET } from "./_zone.ts";

/** Rows between two looks at the clock. */
export const BLOCK = 65_536;

const DAY = 86_400;
const WORD = 2 ** 32;
/** Whole numbers below are exact. */
const EXACT = 2 ** 53;

/** Keys of all rows, and what they stand for. */
export interface Keys {
  /** `offset * groups + rank` of each row. */
  readonly keys: Float64Array<ArrayBuffer>;
  /** One more than the largest key may be. */
  readonly end: number;
  /** Whether the keys ascend already. */
  readonly sorted: boolean;
  /**
   * The start (days or seconds) that an offset stands for, or null where
   * starts are the times of the rows.
   */
  readonly startOf: ((offset: number) => number) | null;
}

/** Makes the keys in steps. */
export function* keysOf(job: Job): Generator<void, Keys> {
  const plain = yield* plainKeys(job);
  if (plain !== null) {
    const { keys, isStart } = plain;
    const scale = yield* scaleOf(keys, unitsOf(job));
    const end = (scale.span + 1) * job.groups;
    if (end <= EXACT) {
      const { least, unit } = scale;
      const sorted = yield* compose(job, keys, least, unit);
      const startOf = isStart ? (at: number) => least + at * unit : null;
      return { keys, end, sorted, startOf };
    }
  }
  return yield* rankedKeys(job, plain);
}

interface PlainKeys {
  readonly keys: Float64Array<ArrayBuffer>;
  readonly isStart: boolean;
}

/**
 * Starts of periods in days or seconds, or microseconds from the first;
 * null where the times lie more than 285 years apart.
 */
function* plainKeys(job: Job): Generator<void, PlainKeys | null> {
  const { times, rows, by } = job;
  const keys = new Float64Array(rows);
  const fill = by > 0 ? periodFiller(job, keys) : timeFiller(job, keys);
  if (fill === null) return null;
  for (let from = 0; from < rows; from += BLOCK) {
    fill(from, Math.min(from + BLOCK, rows));
    yield;
  }
  return { keys, isStart: by > 0 || times instanceof Int32Array };
}

type Filler = (from: number, to: number) => void;

function timeFiller(
  { times, first, last }: Job,
  keys: Float64Array,
): Filler | null {
  if (times instanceof Int32Array) {
    return (from, to) => keys.set(times.subarray(from, to), from);
  }
  const words = wordsOf(times);
  const high = Math.floor(first * 1e6 / WORD) - 1;
  if ((last - first + 10_000) * 1e6 > EXACT) return null;
  return (from, to) => {
    for (let row = from; row < to; row++) {
      keys[row] = (words[2 * row + 1]! - high) * WORD +
        (words[2 * row]! >>> 0);
    }
  };
}

function periodFiller(job: Job, keys: Float64Array): Filler {
  const { times, by, zone } = job;
  if (times instanceof Int32Array) {
    const starts = new StartTable(job);
    return (from, to) => {
      for (let row = from; row < to; row++) {
        keys[row] = starts.of(times[row]!);
      }
    };
  }
  const words = wordsOf(times);
  if (by === BY_HOUR) return hourFiller(words, zone, keys);
  const starts = new StartTable(job);
  let at = 0;
  return (from, to) => {
    for (let row = from; row < to; row++) {
      const second = secondsOf(words[2 * row]!, words[2 * row + 1]!);
      if (zone.length > ENTRY) at = entryAt(zone, second, FROM, at);
      keys[row] = starts.of(Math.floor((second + zone[at + OFFSET]!) / DAY));
    }
  };
}

function hourFiller(
  words: Int32Array,
  zone: Float64Array,
  keys: Float64Array,
): Filler {
  let at = 0;
  return (from, to) => {
    for (let row = from; row < to; row++) {
      const second = secondsOf(words[2 * row]!, words[2 * row + 1]!);
      if (zone.length > ENTRY) at = entryAt(zone, second, FROM, at);
      keys[row] = hourStart(zone, second, at);
    }
  };
}

/** First days of periods, each worked out once where that pays. */
class StartTable {
  readonly #by: number;
  readonly #first: number;
  readonly #starts: Int32Array | null;

  constructor({ by, first, last, rows }: Job) {
    this.#by = by;
    // A clock differs from UTC by a day at most.
    this.#first = Math.floor(first / DAY) - 1;
    const days = rows === 0 ? 0 : Math.floor(last / DAY) + 2 - this.#first;
    if (days > 4 * rows) {
      this.#starts = null;
      return;
    }
    this.#starts = new Int32Array(days);
    for (let day = 0; day < days; day++) {
      this.#starts[day] = periodStart(by, this.#first + day);
    }
  }

  of(day: number): number {
    return this.#starts === null
      ? periodStart(this.#by, day)
      : this.#starts[day - this.#first]!;
  }
}

/** What keys may be whole multiples of, as counted from the least. */
function unitsOf({ by, times }: Job): readonly number[] {
  if (by === BY_HOUR) return [1800];
  return by === 0 && !(times instanceof Int32Array) ? [1_000_000, 1000] : [];
}

/** The least key, a unit that divides all others, and how many it spans. */
function* scaleOf(
  keys: Float64Array,
  units: readonly number[],
): Generator<void, { least: number; unit: number; span: number }> {
  let least = Infinity;
  let most = -Infinity;
  for (let row = 0; row < keys.length; row++) {
    const key = keys[row]!;
    if (key < least) least = key;
    if (key > most) most = key;
  }
  if (keys.length === 0) return { least: 0, unit: 1, span: 0 };
  yield;
  let unit = 1;
  for (const one of units) {
    if (!(yield* divides(one, keys, least))) continue;
    unit = one;
    break;
  }
  return { least, unit, span: (most - least) / unit };
}

function* divides(
  unit: number,
  keys: Float64Array,
  least: number,
): Generator<void, boolean> {
  for (let row = 0; row < keys.length; row++) {
    if (row % BLOCK === BLOCK - 1) yield;
    const distance = keys[row]! - least;
    if (Math.floor(distance / unit) * unit !== distance) return false;
  }
  return true;
}

/** Turns starts into keys, in place. True if they ascend. */
function* compose(
  { groups, ranks }: Job,
  keys: Float64Array,
  least: number,
  unit: number,
): Generator<void, boolean> {
  let sorted = true;
  let previous = -1;
  for (let from = 0; from < keys.length; from += BLOCK) {
    const to = Math.min(from + BLOCK, keys.length);
    for (let row = from; row < to; row++) {
      let key = (keys[row]! - least) / unit;
      if (ranks !== null) key = key * groups + ranks[row]!;
      keys[row] = key;
      if (key < previous) sorted = false;
      previous = key;
    }
    yield;
  }
  return sorted;
}

/**
 * Keys of times too far apart for plain ones: the place of each among the
 * distinct times. Slower, and rare: a sentinel such as 9999-12-31 does it.
 */
function* rankedKeys(
  job: Job,
  plain: PlainKeys | null,
): Generator<void, Keys> {
  const values = plain?.keys ?? job.times;
  const sorted = values.slice().sort();
  yield;
  let distinct = 0;
  for (let at = 0; at < sorted.length; at++) {
    if (at === 0 || sorted[at] !== sorted[at - 1]) {
      sorted[distinct++] = sorted[at]!;
    }
  }
  const keys = new Float64Array(job.rows);
  const end = distinct * job.groups;
  if (end > EXACT) {
    throw new RangeError(
      `Cannot make a timeline: ${distinct} times of ${job.groups} types are ` +
        "too many",
    );
  }
  for (let from = 0; from < job.rows; from += BLOCK) {
    const to = Math.min(from + BLOCK, job.rows);
    for (let row = from; row < to; row++) {
      keys[row] = placeOf(sorted, distinct, values[row]!);
    }
    yield;
  }
  const isSorted = yield* compose(job, keys, 0, 1);
  const startOf = plain?.isStart ? (at: number) => Number(sorted[at]) : null;
  return { keys, end, sorted: isSorted, startOf };
}

function placeOf(
  sorted: ArrayLike<number | bigint>,
  length: number,
  value: number | bigint,
): number {
  let low = 0;
  let high = length - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
