/**
 * The source `bench`: a case of the suite against its group's baseline, in
 * interleaved pairs.
 *
 * @module
 */

import { measure, measurePair } from "../../src/budget/mod.ts";
import { benchCases, hasNative } from "../suite.ts";
import type { Source } from "./_source.ts";

let cases: ReturnType<typeof benchCases> | null = null;

/** Gives `speedup` (the baseline's time by its own), `ratio`, `time_ms`. */
export const benchSource: Source = async ({ id, metrics }, defaults) => {
  const all = await (cases ??= benchCases());
  const one = all.find((other) => other.id === id);
  if (one === undefined) {
    throw new RangeError(
      `Cannot measure ${id}: bench/suite.ts has no such case`,
    );
  }
  if (one.needsNative && !hasNative()) {
    return { skipped: "no native library here, run: deno task build" };
  }
  const work = await one.prepare();
  const isCompared = "speedup" in metrics || "ratio" in metrics;
  if (!isCompared) {
    return { values: { time_ms: await measure(work, defaults) } };
  }
  const baseline = all.find((other) =>
    other.group === one.group && other.isBaseline
  );
  if (baseline === undefined || baseline === one) {
    throw new RangeError(`Cannot measure ${id}: its group has no baseline`);
  }
  const times = await measurePair(await baseline.prepare(), work, defaults);
  const { speedup, ratio, subjectMs } = times;
  return { values: { speedup, ratio, time_ms: subjectMs } };
};
