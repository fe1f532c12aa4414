/**
 * Options of timelines, and what events and results look like.
 *
 * @module
 */

import type { EngineMode } from "../backend.ts";
import type { Column } from "../table/column.ts";
import type { TypeName } from "../table/schema.ts";

/** The length of a period. */
export type TimelinePeriod =
  | "hour"
  | "day"
  | "week"
  | "month"
  | "quarter"
  | "year";

/** Every period; a kernel knows it by its place, counted from 1. */
export const PERIODS: readonly TimelinePeriod[] = [
  "hour",
  "day",
  "week",
  "month",
  "quarter",
  "year",
];

/**
 * An event as an object. All timestamps of one call are of one kind: points
 * in time, or texts without a zone.
 */
export interface TimelineEvent {
  /**
   * When: a `Date`, milliseconds since 1970-01-01T00:00Z as `Date.now()`
   * gives them, or a text `YYYY-MM-DD[THH:MM[:SS[.ffffff]][Z|±HH:MM]]`.
   */
  readonly timestamp: Date | number | string;
  /**
   * By how much. All bigint: added up as 64-bit integers. All number: as
   * floats. Null is no change.
   */
  readonly change: number | bigint | null;
  /** Of what; looked at with `perType` alone. */
  readonly type?: string | null | undefined;
}

/** Events as columns of the same length. */
export interface TimelineColumns {
  /** When: date, timestamp, or utf8 that holds texts of these. */
  readonly timestamp: Column;
  /** By how much: i32, i64 or f64. Null is no change. */
  readonly change: Column;
  /** Of what: utf8, bool, i32, i64 or date; needed with `perType` alone. */
  readonly type?: Column;
}

/** What `timelineSync` may be told. */
export interface TimelineSyncOptions {
  /** Merges the events of each period; absent: of each timestamp. */
  readonly by?: TimelinePeriod;
  /**
   * The time zone whose calendar and clock divide the periods: an IANA name
   * such as `Europe/Berlin`, or an offset such as `+02:00`. Named, it is also
   * the zone of timestamps that have none. Default `UTC`.
   */
  readonly zone?: string;
  /**
   * Adds periods without events, from the first to the last, with the change
   * 0. Needs `by`. Default false.
   */
  readonly fill?: boolean;
  /** One running total per type. Default false. */
  readonly perType?: boolean;
  /**
   * Lengths of rolling windows, in periods: each adds the columns `sumN` and
   * `meanN`.
   */
  readonly rolling?: readonly number[];
  /** Which engine runs; default: the backend's choice. */
  readonly engine?: EngineMode;
}

/** What `timeline` may be told. */
export interface TimelineOptions extends TimelineSyncOptions {
  /** Stops the work; `timeline` then throws the signal's reason. */
  readonly signal?: AbortSignal;
}

/** Columns of a result. */
export type TimelineShape = {
  /** `type`, `sumN` and `meanN`, by option. */
  readonly [name: string]: TypeName;
  /** The timestamp or the period's start. */
  readonly timestamp: "timestamp" | "date";
  /** The sum of the changes; f64 where the changes are. */
  readonly change: "i64" | "f64";
  /** The sum of all changes up to here. */
  readonly total: "i64" | "f64";
};

/** Checked options. */
export interface TimelineSettings {
  /** The period's number, 0 for none. */
  readonly by: number;
  /** The zone as given, or null. */
  readonly zone: string | null;
  readonly fill: boolean;
  readonly perType: boolean;
  readonly rolling: readonly number[];
  readonly engine: EngineMode | undefined;
  readonly signal: AbortSignal | undefined;
}

/** The longest rolling window. */
export const WINDOW_MAX = 1024;
/** More rolling windows than this are refused. */
const WINDOWS_MAX = 16;

/**
 * Checks the options of a timeline.
 *
 * @throws {TypeError} If an option has the wrong type.
 * @throws {RangeError} If an option has a value that is not allowed.
 */
export function checkTimelineOptions(
  options: TimelineOptions,
): TimelineSettings {
  if (typeof options !== "object" || options === null) {
    throw new TypeError("Cannot make a timeline: the options are no object");
  }
  const { by, zone, rolling = [], signal, engine } = options;
  if (zone !== undefined && typeof zone !== "string") {
    throw wrongType("zone", "a string", zone);
  }
  if (signal !== undefined && !(signal instanceof AbortSignal)) {
    throw wrongType("signal", "an AbortSignal", signal);
  }
  const fill = flagOf("fill", options.fill);
  const period = periodOf(by);
  if (fill && period === 0) {
    throw new RangeError(
      "Cannot make a timeline: the option fill needs the option by, " +
        "which says what a gap is",
    );
  }
  return {
    by: period,
    zone: zone ?? null,
    fill,
    perType: flagOf("perType", options.perType),
    rolling: windowsOf(rolling),
    engine,
    signal,
  };
}

function periodOf(by: unknown): number {
  if (by === undefined) return 0;
  if (typeof by !== "string") throw wrongType("by", "a string", by);
  const at = PERIODS.indexOf(by as TimelinePeriod);
  if (at >= 0) return at + 1;
  throw new RangeError(
    `Cannot make a timeline: the option by must be one of ${
      PERIODS.join(", ")
    }: it is ${JSON.stringify(by)}`,
  );
}

function flagOf(name: string, value: unknown): boolean {
  if (value === undefined) return false;
  if (typeof value !== "boolean") {
    throw wrongType(name, "true or false", value);
  }
  return value;
}

function windowsOf(rolling: unknown): readonly number[] {
  if (!Array.isArray(rolling)) throw wrongType("rolling", "an array", rolling);
  if (rolling.length > WINDOWS_MAX) {
    throw new RangeError(
      `Cannot make a timeline: the option rolling may have ${WINDOWS_MAX} ` +
        `windows, it has ${rolling.length}`,
    );
  }
  const windows: number[] = [];
  for (const window of rolling as unknown[]) {
    if (typeof window !== "number") {
      throw wrongType("rolling", "an array of numbers", window);
    }
    if (!Number.isInteger(window) || window < 1 || window > WINDOW_MAX) {
      throw new RangeError(
        "Cannot make a timeline: a window of the option rolling must be a " +
          `whole number from 1 to ${WINDOW_MAX}: it is ${window}`,
      );
    }
    if (windows.includes(window)) {
      throw new RangeError(
        `Cannot make a timeline: the option rolling has ${window} twice`,
      );
    }
    windows.push(window);
  }
  return windows;
}

function wrongType(name: string, expected: string, found: unknown): TypeError {
  const shown = found === null ? "null" : typeof found;
  return new TypeError(
    `Cannot make a timeline: the option ${name} must be ${expected}: ` +
      `it is ${shown}`,
  );
}
