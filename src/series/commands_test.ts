/** `series timeline` on the command line. */

import { assert, assertEquals } from "@std/assert";
import { cli, temporaryFile } from "../../tests/_cli.ts";
import { ENGINES } from "../../tests/_engines.ts";
import { readArrowSync } from "../arrow/read.ts";
import { declaredType } from "../table/schema.ts";
import { seriesTimeline } from "./timeline.op.ts";

const CSV = "id,timestamp,change,type\n" +
  "1,2024-10-27T00:30:00Z,5,in\n" +
  "2,2024-10-27T01:30:00Z,-2,out\n" +
  "3,2024-10-27T02:30:00Z,,in\n" +
  "4,2024-10-27T00:30:00Z,1,out\n";

async function run(file: string, ...args: string[]) {
  return await cli(["series", "timeline", file, ...args]);
}

Deno.test("cli: series timeline prints timestamp, change and total", async () => {
  using file = temporaryFile("events.csv", CSV);
  for (const engine of ENGINES) {
    const found = await run(file.path, "--to", "csv", "--engine", engine);
    assertEquals(found, {
      code: 0,
      stderr: "",
      stdout: "timestamp,change,total\n" +
        "2024-10-27T00:30:00Z,6,6\n" +
        "2024-10-27T01:30:00Z,-2,4\n" +
        "2024-10-27T02:30:00Z,0,4\n",
    });
    const hours = await run(
      file.path,
      ...["--by", "hour", "--zone", "Europe/Berlin", "--to", "ndjson"],
      ...["--engine", engine],
    );
    // The clock shows 02:30 twice in that night.
    assertEquals(
      hours.stdout,
      '{"timestamp":"2024-10-27T02:00:00+02:00","change":6,"total":6}\n' +
        '{"timestamp":"2024-10-27T02:00:00+01:00","change":-2,"total":4}\n' +
        '{"timestamp":"2024-10-27T03:00:00+01:00","change":0,"total":4}\n',
    );
  }
  const json = await run(
    file.path,
    ...["--by", "quarter", "--per-type", "--rolling", "1,2", "--to", "json"],
  );
  const quarter = { timestamp: "2024-10-01", sum2: null, mean2: null };
  assertEquals(JSON.parse(json.stdout), [
    { ...quarter, type: "in", change: 5, total: 5, sum1: 5, mean1: 5 },
    { ...quarter, type: "out", change: -1, total: -1, sum1: -1, mean1: -1 },
  ]);
});

Deno.test("cli: a timeline as Arrow has the types of its columns", async () => {
  const input = new TextEncoder().encode(CSV);
  const values = { by: "hour", zone: "Europe/Berlin" };
  for (const engine of ENGINES) {
    const chunks = seriesTimeline.door({
      ...{ input, name: "-", values, engine },
      to: "arrow",
    });
    const bytes = await new Response(ReadableStream.from(chunks)).bytes();
    const table = readArrowSync(bytes);
    assertEquals(table.schema.map(declaredType), [
      ...["timestamp_utc", "i64", "i64"],
    ]);
    assertEquals(table.column("timestamp").toArray(), [
      "2024-10-27T00:00:00Z",
      "2024-10-27T01:00:00Z",
      "2024-10-27T02:00:00Z",
    ]);
    assertEquals(table.column("total").toArray(), [6n, 4n, 4n]);
  }
});

Deno.test("cli: series timeline prints offsets as they are", async () => {
  const text = "timestamp,change\n1880-01-01T00:00:00Z,1\n" +
    "2024-01-01T00:00:00.25Z,1\n";
  using file = temporaryFile("events.csv", text);
  const found: string[] = [];
  for (const zone of ["Europe/Berlin", "America/St_Johns", "+05:45", "UTC"]) {
    const { stdout } = await run(file.path, "--zone", zone);
    found.push(...stdout.split("\n").slice(1, 3));
  }
  assertEquals(found, [
    "1880-01-01T00:53:28+00:53:28,1,1",
    "2024-01-01T01:00:00.25+01:00,1,2",
    "1879-12-31T20:29:08-03:30:52,1,1",
    "2023-12-31T20:30:00.25-03:30,1,2",
    "1880-01-01T05:45:00+05:45,1,1",
    "2024-01-01T05:45:00.25+05:45,1,2",
    "1880-01-01T00:00:00Z,1,1",
    "2024-01-01T00:00:00.25Z,1,2",
  ]);
});

