/** The OpenAPI document: valid, complete, and its examples run. */

import { assert, assertEquals } from "@std/assert";
import { Validator } from "npm:@seriousme/openapi-schema-validator@2.11.0";
import { OPERATIONS } from "../src/catalogue/list.ts";
import { ask, post, testServer } from "./_http.ts";

interface Media {
  readonly example?: unknown;
}

interface Operation {
  readonly operationId: string;
  readonly requestBody?: { readonly content: Record<string, Media> };
}

interface Document {
  readonly paths: Record<string, { readonly post?: Operation }>;
}

async function documentOf(url: string): Promise<Document> {
  return JSON.parse((await ask(`${url}/openapi.json`)).text) as Document;
}

Deno.test("openapi: an independent validator finds nothing", async () => {
  await using server = testServer();
  const document = await documentOf(server.url);
  const found = await new Validator().validate(
    document as unknown as Record<string, unknown>,
  );
  assertEquals(found.errors ?? [], []);
  assert(found.valid);
});

Deno.test("openapi: its operations are the catalogue's", async () => {
  await using server = testServer();
  const { paths } = await documentOf(server.url);
  const ids = Object.values(paths).flatMap(({ post }) =>
    post === undefined ? [] : [post.operationId]
  );
  assertEquals(ids, Object.keys(OPERATIONS));
});

Deno.test("openapi: every example gives a result", async () => {
  await using server = testServer();
  const { paths } = await documentOf(server.url);
  let sent = 0;
  for (const [path, { post: operation }] of Object.entries(paths)) {
    const content = operation?.requestBody?.content ?? {};
    for (const [type, { example }] of Object.entries(content)) {
      if (example === undefined) continue;
      const body = typeof example === "string"
        ? example
        : JSON.stringify(example);
      const answer = await post(server.url + path, body, {
        "content-type": type,
      });
      assertEquals(answer.status, 200, `${path}: ${answer.text}`);
      sent++;
    }
  }
  assert(sent >= Object.keys(OPERATIONS).length - 1);
});

Deno.test("openapi: the page loads nothing from elsewhere", async () => {
  await using server = testServer();
  const { status, headers, text } = await ask(`${server.url}/docs`);
  assertEquals(status, 200);
  assert(!/<script|<link|<img|src=|@import|url\(/.test(text));
  assert(
    headers.get("content-security-policy")!.includes("default-src 'none'"),
  );
  for (const name of Object.keys(OPERATIONS)) {
    assert(text.includes(`/v1/${name.replace(".", "/")}`), name);
  }
});
