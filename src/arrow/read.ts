/**
 * Reads Arrow IPC, as file and as stream, to a table or to batches.
 *
 * @module
 */

import {
  assertBytesInput,
  assertPlainBytes,
  type BytesInput,
} from "../input.ts";
import { checkRatioMax, plainChunks } from "../inflate/inflate.ts";
import { Pace } from "../pace.ts";
import { Table } from "../table/table.ts";
import { concatBatches } from "./_concat.ts";
import { Decoder } from "./_decoder.ts";
import { FlatTable } from "./_flatbuffer.ts";
import { type Frame, framesOfFile, framesOfStream, isFile } from "./_frame.ts";
import { framesOfChunks } from "./_source.ts";

/** Options of `readArrowSync`. */
export interface ReadArrowSyncOptions {
  /**
   * The columns to read, in this order. Default: all. Columns of types that
   * no table can hold are no error if they are left out.
   */
  readonly columns?: readonly string[];
  /** Rows to read at most; what follows them is not looked at. */
  readonly limit?: number;
  /**
   * Bytes that may come out of one compressed byte, once 16 MiB have come
   * out; default 250. It bounds compressed inputs and compressed buffers.
   */
  readonly ratioMax?: number;
}

/** Options of `readArrow` and `readArrowBatches`. */
export interface ReadArrowOptions extends ReadArrowSyncOptions {
  /** Stops the reading; the reader then throws the signal's reason. */
  readonly signal?: AbortSignal;
  /** Told the bytes of input that are done. */
  readonly onProgress?: (bytesDone: number) => void;
}

/** Checked options. */
interface Settings {
  readonly columns: readonly string[] | null;
  readonly limit: number;
  readonly ratioMax: number;
  readonly signal: AbortSignal | undefined;
  readonly onProgress: ((bytesDone: number) => void) | undefined;
}

/**
 * Reads Arrow IPC to a table: a file or a stream of messages, told apart by
 * the first bytes. Columns of bytes in memory stand over the same memory
 * where type and alignment allow it: do not write into the bytes while the
 * table is in use. Several batches are put together by copying.
 *
 * Types that a table does not have are widened where every value fits;
 * docs/arrow.md has the list. An empty input is a table without columns.
 *
 * @param input The bytes, a path, or a stream of bytes.
 * @param options Columns, limits and signal.
 * @returns The table.
 * @throws {ParseError} If the input is cut off or broken
 * (`TRUNCATED_ARROW`, `INVALID_ARROW`, `INVALID_UTF8`), is Arrow of a kind
 * that is not read (`UNSUPPORTED_ARROW`, `UNSUPPORTED_TYPE`), or holds a value
 * that no column can hold (`VALUE_OUT_OF_RANGE`).
 * @throws {FastpathError} If the input cannot be read or inflated.
 * @throws {TypeError} If the input or an option has the wrong type.
 * @throws {RangeError} If an option has a value that is not allowed, a column
 * does not exist, or the rows are too many for one table.
 * @throws The signal's reason if it is aborted.
 *
 * @example Read what was written
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { columnOf, readArrow, Table, writeArrow } from "@fastpath/fastpath";
 *
 * const table = Table.fromColumns({ n: columnOf("i32", [1, null, 3]) });
 * const bytes = await writeArrow(table);
 * const again = await readArrow(bytes);
 * assertEquals(again.column("n").toArray(), [1, null, 3]);
 * ```
 */
export async function readArrow(
  input: BytesInput,
  options: ReadArrowOptions = {},
): Promise<Table> {
  assertBytesInput(input);
  const settings = checkOptions(options);
  settings.signal?.throwIfAborted();
  const pace = new Pace(settings.signal);
  const tables: Table[] = [];
  let rows = 0;
  for await (const table of batchesOf(input, settings, pace)) {
    // Batches without rows would make it a copy of the only one that has.
    if (rows === 0) tables.length = 0;
    if (rows === 0 || table.numRows > 0) tables.push(table);
    rows += table.numRows;
  }
  const work = concatBatches(tables);
  let step = work.next();
  while (!step.done) {
    if (pace.due()) await pace.rest();
    step = work.next();
  }
  return step.value;
}

