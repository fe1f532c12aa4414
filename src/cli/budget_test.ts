/** `fastpath budget check`: forms, exit codes, error lines. */

import { assert, assertEquals } from "@std/assert";
import { cli, temporaryFile } from "../../tests/_cli.ts";

const BENCH = await Deno.readTextFile(
  new URL("../../tests/vectors/deno_bench.json", import.meta.url),
);

/** A budget file of another project. */
function budgets(
  entries: Record<string, Record<string, unknown>>,
): ReturnType<typeof temporaryFile> {
  const list = Object.entries(entries).map(([id, metrics]) => ({
    ...{ id, source: "bench", metrics },
  }));
  const text = JSON.stringify({ version: 1, budgets: list });
  return temporaryFile("b.json", text);
}

const GOOD = {
  sort: { min_ms: { target: 60_000 } },
  reverse: { speedup: { critical: 0.001 } },
};

Deno.test("budget check: passes with 0, fails with 1, prints a table", async () => {
  using good = budgets(GOOD);
  const args = ["budget", "check", "-", "--budgets"];
  const passed = await cli([...args, good.path], { stdin: BENCH });
  assertEquals([passed.code, passed.stderr], [0, ""]);
  assert(passed.stdout.includes("ok      sort"), passed.stdout);
  assert(passed.stdout.includes("new     throws"), passed.stdout);
  assert(passed.stdout.endsWith("4 metrics: 2 ok, 2 new\n"), passed.stdout);

  using bad = budgets({ reverse: { speedup: { critical: 1e9 } } });
  const failed = await cli([...args, bad.path], { stdin: BENCH });
  assertEquals([failed.code, failed.stderr], [1, ""]);
  assert(failed.stdout.includes("CRITICAL  reverse"), failed.stdout);

  using gone = budgets({ gone: { time_ms: { target: 1 } } });
  const missing = await cli([...args, gone.path], { stdin: BENCH });
  assertEquals(missing.code, 1);
  assert(missing.stdout.includes("not measured"), missing.stdout);
  const partial = await cli([...args, gone.path, "--partial"], {
    stdin: BENCH,
  });
  assertEquals(partial.code, 0);

  using thrown = budgets({ throws: { time_ms: { target: 1 } } });
  const error = await cli([...args, thrown.path], { stdin: BENCH });
  assertEquals(error.code, 1);
  assert(error.stdout.includes("it threw Error: boom"), error.stdout);
});

Deno.test("budget check: a time fails with --enforce alone", async () => {
  using file = budgets({ sort: { time_ns: { critical: 0 } } });
  using bench = temporaryFile("bench.json", BENCH);
  const args = ["budget", "check", bench.path, "--budgets", file.path];
  assertEquals((await cli(args)).code, 0);
  assertEquals((await cli([...args, "--enforce"])).code, 1);
});

Deno.test("budget check: --json and --to print the report's other forms", async () => {
  using file = budgets(GOOD);
  const args = ["budget", "check", "-", "--budgets", file.path];
  const json = await cli([...args, "--json"], { stdin: BENCH });
  const report = JSON.parse(json.stdout);
  assertEquals([report.version, report.failed], [1, false]);
  assertEquals(report.rows[0].id, "sort");
  const markdown = await cli([...args, "--to", "markdown"], { stdin: BENCH });
  assert(markdown.stdout.startsWith("| status | budget |"), markdown.stdout);
  const both = [...args, "--json", "--to", "markdown"];
  assertEquals((await cli(both, { stdin: BENCH })).code, 2);
});

Deno.test("budget check: wrong usage is 2, bad or unreadable input is 3", async () => {
  using file = budgets(GOOD);
  using wrong = temporaryFile("w.json", '{ "version": 1, "budgets": [{}] }');
  using empty = temporaryFile("e.json", '{ "version": 1, "budgets": [] }');
  const none = '{ "version": 1, "benches": [] }';
  const cases: [args: string[], stdin: string, code: number, said: string][] = [
    [[], "", 2, "budget check needs a FILE"],
    [["-", "-"], "", 2, "stdin can be read once"],
    [["-", "--budgets=-"], "", 2, "--budgets is a file"],
    [["-", "--budgets", file.path], "{", 3, "-: "],
    [["-", "--budgets", file.path], "", 3, "run deno bench with --json"],
    [["-", "--budgets", file.path], "[]", 3, "must be an object with benches"],
    [["no.json", "--budgets", file.path], "", 3, "INPUT_UNREADABLE"],
    [["-", "--budgets", "no.json"], BENCH, 3, "INPUT_UNREADABLE"],
    [["-", "--budgets", wrong.path], BENCH, 3, "/budgets/0: must have id"],
    [["-", "--budgets", empty.path], none, 1, "nothing to check"],
  ];
  for (const [args, stdin, code, said] of cases) {
    const run = await cli(["budget", "check", ...args], { stdin });
    assertEquals([run.code, run.stdout], [code, ""], args.join(" "));
    assert(run.stderr.includes(said), run.stderr);
  }
});

Deno.test("budget check: of several runs the best times count", async () => {
  using file = budgets({ a: { min_ns: { critical: 6, enforce: true } } });
  const run = (min: number) =>
    temporaryFile(
      "run.json",
      JSON.stringify({
        version: 1,
        benches: [{ name: "a", results: [{ ok: { min } }] }],
      }),
    );
  using slow = run(9);
  using good = run(5);
  const args = ["budget", "check", "--budgets", file.path];
  assertEquals((await cli([...args, slow.path])).code, 1);
  assertEquals((await cli([...args, slow.path, slow.path])).code, 1);
  assertEquals((await cli([...args, slow.path, good.path])).code, 0);
});

Deno.test("budget check: takes what deno bench prints", async () => {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(
      `${folder}/a_bench.ts`,
      `Deno.bench({ name: "sum", fn: () => { for (let i = 0; i < 9; i++); } });`,
    );
    const { stdout } = await new Deno.Command(Deno.execPath(), {
      args: ["bench", "--no-config", "--json", "a_bench.ts"],
      cwd: folder,
    }).output();
    await Deno.writeTextFile(
      `${folder}/fastpath.budgets.json`,
      JSON.stringify({
        version: 1,
        budgets: [{
          ...{ id: "sum", source: "bench" },
          metrics: { min_ms: { target: 60_000 } },
        }],
      }),
    );
    const run = await cli(["budget", "check", "-"], {
      stdin: stdout,
      cwd: folder,
    });
    assertEquals([run.code, run.stderr], [0, ""]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
