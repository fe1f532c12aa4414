/**
 * A growing buffer of bytes with writers for numbers: what the printers of
 * rows write into. No strings are made for integers, dates and texts.
 *
 * @module
 */

const MINUS = 45;
const ZERO = 48;
const COLON = 58;
const EIGHT_DIGITS = 100_000_000;

/**
 * Room for a chunk of printed rows at first: a small table should not pay for
 * a large array.
 *
 * @param fields Rows times columns.
 * @param chunkBytes Bytes of a whole chunk.
 * @returns The bytes.
 */
export function roomFor(fields: number, chunkBytes: number): number {
  return Math.min(chunkBytes + 4096, 512 + 16 * fields);
}

/** Bytes under construction. */
export class ByteSink {
  /** The buffer; `length` bytes of it are written. */
  bytes: Uint8Array<ArrayBuffer>;
  /** Bytes written. */
  length = 0;

  /** A sink with room for `capacity` bytes at first. */
  constructor(capacity: number) {
    this.bytes = new Uint8Array(capacity);
  }

  /** Makes room for `size` more bytes. */
  reserve(size: number): void {
    const needed = this.length + size;
    if (needed <= this.bytes.length) return;
    const bytes = new Uint8Array(Math.max(needed, this.bytes.length * 2));
    bytes.set(this.bytes.subarray(0, this.length));
    this.bytes = bytes;
  }

  /** A copy of what was written; the sink is empty again. */
  take(): Uint8Array<ArrayBuffer> {
    const taken = this.bytes.slice(0, this.length);
    this.length = 0;
    return taken;
  }

  /** Appends one byte. */
  byte(value: number): void {
    if (this.length === this.bytes.length) this.reserve(1);
    this.bytes[this.length++] = value;
  }

  /** Appends the bytes `start` to `end` (exclusive) of an array. */
  copy(from: Uint8Array, start: number, end: number): void {
    const size = end - start;
    this.reserve(size);
    if (size > 48) {
      this.bytes.set(from.subarray(start, end), this.length);
      this.length += size;
      return;
    }
    const bytes = this.bytes;
    let at = this.length;
    for (let index = start; index < end; index++) bytes[at++] = from[index]!;
    this.length = at;
  }

  /** Appends a text of ASCII characters. */
  ascii(text: string): void {
    this.reserve(text.length);
    for (let index = 0; index < text.length; index++) {
      this.bytes[this.length++] = text.charCodeAt(index);
    }
  }

  /** Appends the digits of an integer within ±2^53. */
  integer(value: number): void {
    this.reserve(17);
    let rest = value;
    if (rest < 0) {
      this.bytes[this.length++] = MINUS;
      rest = -rest;
    }
    if (rest < EIGHT_DIGITS) return this.#small(rest, countDigits(rest));
    const upper = Math.floor(rest / EIGHT_DIGITS);
    // The rest of a division by a power of ten is exact: both are integers.
    const lower = rest - upper * EIGHT_DIGITS;
    if (upper < EIGHT_DIGITS) this.#small(upper, countDigits(upper));
    else this.integer(upper);
    this.#small(lower, 8);
  }

  /** Appends exactly so many digits, up to nine, of a number without sign. */
  digits(value: number, count: number): void {
    this.reserve(count);
    this.#small(value, count);
  }

  /** Appends `YYYY-MM-DD` of a day of the years 0000 to 9999. */
  day(days: number): void {
    this.reserve(10);
    // Years begin in March inside, so that the leap day comes last.
    const shifted = (days + 719_468) | 0;
    const era = (shifted / 146_097) | 0;
    const dayOfEra = (shifted - era * 146_097) | 0;
    const leaps = ((dayOfEra / 1460) | 0) - ((dayOfEra / 36_524) | 0) +
      ((dayOfEra / 146_096) | 0);
    const yearOfEra = ((dayOfEra - leaps) / 365) | 0;
    const dayOfYear = dayOfEra -
      (365 * yearOfEra + (yearOfEra >> 2) - ((yearOfEra / 100) | 0));
    const march = ((5 * dayOfYear + 2) / 153) | 0;
    const month = march < 10 ? march + 3 : march - 9;
    this.#small(yearOfEra + era * 400 + (month <= 2 ? 1 : 0), 4);
    this.bytes[this.length++] = MINUS;
    this.#two(month);
    this.bytes[this.length++] = MINUS;
    this.#two(dayOfYear - (((153 * march + 2) / 5) | 0) + 1);
  }

  /** Appends `HH:MM:SS` of a second of a day. */
  clock(second: number): void {
    this.reserve(8);
    const minutes = (second / 60) | 0;
    const hours = (minutes / 60) | 0;
    this.#two(hours);
    this.bytes[this.length++] = COLON;
    this.#two(minutes - hours * 60);
    this.bytes[this.length++] = COLON;
    this.#two(second - minutes * 60);
  }

  #two(value: number): void {
    const tens = (value / 10) | 0;
    this.bytes[this.length++] = ZERO + tens;
    this.bytes[this.length++] = ZERO + value - tens * 10;
  }

  /** In 32 bits, where a division is a multiplication. */
  #small(value: number, count: number): void {
    const bytes = this.bytes;
    const end = this.length + count;
    let rest = value | 0;
    for (let at = end - 1; at >= this.length; at--) {
      const next = (rest / 10) | 0;
      bytes[at] = ZERO + rest - next * 10;
      rest = next;
    }
    this.length = end;
  }
}

/** Digits of a number below 10^8. */
function countDigits(value: number): number {
  if (value < 10_000) {
    return value < 100 ? value < 10 ? 1 : 2 : value < 1000 ? 3 : 4;
  }
  if (value < 1_000_000) return value < 100_000 ? 5 : 6;
  return value < 10_000_000 ? 7 : 8;
}
