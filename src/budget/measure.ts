/**
 * Measuring on a machine where other things run. Two sides are timed in one
 * process, in pairs, the order alternating; the ratio is that of the minima.
 * A mean or a median of one side after the other moves by a third between two
 * runs of the same code; this moves by some percent. A value that would fail
 * is measured again.
 *
 * @module
 */

import { evaluate } from "./evaluate.ts";
import type { Budget, Measurement } from "./types.ts";

/** Inner repeats at most: work below a nanosecond is no work. */
const REPEATS_MAX = 1 << 22;

/** How to measure. */
export interface MeasureOptions {
  /** Samples of each side; default 30. */
  readonly samples?: number;
  /**
   * The least time of a sample in microseconds; default 200. Shorter work is
   * repeated within a sample.
   */
  readonly minSampleUs?: number;
  /** The clock, in milliseconds; default `performance.now`. */
  readonly now?: () => number;
  /** Stops the measurement between two samples. */
  readonly signal?: AbortSignal;
}

/** Work to be timed; a promise is awaited. */
export type Work = () => unknown;

/** The times of two sides. */
export interface PairTimes {
  /** Milliseconds of a run of the baseline, at best. */
  readonly baselineMs: number;
  /** Milliseconds of a run of the subject, at best. */
  readonly subjectMs: number;
  /** `subjectMs / baselineMs`. */
  readonly ratio: number;
  /** `baselineMs / subjectMs`. */
  readonly speedup: number;
}

/**
 * Times two sides against each other.
 *
 * @param baseline What the subject is compared with.
 * @param subject What is of interest.
 * @param options Samples, their length, the clock.
 * @returns The best time of each side and their ratio.
 * @throws {RangeError} If an option is no whole number from 1, or the clock
 * does not advance.
 * @throws What a side throws, and the signal's reason if it is aborted.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { measurePair } from "@fastpath/fastpath/budget";
 *
 * const numbers = Float64Array.from({ length: 10_000 }, (_, i) => i % 97);
 * const { speedup } = await measurePair(
 *   () => Array.from(numbers).sort((a, b) => a - b),
 *   () => numbers.slice().sort(),
 *   { samples: 5 },
 * );
 * assert(speedup > 1);
 * ```
 */
export async function measurePair(
  baseline: Work,
  subject: Work,
  options: MeasureOptions = {},
): Promise<PairTimes> {
  const plan = planOf(options);
  const sides = [await sideOf(baseline), await sideOf(subject)];
  for (let pair = 0; pair < plan.samples; pair++) {
    for (const side of pair % 2 === 0 ? sides : sides.toReversed()) {
      options.signal?.throwIfAborted();
      await takeSample(side, plan);
    }
  }
  const [baselineMs, subjectMs] = [sides[0]!.bestMs, sides[1]!.bestMs];
  return {
    baselineMs,
    subjectMs,
    ratio: subjectMs / baselineMs,
    speedup: baselineMs / subjectMs,
  };
}

/**
 * Times one side alone.
 *
 * @param work What is timed.
 * @param options Samples, their length, the clock.
 * @returns Milliseconds of a run, at best.
 * @throws {RangeError} If an option is no whole number from 1, or the clock
 * does not advance.
 * @throws What the work throws, and the signal's reason if it is aborted.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { measure } from "@fastpath/fastpath/budget";
 *
 * const text = JSON.stringify(Array.from({ length: 1000 }, (_, i) => i));
 * assert(await measure(() => JSON.parse(text), { samples: 5 }) < 100);
 * ```
 */
export async function measure(
  work: Work,
  options: MeasureOptions = {},
): Promise<number> {
  const plan = planOf(options);
  const side = await sideOf(work);
  for (let sample = 0; sample < plan.samples; sample++) {
    options.signal?.throwIfAborted();
    await takeSample(side, plan);
  }
  return side.bestMs;
}

