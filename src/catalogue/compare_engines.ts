/**
 * The time of an operation on both engines: interleaved in one process, order
 * alternating, minimum of many.
 *
 * @module
 */

import type { Op } from "./op.ts";

/** Below this a sample says more about the clock than about the work. */
const SAMPLE_MS_MIN = 0.2;

/** What to measure, and how long. */
export interface CompareOptions {
  /** The sample's size in bytes, about. */
  readonly size: number;
  /** The sample's seed; it also picks the kernel, see `OpSpec.kernels`. */
  readonly seed?: number;
  /** Time to spend, in milliseconds; at least three pairs run anyway. */
  readonly budgetMs?: number;
  /** Stops the measurement between two runs. */
  readonly signal?: AbortSignal;
}

/** Time of one run on each engine. */
export interface EngineTimes {
  /** Milliseconds on the native engine, at best. */
  readonly nativeMs: number;
  /** Milliseconds on the TypeScript engine, at best. */
  readonly typescriptMs: number;
}

/**
 * Times an operation on both engines.
 *
 * @param op The operation; it has a native kernel.
 * @param options The sample and the time to spend.
 * @returns The best time of each engine.
 * @throws {FastpathError} `NATIVE_UNAVAILABLE` without the library.
 * @throws The signal's reason if it is aborted.
 */
export async function compareEngines(
  op: Op,
  { size, seed = 0, budgetMs = 200, signal }: CompareOptions,
): Promise<EngineTimes> {
  const run = op.prepare(size, seed);
  const engines = ["native", "typescript"] as const;
  const best = { native: Infinity, typescript: Infinity };
  const repeats = { native: 1, typescript: 1 };
  for (const engine of engines) {
    // The first runs open the library and warm the compiler up.
    await run(engine);
    const once = await timed(run, engine, 1);
    repeats[engine] = Math.ceil(SAMPLE_MS_MIN / Math.max(once, 1e-4));
  }
  const end = performance.now() + budgetMs;
  for (let pair = 0; pair < 3 || performance.now() < end; pair++) {
    const order = pair % 2 === 0 ? engines : engines.toReversed();
    for (const engine of order) {
      signal?.throwIfAborted();
      const ms = await timed(run, engine, repeats[engine]);
      best[engine] = Math.min(best[engine], ms);
    }
  }
  return { nativeMs: best.native, typescriptMs: best.typescript };
}

/** Milliseconds of one run, over `repeats` of them. */
async function timed(
  run: ReturnType<Op["prepare"]>,
  engine: "native" | "typescript",
  repeats: number,
): Promise<number> {
  const start = performance.now();
  for (let repeat = 0; repeat < repeats; repeat++) {
    const result = run(engine);
    if (result instanceof Promise) await result;
  }
  return (performance.now() - start) / repeats;
}
