/**
 * Bodies that are held because their operation needs them whole: all of them
 * together are bounded, and each goes on piece by piece.
 *
 * @module
 */

import { HttpError } from "./problem.ts";

/** Counts the bytes of all bodies that a server holds. */
export class HeldBytes {
  readonly #max: number;
  #bytes = 0;

  /**
   * Holds nothing yet.
   *
   * @param max Bytes at most.
   */
  constructor(max: number) {
    this.#max = max;
  }

  /** Bytes that are held. */
  get bytes(): number {
    return this.#bytes;
  }

  /**
   * Counts bytes that came in.
   *
   * @param bytes Their number.
   * @throws {HttpError} 429 if there is no room for them.
   */
  add(bytes: number): void {
    if (this.#bytes + bytes > this.#max) {
      throw new HttpError(
        429,
        "BODIES_FULL",
        `Cannot hold the body: ${this.#bytes} of ${this.#max} bytes are held ` +
          "for other requests",
        { "retry-after": "1", connection: "close" },
      );
    }
    this.#bytes += bytes;
  }

  /**
   * Counts bytes that are let go.
   *
   * @param bytes Their number.
   */
  release(bytes: number): void {
    this.#bytes -= bytes;
  }
}

/** A body that is held. */
export class HeldBody {
  readonly #held: HeldBytes;
  readonly #parts: Uint8Array<ArrayBuffer>[] = [];
  #bytes = 0;

  private constructor(held: HeldBytes) {
    this.#held = held;
  }

  /**
   * Reads a body.
   *
   * @param chunks What comes in; one is good until the next.
   * @param held The count of all bodies.
   * @returns The body; release it.
   * @throws {HttpError} 429 if there is no room; what the chunks throw.
   */
  static async read(
    chunks: AsyncIterable<Uint8Array<ArrayBuffer>>,
    held: HeldBytes,
  ): Promise<HeldBody> {
    const body = new HeldBody(held);
    try {
      for await (const chunk of chunks) {
        held.add(chunk.length);
        body.#bytes += chunk.length;
        body.#parts.push(chunk.slice());
      }
      return body;
    } catch (error) {
      body.release();
      throw error;
    }
  }

  /** Its bytes. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Its parts, each let go when the next is asked for. */
  async *chunks(): AsyncGenerator<Uint8Array<ArrayBuffer>> {
    this.#parts.reverse();
    let part;
    while ((part = this.#parts.pop()) !== undefined) yield part;
  }

  /** Lets it go; again is fine. */
  release(): void {
    this.#parts.length = 0;
    this.#held.release(this.#bytes);
    this.#bytes = 0;
  }
}
