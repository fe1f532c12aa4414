/**
 * Any rows of a large CSV file: a sparse index says where some of them begin,
 * so that only the bytes around the wanted ones are read.
 *
 * @module
 */

import { type Fault, ParseError } from "../errors.ts";
import { openToRead } from "../files.ts";
import { compressionOf } from "../inflate/inflate.ts";
import {
  type BytesInput,
  chunksOf,
  isPath,
  statGranted,
  unreadable,
} from "../input.ts";
import { TypeFinder } from "../read/_sample.ts";
import { type DeclaredShape, declaredType } from "../table/schema.ts";
import type { Table } from "../table/table.ts";
import { FAULT, FieldBlock, HUNGRY } from "../values/block.ts";
import { requestOf } from "./_request.ts";
import type { CsvDialect } from "./options.ts";
import { readCsv } from "./read.ts";

/** Bytes between two marks where nothing else is said. */
const EVERY_BYTES = 1 << 20;

/** The version of the index's form. */
const VERSION = 1;

const NOTHING = new Uint8Array(0);

/** The dialect of a file that can be indexed. */
export type IndexedDialect = Omit<
  CsvDialect,
  "encoding" | "invalidUtf8" | "mode"
>;

/** How a CSV file is indexed: its dialect, and how close the marks stand. */
export interface CsvIndexOptions extends IndexedDialect {
  /** Bytes between two marks, about. Default 1 MiB. */
  readonly everyBytes?: number;
  /** Stops the work. */
  readonly signal?: AbortSignal;
  /** Told the bytes that are done. */
  readonly onProgress?: (bytesDone: number) => void;
}

/** A sparse index of a CSV file's rows; it is plain JSON. */
export interface CsvIndex {
  /** The version of this form: 1. */
  readonly version: number;
  /** Bytes of the file. */
  readonly bytes: number;
  /** Rows of the file, the header not counted. */
  readonly rows: number;
  /** The dialect that the file was indexed with. */
  readonly dialect: IndexedDialect;
  /** Names and types of the columns, by all rows; types as in a schema. */
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  /** Rows, from 0, whose place is known; the first is row 0 if there is one. */
  readonly marks: {
    /** Their numbers, ascending. */
    readonly rows: readonly number[];
    /** Offsets of their first bytes. */
    readonly offsets: readonly number[];
    /** Their physical lines, from 1. */
    readonly lines: readonly number[];
  };
}

/**
 * Reads a CSV file once and notes where rows begin, one about every MiB, and
 * the types of the columns by all rows. Keep the index as JSON beside the
 * file.
 *
 * @param input The bytes or a path; not compressed.
 * @param options Dialect and distance of the marks.
 * @returns The index.
 * @throws {ParseError} If the input breaks a rule of CSV.
 * @throws {FastpathError} If the input cannot be read.
 * @throws {TypeError} If an option has the wrong type.
 * @throws {RangeError} If an option has a value that is not allowed, or the
 * path is that of a compressed file.
 *
 * @example Index bytes and read two rows
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { indexCsv, readCsvRows } from "@fastpath/fastpath";
 *
 * const bytes = new TextEncoder().encode("n\n1\n2\n3\n4\n");
 * const index = await indexCsv(bytes, { everyBytes: 4 });
 * assertEquals(index.rows, 4);
 * const table = await readCsvRows(bytes, index, 1, 3);
 * assertEquals(table.column("n").toArray(), [2, 3]);
 * ```
 */
