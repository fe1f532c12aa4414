// deno-lint-ignore-file no-console -- a tool talks to its user
/**
 * `deno task budget [ID...] [--json | --markdown] [--exact]`: the gate. Measures the budgets of `fastpath.budgets.json` whose ids begin with
 * an ID (all without one; `--exact`: whose ids are an ID) and prints their
 * table. Exit 1 where a ratio or an exact count is critical and reruns agree,
 * or where a metric could not be measured; 2 for a wrong argument, 3 for a
 * budget file that cannot be read.
 *
 * `--suggest` prints entries for the benchmarks that have no budget yet;
 * `--accept` writes the measured values into the targets of exact metrics, so
 * that a change of cost is a diff to be reviewed.
 *
 * @module
 */

import { benchSource } from "../bench/gate/bench.ts";
import { callgrindSource } from "../bench/gate/callgrind.ts";
import { callsSource } from "../bench/gate/calls.ts";
import { httpSource } from "../bench/gate/http.ts";
import { outputSource } from "../bench/gate/output.ts";
import {
  bundleSource,
  librarySource,
  modulesSource,
} from "../bench/gate/sizes.ts";
import type { Source } from "../bench/gate/_source.ts";
import { cliSource } from "../bench/gate/start.ts";
import { isYardstickCase, yardstickSource } from "../bench/gate/yardstick.ts";
import { pathOfUrl } from "../ffi/platform.ts";
import { type BenchCase, benchCases } from "../bench/suite.ts";
import {
  type Budget,
  type BudgetDefaults,
  BudgetError,
  type BudgetFile,
  type BudgetReport,
  checkBudgets,
  formatReport,
  formatReportJson,
  formatReportMarkdown,
  measureConfirmed,
  type Measurement,
  parseBudgets,
} from "../src/budget/mod.ts";

const FILE = new URL("../fastpath.budgets.json", import.meta.url);

/** What measures, by the name of the source. */
export const SOURCES: Readonly<Record<string, Source>> = {
  bench: benchSource,
  bundle: bundleSource,
  callgrind: callgrindSource,
  calls: callsSource,
  cli: cliSource,
  http: httpSource,
  library: librarySource,
  modules: modulesSource,
  output: outputSource,
  yardstick: yardstickSource,
};

const SWITCHES = ["--json", "--markdown", "--exact", "--suggest", "--accept"];

/** Thrown by a source that cannot measure here, to leave the reruns. */
class Skipped extends Error {}

/**
 * Measures a budget, confirmed by reruns.
 *
 * @param budget The budget.
 * @param defaults How to measure.
 * @param sources What measures, by the name of the source.
 * @returns A measurement for each metric; without a value where it failed.
 */
export async function measureBudget(
  budget: Budget,
  defaults: BudgetDefaults,
  sources: Readonly<Record<string, Source>> = SOURCES,
): Promise<Measurement[]> {
  const { id, source: name } = budget;
  const metrics = Object.keys(budget.metrics);
  const without = (note: string, skipped: boolean): Measurement[] =>
    metrics.map((metric) => ({ id, metric, value: null, note, skipped }));
  const source = Object.hasOwn(sources, name) ? sources[name] : undefined;
  if (source === undefined) return without(`no source ${name}`, false);
  try {
    const taken = await measureConfirmed(budget, async () => {
      const result = await source(budget, defaults);
      if ("skipped" in result) throw new Skipped(result.skipped);
      return Object.fromEntries(
        metrics.map((metric) => [metric, result.values[metric] ?? null]),
      );
    }, defaults.confirm);
    return taken.map((one) =>
      one.value !== null
        ? one
        : { ...one, note: `the source ${name} does not give ${one.metric}` }
    );
  } catch (error) {
    const note = error instanceof Error ? error.message : String(error);
    return without(note, error instanceof Skipped);
  }
}

/** The budgets that arguments name, or the argument that names none. */
function chosen(
  file: BudgetFile,
  names: readonly string[],
  isExact: boolean,
): Budget[] | string {
  const fits = (id: string, name: string) =>
    isExact ? id === name : id.startsWith(name);
  const unknown = names.find((name) =>
    !file.budgets.some(({ id }) => fits(id, name))
  );
  // A benchmark without a budget is the table's business, not a wrong word.
  if (unknown !== undefined && !isExact) return unknown;
  return file.budgets.filter(({ id }) =>
    names.length === 0 || names.some((name) => fits(id, name))
  );
}

async function readFile(): Promise<BudgetFile | null> {
  try {
    return parseBudgets(await Deno.readTextFile(FILE));
  } catch (error) {
    const problems = error instanceof BudgetError
      ? error.problems.map((one) => `${one.pointer} ${one.message}`)
      : [error instanceof Error ? error.message : String(error)];
    for (const problem of problems) {
      console.error(`fastpath.budgets.json: ${problem.trim()}`);
    }
    return null;
  }
}

