/**
 * Sorts values in place: radix passes over 64-bit keys, in slices that let
 * other tasks run. Large arrays are first parted around pivots, so that the
 * second array that a radix sort needs stays small.
 *
 * @module
 */

import { releaseBuffer } from "./_buffers.ts";
import type { Pace } from "../pace.ts";

/** How eight bytes become a key whose unsigned order is the values' order. */
export type KeyKind = "f64" | "i64";

/** What moves along with a value: a byte or a number. */
type Companion = Uint8Array<ArrayBuffer> | Uint32Array<ArrayBuffer>;

/** Values to sort: two words each, lower and upper. */
export interface Keys {
  /** The words; values before, keys after {@linkcode toKeys}. */
  readonly words: Uint32Array<ArrayBuffer>;
  /** Values. */
  readonly length: number;
  /** Moves with the values; bytes order equal values, too. Null for none. */
  readonly codes: Companion | null;
}

/** Values up to which the second array is simply as large as the first. */
const PART_MAX = 1 << 22;
/** Values moved between two looks at the clock. */
const SLICE = 1 << 17;
const TOP = 0x80000000;

/** Turns values into keys, or keys back into values. */
export function toKeys(
  words: Uint32Array,
  start: number,
  end: number,
  kind: KeyKind,
): void {
  for (let at = 2 * start; at < 2 * end; at += 2) {
    const high = words[at + 1]!;
    if (kind === "f64" && high >= TOP) {
      words[at] = ~words[at]!;
      words[at + 1] = ~high;
    } else words[at + 1] = high ^ TOP;
  }
}

/**
 * Sorts keys ascending, equal ones by their byte.
 *
 * @param keys The keys, in the form of {@linkcode toKeys}.
 * @param pace The clock.
 */
export async function sortKeys(keys: Keys, pace: Pace): Promise<void> {
  const parts = await partition(keys, pace);
  const size = parts.reduce((most, [from, to]) => Math.max(most, to - from), 0);
  const words = new Uint32Array(2 * size);
  const codes = companionFor(keys.codes, size);
  for (const [from, to] of parts) {
    if (to - from < 2) continue;
    const part: Keys = {
      words: keys.words.subarray(2 * from, 2 * to),
      length: to - from,
      codes: keys.codes?.subarray(from, to) ?? null,
    };
    await radixSort(part, { words, codes, length: to - from }, pace);
  }
  releaseBuffer(words.buffer);
  if (codes !== null && codes !== undefined) releaseBuffer(codes.buffer);
}

function companionFor(like: Companion | null, size: number): Companion | null {
  if (like === null) return null;
  return like instanceof Uint8Array
    ? new Uint8Array(size)
    : new Uint32Array(size);
}

/** Word, shift and width of each radix pass, least significant first. */
const DIGITS: readonly (readonly [0 | 1, number, number])[] = [
  [0, 0, 11],
  [0, 11, 11],
  [0, 22, 10],
  [1, 0, 11],
  [1, 11, 11],
  [1, 22, 10],
];

async function radixSort(keys: Keys, spare: Keys, pace: Pace): Promise<void> {
  let from = keys;
  let to = spare;
  const { length } = keys;
  if (from.codes instanceof Uint8Array) {
    const offsets = offsetsOf(codeHistogram(from.codes, length));
    if (offsets !== null) {
      for (let at = 0; at < length; at += SLICE) {
        scatterByCode(from, to, offsets, at, Math.min(at + SLICE, length));
        if (pace.due()) await pace.rest();
      }
      [from, to] = [to, from];
    }
  }
  const histograms = DIGITS.map(([, , bits]) => new Uint32Array(1 << bits));
  for (let at = 0; at < length; at += SLICE) {
    countDigits(from.words, at, Math.min(at + SLICE, length), histograms);
    if (pace.due()) await pace.rest();
  }
  for (let pass = 0; pass < DIGITS.length; pass++) {
    const offsets = offsetsOf(histograms[pass]!);
    if (offsets === null) continue;
    const [word, shift, bits] = DIGITS[pass]!;
    for (let at = 0; at < length; at += SLICE) {
      const end = Math.min(at + SLICE, length);
      scatter(from, to, offsets, word, shift, (1 << bits) - 1, at, end);
      if (pace.due()) await pace.rest();
    }
    [from, to] = [to, from];
  }
  if (from === keys) return;
  keys.words.set(from.words.subarray(0, 2 * length));
  if (from.codes !== null) keys.codes!.set(from.codes.subarray(0, length));
}

/** Where each bucket begins; null if all keys are in one. */
function offsetsOf(histogram: Uint32Array): Uint32Array | null {
  let offset = 0;
  let buckets = 0;
  for (let bucket = 0; bucket < histogram.length; bucket++) {
    const count = histogram[bucket]!;
    if (count > 0) buckets++;
    histogram[bucket] = offset;
    offset += count;
  }
  return buckets > 1 ? histogram : null;
}

