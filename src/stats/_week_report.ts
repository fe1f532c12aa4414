/**
 * From the sums of weeks to their statistics: names, order, quotients; here
 * alone for both engines and both forms of input.
 *
 * @module
 */

import { compareTexts } from "./_text_order.ts";
import { CELL_FIELDS, WEEK_FIELDS, type WeekSums } from "./_week_types.ts";
import type { ProjectStats, WeekStats } from "./week.ts";

/** What the numbers of weeks and projects stand for. */
export interface Labels {
  /** The week of a number: a number, or a text. */
  readonly week: (key: number) => number | string;
  /** The project of a code. */
  readonly project: (code: number) => string;
}

/** Sums of one week while its statistics are made. */
interface Gathered {
  week: number | string;
  /** Tasks, seconds, scored, scores, hours, scores times hours. */
  sums: number[];
  projects: Map<string, ProjectStats>;
}

/**
 * The statistics of weeks.
 *
 * @param sums What a kernel computed.
 * @param labels What its numbers stand for.
 * @param only The one week that is wanted, if any.
 * @returns The weeks in order, each with its projects in order.
 */
export function weekReport(
  { weeks, cells }: WeekSums,
  labels: Labels,
  only: number | string | undefined,
): WeekStats[] {
  const byWeek = new Map<number | string, Gathered>();
  for (let at = 0; at < weeks.length; at += WEEK_FIELDS) {
    const week = labels.week(weeks[at]!);
    const sums = [...weeks.subarray(at + 1, at + WEEK_FIELDS)];
    const known = byWeek.get(week);
    // Two codes may have the same text in a table made by hand.
    if (known === undefined) {
      byWeek.set(week, { week, sums, projects: new Map() });
    } else sums.forEach((sum, index) => known.sums[index]! += sum);
  }
  for (let at = 0; at < cells.length; at += CELL_FIELDS) {
    const name = labels.project(cells[at + 1]!);
    // An empty project is none.
    if (name === "") continue;
    const { projects } = byWeek.get(labels.week(cells[at]!))!;
    const known = projects.get(name);
    projects.set(name, {
      name,
      count: (known?.count ?? 0) + cells[at + 2]!,
      seconds: (known?.seconds ?? 0) + cells[at + 3]!,
    });
  }
  const order = [...numbered([...byWeek.values()])];
  const found = order.map(statsOf).sort((a, b) => compareWeeks(a.week, b.week));
  if (only === undefined) return found;
  return found.filter(({ week }) => String(week) === String(only));
}

/** Texts that all are integers count as numbers, else numbers as texts. */
function numbered(weeks: Gathered[]): Gathered[] {
  const areNumbers = weeks.every(({ week }) =>
    typeof week === "number" || isInteger(week)
  );
  const areTexts = weeks.some(({ week }) => typeof week === "string");
  if (!areTexts) return weeks;
  for (const one of weeks) {
    one.week = areNumbers ? Number(one.week) : String(one.week);
  }
  return weeks;
}

function isInteger(text: string): boolean {
  const value = Number(text);
  return Number.isSafeInteger(value) && String(value) === text;
}

function statsOf({ week, sums, projects }: Gathered): WeekStats {
  const [tasks = 0, seconds = 0, scored = 0, scores = 0, hours = 0] = sums;
  const weighted = sums[5] ?? 0;
  return {
    week,
    totalTasks: tasks,
    totalSeconds: seconds,
    meanSeconds: seconds / tasks,
    meanScore: scored === 0 ? null : scores / scored,
    productivity: hours === 0 ? 0 : weighted / hours * 20,
    projects: [...projects.values()]
      .sort((a, b) => compareTexts(a.name, b.name)),
  };
}

function compareWeeks(a: number | string, b: number | string): number {
  if (typeof a === "number" && typeof b === "number") return a - b;
  return compareTexts(String(a), String(b));
}
