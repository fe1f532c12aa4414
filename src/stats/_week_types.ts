/**
 * What the kernels of `week` take and give. Weeks and projects are whole
 * numbers here; what they stand for is known to `_week_columns.ts` alone.
 *
 * @module
 */

/** Numbers that a kernel reads one a row. */
export type Reals = Int32Array<ArrayBuffer> | Float64Array<ArrayBuffer>;

/** A bitmap, or none where nothing is null. */
export type Validity = Uint8Array<ArrayBuffer> | undefined;

/** Tasks in columns. */
export interface TaskArrays {
  /** How many tasks there are. */
  readonly rows: number;
  /** A whole number for the week of each task. */
  readonly weeks: Int32Array<ArrayBuffer>;
  readonly weekValidity: Validity;
  /** Weeks are codes from 0 below this; -1: any number may stand there. */
  readonly weekCodes: number;
  /** Seconds. */
  readonly durations: Reals;
  readonly durationValidity: Validity;
  readonly scores: Reals;
  readonly scoreValidity: Validity;
  /** A code for the project of each task. */
  readonly projects: Int32Array<ArrayBuffer>;
  readonly projectValidity: Validity;
  /** Codes of projects are below this. */
  readonly projectCodes: number;
}

/** Numbers of a week in {@linkcode WeekSums.weeks}. */
export const WEEK_FIELDS = 7;
/** Numbers of a cell in {@linkcode WeekSums.cells}. */
export const CELL_FIELDS = 4;

/** Why a row cannot be counted; the numbers are those of the boundary. */
export const FAULTS = {
  weekMissing: 1,
  durationMissing: 2,
  durationInvalid: 3,
  scoreInvalid: 4,
  weekCode: 5,
  projectCode: 6,
} as const;

/** The first row that cannot be counted. */
export interface TaskFault {
  readonly row: number;
  readonly kind: number;
}

/** What a kernel gives: sums by week, and by week and project. */
export interface WeekSums {
  /** The first row that cannot be counted; the sums mean nothing then. */
  readonly fault: TaskFault | null;
  /**
   * For each week: its number, tasks, seconds, tasks with a score, the sum of
   * the scores, of the hours that weigh them, and of both multiplied.
   */
  readonly weeks: Float64Array<ArrayBuffer>;
  /** For each pair that occurs: the week's number, project, tasks, seconds. */
  readonly cells: Float64Array<ArrayBuffer>;
}

/** Hours of a task that count at most. */
export const HOURS_MAX = 8;
/** Seconds of an hour. */
export const HOUR_SECONDS = 3600;
