/** The HTTP door's bodies: bounded in size, time, memory and work. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { type Answer, ask, post, raw, statusOf, testServer } from "./_http.ts";

const JSON_TYPE = { "content-type": "application/json" };
const CSV_TYPE = { "content-type": "text/csv" };
const encoder = new TextEncoder();

const deflates = [["gzip", gzipSync], ["zstd", zstdCompressSync]] as const;

function chunked(bytes: Uint8Array): ReadableStream<Uint8Array> {
  return ReadableStream.from([bytes.slice(0, 100), bytes.slice(100)]);
}

/** Sends a request and tells how long others had to wait meanwhile. */
async function longestWait(
  url: string,
  asked: Promise<Answer>,
): Promise<{ answer: Answer; ms: number }> {
  let [ms, isOver] = [0, false];
  const done = asked.finally(() => isOver = true);
  while (!isOver) {
    const start = performance.now();
    await ask(`${url}/healthz`);
    ms = Math.max(ms, performance.now() - start);
    await new Promise((go) => setTimeout(go, 1));
  }
  return { answer: await done, ms };
}

Deno.test("http: what is inflated is the server's to bound", async () => {
  const limits = { bodyBytes: 1_000_000, streamBytes: 1_000_000 };
  await using server = testServer({ limits });
  const { url } = server;
  const large = encoder.encode("a\n" + "1\n".repeat(2_000_000));
  const bomb = new Uint8Array(40_000_000).fill(10);
  for (const [name, deflate] of deflates) {
    for (
      const route of [
        "/v1/profile",
        "/v1/csv/read?where=a%3D9",
        "/v1/stats/summary",
      ]
    ) {
      const small = new Uint8Array(deflate("a\n1\n2\n"));
      for (const body of [small, chunked(small)]) {
        const answer = await post(url + route, body, CSV_TYPE);
        assertEquals(answer.status, 200, `${name} ${route} ${answer.text}`);
      }
      for (const input of [large, bomb]) {
        const body = new Uint8Array(deflate(input));
        const { status, text } = await post(url + route, body, CSV_TYPE);
        assertEquals(status, 413, `${name} ${text}`);
      }
      const cut = small.slice(0, -1);
      const { status, code } = await post(url + route, cut, CSV_TYPE);
      assertEquals([status, code], [400, "INVALID_COMPRESSION"], name);
      const twice = new Uint8Array(deflate(small));
      const again = await post(url + route, chunked(twice), CSV_TYPE);
      assertEquals([again.status, again.code], [400, "INVALID_COMPRESSION"]);
    }
    for (const route of ["/v1/profile", "/v1/csv/read", "/v1/ndjson/read"]) {
      const asked = await post(`${url}${route}?ratio-max=1000000`, "a\n");
      assertEquals([asked.status, asked.code], [400, "BAD_OPTION"]);
    }
  }
  assertEquals(server.failures, []);
});

Deno.test("http: a bomb without a cap ends at the ratio, and says so", async () => {
  await using server = testServer();
  const bomb = new Uint8Array(gzipSync(new Uint8Array(40_000_000).fill(10)));
  for (const headers of [{}, { "content-encoding": "gzip" }]) {
    const { status, code, text } = await post(
      `${server.url}/v1/profile`,
      bomb,
      { ...CSV_TYPE, ...headers },
    );
    assertEquals([status, code], [413, "RATIO_EXCEEDED"], text);
    assert(!text.includes("Infinity") && !text.includes("ratioMax"), text);
  }
});

Deno.test("http: small bodies with much work leave the loop free", async () => {
  await using server = testServer();
  const { url } = server;
  const events = "date,change\n1500-01-01,1\n2026-01-01,1\n";
  const wide = `${Array.from({ length: 6000 }, (_, at) => `c${at}`)}\n`;
  const csv = encoder.encode("a,b\n" + "1,22222\n".repeat(1_500_000));
  const packed = new Uint8Array(zstdCompressSync(csv));
  const cases: [string, BodyInit, Record<string, string>][] = [
    ["/v1/series/timeline?by=hour&fill=true&rolling=2,3,4", events, {}],
    ["/v1/profile", wide + wide, {}],
    ["/v1/hash/digest", packed, { "content-encoding": "zstd" }],
  ];
  for (const [route, body, headers] of cases) {
    // The first job starts a worker.
    await post(url + route, "a\n1\n", CSV_TYPE);
    const { ms } = await longestWait(
      url,
      post(url + route, body, { ...CSV_TYPE, ...headers }),
    );
    assert(ms < 250, `${route} held the loop for ${ms} ms`);
  }
  assertEquals(server.failures, []);
});

Deno.test("http: a worker that does not answer is ended, and others go on", async () => {
  await using server = testServer({ limits: { requestMs: 1500 } });
  const { url } = server;
  const wide = `${Array.from({ length: 150_000 }, (_, at) => `c${at}`)}\n`;
  // A loop in JavaScript hears nothing until it has ended.
  const slow = () =>
    post(`${url}/v1/csv/read?engine=typescript`, wide, CSV_TYPE);
  const start = performance.now();
  const workers = Array.from({ length: navigator.hardwareConcurrency }, slow);
  for (const { status, code } of await Promise.all(workers)) {
    assertEquals([status, code], [504, "TOO_LATE"]);
  }
  assert(performance.now() - start < 4000, "the end of time does not bind");
  let answer = await post(`${url}/v1/csv/read`, "a\n1\n", CSV_TYPE);
  while (answer.status !== 200 && performance.now() - start < 15_000) {
    answer = await post(`${url}/v1/csv/read`, "a\n1\n", CSV_TYPE);
  }
  assertEquals(answer.text, '{"a":1}\n');
});

