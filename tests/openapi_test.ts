/** The OpenAPI document: valid, complete, and its examples run. */

import { assert, assertEquals } from "@std/assert";
import { Validator } from "npm:@seriousme/openapi-schema-validator@2.11.0";
import { OPERATIONS } from "../src/catalogue/list.ts";
import { ask, post, testServer } from "./_http.ts";

interface Media {
  readonly example?: unknown;
  readonly examples?: { readonly sample: { readonly externalValue: string } };
}

type Content = Record<string, Media>;

interface Operation {
  readonly operationId: string;
  readonly requestBody?: { readonly content: Content };
  readonly responses: Record<string, { readonly content?: Content }>;
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

/** The body that an example shows. */
async function bodyOf({ example, examples }: Media): Promise<BodyInit> {
  if (examples !== undefined) {
    return await (await fetch(examples.sample.externalValue)).bytes();
  }
  assert(example !== undefined, "there is no example");
  return typeof example === "string" ? example : JSON.stringify(example);
}

Deno.test("openapi: every type of a body has an example that gives a result", async () => {
  await using server = testServer();
  const { paths } = await documentOf(server.url);
  for (const [path, { post: operation }] of Object.entries(paths)) {
    if (operation === undefined) continue;
    const content = Object.entries(operation.requestBody!.content);
    assert(content.length > 0, path);
    for (const [type, media] of content) {
      const answer = await post(server.url + path, await bodyOf(media), {
        "content-type": type,
      });
      assertEquals(answer.status, 200, `${path} ${type}: ${answer.text}`);
      assert(answer.text.length > 2, `${path} ${type} gives nothing`);
    }
    assert(JSON.stringify(content).length < 12_000, `${path} is long`);
  }
});

Deno.test("openapi: results that come as events say so", async () => {
  await using server = testServer();
  const { paths } = await documentOf(server.url);
  const told: string[] = [];
  for (const [path, { post: operation }] of Object.entries(paths)) {
    if (operation === undefined) continue;
    const answers = operation.responses["200"]!.content!;
    if (!("text/event-stream" in answers)) continue;
    told.push(operation.operationId);
    const [[type, media]] = Object.entries(
      operation.requestBody!.content,
    ) as [[string, Media]];
    const answer = await post(server.url + path, await bodyOf(media), {
      "content-type": type,
      accept: "text/event-stream",
    });
    assertEquals(
      [answer.status, answer.headers.get("content-type")],
      [200, "text/event-stream"],
      path,
    );
    assert(/(?:^|\n\n)event: result\ndata: .*\n\n$/s.test(answer.text), path);
  }
  for (const id of ["profile", "hash.digest", "stats.week"]) {
    assert(told.includes(id), id);
  }
  assert(!told.includes("csv.write"));
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
