/** How the HTTP door starts, stops and sits inside apps of others. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { Hono } from "hono";
import { requestId } from "hono/request-id";
import { envelope, fastpath } from "../src/http/mod.ts";
import { ask, post, raw, statusOf, testServer } from "./_http.ts";

const CSV_TYPE = { "content-type": "text/csv" };
const HOST = { host: "localhost" };

/** Runs a command of deno's until it says where it listens, or ends. */
async function started(
  args: readonly string[],
  env: Record<string, string>,
): Promise<{ said: string; stop(): Promise<number> }> {
  const child = new Deno.Command(Deno.execPath(), {
    args: [...args],
    cwd: new URL("..", import.meta.url),
    env: { NO_COLOR: "1", ...env },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  let said = "";
  const hear = async (stream: ReadableStream<Uint8Array>) => {
    for await (const text of stream.pipeThrough(new TextDecoderStream())) {
      said += text;
    }
  };
  const heard = Promise.all([hear(child.stdout), hear(child.stderr)]);
  let isOver = false;
  const ended = child.status.then(() => isOver = true);
  for (let look = 0; look < 300; look++) {
    if (isOver || /https?:\/\/\S+\s/.test(said)) break;
    await new Promise((go) => setTimeout(go, 50));
  }
  return {
    said,
    async stop() {
      // What `deno serve` does with a signal is the runtime's matter.
      if (!isOver) child.kill(args[0] === "serve" ? "SIGKILL" : "SIGTERM");
      await Promise.all([ended, heard]);
      return (await child.status).code;
    },
  };
}

/** A port that was free a moment ago. */
function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

Deno.test("http: deno serve serves the default export", async () => {
  for (const more of [[], ["--parallel"]]) {
    const port = freePort();
    const url = `http://127.0.0.1:${port}`;
    const command = ["serve", "-A", "--port", String(port), ...more];
    const server = await started(
      [...command, "--host", "127.0.0.1", "server.ts"],
      { FASTPATH_PORT: "0" },
    );
    assertEquals((await ask(`${url}/healthz`)).text, "ok\n", server.said);
    assertStringIncludes(server.said, `fastpath listens on ${url}\n`);
    await server.stop();
  }
});

Deno.test("http: deno serve to all the world needs a token", async () => {
  const port = String(freePort());
  const command = ["serve", "-A", "--port", port, "server.ts"];
  const open = await started(command, {});
  assertEquals(await open.stop(), 2, open.said);
  assertStringIncludes(open.said, "FASTPATH_TOKEN");
  const token = "correct horse battery staple";
  const guarded = await started(command, { FASTPATH_TOKEN: token });
  const { code } = await ask(`http://127.0.0.1:${port}/metrics`);
  assertEquals(code, "TOKEN_MISSING", guarded.said);
  await guarded.stop();
});

Deno.test("http: deno run listens, and says so once", async () => {
  const env = { FASTPATH_PORT: "0" };
  const all = await started(["run", "-A", "server.ts"], env);
  assert(/^fastpath listens on http:\/\/\S+\n$/.test(all.said), all.said);
  const url = all.said.trim().split(" ").at(-1)!;
  assertEquals((await ask(`${url}/readyz`)).text, "ready\n");
  assertEquals(await all.stop(), 0);
  // Where its own command cannot be seen, it finds out by waiting.
  const few = await started(
    ["run", "--allow-net", "--allow-env", "--allow-read=.", "server.ts"],
    env,
  );
  assertStringIncludes(few.said, "fastpath listens on ");
  assertEquals(await few.stop(), 0);
  const wrong = await started(["serve", "-A", "server.ts"], {
    FASTPATH_TIMEOUT: "soon",
  });
  assertEquals(await wrong.stop(), 2, wrong.said);
});

Deno.test("http: stopping finishes events too", async () => {
  const server = testServer();
  const running = raw(server.url, [
    "POST /v1/profile HTTP/1.1\r\nHost: localhost\r\n" +
    "Content-Type: text/csv\r\nContent-Length: 4\r\n" +
    "Accept: text/event-stream\r\nConnection: close\r\n\r\na\n",
    "1\n",
  ], 600);
  await new Promise((go) => setTimeout(go, 300));
  const metrics = await ask(`${server.url}/metrics`);
  assertStringIncludes(metrics.text, "http_server_active_requests 2\n");
  const stopped = server.running.stop();
  const ready = await ask(`${server.url}/readyz`);
  assertEquals([ready.status, ready.code], [503, "STOPPING"]);
  assertStringIncludes(await running, "event: result\n");
  await stopped;
});

Deno.test("http: who watches is answered when the server is full", async () => {
  await using server = testServer({ limits: { requests: 0 } });
  for (const path of ["/healthz", "/readyz", "/metrics"]) {
    assertEquals((await ask(server.url + path)).status, 200, path);
  }
  assertEquals((await ask(`${server.url}/docs`)).status, 429);
});

Deno.test("http: options that do not fit are the client's fault", async () => {
  await using server = testServer();
  const cases = [
    ...["%22", "%00", "%E2%82%AC"].map((one) => `csv/read?delimiter=${one}`),
    ...["csv/write", "profile", "stats/summary?x=", "stats/week?x="]
      .map((route) => `${route.replace("?x=", "")}?delimiter=%22`),
    ...["csv/write", "series/timeline"]
      .map((route) => `${route}?input-delimiter=%22`),
    ...["hash/digest?engine=auto&engine=native"],
  ];
  for (const path of cases) {
    const { status, code } = await post(`${server.url}/v1/${path}`, "a\n1\n", {
      ...CSV_TYPE,
    });
    assertEquals([status, code], [400, "BAD_OPTION"], path);
  }
  const other = await post(`${server.url}/v1/csv/read`, "a\n", {
    "content-type": "text/csv; charset=UTF-16",
  });
  assertEquals([other.status, other.code], [415, "UNSUPPORTED_MEDIA_TYPE"]);
  const same = await post(`${server.url}/v1/csv/read`, "a\n1\n", {
    "content-type": 'text/csv; charset="utf-8"',
  });
  assertEquals(same.status, 200);
  assertEquals(server.failures, []);
});

Deno.test("http: preflights pass the host check and have an id", async () => {
  await using server = testServer({ origins: ["https://a.example"] });
  const path = `${server.url}/v1/hash/digest`;
  const { status, headers } = await ask(path, { method: "OPTIONS" });
  assertEquals(status, 204);
  assert(headers.get("x-request-id") !== null);
  const other = await raw(server.url, [
    "OPTIONS /v1/hash/digest HTTP/1.1\r\nHost: evil.example\r\n" +
    "Connection: close\r\n\r\n",
  ]);
  assertEquals(statusOf(other), 421);
});

Deno.test("http: HEAD says the length, the page names its server", async () => {
  await using server = testServer();
  const head = await raw(server.url, [
    "HEAD /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
  ]);
  assert(/\r\ncontent-length: 3\r\n/i.test(head), head);
  const { text } = await ask(`${server.url}/docs`);
  assert(text.includes(`${server.url}/v1/profile`));
  assert(!text.includes(":8787"));
});

Deno.test("http: an envelope answers the preflights of its origins", async () => {
  const app = new Hono();
  const token = "a token of some length";
  app.use(envelope({ hosts: null, token, origins: ["https://a.example"] }));
  app.get("/a", (c) => c.text("a"));
  const preflight = (origin: string) =>
    app.request("/a", {
      method: "OPTIONS",
      headers: { ...HOST, origin, "access-control-request-method": "GET" },
    });
  const name = "access-control-allow-origin";
  const good = await preflight("https://a.example");
  assertEquals(good.status, 204);
  assertEquals(good.headers.get(name), "https://a.example");
  assertStringIncludes(
    good.headers.get("access-control-allow-methods")!,
    "GET",
  );
  const other = await preflight("https://b.example");
  assertEquals(other.headers.get(name), null);
  assertEquals((await app.request("/a", { headers: HOST })).status, 401);
});

Deno.test("http: routes mounted behind other middleware", async () => {
  const logged: string[] = [];
  const app = new Hono();
  app.use(requestId());
  app.use("/read/*", async (c, next) => {
    await c.req.text();
    await next();
  });
  app.use("/taken/*", async (c, next) => {
    await c.req.raw.text();
    await next();
  });
  const onError = (_: unknown, id: string) => logged.push(id);
  for (const base of ["/plain", "/read", "/taken"]) {
    app.route(base, fastpath({ onError }));
  }
  const asked = (base: string) =>
    app.request(`${base}/v1/duration/parse`, {
      method: "POST",
      headers: { ...HOST, "content-type": "application/json" },
      body: '{"texts":["x"]}',
    });
  for (const base of ["/plain", "/read", "/taken"]) {
    const response = await asked(base);
    assertEquals(response.status, base === "/taken" ? 500 : 422, base);
    const { instance } = await response.json();
    assertEquals(instance, response.headers.get("x-request-id"), base);
  }
  assertEquals(logged.length, 1);
});
