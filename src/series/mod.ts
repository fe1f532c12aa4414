/**
 * Series of events over time.
 *
 * {@linkcode timeline} merges changes by timestamp, or by hour, day, ISO
 * week, month, quarter or year of a time zone, and adds up a running total.
 *
 * @example Months with a rolling mean
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { timeline } from "@fastpath/fastpath/series";
 *
 * const table = await timeline([
 *   { timestamp: "2024-01-31", change: 10 },
 *   { timestamp: "2024-03-01", change: 20 },
 * ], { by: "month", fill: true, rolling: [2] });
 * assertEquals(table.column("total").toArray(), [10, 10, 30]);
 * assertEquals(table.column("mean2").toArray(), [null, 5, 10]);
 * ```
 *
 * @module
 */

export { timeline, timelineSync } from "./timeline.ts";
export type { TimelineInput } from "./_events.ts";
export type {
  TimelineColumns,
  TimelineEvent,
  TimelineOptions,
  TimelinePeriod,
  TimelineShape,
  TimelineSyncOptions,
} from "./options.ts";