Deno.test("http: a small body may come as slowly as a large one", async () => {
  const limits = { bodyGraceMs: 300, bodyBytesPerSecond: 1000 };
  await using server = testServer({ limits });
  const rows = "123456789\n".repeat(10);
  const parts = Array.from({ length: 12 }, () => rows);
  for (const route of ["/v1/hash/digest", "/v1/csv/read"]) {
    const text = await raw(server.url, [
      `POST ${route} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n` +
      `Content-Type: text/csv\r\nContent-Length: 1200\r\n\r\n`,
      ...parts,
    ], 80);
    assertEquals(statusOf(text), 200, text);
  }
});

Deno.test("http: bodies that are held have one bound together", async () => {
  const limits = { bodyBytes: 100_000, heldBytes: 250_000 };
  await using server = testServer({ limits });
  const csv = "a\n" + "12345678\n".repeat(10_000);
  const path = "/v1/stats/summary";
  const hold = () =>
    raw(server.url, [
      `POST ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n` +
      `Content-Type: text/csv\r\nContent-Length: ${csv.length}\r\n\r\n` +
      csv.slice(0, -1),
      "\n",
    ], 600);
  const waiting = [hold(), hold()];
  await new Promise((go) => setTimeout(go, 300));
  const { status, code, headers } = await post(
    server.url + path,
    csv,
    CSV_TYPE,
  );
  assertEquals([status, code], [429, "BODIES_FULL"]);
  assertEquals(headers.get("retry-after"), "1");
  assertEquals((await Promise.all(waiting)).map(statusOf), [200, 200]);
  // What was held is free again.
  for (let round = 0; round < 4; round++) {
    assertEquals((await post(server.url + path, csv, CSV_TYPE)).status, 200);
  }
});

Deno.test("http: JSON that is not UTF-8 is refused, whatever its size", async () => {
  await using server = testServer();
  const path = `${server.url}/v1/duration/parse`;
  for (const size of [1, 70_000]) {
    const body = encoder.encode(
      `{"texts":["${"?".repeat(size)}"],"options":{"on-error":"null"}}`,
    );
    assertEquals((await post(path, body, JSON_TYPE)).text, "[null]");
    body[11] = 0xff;
    const { status, code } = await post(path, body, JSON_TYPE);
    assertEquals([status, code], [400, "INVALID_UTF8"]);
  }
  const real = '{"texts":["\uFFFD"],"options":{"on-error":"null"}}';
  assertEquals((await post(path, real, JSON_TYPE)).text, "[null]");
});

Deno.test("http: the time of a request ends with the start of its response", async () => {
  await using server = testServer({ limits: { requestMs: 3000 } });
  const csv = "a,b\n" + "12345,abcdef\n".repeat(200_000);
  const response = await fetch(`${server.url}/v1/csv/read`, {
    method: "POST",
    body: csv,
    headers: CSV_TYPE,
  });
  const reader = response.body!.getReader();
  let bytes = (await reader.read()).value!.length;
  await new Promise((go) => setTimeout(go, 3200));
  while (true) {
    const { value, done } = await reader.read();
    if (done) break;
    bytes += value.length;
  }
  assertEquals(bytes, '{"a":12345,"b":"abcdef"}\n'.length * 200_000);
});

Deno.test("http: a client that takes nothing is not waited for", async () => {
  await using server = testServer({ limits: { stallMs: 300 } });
  const csv = "a,b\n" + "12345,abcdef\n".repeat(2_000_000);
  const response = await fetch(`${server.url}/v1/csv/read`, {
    method: "POST",
    body: csv,
    headers: CSV_TYPE,
  });
  const isQuiet = async () =>
    (await ask(`${server.url}/metrics`)).text.includes(
      "http_server_active_requests 1\n",
    );
  assert(!await isQuiet(), "a response under way counts as work");
  for (let look = 0; look < 60 && !await isQuiet(); look++) {
    await new Promise((go) => setTimeout(go, 50));
  }
  assert(await isQuiet());
  await response.body!.cancel().catch(() => {});
});

Deno.test("http: a time that no timer holds is none", async () => {
  await using server = testServer({ limits: { requestMs: 99_999_999_000 } });
  const answer = await post(`${server.url}/v1/csv/read`, "a\n1\n", CSV_TYPE);
  assertEquals(answer.text, '{"a":1}\n');
});

Deno.test("http: events count what was sent, and fail like responses", async () => {
  await using server = testServer();
  const path = `${server.url}/v1/profile`;
  const csv = encoder.encode("a,b\n" + "1,22222\n".repeat(2_000_000));
  const body = new Uint8Array(gzipSync(csv, { level: 1 }));
  for (const encoding of [{}, { "content-encoding": "gzip" }]) {
    const { text } = await post(path, body, {
      ...CSV_TYPE,
      ...encoding,
      accept: "Text/Event-Stream",
    });
    assertStringIncludes(text, "event: result");
    for (const [, data] of text.matchAll(/event: progress\ndata: (.*)/g)) {
      const { bytesDone, bytesTotal } = JSON.parse(data!);
      assert(bytesDone <= bytesTotal, data);
      assertEquals(bytesTotal, body.length);
    }
  }
  const failed = await post(path, "a,b\n1\n", {
    ...CSV_TYPE,
    accept: "text/event-stream",
    "x-request-id": "the-id",
  });
  assertStringIncludes(failed.text, '"instance":"the-id"');
  const none = await post(path, "a\n1\n", {
    ...CSV_TYPE,
    accept: "text/event-stream;q=0, application/json",
  });
  assertEquals(none.headers.get("content-type"), "application/json");
});
