/** `fastpath schema …` at the command line. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { Folder } from "../src/schema/_folder.ts";
import { CLI, cli, type CliRun } from "./_cli.ts";

const TREE = {
  "db/10_a.sql": "create table a (id int);\n",
  "db/20_b.sql": "-- @include parts/x.sql\nselect 2;",
  "db/parts/x.sql": "select 1;\nselect 11;\n",
  "db/env/prod/10_a.sql": "create table a (id bigint);",
};

function schema(folder: Folder, ...args: string[]): Promise<CliRun> {
  return cli(["schema", ...args], { cwd: folder.path });
}

Deno.test("schema build, check, verify and where work together", async () => {
  using folder = new Folder(TREE);
  const build = await schema(folder, "build", "db", "-o", "s.sql");
  assertEquals([build.code, build.stdout, build.stderr], [0, "", ""]);
  const lines = Deno.readTextFileSync(folder.at("s.sql")).split("\n");
  assertEquals(lines[4], "select 1;");
  assertEquals((await schema(folder, "check", "db", "-o", "s.sql")).code, 0);
  assertEquals((await schema(folder, "verify", "s.sql")).code, 0);
  const places = await Promise.all(
    [5, 6, 7].map((line) => schema(folder, "where", `s.sql:${line}`)),
  );
  assertEquals(places.map(({ stdout }) => stdout.trim()), [
    ...["parts/x.sql:1", "parts/x.sql:2", "20_b.sql:2"],
  ]);
  const header = await schema(folder, "where", "s.sql:1");
  assertEquals(header.code, 1);

  folder.write({ "db/10_a.sql": "create table a ();" });
  const changed = await schema(folder, "check", "db", "-o", "s.sql");
  assertEquals([changed.code, changed.stdout], [1, "changed: 10_a.sql\n"]);
  const json = await schema(folder, "check", "db", "-o", "s.sql", "--json");
  assertEquals(JSON.parse(json.stdout).changed, ["10_a.sql"]);
  folder.write({ "s.sql": lines.join("\n").replace("11", "12") });
  const edited = await schema(folder, "verify", "s.sql");
  assertEquals(edited.code, 1);
  assertStringIncludes(edited.stdout, "first in parts/x.sql");
});

Deno.test("schema list, hash, manifest and diff describe a schema", async () => {
  using folder = new Folder(TREE);
  const list = await schema(folder, "list", "db", "--json", "--env", "prod");
  const rows = JSON.parse(list.stdout) as {
    path: string;
    overrides?: string;
    included?: boolean;
  }[];
  assertEquals(
    rows.map(({ path, overrides, included }) => [path, overrides, included]),
    [
      ["env/prod/10_a.sql", "10_a.sql", undefined],
      ["20_b.sql", undefined, undefined],
      ["parts/x.sql", undefined, true],
    ],
  );
  const plain = await schema(folder, "list", "db");
  folder.write({ "list": plain.stdout });
  const order = ["--order", "manifest", "--manifest", "list"];
  const listed = await schema(folder, "build", "db", ...order);
  assertEquals([listed.code, listed.stderr], [
    3,
    'parts/x.sql: Cannot order file: the manifest lists it, but "20_b.sql" ' +
    "includes it; take it off the list (LISTED_INCLUDED)\n",
  ]);
  const hash = await schema(folder, "hash", "db");
  assert(/^[0-9a-f]{64}\n$/.test(hash.stdout));
  const manifest = await schema(folder, "manifest", "db");
  assertEquals(JSON.parse(manifest.stdout).digest, hash.stdout.trim());
  folder.write({ "old.json": manifest.stdout });
  folder.write({ "db/30_c.sql": "select 3;" });
  const diff = await schema(folder, "diff", "old.json", "db", "--json");
  assertEquals([diff.code, JSON.parse(diff.stdout)], [1, {
    ...{ same: false, added: ["30_c.sql"] },
    ...{ removed: [], changed: [], renamed: [] },
  }]);
  assertEquals((await schema(folder, "diff", "db", "db")).code, 0);
});

Deno.test("schema build takes its order from a list or a manifest", async () => {
  using folder = new Folder({ "db/a.sql": "a;", "db/b.sql": "b;" });
  folder.write({ "order.txt": "# first\nb.sql\r\na.sql\n" });
  const args = ["build", "db", "--no-header", "--separator", "none"];
  const listed = [...args, "--order", "manifest", "--manifest"];
  const byList = await schema(folder, ...listed, "order.txt");
  assertEquals(byList.stdout, "b;\na;\n");
  await schema(folder, ...listed, "order.txt", "-o", "s.sql");
  const again = await schema(folder, ...listed, "s.sql.manifest.json");
  assertEquals(again.stdout, byList.stdout);
  const check = ["check", "db", "-o", "s.sql", "--no-header"];
  const checked = await schema(folder, ...check, "--separator", "none");
  assertEquals([checked.code, checked.stdout], [0, ""]);
  const none = await schema(folder, "build", "db", "--order", "manifest");
  assertEquals(none.code, 2);
});

Deno.test("schema build names all that is wrong and keeps the output", async () => {
  using folder = new Folder(TREE);
  await schema(folder, "build", "db", "-o", "s.sql");
  const before = Deno.readFileSync(folder.at("s.sql"));
  folder.write({ "db/30_c.sql": "select 'x", "db/40_d.sql": "/* open" });
  const { code, stderr } = await schema(folder, "build", "db", "-o", "s.sql");
  assertEquals(code, 3);
  assertEquals(stderr.split("\n").map((line) => line.split(" ")[0]), [
    ...["30_c.sql:1:8:", "40_d.sql:1:1:", ""],
  ]);
  assertStringIncludes(stderr, "(UNCLOSED_QUOTE, byte 7)");
  assertEquals(Deno.readFileSync(folder.at("s.sql")), before);
  const missing = await schema(folder, "build", "nope");
  assertEquals(missing.code, 3);
  assertEquals((await schema(folder, "build")).code, 2);
  assertEquals((await schema(folder, "where", "s.sql")).code, 2);
});

Deno.test("schema statements prints where statements stand", async () => {
  using folder = new Folder({ "a.sql": "select 1;\ncreate table t ();" });
  const { stdout } = await schema(folder, "statements", "a.sql", "--json");
  assertEquals(JSON.parse(stdout), [
    { start: 0, end: 9, line: 1, kind: "select" },
    { start: 10, end: 28, line: 2, kind: "create table" },
  ]);
  folder.write({ "b.sql": "select $a$" });
  const open = await schema(folder, "statements", "b.sql");
  assertEquals(open.code, 3);
  assertStringIncludes(open.stderr, "b.sql:1:8:");
});

Deno.test("schema build does not write where it reads", async () => {
  using folder = new Folder({ ...TREE, "list.txt": "10_a.sql\n20_b.sql\n" });
  const source = TREE["db/10_a.sql"];
  for (
    const [args, words] of [
      [["db", "-o", "db/10_a.sql"], '"db/10_a.sql" is one of the files'],
      [["db", "-o", "db/s.sql"], '"db/s.sql" lies in the folder "db"'],
      [
        ["db", "-o", "s.out", "--manifest", "db/m.sql"],
        'Cannot write schema: "db/m.sql" lies in',
      ],
      [["db", "-o", "s.sql", "--manifest", "s.sql"], "both the schema and"],
      [
        ["db", "-o", "list.txt", "--order=manifest", "--manifest=list.txt"],
        "-o list.txt is the list of --manifest",
      ],
    ] as const
  ) {
    const { code, stderr } = await schema(folder, "build", ...args);
    assertEquals(code, 2, stderr);
    assertStringIncludes(stderr, words);
  }
  assertEquals(Deno.readTextFileSync(folder.at("db/10_a.sql")), source);
  assertEquals(
    [...Deno.readDirSync(folder.path)].map(({ name }) => name).sort(),
    ["db", "list.txt"],
  );
});

Deno.test("schema build says which access it lacks", async () => {
  using folder = new Folder({ ...TREE, "out": null });
  const own = new URL("..", import.meta.url).pathname;
  const build = async (read: string, write: string) => {
    const { code, stderr } = await new Deno.Command(Deno.execPath(), {
      args: [
        ...["run", "--no-prompt", "--allow-env", "--allow-sys", "--allow-ffi"],
        ...[`--allow-read=${own},${read}`, `--allow-write=${write}`, CLI],
        ...["schema", "build", "db", "-o", "out/s.sql"],
      ],
      ...{ cwd: folder.path, stdout: "null", stderr: "piped" },
    }).output();
    return `${code} ${new TextDecoder().decode(stderr)}`;
  };
  // A file that is renamed must be readable.
  assertStringIncludes(
    await build("db", "out"),
    'Cannot write "out/s.sql": reading it is not granted, run with --allow-read',
  );
  assertStringIncludes(
    await build("db,out", "db"),
    'Cannot write "out/s.sql": writing it is not granted, run with --allow-write',
  );
  assertEquals([...Deno.readDirSync(folder.at("out"))], []);
  assertEquals(await build("db,out", "out"), "0 ");
});

Deno.test("schema check knows the list and the options of a build", async () => {
  using folder = new Folder({
    ...TREE,
    "list": "20_b.sql\n./#c.sql\n10_a.sql\n",
  });
  folder.write({ "db/#c.sql": "select 3;\r\n" });
  const build = (list: string) =>
    schema(
      folder,
      ...["build", "db", "-o", "s.sql", "--no-header", "--crlf", "lf"],
      ...["--order", "manifest", "--manifest", list],
    );
  const check = async (...args: string[]) => {
    const run = await schema(folder, "check", "db", "-o", "s.sql", ...args);
    return [run.code, run.stdout, run.stderr];
  };
  assertEquals((await build("list")).code, 0);
  assertEquals(await check(), [0, "", ""]);
  // The list of the manifest is the same, though it knows what is included.
  assertEquals((await build("s.sql.manifest.json")).stderr, "");
  assertEquals(await check("--order", "manifest"), [0, "", ""]);
  assertEquals(await check("--separator", "none"), [
    ...[1, "order or options differ\n", ""],
  ]);
  // Another order that is asked for has no list.
  const differs = "order or options differ\n";
  assertEquals(await check("--order", "natural"), [1, differs, ""]);
  const diff = await schema(
    folder,
    ...["diff", "s.sql", "db", "--order", "bytes"],
  );
  assertEquals([diff.code, diff.stdout, diff.stderr], [1, differs, ""]);
  folder.write({ "db/30_d.sql": "select 4;" });
  Deno.removeSync(folder.at("db/10_a.sql"));
  assertEquals(await check(), [1, "added: 30_d.sql\nremoved: 10_a.sql\n", ""]);
  const [code, stdout] = await check("--json");
  assertEquals([code, JSON.parse(String(stdout))], [1, {
    ...{ same: false, edited: null, added: ["30_d.sql"] },
    ...{ removed: ["10_a.sql"], changed: [], renamed: [] },
  }]);
});

Deno.test("schema diff tells when only order or options differ", async () => {
  using folder = new Folder({ "db/1_a.sql": "a;", "db/02_b.sql": "b;" });
  await schema(folder, "build", "db", "-o", "s.sql", "--order", "natural");
  await schema(folder, "build", "db", "-o", "t.sql");
  const diff = await schema(folder, "diff", "s.sql", "t.sql");
  assertEquals([diff.code, diff.stdout], [1, "order or options differ\n"]);
  const json = await schema(folder, "diff", "s.sql", "t.sql", "--json");
  assertEquals([json.code, JSON.parse(json.stdout)], [1, {
    ...{ same: false, added: [], removed: [], changed: [], renamed: [] },
  }]);
  // A folder is built as the other side was, unless options say otherwise.
  assertEquals((await schema(folder, "diff", "s.sql", "db")).code, 0);
  const other = ["diff", "db", "s.sql", "--order", "bytes"];
  assertEquals((await schema(folder, ...other)).code, 1);
});

Deno.test("schema commands name the file that is at fault", async () => {
  using folder = new Folder({ "db/a.sql": "a;", "s.sql": "x" });
  const lines = async (...args: string[]) => {
    const { code, stderr } = await schema(folder, ...args);
    return `${code} ${stderr.split(": ").slice(0, 2).join(": ")}`;
  };
  const beside = "3 s.sql.manifest.json";
  assertEquals(
    await lines("verify", "s.sql"),
    `${beside}: Cannot read "s.sql.manifest.json"`,
  );
  folder.write({ "s.sql.manifest.json": "{}", "bad.json": "{" });
  for (
    const args of [
      ["verify", "s.sql"],
      ["check", "db", "-o", "s.sql"],
      ["where", "s.sql:1"],
      ["diff", "s.sql", "db"],
    ]
  ) assertEquals(await lines(...args), `${beside}: Cannot use manifest`);
  assertEquals(
    await lines("build", "db", "--order=manifest", "--manifest=bad.json"),
    "3 bad.json: Cannot use manifest",
  );
  await schema(folder, "build", "db", "-o", "s.sql");
  assertEquals(
    await lines("check", "nope", "-o", "s.sql"),
    '3 fastpath: Cannot read folder "nope"',
  );
  const edited = Deno.readTextFileSync(folder.at("s.sql")).replace("a;", "b;");
  folder.write({ "s.sql": edited });
  const where = await schema(folder, "where", "s.sql:3");
  assertEquals([where.code, where.stdout], [2, ""]);
  assertStringIncludes(where.stderr, "build it again");
});
