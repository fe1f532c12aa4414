/** The output of `deno bench --json`, of this and of other projects. */

import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertThrows,
} from "@std/assert";
import {
  benchMeasurements,
  mergeBenchRuns,
  parseBenchJson,
} from "./bench_json.ts";
import { BudgetError } from "./error.ts";
import { checkBudgets } from "./evaluate.ts";
import { checkBudgetFile } from "./parse.ts";

/** What Deno 2.9.6 printed for another project, with a bench that threw. */
const OTHER = JSON.parse(
  await Deno.readTextFile(
    new URL("../../tests/vectors/deno_bench.json", import.meta.url),
  ),
);

function file(...entries: [id: string, metrics: Record<string, unknown>][]) {
  const budgets = entries.map(([id, metrics]) => ({
    ...{ id, source: "bench", metrics },
  }));
  return checkBudgetFile({ version: 1, budgets });
}

function bench(name: string, min: number, more: object = {}) {
  const ok = { n: 9, min, max: min, avg: min, p75: min, p99: min };
  const results = [{ ok: { ...ok, p995: min, p999: min } }];
  return {
    origin: "a.ts",
    group: "g",
    name,
    baseline: false,
    results,
    ...more,
  };
}

function check(benches: object[], ...entries: Parameters<typeof file>) {
  const budgets = file(...entries);
  const text = JSON.stringify({ version: 1, benches });
  const values = benchMeasurements(budgets, parseBenchJson(text));
  return checkBudgets(budgets, values, { sources: ["bench"] });
}

Deno.test("another project's output is checked, failed entries included", () => {
  const { benches } = OTHER;
  const report = check(
    benches,
    ["sort", { min_us: { critical: 1e6 }, p99_ms: { critical: 1e3 } }],
    ["numbers/reverse", { speedup: { critical: 1e9 }, time_ns: { target: 1 } }],
    ["throws", { time_ms: { target: 1 } }],
    ["gone", { time_ms: { target: 1 } }],
  );
  assertEquals(
    report.rows.map(({ id, status, fails }) => [id, status, fails]),
    [
      ["sort", "ok", false],
      ["sort", "ok", false],
      ["numbers/reverse", "critical", true],
      ["numbers/reverse", "slow", false],
      ["throws", "missing", true],
      ["gone", "missing", true],
      ["parse", "new", false],
    ],
  );
  assertEquals(report.rows[4]?.note, "it threw Error: boom");
  assertEquals(report.rows[5]?.note, "not measured");
});

Deno.test("metrics of a benchmark are statistics in any unit of time", () => {
  const own = bench("b", 2e6);
  Object.assign(own.results[0]!.ok, { avg: 4e6, p75: 5e6, max: 1e9 });
  const baseline = bench("a", 6e6, { baseline: true });
  const budgets = file(["b", {
    ...{ time_ms: { target: 1 }, min_ns: { target: 1 }, avg_us: { target: 1 } },
    ...{ p75_ms: { target: 1 }, max_s: { target: 1 }, speedup: { target: 1 } },
    ...{ ratio: { target: 1 }, iterations_per_s: { target: 1 } },
  }]);
  const text = JSON.stringify({ version: 1, benches: [baseline, own] });
  const values = benchMeasurements(budgets, parseBenchJson(text));
  const byMetric = new Map(values.map(({ metric, value }) => [metric, value]));
  for (
    const [metric, value] of Object.entries({
      ...{ time_ms: 6, min_ns: 2e6, avg_us: 4000, p75_ms: 5, max_s: 1 },
      ...{ speedup: 3, ratio: 1 / 3, iterations_per_s: 250 },
    })
  ) {
    // The last value is that of the baseline, which has no budget.
    const found = metric === "time_ms"
      ? values.at(-1)?.value
      : byMetric.get(metric);
    assertAlmostEquals(found ?? NaN, value, 1e-9, metric);
  }
});

Deno.test("what the output does not hold is missing, with the reason", () => {
  const note = (
    benches: object[],
    metric: string,
    bounds: object = { target: 1 },
  ) => {
    const [row] = check(benches, ["a", { [metric]: bounds }]).rows;
    assertEquals([row?.status, row?.fails], ["missing", true], metric);
    return row?.note;
  };
  const one = bench("a", 5);
  assertEquals(note([one], "speedup"), "the group of a has no baseline");
  const base = (name: string) => bench(name, 5, { baseline: true });
  assertEquals(
    note([one, base("b"), base("c")], "speedup"),
    "the group g has several baselines",
  );
  const failed = { ...base("b"), results: [{ failed: { message: "x" } }] };
  assertEquals(note([one, failed], "ratio"), "the baseline: it threw Error: x");
  assertEquals(note([one], "rss_bytes"), "deno bench does not give rss_bytes");
  assertEquals(note([one], "p50_ms"), "deno bench does not give p50_ms");
  assertEquals(
    note([one, { ...one, origin: "b.ts" }], "time_ms"),
    "measured 2 times, names must differ",
  );
  assertEquals(note([{ ...one, results: [] }], "time_ms"), "it gave no result");
  const empty = { ...one, results: [{ ok: { n: 1 } }] };
  assertEquals(note([empty], "time_ms"), "found NaN");
  assertEquals(note([bench("a", -5)], "time_ms"), "found -0.000005");
});

Deno.test("parseBenchJson() refuses what is no output of deno bench", () => {
  for (
    const text of [
      ...["", "{", "[]", "null", "1", "{}", '{"benches":{}}'],
      '{"version":2,"benches":[]}',
      '{"version":1,"benches":[1]}',
      '{"version":1,"benches":[{"name":1,"results":[]}]}',
      '{"version":1,"benches":[{"name":"a"}]}',
    ]
  ) {
    const error = assertThrows(() => parseBenchJson(text), BudgetError);
    assert(/^Cannot read the output of deno bench: /.test(error.message), text);
  }
  assertEquals(parseBenchJson('{"version":1,"benches":[]}'), []);
});

Deno.test("mergeBenchRuns() keeps the best times, failures and doubles", () => {
  const run = (...benches: object[]) =>
    parseBenchJson(JSON.stringify({ version: 1, benches }));
  const failed = { ...bench("a", 1), results: [{ failed: { message: "x" } }] };
  const shown = (...runs: ReturnType<typeof run>[]) =>
    mergeBenchRuns(runs).map(({ name, times, failure }) =>
      `${name} ${times?.min ?? failure}`
    );
  assertEquals(shown(), []);
  assertEquals(
    shown(
      run(bench("a", 5), bench("b", 5)),
      run(bench("b", 3), bench("c", 1), bench("a", 7)),
    ),
    ["a 5", "b 3", "c 1"],
  );
  for (const runs of [[failed, bench("a", 1)], [bench("a", 1), failed]]) {
    assertEquals(shown(...runs.map((one) => run(one))), [
      "a it threw Error: x",
    ]);
  }
  const doubled = run(bench("a", 5), bench("a", 6));
  assertEquals(shown(doubled, run(bench("a", 4), bench("a", 9))), [
    ...["a 4", "a 6"],
  ]);
});
