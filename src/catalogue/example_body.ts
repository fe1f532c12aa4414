/**
 * A small body of an operation in each form that it takes, for descriptions.
 *
 * @module
 */

import { readArrowSync } from "../arrow/read.ts";
import { writeArrowSync } from "../arrow/write.ts";
import { readCsvSync } from "../csv/read.ts";
import { writeCsv } from "../csv/write.ts";
import { writeJson } from "../json/write.ts";
import { readNdjsonSync } from "../ndjson/read.ts";
import { writeNdjson } from "../ndjson/write.ts";
import { type RowsFormat, withFormat } from "../read/_format.ts";
import type { Table } from "../table/table.ts";
import type { Op } from "./op.ts";
import { ARROW_FILE_TYPE, ARROW_STREAM_TYPE } from "./rows_out.ts";

/** Bytes of a sample's text, about. */
const SAMPLE_BYTES = 120;
const SEED = 1;

const READERS: Readonly<
  Partial<Record<RowsFormat, (bytes: Uint8Array) => Table>>
> = { csv: readCsvSync, ndjson: readNdjsonSync, arrow: readArrowSync };

const WRITERS: Readonly<
  Record<string, (table: Table) => Uint8Array | Promise<Uint8Array>>
> = {
  "text/csv": writeCsv,
  "application/x-ndjson": writeNdjson,
  "application/json": writeJson,
  [ARROW_STREAM_TYPE]: (table) => writeArrowSync(table, { format: "stream" }),
  [ARROW_FILE_TYPE]: (table) => writeArrowSync(table, { format: "file" }),
};

/**
 * A body that gives a result without options.
 *
 * @param op The operation.
 * @param mediaType One of its media types.
 * @returns The bytes; those of a sample where it takes no rows.
 */
export async function exampleBody(
  op: Op,
  mediaType: string,
): Promise<Uint8Array> {
  const sample = op.sampleInput(SAMPLE_BYTES, SEED);
  if (op.input.mediaTypes[0] === "application/json") return oneLine(sample);
  const write = WRITERS[mediaType];
  if (op.input.mediaTypes.length === 1 || write === undefined) return sample;
  const { format } = await withFormat(sample, {});
  return await write(READERS[format]!(sample));
}

/** A JSON document on one line, which is NDJSON as well. */
function oneLine(document: Uint8Array): Uint8Array {
  const text = new TextDecoder().decode(document);
  return new TextEncoder().encode(`${JSON.stringify(JSON.parse(text))}\n`);
}
