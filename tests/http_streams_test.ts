/** The HTTP door's readers of rows: bodies go through, they are not held. */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { gzipSync } from "node:zlib";
import { post, raw, statusOf, testServer } from "./_http.ts";

const CSV_TYPE = { "content-type": "text/csv" };
const encoder = new TextEncoder();
const LINE = "12345,2024-02-29,Oslo,some text of a row\n";
const HEAD = "id,day,city,note\n";

/** A body of about so many bytes, made as it is asked for. */
function generated(
  bytes: number,
  onBytes: (bytes: number) => void = () => {},
): ReadableStream<Uint8Array> {
  const piece = encoder.encode(LINE.repeat(1600));
  let sent = 0;
  return new ReadableStream({
    pull(controller) {
      if (sent === 0) controller.enqueue(encoder.encode(HEAD));
      if (sent >= bytes) return controller.close();
      controller.enqueue(piece.slice());
      sent += piece.length;
      onBytes(sent);
    },
  });
}

async function countOf(response: Response): Promise<number> {
  let bytes = 0;
  for await (const chunk of response.body!) bytes += chunk.length;
  return bytes;
}

Deno.test("http: 200 MB of rows go through in bounded memory", async () => {
  await using server = testServer();
  const url = `${server.url}/v1/csv/read?columns=id`;
  const headers = { ...CSV_TYPE, accept: "text/csv" };
  const through = async (size: number) => {
    let sent = 0;
    const body = generated(size, (bytes) => sent = bytes);
    const response = await fetch(url, { method: "POST", body, headers });
    assertEquals(response.status, 200);
    return { received: await countOf(response), sent };
  };
  await through(20e6);
  const before = Deno.memoryUsage().rss;
  let most = 0;
  const timer = setInterval(() => {
    most = Math.max(most, Deno.memoryUsage().rss - before);
  }, 20);
  const { received, sent } = await through(200e6);
  clearInterval(timer);
  assertEquals(received, sent / LINE.length * 6 + 3);
  assert(most < 120e6, `${most} bytes more`);
  assertEquals(server.failures, []);
});

Deno.test("http: a response of rows begins before the body ends", async () => {
  await using server = testServer();
  let send: (bytes: Uint8Array | null) => void = () => {};
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      send = (bytes) =>
        bytes === null ? controller.close() : controller.enqueue(bytes);
    },
  });
  send(encoder.encode(HEAD + LINE.repeat(150_000)));
  const response = await fetch(`${server.url}/v1/csv/read`, {
    ...{ method: "POST", body, headers: CSV_TYPE },
  });
  assertEquals(response.status, 200);
  const reader = response.body!.getReader();
  const first = await reader.read();
  assert(!first.done);
  send(encoder.encode(LINE));
  send(null);
  let bytes = first.value.length;
  for (let read; !(read = await reader.read()).done;) {
    bytes += read.value.length;
  }
  const row =
    '{"id":12345,"day":"2024-02-29","city":"Oslo","note":"some text of a row"}\n';
  assertEquals(bytes, row.length * 150_001);
});

Deno.test("http: a body over the cap is a problem, or breaks the response", async () => {
  const limits = { rowBytes: 20_000_000 };
  await using server = testServer({ limits });
  const url = `${server.url}/v1/csv/read`;
  const declared = encoder.encode(HEAD + LINE.repeat(600_000));
  const early = await post(url, declared, CSV_TYPE);
  assertEquals([early.status, early.code], [413, "BODY_TOO_LARGE"]);
  // Nothing is printed before the end, so there is still a status.
  const none = `${url}?where=${encodeURIComponent("id = 0")}`;
  for (const [path, body] of [[none, generated(25e6)]] as const) {
    const answer = await post(path, body, CSV_TYPE);
    assertEquals([answer.status, answer.code], [413, "BODY_TOO_LARGE"]);
  }
  const packed = new Uint8Array(gzipSync(declared));
  for (const body of [generated(25e6), packed]) {
    const response = await fetch(url, {
      method: "POST",
      body,
      headers: CSV_TYPE,
    });
    assertEquals(response.status, 200);
    await assertRejects(() => countOf(response), TypeError);
  }
  assertEquals(server.failures, []);
});

Deno.test("http: a late fault breaks the response, an early one is a problem", async () => {
  await using server = testServer();
  const url = `${server.url}/v1/csv/read`;
  const early = await post(url, `${HEAD}1,2\n`, CSV_TYPE);
  assertEquals([early.status, early.code], [422, "RAGGED_ROW"]);
  // The type is that of the first 65,536 rows, as for stdin.
  const late = encoder.encode(`${HEAD}${LINE.repeat(70_000)}x,y,z,w\n`);
  const response = await fetch(url, {
    ...{ method: "POST", body: late, headers: CSV_TYPE },
  });
  assertEquals(response.status, 200);
  await assertRejects(() => countOf(response), TypeError);
  const text = await post(`${url}?types=text`, late, CSV_TYPE);
  assertEquals(text.status, 200);
  assert(text.text.endsWith('{"id":"x","day":"y","city":"z","note":"w"}\n'));
});

Deno.test("http: a client that leaves stops the reading", async () => {
  await using server = testServer();
  const controller = new AbortController();
  let sent = 0;
  const response = await fetch(`${server.url}/v1/csv/read`, {
    method: "POST",
    body: generated(1e12, (bytes) => sent = bytes),
    headers: CSV_TYPE,
    signal: controller.signal,
  });
  const reader = response.body!.getReader();
  for (let pieces = 0; pieces < 20; pieces++) await reader.read();
  controller.abort();
  await assertRejects(async () => {
    while (!(await reader.read()).done);
  });
  const before = sent;
  await new Promise((go) => setTimeout(go, 300));
  assert(sent - before < 20e6, `${sent - before} bytes after the end`);
  // The workers are free for others.
  const next = await post(`${server.url}/v1/csv/read`, "a\n1\n", CSV_TYPE);
  assertEquals(next.text, '{"a":1}\n');
});

