/**
 * Messages of a stream or a file that comes in chunks. Memory depends on the
 * largest message, and grows only as its bytes come.
 *
 * @module
 */

import { invalid, truncated } from "./_fault.ts";
import {
  CONTINUATION,
  FILE_HEAD_BYTES,
  FILE_TAIL_BYTES,
  type Frame,
  isFile,
  MAGIC,
  prefixOf,
  wordAt,
} from "./_frame.ts";
import { messageOf } from "./_message.ts";

/**
 * Bytes that are made room for before any of them has come: memory that is
 * not written to costs next to nothing.
 */
const FIRST_BYTES = 1 << 24;
/** The longest footer of a file. */
const TAIL_BYTES_KEPT = FILE_TAIL_BYTES;

/**
 * The messages of an input in chunks, in their order; a file's footer is
 * looked at only to see that the file is whole.
 */
export async function* framesOfChunks(
  chunks: AsyncIterator<Uint8Array<ArrayBuffer>>,
): AsyncGenerator<Frame, void, undefined> {
  const reader = new ChunkReader(chunks);
  const head = await reader.read(4);
  if (head.length === 0) return;
  if (head.length < 4) throw truncated(head.length, "its first message");
  let first = wordAt(head, 0);
  const inFile = isFileHead(head);
  if (inFile) {
    const rest = await reader.read(FILE_HEAD_BYTES - 4);
    if (rest.length < 4) {
      throw truncated(reader.position, "a file's first bytes");
    }
    if (!isFile(new Uint8Array([...head, ...rest]))) {
      throw invalid(0, "it begins neither as a file nor as a stream");
    }
    first = await word(reader);
  }
  while (true) {
    const frame = await frameOf(reader, first);
    if (frame === null) break;
    yield frame;
    const next = await reader.read(4);
    if (next.length === 0 && !inFile) return;
    if (next.length < 4) throw truncated(reader.position, lengthOf(inFile));
    first = wordAt(next, 0);
  }
  if (inFile) await assertFooter(reader);
  else if ((await reader.read(1)).length > 0) {
    throw invalid(reader.position - 1, "bytes follow the end of the stream");
  }
}

function lengthOf(inFile: boolean): string {
  return inFile ? "a file, before its footer" : "the length of a message";
}

function isFileHead(head: Uint8Array): boolean {
  return head.every((byte, index) => byte === MAGIC[index]);
}

async function word(reader: ChunkReader): Promise<number> {
  const bytes = await reader.read(4);
  if (bytes.length === 4) return wordAt(bytes, 0);
  throw truncated(reader.position, "the length of a message");
}

/** The message whose first word was read; null at the end of a stream. */
async function frameOf(
  reader: ChunkReader,
  first: number,
): Promise<Frame | null> {
  const at = reader.position - 4;
  const second = first === CONTINUATION ? await word(reader) : 0;
  const { metadata } = prefixOf(first, second, at);
  if (metadata === 0) return null;
  const base = reader.position;
  const head = await reader.read(metadata);
  if (head.length < metadata) {
    throw truncated(reader.position, "the metadata of a message");
  }
  const message = messageOf(head, base);
  const bodyBase = reader.position;
  const body = await reader.read(message.bodyLength);
  if (body.length < message.bodyLength) {
    throw truncated(reader.position, "the body of a message");
  }
  return { message, body, bodyBase };
}

/** Reads a file to its end, which must be a footer of the right length. */
async function assertFooter(reader: ChunkReader): Promise<void> {
  const start = reader.position;
  const tail = await reader.last(TAIL_BYTES_KEPT);
  const isWhole = tail.length === TAIL_BYTES_KEPT &&
    MAGIC.every((byte, index) => tail[4 + index] === byte) &&
    wordAt(tail, 0) === reader.position - start - FILE_TAIL_BYTES;
  if (isWhole) return;
  throw truncated(reader.position, "a file: its last bytes are no footer");
}

/** Takes bytes out of chunks by number. */
class ChunkReader {
  readonly #chunks: AsyncIterator<Uint8Array<ArrayBuffer>>;
  #chunk = new Uint8Array(0);
  #at = 0;
  /** Bytes taken so far. */
  position = 0;

  constructor(chunks: AsyncIterator<Uint8Array<ArrayBuffer>>) {
    this.#chunks = chunks;
  }

  /** So many bytes as an array of their own; fewer at the end. */
  async read(size: number): Promise<Uint8Array<ArrayBuffer>> {
    let bytes = new Uint8Array(Math.min(size, FIRST_BYTES));
    let length = 0;
    while (length < size) {
      if (!await this.#fill()) break;
      const part = this.#take(size - length);
      if (length + part.length > bytes.length) {
        const larger = Math.max(length + part.length, 2 * bytes.length);
        bytes = grown(bytes, length, Math.min(size, larger));
      }
      bytes.set(part, length);
      length += part.length;
    }
    return bytes.subarray(0, length);
  }

  /** The last bytes of all that is left. */
  async last(size: number): Promise<Uint8Array> {
    let tail = new Uint8Array(0);
    while (await this.#fill()) {
      const part = this.#take(Infinity);
      const both = new Uint8Array(tail.length + Math.min(size, part.length));
      both.set(tail);
      both.set(part.subarray(Math.max(0, part.length - size)), tail.length);
      tail = both.subarray(Math.max(0, both.length - size));
    }
    return tail;
  }

  async #fill(): Promise<boolean> {
    while (this.#at === this.#chunk.length) {
      const { value, done } = await this.#chunks.next();
      if (done) return false;
      this.#chunk = value;
      this.#at = 0;
    }
    return true;
  }

  #take(most: number): Uint8Array {
    const end = Math.min(this.#chunk.length, this.#at + most);
    const part = this.#chunk.subarray(this.#at, end);
    this.#at = end;
    this.position += part.length;
    return part;
  }
}

function grown(
  bytes: Uint8Array<ArrayBuffer>,
  length: number,
  size: number,
): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(size);
  larger.set(bytes.subarray(0, length));
  return larger;
}
