/** `week` and `weekColumns`: forms of input, order, rules, hostile input. */

import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { ENGINES, testEngines } from "../../tests/_engines.ts";
import { Random } from "../../bench/data/_random.ts";
import { readCsvSync } from "../csv/read.ts";
import { Column } from "../table/column.ts";
import { columnOf } from "../table/column_of.ts";
import type { ItemTypeName } from "../table/schema.ts";
import { Table } from "../table/table.ts";
import {
  type Task,
  type TaskColumns,
  week,
  weekColumns,
  weekColumnsSync,
} from "./week.ts";

const TASK: Task = { week: 1, duration: 3600, score: 3, project: "a" };

/** Columns of one row, some of them replaced. */
function columnsWith(other: Partial<TaskColumns> = {}): TaskColumns {
  return {
    week: columnOf("i32", [1]),
    duration: columnOf("i32", [3600]),
    score: columnOf("i32", [3]),
    project: columnOf("utf8", ["a"]),
    ...other,
  };
}

function weeksOf(tasks: readonly Partial<Task>[]): (number | string)[] {
  return week(tasks.map((one) => ({ ...TASK, ...one })))
    .map((stats) => stats.week);
}

Deno.test("weeks come in numeric order where all are numbers", () => {
  assertEquals(weeksOf([{ week: 10 }, { week: 9 }, { week: -1 }]), [-1, 9, 10]);
  assertEquals(weeksOf([{ week: 1.5 }, { week: 1 }]), [1, 1.5]);
  assertEquals(weeksOf([{ week: -0 }, { week: 0 }]), [0]);
  // Texts of integers are numbers, too.
  assertEquals(weeksOf([{ week: "10" }, { week: "9" }, { week: 9 }]), [9, 10]);
});

Deno.test("weeks come by UTF-8 bytes where one is no number", () => {
  assertEquals(weeksOf([{ week: "10" }, { week: "9" }, { week: "x" }]), [
    ...["10", "9", "x"],
  ]);
  // Not an integer as it would be printed: a text like any other.
  assertEquals(weeksOf([{ week: "09" }, { week: 10 }]), ["09", "10"]);
  // U+FF5E is before U+1F600 in UTF-8 and behind it in UTF-16.
  assertEquals(
    weeksOf([{ week: "\u{1f600}" }, { week: "\uff5e" }, {
      week: "",
    }]),
    ["", "\uff5e", "\u{1f600}"],
  );
});

testEngines("projects come by UTF-8 bytes, an empty one is none", (engine) => {
  const names = ["b", "\u{1f600}", "B", "\uff5e", "", null, "Ä", "b"];
  const tasks = names.map((project) => ({ ...TASK, project }));
  const [stats] = week(tasks, { engine });
  assertEquals(stats?.totalTasks, 8);
  assertEquals(stats?.projects.map(({ name }) => name), [
    ...["B", "b", "Ä", "\uff5e", "\u{1f600}"],
  ]);
  assertEquals(stats?.projects[1], { name: "b", count: 2, seconds: 7200 });
});

testEngines("productivity weighs scores by hours, at most eight", (engine) => {
  const of = (...tasks: Partial<Task>[]) =>
    week(tasks.map((one) => ({ ...TASK, ...one })), { engine })[0]!;
  assertEquals(of({ score: 5, duration: 3600 }).productivity, 100);
  assertEquals(of({ score: 5, duration: 0 }).productivity, 0);
  assertEquals(of({ score: null }).productivity, 0);
  assertEquals(of({ score: null }).meanScore, null);
  // Ten hours weigh as eight; a task without a score weighs nothing.
  const mixed = of(
    { score: 5, duration: 36_000 },
    { score: 1, duration: 7200 },
    { score: null, duration: 90_000 },
  );
  assertEquals(mixed.productivity, (5 * 8 + 1 * 2) / 10 * 20);
  assertEquals(mixed.meanScore, 3);
  assertEquals(mixed.totalSeconds, 133_200);
  assertEquals(mixed.meanSeconds, 44_400);
});

