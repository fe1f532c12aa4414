/** Measuring, with a clock that the test moves. */

import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertRejects,
} from "@std/assert";
import { checkBudgets } from "./evaluate.ts";
import { measure, measureConfirmed, measurePair } from "./measure.ts";
import { checkBudgetFile } from "./parse.ts";
import type { Budget } from "./types.ts";

/** A clock that work moves, with noise that only ever adds time. */
class Machine {
  #now = 0;
  #state: number;

  constructor(seed = 1) {
    this.#state = seed;
  }

  readonly now = (): number => this.#now;

  /** From 0 to below 1, by Park and Miller's generator. */
  random(): number {
    this.#state = this.#state * 48_271 % 2_147_483_647;
    return this.#state / 2_147_483_647;
  }

  /** Work of so many milliseconds; one run in three is disturbed. */
  work(ms: number, noise = 0): () => void {
    return () => {
      const isDisturbed = this.random() < 1 / 3;
      this.#now += ms * (1 + (isDisturbed ? this.random() * noise : 0));
    };
  }
}

function budgetOf(metrics: Record<string, unknown>): Budget {
  const budgets = [{ id: "a", source: "bench", metrics }];
  return checkBudgetFile({ version: 1, budgets }).budgets[0]!;
}

const RATIO = budgetOf({ ratio: { target: 1.05, critical: 1.1 } });

/** The gate's verdict over one work against another. */
async function verdict(baseMs: number, ownMs: number, seed: number) {
  const machine = new Machine(seed);
  const take = async () => {
    const { now } = machine;
    const sides = [machine.work(baseMs, 3), machine.work(ownMs, 3)] as const;
    const { ratio } = await measurePair(...sides, { now });
    return { ratio };
  };
  const values = await measureConfirmed(RATIO, take, 2);
  const file = checkBudgetFile({ version: 1, budgets: [] });
  return checkBudgets({ ...file, budgets: [RATIO] }, values);
}

Deno.test("the gate does not flag identical code on a noisy machine", async () => {
  for (let seed = 1; seed <= 200; seed++) {
    const { failed, counts } = await verdict(0.05, 0.05, seed);
    assertEquals([seed, failed, counts.critical], [seed, false, 0]);
  }
});

Deno.test("the gate flags code that became twice as slow, every time", async () => {
  for (let seed = 1; seed <= 200; seed++) {
    const { failed, rows } = await verdict(0.05, 0.1, seed);
    assertEquals([seed, failed, rows[0]?.status], [seed, true, "critical"]);
  }
});

Deno.test("measurePair() gives minima, ratio and speedup", async () => {
  const machine = new Machine();
  const [base, own] = [machine.work(4, 2), machine.work(1, 2)];
  const times = await measurePair(base, own, { now: machine.now });
  assertAlmostEquals(times.baselineMs, 4, 1e-9);
  assertAlmostEquals(times.subjectMs, 1, 1e-9);
  assertAlmostEquals(times.ratio, 0.25, 1e-9);
  assertAlmostEquals(times.speedup, 4, 1e-9);
});

Deno.test("measurePair() alternates the order and fills samples of 200 µs", async () => {
  let now = 0;
  let order = "";
  const side = (name: string, ms: number) => () => {
    order += name;
    now += ms;
  };
  const options = { samples: 3, now: () => now };
  await measurePair(side("a", 1), side("b", 1 / 16), options);
  // Each warms up; the first sample of b grows until it is long enough.
  assertEquals(order, "ab" + "a" + "b" + "bb" + "bbbb" + "bbbba" + "abbbb");
});

Deno.test("measurePair() awaits promises and passes errors on", async () => {
  const machine = new Machine();
  const work = machine.work(1);
  const slow = () => Promise.resolve().then(work);
  const { now } = machine;
  const { ratio } = await measurePair(work, slow, { now, samples: 2 });
  assertAlmostEquals(ratio, 1, 1e-9);
  const bad = () => {
    throw new Error("boom");
  };
  await assertRejects(() => measurePair(bad, work, { now }), Error, "boom");
});

Deno.test("measure() refuses options, a clock that stands, and stops", async () => {
  for (const samples of [0, -1, 1.5, NaN]) {
    const error = await assertRejects(
      () => measure(() => {}, { samples }),
      RangeError,
    );
    assert(error.message.startsWith("Cannot measure: samples"), error.message);
  }
  await assertRejects(
    () => measure(() => {}, { now: () => 0 }),
    RangeError,
    "does the clock advance?",
  );
  const machine = new Machine();
  const signal = AbortSignal.abort(new Error("enough"));
  await assertRejects(
    () => measure(machine.work(1), { now: machine.now, signal }),
    Error,
    "enough",
  );
});

Deno.test("measureConfirmed() fails only where every rerun agrees", async () => {
  const run = async (values: number[], confirm = 2) => {
    let runs = 0;
    const [result] = await measureConfirmed(RATIO, () => {
      runs++;
      return Promise.resolve({ ratio: values.shift() ?? NaN });
    }, confirm);
    return [result?.value, result?.noisy ?? false, runs];
  };
  assertEquals(await run([1.0]), [1.0, false, 1]);
  assertEquals(await run([1.5, 1.4, 1.3]), [1.3, false, 3]);
  assertEquals(await run([1.5, 1.02]), [1.02, true, 2]);
  assertEquals(await run([1.5, 1.4, 1.02]), [1.02, true, 3]);
  assertEquals(await run([1.5], 0), [1.5, false, 1]);
});

Deno.test("measureConfirmed() measures exact and advisory metrics once", async () => {
  const budget = budgetOf({
    calls_count: { class: "exact", target: 1 },
    time_ms: { target: 1, critical: 2 },
    ratio: { critical: 1.1 },
  });
  let runs = 0;
  const values = await measureConfirmed(budget, () => {
    runs++;
    return Promise.resolve({ calls_count: 5, time_ms: 9, ratio: 1 });
  }, 2);
  assertEquals([runs, values.length], [1, 3]);
});
