/**
 * The arrays that the native engine prints into: chunks that are handed out
 * as they fill up, or one array that is guessed large enough.
 *
 * @module
 */

import { FastpathError } from "../errors.ts";
import { roomFor } from "../table/_sink.ts";

type Chunk = Uint8Array<ArrayBuffer>;

/** Bytes of a chunk. */
const CHUNK_BYTES = 1 << 18;

/** Bytes of the one array at most; what is longer is put together of parts. */
const PART_BYTES_MAX = 1 << 30;

/** The array under construction; what is taken of it is not copied. */
export class Output {
  readonly #isWhole: boolean;
  readonly #numColumns: number;
  #bytes: Chunk;
  #length: number;
  #rowsLeft: number;
  #rowsDone = 0;
  /** Bytes of the rows done. */
  #bytesDone = 0;

  /**
   * @param isWhole Whether the output should be one array.
   * @param numRows Rows to come.
   * @param numColumns Columns of each.
   * @param head What stands before the rows.
   * @param guess Bytes that the rows may take, 0 where nothing is known.
   */
  constructor(
    isWhole: boolean,
    numRows: number,
    numColumns: number,
    head: Uint8Array,
    guess: number,
  ) {
    this.#isWhole = isWhole;
    this.#numColumns = numColumns;
    this.#rowsLeft = numRows;
    this.#length = head.length;
    this.#bytes = reserved(
      head.length +
        Math.max(roomFor(numRows * numColumns, CHUNK_BYTES), roomy(guess)),
    );
    this.#bytes.set(head);
  }

  /** Where the next rows go. */
  room(): Chunk {
    return this.#bytes.subarray(this.#length);
  }

  /** So many rows and bytes were written into the room. */
  written(rows: number, bytes: number): void {
    this.#length += bytes;
    this.#rowsLeft -= rows;
    this.#rowsDone += rows;
    this.#bytesDone += bytes;
  }

  /**
   * Makes room for the row that did not fit. What was written is handed out,
   * unless the output should be one array and there is little of it.
   *
   * @param isTooSmall Whether not one row fitted since the last call.
   * @returns What is handed out, if anything.
   */
  renew(isTooSmall: boolean): Chunk | null {
    const isKept = this.#isWhole && this.#length <= 2 * CHUNK_BYTES;
    const kept = isKept ? this.#bytes.subarray(0, this.#length) : null;
    const chunk = isKept ? null : this.take();
    const size = Math.max(
      this.#guess(),
      isTooSmall ? 2 * this.#bytes.length : 0,
    );
    this.#bytes = reserved((kept?.length ?? 0) + size);
    if (kept !== null) this.#bytes.set(kept);
    return chunk;
  }

  /** What was written, if anything. */
  take(): Chunk | null {
    if (this.#length === 0) return null;
    const chunk = this.#bytes.subarray(0, this.#length);
    this.#length = 0;
    return chunk;
  }

  /** Bytes for the rows left, by what the rows done took. */
  #guess(): number {
    const rowsLeft = this.#rowsLeft;
    const room = roomFor(2 * rowsLeft * this.#numColumns, CHUNK_BYTES);
    if (!this.#isWhole || this.#rowsDone === 0) return room;
    return Math.max(room, roomy(this.#bytesDone / this.#rowsDone * rowsLeft));
  }
}

/** A sixteenth more than a guess, within the bytes of one array. */
function roomy(guess: number): number {
  return Math.min(Math.ceil(guess * 17 / 16) + 4096, PART_BYTES_MAX);
}

/**
 * Puts parts together. Where the first one's array has room for the others
 * they go there, and the result is a view of it unless much would be unused.
 *
 * @param chunks The parts, each the end of its array.
 * @returns All their bytes.
 */
export function joined(chunks: Iterable<Chunk>): Chunk {
  const parts = [...chunks].filter((chunk) => chunk.length > 0);
  let size = 0;
  for (const part of parts) size += part.length;
  const buffer = parts[0]?.buffer;
  const fits = buffer !== undefined && parts[0]!.byteOffset === 0 &&
    size <= buffer.byteLength && size * 8 >= buffer.byteLength * 7;
  const all = fits ? new Uint8Array(buffer, 0, size) : reserved(size);
  let at = 0;
  for (const part of parts) {
    if (!fits || at > 0) all.set(part, at);
    at += part.length;
  }
  return all;
}

function reserved(size: number): Chunk {
  try {
    return new Uint8Array(size);
  } catch (cause) {
    throw new FastpathError(
      "OUT_OF_MEMORY",
      `Cannot hold the ${size} bytes written: memory ran out, write in batches`,
      { cause },
    );
  }
}
