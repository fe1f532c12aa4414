/**
 * Whether something takes the same time and memory however often it was done
 * before.
 *
 * @module
 */

import { assert } from "@std/assert";

/** Runs, and those at their begin and end that are compared. */
const RUNS = 1000;
const PART = 100;

/** The last runs to the first ones. */
const RATIO_MAX = 1.1;

/** Growth of memory between the middle and the end. */
const GROWTH_BYTES_MAX = 20e6;

/** Parts more, where other work on the machine spoiled the last one. */
const MORE_PARTS = 20;

/** Other work may go on for longer than all of these parts. */
const PAUSE_MS = 500;

/**
 * Does something a thousand times.
 *
 * Other work on the machine makes some runs slow and none quick: each part is
 * judged by its tenth quickest run, and a last part that was slow is run
 * again. What has become slower stays slower. The first part has the cold
 * runs too.
 *
 * @param run What to do.
 * @throws {AssertionError} If the last runs are slower than the first ones,
 * or memory grows.
 */
export async function assertSteady(run: () => Promise<unknown>): Promise<void> {
  const first = await tenthOf(run, PART);
  await tenthOf(run, RUNS / 2 - PART);
  const { rss } = Deno.memoryUsage();
  await tenthOf(run, RUNS / 2 - PART);
  let last = await tenthOf(run, PART);
  const growth = Deno.memoryUsage().rss - rss;
  for (let more = 0; last > first * RATIO_MAX && more < MORE_PARTS; more++) {
    await new Promise((go) => setTimeout(go, PAUSE_MS));
    last = await tenthOf(run, PART);
  }
  assert(last <= first * RATIO_MAX, `${first} ms at first, ${last} ms at last`);
  assert(growth < GROWTH_BYTES_MAX, `memory grows by ${growth} bytes`);
}

/** The time that a tenth of some runs took at most. */
async function tenthOf(
  run: () => Promise<unknown>,
  runs: number,
): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < runs; round++) {
    const start = performance.now();
    await run();
    times.push(performance.now() - start);
  }
  return times.sort((a, b) => a - b)[Math.floor(runs / 10)]!;
}
