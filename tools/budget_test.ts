/** The gate: its sources, its exit codes, the table of `deno bench`. */

import { assert, assertEquals } from "@std/assert";
import { measureHttp } from "../bench/gate/http.ts";
import { nativeAvailable } from "../tests/_engines.ts";
import {
  type Budget,
  checkBudgetFile,
  checkBudgets,
} from "../src/budget/mod.ts";
import { measureBudget } from "./budget.ts";

const ROOT = new URL("../", import.meta.url);
const DEFAULTS = { samples: 3, minSampleUs: 10, confirm: 1 };

function budgetOf(
  source: string,
  metrics: Record<string, unknown>,
  params: object = {},
): Budget {
  const budgets = [{ id: "a", source, params, metrics }];
  return checkBudgetFile({ version: 1, budgets }).budgets[0]!;
}

async function deno(args: readonly string[], env: Record<string, string> = {}) {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [...args],
    cwd: ROOT,
    env: { NO_COLOR: "1", ...env },
    stdin: "null",
  }).output();
  const decoder = new TextDecoder();
  return {
    code,
    stdout: decoder.decode(stdout),
    stderr: decoder.decode(stderr),
  };
}

/** A copy of the project in which only the budget file is another. */
async function withBudgets(
  budgets: unknown,
  body: (root: string) => Promise<void>,
): Promise<void> {
  const root = await Deno.makeTempDir();
  try {
    for await (const { name } of Deno.readDir(ROOT)) {
      if (name === "fastpath.budgets.json" || name.startsWith(".")) continue;
      await Deno.symlink(new URL(name, ROOT), `${root}/${name}`);
    }
    await Deno.remove(`${root}/tools`);
    await Deno.mkdir(`${root}/tools`);
    for await (const { name } of Deno.readDir(new URL("tools/", ROOT))) {
      const url = new URL(`tools/${name}`, ROOT);
      if (name === "budget.ts") {
        await Deno.copyFile(url, `${root}/tools/${name}`);
      } else await Deno.symlink(url, `${root}/tools/${name}`);
    }
    const text = typeof budgets === "string"
      ? budgets
      : JSON.stringify({ version: 1, budgets });
    await Deno.writeTextFile(`${root}/fastpath.budgets.json`, text);
    await body(root);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

Deno.test("measureBudget() gives a value, a reason or a failure", async () => {
  const metrics = { ratio: { critical: 1.1 }, other_ms: { target: 1 } };
  const budget = budgetOf("mine", metrics);
  let runs = 0;
  const sources = {
    mine: () => Promise.resolve({ values: { ratio: runs++ === 0 ? 2 : 1 } }),
  };
  assertEquals(await measureBudget(budget, DEFAULTS, sources), [
    { id: "a", metric: "ratio", value: 1, noisy: true },
    {
      ...{ id: "a", metric: "other_ms", value: null },
      note: "the source mine does not give other_ms",
    },
  ]);
  const one = budgetOf("mine", { time_ms: { target: 1 } });
  const rowOf = async (source: () => Promise<never | { skipped: string }>) => {
    const values = await measureBudget(one, DEFAULTS, { mine: source });
    const { rows } = checkBudgets(
      { version: 1, defaults: DEFAULTS, budgets: [one] },
      values,
    );
    return rows.map(({ status, fails, note }) => [status, fails, note])[0];
  };
  assertEquals(
    await rowOf(() => Promise.resolve({ skipped: "no valgrind" })),
    ["skipped", false, "no valgrind"],
  );
  assertEquals(
    await rowOf(() => Promise.reject(new Error("boom"))),
    ["missing", true, "boom"],
  );
  for (const name of ["none", "constructor", "__proto__"]) {
    const [value] = await measureBudget(
      budgetOf(name, { time_ms: { target: 1 } }),
      DEFAULTS,
      sources,
    );
    assertEquals([value?.value, value?.skipped], [null, false], name);
  }
});

Deno.test("the sources of the gate give their metrics", async () => {
  const cases: [string, object, string][] = [
    [
      "output",
      { operation: "hash.digest", size: 10, to: "text" },
      "output_bytes",
    ],
    ["modules", { entry: "src/hash/mod.ts" }, "modules_count"],
    ["modules", { entry: "src/hash/mod.ts" }, "size_bytes"],
    ["cli", { script: "cli.ts", args: ["--version"] }, "start_ratio"],
  ];
  if (nativeAvailable()) {
    const params = { operation: "hash.digest", size: 1000 };
    cases.push(["calls", params, "ffi_calls_count"]);
    cases.push(["library", {}, "size_bytes"]);
  }
  for (const [source, params, metric] of cases) {
    const budget = budgetOf(source, { [metric]: { target: 1 } }, params);
    const [value] = await measureBudget(budget, DEFAULTS);
    assert((value?.value ?? 0) > 0, `${source}: ${JSON.stringify(value)}`);
  }
});

Deno.test("a source without its parameters makes the budget fail", async () => {
  for (const source of ["output", "modules", "cli", "calls", "bench"]) {
    const budget = budgetOf(source, { time_ms: { target: 1 } });
    const [value] = await measureBudget(budget, DEFAULTS);
    if (value?.skipped) continue;
    assert(value?.note?.startsWith("Cannot measure a: "), value?.note);
  }
});

Deno.test("measureHttp() gives percentiles of a handler", async () => {
  let now = 0;
  let count = 0;
  const figures = await measureHttp(
    () => {
      // The first ten warm up; of a hundred, six are slow and one fails.
      const round = count++ - 10;
      now += round >= 94 ? 100 : 1;
      return new Response("", { status: round === 3 ? 500 : 200 });
    },
    () => new Request("http://localhost/"),
    100,
    () => now,
  );
  assertEquals(figures, {
    ...{ p50_ms: 1, p95_ms: 100, p99_ms: 100 },
    requests_per_s: 100 / 0.694,
    error_rate: 0.01,
  });
});

Deno.test("deno task budget: exit codes 0, 1, 2 and 3", async () => {
  const bundle = { operation: "hash.digest", size: 10, to: "text" };
  const entry = (id: string, target: number) => ({
    ...{ id, source: "output", params: bundle },
    metrics: { output_bytes: { class: "exact", target } },
  });
  await withBudgets([entry("good", 68), entry("bad", 67)], async (root) => {
    const gate = ["run", "-A", "--no-check", `${root}/tools/budget.ts`];
    const good = await deno([...gate, "good"]);
    assertEquals(good.code, 0, good.stderr);
    assert(good.stdout.endsWith("1 metric: 1 ok\n"), good.stdout);
    const all = await deno([...gate, "--json"]);
    assertEquals(all.code, 1, all.stderr);
    assertEquals(JSON.parse(all.stdout).counts.critical, 1);
    assertEquals((await deno([...gate, "bad", "--accept"])).code, 1);
    assertEquals((await deno([...gate, "bad"])).code, 0);
    assertEquals((await deno([...gate, "nothing"])).code, 2);
    assertEquals((await deno([...gate, "--nothing"])).code, 2);
  });
  await withBudgets("{", async (root) => {
    const run = await deno([
      "run",
      "-A",
      "--no-check",
      `${root}/tools/budget.ts`,
    ]);
    assertEquals([run.code, run.stdout], [3, ""]);
    assert(run.stderr.startsWith("fastpath.budgets.json: "), run.stderr);
  });
});

Deno.test("deno bench: ends with its budgets on stderr, JSON on stdout", async () => {
  const args = ["bench", "-A", "--json", "--filter", "duration.parse.1k"];
  const run = await deno(args);
  assertEquals(run.code, 0, run.stderr);
  const names = (JSON.parse(run.stdout).benches as { name: string }[])
    .map(({ name }) => name);
  assert(names.includes("duration.parse.1k.typescript"), run.stdout);
  assert(run.stderr.includes("\nbudgets\nstatus"), run.stderr);
  assert(run.stderr.includes("duration.parse.1k.typescript"), run.stderr);
});

Deno.test("deno bench: a failed budget ends it with 1 where that is asked for", async () => {
  const id = "duration.parse.1k.typescript";
  const entry = { id, source: "bench" };
  const bench = ["bench", "-A", "--no-check", "--filter", id];
  const metrics = { time_ms: { critical: 0, enforce: true } };
  await withBudgets([{ ...entry, metrics }], async (root) => {
    const args = [...bench, `${root}/bench/operations_bench.ts`];
    const advice = await deno(args);
    assertEquals(advice.code, 0, advice.stderr);
    assert(advice.stderr.includes("CRITICAL"), advice.stderr);
    const enforced = await deno(args, { FASTPATH_BENCH_ENFORCE: "1" });
    assertEquals(enforced.code, 1, enforced.stderr);
    const said = enforced.stdout + enforced.stderr;
    assert(said.includes("A budget failed"), said);
  });
});
