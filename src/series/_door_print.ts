/**
 * How a timeline goes out: as CSV, NDJSON or one JSON array, its points in
 * time with the offset of the zone.
 *
 * @module
 */

import { CsvPrinter } from "../table/_print_csv.ts";
import { NdjsonPrinter } from "../table/_print_ndjson.ts";
import { Column } from "../table/column.ts";
import { Table } from "../table/table.ts";
import { formatTimestamp } from "../values/format.ts";
import { secondsOf, wordsOf } from "./_words.ts";
import { entryAt, FROM, OFFSET, zoneTable } from "./_zone.ts";

/** Rows printed at once. */
const BATCH_ROWS = 65_536;

/** Prints a timeline. */
export async function* printTimeline(
  table: Table,
  to: string,
  zone: string,
): AsyncGenerator<Uint8Array> {
  const printer = to === "csv" ? new CsvPrinter() : new NdjsonPrinter();
  const array = to === "json" ? new ArrayFrame() : null;
  let from = 0;
  do {
    const batch = withOffsets(sliceOf(table, from), zone);
    for (const chunk of printer.print(batch)) {
      yield array === null ? chunk : array.frame(chunk);
    }
    from += BATCH_ROWS;
  } while (from < table.numRows);
  if (array !== null) yield array.end();
}

function sliceOf(table: Table, from: number): Table {
  const to = Math.min(from + BATCH_ROWS, table.numRows);
  return new Table(
    table.schema.map(({ name }, index) =>
      [name, table.columnAt(index).slice(from, to)] as const
    ),
  );
}

/** Points in time as texts with the zone's offset; UTC prints by itself. */
function withOffsets(table: Table, zone: string): Table {
  const time = table.column("timestamp");
  if (!time.zoned || zone === "UTC" || time.length === 0) return table;
  const texts = textColumn(offsetTexts(time, zone));
  return new Table(
    table.schema.map(({ name }, index) =>
      [name, name === "timestamp" ? texts : table.columnAt(index)] as const
    ),
  );
}

function offsetTexts(time: Column, zone: string): string[] {
  const data = time.data as BigInt64Array<ArrayBuffer>;
  const words = wordsOf(data);
  const second = (row: number) =>
    secondsOf(words[2 * row]!, words[2 * row + 1]!);
  const { entries } = zoneTable(zone, second(0), second(time.length - 1));
  const texts: string[] = [];
  let at = 0;
  for (let row = 0; row < time.length; row++) {
    at = entryAt(entries, second(row), FROM, at);
    const offset = entries[at + OFFSET]!;
    const shown = data[row]! + BigInt(offset) * 1_000_000n;
    texts.push(formatTimestamp(shown, false) + offsetText(offset));
  }
  return texts;
}

/** `+02:00`; old offsets have seconds, `+00:53:28`. */
function offsetText(offset: number): string {
  const two = (value: number) => String(value).padStart(2, "0");
  const size = Math.abs(offset);
  const seconds = size % 60 === 0 ? "" : `:${two(size % 60)}`;
  return (offset < 0 ? "-" : "+") + two(Math.floor(size / 3600)) + ":" +
    two(Math.floor(size / 60) % 60) + seconds;
}

function textColumn(texts: readonly string[]): Column {
  const data = new TextEncoder().encode(texts.join(""));
  const offsets = new Int32Array(texts.length + 1);
  texts.forEach((text, row) => offsets[row + 1] = offsets[row]! + text.length);
  return new Column({ type: "utf8", length: texts.length, data, offsets });
}

const [LF, COMMA, OPEN, CLOSE] = [10, 44, 91, 93];

/** Lines of NDJSON as one array: a comma at each line's end but the last. */
class ArrayFrame {
  #isOpen = false;

  frame(lines: Uint8Array): Uint8Array {
    const count = lines.reduce((sum, byte) => byte === LF ? sum + 1 : sum, 0);
    const out = new Uint8Array(lines.length + count + 2);
    let at = 0;
    out[at++] = this.#isOpen ? COMMA : OPEN;
    out[at++] = LF;
    this.#isOpen = true;
    for (let from = 0; from < lines.length - 1; from++) {
      // JSON escapes line feeds in texts: a bare one ends a row.
      if (lines[from] === LF) out[at++] = COMMA;
      out[at++] = lines[from]!;
    }
    return out.subarray(0, at);
  }

  end(): Uint8Array {
    return this.#isOpen
      ? Uint8Array.of(LF, CLOSE, LF)
      : Uint8Array.of(OPEN, CLOSE, LF);
  }
}