/**
 * Reads the bytes of Arrow IPC to a table without giving up the thread.
 * Compressed inputs (`.gz`, `.zst`) are for the asynchronous readers.
 *
 * @param bytes The bytes of a file or a stream.
 * @param options Columns and limits.
 * @returns The table, over the same memory where that is possible.
 * @throws {ParseError} As `readArrow`.
 * @throws {FastpathError} `RATIO_EXCEEDED` for compressed buffers.
 * @throws {TypeError} If the bytes or an option have the wrong type.
 * @throws {RangeError} If an option has a value that is not allowed, a column
 * does not exist, or the rows are too many for one table.
 *
 * @example Read one column
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { columnOf, Table } from "@fastpath/fastpath/table";
 * import { readArrowSync, writeArrowSync } from "@fastpath/fastpath/arrow";
 *
 * const table = Table.fromColumns({
 *   day: columnOf("date", ["2024-02-29"]),
 *   price: columnOf("f64", [1.5]),
 * });
 * const bytes = writeArrowSync(table, { format: "stream" });
 * const prices = readArrowSync(bytes, { columns: ["price"] });
 * assertEquals(prices.toObjects(), [{ price: 1.5 }]);
 * ```
 */
export function readArrowSync(
  bytes: Uint8Array,
  options: ReadArrowSyncOptions = {},
): Table {
  assertPlainBytes(bytes);
  const settings = checkOptions(options);
  const tables: Table[] = [];
  let rows = 0;
  const work = tablesInMemory(bytes as Uint8Array<ArrayBuffer>, settings);
  for (const table of work) {
    if (table === undefined) continue;
    if (rows === 0) tables.length = 0;
    if (rows === 0 || table.numRows > 0) tables.push(table);
    rows += table.numRows;
  }
  const concat = concatBatches(tables);
  let step = concat.next();
  while (!step.done) step = concat.next();
  return step.value;
}

/**
 * Reads Arrow IPC batch by batch, a table each. Memory depends on the largest
 * batch of the input, not on the input. There is always a first table, so
 * that the columns are known; further ones have rows.
 *
 * A path or a stream is read from its begin to its end; in a file that is
 * read like this a dictionary must stand before the rows that use it, as all
 * common writers place it.
 *
 * @param input The bytes, a path, or a stream of bytes.
 * @param options Columns, limits and signal.
 * @returns The batches.
 * @throws {ParseError} As `readArrow`; batches before the fault are given.
 * @throws {FastpathError} If the input cannot be read or inflated.
 * @throws {TypeError} If the input or an option has the wrong type.
 * @throws {RangeError} If an option has a value that is not allowed, or a
 * column does not exist.
 * @throws The signal's reason if it is aborted.
 *
 * @example Sum a column of any length
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { columnOf, Table } from "@fastpath/fastpath/table";
 * import { readArrowBatches, writeArrowSync } from "@fastpath/fastpath/arrow";
 *
 * const table = Table.fromColumns({ n: columnOf("i32", [1, 2]) });
 * const bytes = writeArrowSync([table, table], { format: "stream" });
 * let sum = 0;
 * for await (const batch of readArrowBatches(bytes)) {
 *   for (const n of batch.column("n")) sum += n as number;
 * }
 * assertEquals(sum, 6);
 * ```
 */
export async function* readArrowBatches(
  input: BytesInput,
  options: ReadArrowOptions = {},
): AsyncGenerator<Table, void, undefined> {
  assertBytesInput(input);
  const settings = checkOptions(options);
  settings.signal?.throwIfAborted();
  yield* batchesOf(input, settings, new Pace(settings.signal));
}