export async function indexCsv(
  input: Uint8Array | string | URL,
  options: CsvIndexOptions = {},
): Promise<CsvIndex> {
  assertPlain(input);
  const { everyBytes = EVERY_BYTES, signal, onProgress, ...dialect } = options;
  checkCount("everyBytes", everyBytes, 1);
  const { scanner: makeScanner, types, numbers } = requestOf(dialect);
  const scanner = makeScanner([]);
  const finder = new TypeFinder([], types, undefined, numbers);
  const marks = new Marks(everyBytes);
  const block = new FieldBlock();
  const cursor = { bytes: NOTHING as Uint8Array, position: 0 };
  let bytes = 0;
  const take = (chunk: Uint8Array, last: boolean) => {
    cursor.bytes = chunk;
    cursor.position = 0;
    for (let scan: unknown = null; scan !== HUNGRY;) {
      scan = scanner.scan(cursor, last, Infinity, block);
      finder.see(scanner.names, block);
      marks.add(block);
      if (scan === FAULT) throw new ParseError(block.fault!);
    }
  };
  for await (const chunk of chunksOf(input as BytesInput, signal)) {
    take(chunk, false);
    bytes += chunk.length;
    onProgress?.(bytes);
  }
  take(NOTHING, true);
  const columns = finder.fields(scanner.names)
    .map((field) => ({ name: field.name, type: declaredType(field) }));
  return {
    ...{ version: VERSION, bytes, rows: marks.count, dialect, columns },
    marks: { rows: marks.rows, offsets: marks.offsets, lines: marks.lines },
  };
}

/** Marks under construction. */
class Marks {
  readonly #every: number;
  /** The next mark is the first row at or behind this offset. */
  #next = 0;
  readonly rows: number[] = [];
  readonly offsets: number[] = [];
  readonly lines: number[] = [];
  /** Rows so far. */
  count = 0;

  constructor(every: number) {
    this.#every = every;
  }

