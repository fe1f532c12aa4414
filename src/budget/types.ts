/**
 * What a budget file, a measurement and a report are.
 *
 * @module
 */

/**
 * How a metric is judged.
 *
 * - `ratio`: two things measured in one process; fails when critical.
 * - `exact`: a count that is the same in every run; fails when critical.
 * - `absolute`: a time or a rate of this machine; advisory unless `enforce`.
 */
export type MetricClass = "ratio" | "exact" | "absolute";

/** The unit of a metric: the end of its name. */
export type MetricUnit =
  | "ns"
  | "us"
  | "ms"
  | "s"
  | "bytes"
  | "per_s"
  | "rate"
  | "ratio"
  | "speedup"
  | "count";

/** The bounds of a metric. */
export interface MetricBudget {
  /** How it is judged. */
  readonly class: MetricClass;
  /** The unit, from the metric's name. */
  readonly unit: MetricUnit;
  /** Which values are better. */
  readonly better: "lower" | "higher";
  /** Up to here all is well; null where nothing is said. */
  readonly target: number | null;
  /** The share of the target that an exact value may be worse by. */
  readonly tolerance: number;
  /** Beyond it somebody should look; null where nothing is said. */
  readonly warning: number | null;
  /** Beyond it the metric fails; null where nothing is said. */
  readonly critical: number | null;
  /** Whether a critical value fails the check. */
  readonly enforce: boolean;
}

/** A thing that is measured, and the bounds of its metrics. */
export interface Budget {
  /** Its name, once in a file; of a benchmark the benchmark's name. */
  readonly id: string;
  /** What measures it, for instance `bench` or `cli`. */
  readonly source: string;
  /** What the source needs to know. */
  readonly params: Readonly<Record<string, unknown>>;
  /** What a reader must know; empty where nothing is said. */
  readonly note: string;
  /** Bounds by the metric's name. */
  readonly metrics: Readonly<Record<string, MetricBudget>>;
}

/** How measurements are taken. */
export interface BudgetDefaults {
  /** Interleaved pairs of samples. */
  readonly samples: number;
  /** The least time of a sample, in microseconds. */
  readonly minSampleUs: number;
  /** Reruns that must agree before a value is critical. */
  readonly confirm: number;
}

/** A budget file, checked. */
export interface BudgetFile {
  /** The version of its form. */
  readonly version: 1;
  /** How measurements are taken. */
  readonly defaults: BudgetDefaults;
  /** The budgets in the order of the file. */
  readonly budgets: readonly Budget[];
}

/** A value of a metric. */
export interface Measurement {
  /** The budget's id. */
  readonly id: string;
  /** The metric's name. */
  readonly metric: string;
  /** The value in the metric's unit; null where there is none. */
  readonly value: number | null;
  /** Why there is no value, or what a reader must know. */
  readonly note?: string;
  /** Whether it could not be measured here for the reason of `note`. */
  readonly skipped?: boolean;
  /** Whether a critical value was not confirmed by a rerun. */
  readonly noisy?: boolean;
}

/**
 * What became of a metric.
 *
 * - `ok`: within the target. `slow`: beyond it. `warning`, `critical`: beyond
 *   these bounds.
 * - `new`: measured, without a budget. `missing`: a budget without a value.
 * - `noisy`: critical once, not confirmed. `skipped`: not to be had here, for
 *   a stated reason.
 */
export type BudgetStatus =
  | "ok"
  | "slow"
  | "warning"
  | "critical"
  | "new"
  | "missing"
  | "noisy"
  | "skipped";

/** A metric with its bounds, its value and its status. */
export interface BudgetRow {
  /** The budget's id. */
  readonly id: string;
  /** The metric's name. */
  readonly metric: string;
  /** The metric's bounds; null for a `new` one. */
  readonly budget: MetricBudget | null;
  /** The value; null where there is none. */
  readonly value: number | null;
  /** What became of it. */
  readonly status: BudgetStatus;
  /** Whether it fails the check. */
  readonly fails: boolean;
  /** What a reader must know; empty where nothing is said. */
  readonly note: string;
}

/** All metrics of a check. */
export interface BudgetReport {
  /** The version of the report's form. */
  readonly version: 1;
  /** Whether any metric fails. */
  readonly failed: boolean;
  /** How many metrics have each status. */
  readonly counts: Readonly<Record<BudgetStatus, number>>;
  /** The metrics in the order of the budget file; new ones last. */
  readonly rows: readonly BudgetRow[];
}
