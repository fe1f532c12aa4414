/**
 * `fastpath profile FILE...|-`: the main job at the command line. One report
 * a file; a bad file prints its error line and the others go on.
 *
 * @module
 */

import type { OptionSpec } from "../catalogue/op.ts";
import { profile, type ProfileOptions } from "../profile/profile.ts";
import { profileOp, profileOptionsOf } from "../profile/profile.op.ts";
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
import { hintOf } from "./_hints.ts";
import { startProgress } from "./progress.ts";
import { type Source, sourceOf } from "./source.ts";

const OPTIONS: readonly OptionSpec[] = [
  { name: "json", kind: "flag", summary: "Print one JSON object a file" },
  {
    name: "markdown",
    kind: "flag",
    summary: "Print a table for a pull request",
  },
  ...profileOp.input.options,
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
  const options = profileOptionsOf(values);
  let worst: number = EXIT.ok;
  let separator = "";
  for (const argument of positionals) {
    const source = sourceOf(argument);
    const text = await profileText(source, options, invocation);
    if (typeof text === "number") {
      // Bad input is this file's matter; anything else stops the command.
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
      // Only a choice is passed on: the report then names who made it.
      ...(invocation.values.engine === undefined
        ? {}
        : { engine: invocation.engine }),
      name: source.name,
      signal: invocation.signal,
      onProgress: (bytesDone) => progress?.update(bytesDone),
    });
    progress?.clear();
    return render(report, invocation);
  } catch (error) {
    progress?.clear();
    return reportFailure(error, source.name, hintOf(error, source, new Set()));
  }
}

function render(report: ProfileReport, { values }: Invocation): string {
  if (values.json === true) return profileToJson(report) + "\n";
  if (values.markdown === true) return profileToMarkdown(report);
  return profileToText(report, { width: outWidth(), color: outColor() });
}