testEngines("one week may be asked for", (engine) => {
  const tasks = [TASK, { ...TASK, week: 2 }];
  for (const only of [2, "2"]) {
    assertEquals(
      week(tasks, { engine, week: only }).map((one) => one.week),
      [2],
    );
  }
  assertEquals(week(tasks, { engine, week: 3 }), []);
  assertEquals(week([], { engine }), []);
});

testEngines("columns may be of every fitting type", (engine) => {
  const expected = weekColumnsSync(columnsWith(), { engine });
  const same: Partial<TaskColumns>[] = [
    { week: columnOf("i64", [1n]) },
    { week: columnOf("f64", [1]) },
    { week: columnOf("utf8", ["1"]) },
    { duration: columnOf("i64", [3600n]) },
    { duration: columnOf("f64", [3600]) },
    { duration: columnOf("utf8", ["01:00:00"]) },
    { duration: columnOf("utf8", ["3600"]) },
    { duration: columnOf("utf8", ["PT1H"]) },
    { score: columnOf("i64", [3n]) },
    { score: columnOf("f64", [3]) },
    { project: dictionaryOf(["a", "unused"], [0]) },
  ];
  for (const other of same) {
    const found = weekColumnsSync(columnsWith(other), { engine });
    assertEquals(found, expected, JSON.stringify(Object.keys(other)));
  }
  const named = weekColumnsSync(
    columnsWith({ week: columnOf("date", ["2026-11-20"]) }),
    { engine },
  );
  assertEquals(named[0]?.week, "2026-11-20");
  // A column of a file without any value is utf8.
  const none = weekColumnsSync(
    columnsWith({
      score: columnOf("utf8", [null]),
      project: columnOf("utf8", [null]),
    }),
    { engine },
  );
  assertEquals([none[0]?.meanScore, none[0]?.projects], [null, []]);
  const numbered = weekColumnsSync(
    columnsWith({ project: columnOf("i32", [7]) }),
    { engine },
  );
  assertEquals(numbered[0]?.projects[0]?.name, "7");
});

function dictionaryOf(
  names: readonly string[],
  codes: readonly number[],
): Column {
  const data = new TextEncoder().encode(names.join(""));
  const offsets = new Int32Array(names.length + 1);
  names.forEach((name, at) => {
    offsets[at + 1] = offsets[at]! + new TextEncoder().encode(name).length;
  });
  return new Column({
    type: "utf8",
    length: codes.length,
    data: Int32Array.from(codes),
    dictionary: { length: names.length, data, offsets },
  });
}

testEngines("a text that stands twice in a dictionary is one", (engine) => {
  const found = weekColumnsSync({
    week: dictionaryOf(["w", "w", "v"], [0, 1, 2]),
    duration: columnOf("i32", [1, 2, 4]),
    score: columnOf("i32", [null, null, null]),
    project: dictionaryOf(["p", "p", ""], [0, 1, 2]),
  }, { engine });
  assertEquals(found.map((one) => [one.week, one.totalSeconds]), [
    ["v", 4],
    ["w", 3],
  ]);
  assertEquals(found[1]?.projects, [{ name: "p", count: 2, seconds: 3 }]);
  assertEquals(found[0]?.projects, []);
});

testEngines("a table of a CSV and its slices give the same", (engine) => {
  const lines = ["id,week,duration,score,project,audited"];
  for (let id = 0; id < 40; id++) {
    const score = id % 3 === 0 ? "" : id % 5;
    const project = id % 4 === 0 ? "" : `p${id % 4}`;
    lines.push(`${id},${id % 5},00:${10 + id}:30,${score},${project},`);
  }
  const table = readCsvSync(new TextEncoder().encode(lines.join("\n")));
  const tasks: Task[] = table.toObjects().map((row) => ({
    week: row.week as number,
    duration: Number(String(row.duration).split(":")[1]) * 60 + 30,
    score: row.score as number | null,
    project: row.project as string | null,
  }));
  assertEquals(weekColumnsSync(table, { engine }), week(tasks, { engine }));
  for (const [from, to] of [[0, 40], [3, 29], [11, 12], [7, 7]] as const) {
    assertEquals(
      weekColumnsSync(table.slice(from, to), { engine }),
      week(tasks.slice(from, to), { engine }),
      `${from} to ${to}`,
    );
  }
});

