/**
 * The TypeScript kernel of `week`: one pass in row order. Every sum begins at
 * 0 and takes its terms in the order of the rows; the native kernel does the
 * same to the bit.
 *
 * @module
 */

import {
  CELL_FIELDS,
  FAULTS,
  HOUR_SECONDS,
  HOURS_MAX,
  type TaskArrays,
  type TaskFault,
  type Validity,
  WEEK_FIELDS,
  type WeekSums,
} from "./_week_types.ts";

/** Rows handled between two rests. */
const STEP = 1 << 17;
/** Weeks within a range of this have a slot each; others are looked up. */
const RANGE_MAX = 1 << 16;
const TWO_32 = 2 ** 32;
/** With no more pairs than this, each has a cell; others are looked up. */
const CELLS_MAX = 1 << 20;

/**
 * Sums up tasks by week and by project. Yields now and then.
 *
 * @param tasks The tasks.
 * @returns The sums, or the first row that cannot be counted.
 */
export function* weekSums(tasks: TaskArrays): Generator<void, WeekSums> {
  const slots = yield* slotsOf(tasks);
  const sums = new Float64Array(slots.count * WEEK_FIELDS);
  const cells = new Cells(slots.count, tasks.projectCodes);
  for (let from = 0; from < tasks.rows; from += STEP) {
    const to = Math.min(tasks.rows, from + STEP);
    const isGood = areSet(tasks.weekValidity, from, to) &&
      areSet(tasks.durationValidity, from, to) &&
      addToWeeks(tasks, slots, sums, from, to) &&
      cells.add(tasks, slots, from, to);
    if (!isGood) {
      return { fault: faultIn(tasks, from, to), weeks: NONE, cells: NONE };
    }
    yield;
  }
  return {
    fault: null,
    weeks: usedWeeks(sums, slots),
    cells: cells.used(slots),
  };
}

const NONE = new Float64Array(0);

/** Places for the sums of weeks. */
interface Slots {
  /** How many there are; some may stay unused. */
  readonly count: number;
  /** The week of slot 0, where slots follow each other as weeks do. */
  readonly base: number;
  /** The slot of each row; absent where it is the week less `base`. */
  readonly ofRows: Int32Array | null;
  /** The weeks of the slots, in that case. */
  readonly weeks: readonly number[];
}

function* slotsOf(
  { rows, weeks, weekCodes, weekValidity }: TaskArrays,
): Generator<void, Slots> {
  if (weekCodes >= 0) {
    return { count: weekCodes, base: 0, ofRows: null, weeks: [] };
  }
  let [least, most] = [0x7FFFFFFF, -0x80000000];
  for (let from = 0; from < rows; from += STEP) {
    const to = Math.min(rows, from + STEP);
    for (let row = from; row < to; row++) {
      const week = weeks[row]!;
      if (week >= least && week <= most) continue;
      if (!isSet(weekValidity, row)) continue;
      if (week < least) least = week;
      if (week > most) most = week;
    }
    yield;
  }
  if (most - least < RANGE_MAX) {
    const count = Math.max(0, most - least + 1);
    return { count, base: least, ofRows: null, weeks: [] };
  }
  const known = new Map<number, number>();
  const ofRows = new Int32Array(rows);
  for (let row = 0; row < rows; row++) {
    if (row % STEP === 0) yield;
    if (!isSet(weekValidity, row)) continue;
    const week = weeks[row]!;
    let slot = known.get(week);
    if (slot === undefined) known.set(week, slot = known.size);
    ofRows[row] = slot;
  }
  return { count: known.size, base: 0, ofRows, weeks: [...known.keys()] };
}

function isSet(validity: Validity, row: number): boolean {
  return validity === undefined ||
    (validity[row >>> 3]! & (1 << (row & 7))) !== 0;
}

/** The first row that cannot be counted. */
function faultIn(
  tasks: TaskArrays,
  from: number,
  to: number,
): TaskFault | null {
  const { weeks, weekValidity, weekCodes, durations, durationValidity } = tasks;
  const { scores, scoreValidity } = tasks;
  const { projects, projectValidity, projectCodes } = tasks;
  for (let row = from; row < to; row++) {
    if (!isSet(weekValidity, row)) return { row, kind: FAULTS.weekMissing };
    if (weekCodes >= 0 && weeks[row]! >>> 0 >= weekCodes) {
      return { row, kind: FAULTS.weekCode };
    }
    if (!isSet(durationValidity, row)) {
      return { row, kind: FAULTS.durationMissing };
    }
    const seconds = durations[row]!;
    if (!(seconds >= 0 && seconds < Infinity)) {
      return { row, kind: FAULTS.durationInvalid };
    }
    const score = scores[row]!;
    // Zero for every finite number.
    if (score - score !== 0 && isSet(scoreValidity, row)) {
      return { row, kind: FAULTS.scoreInvalid };
    }
    if (projects[row]! >>> 0 >= projectCodes && isSet(projectValidity, row)) {
      return { row, kind: FAULTS.projectCode };
    }
  }
  return null;
}

