/**
 * `fastpath hash file`, `files` and `tree`: services over the file system.
 * They stand here and not in the catalogue, so that no other door can be
 * asked to read a path.
 *
 * @module
 */

import type { OptionSpec } from "../catalogue/op.ts";
import { FastpathError } from "../errors.ts";
import { SPEC_OPTIONS, specOptionsOf } from "../hash/digest.op.ts";
import { failureOf, STATE } from "../hash/_failures.ts";
import {
  hashFile,
  hashFiles,
  hashFilesLines,
  type HashFilesOptions,
} from "../hash/files.ts";
import { manifestLine, taggedLine } from "../hash/_manifest.ts";
import { hashTree, type TreeAlgorithm, type TreeFormat } from "../hash/tree.ts";
import { compareTexts } from "../values/text_order.ts";
import { assertUtf8, textArguments } from "./_arguments.ts";
import type { Command, Invocation } from "./command.ts";
import { EXIT, reportFailure } from "./failure.ts";
import { UsageError } from "./flags.ts";
import {
  ALGORITHM_OPTION,
  counted,
  failureReport,
  JSON_OPTION,
  MAX_OPEN_OPTION,
  reported,
  THREADS_OPTION,
  walkOptions,
} from "./_hash_run.ts";
import { printError, printOut, writeOut } from "./io.ts";

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
  options: [
    ALGORITHM_OPTION,
    ...SPEC_OPTIONS,
    ...WALK_OPTIONS,
    {
      name: "tag",
      kind: "flag",
      summary: "Print SHA256 (NAME) = HEX, which says the algorithm",
    },
    JSON_OPTION,
  ],
  examples: [
    "hash files src > SHA256SUMS",
    "hash files . --gitignore --algorithm blake3 --tag",
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
    assertUtf8(path);
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
  if (values.tag === true && values.json === true) {
    throw new UsageError("Options --tag and --json exclude each other");
  }
  const { texts, others } = textArguments(positionals);
  const { files, failures, print } = await hashed(texts, invocation, {
    ...walkOptions(invocation, onProgress),
    ...specOptionsOf(values),
  });
  failures.push(...others.map((path) => failureOf(path, STATE.notUtf8, 0)));
  const pathOf = (failure: FastpathError) => failureReport(failure).path;
  failures.sort((a, b) => compareTexts(pathOf(a), pathOf(b)));
  await print();
  const code = reported(failures);
  const hasPatterns = values.glob !== undefined || values.gitignore === true;
  if (code !== EXIT.ok || files > 0 || !hasPatterns) return code;
  printError(
    "fastpath: the patterns choose no file; of a folder --glob takes what " +
      "lies in it with DIR/**",
  );
  return EXIT.failed;
}

/** Files that are hashed, and how they are to be printed. */
interface Hashed {
  /** How many, or 1 where there are some. */
  readonly files: number;
  readonly failures: FastpathError[];
  readonly print: () => Promise<void>;
}

async function hashed(
  paths: readonly string[],
  { values }: Invocation,
  options: HashFilesOptions,
): Promise<Hashed> {
  if (values.json !== true && values.tag !== true) {
    const { lines, failures } = await hashFilesLines(paths, options);
    const print = async () => {
      for (const part of lines) await writeOut(part);
    };
    const files = lines.some(({ length }) => length > 0) ? 1 : 0;
    return { files, failures, print };
  }
  const { algorithm, files, failures } = await hashFiles(paths, options);
  const print = async () => {
    if (values.tag === true) {
      return await printParts(
        files.map(({ path, digest }) => taggedLine(algorithm, digest, path)),
      );
    }
    const report = {
      version: 1,
      algorithm,
      files: [],
      failures: failures.map(failureReport),
    };
    const [head = "", tail = ""] = JSON.stringify(report).split('"files":[]');
    const list = files.map((file, index) =>
      (index > 0 ? "," : "") + JSON.stringify(file)
    );
    await printParts([`${head}"files":[`, ...list, `]${tail}\n`]);
  };
  return { files: files.length, failures, print };
}

/** Characters that are written at once. */
const PART_LENGTH = 1 << 20;

/** Prints texts that together could be longer than one may be. */
async function printParts(texts: readonly string[]): Promise<void> {
  let part = "";
  for (const text of texts) {
    part += text;
    if (part.length < PART_LENGTH) continue;
    await printOut(part);
    part = "";
  }
  await printOut(part);
}

async function runTree(
  invocation: Invocation,
  onProgress: HashFilesOptions["onProgress"],
): Promise<number> {
  const { positionals, values } = invocation;
  const folder = onePath(positionals, "DIR");
  const { format = "h1", algorithm, executable } = values;
  try {
    assertUtf8(folder);
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
    const code = reported(failures);
    // The folder itself is the input; a file in it is one of many.
    const { path } = (error as FastpathError).details as { path: string };
    const isRoot = failures.some((one) => failureReport(one).path === path);
    return isRoot ? EXIT.badInput : code;
  }
}

function failuresOf(error: unknown): readonly FastpathError[] {
  if (!(error instanceof FastpathError)) return [];
  const details = error.details as
    | { failures?: readonly FastpathError[] }
    | undefined;
  return details?.failures ?? [];
}
