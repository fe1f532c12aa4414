/**
 * The bytes or the file that an index is of: ranges of it, and what shows
 * that it is another one than was indexed.
 *
 * @module
 */

import type { FastpathError } from "../errors.ts";
import {
  type FileFacts,
  isUnchanged,
  type OpenFile,
  openToRead,
} from "../files.ts";
import { assertReadGranted, fileChanged, unreadable } from "../input.ts";
import type { CsvIndex } from "./row_index.ts";

/** Blocks of an input that go into its digest, and their bytes. */
const BLOCKS = 16;
const BLOCK_BYTES = 4096;

/** By what an input is known again. */
export type Fingerprint = Pick<CsvIndex, "modifiedMs" | "digest">;

/** An input whose bytes can be read anywhere. */
export class IndexedInput {
  readonly #input: Uint8Array | string | URL;
  readonly #file: OpenFile | null;
  /** What the system said of the file at first. */
  readonly #facts: FileFacts | null;

  private constructor(
    input: Uint8Array | string | URL,
    file: OpenFile | null,
    facts: FileFacts | null,
  ) {
    this.#input = input;
    this.#file = file;
    this.#facts = facts;
  }

  /** Opens an input; it must be closed. */
  static async open(input: Uint8Array | string | URL): Promise<IndexedInput> {
    if (input instanceof Uint8Array) return new IndexedInput(input, null, null);
    assertReadGranted(input);
    let file: OpenFile | null = null;
    try {
      file = await openToRead(input);
      const facts = await file.stat();
      if (!facts.isFile) throw new Error("only a file can be indexed");
      return new IndexedInput(input, file, facts);
    } catch (error) {
      file?.close();
      throw unreadable(input, error);
    }
  }

  /** The bytes from `start` to `end`. */
  async range(start: number, end: number): Promise<Uint8Array<ArrayBuffer>> {
    const file = this.#file;
    if (file === null) return (this.#input as Uint8Array).slice(start, end);
    const buffer = new Uint8Array(end - start);
    for (let done = 0; done < buffer.length;) {
      const read = await file.readAt(buffer.subarray(done), start + done)
        .catch((error) => {
          throw unreadable(this.#input as string, error);
        });
      if (read === null) throw fileChanged(this.#input as string);
      done += read;
    }
    return buffer;
  }

  /** What the input is known by, of which so many bytes were read. */
  async fingerprint(bytes: number): Promise<Fingerprint> {
    const blocks = new Uint8Array(Math.min(bytes, BLOCKS * BLOCK_BYTES));
    if (blocks.length === bytes) blocks.set(await this.range(0, bytes));
    else {
      // Evenly from the first block to the last: what is put in or taken out
      // anywhere moves the blocks behind it.
      for (let block = 0; block < BLOCKS; block++) {
        const share = block / (BLOCKS - 1);
        const start = Math.floor((bytes - BLOCK_BYTES) * share);
        const part = await this.range(start, start + BLOCK_BYTES);
        blocks.set(part, block * BLOCK_BYTES);
      }
    }
    const sum = await crypto.subtle.digest("SHA-256", blocks);
    const digest = Array.from(
      new Uint8Array(sum),
      (byte) => byte.toString(16).padStart(2, "0"),
    ).join("");
    return { modifiedMs: this.#facts?.mtime?.getTime() ?? null, digest };
  }

  /** Refuses an input that is not the one that was indexed. */
  async assertIs(index: CsvIndex): Promise<void> {
    const size = this.#facts?.size ?? (this.#input as Uint8Array).length;
    if (size !== index.bytes) {
      throw this.changed(
        `it has ${size} bytes and its index is of ${index.bytes}`,
      );
    }
    const { modifiedMs, digest } = await this.fingerprint(size);
    // Bytes have no time, nor has an index of bytes.
    const isLater = modifiedMs !== null && index.modifiedMs !== null &&
      modifiedMs !== index.modifiedMs;
    if (isLater || digest !== index.digest) {
      throw this.changed("it was changed since it was indexed");
    }
  }

  /** Refuses a file that was changed while this was open. */
  async assertSame(): Promise<void> {
    if (this.#file === null) return;
    const facts = await this.#file.stat();
    if (!isUnchanged(this.#facts!, facts)) {
      throw fileChanged(this.#input as string);
    }
  }

  /** The error of an input that is not the one that was indexed. */
  changed(reason: string, cause?: unknown): FastpathError {
    const isBytes = this.#input instanceof Uint8Array;
    const name = isBytes ? "the bytes" : String(this.#input);
    return unreadable(name, new Error(`${reason}, index it again`, { cause }));
  }

  close(): void {
    this.#file?.close();
  }
}
