/**
 * The week statistics of a task tracker, from objects and from columns.
 *
 * @module
 */

import {
  engineFor,
  engineForAsync,
  type EngineMode,
  type Native,
  recover,
} from "../backend.ts";
import { Pace } from "../pace.ts";
import { Column } from "../table/column.ts";
import { Table } from "../table/table.ts";
import { describe } from "./_numbers.ts";
import {
  type NeededColumns,
  prepareColumns,
  type PreparedTasks,
  prepareObjects,
} from "./_week_columns.ts";
import { weekSumsNative, weekSumsNativeSync } from "./_week_native.ts";
import { weekReport } from "./_week_report.ts";
import { weekSums } from "./_week_ts.ts";
import type { WeekSums } from "./_week_types.ts";

/** A task of a tracker. */
export interface Task {
  /** What names it; no figure needs it. */
  readonly id?: string | number;
  /** The week it belongs to: a number, or a text such as `2026-W47`. */
  readonly week: number | string;
  /** How long it took, in seconds; not negative. */
  readonly duration: number;
  /** Its score; null or absent where it has none. */
  readonly score?: number | null;
  /** Its project; null, absent or empty where it has none. */
  readonly project?: string | null;
  /** When it was audited; no figure needs it. */
  readonly audited?: string | Date | null;
}

/** Tasks in columns of the same length; see {@linkcode Task}. */
export interface TaskColumns {
  /** What names the tasks; no figure needs it. */
  readonly id?: Column;
  /** Weeks: numbers or texts. */
  readonly week: Column;
  /** Seconds (i32, i64, f64), or texts `HH:MM:SS` or of seconds (utf8). */
  readonly duration: Column;
  /** Scores: numbers and nulls. */
  readonly score: Column;
  /** Projects; a null or an empty text is none. */
  readonly project: Column;
  /** When the tasks were audited; no figure needs it. */
  readonly audited?: Column;
}

/** The tasks of a project in a week. */
export interface ProjectStats {
  /** The project. */
  readonly name: string;
  /** Its tasks. */
  readonly count: number;
  /** Their duration together, in seconds. */
  readonly seconds: number;
}

/** The statistics of a week. */
export interface WeekStats {
  /** The week: a number where all weeks are numbers, else a text. */
  readonly week: number | string;
  /** Its tasks. */
  readonly totalTasks: number;
  /** Their duration together, in seconds. */
  readonly totalSeconds: number;
  /** Their mean duration, in seconds. */
  readonly meanSeconds: number;
  /** The mean score of the tasks that have one; null without such tasks. */
  readonly meanScore: number | null;
  /**
   * Over the tasks with a score: the sum of score times w, by the sum of w,
   * times 20, where w is the task's hours, at most 8; 0 where w sums to 0.
   */
  readonly productivity: number;
  /** The projects by the UTF-8 bytes of their names. */
  readonly projects: readonly ProjectStats[];
}

/** Options of `week` and `weekColumnsSync`. */
export interface WeekOptions {
  /** The one week that is wanted; default: all. */
  readonly week?: number | string;
  /** Which engine works; default: the backend's choice. */
  readonly engine?: EngineMode;
}

/** Options of `weekColumns`. */
export interface WeekColumnsOptions extends WeekOptions {
  /** Stops the work; `weekColumns` then throws the signal's reason. */
  readonly signal?: AbortSignal;
}

