/**
 * The figures of one column of numbers.
 *
 * @module
 */

import {
  engineFor,
  engineForAsync,
  type EngineMode,
  recover,
} from "../backend.ts";
import { Pace } from "../pace.ts";
import { type Numbers, numbersOf, type NumericColumn } from "./_numbers.ts";
import { type QuantileType, ranksOf } from "./_quantiles.ts";
import { figuresOf, placesOf } from "./_summary_figures.ts";
import {
  checkSummaryOptions,
  type SummarySettings,
} from "./_summary_options.ts";
import { summaryNative, summaryNativeSync } from "./_summary_native.ts";
import {
  type Moments,
  type SummaryParts,
  summaryParts,
} from "./_summary_ts.ts";

export type { NumericColumn } from "./_numbers.ts";
export type { QuantileType } from "./_quantiles.ts";

/** Options of `summarySync`. */
export interface SummarySyncOptions {
  /**
   * The probabilities of the quantiles, each 0 to 1; default 0.25, 0.5, 0.75,
   * 0.95 and 0.99.
   */
  readonly probabilities?: readonly number[];
  /** Which sample quantile of Hyndman and Fan, 1 to 9. Default 7. */
  readonly quantileType?: QuantileType;
  /**
   * What NaN does: `propagate` makes every figure NaN, as in numpy; `skip`
   * leaves NaN out. Default `propagate`.
   */
  readonly nan?: "propagate" | "skip";
  /**
   * A weight for each row, finite and not negative. A row whose number or
   * weight is null takes no part in the weighted mean.
   */
  readonly weights?: NumericColumn;
  /** Which engine works; default: the backend's choice. */
  readonly engine?: EngineMode;
}

/** Options of `summary`. */
export interface SummaryOptions extends SummarySyncOptions {
  /** Stops the work; `summary` then throws the signal's reason. */
  readonly signal?: AbortSignal;
}

/** A quantile and its probability. */
export interface Quantile {
  /** The probability. */
  readonly p: number;
  /** The quantile; null where there is none. */
  readonly value: number | null;
}

/**
 * The figures of a column of numbers. A figure is null where there is none:
 * too few numbers, or finite numbers whose figure f64 cannot hold. It is NaN
 * or infinite where a NaN or an infinity in the column makes it so.
 */
export interface Summary {
  /** What the column holds. */
  readonly type: "i32" | "i64" | "f64";
  /** Values that are not null, NaN included. */
  readonly count: number;
  /** Nulls. */
  readonly nulls: number;
  /** Values that are NaN. */
  readonly nans: number;
  /** The sum: exact, a bigint, for integers; 0 without numbers. */
  readonly sum: number | bigint | null;
  /** The arithmetic mean. */
  readonly mean: number | null;
  /** Variance of the sample: divided by n - 1. */
  readonly variance: number | null;
  /** Standard deviation of the sample. */
  readonly std: number | null;
  /** Variance of the population: divided by n. */
  readonly variancePopulation: number | null;
  /** Standard deviation of the population. */
  readonly stdPopulation: number | null;
  /** The smallest number; a bigint for i64. */
  readonly min: number | bigint | null;
  /** The largest number; a bigint for i64. */
  readonly max: number | bigint | null;
  /** Skewness of the sample, G1; from three numbers that differ. */
  readonly skewness: number | null;
  /** Skewness of the population, g1. */
  readonly skewnessPopulation: number | null;
  /** Excess kurtosis of the sample, G2; from four numbers that differ. */
  readonly kurtosis: number | null;
  /** Excess kurtosis of the population, g2: 0 for a normal distribution. */
  readonly kurtosisPopulation: number | null;
  /** The quantiles, in the order of the probabilities asked for. */
  readonly quantiles: readonly Quantile[];
  /**
   * Sum of weight times number by sum of weights; null where the weights sum
   * to 0; absent without weights.
   */
  readonly weightedMean?: number | null;
}

