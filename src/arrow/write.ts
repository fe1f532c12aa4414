/**
 * Writes Arrow IPC, as file and as stream: to bytes, or in chunks of bounded
 * memory.
 *
 * @module
 */

import { FastpathError } from "../errors.ts";
import { Pace } from "../pace.ts";
import { Table } from "../table/table.ts";
import { describe } from "../write/options.ts";
import { Encoder } from "./_encoder.ts";

type Bytes = Uint8Array<ArrayBuffer>;

/**
 * The two forms of Arrow IPC. A `file` (`.arrow`, Feather version 2) ends
 * with a directory of its batches; a `stream` (`.arrows`) can be read before
 * it is written to its end.
 */
export type ArrowFormat = "file" | "stream";

/** Tables to write, one after the other; all have the same columns. */
export type ArrowBatches = Iterable<Table> | AsyncIterable<Table>;

/** Options of `writeArrowSync`. */
export interface WriteArrowSyncOptions {
  /** What to write. Default `file`. */
  readonly format?: ArrowFormat;
  /**
   * `keep` writes columns that have a dictionary under one dictionary, which
   * grows batch by batch: memory holds its distinct texts. `plain` writes
   * every text out. Default `keep`.
   */
  readonly dictionaries?: "keep" | "plain";
}

/** Options of `writeArrow` and `writeArrowBatches`. */
export interface WriteArrowOptions extends WriteArrowSyncOptions {
  /** Stops the writing. */
  readonly signal?: AbortSignal;
}

/**
 * Writes a table, or batches, as Arrow IPC. Types: bool, int32, int64,
 * float64, date32, timestamp[us] with the zone `UTC` or without, utf8,
 * dictionary of utf8 with int32 codes, decimal128(19, scale), duration[ms].
 *
 * @param input A table, or tables with the same columns.
 * @param options Format, dictionaries and signal.
 * @returns The bytes.
 * @throws {TypeError} If the input or an option has the wrong type.
 * @throws {RangeError} If an option has a value that is not allowed, a batch
 * has other columns than the first, or a column cannot be written: offsets or
 * codes that leave their buffers, a date outside the years 0001 to 9999.
 * @throws {FastpathError} If memory runs out.
 * @throws The signal's reason if it is aborted.
 *
 * @example Write a file that other programs read
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { readCsv, writeArrow } from "@fastpath/fastpath";
 *
 * const table = await readCsv(new TextEncoder().encode("n,x\n1,2.5\n"));
 * const bytes = await writeArrow(table);
 * assertEquals(new TextDecoder().decode(bytes.subarray(0, 6)), "ARROW1");
 * ```
 */
export async function writeArrow(
  input: Table | ArrowBatches,
  options: WriteArrowOptions = {},
): Promise<Uint8Array<ArrayBuffer>> {
  const encoder = encoderOf(options);
  const pace = paceOf(options);
  const parts: Bytes[] = [];
  for await (const table of batchesOf(input)) {
    options.signal?.throwIfAborted();
    parts.push(...encoder.table(checked(table)));
    if (pace.due()) await pace.rest();
  }
  parts.push(...encoder.end());
  return joined(parts);
}

/**
 * Like `writeArrow`, without giving up the thread.
 *
 * @param input A table, or tables with the same columns.
 * @param options Format and dictionaries.
 * @returns The bytes.
 * @throws {TypeError} If the input or an option has the wrong type.
 * @throws {RangeError} As `writeArrow`.
 * @throws {FastpathError} If memory runs out.
 *
 * @example Write a stream
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { columnOf, Table } from "@fastpath/fastpath/table";
 * import { writeArrowSync } from "@fastpath/fastpath/arrow";
 *
 * const table = Table.fromColumns({ ok: columnOf("bool", [true, null]) });
 * const bytes = writeArrowSync(table, { format: "stream" });
 * assertEquals([...bytes.subarray(0, 4)], [255, 255, 255, 255]);
 * ```
 */
