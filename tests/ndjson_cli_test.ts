/** Nested values of NDJSON by the command line and over HTTP. */

import { assertEquals } from "@std/assert";
import { cli } from "./_cli.ts";
import { bytesOf, ENGINES } from "./_engines.ts";
import { post, testServer } from "./_http.ts";

const LINES = '{"id":1,"at":{"city":"Bern"},"tags":["a","b"]}\n' +
  '{"id":2,"at":null,"tags":[]}\n';
const ROWS =
  '{"city":"Bern","first":"a","id":1,"at":"{\\"city\\":\\"Bern\\"}",' +
  '"tags":["a","b"]}\n' +
  '{"city":null,"first":null,"id":2,"at":null,"tags":[]}\n';

Deno.test("fastpath ndjson read takes paths and lists", async () => {
  const run = async (...args: string[]) => {
    const { code, stdout, stderr } = await cli(["ndjson", "read", ...args], {
      stdin: bytesOf(LINES),
    });
    return [code, stdout, stderr];
  };
  const args = ["--path", "city=/at/city", "--path", "first=$.tags[0]"];
  for (const engine of ENGINES) {
    assertEquals(
      await run(...args, "--lists", "columns", "--engine", engine),
      [0, ROWS, ""],
    );
  }
  assertEquals(
    await run(...args, "--columns", "id,city", "--to", "csv"),
    [0, "id,city\n1,Bern\n2,\n", ""],
  );
  assertEquals(await run("--path", "/at/city"), [
    2,
    "",
    'fastpath: Cannot read by the path "/at/city": write NAME=/pointer\n',
  ]);
  assertEquals((await run("--lists", "all"))[0], 2);
});

Deno.test("http: ndjson and json are read by path, arrays to lists", async () => {
  await using server = testServer();
  const query = "path=city=/at/city&path=first=$.tags[0]&lists=columns";
  const type = { "content-type": "application/x-ndjson" };
  const url = `${server.url}/v1/ndjson/read`;
  const lines = await post(`${url}?${query}`, LINES, type);
  assertEquals([lines.status, lines.text], [200, ROWS]);
  const array = `[${LINES.trim().replace("\n", ",")}]`;
  const rows = await post(`${server.url}/v1/json/read?${query}`, array, {
    "content-type": "application/json",
  });
  assertEquals([rows.status, rows.text], [200, ROWS]);
  const wrong = await post(`${url}?path=x`, LINES, type);
  assertEquals([wrong.status, wrong.code], [400, "BAD_OPTION"]);
});