Deno.test("cli: series timeline without a zone prints no offset", async () => {
  const stdin = "timestamp,change\n1890-01-01 12:00,1\n";
  for (const engine of ENGINES) {
    const found: (string | undefined)[] = [];
    for (const zone of [[], ["--zone", "Europe/Brussels"]]) {
      const line = ["series", "timeline", "-", "--engine", engine, ...zone];
      const { stdout } = await cli(line, { stdin });
      found.push(stdout.split("\n")[1]);
    }
    assertEquals(found, [
      "1890-01-01T12:00:00,1,1",
      "1890-01-01T12:00:00+00:17:30,1,1",
    ]);
  }
});

Deno.test("cli: series timeline reads stdin, as CSV and NDJSON", async () => {
  const lines = '{"change":1.5,"timestamp":"2024-02-29","note":"x"}\n' +
    '{"timestamp":"2024-02-28","change":-1}\n';
  const expected = "timestamp,change,total\n2024-02-28,-1,-1\n" +
    "2024-02-29,1.5,0.5\n";
  const csv = "timestamp,change\n2024-02-29,1.5\n2024-02-28,-1\n";
  for (const stdin of [lines, csv]) {
    const found = await cli(["series", "timeline", "-"], { stdin });
    assertEquals(found, { code: 0, stdout: expected, stderr: "" });
  }
});

Deno.test("cli: series timeline fills gaps", async () => {
  using file = temporaryFile(
    "events.csv",
    "timestamp,change\n2024-02-28,1\n2024-03-02,2\n",
  );
  const found = await run(file.path, "--by", "day", "--fill");
  assertEquals(
    found.stdout,
    "timestamp,change,total\n2024-02-28,1,1\n2024-02-29,0,1\n" +
      "2024-03-01,0,1\n2024-03-02,2,3\n",
  );
});

Deno.test("cli: series timeline keeps types over many batches", async () => {
  const expected = new Map<string, number>();
  const lines = ["timestamp,type,change"];
  for (let row = 0; row < 140_000; row++) {
    // Few types first, then one a row: both ways to store a column of texts.
    const type = row < 70_000 ? `t${row % 3}` : row % 9 === 0 ? "" : `u${row}`;
    lines.push(`2024-01-01,${type},${row}`);
    expected.set(type, (expected.get(type) ?? 0) + row);
  }
  using file = temporaryFile("events.csv", `${lines.join("\n")}\n`);
  for (const engine of ENGINES) {
    const found = await run(
      file.path,
      ...["--per-type", "--to", "ndjson", "--engine", engine],
    );
    const rows = found.stdout.trimEnd().split("\n")
      .map((line) => JSON.parse(line) as Record<string, string>);
    assertEquals(rows.length, expected.size);
    assertEquals(rows.at(-1)?.type, null);
    for (const { type, change, total } of rows) {
      assertEquals([change, total], Array(2).fill(expected.get(type ?? "")));
    }
  }
});

Deno.test("cli: series timeline takes types as they are written", async () => {
  const texts = ["1.5", "1.50", "TRUE", "true", "1e2", "2024-01-01 00:00"];
  // By UTF-8 bytes; a quoted empty field is a type, an unquoted one is none.
  const expected = [
    ...['""', "1.5", "1.50", "1e2", "2024-01-01 00:00", "TRUE", "true", ""],
  ];
  const rows = [...texts, "", '""'].map((type) => `2024-01-01,1,${type}\n`);
  const lines = ["1.5", '"1.50"', "1.50", "true", '"true"', "null"]
    .map((type) => `{"timestamp":"2024-01-01","change":1,"type":${type}}\n`);
  for (const engine of ENGINES) {
    const line = [
      ...["series", "timeline", "-", "--per-type", "--engine", engine],
    ];
    const csv = await cli(line, {
      stdin: `timestamp,change,type\n${rows.join("")}`,
    });
    assertEquals(csv, {
      code: 0,
      stderr: "",
      stdout: "timestamp,type,change,total\n" +
        expected.map((type) => `2024-01-01,${type},1,1\n`).join(""),
    });
    const ndjson = await cli([...line, "--to", "csv"], {
      stdin: lines.join(""),
    });
    assertEquals(
      ndjson.stdout,
      "timestamp,type,change,total\n2024-01-01,1.5,1,1\n" +
        "2024-01-01,1.50,2,2\n2024-01-01,true,2,2\n2024-01-01,,1,1\n",
    );
  }
});