/**
 * The statistics of tasks by week, all weeks in one pass. Weeks come in
 * numeric order where all are numbers (or texts of integers), else by UTF-8
 * bytes; a week without a task is not there. Formulas stand in
 * `docs/statistics.md`.
 *
 * @param tasks The tasks.
 * @param options One week alone, the engine.
 * @returns The weeks in order; at most one where one is asked for.
 * @throws {TypeError} If a task or an option has the wrong type.
 * @throws {RangeError} If a duration is negative or a number is not finite.
 *
 * @example Two weeks of tasks
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { week } from "@fastpath/fastpath";
 *
 * const weeks = week([
 *   { week: 10, duration: 7200, score: 4, project: "api" },
 *   { week: 9, duration: 1800, project: null },
 *   { week: 10, duration: 3600, score: 1, project: "api" },
 * ]);
 * assertEquals(weeks.map((one) => one.week), [9, 10]);
 * assertEquals(weeks[1], {
 *   week: 10,
 *   totalTasks: 2,
 *   totalSeconds: 10800,
 *   meanSeconds: 5400,
 *   meanScore: 2.5,
 *   productivity: 60, // (4 * 2 + 1 * 1) / (2 + 1) * 20
 *   projects: [{ name: "api", count: 2, seconds: 10800 }],
 * });
 * ```
 */
export function week(
  tasks: Iterable<Task>,
  options: WeekOptions = {},
): WeekStats[] {
  checkOptions(options);
  return atOnce(prepareObjects(tasks), options);
}

/**
 * The statistics of tasks in columns by week; see {@linkcode week}. Objects
 * are never made, so it is the fast form for tables.
 *
 * @param tasks A table with the columns week, duration, score and project, or
 * these columns.
 * @param options One week alone, the engine, a signal.
 * @returns The weeks in order; at most one where one is asked for.
 * @throws {TypeError} If a column or an option has the wrong type.
 * @throws {RangeError} If a column is missing, a week or duration is null, a
 * duration is negative or a number is not finite; the message names the row.
 * @throws {FastpathError} If memory runs out, or the native library is
 * required but absent.
 * @throws The signal's reason if it is aborted.
 *
 * @example From a CSV
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { readCsv, weekColumns } from "@fastpath/fastpath";
 *
 * const bytes = new TextEncoder().encode(
 *   "id,week,duration,score,project,audited\n" +
 *     "1,47,01:30:00,5,web,2026-11-20\n" +
 *     "2,47,00:30:00,,,\n",
 * );
 * const [stats] = await weekColumns(await readCsv(bytes));
 * assertEquals(stats?.totalSeconds, 7200);
 * assertEquals(stats?.projects, [{ name: "web", count: 1, seconds: 5400 }]);
 * ```
 */
export async function weekColumns(
  tasks: Table | TaskColumns,
  options: WeekColumnsOptions = {},
): Promise<WeekStats[]> {
  checkOptions(options);
  const { signal, engine } = options;
  signal?.throwIfAborted();
  const prepared = prepareColumns(neededColumns(tasks), engine);
  const { rows } = prepared.tasks;
  const native = await engineForAsync("stats.week", rows, engine);
  let sums: WeekSums | undefined;
  if (native !== null) {
    try {
      sums = await weekSumsNative(native, prepared.tasks, signal);
      signal?.throwIfAborted();
    } catch (error) {
      recover(error, engine);
    }
  }
  sums ??= await paced(prepared, signal);
  return report(prepared, sums, options);
}

/**
 * Like {@linkcode weekColumns}, without giving up the thread: for small
 * tables and for programs that have nothing else to do.
 *
 * @param tasks A table with the columns week, duration, score and project, or
 * these columns.
 * @param options One week alone, the engine.
 * @returns The weeks in order; at most one where one is asked for.
 * @throws {TypeError} If a column or an option has the wrong type.
 * @throws {RangeError} If a column is missing, a week or duration is null, a
 * duration is negative or a number is not finite; the message names the row.
 * @throws {FastpathError} If memory runs out, or the native library is
 * required but absent.
 *
 * @example One week
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { columnOf, weekColumnsSync } from "@fastpath/fastpath";
 *
 * const found = weekColumnsSync({
 *   week: columnOf("i32", [46, 47, 47]),
 *   duration: columnOf("f64", [60, 30, 90]),
 *   score: columnOf("i32", [null, 5, null]),
 *   project: columnOf("utf8", [null, "web", "web"]),
 * }, { week: 47 });
 * assertEquals(found.map((one) => one.meanSeconds), [60]);
 * ```
 */
