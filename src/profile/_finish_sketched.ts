/**
 * A column's figures at the end of the input, from its sketches.
 *
 * @module
 */

import { classify, parsed } from "../values/classify.ts";
import { DATE, TIMES, type ValueType } from "../values/flags.ts";
import { nameQuantiles } from "./_arrange.ts";
import type { Column } from "./_column.ts";
import { QUANTILES } from "./_figures.ts";
import { DAY_MICROS } from "./_forms.ts";
import { DISTINCT_ERROR, type Hll } from "./_hll.ts";
import { QUANTILES_ERROR } from "./_kll.ts";
import { hashText, lanes } from "./_lanes.ts";
import { deviation, finiteOrNull } from "./_moments.ts";
import {
  boolFigures,
  type Figures,
  NO_TEXT,
  NO_VIEW,
  rangeOf,
  shown,
  textFigures,
  topOf,
} from "./_shown.ts";
import { joinHalves, type Sketch } from "./_sketch.ts";
import { TOP_COUNT, TopTexts } from "./_top.ts";
import type { ProfileQuantiles } from "./types.ts";

/**
 * The figures of a sketched column.
 *
 * @param column The column.
 * @param sketch Its sketches.
 * @param valueType Its type.
 * @param count Its values that are not null.
 * @returns The figures.
 */
export function sketchedFigures(
  column: Column,
  sketch: Sketch,
  valueType: ValueType,
  count: number,
): Figures {
  switch (valueType.type) {
    case "bool":
      return boolFigures(sketch.trues, sketch.falses);
    case "utf8":
      return sketchedTexts(column, sketch, count);
    default:
      return sketchedValues(sketch, valueType, count);
  }
}

function estimated(hll: Hll, count: number) {
  const distinct = Math.floor(hll.estimate() + 0.5);
  return {
    distinct: count === 0 ? 0 : Math.min(Math.max(distinct, 1), count),
    distinctExact: false,
    distinctError: DISTINCT_ERROR,
  };
}

function sketchedTexts(
  column: Column,
  sketch: Sketch,
  count: number,
): Figures {
  const top = new TopTexts(TOP_COUNT);
  for (const { text, countMin } of sketch.top.candidates()) {
    top.add(text, 0, text.length, countMin);
  }
  const range = sketch.textRange;
  if (column.quotedEmpty > 0) {
    hashText(NO_VIEW, 0, 0);
    sketch.texts.add(lanes.a, lanes.b);
    range.add(NO_TEXT, 0, 0);
    top.add(NO_TEXT, 0, 0, column.quotedEmpty);
  }
  return {
    ...estimated(sketch.texts, count),
    topExact: false,
    ...textFigures(column, range, top),
  };
}

function sketchedValues(
  sketch: Sketch,
  valueType: ValueType,
  count: number,
): Figures {
  const { type } = valueType;
  // Texts of an integer or a date are as distinct as its values.
  const byText = type === "i32" || type === "i64" || type === "date";
  return {
    ...(type === "f64" ? { nans: sketch.nans } : {}),
    ...estimated(byText ? sketch.texts : sketch.values!, count),
    ...rangeOf(sketch.range, valueType),
    ...(sketch.moments === null ? {} : sketchedMoments(sketch, type, count)),
    quantiles: sketchedQuantiles(sketch, valueType),
    quantilesExact: false,
    quantilesError: QUANTILES_ERROR,
    top: topOf(topValues(sketch), valueType),
    topExact: false,
  };
}

function sketchedMoments(sketch: Sketch, type: string, count: number) {
  const moments = sketch.moments!;
  moments.endBlock();
  const isInteger = type === "i32" || type === "i64";
  const mean = isInteger ? sketch.sum!.mean(count) : moments.mean;
  return {
    mean: moments.count === 0 ? null : finiteOrNull(mean),
    std: deviation(moments.m2, moments.count),
  };
}

function sketchedQuantiles(
  sketch: Sketch,
  valueType: ValueType,
): ProfileQuantiles {
  const { min, max } = sketch.range;
  if (min === null || max === null) return nameQuantiles([]);
  const items = sketch.quantiles!.quantiles(QUANTILES);
  if (sketch.moments !== null) {
    return nameQuantiles(
      items.map((item) =>
        finiteOrNull(Math.min(Math.max(item, Number(min)), Number(max)))
      ),
    );
  }
  return nameQuantiles(items.map((item) => {
    // Beyond 2^53 the f64 of a time may lie outside of what occurred.
    const time = BigInt(item);
    const within = time < min ? min : time > max ? max : time;
    return String(shown(within, valueType));
  }));
}

/** The candidates of `top` by value: texts of one value are added up. */
function topValues(
  sketch: Sketch,
): { value: number | bigint; count: number }[] {
  const counts = new Map<number | bigint, number>();
  for (const { text, countMin } of sketch.top.candidates()) {
    const value = exactValue(text);
    if (value !== value) continue;
    counts.set(value, (counts.get(value) ?? 0) + countMin);
  }
  return [...counts]
    .map(([value, count]) => ({ value, count }))
    .sort((a, b) =>
      b.count - a.count || (a.value < b.value ? -1 : a.value > b.value ? 1 : 0)
    )
    .slice(0, TOP_COUNT);
}

/** The value of a text of numbers or times, so that equal ones are equal. */
function exactValue(text: Uint8Array): number | bigint {
  const valueClass = classify(text, 0, text.length);
  if (valueClass === DATE) return BigInt(parsed.number * DAY_MICROS);
  if ((valueClass & TIMES) !== 0 || parsed.big) {
    return joinHalves(parsed.hi, parsed.lo);
  }
  return parsed.number;
}
