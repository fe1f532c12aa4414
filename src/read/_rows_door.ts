/**
 * What the catalogue's entries of the readers share: how a table goes out,
 * how results are compared, and sample data.
 *
 * @module
 */

import type { EngineMode } from "../backend.ts";
import { CsvPrinter } from "../table/_print_csv.ts";
import { NdjsonPrinter } from "../table/_print_ndjson.ts";
import type { Table } from "../table/table.ts";

/** The forms in which rows go out. */
export const ROW_OUTPUTS: readonly { name: string; mediaType: string }[] = [
  { name: "ndjson", mediaType: "application/x-ndjson" },
  { name: "csv", mediaType: "text/csv" },
];

/** Prints batches in the form that a door asks for. */
export async function* printBatches(
  batches: AsyncIterable<Table>,
  to: string,
): AsyncGenerator<Uint8Array> {
  const printer = to === "csv" ? new CsvPrinter() : new NdjsonPrinter();
  for await (const batch of batches) yield* printer.print(batch);
}

/** What every door asks of a reader. */
export interface RowsRequest {
  readonly engine: EngineMode;
  readonly signal?: AbortSignal;
  readonly onProgress?: (bytesDone: number) => void;
  readonly values: Readonly<Record<string, unknown>>;
}

/** The options of a reader that every door passes on. */
export function doorOptions(
  { signal, onProgress, engine, values }: RowsRequest,
): {
  engine: EngineMode;
  limit: number;
  ratioMax?: number;
  columns?: readonly string[];
  where?: readonly string[];
  threads?: number;
  chunkBytes?: number;
  signal?: AbortSignal;
  onProgress?: (bytesDone: number) => void;
} {
  const { columns, where, threads } = values;
  const chunkBytes = values["chunk-bytes"];
  return {
    engine,
    limit: typeof values.limit === "number" ? values.limit : Infinity,
    ...ratioOf(values),
    ...(typeof columns === "string" ? { columns: columns.split(",") } : {}),
    ...(Array.isArray(where) ? { where: where as string[] } : {}),
    ...(typeof threads === "number" ? { threads } : {}),
    ...(typeof chunkBytes === "number" ? { chunkBytes } : {}),
    ...(signal === undefined ? {} : { signal }),
    ...(onProgress === undefined ? {} : { onProgress }),
  };
}

/** The option `ratioMax` where a door's values have it. */
export function ratioOf(
  values: Readonly<Record<string, unknown>>,
): { ratioMax?: number } {
  const ratioMax = values["ratio-max"];
  return typeof ratioMax === "number" ? { ratioMax } : {};
}

/** A table as plain values: types, storage, and all values as a text. */
export function comparableTable(table: Table): unknown {
  const decoder = new TextDecoder();
  let text = "";
  for (const chunk of new CsvPrinter().print(table)) {
    text += decoder.decode(chunk, { stream: true });
  }
  const columns = table.schema.map((field, index) => {
    const { dictionary, nullCount } = table.columnAt(index);
    return { ...field, nullCount, texts: dictionary?.length ?? null };
  });
  return { columns, rows: table.numRows, text };
}

/** The values of a sample row; null is an absent value. */
export interface SampleRow {
  readonly id: number;
  readonly day: string;
  readonly at: string;
  readonly kind: string;
  readonly price: string;
  readonly big: string | null;
  readonly note: string | null;
}

const KINDS = ["alpha", "beta", "gamma, delta", 'say "hi"', "Zürich", "日本"];

/** Rows from a seed (a multiplicative generator, Lehmer 1951), endless. */
export function* sampleRows(
  seed: number,
): Generator<SampleRow, void, undefined> {
  let state = seed % 65_536 + 1;
  const below = (limit: number) => {
    state = state * 75 % 65_537;
    return state % limit;
  };
  const two = (value: number) => String(value).padStart(2, "0");
  for (let id = 0;; id++) {
    const day = `${1900 + below(200)}-${two(1 + below(12))}-${
      two(1 + below(28))
    }`;
    yield {
      id,
      day,
      at: `${day}T${two(below(24))}:${two(below(60))}:${two(below(60))}Z`,
      kind: KINDS[below(KINDS.length)]!,
      price: `${below(2) === 0 ? "-" : ""}${below(9999)}.${two(below(100))}`,
      big: below(5) === 0 ? null : `90071992547${10_000 + below(50_000)}`,
      note: below(4) === 0 ? null : `n${below(900)}`,
    };
  }
}

/** Lines up to about so many bytes; none for 0. */
export function sampleLines(
  size: number,
  head: string,
  rows: Iterable<string>,
): Uint8Array<ArrayBuffer> {
  const lines: string[] = [];
  let length = 0;
  if (size > 0) {
    lines.push(head);
    length = head.length;
    for (const row of rows) {
      if (length >= size) break;
      lines.push(row);
      length += row.length;
    }
  }
  return new TextEncoder().encode(lines.join(""));
}
