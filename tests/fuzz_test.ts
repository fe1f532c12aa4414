/** The properties of `deno task fuzz` over a few thousand inputs each. */

import { assert, assertEquals } from "@std/assert";
import {
  damaged,
  eachOf,
  type Property,
  runProperty,
} from "../tools/fuzz/_property.ts";
import { PROPERTIES } from "../tools/fuzz/properties.ts";
import { nativeAvailable } from "./_engines.ts";

/** Inputs of all properties together; the kernels' own tests have as many. */
const RUNS = 10_000;

const shares = PROPERTIES.reduce((sum, { share }) => sum + share, 0);

for (const { property, share } of PROPERTIES) {
  const missing = nativeAvailable() ? await property.missing?.() ?? null : "";
  const note = missing ? ` (SKIPPED: ${missing})` : "";
  Deno.test({
    name: `fuzz: ${property.name}${note}`,
    ignore: missing !== null,
    async fn() {
      const runs = Math.ceil(RUNS * share / shares);
      try {
        assertEquals(await runProperty(property, { runs, seed: 20_266 }), null);
      } finally {
        await property.end?.();
      }
    },
  });
}

/** Fails where an x stands before a y. */
const ordered: Property<null> = {
  name: "no x before y",
  make: (random) => ({
    input: Uint8Array.from({ length: 9 }, () => 119 + random.below(4)),
    options: null,
  }),
  check: eachOf(({ input }) => {
    const x = input.indexOf(120);
    return x >= 0 && input.lastIndexOf(121) > x ? "x before y" : null;
  }),
};

Deno.test("fuzz: a failure is made small and can be run again", async () => {
  const report = await runProperty(ordered, { runs: 1000, seed: 3 });
  assert(report !== null);
  assert(report.includes('input   "xy"'), report);
  const [, seed, from] = /--seed (\d+) --from (\d+) --runs 1/.exec(report)!;
  const again = { runs: 1, seed: Number(seed), from: Number(from) };
  assertEquals(await runProperty(ordered, again), report);
});

Deno.test("fuzz: what is thrown is a failure of its own case", async () => {
  const throwing: Property<null> = {
    ...ordered,
    check: eachOf(({ input }) => {
      if (input.includes(122)) throw new Error("a z");
      return null;
    }),
  };
  const report = await runProperty(throwing, { runs: 1000, seed: 3 });
  assert(report?.includes('input   "z"'), report ?? "nothing");
});

Deno.test("fuzz: damage is the same for the same seed", async () => {
  const { Random } = await import("../bench/data/_random.ts");
  const bytes = Uint8Array.from({ length: 40 }, (_, index) => index);
  const once = damaged(new Random(9), bytes, [200]);
  assertEquals(damaged(new Random(9), bytes, [200]), once);
});