  /** Marks the rows of a block that are far enough from the last mark. */
  add(block: FieldBlock): void {
    let row = 0;
    while (row < block.rows) {
      row = firstFrom(block, row, this.#next);
      if (row === block.rows) break;
      const { line, byteOffset } = block.locate(block.fieldStart(0, row));
      this.rows.push(this.count + row);
      this.offsets.push(byteOffset);
      this.lines.push(line);
      this.#next = (Math.floor(byteOffset / this.#every) + 1) * this.#every;
      row++;
    }
    this.count += block.rows;
  }
}

/** The first row from `row` on that begins at an offset or behind it. */
function firstFrom(block: FieldBlock, row: number, offset: number): number {
  let [low, high] = [row, block.rows];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (block.base + block.fieldStart(0, middle) < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Options of {@linkcode readCsvRows}. */
export interface ReadCsvRowsOptions {
  /** Names of the columns to read; all unless given. */
  readonly columns?: readonly string[];
  /** Which engine reads; default: the backend's choice. */
  readonly engine?: "auto" | "native" | "typescript";
  /** Stops the reading. */
  readonly signal?: AbortSignal;
}

/**
 * The rows `from` to `to` (exclusive) of a CSV file. Of the file, only the
 * header and the bytes between the marks around those rows are read.
 *
 * @param input The bytes or the path that were indexed.
 * @param index The index.
 * @param from The first row, from 0.
 * @param to The row behind the last one; rows that are not there are left out.
 * @param options Columns and engine.
 * @returns The rows, typed as the whole file is.
 * @throws {FastpathError} `INPUT_UNREADABLE` if the file cannot be read or has
 * another size than the one that was indexed.
 * @throws {ParseError} If the file has changed and is no such CSV any more.
 * @throws {TypeError} If the index is none.
 * @throws {RangeError} If the rows are not whole numbers in order.
 *
 * @example Keep the index as JSON
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { type CsvIndex, indexCsv, readCsvRows } from "@fastpath/fastpath";
 *
 * const bytes = new TextEncoder().encode("city,n\nOslo,1\nLima,2\n");
 * const text = JSON.stringify(await indexCsv(bytes));
 * const index = JSON.parse(text) as CsvIndex;
 * const table = await readCsvRows(bytes, index, 1, 2);
 * assertEquals(table.toObjects(), [{ city: "Lima", n: 2 }]);
 * ```
 */
export async function readCsvRows(
  input: Uint8Array | string | URL,
  index: CsvIndex,
  from: number,
  to: number,
  options: ReadCsvRowsOptions = {},
): Promise<Table> {
  assertPlain(input);
  assertIndex(index);
  checkCount("from", from, 0);
  checkCount("to", to, from);
  const { rows, offsets, lines } = index.marks;
  const first = Math.max(0, lastAtMost(rows, from));
  const behind = lastAtMost(rows, to - 1) + 1;
  const start = offsets[first] ?? index.bytes;
  const end = to <= from ? start : offsets[behind] ?? index.bytes;
  const head = await rangeOf(input, index, 0, offsets[0] ?? index.bytes);
  const body = await rangeOf(input, index, start, end);
  const bytes = new Uint8Array(head.length + body.length);
  bytes.set(head);
  bytes.set(body, head.length);
  const moved = { bytes: start - head.length, lines: lines[first] ?? 1 };
  moved.lines -= lines[0] ?? 1;
  const table = await readRange(bytes, index, options, moved);
  const before = rows[first] ?? 0;
  return table.slice(
    Math.min(from - before, table.numRows),
    Math.min(to - before, table.numRows),
  );
}

/** Reads a range behind the header; positions become those of the file. */
async function readRange(
  bytes: Uint8Array,
  { dialect, columns }: CsvIndex,
  options: ReadCsvRowsOptions,
  moved: { bytes: number; lines: number },
): Promise<Table> {
  const wanted = columns.filter(({ name }) =>
    options.columns === undefined || options.columns.includes(name)
  );
  const schema = Object.fromEntries(
    wanted.map(({ name, type }) => [name, type]),
  ) as DeclaredShape;
  try {
    return await readCsv(bytes, { ...dialect, ...options, schema });
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    const { code, line, column, byteOffset, message } = error;
    const fault: Fault = {
      code,
      line: line + moved.lines,
      column,
      byteOffset: byteOffset + moved.bytes,
      args: {},
    };
    throw Object.assign(new ParseError(fault), { message });
  }
}

/** The index of the last entry that is at most `value`, or -1. */
function lastAtMost(sorted: readonly number[], value: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle]! <= value) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** The bytes from `start` to `end` of what was indexed. */
async function rangeOf(
  input: Uint8Array | string | URL,
  index: CsvIndex,
  start: number,
  end: number,
): Promise<Uint8Array> {
  const size = input instanceof Uint8Array
    ? input.length
    : statGranted(input)?.size;
  if (size !== undefined && size !== index.bytes) {
    const name = input instanceof Uint8Array ? "the bytes" : String(input);
    throw unreadable(
      name,
      new Error(
        `it has ${size} bytes and its index is of ${index.bytes}, index it ` +
          "again",
      ),
    );
  }
  if (input instanceof Uint8Array) return input.subarray(start, end);
  return await fileRange(input, start, end);
}

async function fileRange(
  path: string | URL,
  start: number,
  end: number,
): Promise<Uint8Array> {
  const buffer = new Uint8Array(end - start);
  const file = await openToRead(path).catch((error) => {
    throw unreadable(path, error);
  });
  try {
    let done = 0;
    while (done < buffer.length) {
      const part = buffer.subarray(done);
      const read = await file.readAt(part, start + done);
      if (read === null) throw unreadable(path, new Error("it became shorter"));
      done += read;
    }
  } finally {
    file.close();
  }
  return buffer;
}

function assertPlain(input: unknown): void {
  const isBytes = input instanceof Uint8Array;
  if (!isBytes && !isPath(input as BytesInput)) {
    throw new TypeError(
      "Cannot index CSV: expected a Uint8Array or a path, for a stream has " +
        "no rows to come back to",
    );
  }
  if (isBytes || compressionOf(input as string | URL) === null) return;
  throw new RangeError(
    `Cannot index "${input}": a compressed file cannot be read from its ` +
      "middle, decompress it first",
  );
}

function assertIndex(index: CsvIndex): void {
  const isIndex = typeof index === "object" && index !== null &&
    index.version === VERSION && Array.isArray(index.columns) &&
    Array.isArray(index.marks?.rows) && Array.isArray(index.marks.offsets);
  if (isIndex) return;
  throw new TypeError(
    `Cannot read rows: the index is none of version ${VERSION}`,
  );
}

function checkCount(name: string, value: unknown, least: number): void {
  if (Number.isSafeInteger(value) && (value as number) >= least) return;
  throw new RangeError(
    `Cannot read rows: ${name} must be a whole number, ${least} or more: it ` +
      `is ${String(value)}`,
  );
}
