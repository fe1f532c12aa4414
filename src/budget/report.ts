/**
 * A report as text, as Markdown and as JSON.
 *
 * @module
 */

import type { BudgetReport, BudgetRow, MetricUnit } from "./types.ts";
import { formatValue, metricUnit } from "./units.ts";

const HEAD = [
  ...["status", "budget", "metric", "value", "target", "warning", "critical"],
  "note",
];

/** Columns of figures stand to the right. */
const FIGURES = [3, 4, 5, 6];

/**
 * A report as a table for a terminal, with a last line that sums it up.
 *
 * @param report The report.
 * @returns Lines, each with its end.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import {
 *   checkBudgets,
 *   formatReport,
 *   parseBudgets,
 * } from "@fastpath/fastpath/budget";
 *
 * const file = parseBudgets(`{ "version": 1, "budgets": [{
 *   "id": "sort", "source": "bench", "metrics": { "min_ms": { "target": 2 } }
 * }] }`);
 * const value = { id: "sort", metric: "min_ms", value: 1.5 };
 * const lines = formatReport(checkBudgets(file, [value])).split("\n");
 * assertEquals(lines.slice(0, 3), [
 *   "status  budget  metric   value  target  warning  critical  note",
 *   "ok      sort    min_ms  1.5 ms    2 ms        -         -",
 *   "1 metric: 1 ok",
 * ]);
 * ```
 */
export function formatReport(report: BudgetReport): string {
  const rows = [HEAD, ...report.rows.map(cellsOf)];
  const widths = HEAD.map((_, column) =>
    Math.max(...rows.map((row) => row[column]!.length))
  );
  const lines = rows.map((row) =>
    row.map((cell, column) => {
      const width = widths[column]!;
      return FIGURES.includes(column)
        ? cell.padStart(width)
        : cell.padEnd(width);
    }).join("  ").trimEnd()
  );
  return [...lines, summaryOf(report), ""].join("\n");
}

/**
 * A report as a Markdown table, for a comment on a pull request.
 *
 * @param report The report.
 * @returns Lines, each with its end.
 */
export function formatReportMarkdown(report: BudgetReport): string {
  const row = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  const rule = HEAD.map((_, column) =>
    FIGURES.includes(column) ? "---:" : "---"
  );
  const rows = report.rows.map((one) => row(cellsOf(one)));
  return [row(HEAD), row(rule), ...rows, "", summaryOf(report), ""].join("\n");
}

/**
 * A report as JSON on one line: what {@linkcode BudgetReport} says.
 *
 * @param report The report.
 * @returns One line with its end.
 */
export function formatReportJson(report: BudgetReport): string {
  return `${JSON.stringify(report)}\n`;
}

function cellsOf(row: BudgetRow): string[] {
  const unit: MetricUnit = row.budget?.unit ?? metricUnit(row.metric) ??
    "count";
  const show = (value: number | null) => formatValue(value, unit);
  const isAdvisory = row.status === "critical" && !row.fails;
  return [
    row.fails ? row.status.toUpperCase() : row.status,
    row.id,
    row.metric,
    show(row.value),
    show(row.budget?.target ?? null),
    show(row.budget?.warning ?? null),
    show(row.budget?.critical ?? null),
    // A note must not break the table.
    [isAdvisory ? "advisory" : "", row.note].filter((text) => text !== "")
      .join(": ").replaceAll(/\s+/g, " "),
  ];
}

/** How many of each status, and whether that fails. */
function summaryOf({ rows, counts, failed }: BudgetReport): string {
  const parts = Object.entries(counts).filter(([, count]) => count > 0)
    .map(([status, count]) => `${count} ${status}`);
  const failures = rows.filter((row) => row.fails).length;
  return `${rows.length} metric${rows.length === 1 ? "" : "s"}: ` +
    (parts.join(", ") || "none") +
    (failed ? `; ${failures} failed` : "");
}
