/** What a self-benchmark returns, tells and refuses; times are not judged. */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { cli } from "../../tests/_cli.ts";
import {
  nativeIsAvailable,
  selfBenchmark,
  type SelfBenchmarkResult,
  verdictOf,
} from "./self_benchmark.ts";

const ignore = !await nativeIsAvailable();

Deno.test("verdictOf() names a speedup", () => {
  const verdicts = [2, 1.51, 1.5, 1.11, 1.1, 1, 0.5].map(verdictOf);
  assertEquals(verdicts, [
    ...["significant", "significant", "good", "good"],
    ...["minimal", "minimal", "minimal"],
  ]);
});

Deno.test({
  name: "selfBenchmark() measures what it is asked for and tells of gains",
  ignore,
  async fn() {
    const events = new EventTarget();
    const told: SelfBenchmarkResult[] = [];
    events.addEventListener("performance-improvement", (event) => {
      told.push((event as CustomEvent<SelfBenchmarkResult>).detail);
    });
    const results = await selfBenchmark({
      operations: ["csv.read", "hash.digest"],
      sizes: [100, 50_000],
      budgetMs: 1,
      events,
    });
    assertEquals(results.map(({ op, size }) => [op, size]), [
      ...[["csv.read", 100], ["csv.read", 50_000]],
      ...[["hash.digest", 100], ["hash.digest", 50_000]],
    ]);
    for (const { nativeMs, typescriptMs, speedup, verdict } of results) {
      assert(nativeMs > 0 && typescriptMs > 0);
      assertEquals(speedup, typescriptMs / nativeMs);
      assertEquals(verdict, verdictOf(speedup));
    }
    assertEquals(told, results.filter(({ verdict }) => verdict !== "minimal"));
  },
});

Deno.test("selfBenchmark() refuses what it cannot measure", async () => {
  const cases = [
    { operations: ["csv.raed"] },
    { sizes: [0] },
    { sizes: [1.5] },
  ];
  for (const options of cases) {
    await assertRejects(() => selfBenchmark(options), RangeError, "Cannot");
  }
});

Deno.test({
  name: "fastpath selfbench prints a table and JSON",
  ignore,
  async fn() {
    const args = ["selfbench", "hash.digest", "--size", "1kB"];
    const text = await cli(args);
    assertEquals([text.code, text.stderr], [0, ""]);
    assertEquals(text.stdout.split("\n").length, 3);
    const json = await cli([...args, "--json"]);
    const [result] = JSON.parse(json.stdout);
    assertEquals(Object.keys(result), [
      ...["op", "size", "nativeMs", "typescriptMs", "speedup", "verdict"],
    ]);
    const unknown = await cli(["selfbench", "csv.raed"]);
    assertEquals([unknown.code, unknown.stdout], [2, ""]);
  },
});
