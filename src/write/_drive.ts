/**
 * Writes tables and rows: what comes first and last, which engine prints the
 * rows of a table, and how bytes go out, as one array or in chunks.
 *
 * @module
 */

import { engineFor, engineForAsync, type Native, recover } from "../backend.ts";
import { Pace } from "../pace.ts";
import { type CsvForm, CsvPrinter } from "../table/_print_csv.ts";
import { NdjsonPrinter } from "../table/_print_ndjson.ts";
import { Table } from "../table/table.ts";
import { compressed, compressedParts } from "../inflate/compress.ts";
import { checkTable, checkTableBuffers } from "./_check.ts";
import { kernelChecks, NativeRows } from "./_native.ts";
import {
  assertName,
  CsvObjects,
  JsonObjects,
  keysOf,
  type ObjectPrinter,
} from "./_objects.ts";
import { joined } from "./_output.ts";
import {
  assertBatches,
  assertWriteInput,
  type WriteBatchesInput,
  type WriteInput,
  type WriteSettings,
} from "./options.ts";

type Chunk = Uint8Array<ArrayBuffer>;
type Chunks = Generator<Chunk, void, undefined>;

const NOTHING: Chunk = new Uint8Array(0);

/** What is written. */
export type WriteForm =
  | { readonly name: "csv"; readonly csv: CsvForm }
  | { readonly name: "ndjson" }
  | { readonly name: "json" };

/** A form with checked options. */
export interface WriteRequest extends WriteSettings {
  readonly kernel: "csv.write" | "ndjson.write";
  readonly form: WriteForm;
}

/** Writes an input to one array without giving up the thread. */
export function writeSync(input: WriteInput, request: WriteRequest): Chunk {
  if (request.compression !== null) {
    throw new TypeError(
      "Cannot write: the option compression is of the functions without Sync",
    );
  }
  const one = inMemory(input);
  const native = one instanceof Table
    ? engineFor(request.kernel, sizeOf(one), request.engine)
    : null;
  try {
    return joined(new Writing(request, native, true).whole(one));
  } catch (error) {
    recover(error, request.engine);
    return joined(new Writing(request, null, true).whole(one));
  }
}

/** Writes an input to one array. */
export async function writeAll(
  input: WriteInput,
  request: WriteRequest,
): Promise<Chunk> {
  const bytes = await writePlain(input, request);
  const { compression, signal } = request;
  if (compression === null) return bytes;
  return joined(await compressedParts(bytes, compression, signal));
}

async function writePlain(
  input: WriteInput,
  request: WriteRequest,
): Promise<Chunk> {
  request.signal?.throwIfAborted();
  const one = inMemory(input);
  const native = one instanceof Table
    ? await engineForAsync(request.kernel, sizeOf(one), request.engine)
    : null;
  const pace = new Pace(request.signal);
  try {
    return await paced(new Writing(request, native, true).whole(one), pace);
  } catch (error) {
    recover(error, request.engine);
    return await paced(new Writing(request, null, true).whole(one), pace);
  }
}

/** Writes batches in chunks; the next batch is asked for when it is due. */
export async function* writeBatches(
  batches: WriteBatchesInput,
  request: WriteRequest,
): AsyncGenerator<Chunk, void, undefined> {
  const plain = plainBatches(batches, request);
  const { compression } = request;
  yield* compression === null ? plain : compressed(plain, compression);
}

async function* plainBatches(
  batches: WriteBatchesInput,
  request: WriteRequest,
): AsyncGenerator<Chunk, void, undefined> {
  assertBatches(batches);
  const { kernel, engine, signal } = request;
  signal?.throwIfAborted();
  const native = await engineForAsync(kernel, Infinity, engine);
  const writing = new Writing(request, native, false);
  const pace = new Pace(signal);
  try {
    for await (const batch of batches) {
      signal?.throwIfAborted();
      for (const chunk of writing.batch(inMemory(batch))) {
        if (chunk.length > 0) yield chunk;
        if (pace.due()) await pace.rest();
      }
    }
    for (const chunk of writing.end()) if (chunk.length > 0) yield chunk;
  } finally {
    writing.close();
  }
}

/** Rows that can be gone through twice: for their keys, then for printing. */
function inMemory(input: WriteInput): Table | readonly object[] {
  assertWriteInput(input);
  if (input instanceof Table || Array.isArray(input)) return input;
  return [...input as Iterable<object>];
}

