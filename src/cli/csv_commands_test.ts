import { assertEquals, assertStringIncludes } from "@std/assert";
import { cli } from "../../tests/_cli.ts";

const CSV = 'a,b,c\n1,x,"2,5"\n2,,\n';

Deno.test("csv select: prints the columns that are named", async () => {
  const { code, stdout } = await cli(
    ["csv", "select", "--columns", "c,a", "-"],
    { stdin: CSV },
  );
  assertEquals([code, stdout], [0, 'a,c\n1,"2,5"\n2,\n']);
  const none = await cli(["csv", "select", "-"], { stdin: CSV });
  assertEquals(none.code, 2);
  assertStringIncludes(none.stderr, "--columns");
  const wrong = await cli(["csv", "select", "--columns", "z", "-"], {
    stdin: CSV,
  });
  assertEquals(wrong.code, 2);
  assertStringIncludes(wrong.stderr, '"z"');
});

Deno.test("csv stats: says what profile says", async () => {
  const profile = await cli(["profile", "--json", "-"], { stdin: CSV });
  const stats = await cli(["csv", "stats", "--json", "-"], { stdin: CSV });
  const columns = (text: string) =>
    (JSON.parse(text) as { columns: unknown }).columns;
  assertEquals(stats.code, 0);
  assertEquals(columns(stats.stdout), columns(profile.stdout));
});

Deno.test("csv convert: takes anything for CSV", async () => {
  const { code, stdout } = await cli(
    ["csv", "convert", "-", "-", "--to", "ndjson"],
    { stdin: CSV },
  );
  assertEquals(code, 0);
  assertEquals(
    stdout,
    '{"a":1,"b":"x","c":"2,5"}\n{"a":2,"b":null,"c":null}\n',
  );
});

Deno.test("csv index, csv rows: any rows of a file", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const file = `${folder}/n.csv`;
    const index = `${folder}/n.index.json`;
    const rows = Array.from({ length: 500 }, (_, row) => `${row};"x\n"\n`);
    await Deno.writeTextFile(file, `n;t\n${rows.join("")}`);
    const made = await cli(
      ["csv", "index", file, "--delimiter", ";", "--every-bytes", "100"],
    );
    assertEquals([made.code, made.stderr], [0, ""]);
    await Deno.writeTextFile(index, made.stdout);
    const some = ["--from", "321", "--rows", "2", "--columns", "n"];
    const read = await cli(["csv", "rows", file, "--index", index, ...some]);
    assertEquals([read.code, read.stdout], [0, "n\n321\n322\n"]);
    await Deno.writeTextFile(file, "1;2\n", { append: true });
    const stale = await cli(["csv", "rows", file, "--index", index]);
    assertEquals(stale.code, 3);
    assertStringIncludes(stale.stderr, "index it again");
    const none = await cli(["csv", "rows", file]);
    assertEquals(none.code, 2);
    const wrong = await cli(["csv", "rows", file, "--index", file]);
    assertEquals(wrong.code, 2);
    assertStringIncludes(wrong.stderr, "is no index");
    const marks = /"offsets":\[[^\]]*\]/;
    for (
      const foreign of [
        '{"version":1}',
        "null",
        made.stdout.replace(marks, '"offsets":[0,99999999999]'),
      ]
    ) {
      await Deno.writeTextFile(index, foreign);
      const bad = await cli(["csv", "rows", file, "--index", index]);
      assertEquals([bad.code, bad.stdout], [2, ""]);
      assertStringIncludes(bad.stderr, "index the file again");
      assertEquals(bad.stderr.includes("internal error"), false);
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
