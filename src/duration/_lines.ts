/**
 * Lines of bytes as columns of texts: what the commands read. LF or CRLF ends
 * a line; a last line without an end counts, an end without a line does not.
 *
 * @module
 */

import { type BytesInput, CHUNK_BYTES } from "../input.ts";
import { plainChunks } from "../inflate/inflate.ts";
import { Pace } from "../pace.ts";
import { Column } from "../table/column.ts";

/** Bytes kept of a line; any longer text is refused for its length. */
const LINE_BYTES_MAX = 400;

/** Up to here a loop over bytes is faster than `set`. */
const SHORT_BYTES = 48;

const LF = 10;
const CR = 13;

/** Some lines of an input. */
export interface LineBatch {
  /** The lines without their ends; of a long line only the front. */
  readonly texts: Column<"utf8">;
  /** Number of the first line, from 1. */
  readonly firstLine: number;
  /** Byte of the input where each line begins. */
  readonly starts: Float64Array;
}

/** What reading lines may be told. */
export interface LinesOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((bytesDone: number) => void) | undefined;
}

/**
 * The lines of an input, in batches of about a MiB.
 *
 * @param input The input.
 * @param options Who may stop it and who listens.
 * @returns The batches; none is empty.
 */
export async function* lineBatches(
  input: BytesInput,
  { signal, onProgress }: LinesOptions,
): AsyncGenerator<LineBatch> {
  const splitter = new LineSplitter();
  const pace = new Pace(signal);
  for await (const chunk of plainChunks(input, { signal })) {
    for (let at = 0; at < chunk.length; at += CHUNK_BYTES) {
      const batch = splitter.push(chunk.subarray(at, at + CHUNK_BYTES));
      if (batch !== null) yield batch;
      onProgress?.(splitter.bytes);
      if (pace.due()) await pace.rest();
    }
  }
  const last = splitter.finish();
  if (last !== null) yield last;
}

/** Columns of inputs that were made before: benches time only the rest. */
const columns = new WeakMap<Uint8Array, Column<"utf8">>();

/**
 * The lines of bytes as one column.
 *
 * @param bytes The bytes; not changed while the column is used.
 * @returns The same column for the same bytes.
 */
export function columnOfLines(
  bytes: Uint8Array<ArrayBuffer>,
): Column<"utf8"> {
  const known = columns.get(bytes);
  if (known !== undefined) return known;
  const isEnded = bytes.length === 0 || bytes[bytes.length - 1] === LF;
  const ended = isEnded ? bytes : new Uint8Array([...bytes, LF]);
  const column = new LineSplitter().push(ended)?.texts ?? NO_LINES;
  columns.set(bytes, column);
  return column;
}

const NO_LINES: Column<"utf8"> = new Column({
  type: "utf8",
  length: 0,
  data: new Uint8Array(0),
  offsets: new Int32Array(1),
});

/** Cuts chunks into lines. */
class LineSplitter {
  /** Bytes taken so far. */
  bytes = 0;
  #line = 1;
  /** The front of the line that has not ended yet. */
  readonly #front = new Uint8Array(LINE_BYTES_MAX);
  #frontBytes = 0;
  /** Where that line begins, and whether any byte of it came. */
  #start = 0;

  /** The lines that end in a chunk, or null. */
  push(chunk: Uint8Array<ArrayBuffer>): LineBatch | null {
    const rows = countLines(chunk);
    const data = new Uint8Array(this.#frontBytes + chunk.length);
    const offsets = new Int32Array(rows + 1);
    const starts = new Float64Array(rows);
    const base = this.bytes;
    let from = 0;
    let length = 0;
    for (let row = 0; row < rows; row++) {
      const end = chunk.indexOf(LF, from);
      if (this.#frontBytes > 0) length = this.#takeFront(data);
      const room = LINE_BYTES_MAX - (length - offsets[row]!);
      length = copy(chunk, from, Math.min(end, from + room), data, length);
      if (length > offsets[row]! && data[length - 1] === CR) length--;
      offsets[row + 1] = length;
      starts[row] = this.#start;
      from = end + 1;
      this.#start = base + from;
    }
    this.#keep(chunk, from);
    this.bytes = base + chunk.length;
    return this.#batch(rows, data, offsets, starts);
  }

  /** The line without an end, or null. */
  finish(): LineBatch | null {
    if (this.bytes === this.#start) return null;
    const data = this.#front.slice(0, this.#frontBytes);
    const offsets = new Int32Array([0, data.length]);
    return this.#batch(1, data, offsets, new Float64Array([this.#start]));
  }

  #takeFront(data: Uint8Array): number {
    const taken = this.#frontBytes;
    data.set(this.#front.subarray(0, taken));
    this.#frontBytes = 0;
    return taken;
  }

  #keep(chunk: Uint8Array, from: number): void {
    const room = LINE_BYTES_MAX - this.#frontBytes;
    const kept = chunk.subarray(from, from + room);
    this.#front.set(kept, this.#frontBytes);
    this.#frontBytes += kept.length;
  }

  #batch(
    rows: number,
    data: Uint8Array<ArrayBuffer>,
    offsets: Int32Array<ArrayBuffer>,
    starts: Float64Array,
  ): LineBatch | null {
    if (rows === 0) return null;
    const firstLine = this.#line;
    this.#line += rows;
    const texts = new Column({ type: "utf8", length: rows, data, offsets });
    return { texts, firstLine, starts };
  }
}

function countLines(chunk: Uint8Array): number {
  let lines = 0;
  for (let at = chunk.indexOf(LF); at >= 0; at = chunk.indexOf(LF, at + 1)) {
    lines++;
  }
  return lines;
}

/** Copies bytes and gives the index after them. */
function copy(
  from: Uint8Array,
  start: number,
  end: number,
  to: Uint8Array,
  at: number,
): number {
  if (end - start > SHORT_BYTES) {
    to.set(from.subarray(start, end), at);
    return at + end - start;
  }
  let target = at;
  for (let index = start; index < end; index++) to[target++] = from[index]!;
  return target;
}
