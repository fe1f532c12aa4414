/**
 * The distinct texts of a column with their counts: open addressing over
 * typed arrays, keyed by raw bytes. Nothing here makes strings.
 *
 * @module
 */

import {
  allocate,
  moved,
  movedSlowly,
  release,
  SMALL_BYTES,
} from "./_buffers.ts";
import type { Pace } from "../pace.ts";
import { FastpathError } from "../errors.ts";

/** The share of slots that may be taken. */
const LOAD_MAX = 0.8;
const ENTRIES_START = 64;
const ARENA_START = 1024;
/** Offsets in the arena are 32-bit. */
const ARENA_MAX = 2 ** 32 - 1;

/** Distinct texts, numbered in order of first appearance. */
export class TextMap {
  /** Distinct texts. */
  size = 0;
  /** The texts' bytes, one after the other. */
  arena: Uint8Array<ArrayBuffer> = new Uint8Array(ARENA_START);
  /** How often each text came. */
  counts: Float64Array<ArrayBuffer> = new Float64Array(ENTRIES_START);
  /** The forms that each text fits; see `_forms.ts`. */
  fits: Uint8Array<ArrayBuffer> = new Uint8Array(ENTRIES_START);
  /** The palette code of each text's shape; see `_forms.ts`. */
  codes: Uint8Array<ArrayBuffer> = new Uint8Array(ENTRIES_START);
  #ends = new Uint32Array(ENTRIES_START);
  #view = new DataView(this.arena.buffer);
  /** Pairs of a hash and an entry's number + 1; 0 is free. */
  #slots = new Int32Array(4 * ENTRIES_START);
  #mask = 2 * ENTRIES_START - 1;

  /** Where a text begins in the arena. */
  start(id: number): number {
    return id === 0 ? 0 : this.#ends[id - 1]!;
  }

  /** Where a text ends in the arena. */
  end(id: number): number {
    return this.#ends[id]!;
  }

  /** View of the arena, for hashing. */
  get view(): DataView {
    return this.#view;
  }