function areSet(validity: Validity, from: number, to: number): boolean {
  if (validity === undefined) return true;
  for (let row = from; row < to; row++) {
    if (!isSet(validity, row)) return false;
  }
  return true;
}

/** Adds rows to the sums of their weeks; false if one cannot be counted. */
function addToWeeks(
  { weeks, weekCodes, durations, scores, scoreValidity }: TaskArrays,
  { base, ofRows }: Slots,
  sums: Float64Array,
  from: number,
  to: number,
): boolean {
  const slots = ofRows ?? weeks;
  const slotsEnd = weekCodes < 0 ? TWO_32 : weekCodes;
  for (let row = from; row < to; row++) {
    const slot = slots[row]! - base;
    const seconds = durations[row]!;
    if (slot >>> 0 >= slotsEnd) return false;
    if (!(seconds >= 0 && seconds < Infinity)) return false;
    const at = slot * WEEK_FIELDS;
    sums[at + 1]! += 1;
    sums[at + 2]! += seconds;
    if (!isSet(scoreValidity, row)) continue;
    const score = scores[row]!;
    // Zero for every finite number.
    if (score - score !== 0) return false;
    const weight = Math.min(seconds / HOUR_SECONDS, HOURS_MAX);
    sums[at + 3]! += 1;
    sums[at + 4]! += score;
    sums[at + 5]! += weight;
    sums[at + 6]! += score * weight;
  }
  return true;
}

/** Weeks that occur, each with its number in front. */
function usedWeeks(
  sums: Float64Array,
  slots: Slots,
): Float64Array<ArrayBuffer> {
  const used: number[] = [];
  for (let slot = 0; slot < slots.count; slot++) {
    if (sums[slot * WEEK_FIELDS + 1]! > 0) used.push(slot);
  }
  const weeks = new Float64Array(used.length * WEEK_FIELDS);
  used.forEach((slot, index) => {
    const from = slot * WEEK_FIELDS;
    weeks.set(sums.subarray(from, from + WEEK_FIELDS), index * WEEK_FIELDS);
    weeks[index * WEEK_FIELDS] = weekOf(slots, slot);
  });
  return weeks;
}

function weekOf({ base, ofRows, weeks }: Slots, slot: number): number {
  return ofRows === null ? base + slot : weeks[slot]!;
}

/** Tasks and seconds by pair of week and project. */
class Cells {
  readonly #projects: number;
  /** The index of a pair's cell where not each has one; else null. */
  readonly #indexes: Map<number, number> | null;
  /** Tasks and seconds, alternating. */
  #sums: Float64Array<ArrayBuffer>;

  constructor(slots: number, projects: number) {
    this.#projects = projects;
    const pairs = slots * projects;
    this.#indexes = pairs > CELLS_MAX ? new Map() : null;
    this.#sums = new Float64Array(2 * (pairs > CELLS_MAX ? 1024 : pairs));
  }

  /** Counts the tasks of some rows; false if one has no project's code. */
  add(
    { weeks, durations, projects, projectValidity }: TaskArrays,
    { base, ofRows }: Slots,
    from: number,
    to: number,
  ): boolean {
    const slots = ofRows ?? weeks;
    const width = this.#projects;
    const isDense = this.#indexes === null;
    let sums = this.#sums;
    for (let row = from; row < to; row++) {
      if (!isSet(projectValidity, row)) continue;
      const project = projects[row]!;
      if (project >>> 0 >= width) return false;
      const pair = (slots[row]! - base) * width + project;
      const at = 2 * (isDense ? pair : this.#indexOf(pair));
      // A new pair may have moved the sums.
      if (!isDense) sums = this.#sums;
      sums[at]! += 1;
      sums[at + 1]! += durations[row]!;
    }
    return true;
  }

  #indexOf(pair: number): number {
    const indexes = this.#indexes!;
    const known = indexes.get(pair);
    if (known !== undefined) return known;
    const index = indexes.size;
    indexes.set(pair, index);
    if (2 * index === this.#sums.length) {
      const twice = new Float64Array(4 * index);
      twice.set(this.#sums);
      this.#sums = twice;
    }
    return index;
  }

  /** The pairs that occur. */
  used(slots: Slots): Float64Array<ArrayBuffer> {
    const sums = this.#sums;
    const found: [pair: number, index: number][] = this.#indexes === null
      ? this.#occurring()
      : [...this.#indexes];
    const cells = new Float64Array(found.length * CELL_FIELDS);
    found.forEach(([pair, index], at) => {
      const project = pair % this.#projects;
      cells[at * CELL_FIELDS] = weekOf(
        slots,
        (pair - project) / this.#projects,
      );
      cells[at * CELL_FIELDS + 1] = project;
      cells[at * CELL_FIELDS + 2] = sums[2 * index]!;
      cells[at * CELL_FIELDS + 3] = sums[2 * index + 1]!;
    });
    return cells;
  }

  #occurring(): [number, number][] {
    const found: [number, number][] = [];
    for (let pair = 0; 2 * pair < this.#sums.length; pair++) {
      if (this.#sums[2 * pair]! > 0) found.push([pair, pair]);
    }
    return found;
  }
}
