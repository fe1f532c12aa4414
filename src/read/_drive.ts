/**
 * Runs passes over an input: a table typed by all rows, or batches typed by
 * a sample. What happens when the sample's types do not hold is decided here
 * alone, for both formats and both engines.
 *
 * @module
 */

import {
  engineFor,
  engineForAsync,
  type KernelName,
  type Native,
} from "../backend.ts";
import { ParseError } from "../errors.ts";
import {
  assertBytesInput,
  assertPlainBytes,
  type BytesInput,
  isPath,
  isRepeatable,
  statGranted,
} from "../input.ts";
import { compressionOf, plainChunks } from "../inflate/inflate.ts";
import { readablePath } from "../../ffi/readable.ts";
import { Pace } from "../pace.ts";
import type { Column } from "../table/column.ts";
import type { Field } from "../table/schema.ts";
import type { Table } from "../table/table.ts";
import type { Scanner } from "../values/block.ts";
import { checkDeclared } from "./_declared.ts";
import {
  BATCH,
  END,
  type Engine,
  type Format,
  HUNGRY,
  type Pass,
  ROWS_MAX,
  type Step,
} from "./_engine.ts";
import { chunksAhead } from "./_chunks_ahead.ts";
import { NativeEngine } from "./_read_native.ts";
import { TypeScriptEngine } from "./_read_ts.ts";
import type { ReadSettings } from "./options.ts";

/** What to read and how, checked. */
export interface ReadRequest extends ReadSettings {
  readonly kernel: KernelName;
  readonly format: Format;
  readonly scanner: (names: readonly string[]) => Scanner;
  readonly types: "auto" | "text";
  /** What becomes of faulty rows; absent where a fault ends the reading. */
  readonly policy?: Pass["policy"];
  /** How numbers are written; absent for `1234.5`. */
  readonly numbers?: Pass["numbers"];
  /** Makes UTF-8 of the input; absent where it is nothing else. */
  readonly decoder?: ByteDecoder;
}

/** Makes UTF-8 of bytes in memory, and of chunks. */
export interface ByteDecoder {
  /** Whether a file needs nothing done; its begin is looked at. */
  readonly isPlain: (path: string | URL) => Promise<boolean>;
  /** The same bytes, or others. */
  readonly bytes: (bytes: Uint8Array) => Uint8Array;
  /** Chunks; each is used up before the next one is asked for. */
  readonly chunks: (
    chunks: AsyncIterable<Uint8Array>,
  ) => AsyncIterable<Uint8Array>;
}

const NOTHING = new Uint8Array(0);

/** Rows from which a table's types are guessed before all rows decide. */
const GUESS_ROWS = 8192;
/** The same where rows are read over: many of them may lie between. */
const GUESS_ROWS_WHERE = 1024;

/** Reads an input to one table. */
export async function readTable(
  input: BytesInput,
  request: ReadRequest,
): Promise<Table> {
  assertBytesInput(input);
  input = decodedInput(input, request);
  const first = tablePass(input, request);
  if (decidesFirst(input, request)) {
    const fields = await inferFields(input, request);
    return await tableOf(input, request, typedPass(first, fields));
  }
  const table = await tableOrMisfit(tableOf(input, request, first), input);
  if (table !== null && !isRepeatable(input)) return table;
  if (table !== null && !hasLateTypes(table, first)) return table;
  const fields = await inferFields(input, request);
  return await tableOf(input, request, typedPass(first, fields));
}

/** Reads bytes to one table without giving up the thread. */
export function readTableSync(bytes: Uint8Array, request: ReadRequest): Table {
  assertPlainBytes(bytes);
  request.signal?.throwIfAborted();
  bytes = request.decoder?.bytes(bytes) ?? bytes;
  const first = tablePass(bytes, request);
  const native = first.limit === 0
    ? null
    : engineFor(request.kernel, bytes.length, request.engine);
  if (!decidesFirst(bytes, request)) {
    try {
      const engine = openEngine(native, first, request);
      const table = tableSync(bytes, engine, request);
      if (!hasLateTypes(table, first)) return table;
    } catch (error) {
      if (!isMisfit(error)) throw error;
    }
  }
  const fields = inferSync(bytes, native, request);
  const pass = typedPass(first, fields);
  return tableSync(bytes, openEngine(native, pass, request), request);
}

/** Reads an input batch by batch; the caller's pace is the reader's. */
export async function* readBatches(
  input: BytesInput,
  request: ReadRequest,
): AsyncGenerator<Table, void, undefined> {
  assertBytesInput(input);
  if (request.inferAll && !isRepeatable(input)) {
    throw new TypeError(
      'Cannot read: the option inferRows is "all", and a stream cannot be ' +
        "read twice",
    );
  }
  input = decodedInput(input, request);
  let pass = passOf(input, request, "build");
  // A sample of every row that is read is no more than an inference.
  if (request.inferAll && request.limit > request.sampleRows) {
    pass = typedPass(pass, await inferFields(input, request));
  }
  yield* run(input, request, await openAsync(input, request, pass));
}

