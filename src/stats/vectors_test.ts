/** Statistics against numpy, scipy, plain Python and DuckDB. */

import { assert, assertEquals } from "@std/assert";
import { testEngines } from "../../tests/_engines.ts";
import type { Column } from "../table/column.ts";
import { columnOf } from "../table/column_of.ts";
import type { QuantileType } from "./_quantiles.ts";
import { type Summary, summarySync } from "./summary.ts";
import { type Task, week, weekColumnsSync, type WeekStats } from "./week.ts";

/** Exactly, or up to rounding; the scale is the largest figure around. */
function close(
  found: unknown,
  expected: unknown,
  what: string,
  tolerance = 1e-12,
  scale = 0,
): void {
  if (typeof found !== "number" || typeof expected !== "number") {
    return assertEquals(found, expected, what);
  }
  const off = Math.abs(found - expected);
  const most = tolerance * Math.max(Math.abs(expected), scale);
  assert(off <= most, `${what}: ${found}, expected ${expected}`);
}

async function linesOf<T>(name: string): Promise<T[]> {
  const path = new URL(`../../tests/vectors/${name}.ndjson`, import.meta.url);
  const text = await Deno.readTextFile(path);
  return text.trimEnd().split("\n").map((line) => JSON.parse(line) as T);
}

interface SummaryCase {
  readonly name: string;
  readonly type: "i32" | "i64" | "f64";
  readonly values: (number | string | null)[];
  readonly weights?: (number | null)[];
  /** The sum of the absolute values. */
  readonly magnitude: number;
  readonly expected: Record<string, unknown> & {
    sum: number | string;
    min: string | null;
    max: string | null;
    quantiles: (number[] | null)[];
  };
}

const PROBABILITIES = [
  ...[0, 0.01, 0.1, 0.2, 0.25, 1 / 3, 0.5, 0.6, 0.75, 0.9, 0.95, 0.99, 1],
];

const SUMMARIES = await linesOf<SummaryCase>("stats_summary");

function columnOfCase({ type, values }: SummaryCase): Column {
  if (type !== "i64") return columnOf(type, values as (number | null)[]);
  const big = values.map((value) => value === null ? null : BigInt(value));
  return columnOf("i64", big);
}

for (const one of SUMMARIES) {
  const { name, expected } = one;
  testEngines(`summary is numpy's: ${name}`, (engine) => {
    const column = columnOfCase(one);
    const weights = one.weights && columnOf("f64", one.weights);
    for (let type = 1; type <= 9; type++) {
      const found: Summary = summarySync(column, {
        probabilities: PROBABILITIES,
        quantileType: type as QuantileType,
        engine,
        ...(weights === undefined ? {} : { weights }),
      });
      checkQuantiles(found, expected.quantiles[type - 1] ?? null, type);
      if (type === 7) checkFigures(found, one);
    }
  });
}

/** What numpy itself rounds differently is left some room. */
const TOLERANCES: Readonly<Record<string, number>> = {
  mean: 3e-16,
  variance: 2e-14,
  variancePopulation: 2e-14,
};

/** Rounding of a sum in blocks, as a share of the absolute values. */
const SUM_TOLERANCE = 4e-15;

function checkFigures(
  found: Summary,
  { expected, magnitude, values }: SummaryCase,
): void {
  for (const [name, value] of Object.entries(expected)) {
    if (["quantiles", "min", "max", "sum"].includes(name)) continue;
    const scale = /skew|kurt/.test(name)
      ? 1
      : name === "mean"
      ? magnitude / values.length
      : 0;
    const figure = found[name as keyof Summary];
    close(figure, value, name, TOLERANCES[name] ?? 1e-11, scale);
  }
  for (const name of ["min", "max"] as const) {
    const value = expected[name];
    if (value === null) assertEquals(found[name], null);
    else assertEquals(found[name], numberOf(value, found.type), name);
  }
  if (found.type === "f64") {
    close(found.sum, expected.sum, "sum", SUM_TOLERANCE, magnitude);
  } else assertEquals(String(found.sum), expected.sum);
}

function numberOf(text: string, type: Summary["type"]): number | bigint {
  return type === "i64" ? BigInt(text) : Number(text);
}

/** Places and steps are numpy's, so the quantiles are to the bit. */
function checkQuantiles(
  found: Summary,
  expected: readonly number[] | null,
  type: number,
): void {
  found.quantiles.forEach(({ p, value }, index) => {
    const figure = expected === null ? null : expected[index]!;
    assertEquals(value, figure, `type ${type}, p ${p}`);
  });
}

interface WeekCase {
  readonly name: string;
  readonly columns: {
    readonly week: (number | string)[];
    readonly duration: number[];
    readonly score: (number | null)[];
    readonly project: (string | null)[];
  };
  readonly expected: WeekStats[];
}

for (
  const { name, columns, expected } of await linesOf<WeekCase>("stats_week")
) {
  const tasks = columns.week.map((one, row): Task => ({
    week: one,
    duration: columns.duration[row]!,
    score: columns.score[row]!,
    project: columns.project[row]!,
  }));
  const isNumber = columns.week.every((one) => typeof one === "number");
  const isWhole = columns.duration.every(Number.isInteger);

  testEngines(`week is Python's and DuckDB's: ${name}`, (engine) => {
    const found = week(tasks, { engine });
    checkWeeks(found, expected);
    const weeks = isNumber
      ? columnOf("i32", columns.week as number[])
      : columnOf("utf8", columns.week as string[]);
    const inColumns = weekColumnsSync({
      week: weeks,
      duration: columnOf(isWhole ? "i32" : "f64", columns.duration),
      score: columnOf("f64", columns.score),
      project: columnOf("utf8", columns.project),
    }, { engine });
    assertEquals(inColumns, found);
    for (const { week: only } of expected) {
      assertEquals(
        week(tasks, { week: only, engine }),
        found.filter((one) => one.week === only),
      );
    }
  });
}

function checkWeeks(
  found: readonly WeekStats[],
  expected: readonly WeekStats[],
): void {
  assertEquals(found.map((one) => one.week), expected.map((one) => one.week));
  found.forEach((one, index) => {
    const other = expected[index]!;
    assertEquals(one.totalTasks, other.totalTasks);
    // Python adds in the order of the tasks, too, and divides as we do.
    assertEquals(one.totalSeconds, other.totalSeconds);
    assertEquals(one.meanSeconds, other.meanSeconds);
    assertEquals(one.meanScore, other.meanScore);
    assertEquals(one.productivity, other.productivity);
    assertEquals(one.projects, other.projects);
  });
}