Deno.test("both engines agree to the bit on random columns", async () => {
  const random = new Random(17);
  for (let round = 0; round < 200; round++) {
    const length = random.below(round < 150 ? 30 : 3000);
    const column = <T>(
      type: Exclude<ItemTypeName, "decimal">,
      make: () => T,
      nulls = 0,
    ) =>
      columnOf(
        type,
        Array.from(
          { length },
          () => random.below(100) < nulls ? null : make(),
        ) as never[],
      );
    const far = random.below(2) === 0 ? 60 : 2 ** 31;
    // A fault in some rounds: a null, a negative, a score that is none.
    const faults = random.below(4) === 0 ? 1 : 0;
    const tasks: TaskColumns = {
      week: column("i32", () => random.below(far) - 20, faults),
      duration: column(
        "f64",
        () => faults > 0 && random.below(50) === 0 ? -1 : random.below(1e6) / 7,
        faults,
      ),
      score: column(
        "f64",
        () => faults > 0 && random.below(50) === 0 ? NaN : random.below(50) / 9,
        30,
      ),
      project: random.below(2) === 0
        ? column("utf8", () => `p${random.below(50)}`, 20)
        : column("i32", () => random.below(4000), 20),
    };
    const results: unknown[] = [];
    for (const engine of ENGINES) {
      results.push(outcome(() => weekColumnsSync(tasks, { engine })));
      results.push(
        await weekColumns(tasks, { engine }).catch((error) => error.message),
      );
    }
    for (const found of results) assertEquals(found, results[0]);
  }
});

function outcome(body: () => unknown): unknown {
  try {
    return body();
  } catch (error) {
    return (error as Error).message;
  }
}

testEngines("more weeks and projects than have a place each", (engine) => {
  const rows = 5000;
  const tasks: Task[] = Array.from({ length: rows }, (_, row) => ({
    week: row % 2500 * 1_000_003 % 2 ** 31,
    duration: row,
    project: `project ${row % 1250}`,
  }));
  const found = week(tasks, { engine });
  assertEquals(found.length, 2500);
  const total = found.reduce((sum, one) => sum + one.totalSeconds, 0);
  assertEquals(total, rows * (rows - 1) / 2);
  assert(found.every(({ projects }) => projects.length === 1));
});

testEngines(
  "many tasks give up the thread and can be stopped",
  async (engine) => {
    const rows = 2_000_000;
    const numbers = (make: (row: number) => number) =>
      new Column({
        type: "i32",
        length: rows,
        data: Int32Array.from({ length: rows }, (_, row) => make(row)),
      });
    const tasks: TaskColumns = {
      week: numbers((row) => row % 53),
      duration: numbers((row) => row % 40_000),
      score: numbers((row) => row % 6),
      project: dictionaryOf(["a", "b"], new Array(rows).fill(1)),
    };
    assertEquals(
      await weekColumns(tasks, { engine }),
      weekColumnsSync(tasks, { engine }),
    );
    const stop = new AbortController();
    const running = weekColumns(tasks, { engine, signal: stop.signal });
    stop.abort(new Error("enough"));
    await assertRejects(() => running, Error, "enough");
    const signal = AbortSignal.abort(new Error("not today"));
    await assertRejects(
      () => weekColumns(tasks, { signal }),
      Error,
      "not today",
    );
  },
);

