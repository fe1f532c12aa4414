/**
 * `fastpath profile FILE...|-`: the main job at the command line. One report
 * a file; a bad file prints its error line and the others go on.
 *
 * @module
 */

import type { OptionSpec } from "../catalogue/op.ts";
import { profile, type ProfileOptions } from "../profile/profile.ts";
import {
  profileToJson,
  profileToMarkdown,
  profileToText,
} from "../profile/report.ts";
import type { ProfileReport } from "../profile/types.ts";
import type { Command, Invocation } from "./command.ts";
import { EXIT, reportFailure } from "./failure.ts";
import { UsageError } from "./flags.ts";
import { outColor, outWidth, printOut } from "./io.ts";
import { startProgress } from "./progress.ts";
import { type Source, sourceOf } from "./source.ts";

const OPTIONS: readonly OptionSpec[] = [
  { name: "json", kind: "flag", summary: "Print one JSON object a file" },
  {
    name: "markdown",
    kind: "flag",
    summary: "Print a table for a pull request",
  },
  {
    name: "memory",
    kind: "size",
    fallback: "256MB",
    summary: "Values kept for exact figures; beyond, they are estimated",
  },
  {
    name: "format",
    kind: "choice",
    choices: ["csv", "ndjson"],
    fallback: "by the name's ending, for stdin by the first byte",
    summary: "The input's format",
  },
  {
    name: "delimiter",
    kind: "text",
    value: "C",
    fallback: ",",
    summary: "The byte between CSV fields, or the word tab",
  },
  {
    name: "header",
    kind: "negation",
    summary: "The first CSV row is data",
  },
  {
    name: "digest",
    kind: "choice",
    choices: ["sha256", "blake3", "none"],
    repeatable: true,
    fallback: "sha256",
    summary: "Digests of the file",
  },
];

/** The command `profile`. */
export const PROFILE: Command = {
  words: ["profile"],
  operands: "FILE...|-",
  summary: "Describe every column of CSV or NDJSON files in one pass",
  options: OPTIONS,
  examples: [
    "profile flights.csv",
    "profile --json --digest sha256 --digest blake3 events.ndjson",
    "profile --memory 1GB big.csv",
  ],
  run: runProfile,
};

async function runProfile(invocation: Invocation): Promise<number> {
  const { positionals, values } = invocation;
  if (positionals.length === 0) {
    throw new UsageError("profile needs a FILE, or - for stdin");
  }
  if (positionals.filter((name) => name === "-").length > 1) {
    throw new UsageError("profile can read stdin once only");
  }
  if (values.json === true && values.markdown === true) {
    throw new UsageError("Choose one of --json and --markdown");
  }
  const options = optionsOf(invocation);
  let worst: number = EXIT.ok;
  let separator = "";
  for (const argument of positionals) {
    const source = sourceOf(argument);
    const text = await profileText(source, options, invocation);
    if (typeof text === "number") {
      // A usage error concerns all files alike.
      if (text !== EXIT.badInput) return text;
      worst = Math.max(worst, text);
      continue;
    }
    await printOut(separator + text);
    separator = values.json === true ? "" : "\n";
  }
  return worst;
}

/** The report of one file, or the exit code of its failure. */
async function profileText(
  source: Source,
  options: ProfileOptions,
  invocation: Invocation,
): Promise<string | number> {
  const progress = startProgress(source.name, source.bytes);
  try {
    const report = await profile(source.input, {
      ...options,
      name: source.name,
      signal: invocation.signal,
      onProgress: (bytesDone) => progress?.update(bytesDone),
    });
    progress?.clear();
    return render(report, invocation);
  } catch (error) {
    progress?.clear();
    return reportFailure(error, source.name);
  }
}

function render(report: ProfileReport, { values }: Invocation): string {
  if (values.json === true) return profileToJson(report) + "\n";
  if (values.markdown === true) return profileToMarkdown(report);
  return profileToText(report, { width: outWidth(), color: outColor() });
}

function optionsOf({ values }: Invocation): ProfileOptions {
  const digests = values.digest as readonly string[] | undefined;
  if (digests?.includes("none") && digests.length > 1) {
    throw new UsageError("--digest none excludes other digests");
  }
  const options: ProfileOptions = {};
  if (digests !== undefined) {
    options.digests = digests.filter((name) => name !== "none") as (
      | "sha256"
      | "blake3"
    )[];
  }
  if (values.memory !== undefined) options.memory = Number(values.memory);
  if (values.format !== undefined) {
    options.format = values.format as "csv" | "ndjson";
  }
  if (values.delimiter !== undefined) {
    options.delimiter = delimiterOf(String(values.delimiter));
  }
  if (values.header === false) options.header = false;
  return options;
}

/** Shells make a tab hard to type: its name and `\t` mean it, too. */
function delimiterOf(text: string): string {
  return text === "tab" || text === "\\t" ? "\t" : text;
}
