/**
 * Options of `summary` and their checks.
 *
 * @module
 */

import type { EngineMode } from "../backend.ts";
import { describe, type Numbers, numbersOf } from "./_numbers.ts";
import type { QuantileType } from "./_quantiles.ts";
import type { SummaryOptions } from "./summary.ts";

/** The quantiles where nothing is said; those of a profile. */
const PROBABILITIES: readonly number[] = [0.25, 0.5, 0.75, 0.95, 0.99];
/** More quantiles than anybody reads. */
const PROBABILITIES_MAX = 10_000;

/** Checked options. */
export interface SummarySettings {
  readonly probabilities: readonly number[];
  readonly quantileType: QuantileType;
  readonly nan: "propagate" | "skip";
  readonly weights: Numbers | null;
  readonly engine: EngineMode | undefined;
  readonly signal: AbortSignal | undefined;
}

/**
 * Checks options and fills in what is absent.
 *
 * @param options The options as given.
 * @param rows Rows of the column.
 * @returns The settings.
 * @throws {TypeError} If an option has the wrong type.
 * @throws {RangeError} If an option has a value that is not allowed.
 */
export function checkSummaryOptions(
  options: SummaryOptions,
  rows: number,
): SummarySettings {
  const { probabilities = PROBABILITIES, quantileType = 7 } = options;
  const { nan = "propagate", engine, signal } = options;
  checkProbabilities(probabilities);
  if (!Number.isInteger(quantileType) || quantileType < 1 || quantileType > 9) {
    throw new RangeError(
      "Cannot compute statistics: the option quantileType must be a whole " +
        `number from 1 to 9: it is ${String(quantileType)}`,
    );
  }
  if (nan !== "propagate" && nan !== "skip") {
    throw new RangeError(
      "Cannot compute statistics: the option nan must be propagate or skip: " +
        `it is ${JSON.stringify(nan) ?? String(nan)}`,
    );
  }
  if (signal !== undefined && !(signal instanceof AbortSignal)) {
    throw new TypeError(
      "Cannot compute statistics: the option signal is no AbortSignal",
    );
  }
  const weights = options.weights === undefined
    ? null
    : numbersOf(options.weights, "option weights");
  if (weights !== null && weights.data.length !== rows) {
    throw new RangeError(
      `Cannot compute statistics: the option weights has ` +
        `${weights.data.length} rows, the column has ${rows}`,
    );
  }
  return {
    probabilities: [...probabilities],
    quantileType,
    nan,
    weights,
    engine,
    signal,
  };
}

function checkProbabilities(probabilities: readonly number[]): void {
  if (!Array.isArray(probabilities)) {
    throw new TypeError(
      "Cannot compute statistics: the option probabilities must be an " +
        `array, found ${describe(probabilities)}`,
    );
  }
  if (probabilities.length > PROBABILITIES_MAX) {
    throw new RangeError(
      "Cannot compute statistics: the option probabilities has " +
        `${probabilities.length} entries, at most ${PROBABILITIES_MAX}`,
    );
  }
  for (const p of probabilities) {
    if (typeof p !== "number") {
      throw new TypeError(
        "Cannot compute statistics: a probability must be a number, found " +
          describe(p),
      );
    }
    if (!(p >= 0 && p <= 1)) {
      throw new RangeError(
        `Cannot compute statistics: a probability must be 0 to 1: it is ${p}`,
      );
    }
  }
}
