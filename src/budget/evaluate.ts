/**
 * Measurements against budgets: one value, and a whole file.
 *
 * @module
 */

import type {
  Budget,
  BudgetFile,
  BudgetReport,
  BudgetRow,
  BudgetStatus,
  Measurement,
  MetricBudget,
} from "./types.ts";

/** What a check looks at. */
export interface CheckOptions {
  /** Budgets of these sources alone; all unless given. */
  readonly sources?: readonly string[];
  /** Whether absolute metrics fail too when critical; default false. */
  readonly enforceAbsolute?: boolean;
  /** Whether metrics that nobody measured are left out; default false. */
  readonly partial?: boolean;
}

/**
 * The status of a value. A value at a bound is still within it.
 *
 * @param budget The metric's bounds.
 * @param value The value, in the metric's unit.
 * @returns `ok`, `slow` beyond the target, `warning` or `critical` beyond
 * these; `missing` for a value that no measurement gives: NaN, infinite,
 * negative.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { evaluate, parseBudgets } from "@fastpath/fastpath/budget";
 *
 * const { budgets } = parseBudgets(`{ "version": 1, "budgets": [{
 *   "id": "csv", "source": "bench",
 *   "metrics": { "speedup": { "target": 4, "warning": 3, "critical": 2 } }
 * }] }`);
 * const speedup = budgets[0]!.metrics.speedup!;
 * assertEquals(evaluate(speedup, 4.2), "ok");
 * assertEquals(evaluate(speedup, 3.5), "slow");
 * assertEquals(evaluate(speedup, 1.9), "critical");
 * assertEquals(evaluate(speedup, NaN), "missing");
 * ```
 */
export function evaluate(
  budget: MetricBudget,
  value: number,
): "ok" | "slow" | "warning" | "critical" | "missing" {
  if (!isMeasured(value)) return "missing";
  const beyond = (bound: number | null) =>
    bound !== null &&
    (budget.better === "lower" ? value > bound : value < bound);
  if (beyond(budget.critical)) return "critical";
  if (beyond(budget.warning)) return "warning";
  return beyond(tolerated(budget)) ? "slow" : "ok";
}

/** The target with its tolerance. */
function tolerated({ target, tolerance, better }: MetricBudget): number | null {
  if (target === null) return null;
  return target * (better === "lower" ? 1 + tolerance : 1 - tolerance);
}

/**
 * Checks measurements against the budgets of a file. Every metric of every
 * budget has a row: one without a value is `missing` and fails. Values without
 * a budget are `new` and do not fail.
 *
 * @param file The budgets.
 * @param measurements The values, in any order.
 * @param options Sources, and what fails.
 * @returns A row for each metric.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { checkBudgets, parseBudgets } from "@fastpath/fastpath/budget";
 *
 * const file = parseBudgets(`{ "version": 1, "budgets": [{
 *   "id": "app.js", "source": "file",
 *   "metrics": { "size_bytes": { "class": "exact", "critical": "40kB" } }
 * }] }`);
 * const report = checkBudgets(file, [
 *   { id: "app.js", metric: "size_bytes", value: 41_000 },
 * ]);
 * assertEquals([report.failed, report.rows[0]?.status], [true, "critical"]);
 * ```
 */
export function checkBudgets(
  file: BudgetFile,
  measurements: readonly Measurement[],
  options: CheckOptions = {},
): BudgetReport {
  const given = new Map<string, Measurement[]>();
  for (const one of measurements) {
    const key = JSON.stringify([one.id, one.metric]);
    given.set(key, [...given.get(key) ?? [], one]);
  }
  const rows: BudgetRow[] = [];
  for (const budget of file.budgets) {
    if (!(options.sources?.includes(budget.source) ?? true)) continue;
    for (const [metric, bounds] of Object.entries(budget.metrics)) {
      const key = JSON.stringify([budget.id, metric]);
      const values = given.get(key) ?? [];
      given.delete(key);
      if (options.partial === true && values.length === 0) continue;
      rows.push(rowOf(budget, metric, bounds, values, options));
    }
  }
  const known = new Set(
    file.budgets.flatMap(({ id, metrics }) =>
      Object.keys(metrics).map((metric) => JSON.stringify([id, metric]))
    ),
  );
  for (const [key, [first]] of given) {
    if (first !== undefined && !known.has(key)) rows.push(newRow(first));
  }
  const counts = countOf(rows);
  return { version: 1, failed: rows.some((row) => row.fails), counts, rows };
}

function rowOf(
  { id, note }: Budget,
  metric: string,
  budget: MetricBudget,
  given: readonly Measurement[],
  { enforceAbsolute = false }: CheckOptions,
): BudgetRow {
  const [one] = given;
  const row = { id, metric, budget, value: null, fails: false };
  if (one === undefined) {
    return { ...row, status: "missing", fails: true, note: "not measured" };
  }
  if (given.length > 1) {
    const text = `measured ${given.length} times, names must differ`;
    return { ...row, status: "missing", fails: true, note: text };
  }
  const said = one.note ?? "";
  if (one.skipped === true) return { ...row, status: "skipped", note: said };
  const status = one.value === null ? "missing" : evaluate(budget, one.value);
  if (status === "missing") {
    const text = one.value === null ? said : `found ${one.value}`;
    return { ...row, status, fails: true, note: text || "no value" };
  }
  const fails = status === "critical" && (budget.enforce || enforceAbsolute);
  const isNoisy = one.noisy === true && status !== "critical";
  return {
    ...row,
    value: one.value,
    status: isNoisy ? "noisy" : status,
    fails,
    note: said || tightening(budget, one.value!) || note,
  };
}

/** A count far below its target lets the next regression pass unseen. */
function tightening(budget: MetricBudget, value: number): string {
  const { class: kind, target, tolerance } = budget;
  if (kind !== "exact" || target === null) return "";
  const gain = budget.better === "lower"
    ? 1 - value / target
    : value / target - 1;
  if (!(gain > Math.max(tolerance, 0.01))) return "";
  return `better than the target by ${(gain * 100).toFixed(0)}%, tighten it`;
}

function newRow({ id, metric, value, note }: Measurement): BudgetRow {
  return {
    id,
    metric,
    budget: null,
    value: value !== null && isMeasured(value) ? value : null,
    status: "new",
    fails: false,
    note: note ?? "no budget",
  };
}

/** Times, sizes, counts and ratios are finite and not negative. */
function isMeasured(value: number): boolean {
  return Number.isFinite(value) && value >= 0;
}

function countOf(rows: readonly BudgetRow[]): Record<BudgetStatus, number> {
  const counts: Record<BudgetStatus, number> = {
    ok: 0,
    slow: 0,
    warning: 0,
    critical: 0,
    new: 0,
    missing: 0,
    noisy: 0,
    skipped: 0,
  };
  for (const { status } of rows) counts[status]++;
  return counts;
}
