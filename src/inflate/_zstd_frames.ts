/**
 * Where the frames of a zstd stream end (RFC 8878, section 3). The runtime's
 * decompressor stops after the first frame and takes a stream that is cut
 * short for a whole one; headers tell both without decompressing.
 *
 * @module
 */

/** A part of a stream that belongs to one frame. */
export interface FramePart {
  readonly bytes: Uint8Array;
  /** Whether the frame ends with it. */
  readonly isEnd: boolean;
}

const MAGIC = 0xfd2fb528;
const SKIPPABLE_MAGIC = 0x184d2a50;
const DICTIONARY_ID_BYTES = [0, 1, 2, 4];
const CONTENT_SIZE_BYTES = [0, 2, 4, 8];
const RLE_BLOCK = 1;
const RESERVED_BLOCK = 3;

/** What the next bytes are. */
type State = "magic" | "descriptor" | "block" | "skippable" | "body";

/** Follows a stream from header to header. */
export class ZstdFrames {
  #state: State = "magic";
  /** Bytes of a header that have come, little end first. */
  #value = 0;
  #have = 0;
  /** Bytes to pass until the next header. */
  #skip = 0;
  /** Whether the frame ends after them. */
  #isLast = false;
  #hasChecksum = false;

  /** Whether the stream may end here. */
  get isWhole(): boolean {
    return this.#state === "magic" && this.#have === 0;
  }

  /**
   * Cuts a chunk at the ends of frames.
   *
   * @param chunk The next bytes.
   * @returns Its parts.
   * @throws {Error} If the bytes are no zstd.
   */
  *push(chunk: Uint8Array): Generator<FramePart> {
    let start = 0;
    let at = 0;
    while (at < chunk.length) {
      if (this.#state === "body") {
        const taken = Math.min(this.#skip, chunk.length - at);
        this.#skip -= taken;
        at += taken;
        if (this.#skip > 0) break;
      } else {
        this.#value += chunk[at++]! * 256 ** this.#have++;
        if (this.#have < HEADER_BYTES[this.#state]) continue;
        this.#header(this.#value);
        this.#value = this.#have = 0;
      }
      if (this.#state !== "body" || this.#skip > 0) continue;
      if (!this.#isLast) {
        this.#state = "block";
        continue;
      }
      this.#state = "magic";
      yield { bytes: chunk.subarray(start, at), isEnd: true };
      start = at;
    }
    if (start < at) yield { bytes: chunk.subarray(start, at), isEnd: false };
  }

  #header(value: number): void {
    switch (this.#state) {
      case "magic":
        if (value === MAGIC) this.#state = "descriptor";
        else if (value - value % 16 === SKIPPABLE_MAGIC) {
          this.#state = "skippable";
        } else throw new Error("not a zstd frame");
        break;
      case "descriptor":
        this.#descriptor(value);
        break;
      case "skippable":
        this.#body(value, true);
        break;
      default:
        this.#block(value);
    }
  }

  #descriptor(value: number): void {
    const isSingle = (value & 32) !== 0;
    const sizeFlag = value >>> 6;
    const size = sizeFlag === 0 && isSingle ? 1 : CONTENT_SIZE_BYTES[sizeFlag]!;
    this.#hasChecksum = (value & 4) !== 0;
    const window = isSingle ? 0 : 1;
    this.#body(window + DICTIONARY_ID_BYTES[value & 3]! + size, false);
  }

  #block(value: number): void {
    const isLast = (value & 1) !== 0;
    const kind = value >>> 1 & 3;
    if (kind === RESERVED_BLOCK) throw new Error("a zstd block of no kind");
    const bytes = kind === RLE_BLOCK ? 1 : value >>> 3;
    this.#body(bytes + (isLast && this.#hasChecksum ? 4 : 0), isLast);
  }

  #body(bytes: number, isLast: boolean): void {
    this.#state = "body";
    this.#skip = bytes;
    this.#isLast = isLast;
  }
}

const HEADER_BYTES: Readonly<Record<Exclude<State, "body">, number>> = {
  magic: 4,
  descriptor: 1,
  block: 3,
  skippable: 4,
};
