/**
 * Reads one JSON array of records: to typed columns, or row by row, in memory
 * that does not depend on the array's length.
 *
 * @module
 */

import { ParseError } from "../errors.ts";
import { plainChunks } from "../inflate/inflate.ts";
import { assertBytesInput, type BytesInput, isRepeatable } from "../input.ts";
import {
  type ReadNdjsonBatchesOptions,
  type ReadNdjsonOptions,
  requestOf,
} from "../ndjson/read.ts";
import { Pace } from "../pace.ts";
import { readBatches, type ReadRequest, readTable } from "../read/_drive.ts";
import type { DeclaredShape, ShapeOf } from "../table/schema.ts";
import type { Table } from "../table/table.ts";
import { arrayLines } from "./_array_lines.ts";
import { ArrayScanner } from "./_array_scanner.ts";
import { JsonChecker } from "./_check_ts.ts";
import { LineLog, type LinePlace } from "./_line_log.ts";
import { checkJsonOptions, type JsonOptions } from "./options.ts";

/** Rows of a batch: so that ten gigabytes go through 200 MB of memory. */
const BATCH_ROWS = 16_384;

/**
 * Reads an array of objects to a table: a column per key, in order of first
 * appearance (declared columns come first). Rules and types are those of
 * `readNdjson`; a place is that of the document, line by line as it is
 * written. Bytes and files are typed by all their rows, a stream by its first
 * `sampleRows` rows.
 *
 * @typeParam D Declared types by column name.
 * @param input The bytes, a path, or a stream of bytes.
 * @param options Rules, types and limits.
 * @returns The table.
 * @throws {ParseError} If the input is no array of objects, or a value does
 * not fit its type.
 * @throws {FastpathError} If the input cannot be read or memory runs out.
 * @throws {TypeError} If the input or an option has the wrong type.
 * @throws {RangeError} If an option has a value that is not allowed.
 *
 * @example Read bytes
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { readJson } from "@fastpath/fastpath";
 *
 * const bytes = new TextEncoder().encode('[{"id":1},\n {"id":2,"x":[]}]');
 * const table = await readJson(bytes);
 * assertEquals(table.toObjects(), [{ id: 1, x: null }, { id: 2, x: "[]" }]);
 * ```
 */
export async function readJson<D extends DeclaredShape>(
  input: BytesInput,
  options: ReadNdjsonOptions<D> = {},
): Promise<Table<ShapeOf<D>>> {
  const { source, request, placed } = arrayRequest(input, options);
  try {
    return await readTable(source, request) as Table<ShapeOf<D>>;
  } catch (error) {
    throw await placed(error);
  }
}

/**
 * Reads an array of objects batch by batch, in memory that depends on the
 * batch, not on the array: an array of any size. A batch has 16,384 rows
 * unless `batchRows` says otherwise. Else like `readNdjsonBatches`.
 *
 * @typeParam D Declared types by column name.
 * @param input The bytes, a path, or a stream of bytes.
 * @param options Rules, types, limits and the size of a batch.
 * @returns The batches; there is always a first.
 * @throws {ParseError} If the input is no array of objects, or a value does
 * not fit its type.
 * @throws {FastpathError} If the input cannot be read or memory runs out.
 * @throws {TypeError} If the input or an option has the wrong type.
 * @throws {RangeError} If an option has a value that is not allowed.
 *
 * @example Count the rows of a stream
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { readJsonBatches } from "@fastpath/fastpath";
 *
 * const stream = new Blob(['[{"a":1},', '{"a":2}]']).stream();
 * let rows = 0;
 * for await (const batch of readJsonBatches(stream)) rows += batch.numRows;
 * assertEquals(rows, 2);
 * ```
 */
export async function* readJsonBatches<D extends DeclaredShape>(
  input: BytesInput,
  options: ReadNdjsonBatchesOptions<D> = {},
): AsyncGenerator<Table<ShapeOf<D>>, void, undefined> {
  const { source, request, placed } = arrayRequest(input, {
    ...options,
    batchRows: options.batchRows ?? BATCH_ROWS,
  });
  try {
    for await (const batch of readBatches(source, request)) {
      yield batch as Table<ShapeOf<D>>;
    }
  } catch (error) {
    throw await placed(error);
  }
}

/** A reader's request over an array, and what gives an error its place. */
function arrayRequest(
  input: BytesInput,
  options: ReadNdjsonBatchesOptions,
): {
  source: BytesInput;
  request: ReadRequest;
  placed: (error: unknown) => Promise<unknown>;
} {
  assertBytesInput(input);
  const plain = requestOf({ ...options, blankLines: "skip" });
  const { format, scanner } = plain;
  const request: ReadRequest = {
    ...plain,
    format: format.name === "ndjson" ? { ...format, isArray: true } : format,
    scanner: (names) => new ArrayScanner(scanner(names)),
  };
  // What cannot be read again is listened to.
  const log = isRepeatable(input) ? null : new LineLog();
  const source = log === null ? input : log.chunks(plainChunks(input, plain));
  const placed = async (error: unknown) => {
    if (!(error instanceof ParseError)) return error;
    const { byteOffset } = error;
    const place = log === null
      ? await lineIn(input, byteOffset, plain)
      : log.lineAt(byteOffset);
    if (place === null) return error;
    // The reader counts records: only the place changes, not the sentence.
    const { line, lineStart } = place;
    return Object.assign(error, { line, column: byteOffset - lineStart + 1 });
  };
  return { source, request, placed };
}