testEngines("the first row that cannot be counted is named", (engine) => {
  const faults: [Partial<TaskColumns>, string][] = [
    [{ week: columnOf("i32", [1, null]) }, "the week is missing, expected a"],
    [{ duration: columnOf("i32", [1, null]) }, "the duration is missing"],
    [{ duration: columnOf("i32", [1, -5]) }, 'the duration is "-5", expected'],
    [{ duration: columnOf("f64", [1, NaN]) }, 'the duration is "NaN"'],
    [
      { duration: columnOf("f64", [1, Infinity]) },
      'the duration is "Infinity"',
    ],
    [
      { duration: columnOf("utf8", ["1", "1:xx"]) },
      'cannot parse duration "1:xx" in column "duration": seconds must be 0-59',
    ],
    [
      { duration: columnOf("utf8", ["1", "-00:01"]) },
      'the duration is "-00:01"',
    ],
    [{ duration: columnOf("utf8", ["1", null]) }, "the duration is missing"],
    [{ score: columnOf("f64", [1, NaN]) }, 'the score is "NaN", expected a f'],
    [{ score: columnOf("f64", [1, -Infinity]) }, 'the score is "-Infinity"'],
    [{ project: dictionaryOf(["a"], [0, 1]) }, 'the project is "1", expected'],
    [{ project: dictionaryOf(["a"], [0, -1]) }, 'the project is "-1"'],
    [{ week: dictionaryOf(["a"], [0, 7]) }, 'the week is "7", expected a code'],
  ];
  const two = {
    week: columnOf("i32", [1, 1]),
    duration: columnOf("i32", [1, 1]),
    score: columnOf("i32", [1, 1]),
    project: columnOf("utf8", ["a", "a"]),
  };
  for (const [other, message] of faults) {
    assertThrows(
      () => weekColumnsSync({ ...two, ...other }, { engine }),
      RangeError,
      `Cannot compute week statistics: row 1: ${message}`,
    );
  }
  // What stands at a null means nothing.
  const hidden = new Column({
    type: "f64",
    length: 2,
    data: Float64Array.of(NaN, 4),
    validity: Uint8Array.of(0b10),
  });
  const found = weekColumnsSync({ ...two, score: hidden }, { engine });
  assertEquals(found[0]?.meanScore, 4);
});

testEngines("a week that is no finite number is refused alike", (engine) => {
  for (const bad of [NaN, Infinity, -Infinity]) {
    const message = "Cannot compute week statistics: row 2: the week is " +
      `"${bad}", expected a finite number or a text`;
    const weeks = [1, 2.5, bad, NaN];
    const column = columnOf("f64", weeks);
    const ones = columnOf("i32", [1, 1, 1, 1]);
    const project = columnOf("utf8", ["a", "a", "a", "a"]);
    const columns = { week: column, duration: ones, score: ones, project };
    assertThrows(
      () => weekColumnsSync(columns, { engine }),
      RangeError,
      message,
    );
    const tasks = weeks.map((week) => ({ week, duration: 1, score: 1 }));
    assertThrows(() => week(tasks, { engine }), RangeError, message);
    // The first fault counts, whichever it is.
    const first = "row 0: the duration is";
    const [task, ...others] = tasks;
    const late = [{ ...task!, duration: -1 }, ...others];
    assertThrows(() => week(late, { engine }), RangeError, first);
    const duration = columnOf("i32", [-1, 1, 1, 1]);
    const found = () => weekColumnsSync({ ...columns, duration }, { engine });
    assertThrows(found, RangeError, first);
  }
  // A null is missing, whatever stands below it.
  const hidden = new Column({
    type: "f64",
    length: 2,
    data: Float64Array.of(1, NaN),
    validity: Uint8Array.of(0b01),
  });
  const [two, none] = [columnOf("i32", [1, 1]), columnOf("utf8", [null, null])];
  const columns = { week: hidden, duration: two, score: two, project: none };
  assertThrows(
    () => weekColumnsSync(columns, { engine }),
    RangeError,
    "row 1: the week is missing, expected a week",
  );
});

