/**
 * From chunks to windows: a scanner sees one run of bytes that begins at a
 * record, wherever the chunks end. Windows lie in the caller's own bytes
 * where that is possible; only an unfinished record is copied.
 *
 * @module
 */

import { type Cursor, PIECE_BYTES } from "./block.ts";

const EMPTY = new Uint8Array(0);
/** Shorter unfinished records are tried again with every chunk. */
const RETRY_BYTES = 4096;

/** Hands out windows of an input and keeps what a scanner could not use. */
export class Feed {
  /** The bytes to scan; valid until the next `open`. */
  window: Uint8Array = EMPTY;
  /** The input ends with the window. */
  isEnd = false;
  /** Offset in the input of the window's first byte. */
  offset = 0;

  /** Bytes kept between chunks: `#held[#from..#to]`. */
  #held: Uint8Array<ArrayBuffer> = new Uint8Array(0);
  #from = 0;
  #to = 0;
  /** Bytes of the window that lie in the current chunk, at its end. */
  #fresh = 0;
  /** A shorter window holds no whole record. */
  #wanted = 0;
  #isStarted = false;

  /**
   * Makes the next window.
   *
   * @param input The chunk; its position moves in `close`.
   * @param last Whether the input ends with the chunk.
   * @returns False if more bytes are needed first; the chunk is used up then.
   */
  open(input: Cursor, last: boolean): boolean {
    const room = input.bytes.length - input.position;
    const held = this.#to - this.#from;
    // An unfinished record of any length is copied a constant number of times.
    const size = Math.max(PIECE_BYTES, held, this.#wanted - held);
    this.#fresh = Math.min(room, size);
    this.isEnd = last && this.#fresh === room;
    const fresh = input.bytes.subarray(
      input.position,
      input.position + this.#fresh,
    );
    if (held === 0) this.window = fresh;
    else {
      this.#append(fresh);
      this.window = this.#held.subarray(this.#from, this.#to);
    }
    const isShort = this.window.length < this.#wanted && !this.isEnd;
    if (isShort || !this.#passMark()) {
      this.#keep(input, 0);
      return false;
    }
    return true;
  }

  /**
   * Ends the work on the window.
   *
   * @param input The chunk given to `open`.
   * @param done Bytes of the window that are used up.
   * @param isShort What follows is an unfinished record.
   */
  close(input: Cursor, done: number, isShort: boolean): void {
    this.offset += done;
    const rest = this.window.length - done;
    this.#wanted = isShort && done === 0 && rest >= RETRY_BYTES ? rest * 2 : 0;
    const isUsedUp = input.position + this.#fresh === input.bytes.length;
    if (isShort && isUsedUp) this.#keep(input, done);
    else if (rest <= this.#fresh) {
      input.position += this.#fresh - rest;
      this.#from = this.#to = 0;
    } else {
      input.position += this.#fresh;
      this.#from = this.#to - rest;
    }
  }

  /** Uses up the chunk; what lies behind `done` is held. */
  #keep(input: Cursor, done: number): void {
    const isHeld = this.#to > this.#from;
    input.position += this.#fresh;
    if (isHeld) this.#from = this.#to - (this.window.length - done);
    else this.#append(this.window.subarray(done));
  }

  /** Adds bytes behind those held. */
  #append(bytes: Uint8Array): void {
    const held = this.#to - this.#from;
    if (held + bytes.length > this.#held.length) {
      const size = Math.max(held + bytes.length, this.#held.length * 2);
      const grown = new Uint8Array(size);
      grown.set(this.#held.subarray(this.#from, this.#to));
      this.#held = grown;
    } else this.#held.copyWithin(0, this.#from, this.#to);
    this.#held.set(bytes, held);
    this.#from = 0;
    this.#to = held + bytes.length;
  }

  /** Drops a byte order mark; false while its bytes are still to come. */
  #passMark(): boolean {
    if (this.#isStarted) return true;
    const [first, second, third] = this.window;
    const isMark = (first ?? 0xEF) === 0xEF && (second ?? 0xBB) === 0xBB &&
      (third ?? 0xBF) === 0xBF;
    if (isMark && this.window.length < 3 && !this.isEnd) return false;
    this.#isStarted = true;
    if (isMark && this.window.length >= 3) {
      this.window = this.window.subarray(3);
      this.offset = 3;
    }
    return true;
  }
}
