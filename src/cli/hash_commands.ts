/**
 * `fastpath hash file`, `files`, `tree`, `check` and `diff`: services over
 * the file system. They stand here and not in the catalogue, so that no other
 * door can be asked to read a path.
 *
 * @module
 */

import type { OptionSpec, OptionValues } from "../catalogue/op.ts";
import { FastpathError } from "../errors.ts";
import { SPEC_OPTIONS, specOptionsOf } from "../hash/digest.op.ts";
import {
  type FileDigest,
  hashFile,
  hashFiles,
  hashFilesLines,
  type HashFilesOptions,
} from "../hash/files.ts";
import { manifestLine } from "../hash/_manifest.ts";
import { checkManifest, diffManifests } from "../hash/manifests.ts";
import type { SetOptions } from "../hash/mod.ts";
import { ALGORITHMS } from "../hash/_spec.ts";
import { hashTree, type TreeAlgorithm, type TreeFormat } from "../hash/tree.ts";
import type { Command, Invocation } from "./command.ts";
import { EXIT, reportFailure } from "./failure.ts";
import { UsageError } from "./flags.ts";
import { printError, printOut, writeOut } from "./io.ts";
import { startFilesProgress } from "./files_progress.ts";
import { sourceOf } from "./source.ts";

const ALGORITHM_OPTION: OptionSpec = {
  name: "algorithm",
  kind: "choice",
  choices: ALGORITHMS,
  fallback: "sha256",
  summary: "What to compute",
};

const JSON_OPTION: OptionSpec = {
  name: "json",
  kind: "flag",
  summary: "Print JSON",
};

const MAX_OPEN_OPTION: OptionSpec = {
  name: "max-open",
  kind: "integer",
  value: "N",
  fallback: "64",
  summary: "Files that are open at once, at most",
};

const THREADS_OPTION: OptionSpec = {
  name: "threads",
  kind: "integer",
  value: "N",
  fallback: "as many as there are cores",
  summary: "Threads of the native engine",
};

/** What a walk leaves out. */
const WALK_OPTIONS: readonly OptionSpec[] = [
  {
    name: "glob",
    kind: "text",
    value: "PATTERN",
    repeatable: true,
    summary: "Take what matches, with ! in front leave it out",
  },
  {
    name: "gitignore",
    kind: "flag",
    summary: "Leave out what .gitignore files say, and .git",
  },
  {
    name: "special",
    kind: "choice",
    choices: ["error", "skip"],
    fallback: "error",
    summary: "What to do with pipes, devices and sockets in a folder",
  },
  MAX_OPEN_OPTION,
  THREADS_OPTION,
];

/** The command `hash file`. */
export const HASH_FILE: Command = {
  words: ["hash", "file"],
  operands: "FILE",
  summary: "Compute the digest of one file",
  options: [ALGORITHM_OPTION, ...SPEC_OPTIONS, JSON_OPTION],
  examples: ["hash file disk.img --algorithm blake3"],
  run: runFile,
};

/** The command `hash files`. */
export const HASH_FILES: Command = {
  words: ["hash", "files"],
  operands: "PATH...",
  summary: "Compute the digests of files and of all files in folders",
  options: [ALGORITHM_OPTION, ...SPEC_OPTIONS, ...WALK_OPTIONS, JSON_OPTION],
  examples: [
    "hash files src > SHA256SUMS",
    "hash files . --gitignore --algorithm blake3",
  ],
  run: (invocation) => counted(invocation, "hash files", runFiles),
};

/** The command `hash tree`. */
export const HASH_TREE: Command = {
  words: ["hash", "tree"],
  operands: "DIR",
  summary: "Compute one digest of a folder's names and contents",
  options: [
    {
      name: "format",
      kind: "choice",
      choices: ["h1", "fp1"],
      fallback: "h1",
      summary: "How the digest is made: h1 is Go's, fp1 takes any name",
    },
    {
      name: "algorithm",
      kind: "choice",
      choices: ["blake3", "blake2b", "sha256"],
      fallback: "blake3",
      summary: "What fp1 hashes with",
    },
    {
      name: "executable",
      kind: "flag",
      summary: "Tell executable files from others, in fp1",
    },
    ...WALK_OPTIONS,
  ],
  examples: ["hash tree src", "hash tree src --format fp1"],
  run: (invocation) => counted(invocation, "hash tree", runTree),
};

