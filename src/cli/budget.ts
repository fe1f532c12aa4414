/**
 * `fastpath budget check FILE...|-`: the output of `deno bench --json`, of any
 * project, against a budget file; of several runs the best times.
 *
 * @module
 */

import {
  benchMeasurements,
  type BenchResult,
  BudgetError,
  type BudgetFile,
  checkBudgets,
  formatReport,
  formatReportJson,
  formatReportMarkdown,
  mergeBenchRuns,
  parseBenchJson,
  parseBudgets,
} from "../budget/mod.ts";
import { bytesOfInput } from "../input.ts";
import type { Command, Invocation } from "./command.ts";
import { EXIT } from "./failure.ts";
import { UsageError } from "./flags.ts";
import { printError, printOut } from "./io.ts";
import { sourceOf } from "./source.ts";

/** Where budgets stand unless an option says otherwise. */
const FILE_NAME = "fastpath.budgets.json";

/** The command. */
export const BUDGET_CHECK: Command = {
  words: ["budget", "check"],
  operands: "FILE...|-",
  summary: "Check runs of deno bench --json against budgets",
  options: [
    {
      name: "budgets",
      kind: "text",
      value: "FILE",
      fallback: FILE_NAME,
      summary: "The budget file",
    },
    {
      name: "enforce",
      kind: "flag",
      summary: "Fail at critical times too, not at ratios and counts alone",
    },
    {
      name: "partial",
      kind: "flag",
      summary: "Leave out budgets whose benchmark did not run",
    },
    {
      name: "to",
      kind: "choice",
      choices: ["text", "markdown", "json"],
      fallback: "text",
      summary: "The form of the report",
    },
    { name: "json", kind: "flag", summary: "Print JSON" },
  ],
  examples: [
    "budget check bench.json",
    "budget check first.json second.json third.json",
    "budget check - --budgets ci/budgets.json --json < bench.json",
  ],
  run: runCheck,
};

const FORMS = {
  text: formatReport,
  markdown: formatReportMarkdown,
  json: formatReportJson,
} as const;

async function runCheck(invocation: Invocation): Promise<number> {
  const { positionals, values } = invocation;
  if (positionals.length === 0) {
    throw new UsageError("budget check needs a FILE, or - for stdin");
  }
  if (positionals.filter((argument) => argument === "-").length > 1) {
    throw new UsageError("stdin can be read once, name - once");
  }
  if (values.json === true && (values.to ?? "json") !== "json") {
    throw new UsageError(`Choose one of --json and --to ${values.to}`);
  }
  const form = values.json === true ? "json" : String(values.to ?? "text");
  const budgets = String(values.budgets ?? FILE_NAME);
  if (budgets === "-") {
    throw new UsageError("--budgets is a file, stdin holds the benchmarks");
  }
  const file = await readInput(budgets, invocation, parseBudgets);
  if (file === null) return EXIT.badInput;
  const runs: BenchResult[][] = [];
  for (const argument of positionals) {
    const run = await readInput(argument, invocation, parseBenchJson);
    if (run === null) return EXIT.badInput;
    runs.push(run);
  }
  const benches = mergeBenchRuns(runs);
  const report = checkBudgets(file, benchMeasurements(file, benches), {
    sources: ["bench"],
    enforceAbsolute: values.enforce === true,
    partial: values.partial === true,
  });
  if (report.rows.length === 0) {
    return nothingToCheck(file, budgets);
  }
  await printOut(FORMS[form as keyof typeof FORMS](report));
  return report.failed ? EXIT.failed : EXIT.ok;
}

/** A check that looks at nothing must not pass. */
function nothingToCheck({ budgets }: BudgetFile, name: string): number {
  printError(
    `fastpath: nothing to check: ${name} has ${budgets.length} budgets, none ` +
      'with "source": "bench", and there are no benchmarks',
  );
  return EXIT.failed;
}

/** Reads and parses an input; null where its form is wrong, and reported. */
async function readInput<T>(
  argument: string,
  { signal }: Invocation,
  parse: (text: string) => T,
): Promise<T | null> {
  const source = sourceOf(argument);
  const bytes = await bytesOfInput(source.input, signal);
  try {
    return parse(new TextDecoder().decode(bytes));
  } catch (error) {
    if (!(error instanceof BudgetError)) throw error;
    for (const { pointer, message } of error.problems) {
      printError(`${source.name}: ${pointer}${pointer && ": "}${message}`);
    }
    return null;
  }
}
