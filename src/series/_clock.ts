/**
 * What years the clock of a zone shows: near the ends of what timestamps
 * hold, it may leave them though the timestamp does not.
 *
 * @module
 */

import type { Events } from "./_events.ts";
import { EventFault, EXPECTED_TIME } from "./_faults.ts";
import { BY_HOUR, type Job, timeColumn } from "./_job.ts";
import { isOfYears } from "./_times.ts";
import { secondsOf, wordsOf } from "./_words.ts";
import { entryAt, FROM, hourStart, OFFSET, UTC_TABLE } from "./_zone.ts";

const BLOCK = 65_536;
/** A clock differs from UTC by a day at most, and an hour is one more. */
const MARGIN = 2 * 86_400;

/**
 * Refuses events that are not of the years 0001 to 9999 in UTC or by the
 * clock of the zone, and hours that begin before.
 *
 * @param job What is to be done.
 * @param events The events it was made of.
 * @throws {RangeError} If there is one; the first is named.
 */
export function* checkClock(job: Job, events: Events): Generator<void, void> {
  const { zone, zoned, first, last, rows, by } = job;
  if (!zoned || zone === UTC_TABLE.entries) return;
  if (isOfYears(first - MARGIN) && isOfYears(last + MARGIN)) return;
  const words = wordsOf(job.times as BigInt64Array<ArrayBuffer>);
  let at = 0;
  for (let row = 0; row < rows; row++) {
    if (row % BLOCK === BLOCK - 1) yield;
    const second = secondsOf(words[2 * row]!, words[2 * row + 1]!);
    at = entryAt(zone, second, FROM, at);
    const start = by === BY_HOUR ? hourStart(zone, second, at) : second;
    const shown = second + zone[at + OFFSET]!;
    if (isOfYears(start) && isOfYears(second) && isOfYears(shown)) continue;
    throw outsideOfClock(row, events);
  }
}

function outsideOfClock(row: number, { times, zoned }: Events): EventFault {
  const time = times.slice(row, row + 1) as Events["times"];
  return new EventFault("INVALID_VALUE", row, {
    column: "timestamp",
    value: String(timeColumn(time, zoned).value(0)),
    expected: `${EXPECTED_TIME}, in UTC and by the clock of the zone`,
  });
}