/** Bytes in memory are decoded once, not pass by pass. */
function decodedInput(input: BytesInput, request: ReadRequest): BytesInput {
  return input instanceof Uint8Array
    ? request.decoder?.bytes(input) ?? input
    : input;
}

/**
 * Whether the types of a table are decided before it is built: a guess that
 * does not hold would have reported its error rows already.
 */
function decidesFirst(input: BytesInput, request: ReadRequest): boolean {
  return request.policy !== undefined && request.limit > 0 &&
    isRepeatable(input);
}

function passOf(
  input: BytesInput,
  request: ReadRequest,
  goal: Pass["goal"],
): Pass {
  return { ...request, goal, bytesExpected: sizeOf(input) };
}

/** A pass that makes one batch of all rows. */
function tablePass(input: BytesInput, request: ReadRequest): Pass {
  const batchRows = Math.min(ROWS_MAX, Math.max(request.limit, 1));
  // All rows decide the types of what can be read again: the sample is a
  // guess there, and a short one costs less.
  const sampleRows = isRepeatable(input)
    ? Math.min(
      request.sampleRows,
      request.where === undefined ? GUESS_ROWS : GUESS_ROWS_WHERE,
    )
    : request.sampleRows;
  return { ...passOf(input, request, "build"), batchRows, sampleRows };
}

/** Bytes of an input, 0 where they are not known beforehand. */
function sizeOf(input: BytesInput): number {
  if (input instanceof Uint8Array) return input.length;
  return isPath(input) ? statGranted(input)?.size ?? 0 : 0;
}

/** A pass whose types are all known. */
function typedPass(pass: Pass, declared: readonly Field[]): Pass {
  const { columns } = pass;
  const wanted = columns === undefined
    ? declared
    : declared.filter(({ name }) => columns.has(name));
  return { ...pass, declared: wanted, sampleRows: 1 };
}

async function tableOrMisfit(
  reading: Promise<Table>,
  input: BytesInput,
): Promise<Table | null> {
  try {
    return await reading;
  } catch (error) {
    if (isRepeatable(input) && isMisfit(error)) return null;
    throw error;
  }
}

/** Whether an error may come from types that a sample decided. */
function isMisfit(error: unknown): boolean {
  return error instanceof ParseError &&
    (error.code === "TYPE_MISMATCH" || error.code === "NEW_COLUMN");
}

/**
 * Whether a column without values in the sample, which is therefore utf8,
 * has values later: they may join to another type.
 */
function hasLateTypes(table: Table, pass: Pass): boolean {
  if (pass.types === "text" || table.numRows <= pass.sampleRows) return false;
  const declared = new Set(pass.declared.map((field) => field.name));
  return table.schema.some((field, index) =>
    (field.item ?? field).type === "utf8" && !declared.has(field.name) &&
    firstText(table.columnAt(index)) >= pass.sampleRows
  );
}

/** The first row with a text that is not empty, of a list too, or -1. */
function firstText(column: Column): number {
  const { items, offsets } = column;
  if (items !== undefined) {
    const item = offsets![0]! + firstText(items.slice(offsets![0]!));
    let row = 0;
    while (row < column.length && offsets![row + 1]! <= item) row++;
    return item < offsets![0]! || row === column.length ? -1 : row;
  }
  for (let row = 0; row < column.length; row++) {
    if (!column.isNull(row) && column.bytes(row)!.length > 0) return row;
  }
  return -1;
}

async function tableOf(
  input: BytesInput,
  request: ReadRequest,
  pass: Pass,
): Promise<Table> {
  const engine = await openAsync(input, request, pass);
  let table: Table | undefined;
  for await (const batch of run(input, request, engine)) table ??= batch;
  return table!;
}

function tableSync(
  bytes: Uint8Array,
  engine: Engine,
  request: ReadRequest,
): Table {
  let table: Table | undefined;
  try {
    engine.feed(bytes, true, true);
    for (let step = engine.step(); step !== END; step = engine.step()) {
      if (step === BATCH) table ??= engine.take();
      request.onProgress?.(engine.bytesDone);
    }
  } finally {
    engine.close();
  }
  return table!;
}

/** The types that all rows join to; a fault of the input ends the search. */
async function inferFields(
  input: BytesInput,
  request: ReadRequest,
): Promise<Field[]> {
  const pass = passOf(input, request, "infer");
  const engine = await openAsync(input, request, pass);
  try {
    for await (const step of stepsOf(input, request, engine)) {
      if (step === BATCH) break;
    }
    return checkedFields(engine.fields(), pass);
  } finally {
    engine.close();
  }
}

