/** The commands on JSON, as scripts rely on them. */

import { assertEquals } from "@std/assert";
import { cli } from "./_cli.ts";
import { bytesOf } from "./_engines.ts";

async function run(
  text: string,
  ...args: string[]
): Promise<[number, string, string]> {
  const { code, stdout, stderr } = await cli(["json", ...args], {
    stdin: bytesOf(text),
  });
  return [code, stdout, stderr];
}

const BROKEN = '{"a":[1,2,]}';
const LINE = "-:1:11: Cannot parse JSON: expected a value " +
  "(INVALID_JSON, byte 10)\n";
const FAULT = '{"code":"INVALID_JSON","message":"Cannot parse JSON: expected ' +
  'a value","line":1,"column":11,"byteOffset":10}';

Deno.test("fastpath json validate says yes by its exit code", async () => {
  assertEquals(await run("[1]", "validate", "-"), [0, "", ""]);
  assertEquals(await run("[1]", "validate", "--json"), [
    ...[0, '{"valid":true}\n', ""] as const,
  ]);
  assertEquals(await run(BROKEN, "validate"), [3, "", LINE]);
  assertEquals(await run(BROKEN, "validate", "--json"), [
    ...[3, `{"valid":false,"error":${FAULT}}\n`, LINE] as const,
  ]);
  const [code] = await run("[[1]]", "validate", "--max-depth", "1");
  assertEquals(code, 3);
  const lone = '"\\ud800"';
  assertEquals((await run(lone, "validate"))[0], 3);
  assertEquals((await run(lone, "validate", "--surrogates", "allow"))[0], 0);
});

Deno.test("fastpath json select prints values and objects", async () => {
  const text = '{"a":[{"b":1.50},{"b":"x"}],"c":null}';
  const select = (...args: string[]) => run(text, "select", ...args);
  assertEquals(await select("--pointer", "/a/0/b"), [0, "1.50\n", ""]);
  assertEquals(await select("--pointer", "$.a[*].b"), [0, '1.50\n"x"\n', ""]);
  assertEquals(await select("--pointer", "/c", "--pointer", "$.a[*].b"), [
    ...[0, '{"/c":null,"$.a[*].b":[1.50,"x"]}\n', ""] as const,
  ]);
  assertEquals(await select("--pointer", "a"), [
    2,
    "",
    'fastpath: Cannot select "a": at character 1: a pointer begins with /, ' +
    "a path with $\n",
  ]);
});

Deno.test("fastpath json takes NDJSON by the name's ending", async () => {
  const path = await Deno.makeTempFile({ suffix: ".ndjson" });
  try {
    await Deno.writeTextFile(path, '{"a": 1}\n{"a": 2}\n');
    const of = async (...args: string[]) =>
      (await cli(["json", ...args, path])).stdout;
    assertEquals(await of("select", "--pointer", "/a"), "1\n2\n");
    assertEquals(await of("minify"), '{"a":1}\n{"a":2}\n');
    const { code } = await cli(["json", "validate", path]);
    assertEquals(code, 0);
    const asJson = await cli(["json", "validate", "--format", "json", path]);
    assertEquals(asJson.code, 3);
  } finally {
    await Deno.remove(path);
  }
});

Deno.test("fastpath json digest and read print their forms", async () => {
  const digest =
    "43258cff783fe7036d8a43033f830adfc60ec037382473548ac742b888292777";
  assertEquals(await run('{"b":2, "a":1}', "digest"), [
    ...[0, `${digest}  -\n`, ""] as const,
  ]);
  const rows = '[{"a":1,"b":"x"},\n {"a":2}]';
  assertEquals(await run(rows, "read", "--to", "csv"), [
    ...[0, "a,b\n1,x\n2,\n", ""] as const,
  ]);
  const broken = await run('[{"a":1},\n {"a":}]', "read");
  assertEquals(broken[0], 3);
  assertEquals(broken[2].startsWith("-:2:7: Cannot parse JSON"), true);
});
