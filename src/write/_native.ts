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
import { roomFor } from "../table/_sink.ts";
import { encodeText } from "../table/_text.ts";
import type { TypeName } from "../table/schema.ts";
import type { Table } from "../table/table.ts";

/** Bytes of a chunk. */
const CHUNK_BYTES = 1 << 18;

/** Rows of a block: its columns stay in the processor's cache. */
const BLOCK_ROWS = 4096;

/** Bytes of one column's texts in a block, unless few rows have more. */
const BLOCK_TEXT_BYTES = 1 << 21;

/** Numbers of the types at the boundary. */
const TYPE_IDS: Readonly<Record<TypeName, number>> = {
  bool: 1,
  i32: 2,
  i64: 3,
  f64: 4,
  date: 5,
  timestamp: 6,
  utf8: 7,
};
const ZONED_TIMESTAMP = 8;

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
  ) {
    this.#native = native;
    this.#kernel = kernel;
    this.#form = form;
    this.#printer = printer;
  }

  /** Frees the kernel. */
  close(): void {
    this.#handle?.close();
    this.#handle = null;
  }

  /**
   * Prints the rows of a table in chunks of about 256 KiB.
   *
   * @param table The rows; `checkTable` has seen them.
   * @returns The chunks, each a new array.
   */
  *rows(table: Table): Generator<Uint8Array<ArrayBuffer>, void, undefined> {
    if (table.numColumns === 0) return yield* this.#printer.rows(table);
    const handle = this.#open(table);
    const chunks = new Chunks(table.numRows * table.numColumns);
    for (let from = 0; from < table.numRows;) {
      const to = blockEnd(table, from);
      this.#send(handle, table, from, to);
      for (let done = 0; done < to - from;) {
        const room = chunks.room();
        const rows = this.#print(handle, room);
        if (rows > 0) chunks.written(this.#report[1]!);
        done += rows;
        if (done === to - from) break;
        const chunk = chunks.take();
        if (chunk !== null) yield chunk;
        const rowsLeft = table.numRows - from - done;
        chunks.renew(chunk === null, rowsLeft * table.numColumns);
      }
      from = to;
    }
    const last = chunks.take();
    if (last !== null) yield last;
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

  #config(table: Table): Record<string, string | boolean | Uint8Array> {
    const types = Uint8Array.from(
      table.schema,
      ({ type, zoned }) => zoned ? ZONED_TIMESTAMP : TYPE_IDS[type],
    );
    if (this.#form.name !== "csv") {
      const keys = table.schema.map(({ name }, index) => keyText(name, index));
      return { form: this.#form.name, types, keys: packed(keys) };
    }
    const { delimiter, lineEnd, formulas } = this.#form.csv;
    return {
      form: "csv",
      types,
      delimiter,
      crlf: lineEnd === "\r\n",
      formulas: formulas === "escape",
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

  /** Prints rows into `out` and gives their number. */
  #print(handle: NativeHandle, out: Uint8Array<ArrayBuffer>): number {
    const printer = this.#printer;
    const isJson = printer instanceof NdjsonPrinter;
    handle.check(this.#native.fp_writer_print(
      handle.id,
      isJson && printer.hasRows ? 1 : 0,
      out,
      out.length,
      this.#report,
      this.#report.byteLength,
    ));
    const rows = this.#report[0]!;
    if (isJson && rows > 0) printer.hasRows = true;
    return rows;
  }
}

/** The array under construction; what is taken of it is not copied. */
class Chunks {
  #bytes: Uint8Array<ArrayBuffer>;
  #length = 0;

  /** Begins with room for so many fields. */
  constructor(fields: number) {
    this.#bytes = new Uint8Array(roomFor(fields, CHUNK_BYTES));
  }

  /** Where the next rows go. */
  room(): Uint8Array<ArrayBuffer> {
    return this.#bytes.subarray(this.#length);
  }

  /** So many bytes of the room are in use now. */
  written(bytes: number): void {
    this.#length += bytes;
  }

  /** What was written, if anything. */
  take(): Uint8Array<ArrayBuffer> | null {
    if (this.#length === 0) return null;
    const chunk = this.#bytes.subarray(0, this.#length);
    this.#length = 0;
    return chunk;
  }

  /** Begins a new array, larger where not even one row fitted into this one. */
  renew(isTooSmall: boolean, fieldsLeft: number): void {
    const size = isTooSmall
      ? 2 * this.#bytes.length
      : roomFor(2 * fieldsLeft, CHUNK_BYTES);
    this.#bytes = new Uint8Array(size);
  }
}

/** A block's end: `BLOCK_ROWS` rows, fewer where their texts are long. */
function blockEnd(table: Table, from: number): number {
  let to = Math.min(from + BLOCK_ROWS, table.numRows);
  for (let index = 0; index < table.numColumns; index++) {
    const { offsets } = table.columnAt(index);
    if (offsets === undefined) continue;
    // Bitmaps are cut at whole bytes, so blocks are of eight rows at least.
    while (
      to - from > 8 && offsets[to]! - offsets[from]! > BLOCK_TEXT_BYTES
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