/** The later passes declare every column: a missing one shows only here. */
function checkedFields(fields: Field[], pass: Pass): Field[] {
  checkDeclared(pass, fields.map(({ name }) => name));
  return fields;
}

function inferSync(
  bytes: Uint8Array,
  native: Native | null,
  request: ReadRequest,
): Field[] {
  const pass = passOf(bytes, request, "infer");
  const isLimited = pass.limit < Infinity;
  const engine = openEngine(isLimited ? null : native, pass, request);
  try {
    engine.feed(bytes, true, true);
    let step = engine.step();
    while (step !== END && step !== BATCH) step = engine.step();
    return checkedFields(engine.fields(), pass);
  } finally {
    engine.close();
  }
}

/**
 * The native library if it is to run a pass. It knows no limit of its own:
 * an inference over a limited number of rows is done in TypeScript.
 */
function chooseAsync(
  input: BytesInput,
  request: ReadRequest,
  pass: Pass,
): Promise<Native | null> {
  const isLimited = pass.limit === 0 ||
    (pass.goal === "infer" && pass.limit < Infinity);
  if (isLimited) return Promise.resolve(null);
  const size = input instanceof Uint8Array ? input.length : Infinity;
  return engineForAsync(request.kernel, size, request.engine);
}

async function openAsync(
  input: BytesInput,
  request: ReadRequest,
  pass: Pass,
): Promise<Engine> {
  request.signal?.throwIfAborted();
  return openEngine(await chooseAsync(input, request, pass), pass, request);
}

function openEngine(
  native: Native | null,
  pass: Pass,
  request: ReadRequest,
): Engine {
  return native === null
    ? new TypeScriptEngine(pass)
    : new NativeEngine(native, pass, request);
}

/** The batches of a pass; closes the engine and the input in any case. */
async function* run(
  input: BytesInput,
  request: ReadRequest,
  engine: Engine,
): AsyncGenerator<Table, void, undefined> {
  try {
    for await (const step of stepsOf(input, request, engine)) {
      if (step === BATCH) yield engine.take();
    }
  } finally {
    engine.close();
  }
}

/** Feeds the input and gives every step that did something. */
async function* stepsOf(
  input: BytesInput,
  request: ReadRequest,
  engine: Engine,
): AsyncGenerator<Step, void, undefined> {
  const pace = new Pace();
  if (input instanceof Uint8Array) {
    engine.feed(input, true, true);
    yield* stepsUntilFed(request, engine, pace);
    return;
  }
  const path = await pathFor(engine, input, request);
  if (path !== null && engine.takeFile?.(path)) {
    yield* stepsUntilFed(request, engine, pace);
    return;
  }
  const { aheadBytes = 0 } = engine;
  const text = aheadBytes > 0
    ? textAhead(input, request, aheadBytes)
    : textChunks(input, request, request.signal);
  for await (const chunk of text) {
    engine.feed(chunk, false, false);
    if (yield* stepsUntilFed(request, engine, pace)) return;
  }
  engine.feed(NOTHING, true, true);
  yield* stepsUntilFed(request, engine, pace);
}

/** The format's text in chunks. */
function textChunks(
  input: BytesInput,
  request: ReadRequest,
  signal: AbortSignal | undefined,
): AsyncIterable<Uint8Array> {
  const chunks = plainChunks(input, { ...request, signal });
  return request.decoder?.chunks(chunks) ?? chunks;
}

/** The same in chunks of some MiB, read ahead. */
async function* textAhead(
  input: BytesInput,
  request: ReadRequest,
  bytes: number,
): AsyncGenerator<Uint8Array, void, undefined> {
  const { signal } = request;
  const stopper = new AbortController();
  const stop = () => stopper.abort(signal?.reason);
  signal?.addEventListener("abort", stop, { once: true });
  try {
    yield* chunksAhead(textChunks(input, request, stopper.signal), bytes, stop);
  } finally {
    signal?.removeEventListener("abort", stop);
  }
}

/** The path that an engine reads by itself; null where it is fed. */
async function pathFor(
  engine: Engine,
  input: BytesInput,
  { decoder }: ReadRequest,
): Promise<string | null> {
  const isItsOwn = engine.takeFile !== undefined && isPath(input) &&
    compressionOf(input) === null;
  const path = isItsOwn ? readablePath(input) : null;
  if (path === null || decoder === undefined) return path;
  return await decoder.isPlain(path) ? path : null;
}

/** Works until the engine wants more bytes, or is at its end (true). */
async function* stepsUntilFed(
  request: ReadRequest,
  engine: Engine,
  pace: Pace,
): AsyncGenerator<Step, boolean, undefined> {
  while (true) {
    request.signal?.throwIfAborted();
    const step = await engine.stepAsync();
    request.onProgress?.(engine.bytesDone);
    if (step === HUNGRY) return false;
    if (step === END) return true;
    yield step;
    if (pace.due()) await pace.rest();
  }
}
