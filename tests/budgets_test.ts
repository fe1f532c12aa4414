/** The budget file against the benchmarks, the catalogue and the schema. */

import { assert, assertEquals } from "@std/assert";
import { Ajv2020 } from "npm:ajv@8.20.0/dist/2020.js";
import { isYardstickCase } from "../bench/gate/yardstick.ts";
import { benchCases } from "../bench/suite.ts";
import { BudgetError, parseBudgets } from "../src/budget/mod.ts";
import { loadOperations } from "../src/catalogue/list.ts";
import { SOURCES } from "../tools/budget.ts";

const ROOT = new URL("../", import.meta.url);
const TEXT = await Deno.readTextFile(new URL("fastpath.budgets.json", ROOT));
const SCHEMA = JSON.parse(
  await Deno.readTextFile(new URL("schemas/budgets.v1.json", ROOT)),
);
const FILE = parseBudgets(TEXT);

Deno.test("budgets: the names of benchmarks are the ids of budgets", async () => {
  const names = (await benchCases()).map(({ id }) => id);
  assertEquals(names.length, new Set(names).size);
  const ids = FILE.budgets.filter(({ source }) => source === "bench")
    .map(({ id }) => id);
  assertEquals(
    ids.toSorted(),
    names.toSorted(),
    "deno task budget --suggest prints the entries that lack",
  );
});

Deno.test("budgets: every operation has budgets at both sizes and engines", async () => {
  const ids = FILE.budgets.map(({ id }) => id);
  for (const { name, kernels } of await loadOperations()) {
    const engines = kernels.length === 0 ? 1 : 2;
    const own = ids.filter((id) =>
      id.startsWith(`${name}.`) && /\.1[kM]\.(typescript|native)$/.test(id)
    );
    assertEquals(own.length, Math.max(1, kernels.length) * 2 * engines, name);
  }
});

Deno.test("budgets: TypeScript at 1M is compared with plain code", async () => {
  const cases = (await benchCases()).map(({ id }) => id)
    .filter(isYardstickCase);
  const bounded = FILE.budgets.filter(({ source }) => source === "yardstick");
  assertEquals(
    bounded.map(({ params }) => String(params.case)).toSorted(),
    cases.toSorted(),
  );
  for (const { id, metrics } of bounded) {
    assert(metrics.plain_ratio?.enforce, id);
  }
});

Deno.test("budgets: each native benchmark is compared with TypeScript", async () => {
  for (const { id, group, needsNative } of await benchCases()) {
    if (!needsNative) continue;
    const metrics = FILE.budgets.find((one) => one.id === id)?.metrics ?? {};
    assertEquals(metrics.speedup?.class, "ratio", id);
    assert(metrics.speedup?.enforce, id);
    const baselines = (await benchCases()).filter((one) =>
      one.group === group && one.isBaseline
    );
    assertEquals(baselines.map((one) => one.id), [`${group}.typescript`]);
  }
});

Deno.test("budgets: start, HTTP, library, bundle and the tracker are bounded", async () => {
  const sources = new Set(FILE.budgets.map(({ source }) => source));
  for (const source of sources) assert(source in SOURCES, source);
  for (const source of ["cli", "http", "library", "modules", "bundle"]) {
    assert(sources.has(source), source);
  }
  for (const { id, promisedMs } of await benchCases()) {
    if (promisedMs === undefined) continue;
    const budget = FILE.budgets.find((one) => one.id === id);
    assertEquals(budget?.metrics.time_ms?.target, promisedMs);
  }
});

const METRIC = { target: 1, warning: 2, critical: 3 };

/** A file of one metric. */
function fileOf(metric: unknown, name = "time_ms"): unknown {
  const budgets = [{ id: "a", source: "bench", metrics: { [name]: metric } }];
  return { version: 1, budgets };
}

/** Files and whether they hold; what both a schema and our check can say. */
const FILES: readonly [unknown, boolean][] = [
  [JSON.parse(TEXT), true],
  [fileOf(METRIC), true],
  [fileOf({ critical: 0 }), true],
  [fileOf({ target: "64MiB" }, "peak_bytes"), true],
  [fileOf({ target: "1.5 kB", critical: 2000 }, "bytes"), true],
  [fileOf({ class: "exact", target: 5, tolerance: 0.1 }, "n_count"), true],
  [fileOf({ ...METRIC, enforce: true, better: "lower" }), true],
  [{ version: 1, budgets: [], defaults: { confirm: 0 } }, true],
  [null, false],
  [[], false],
  [{}, false],
  [{ version: 2, budgets: [] }, false],
  [{ version: 1, budgets: {} }, false],
  [{ version: 1, budgets: [], extra: 1 }, false],
  [{ version: 1, budgets: [], defaults: { samples: 0 } }, false],
  [{ version: 1, budgets: [], defaults: { samples: 1.5 } }, false],
  [{ version: 1, budgets: [{ id: "a", source: "bench" }] }, false],
  [{ version: 1, budgets: [{ id: "", source: "b", metrics: {} }] }, false],
  [fileOf({}), false],
  [fileOf({ target: "64MiB" }), false],
  [fileOf({ target: "64 apples" }, "size_bytes"), false],
  [fileOf({ target: -1 }), false],
  [fileOf({ target: null }), false],
  [fileOf(METRIC, "memory"), false],
  [fileOf(METRIC, "Time_ms"), false],
  [fileOf({ ...METRIC, class: "vague" }), false],
  [fileOf({ ...METRIC, better: "bigger" }), false],
  [fileOf({ ...METRIC, enforce: 1 }), false],
  [fileOf({ ...METRIC, tolerance: 0.1 }), false],
  [fileOf({ class: "exact", target: 1, tolerance: 1 }), false],
  [fileOf({ class: "exact", target: 1, critical: 2, tolerance: 0 }), false],
  [fileOf({ ...METRIC, taget: 1 }), false],
];

Deno.test("budgets: the schema and the check agree, by an independent validator", () => {
  const validate = new Ajv2020({ allErrors: true, strict: false })
    .compile(SCHEMA);
  for (const [value, holds] of FILES) {
    const text = JSON.stringify(value).slice(0, 200);
    assertEquals(validate(value), holds, `schema: ${text}`);
    let isRead = true;
    try {
      parseBudgets(JSON.stringify(value));
    } catch (error) {
      assert(error instanceof BudgetError, String(error));
      isRead = false;
    }
    assertEquals(isRead, holds, `check: ${text}`);
  }
});
