/**
 * The output of `deno bench --json`, of any project, as measurements.
 *
 * @module
 */

import { BudgetError } from "./error.ts";
import type { Budget, BudgetFile, Measurement } from "./types.ts";
import { metricUnit } from "./units.ts";

/** A benchmark of `deno bench --json`. */
export interface BenchResult {
  /** The module that holds it. */
  readonly origin: string;
  /** Its group, or null. */
  readonly group: string | null;
  /** Its name. */
  readonly name: string;
  /** Whether its group is compared with it. */
  readonly baseline: boolean;
  /** Nanoseconds of an iteration by statistic; null where it failed. */
  readonly times: BenchTimes | null;
  /** What it threw; null where it ran. */
  readonly failure: string | null;
}

/** The statistics that `deno bench` gives, in nanoseconds. */
export type BenchTimes = Readonly<
  Record<"min" | "max" | "avg" | "p75" | "p99" | "p995" | "p999", number>
>;

const STATISTICS = ["min", "max", "avg", "p75", "p99", "p995", "p999"] as const;

/** Nanoseconds of a unit. */
const UNIT_NS: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  ms: 1e6,
  s: 1e9,
};

/**
 * Reads the output of `deno bench --json`.
 *
 * @param text What it printed.
 * @returns The benchmarks; a failed one says what it threw.
 * @throws {BudgetError} If it is not that output.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { parseBenchJson } from "@fastpath/fastpath/budget";
 *
 * const [bench] = parseBenchJson(`{ "version": 1, "benches": [{
 *   "origin": "file:///a.ts", "group": null, "name": "a", "baseline": false,
 *   "results": [{ "ok": { "n": 9, "min": 5, "max": 9, "avg": 6, "p75": 6,
 *     "p99": 9, "p995": 9, "p999": 9 } }]
 * }] }`);
 * assertEquals(bench?.times?.min, 5);
 * ```
 */
export function parseBenchJson(text: string): BenchResult[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw wrong("", `${reason}; run deno bench with --json`);
  }
  const benches = isObject(value) ? value.benches : undefined;
  if (!isObject(value) || !Array.isArray(benches)) {
    throw wrong("", "must be an object with benches, run deno bench --json");
  }
  if (value.version !== 1) {
    const found = JSON.stringify(value.version) ?? "nothing";
    throw wrong("/version", `must be 1, found ${found}`);
  }
  return benches.map((bench, index) => benchOf(bench, `/benches/${index}`));
}

function benchOf(value: unknown, pointer: string): BenchResult {
  if (
    !isObject(value) || typeof value.name !== "string" ||
    !Array.isArray(value.results)
  ) {
    throw wrong(pointer, "must be an object with a name and results");
  }
  const { origin, group, name, baseline, results } = value;
  const [first] = results as unknown[];
  const result = isObject(first) ? first : {};
  return {
    origin: typeof origin === "string" ? origin : "",
    group: typeof group === "string" ? group : null,
    name,
    baseline: baseline === true,
    times: isObject(result.ok) ? timesOf(result.ok) : null,
    failure: isObject(result.ok) ? null : failureOf(result.failed),
  };
}

/** A statistic that is not there is NaN: no value, and never a good one. */
function timesOf(ok: Readonly<Record<string, unknown>>): BenchTimes {
  const times = STATISTICS.map((name) => {
    const value = ok[name];
    return [name, typeof value === "number" ? value : NaN];
  });
  return Object.fromEntries(times) as BenchTimes;
}

function failureOf(failed: unknown): string {
  if (!isObject(failed)) return "it gave no result";
  const { name, message } = failed;
  return `it threw ${String(name ?? "Error")}: ${String(message ?? "")}`;
}

/**
 * Several runs of the same benchmarks as one: the smallest of each statistic.
 * Other load only ever adds time, so a benchmark that is slow in every run is
 * slow. One that failed in any run has failed.
 *
 * @param runs The results of each run.
 * @returns The benchmarks in the order of their first appearance.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { mergeBenchRuns, parseBenchJson } from "@fastpath/fastpath/budget";
 *
 * const run = (min: number) =>
 *   parseBenchJson(`{ "version": 1, "benches": [{
 *     "name": "a", "results": [{ "ok": { "min": ${min} } }]
 *   }] }`);
 * const [merged] = mergeBenchRuns([run(7), run(5), run(9)]);
 * assertEquals(merged?.times?.min, 5);
 * ```
 */
