/**
 * The native engine: hands bytes to a reader behind a handle and copies its
 * batches into columns.
 *
 * @module
 */

import { Control } from "../../ffi/control.ts";
import { NativeHandle } from "../../ffi/handle.ts";
import { BAD_ARGUMENT, FAULT, MORE } from "../../ffi/status.ts";
import type { Native } from "../backend.ts";
import type { Fault } from "../errors.ts";
import type { Column } from "../table/column.ts";
import type { Field } from "../table/schema.ts";
import { Table } from "../table/table.ts";
import { missingColumn, missingCondition, missingWanted } from "./_declared.ts";
import {
  type BatchColumn,
  columnOf,
  fieldOf,
  type Part,
  partsOf,
} from "./_native_columns.ts";
import { configOf, isOneBatch, isParallel } from "./_native_config.ts";
import {
  BATCH,
  END,
  type Engine,
  HUNGRY,
  type Pass,
  type Step,
  WORKING,
} from "./_engine.ts";

/** Bytes of one call: some 10 ms of work, so that an abort acts at once. */
const PUSH_BYTES = 1 << 22;
/**
 * Bytes of one call that makes one batch: enough for several threads, which
 * look at the stop flag after each piece.
 */
const TABLE_PUSH_BYTES = 1 << 26;
/**
 * Bytes of one call that makes batches on several threads, and those that are
 * read ahead meanwhile.
 */
const WAVE_BYTES = 3 << 20;
/** From here copying a part takes about 1 ms and goes to another thread. */
const ASYNC_COPY_BYTES = 1 << 21;
/** From here a call takes about 1 ms and goes to another thread. */
const ASYNC_FROM_BYTES = 1 << 18;

/** What the reader says of a column that the header lacks. */
const NOT_IN_HEADER = "a declared column is not in the header";
const WANTED_NOT_IN_HEADER = "a wanted column is not in the header";

const NOTHING = new Uint8Array(0);

/** A batch, as the kernel describes it. */
interface BatchText {
  rows: number;
  columns: BatchColumn[];
}

/** A fault as the kernel tells it; one of its codes is the caller's error. */
interface NativeFault {
  code: string;
  args: Record<string, string>;
}

/** A pass in the native library. */
export class NativeEngine implements Engine {
  readonly #native: Native;
  readonly #handle: NativeHandle;
  #control: Control;
  readonly #pass: Pass;
  readonly #signal: AbortSignal | undefined;
  readonly #request: NativeRequest;
  readonly #pushBytes: number;
  readonly aheadBytes: number;
  /** The file that is read, or null where bytes are fed. */
  #path: string | null = null;
  #bytes = new Uint8Array(0);
  #position = 0;
  #last = false;
  /** Nothing follows the piece that was pushed last. */
  #isLastPiece = false;
  /** The last push has not been answered to its end. */
  #isMidPush = false;
  /** The ready batch, and its columns as far as they are copied. */
  #batch: BatchText | undefined;
  #copied: Column[] = [];
  #next = 0;
  #isOver = false;
  #fedBefore = 0;
  #rowsTaken = 0;

  /** A pass that has not begun; the signal stops its calls. */
  constructor(native: Native, pass: Pass, request: NativeRequest) {
    const { signal } = request;
    const config = configOf(pass);
    const status = native.fp_reader_open(config, config.length);
    this.#native = native;
    this.#pass = pass;
    this.#signal = signal;
    this.#handle = new NativeHandle(native, status, `${pass.format.name}.read`);
    this.#control = new Control({ signal });
    this.#request = request;
    this.aheadBytes = isParallel(pass) ? WAVE_BYTES : 0;
    this.#pushBytes = isOneBatch(pass)
      ? TABLE_PUSH_BYTES
      : this.aheadBytes || PUSH_BYTES;
  }

  get bytesDone(): number {
    return this.#path === null
      ? this.#fedBefore + this.#position
      : this.#control.bytesDone;
  }

