/**
 * Events from CSV or NDJSON, and faults of events as positions in the text.
 *
 * @module
 */

import { ParseError, type ParseErrorCode } from "../errors.ts";
import {
  assertBytesInput,
  type BytesInput,
  chunksOf,
  isRepeatable,
} from "../input.ts";
import { withFormat } from "../profile/_source.ts";
import type { Column } from "../table/column.ts";
import { concatTables } from "../table/concat_tables.ts";
import { Table } from "../table/table.ts";
import { classify } from "../values/classify.ts";
import { NUMBERS } from "../values/flags.ts";
import { TypeTexts } from "./_door_types.ts";
import { EventFault, EXPECTED_CHANGE } from "./_faults.ts";
import type { TimelineOptions } from "./options.ts";
import { timeline } from "./timeline.ts";

/** A text of events that can be read again. */
export interface EventText {
  readonly input: BytesInput;
  readonly format: "csv" | "ndjson";
  readonly signal: AbortSignal | undefined;
}

/**
 * Finds the format of a text. A stream is kept in memory: its types are
 * decided by all rows, as those of a file are, and faults have positions.
 *
 * @param input What a door was given.
 * @param format The format, where it is asked for.
 * @param signal Stops the reading.
 */
export async function eventText(
  input: BytesInput,
  format: unknown,
  signal: AbortSignal | undefined,
): Promise<EventText> {
  assertBytesInput(input);
  const found = format === undefined
    ? await withFormat(input, signal)
    : { format, input };
  return {
    input: isRepeatable(found.input)
      ? found.input
      : await collect(found.input, signal),
    format: found.format === "ndjson" ? "ndjson" : "csv",
    signal,
  };
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
 * @param text The text.
 * @param batches Its rows.
 * @param options What the timeline is to be.
 * @throws {ParseError} If a column is missing or a value is not allowed.
 */
export async function timelineOfText(
  text: EventText,
  batches: AsyncIterable<Table>,
  options: TimelineOptions,
): Promise<Table> {
  const names = ["timestamp", "change", ...(options.perType ? ["type"] : [])];
  const parts: Table[] = [];
  const texts = new TypeTexts();
  let isText = false;
  for await (const batch of batches) {
    const isNothing = batch.numColumns === 0 && batch.numRows === 0;
    const part = isNothing ? batch : only(names, batch);
    isText = part.has("type") && part.column("type").type === "utf8";
    parts.push(texts.takeOut(part));
  }
  const whole = concatTables(parts);
  const table = isText ? texts.putBack(whole) : whole;
  try {
    if (table.has("change")) checkChange(table.column("change"));
    return await timeline(table, options);
  } catch (error) {
    if (error instanceof EventFault) throw await faultOf(error, text);
    throw error;
  }
}

/** The columns that count. */
function only(names: readonly string[], table: Table): Table {
  const missing = names.find((name) => !table.has(name));
  if (missing === undefined) {
    return new Table(names.map((name) => [name, table.column(name)] as const));
  }
  const found = table.columnNames.slice(0, 20).map((name) => `"${name}"`);
  throw new ParseError({
    code: "MISSING_COLUMN",
    line: 1,
    column: 1,
    byteOffset: 0,
    args: { column: missing, found: found.join(", ") || "none" },
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
