/**
 * The native engine: hands bytes to a reader behind a handle and copies its
 * batches into columns.
 *
 * @module
 */

import { type ConfigValues, encodeConfig } from "../../ffi/call.ts";
import { Control } from "../../ffi/control.ts";
import { NativeHandle } from "../../ffi/handle.ts";
import { BAD_ARGUMENT, FAULT, MORE } from "../../ffi/status.ts";
import type { Native } from "../backend.ts";
import type { Fault } from "../errors.ts";
import { bitmapBytes } from "../table/_bitmap.ts";
import { Column, type Dictionary } from "../table/column.ts";
import { declaredType, type Field, type TypeName } from "../table/schema.ts";
import { Table } from "../table/table.ts";
import { missingColumn } from "./_declared.ts";
import { type DialectRules, NO_BYTE } from "./_dialect_rules.ts";
import {
  BATCH,
  END,
  type Engine,
  HUNGRY,
  type JsonRules,
  type Pass,
  ROWS_MAX,
  type Step,
  WORKING,
} from "./_engine.ts";

/** Bytes of one call: some 10 ms of work, so that an abort acts at once. */
const PUSH_BYTES = 1 << 22;
/** From here a call takes about 1 ms and goes to another thread. */
const ASYNC_FROM_BYTES = 1 << 18;

/** What the reader says of a declared column that the header lacks. */
const NOT_IN_HEADER = "a declared column is not in the header";

/** Parts of a column that `fp_reader_copy` knows. */
const PART_DATA = 0;
const PART_VALIDITY = 1;
const PART_OFFSETS = 2;
const PART_DICTIONARY_OFFSETS = 3;
const PART_DICTIONARY_BYTES = 4;

const NOTHING = new Uint8Array(0);

/** A column of a batch, as the kernel describes it. */
interface BatchColumn {
  name: string;
  type: TypeName;
  zoned: boolean;
  nulls: number;
  dictionary: { length: number; bytes: number } | null;
  /** Bytes of plain texts. */
  bytes: number;
}

/** A batch, as the kernel describes it. */
interface BatchText {
  rows: number;
  columns: BatchColumn[];
}

/** A pass in the native library. */
export class NativeEngine implements Engine {
  readonly #native: Native;
  readonly #handle: NativeHandle;
  readonly #control: Control;
  readonly #pass: Pass;
  readonly #signal: AbortSignal | undefined;
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
  #isOver = false;
  #fedBefore = 0;
  #rowsTaken = 0;

  /** A pass that has not begun; the signal stops its calls. */
  constructor(native: Native, pass: Pass, signal: AbortSignal | undefined) {
    const config = configOf(pass);
    const status = native.fp_reader_open(config, config.length);
    this.#native = native;
    this.#pass = pass;
    this.#signal = signal;
    this.#handle = new NativeHandle(native, status, `${pass.format.name}.read`);
    this.#control = new Control({ signal });
  }

