/**
 * From the sums of a column to its figures: the last few operations, here
 * alone for both engines.
 *
 * @module
 */

import type { Numbers } from "./_numbers.ts";
import { type Place, placeOf, ranksOf, valueAt } from "./_quantiles.ts";
import { RowFault } from "./_row_fault.ts";
import type { SummarySettings } from "./_summary_options.ts";
import type { Moments, SummaryParts, WeightedSums } from "./_summary_ts.ts";
import type { Summary } from "./summary.ts";

/** The figures that NaN and infinities change as one. */
type Figures = Omit<
  Summary,
  "type" | "count" | "nulls" | "nans" | "quantiles" | "weightedMean"
>;

/**
 * Where the quantiles lie.
 *
 * @param settings Which quantiles.
 * @param moments Count of the numbers, and of NaN.
 * @returns A place for each probability; none where no quantile is a number.
 */
export function placesOf(
  { probabilities, quantileType, nan }: SummarySettings,
  { count, nans }: Moments,
): Place[] {
  if (count === 0 || (nans > 0 && nan === "propagate")) return [];
  return probabilities.map((p) => placeOf(count, p, quantileType));
}

/**
 * The figures of a column.
 *
 * @param numbers The column.
 * @param settings What was asked for.
 * @param parts What an engine computed.
 * @returns The summary.
 * @throws {RangeError} If a weight is negative or not finite.
 */
export function figuresOf(
  { type, data }: Numbers,
  settings: SummarySettings,
  { moments, weighted, picked }: SummaryParts,
): Summary {
  const { count, nans, infinities } = moments;
  const isNaN = nans > 0 && settings.nan === "propagate";
  const isFinite = infinities[0] + infinities[1] === 0;
  const figures = isNaN
    ? without(moments, NaN)
    : isFinite
    ? finiteFigures(moments)
    : infiniteFigures(moments);
  const places = placesOf(settings, moments);
  const ranks = ranksOf(places);
  const none = isNaN ? NaN : null;
  const quantiles = settings.probabilities.map((p, at) => {
    const place = places[at];
    return { p, value: place ? valueAt(place, ranks, picked) : none };
  });
  const result: Summary = {
    type,
    count: count + nans,
    nulls: data.length - count - nans,
    nans,
    ...figures,
    quantiles,
  };
  if (weighted === null) return result;
  checkWeights(settings, weighted);
  const weightedMean = isNaN || !isFinite
    ? figures.mean
    : finiteOrNull(weighted.products / weighted.weights);
  return { ...result, weightedMean };
}

function checkWeights(
  { weights }: SummarySettings,
  { faultRow }: WeightedSums,
): void {
  if (faultRow < 0) return;
  throw new RowFault("statistics", {
    row: faultRow,
    column: "weight",
    value: String(weights?.data[faultRow]),
    expected: "a finite number that is not negative",
  });
}

/** Every figure the same: NaN, or null for a column without numbers. */
function without(
  { min, max }: Pick<Moments, "min" | "max">,
  value: number | null,
): Figures {
  return {
    sum: value,
    mean: value,
    variance: value,
    std: value,
    variancePopulation: value,
    stdPopulation: value,
    min: value === null ? min : value,
    max: value === null ? max : value,
    skewness: value,
    skewnessPopulation: value,
    kurtosis: value,
    kurtosisPopulation: value,
  };
}

/** As IEEE 754 has it: a sum is infinite, a distance from it is NaN. */
function infiniteFigures({ infinities, min, max }: Moments): Figures {
  const [up, down] = infinities;
  const sum = up > 0 ? (down > 0 ? NaN : Infinity) : -Infinity;
  return { ...without({ min, max }, NaN), sum, mean: sum, min, max };
}

function finiteFigures(moments: Moments): Figures {
  const { count: n, min, max } = moments;
  const sum = typeof moments.sum === "bigint"
    ? moments.sum
    : finiteOrNull(moments.sum);
  if (n === 0) {
    const nothing = { min: null, max: null };
    return { ...without({ min: 0, max: 0 }, null), ...nothing, sum };
  }
  const [s2, s3, s4] = moments.powers;
  const m2 = s2 / n;
  const sample = n < 2 ? null : finiteOrNull(s2 / (n - 1));
  const population = finiteOrNull(m2);
  const g1 = finiteOrNull(s3 / n / (m2 * Math.sqrt(m2)));
  const g2 = finiteOrNull(s4 / n / (m2 * m2) - 3);
  return {
    sum,
    mean: finiteOrNull(moments.mean),
    variance: sample,
    std: root(sample),
    variancePopulation: population,
    stdPopulation: root(population),
    min,
    max,
    skewness: g1 === null || n < 3
      ? null
      : finiteOrNull(g1 * Math.sqrt(n * (n - 1)) / (n - 2)),
    skewnessPopulation: g1,
    kurtosis: g2 === null || n < 4
      ? null
      : finiteOrNull((n - 1) / ((n - 2) * (n - 3)) * ((n + 1) * g2 + 6)),
    kurtosisPopulation: g2,
  };
}

function root(variance: number | null): number | null {
  return variance === null ? null : Math.sqrt(variance);
}

function finiteOrNull(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
