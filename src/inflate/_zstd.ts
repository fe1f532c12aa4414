/**
 * Decodes Zstandard, frame by frame and block by block. The decoders of the
 * runtimes are not used: Node 20 has none, and that of Deno 2.9 takes one
 * frame only, does not tell of one that is cut off, and ends the process at
 * a damaged one.
 *
 * Source: RFC 8878.
 *
 * @module
 */

import { Xxh64 } from "./_xxh64.ts";
import {
  BLOCK_BYTES_MAX,
  decodeBlock,
  type FrameState,
  type History,
} from "./_zstd_block.ts";

type Bytes = Uint8Array<ArrayBuffer>;

const MAGIC = 0xfd2fb528;
/** Frames for other programs: the last four bits are free. */
const SKIPPABLE = 0x184d2a50;
/** The largest window, as in the reference decoder. */
const WINDOW_BYTES_MAX = 2 ** 27;

const BLOCK_RAW = 0;
const BLOCK_RLE = 1;
const BLOCK_RESERVED = 3;
const DICTIONARY_ID_BYTES = [0, 1, 2, 4];

/** What the bytes are that come next. */
type Expected = "magic" | "skipped size" | "skipped" | "head" | "block" | "sum";

/** A frame under way. */
interface Frame {
  readonly state: FrameState;
  readonly history: History;
  readonly window: number;
  readonly hash: Xxh64 | null;
  /** Bytes of content still to come, or null where that is not said. */
  left: number | null;
}

/** Decodes frames that come in pieces of any size. */
export class Zstd {
  #pending: Bytes = new Uint8Array(0);
  #expected: Expected = "magic";
  #skip = 0;
  #frame: Frame | null = null;

  /** Whether the data may end here. */
  get isBetween(): boolean {
    return this.#expected === "magic" && this.#pending.length === 0;
  }

  /**
   * What comes out of some bytes, a block at a time; each is an array of its
   * own.
   *
   * @throws {Error} If the bytes are no Zstandard.
   */
  *push(piece: Bytes): Generator<Bytes, void, undefined> {
    let bytes = piece;
    if (this.#pending.length > 0) {
      bytes = new Uint8Array(this.#pending.length + piece.length);
      bytes.set(this.#pending);
      bytes.set(piece, this.#pending.length);
    }
    let at = 0;
    while (true) {
      const size = this.#sizeAt(bytes, at);
      if (size === null || at + size > bytes.length) break;
      const out = this.#take(bytes.subarray(at, at + size));
      at += size;
      if (out !== null && out.length > 0) yield out;
    }
    if (this.#expected === "skipped") {
      const size = Math.min(this.#skip, bytes.length - at);
      at += size;
      this.#skip -= size;
    }
    this.#pending = bytes.slice(at);
  }

  /** Bytes of the next unit, or null where too few have come to tell. */
  #sizeAt(bytes: Bytes, at: number): number | null {
    switch (this.#expected) {
      case "magic":
      case "skipped size":
      case "sum":
        return 4;
      case "skipped":
        // Passed over without being kept.
        return this.#skip <= bytes.length - at ? this.#skip : null;
      case "head":
        return at < bytes.length ? headBytes(bytes[at]!) : null;
      case "block": {
        if (at + 3 > bytes.length) return null;
        const { kind, size } = blockAt(bytes, at);
        return 3 + (kind === BLOCK_RLE ? 1 : size);
      }
    }
  }

  #take(unit: Bytes): Bytes | null {
    switch (this.#expected) {
      case "magic":
        this.#magic(wordAt(unit));
        return null;
      case "skipped size":
        this.#skip = wordAt(unit);
        this.#expected = "skipped";
        return null;
      case "skipped":
        this.#skip = 0;
        this.#expected = "magic";
        return null;
      case "head":
        this.#frame = frameOf(unit);
        this.#expected = "block";
        return null;
      case "block":
        return this.#block(unit);
      case "sum":
        if (this.#frame!.hash!.low32() !== wordAt(unit)) {
          throw new Error("the content does not match its checksum");
        }
        this.#end();
        return null;
    }
  }

  #magic(word: number): void {
    if ((word & 0xfffffff0) >>> 0 === SKIPPABLE) {
      this.#expected = "skipped size";
    } else if (word === MAGIC) this.#expected = "head";
    else throw new Error("no frame begins where one must");
  }

  #block(unit: Bytes): Bytes {
    const frame = this.#frame!;
    const { kind, size, isLast } = blockAt(unit, 0);
    const { history } = frame;
    makeRoom(history, frame.window);
    const start = history.length;
    if (kind === BLOCK_RAW) {
      history.bytes.set(unit.subarray(3), start);
      history.length += size;
    } else if (kind === BLOCK_RLE) {
      history.bytes.fill(unit[3]!, start, start + size);
      history.length += size;
    } else decodeBlock(unit.subarray(3), frame.state, history);
    const out = history.bytes.slice(start, history.length);
    frame.hash?.update(out);
    if (frame.left !== null) {
      frame.left -= out.length;
      if (frame.left < 0 || (isLast && frame.left > 0)) {
        throw new Error("a frame has not the size that it says");
      }
    }
    if (isLast && frame.hash === null) this.#end();
    else if (isLast) this.#expected = "sum";
    return out;
  }