Deno.test("columns that are none are refused", () => {
  const call = (tasks: unknown, options: object = {}) => () =>
    weekColumnsSync(tasks as TaskColumns, options);
  for (const tasks of [null, undefined, 7, "tasks"]) {
    assertThrows(call(tasks), TypeError, "expected a Table or an object of");
  }
  assertThrows(
    call({ week: columnsWith().week }),
    RangeError,
    'no column "duration", "score", "project", found "week"',
  );
  assertThrows(call({}), RangeError, "found none");
  assertThrows(call(new Table([])), RangeError, 'no column "week"');
  assertThrows(
    call(columnsWith({ score: [3] as unknown as Column })),
    TypeError,
    "score must be a Column, found Array",
  );
  assertThrows(
    call(columnsWith({ score: columnOf("i32", [1, 2]) })),
    RangeError,
    "the columns have 1 and 2 rows",
  );
  assertThrows(
    call(columnsWith({ score: columnOf("utf8", ["good"]) })),
    TypeError,
    "the column score holds utf8, expected i32, i64 or f64",
  );
  assertThrows(
    call(columnsWith({ duration: columnOf("bool", [true]) })),
    TypeError,
    "the column duration holds bool, expected seconds",
  );
  assertThrows(call(columnsWith(), { week: {} }), TypeError, "option week");
  assertThrows(
    call(columnsWith(), { signal: 7 }),
    TypeError,
    "the option signal is no AbortSignal",
  );
});

Deno.test("columns over memory that may vanish are refused", () => {
  const shared = new Int32Array(new SharedArrayBuffer(4));
  const resizable = new Int32Array(new ArrayBuffer(4, { maxByteLength: 8 }));
  const detached = new Int32Array(1);
  structuredClone(detached.buffer, { transfer: [detached.buffer] });
  const hostile: [Int32Array, string][] = [
    [shared, "shared"],
    [resizable, "resizable"],
    [detached, "detached"],
  ];
  for (const [data, reason] of hostile) {
    for (const name of ["week", "duration", "score"] as const) {
      const tasks = columnsWith();
      // A Column looks at its memory when it is made, not later.
      const column = Object.create(Column.prototype, {
        type: { value: "i32" },
        length: { value: 1 },
        data: { value: data },
        validity: { value: undefined },
        dictionary: { value: undefined },
        nullCount: { value: 0 },
      }) as Column;
      assertThrows(
        () => weekColumnsSync({ ...tasks, [name]: column }),
        TypeError,
        reason,
      );
    }
  }
});

Deno.test("tasks that are none are refused", () => {
  const call = (tasks: unknown) => () => week(tasks as Task[]);
  for (const tasks of [null, undefined, 7, "tasks", {}]) {
    assertThrows(call(tasks), TypeError, "expected an iterable of tasks");
  }
  const types: [object | null, string][] = [
    [null, "a task must be an object, found null"],
    [{ ...TASK, week: null }, "the week must be a number or a string"],
    [{ ...TASK, duration: "01:00" }, "the duration must be a number of sec"],
    [{ ...TASK, score: "5" }, "the score must be a number or null"],
    [{ ...TASK, project: 7 }, "the project must be a string or null"],
  ];
  for (const [task, message] of types) {
    assertThrows(call([TASK, task]), TypeError, `row 1: ${message}`);
  }
  const ranges: [object, string][] = [
    [{ ...TASK, week: NaN }, 'the week is "NaN", expected a finite number or'],
    [{ ...TASK, duration: -1 }, 'the duration is "-1", expected seconds'],
    [{ ...TASK, duration: Infinity }, 'the duration is "Infinity"'],
    [{ ...TASK, score: NaN }, 'the score is "NaN", expected a finite number'],
  ];
  for (const [task, message] of ranges) {
    assertThrows(call([TASK, task]), RangeError, `row 1: ${message}`);
  }
  // Any iterable will do.
  assertEquals(week(new Set([TASK]))[0]?.totalTasks, 1);
});