function checkOptions(options: ReadArrowOptions): Settings {
  const { columns, limit = Infinity, signal, onProgress } = options;
  const isNames = columns === undefined || (Array.isArray(columns) &&
    columns.every((name) => typeof name === "string"));
  if (!isNames) {
    throw new TypeError(
      "Cannot read: the option columns must be an array of names",
    );
  }
  const twice = columns?.find((name, at) => columns.indexOf(name) !== at);
  if (twice !== undefined) {
    throw new RangeError(
      `Cannot read: the option columns names "${twice}" twice`,
    );
  }
  if (typeof limit !== "number") {
    throw new TypeError(
      `Cannot read: the option limit must be a number: it is ${typeof limit}`,
    );
  }
  if (limit !== Infinity && !(Number.isSafeInteger(limit) && limit >= 0)) {
    throw new RangeError(
      `Cannot read: the option limit must be a whole number: it is ${limit}`,
    );
  }
  if (signal !== undefined && !(signal instanceof AbortSignal)) {
    throw new TypeError("Cannot read: the option signal is no AbortSignal");
  }
  if (onProgress !== undefined && typeof onProgress !== "function") {
    throw new TypeError("Cannot read: the option onProgress is no function");
  }
  const ratioMax = checkRatioMax(options.ratioMax);
  return { columns: columns ?? null, limit, ratioMax, signal, onProgress };
}

/** The batches of any input, at the caller's pace. */
async function* batchesOf(
  input: BytesInput,
  settings: Settings,
  pace: Pace,
): AsyncGenerator<Table, void, undefined> {
  if (input instanceof Uint8Array) {
    const bytes = input as Uint8Array<ArrayBuffer>;
    for (const table of tablesInMemory(bytes, settings)) {
      if (pace.due()) await pace.rest();
      if (table !== undefined) yield table;
    }
    return;
  }
  const rows = new Rows(settings);
  const chunks = plainChunks(input, settings);
  try {
    for await (const frame of framesOfChunks(chunks)) {
      for (const table of rows.of(frame)) {
        if (pace.due()) await pace.rest();
        if (table !== undefined) yield table;
      }
      settings.onProgress?.(frame.bodyBase + frame.body.length);
      if (rows.isOver) return;
    }
    const last = rows.last();
    if (last !== null) yield last;
  } finally {
    await chunks.return(undefined);
  }
}

/** The batches of bytes; undefined where others may have their turn. */
function* tablesInMemory(
  bytes: Uint8Array<ArrayBuffer>,
  settings: Settings,
): Generator<Table | undefined, void, undefined> {
  const rows = new Rows(settings);
  const frames = isFile(bytes) ? framesOfFile(bytes) : framesOfStream(bytes, 0);
  for (const frame of frames) {
    if (frame instanceof FlatTable) {
      rows.decoder.schema(frame);
      continue;
    }
    yield* rows.of(frame);
    settings.onProgress?.(frame.bodyBase + frame.body.length);
    if (rows.isOver) return;
  }
  const last = rows.last();
  if (last !== null) yield last;
}

/** Gives the tables of messages up to the limit; the first may be empty. */
class Rows {
  readonly decoder: Decoder;
  #left: number;
  #given = 0;

  constructor(settings: Settings) {
    this.decoder = new Decoder(settings);
    this.#left = settings.limit;
  }

  /** Whether the limit is reached. */
  get isOver(): boolean {
    return this.decoder.hasSchema && this.#left === 0 && this.#given > 0;
  }

  /** The table of a message; undefined where others may have their turn. */
  *of(frame: Frame): Generator<Table | undefined, void, undefined> {
    let table = yield* this.decoder.take(frame);
    if (table === null) return;
    if (table.numRows === 0) return;
    if (table.numRows > this.#left) table = table.slice(0, this.#left);
    this.#left -= table.numRows;
    this.#given++;
    yield table;
  }

  /** The table that stands for an input without rows. */
  last(): Table | null {
    if (this.#given > 0) return null;
    return this.decoder.hasSchema ? this.decoder.empty() : new Table([], 0);
  }
}
