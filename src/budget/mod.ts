/**
 * Performance budgets: bounds of times, ratios, sizes and counts in one file,
 * and a check that can be trusted on a noisy machine.
 *
 * - {@linkcode parseBudgets}: reads and checks a budget file.
 * - {@linkcode measurePair}, {@linkcode measure}: time work; two sides in
 *   pairs, so that other load hits both.
 * - {@linkcode measureConfirmed}: measures again before anything fails.
 * - {@linkcode checkBudgets}: values against a file's budgets;
 *   {@linkcode evaluate} one value against one.
 * - {@linkcode parseBenchJson}, {@linkcode mergeBenchRuns},
 *   {@linkcode benchMeasurements}: the output of `deno bench --json`.
 * - {@linkcode formatReport}, {@linkcode formatReportMarkdown},
 *   {@linkcode formatReportJson}: the result.
 *
 * A ratio of two things measured in one process and a count that never varies
 * can fail a build. A time of one machine is advice, unless its budget says
 * `enforce`. A budget without a value fails: a check that silently looks at
 * nothing is worse than none.
 *
 * @example Two ways to sum, one allowed to be twice as slow
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import {
 *   checkBudgets,
 *   measureConfirmed,
 *   measurePair,
 *   parseBudgets,
 * } from "@fastpath/fastpath/budget";
 *
 * const file = parseBudgets(`{ "version": 1, "budgets": [{
 *   "id": "sum", "source": "mine", "metrics": { "ratio": { "critical": 9 } }
 * }] }`);
 * const numbers = Float64Array.from({ length: 10_000 }, (_, i) => i);
 * const loop = () => {
 *   let sum = 0;
 *   for (let i = 0; i < numbers.length; i++) sum += numbers[i]!;
 *   return sum;
 * };
 * const values = await measureConfirmed(
 *   file.budgets[0]!,
 *   async () => {
 *     const { ratio } = await measurePair(loop, loop, { samples: 5 });
 *     return { ratio };
 *   },
 *   2,
 * );
 * assertEquals(checkBudgets(file, values).failed, false);
 * ```
 *
 * @module
 */

export {
  benchMeasurements,
  mergeBenchRuns,
  parseBenchJson,
} from "./bench_json.ts";
export type { BenchResult, BenchTimes } from "./bench_json.ts";
export { BudgetError } from "./error.ts";
export type { BudgetProblem } from "./error.ts";
export { checkBudgets, evaluate } from "./evaluate.ts";
export type { CheckOptions } from "./evaluate.ts";
export { measure, measureConfirmed, measurePair } from "./measure.ts";
export type { MeasureOptions, PairTimes, Work } from "./measure.ts";
export { checkBudgetFile, parseBudgets } from "./parse.ts";
export {
  formatReport,
  formatReportJson,
  formatReportMarkdown,
} from "./report.ts";
export type {
  Budget,
  BudgetDefaults,
  BudgetFile,
  BudgetReport,
  BudgetRow,
  BudgetStatus,
  Measurement,
  MetricBudget,
  MetricClass,
  MetricUnit,
} from "./types.ts";
export { betterOf, formatValue, metricUnit, parseSize } from "./units.ts";
