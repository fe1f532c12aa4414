/**
 * What form the rows of a door's input have: CSV, NDJSON, JSON or Arrow.
 *
 * @module
 */

import { assertBytesInput, type BytesInput, isPath } from "../input.ts";
import {
  type InflateOptions,
  plainChunks,
  plainName,
  rejoined,
} from "../inflate/inflate.ts";
import { withFormat } from "../profile/_source.ts";

/** A form of rows. */
export type RowsFormat = "csv" | "ndjson" | "json" | "arrow";

/** Endings of Arrow files and streams. */
const ARROW_ENDINGS = [".arrow", ".arrows", ".feather"];

/** Begins of Arrow that no text has: a file, and a message of a stream. */
const ARROW_BEGINS = [
  [0x41, 0x52, 0x52, 0x4f, 0x57, 0x31, 0, 0],
  [0xff, 0xff, 0xff, 0xff],
];
const BEGIN_BYTES = 8;

/** An input whose form is known. */
export interface FormattedRows {
  readonly format: RowsFormat;
  /** The input; its beginning may have been read already. */
  readonly input: BytesInput;
}

/**
 * Finds the form of an input by its ending or its first bytes.
 *
 * @param input The input.
 * @param format The form where it was named.
 * @param options How it is inflated, and who stops the reading.
 * @returns The form, and the input to read from now on.
 * @throws {TypeError} If it is no input.
 */
export async function formattedRows(
  input: BytesInput,
  format: unknown,
  options: InflateOptions,
): Promise<FormattedRows> {
  assertBytesInput(input);
  if (typeof format === "string") {
    return { format: format as RowsFormat, input };
  }
  if (isPath(input)) {
    const name = plainName(input).toLowerCase();
    const isArrow = ARROW_ENDINGS.some((ending) => name.endsWith(ending));
    if (name.endsWith(".json")) return { format: "json", input };
    return isArrow
      ? { format: "arrow", input }
      : await withFormat(input, options);
  }
  if (input instanceof Uint8Array) {
    return beginsAsArrow(input)
      ? { format: "arrow", input }
      : await withFormat(input, options);
  }
  return await ofStream(input, options);
}

function beginsAsArrow(bytes: Uint8Array): boolean {
  return ARROW_BEGINS.some((begin) =>
    begin.every((byte, index) => bytes[index] === byte)
  );
}

async function ofStream(
  input: BytesInput,
  options: InflateOptions,
): Promise<FormattedRows> {
  const chunks = plainChunks(input, options);
  const begin: Uint8Array<ArrayBuffer>[] = [];
  const head: number[] = [];
  while (head.length < BEGIN_BYTES) {
    const { value, done } = await chunks.next();
    if (done) break;
    // A chunk is valid until the next one is asked for.
    begin.push(value.slice());
    head.push(...value.subarray(0, BEGIN_BYTES));
  }
  const whole = rejoined(begin, chunks);
  return beginsAsArrow(new Uint8Array(head))
    ? { format: "arrow", input: whole }
    : await withFormat(whole, options);
}
