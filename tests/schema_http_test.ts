/** `POST /v1/schema/build`: zip archives and forms over HTTP. */

import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { UsageError } from "../src/catalogue/option_values.ts";
import { serverConfig } from "../src/http/config.ts";
import { Folder } from "../src/schema/_folder.ts";
import { testServer } from "./_http.ts";

const ZIP = Deno.readFileSync(
  new URL("vectors/schema.zip", import.meta.url),
);

Deno.test("/v1/schema/build builds from a zip archive", async () => {
  await using server = testServer();
  const address = `${server.url}/v1/schema/build`;
  const post = (query: string, body: BodyInit, headers = {}) =>
    fetch(`${address}${query}`, { method: "POST", body, headers });
  const type = { "content-type": "application/zip" };
  const built = await post("?env=prod&separator=none", ZIP, type);
  assertEquals(built.status, 200);
  assertEquals(built.headers.get("content-type"), "application/sql");
  const sql = await built.text();
  assertStringIncludes(sql, "create table a (id bigint);\ncreate table b");

  const manifest = await post("", ZIP, { ...type, accept: "application/json" });
  const { files } = await manifest.json() as { files: { path: string }[] };
  assertEquals(files.length, 4);

  const broken = await post("", ZIP.subarray(0, 300), type);
  assertEquals(broken.status, 422);
  await broken.body?.cancel();
  assertEquals(server.failures, []);
});

Deno.test("/v1/schema/build builds from a form and names faults", async () => {
  await using server = testServer();
  const address = `${server.url}/v1/schema/build`;
  const form = (files: Record<string, string>) => {
    const body = new FormData();
    for (const [name, text] of Object.entries(files)) {
      body.append("files", new File([text], name));
    }
    return body;
  };
  const body = form({ "b.sql": "select 2;", "a.sql": "select 1;" });
  const built = await fetch(`${address}?header=false`, {
    method: "POST",
    body,
  });
  assertEquals(
    await built.text(),
    "-- File: a.sql\nselect 1;\n-- File: b.sql\nselect 2;\n",
  );
  const bad = await fetch(address, {
    method: "POST",
    body: form({ "a.sql": "select 'x", "../b.sql": "" }),
  });
  assertEquals(bad.status, 422);
  assertStringIncludes(await bad.text(), "no plain path");
  const open = await fetch(address, {
    method: "POST",
    body: form({ "a.sql": "select 'x", "b.sql": "/*" }),
  });
  assertEquals(open.status, 422);
  const problem = await open.json() as {
    code: string;
    detail: string;
    faults: { path: string }[];
  };
  assertEquals(problem.faults.map(({ path }) => path), ["a.sql", "b.sql"]);
  assertEquals(problem.code, "SCHEMA_INVALID");
  assertStringIncludes(problem.detail, "a.sql:1:8");
  assertEquals(server.failures, []);
});

Deno.test("/v1/schema/build bounds what comes out of a body", async () => {
  await using server = testServer();
  const post = (body: BodyInit, type = "application/zip") =>
    fetch(`${server.url}/v1/schema/build`, {
      method: "POST",
      body,
      headers: { "content-type": type },
    });
  // The directory stands where the end record, before a comment of 30, says.
  const bomb = ZIP.slice();
  const view = new DataView(bomb.buffer);
  const directory = view.getUint32(ZIP.length - 30 - 22 + 16, true);
  view.setUint32(directory + 24, 0xfffffff0, true);
  const inflated = await post(bomb);
  const tooMuch = await inflated.json() as { code: string };
  assertEquals([inflated.status, tooMuch.code], [413, "RATIO_EXCEEDED"]);
  const part = (name: string, text: string) =>
    `--b\r\ncontent-disposition: form-data; name="f"; filename="${name}"` +
    `\r\n\r\n${text}\r\n`;
  const included = await post(
    `a preamble\r\n${part("a.sql", "-- @include b.inc\n".repeat(900))}` +
      `${part("b.inc", "x".repeat(20_000))}--b--\r\nan epilogue`,
    "multipart/form-data; boundary=b",
  );
  assertEquals(included.status, 422);
  assertStringIncludes(await included.text(), "INCLUDE_TOO_LARGE");
  // The answer about 60,000 faults is some kilobytes.
  const faulty = await post(
    `${part("a.sql", "-- @include nope\n".repeat(60_000))}--b--`,
    "multipart/form-data; boundary=b",
  );
  const problem = await faulty.text();
  assertEquals(faulty.status, 422);
  assertStringIncludes(problem, "there are 59900 more");
  assertEquals(problem.length < 20_000, true);
  assertEquals(server.failures, []);
});

Deno.test("/v1/schema/build reads folders below the root alone", async () => {
  using scratch = new Folder({
    "root/db/b.sql": "select 2;",
    "root/db/a.sql": "select 1;",
    "root/more/c.sql": "select 3;",
    "outside/secret.sql": "select 'secret';",
    "root/file.txt": "no folder",
  });
  const { path } = scratch;
  Deno.symlinkSync(`${path}/outside`, `${path}/root/out`);
  Deno.symlinkSync(`${path}/outside/secret.sql`, `${path}/root/more/s.sql`);
  await using server = testServer({ root: `${path}/root` });
  const post = (query: string, body: BodyInit | null = null) =>
    fetch(`${server.url}/v1/schema/build?header=false&${query}`, {
      method: "POST",
      body,
    });
  const built = await post("folder=db");
  assertEquals(
    await built.text(),
    "-- File: a.sql\nselect 1;\n-- File: b.sql\nselect 2;\n",
  );
  const encoded = [
    "../outside",
    "db/../../outside",
    "/etc",
    "db/..",
    "a\0",
  ];
  for (const folder of [...encoded, "out", "file.txt", "none", "./db", "db/"]) {
    const answer = await post(`folder=${encodeURIComponent(folder)}`);
    const { code, detail } = await answer.json() as Record<string, string>;
    assertEquals([answer.status, code, detail], [
      400,
      "BAD_OPTION",
      `There is no folder "${folder}" below the server's root`,
    ]);
  }
  // A link in a folder is bound to the folders that are built.
  const linked = await post("folder=db&folder=more");
  assertEquals(linked.status, 422);
  assertStringIncludes(await linked.text(), "SYMLINK_ESCAPES");
  const both = await post("folder=db", ZIP);
  assertEquals(both.status, 400);
  assertStringIncludes(await both.text(), "give a folder or an archive");
  const described = await fetch(`${server.url}/openapi.json`);
  assertStringIncludes(await described.text(), '"name":"folder"');
  assertEquals(server.failures, []);
});

Deno.test("/v1/schema/build knows no folders without a root", async () => {
  await using server = testServer();
  const answer = await fetch(`${server.url}/v1/schema/build?folder=/etc`, {
    method: "POST",
  });
  assertEquals(answer.status, 400);
  assertStringIncludes(await answer.text(), "Unknown option folder");
  const described = await fetch(`${server.url}/openapi.json`);
  assertEquals((await described.text()).includes('"name":"folder"'), false);
});

Deno.test("a server's root is a folder", () => {
  const settings = (root: string) =>
    serverConfig((name) => name === "FASTPATH_ROOT" ? root : undefined);
  assertEquals(settings("").root, null);
  assertEquals(settings("/").root, "/");
  for (const root of ["/none", import.meta.filename!]) {
    assertThrows(() => settings(root), UsageError, "no folder");
  }
});
