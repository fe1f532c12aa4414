/**
 * The input of a profile: CSV or NDJSON, found by its ending or its first
 * bytes; other forms of rows are refused before anything is described.
 *
 * @module
 */

import { ParseError } from "../errors.ts";
import type { InflateOptions } from "../inflate/inflate.ts";
import type { BytesInput } from "../input.ts";
import { type RowsFormat, withFormat } from "../read/_format.ts";
import type { ProfileFormat } from "./types.ts";

/** An input whose format is known. */
export interface ProfileInput {
  /** The format. */
  readonly format: ProfileFormat;
  /** The input; its beginning may have been read already. */
  readonly input: BytesInput;
}

/** What messages call the forms that are refused. */
const REFUSED: Readonly<Partial<Record<RowsFormat, string>>> = {
  arrow: "Arrow",
  json: "a JSON array",
};

/**
 * Finds the format of an input.
 *
 * @param input The input.
 * @param options How it is inflated, and who stops the reading.
 * @returns The format, and the input to read from now on.
 * @throws {ParseError} `UNSUPPORTED_FORMAT` for Arrow and a JSON array.
 */
export async function profileInput(
  input: BytesInput,
  options: InflateOptions,
): Promise<ProfileInput> {
  const found = await withFormat(input, options, refuse);
  return { format: found.format as ProfileFormat, input: found.input };
}

function refuse(format: RowsFormat): void {
  const name = REFUSED[format];
  if (name === undefined) return;
  throw new ParseError({
    code: "UNSUPPORTED_FORMAT",
    line: 1,
    column: 1,
    byteOffset: 0,
    args: { name },
  });
}