  /**
   * Counts a text. It is new if `size` grew.
   *
   * @param bytes The bytes that hold the text.
   * @param view View of the same bytes.
   * @param start Where the text begins.
   * @param length Its bytes.
   * @returns The text's number.
   */
  add(
    bytes: Uint8Array,
    view: DataView,
    start: number,
    length: number,
  ): number {
    const hash = hashOf(view, start, length);
    const slots = this.#slots;
    let slot = (hash & this.#mask) << 1;
    while (true) {
      const id = slots[slot + 1]! - 1;
      if (id < 0) return this.#insert(bytes, start, length, hash, slot);
      if (slots[slot] === hash && this.#holds(id, view, start, length)) {
        this.counts[id]! += 1;
        return id;
      }
      slot = ((slot >> 1) + 1 & this.#mask) << 1;
    }
  }

  #holds(id: number, view: DataView, start: number, length: number): boolean {
    const own = id === 0 ? 0 : this.#ends[id - 1]!;
    if (this.#ends[id]! - own !== length) return false;
    const mine = this.#view;
    let at = 0;
    for (; at + 4 <= length; at += 4) {
      if (mine.getInt32(own + at, true) !== view.getInt32(start + at, true)) {
        return false;
      }
    }
    for (; at < length; at++) {
      if (mine.getUint8(own + at) !== view.getUint8(start + at)) return false;
    }
    return true;
  }

  #insert(
    bytes: Uint8Array,
    start: number,
    length: number,
    hash: number,
    slot: number,
  ): number {
    const id = this.size++;
    const own = id === 0 ? 0 : this.#ends[id - 1]!;
    if (id === this.counts.length) this.#growEntries();
    if (own + length > this.arena.length) this.#growArena(own + length);
    const arena = this.arena;
    if (length < 32) {
      for (let at = 0; at < length; at++) arena[own + at] = bytes[start + at]!;
    } else arena.set(bytes.subarray(start, start + length), own);
    this.#ends[id] = own + length;
    this.counts[id] = 1;
    this.#slots[slot] = hash;
    this.#slots[slot + 1] = id + 1;
    if (this.size > LOAD_MAX * (this.#mask + 1)) {
      const slots = new Int32Array(2 * this.#slots.length);
      rehash(this.#slots, slots, 0, this.#slots.length);
      this.#useSlots(slots);
    }
    return id;
  }

  #useSlots(slots: Int32Array<ArrayBuffer>): void {
    release(this.#slots);
    this.#slots = slots;
    this.#mask = slots.length / 2 - 1;
  }

  #growEntries(): void {
    const used = this.counts.length;
    const size = used * 2;
    this.counts = moved(this.counts, new Float64Array(size), used);
    this.fits = moved(this.fits, new Uint8Array(size), used);
    this.codes = moved(this.codes, new Uint8Array(size), used);
    this.#ends = moved(this.#ends, new Uint32Array(size), used);
  }

  #growArena(needed: number): void {
    const arena = allocate(() => new Uint8Array(this.#arenaSize(needed)));
    this.#useArena(moved(this.arena, arena, this.#arenaUsed()));
  }

  #arenaSize(needed: number): number {
    if (needed > ARENA_MAX) {
      throw new FastpathError(
        "OUT_OF_MEMORY",
        "Cannot profile input: the distinct texts of a column take more " +
          "than 4 GiB, lower the option memory",
      );
    }
    return Math.max(Math.min(this.arena.length * 2, ARENA_MAX), needed);
  }

  #arenaUsed(): number {
    return this.size <= 1 ? 0 : this.#ends[this.size - 2]!;
  }

  #useArena(arena: Uint8Array<ArrayBuffer>): void {
    this.arena = arena;
    this.#view = new DataView(arena.buffer);
  }

  /**
   * Makes room before a block where growing would take long, in slices;
   * small arrays grow on the way.
   *
   * @param rows The most texts that the block may add.
   * @param bytes The most bytes that they may have.
   * @param pace The clock.
   */
  async reserve(rows: number, bytes: number, pace: Pace): Promise<void> {
    const slots = this.#slots;
    if (
      slots.byteLength >= SMALL_BYTES &&
      this.size + rows > LOAD_MAX * (this.#mask + 1)
    ) {
      const grown = allocate(() => new Int32Array(2 * slots.length));
      const step = 1 << 18;
      for (let at = 0; at < slots.length; at += step) {
        rehash(slots, grown, at, Math.min(at + step, slots.length));
        if (pace.due()) await pace.rest();
      }
      this.#useSlots(grown);
    }
    const used = this.size;
    if (
      this.counts.byteLength >= SMALL_BYTES && used + rows > this.counts.length
    ) await this.#growEntriesSlowly(pace);
    const end = used === 0 ? 0 : this.#ends[used - 1]!;
    if (this.arena.length >= SMALL_BYTES && end + bytes > this.arena.length) {
      const size = this.#arenaSize(end + bytes);
      const arena = allocate(() => new Uint8Array(size));
      this.#useArena(await movedSlowly(this.arena, arena, end, pace));
    }
  }

  async #growEntriesSlowly(pace: Pace): Promise<void> {
    const size = this.counts.length * 2;
    const used = this.size;
    const counts = allocate(() => new Float64Array(size));
    this.counts = await movedSlowly(this.counts, counts, used, pace);
    const fits = allocate(() => new Uint8Array(size));
    this.fits = await movedSlowly(this.fits, fits, used, pace);
    const codes = allocate(() => new Uint8Array(size));
    this.codes = await movedSlowly(this.codes, codes, used, pace);
    const ends = allocate(() => new Uint32Array(size));
    this.#ends = await movedSlowly(this.#ends, ends, used, pace);
  }

  /** Gives the table of slots back: no text is added any more. */
  freeze(): void {
    release(this.#slots);
  }

  /** Gives all memory back. */
  free(): void {
    this.size = 0;
    for (
      const store of [
        this.#slots,
        this.arena,
        this.counts,
        this.fits,
        this.codes,
        this.#ends,
      ]
    ) release(store);
  }
}

/** Any good hash will do: no figure depends on it. */
function hashOf(view: DataView, start: number, length: number): number {
  let hash = length;
  const end = start + length;
  let at = start;
  for (; at + 4 <= end; at += 4) {
    hash = Math.imul(hash ^ view.getInt32(at, true), 0x9E3779B1);
    hash ^= hash >>> 15;
  }
  for (; at < end; at++) {
    hash = Math.imul(hash ^ view.getUint8(at), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85EBCA6B);
  return hash ^ (hash >>> 13);
}

/** Puts the entries of `from[start..end)` into a table twice the size. */
function rehash(
  from: Int32Array,
  to: Int32Array,
  start: number,
  end: number,
): void {
  const mask = to.length / 2 - 1;
  for (let at = start; at < end; at += 2) {
    const id = from[at + 1]!;
    if (id === 0) continue;
    const hash = from[at]!;
    let slot = (hash & mask) << 1;
    while (to[slot + 1] !== 0) slot = ((slot >> 1) + 1 & mask) << 1;
    to[slot] = hash;
    to[slot + 1] = id;
  }
}