function countDigits(
  words: Uint32Array,
  start: number,
  end: number,
  histograms: Uint32Array[],
): void {
  const [a, b, c, d, e, f] = histograms as [
    Uint32Array,
    Uint32Array,
    Uint32Array,
    Uint32Array,
    Uint32Array,
    Uint32Array,
  ];
  for (let at = 2 * start; at < 2 * end; at += 2) {
    const low = words[at]!;
    const high = words[at + 1]!;
    a[low & 2047]! += 1;
    b[(low >>> 11) & 2047]! += 1;
    c[low >>> 22]! += 1;
    d[high & 2047]! += 1;
    e[(high >>> 11) & 2047]! += 1;
    f[high >>> 22]! += 1;
  }
}

function scatter(
  from: Keys,
  to: Keys,
  offsets: Uint32Array,
  word: 0 | 1,
  shift: number,
  mask: number,
  start: number,
  end: number,
): void {
  const { words, codes } = from;
  const toWords = to.words;
  const toCodes = to.codes;
  for (let at = start; at < end; at++) {
    const bucket = (words[2 * at + word]! >>> shift) & mask;
    const target = offsets[bucket]!;
    offsets[bucket] = target + 1;
    toWords[2 * target] = words[2 * at]!;
    toWords[2 * target + 1] = words[2 * at + 1]!;
    if (codes !== null) toCodes![target] = codes[at]!;
  }
}

function codeHistogram(codes: Uint8Array, length: number): Uint32Array {
  const histogram = new Uint32Array(256);
  for (let at = 0; at < length; at++) histogram[codes[at]!]! += 1;
  return histogram;
}

function scatterByCode(
  from: Keys,
  to: Keys,
  offsets: Uint32Array,
  start: number,
  end: number,
): void {
  for (let at = start; at < end; at++) {
    const code = from.codes![at]!;
    const target = offsets[code]!;
    offsets[code] = target + 1;
    to.words[2 * target] = from.words[2 * at]!;
    to.words[2 * target + 1] = from.words[2 * at + 1]!;
    to.codes![target] = code;
  }
}

/** Parts of at most {@linkcode PART_MAX} keys whose order is right. */
async function partition(
  keys: Keys,
  pace: Pace,
): Promise<(readonly [number, number])[]> {
  const parts: (readonly [number, number])[] = [];
  const open: (readonly [number, number])[] = [[0, keys.length]];
  while (open.length > 0) {
    const [from, to] = open.pop()!;
    if (to - from <= PART_MAX) {
      parts.push([from, to]);
      continue;
    }
    const split = await new Split(keys, from, to).run(pace);
    if (split.from > from) open.push([from, split.from]);
    if (to > split.to) open.push([split.to, to]);
    if (keys.codes instanceof Uint8Array) {
      await sortCodes(keys.codes.subarray(split.from, split.to), pace);
    }
  }
  return parts;
}

/** Sorts the codes of equal keys. */
async function sortCodes(codes: Uint8Array, pace: Pace): Promise<void> {
  const histogram = new Uint32Array(256);
  for (let at = 0; at < codes.length; at += SLICE) {
    const end = Math.min(at + SLICE, codes.length);
    for (let index = at; index < end; index++) histogram[codes[index]!]! += 1;
    if (pace.due()) await pace.rest();
  }
  let from = 0;
  histogram.forEach((count, code) => {
    codes.fill(code, from, from + count);
    from += count;
  });
}

/** Parts keys in three: below, equal to and above a pivot (Dijkstra's). */
class Split {
  /** The first key that equals the pivot. */
  from: number;
  /** Behind the last key that equals the pivot. */
  to: number;
  readonly #keys: Keys;
  readonly #high: number;
  readonly #low: number;
  #at: number;

  constructor(keys: Keys, from: number, to: number) {
    this.#keys = keys;
    this.from = this.#at = from;
    this.to = to;
    const pivot = medianOf(keys.words, from, to);
    this.#low = keys.words[2 * pivot]!;
    this.#high = keys.words[2 * pivot + 1]!;
  }

  async run(pace: Pace): Promise<this> {
    while (this.#at < this.to) {
      this.#slice();
      if (pace.due()) await pace.rest();
    }
    return this;
  }

  #slice(): void {
    const { words } = this.#keys;
    const pivotHigh = this.#high;
    const pivotLow = this.#low;
    for (let step = 0; step < SLICE && this.#at < this.to; step++) {
      const at = this.#at;
      const high = words[2 * at + 1]!;
      let order = high - pivotHigh;
      if (order === 0) order = words[2 * at]! - pivotLow;
      if (order < 0) this.#swap(this.from++, this.#at++);
      else if (order > 0) this.#swap(at, --this.to);
      else this.#at++;
    }
  }

  #swap(a: number, b: number): void {
    const { words, codes } = this.#keys;
    const low = words[2 * a]!;
    const high = words[2 * a + 1]!;
    words[2 * a] = words[2 * b]!;
    words[2 * a + 1] = words[2 * b + 1]!;
    words[2 * b] = low;
    words[2 * b + 1] = high;
    if (codes === null) return;
    const code = codes[a]!;
    codes[a] = codes[b]!;
    codes[b] = code;
  }
}

/** The place of a key near the median: the middle of 33 samples. */
function medianOf(words: Uint32Array, from: number, to: number): number {
  const step = Math.floor((to - from) / 33);
  const samples = Array.from({ length: 33 }, (_, index) => from + index * step);
  samples.sort((a, b) =>
    words[2 * a + 1]! - words[2 * b + 1]! || words[2 * a]! - words[2 * b]!
  );
  return samples[16]!;
}
