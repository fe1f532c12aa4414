/** The commands `stats summary` and `stats week`. */

import { assert, assertEquals } from "@std/assert";
import { cli, type CliOptions } from "../../tests/_cli.ts";
import { bytesOf, ENGINES, streamOf } from "../../tests/_engines.ts";
import { ParseError } from "../errors.ts";
import { statsSummary } from "./summary.op.ts";
import { statsWeek } from "./week.op.ts";
import type { WeekStats } from "./week.ts";

const TASKS = "id,week,duration,score,project,audited\n" +
  "1,47,01:30:00,5,web,2026-11-20\n" +
  "2,9,1800,,,\n\n" +
  '3,47,90,1,"w,b",\n';

async function stats(
  line: string,
  options: CliOptions = {},
): Promise<[code: number, stdout: string, stderr: string]> {
  const { code, stdout, stderr } = await cli(
    ["stats", ...line.split(" ")],
    options,
  );
  return [code, stdout, stderr];
}

const WEEK_47 =
  '{"week":47,"totalTasks":2,"totalSeconds":5490,"meanSeconds":2745,' +
  '"meanScore":3,"productivity":98.68852459016395,"projects":[' +
  '{"name":"w,b","count":1,"seconds":90},' +
  '{"name":"web","count":1,"seconds":5400}]}';
const WEEK_9 =
  '{"week":9,"totalTasks":1,"totalSeconds":1800,"meanSeconds":1800,' +
  '"meanScore":null,"productivity":0,"projects":[]}';

Deno.test("stats week prints the weeks of a file and of stdin", async () => {
  const path = await Deno.makeTempFile({ suffix: ".csv" });
  try {
    await Deno.writeTextFile(path, TASKS);
    const all = [0, `[${WEEK_9},${WEEK_47}]\n`, ""];
    for (const engine of ENGINES) {
      const line = `week ${path} --json --engine ${engine}`;
      assertEquals(await stats(line), all);
    }
    assertEquals(await stats("week -", { stdin: TASKS }), all);
    const one = await stats(`week ${path} --week 47`);
    assertEquals(one, [0, `[${WEEK_47}]\n`, ""]);
    const semicolons = TASKS.replace('"w,b"', "w.b").replaceAll(",", ";");
    const [code] = await stats("week - --delimiter ;", { stdin: semicolons });
    assertEquals(code, 0);
  } finally {
    await Deno.remove(path);
  }
});

Deno.test("stats week takes weeks and projects as they are written", async () => {
  const csv = "week,duration,score,project\n" +
    ["1.50", "1.5", "1e2", "TRUE", "true", "", '""']
      .map((project) => `2026-01-05 00:00,60,,${project}\n`).join("") +
    "2026-01-05T00:00:00,60,,1.5\n2026-01-05,60,,2\n";
  // A number, and a text of its digits, are the same name.
  const ndjson = [["7", "1.50"], ['"7"', '"1.5"'], ["7", "1.5"], ["8", "true"]]
    .map(([week, project]) =>
      `{"week":${week},"duration":60,"score":null,"project":${project}}\n`
    ).join("");
  for (const engine of ENGINES) {
    const weeksOf = async (stdin: string) => {
      const found = await stats(`week - --engine ${engine}`, { stdin });
      assertEquals([found[0], found[2]], [0, ""]);
      const weeks = JSON.parse(found[1]) as WeekStats[];
      return weeks.map(({ week, totalTasks, projects }) => [
        ...[week, totalTasks],
        projects.map(({ name, count }) => `${name}: ${count}`).join(", "),
      ]);
    };
    assertEquals(await weeksOf(csv), [
      ["2026-01-05", 1, "2: 1"],
      ["2026-01-05 00:00", 7, "1.5: 1, 1.50: 1, 1e2: 1, TRUE: 1, true: 1"],
      ["2026-01-05T00:00:00", 1, "1.5: 1"],
    ]);
    assertEquals(await weeksOf(ndjson), [
      [7, 3, "1.5: 2, 1.50: 1"],
      [8, 1, "true: 1"],
    ]);
    // 007 and 1.0 are no integers as they would be printed.
    for (const [one, other] of [["7", "007"], ["1", "1.0"], ["2", "+2"]]) {
      const rows = `week,duration,score,project\n${one},1,,\n${other},1,,\n`;
      const weeks = (await weeksOf(rows)).map(([week]) => week);
      assertEquals(weeks, [one!, other!].sort());
    }
  }
});

