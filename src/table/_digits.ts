/**
 * Numbers, dates and times as digits, two at once, straight into bytes. Each
 * function is given the place where it begins and gives the one behind; the
 * caller has seen to the room.
 *
 * @module
 */

const MINUS = 45;
const DOT = 46;
const ZERO = 48;
const COLON = 58;
const TEN_THOUSAND = 10_000;
const EIGHT_DIGITS = 100_000_000;
const MILLION = 1_000_000;

/** Two digits, the first in the low byte. */
const PAIRS = Uint16Array.from(
  { length: 100 },
  (_, value) => ZERO + ((value / 10) | 0) + ((ZERO + value % 10) << 8),
);

function two(view: DataView, at: number, value: number): void {
  view.setUint16(at, PAIRS[value]!, true);
}

function four(view: DataView, at: number, value: number): void {
  const upper = (value / 100) | 0;
  two(view, at, upper);
  two(view, at + 2, value - 100 * upper);
}

/** One to four digits. */
function upToFour(view: DataView, at: number, value: number): number {
  if (value < 100) {
    if (value < 10) {
      view.setUint8(at, ZERO + value);
      return at + 1;
    }
    two(view, at, value);
    return at + 2;
  }
  const upper = (value / 100) | 0;
  const lower = value - 100 * upper;
  if (upper < 10) {
    view.setUint8(at, ZERO + upper);
    two(view, at + 1, lower);
    return at + 3;
  }
  two(view, at, upper);
  two(view, at + 2, lower);
  return at + 4;
}

/** A number below 2^31, in 32 bits, where a division is a multiplication. */
function small(view: DataView, at: number, value: number): number {
  if (value < TEN_THOUSAND) return upToFour(view, at, value);
  const upper = (value / TEN_THOUSAND) | 0;
  const end = small(view, at, upper);
  four(view, end, value - TEN_THOUSAND * upper);
  return end + 4;
}

/** Puts an integer within ±2^53: 17 bytes at most. */
export function putInteger(view: DataView, at: number, value: number): number {
  let rest = value;
  let start = at;
  if (rest < 0) {
    view.setUint8(start++, MINUS);
    rest = -rest;
  }
  if ((rest | 0) === rest) return small(view, start, rest | 0);
  const upper = Math.floor(rest / EIGHT_DIGITS);
  // The rest of a division by a power of ten is exact: both are integers.
  const lower = (rest - upper * EIGHT_DIGITS) | 0;
  const end = putInteger(view, start, upper);
  const half = (lower / TEN_THOUSAND) | 0;
  four(view, end, half);
  four(view, end + 4, lower - TEN_THOUSAND * half);
  return end + 8;
}

/** Puts `YYYY-MM-DD` of a day of the years 0000 to 9999. */
export function putDay(view: DataView, at: number, days: number): number {
  // Years begin in March inside, so that the leap day comes last.
  const shifted = (days + 719_468) | 0;
  const era = (shifted / 146_097) | 0;
  const dayOfEra = (shifted - era * 146_097) | 0;
  const leaps = ((dayOfEra / 1460) | 0) - ((dayOfEra / 36_524) | 0) +
    ((dayOfEra / 146_096) | 0);
  const yearOfEra = ((dayOfEra - leaps) / 365) | 0;
  const dayOfYear = dayOfEra -
    (365 * yearOfEra + (yearOfEra >> 2) - ((yearOfEra / 100) | 0));
  const march = ((5 * dayOfYear + 2) / 153) | 0;
  const month = march < 10 ? march + 3 : march - 9;
  four(view, at, yearOfEra + era * 400 + (month <= 2 ? 1 : 0));
  view.setUint8(at + 4, MINUS);
  two(view, at + 5, month);
  view.setUint8(at + 7, MINUS);
  two(view, at + 8, dayOfYear - (((153 * march + 2) / 5) | 0) + 1);
  return at + 10;
}

/** Puts `HH:MM:SS` of a second of a day. */
export function putClock(view: DataView, at: number, second: number): number {
  const minutes = (second / 60) | 0;
  const hours = (minutes / 60) | 0;
  two(view, at, hours);
  view.setUint8(at + 2, COLON);
  two(view, at + 3, minutes - hours * 60);
  view.setUint8(at + 5, COLON);
  two(view, at + 6, second - minutes * 60);
  return at + 8;
}

/** Puts a dot and millionths (1 to 999,999) without the zeros at their end. */
export function putFraction(
  view: DataView,
  at: number,
  millionths: number,
): number {
  const upper = (millionths / TEN_THOUSAND) | 0;
  const lower = millionths - TEN_THOUSAND * upper;
  view.setUint8(at, DOT);
  two(view, at + 1, upper);
  let end = at + 3;
  if (lower > 0) {
    four(view, end, lower);
    end += 4;
  }
  while (view.getUint8(end - 1) === ZERO) end--;
  return end;
}

/**
 * Puts a number of at most six decimals without making a string: 17 bytes at
 * most. With at most 15 digits in all no other decimal reads as the same
 * number, so this is the shortest text that does.
 *
 * @returns The place behind, or -1 where the number is not of this kind.
 */
export function putDecimal(view: DataView, at: number, value: number): number {
  const size = value < 0 ? -value : value;
  if (!(size >= 1 / MILLION && size < 1e9)) return -1;
  const scaled = Math.floor(size * MILLION + 0.5);
  if (scaled / MILLION !== size) return -1;
  let start = at;
  if (value < 0) view.setUint8(start++, MINUS);
  // Below 10^9 the whole part is one of 32 bits.
  const whole = size | 0;
  const end = small(view, start, whole);
  const fraction = (scaled - whole * MILLION) | 0;
  return fraction > 0 ? putFraction(view, end, fraction) : end;
}

/** Puts exactly so many digits, up to nine, of a number without sign. */
export function putDigits(
  view: DataView,
  at: number,
  value: number,
  count: number,
): number {
  let rest = value | 0;
  for (let place = at + count - 1; place >= at; place--) {
    const next = (rest / 10) | 0;
    view.setUint8(place, ZERO + rest - next * 10);
    rest = next;
  }
  return at + count;
}
