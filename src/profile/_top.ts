/**
 * The most frequent of many: by count, equal counts by value.
 *
 * @module
 */

import { compareBytes } from "./_bytes.ts";

/** Frequent values in a report. */
export const TOP_COUNT = 5;

/** A frequent text. */
export interface FrequentText {
  /** The text. */
  readonly text: Uint8Array;
  /** How often it came. */
  readonly count: number;
}

/** The most frequent of texts that come in any order, each once. */
export class TopTexts {
  /** The texts so far, the most frequent first. */
  readonly texts: FrequentText[] = [];
  readonly #limit: number;

  /**
   * Starts without texts.
   *
   * @param limit The most texts to keep.
   */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Takes a text and its count into account. */
  add(bytes: Uint8Array, start: number, end: number, count: number): void {
    const { texts } = this;
    if (texts.length === this.#limit) {
      if (!isBefore(bytes, start, end, count, texts[texts.length - 1]!)) return;
      texts.pop();
    }
    let low = 0;
    let high = texts.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (isBefore(bytes, start, end, count, texts[middle]!)) high = middle;
      else low = middle + 1;
    }
    texts.splice(low, 0, { text: bytes.slice(start, end), count });
  }
}

function isBefore(
  bytes: Uint8Array,
  start: number,
  end: number,
  count: number,
  other: FrequentText,
): boolean {
  if (count !== other.count) return count > other.count;
  const { text } = other;
  return compareBytes(bytes, start, end, text, 0, text.length) < 0;
}

/** The most frequent of values that come in ascending order. */
export class TopValues<V> {
  /** The values so far, the most frequent first. */
  readonly values: { value: V; count: number }[] = [];
  /** A value with a smaller or equal count has no place any more. */
  countMin = 0;

  /** Takes a value and its count, above `countMin`, into account. */
  add(value: V, count: number): void {
    const { values } = this;
    let at = values.length;
    while (at > 0 && values[at - 1]!.count < count) at--;
    values.splice(at, 0, { value, count });
    if (values.length > TOP_COUNT) values.pop();
    if (values.length === TOP_COUNT) {
      this.countMin = values[TOP_COUNT - 1]!.count;
    }
  }
}
