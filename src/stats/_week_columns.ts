/**
 * From columns of any fitting type, or from objects, to the arrays that the
 * kernels of `week` take.
 *
 * @module
 */

import type { EngineMode } from "../backend.ts";
import { faultOfText } from "../values/_duration_parse.ts";
import { shownText } from "../duration/error.ts";
import { checkParseOptions } from "../duration/options.ts";
import { parseDurationColumn } from "../duration/parse.ts";
import type { Column } from "../table/column.ts";
import { describe, plainArray, validityOf } from "./_numbers.ts";
import { RowFault } from "./_row_fault.ts";
import type { Labels } from "./_week_report.ts";
import {
  FAULTS,
  type Reals,
  type TaskArrays,
  type TaskFault,
  type Validity,
} from "./_week_types.ts";
import type { Task } from "./week.ts";

/** Arrays for a kernel, and what their numbers stand for. */
export interface PreparedTasks {
  readonly tasks: TaskArrays;
  readonly labels: Labels;
  /** The error of a row, with the value that stands there. */
  readonly errorOf: (fault: TaskFault) => RowFault;
}

/** The columns that are read. */
export interface NeededColumns {
  readonly week: Column;
  readonly duration: Column;
  readonly score: Column;
  readonly project: Column;
}

/**
 * Prepares tasks in columns.
 *
 * @param columns The columns, of the same length.
 * @param engine Which engine parses clock texts.
 * @returns Arrays and labels; numbers and dictionaries are not copied.
 * @throws {TypeError} If a column holds what it cannot mean.
 */
export function prepareColumns(
  columns: NeededColumns,
  engine: EngineMode | undefined,
): PreparedTasks {
  const { week, duration, score, project } = columns;
  const weeks = groupsOf(week, "week");
  const projects = groupsOf(project, "project");
  const rows = week.length;
  const tasks: TaskArrays = {
    rows,
    weeks: weeks.codes,
    weekValidity: finiteIn(week, validityIn(week, "week")),
    weekCodes: weeks.count,
    durations: secondsOf(duration, engine),
    durationValidity: validityIn(duration, "duration"),
    scores: scoresOf(score),
    scoreValidity: validityIn(score, "score"),
    projects: projects.codes,
    projectValidity: validityIn(project, "project"),
    projectCodes: projects.count,
  };
  return {
    tasks,
    labels: {
      week: weeks.label,
      project: (code) => String(projects.label(code)),
    },
    errorOf: (fault) => errorOf(fault, (name) => columns[name]),
  };
}

function validityIn(column: Column, name: string): Validity {
  const { validity, length } = column;
  return validity && validityOf(validity, length, `column ${name}`);
}

/**
 * Which weeks there are. To the kernels one that is no finite number is
 * missing, so that the first fault is found in the order of the rows.
 */
function finiteIn(
  { type, data, length }: Column,
  validity: Validity,
): Validity {
  if (type !== "f64") return validity;
  let finite: Uint8Array<ArrayBuffer> | undefined;
  for (let row = 0; row < length; row++) {
    if (Number.isFinite(data[row])) continue;
    finite ??= validity?.slice() ?? allSet(length);
    finite[row >>> 3]! &= ~(1 << (row & 7));
  }
  return finite ?? validity;
}

function allSet(rows: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array((rows + 7) >>> 3).fill(0xff);
}

/** Rows as numbers of groups. */
interface Groups {
  readonly codes: Int32Array<ArrayBuffer>;
  /** Codes are below this; -1: any number may stand there. */
  readonly count: number;
  readonly label: (code: number) => number | string;
}

function groupsOf(column: Column, name: string): Groups {
  const { type, dictionary, length } = column;
  const subject = `column ${name}`;
  if (type === "list") {
    throw new TypeError(`Cannot group by ${subject}: it holds lists`);
  }
  if (dictionary !== undefined) {
    const codes = plainArray(column.data as Int32Array<ArrayBuffer>, subject)
      .subarray(0, length);
    return { codes, count: dictionary.length, label: textsOf(column) };
  }
  if (type === "i32" && name === "week") {
    const codes = plainArray(column.data as Int32Array<ArrayBuffer>, subject)
      .subarray(0, length);
    return { codes, count: -1, label: (week) => week };
  }
  plainArray(column.data, subject);
  const groups = new Interner(length);
  for (let row = 0; row < length; row++) {
    const value = column.value(row);
    groups.add(value === null ? null : plainNumber(value as ItemValue));
  }
  return groups.finish();
}

/** An integer of 64 bits as a number where that loses nothing. */
type ItemValue = string | number | bigint | boolean;

function plainNumber(value: ItemValue) {
  if (typeof value === "number" || typeof value === "string") return value;
  const number = Number(value);
  return typeof value === "bigint" && Number.isSafeInteger(number)
    ? number
    : String(value);
}

/** The texts of a dictionary, decoded when they are asked for. */
function textsOf({ dictionary }: Column): (code: number) => string {
  const { data, offsets } = dictionary!;
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  return (code) =>
    decoder.decode(data.subarray(offsets[code]!, offsets[code + 1]!));
}

