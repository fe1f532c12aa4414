/**
 * Where the frames of Zstandard data end. The runtime's decoder takes one
 * frame and says nothing of one that is cut off, so the frames are told
 * apart here, by the sizes that stand before their blocks.
 *
 * Source: RFC 8878, section 3.1.
 *
 * @module
 */

const MAGIC = 0xfd2fb528;
/** Frames for other programs: the last four bits are free. */
const SKIPPABLE = 0x184d2a50;
const SKIPPABLE_MASK = 0xfffffff0;

const BLOCK_RLE = 1;
const BLOCK_RESERVED = 3;
const CHECKSUM_BYTES = 4;
const DICTIONARY_ID_BYTES = [0, 1, 2, 4];

/** Some bytes of a frame. */
export interface FramePiece {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Whether the frame ends with them. */
  readonly isEnd: boolean;
}

/** What the bytes collected next are. */
type Expected =
  | "magic"
  | "skippable size"
  | "descriptor"
  | "header"
  | "block"
  | "content";

/** Splits Zstandard data into frames, whatever the chunks. */
export class ZstdFrames {
  #expected: Expected = "magic";
  /** Bytes that are collected or passed on before the next step. */
  #left = 4;
  #value = 0;
  #collected = 0;
  #isSkipped = false;
  #hasChecksum = false;
  #isLastBlock = false;

  /** Whether the data may end here. */
  get isBetween(): boolean {
    return this.#expected === "magic" && this.#collected === 0;
  }

  /**
   * The pieces of frames in a chunk; frames for others are left out.
   *
   * @throws {Error} If the bytes are no Zstandard.
   */
  *split(chunk: Uint8Array<ArrayBuffer>): Generator<FramePiece> {
    let start = 0;
    let at = 0;
    while (at < chunk.length) {
      if (this.#expected === "content" || this.#expected === "header") {
        const size = Math.min(this.#left, chunk.length - at);
        at += size;
        this.#left -= size;
      } else {
        this.#value += chunk[at++]! * 2 ** (8 * this.#collected++);
        this.#left--;
      }
      while (this.#left === 0) {
        const isEnd = this.#step();
        if (!isEnd) continue;
        if (!this.#isSkipped) yield { bytes: chunk.subarray(start, at), isEnd };
        this.#isSkipped = false;
        start = at;
      }
    }
    const rest = chunk.subarray(start);
    if (rest.length > 0 && !this.#isSkipped) {
      yield { bytes: rest, isEnd: false };
    }
  }

  /** Acts on what was collected; true at the end of a frame. */
  #step(): boolean {
    const value = this.#value;
    this.#value = 0;
    this.#collected = 0;
    switch (this.#expected) {
      case "magic":
        this.#magic(value);
        return false;
      case "skippable size":
        this.#isLastBlock = true;
        this.#hasChecksum = false;
        this.#expect("content", value);
        return false;
      case "descriptor":
        this.#hasChecksum = (value & 4) !== 0;
        this.#expect("header", headerBytes(value));
        return false;
      case "header":
        this.#expect("block", 3);
        return false;
      case "block":
        this.#block(value);
        return false;
      case "content":
        return this.#content();
    }
  }

  #expect(expected: Expected, bytes: number): void {
    this.#expected = expected;
    this.#left = bytes;
  }

  #magic(value: number): void {
    if ((value & SKIPPABLE_MASK) >>> 0 === SKIPPABLE) {
      this.#isSkipped = true;
      this.#expect("skippable size", 4);
    } else if (value === MAGIC) this.#expect("descriptor", 1);
    else throw new Error("no frame begins where one must");
  }

  #block(value: number): void {
    this.#isLastBlock = (value & 1) !== 0;
    const kind = value >>> 1 & 3;
    if (kind === BLOCK_RESERVED) throw new Error("a block of unknown kind");
    this.#expect("content", kind === BLOCK_RLE ? 1 : value >>> 3);
  }

  #content(): boolean {
    if (!this.#isLastBlock) {
      this.#expect("block", 3);
      return false;
    }
    if (this.#hasChecksum) {
      this.#hasChecksum = false;
      this.#expect("content", CHECKSUM_BYTES);
      return false;
    }
    this.#expect("magic", 4);
    return true;
  }
}

/** Bytes between the descriptor of a frame and its first block. */
function headerBytes(descriptor: number): number {
  const isSingle = (descriptor & 32) !== 0;
  const flag = descriptor >>> 6;
  const contentSize = flag === 0 ? (isSingle ? 1 : 0) : 1 << flag;
  return (isSingle ? 0 : 1) + DICTIONARY_ID_BYTES[descriptor & 3]! +
    contentSize;
}
