/**
 * A column's figures at the end of the input: exact ones from what the
 * column kept, estimates from its sketches.
 *
 * @module
 */

import { classify, parsed } from "../values/classify.ts";
import { DATE, TIMES, typeOf, type ValueType } from "../values/flags.ts";
import { formatDate, formatTimestamp } from "../values/format.ts";
import { arrangeColumn, nameQuantiles } from "./_arrange.ts";
import { decode, TextRange } from "./_bytes.ts";
import type { Column } from "./_column.ts";
import { numberFigures, QUANTILES, timeFigures } from "./_figures.ts";
import { DAY_MICROS } from "./_forms.ts";
import { DISTINCT_ERROR, type Hll } from "./_hll.ts";
import { QUANTILES_ERROR } from "./_kll.ts";
import { hashText, lanes } from "./_lanes.ts";
import { deviation, finiteOrNull } from "./_moments.ts";
import type { Pace } from "./_pace.ts";
import { joinHalves, type Sketch } from "./_sketch.ts";
import { inSlices, sortedList, valuesOf } from "./_sources.ts";
import { forEachText } from "./_texts.ts";
import { TOP_COUNT, TopTexts } from "./_top.ts";
import type {
  ProfileColumn,
  ProfileQuantiles,
  ProfileTop,
  ProfileValue,
} from "./types.ts";

const NO_TEXT = new Uint8Array(0);
const NO_VIEW = new DataView(NO_TEXT.buffer);

/** Figures in any order; {@linkcode arrangeColumn} gives them theirs. */
type Figures = Omit<ProfileColumn, "name" | "type" | "count" | "nulls">;

/**
 * The figures of a column.
 *
 * @param column The column; its memory is given back.
 * @param name Its name.
 * @param rows Rows of the input.
 * @param pace The clock.
 * @returns The figures.
 */
export async function finishColumn(
  column: Column,
  name: string,
  rows: number,
  pace: Pace,
): Promise<ProfileColumn> {
  const valueType = typeOf(column.flags);
  const { type } = valueType;
  const nulls = column.nulls + (type === "utf8" ? 0 : column.quotedEmpty);
  const count = rows - nulls;
  column.map.freeze();
  const figures = column.sketch === null
    ? await exactFigures(column, valueType, pace)
    : sketchedFigures(column, column.sketch, valueType, count);
  column.map.free();
  column.list?.free();
  return arrangeColumn({ name, type, count, nulls, ...figures });
}

async function exactFigures(
  column: Column,
  valueType: ValueType,
  pace: Pace,
): Promise<Figures> {
  switch (valueType.type) {
    case "bool":
      return boolFigures(...countBools(column));
    case "utf8":
      return await exactTexts(column, pace);
    case "date":
    case "timestamp":
      return await exactTimes(column, valueType, pace);
    default:
      return await exactNumbers(column, valueType, pace);
  }
}

function countBools({ map }: Column): [number, number] {
  let trues = 0;
  let falses = 0;
  for (let id = 0; id < map.size; id++) {
    classify(map.arena, map.start(id), map.end(id));
    if (parsed.number === 1) trues += map.counts[id]!;
    else falses += map.counts[id]!;
  }
  return [trues, falses];
}

function boolFigures(trues: number, falses: number): Figures {
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

async function exactTexts(column: Column, pace: Pace): Promise<Figures> {
  const list = await sortedList(column, true, pace);
  const range = new TextRange();
  const top = new TopTexts(TOP_COUNT);
  let distinct = 0;
  const sink = {
    add(
      bytes: Uint8Array,
      _view: DataView,
      start: number,
      end: number,
      count: number,
    ): void {
      distinct++;
      range.add(bytes, start, end);
      top.add(bytes, start, end, count);
    },
  };
  await forEachText(column, list, sink, pace);
  const { quotedEmpty } = column;
  if (quotedEmpty > 0) sink.add(NO_TEXT, NO_VIEW, 0, 0, quotedEmpty);
  return {
    distinct,
    distinctExact: true,
    min: range.min === null ? null : decode(range.min),
    max: range.max === null ? null : decode(range.max),
    top: top.texts.map(({ text, count }) => ({ value: decode(text), count })),
    topExact: true,
    ...lengthsOf(column),
  };
}

function lengthsOf({ lengths, quotedEmpty }: Column) {
  if (quotedEmpty > 0) lengths.addLength(0);
  return {
    lengthMin: lengths.min === Infinity ? null : lengths.min,
    lengthMax: lengths.max === -Infinity ? null : lengths.max,
  };
}

async function exactNumbers(
  column: Column,
  valueType: ValueType,
  pace: Pace,
): Promise<Figures> {
  const list = await sortedList(column, false, pace);
  const values = await valuesOf(column, list, pace);
  const isFloat = valueType.type === "f64";
  const figures = await numberFigures(values, !isFloat, pace);
  const { nans } = values;
  return {
    ...(isFloat ? { nans } : {}),
    distinct: figures.distinct + (nans > 0 ? 1 : 0),
    distinctExact: true,
    ...rangeOf(figures, valueType),
    mean: figures.mean,
    std: figures.std,
    quantiles: nameQuantiles(figures.quantiles),
    quantilesExact: true,
    top: topOf(figures.top, valueType),
    topExact: true,
  };
}

async function exactTimes(
  column: Column,
  valueType: ValueType,
  pace: Pace,
): Promise<Figures> {
  const list = await sortedList(column, false, pace);
  const values = await valuesOf(column, list, pace);
  const figures = await timeFigures(values, pace);
  const quantiles = figures.picked.map((value) =>
    String(shown(value, valueType))
  );
  return {
    distinct: figures.distinct,
    distinctExact: true,
    ...rangeOf(figures, valueType),
    quantiles: nameQuantiles(quantiles),
    quantilesExact: true,
    top: topOf(figures.top, valueType),
    topExact: true,
  };
}

function rangeOf(
  range: { min: number | bigint | null; max: number | bigint | null },
  valueType: ValueType,
) {
  const { min, max } = range;
  return {
    min: min === null ? null : shown(min, valueType),
    max: max === null ? null : shown(max, valueType),
  };
}

function topOf(
  top: readonly { value: number | bigint; count: number }[],
  valueType: ValueType,
): ProfileTop[] {
  return top.map(({ value, count }) => ({
    value: shown(value, valueType),
    count,
  }));
}

/** A number or a time, in microseconds, as reports give it. */
function shown(
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

function sketchedFigures(
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
    min: range.min === null ? null : decode(range.min),
    max: range.max === null ? null : decode(range.max),
    top: top.texts.map(({ text, count }) => ({ value: decode(text), count })),
    topExact: false,
    ...lengthsOf(column),
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
  const mean = isInteger ? Number(sketch.sum!.value) / count : moments.mean;
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
