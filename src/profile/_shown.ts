/**
 * Figures in the form of reports: what exact and sketched columns share.
 *
 * @module
 */

import type { ValueType } from "../values/flags.ts";
import { formatDate, formatTimestamp } from "../values/format.ts";
import { decode, type TextRange } from "./_bytes.ts";
import type { Column } from "./_column.ts";
import { DAY_MICROS } from "./_forms.ts";
import type { TopTexts } from "./_top.ts";
import type { ProfileColumn, ProfileTop, ProfileValue } from "./types.ts";

/** The figures of a column besides what finishing every column adds. */
export type Figures = Omit<ProfileColumn, "name" | "type" | "count" | "nulls">;

/** The empty text, for quoted empty fields. */
export const NO_TEXT: Uint8Array<ArrayBuffer> = new Uint8Array(0);
/** View of it. */
export const NO_VIEW: DataView = new DataView(NO_TEXT.buffer);

/** The figures of bools; they are always exact. */
export function boolFigures(trues: number, falses: number): Figures {
  const top: ProfileTop[] = [];
  if (falses > 0) top.push({ value: false, count: falses });
  if (trues > 0) top.push({ value: true, count: trues });
  // At equal counts false, the smaller value, stays first.
  top.sort((a, b) => b.count - a.count);
  return {
    distinct: top.length,
    distinctExact: true,
    min: falses === 0,
    max: trues > 0,
    top,
    topExact: true,
    trueCount: trues,
    falseCount: falses,
  };
}

/** What texts show besides how many are distinct. */
export function textFigures(
  { lengths, quotedEmpty }: Column,
  { min, max }: TextRange,
  { texts }: TopTexts,
): Pick<Figures, "min" | "max" | "top" | "lengthMin" | "lengthMax"> {
  if (quotedEmpty > 0) lengths.addLength(0);
  return {
    min: min === null ? null : decode(min),
    max: max === null ? null : decode(max),
    top: texts.map(({ text, count }) => ({ value: decode(text), count })),
    lengthMin: lengths.min === Infinity ? null : lengths.min,
    lengthMax: lengths.max === -Infinity ? null : lengths.max,
  };
}

/** The smallest and the largest number or time. */
export function rangeOf(
  range: { min: number | bigint | null; max: number | bigint | null },
  valueType: ValueType,
): Pick<Figures, "min" | "max"> {
  const { min, max } = range;
  return {
    min: min === null ? null : shown(min, valueType),
    max: max === null ? null : shown(max, valueType),
  };
}

/** The most frequent numbers or times. */
export function topOf(
  top: readonly { value: number | bigint; count: number }[],
  valueType: ValueType,
): ProfileTop[] {
  return top.map(({ value, count }) => ({
    value: shown(value, valueType),
    count,
  }));
}

/** A number or a time, in microseconds, as reports give it. */
export function shown(
  value: number | bigint,
  { type, zoned }: ValueType,
): ProfileValue {
  switch (type) {
    case "i64":
      return BigInt(value);
    case "date":
      return formatDate(Number(value) / DAY_MICROS);
    case "timestamp":
      return formatTimestamp(BigInt(value), zoned);
    default:
      return Number(value);
  }
}
