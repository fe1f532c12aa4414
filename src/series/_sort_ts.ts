/**
 * The TypeScript engine of timelines: rows in the order of their keys, by a
 * radix sort that keeps equal keys in the order of their rows.
 *
 * @module
 */

import { BLOCK } from "./_keys_ts.ts";

const WORD = 2 ** 32;
const DIGIT_BITS = 11;
/** Fewer rows are compared. */
const FEW = 100;

/**
 * Sorts rows by key, in steps.
 *
 * @param keys Whole numbers from 0.
 * @param end One more than the largest may be; at most 2^53.
 * @returns The rows in order.
 */
export function* orderOf(
  keys: Float64Array,
  end: number,
): Generator<void, Uint32Array<ArrayBuffer>> {
  if (keys.length < FEW) {
    return identity(keys.length).sort((a, b) => keys[a]! - keys[b]! || a - b);
  }
  const low = new Uint32Array(keys.length);
  const high = end > WORD ? new Uint32Array(keys.length) : null;
  for (let row = 0; row < keys.length; row++) {
    const key = keys[row]!;
    low[row] = key;
    if (high !== null) high[row] = key / WORD;
  }
  yield;
  const order = identity(keys.length);
  yield;
  const sorted = yield* sortWords(low, order, high === null ? end : WORD);
  if (high === null) return sorted;
  const upper = new Uint32Array(keys.length);
  for (let at = 0; at < upper.length; at++) upper[at] = high[sorted[at]!]!;
  yield;
  return yield* sortWords(upper, sorted, Math.ceil(end / WORD));
}

/** The rows as they come. */
export function identity(rows: number): Uint32Array<ArrayBuffer> {
  const order = new Uint32Array(rows);
  for (let row = 0; row < rows; row++) order[row] = row;
  return order;
}

/** Moves words and rows until the words ascend. Both arrays are used up. */
function* sortWords(
  words: Uint32Array<ArrayBuffer>,
  rows: Uint32Array<ArrayBuffer>,
  end: number,
): Generator<void, Uint32Array<ArrayBuffer>> {
  const bits = Math.max(1, Math.ceil(Math.log2(end)));
  const passes = Math.ceil(bits / DIGIT_BITS);
  const width = Math.ceil(bits / passes);
  let from = { words, rows };
  let to = {
    words: new Uint32Array(words.length),
    rows: new Uint32Array(words.length),
  };
  for (let pass = 0; pass < passes; pass++) {
    const shift = pass * width;
    const places = placesOf(from.words, shift, width);
    yield;
    if (places === null) continue;
    for (let at = 0; at < words.length; at += BLOCK) {
      const last = Math.min(at + BLOCK, words.length);
      scatter(from, to, places, shift, at, last);
      yield;
    }
    [from, to] = [to, from];
  }
  return from.rows;
}

/** Where the words of each digit begin; null if all have the same digit. */
function placesOf(
  words: Uint32Array,
  shift: number,
  width: number,
): Uint32Array | null {
  const mask = (1 << width) - 1;
  const places = new Uint32Array(mask + 1);
  for (let at = 0; at < words.length; at++) {
    places[(words[at]! >>> shift) & mask]!++;
  }
  let sum = 0;
  for (let digit = 0; digit <= mask; digit++) {
    const count = places[digit]!;
    if (count === words.length) return null;
    places[digit] = sum;
    sum += count;
  }
  return places;
}

interface Pairs {
  readonly words: Uint32Array<ArrayBuffer>;
  readonly rows: Uint32Array<ArrayBuffer>;
}

function scatter(
  from: Pairs,
  to: Pairs,
  places: Uint32Array,
  shift: number,
  first: number,
  last: number,
): void {
  const mask = places.length - 1;
  const { words, rows } = from;
  const { words: toWords, rows: toRows } = to;
  for (let at = first; at < last; at++) {
    const word = words[at]!;
    const digit = (word >>> shift) & mask;
    const place = places[digit]!;
    places[digit] = place + 1;
    toWords[place] = word;
    toRows[place] = rows[at]!;
  }
}
