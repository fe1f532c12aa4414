/**
 * `fastpath csv read` with its error rows, and `fastpath csv head`.
 *
 * @module
 */

import type { Op, OptionSpec, RowReport } from "../catalogue/op.ts";
import { csvRead } from "../csv/read.op.ts";
import type { Command, Invocation } from "./command.ts";
import { EXIT } from "./failure.ts";
import { printError, WriteFailed } from "./io.ts";
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
    using file = new ErrorFile(path);
    return await command.run({
      ...invocation,
      onRowError: (error) => file.add(error),
    });
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

/** Rows that were repaired or left out are never passed over in silence. */
function summaryOf(name: string, count: number, first: RowReport): string {
  const { line, column, message, code, byteOffset } = first;
  const rows = count === 1 ? "1 error row" : `${count} error rows, the first`;
  return `${name}: ${rows} at ${line}:${column}: ${message} (${code}, byte ` +
    `${byteOffset}); --errors FILE writes ${count === 1 ? "it" : "all"}`;
}

/**
 * The file of error rows. It exists from the start, and what was found before
 * a failure stands in it: that is what it is read for.
 */
class ErrorFile implements Disposable {
  readonly #path: string;
  readonly #file: Deno.FsFile;
  #text = "";

  /** Opens the file; its content is replaced. */
  constructor(path: string) {
    this.#path = path;
    this.#file = this.#attempt(() => {
      const query = { name: "write", path } as const;
      if (Deno.permissions.querySync(query).state !== "granted") {
        throw new Error(`it is not granted, run with --allow-write=${path}`);
      }
      return Deno.openSync(path, { write: true, create: true, truncate: true });
    });
  }

  /** Adds an error row. */
  add({ code, line, column, byteOffset, message }: RowReport): void {
    const row = { code, line, column, byteOffset, message };
    this.#text += JSON.stringify(row) + "\n";
    if (this.#text.length >= FLUSH_CHARACTERS) this.#flush();
  }

  [Symbol.dispose](): void {
    try {
      this.#flush();
    } finally {
      this.#file.close();
    }
  }

  #flush(): void {
    const bytes = new TextEncoder().encode(this.#text);
    this.#text = "";
    this.#attempt(() => {
      let done = 0;
      while (done < bytes.length) {
        done += this.#file.writeSync(bytes.subarray(done));
      }
    });
  }

  #attempt<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new WriteFailed(`Cannot write "${this.#path}": ${reason}`);
    }
  }
}
