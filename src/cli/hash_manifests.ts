/**
 * `fastpath hash check` and `diff`: manifests against files, and against each
 * other.
 *
 * @module
 */

import type { OptionValues } from "../catalogue/op.ts";
import { SPEC_OPTIONS, specOptionsOf } from "../hash/digest.op.ts";
import type { HashFilesOptions } from "../hash/files.ts";
import { escapedLine, escapedName } from "../hash/_manifest.ts";
import { checkClosely, diffEntries, readManifest } from "../hash/manifests.ts";
import { assertUtf8 } from "./_arguments.ts";
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
import { printError, printOut, visible } from "./io.ts";
import { sourceOf } from "./source.ts";

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

async function runCheck(
  invocation: Invocation,
  onProgress: HashFilesOptions["onProgress"],
): Promise<number> {
  const { positionals, values } = invocation;
  if (positionals.length > 1) {
    throw new UsageError(`Expected one MANIFEST, found ${positionals.length}`);
  }
  const { name, input } = sourceOf(positionals[0] ?? "-");
  assertUtf8(name);
  const { algorithm: _, ...spec } = specOptionsOf(values);
  const checked = await checkClosely(input, {
    ...walkOptions(invocation, onProgress),
    ...spec,
    ...algorithmIn(values),
    ...(values.root === undefined ? {} : { root: String(values.root) }),
  });
  const { matching, differing, failures, allGuessesDiffer } = checked;
  if (values.json === true) {
    const report = {
      version: 1,
      matching,
      differing,
      failures: failures.map(failureReport),
    };
    await printOut(`${JSON.stringify(report)}\n`);
  } else {
    await printLines(
      differing.map((path) => seen(escapedLine("", path, ": FAILED"))),
    );
  }
  if (allGuessesDiffer) {
    printError(
      `${name}: no digest matches; if these are BLAKE3 or BLAKE2b, name it ` +
        "with --algorithm",
    );
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
  if (older === "-" && newer === "-") {
    throw new UsageError("OLD and NEW cannot both be stdin");
  }
  let name: string | null = older;
  try {
    assertUtf8(older);
    const before = await readManifest(sourceOf(older).input);
    name = newer;
    assertUtf8(newer);
    const after = await readManifest(sourceOf(newer).input);
    name = null;
    const diff = await diffEntries(before, after);
    if (values.json === true) {
      await printOut(`${JSON.stringify(diff)}\n`);
      return EXIT.ok;
    }
    const { added, removed, changed, renamed } = diff;
    await printLines([
      ...added.map((path) => diffLine("added", path)),
      ...removed.map((path) => diffLine("removed", path)),
      ...changed.map((path) => diffLine("changed", path)),
      ...renamed.map(({ from, to }) => diffLine("renamed", from, to)),
    ]);
    return EXIT.ok;
  } catch (error) {
    return reportFailure(error, name);
  }
}

/**
 * What happened and the names, with tabs between. A line with a name that has
 * a tab, a backslash or the end of a line begins with a backslash, and all
 * its names are escaped.
 */
function diffLine(what: string, ...names: readonly string[]): string {
  const isPlain = names.every((name) => !/[\\\t\n\r]/.test(name));
  if (isPlain) return [what, ...names.map(seen)].join("\t");
  const escaped = names.map((name) =>
    seen(escapedName(name).replaceAll("\t", "\\t"))
  );
  return `\\${[what, ...escaped].join("\t")}`;
}

/** To programs as it is, on a terminal without what controls it. */
function seen(text: string): string {
  return Deno.stdout.isTerminal() ? visible(text) : text;
}

async function printLines(lines: readonly string[]): Promise<void> {
  await printOut(lines.map((line) => `${line}\n`).join(""));
}
