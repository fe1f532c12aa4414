/**
 * Tasks of a tracker in columns: 53 weeks, 40 projects, whole seconds, a
 * quarter without a score and a quarter without a project. Seeded.
 *
 * @module
 */

import { Column } from "../../src/table/column.ts";
import type { TaskColumns } from "../../src/stats/week.ts";
import { Random } from "./_random.ts";

/** Weeks are numbered from 1. */
export const WEEKS = 53;
/** Projects are called p0, p1 and so on. */
export const PROJECTS = 40;

/**
 * Makes tasks.
 *
 * @param rows How many.
 * @param seed The same seed gives the same tasks.
 * @returns The columns.
 */
export function taskColumns(rows: number, seed: number): TaskColumns {
  const random = new Random(seed);
  const integers = (limit: number) => {
    const data = new Int32Array(rows);
    for (let row = 0; row < rows; row++) data[row] = random.below(limit);
    return data;
  };
  const bits = () => {
    const validity = new Uint8Array((rows + 7) >>> 3);
    for (let at = 0; at < validity.length; at++) {
      validity[at] = random.below(256) | random.below(256);
    }
    return validity;
  };
  const numbers = (data: Int32Array<ArrayBuffer>) =>
    new Column({ type: "i32", length: rows, data });
  return {
    week: numbers(integers(WEEKS).map((week) => week + 1)),
    duration: numbers(integers(40_000)),
    score: new Column({
      type: "i32",
      length: rows,
      data: integers(5).map((score) => score + 1),
      validity: bits(),
    }),
    project: new Column({
      type: "utf8",
      length: rows,
      data: integers(PROJECTS),
      validity: bits(),
      dictionary: projectNames(),
    }),
  };
}

function projectNames(): NonNullable<Column["dictionary"]> {
  const names = Array.from({ length: PROJECTS }, (_, index) => `p${index}`);
  const data = new TextEncoder().encode(names.join(""));
  const offsets = new Int32Array(PROJECTS + 1);
  names.forEach((name, index) => {
    offsets[index + 1] = offsets[index]! + name.length;
  });
  return { length: PROJECTS, data, offsets };
}
