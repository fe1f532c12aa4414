/**
 * Reads chunks ahead of an engine that works on other threads: while one
 * buffer is worked on the next one fills, and no further one, so a source is
 * asked for no more than the engine keeps up with.
 *
 * @module
 */

import { deferred } from "../runtime.ts";

/** Bytes of the first buffer; small inputs need no more. */
const FIRST_BYTES = 1 << 18;
/** Milliseconds that an idle engine waits for a buffer to fill. */
const WAIT_MS = 30;
/** Milliseconds that a caller who leaves waits for a read to end. */
const LEAVE_MS = 50;

/** A buffer that is being filled. */
class Filling {
  readonly buffer: Uint8Array<ArrayBuffer>;
  readonly #due = deferred<null>();
  #isDue = false;
  /** The bytes in it, once it is full or due. */
  readonly done: Promise<number>;

  /** Starts at once. */
  constructor(buffer: Uint8Array<ArrayBuffer>, source: Source) {
    this.buffer = buffer;
    this.done = this.#fill(source);
    // Nobody may be waiting when it fails.
    this.done.catch(() => {});
  }

  /** What there is is wanted now, if there is anything. */
  hurry(): void {
    this.#isDue = true;
    this.#due.resolve(null);
  }

  async #fill(source: Source): Promise<number> {
    let length = 0;
    while (length < this.buffer.length && !(this.#isDue && length > 0)) {
      const chunk = await this.#next(source, length);
      if (chunk === null || chunk.length === 0) break;
      const part = chunk.subarray(0, this.buffer.length - length);
      this.buffer.set(part, length);
      length += part.length;
      source.take(part.length);
    }
    return length;
  }

  /** The next chunk; null where what there is is to go out before. */
  async #next(source: Source, length: number): Promise<Uint8Array | null> {
    if (length === 0) return await source.read();
    try {
      return await Promise.race([source.read(), this.#due.promise]);
    } catch {
      // It is thrown again by the next read.
      return null;
    }
  }
}

/** Chunks, of which a part may be taken. */
class Source {
  readonly #chunks: AsyncIterator<Uint8Array>;
  #chunk: Uint8Array = new Uint8Array(0);
  #next: Promise<Uint8Array> | undefined;
  isOver = false;

  constructor(chunks: AsyncIterator<Uint8Array>) {
    this.#chunks = chunks;
  }

  /** Ends the source; where a read hangs, `stop` is to end it. */
  async close(stop: () => void): Promise<void> {
    const wasOver = this.isOver;
    this.isOver = true;
    if (wasOver) return;
    let timer;
    const isIdle = await Promise.race([
      Promise.resolve(this.#next).then(() => true, () => true),
      new Promise<boolean>((resolve) => {
        timer = setTimeout(resolve, LEAVE_MS, false);
      }),
    ]);
    clearTimeout(timer);
    if (isIdle) return void await this.#chunks.return?.();
    stop();
    // Not awaited: where a read hangs, so would this.
    this.#chunks.return?.().catch(() => {});
  }

  /** What is left of the chunk, or the next one; empty at the end. */
  read(): Promise<Uint8Array> | Uint8Array {
    if (this.#chunk.length > 0) return this.#chunk;
    this.#next ??= this.#read();
    return this.#next;
  }

  /** Takes bytes of the chunk that was read last. */
  take(bytes: number): void {
    this.#chunk = this.#chunk.subarray(bytes);
  }

  async #read(): Promise<Uint8Array> {
    while (!this.isOver) {
      const { value, done } = await this.#chunks.next();
      if (done === true) this.isOver = true;
      else if (value.length > 0) {
        this.#chunk = value;
        break;
      }
    }
    this.#next = undefined;
    return this.#chunk;
  }
}

/**
 * The same bytes in chunks of up to `bytesMax`, each good until the next one
 * is asked for. A chunk is smaller where the source is slow.
 *
 * @param chunks The source; it is used up to the chunk that is asked for and
 * one more.
 * @param bytesMax The size of the two buffers.
 * @param stop Ends a read that waits, where the caller leaves.
 * @returns The chunks.
 */
export async function* chunksAhead(
  chunks: AsyncIterable<Uint8Array>,
  bytesMax: number,
  stop: () => void,
): AsyncGenerator<Uint8Array<ArrayBuffer>, void, undefined> {
  const source = new Source(chunks[Symbol.asyncIterator]());
  let size = Math.min(FIRST_BYTES, bytesMax);
  let filling: Filling | undefined = new Filling(new Uint8Array(size), source);
  try {
    let spare: Uint8Array<ArrayBuffer> | undefined;
    while (filling !== undefined) {
      const timer = setTimeout(() => filling?.hurry(), WAIT_MS);
      const length: number = await filling.done
        .finally(() => clearTimeout(timer));
      const { buffer }: Filling = filling;
      size = bytesMax;
      const next = spare?.length === size ? spare : new Uint8Array(size);
      filling = source.isOver ? undefined : new Filling(next, source);
      if (length > 0) yield buffer.subarray(0, length);
      spare = buffer;
    }
  } finally {
    filling?.hurry();
    await source.close(stop);
  }
}
