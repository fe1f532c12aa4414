/**
 * From the sums of weeks to their statistics: names, order, quotients; here
 * alone for both engines and both forms of input.
 *
 * @module
 */

import { compareTexts } from "../values/text_order.ts";
import { CELL_FIELDS, WEEK_FIELDS, type WeekSums } from "./_week_types.ts";
import type { WeekStats } from "./week.ts";

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
  /** Its projects so far, by their ranks. */
  readonly projects: Tally[];
}

/** A project's statistics before they are handed out. */
interface Tally {
  readonly name: string;
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
      known = { week, sums: sums.slice(), projects: [] };
      byWeek.set(week, known);
    }
    byKey.set(weeks[at]!, known);
  }
  addProjects(cells, labels, byKey);
  const found = numbered([...byWeek.values()])
    .map(statsOf)
    .sort((a, b) => compareWeeks(a.week, b.week));
  if (only === undefined) return found;
  return found.filter(({ week }) => String(week) === String(only));
}

/** Gives the weeks their projects, all in the order of the names. */
function addProjects(
  cells: Float64Array,
  labels: Labels,
  byKey: ReadonlyMap<number, Gathered>,
): void {
  const { names, rankOf } = rankedProjects(cells, labels);
  let key = NaN;
  let week: Gathered | undefined;
  for (const at of cellsByRank(cells, rankOf, names.length)) {
    const name = names[rankOf[cells[at + 1]!]!]!;
    // An empty project is none.
    if (name === "") continue;
    if (cells[at] !== key) week = byKey.get(key = cells[at]!);
    const { projects } = week!;
    const [count, seconds] = [cells[at + 2]!, cells[at + 3]!];
    const last = projects.at(-1);
    if (last?.name === name) {
      last.count += count;
      last.seconds += seconds;
    } else projects.push({ name, count, seconds });
  }
}

/** Names in order, and the place of each code's name among them. */
function rankedProjects(
  cells: Float64Array,
  { project }: Labels,
): { names: string[]; rankOf: Int32Array } {
  let codes = 0;
  for (let at = 1; at < cells.length; at += CELL_FIELDS) {
    codes = Math.max(codes, cells[at]! + 1);
  }
  const rankOf = new Int32Array(codes).fill(-1);
  const known: [code: number, name: string][] = [];
  for (let at = 1; at < cells.length; at += CELL_FIELDS) {
    const code = cells[at]!;
    if (rankOf[code]! >= 0) continue;
    rankOf[code] = 0;
    known.push([code, project(code)]);
  }
  known.sort(([, a], [, b]) => compareTexts(a, b));
  const names: string[] = [];
  for (const [code, name] of known) {
    if (names.at(-1) !== name) names.push(name);
    rankOf[code] = names.length - 1;
  }
  return { names, rankOf };
}

/** Where cells begin, by the rank of their project: a counting sort. */
function cellsByRank(
  cells: Float64Array,
  rankOf: Int32Array,
  ranks: number,
): Uint32Array {
  const ends = new Uint32Array(ranks + 1);
  for (let at = 1; at < cells.length; at += CELL_FIELDS) {
    ends[rankOf[cells[at]!]! + 1]! += 1;
  }
  for (let rank = 0; rank < ranks; rank++) ends[rank + 1]! += ends[rank]!;
  const order = new Uint32Array(cells.length / CELL_FIELDS);
  for (let at = 0; at < cells.length; at += CELL_FIELDS) {
    const rank = rankOf[cells[at + 1]!]!;
    order[ends[rank]!] = at;
    ends[rank]! += 1;
  }
  return order;
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

function statsOf({ week, sums, projects }: Gathered): WeekStats {
  const [tasks, seconds, scored] = [sums[0]!, sums[1]!, sums[2]!];
  const [scores, hours, products] = [sums[3]!, sums[4]!, sums[5]!];
  return {
    week,
    totalTasks: tasks,
    totalSeconds: seconds,
    meanSeconds: seconds / tasks,
    meanScore: scored === 0 ? null : scores / scored,
    productivity: hours === 0 ? 0 : products / hours * 20,
    projects,
  };
}

function compareWeeks(a: number | string, b: number | string): number {
  if (typeof a === "number" && typeof b === "number") return a - b;
  return compareTexts(String(a), String(b));
}
