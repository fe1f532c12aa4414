/**
 * The native engine of the writers: rows of a table go over the boundary in
 * blocks, a call per column, and come back as bytes in arrays made here.
 *
 * @module
 */

import { encodeConfig } from "../../ffi/call.ts";
import { NativeHandle } from "../../ffi/handle.ts";
import type { Native } from "../backend.ts";
import { bitmapBytes } from "../table/_bitmap.ts";
import type { Column, Dictionary } from "../table/column.ts";
import type { CsvForm } from "../table/_print_csv.ts";
import { keyText, NdjsonPrinter } from "../table/_print_ndjson.ts";
import type { CsvPrinter } from "../table/_print_csv.ts";
import { encodeText } from "../table/_text.ts";
import type { TypeName } from "../table/schema.ts";
import type { Table } from "../table/table.ts";
import { Output } from "./_output.ts";

/** Rows of a block: its columns stay in the processor's cache. */
const BLOCK_ROWS = 4096;

/** Rows of a block that several threads print: enough to start them for. */
const SHARED_ROWS = 65_536;

/** Rows from which a table is printed by several threads, as in the kernel. */
const SHARED_FROM = 8192;

/** Places of a large table whose rows tell how long all will be. */
const SAMPLES = 16;

/** Rows at each of them. */
const SAMPLE_ROWS = 256;

/** Bytes that the rows of a sample are printed into. */
const SAMPLE_BYTES = 1 << 17;

/** Bytes of a row's texts in a block, unless few rows have more. */
const ROW_TEXT_BYTES = 512;

const NOTHING = new Uint8Array(0);

/** Numbers of the types at the boundary. */
const TYPE_IDS: Readonly<Record<TypeName, number>> = {
  bool: 1,
  i32: 2,
  i64: 3,
  f64: 4,
  date: 5,
  timestamp: 6,
  utf8: 7,
  // The scale is added.
  decimal: 32,
  duration: 16,
  // Lists are printed in TypeScript: see `rows`.
  list: 0,
};
const ZONED_TIMESTAMP = 8;

/** Types whose values the kernel checks as `checkTable` does. */
const CHECKED: ReadonlySet<TypeName> = new Set([
  ...["bool", "i32", "i64", "f64", "date", "timestamp", "utf8"] as const,
]);

/**
 * Whether the kernel refuses every table of this schema that `checkTable`
 * refuses, but for its buffers.
 */
export function kernelChecks(table: Table): boolean {
  return table.schema.every(({ type }) => CHECKED.has(type));
}

/** What the kernel is told of the form. */
export type NativeForm =
  | { readonly name: "csv"; readonly csv: CsvForm }
  | { readonly name: "ndjson" }
  | { readonly name: "json" };

/** Prints rows of tables by the library. Close it when done. */
export class NativeRows {
  readonly #native: Native;
  readonly #kernel: string;
  readonly #form: NativeForm;
  readonly #printer: CsvPrinter | NdjsonPrinter;
  readonly #isWhole: boolean;
  /** Threads that print; 0 is as many as there are cores. */
  readonly #threads: number;
  /** Rows done and bytes written, by the last call that printed. */
  readonly #report = new Uint32Array(2);
  #handle: NativeHandle | null = null;
  /** Names and types that the handle was opened with. */
  #opened = "";
  /** The dictionary that the kernel holds for each column. */
  #dictionaries: (Dictionary | undefined)[] = [];

  constructor(
    native: Native,
    kernel: string,
    form: NativeForm,
    printer: CsvPrinter | NdjsonPrinter,
    isWhole: boolean,
    threads: number,
  ) {
    this.#threads = threads;
    this.#native = native;
    this.#kernel = kernel;
    this.#form = form;
    this.#printer = printer;
    this.#isWhole = isWhole;
  }

  /** Frees the kernel. */
  close(): void {
    this.#handle?.close();
    this.#handle = null;
  }

