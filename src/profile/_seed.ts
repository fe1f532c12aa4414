/**
 * Turns a column that outgrew the memory limit into sketches: they begin as
 * if they had seen all rows so far.
 *
 * @module
 */

import { classify, parsed } from "../values/classify.ts";
import type { Column } from "./_column.ts";
import { numberAt, squaresOf } from "./_figures.ts";
import { hashNumber, hashText, lanes } from "./_lanes.ts";
import { Sum } from "../values/sums.ts";
import type { Pace } from "../pace.ts";
import type { Runs, RunSource } from "./_runs.ts";
import {
  FREQUENT_BYTES_MAX,
  joinHalves,
  Sketch,
  USE_BOOL,
  USE_NUMBER,
  USE_TEXT,
} from "./_sketch.ts";
import { inSlices, sortedList, type Values, valuesOf } from "./_sources.ts";
import { COUNTERS } from "./_space_saving.ts";
import { forEachText } from "./_texts.ts";
import { TopTexts } from "./_top.ts";

/** Copies of a value inserted between two looks at the clock. */
const COPIES = 1 << 16;
const EXACT_MAX = 2 ** 53;

/**
 * Makes a column's sketches; its map and list are given up.
 *
 * @param column The column.
 * @param blockRows The most rows between two ends of a block.
 * @param pace The clock.
 */
export async function seedSketch(
  column: Column,
  blockRows: number,
  pace: Pace,
): Promise<void> {
  const sketch = new Sketch(column.flags, blockRows);
  column.map.freeze();
  const withCodes = column.list?.codes !== null;
  const list = await sortedList(column, withCodes, pace);
  await seedTexts(column, list, sketch, pace);
  if (sketch.use === USE_BOOL) await seedBools(column, sketch, pace);
  else if (sketch.use !== USE_TEXT) {
    await seedValues(column, list, sketch, pace);
  }
  column.map.free();
  column.list?.free();
  column.list = null;
  column.form = 0;
  column.logicalBytes = 0;
  column.sketch = sketch;
}

async function seedTexts(
  column: Column,
  list: RunSource,
  sketch: Sketch,
  pace: Pace,
): Promise<void> {
  const frequent = new TopTexts(COUNTERS);
  await forEachText(column, list, {
    add(bytes, view, start, end, count) {
      hashText(view, start, end - start);
      sketch.texts.add(lanes.a, lanes.b);
      sketch.textRange.add(bytes, start, end);
      if (count < 2 || end - start > FREQUENT_BYTES_MAX) return;
      frequent.add(bytes, start, end, count);
    },
  }, pace);
  for (const { text, count } of frequent.texts) {
    hashText(new DataView(text.buffer as ArrayBuffer), 0, text.length);
    sketch.top.seed(lanes.a, lanes.b, text, count);
  }
}

async function seedBools(
  { map }: Column,
  sketch: Sketch,
  pace: Pace,
): Promise<void> {
  await inSlices(map.size, pace, (from, to) => {
    for (let id = from; id < to; id++) {
      classify(map.arena, map.start(id), map.end(id));
      if (parsed.number === 1) sketch.trues += map.counts[id]!;
      else sketch.falses += map.counts[id]!;
    }
  });
}

async function seedValues(
  column: Column,
  list: RunSource,
  sketch: Sketch,
  pace: Pace,
): Promise<void> {
  const values = await valuesOf(column, list, pace);
  const { kind, count } = values;
  const runs = values.runs();
  const sum = new Sum();
  while (true) {
    const used = runs.next();
    if (used === 0) break;
    for (let at = 0; at < used; at++) {
      const value = numberAt(runs, kind, at);
      const copies = runs.counts[at]!;
      sum.add(value * copies);
      addExactly(sketch, runs, kind, at, value);
      await insert(sketch, value, copies, pace);
    }
    if (pace.due()) await pace.rest();
  }
  if (values.nans > 0 && sketch.values !== null) {
    hashNumber(NaN);
    sketch.values.add(lanes.a, lanes.b);
  }
  sketch.nans = values.nans;
  if (sketch.use !== USE_NUMBER || count === 0) return;
  const moments = sketch.moments!;
  moments.count = count;
  moments.mean = sum.value / count;
  moments.m2 = await squaresOf(values, moments.mean, pace);
}

/** A run's share in what is kept exactly, and in the distinct values. */
function addExactly(
  sketch: Sketch,
  runs: Runs,
  kind: Values["kind"],
  at: number,
  value: number,
): void {
  const copies = runs.counts[at]!;
  if (sketch.values !== null) {
    hashNumber(value);
    sketch.values.add(lanes.a, lanes.b);
  }
  if (kind === "f64" || Math.abs(value) < EXACT_MAX) {
    sketch.range.add(value);
    sketch.sum?.add(value, copies);
    return;
  }
  const exact = joinHalves(runs.words[2 * at + 1]! | 0, runs.words[2 * at]!);
  sketch.range.addBig(exact);
  sketch.sum?.addBig(exact, copies);
}

async function insert(
  sketch: Sketch,
  value: number,
  copies: number,
  pace: Pace,
): Promise<void> {
  const quantiles = sketch.quantiles!;
  for (let done = 0; done < copies;) {
    const end = Math.min(done + COPIES, copies);
    for (; done < end; done++) quantiles.add(value);
    if (pace.due()) await pace.rest();
  }
}
