/**
 * The rows of a timeline as they go out: points in time in texts have the
 * offset of the zone.
 *
 * @module
 */

import { Column } from "../table/column.ts";
import { Table } from "../table/table.ts";
import { formatTimestamp } from "../values/format.ts";
import { secondsOf, wordsOf } from "./_words.ts";
import { entryAt, FROM, OFFSET, zoneTable } from "./_zone.ts";

/** Rows printed at once: a few milliseconds. */
const BATCH_ROWS = 16_384;

/**
 * A timeline in batches.
 *
 * @param table The timeline.
 * @returns The batches; there is always a first.
 */
export async function* batchesOf(
  table: Table,
): AsyncGenerator<Table, void, undefined> {
  let from = 0;
  do {
    yield await Promise.resolve(sliceOf(table, from));
    from += BATCH_ROWS;
  } while (from < table.numRows);
}

/**
 * A timeline in batches to print.
 *
 * @param table The timeline.
 * @param zone The zone whose offset is shown.
 * @returns The batches; there is always a first.
 */
export async function* batchesToPrint(
  table: Table,
  zone: string,
): AsyncGenerator<Table, void, undefined> {
  for await (const batch of batchesOf(table)) yield withOffsets(batch, zone);
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