/** Entries for benchmarks without a budget, with room around what is here. */
async function suggest({ budgets, defaults }: BudgetFile): Promise<number> {
  const known = new Set(budgets.map(({ id }) => id));
  for (const one of await benchCases()) {
    if (known.has(one.id)) continue;
    const bounds = await suggestedBounds(one, defaults);
    if (bounds === null) {
      console.error(`${one.id}: no native library, run: deno task build`);
      return 1;
    }
    const metrics = { [metricOf(one)]: bounds };
    console.log(`${JSON.stringify({ id: one.id, source: "bench", metrics })},`);
  }
  for (const { id, group } of await benchCases()) {
    const plain = `${group}.plain`;
    if (!isYardstickCase(id) || known.has(plain)) continue;
    const entry = { id: plain, source: "yardstick", params: { case: id } };
    const taken = await yardstickSource(
      { ...entry, note: "", metrics: {} },
      defaults,
    );
    if ("skipped" in taken) continue;
    const bounds = boundsOf(taken.values.plain_ratio!, [1.35, 1.6, 2]);
    console.log(
      `${JSON.stringify({ ...entry, metrics: { plain_ratio: bounds } })},`,
    );
  }
  return 0;
}

/** Native benchmarks are bounded by their gain, others by their time. */
function metricOf({ needsNative }: BenchCase): string {
  return needsNative ? "speedup" : "time_ms";
}

async function suggestedBounds(
  one: BenchCase,
  defaults: BudgetDefaults,
): Promise<Record<string, number> | null> {
  const { id, needsNative, promisedMs } = one;
  if (promisedMs !== undefined) {
    return { target: promisedMs, critical: 2 * promisedMs };
  }
  const metric = metricOf(one);
  const budget = { ...{ id, source: "bench", params: {}, note: "" } };
  const metrics = { [metric]: null as never };
  const taken = await benchSource({ ...budget, metrics }, defaults);
  if ("skipped" in taken) return null;
  const share = needsNative ? [0.8, 0.65, 0.5] : [2, 4, 10];
  return boundsOf(taken.values[metric]!, share);
}

/** Bounds around a value, two digits each. */
function boundsOf(
  value: number,
  share: readonly number[],
): Record<string, number> {
  const [target, warning, critical] = share.map((factor) =>
    Number((value * factor).toPrecision(2))
  );
  return { target: target!, warning: warning!, critical: critical! };
}

/** Writes what was measured into the targets of exact metrics. */
async function accept({ rows }: BudgetReport): Promise<void> {
  const file = JSON.parse(await Deno.readTextFile(FILE)) as {
    budgets: { id: string; metrics: Record<string, { target?: unknown }> }[];
  };
  for (const { id, metric, budget, value } of rows) {
    if (budget?.class !== "exact" || value === null) continue;
    const bounds = file.budgets.find((one) => one.id === id)?.metrics[metric];
    if (bounds?.target !== undefined) bounds.target = value;
  }
  await Deno.writeTextFile(FILE, JSON.stringify(file));
  const path = pathOfUrl(FILE, Deno.build.os);
  await new Deno.Command(Deno.execPath(), { args: ["fmt", "-q", path] })
    .output();
}

async function main(args: readonly string[]): Promise<number> {
  const names = args.filter((arg) => !arg.startsWith("--"));
  const unknown = args.find((arg) =>
    arg.startsWith("--") && !SWITCHES.includes(arg)
  );
  if (unknown !== undefined) {
    console.error(`budget: unknown option ${unknown}, known are ${SWITCHES}`);
    return 2;
  }
  const file = await readFile();
  if (file === null) return 3;
  if (args.includes("--suggest")) {
    return await suggest(file);
  }
  const budgets = chosen(file, names, args.includes("--exact"));
  if (typeof budgets === "string") {
    console.error(`budget: no id begins with ${JSON.stringify(budgets)}`);
    return 2;
  }
  const measurements: Measurement[] = [];
  for (const [index, budget] of budgets.entries()) {
    if (Deno.stderr.isTerminal()) {
      const text = `${index + 1} of ${budgets.length}: ${budget.id}`;
      Deno.stderr.writeSync(new TextEncoder().encode(`\r\x1b[2K${text}`));
    }
    measurements.push(...await measureBudget(budget, file.defaults));
  }
  if (Deno.stderr.isTerminal()) console.error("\r\x1b[2K");
  const report = checkBudgets({ ...file, budgets }, measurements);
  const form = args.includes("--json")
    ? formatReportJson
    : args.includes("--markdown")
    ? formatReportMarkdown
    : formatReport;
  await new Blob([form(report)]).stream().pipeTo(Deno.stdout.writable);
  if (args.includes("--accept")) await accept(report);
  return report.failed ? 1 : 0;
}

// A server's Workers would keep the process.
if (import.meta.main) Deno.exit(await main(Deno.args));