export function writeArrowSync(
  input: Table | Iterable<Table>,
  options: WriteArrowSyncOptions = {},
): Uint8Array<ArrayBuffer> {
  const encoder = encoderOf(options);
  const batches = batchesOf(input);
  if (!(Symbol.iterator in batches)) {
    throw new TypeError(
      "Cannot write: batches that come asynchronously are for writeArrow",
    );
  }
  const parts: Bytes[] = [];
  for (const table of batches) parts.push(...encoder.table(checked(table)));
  parts.push(...encoder.end());
  return joined(parts);
}

/**
 * Writes batches as one Arrow IPC file or stream, in chunks: memory depends
 * on the batch, not on the output, but for the distinct texts of dictionaries
 * that are kept. `ReadableStream.from(chunks)` makes a stream of the chunks.
 *
 * @param batches Tables with the same columns, in order.
 * @param options Format, dictionaries and signal.
 * @returns The chunks, each a new array.
 * @throws {TypeError} If a batch or an option has the wrong type.
 * @throws {RangeError} As `writeArrow`.
 * @throws {FastpathError} If memory runs out.
 * @throws The signal's reason if it is aborted.
 *
 * @example Convert a CSV of any size
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import {
 *   readArrow,
 *   readCsvBatches,
 *   writeArrowBatches,
 * } from "@fastpath/fastpath";
 *
 * const csv = new TextEncoder().encode("n\n1\n2\n");
 * const chunks = writeArrowBatches(readCsvBatches(csv), {
 *   format: "stream",
 *   dictionaries: "plain",
 * });
 * const table = await readArrow(ReadableStream.from(chunks));
 * assertEquals(table.column("n").toArray(), [1, 2]);
 * ```
 */
export async function* writeArrowBatches(
  batches: ArrowBatches,
  options: WriteArrowOptions = {},
): AsyncGenerator<Uint8Array<ArrayBuffer>, void, undefined> {
  const encoder = encoderOf(options);
  const pace = paceOf(options);
  for await (const table of batchesOf(batches)) {
    options.signal?.throwIfAborted();
    yield joined([...encoder.table(checked(table))]);
    if (pace.due()) await pace.rest();
  }
  yield joined([...encoder.end()]);
}

function encoderOf(options: WriteArrowOptions): Encoder {
  const { format = "file", dictionaries = "keep" } = options;
  checkChoice("format", format, ["file", "stream"]);
  checkChoice("dictionaries", dictionaries, ["keep", "plain"]);
  return new Encoder({
    inFile: format === "file",
    keepsDictionaries: dictionaries === "keep",
  });
}

function paceOf({ signal }: WriteArrowOptions): Pace {
  if (signal !== undefined && !(signal instanceof AbortSignal)) {
    throw new TypeError("Cannot write: the option signal is no AbortSignal");
  }
  signal?.throwIfAborted();
  return new Pace(signal);
}

function checkChoice(
  name: string,
  value: unknown,
  allowed: readonly string[],
): void {
  if (typeof value === "string" && allowed.includes(value)) return;
  const list = allowed.map((one) => JSON.stringify(one)).join(" or ");
  const message = `Cannot write: the option ${name} must be ${list}`;
  if (typeof value !== "string") throw new TypeError(message);
  throw new RangeError(`${message}: it is ${JSON.stringify(value)}`);
}

function batchesOf(input: Table | ArrowBatches): ArrowBatches {
  if (input instanceof Table) return [input];
  const isBatches = typeof input === "object" && input !== null &&
    (Symbol.asyncIterator in input || Symbol.iterator in input);
  if (isBatches) return input;
  throw new TypeError(
    `Cannot write: expected a Table or an iterable of Tables, found ${
      describe(input)
    }`,
  );
}

function checked(table: unknown): Table {
  if (table instanceof Table) return table;
  throw new TypeError(
    `Cannot write: expected a batch that is a Table, found ${describe(table)}`,
  );
}

function joined(parts: readonly Bytes[]): Bytes {
  let size = 0;
  for (const part of parts) size += part.length;
  let all: Bytes;
  try {
    all = new Uint8Array(size);
  } catch (cause) {
    throw new FastpathError(
      "OUT_OF_MEMORY",
      `Cannot hold the ${size} bytes written: memory ran out, write in batches`,
      { cause },
    );
  }
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
