/**
 * The forms in which the entries of the readers give rows.
 *
 * @module
 */

import { writeJsonBatches } from "../json/write.ts";
import { printBatches, ROW_OUTPUTS } from "../read/_rows_door.ts";
import type { Table } from "../table/table.ts";
import type { OutputSpec } from "./op.ts";

/** Media types of Arrow IPC, as registered with IANA. */
export const ARROW_STREAM_TYPE = "application/vnd.apache.arrow.stream";
export const ARROW_FILE_TYPE = "application/vnd.apache.arrow.file";

/** Arrow as a stream. */
export const ARROW_OUTPUT: OutputSpec = {
  name: "arrow",
  mediaType: ARROW_STREAM_TYPE,
};

/** Text forms alone. */
export const TEXT_OUTPUTS: readonly OutputSpec[] = [
  ...ROW_OUTPUTS,
  { name: "json", mediaType: "application/json" },
];

/** All forms of rows. */
export const ALL_OUTPUTS: readonly OutputSpec[] = [
  ...TEXT_OUTPUTS,
  ARROW_OUTPUT,
];

/**
 * Prints batches in the form that a door asks for.
 *
 * @param batches The rows.
 * @param to The name of an output.
 * @param signal Stops the work.
 * @returns The chunks.
 */
export async function* printRows(
  batches: AsyncIterable<Table>,
  to: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  const options = signal === undefined ? {} : { signal };
  if (to === "json") return yield* writeJsonBatches(batches, options);
  if (to !== "arrow") return yield* printBatches(batches, to);
  // Loaded on first use: most rows are printed as text.
  const { writeArrowBatches } = await import("../arrow/write.ts");
  yield* writeArrowBatches(batches, {
    ...options,
    format: "stream",
    dictionaries: "plain",
  });
}
