/** The HTTP door against bad manners: every request gets the right status. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { gunzipSync, zstdDecompressSync } from "node:zlib";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { ask, post, raw, statusOf, testServer } from "./_http.ts";

const JSON_TYPE = { "content-type": "application/json" };
const CSV_TYPE = { "content-type": "text/csv" };

Deno.test("http: small requests and their headers", async () => {
  await using server = testServer();
  const path = `${server.url}/v1/duration/parse`;
  const good = await post(path, '{"texts":["1:30:00","PT5S"]}', {
    ...JSON_TYPE,
    "x-request-id": "a-1",
  });
  assertEquals([good.status, good.text], [200, "[5400000,5000]"]);
  assertEquals(good.headers.get("x-request-id"), "a-1");
  assertEquals(good.headers.get("cache-control"), "no-store");
  assertEquals(good.headers.get("x-content-type-options"), "nosniff");
  assertEquals(good.headers.get("access-control-allow-origin"), null);
  assertStringIncludes(good.headers.get("server-timing")!, 'desc="typescript"');
  const bad = await post(path, '{"texts":["1:xx"]}', {
    ...JSON_TYPE,
    "x-request-id": "no good\tid",
  });
  assertEquals([bad.status, bad.code], [422, "FIELD_OUT_OF_RANGE"]);
  const problem = JSON.parse(bad.text);
  assertEquals([problem.row, problem.offset], [0, 2]);
  assertEquals(problem.instance, bad.headers.get("x-request-id"));
  assert(problem.instance !== "no good\tid");
});

Deno.test("http: bodies of the wrong shape say what is expected", async () => {
  await using server = testServer();
  const path = `${server.url}/v1/duration/parse`;
  const cases: [string, number, string][] = [
    ["", 400, "INVALID_JSON"],
    ["{", 400, "INVALID_JSON"],
    ["[]", 400, "BAD_BODY"],
    ["null", 400, "BAD_BODY"],
    ["{}", 400, "BAD_BODY"],
    ['{"texts":"1:30"}', 400, "BAD_BODY"],
    ['{"texts":[],"more":1}', 400, "BAD_BODY"],
    ['{"texts":[],"options":[]}', 400, "BAD_BODY"],
    ['{"texts":[],"options":{"strict":true}}', 400, "BAD_OPTION"],
    ['{"texts":[],"options":{"clock":"SS"}}', 400, "BAD_OPTION"],
    ['{"texts":[1]}', 400, "WRONG_TYPE"],
    ['{"texts":[],"__proto__":{}}', 400, "BAD_BODY"],
    ["[".repeat(100_000), 400, "DEPTH_EXCEEDED"],
    ['{"a":'.repeat(100_000), 400, "DEPTH_EXCEEDED"],
  ];
  for (const [body, status, code] of cases) {
    const answer = await post(path, body, JSON_TYPE);
    assertEquals([answer.status, answer.code], [status, code], answer.text);
  }
  const notText = await post(path, new Uint8Array([0x7b, 0xff]), JSON_TYPE);
  assertEquals(notText.status, 400);
  assertEquals(server.failures, []);
});

Deno.test("http: methods, types and paths that are not there", async () => {
  await using server = testServer();
  const { url } = server;
  const parse = `${url}/v1/duration/parse`;
  const put = await ask(parse, { method: "PUT", body: "{}" });
  assertEquals([put.status, put.code], [405, "WRONG_METHOD"]);
  assertEquals(put.headers.get("allow"), "POST, OPTIONS");
  assertEquals((await ask(parse)).status, 405);
  assertEquals((await post(`${url}/healthz`, "")).status, 405);
  assertEquals((await ask(`${url}/healthz`, { method: "HEAD" })).status, 200);
  const typed = await post(parse, "<a/>", { "content-type": "text/xml" });
  assertEquals([typed.status, typed.code], [415, "UNSUPPORTED_MEDIA_TYPE"]);
  const coded = await post(parse, "{}", {
    ...JSON_TYPE,
    "content-encoding": "br",
  });
  assertEquals([coded.status, coded.code], [415, "UNKNOWN_ENCODING"]);
  const form = await post(parse, '{"texts":[]}', {
    ...JSON_TYPE,
    accept: "image/png",
  });
  assertEquals([form.status, form.code], [406, "NOT_ACCEPTABLE"]);
  for (
    const path of ["/v1/duration/nope", "/", "/v1", "/v1/duration/parse/"]
  ) {
    const { status, code } = await post(url + path, "");
    assertEquals([status, code], [404, "NO_ROUTE"], path);
  }
  const traversals = ["/../etc/passwd", "/..%2f..%2fetc/passwd", "/%00"];
  for (const path of traversals) {
    const text = await raw(url, [
      `GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`,
    ]);
    assertEquals(statusOf(text), 404, path);
  }
});

Deno.test("http: forms of the result by Accept", async () => {
  await using server = testServer();
  const path = `${server.url}/v1/csv/read`;
  const read = (accept: string) =>
    post(path, "a,b\n1,x\n", { ...CSV_TYPE, accept });
  const csv = await read("text/csv");
  assertEquals(csv.text, "a,b\n1,x\n");
  assertEquals(csv.headers.get("content-type"), "text/csv; charset=utf-8");
  const rows = '{"a":1,"b":"x"}\n';
  for (
    const accept of ["*/*", "application/*", "text/csv;q=0.1, */*;q=0.9"]
  ) {
    assertEquals((await read(accept)).text, rows, accept);
  }
  assertEquals((await read("text/csv;q=0, text/html")).status, 406);
});

