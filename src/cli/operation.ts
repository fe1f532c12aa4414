/**
 * The command of a catalogue operation: `fastpath <area> <operation>
 * [FILE|-]`.
 *
 * @module
 */

import type {
  Op,
  OptionSpec,
  OptionValues,
  RowReport,
} from "../catalogue/op.ts";
import type { ParseError } from "../errors.ts";
import { printed } from "./_printed.ts";
import { inFlags } from "./_words.ts";
import type { Command, Invocation } from "./command.ts";
import { reportFailure } from "./failure.ts";
import { hintOf } from "./_hints.ts";
import { UsageError } from "./flags.ts";
import { type Source, sourceOf } from "./source.ts";

/**
 * Derives the command of an operation.
 *
 * @param op The operation.
 * @returns Its command.
 */
export function operationCommand(op: Op): Command {
  const words = op.name.split(".");
  return {
    words,
    operands: takesTexts(op) ? "[TEXT...|-]" : "[FILE|-]",
    operandsAreTexts: takesTexts(op),
    summary: op.summary,
    options: [...op.input.options, ...outputOptions(op)],
    examples: [`${words.join(" ")} ${takesTexts(op) ? "TEXT" : "FILE"}`],
    run: (invocation) => runOperation(op, invocation),
  };
}

function takesTexts(op: Op): boolean {
  return op.input.operands === "texts";
}

/** `--to`, where there is a choice, and `--json` for the form of that name. */
function outputOptions(op: Op): OptionSpec[] {
  const names = op.outputs.map((output) => output.name);
  const options: OptionSpec[] = [];
  if (names.length > 1) {
    options.push({
      name: "to",
      kind: "choice",
      choices: names,
      fallback: names[0] ?? "",
      summary: "The form of the result",
    });
  }
  if (names.includes("json")) {
    options.push({ name: "json", kind: "flag", summary: "Print JSON" });
  }
  return options;
}

/** The output that the options name. */
function outputOf(op: Op, { json, to }: OptionValues): string {
  if (json === true && to !== undefined && to !== "json") {
    throw new UsageError(`Choose one of --json and --to ${to}`);
  }
  if (json === true) return "json";
  return String(to ?? op.outputs[0]?.name);
}

/** Operands that are texts become the lines of an input. */
function textSource(texts: readonly string[]): Source {
  const broken = texts.find((text) => text.includes("\n"));
  if (broken !== undefined) {
    throw new UsageError(
      `A TEXT is one line: found a line break in ${JSON.stringify(broken)}`,
    );
  }
  const input = new TextEncoder().encode(
    texts.map((text) => `${text}\n`).join(""),
  );
  return { name: "arguments", input, bytes: input.length, begin: () => input };
}

function inputOf(op: Op, positionals: readonly string[]): Source {
  const isStdin = positionals.length === 0 || positionals[0] === "-";
  if (takesTexts(op) && !(isStdin && positionals.length < 2)) {
    if (positionals.includes("-")) {
      throw new UsageError("- reads stdin and stands alone, without a TEXT");
    }
    return textSource(positionals);
  }
  if (positionals.length > 1) {
    throw new UsageError(
      `Expected one FILE, found ${positionals.length}: ${
        positionals.join(" ")
      }`,
    );
  }
  return sourceOf(positionals[0] ?? "-");
}

async function runOperation(
  op: Op,
  invocation: Invocation,
): Promise<number> {
  const { positionals, values, engine, signal, onRowError } = invocation;
  const to = outputOf(op, values);
  const source = inputOf(op, positionals);
  const unset = new Set(
    op.input.options.map(({ name }) => name)
      .filter((name) => values[name] === undefined),
  );
  let fault: ParseError | null = null;
  const code = await printed(source, (onProgress) =>
    op.door({
      input: source.input,
      name: source.name,
      values,
      to,
      engine,
      signal,
      onProgress,
      ...(onRowError === undefined ? {} : {
        onRowError: (row) => onRowError(rowInFlags(row)),
      }),
      onFault: (error) => fault = error,
    }), { onFailure: invocation.onFailure, unset });
  if (fault === null) return code;
  return reportFailure(fault, source.name, hintOf(fault, source, unset));
}

/**
 * A faulty row whose message names the options of the command line.
 *
 * @param row The row, as the reader reports it.
 * @returns The same in the words of the command line.
 */
export function rowInFlags(row: RowReport): RowReport {
  const { code, line, column, byteOffset, message } = row;
  return { code, line, column, byteOffset, message: inFlags(message) };
}
