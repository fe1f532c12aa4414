/**
 * The report for people: text for a terminal. The JSON and Markdown forms
 * stand in their own files and are exported here, too.
 *
 * @module
 */

import { displayWidth, fit, padEnd, padStart } from "./_display.ts";
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

export { profileToJson } from "./json.ts";
export { profileToMarkdown } from "./markdown.ts";

/** How the text report looks. */
export interface ProfileTextOptions {
  /** Columns of the terminal, from 72 to 140. Default 80. */
  width?: number;
  /** Whether to use ANSI colours. Default false. */
  color?: boolean;
}

const WIDTH_DEFAULT = 80;
const WIDTH_MIN = 72;
/** Wider lines are hard to follow with the eye. */
const WIDTH_MAX = 140;
/** Names get so much room before figures get more than they need. */
const NAME_MIN = 24;
const NAME_MAX = 32;
const GAP = "  ";

/** Widths of the parts of a line. */
interface Layout {
  readonly width: number;
  readonly name: number;
  readonly type: number;
  readonly nulls: number;
  readonly distinct: number;
  /** Width of each of minimum, mean and maximum. */
  readonly figure: number;
  /** Width of a drawn distribution. */
  readonly box: number;
  readonly paint: Paint;
}

/** Wraps a text in an ANSI style, or not. */
type Paint = (style: "bold" | "dim" | "type", text: string) => string;

const STYLES = { bold: "1", dim: "2", type: "36" } as const;

/**
 * Prints a report as text for a terminal of a given width. Texts from the
 * data are cut to their columns, and control characters in them are shown as
 * escapes, so that no data can steer the terminal.
 *
 * @param report The report.
 * @param options Width and colour.
 * @returns Lines, each with a line feed.
 *
 * @example Print a report
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { profile, profileToText } from "@fastpath/fastpath";
 *
 * const bytes = new TextEncoder().encode("city,sold\nRiga,3\nOslo,5\n");
 * const report = await profile(bytes, { name: "sales.csv" });
 * const lines = profileToText(report, { width: 80 }).split("\n");
 * assertEquals(lines[0], "sales.csv");
 * ```
 */
export function profileToText(
  report: ProfileReport,
  options: ProfileTextOptions = {},
): string {
  const asked = Math.floor(options.width ?? WIDTH_DEFAULT);
  const width = Math.min(Math.max(asked, WIDTH_MIN), WIDTH_MAX);
  const paint: Paint = (style, text) =>
    options.color === true && text !== ""
      ? `\x1b[${STYLES[style]}m${text}\x1b[0m`
      : text;
  const layout = layoutOf(report, width, paint);
  const lines = headerLines(report, layout);
  if (report.columns.length > 0) {
    lines.push("", headLine(layout));
    for (const column of report.columns) {
      lines.push(...columnLines(column, report.rows, layout));
    }
    lines.push(...noteLines(report, layout));
  }
  return lines.map((line) => `${line.trimEnd()}\n`).join("");
}

function layoutOf(
  { columns, rows }: ProfileReport,
  width: number,
  paint: Paint,
): Layout {
  const widest = (head: string, text: (column: ProfileColumn) => string) =>
    Math.max(head.length, ...columns.map((c) => displayWidth(text(c))));
  const type = widest("Type", (column) => column.type);
  const nulls = widest("Nulls", (column) => shareText(column.nulls, rows));
  const distinct = widest("Distinct", distinctText);
  const longest = widest("Column", (column) => fit(column.name, NAME_MAX));
  const fixed = type + nulls + distinct + 6 * GAP.length;
  // Figures get what names leave, 8 to 12 columns each.
  const rest = Math.floor((width - fixed - Math.min(longest, NAME_MIN)) / 3);
  const figure = Math.min(Math.max(rest, 8), 12);
  const name = Math.max(Math.min(longest, width - fixed - 3 * figure), 6);
  const box = width < 100 ? 16 : 32;
  return { width, name, type, nulls, distinct, figure, box, paint };
}