export function mergeBenchRuns(
  runs: readonly (readonly BenchResult[])[],
): BenchResult[] {
  const merged: BenchResult[] = [];
  const places = new Map<string, number[]>();
  for (const run of runs) {
    // A name that stands twice in one run is a mistake, and stays one.
    const seen = new Map<string, number>();
    for (const bench of run) {
      const key = keyOf(bench);
      const known = places.get(key) ?? [];
      const nth = seen.get(key) ?? 0;
      const at = known[nth];
      seen.set(key, nth + 1);
      if (at === undefined) places.set(key, [...known, merged.push(bench) - 1]);
      else merged[at] = better(merged[at]!, bench);
    }
  }
  return merged;
}

function keyOf({ origin, group, name }: BenchResult): string {
  return JSON.stringify([origin, group, name]);
}

function better(one: BenchResult, other: BenchResult): BenchResult {
  if (one.times === null) return one;
  if (other.times === null) return other;
  const times = STATISTICS.map((name) =>
    [name, Math.min(one.times![name], other.times![name])] as const
  );
  return { ...one, times: Object.fromEntries(times) as BenchTimes };
}

/**
 * The values of a file's budgets in the results of `deno bench`. A budget's
 * id is the benchmark's name, or `group/name` where names repeat. Metrics:
 *
 * - a statistic with a unit of time: `min_ms`, `avg_us`, `p75_ns`, `p99_s`;
 *   `time_ms` is the minimum, the steadiest of them;
 * - `speedup`: the minimum of the group's baseline by its own, `ratio` the
 *   inverse;
 * - `iterations_per_s`: a second by the mean.
 *
 * @param file The budgets; those of the source `bench` count.
 * @param benches The results.
 * @returns Values of budgets, and one for each benchmark without a budget.
 */
export function benchMeasurements(
  file: BudgetFile,
  benches: readonly BenchResult[],
): Measurement[] {
  const used = new Set<BenchResult>();
  const measurements: Measurement[] = [];
  for (const budget of file.budgets) {
    if (budget.source !== "bench") continue;
    const found = benches.filter((bench) => isNamed(bench, budget.id));
    for (const bench of found) {
      used.add(bench);
      measurements.push(...measurementsOf(budget, bench, benches));
    }
  }
  for (const bench of benches) {
    if (used.has(bench)) continue;
    const id = bench.group === null
      ? bench.name
      : `${bench.group}/${bench.name}`;
    const value = bench.times === null ? null : bench.times.min / 1e6;
    const note = bench.failure ?? "no budget";
    measurements.push({ id, metric: "time_ms", value, note });
  }
  return measurements;
}

function isNamed({ group, name }: BenchResult, id: string): boolean {
  return id === name || (group !== null && id === `${group}/${name}`);
}

function measurementsOf(
  { id, metrics }: Budget,
  bench: BenchResult,
  benches: readonly BenchResult[],
): Measurement[] {
  return Object.keys(metrics).map((metric): Measurement => {
    const { times, failure } = bench;
    if (times === null) {
      return { id, metric, value: null, note: failure ?? "no result" };
    }
    const value = valueOf(metric, times, baselineOf(bench, benches));
    return typeof value === "string"
      ? { id, metric, value: null, note: value }
      : { id, metric, value };
  });
}

/** The baseline of a benchmark's group, or why there is none. */
function baselineOf(
  { origin, group, name }: BenchResult,
  benches: readonly BenchResult[],
): BenchTimes | string {
  const inGroup = benches.filter((one) =>
    one.group === group && one.origin === origin && one.baseline
  );
  const [baseline] = inGroup;
  if (group === null || baseline === undefined) {
    return `the group of ${name} has no baseline`;
  }
  if (inGroup.length > 1) return `the group ${group} has several baselines`;
  return baseline.times ?? `the baseline: ${baseline.failure}`;
}

/** A metric's value, or why there is none. */
function valueOf(
  metric: string,
  times: BenchTimes,
  baseline: BenchTimes | string,
): number | string {
  if (metric === "iterations_per_s") return 1e9 / times.avg;
  if (metric === "speedup" || metric === "ratio") {
    if (typeof baseline === "string") return baseline;
    const speedup = baseline.min / times.min;
    return metric === "speedup" ? speedup : 1 / speedup;
  }
  const unitNs = UNIT_NS[metricUnit(metric) ?? ""];
  const statistic = metric.slice(0, metric.lastIndexOf("_"));
  const name = statistic === "time" ? "min" : statistic;
  if (unitNs === undefined || !isStatistic(name)) {
    return `deno bench does not give ${metric}`;
  }
  return times[name] / unitNs;
}

function isStatistic(name: string): name is keyof BenchTimes {
  return (STATISTICS as readonly string[]).includes(name);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function wrong(pointer: string, message: string): BudgetError {
  return new BudgetError("the output of deno bench", [{ pointer, message }]);
}