Deno.test("http: a result that is compressed says so by its type", async () => {
  await using server = testServer();
  const url = `${server.url}/v1/csv/write?quoting=all&compression=`;
  const inflates = { gzip: gunzipSync, zstd: zstdDecompressSync };
  for (const [compression, inflate] of Object.entries(inflates)) {
    const response = await fetch(url + compression, {
      method: "POST",
      body: "a,b\n1,x\n",
      headers: CSV_TYPE,
    });
    assertEquals(response.status, 200);
    const type = response.headers.get("content-type");
    assertEquals(type, `application/${compression}`);
    const text = new TextDecoder().decode(inflate(await response.bytes()));
    assertEquals(text, '"a","b"\n"1","x"\n');
  }
  const wrong = await post(`${url}brotli`, "a\n1\n", CSV_TYPE);
  assertEquals(wrong.status, 400);
  const path = `${server.url}/v1/json/write?compression=gzip`;
  const events = await post(path, "a\n1\n", {
    ...CSV_TYPE,
    accept: "text/event-stream",
  });
  assertEquals(events.status, 400);
});

Deno.test("http: hosts that were not meant are refused", async () => {
  await using server = testServer();
  const get = (host: string) =>
    raw(server.url, [
      `GET /healthz HTTP/1.1\r\n${host}Connection: close\r\n\r\n`,
    ]);
  assertEquals(statusOf(await get("Host: localhost:1\r\n")), 200);
  assertEquals(statusOf(await get("Host: [::1]\r\n")), 200);
  assertEquals(statusOf(await get("Host: evil.example\r\n")), 421);
  assertEquals(statusOf(await get("Host: localhost.evil.example\r\n")), 421);
  assertEquals(statusOf(await get("")), 400);
  assertEquals(statusOf(await get("Host: a b\r\n")), 400);
  assertEquals(statusOf(await get(`X: ${"x".repeat(1 << 20)}\r\n`)), 400);
});

Deno.test("http: the token opens all but the probes", async () => {
  const token = "correct horse battery staple";
  await using server = testServer({ token });
  const metrics = (authorization?: string) =>
    ask(
      `${server.url}/metrics`,
      authorization === undefined ? {} : { headers: { authorization } },
    );
  assertEquals((await metrics(`Bearer ${token}`)).status, 200);
  for (
    const wrong of [
      ...[`Bearer ${token}x`, `Bearer ${token.slice(1)}`, "Bearer x"],
      ...[`Basic ${btoa(token)}`, token],
    ]
  ) {
    const { status, headers } = await metrics(wrong);
    assertEquals(status, 401, wrong);
    assertStringIncludes(headers.get("www-authenticate")!, "Bearer");
  }
  assertEquals((await metrics()).code, "TOKEN_MISSING");
  assertEquals((await ask(`${server.url}/healthz`)).status, 200);
  assertEquals((await ask(`${server.url}/readyz`)).status, 200);
});

