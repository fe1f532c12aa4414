/**
 * Events from CSV or NDJSON, and faults of events as positions in the text.
 *
 * @module
 */

import type { EngineMode } from "../backend.ts";
import { readCsv } from "../csv/read.ts";
import { ParseError, type ParseErrorCode } from "../errors.ts";
import { type BytesInput, chunksOf, isRepeatable } from "../input.ts";
import { readNdjson } from "../ndjson/read.ts";
import { withFormat } from "../profile/_source.ts";
import type { Column } from "../table/column.ts";
import type { Table } from "../table/table.ts";
import { classify } from "../values/classify.ts";
import { NUMBERS } from "../values/flags.ts";
import { EventFault, EXPECTED_CHANGE } from "./_faults.ts";
import type { TimelineOptions } from "./options.ts";
import { timeline } from "./timeline.ts";

/** What every door asks. */
export interface EventRequest {
  readonly input: BytesInput;
  readonly values: Readonly<Record<string, unknown>>;
  readonly engine: EngineMode;
  readonly signal?: AbortSignal;
  readonly onProgress?: (bytesDone: number) => void;
}

/** A text of events, read. */
export interface EventText {
  readonly table: Table;
  readonly input: BytesInput;
  readonly format: "csv" | "ndjson";
  readonly signal: AbortSignal | undefined;
}

/**
 * Reads a text of events. A stream is kept in memory: its types are decided
 * by all rows, as those of a file are.
 *
 * @throws {ParseError} If the text breaks a rule of its format.
 */
export async function readEvents(request: EventRequest): Promise<EventText> {
  const { values, signal, engine, onProgress } = request;
  const found = values.format === undefined
    ? await withFormat(request.input, signal)
    : { format: String(values.format), input: request.input };
  const input = isRepeatable(found.input)
    ? found.input
    : await collect(found.input, signal);
  const format = found.format === "ndjson" ? "ndjson" : "csv";
  const options = {
    engine,
    ...(signal === undefined ? {} : { signal }),
    ...(onProgress === undefined ? {} : { onProgress }),
  };
  const table = format === "ndjson"
    ? await readNdjson(input, options)
    : await readCsv(input, {
      ...options,
      delimiter: String(values.delimiter ?? ","),
    });
  return { table, input, format, signal };
}

async function collect(
  input: BytesInput,
  signal: AbortSignal | undefined,
): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  for await (const chunk of chunksOf(input, signal)) chunks.push(chunk.slice());
  return new Uint8Array(await new Blob(chunks).arrayBuffer());
}

/**
 * The timeline of a text.
 *
 * @throws {ParseError} If a column is missing or a value is not allowed.
 */
export async function timelineOfText(
  text: EventText,
  options: TimelineOptions,
): Promise<Table> {
  const { table } = text;
  try {
    checkNames(table, options.perType === true);
    if (table.has("change")) checkChange(table.column("change"));
    return await timeline(table, options);
  } catch (error) {
    if (error instanceof EventFault) throw await faultOf(error, text);
    throw error;
  }
}

function checkNames(table: Table, perType: boolean): void {
  if (table.numColumns === 0 && table.numRows === 0) return;
  const needed = ["timestamp", "change", ...(perType ? ["type"] : [])];
  const missing = needed.find((name) => !table.has(name));
  if (missing === undefined) return;
  const names = table.columnNames.slice(0, 20).map((name) => `"${name}"`);
  throw new ParseError({
    code: "MISSING_COLUMN",
    line: 1,
    column: 1,
    byteOffset: 0,
    args: { column: missing, found: names.join(", ") },
  });
}

/** Finds the value that keeps the changes from being numbers. */
function checkChange(column: Column): void {
  const { type } = column;
  if (type === "i32" || type === "i64" || type === "f64") return;
  if (column.nullCount === column.length) return;
  for (let row = 0; row < column.length; row++) {
    if (column.isNull(row)) continue;
    const value = String(column.value(row));
    const bytes = new TextEncoder().encode(value);
    const found = classify(bytes, 0, bytes.length);
    if ((found & NUMBERS) !== 0 && type === "utf8") continue;
    throw invalidChange(row, value);
  }
  // Numbers all, but some only a float holds and some only an integer.
  throw invalidChange(0, String(column.value(0)), "integers or floats, ");
}

function invalidChange(row: number, value: string, kinds = ""): EventFault {
  const expected = kinds === ""
    ? EXPECTED_CHANGE
    : `${kinds}not integers beyond 2^53 beside floats or texts`;
  return new EventFault("INVALID_VALUE", row, {
    column: "change",
    value,
    expected,
  });
}

async function faultOf(
  { code, row, args }: EventFault,
  text: EventText,
): Promise<ParseError> {
  const { line, byteOffset } = await positionOf(row, text);
  return new ParseError({
    code: code satisfies ParseErrorCode,
    line,
    column: 1,
    byteOffset,
    args: { ...args },
  });
}

/** Where the record of a row begins; the input's begin for no row. */
async function positionOf(
  row: number,
  { input, format, signal }: EventText,
): Promise<{ line: number; byteOffset: number }> {
  if (row < 0) return { line: 1, byteOffset: 0 };
  const finder = new RecordFinder(format === "csv" ? row + 1 : row);
  for await (const chunk of chunksOf(input, signal)) {
    if (finder.look(chunk, format === "csv")) break;
  }
  return { line: finder.line, byteOffset: finder.byteOffset };
}

const [LF, CR, SPACE, TAB, QUOTE] = [10, 13, 32, 9, 34];

/**
 * Counts records of a text that has been read without a fault: line feeds
 * outside of quotes end them, blank lines are none.
 */
class RecordFinder {
  #left: number;
  #quoted = false;
  #blank = true;
  #at = 0;
  #lines = 1;
  /** Physical line of the record, from 1. */
  line = 1;
  /** Byte at which it begins, from 0. */
  byteOffset = 0;

  constructor(record: number) {
    this.#left = record;
  }

  /** Looks at bytes; true once the record is found. */
  look(bytes: Uint8Array, isCsv: boolean): boolean {
    for (const byte of bytes) {
      if (byte === LF && !this.#quoted) {
        if (!this.#blank && this.#left-- === 0) return true;
        this.#blank = true;
      } else if (this.#blank && !isBlank(byte, isCsv)) {
        this.#blank = false;
        this.line = this.#lines;
        this.byteOffset = this.#at;
      }
      if (byte === QUOTE && isCsv) this.#quoted = !this.#quoted;
      if (byte === LF) this.#lines++;
      this.#at++;
    }
    return false;
  }
}

function isBlank(byte: number, isCsv: boolean): boolean {
  return byte === CR || byte === LF ||
    !isCsv && (byte === SPACE || byte === TAB);
}
