/** Values against bounds, and measurements against a file. */

import { assertEquals } from "@std/assert";
import { checkBudgets, evaluate } from "./evaluate.ts";
import { checkBudgetFile } from "./parse.ts";
import {
  formatReport,
  formatReportJson,
  formatReportMarkdown,
} from "./report.ts";
import type { BudgetFile, BudgetReport, Measurement } from "./types.ts";

function fileOf(metrics: Record<string, unknown>): BudgetFile {
  return checkBudgetFile({
    version: 1,
    budgets: [{ id: "a", source: "bench", metrics }],
  });
}

const TIME = { target: 1, warning: 2, critical: 4 };
const SPEEDUP = { target: 4, warning: 3, critical: 2 };

function statusOf(metric: string, bounds: unknown, value: number): string {
  const file = fileOf({ [metric]: bounds });
  return evaluate(file.budgets[0]!.metrics[metric]!, value);
}

/** A report of one metric, from its measurements. */
function check(
  metric: string,
  bounds: unknown,
  ...given: Omit<Measurement, "id" | "metric">[]
): BudgetReport {
  const measurements = given.map((one) => ({ id: "a", metric, ...one }));
  return checkBudgets(fileOf({ [metric]: bounds }), measurements);
}

Deno.test("evaluate() takes a bound as still within it", () => {
  const lower = { 0: "ok", 1: "ok", 1.01: "slow", 2: "slow", 2.01: "warning" };
  for (const [value, status] of Object.entries({ ...lower, 4: "warning" })) {
    assertEquals(statusOf("time_ms", TIME, Number(value)), status, value);
  }
  assertEquals(statusOf("time_ms", TIME, 4.01), "critical");
  const higher = { 9: "ok", 4: "ok", 3.9: "slow", 3: "slow", 2.9: "warning" };
  for (const [value, status] of Object.entries({ ...higher, 2: "warning" })) {
    assertEquals(statusOf("speedup", SPEEDUP, Number(value)), status, value);
  }
  assertEquals(statusOf("speedup", SPEEDUP, 1.99), "critical");
});

Deno.test("evaluate() knows bounds that are absent", () => {
  assertEquals(statusOf("time_ms", { critical: 4 }, 3), "ok");
  assertEquals(statusOf("time_ms", { target: 1 }, 300), "slow");
  assertEquals(statusOf("time_ms", { critical: 0 }, 0), "ok");
});

Deno.test("evaluate() gives an exact value its tolerance", () => {
  const bounds = { class: "exact", target: 100, tolerance: 0.02 };
  assertEquals(statusOf("calls_count", bounds, 102), "ok");
  assertEquals(statusOf("calls_count", bounds, 103), "critical");
  const strict = { class: "exact", target: 100 };
  assertEquals(statusOf("calls_count", strict, 100), "ok");
  assertEquals(statusOf("calls_count", strict, 101), "critical");
});

Deno.test("evaluate() takes what no measurement gives as missing", () => {
  for (const value of [NaN, -1, Infinity, -Infinity]) {
    assertEquals(statusOf("time_ms", TIME, value), "missing");
    assertEquals(statusOf("speedup", SPEEDUP, value), "missing");
  }
});

Deno.test("checkBudgets() fails at ratios and counts, not at times", () => {
  assertEquals(check("time_ms", TIME, { value: 9 }).failed, false);
  assertEquals(
    check("time_ms", TIME, { value: 9 }).rows[0]?.status,
    "critical",
  );
  assertEquals(check("speedup", SPEEDUP, { value: 1 }).failed, true);
  assertEquals(check("speedup", SPEEDUP, { value: 2.5 }).failed, false);
  const enforced = { ...TIME, enforce: true };
  assertEquals(check("time_ms", enforced, { value: 9 }).failed, true);
  const advised = { ...SPEEDUP, enforce: false };
  assertEquals(check("speedup", advised, { value: 1 }).failed, false);
  const file = fileOf({ time_ms: TIME });
  const values = [{ id: "a", metric: "time_ms", value: 9 }];
  const all = checkBudgets(file, values, { enforceAbsolute: true });
  assertEquals(all.failed, true);
});

