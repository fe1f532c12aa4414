/**
 * Which options are of which form of an input of rows: one that the form has
 * no use for is a mistake, and refused.
 *
 * @module
 */

import type { BytesInput } from "../input.ts";
import { RULE_OPTIONS } from "../ndjson/read.op.ts";
import {
  type FormattedInput,
  type RowsFormat,
  withFormat,
} from "../read/_format.ts";
import { ratioOf } from "../read/_rows_door.ts";
import { declaredOption } from "../read/_types_option.ts";
import type { OptionValues } from "./op.ts";
import { DIALECT_OPTIONS } from "./op_csv.ts";
import { UsageError } from "./option_values.ts";

export type { RowsFormat };

/** Options of some forms of the input, and how those forms are called. */
const OF_FORMS: readonly {
  readonly names: readonly string[];
  readonly formats: readonly RowsFormat[];
  readonly words: string;
}[] = [
  {
    names: [
      ...["input-delimiter", "input-header", "errors"],
      // Those two mean the output where an input has its own.
      ...DIALECT_OPTIONS.map(({ name }) => name)
        .filter((name) => name !== "delimiter" && name !== "header"),
    ],
    formats: ["csv"],
    words: "a CSV input",
  },
  {
    names: RULE_OPTIONS.map(({ name }) => name),
    formats: ["ndjson", "json"],
    words: "an NDJSON or JSON input",
  },
  {
    names: ["types", "where"],
    formats: ["csv", "ndjson", "json"],
    words: "an input of text",
  },
];

/**
 * Refuses options of other forms than the input's.
 *
 * @param format The input's form.
 * @param values The decoded options of a command that reads and writes rows.
 * @throws {UsageError} For the first option that the form has no use for.
 * @throws {RangeError} If types of JSON are said to be text.
 */
export function refuseForeign(
  format: RowsFormat,
  values: OptionValues,
): void {
  for (const { names, formats, words } of OF_FORMS) {
    if (formats.includes(format)) continue;
    const name = names.find((one) => values[one] !== undefined);
    if (name === undefined) continue;
    const form = values[name] === false ? `no-${name}` : name;
    throw new UsageError(`--${form} is of ${words}, not of ${format}`);
  }
  if (format !== "csv") declaredOption(values.types);
}

/**
 * An input whose form its first bytes tell, and whose options are of it.
 *
 * @param input The input.
 * @param values The decoded options.
 * @param signal Stops the reading.
 * @returns The form, and the input to read from now on.
 * @throws {UsageError} As `refuseForeign`.
 */
export function formedInput(
  input: BytesInput,
  values: OptionValues,
  signal: AbortSignal,
): Promise<FormattedInput> {
  return withFormat(
    input,
    { ...ratioOf(values), signal },
    (format) => refuseForeign(format, values),
  );
}
