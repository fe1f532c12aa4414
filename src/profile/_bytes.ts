/**
 * Texts as bytes: their order, their length in code points, the smallest and
 * the largest of many.
 *
 * @module
 */

/**
 * Compares two texts by their bytes; a prefix comes first.
 *
 * @param a Bytes that hold the one text.
 * @param aStart Where it begins.
 * @param aEnd Where it ends.
 * @param b Bytes that hold the other.
 * @param bStart Where it begins.
 * @param bEnd Where it ends.
 * @returns Below, at or above 0.
 */
export function compareBytes(
  a: Uint8Array,
  aStart: number,
  aEnd: number,
  b: Uint8Array,
  bStart: number,
  bEnd: number,
): number {
  const length = Math.min(aEnd - aStart, bEnd - bStart);
  for (let at = 0; at < length; at++) {
    const order = a[aStart + at]! - b[bStart + at]!;
    if (order !== 0) return order;
  }
  return (aEnd - aStart) - (bEnd - bStart);
}

/** The number of code points of a valid UTF-8 text. */
export function codePoints(
  bytes: Uint8Array,
  start: number,
  end: number,
): number {
  let count = 0;
  for (let at = start; at < end; at++) {
    if ((bytes[at]! & 0xC0) !== 0x80) count++;
  }
  return count;
}

// A byte order mark inside the data is a character like any other.
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** The text as a string. */
export function decode(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}

/** The smallest and the largest text of many, by their bytes. */
export class TextRange {
  /** The smallest; null while there is none. */
  min: Uint8Array | null = null;
  /** The largest. */
  max: Uint8Array | null = null;

  /** Takes a text into account. */
  add(bytes: Uint8Array, start: number, end: number): void {
    const { min, max } = this;
    if (min === null || max === null) {
      this.min = this.max = bytes.slice(start, end);
      return;
    }
    if (compareBytes(bytes, start, end, min, 0, min.length) < 0) {
      this.min = bytes.slice(start, end);
    } else if (compareBytes(bytes, start, end, max, 0, max.length) > 0) {
      this.max = bytes.slice(start, end);
    }
  }
}

/** The shortest and the longest text of many, in code points. */
export class LengthRange {
  /** Of the shortest; Infinity while there is none. */
  min: number = Infinity;
  /** Of the longest. */
  max: number = -Infinity;

  /** Takes a text into account. */
  add(bytes: Uint8Array, start: number, end: number): void {
    const length = end - start;
    // A code point has one to four bytes, so most texts need no counting.
    if (length <= this.max && length >= 4 * this.min) return;
    this.addLength(codePoints(bytes, start, end));
  }

  /** Takes a length into account. */
  addLength(length: number): void {
    if (length < this.min) this.min = length;
    if (length > this.max) this.max = length;
  }
}
