/**
 * Periods without events, put between those with some.
 *
 * @module
 */

import { nextPeriod } from "./_calendar.ts";
import { BY_DAY, type Rows, type Starts, type Sums } from "./_job.ts";
import { secondsOf, setMicrosOf, wordsOf } from "./_words.ts";
import { hourStarts, missingDays } from "./_zone.ts";

/** A filled timeline may have so many rows. */
export const FILLED_ROWS_MAX: number = 2 ** 24;

/** What decides the periods. */
export interface Periods {
  readonly by: number;
  /** The entries of the zone's table. */
  readonly zone: Float64Array;
  readonly groups: number;
}

/**
 * Adds the periods from the first to the last that have no row, for every
 * type: the change is 0, the total is that of the period before.
 *
 * @throws {RangeError} If there would be too many rows.
 */
export function fill(rows: Rows, periods: Periods): Rows {
  if (rows.starts.length === 0) return rows;
  const { groups } = periods;
  const starts = allStarts(rows.starts, periods);
  const length = starts.length * groups;
  if (length > FILLED_ROWS_MAX) throw tooMany();
  const changes = emptyLike(rows.changes, length);
  const totals = emptyLike(rows.totals, length);
  const filled = starts instanceof Int32Array
    ? new Int32Array(length)
    : new BigInt64Array(length);
  const ranks = rows.ranks === null ? null : new Uint32Array(length);
  const last = emptyLike(rows.totals, groups);
  let from = 0;
  let at = 0;
  for (let place = 0; place < starts.length; place++) {
    const start = starts[place]!;
    for (let group = 0; group < groups; group++, at++) {
      filled[at] = start;
      if (ranks !== null) ranks[at] = group;
      const isThere = from < rows.starts.length &&
        rows.starts[from] === start &&
        (rows.ranks === null || rows.ranks[from] === group);
      if (isThere) {
        changes[at] = rows.changes[from]!;
        last[group] = rows.totals[from]!;
        from++;
      }
      totals[at] = last[group]!;
    }
  }
  return { starts: filled, changes, totals, ranks };
}

function emptyLike(sums: Sums, length: number): Sums {
  return sums instanceof Float64Array
    ? new Float64Array(length)
    : new BigInt64Array(length);
}

function tooMany(): RangeError {
  return new RangeError(
    "Cannot make a timeline: filled, it would have more than " +
      `${FILLED_ROWS_MAX} rows, choose a longer period or leave out fill`,
  );
}

function allStarts(starts: Starts, { by, zone, groups }: Periods): Starts {
  const max = Math.floor(FILLED_ROWS_MAX / groups);
  if (starts instanceof Int32Array) {
    const found: number[] = [];
    const last = starts[starts.length - 1]!;
    const missing = by === BY_DAY ? missingDays(zone) : null;
    for (let day = starts[0]!; day <= last; day = nextPeriod(by, day)) {
      if (missing?.has(day)) continue;
      if (found.push(day) > max) throw tooMany();
    }
    return Int32Array.from(found);
  }
  const words = wordsOf(starts);
  const end = words.length - 2;
  const seconds = hourStarts(
    zone,
    secondsOf(words[0]!, words[1]!),
    secondsOf(words[end]!, words[end + 1]!),
    max,
  );
  if (seconds === null) throw tooMany();
  const micros = new BigInt64Array(seconds.length);
  const to = wordsOf(micros);
  for (let row = 0; row < seconds.length; row++) {
    setMicrosOf(to, row, seconds[row]!);
  }
  return micros;
}