  #end(): void {
    this.#frame = null;
    this.#expected = "magic";
  }
}

/** Keeps a window of bytes and room for a block; grows as bytes come. */
function makeRoom(history: History, window: number): void {
  const needed = history.length + BLOCK_BYTES_MAX;
  if (needed <= history.bytes.length) return;
  const most = 2 * window + 2 * BLOCK_BYTES_MAX;
  if (needed > most) {
    history.bytes.copyWithin(0, history.length - window, history.length);
    history.length = window;
    return;
  }
  const larger = new Uint8Array(Math.min(most, 2 * needed));
  larger.set(history.bytes.subarray(0, history.length));
  history.bytes = larger;
}

function blockAt(
  bytes: Uint8Array,
  at: number,
): { kind: number; size: number; isLast: boolean } {
  const word = bytes[at]! | bytes[at + 1]! << 8 | bytes[at + 2]! << 16;
  const kind = word >>> 1 & 3;
  const size = word >>> 3;
  if (kind === BLOCK_RESERVED || size > BLOCK_BYTES_MAX) {
    throw new Error("a block is of unknown kind or too large");
  }
  return { kind, size, isLast: (word & 1) !== 0 };
}

/** Bytes of a frame's head, its descriptor included. */
function headBytes(descriptor: number): number {
  const isSingle = (descriptor & 32) !== 0;
  return 1 + (isSingle ? 0 : 1) + DICTIONARY_ID_BYTES[descriptor & 3]! +
    sizeBytes(descriptor);
}

/** Bytes that say how large the content is. */
function sizeBytes(descriptor: number): number {
  const flag = descriptor >>> 6;
  return flag > 0 ? 1 << flag : (descriptor & 32) !== 0 ? 1 : 0;
}

function frameOf(head: Uint8Array): Frame {
  const descriptor = head[0]!;
  const isSingle = (descriptor & 32) !== 0;
  if ((descriptor & 8) !== 0) throw new Error("a frame of unknown kind");
  let at = 1;
  let window = 0;
  if (!isSingle) {
    const byte = head[at++]!;
    const base = 2 ** (10 + (byte >>> 3));
    window = base + base / 8 * (byte & 7);
  }
  const idEnd = at + DICTIONARY_ID_BYTES[descriptor & 3]!;
  for (; at < idEnd; at++) {
    if (head[at] !== 0) throw new Error("a frame needs a dictionary");
  }
  const bytes = sizeBytes(descriptor);
  let size = bytes === 2 ? 256 : 0;
  for (let index = 0; index < bytes; index++) {
    size += head[at + index]! * 2 ** (8 * index);
  }
  if (isSingle) window = size;
  if (window > WINDOW_BYTES_MAX) throw new Error("a window beyond 128 MiB");
  return {
    state: {
      ...{ huffman: null, literals: null, offsets: null, matches: null },
      repeats: [1, 4, 8],
    },
    history: { bytes: new Uint8Array(0), length: 0 },
    window: Math.max(window, 1024),
    hash: (descriptor & 4) === 0 ? null : new Xxh64(),
    left: bytes === 0 ? null : size,
  };
}

function wordAt(bytes: Uint8Array): number {
  return (bytes[0]! | bytes[1]! << 8 | bytes[2]! << 16 | bytes[3]! << 24) >>> 0;
}