/** The command `hash check`. */
export const HASH_CHECK: Command = {
  words: ["hash", "check"],
  operands: "[MANIFEST|-]",
  summary: "Check files against a manifest of digests",
  options: [
    { ...ALGORITHM_OPTION, fallback: "by the line, or the digest's length" },
    ...SPEC_OPTIONS.filter(({ name }) => name !== "length"),
    {
      name: "root",
      kind: "text",
      value: "DIR",
      fallback: "the working directory",
      summary: "Where the paths start",
    },
    MAX_OPEN_OPTION,
    THREADS_OPTION,
    JSON_OPTION,
  ],
  examples: ["hash check SHA256SUMS"],
  run: (invocation) => counted(invocation, "hash check", runCheck),
};

/** The command `hash diff`. */
export const HASH_DIFF: Command = {
  words: ["hash", "diff"],
  operands: "OLD NEW",
  summary: "Compare two manifests of digests",
  options: [JSON_OPTION],
  examples: ["hash diff old.sums new.sums --json"],
  run: runDiff,
};

/** Runs with a line of progress, and reports what fails. */
async function counted(
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

/** Options of a walk out of those of the command line. */
function walkOptions(
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

function onePath(positionals: readonly string[], what: string): string {
  const [path] = positionals;
  if (path === undefined || positionals.length > 1) {
    throw new UsageError(`Expected one ${what}, found ${positionals.length}`);
  }
  refuseNoPath(path, what);
  return path;
}

/** Stdin has neither a name nor a place: `hash digest` reads it. */
function refuseNoPath(path: string, what: string): void {
  if (path === "") throw new UsageError(`${what} is empty`);
  if (path === "-") {
    throw new UsageError(`${what} is a path, hash digest reads stdin`);
  }
}

async function runFile(invocation: Invocation): Promise<number> {
  const { positionals, values, engine, signal } = invocation;
  const path = onePath(positionals, "FILE");
  const spec = specOptionsOf(values);
  try {
    const options = { ...spec, engine, signal };
    const { bytes, digest } = await hashFile(path, options);
    const { algorithm } = spec;
    await printOut(
      values.json === true
        ? `${JSON.stringify({ path, algorithm, digest, bytes })}\n`
        : manifestLine(digest, path),
    );
    return EXIT.ok;
  } catch (error) {
    return reportFailure(error, path);
  }
}

async function runFiles(
  invocation: Invocation,
  onProgress: HashFilesOptions["onProgress"],
): Promise<number> {
  const { positionals, values } = invocation;
  if (positionals.length === 0) throw new UsageError("hash files needs a PATH");
  for (const path of positionals) refuseNoPath(path, "PATH");
  const options = {
    ...walkOptions(invocation, onProgress),
    ...specOptionsOf(values),
  };
  if (values.json === true) {
    const { algorithm, files, failures } = await hashFiles(
      positionals,
      options,
    );
    const report = {
      version: 1,
      algorithm,
      files,
      failures: failures.map(failureReport),
    };
    await printFiles(report);
    return reported(failures);
  }
  const { lines, failures } = await hashFilesLines(positionals, options);
  for (const part of lines) await writeOut(part);
  return reported(failures);
}

/** Characters of a report that are written at once. */
const PART_LENGTH = 1 << 20;

/** One text of all files could be longer than texts may be. */
async function printFiles(
  report: { readonly files: readonly FileDigest[] },
): Promise<void> {
  const [head = "", tail = ""] = JSON.stringify({ ...report, files: [] })
    .split('"files":[]');
  let text = `${head}"files":[`;
  for (const [index, file] of report.files.entries()) {
    text += (index > 0 ? "," : "") + JSON.stringify(file);
    if (text.length < PART_LENGTH) continue;
    await printOut(text);
    text = "";
  }
  await printOut(`${text}]${tail}\n`);
}

/** A failure in a report. */
function failureReport(
  { message, details }: FastpathError,
): { path: string; message: string } {
  return { path: (details as { path: string }).path, message };
}

/** Names what failed; exit code 1 if anything did. */
function reported(failures: readonly FastpathError[]): number {
  for (const failure of failures) {
    const { path, message } = failureReport(failure);
    printError(`${path}: ${message} (${failure.code})`);
  }
  return failures.length > 0 ? EXIT.failed : EXIT.ok;
}

async function runTree(
  invocation: Invocation,
  onProgress: HashFilesOptions["onProgress"],
): Promise<number> {
  const { positionals, values } = invocation;
  const folder = onePath(positionals, "DIR");
  const { format = "h1", algorithm, executable } = values;
  try {
    const digest = await hashTree(folder, {
      ...walkOptions(invocation, onProgress),
      format: format as TreeFormat,
      ...(algorithm === undefined
        ? {}
        : { algorithm: algorithm as TreeAlgorithm }),
      executable: executable === true,
    });
    await printOut(`${digest}\n`);
    return EXIT.ok;
  } catch (error) {
    const failures = failuresOf(error);
    if (failures.length === 0) throw error;
    return reported(failures);
  }
}

function failuresOf(error: unknown): readonly FastpathError[] {
  if (!(error instanceof FastpathError)) return [];
  const details = error.details as
    | { failures?: readonly FastpathError[] }
    | undefined;
  return details?.failures ?? [];
}

async function runCheck(
  invocation: Invocation,
  onProgress: HashFilesOptions["onProgress"],
): Promise<number> {
  const { positionals, values } = invocation;
  if (positionals.length > 1) {
    throw new UsageError(`Expected one MANIFEST, found ${positionals.length}`);
  }
  const { input } = sourceOf(positionals[0] ?? "-");
  const { algorithm: _, ...spec } = specOptionsOf(values);
  const { matching, differing, failures } = await checkManifest(input, {
    ...walkOptions(invocation, onProgress),
    ...spec,
    ...algorithmIn(values),
    ...(values.root === undefined ? {} : { root: String(values.root) }),
  });
  if (values.json === true) {
    const report = {
      version: 1,
      matching,
      differing,
      failures: failures.map(failureReport),
    };
    await printOut(`${JSON.stringify(report)}\n`);
  } else {
    await printOut(differing.map((path) => `${path}: FAILED\n`).join(""));
  }
  const code = reported(failures);
  return differing.length > 0 ? EXIT.failed : code;
}

/** Without the option, each line says its own algorithm. */
function algorithmIn(
  values: OptionValues,
): Pick<HashFilesOptions, "algorithm"> {
  if (values.algorithm === undefined) return {};
  const { algorithm } = specOptionsOf(values);
  return algorithm === undefined ? {} : { algorithm };
}

async function runDiff(invocation: Invocation): Promise<number> {
  const { positionals, values } = invocation;
  const [older, newer] = positionals;
  if (older === undefined || newer === undefined || positionals.length > 2) {
    throw new UsageError(
      `Expected OLD and NEW, found ${positionals.length} of them`,
    );
  }
  try {
    const diff = await diffManifests(
      sourceOf(older).input,
      sourceOf(newer).input,
    );
    if (values.json === true) {
      await printOut(`${JSON.stringify(diff)}\n`);
      return EXIT.ok;
    }
    const { added, removed, changed, renamed } = diff;
    await printOut(
      [
        ...added.map((path) => `added    ${path}`),
        ...removed.map((path) => `removed  ${path}`),
        ...changed.map((path) => `changed  ${path}`),
        ...renamed.map(({ from, to }) => `renamed  ${from} -> ${to}`),
      ].map((line) => `${line}\n`).join(""),
    );
    return EXIT.ok;
  } catch (error) {
    return reportFailure(error, older);
  }
}
