/** `POST /v1/schema/build`: zip archives and forms over HTTP. */

import { assertEquals, assertStringIncludes } from "@std/assert";
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