Deno.test("checkBudgets() fails where a value is missing, of any class", () => {
  for (
    const [given, note] of [
      [[], "not measured"],
      [[{ value: null }], "no value"],
      [[{ value: null, note: "it threw" }], "it threw"],
      [[{ value: NaN }], "found NaN"],
      [[{ value: -1 }], "found -1"],
      [[{ value: 1 }, { value: 1 }], "measured 2 times, names must differ"],
    ] as const
  ) {
    const { failed, rows } = check("time_ms", TIME, ...given);
    const [row] = rows;
    assertEquals([failed, row?.status, row?.note], [true, "missing", note]);
    assertEquals(row?.value, null);
  }
});

Deno.test("checkBudgets() passes what is skipped, noisy or new", () => {
  const skipped = { value: null, skipped: true, note: "no valgrind" };
  const one = check("time_ms", TIME, skipped);
  assertEquals([one.failed, one.rows[0]?.status], [false, "skipped"]);
  const noisy = check("speedup", SPEEDUP, { value: 2.5, noisy: true });
  assertEquals([noisy.failed, noisy.rows[0]?.status], [false, "noisy"]);
  // Noise is no excuse for a value that is critical itself.
  const bad = check("speedup", SPEEDUP, { value: 1, noisy: true });
  assertEquals([bad.failed, bad.rows[0]?.status], [true, "critical"]);
  const file = fileOf({ time_ms: TIME });
  const other = checkBudgets(file, [
    { id: "b", metric: "time_ms", value: 3 },
    { id: "b", metric: "p99_ms", value: NaN },
  ], { partial: true });
  assertEquals(other.failed, false);
  assertEquals(other.rows.map(({ status }) => status), ["new", "new"]);
});

Deno.test("checkBudgets() looks at the sources that are asked for", () => {
  const file = fileOf({ time_ms: TIME });
  const report = checkBudgets(file, [], { sources: ["cli"] });
  assertEquals([report.failed, report.rows], [false, []]);
  // A value of another source has a budget, it is not new.
  const given = [{ id: "a", metric: "time_ms", value: 1 }];
  assertEquals(checkBudgets(file, given, { sources: ["cli"] }).rows, []);
});

Deno.test("checkBudgets() says where a count could be tightened", () => {
  const bounds = { class: "exact", target: 100, tolerance: 0.02 };
  const note = (value: number) =>
    check("calls_count", bounds, { value }).rows[0]?.note;
  assertEquals(note(99), "");
  assertEquals(note(80), "better than the target by 20%, tighten it");
});

Deno.test("reports: text, Markdown and JSON say the same", () => {
  const file = fileOf({ time_ms: TIME, speedup: SPEEDUP });
  const report = checkBudgets(file, [
    { id: "a", metric: "time_ms", value: 9, note: "a | b\nc" },
    { id: "a", metric: "speedup", value: 1.5 },
  ]);
  assertEquals(formatReport(report).split("\n"), [
    "status    budget  metric   value  target  warning  critical  note",
    "critical  a       time_ms   9 ms    1 ms     2 ms      4 ms  advisory: a | b c",
    "CRITICAL  a       speedup  1.50x   4.00x    3.00x     2.00x",
    "2 metrics: 2 critical; 1 failed",
    "",
  ]);
  const [head, rule, first] = formatReportMarkdown(report).split("\n");
  assertEquals(
    head,
    "| status | budget | metric | value | target | warning | critical | note |",
  );
  assertEquals(rule, "| --- | --- | --- | ---: | ---: | ---: | ---: | --- |");
  assertEquals(
    first,
    "| critical | a | time_ms | 9 ms | 1 ms | 2 ms | 4 ms | advisory: a \\| b c |",
  );
  assertEquals(JSON.parse(formatReportJson(report)), report as never);
});