Deno.test("http: origins are let in by name only", async () => {
  await using server = testServer({ origins: ["https://a.example"] });
  const path = `${server.url}/v1/hash/digest`;
  const from = (origin: string, method: string) =>
    ask(path, {
      method,
      headers: { origin },
      ...method === "POST" ? { body: "a" } : {},
    });
  const name = "access-control-allow-origin";
  for (const method of ["POST", "OPTIONS"]) {
    const good = await from("https://a.example", method);
    assertEquals(good.headers.get(name), "https://a.example", method);
    assertStringIncludes(good.headers.get("vary")!, "origin");
    const other = await from("https://b.example", method);
    assertEquals(other.headers.get(name), null, method);
  }
});

Deno.test("http: a body over the cap ends with 413", async () => {
  const limits = { bodyBytes: 100_000, jsonBytes: 1000, streamBytes: 200_000 };
  await using server = testServer({ limits });
  const { url } = server;
  const csv = "a\n" + "1\n".repeat(100_000);
  const chunked = () =>
    ReadableStream.from([csv.slice(0, 50_000), csv.slice(50_000)]).pipeThrough(
      new TextEncoderStream(),
    );
  const declared = await post(`${url}/v1/csv/read`, csv, CSV_TYPE);
  assertEquals([declared.status, declared.code], [413, "BODY_TOO_LARGE"]);
  const streamed = await post(`${url}/v1/csv/read`, chunked(), CSV_TYPE);
  assertEquals([streamed.status, streamed.code], [413, "BODY_TOO_LARGE"]);
  const profiled = await post(`${url}/v1/profile`, chunked(), CSV_TYPE);
  assertEquals([profiled.status, profiled.code], [413, "BODY_TOO_LARGE"]);
  const json = await post(
    `${url}/v1/duration/parse`,
    JSON.stringify({ texts: ["1".repeat(2000)] }),
    JSON_TYPE,
  );
  assertEquals(json.status, 413);
  for (
    const [encoding, deflate] of [["gzip", gzipSync], [
      "zstd",
      zstdCompressSync,
    ]] as const
  ) {
    const small = await post(
      `${url}/v1/csv/read`,
      new Uint8Array(deflate("a\n1\n")),
      { ...CSV_TYPE, "content-encoding": encoding },
    );
    assertEquals(small.text, '{"a":1}\n', encoding);
    const bomb = await post(
      `${url}/v1/profile`,
      new Uint8Array(deflate(new Uint8Array(10_000_000).fill(10))),
      { ...CSV_TYPE, "content-encoding": encoding },
    );
    assertEquals([bomb.status, bomb.code], [413, "BODY_TOO_LARGE"], encoding);
    const cut = await post(
      `${url}/v1/profile`,
      new Uint8Array(deflate("a\n1\n").subarray(0, -1)),
      { ...CSV_TYPE, "content-encoding": encoding },
    );
    assertEquals([cut.status, cut.code], [400, "BROKEN_ENCODING"], encoding);
  }
  assertEquals(server.failures, []);
});

