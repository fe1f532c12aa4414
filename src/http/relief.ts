/**
 * Bodies of clients that send all before they read: their responses stand
 * still as long as the body does, so it is read on and held meanwhile.
 *
 * @module
 */

import type { HeldBytes } from "./held.ts";

type Bytes = Uint8Array<ArrayBuffer>;

/** A chunk that waits for the work. */
interface Part {
  readonly bytes: Bytes;
  /** Bytes of it that are counted as held. */
  readonly held: number;
}

/** A body that can be read ahead of its work. */
export class ReliefBody {
  readonly #source: AsyncGenerator<Bytes>;
  readonly #held: HeldBytes;
  #parts: Part[] = [];
  #isStalled = false;
  /** The chunk that is on its way into the parts. */
  #reading: Promise<void> | null = null;
  #isOver = false;
  #failure: { readonly error: unknown } | null = null;
  /** Bytes that came in. */
  bytes = 0;

  /**
   * Reads nothing yet.
   *
   * @param source The body as it comes.
   * @param held The count of all bodies that are held.
   */
  constructor(source: AsyncGenerator<Bytes>, held: HeldBytes) {
    this.#source = source;
    this.#held = held;
  }

  /** The body's chunks, each a copy. */
  async *chunks(): AsyncGenerator<Bytes> {
    try {
      while (true) {
        const part = this.#parts.shift();
        if (part !== undefined) {
          this.#held.release(part.held);
          yield part.bytes;
        } else if (this.#failure !== null) throw this.#failure.error;
        else if (this.#isOver) return;
        else await (this.#reading ?? this.#read(false));
      }
    } finally {
      this.close();
    }
  }

  /** The client takes nothing: the body is read on, as far as there is room. */
  stalled(): void {
    if (this.#isStalled) return;
    this.#isStalled = true;
    void this.#readOn();
  }

  /** The client takes something: only what is wanted is read. */
  moved(): void {
    this.#isStalled = false;
  }

  /** Lets the body go; again is fine. */
  close(): void {
    this.#isOver = true;
    this.#isStalled = false;
    for (const part of this.#parts) this.#held.release(part.held);
    this.#parts = [];
    // Where a read hangs, so would its end.
    this.#source.return(undefined).catch(() => {});
  }

  async #readOn(): Promise<void> {
    while (this.#isStalled && !this.#isOver && this.#failure === null) {
      await (this.#reading ?? this.#read(true));
    }
  }

  /** Reads one chunk into the parts, counted as held where that is so. */
  #read(isAhead: boolean): Promise<void> {
    this.#reading = this.#readOne(isAhead).finally(() => this.#reading = null);
    return this.#reading;
  }

  async #readOne(isAhead: boolean): Promise<void> {
    try {
      const { value, done } = await this.#source.next();
      if (done || this.#isOver) this.#isOver = true;
      else {
        this.bytes += value.length;
        const held = isAhead && this.#hold(value.length) ? value.length : 0;
        this.#parts.push({ bytes: value.slice(), held });
      }
    } catch (error) {
      this.#failure = { error };
    }
  }

  /** Counts bytes as held; where there is no room, no more are read on. */
  #hold(bytes: number): boolean {
    try {
      this.#held.add(bytes);
      return true;
    } catch {
      this.#isStalled = false;
      return false;
    }
  }
}
