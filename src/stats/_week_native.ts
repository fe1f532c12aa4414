/**
 * The native engine of `week`: the columns go over, the sums come back.
 *
 * @module
 */

import { checkStatus } from "../../ffi/call.ts";
import { Control } from "../../ffi/control.ts";
import type { Native } from "../backend.ts";
import {
  CELL_FIELDS,
  type Reals,
  type TaskArrays,
  WEEK_FIELDS,
  type WeekSums,
} from "./_week_types.ts";

/** The kernel's name in messages. */
const KERNEL = "stats.week";

/** Up to here a call at once takes less than 1 ms. */
const SYNC_ROWS_MAX = 1 << 17;

/** Room at first; where it is too small, the kernel says what it needs. */
const WEEKS_MAX = 256;
const CELLS_MAX = 1 << 14;

const HEAD = 4;

/** Arguments of `fp_stats_week`, in order. */
type Arguments = Parameters<Native["fp_stats_week"]>;

/** The outputs of a call. */
interface Outputs {
  /** Weeks and cells needed, the row at fault and what is wrong there. */
  readonly head: Float64Array<ArrayBuffer>;
  readonly weeks: Float64Array<ArrayBuffer>;
  readonly cells: Float64Array<ArrayBuffer>;
}

/**
 * Sums up tasks, beside the JavaScript thread where it takes long.
 *
 * @param native The library.
 * @param tasks The tasks.
 * @param signal Stops the work.
 * @returns The sums, or the first row that cannot be counted.
 * @throws {NativePanic} If the kernel panicked.
 * @throws {FastpathError} If memory ran out.
 * @throws The signal's reason if it is aborted.
 */
export async function weekSumsNative(
  native: Native,
  tasks: TaskArrays,
  signal: AbortSignal | undefined,
): Promise<WeekSums> {
  if (tasks.rows <= SYNC_ROWS_MAX) return weekSumsNativeSync(native, tasks);
  using control = new Control({ signal });
  const { fp_stats_week_async } = native;
  let outputs = firstRoom(tasks);
  while (true) {
    const given = argumentsOf(tasks, outputs, control.cells);
    checkStatus(await fp_stats_week_async(...given), KERNEL, { signal });
    if (fits(outputs)) return sumsOf(outputs);
    outputs = room(outputs.head[0]!, outputs.head[1]!);
  }
}

/**
 * Sums up tasks, at once.
 *
 * @param native The library.
 * @param tasks The tasks.
 * @returns The sums, or the first row that cannot be counted.
 * @throws {NativePanic} If the kernel panicked.
 * @throws {FastpathError} If memory ran out.
 */
export function weekSumsNativeSync(
  native: Native,
  tasks: TaskArrays,
): WeekSums {
  let outputs = firstRoom(tasks);
  while (true) {
    const given = argumentsOf(tasks, outputs, null);
    checkStatus(native.fp_stats_week(...given), KERNEL);
    if (fits(outputs)) return sumsOf(outputs);
    outputs = room(outputs.head[0]!, outputs.head[1]!);
  }
}

/** There are no more weeks, and no more pairs, than tasks. */
function firstRoom({ rows, weekCodes, projectCodes }: TaskArrays): Outputs {
  const weeks = weekCodes < 0 ? WEEKS_MAX : Math.min(weekCodes, WEEKS_MAX);
  const cells = Math.min(weeks * projectCodes, CELLS_MAX);
  return room(Math.min(rows, weeks), Math.min(rows, cells));
}

function room(weeks: number, cells: number): Outputs {
  return {
    head: new Float64Array(HEAD),
    weeks: new Float64Array(weeks * WEEK_FIELDS),
    cells: new Float64Array(cells * CELL_FIELDS),
  };
}

/** Whether the sums had room; the kernel writes none where they have not. */
function fits({ head, weeks, cells }: Outputs): boolean {
  return head[0]! * WEEK_FIELDS <= weeks.length &&
    head[1]! * CELL_FIELDS <= cells.length;
}

function sumsOf({ head, weeks, cells }: Outputs): WeekSums {
  const [usedWeeks = 0, usedCells = 0, row = 0, kind = 0] = head;
  return {
    fault: kind === 0 ? null : { row, kind },
    weeks: weeks.subarray(0, usedWeeks * WEEK_FIELDS),
    cells: cells.subarray(0, usedCells * CELL_FIELDS),
  };
}

function argumentsOf(
  tasks: TaskArrays,
  outputs: Outputs,
  control: Int32Array<SharedArrayBuffer> | null,
): Arguments {
  const { rows, weeks, weekValidity, weekCodes } = tasks;
  const { durations, durationValidity, scores, scoreValidity } = tasks;
  const { projects, projectValidity, projectCodes } = tasks;
  for (const array of [weeks, durations, scores, projects]) {
    if (array.length !== rows) throw new Error(`${KERNEL}: lengths differ`);
  }
  return [
    rows,
    weeks,
    weekValidity ?? null,
    weekCodes,
    isFloat(durations),
    durations,
    durationValidity ?? null,
    isFloat(scores),
    scores,
    scoreValidity ?? null,
    projects,
    projectValidity ?? null,
    projectCodes,
    control,
    control?.length ?? 0,
    outputs.head,
    outputs.head.byteLength,
    outputs.weeks,
    outputs.weeks.byteLength,
    outputs.cells,
    outputs.cells.byteLength,
  ];
}

/** 1 for f64, 0 for i32. */
function isFloat(numbers: Reals): number {
  return numbers instanceof Float64Array ? 1 : 0;
}
