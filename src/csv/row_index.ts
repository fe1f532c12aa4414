/**
 * Any rows of a large CSV file: a sparse index says where some of them begin,
 * so that only the bytes around the wanted ones are read.
 *
 * @module
 */

import { ParseError } from "../errors.ts";
import { compressionOf } from "../inflate/inflate.ts";
import { type BytesInput, chunksOf, isPath } from "../input.ts";
import { TypeFinder } from "../read/_sample.ts";
import { declaredType } from "../table/schema.ts";
import type { Table } from "../table/table.ts";
import { FAULT, FieldBlock, HUNGRY } from "../values/block.ts";
import { assertIndex, schemaOf, VERSION } from "./_index_form.ts";
import { IndexedInput } from "./_indexed_input.ts";
import { requestOf } from "./_request.ts";
import type { CsvDialect } from "./options.ts";
import { readCsv } from "./read.ts";

/** Bytes between two marks where nothing else is said. */
const EVERY_BYTES = 1 << 20;

const LF = 10;

const NOTHING = new Uint8Array(0);

const NOT_AS_INDEXED = "its rows are not as the index says";

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
  /** The version of this form: 2. */
  readonly version: number;
  /** Bytes of the file. */
  readonly bytes: number;
  /**
   * When the file was changed last, in milliseconds since 1970; null for bytes,
   * and where the system does not say. With null the time is not compared.
   */
  readonly modifiedMs: number | null;
  /**
   * SHA-256 of the input in hexadecimal; beyond 64 KiB of 16 blocks of 4 KiB
   * between its first and its last byte.
   */
  readonly digest: string;
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
  requestOf(dialect);
  signal?.throwIfAborted();
  const source = await IndexedInput.open(input);
  try {
    const found = await scanRows(
      input,
      dialect,
      everyBytes,
      signal,
      onProgress,
    );
    const print = await source.fingerprint(found.bytes);
    // The digest is of what was scanned.
    await source.assertSame();
    const { bytes, rows, columns, marks } = found;
    return {
      ...{ version: VERSION, bytes, ...print, rows, dialect, columns, marks },
    };
  } finally {
    source.close();
  }
}

/** Reads all rows and notes their places and types. */
async function scanRows(
  input: Uint8Array | string | URL,
  dialect: IndexedDialect,
  everyBytes: number,
  signal: AbortSignal | undefined,
  onProgress: ((bytesDone: number) => void) | undefined,
): Promise<Pick<CsvIndex, "bytes" | "rows" | "columns" | "marks">> {
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
    ...{ bytes, rows: marks.count, columns },
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
 * @throws {FastpathError} `INPUT_UNREADABLE` if the file cannot be read or is
 * not as it was when it was indexed: index it again.
 * @throws {TypeError} If the index is none, or one of another version.
 * @throws {RangeError} If the index is damaged, the rows are not whole numbers
 * in order, or a column is not there.
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
  checkColumns(index, options);
  const { rows, offsets } = index.marks;
  const first = Math.max(0, lastAtMost(rows, from));
  // A part is read for no rows too: it has the columns.
  const behind = lastAtMost(rows, Math.max(from, to - 1)) + 1;
  const start = offsets[first] ?? index.bytes;
  const end = offsets[behind] ?? index.bytes;
  const before = rows[first] ?? 0;
  const count = (rows[behind] ?? index.rows) - before;
  const source = await IndexedInput.open(input);
  try {
    await source.assertIs(index);
    const bytes = await bytesOfPart(source, index, start, end);
    const table = await readRange(source, bytes, index, options);
    const wanted = new Set<unknown>(options.columns ?? index.columns);
    const isAll = table.numRows === count && table.numColumns === wanted.size;
    if (!isAll) throw source.changed(NOT_AS_INDEXED);
    return table.slice(
      Math.min(from - before, count),
      Math.min(to - before, count),
    );
  } finally {
    source.close();
  }
}

/** The header, and behind it the rows between two marks. */
async function bytesOfPart(
  source: IndexedInput,
  index: CsvIndex,
  start: number,
  end: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const head = await source.range(0, index.marks.offsets[0] ?? index.bytes);
  // With the end of the row before it, to see that there is one.
  const lead = start > head.length ? 1 : 0;
  const part = await source.range(start - lead, end);
  await source.assertSame();
  const isWhole = (lead === 0 || part[0] === LF) &&
    (end === index.bytes || part.at(-1) === LF);
  if (!isWhole) throw source.changed(NOT_AS_INDEXED);
  const bytes = new Uint8Array(head.length + part.length - lead);
  bytes.set(head);
  bytes.set(part.subarray(lead), head.length);
  return bytes;
}

/** Reads a range behind the header. */
async function readRange(
  source: IndexedInput,
  bytes: Uint8Array,
  { dialect, columns }: CsvIndex,
  options: ReadCsvRowsOptions,
): Promise<Table> {
  const schema = schemaOf(
    columns.filter(({ name }) => options.columns?.includes(name) ?? true),
  );
  try {
    return await readCsv(bytes, { ...dialect, ...options, schema });
  } catch (error) {
    // All rows were read without a fault once, and all columns were there.
    const isOther = error instanceof ParseError ||
      (error instanceof RangeError && error.message.startsWith("Cannot "));
    throw isOther ? source.changed(NOT_AS_INDEXED, error) : error;
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

/** Whatever is wrong with the options is not the file's fault. */
function checkColumns(index: CsvIndex, options: ReadCsvRowsOptions): void {
  const { columns } = options;
  requestOf({ ...index.dialect, ...options });
  const known = new Set(index.columns.map(({ name }) => name));
  const unknown = columns?.find((name) => !known.has(name));
  if (unknown === undefined) return;
  throw new RangeError(
    `Cannot read rows: the file has no column "${unknown}"`,
  );
}

function checkCount(name: string, value: unknown, least: number): void {
  if (Number.isSafeInteger(value) && (value as number) >= least) return;
  throw new RangeError(
    `Cannot read rows: ${name} must be a whole number, ${least} or more: it ` +
      `is ${String(value)}`,
  );
}
