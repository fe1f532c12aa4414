/**
 * `fastpath export FILE|- --to csv|ndjson|json [--for spreadsheet]`: the
 * writers in one command, and a CSV as spreadsheets want it.
 *
 * @module
 */

import type { OptionSpec } from "../catalogue/op.ts";
import { COMPRESSION_OPTION, QUOTING_OPTION } from "../catalogue/op_options.ts";
import { ROWS_OPTIONS, rowsOf, writeOptions } from "../catalogue/rows.ts";
import type { CsvQuoting } from "../csv/mod.ts";
import { writeCsvBatches, type WriteCsvOptions } from "../csv/write.ts";
import { writeJsonBatches } from "../json/write.ts";
import { writeNdjsonBatches } from "../ndjson/write.ts";
import { printed } from "./_printed.ts";
import type { Command, Invocation } from "./command.ts";
import { UsageError } from "./flags.ts";
import { sourceOf } from "./source.ts";

const OPTIONS: readonly OptionSpec[] = [
  {
    name: "to",
    kind: "choice",
    choices: ["csv", "ndjson", "json"],
    summary: "The form to write, csv where --for spreadsheet is given",
  },
  {
    name: "for",
    kind: "choice",
    choices: ["spreadsheet"],
    summary: "Write CSV with formulas escaped, a byte order mark and CRLF",
  },
  {
    name: "delimiter",
    kind: "character",
    value: "C",
    fallback: ",",
    summary: "The character between fields of a written CSV, or the word tab",
  },
  QUOTING_OPTION,
  COMPRESSION_OPTION,
  ...ROWS_OPTIONS,
];

/** The command `export`. */
export const EXPORT: Command = {
  words: ["export"],
  operands: "FILE|-",
  summary: "Write the rows of a CSV or NDJSON file in another form",
  options: OPTIONS,
  examples: [
    "export flights.csv --to ndjson",
    "export events.ndjson --to csv --for spreadsheet",
    "export flights.csv --to ndjson --compression gzip > flights.ndjson.gz",
  ],
  run: runExport,
};

/** What a spreadsheet needs to read UTF-8 and to compute nothing (OWASP). */
const SPREADSHEET: WriteCsvOptions = {
  formulas: "escape",
  bom: true,
  lineEnd: "\r\n",
};

async function runExport(invocation: Invocation): Promise<number> {
  const { positionals, signal } = invocation;
  const [argument] = positionals;
  if (argument === undefined || positionals.length > 1) {
    throw new UsageError(
      "export needs one FILE, or - for stdin: found " + positionals.length,
    );
  }
  const to = formOf(invocation);
  const source = sourceOf(argument);
  return await printed(source, (onProgress) => {
    const rows = rowsOf({
      ...invocation,
      input: source.input,
      signal,
      onProgress,
    });
    return written(rows, to, invocation);
  });
}

/** The form that the options name. */
function formOf({ values }: Invocation): string {
  const isSpreadsheet = values.for === "spreadsheet";
  const to = values.to ?? (isSpreadsheet ? "csv" : undefined);
  if (to === undefined) {
    throw new UsageError("export needs --to csv, --to ndjson or --to json");
  }
  if (to === "csv") return to;
  if (isSpreadsheet) {
    throw new UsageError(`--for spreadsheet writes CSV, not ${to}`);
  }
  for (const name of ["delimiter", "quoting"]) {
    if (values[name] === undefined) continue;
    throw new UsageError(`--${name} is of CSV, not of ${to}`);
  }
  return String(to);
}

function written(
  rows: ReturnType<typeof rowsOf>,
  to: string,
  invocation: Invocation,
): AsyncGenerator<Uint8Array> {
  const options = writeOptions(invocation);
  if (to === "ndjson") return writeNdjsonBatches(rows, options);
  if (to === "json") return writeJsonBatches(rows, options);
  const { values } = invocation;
  return writeCsvBatches(rows, {
    ...options,
    ...(values.for === "spreadsheet" ? SPREADSHEET : {}),
    delimiter: (values.delimiter ?? ",") as string,
    quoting: (values.quoting ?? "minimal") as CsvQuoting,
  });
}
