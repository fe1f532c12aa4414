/**
 * Week statistics over columns against a loop written by hand for just these
 * columns: one pass over typed arrays, no objects, no checks, weeks and
 * projects known to be small numbers.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import {
  type TaskColumns,
  weekColumnsSync,
  type WeekStats,
} from "../../src/stats/mod.ts";
import { PROJECTS, taskColumns, WEEKS } from "../data/tasks.ts";
import type { VersusCase } from "./_case.ts";

const ROWS = 1_000_000;

/** The sums of a week. */
const FIELDS = 6;

/** One pass over the columns, then the quotients and names. */
function byHand({ week, duration, score, project }: TaskColumns): WeekStats[] {
  const [weeks, durations] = [week.data, duration.data] as Int32Array[];
  const [scores, projects] = [score.data, project.data] as Int32Array[];
  const [scored, named] = [score.validity!, project.validity!];
  const sums = new Float64Array((WEEKS + 1) * FIELDS);
  const counts = new Int32Array((WEEKS + 1) * PROJECTS);
  const times = new Float64Array((WEEKS + 1) * PROJECTS);
  const rows = weeks!.length;
  for (let row = 0; row < rows; row++) {
    const at = weeks![row]! * FIELDS;
    const seconds = durations![row]!;
    sums[at]! += 1;
    sums[at + 1]! += seconds;
    if (scored[row >> 3]! & (1 << (row & 7))) {
      const weight = Math.min(seconds / 3600, 8);
      sums[at + 2]! += 1;
      sums[at + 3]! += scores![row]!;
      sums[at + 4]! += weight;
      sums[at + 5]! += scores![row]! * weight;
    }
    if (named[row >> 3]! & (1 << (row & 7))) {
      const cell = weeks![row]! * PROJECTS + projects![row]!;
      counts[cell]! += 1;
      times[cell]! += seconds;
    }
  }
  const names = Array.from({ length: PROJECTS }, (_, code) => `p${code}`);
  // The names are ASCII: their order in UTF-16 is that of their bytes.
  const order = names.map((_, code) => code)
    .sort((a, b) => names[a]! < names[b]! ? -1 : 1);
  const found: WeekStats[] = [];
  for (let one = 0; one <= WEEKS; one++) {
    const [tasks, seconds, scoredTasks, total, hours, products] = sums
      .subarray(one * FIELDS, one * FIELDS + FIELDS) as unknown as number[];
    if (tasks === 0) continue;
    found.push({
      week: one,
      totalTasks: tasks!,
      totalSeconds: seconds!,
      meanSeconds: seconds! / tasks!,
      meanScore: scoredTasks === 0 ? null : total! / scoredTasks!,
      productivity: hours === 0 ? 0 : products! / hours! * 20,
      projects: order
        .map((code) => ({
          name: names[code]!,
          count: counts[one * PROJECTS + code]!,
          seconds: times[one * PROJECTS + code]!,
        }))
        .filter(({ count }) => count > 0),
    });
  }
  return found;
}

function sameWeeks(ours: unknown, theirs: unknown): boolean {
  try {
    assertEquals(ours, theirs);
    return true;
  } catch {
    return false;
  }
}

/** The comparison of week statistics with a loop written by hand. */
export const CASES: readonly VersusCase[] = [{
  name: `stats.week of ${ROWS / 1e6} M tasks in columns, native`,
  rival: "a TypeScript loop over the same columns",
  target: 1 / 2.5,
  pairs: 15,
  note: "the loop knows weeks and projects beforehand and checks nothing",
  rivalVersion: () => Promise.resolve(`Deno ${Deno.version.deno}`),
  prepare() {
    const tasks = taskColumns(ROWS, 1);
    return Promise.resolve({
      ours: () => Promise.resolve(weekColumnsSync(tasks, { engine: "native" })),
      theirs: () => Promise.resolve(byHand(tasks)),
      equal: sameWeeks,
    });
  },
}];