export function weekColumnsSync(
  tasks: Table | TaskColumns,
  options: WeekOptions = {},
): WeekStats[] {
  checkOptions(options);
  return atOnce(
    prepareColumns(neededColumns(tasks), options.engine),
    options,
  );
}

function atOnce(prepared: PreparedTasks, options: WeekOptions): WeekStats[] {
  const { tasks } = prepared;
  const native = engineFor("stats.week", tasks.rows, options.engine);
  const sums = sumsNatively(native, prepared, options) ?? sumsAtOnce(prepared);
  return report(prepared, sums, options);
}

function sumsNatively(
  native: Native | null,
  { tasks }: PreparedTasks,
  { engine }: WeekOptions,
): WeekSums | undefined {
  if (native === null) return undefined;
  try {
    return weekSumsNativeSync(native, tasks);
  } catch (error) {
    recover(error, engine);
    return undefined;
  }
}

function sumsAtOnce({ tasks }: PreparedTasks): WeekSums {
  const steps = weekSums(tasks);
  while (true) {
    const { value, done } = steps.next();
    if (done) return value;
  }
}

async function paced(
  { tasks }: PreparedTasks,
  signal: AbortSignal | undefined,
): Promise<WeekSums> {
  const pace = new Pace(signal);
  const steps = weekSums(tasks);
  while (true) {
    const { value, done } = steps.next();
    if (done) return value;
    if (pace.due()) await pace.rest();
  }
}

function report(
  { labels, errorOf }: PreparedTasks,
  sums: WeekSums,
  options: WeekOptions,
): WeekStats[] {
  if (sums.fault !== null) throw errorOf(sums.fault);
  return weekReport(sums, labels, options.week);
}

function checkOptions({ week, signal }: WeekColumnsOptions): void {
  const isWeek = week === undefined || typeof week === "number" ||
    typeof week === "string";
  if (!isWeek) {
    throw new TypeError(
      "Cannot compute week statistics: the option week must be a number or " +
        `a string, found ${describe(week)}`,
    );
  }
  if (signal !== undefined && !(signal instanceof AbortSignal)) {
    throw new TypeError(
      "Cannot compute week statistics: the option signal is no AbortSignal",
    );
  }
}

const NEEDED = ["week", "duration", "score", "project"] as const;

function neededColumns(tasks: Table | TaskColumns): NeededColumns {
  if (typeof tasks !== "object" || tasks === null) {
    throw new TypeError(
      "Cannot compute week statistics: expected a Table or an object of " +
        `columns, found ${describe(tasks)}`,
    );
  }
  const names = tasks instanceof Table ? tasks.columnNames : Object.keys(tasks);
  const missing = NEEDED.filter((name) => !names.includes(name));
  if (missing.length > 0) {
    throw new RangeError(
      `Cannot compute week statistics: ${missingColumns(missing, names)}`,
    );
  }
  const [week, duration, score, project] = NEEDED.map((name) =>
    tasks instanceof Table ? tasks.column(name) : columnIn(tasks, name)
  ) as [Column, Column, Column, Column];
  for (const column of [duration, score, project]) {
    if (column.length === week.length) continue;
    throw new RangeError(
      "Cannot compute week statistics: the columns have " +
        `${week.length} and ${column.length} rows`,
    );
  }
  return { week, duration, score, project };
}

function columnIn(
  tasks: TaskColumns,
  name: typeof NEEDED[number],
): Column {
  const column: unknown = tasks[name];
  if (column instanceof Column) return column;
  throw new TypeError(
    `Cannot compute week statistics: ${name} must be a Column, found ` +
      describe(column),
  );
}

/** Which columns are missing, and which there are. */
function missingColumns(
  missing: readonly string[],
  names: readonly string[],
): string {
  const quoted = (list: readonly string[]) =>
    list.map((name) => JSON.stringify(name)).join(", ");
  const found = names.length === 0 ? "none" : quoted(names.slice(0, 20));
  return `no column ${quoted(missing)}, found ${found}`;
}
