/**
 * Times without a zone as points in time of a zone.
 *
 * @module
 */

import type { Events } from "./_events.ts";
import { secondsOf, setMicrosOf, wordsOf } from "./_words.ts";
import { entryAt, LOCAL_FROM, OFFSET } from "./_zone.ts";

const DAY = 86_400;
const WORD = 2 ** 32;
const BLOCK = 65_536;

/**
 * Takes times for what the zone's clock shows. Of a time that the clock shows
 * twice it is the first; a time that it skips moves on by the gap.
 *
 * @param times Days (their midnight) or microseconds.
 * @param entries The entries of the zone's table.
 * @returns Microseconds of UTC.
 */
export function* utcOf(
  times: Events["times"],
  entries: Float64Array,
): Generator<void, BigInt64Array<ArrayBuffer>> {
  const result = new BigInt64Array(times.length);
  const to = wordsOf(result);
  const words = times instanceof Int32Array ? null : wordsOf(times);
  let at = 0;
  for (let row = 0; row < times.length; row++) {
    if (row % BLOCK === BLOCK - 1) yield;
    if (words === null) {
      const second = (times as Int32Array)[row]! * DAY;
      at = entryAt(entries, second, LOCAL_FROM, at);
      setMicrosOf(to, row, second - entries[at + OFFSET]!);
      continue;
    }
    const low = words[2 * row]!;
    const high = words[2 * row + 1]!;
    at = entryAt(entries, secondsOf(low, high), LOCAL_FROM, at);
    const shift = -entries[at + OFFSET]! * 1e6;
    const shiftHigh = Math.floor(shift / WORD);
    const sum = (low >>> 0) + (shift - shiftHigh * WORD);
    to[2 * row] = sum;
    to[2 * row + 1] = high + shiftHigh + (sum >= WORD ? 1 : 0);
  }
  return result;
}