  /**
   * Prints the rows of a table, in chunks of about 256 KiB or into one array.
   * An empty chunk is an occasion to rest.
   *
   * @param table The rows. The kernel refuses what `checkTable` refuses, but
   * finds it block by block and does not say where; buffers that are shared,
   * resizable or detached are the caller's to find.
   * @param head What stands before the rows.
   * @returns The chunks, each a new array.
   */
  *rows(
    table: Table,
    head: Uint8Array<ArrayBuffer>,
  ): Generator<Uint8Array<ArrayBuffer>, void, undefined> {
    const hasLists = table.schema.some(({ type }) => type === "list");
    if (table.numColumns === 0 || hasLists) {
      yield head;
      return yield* this.#printer.rows(table);
    }
    const handle = this.#open(table);
    const { numRows, numColumns } = table;
    const isShared = numRows >= SHARED_FROM && this.#threads !== 1;
    const guess = this.#isWhole && numRows >= SHARED_FROM
      ? this.#guess(handle, table)
      : 0;
    const output = new Output(this.#isWhole, numRows, numColumns, head, guess);
    for (let from = 0; from < numRows;) {
      const to = blockEnd(table, from, isShared ? SHARED_ROWS : BLOCK_ROWS);
      this.#send(handle, table, from, to);
      for (let done = 0; done < to - from;) {
        const rows = this.#print(handle, output.room());
        if (rows > 0) {
          this.#noteRows();
          output.written(rows, this.#report[1]!);
        }
        done += rows;
        if (done < to - from) yield output.renew(rows === 0) ?? NOTHING;
      }
      yield NOTHING;
      from = to;
    }
    const last = output.take();
    if (last !== null) yield last;
  }

  /** Bytes that all rows take, by rows from all over the table. */
  #guess(handle: NativeHandle, table: Table): number {
    const out = new Uint8Array(SAMPLE_BYTES);
    const step = (table.numRows - SAMPLE_ROWS) / (SAMPLES - 1);
    let [rows, bytes] = [0, 0];
    for (let sample = 0; sample < SAMPLES; sample++) {
      const from = Math.floor(step * sample) & ~7;
      const to = blockEnd(table, from, SAMPLE_ROWS);
      this.#send(handle, table, from, to);
      rows += this.#print(handle, out);
      bytes += this.#report[1]!;
    }
    return rows === 0 ? 0 : bytes / rows * table.numRows;
  }

  #open(table: Table): NativeHandle {
    const key = JSON.stringify(table.schema);
    if (this.#handle !== null && key === this.#opened) return this.#handle;
    this.close();
    const status = this.#native.fp_writer_open(
      ...withLength(encodeConfig(this.#config(table))),
    );
    this.#opened = key;
    this.#dictionaries = [];
    return this.#handle = new NativeHandle(this.#native, status, this.#kernel);
  }

  #config(
    table: Table,
  ): Record<string, string | number | boolean | Uint8Array> {
    const types = Uint8Array.from(
      table.schema,
      ({ type, zoned, scale = 0 }) =>
        zoned ? ZONED_TIMESTAMP : TYPE_IDS[type] + scale,
    );
    const threads = this.#threads;
    if (this.#form.name !== "csv") {
      const keys = table.schema.map(({ name }, index) => keyText(name, index));
      return { form: this.#form.name, types, keys: packed(keys), threads };
    }
    const { delimiter, lineEnd, formulas, quoting } = this.#form.csv;
    return {
      form: "csv",
      types,
      threads,
      delimiter,
      crlf: lineEnd === "\r\n",
      formulas: formulas === "escape",
      quoting,
    };
  }

  /** Hands the rows `from` to `to` over, column by column. */
  #send(handle: NativeHandle, table: Table, from: number, to: number): void {
    for (let index = 0; index < table.numColumns; index++) {
      const column = table.columnAt(index);
      const { dictionary } = column;
      if (
        dictionary !== undefined && this.#dictionaries[index] !== dictionary
      ) {
        this.#sendDictionary(handle, index, dictionary);
      }
      const data = valuesOf(column, from, to);
      const validity = column.validity?.subarray(
        from >>> 3,
        bitmapBytes(to),
      ) ?? null;
      const offsets = column.offsets?.subarray(from, to + 1) ?? null;
      handle.check(this.#native.fp_writer_column(
        handle.id,
        index,
        to - from,
        data as Uint8Array<ArrayBuffer>,
        data.byteLength,
        validity,
        validity?.length ?? 0,
        offsets,
        offsets?.byteLength ?? 0,
      ));
    }
  }

  #sendDictionary(
    handle: NativeHandle,
    index: number,
    dictionary: Dictionary,
  ): void {
    const { data, length } = dictionary;
    const offsets = dictionary.offsets.subarray(0, length + 1);
    handle.check(this.#native.fp_writer_dictionary(
      handle.id,
      index,
      data,
      data.length,
      offsets,
      offsets.byteLength,
    ));
    this.#dictionaries[index] = dictionary;
  }

  /** From now on rows stand before others. */
  #noteRows(): void {
    if (this.#printer instanceof NdjsonPrinter) this.#printer.hasRows = true;
  }

  /** Prints rows into `out` and gives their number. */
  #print(handle: NativeHandle, out: Uint8Array<ArrayBuffer>): number {
    const printer = this.#printer;
    handle.check(this.#native.fp_writer_print(
      handle.id,
      printer instanceof NdjsonPrinter && printer.hasRows ? 1 : 0,
      out,
      out.length,
      this.#report,
      this.#report.byteLength,
    ));
    return this.#report[0]!;
  }
}

/** Where a block ends that begins at a row; sooner where texts are long. */
function blockEnd(table: Table, from: number, rows: number): number {
  let to = Math.min(from + rows, table.numRows);
  for (let index = 0; index < table.numColumns; index++) {
    const { offsets } = table.columnAt(index);
    if (offsets === undefined) continue;
    // Bitmaps are cut at whole bytes, so blocks are of eight rows at least.
    while (
      to - from > 8 && offsets[to]! - offsets[from]! > rows * ROW_TEXT_BYTES
    ) to = from + Math.max((to - from) >>> 4 << 3, 8);
  }
  return to;
}

/** The values of rows: of a bitmap whole bytes, of texts their bytes. */
function valuesOf(column: Column, from: number, to: number): ArrayBufferView {
  const { data, type, offsets } = column;
  if (offsets !== undefined) {
    return data.subarray(offsets[from]!, offsets[to]!);
  }
  if (type === "bool") return data.subarray(from >>> 3, bitmapBytes(to));
  return data.subarray(from, to);
}

/** Texts one after the other, each behind its length in four bytes. */
function packed(texts: readonly string[]): Uint8Array<ArrayBuffer> {
  const parts = texts.map(encodeText);
  const size = parts.reduce((sum, part) => sum + 4 + part.length, 0);
  const out = new Uint8Array(size);
  const view = new DataView(out.buffer);
  let at = 0;
  for (const part of parts) {
    view.setUint32(at, part.length, true);
    out.set(part, at + 4);
    at += 4 + part.length;
  }
  return out;
}

function withLength(
  bytes: Uint8Array<ArrayBuffer>,
): [Uint8Array<ArrayBuffer>, number] {
  return [bytes, bytes.length];
}
