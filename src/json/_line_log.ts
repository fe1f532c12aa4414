/**
 * Where the lines of a stream begin: the place of a fault in what cannot be
 * read again.
 *
 * @module
 */

const LF = 10;

/** Line ends that are remembered. */
const LINES_MAX = 1 << 20;

/** A line, and its first byte. */
export interface LinePlace {
  /** The line, from 1. */
  readonly line: number;
  /** The bytes before it. */
  readonly lineStart: number;
}

/** Remembers where the last lines begin. */
export class LineLog {
  #offset = 0;
  /** Where the last lines begin, and how many stand before them. */
  readonly #starts: number[] = [0];
  #dropped = 0;

  /**
   * Passes chunks on and notes their lines.
   *
   * @param chunks Chunks of a text, from its beginning.
   * @returns The same.
   */
  async *chunks(
    chunks: AsyncIterable<Uint8Array<ArrayBuffer>>,
  ): AsyncGenerator<Uint8Array<ArrayBuffer>, void, undefined> {
    for await (const chunk of chunks) {
      let at = chunk.indexOf(LF);
      while (at >= 0) {
        this.#starts.push(this.#offset + at + 1);
        at = chunk.indexOf(LF, at + 1);
      }
      this.#offset += chunk.length;
      if (this.#starts.length > LINES_MAX) {
        const dropped = this.#starts.length - LINES_MAX / 2;
        this.#starts.splice(0, dropped);
        this.#dropped += dropped;
      }
      yield chunk;
    }
  }

  /**
   * The line of a place.
   *
   * @param byteOffset The place.
   * @returns The line; null if that is too long ago.
   */
  lineAt(byteOffset: number): LinePlace | null {
    const starts = this.#starts;
    if (byteOffset < starts[0]!) return null;
    let low = 0;
    let high = starts.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (starts[middle]! <= byteOffset) low = middle;
      else high = middle;
    }
    return { line: this.#dropped + low + 1, lineStart: starts[low]! };
  }
}