/** Bytes of a table's values. */
function sizeOf(table: Table): number {
  let size = 0;
  for (let index = 0; index < table.numColumns; index++) {
    const { length, data, offsets } = table.columnAt(index);
    if (offsets === undefined) size += data.byteLength;
    else size += 4 * length + offsets[length]! - offsets[0]!;
  }
  return size;
}

async function paced(chunks: Chunks, pace: Pace): Promise<Chunk> {
  const parts: Chunk[] = [];
  for (const chunk of chunks) {
    parts.push(chunk);
    if (pace.due()) await pace.rest();
  }
  return joined(parts);
}

/** One output under way. */
class Writing {
  readonly #request: WriteRequest;
  readonly #printer: CsvPrinter | NdjsonPrinter;
  readonly #native: NativeRows | null;
  readonly #isWhole: boolean;
  /** The columns, once the first batch has told them. */
  #names: readonly string[] | null = null;
  #objects: ObjectPrinter | null = null;
  #rowsDone = 0;

  /** `isWhole`: the output should be one array. */
  constructor(request: WriteRequest, native: Native | null, isWhole: boolean) {
    const { form, kernel, threads } = request;
    this.#request = request;
    this.#isWhole = isWhole;
    this.#printer = form.name === "csv"
      ? new CsvPrinter(form.csv)
      : new NdjsonPrinter(form.name === "json" ? "array" : "lines");
    this.#native = native === null
      ? null
      : new NativeRows(native, kernel, form, this.#printer, isWhole, threads);
  }

  /** The chunks of an output of one batch; chunks may be empty. */
  *whole(input: Table | readonly object[]): Chunks {
    try {
      yield* this.batch(input);
      yield* this.end();
    } finally {
      this.close();
    }
  }

  /** The chunks of a batch. */
  *batch(input: Table | readonly object[]): Chunks {
    if (input instanceof Table) yield* this.#table(input);
    else yield* this.#rows(input);
  }

  /** What comes after the last batch. */
  *end(): Chunks {
    // Without a batch there are no columns, but still a beginning.
    if (this.#names === null) yield this.#begin(this.#request.columns ?? []);
    yield this.#printer.tail();
  }

  /** Frees what the native engine holds. */
  close(): void {
    this.#native?.close();
  }

  *#table(table: Table): Chunks {
    const { columns } = this.#request;
    const chosen = columns === null ? table : new Table(
      columns.map((name) => [name, table.column(name)] as const),
      table.numRows,
    );
    if (this.#names !== null) this.#assertSame(chosen.columnNames);
    const head = this.#names === null
      ? this.#begin(chosen.columnNames)
      : NOTHING;
    if (this.#native !== null) {
      yield* this.#nativeRows(this.#native, chosen, head);
    } else {
      checkTable(chosen);
      yield head;
      yield* this.#printer.rows(chosen);
    }
    this.#rowsDone += chosen.numRows;
  }

  *#nativeRows(native: NativeRows, table: Table, head: Chunk): Chunks {
    // What is handed out before the last row must not be taken back.
    if (this.#isWhole && kernelChecks(table)) checkTableBuffers(table);
    else checkTable(table);
    try {
      yield* native.rows(table, head);
    } catch (error) {
      // The kernel looks at all that it prints, but only here is it told what
      // is wrong and where.
      checkTable(table);
      throw error;
    }
  }

  *#rows(rows: readonly object[]): Chunks {
    const { columns } = this.#request;
    const isFirst = this.#names === null;
    if (isFirst) yield this.#begin(columns ?? this.#columnsOf(rows));
    this.#objects ??= this.#printer instanceof CsvPrinter
      ? new CsvObjects(this.#printer, this.#names!, columns !== null)
      : new JsonObjects(this.#printer, columns);
    this.#objects.rowsDone = this.#rowsDone;
    this.#objects.areKeysKnown = isFirst;
    yield* this.#objects.rows(rows);
    this.#rowsDone += rows.length;
  }

  /** JSON needs no columns for rows: each prints its own keys. */
  #columnsOf(rows: readonly object[]): readonly string[] {
    return this.#request.form.name === "csv" ? keysOf(rows) : [];
  }

  /** Settles the columns and gives what stands before the first row. */
  #begin(names: readonly string[]): Chunk {
    names.forEach(assertName);
    this.#names = names;
    return this.#printer.head(names);
  }

  #assertSame(names: readonly string[]): void {
    const first = this.#names!;
    const isSame = this.#request.form.name !== "csv" ||
      names.length === first.length &&
        names.every((name, index) => name === first[index]);
    if (isSame) return;
    throw new RangeError(
      "Cannot write batch: its columns are not those of the first batch, " +
        "name all columns with the option columns",
    );
  }
}
