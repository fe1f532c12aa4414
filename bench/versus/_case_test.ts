import { assertEquals } from "@std/assert";
import { measure, type VersusCase } from "./_case.ts";

function fake(change: Partial<VersusCase> = {}): VersusCase {
  return {
    name: "fake",
    rival: "nobody",
    target: 1,
    pairs: 3,
    rivalVersion: () => Promise.resolve("1"),
    prepare: () =>
      Promise.resolve({
        ours: () => Promise.resolve(1),
        theirs: () => Promise.resolve(1),
        equal: (a: unknown, b: unknown) => a === b,
        limits: () => [
          { what: "low", value: 5, max: 4 },
          { what: "high", value: 5, min: 4 },
        ],
      }),
    ...change,
  };
}

Deno.test("measure() runs a warm-up and the pairs in alternating order", async () => {
  let order = "";
  const result = await measure(
    fake({
      prepare: () =>
        Promise.resolve({
          ours: () => Promise.resolve(order += "o"),
          theirs: () => Promise.resolve(order += "t"),
          equal: () => true,
        }),
    }),
    "cpu",
  );
  assertEquals(order, "otottoot");
  assertEquals(result?.pairs, 3);
});

Deno.test("measure() sees an answer that differs in any pair", async () => {
  let calls = 0;
  const prepare = () =>
    Promise.resolve({
      ours: () => Promise.resolve(calls++ === 2 ? 2 : 1),
      theirs: () => Promise.resolve(1),
      equal: (a: unknown, b: unknown) => a === b,
    });
  assertEquals((await measure(fake({ prepare }), ""))?.answersEqual, false);
  assertEquals((await measure(fake(), ""))?.answersEqual, true);
});

Deno.test("measure() says which limits are met", async () => {
  const result = await measure(fake(), "");
  assertEquals(result?.limits.map((limit) => limit.met), [false, true]);
});

Deno.test("measure() gives null where the rival is absent", async () => {
  const absent = fake({ rivalVersion: () => Promise.resolve(null) });
  assertEquals(await measure(absent, ""), null);
});
