/**
 * Statistics over columns: the figures of a column of numbers, and the week
 * statistics of a task tracker.
 *
 * - {@linkcode summary}: count, sum, mean, variance, range, skewness,
 *   kurtosis and quantiles of a column.
 * - {@linkcode weekColumns}: tasks in columns to totals, means and
 *   productivity by week, and by project.
 * - {@linkcode week}: the same of tasks that are objects.
 *
 * `summarySync` and `weekColumnsSync` do not give up the thread. Both engines
 * add up in one stated order and give the same bits.
 *
 * @example The figures of a column
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { summarySync } from "@fastpath/fastpath/stats";
 *
 * const figures = summarySync(Int32Array.of(3, 1, 2));
 * assertEquals([figures.sum, figures.mean, figures.std], [6n, 2, 1]);
 * ```
 *
 * @module
 */

export type { EngineMode } from "../backend.ts";
export { FastpathError } from "../errors.ts";
export type { FailureCode } from "../errors.ts";
export { summary, summarySync } from "./summary.ts";
export type {
  NumericColumn,
  Quantile,
  QuantileType,
  Summary,
  SummaryOptions,
  SummarySyncOptions,
} from "./summary.ts";
export { week, weekColumns, weekColumnsSync } from "./week.ts";
export type {
  ProjectStats,
  Task,
  TaskColumns,
  WeekColumnsOptions,
  WeekOptions,
  WeekStats,
} from "./week.ts";
