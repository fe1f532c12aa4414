/**
 * Space-Saving: the most frequent texts of a stream in 256 counters (Metwally
 * and others, 2005), with the stream summary that makes every step O(1):
 * counters of one count stand in one bucket, oldest first.
 *
 * @module
 */

/** Counters of a sketch. */
export const COUNTERS = 256;
const SLOTS = 1024;
const NONE = -1;

/** A text with bounds of its count. */
export interface Candidate {
  /** The text. */
  readonly text: Uint8Array;
  /** The text came at least so often. */
  readonly countMin: number;
}

/** The counters. */
export class SpaceSaving {
  #size = 0;
  readonly #a = new Int32Array(COUNTERS);
  readonly #b = new Int32Array(COUNTERS);
  readonly #errors = new Float64Array(COUNTERS);
  readonly #texts: Uint8Array[] = [];
  readonly #lengths = new Int32Array(COUNTERS);
  readonly #slots = new Int16Array(SLOTS).fill(NONE);
  /** Of a counter: its bucket and its neighbours there. */
  readonly #bucket = new Int16Array(COUNTERS);
  readonly #older = new Int16Array(COUNTERS);
  readonly #newer = new Int16Array(COUNTERS);
  /** Of a bucket: its count, first and last counter, its neighbours. */
  readonly #counts = new Float64Array(COUNTERS + 1);
  readonly #oldest = new Int16Array(COUNTERS + 1);
  readonly #newest = new Int16Array(COUNTERS + 1);
  readonly #below = new Int16Array(COUNTERS + 1);
  readonly #above = new Int16Array(COUNTERS + 1);
  readonly #free: number[] = Array.from(
    { length: COUNTERS + 1 },
    (_, index) => COUNTERS - index,
  );
  #lowest = NONE;

  /**
   * Counts a text once.
   *
   * @param a First lane of its hash.
   * @param b Second lane.
   * @param bytes The bytes that hold the text.
   * @param start Where it begins.
   * @param length Its bytes.
   */
  add(
    a: number,
    b: number,
    bytes: Uint8Array,
    start: number,
    length: number,
  ): void {
    let counter = this.#find(a, b);
    if (counter !== NONE) {
      this.#raise(counter);
      return;
    }
    if (this.#size < COUNTERS) {
      counter = this.#size++;
      this.#errors[counter] = 0;
      this.#place(counter, 1, NONE);
    } else {
      counter = this.#oldest[this.#lowest]!;
      this.#errors[counter] = this.#counts[this.#lowest]!;
      this.#forget(counter);
      this.#raise(counter);
    }
    this.#name(counter, a, b, bytes, start, length);
  }

  /**
   * Puts a text in with a count, into an unfinished sketch: counts descend,
   * and of equal counts the first counts as the oldest.
   *
   * @returns False if the sketch holds a text of the same hash.
   */
  seed(a: number, b: number, text: Uint8Array, count: number): boolean {
    if (this.#find(a, b) !== NONE) return false;
    const counter = this.#size++;
    this.#errors[counter] = 0;
    const lowest = this.#lowest;
    if (lowest !== NONE && this.#counts[lowest] === count) {
      this.#append(counter, lowest);
    } else this.#place(counter, count, NONE);
    this.#name(counter, a, b, text, 0, text.length);
    return true;
  }

  /** The texts whose lower bound is above 0. */
  candidates(): Candidate[] {
    const found: Candidate[] = [];
    for (let counter = 0; counter < this.#size; counter++) {
      const count = this.#counts[this.#bucket[counter]!]!;
      const countMin = count - this.#errors[counter]!;
      const text = this.#texts[counter]!.subarray(0, this.#lengths[counter]);
      if (countMin > 0) found.push({ text, countMin });
    }
    return found;
  }

  #name(
    counter: number,
    a: number,
    b: number,
    bytes: Uint8Array,
    start: number,
    length: number,
  ): void {
    this.#a[counter] = a;
    this.#b[counter] = b;
    let text = this.#texts[counter];
    if (text === undefined || text.length < length) {
      text = new Uint8Array(Math.max(16, length));
      this.#texts[counter] = text;
    }
    for (let at = 0; at < length; at++) text[at] = bytes[start + at]!;
    this.#lengths[counter] = length;
    let slot = a & (SLOTS - 1);
    while (this.#slots[slot] !== NONE) slot = slot + 1 & (SLOTS - 1);
    this.#slots[slot] = counter;
  }

  #find(a: number, b: number): number {
    let slot = a & (SLOTS - 1);
    while (true) {
      const counter = this.#slots[slot]!;
      if (counter === NONE) return NONE;
      if (this.#a[counter] === a && this.#b[counter] === b) return counter;
      slot = slot + 1 & (SLOTS - 1);
    }
  }

  /** Takes a counter out of the table; later ones of its run move up. */
  #forget(counter: number): void {
    const slots = this.#slots;
    let hole = this.#a[counter]! & (SLOTS - 1);
    while (slots[hole] !== counter) hole = hole + 1 & (SLOTS - 1);
    let slot = hole;
    while (true) {
      slot = slot + 1 & (SLOTS - 1);
      const other = slots[slot]!;
      if (other === NONE) break;
      const home = this.#a[other]! & (SLOTS - 1);
      const distance = slot - home & (SLOTS - 1);
      if (distance >= (slot - hole & (SLOTS - 1))) {
        slots[hole] = other;
        hole = slot;
      }
    }
    slots[hole] = NONE;
  }

  /** Moves a counter to the bucket of the next count, as its newest. */
  #raise(counter: number): void {
    const from = this.#bucket[counter]!;
    const count = this.#counts[from]! + 1;
    const above = this.#above[from]!;
    if (above !== NONE && this.#counts[above] === count) {
      this.#leave(counter, from);
      this.#append(counter, above);
    } else if (this.#oldest[from] === this.#newest[from]) {
      this.#counts[from] = count;
    } else {
      this.#leave(counter, from);
      this.#place(counter, count, from);
    }
  }

  /** Puts a counter into a new bucket above another, or lowest of all. */
  #place(counter: number, count: number, below: number): void {
    if (below === NONE && this.#lowest !== NONE) {
      if (this.#counts[this.#lowest] === count) {
        this.#append(counter, this.#lowest);
        return;
      }
    }
    const bucket = this.#free.pop()!;
    const above = below === NONE ? this.#lowest : this.#above[below]!;
    this.#counts[bucket] = count;
    this.#below[bucket] = below;
    this.#above[bucket] = above;
    this.#oldest[bucket] = NONE;
    this.#newest[bucket] = NONE;
    if (below === NONE) this.#lowest = bucket;
    else this.#above[below] = bucket;
    if (above !== NONE) this.#below[above] = bucket;
    this.#append(counter, bucket);
  }

  #append(counter: number, bucket: number): void {
    const newest = this.#newest[bucket]!;
    this.#bucket[counter] = bucket;
    this.#older[counter] = newest;
    this.#newer[counter] = NONE;
    if (newest === NONE) this.#oldest[bucket] = counter;
    else this.#newer[newest] = counter;
    this.#newest[bucket] = counter;
  }

  #leave(counter: number, bucket: number): void {
    const older = this.#older[counter]!;
    const newer = this.#newer[counter]!;
    if (older === NONE) this.#oldest[bucket] = newer;
    else this.#newer[older] = newer;
    if (newer === NONE) this.#newest[bucket] = older;
    else this.#older[newer] = older;
    if (this.#oldest[bucket] !== NONE) return;
    const below = this.#below[bucket]!;
    const above = this.#above[bucket]!;
    if (below === NONE) this.#lowest = above;
    else this.#above[below] = above;
    if (above !== NONE) this.#below[above] = below;
    this.#free.push(bucket);
  }
}
