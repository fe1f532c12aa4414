/**
 * What a kernel is asked and what it gives: the same for both engines.
 *
 * @module
 */

import { Column } from "../table/column.ts";
import type { Events } from "./_events.ts";
import { EventFault } from "./_faults.ts";

/** What a kernel is asked. */
export interface Job
  extends Pick<Events, "rows" | "times" | "changes" | "validity"> {
  /** The period's number, 0 for none. Hours of days are not asked for. */
  readonly by: number;
  /** The entries of the zone's table (see `_zone.ts`). */
  readonly zone: Float64Array<ArrayBuffer>;
  /** The place of each row's type in the order of types. */
  readonly ranks: Uint32Array<ArrayBuffer> | null;
  /** How many types there are; 1 without types. */
  readonly groups: number;
  /** Whether the times and the result's starts are points in time. */
  readonly zoned: boolean;
  /** No time is before this second, or after the other. */
  readonly first: number;
  readonly last: number;
}

/** Exact sums of integers, or sums of floats. */
export type Sums = BigInt64Array<ArrayBuffer> | Float64Array<ArrayBuffer>;

/** Days or microseconds. */
export type Starts = Int32Array<ArrayBuffer> | BigInt64Array<ArrayBuffer>;

/** One row per timestamp or period (and type), in order. */
export interface Rows {
  readonly starts: Starts;
  readonly changes: Sums;
  readonly totals: Sums;
  /** Places of the types; null without types. */
  readonly ranks: Uint32Array<ArrayBuffer> | null;
}

/** Numbers of the periods that kernels tell apart. */
export const BY_HOUR = 1;
export const BY_DAY = 2;
export const BY_WEEK = 3;
export const BY_MONTH = 4;
export const BY_QUARTER = 5;

/**
 * The error of a sum that 64 bits do not hold.
 *
 * @param sum Which one.
 * @param starts The start of the row alone.
 * @param zoned Whether it is a point in time.
 * @param event The event to blame; -1 where there is none.
 */
export function sumFault(
  sum: string,
  starts: Starts,
  zoned: boolean,
  event: number,
): EventFault {
  const at = timeColumn(starts, zoned).value(0) as string;
  return new EventFault("SUM_TOO_LARGE", event, { column: "change", sum, at });
}

/** Starts as a column. */
export function timeColumn(
  starts: Starts,
  zoned: boolean,
): Column<"date"> | Column<"timestamp"> {
  const { length } = starts;
  return starts instanceof Int32Array
    ? new Column({ type: "date", length, data: starts })
    : new Column({ type: "timestamp", zoned, length, data: starts });
}

/** Sums as a column. */
export function sumColumn(sums: Sums): Column<"f64"> | Column<"i64"> {
  const { length } = sums;
  return sums instanceof Float64Array
    ? new Column({ type: "f64", length, data: sums })
    : new Column({ type: "i64", length, data: sums });
}
