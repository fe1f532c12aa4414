/**
 * The source `callgrind`: instructions of a Rust kernel, counted by valgrind
 * in `ffi/kernels/examples/count_work.rs`. The count of two rounds less that
 * of one is a round without the start of the process. It depends on the
 * compiler and on the processor's features as valgrind shows them, so the
 * budget names those it was taken with.
 *
 * @module
 */

import { run, versionOf } from "../../tools/_process.ts";
import { type Source, textOf } from "./_source.ts";

const EXAMPLE = "count_work";

let built: Promise<string> | null = null;

/** Gives `instructions_count`. */
export const callgrindSource: Source = async (budget) => {
  const missing = await missingHere(budget.params);
  if (missing !== null) return { skipped: missing };
  const program = await (built ??= build());
  const kernel = textOf(budget, "kernel");
  const [once, twice] = await Promise.all(
    [1, 2].map((rounds) => count(program, kernel, rounds)),
  );
  return { values: { instructions_count: twice! - once! } };
};

/** What this machine lacks for the budget's figures, or null. */
async function missingHere(
  params: Readonly<Record<string, unknown>>,
): Promise<string | null> {
  if (await versionOf(["valgrind", "--version"]) === null) {
    return "no valgrind here";
  }
  const rustc = await versionOf(["rustc", "--version"]);
  if (rustc === null) return "no cargo here";
  const version = /\d+\.\d+/.exec(rustc)?.[0] ?? "";
  if (params.rustc !== undefined && params.rustc !== version) {
    return `the budget is for rustc ${params.rustc}, here is ${version}`;
  }
  const { arch } = Deno.build;
  if (params.arch !== undefined && params.arch !== arch) {
    return `the budget is for ${params.arch}, here is ${arch}`;
  }
  const text = await Deno.readTextFile("/proc/cpuinfo").catch(() => "");
  const flags = (/^flags\s*: (.*)/m.exec(text)?.[1] ?? "").split(" ");
  const wanted = String(params.features ?? "").split(" ").filter(Boolean);
  const absent = wanted.filter((feature) => !flags.includes(feature));
  return absent.length === 0 ? null : `no ${absent.join(", ")} here`;
}

/** Builds the example in release form and gives its path. */
async function build(): Promise<string> {
  const { code, output } = await run([
    ...["cargo", "build", "--locked", "--release", "-p", "fastpath-kernels"],
    ...["--example", EXAMPLE, "--message-format", "json-render-diagnostics"],
  ]);
  const path = /"executable":"([^"]+)"/.exec(output)?.[1];
  if (code === 0 && path !== undefined) return path;
  throw new Error(`Cannot build ${EXAMPLE}: ${output}`);
}

async function count(
  program: string,
  kernel: string,
  rounds: number,
): Promise<number> {
  const { code, output } = await run([
    ...["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null"],
    ...[program, kernel, String(rounds)],
  ]);
  const collected = /Collected : (\d+)/.exec(output)?.[1];
  if (code === 0 && collected !== undefined) return Number(collected);
  throw new Error(
    `Cannot count ${kernel}, valgrind ended with ${code}: ${output}`,
  );
}
