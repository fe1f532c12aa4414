/** `csv read` with its error rows, `csv head` and `csv sniff`. */

import { assertEquals } from "@std/assert";
import { CLI, cli } from "../../tests/_cli.ts";

const TEXT = 'a,b\n1,2\n3\n"x"y,4\n';

const ERRORS = [
  {
    code: "RAGGED_ROW",
    line: 3,
    column: 1,
    byteOffset: 8,
    message: "Cannot read row: expected 2 fields, found 1",
  },
  {
    code: "TEXT_AFTER_QUOTE",
    line: 4,
    column: 4,
    byteOffset: 13,
    message: "Cannot read field: text after the closing quote, double a " +
      "quote inside a quoted field",
  },
];

async function withFolder(body: (folder: string) => Promise<void>) {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(`${folder}/in.csv`, TEXT);
    await body(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function namesIn(folder: string): string[] {
  return [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
}

/** Runs a line of a shell, which sees `$DENO` and `$CLI`. */
function shell(line: string, cwd: string): Promise<Deno.CommandOutput> {
  return new Deno.Command("sh", {
    args: ["-c", line],
    cwd,
    env: { DENO: Deno.execPath(), CLI },
  }).output();
}

async function errorsIn(path: string): Promise<unknown[]> {
  const text = await Deno.readTextFile(path);
  return text.split("\n").slice(0, -1).map((line) => JSON.parse(line));
}

Deno.test("csv read --errors writes the error rows as NDJSON", () =>
  withFolder(async (cwd) => {
    const lenient = ["--mode", "lenient", "--errors", "bad.ndjson"];
    const read = await cli(["csv", "read", "in.csv", ...lenient], { cwd });
    assertEquals(read, {
      code: 0,
      stdout: '{"a":"1","b":2}\n{"a":"3","b":null}\n{"a":"xy","b":4}\n',
      stderr: "",
    });
    assertEquals(await errorsIn(`${cwd}/bad.ndjson`), ERRORS);
    const collect = ["--on-error", "collect", "--errors", "bad.ndjson"];
    const left = await cli(["csv", "read", "in.csv", ...collect], { cwd });
    assertEquals([left.code, left.stdout], [0, '{"a":1,"b":2}\n']);
    assertEquals(await errorsIn(`${cwd}/bad.ndjson`), ERRORS);
  }));

Deno.test("csv read --errors keeps what was found before a failure", () =>
  withFolder(async (cwd) => {
    const args = ["--on-error", "collect", "--max-errors", "1"];
    const read = await cli(
      ["csv", "read", "in.csv", ...args, "--errors", "bad.ndjson"],
      { cwd },
    );
    assertEquals(read.code, 3);
    assertEquals(
      read.stderr,
      "in.csv:4:4: Cannot go on: more than 1 faulty rows, look at the first " +
        "ones or raise --max-errors (TOO_MANY_ERRORS, byte 13)\n",
    );
    assertEquals(await errorsIn(`${cwd}/bad.ndjson`), ERRORS.slice(0, 1));
    // Without a fault there is a file, and nothing in it.
    const clean = ["--errors", "bad.ndjson", "--limit", "1"];
    await cli(["csv", "read", "in.csv", ...clean], { cwd });
    assertEquals(await errorsIn(`${cwd}/bad.ndjson`), []);
  }));

Deno.test("csv read is never silent about rows that it left out", () =>
  withFolder(async (cwd) => {
    const args = ["csv", "read", "in.csv", "--on-error", "collect"];
    const { code, stderr } = await cli(args, { cwd });
    assertEquals(
      [code, stderr],
      [
        0,
        "in.csv: 2 error rows, the first at 3:1: Cannot read row: expected 2 " +
        "fields, found 1 (RAGGED_ROW, byte 8); --errors FILE writes all\n",
      ],
    );
  }));

Deno.test("csv read --errors says what cannot be written", () =>
  withFolder(async (cwd) => {
    const args = ["csv", "read", "in.csv", "--errors", "none/bad.ndjson"];
    const { code, stdout, stderr } = await cli(args, { cwd });
    assertEquals([code, stdout], [1, ""]);
    assertEquals(
      stderr.startsWith('fastpath: Cannot write "none/bad.ndjson"'),
      true,
    );
  }));

Deno.test("csv read --errors refuses the input, by any of its names", () =>
  withFolder(async (cwd) => {
    await Deno.symlink(`${cwd}/in.csv`, `${cwd}/link.csv`);
    await Deno.link(`${cwd}/in.csv`, `${cwd}/hard.csv`);
    for (const name of ["in.csv", "./in.csv", "link.csv", "hard.csv"]) {
      const args = ["csv", "read", "in.csv", "--errors", name];
      assertEquals(await cli(args, { cwd }), {
        code: 2,
        stdout: "",
        stderr: `fastpath: --errors ${name} is the input, name another file\n`,
      });
    }
    const read = "csv read - --errors in.csv < in.csv";
    const { code } = await shell(`"$DENO" run -A "$CLI" ${read}`, cwd);
    assertEquals(code, 2);
    assertEquals(await Deno.readTextFile(`${cwd}/in.csv`), TEXT);
    assertEquals(namesIn(cwd), ["hard.csv", "in.csv", "link.csv"]);
  }));

Deno.test("csv read --errors and --max-errors say what their values are", () =>
  withFolder(async (cwd) => {
    const lineOf = async (...args: string[]) => {
      const run = await cli(["csv", "read", "in.csv", ...args], { cwd });
      assertEquals([run.code, run.stdout], [2, ""]);
      return run.stderr;
    };
    assertEquals(
      await lineOf("--errors", "-"),
      "fastpath: Option --errors takes the name of a file, and - is none; " +
        "/dev/stderr and /dev/stdout are\n",
    );
    assertEquals(
      await lineOf("--max-errors", "-1"),
      'fastpath: Option --max-errors must be a whole number, found "-1"\n',
    );
  }));

Deno.test("csv read --errors leaves the file as it was where nothing was read", () =>
  withFolder(async (cwd) => {
    await Deno.writeTextFile(`${cwd}/bad.ndjson`, "old\n");
    const runs: [string[], number][] = [
      [["none.csv"], 3],
      [["in.csv", "--json", "--to", "csv"], 2],
      [["in.csv", "--columns", "nosuch"], 2],
      [["in.csv", "--delimiter", "é"], 2],
    ];
    for (const [args, expected] of runs) {
      const errors = ["--errors", "bad.ndjson"];
      const { code } = await cli(["csv", "read", ...args, ...errors], { cwd });
      assertEquals([args, code], [args, expected]);
      assertEquals(await Deno.readTextFile(`${cwd}/bad.ndjson`), "old\n");
    }
    assertEquals(namesIn(cwd), ["bad.ndjson", "in.csv"]);
  }));

Deno.test("csv read --errors /dev/stdout adds to what stdout is", () =>
  withFolder(async (cwd) => {
    const read = "csv read in.csv --mode lenient --errors /dev/stdout";
    const { code } = await shell(
      `echo first > log; "$DENO" run -A "$CLI" ${read} >> log`,
      cwd,
    );
    const lines = (await Deno.readTextFile(`${cwd}/log`)).trimEnd().split("\n");
    assertEquals([code, lines[0], lines.length], [0, "first", 6]);
    assertEquals(lines.slice(4).map((line) => JSON.parse(line)), ERRORS);
    const none = "csv read in.csv --mode lenient --errors /dev/null";
    assertEquals((await shell(`"$DENO" run -A "$CLI" ${none}`, cwd)).code, 0);
    assertEquals(namesIn(cwd), ["in.csv", "log"]);
  }));

Deno.test("csv read takes a dialect", async () => {
  const stdin = "# x\n'a;1';N/A\nb;-\n1,5;2\n";
  const args = ["csv", "read", "-", "--delimiter", ";", "--quote", "'"];
  const dialect = ["--comment", "#", "--names", "t,n", "--decimal", ","];
  const tokens = ["--null-tokens", "N/A,-", "--null-tokens", "none"];
  const { code, stdout } = await cli([...args, ...dialect, ...tokens], {
    stdin,
  });
  assertEquals([code, stdout], [
    0,
    '{"t":"a;1","n":null}\n{"t":"b","n":null}\n{"t":"1,5","n":2}\n',
  ]);
  const plain = await cli(["csv", "read", "-", "--quote", "none"], {
    stdin: 'a\n"x\n',
  });
  assertEquals(plain.stdout, '{"a":"\\"x"}\n');
  const wrong = await cli(["csv", "read", "-", "--quote", "ab"], { stdin });
  assertEquals(wrong.code, 2);
});

Deno.test("csv head prints the first rows", () =>
  withFolder(async (cwd) => {
    const rows = Array.from({ length: 30 }, (_, n) => `${n}\n`).join("");
    await Deno.writeTextFile(`${cwd}/n.csv`, `n\n${rows}x,y\n`);
    const ten = await cli(["csv", "head", "n.csv"], { cwd });
    assertEquals(ten.stdout, "n\n0\n1\n2\n3\n4\n5\n6\n7\n8\n9\n");
    const two = ["csv", "head", "n.csv", "--rows", "2", "--to", "ndjson"];
    assertEquals((await cli(two, { cwd })).stdout, '{"n":0}\n{"n":1}\n');
  }));

Deno.test("csv sniff prints the guess as JSON", async () => {
  const args = ["csv", "sniff", "-", "--json"];
  const { code, stdout } = await cli(args, { stdin: "a;b\n1;x\n2;y\n" });
  assertEquals(code, 0);
  assertEquals(JSON.parse(stdout), {
    delimiter: ";",
    quote: '"',
    header: true,
    encoding: "utf-8",
    columns: [{ name: "a", type: "i32" }, { name: "b", type: "utf8" }],
    confidence: 1,
  });
});

Deno.test("csv read --where reads the rows that meet all conditions", () =>
  withFolder(async (cwd) => {
    const text = "day,city,n\n2026-01-01,Oslo,1\n2026-01-02,Rome,2\n" +
      "2026-01-03,Oslo,x\n2026-01-04,Oslo,4\n";
    await Deno.writeTextFile(`${cwd}/in.csv`, text);
    const where = (...conditions: string[]) =>
      conditions.flatMap((condition) => ["--where", condition]);
    const read = await cli(
      ["csv", "read", "in.csv", ...where("city = Oslo", "n >= 1 and n < 4")],
      { cwd },
    );
    assertEquals(read.stdout, '{"day":"2026-01-01","city":"Oslo","n":1}\n');
    const select = await cli(
      ["csv", "select", "-", "--columns", "n", ...where("day > 2026-01-01")],
      { cwd, stdin: text },
    );
    assertEquals(select.stdout, "n\n2\nx\n4\n");
    const head = await cli(
      ["csv", "head", "in.csv", "--rows", "1", ...where("city != Oslo")],
      { cwd },
    );
    assertEquals(head.stdout, "day,city,n\n2026-01-02,Rome,2\n");
    const to = ["convert", "in.csv", "-", "--to", "ndjson"];
    const converted = await cli([...to, ...where("n = 4")], { cwd });
    assertEquals(
      converted.stdout,
      '{"day":"2026-01-04","city":"Oslo","n":4}\n',
    );
    for (const [condition, words] of [["town = Oslo", "has"], ["n", "at"]]) {
      const wrong = await cli(["csv", "read", "in.csv", ...where(condition!)], {
        cwd,
      });
      assertEquals([wrong.code, wrong.stdout], [2, ""]);
      assertEquals(wrong.stderr.includes(words!), true, wrong.stderr);
    }
  }));