Deno.test("http: a body that drips ends with 408, a broken one with 400", async () => {
  await using server = testServer({ limits: { bodyGraceMs: 400 } });
  const head = (route: string, rest: string) =>
    `POST ${route} HTTP/1.1\r\nHost: localhost\r\n` +
    `Content-Type: text/csv\r\n${rest}\r\n`;
  const drips = Array.from("a\n1\n2\n3\n4\n5\n6\n7\n8\n9\n");
  for (const route of ["/v1/csv/read", "/v1/profile"]) {
    const text = await raw(
      server.url,
      [head(route, "Content-Length: 1000\r\n"), ...drips],
      100,
      2500,
    );
    assertEquals(statusOf(text), 408, route);
    assertStringIncludes(text, "BODY_TOO_SLOW");
    const chunks = drips.map((drip) => `1\r\n${drip}\r\n`);
    const dripped = await raw(
      server.url,
      [head(route, "Transfer-Encoding: chunked\r\n"), ...chunks],
      100,
      2500,
    );
    assertEquals(statusOf(dripped), 408, route);
    const garbage = await raw(server.url, [
      head(route, "Transfer-Encoding: chunked\r\n"),
      "5\r\na\n1\n2\r\nnonsense\r\n",
    ]);
    assert([0, 400].includes(statusOf(garbage)), garbage);
  }
  assertEquals((await ask(`${server.url}/healthz`)).status, 200);
});

Deno.test("http: progress comes as events, then the result or the error", async () => {
  await using server = testServer();
  const headers = { ...CSV_TYPE, accept: "text/event-stream" };
  const csv = "a,b\n" + "1,2\n".repeat(500_000);
  const good = await post(`${server.url}/v1/profile`, csv, headers);
  assertEquals(good.headers.get("content-type"), "text/event-stream");
  const events = good.text.trim().split("\n\n").map((event) =>
    /^event: (\w+)\ndata: (.*)$/.exec(event)!
  );
  const last = events.at(-1)!;
  assertEquals(last[1], "result");
  assertEquals(JSON.parse(last[2]!).rows, 500_000);
  const first = events[0]!;
  assertEquals(first[1], "progress");
  assertEquals(JSON.parse(first[2]!).bytesTotal, csv.length);
  const bad = await post(`${server.url}/v1/profile`, csv + '"', headers);
  const failed = bad.text.trim().split("\n\n").at(-1)!;
  assertStringIncludes(failed, "event: error\n");
  assertStringIncludes(failed, "UNTERMINATED_QUOTE");
  const none = await post(`${server.url}/v1/csv/read`, csv, headers);
  assertEquals(none.status, 406);
});

Deno.test("http: large bodies leave the loop free and give the same", async () => {
  await using server = testServer();
  const texts = Array.from({ length: 200_000 }, (_, at) => `${at % 60}:00`);
  const answer = await post(
    `${server.url}/v1/duration/parse`,
    JSON.stringify({ texts }),
    JSON_TYPE,
  );
  const values = JSON.parse(answer.text) as number[];
  assertEquals(values.length, texts.length);
  assertEquals(values[61], 60_000);
  const bad = await post(
    `${server.url}/v1/duration/parse`,
    JSON.stringify({ texts: [...texts, "x"] }),
    JSON_TYPE,
  );
  assertEquals([bad.status, bad.code], [422, "UNEXPECTED_CHARACTER"]);
  assertEquals(JSON.parse(bad.text).row, 200_000);
  const rows = Array.from({ length: 300_000 }, (_, at) => `${at},x${at}`);
  const csv = `a,b\n${rows.join("\n")}\n`;
  const copy = await post(`${server.url}/v1/csv/read`, csv, {
    ...CSV_TYPE,
    accept: "text/csv",
  });
  assertEquals(copy.text === csv, true);
  assertEquals(server.failures, []);
});

