/**
 * Exact figures from the ascending runs of a column's values.
 *
 * @module
 */

import type { Pace } from "../pace.ts";
import { IntegerSum, Sum } from "../values/sums.ts";
import { deviation, finiteOrNull } from "./_moments.ts";
import type { Runs } from "./_runs.ts";
import { joinHalves } from "./_sketch.ts";
import type { Values } from "./_sources.ts";
import { TopValues } from "./_top.ts";

/** The shares of the values that lie at or below a quantile. */
export const QUANTILES: readonly number[] = [0.25, 0.5, 0.75, 0.95, 0.99];

/** What the runs of a column tell, whatever they mean. */
export interface RunFigures {
  /** Distinct values. */
  distinct: number;
  /** The smallest value; null if there is none. */
  min: number | bigint | null;
  /** The largest value. */
  max: number | bigint | null;
  /** The most frequent values. */
  top: { value: number | bigint; count: number }[];
  /** The values at some ranks. */
  picked: (number | bigint)[];
}

/** The value of a run: f64 as a number, i64 as a bigint. */
function valueAt(runs: Runs, kind: Values["kind"], at: number) {
  return kind === "f64"
    ? runs.values[at]!
    : joinHalves(runs.words[2 * at + 1]! | 0, runs.words[2 * at]!);
}

/**
 * Goes through the runs once.
 *
 * @param values The values.
 * @param ranks Ranks from 0, ascending, of the values to pick.
 * @param each Told every batch of runs.
 * @param pace The clock.
 * @returns The figures.
 */
export async function figuresOf(
  values: Values,
  ranks: readonly number[],
  each: (runs: Runs, used: number) => void,
  pace: Pace,
): Promise<RunFigures> {
  const runs = values.runs();
  const top = new TopValues<number | bigint>();
  const picked: (number | bigint)[] = [];
  let seen = 0;
  let distinct = 0;
  let min: number | bigint | null = null;
  let max: number | bigint | null = null;
  while (true) {
    const used = runs.next();
    if (used === 0) break;
    min ??= valueAt(runs, values.kind, 0);
    max = valueAt(runs, values.kind, used - 1);
    distinct += used;
    let next = ranks[picked.length] ?? Infinity;
    for (let at = 0; at < used; at++) {
      const count = runs.counts[at]!;
      seen += count;
      while (seen > next) {
        picked.push(valueAt(runs, values.kind, at));
        next = ranks[picked.length] ?? Infinity;
      }
      if (count > top.countMin) top.add(valueAt(runs, values.kind, at), count);
    }
    each(runs, used);
    if (pace.due()) await pace.rest();
  }
  return { distinct, min, max, top: top.values, picked };
}

/** Figures of numbers. */
export interface NumberFigures extends RunFigures {
  /** The mean; null if it is not finite or there is no number. */
  mean: number | null;
  /** The standard deviation. */
  std: number | null;
  /** Quantiles of type 7, in the order of {@linkcode QUANTILES}. */
  quantiles: (number | null)[];
}

/**
 * The figures of numbers.
 *
 * @param values The numbers.
 * @param isInteger Whether all are integers: their sum is exact.
 * @param pace The clock.
 * @returns The figures.
 */
export async function numberFigures(
  values: Values,
  isInteger: boolean,
  pace: Pace,
): Promise<NumberFigures> {
  const { count } = values;
  const ranks = ranksOf(count);
  const total = isInteger ? new IntegerTotal(values.kind) : new FloatTotal();
  const figures = await figuresOf(
    values,
    ranks,
    (runs, used) => total.add(runs, used),
    pace,
  );
  const mean = total.mean(count);
  const m2 = await squaresOf(values, mean, pace);
  const picked = figures.picked.map(Number);
  return {
    ...figures,
    mean: finiteOrNull(mean),
    std: deviation(m2, count),
    quantiles: QUANTILES.map((p) => quantile(p, count, ranks, picked)),
  };
}

/** The ranks on both sides of every quantile, ascending, each once. */
function ranksOf(count: number): number[] {
  if (count === 0) return [];
  const ranks = new Set<number>();
  for (const p of QUANTILES) {
    const low = Math.floor((count - 1) * p);
    ranks.add(low).add(Math.min(low + 1, count - 1));
  }
  return [...ranks].sort((a, b) => a - b);
}

function quantile(
  p: number,
  count: number,
  ranks: number[],
  picked: number[],
): number | null {
  if (count === 0) return null;
  const h = (count - 1) * p;
  const low = Math.floor(h);
  const a = picked[ranks.indexOf(low)]!;
  const b = picked[ranks.indexOf(Math.min(low + 1, count - 1))]!;
  // Without the test, 0 times infinity would make a NaN.
  return finiteOrNull(a === b || h === low ? a : a + (h - low) * (b - a));
}

/** The compensated sum of value times count. */
class FloatTotal {
  readonly #sum = new Sum();

  add({ values, counts }: Runs, used: number): void {
    for (let at = 0; at < used; at++) this.#sum.add(values[at]! * counts[at]!);
  }

  mean(count: number): number {
    return this.#sum.value / count;
  }
}

/** The exact sum of value times count. */
class IntegerTotal {
  readonly #sum = new IntegerSum();
  readonly #kind: Values["kind"];

  constructor(kind: Values["kind"]) {
    this.#kind = kind;
  }

  add(runs: Runs, used: number): void {
    const { values, words, counts } = runs;
    for (let at = 0; at < used; at++) {
      if (this.#kind === "f64") this.#sum.add(values[at]!, counts[at]!);
      else {
        const exact = joinHalves(words[2 * at + 1]! | 0, words[2 * at]!);
        this.#sum.addBig(exact, counts[at]!);
      }
    }
  }

  /** The sum divided once by the number of values. */
  mean(count: number): number {
    return this.#sum.mean(count);
  }
}

/**
 * The compensated sum of the squared distances from the mean.
 *
 * @param values The numbers.
 * @param mean Their mean.
 * @param pace The clock.
 * @returns The sum.
 */
export async function squaresOf(
  values: Values,
  mean: number,
  pace: Pace,
): Promise<number> {
  const runs = values.runs();
  const squares = new Sum();
  while (true) {
    const used = runs.next();
    if (used === 0) return squares.value;
    for (let at = 0; at < used; at++) {
      const d = numberAt(runs, values.kind, at) - mean;
      squares.add(runs.counts[at]! * (d * d));
    }
    if (pace.due()) await pace.rest();
  }
}

/** The value of a run as an f64, rounded once. */
export function numberAt(runs: Runs, kind: Values["kind"], at: number): number {
  if (kind === "f64") return runs.values[at]!;
  return (runs.words[2 * at + 1]! | 0) * 2 ** 32 + runs.words[2 * at]!;
}

/**
 * The figures of times, in microseconds; quantiles are the lower nearest
 * rank.
 *
 * @param values The times.
 * @param pace The clock.
 * @returns The figures; `picked` are the quantiles.
 */
export async function timeFigures(
  values: Values,
  pace: Pace,
): Promise<RunFigures> {
  const { count } = values;
  const ranks = count === 0
    ? []
    : QUANTILES.map((p) => Math.floor((count - 1) * p));
  return await figuresOf(values, ranks, () => {}, pace);
}
