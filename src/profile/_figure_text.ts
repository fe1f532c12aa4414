/**
 * Figures as people read them: few digits, separators where they help.
 *
 * @module
 */

import type { ProfileColumn, ProfileValue } from "./types.ts";

/** Significant digits of a measured number. */
const DIGITS = 6;
/** Below five digits separators hurt more than they help: 2002, not 2,002. */
const GROUPED_MIN = 10_000;
const PLAIN_MIN = 1e-4;
const PLAIN_MAX = 1e15;

/** A whole number with separators. */
export function countText(value: number | bigint): string {
  const digits = String(value);
  const isSmall = value < GROUPED_MIN && value > -GROUPED_MIN;
  return isSmall ? digits : grouped(digits);
}

/** Separators between groups of three digits before the point. */
function grouped(digits: string): string {
  const [whole = "", fraction] = digits.split(".");
  const text = whole.replace(/\B(?=(?:\d{3})+$)/g, ",");
  return fraction === undefined ? text : `${text}.${fraction}`;
}

/**
 * A number in at most some columns.
 *
 * @param value The number.
 * @param width The most columns; a longer one becomes an exponent.
 * @returns The text.
 */
export function numberText(value: number | bigint, width: number): string {
  const text = fullText(value);
  if (text.length <= width) return text;
  const plain = text.replaceAll(",", "");
  if (plain.length <= width) return plain;
  const short = Number(value).toExponential(2);
  return short.length <= width ? short : Number(value).toExponential(0);
}

function fullText(value: number | bigint): string {
  if (typeof value === "bigint" || Number.isSafeInteger(value)) {
    return countText(value);
  }
  const magnitude = Math.abs(value);
  if (!Number.isFinite(value)) return String(value);
  if (magnitude < PLAIN_MIN || magnitude >= PLAIN_MAX) {
    return value.toExponential(3).replace(/\.?0+e/, "e");
  }
  const whole = Math.floor(Math.log10(magnitude)) + 1;
  const places = Math.max(0, DIGITS - Math.max(whole, 0));
  const text = value.toFixed(Math.min(places, 8));
  const short = text.includes(".") ? text.replace(/\.?0+$/, "") : text;
  return magnitude < GROUPED_MIN ? short : grouped(short);
}

/** A value of any type, not made safe yet. */
export function valueText(value: ProfileValue, width: number): string {
  return typeof value === "number" || typeof value === "bigint"
    ? numberText(value, width)
    : String(value);
}

/** The share of a count; never rounded to none or all. */
export function shareText(part: number, whole: number): string {
  if (part === 0) return "0%";
  if (part === whole) return "100%";
  const percent = 100 * part / whole;
  if (percent < 0.1) return "<0.1%";
  if (percent > 99.9) return ">99.9%";
  return `${percent < 9.95 ? percent.toFixed(1) : percent.toFixed(0)}%`;
}

const UNITS = ["bytes", "kB", "MB", "GB", "TB"];

/** Bytes in units of 1000. */
export function bytesText(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1000;
    unit++;
  }
  const isWhole = unit === 0 || value >= 999.5;
  return `${isWhole ? Math.round(value) : value.toPrecision(3)} ${UNITS[unit]}`;
}

/** A duration. */
export function durationText(ms: number): string {
  if (ms < 1000) return `${ms < 10 ? ms.toFixed(1) : ms.toFixed(0)} ms`;
  return `${(ms / 1000).toPrecision(3)} s`;
}

/** The number of distinct values; an estimate begins with a tilde. */
export function distinctText(column: ProfileColumn): string {
  const { distinct, distinctExact } = column;
  return (distinctExact ? "" : "~") + countText(distinct);
}

/**
 * What to know about estimates, once; empty if all figures are exact.
 *
 * @param columns The columns.
 * @returns Sentences.
 */
export function estimateNotes(columns: readonly ProfileColumn[]): string[] {
  const notes: string[] = [];
  const errors = columns.map(({ distinctError }) => distinctError ?? 0);
  const distinct = Math.max(0, ...errors);
  if (distinct > 0) {
    notes.push(
      `~ estimated: distinct values have a standard error of ` +
        `${(distinct * 100).toFixed(2)}%`,
    );
  }
  const rank = Math.max(0, ...columns.map((c) => c.quantilesError ?? 0));
  if (rank > 0) {
    notes.push(
      `quantiles of these columns are off by at most ` +
        `${(rank * 100).toFixed(2)}% of the rows (99% sure)`,
    );
  }
  if (columns.some(({ topExact }) => !topExact)) {
    notes.push("counts of their top values are lower bounds");
  }
  if (notes.length > 0) notes.push("more memory makes them exact");
  return notes;
}