Deno.test("stats week keeps names over many batches", async () => {
  const counts = new Map<string, number>();
  const lines = ["week,duration,score,project"];
  for (let row = 0; row < 140_000; row++) {
    // No project, then few, then one a row.
    const project = row < 70_000 ? "" : row < 100_000 ? `1.${row % 3}0` : row;
    lines.push(`${row % 2},1,,${project}`);
    const key = `${row % 2} ${project}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  for (const engine of ENGINES) {
    const [code, stdout] = await stats(`week - --engine ${engine}`, {
      stdin: `${lines.join("\n")}\n`,
    });
    assertEquals(code, 0);
    const weeks = JSON.parse(stdout) as WeekStats[];
    assertEquals(weeks.map(({ week }) => week), [0, 1]);
    for (const { week, totalTasks, projects } of weeks) {
      assertEquals([totalTasks, projects.length], [70_000, 20_003]);
      assert(
        projects.every(({ name, count }) =>
          counts.get(`${week} ${name}`) === count
        ),
      );
    }
  }
});

Deno.test("stats week tells a column of nulls from one that is not there", async () => {
  const row = '{"duration":1,"week":"a","score":null';
  const week = { week: "a", totalTasks: 2, totalSeconds: 2, meanSeconds: 1 };
  for (const engine of ENGINES) {
    const line = `week - --engine ${engine}`;
    // The key may come late.
    const found = await stats(line, {
      stdin: `${row}}\n${row},"project":null}\n`,
    });
    const figures = { meanScore: null, productivity: 0, projects: [] };
    assertEquals(found, [
      0,
      JSON.stringify([{ ...week, ...figures }]) + "\n",
      "",
    ]);
    assertEquals(await stats(line, { stdin: `${row}}\n` }), [
      ...[3, ""],
      '-:1:1: Cannot find column "project": the input has "duration", ' +
      '"week", "score" (MISSING_COLUMN, byte 0)\n',
    ]);
    const csv = "week,duration,score\na,1,\n";
    assertEquals(await stats(line, { stdin: csv }), [
      ...[3, ""],
      '-:1:1: Cannot find column "project": the input has "week", ' +
      '"duration", "score" (MISSING_COLUMN, byte 0)\n',
    ]);
  }
});

Deno.test("stats summary prints a column's figures", async () => {
  const stdin = "name,n,w\na,3,1\nb,1,\nc,2,0.5\n";
  const [code, stdout, stderr] = await stats(
    "summary - --column n --weights w --probabilities 0.5,1 --json",
    { stdin },
  );
  assertEquals([code, stderr], [0, ""]);
  assertEquals(JSON.parse(stdout), {
    version: 1,
    column: "n",
    type: "i32",
    count: 3,
    nulls: 0,
    nans: 0,
    sum: 6,
    mean: 2,
    variance: 1,
    std: 1,
    variancePopulation: 2 / 3,
    stdPopulation: Math.sqrt(2 / 3),
    min: 1,
    max: 3,
    skewness: 0,
    skewnessPopulation: 0,
    kurtosis: null,
    kurtosisPopulation: -1.5,
    quantiles: [{ p: 0.5, value: 2 }, { p: 1, value: 3 }],
    weightedMean: 8 / 3,
  });
  // Integers of 64 bits keep their digits; the first column of numbers.
  const big = "name,n\nx,9223372036854775807\ny,9223372036854775806\n";
  const [, text] = await stats("summary -", { stdin: big });
  assert(text.includes('"sum":18446744073709551613,'), text);
  assert(text.includes('"max":9223372036854775807,'), text);
  const [, nan] = await stats("summary -", { stdin: "x\nnan\n1.5\n" });
  assert(nan.includes('"count":2,"nulls":0,"nans":1,"sum":null'), nan);
  const [, skip] = await stats("summary - --nan skip", {
    stdin: "x\nnan\n1.5\n",
  });
  assert(skip.includes('"sum":1.5,"mean":1.5'), skip);
  const [, ndjson] = await stats("summary - --column n", {
    stdin: '{"n":1}\n{"m":0}\n{"n":4}\n',
  });
  assert(ndjson.includes('"count":2,"nulls":1,'), ndjson);
  const [, headless] = await stats("summary - --no-header --column column2", {
    stdin: "a,1\nb,2\n",
  });
  assert(headless.includes('"column":"column2","type":"i32","count":2'));
});

Deno.test("stats says where a value is wrong", async () => {
  const cases: [string, string, string][] = [
    [
      "week -",
      TASKS.replace(",90,", ",9:0,"),
      '-:5:6: Cannot parse duration "9:0" in column "duration": seconds must ' +
      "be 0-59 in two digits (FIELD_OUT_OF_RANGE, byte 88)",
    ],
    [
      "week -",
      TASKS.replace(",1,", ",good,"),
      '-:5:9: Cannot use "good" in column "score": expected a number ' +
      "(INVALID_VALUE, byte 91)",
    ],
    [
      "week -",
      TASKS.replace("2,9,", "2,,"),
      '-:3:3: Cannot use row: it has no value in column "week" ' +
      "(MISSING_VALUE, byte 72)",
    ],
    [
      "week -",
      "week,duration,project\n1,1,a\n",
      '-:1:1: Cannot find column "score": the input has "week", "duration", ' +
      '"project" (MISSING_COLUMN, byte 0)',
    ],
    [
      "week -",
      '{"week":1,"duration":5,"score":null,"project":null}\n' +
      '  {"week":1,"duration":-5,"score":1,"project":null}\n',
      '-:2:3: Cannot use "-5" in column "duration": expected seconds or ' +
      "clock text HH:MM:SS, finite and not negative (INVALID_VALUE, byte 54)",
    ],
    [
      "summary - --column b",
      'a,b\n"x\ny",1\n"""",two\n',
      '-:4:6: Cannot use "two" in column "b": expected a number ' +
      "(INVALID_VALUE, byte 17)",
    ],
    [
      "summary -",
      "\r\n\nn\n\n1\nx\n",
      '-:6:1: Cannot use "x" in column "n": expected a number ' +
      "(INVALID_VALUE, byte 8)",
    ],
    [
      "summary - --weights w --column n",
      "n,w\n1,1\n2,-1\n",
      '-:3:3: Cannot use "-1" in column "w": expected a finite number that ' +
      "is not negative (INVALID_VALUE, byte 10)",
    ],
    [
      "summary - --column z",
      "n\n1\n",
      '-:1:1: Cannot find column "z": the input has "n" ' +
      "(MISSING_COLUMN, byte 0)",
    ],
  ];
  for (const [line, stdin, stderr] of cases) {
    assertEquals(await stats(line, { stdin }), [3, "", `${stderr}\n`], line);
  }
  const usage = [
    ["--probabilities 2", "a probability must be 0 to 1: it is 2"],
    ["--probabilities x", 'a number from 0 to 1: it is "x"'],
    [
      "--quantile-type 10",
      "--quantile-type must be a whole number from 1 to 9",
    ],
  ];
  for (const [options, message] of usage) {
    const [code, , stderr] = await stats(`summary - ${options}`, {
      stdin: "n\n1\n",
    });
    assertEquals(code, 2);
    assert(stderr.includes(message!), stderr);
  }
});

Deno.test("stats week says why a duration or score is refused", async () => {
  const mix = "expected no integer beyond 2^53 beside floats";
  const cases: [durations: string[], line: number, message: string][] = [
    [
      ["1.5", "9007199254740993"],
      3,
      `Cannot use "9007199254740993" in column "duration": ${mix}`,
    ],
    [
      ["9007199254740993", "1e3"],
      2,
      `Cannot use "9007199254740993" in column "duration": ${mix}`,
    ],
    [
      ["00:01:00", "1e3"],
      3,
      'Cannot parse duration "1e3" in column "duration": unknown unit "e", ' +
      "known are h, m, s, ms, us, ns",
    ],
    [
      ["00:01:00", "0.0005"],
      3,
      'Cannot parse duration "0.0005" in column "duration": not a whole ' +
      "number of milliseconds",
    ],
    [
      ["00:90:00", "x"],
      2,
      'Cannot parse duration "00:90:00" in column "duration": minutes must ' +
      "be 0-59",
    ],
    [
      ["00:01:00", "-00:00:05"],
      3,
      'Cannot use "-00:00:05" in column "duration": expected seconds or ' +
      "clock text HH:MM:SS, finite and not negative",
    ],
  ];
  for (const engine of ENGINES) {
    for (const [durations, at, message] of cases) {
      const rows = durations.map((text) => `${text},1,,\n`).join("");
      const [code, , stderr] = await stats(`week - --engine ${engine}`, {
        stdin: `duration,week,score,project\n${rows}`,
      });
      assertEquals(code, 3);
      assert(stderr.startsWith(`-:${at}:1: ${message} (`), stderr);
    }
    const [, , score] = await stats(`week - --engine ${engine}`, {
      stdin: "score,week,duration,project\n1.5,1,1,\n9007199254740993,1,1,\n",
    });
    assert(
      score.startsWith(
        `-:3:1: Cannot use "9007199254740993" in column "score": ${mix} (`,
      ),
      score,
    );
  }
});

Deno.test("empty inputs have no weeks, and figures of nothing", async () => {
  for (const stdin of ["", "\n"]) {
    assertEquals(await stats("week -", { stdin }), [0, "[]\n", ""]);
    const [code, stdout] = await stats("summary -", { stdin });
    assertEquals(code, 0);
    assert(stdout.startsWith('{"version":1,"column":null,'), stdout);
  }
  const header = TASKS.slice(0, TASKS.indexOf("\n") + 1);
  assertEquals(await stats("week -", { stdin: header }), [0, "[]\n", ""]);
});

Deno.test("a fault's place is the same from bytes, a file and a stream", async () => {
  const rows = Array.from(
    { length: 5000 },
    (_, row) => `${row},"a ""quoted""\r\nfield ${row}"\r\n`,
  );
  rows[4321] = "wrong,x\r\n";
  const bytes = bytesOf(`n,text\r\n${rows.join("")}`);
  const before = bytesOf(`n,text\r\n${rows.slice(0, 4321).join("")}`).length;
  const path = await Deno.makeTempFile({ suffix: ".csv" });
  try {
    await Deno.writeFile(path, bytes);
    for (const input of [bytes, path, streamOf(bytes, 777)]) {
      const chunks = statsSummary.door({
        input,
        name: "-",
        values: { column: "n" },
        to: "json",
        engine: "auto",
      });
      const error = await Array.fromAsync(chunks).catch((error) => error);
      assert(error instanceof ParseError);
      assertEquals(
        [error.code, error.line, error.column, error.byteOffset],
        ["INVALID_VALUE", 2 + 2 * 4321, 1, before],
      );
    }
  } finally {
    await Deno.remove(path);
  }
});

Deno.test("the samples of the entries hold nulls, texts and numbers", () => {
  const text = (op: typeof statsWeek, seed: number) =>
    new TextDecoder().decode(op.sampleInput(4000, seed));
  assert(/,\d\d:\d\d:\d\d,/.test(text(statsWeek, 2)));
  assert(/,2026-W\d\d,/.test(text(statsWeek, 3)));
  assert(text(statsSummary, 4).includes("\n,"));
});
