/**
 * How values print (semantics 24 and 25): floats as ECMAScript does, dates
 * and timestamps in ISO form.
 *
 * @module
 */

/**
 * The shortest text that reads back as the same number.
 *
 * @param value The number.
 * @returns ECMAScript's text, except that negative zero is `-0`.
 */
export function formatFloat(value: number): string {
  return value === 0 && 1 / value < 0 ? "-0" : String(value);
}

/**
 * A day as `YYYY-MM-DD`.
 *
 * @param days Days since 1970-01-01.
 * @returns The date of the proleptic Gregorian calendar.
 */
export function formatDate(days: number): string {
  // Years begin in March inside, so that the leap day comes last.
  const shifted = days + 719468;
  const era = Math.floor(shifted / 146097);
  const dayOfEra = shifted - era * 146097;
  const leaps = Math.floor(dayOfEra / 1460) - Math.floor(dayOfEra / 36524) +
    Math.floor(dayOfEra / 146096);
  const yearOfEra = Math.floor((dayOfEra - leaps) / 365);
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) -
    Math.floor(yearOfEra / 100));
  const march = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * march + 2) / 5) + 1;
  const month = march < 10 ? march + 3 : march - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  return `${pad(year, 4)}-${pad(month, 2)}-${pad(day, 2)}`;
}

/**
 * A moment as `YYYY-MM-DDTHH:MM:SS[.ffffff][Z]`, trailing zeros of the
 * fraction dropped.
 *
 * @param micros Microseconds since 1970-01-01T00:00.
 * @param zoned Whether the moment is in UTC (`Z`) or has no zone.
 * @returns The text.
 */
export function formatTimestamp(micros: bigint, zoned: boolean): string {
  const second = micros / 1000000n;
  const rest = Number(micros - second * 1000000n);
  return rest < 0
    ? formatMoment(Number(second) - 1, rest + 1000000, zoned)
    : formatMoment(Number(second), rest, zoned);
}

/** Whole seconds since 1970 and 0 to 999,999 microseconds on top. */
function formatMoment(seconds: number, micros: number, zoned: boolean): string {
  const days = Math.floor(seconds / 86400);
  const inDay = seconds - days * 86400;
  const hour = pad(Math.floor(inDay / 3600), 2);
  const minute = pad(Math.floor(inDay / 60) % 60, 2);
  let text = `${formatDate(days)}T${hour}:${minute}:${pad(inDay % 60, 2)}`;
  if (micros > 0) {
    let end = 6;
    let fraction = micros;
    while (fraction % 10 === 0) {
      fraction /= 10;
      end--;
    }
    text += `.${pad(fraction, end)}`;
  }
  return zoned ? `${text}Z` : text;
}

function pad(value: number, length: number): string {
  return String(value).padStart(length, "0");
}
