/**
 * Timestamps of texts and JavaScript values, and what years they may be of.
 *
 * @module
 */

import { Column } from "../table/column.ts";
import { setMicros } from "../values/_parsed.ts";
import { classify, parsed } from "../values/classify.ts";
import { DATE, TEXT, TIMES, TS_LOCAL, TS_ZONED } from "../values/flags.ts";
import { EventFault, EXPECTED_TIME } from "./_faults.ts";
import { secondsOf, wordsOf } from "./_words.ts";

const DAY = 86_400;
/** 0001-01-01 and 9999-12-31, as days. */
const DAY_MIN = -719_162;
const DAY_MAX = 2_932_896;
/** The first second of 0001 and the last one of 9999. */
const SECOND_MIN = DAY_MIN * DAY;
const SECOND_MAX = (DAY_MAX + 1) * DAY - 1;
/** The higher words of their microseconds. */
const HIGH_MIN = Math.floor(SECOND_MIN * 1e6 / 2 ** 32);
const HIGH_MAX = Math.floor(SECOND_MAX * 1e6 / 2 ** 32);

/** Times as columns keep them, and whether they are points in time. */
interface Times {
  readonly times: Int32Array<ArrayBuffer> | BigInt64Array<ArrayBuffer>;
  readonly zoned: boolean;
}

/**
 * The range of times, in whole seconds.
 *
 * @throws {RangeError} If a time leaves the years 0001 to 9999.
 */
export function rangeOf(
  times: Times["times"],
): { first: number; last: number } {
  return times instanceof Int32Array
    ? rangeOfDays(times)
    : rangeOfMicros(times);
}

function rangeOfDays(days: Int32Array): { first: number; last: number } {
  let least = Infinity;
  let most = -Infinity;
  for (let row = 0; row < days.length; row++) {
    const day = days[row]!;
    if (day < least) least = day;
    if (day > most) most = day;
  }
  if (least < DAY_MIN || most > DAY_MAX) {
    throw outside(days.findIndex((day) => day < DAY_MIN || day > DAY_MAX));
  }
  return { first: least * DAY, last: most * DAY };
}

/** The higher words tell the range to 72 minutes, which is close enough. */
function rangeOfMicros(
  micros: BigInt64Array<ArrayBuffer>,
): { first: number; last: number } {
  const words = wordsOf(micros);
  let least = Infinity;
  let most = -Infinity;
  for (let at = 1; at < words.length; at += 2) {
    const high = words[at]!;
    if (high < least) least = high;
    if (high > most) most = high;
  }
  if (least <= HIGH_MIN || most >= HIGH_MAX) checkEnds(words);
  return { first: secondsOf(0, least), last: secondsOf(0xffff_ffff, most) };
}

function checkEnds(words: Int32Array): void {
  for (let at = 1; at < words.length; at += 2) {
    const high = words[at]!;
    if (high > HIGH_MIN && high < HIGH_MAX) continue;
    const second = secondsOf(words[at - 1]!, high);
    if (!isOfYears(second)) throw outside(at >>> 1);
  }
}

/** Whether a second is of the years 0001 to 9999. */
export function isOfYears(second: number): boolean {
  return second >= SECOND_MIN && second <= SECOND_MAX;
}

function outside(row: number): RangeError {
  return new RangeError(
    `Cannot make a timeline: timestamp at row ${row} is not of the years ` +
      "0001 to 9999",
  );
}

/**
 * The times that the texts of a column stand for.
 *
 * @throws {RangeError} If a text is none, or only some have a zone.
 */
export function timesOfTexts(column: Column<"utf8">): Times {
  const { length, data, offsets, dictionary } = column;
  const reader = new TimeReader(length);
  const isPlain = dictionary === undefined;
  const bytes = isPlain ? data as Uint8Array : dictionary.data;
  const starts = isPlain ? offsets! : dictionary.offsets;
  for (let row = 0; row < length; row++) {
    const at = isPlain ? row : (data as Int32Array)[row]!;
    reader.add(row, bytes, starts[at]!, starts[at + 1]!);
  }
  return reader.finish();
}

