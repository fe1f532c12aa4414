/**
 * The command of a catalogue operation: `fastpath <area> <operation>
 * [FILE|-]`.
 *
 * @module
 */

import type { Op, OptionSpec } from "../catalogue/op.ts";
import type { Command, Invocation } from "./command.ts";
import { EXIT, reportFailure } from "./failure.ts";
import { UsageError } from "./flags.ts";
import { writeOut } from "./io.ts";
import { startProgress } from "./progress.ts";
import { sourceOf } from "./source.ts";

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
    operands: "[FILE|-]",
    summary: op.summary,
    options: [...op.input.options, outputOption(op)],
    examples: [`${words.join(" ")} FILE`],
    run: (invocation) => runOperation(op, invocation),
  };
}

function outputOption(op: Op): OptionSpec {
  const names = op.outputs.map((output) => output.name);
  return {
    name: "to",
    kind: "choice",
    choices: names,
    fallback: names[0] ?? "",
    summary: "The form of the result",
  };
}

async function runOperation(
  op: Op,
  invocation: Invocation,
): Promise<number> {
  const { positionals, values, engine, signal } = invocation;
  if (positionals.length > 1) {
    throw new UsageError(
      `Expected one FILE, found ${positionals.length}: ${
        positionals.join(" ")
      }`,
    );
  }
  const source = sourceOf(positionals[0] ?? "-");
  let progress = startProgress(source.name, source.bytes);
  try {
    const chunks = op.door({
      input: source.input,
      name: source.name,
      values,
      to: String(values.to ?? op.outputs[0]?.name),
      engine,
      signal,
      onProgress: (bytesDone) => progress?.update(bytesDone),
    });
    for await (const chunk of chunks) {
      // On a terminal the result itself takes the line of the progress.
      if (Deno.stdout.isTerminal()) {
        progress?.clear();
        progress = null;
      }
      await writeOut(chunk);
    }
    return EXIT.ok;
  } catch (error) {
    progress?.clear();
    return reportFailure(error, source.name);
  } finally {
    progress?.clear();
  }
}
