/**
 * `fastpath csv select`, `csv stats` and `csv convert`: what other commands
 * do, under the names that users of CSV tools look for.
 *
 * @module
 */

import { csvRead } from "../csv/read.op.ts";
import type { Command } from "./command.ts";
import { CONVERT } from "./convert.ts";
import { csvReadCommand } from "./csv_read.ts";
import { UsageError } from "./flags.ts";
import { PROFILE } from "./profile.ts";

/** The command `csv select`: some of the columns. */
export const CSV_SELECT: Command = selectCommand();

function selectCommand(): Command {
  const read = csvReadCommand(csvRead);
  return {
    ...read,
    words: ["csv", "select"],
    summary: "Print some of the columns of CSV",
    options: read.options.map((spec) =>
      spec.name === "to" ? { ...spec, fallback: "csv" } : spec
    ),
    examples: ["csv select FILE --columns day,price"],
    run: async (invocation) => {
      const { columns, to = "csv" } = invocation.values;
      if (columns === undefined) {
        throw new UsageError("csv select needs --columns A,B...");
      }
      const values = { ...invocation.values, to };
      return await read.run({ ...invocation, values });
    },
  };
}

/** The command `csv stats`: every column described. */
export const CSV_STATS: Command = {
  ...PROFILE,
  words: ["csv", "stats"],
  summary:
    "Describe every column of strict UTF-8 CSV in one pass, as profile does",
  examples: ["csv stats flights.csv", "csv stats --json - < flights.csv"],
};

/** The command `csv convert`: CSV to another form. */
export const CSV_CONVERT: Command = {
  ...CONVERT,
  words: ["csv", "convert"],
  summary: "Convert CSV to NDJSON, JSON, Arrow or another CSV",
  options: CONVERT.options.map((spec) =>
    spec.name === "from" ? { ...spec, fallback: "csv" } : spec
  ),
  examples: ["csv convert flights.csv flights.arrow"],
  run: async (invocation) => {
    const { from = "csv" } = invocation.values;
    const values = { ...invocation.values, from };
    return await CONVERT.run({ ...invocation, values });
  },
};
