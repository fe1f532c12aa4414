/**
 * A column's figures at the end of the input: exact ones from what the
 * column kept, or those of its sketches.
 *
 * @module
 */

import { classify, parsed } from "../values/classify.ts";
import { typeOf, type ValueType } from "../values/flags.ts";
import { arrangeColumn, nameQuantiles } from "./_arrange.ts";
import { TextRange } from "./_bytes.ts";
import type { Column } from "./_column.ts";
import { numberFigures, timeFigures } from "./_figures.ts";
import { sketchedFigures } from "./_finish_sketched.ts";
import type { Pace } from "../pace.ts";
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
import { sortedList, valuesOf } from "./_sources.ts";
import { forEachText } from "./_texts.ts";
import { TOP_COUNT, TopTexts } from "./_top.ts";
import type { ProfileColumn } from "./types.ts";

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
    topExact: true,
    ...textFigures(column, range, top),
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
