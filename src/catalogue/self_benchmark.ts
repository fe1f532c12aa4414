/**
 * How much the native engine gains on this machine, per operation.
 *
 * @example Measure one operation
 * ```ts
 * import { nativeIsAvailable, selfBenchmark } from "@fastpath/fastpath/selfbench";
 *
 * if (await nativeIsAvailable()) {
 *   const [result] = await selfBenchmark({
 *     operations: ["hash.digest"],
 *     sizes: [1000],
 *     budgetMs: 1,
 *   });
 *   if (result?.op !== "hash.digest") throw new Error("no result");
 * }
 * ```
 *
 * @module
 */

import { engineForAsync } from "../backend.ts";
import { compareEngines } from "./compare_engines.ts";
import { loadOperations, OPERATIONS } from "./list.ts";

/** How much an operation gains: above 1.5 times, above 1.1 times, or less. */
export type Verdict = "significant" | "good" | "minimal";

/** An operation at one size on both engines. */
export interface SelfBenchmarkResult {
  /** The operation's name, for instance `csv.read`. */
  readonly op: string;
  /** The sample's size in bytes, about. */
  readonly size: number;
  /** Milliseconds of a run on the native engine, at best. */
  readonly nativeMs: number;
  /** Milliseconds of a run on the TypeScript engine, at best. */
  readonly typescriptMs: number;
  /** `typescriptMs / nativeMs`. */
  readonly speedup: number;
  /** What the speedup means. */
  readonly verdict: Verdict;
}

/** What to measure. */
export interface SelfBenchmarkOptions {
  /** Names of operations; all that have a native kernel unless given. */
  readonly operations?: readonly string[];
  /** Sizes in bytes; 1,000, 100,000 and 1,000,000 unless given. */
  readonly sizes?: readonly number[];
  /** Milliseconds for each operation and size; 200 unless given. */
  readonly budgetMs?: number;
  /**
   * Gets an event `performance-improvement`, a `CustomEvent` whose `detail`
   * is the result, for each result whose verdict is not `minimal`.
   */
  readonly events?: EventTarget;
  /** Stops the measurement. */
  readonly signal?: AbortSignal;
}

const SIZES = [1_000, 100_000, 1_000_000];

/**
 * Whether the native library can be used here.
 *
 * @returns True if it was found and opened.
 */
export async function nativeIsAvailable(): Promise<boolean> {
  try {
    return await engineForAsync("profile", Infinity, "native") !== null;
  } catch {
    return false;
  }
}

/**
 * Measures the native engine against TypeScript on this machine.
 *
 * @param options Operations, sizes, time and listeners.
 * @returns A result per operation and size, in the order of the catalogue.
 * @throws {FastpathError} `NATIVE_UNAVAILABLE` without the library.
 * @throws {RangeError} For an operation that does not exist or has no native
 * kernel, or a size that is not a positive whole number.
 * @throws The signal's reason if it is aborted.
 */
export async function selfBenchmark(
  options: SelfBenchmarkOptions = {},
): Promise<SelfBenchmarkResult[]> {
  const { sizes = SIZES, budgetMs = 200, events, signal } = options;
  checkSizes(sizes);
  const all = await loadOperations();
  const known = all.filter((op) => op.kernels.length > 0);
  const names = options.operations ?? known.map((op) => op.name);
  const unknown = names.find((name) => !known.some((op) => op.name === name));
  if (unknown !== undefined) throw notMeasurable(unknown);
  const results: SelfBenchmarkResult[] = [];
  for (const op of known.filter((op) => names.includes(op.name))) {
    for (const size of sizes) {
      const times = await compareEngines(op, {
        size,
        budgetMs,
        ...(signal === undefined ? {} : { signal }),
      });
      const speedup = times.typescriptMs / times.nativeMs;
      const verdict = verdictOf(speedup);
      const result = { op: op.name, size, ...times, speedup, verdict };
      results.push(result);
      if (verdict === "minimal") continue;
      events?.dispatchEvent(
        new CustomEvent("performance-improvement", { detail: result }),
      );
    }
  }
  return results;
}

/**
 * What a speedup means.
 *
 * @param speedup TypeScript's time by the native engine's.
 * @returns The verdict.
 */
export function verdictOf(speedup: number): Verdict {
  if (speedup > 1.5) return "significant";
  return speedup > 1.1 ? "good" : "minimal";
}

function checkSizes(sizes: readonly number[]): void {
  for (const size of sizes) {
    if (Number.isSafeInteger(size) && size > 0) continue;
    throw new RangeError(
      `Cannot measure: a size must be a positive whole number, found ${size}`,
    );
  }
}

function notMeasurable(name: string): RangeError {
  const reason = name in OPERATIONS
    ? "it has no native kernel"
    : "there is no such operation";
  return new RangeError(`Cannot measure ${JSON.stringify(name)}: ${reason}`);
}