/**
 * The figures of a column of numbers: sum, mean, variance, standard
 * deviation, range, skewness, kurtosis and quantiles. Formulas, their sources
 * and the order of summation stand in `docs/statistics.md`. Nulls take no
 * part.
 *
 * @param column A column of i32, i64 or f64, or a typed array of these.
 * @param options Quantiles, weights, NaN, engine, signal.
 * @returns The figures, the same to the bit on both engines.
 * @throws {TypeError} If the column holds no numbers, its memory is shared,
 * resizable or detached, or an option has the wrong type.
 * @throws {RangeError} If an option has a value that is not allowed, or a
 * weight is negative or not finite.
 * @throws {FastpathError} If memory runs out, or the native library is
 * required but absent.
 * @throws The signal's reason if it is aborted.
 *
 * @example Summarise a column of a table
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { readCsv, summary } from "@fastpath/fastpath";
 *
 * const bytes = new TextEncoder().encode("price\n2\n4\n\n4\n6\n");
 * const table = await readCsv(bytes, { schema: { price: "f64" } });
 * const figures = await summary(table.column("price"));
 * assertEquals([figures.count, figures.nulls, figures.mean], [4, 1, 4]);
 * assertEquals([figures.variance, figures.variancePopulation], [8 / 3, 2]);
 * ```
 */
export async function summary(
  column: NumericColumn,
  options: SummaryOptions = {},
): Promise<Summary> {
  const { numbers, settings } = checked(column, options);
  settings.signal?.throwIfAborted();
  const size = numbers.data.length;
  const native = await engineForAsync("stats.summary", size, settings.engine);
  const plan = planOf(settings);
  let parts: SummaryParts | undefined;
  if (native !== null) {
    try {
      const { weights, signal } = settings;
      parts = await summaryNative(native, numbers, weights, plan, signal);
      signal?.throwIfAborted();
    } catch (error) {
      recover(error, settings.engine);
    }
  }
  parts ??= await paced(numbers, settings, plan);
  return figuresOf(numbers, settings, parts);
}

/**
 * Like {@linkcode summary}, without giving up the thread: for small columns
 * and for programs that have nothing else to do.
 *
 * @param column A column of i32, i64 or f64, or a typed array of these.
 * @param options Quantiles, weights, NaN, engine.
 * @returns The figures.
 * @throws {TypeError} If the column holds no numbers, its memory is shared,
 * resizable or detached, or an option has the wrong type.
 * @throws {RangeError} If an option has a value that is not allowed, or a
 * weight is negative or not finite.
 * @throws {FastpathError} If memory runs out, or the native library is
 * required but absent.
 *
 * @example The median and a weighted mean
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { summarySync } from "@fastpath/fastpath";
 *
 * const figures = summarySync(Float64Array.of(1, 2, 3, 10), {
 *   probabilities: [0.5],
 *   weights: Float64Array.of(1, 1, 1, 0),
 * });
 * assertEquals(figures.quantiles, [{ p: 0.5, value: 2.5 }]);
 * assertEquals(figures.weightedMean, 2);
 * ```
 */
export function summarySync(
  column: NumericColumn,
  options: SummarySyncOptions = {},
): Summary {
  const { numbers, settings } = checked(column, options);
  const size = numbers.data.length;
  const native = engineFor("stats.summary", size, settings.engine);
  const plan = planOf(settings);
  let parts: SummaryParts | undefined;
  if (native !== null) {
    try {
      parts = summaryNativeSync(native, numbers, settings.weights, plan);
    } catch (error) {
      recover(error, settings.engine);
    }
  }
  parts ??= atOnce(numbers, settings, plan);
  return figuresOf(numbers, settings, parts);
}

function checked(
  column: NumericColumn,
  options: SummaryOptions,
): { numbers: Numbers; settings: SummarySettings } {
  const numbers = numbersOf(column, "column");
  return {
    numbers,
    settings: checkSummaryOptions(options, numbers.data.length),
  };
}

/** The ranks that quantiles need, once the count is known. */
function planOf(
  settings: SummarySettings,
): (moments: Moments) => Float64Array<ArrayBuffer> {
  return (moments) => ranksOf(placesOf(settings, moments));
}

async function paced(
  numbers: Numbers,
  { weights, signal }: SummarySettings,
  plan: (moments: Moments) => Float64Array<ArrayBuffer>,
): Promise<SummaryParts> {
  const pace = new Pace(signal);
  const steps = summaryParts(numbers, weights, plan);
  while (true) {
    const { value, done } = steps.next();
    if (done) return value;
    if (pace.due()) await pace.rest();
  }
}

function atOnce(
  numbers: Numbers,
  { weights }: SummarySettings,
  plan: (moments: Moments) => Float64Array<ArrayBuffer>,
): SummaryParts {
  const steps = summaryParts(numbers, weights, plan);
  while (true) {
    const { value, done } = steps.next();
    if (done) return value;
  }
}