function headerLines(report: ProfileReport, layout: Layout): string[] {
  const { source, rows, columns, engine, elapsedMs } = report;
  const { paint, width } = layout;
  const perSecond = `${countText(Math.round(report.rowsPerSecond))} rows/s, ` +
    `${bytesText(report.bytesPerSecond)}/s`;
  const facts: [string, string][] = [
    [
      "input",
      `${source.format.toUpperCase()}, ${bytesText(source.bytes)}, ` +
      `${plural(rows, "row")}, ${plural(columns.length, "column")}`,
    ],
    ["time", `${durationText(elapsedMs)}, ${perSecond}`],
    ["engine", `${engine.name}: ${engine.reason}`],
  ];
  if (source.sha256 !== null) facts.push(["sha256", source.sha256]);
  if (source.blake3 !== null) facts.push(["blake3", source.blake3]);
  const lines = [paint("bold", fit(source.name, width))];
  for (const [label, text] of facts) {
    wrap(fit(text, 10 * width), width - 10).forEach((line, index) => {
      const head = padEnd(index === 0 ? label : "", 6);
      lines.push(`${GAP}${paint("dim", head)}${GAP}${line}`);
    });
  }
  return lines;
}

function plural(count: number, noun: string): string {
  return `${countText(count)} ${noun}${count === 1 ? "" : "s"}`;
}

/** Breaks a text between words; a word that is too long is broken anywhere. */
function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && displayWidth(line) + 1 + displayWidth(word) > width) {
      lines.push(line);
      line = "";
    }
    line = line === "" ? word : `${line} ${word}`;
    while (displayWidth(line) > width) {
      const characters = [...line];
      let head = "";
      while (displayWidth(head + characters[0]!) <= width) {
        head += characters.shift()!;
      }
      lines.push(head);
      line = characters.join("");
    }
  }
  lines.push(line);
  return lines;
}

function headLine(layout: Layout): string {
  const { name, type, nulls, distinct, figure, paint } = layout;
  const cells = [
    padEnd("Column", name),
    padEnd("Type", type),
    padStart("Nulls", nulls),
    padStart("Distinct", distinct),
    padStart("Min", figure),
    padStart("Mean", figure),
    padStart("Max", figure),
  ];
  return paint("dim", cells.join(GAP));
}

/** One line of figures, and one of what the values look like. */
function columnLines(
  column: ProfileColumn,
  rows: number,
  layout: Layout,
): string[] {
  const { paint, name, type, nulls, distinct } = layout;
  const head = [
    paint("bold", padEnd(fit(column.name, name), name)),
    paint("type", padEnd(column.type, type)),
    padStart(shareText(column.nulls, rows), nulls),
    padStart(distinctText(column), distinct),
    summary(column, layout),
  ].join(GAP);
  const details = detailOf(column, layout);
  return details === "" ? [head] : [head, GAP + paint("dim", details)];
}

/** The right part of a column's first line. */
function summary(column: ProfileColumn, { figure }: Layout): string {
  const { min, mean, max, count, type } = column;
  const room = 3 * figure + 2 * GAP.length;
  if (count === 0) return padStart("no values", room);
  switch (type) {
    case "bool": {
      const share = shareText(column.trueCount ?? 0, count);
      return padStart(`${share} true`, room);
    }
    case "utf8": {
      const { lengthMin, lengthMax } = column;
      const lengths = lengthMin === lengthMax
        ? countText(lengthMin ?? 0)
        : `${countText(lengthMin ?? 0)} to ${countText(lengthMax ?? 0)}`;
      const noun = lengthMax === 1 ? "character" : "characters";
      return padStart(`${lengths} ${noun}`, room);
    }
    case "date":
    case "timestamp": {
      const [from, to] = [dayOf(min), dayOf(max)];
      return padStart(from === to ? from : `${from} to ${to}`, room);
    }
    default:
      return [min, mean ?? null, max].map((value) =>
        padStart(cell(value, figure), figure)
      ).join(GAP);
  }
}

function cell(value: unknown, width: number): string {
  return typeof value === "number" || typeof value === "bigint"
    ? numberText(value, width)
    : "";
}