/**
 * A column of the timestamps of objects.
 *
 * @throws {TypeError} If a value is of no kind that is a timestamp, or kinds
 * differ.
 * @throws {RangeError} If a value is no time.
 */
export function timesOfValues(values: readonly unknown[]): Column {
  const { length } = values;
  const reader = new TimeReader(length);
  const encoder = new TextEncoder();
  const room = new Uint8Array(128);
  for (let row = 0; row < length; row++) {
    const value = values[row];
    if (value === null || value === undefined) {
      throw new EventFault("MISSING_VALUE", row, { column: "timestamp" });
    }
    if (typeof value === "string") {
      // A text that does not fit is too long to be a time.
      const { read, written } = encoder.encodeInto(value, room);
      reader.add(row, room, 0, read === value.length ? written : 0, value);
    } else if (typeof value === "number") reader.addMillis(row, value);
    else if (value instanceof Date) reader.addMillis(row, value.getTime());
    else {
      throw new TypeError(
        `Cannot make a timeline: timestamp at row ${row} must be a Date, ` +
          `milliseconds or a text: it is ${typeof value}`,
      );
    }
  }
  const { times, zoned } = reader.finish();
  return times instanceof Int32Array
    ? new Column({ type: "date", length, data: times })
    : new Column({ type: "timestamp", zoned, length, data: times });
}

const TWO_32 = 2 ** 32;

/** Reads times of one kind. Dates become timestamps beside timestamps. */
class TimeReader {
  readonly #micros: BigInt64Array<ArrayBuffer>;
  readonly #words: Int32Array<ArrayBuffer>;
  /** Classes seen so far. */
  #flags = 0;

  constructor(length: number) {
    this.#micros = new BigInt64Array(length);
    this.#words = new Int32Array(this.#micros.buffer);
  }

  add(
    row: number,
    bytes: Uint8Array,
    start: number,
    end: number,
    shown?: string,
  ): void {
    const found = start === end ? TEXT : classify(bytes, start, end);
    this.#see(row, (found & TIMES) === 0 ? TEXT : found, () => {
      return shown ?? new TextDecoder().decode(bytes.subarray(start, end));
    });
    if (found === DATE) setMicros(parsed.number * DAY, 0);
    this.#keep(row);
  }

  addMillis(row: number, millis: number): void {
    const second = Math.floor(millis / 1000);
    const isTime = isOfYears(second);
    // Asked first: in a long loop the call and its closure take as long as the
    // rest.
    if (!isTime || this.#flags !== TS_ZONED) {
      this.#see(row, isTime ? TS_ZONED : TEXT, () => String(millis));
    }
    const micros = millis * 1000;
    if (Number.isInteger(millis) && Number.isSafeInteger(micros)) {
      const high = Math.floor(micros / TWO_32);
      this.#words[2 * row] = micros - high * TWO_32;
      this.#words[2 * row + 1] = high;
      return;
    }
    setMicros(second, Math.floor((millis - second * 1000) * 1000));
    this.#keep(row);
  }

  #keep(row: number): void {
    this.#words[2 * row] = parsed.lo;
    this.#words[2 * row + 1] = parsed.hi;
  }

  finish(): Times {
    const zoned = this.#flags === TS_ZONED;
    if (this.#flags !== DATE) return { times: this.#micros, zoned };
    const days = new Int32Array(this.#micros.length);
    for (let row = 0; row < days.length; row++) {
      const second = secondsOf(
        this.#words[2 * row]!,
        this.#words[2 * row + 1]!,
      );
      days[row] = second / DAY;
    }
    return { times: days, zoned };
  }

  #see(row: number, found: number, shown: () => string): void {
    this.#flags |= found;
    if (found !== TEXT && this.#isOneKind()) return;
    const expected = found === TEXT
      ? EXPECTED_TIME
      : found === TS_ZONED
      ? "a time without a zone, as others are"
      : "a time with a zone, as others have";
    throw new EventFault("INVALID_VALUE", row, {
      column: "timestamp",
      value: shown(),
      expected,
    });
  }

  #isOneKind(): boolean {
    return this.#flags === TS_ZONED ||
      (this.#flags & ~(DATE | TS_LOCAL)) === 0;
  }
}