Deno.test("cli: series timeline of an empty file has names and no rows", async () => {
  for (const text of ["", "timestamp,change,type\n"]) {
    using file = temporaryFile("events.csv", text);
    const csv = await run(file.path, "--by", "week", "--per-type");
    assertEquals([csv.code, csv.stderr], [0, ""]);
    assert(/^timestamp,(type,)?change,total\n$/.test(csv.stdout), csv.stdout);
    const json = await run(file.path, "--to", "json");
    assertEquals(JSON.parse(json.stdout), []);
  }
});

Deno.test("cli: series timeline names the line of a bad value", async () => {
  const max = "9223372036854775807";
  const cases: [string, string, string[]][] = [
    [
      "timestamp,change\n\n2024-01-01,1\nnoon,2\n",
      '4:1: Cannot use "noon" in column "timestamp": expected a date or ' +
      "timestamp of the years 0001 to 9999 (INVALID_VALUE, byte 31)",
      [],
    ],
    [
      'x,timestamp,change\n"a\nb",2024-01-01,1\n,,2\n',
      '4:2: Cannot use row: it has no value in column "timestamp" ' +
      "(MISSING_VALUE, byte 39)",
      [],
    ],
    [
      "timestamp,change\n2024-01-01,1\n2024-01-01,many\n",
      '3:12: Cannot use "many" in column "change": expected a number ' +
      "(INVALID_VALUE, byte 41)",
      [],
    ],
    [
      "timestamp,delta\n2024-01-01,1\n",
      '1:1: Cannot find column "change": the input has "timestamp", "delta" ' +
      "(MISSING_COLUMN, byte 0)",
      [],
    ],
    [
      "timestamp,change\n2024-01-01,1\n",
      '1:1: Cannot find column "type": the input has "timestamp", "change" ' +
      "(MISSING_COLUMN, byte 0)",
      ["--per-type"],
    ],
    [
      '{"timestamp":"2024-01-01","change":1}\n',
      '1:1: Cannot find column "type": the input has "timestamp", "change" ' +
      "(MISSING_COLUMN, byte 0)",
      ["--per-type", "--format", "ndjson"],
    ],
    [
      `timestamp,change\n2024-01-02,1\n2024-01-01,${max}\n`,
      '2:12: Cannot add up column "change": the total at 2024-01-02 does not ' +
      "fit 64 bits (SUM_TOO_LARGE, byte 28)",
      [],
    ],
    [
      `timestamp,change\n2024-01-01,${max}\n2024-01-02,1\n2024-01-01,1\n`,
      '3:12: Cannot add up column "change": the change at 2024-01-01 does not ' +
      "fit 64 bits (SUM_TOO_LARGE, byte 59)",
      ["--by", "month"],
    ],
    [
      "timestamp,change\n2024-01-01T10:00:00Z,1\n0001-01-01T00:00:00Z,1\n",
      '3:1: Cannot use "0001-01-01T00:00:00Z" in column "timestamp": expected ' +
      "a date or timestamp of the years 0001 to 9999, in UTC and by the clock " +
      "of the zone (INVALID_VALUE, byte 40)",
      ["--zone", "America/New_York", "--by", "day"],
    ],
    [
      "change,timestamp\n1,2024-01-01T10:00:00Z\n1,9999-12-31T23:00:00Z\n",
      '3:3: Cannot use "9999-12-31T23:00:00Z" in column "timestamp": expected ' +
      "a date or timestamp of the years 0001 to 9999, in UTC and by the clock " +
      "of the zone (INVALID_VALUE, byte 42)",
      ["--zone", "Europe/Berlin"],
    ],
    [
      "timestamp,change\n2024-01-01,1,2\n",
      "2:1: Cannot read row: expected 2 fields, found 3 " +
      "(RAGGED_ROW, byte 17)",
      [],
    ],
  ];
  for (const [text, message, args] of cases) {
    using file = temporaryFile("events.csv", text);
    for (const engine of ENGINES) {
      const found = await run(file.path, ...args, "--engine", engine);
      assertEquals(found, {
        code: 3,
        stdout: "",
        stderr: `${file.path}:${message}\n`,
      });
    }
  }
});

Deno.test("cli: series timeline refuses options that make no sense", async () => {
  using file = temporaryFile("events.csv", CSV);
  const cases: [string[], string][] = [
    [["--by", "decade"], "decade"],
    [["--zone", "Mars/Base"], "Mars/Base"],
    [["--fill"], "--fill needs --by"],
    [["--rolling", "seven"], "seven"],
    [["--rolling", "0"], "1 to 1024"],
  ];
  for (const [args, word] of cases) {
    const found = await run(file.path, ...args);
    assertEquals([found.code, found.stdout], [2, ""], args.join(" "));
    assert(found.stderr.includes(word), found.stderr);
  }
});