  get bytesDone(): number {
    return this.#fedBefore + this.#position;
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
    if (this.#batch !== undefined || this.#isOver) return this.step();
    if (size < ASYNC_FROM_BYTES && !this.#isMidPush) return this.step();
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
    const table = new Table(
      columns.map((column, index) =>
        [column.name, this.#copied[index]!] as const
      ),
      rows,
    );
    this.#batch = undefined;
    this.#copied = [];
    this.#handle.check(this.#native.fp_reader_next(this.#handle.id));
    const left = this.#pass.limit - this.#rowsTaken;
    this.#rowsTaken += rows;
    if (this.#rowsTaken >= this.#pass.limit) this.#isOver = true;
    return rows > left ? table.slice(0, left) : table;
  }

  fields(): Field[] {
    return this.#batch!.columns
      .map(({ name, type, zoned }) => ({ name, type, zoned }));
  }

  close(): void {
    this.#control[Symbol.dispose]();
    this.#handle.close();
  }

  /** The next bytes to push; none while a push is answered batch by batch. */
  #takePiece(): Uint8Array<ArrayBuffer> {
    if (this.#isMidPush) return NOTHING;
    const end = Math.min(this.#position + PUSH_BYTES, this.#bytes.length);
    const piece = this.#bytes.subarray(this.#position, end);
    this.#position = end;
    this.#isLastPiece = this.#last && end === this.#bytes.length;
    return piece;
  }

  #after(status: number): Step {
    try {
      return this.#afterPush(status);
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

  #afterPush(status: number): Step {
    if (status === BAD_ARGUMENT && this.#handle.text() === NOT_IN_HEADER) {
      throw missingColumn(this.#pass);
    }
    const step = this.#handle.check(status, { signal: this.#signal });
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

  /** Copies one column more; an inference has none to copy. */
  #copyStep(batch: BatchText): Step {
    const index = this.#copied.length;
    if (index === batch.columns.length || this.#pass.goal === "infer") {
      return BATCH;
    }
    this.#copied.push(this.#column(batch.columns[index]!, index, batch.rows));
    return WORKING;
  }

  #column(
    { type, zoned, nulls, dictionary, bytes }: BatchColumn,
    index: number,
    length: number,
  ): Column {
    const validity = nulls === 0
      ? undefined
      : new Uint8Array(this.#copy(index, PART_VALIDITY, bitmapBytes(length)));
    const data = this.#copy(index, PART_DATA, bytes);
    switch (type) {
      case "bool":
        return new Column({
          type,
          length,
          validity,
          data: new Uint8Array(data),
        });
      case "i32":
      case "date":
        return new Column({
          type,
          length,
          validity,
          data: new Int32Array(data),
        });
      case "f64":
        return new Column({
          type,
          length,
          validity,
          data: new Float64Array(data),
        });
      case "i64":
      case "timestamp":
        return new Column<"i64" | "timestamp">({
          type,
          zoned,
          length,
          validity,
          data: new BigInt64Array(data),
        });
      case "utf8":
        return dictionary === null
          ? new Column({
            type,
            length,
            validity,
            data: new Uint8Array(data),
            offsets: this.#offsets(index, PART_OFFSETS, length),
          })
          : new Column({
            type,
            length,
            validity,
            data: new Int32Array(data),
            dictionary: this.#dictionary(index, dictionary),
          });
    }
  }

  #dictionary(
    index: number,
    { length, bytes }: { length: number; bytes: number },
  ): Dictionary {
    return {
      length,
      data: new Uint8Array(this.#copy(index, PART_DICTIONARY_BYTES, bytes)),
      offsets: this.#offsets(index, PART_DICTIONARY_OFFSETS, length),
    };
  }

  #offsets(
    index: number,
    part: number,
    length: number,
  ): Int32Array<ArrayBuffer> {
    return new Int32Array(this.#copy(index, part, 4 * (length + 1)));
  }

  #copy(index: number, part: number, size: number): ArrayBuffer {
    const out = new ArrayBuffer(size);
    const status = this.#native.fp_reader_copy(
      this.#handle.id,
      index,
      part,
      out,
      size,
    );
    this.#handle.check(status);
    return out;
  }
}

/** The config of a pass, as `reader::Options` in Rust reads it. */
function configOf(pass: Pass): Uint8Array<ArrayBuffer> {
  const { format, types, declared, largeFloats, goal, batchRows } = pass;
  const { limit } = pass;
  const schema = declared
    .map((field) => `${field.name}\0${declaredType(field)}\0`).join("");
  const isTable = batchRows === ROWS_MAX && limit === Infinity;
  return encodeConfig({
    format: format.name,
    types,
    schema,
    large_floats: [...largeFloats].map((name) => `${name}\0`).join(""),
    mode: goal === "infer" ? "infer" : isTable ? "build" : "sample",
    batch_rows: Math.min(batchRows, limit),
    sample_rows: pass.sampleRows,
    ...policyConfig(pass),
    ...(format.name === "csv"
      ? {
        delimiter: format.delimiter,
        header: format.header,
        ...(format.dialect === undefined ? {} : dialectConfig(format.dialect)),
      }
      : rulesConfig(format.rules)),
  });
}

function policyConfig({ policy, numbers }: Pass): ConfigValues {
  return {
    on_error: policy?.onMisfit,
    max_errors: policy?.maxErrors,
    decimal: numbers && character(numbers.decimal),
    thousands: numbers && character(numbers.thousands),
  };
}

/** A byte as a text; none is the empty text. */
function character(byte: number): string {
  return byte === NO_BYTE ? "" : String.fromCharCode(byte);
}

function dialectConfig(rules: DialectRules): ConfigValues {
  const lines = (texts: readonly string[]) =>
    texts.map((text) => `${text}\0`).join("");
  return {
    dialect: true,
    quote: character(rules.quote),
    escape: character(rules.escape),
    comment: character(rules.comment),
    names: rules.names === null ? undefined : lines(rules.names),
    skip_rows: rules.skipRows,
    trim: rules.trim,
    null_tokens: lines(rules.nullTokens),
    lenient: rules.lenient,
    recovers: rules.recovers,
  };
}

function rulesConfig(rules: JsonRules): ConfigValues {
  return {
    max_depth: rules.maxDepth,
    duplicates: rules.duplicates,
    surrogates: rules.surrogates,
    integers: rules.integers,
    overflow: rules.overflow,
    blank_lines: rules.blankLines,
  };
}
