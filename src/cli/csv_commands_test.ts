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
