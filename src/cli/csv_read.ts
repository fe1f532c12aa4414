/**
 * `fastpath csv read` with its error rows, and `fastpath csv head`.
 *
 * @module
 */

import type { Op, OptionSpec, RowReport } from "../catalogue/op.ts";
import { csvRead } from "../csv/read.op.ts";
import { ParseError } from "../errors.ts";
import { isSameFile, WholeFile } from "./_output_file.ts";
import type { Command, Invocation } from "./command.ts";
import { EXIT } from "./failure.ts";
import { UsageError } from "./flags.ts";
import { printError } from "./io.ts";
import { operationCommand } from "./operation.ts";

/** Where the error rows go. */
export const ERRORS_OPTION: OptionSpec = {
  name: "errors",
  kind: "text",
  value: "FILE",
  summary: "Write the error rows to FILE as NDJSON",
};

/** Bytes of error rows that are written at once. */
const FLUSH_CHARACTERS = 1 << 16;
/** Rows that `csv head` prints. */
const HEAD_ROWS = 10;

/**
 * Derives the command of `csv.read`.
 *
 * @param op The operation.
 * @returns Its command, which reports error rows.
 */
export function csvReadCommand(op: Op): Command {
  const command = operationCommand(op);
  return {
    ...command,
    options: [...command.options, ERRORS_OPTION],
    examples: [
      "csv read FILE",
      "csv read FILE --mode lenient --on-error collect --errors bad.ndjson",
    ],
    run: (invocation) => runReporting(command, invocation),
  };
}

/** The command `csv head`: the first rows. */
export const CSV_HEAD: Command = headCommand();

function headCommand(): Command {
  const read = csvReadCommand(csvRead);
  const options = read.options
    .filter(({ name }) => name !== "limit")
    .map((spec) => spec.name === "to" ? { ...spec, fallback: "csv" } : spec);
  return {
    words: ["csv", "head"],
    operands: read.operands,
    summary: "Print the first rows of CSV",
    options: [
      {
        name: "rows",
        kind: "integer",
        value: "N",
        fallback: String(HEAD_ROWS),
        summary: "How many rows",
      },
      ...options,
    ],
    examples: ["csv head FILE", "csv head FILE --rows 3 --to ndjson"],
    run: (invocation) => {
      const { rows = HEAD_ROWS, to = "csv", ...others } = invocation.values;
      const values = { ...others, to, limit: rows };
      return read.run({ ...invocation, values });
    },
  };
}

/**
 * Runs a command that reads CSV and reports its error rows: into the file of
 * `--errors`, else as one line behind the result.
 *
 * @param command The command.
 * @param invocation What it is run with.
 * @returns The command's exit code.
 */
export async function runReporting(
  command: Pick<Command, "run">,
  invocation: Invocation,
): Promise<number> {
  const { errors: path } = invocation.values;
  if (typeof path === "string") {
    return await runWithFile(command, invocation, path);
  }
  let count = 0;
  let first: RowReport | null = null;
  const onRowError = (error: RowReport) => {
    count++;
    first ??= error;
  };
  const code = await command.run({ ...invocation, onRowError });
  if (code === EXIT.ok && first !== null) {
    printError(summaryOf(invocation.positionals[0] ?? "-", count, first));
  }
  return code;
}

/**
 * Writes the error rows to a file. It stays as it was where nothing was read:
 * a wrong option, an input that is not there.
 */
async function runWithFile(
  command: Pick<Command, "run">,
  invocation: Invocation,
  path: string,
): Promise<number> {
  if (path === "-") {
    throw new UsageError(
      "Option --errors takes the name of a file, and - is none; " +
        "/dev/stderr and /dev/stdout are",
    );
  }
  const [name = "-"] = invocation.positionals;
  if (isSameFile(path, name === "-" ? "/dev/stdin" : name)) {
    throw new UsageError(`--errors ${path} is the input, name another file`);
  }
  using file = new ErrorFile(new WholeFile(path, invocation.signal));
  let failure: unknown = null;
  const code = await command.run({
    ...invocation,
    onRowError: (error) => file.add(error),
    onFailure: (error) => failure = error,
  });
  if (code === EXIT.ok || failure instanceof ParseError) file.keep();
  return code;
}

/** Rows that were repaired or left out are never passed over in silence. */
function summaryOf(name: string, count: number, first: RowReport): string {
  const { line, column, message, code, byteOffset } = first;
  const rows = count === 1 ? "1 error row" : `${count} error rows, the first`;
  return `${name}: ${rows} at ${line}:${column}: ${message} (${code}, byte ` +
    `${byteOffset}); --errors FILE writes ${count === 1 ? "it" : "all"}`;
}

/**
 * The file of error rows. What was found before a fault ends the reading
 * stands in it, too: that is what it is read for.
 */
class ErrorFile implements Disposable {
  readonly #file: WholeFile;
  #text = "";

  /** Takes the file that is to be written. */
  constructor(file: WholeFile) {
    this.#file = file;
  }

  /** Adds an error row. */
  add({ code, line, column, byteOffset, message }: RowReport): void {
    const row = { code, line, column, byteOffset, message };
    this.#text += JSON.stringify(row) + "\n";
    if (this.#text.length >= FLUSH_CHARACTERS) this.#flush();
  }

  /** Ends the file. */
  keep(): void {
    this.#flush();
    this.#file.keep();
  }

  [Symbol.dispose](): void {
    this.#file[Symbol.dispose]();
  }

  #flush(): void {
    const bytes = new TextEncoder().encode(this.#text);
    this.#text = "";
    this.#file.writeSync(bytes);
  }
}