/** Gives equal values equal codes, in order of appearance. */
class Interner {
  readonly #codes: Int32Array<ArrayBuffer>;
  #rows = 0;
  /** A number and its text are the same week, but found by themselves. */
  readonly #known = new Map<number | string, number>();
  readonly #texts = new Map<string, number>();
  readonly #values: (number | string)[] = [];
  #areNumbers = true;

  constructor(rows: number) {
    this.#codes = new Int32Array(rows);
  }

  /** Adds the value of the next row; null takes no code. */
  add(value: number | string | null): void {
    if (value !== null) {
      this.#codes[this.#rows] = this.#known.get(value) ?? this.#codeOf(value);
    }
    this.#rows++;
  }

  #codeOf(value: number | string): number {
    // Also makes -0 the same as 0.
    const text = String(value);
    let code = this.#texts.get(text);
    if (code === undefined) {
      code = this.#values.length;
      this.#texts.set(text, code);
      this.#values.push(typeof value === "number" ? value + 0 : value);
      this.#areNumbers &&= typeof value === "number";
    }
    this.#known.set(value, code);
    return code;
  }

  finish(): Groups {
    const values = this.#values;
    return {
      codes: this.#codes,
      count: values.length,
      label: this.#areNumbers
        ? (code) => values[code]!
        : (code) => String(values[code]),
    };
  }
}

/** Weeks as they are while all are integers of 32 bits, else interned. */
class Weeks {
  readonly #weeks: Int32Array<ArrayBuffer>;
  #rows = 0;
  #groups: Interner | null = null;

  constructor(rows: number) {
    this.#weeks = new Int32Array(rows);
  }

  /** Adds the week of the next task. */
  add(week: number | string): void {
    if (this.#groups === null) {
      if (typeof week === "number" && (week | 0) === week) {
        this.#weeks[this.#rows++] = week;
        return;
      }
      this.#groups = new Interner(this.#weeks.length);
      for (const one of this.#weeks.subarray(0, this.#rows)) {
        this.#groups.add(one);
      }
    }
    this.#groups.add(week);
  }