  /** Reads a regular file in native code, instead of what is fed. */
  takeFile(path: string): boolean {
    if (!isOneBatch(this.#pass)) return false;
    this.#path = path;
    this.#control[Symbol.dispose]();
    this.#control = new Control(this.#request);
    return true;
  }

  feed(bytes: Uint8Array, last: boolean): void {
    this.#fedBefore += this.#position;
    this.#bytes = bytes as Uint8Array<ArrayBuffer>;
    this.#position = 0;
    this.#last = last;
  }

  step(): Step {
    if (this.#isOver) return END;
    if (this.#batch !== undefined) return this.#copyStep(this.#batch);
    const piece = this.#takePiece();
    const { cells } = this.#control;
    const status = this.#native.fp_reader_push(
      this.#handle.id,
      piece,
      piece.length,
      this.#isLastPiece ? 1 : 0,
      cells,
      cells.length,
    );
    return this.#after(status);
  }

  async stepAsync(): Promise<Step> {
    const size = this.#bytes.length - this.#position;
    if (this.#isOver) return END;
    if (this.#batch !== undefined) return await this.#copyAsync(this.#batch);
    if (this.#path !== null) return await this.#readFile(this.#path);
    // What is left of a push is as little work as the push was.
    const work = this.#isMidPush ? this.#bytes.length : size;
    if (work < ASYNC_FROM_BYTES) return this.step();
    const piece = this.#takePiece();
    const { cells } = this.#control;
    const status = await this.#native.fp_reader_push_async(
      this.#handle.id,
      piece,
      piece.length,
      this.#isLastPiece ? 1 : 0,
      cells,
      cells.length,
    );
    return this.#after(status);
  }

  take(): Table {
    const { rows, columns } = this.#batch!;
    const kept = columns.filter(({ skipped }) => !skipped);
    const table = new Table(
      kept.map(({ name }, index) => [name, this.#copied[index]!] as const),
      rows,
    );
    this.#batch = undefined;
    this.#copied = [];
    this.#next = 0;
    this.#handle.check(this.#native.fp_reader_next(this.#handle.id));
    const left = this.#pass.limit - this.#rowsTaken;
    this.#rowsTaken += rows;
    if (this.#rowsTaken >= this.#pass.limit) this.#isOver = true;
    return rows > left ? table.slice(0, left) : table;
  }

  fields(): Field[] {
    return this.#batch!.columns.filter(({ skipped }) => !skipped)
      .map(fieldOf);
  }

  close(): void {
    this.#control[Symbol.dispose]();
    this.#handle.close();
  }

  /** All of a file in one call; its one batch comes after it. */
  async #readFile(path: string): Promise<Step> {
    if (this.#isLastPiece) {
      this.#isOver = true;
      return END;
    }
    const name = new TextEncoder().encode(path);
    const { cells } = this.#control;
    const status = await this.#native.fp_reader_file_async(
      this.#handle.id,
      name,
      name.length,
      cells,
      cells.length,
    );
    this.#isLastPiece = true;
    return this.#after(status, path);
  }

  /** The next bytes to push; none while a push is answered batch by batch. */
  #takePiece(): Uint8Array<ArrayBuffer> {
    if (this.#isMidPush) return NOTHING;
    const end = Math.min(
      this.#position + this.#pushBytes,
      this.#bytes.length,
    );
    const piece = this.#bytes.subarray(this.#position, end);
    this.#position = end;
    this.#isLastPiece = this.#last && end === this.#bytes.length;
    return piece;
  }

  #after(status: number, path?: string): Step {
    try {
      return this.#afterPush(status, path);
    } finally {
      if (status >= 0 || status === FAULT) this.#reportErrors();
    }
  }

  /** Reports the error rows up to here, as far as they are wanted. */
  #reportErrors(): void {
    const { policy, goal, limit } = this.#pass;
    if (policy === undefined || goal === "infer") return;
    this.#handle.check(this.#native.fp_reader_errors(this.#handle.id));
    const errors = JSON.parse(this.#handle.text()) as {
      row: number;
      fault: Fault;
    }[];
    for (const { row, fault } of errors) {
      if (row < limit) policy.report(fault);
    }
  }

  #afterPush(status: number, path: string | undefined): Step {
    if (status === BAD_ARGUMENT) this.#checkNames(this.#handle.text());
    if (status === FAULT && this.#pass.where !== undefined) {
      this.#checkConditions(JSON.parse(this.#handle.text()) as NativeFault);
    }
    const step = this.#handle.check(status, {
      signal: this.#signal,
      ...(path === undefined ? {} : { path }),
    });
    this.#isMidPush = step === MORE;
    if (step === MORE) {
      this.#batch = JSON.parse(this.#handle.text()) as BatchText;
      return WORKING;
    }
    if (this.#isLastPiece) {
      this.#isOver = true;
      return END;
    }
    return this.#position < this.#bytes.length ? WORKING : HUNGRY;
  }

  /** The column to copy next, or -1; an inference has none to copy. */
  #nextColumn({ columns }: BatchText): number {
    if (this.#pass.goal === "infer") return -1;
    while (columns[this.#next]?.skipped) this.#next++;
    return this.#next < columns.length ? this.#next++ : -1;
  }

  #checkNames(words: string): void {
    if (words === NOT_IN_HEADER) throw missingColumn(this.#pass);
    if (words === WANTED_NOT_IN_HEADER) throw missingWanted(this.#pass);
  }

  #checkConditions({ code, args }: NativeFault): void {
    if (code !== "UNKNOWN_COLUMN") return;
    throw missingCondition(args.column!, args.columns!.split("\0"));
  }

  /** Copies one column more. */
  #copyStep(batch: BatchText): Step {
    const index = this.#nextColumn(batch);
    if (index < 0) return BATCH;
    const shape = batch.columns[index]!;
    const parts = partsOf(shape, batch.rows);
    const copies = parts.map((part) => this.#copy(index, part));
    this.#copied.push(columnOf(shape, batch.rows, copies));
    return WORKING;
  }

  /** The same, and large parts on another thread. */
  async #copyAsync(batch: BatchText): Promise<Step> {
    const index = this.#nextColumn(batch);
    if (index < 0) return BATCH;
    const shape = batch.columns[index]!;
    const parts = partsOf(shape, batch.rows);
    const copies: ArrayBuffer[] = [];
    for (const part of parts) {
      copies.push(
        part.bytes < ASYNC_COPY_BYTES
          ? this.#copy(index, part)
          : await this.#copyBeside(index, part),
      );
    }
    this.#copied.push(columnOf(shape, batch.rows, copies));
    return WORKING;
  }

  #copy(index: number, { part, bytes }: Part): ArrayBuffer {
    const out = new ArrayBuffer(bytes);
    const status = this.#native.fp_reader_copy(
      this.#handle.id,
      index,
      part,
      out,
      bytes,
    );
    this.#handle.check(status);
    return out;
  }

  async #copyBeside(
    index: number,
    { part, bytes }: Part,
  ): Promise<ArrayBuffer> {
    const out = new ArrayBuffer(bytes);
    const status = await this.#native.fp_reader_copy_async(
      this.#handle.id,
      index,
      part,
      out,
      bytes,
    );
    this.#handle.check(status);
    return out;
  }
}

/** What a pass in the native library is told besides the pass. */
export interface NativeRequest {
  readonly signal: AbortSignal | undefined;
  /** Told the bytes that are done while a file is read. */
  readonly onProgress: ((bytesDone: number) => void) | undefined;
}
