/**
 * Statistics over columns on both engines, beside a plain loop that computes
 * less. A group's name gives its rows. Data is seeded.
 *
 * Run it with `deno bench -A bench/stats_bench.ts`.
 */

import { assertEquals } from "@std/assert";
import { backendInfo } from "../src/backend.ts";
import {
  summarySync,
  type Task,
  week,
  weekColumnsSync,
} from "../src/stats/mod.ts";
import { Table } from "../src/table/table.ts";
import { Random } from "./data/_random.ts";
import { taskColumns } from "./data/tasks.ts";

const ENGINES = backendInfo().library === null
  ? ["typescript"] as const
  : ["native", "typescript"] as const;

const SIZES = [100, 10_000, 1_000_000] as const;

for (const rows of SIZES) {
  benchSummary(rows);
  benchWeek(rows);
}
benchObjects(10_000);

function benchSummary(rows: number): void {
  const random = new Random(3);
  const values = Float64Array.from(
    { length: rows },
    () => random.below(1e9) / 1e3,
  );
  const group = `summary of ${rows} f64`;
  for (const engine of ENGINES) {
    Deno.bench({
      name: `summarySync, ${engine}`,
      group,
      baseline: engine === ENGINES[0],
      fn: () => void summarySync(values, { engine }),
    });
    Deno.bench({
      name: `summarySync without quantiles, ${engine}`,
      group,
      fn: () => void summarySync(values, { engine, probabilities: [] }),
    });
  }
  Deno.bench({
    name: "a loop: mean and variance alone (Welford)",
    group,
    fn: () => void welford(values),
  });
}

/** Mean and variance of a sample by the rule of Welford (1962). */
function welford(values: Float64Array): [mean: number, variance: number] {
  let mean = 0;
  let squares = 0;
  for (let at = 0; at < values.length; at++) {
    const d = values[at]! - mean;
    mean += d / (at + 1);
    squares += d * (values[at]! - mean);
  }
  return [mean, squares / (values.length - 1)];
}

function benchWeek(rows: number): void {
  const tasks = taskColumns(rows, 1);
  const expected = weekColumnsSync(tasks, { engine: "typescript" });
  const group = `week statistics of ${rows} tasks in columns`;
  for (const engine of ENGINES) {
    assertEquals(weekColumnsSync(tasks, { engine }), expected);
    Deno.bench({
      name: `weekColumnsSync, ${engine}`,
      group,
      baseline: engine === ENGINES[0],
      fn: () => void weekColumnsSync(tasks, { engine }),
    });
  }
}

function benchObjects(rows: number): void {
  const columns = taskColumns(rows, 1);
  const table = new Table(Object.entries(columns));
  const tasks = table.toObjects() as unknown as Task[];
  for (const engine of ENGINES) {
    Deno.bench({
      name: `week, ${engine}`,
      group: `week statistics of ${rows} tasks that are objects`,
      baseline: engine === ENGINES[0],
      fn: () => void week(tasks, { engine }),
    });
  }
}
