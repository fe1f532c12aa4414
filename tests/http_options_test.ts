/** The options of a request's query: what they say, and what is refused. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { post, testServer } from "./_http.ts";

const CSV_TYPE = { "content-type": "text/csv" };

Deno.test("http: queries say options, and wrong ones are named", async () => {
  await using server = testServer();
  const digest = `${server.url}/v1/hash/digest`;
  const answer = await post(`${digest}?algorithm=blake3`, "abc");
  assertEquals(JSON.parse(answer.text), {
    algorithm: "blake3",
    // The algorithm's own test vector for "abc".
    digest: "6437b3ac38465133ffb63b75273a8db548c558465d79db03fd359c6cd5bd9d85",
    bytes: 3,
  });
  const header = await post(
    `${server.url}/v1/csv/read?header=false&delimiter=%3B`,
    "1;2\n",
    CSV_TYPE,
  );
  assertEquals(header.text, '{"column1":1,"column2":2}\n');
  for (
    const query of ["algoritm=md5", "algorithm=md5", "engine=gpu", "a=1&a=2"]
  ) {
    const { status, code } = await post(`${digest}?${query}`, "abc");
    assertEquals([status, code], [400, "BAD_OPTION"], query);
  }
});

Deno.test("http: encoded bytes of options that are not UTF-8 are refused", async () => {
  await using server = testServer();
  const digest = `${server.url}/v1/hash/digest?algorithm=blake3`;
  // A lone byte, a cut sequence, half a surrogate pair, a name.
  for (
    const query of [
      "context=%ff",
      "context=a%C3b",
      "context=%ED%A0%80",
      "%ff=a",
    ]
  ) {
    const { status, code, text } = await post(`${digest}&${query}`, "abc");
    assertEquals([status, code], [400, "BAD_OPTION"], query);
    assertStringIncludes(text, "is not UTF-8");
  }
  // U+FFFD itself is a text, and so is a % without digits.
  const texts = ["%EF%BF%BD", "%C3%A9", "é", "%", "%zz", "a+b", "100%25"];
  const keys = new Set<string>();
  for (const context of texts) {
    const { status, text } = await post(`${digest}&context=${context}`, "abc");
    assertEquals(status, 200, context);
    keys.add(JSON.parse(text).digest);
  }
  // The second and the third are one text.
  assertEquals(keys.size, texts.length - 1);
});