  finish(): Groups {
    return this.#groups?.finish() ??
      { codes: this.#weeks, count: -1, label: (week) => week };
  }
}

function secondsOf(
  column: Column,
  engine: EngineMode | undefined,
): Reals {
  const { type, length } = column;
  plainArray(column.data, "column duration");
  if (type === "utf8") {
    return clockSeconds(column as Column<"utf8">, engine);
  }
  const numbers = realsOf(column);
  if (numbers !== null) return numbers.subarray(0, length) as Reals;
  throw new TypeError(
    `Cannot compute week statistics: the column duration holds ${type}, ` +
      "expected seconds (i32, i64 or f64) or clock texts (utf8)",
  );
}

const TWO_32 = 2 ** 32;

/** The seconds of texts; NaN where a text is no duration. */
function clockSeconds(
  column: Column<"utf8">,
  engine: EngineMode | undefined,
): Float64Array<ArrayBuffer> {
  const parsed = parseDurationColumn(column, {
    onError: "null",
    ...(engine === undefined ? {} : { engine }),
  });
  const { length, data } = parsed;
  const seconds = new Float64Array(length);
  // The halves of 64 bits, since a bigint a row costs more than all the rest.
  const halves = new Int32Array(data.buffer, data.byteOffset, 2 * length);
  const hasNulls = parsed.nullCount > 0;
  for (let row = 0; row < length; row++) {
    const ms = halves[2 * row + 1]! * TWO_32 + (halves[2 * row]! >>> 0);
    seconds[row] = hasNulls && parsed.isNull(row) ? NaN : ms / 1000;
  }
  return seconds;
}

function scoresOf(column: Column): Reals {
  const { type, length } = column;
  plainArray(column.data, "column score");
  const numbers = realsOf(column);
  if (numbers !== null) return numbers.subarray(0, length) as Reals;
  // A column of a file without any value is utf8.
  if (type === "utf8" && column.nullCount === length) {
    return new Float64Array(length);
  }
  throw new TypeError(
    `Cannot compute week statistics: the column score holds ${type}, ` +
      "expected i32, i64 or f64",
  );
}

function realsOf({ type, data }: Column): Reals | null {
  if (type === "i32" || type === "f64") return data as Reals;
  return type === "i64"
    ? Float64Array.from(data as BigInt64Array, Number)
    : null;
}

/** What is wrong with a row, in words. */
function errorOf(
  { row, kind }: TaskFault,
  columnOf: (name: keyof NeededColumns) => Column,
): RowFault {
  const value = (name: keyof NeededColumns) =>
    String(columnOf(name).value(row));
  switch (kind) {
    case FAULTS.weekMissing:
      return columnOf("week").isNull(row)
        ? taskFault(row, "week", null, "a week")
        : taskFault(row, "week", value("week"), WEEK);
    case FAULTS.durationMissing:
      return taskFault(row, "duration", null, DURATION);
    case FAULTS.durationInvalid:
      return columnOf("duration").type === "utf8"
        ? clockFault(row, value("duration"))
        : taskFault(row, "duration", value("duration"), DURATION);
    case FAULTS.scoreInvalid:
      return taskFault(row, "score", value("score"), SCORE);
    default: {
      const name = kind === FAULTS.weekCode ? "week" : "project";
      const code = String(columnOf(name).data[row]);
      return taskFault(row, name, code, "a code of its dictionary");
    }
  }
}

const DURATION = "seconds or clock text HH:MM:SS, finite and not negative";
const SCORE = "a finite number";
const WEEK = "a finite number or a text";

/** The fault of a text: why it is no duration, else that it is negative. */
function clockFault(row: number, text: string): RowFault {
  const found = faultOfText(text, checkParseOptions({}));
  if (found === null) return taskFault(row, "duration", text, DURATION);
  const { code, args } = found;
  const where = `${shownText(text)} in column "duration"`;
  return new RowFault("week statistics", {
    ...{ row, column: "duration", value: text, expected: DURATION },
    reason: { code, args: { ...args, where } },
  });
}

function taskFault(
  row: number,
  column: string,
  value: string | null,
  expected: string,
): RowFault {
  return new RowFault("week statistics", { row, column, value, expected });
}

/**
 * Prepares tasks that are objects.
 *
 * @param tasks The tasks.
 * @returns Arrays and labels.
 * @throws {TypeError} If a task or a property of it has the wrong type.
 * @throws {RangeError} If a number is not allowed.
 */
export function prepareObjects(tasks: Iterable<Task>): PreparedTasks {
  if (typeof tasks !== "object" || tasks === null) throw notTasks(tasks);
  if (!(Symbol.iterator in tasks)) throw notTasks(tasks);
  const list = Array.isArray(tasks) ? tasks as Task[] : [...tasks];
  const rows = list.length;
  const weeks = new Weeks(rows);
  const projects = new Interner(rows);
  const durations = new Float64Array(rows);
  const scores = new Float64Array(rows);
  let dated: Validity;
  const scored = new Uint8Array((rows + 7) >>> 3);
  const named = new Uint8Array((rows + 7) >>> 3);
  for (let row = 0; row < rows; row++) {
    const task = list[row]!;
    checkTask(task, row);
    const { week, duration, score, project } = task;
    if (typeof week === "string" || Number.isFinite(week)) weeks.add(week);
    else {
      // As in columns: the kernels find the first fault.
      dated ??= allSet(rows);
      dated[row >>> 3]! &= ~(1 << (row & 7));
      weeks.add(0);
    }
    durations[row] = duration;
    if (score !== null && score !== undefined) {
      scores[row] = score;
      scored[row >>> 3]! |= 1 << (row & 7);
    }
    if (project !== null && project !== undefined) {
      named[row >>> 3]! |= 1 << (row & 7);
    }
    projects.add(project ?? null);
  }
  const [weekGroups, projectGroups] = [weeks.finish(), projects.finish()];
  return {
    tasks: {
      rows,
      weeks: weekGroups.codes,
      weekValidity: dated,
      weekCodes: weekGroups.count,
      durations,
      durationValidity: undefined,
      scores,
      scoreValidity: scored,
      projects: projectGroups.codes,
      projectValidity: named,
      projectCodes: projectGroups.count,
    },
    labels: {
      week: weekGroups.label,
      project: (code) => String(projectGroups.label(code)),
    },
    errorOf({ row, kind }) {
      const { week, duration, score } = list[row]!;
      switch (kind) {
        case FAULTS.weekMissing:
          return taskFault(row, "week", String(week), WEEK);
        case FAULTS.scoreInvalid:
          return taskFault(row, "score", String(score), SCORE);
        default:
          return taskFault(row, "duration", String(duration), DURATION);
      }
    },
  };
}

function notTasks(value: unknown): TypeError {
  return new TypeError(
    "Cannot compute week statistics: expected an iterable of tasks, found " +
      describe(value),
  );
}

function checkTask(task: Task, row: number): void {
  if (typeof task !== "object" || task === null) {
    throw wrongType(row, "a task must be an object", task);
  }
  const { week, duration, score, project } = task;
  if (typeof week !== "number" && typeof week !== "string") {
    throw wrongType(row, "the week must be a number or a string", week);
  }
  if (typeof duration !== "number") {
    throw wrongType(row, "the duration must be a number of seconds", duration);
  }
  if (typeof score !== "number" && score !== null && score !== undefined) {
    throw wrongType(row, "the score must be a number or null", score);
  }
  if (
    typeof project !== "string" && project !== null && project !== undefined
  ) {
    throw wrongType(row, "the project must be a string or null", project);
  }
}

function wrongType(row: number, rule: string, value: unknown): TypeError {
  return new TypeError(
    `Cannot compute week statistics: row ${row}: ${rule}, found ` +
      describe(value),
  );
}
