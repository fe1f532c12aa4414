/**
 * The unit words of durations. `ffi/kernels/src/duration/units.rs` holds the
 * same table.
 *
 * @module
 */

/** What a word stands for. */
export interface UnitWord {
  /** Milliseconds of one; 1 for the units below a millisecond. */
  readonly ms: number;
  /** Digits by which a number of these is moved to milliseconds. */
  readonly shift: number;
  /** Whether strict texts may use it. */
  readonly isStrict: boolean;
  /** Whether it is days or weeks, which need the option `days`. */
  readonly isDays: boolean;
}

/** Milliseconds of a day of 24 hours. */
export const DAY_MS = 86_400_000;

/** The longest word. */
export const WORD_MAX = 12;

const TABLE: readonly [ms: number, shift: number, words: string][] = [
  [7 * DAY_MS, 0, "w wk wks week weeks"],
  [DAY_MS, 0, "d day days"],
  [3_600_000, 0, "h hr hrs hour hours"],
  [60_000, 0, "m min mins minute minutes"],
  [1000, 0, "s sec secs second seconds"],
  [1, 0, "ms msec msecs milli millis millisecond milliseconds"],
  // The micro sign and the Greek letter are read as u.
  [1, 3, "us usec usecs micro micros microsecond microseconds"],
  [1, 6, "ns nsec nsecs nano nanos nanosecond nanoseconds"],
];

/** Every word but the calendar's, in lower case. */
export const UNIT_WORDS: ReadonlyMap<string, UnitWord> = new Map(
  TABLE.flatMap(([ms, shift, words]) =>
    words.split(" ").map((word, index): [string, UnitWord] => [
      word,
      { ms, shift, isStrict: index === 0, isDays: ms >= DAY_MS },
    ])
  ),
);

/** Words for years and months, which have no fixed length. */
export const CALENDAR_WORDS: ReadonlySet<string> = new Set(
  "mo mon month months y yr yrs year years".split(" "),
);