/** The line of a place in what can be read again. */
async function lineIn(
  input: BytesInput,
  byteOffset: number,
  options: ReadRequest,
): Promise<LinePlace> {
  let offset = 0;
  let line = 1;
  let lineStart = 0;
  for await (const chunk of plainChunks(input, options)) {
    let at = chunk.indexOf(10);
    while (at >= 0 && offset + at < byteOffset) {
      line++;
      lineStart = offset + at + 1;
      at = chunk.indexOf(10, at + 1);
    }
    if (at >= 0) break;
    offset += chunk.length;
  }
  return { line, lineStart };
}

/** Options of `readJsonRows`. */
export type ReadJsonRowsOptions = Pick<
  JsonOptions,
  "signal" | "onProgress" | "ratioMax"
>;

/**
 * The records of an array as JavaScript values, one after the other: those
 * that `JSON.parse` makes of each, in memory that depends on the record, not
 * on the array. The loop's pace is the reader's; a loop that is left closes
 * the file. Columns (`readJsonBatches`) are several times faster.
 *
 * @param input The bytes, a path, or a stream of bytes.
 * @param options Who stops it and who listens.
 * @returns The records: of any kind, nested ones too.
 * @throws {ParseError} If the input is no array of JSON values.
 * @throws {FastpathError} If the input cannot be read.
 * @throws {TypeError} If the input or an option has the wrong type.
 * @throws The signal's reason if it is aborted.
 *
 * @example Walk through an array of any size
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { readJsonRows } from "@fastpath/fastpath";
 *
 * const stream = new Blob(['[{"a":[1]},', '{"a":[2,3]}]']).stream();
 * let items = 0;
 * for await (const row of readJsonRows(stream)) {
 *   items += (row as { a: number[] }).a.length;
 * }
 * assertEquals(items, 3);
 * ```
 */
export async function* readJsonRows(
  input: BytesInput,
  options: ReadJsonRowsOptions = {},
): AsyncGenerator<unknown, void, undefined> {
  const { signal, onProgress, ratioMax } = checkJsonOptions(options);
  const log = new LineLog();
  const rows = new Rows(log);
  const pace = new Pace(signal);
  const chunks = log.chunks(plainChunks(input, { signal, ratioMax }));
  for await (const { text, isLast } of arrayLines(chunks)) {
    for (const row of isLast ? rows.finish() : rows.push(text)) {
      yield row;
      if (pace.due()) await pace.rest();
    }
    onProgress?.(rows.bytesDone);
  }
}

/** Lines to values. */
class Rows {
  readonly #log: LineLog;
  readonly #decoder = new TextDecoder("utf-8", {
    fatal: true,
    ignoreBOM: true,
  });
  #carry: Uint8Array<ArrayBuffer>[] = [];
  /** Bytes before the next line. */
  #offset = 0;
  bytesDone = 0;

  constructor(log: LineLog) {
    this.#log = log;
  }

  *push(chunk: Uint8Array<ArrayBuffer>): Generator<unknown> {
    this.bytesDone += chunk.length;
    let from = 0;
    while (true) {
      const end = chunk.indexOf(10, from);
      if (end < 0) break;
      yield* this.#row(this.#withCarry(chunk.subarray(from, end)), 1);
      from = end + 1;
    }
    if (from < chunk.length) this.#carry.push(chunk.slice(from));
  }

  *finish(): Generator<unknown> {
    yield* this.#row(this.#withCarry(new Uint8Array(0)), 0);
  }

  #withCarry(end: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
    if (this.#carry.length === 0) return end;
    const parts = [...this.#carry, end];
    const length = parts.reduce((sum, part) => sum + part.length, 0);
    const bytes = new Uint8Array(length);
    let at = 0;
    for (const part of parts) {
      bytes.set(part, at);
      at += part.length;
    }
    this.#carry = [];
    return bytes;
  }

  *#row(line: Uint8Array<ArrayBuffer>, ends: number): Generator<unknown> {
    const offset = this.#offset;
    this.#offset += line.length + ends;
    const from = offset === 0 && line[0] === 0xEF ? 3 : 0;
    let at = from;
    while (at < line.length && line[at]! <= 32) at++;
    if (at === line.length) return;
    const record = line.subarray(from);
    let value;
    try {
      value = JSON.parse(this.#decoder.decode(record));
    } catch (error) {
      throw this.#fault(record, offset + from, error);
    }
    yield value;
  }

  /** The fault of a record, in its place in the document. */
  #fault(
    record: Uint8Array<ArrayBuffer>,
    offset: number,
    cause: unknown,
  ): unknown {
    const rules = { maxDepth: Infinity, lines: false, loneSurrogates: true };
    const checker = new JsonChecker(rules, null, true);
    try {
      checker.push(record);
      checker.finish();
    } catch (error) {
      if (!(error instanceof ParseError)) return error;
      const { code } = error;
      const byteOffset = offset + error.byteOffset;
      const { line, lineStart } = this.#log.lineAt(byteOffset) ??
        { line: 1, lineStart: 0 };
      const column = byteOffset - lineStart + 1;
      const args = { ...checker.args };
      return new ParseError({ code, line, column, byteOffset, args });
    }
    return cause;
  }
}