/** The second line of a column; empty if there is nothing to add. */
function detailOf(column: ProfileColumn, layout: Layout): string {
  const room = layout.width - GAP.length;
  if (column.count === 0 || column.type === "bool") return "";
  if (column.type === "utf8") return topLine(column, room);
  if (column.quantiles === undefined || column.min === column.max) return "";
  const drawn = boxOf(column, layout.box);
  const { p25, p50, p75, p95, p99 } = column.quantiles;
  const isTime = column.mean === undefined;
  const isOneDay = dayOf(column.min) === dayOf(column.max);
  const named: [string, number | string | null][] = [
    ["std", column.std ?? null],
    ["p25", p25],
    ["p50", p50],
    ["p75", p75],
    ["p95", p95],
    ["p99", p99],
  ];
  const parts = named
    .filter((part): part is [string, number | string] => part[1] !== null)
    .map(([label, value]) =>
      `${label} ${isTime && !isOneDay ? dayOf(value) : valueText(value, 12)}`
    );
  if ((column.nans ?? 0) > 0) {
    parts.unshift(`${shareText(column.nans ?? 0, column.count)} NaN`);
  }
  return joinFitting([drawn, ...parts].filter(Boolean), GAP, room);
}

/** The day of a date or timestamp. */
function dayOf(value: unknown): string {
  return String(value).slice(0, 10);
}

/** The first parts that fit into a width. */
function joinFitting(
  parts: readonly string[],
  separator: string,
  width: number,
): string {
  let line = "";
  for (const part of parts) {
    const longer = line === "" ? part : line + separator + part;
    if (displayWidth(longer) > width) break;
    line = longer;
  }
  return line;
}

/** The most frequent texts with their shares. */
function topLine({ top, count, distinct }: ProfileColumn, width: number) {
  if (top.length === 0) return "";
  const isUnique = distinct === count && top[0]!.count === 1;
  const longest = Math.max(12, Math.floor(width / 2) - 8);
  const parts = top.map(({ value, count: times }) => {
    const text = value === "" ? '""' : fit(String(value), longest);
    return isUnique ? text : `${text} ${shareText(times, count)}`;
  });
  return joinFitting(isUnique ? ["for instance", ...parts] : parts, GAP, width);
}

/** Where the values lie between the smallest and the largest. */
function boxOf({ quantiles, min, max }: ProfileColumn, width: number): string {
  const [low, high] = [placeOf(min), placeOf(max)];
  const { p25, p50, p75 } = quantiles!;
  const at = (value: unknown) => {
    const share = (placeOf(value) - low) / (high - low);
    return Math.round(Math.min(Math.max(share, 0), 1) * (width - 1));
  };
  const [from, middle, to] = [at(p25), at(p50), at(p75)];
  if (![from, middle, to].every(Number.isFinite)) return "";
  let drawn = "";
  for (let x = 0; x < width; x++) {
    if (x === middle) drawn += "┃";
    else if (x >= from && x <= to) drawn += "━";
    else drawn += x === 0 ? "├" : x === width - 1 ? "┤" : "─";
  }
  return drawn;
}

/** A value as a place on a line. */
function placeOf(value: unknown): number {
  if (typeof value !== "string") return Number(value);
  const isLocal = value.length > 10 && !value.endsWith("Z");
  return Date.parse(isLocal ? `${value}Z` : value);
}

function noteLines({ columns }: ProfileReport, layout: Layout): string[] {
  const notes: string[] = [];
  const hasBox = columns.some((column) =>
    column.quantiles !== undefined && column.min !== column.max
  );
  if (hasBox) {
    notes.push("├─━━┃━━─┤ min, middle half of the values with median, max");
  }
  const estimates = estimateNotes(columns);
  if (estimates.length > 0) notes.push(estimates.join("; "));
  if (notes.length === 0) return [];
  const lines = notes.flatMap((note) => wrap(note, layout.width));
  return ["", ...lines.map((line) => layout.paint("dim", line))];
}
