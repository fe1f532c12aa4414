/** Budget files: what is read, and every problem with its place. */

import { assert, assertEquals, assertThrows } from "@std/assert";
import { BudgetError } from "./error.ts";
import { checkBudgetFile, parseBudgets } from "./parse.ts";
import { formatValue, metricUnit, parseSize } from "./units.ts";

function fileOf(metrics: unknown): unknown {
  return { version: 1, budgets: [{ id: "a", source: "bench", metrics }] };
}

function problemsOf(value: unknown): [string, string][] {
  const error = assertThrows(() => checkBudgetFile(value), BudgetError);
  assert(error instanceof SyntaxError);
  return error.problems.map(({ pointer, message }) => [pointer, message]);
}

Deno.test("parseBudgets() fills in what a file leaves out", () => {
  const file = parseBudgets(JSON.stringify(fileOf({
    time_ms: { target: 1 },
    speedup: { warning: 3, critical: 2 },
    peak_rss_bytes: { target: "64MiB", critical: "1GB" },
    calls_count: { class: "exact", target: 100, tolerance: 0.02 },
    rows_per_s: { class: "exact", target: 100, tolerance: 0.1 },
  })));
  assertEquals(file.defaults, { samples: 30, minSampleUs: 200, confirm: 2 });
  const [budget] = file.budgets;
  assertEquals([budget?.params, budget?.note], [{}, ""]);
  assertEquals(budget?.metrics, {
    time_ms: {
      ...{ class: "absolute", unit: "ms", better: "lower", target: 1 },
      ...{ tolerance: 0, warning: null, critical: null, enforce: false },
    },
    speedup: {
      ...{ class: "ratio", unit: "speedup", better: "higher", target: null },
      ...{ tolerance: 0, warning: 3, critical: 2, enforce: true },
    },
    peak_rss_bytes: {
      ...{ class: "absolute", unit: "bytes", better: "lower" },
      ...{ target: 67_108_864, tolerance: 0, warning: null },
      ...{ critical: 1e9, enforce: false },
    },
    calls_count: {
      ...{ class: "exact", unit: "count", better: "lower", target: 100 },
      ...{ tolerance: 0.02, warning: null, critical: 102, enforce: true },
    },
    rows_per_s: {
      ...{ class: "exact", unit: "per_s", better: "higher", target: 100 },
      ...{ tolerance: 0.1, warning: null, critical: 90, enforce: true },
    },
  } as never);
});

Deno.test("parseBudgets() demands target ≤ warning ≤ critical", () => {
  const at = "/budgets/0/metrics/time_ms";
  assertEquals(problemsOf(fileOf({ time_ms: { target: 3, warning: 2 } })), [[
    `${at}/warning`,
    "must be at least target (3), found 2: lower is better",
  ]]);
  assertEquals(problemsOf(fileOf({ time_ms: { target: 3, critical: 2 } })), [[
    `${at}/critical`,
    "must be at least target (3), found 2: lower is better",
  ]]);
  const higher = { better: "higher", warning: 2, critical: 3 };
  assertEquals(problemsOf(fileOf({ time_ms: higher })), [[
    `${at}/critical`,
    "must be at most warning (2), found 3: higher is better",
  ]]);
  assertEquals(
    problemsOf(fileOf({ speedup: { target: 2, warning: 3 } }))[0]?.[0],
    "/budgets/0/metrics/speedup/warning",
  );
  const sizes = { target: "1MiB", critical: "1MB" };
  assertEquals(
    problemsOf(fileOf({ size_bytes: sizes }))[0]?.[1],
    "must be at least target (1048576), found 1000000: lower is better",
  );
});

Deno.test("parseBudgets() reports every problem with its JSON pointer", () => {
  const value = {
    version: 1,
    extra: true,
    defaults: { samples: "many" },
    budgets: [
      { id: "a", source: "bench", metrics: { memory: { target: 1 } } },
      { id: "b", source: "bench", metrics: { "a/b~c_ms": { target: 1 } } },
      { id: "c", source: "bench", metrics: { time_ms: { target: "1 s" } } },
      7,
    ],
  };
  assertEquals(problemsOf(value).map(([pointer]) => pointer), [
    "/extra",
    "/defaults/samples",
    "/budgets/0/metrics/memory",
    "/budgets/1/metrics/a~1b~0c_ms",
    "/budgets/2/metrics/time_ms/target",
    "/budgets/3",
  ]);
  const error = assertThrows(() => checkBudgetFile(value), BudgetError);
  assertEquals(
    error.message,
    "Cannot read budgets: /extra: is not known here; known are $schema, " +
      "version, note, defaults, budgets, and 5 more",
  );
});

Deno.test("parseBudgets() refuses an id that stands twice", () => {
  const entry = {
    id: "a",
    source: "bench",
    metrics: { time_ms: { target: 1 } },
  };
  assertEquals(problemsOf({ version: 1, budgets: [entry, entry] }), [
    ["/budgets/1/id", '"a" stands at /budgets/0 already'],
  ]);
});

Deno.test("parseBudgets() refuses hostile texts", () => {
  const hostile = [
    ...["", "{", "nul", "\0", "[]", "1", '"a"', "{}", "null"],
    '{"version":1,"budgets":[{"id":"a","source":"b","metrics":' +
    '{"__proto__":{"target":1}}}]}',
    '{"version":1,"budgets":[{"id":"a","source":"b","metrics":' +
    '{"time_ms":{"__proto__":1,"target":1}}}]}',
    '{"version":1,"budgets":[{"id":"a","source":"b","metrics":' +
    '{"time_ms":{"target":1e999}}}]}',
    `{"version":1,"budgets":[${"[".repeat(1000)}${"]".repeat(1000)}]}`,
    JSON.stringify({ version: 1, budgets: new Array(10_001).fill({}) }),
  ];
  for (const text of hostile) {
    const error = assertThrows(() => parseBudgets(text), BudgetError);
    assert(error.message.startsWith("Cannot read budgets: "), text);
    assert(error.message.length < 400, error.message);
  }
});

Deno.test("metricUnit() finds the unit at the end of a name", () => {
  const cases = {
    ...{ p95_ms: "ms", rows_per_s: "per_s", time_s: "s", speedup: "speedup" },
    ...{ error_rate: "rate", start_ratio: "ratio", bytes: "bytes", a_us: "us" },
    ...{ ms: "ms", memory: null, items: null, "": null, _ms: null, Ams: null },
  };
  for (const [name, unit] of Object.entries(cases)) {
    assertEquals(metricUnit(name), unit as never, name);
  }
});

Deno.test("parseSize() knows decimal and binary units alone", () => {
  const cases: Record<string, number | null> = {
    ...{ "1B": 1, "2kB": 2000, "2KB": 2000, "1.5MiB": 1_572_864, "3 GB": 3e9 },
    ...{
      "1": null,
      "1XB": null,
      "-1B": null,
      "1e3B": null,
      "1constructor": null,
    },
  };
  for (const [text, bytes] of Object.entries(cases)) {
    assertEquals(parseSize(text), bytes, text);
  }
});

Deno.test("formatValue() shows a value with its unit", () => {
  assertEquals(formatValue(null, "ms"), "-");
  assertEquals(formatValue(1234.5, "us"), "1,230 µs");
  assertEquals(formatValue(0.000012345, "ms"), "0.0000123 ms");
  assertEquals(formatValue(0.5, "rate"), "0.5");
  assertEquals(formatValue(12_345.6, "per_s"), "12,346/s");
  assertEquals(formatValue(3, "count"), "3");
});