Deno.test("http: a client that sends all before it reads gets all", async () => {
  await using server = testServer({ limits: { stallMs: 2000 } });
  const { hostname, port } = new URL(server.url);
  const connection = await Deno.connect({ hostname, port: Number(port) });
  const lines = 1_500_000;
  const body = encoder.encode(HEAD + LINE.repeat(lines));
  const head = "POST /v1/csv/read HTTP/1.1\r\nHost: localhost\r\n" +
    "Connection: close\r\nContent-Type: text/csv\r\nAccept: text/csv\r\n" +
    `Content-Length: ${body.length}\r\n\r\n`;
  for (const bytes of [encoder.encode(head), body]) {
    for (let at = 0; at < bytes.length;) {
      at += await connection.write(bytes.subarray(at));
    }
  }
  let received = 0;
  const buffer = new Uint8Array(1 << 20);
  for (let read; (read = await connection.read(buffer)) !== null;) {
    received += read;
  }
  connection.close();
  assert(received > body.length, `${received} of ${body.length}`);
  assertEquals(server.failures, []);
});

Deno.test("http: error rows in place of rows", async () => {
  await using server = testServer();
  const url = `${server.url}/v1/csv/read`;
  const csv = "a,b\n1,2\n3\n4,5\n6,7,8\n";
  const query = "?on-error=collect&report=errors";
  const { text, headers } = await post(url + query, csv, CSV_TYPE);
  assertEquals(headers.get("content-type"), "application/x-ndjson");
  const rows = text.trimEnd().split("\n").map((line) => JSON.parse(line));
  assertEquals(
    rows.map(({ code, line, column, byteOffset }) => [
      ...[code, line, column, byteOffset],
    ]),
    [["RAGGED_ROW", 3, 1, 8], ["RAGGED_ROW", 5, 1, 14]],
  );
  assert(rows.every(({ message }) => typeof message === "string"));
  const none = await post(
    `${url}?mode=lenient&report=errors`,
    "a\n1\n",
    CSV_TYPE,
  );
  assertEquals([none.status, none.text], [200, ""]);
  const many = await post(`${url + query}&max-errors=1`, csv, CSV_TYPE);
  assertEquals([many.status, many.code], [422, "TOO_MANY_ERRORS"]);
  const odd = await post(url + query, csv, { ...CSV_TYPE, accept: "text/csv" });
  assertEquals([odd.status, odd.code], [406, "NOT_ACCEPTABLE"]);
  const plain = await post(
    `${url}?report=rows&on-error=collect`,
    csv,
    CSV_TYPE,
  );
  assertEquals(plain.text, '{"a":1,"b":2}\n{"a":4,"b":5}\n');
  const other = await post(
    `${server.url}/v1/ndjson/read?report=errors`,
    "{}\n",
  );
  assertEquals([other.status, other.code], [400, "BAD_OPTION"]);
});

Deno.test("http: small bodies of rows are answered whole", async () => {
  await using server = testServer();
  const text = await raw(server.url, [
    "POST /v1/ndjson/read HTTP/1.1\r\nHost: localhost\r\n" +
    "Connection: close\r\nContent-Type: application/x-ndjson\r\n" +
    'Content-Length: 8\r\n\r\n{"a":1}\n',
  ]);
  assertEquals(statusOf(text), 200);
  assert(text.endsWith('\r\n\r\n{"a":1}\n'), text);
  const json = { "content-type": "application/json" };
  const array = await post(`${server.url}/v1/json/read`, '[{"a":1}]', json);
  assertEquals(array.text, '{"a":1}\n');
});

Deno.test("http: rows that were left out are counted in a header", async () => {
  await using server = testServer();
  const url = `${server.url}/v1/csv/read`;
  const count = async (query: string, csv: string) => {
    const { status, headers } = await post(url + query, csv, CSV_TYPE);
    return [status, headers.get("x-error-rows")];
  };
  const faulty = "a,b\n1,2\n3\n4,5\n6,7,8\n";
  assertEquals(await count("?on-error=collect", faulty), [200, "2"]);
  assertEquals(await count("?mode=lenient", faulty), [200, "2"]);
  assertEquals(await count("?mode=lenient", "a\n1\n"), [200, "0"]);
  // Strict reading has no such rows, and a report lists them.
  assertEquals(await count("", "a\n1\n"), [200, null]);
  const report = "?on-error=collect&report=errors";
  assertEquals(await count(report, faulty), [200, null]);
  // A response that begins before its end cannot know.
  const long = faulty + "1,2\n".repeat(100_000);
  assertEquals(await count("?on-error=collect", long), [200, null]);
});

Deno.test("http: messages name what a query can say", async () => {
  await using server = testServer();
  const url = `${server.url}/v1/csv/read`;
  const to = await post(`${url}?to=csv`, "a\n1\n", CSV_TYPE);
  assertEquals([to.status, to.code], [400, "BAD_OPTION"]);
  assert(to.text.includes("accept: text/csv"), to.text);
  const typed = await post(`${url}?types=a=i32`, "a\nx\n", CSV_TYPE);
  assertEquals([typed.status, typed.code], [422, "TYPE_MISMATCH"]);
  assert(typed.text.includes("the option types=NAME=TYPE"), typed.text);
  assert(!typed.text.includes("schema"), typed.text);
});
