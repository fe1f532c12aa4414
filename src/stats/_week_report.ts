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
  readonly sums: Float64Array;
  /** Tasks and seconds by the rank of the project. */
  readonly projects: Map<number, Tally>;
}

/** Tasks of a project. */
interface Tally {
  count: number;
  seconds: number;
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
  // Two codes may have the same text in a table made by hand.
  const byWeek = new Map<number | string, Gathered>();
  const byKey = new Map<number, Gathered>();
  for (let at = 0; at < weeks.length; at += WEEK_FIELDS) {
    const week = labels.week(weeks[at]!);
    const sums = weeks.subarray(at + 1, at + WEEK_FIELDS);
    let known = byWeek.get(week);
    if (known !== undefined) {
      for (let i = 0; i < sums.length; i++) known.sums[i]! += sums[i]!;
    } else {
      known = { week, sums: sums.slice(), projects: new Map() };
      byWeek.set(week, known);
    }
    byKey.set(weeks[at]!, known);
  }
  const { names, rankOf } = rankedProjects(cells, labels);
  for (let at = 0; at < cells.length; at += CELL_FIELDS) {
    const rank = rankOf.get(cells[at + 1]!)!;
    // An empty project is none.
    if (names[rank] === "") continue;
    const { projects } = byKey.get(cells[at]!)!;
    const [count, seconds] = [cells[at + 2]!, cells[at + 3]!];
    const known = projects.get(rank);
    if (known === undefined) projects.set(rank, { count, seconds });
    else {
      known.count += count;
      known.seconds += seconds;
    }
  }
  const found = numbered([...byWeek.values()])
    .map((one) => statsOf(one, names))
    .sort((a, b) => compareWeeks(a.week, b.week));
  if (only === undefined) return found;
  return found.filter(({ week }) => String(week) === String(only));
}

/** Names in order, and the place of each code's name among them. */
function rankedProjects(
  cells: Float64Array,
  { project }: Labels,
): { names: string[]; rankOf: Map<number, number> } {
  const nameOf = new Map<number, string>();
  for (let at = 0; at < cells.length; at += CELL_FIELDS) {
    const code = cells[at + 1]!;
    if (!nameOf.has(code)) nameOf.set(code, project(code));
  }
  const names = [...new Set(nameOf.values())].sort(compareTexts);
  const ranks = new Map(names.map((name, rank) => [name, rank]));
  const rankOf = new Map<number, number>();
  for (const [code, name] of nameOf) rankOf.set(code, ranks.get(name)!);
  return { names, rankOf };
}

/** Texts that all are integers count as numbers, else numbers as texts. */
function numbered(weeks: Gathered[]): Gathered[] {
  const areNumbers = weeks.every(({ week }) =>
    typeof week === "number" || isInteger(week)
  );
  for (const one of weeks) {
    one.week = areNumbers ? Number(one.week) : String(one.week);
  }
  return weeks;
}

function isInteger(text: string): boolean {
  const value = Number(text);
  return Number.isSafeInteger(value) && String(value) === text;
}

function statsOf(
  { week, sums, projects }: Gathered,
  names: readonly string[],
): WeekStats {
  const [tasks, seconds, scored] = [sums[0]!, sums[1]!, sums[2]!];
  const [scores, hours, products] = [sums[3]!, sums[4]!, sums[5]!];
  const ranks = Uint32Array.from(projects.keys()).sort();
  return {
    week,
    totalTasks: tasks,
    totalSeconds: seconds,
    meanSeconds: seconds / tasks,
    meanScore: scored === 0 ? null : scores / scored,
    productivity: hours === 0 ? 0 : products / hours * 20,
    projects: Array.from(ranks, (rank): ProjectStats => {
      const { count, seconds } = projects.get(rank)!;
      return { name: names[rank]!, count, seconds };
    }),
  };
}

function compareWeeks(a: number | string, b: number | string): number {
  if (typeof a === "number" && typeof b === "number") return a - b;
  return compareTexts(String(a), String(b));
}
