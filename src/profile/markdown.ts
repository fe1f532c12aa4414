/**
 * The report as Markdown, for a pull request.
 *
 * @module
 */

import { fit } from "./_display.ts";
import {
  bytesText,
  countText,
  distinctText,
  durationText,
  estimateNotes,
  numberText,
  shareText,
  valueText,
} from "./_figure_text.ts";
import type { ProfileColumn, ProfileReport } from "./types.ts";

const NAME_MAX = 60;
const VALUE_MAX = 30;
const NUMBER_WIDTH = 16;
const TOP_SHOWN = 3;

/**
 * Prints a report as a Markdown table. Texts from the data stand in code
 * spans, so that they can neither mention anybody nor become markup.
 *
 * @param report The report.
 * @returns Markdown, with a line feed at its end.
 *
 * @example Print a report for a pull request
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { profile, profileToMarkdown } from "@fastpath/fastpath";
 *
 * const bytes = new TextEncoder().encode("city,sold\nRiga,3\nOslo,5\n");
 * const report = await profile(bytes, { name: "sales.csv" });
 * const [title] = profileToMarkdown(report).split("\n");
 * assertEquals(title, "### `sales.csv`");
 * ```
 */
export function profileToMarkdown(report: ProfileReport): string {
  const { source, rows, columns, engine, elapsedMs } = report;
  const noun = columns.length === 1 ? "column" : "columns";
  const lines = [
    `### ${code(source.name, NAME_MAX)}`,
    "",
    `${source.format.toUpperCase()}, ${bytesText(source.bytes)}, ` +
    `${countText(rows)} ${rows === 1 ? "row" : "rows"}, ` +
    `${countText(columns.length)} ${noun}; ${durationText(elapsedMs)}, ` +
    `${countText(Math.round(report.rowsPerSecond))} rows/s, ` +
    `${bytesText(report.bytesPerSecond)}/s, ${engine.name} engine`,
  ];
  if (source.sha256 !== null) lines.push("", `sha256 \`${source.sha256}\``);
  if (source.blake3 !== null) lines.push("", `blake3 \`${source.blake3}\``);
  if (columns.length > 0) {
    lines.push(
      "",
      "| Column | Type | Nulls | Distinct | Min | Mean | Max | Most frequent |",
      "| :-- | :-- | --: | --: | --: | --: | --: | :-- |",
      ...columns.map((column) => rowText(column, rows)),
    );
  }
  const notes = estimateNotes(columns);
  if (notes.length > 0) lines.push("", `${notes.join("; ")}.`);
  return `${lines.join("\n")}\n`;
}

function rowText(column: ProfileColumn, rows: number): string {
  const { name, type, nulls, min, mean, max, count, top } = column;
  const frequent = top.slice(0, TOP_SHOWN).map(({ value, count: times }) =>
    `${shown(value)} ${shareText(times, count)}`
  );
  const cells = [
    code(name, NAME_MAX),
    type,
    shareText(nulls, rows),
    distinctText(column),
    min === null ? "" : shown(min),
    mean === null || mean === undefined ? "" : numberText(mean, NUMBER_WIDTH),
    max === null ? "" : shown(max),
    frequent.join(", "),
  ];
  return `| ${cells.join(" | ")} |`;
}

function shown(value: NonNullable<ProfileColumn["min"]>): string {
  return typeof value === "string"
    ? code(value, VALUE_MAX)
    : valueText(value, NUMBER_WIDTH);
}

/** A code span; the fence is longer than any row of backticks inside. */
function code(text: string, width: number): string {
  const safe = fit(text, width).replaceAll("|", "\\|");
  if (safe === "") return '""';
  const rows = safe.match(/`+/g) ?? [];
  const fence = "`".repeat(Math.max(0, ...rows.map((row) => row.length)) + 1);
  const gap = rows.length > 0 || safe.trim() !== safe ? " " : "";
  return fence + gap + safe + gap + fence;
}