/**
 * Measures the metrics of a budget, and again where one that fails the check
 * is critical: only if every rerun says so, too, does it stay critical.
 * Otherwise the value is that of the rerun and marked `noisy`. Exact metrics
 * are measured once.
 *
 * @param budget The budget.
 * @param take Measures all metrics, by name; null where there is no value.
 * @param confirm Reruns that must agree.
 * @returns A measurement for each metric that was taken.
 *
 * @example One bad moment is no failure
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { measureConfirmed, parseBudgets } from "@fastpath/fastpath/budget";
 *
 * const { budgets: [budget] } = parseBudgets(`{ "version": 1, "budgets": [{
 *   "id": "a", "source": "bench", "metrics": { "ratio": { "critical": 1.1 } }
 * }] }`);
 * const values = [1.9, 1.01];
 * const take = () => Promise.resolve({ ratio: values.shift()! });
 * const [result] = await measureConfirmed(budget!, take, 2);
 * assertEquals([result?.value, result?.noisy], [1.01, true]);
 * ```
 */
export async function measureConfirmed(
  budget: Budget,
  take: () => Promise<Readonly<Record<string, number | null>>>,
  confirm: number,
): Promise<Measurement[]> {
  const results = new Map<string, Measurement>();
  for (const [metric, value] of Object.entries(await take())) {
    results.set(metric, { id: budget.id, metric, value });
  }
  for (let rerun = 0; rerun < confirm; rerun++) {
    const open = [...results.values()].filter((one) => isOpen(budget, one));
    if (open.length === 0) break;
    const again = await take();
    for (const { id, metric } of open) {
      const value = again[metric] ?? null;
      const result = { id, metric, value };
      const isStill = isOpen(budget, result);
      results.set(metric, isStill ? result : { ...result, noisy: true });
    }
  }
  return [...results.values()];
}

/** Whether a value would fail, so that it is worth a rerun. */
function isOpen(budget: Budget, { metric, value }: Measurement): boolean {
  const bounds = budget.metrics[metric];
  if (bounds === undefined || value === null) return false;
  return bounds.class !== "exact" && bounds.enforce &&
    evaluate(bounds, value) === "critical";
}

/** Options with what holds where they are absent. */
interface Plan {
  readonly samples: number;
  readonly minSampleMs: number;
  readonly now: () => number;
}

function planOf(options: MeasureOptions): Plan {
  const { samples = 30, minSampleUs = 200 } = options;
  for (const [name, value] of Object.entries({ samples, minSampleUs })) {
    if (Number.isSafeInteger(value) && value > 0) continue;
    throw new RangeError(
      `Cannot measure: ${name} must be a whole number from 1, found ${value}`,
    );
  }
  const now = options.now ?? (() => performance.now());
  return { samples, minSampleMs: minSampleUs / 1000, now };
}

/** Work, how often it is repeated in a sample, and its best time. */
interface Side {
  readonly work: Work;
  repeats: number;
  bestMs: number;
}

async function sideOf(work: Work): Promise<Side> {
  // The first run opens libraries and fills tables.
  await work();
  return { work, repeats: 1, bestMs: Infinity };
}

/** Takes a sample; one that is too short is taken again, twice as long. */
async function takeSample(side: Side, plan: Plan): Promise<void> {
  const { work } = side;
  while (side.repeats <= REPEATS_MAX) {
    const start = plan.now();
    for (let repeat = 0; repeat < side.repeats; repeat++) {
      const result = work();
      if (result instanceof Promise) await result;
    }
    const ms = plan.now() - start;
    if (ms >= plan.minSampleMs) {
      side.bestMs = Math.min(side.bestMs, ms / side.repeats);
      return;
    }
    side.repeats *= 2;
  }
  throw new RangeError(
    `Cannot measure: ${REPEATS_MAX} runs take less than ` +
      `${plan.minSampleMs} ms, does the clock advance?`,
  );
}