Deno.test("http: clients that leave cancel their work; memory stays", async () => {
  await using server = testServer();
  const csv = new TextEncoder().encode("a,b\n" + "1,2\n".repeat(100_000));
  const leave = async (ms: number) => {
    const controller = new AbortController();
    const asked = fetch(`${server.url}/v1/csv/read`, {
      method: "POST",
      body: csv,
      headers: CSV_TYPE,
      signal: controller.signal,
    }).then((response) => response.body?.cancel());
    await new Promise((go) => setTimeout(go, ms));
    controller.abort();
    await asked.catch(() => {});
  };
  const wave = async (clients: number) => {
    for (let at = 0; at < clients; at += 25) {
      await Promise.all(
        Array.from({ length: 25 }, (_, client) => leave(client)),
      );
    }
  };
  // Workers and buffers come once, in the first 2,000 clients (850 MB with
  // 8 workers); what counts is that no more comes after.
  await wave(2000);
  const before = Deno.memoryUsage().rss;
  await wave(400);
  const grown = Deno.memoryUsage().rss - before;
  assert(grown < 150e6, `grew by ${grown} bytes`);
  const isQuiet = async () => {
    const { text } = await ask(`${server.url}/metrics`);
    return text.includes("http_server_active_requests 1\n");
  };
  for (let look = 0; look < 100 && !await isQuiet(); look++) {
    await new Promise((go) => setTimeout(go, 50));
  }
  assert(await isQuiet(), "cancelled requests are still in work");
  const { status, text } = await post(
    `${server.url}/v1/csv/read`,
    "a\n1\n",
    CSV_TYPE,
  );
  assertEquals([status, text], [200, '{"a":1}\n']);
});

Deno.test("http: requests beyond the cap are told to come again", async () => {
  await using server = testServer({ limits: { requests: 2 } });
  const path = "/v1/csv/read";
  const slow = () =>
    raw(server.url, [
      `POST ${path} HTTP/1.1\r\nHost: localhost\r\n` +
      "Content-Type: text/csv\r\nContent-Length: 5\r\n" +
      "Connection: close\r\n\r\na\n",
      "1\n\n",
    ], 400);
  const waiting = [slow(), slow()];
  await new Promise((go) => setTimeout(go, 150));
  const { status, headers } = await post(server.url + path, "a\n", CSV_TYPE);
  assertEquals([status, headers.get("retry-after")], [429, "1"]);
  assertEquals((await Promise.all(waiting)).map(statusOf), [200, 200]);
});

Deno.test("http: stopping finishes what runs", async () => {
  const server = testServer();
  const running = raw(server.url, [
    "POST /v1/csv/read HTTP/1.1\r\nHost: localhost\r\n" +
    "Content-Type: text/csv\r\nContent-Length: 4\r\n" +
    "Connection: close\r\n\r\na\n",
    "1\n",
  ], 500);
  await new Promise((go) => setTimeout(go, 200));
  const stopped = server.running.stop();
  assertStringIncludes(await running, '{"a":1}\n');
  await stopped;
});

Deno.test("http: counters name routes, never paths as sent", async () => {
  await using server = testServer();
  await post(`${server.url}/v1/hash/digest`, "a");
  await ask(`${server.url}/secret/path`);
  const { text, headers } = await ask(`${server.url}/metrics`);
  assertEquals(
    headers.get("content-type"),
    "text/plain; version=0.0.4; charset=utf-8",
  );
  assertStringIncludes(
    text,
    'http_server_request_duration_seconds_count{http_request_method="POST",' +
      'http_route="/v1/hash/digest",http_response_status_code="200"} 1\n',
  );
  assert(!text.includes("secret"));
  for (const line of text.trim().split("\n")) {
    assert(
      /^(# (HELP|TYPE) |[a-z0-9_]+(\{.*\})? [0-9.e+-]+$)/.test(line),
      line,
    );
  }
});

Deno.test("http: stopping ends what lasts longer than it may", async () => {
  const server = testServer({ limits: { drainMs: 200 } });
  let [sent, isRefused] = [0, false];
  const drip = new ReadableStream<Uint8Array>({
    async pull(controller) {
      await new Promise((go) => setTimeout(go, 20));
      controller.enqueue(new Uint8Array(2000));
      sent += 2000;
    },
  });
  const asked = fetch(`${server.url}/v1/hash/digest`, {
    method: "POST",
    body: drip,
  }).then((response) => response.body?.cancel(), () => isRefused = true);
  while (sent < 4000) await new Promise((go) => setTimeout(go, 10));
  const start = performance.now();
  await server.running.stop();
  await server.running.finished;
  assert(performance.now() - start < 1500);
  await asked;
  assert(isRefused);
});
