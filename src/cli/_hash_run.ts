/**
 * What the commands over sets of files share: options, the line of progress,
 * and how failures are told.
 *
 * @module
 */

import type { OptionSpec } from "../catalogue/op.ts";
import type { FastpathError } from "../errors.ts";
import type { HashFilesOptions } from "../hash/files.ts";
import type { SetOptions } from "../hash/mod.ts";
import { ALGORITHMS } from "../hash/_spec.ts";
import type { Invocation } from "./command.ts";
import { EXIT, reportFailure } from "./failure.ts";
import { startFilesProgress } from "./files_progress.ts";
import { printError } from "./io.ts";

/** `--algorithm`. */
export const ALGORITHM_OPTION: OptionSpec = {
  name: "algorithm",
  kind: "choice",
  choices: ALGORITHMS,
  fallback: "sha256",
  summary: "What to compute",
};

/** `--json`. */
export const JSON_OPTION: OptionSpec = {
  name: "json",
  kind: "flag",
  summary: "Print JSON",
};

/** `--max-open`. */
export const MAX_OPEN_OPTION: OptionSpec = {
  name: "max-open",
  kind: "integer",
  value: "N",
  fallback: "64",
  summary: "Files that are open at once, at most",
};

/** `--threads`. */
export const THREADS_OPTION: OptionSpec = {
  name: "threads",
  kind: "integer",
  value: "N",
  fallback: "as many as there are cores",
  summary: "Threads of the native engine",
};

/**
 * Runs with a line of progress, and reports what fails.
 *
 * @param invocation What the command is run with.
 * @param name The command's name.
 * @param run Does the work.
 * @returns The exit code.
 */
export async function counted(
  invocation: Invocation,
  name: string,
  run: (
    invocation: Invocation,
    onProgress: HashFilesOptions["onProgress"],
  ) => Promise<number>,
): Promise<number> {
  const progress = startFilesProgress(name);
  try {
    return await run(invocation, progress?.update);
  } catch (error) {
    progress?.clear();
    return reportFailure(error, invocation.positionals[0] ?? "-");
  } finally {
    progress?.clear();
  }
}

/**
 * Options of a walk out of those of the command line.
 *
 * @param invocation What the command is run with.
 * @param onProgress Told how far the work is.
 * @returns The options.
 */
export function walkOptions(
  { values, engine, signal }: Invocation,
  onProgress: HashFilesOptions["onProgress"],
): SetOptions {
  const { glob, gitignore, special, threads } = values;
  const maxOpen = values["max-open"];
  return {
    engine,
    signal,
    ...(onProgress === undefined ? {} : { onProgress }),
    ...(glob === undefined ? {} : { globs: glob as readonly string[] }),
    ...(gitignore === true ? { gitignore } : {}),
    ...(special === "skip" ? { special } : {}),
    ...(threads === undefined ? {} : { threads: Number(threads) }),
    ...(maxOpen === undefined ? {} : { maxOpen: Number(maxOpen) }),
  };
}

/**
 * A failure in a report.
 *
 * @param failure The failure of a file.
 * @returns Its path and message.
 */
export function failureReport(
  { message, details }: FastpathError,
): { path: string; message: string } {
  return { path: (details as { path: string }).path, message };
}

/**
 * Names what failed.
 *
 * @param failures The failures of files.
 * @returns The exit code: 1 if anything failed.
 */
export function reported(failures: readonly FastpathError[]): number {
  for (const failure of failures) {
    const { path, message } = failureReport(failure);
    printError(`${path}: ${message} (${failure.code})`);
  }
  return failures.length > 0 ? EXIT.failed : EXIT.ok;
}
