/**
 * The first days of weeks, months, quarters and years.
 *
 * @module
 */

import { daysOf } from "../values/_time.ts";
import { BY_DAY, BY_MONTH, BY_QUARTER, BY_WEEK } from "./_job.ts";

/**
 * The first day of the period that a day belongs to. Weeks begin on Monday
 * (ISO 8601).
 *
 * @param by The period's number: a day or longer.
 * @param day Days since 1970-01-01.
 * @returns Days since 1970-01-01.
 */
export function periodStart(by: number, day: number): number {
  if (by === BY_DAY) return day;
  // 1970-01-01 was a Thursday, three days after a Monday.
  if (by === BY_WEEK) return day - modulo(day + 3, 7);
  const month = monthOf(day);
  const months = by === BY_MONTH ? 1 : by === BY_QUARTER ? 3 : 12;
  return firstOfMonth(month - modulo(month, months));
}

/**
 * The first day of the period that follows the one that begins at a day.
 *
 * @param by The period's number: a day or longer.
 * @param start The first day of a period.
 * @returns Days since 1970-01-01.
 */
export function nextPeriod(by: number, start: number): number {
  if (by === BY_DAY) return start + 1;
  if (by === BY_WEEK) return start + 7;
  const months = by === BY_MONTH ? 1 : by === BY_QUARTER ? 3 : 12;
  return firstOfMonth(monthOf(start) + months);
}

/** Months since the year 0. */
function monthOf(day: number): number {
  // Years begin in March inside, so that the leap day comes last.
  const shifted = day + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const leaps = Math.floor(dayOfEra / 1460) - Math.floor(dayOfEra / 36_524) +
    Math.floor(dayOfEra / 146_096);
  const yearOfEra = Math.floor((dayOfEra - leaps) / 365);
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) -
    Math.floor(yearOfEra / 100));
  const march = Math.floor((5 * dayOfYear + 2) / 153);
  return (yearOfEra + era * 400) * 12 + march + 2;
}

function firstOfMonth(month: number): number {
  const year = Math.floor(month / 12);
  // A clock may show the year 0 yet; the calendar repeats after 400 years.
  return daysOf(year + 400, month - year * 12 + 1, 1) - 146_097;
}

function modulo(value: number, divisor: number): number {
  return value - Math.floor(value / divisor) * divisor;
}
