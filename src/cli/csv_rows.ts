/**
 * `fastpath csv index FILE` and `fastpath csv rows FILE --index INDEX`: any
 * rows of a large file without reading what stands before them.
 *
 * @module
 */

import type { OptionSpec } from "../catalogue/op.ts";
import { DIALECT_OPTIONS, dialectOf } from "../catalogue/op_csv.ts";
import { ALL_OUTPUTS, printRows } from "../catalogue/rows_out.ts";
import { assertIndex } from "../csv/_index_form.ts";
import { type CsvIndex, indexCsv, readCsvRows } from "../csv/row_index.ts";
import { bytesOfInput } from "../input.ts";
import type { Table } from "../table/table.ts";
import { printed } from "./_printed.ts";
import type { Command, Invocation } from "./command.ts";
import { UsageError } from "./flags.ts";
import { type Source, sourceOf } from "./source.ts";

/** Options of a dialect that an index cannot be made of. */
const NOT_INDEXED = new Set([
  ...["mode", "encoding", "invalid-utf8", "on-error", "max-errors"],
]);

/** The command `csv index`. */
export const CSV_INDEX: Command = {
  words: ["csv", "index"],
  operands: "FILE",
  summary: "Print an index of a CSV file's rows as JSON, for csv rows",
  options: [
    ...DIALECT_OPTIONS.filter(({ name }) => !NOT_INDEXED.has(name)),
    {
      name: "every-bytes",
      kind: "integer",
      value: "N",
      fallback: "1048576",
      summary: "Bytes between two rows whose place is noted",
    },
  ],
  examples: ["csv index flights.csv > flights.index.json"],
  run: async (invocation) => {
    const { values, signal } = invocation;
    const source = fileOf(invocation, "csv index");
    const everyBytes = values["every-bytes"];
    return await printed(source, async function* (onProgress) {
      const index = await indexCsv(source.name, {
        ...dialectOf(values),
        ...(typeof everyBytes === "number" ? { everyBytes } : {}),
        ...{ signal, onProgress },
      });
      yield new TextEncoder().encode(JSON.stringify(index) + "\n");
    });
  },
};

const ROWS_OPTIONS: readonly OptionSpec[] = [
  {
    name: "index",
    kind: "text",
    value: "FILE",
    summary: "The index that csv index printed",
  },
  {
    name: "from",
    kind: "integer",
    value: "N",
    fallback: "0",
    summary: "The first row, from 0",
  },
  {
    name: "rows",
    kind: "integer",
    value: "N",
    fallback: "10",
    summary: "How many rows",
  },
  {
    name: "columns",
    kind: "text",
    value: "A,B...",
    fallback: "all",
    summary: "Read only the columns of these names",
  },
  {
    name: "to",
    kind: "choice",
    choices: ALL_OUTPUTS.map(({ name }) => name),
    fallback: "csv",
    summary: "The form of the result",
  },
];

/** The command `csv rows`. */
export const CSV_ROWS: Command = {
  words: ["csv", "rows"],
  operands: "FILE",
  summary: "Print any rows of an indexed CSV file",
  options: ROWS_OPTIONS,
  examples: ["csv rows flights.csv --index flights.index.json --from 5000000"],
  run: async (invocation) => {
    const { values, signal, engine } = invocation;
    const { index: path, from = 0, rows = 10, to = "csv", columns } = values;
    if (typeof path !== "string") {
      throw new UsageError("csv rows needs --index FILE, see csv index");
    }
    const source = fileOf(invocation, "csv rows");
    const tables = async function* (): AsyncGenerator<Table> {
      const index = await readIndex(path);
      const first = Number(from);
      yield await readCsvRows(source.name, index, first, first + Number(rows), {
        ...(typeof columns === "string" ? { columns: columns.split(",") } : {}),
        ...{ engine, signal },
      });
    };
    return await printed(
      { ...source, bytes: null },
      () => printRows(tables(), String(to), signal),
    );
  },
};

/** The one operand, which must be a file: stdin has no middle to go to. */
function fileOf({ positionals }: Invocation, command: string): Source {
  const [path] = positionals;
  if (path === undefined || path === "-" || positionals.length > 1) {
    throw new UsageError(`${command} needs one FILE, and not -`);
  }
  return sourceOf(path);
}

async function readIndex(path: string): Promise<CsvIndex> {
  const text = new TextDecoder().decode(await bytesOfInput(path));
  let index: unknown;
  try {
    index = JSON.parse(text);
  } catch {
    throw new UsageError(`${path} is no index: it is not JSON, see csv index`);
  }
  try {
    assertIndex(index);
  } catch (error) {
    throw new UsageError(`${path}: ${(error as Error).message}`);
  }
  return index;
}
