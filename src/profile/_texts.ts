/**
 * All distinct texts of a column with their counts, each once: those of the
 * map, and those of the list, rebuilt.
 *
 * @module
 */

import type { Column } from "./_column.ts";
import { FORM_BIGINT, FORM_TIME } from "./_forms.ts";
import type { Pace } from "../pace.ts";
import { Rebuilder } from "./_rebuild.ts";
import { Runs, type RunSource } from "./_runs.ts";
import { inSlices, listedTexts } from "./_sources.ts";

/** Takes texts. */
export interface TextSink {
  /**
   * Takes a text.
   *
   * @param bytes The bytes that hold it; valid during the call.
   * @param view View of the same bytes.
   * @param start Where it begins.
   * @param end Where it ends.
   * @param count How often it came.
   */
  add(
    bytes: Uint8Array,
    view: DataView,
    start: number,
    end: number,
    count: number,
  ): void;
}

/**
 * Gives a sink all distinct texts.
 *
 * @param column The column.
 * @param list Its sorted list, with codes.
 * @param sink Takes the texts.
 * @param pace The clock.
 */
export async function forEachText(
  column: Column,
  list: RunSource,
  sink: TextSink,
  pace: Pace,
): Promise<void> {
  const { map } = column;
  const { arena, view, counts } = map;
  await inSlices(map.size, pace, (from, to) => {
    for (let id = from; id < to; id++) {
      if (column.form !== 0 && column.isListed(id)) continue;
      sink.add(arena, view, map.start(id), map.end(id), counts[id]!);
    }
  });
  if (column.form === 0) return;
  const isBigint = column.form === FORM_BIGINT;
  const listed = await listedTexts(column, pace);
  const runs = new Runs(isBigint ? "i64" : "f64", list, listed);
  const rebuilder = new Rebuilder();
  while (true) {
    const used = runs.next();
    if (used === 0) return;
    for (let at = 0; at < used; at++) {
      const length = rebuild(column, runs, at, rebuilder);
      const { bytes, view } = rebuilder;
      sink.add(bytes, view, 0, length, runs.counts[at]!);
    }
    if (pace.due()) await pace.rest();
  }
}

function rebuild(
  column: Column,
  runs: Runs,
  at: number,
  rebuilder: Rebuilder,
): number {
  const { form, palettes } = column;
  if (form === FORM_BIGINT) {
    return rebuilder.integer(runs.words[2 * at + 1]! | 0, runs.words[2 * at]!);
  }
  const value = runs.values[at]!;
  const code = runs.codes[at]!;
  return form === FORM_TIME
    ? rebuilder.time(value, palettes[1].shape(code))
    : rebuilder.number(value, palettes[0].shape(code));
}
