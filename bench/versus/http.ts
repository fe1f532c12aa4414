/**
 * The HTTP door under load from `wrk` (50 connections): a small operation
 * against a bare `Deno.serve` that answers without reading, one that does the
 * same work, and Hono with its stock middleware. Each server is a process of
 * its own; a side's time is that of 1,000 requests.
 *
 * @module
 */

import { type Prepared, Timed, type VersusCase } from "./_case.ts";

const SECONDS = 2;
const CONNECTIONS = 50;
const PAIRS = 4;

const BODY = '{"texts":["1:30:00","PT5S"]}';
const ANSWER = "[5400000,5000]";
const PATH = "/v1/duration/parse";

const SERVER = new URL("../../server.ts", import.meta.url).href;
const LIBRARY = new URL("../../mod.ts", import.meta.url).href;

const BARE = `Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: told },
  () => new Response('${ANSWER}'));`;

const BARE_WORK = `import { parseDurations } from "${LIBRARY}";
Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: told }, async (request) => {
  const { texts } = await request.json();
  const column = parseDurations(texts);
  const values = Array.from(column.data, Number);
  return new Response(JSON.stringify(values), {
    headers: { "content-type": "application/json" },
  });
});`;

const STOCK = `import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { logger } from "hono/logger";
import { requestId } from "hono/request-id";
import { secureHeaders } from "hono/secure-headers";
import { timeout } from "hono/timeout";
import { parseDurations } from "${LIBRARY}";
const app = new Hono();
app.use(logger(() => {}), requestId(), secureHeaders());
app.use(bodyLimit({ maxSize: 1 << 23 }), timeout(5000));
app.post("${PATH}", async (c) => {
  const { texts } = await c.req.json();
  return c.json(Array.from(parseDurations(texts).data, Number));
});
Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: told }, app.fetch);`;

const TOLD =
  `const told = ({ port }) => console.log("http://127.0.0.1:" + port);\n`;

/** A server in a process of its own. */
async function serve(
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<{ url: string; child: Deno.ChildProcess }> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--allow-all", "--quiet", ...args],
    env,
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  while (!text.includes("\n")) {
    const { value, done } = await reader.read();
    if (done) throw new Error("the server ended before it listened");
    text += value;
  }
  return { url: /http:\/\/\S+/.exec(text)![0], child };
}

async function serveScript(script: string): ReturnType<typeof serve> {
  const path = await Deno.makeTempFile({
    dir: decodeURIComponent(new URL(".", import.meta.url).pathname),
    prefix: "_load_",
    suffix: ".ts",
  });
  await Deno.writeTextFile(path, TOLD + script);
  try {
    return await serve(["--no-check", path]);
  } finally {
    await Deno.remove(path);
  }
}

/** Milliseconds of 1,000 requests, and what one of them answers. */
async function load(url: string): Promise<Timed> {
  const response = await fetch(url + PATH, {
    method: "POST",
    body: BODY,
    headers: { "content-type": "application/json" },
  });
  const answer = await response.text();
  const lua = await Deno.makeTempFile({ suffix: ".lua" });
  await Deno.writeTextFile(
    lua,
    `wrk.method="POST"; wrk.body='${BODY}'; ` +
      `wrk.headers["content-type"]="application/json"`,
  );
  const { stdout } = await new Deno.Command("wrk", {
    args: [
      ...["-t1", `-c${CONNECTIONS}`, `-d${SECONDS}s`, "-s", lua],
      url + PATH,
    ],
  }).output();
  await Deno.remove(lua);
  const text = new TextDecoder().decode(stdout);
  const rate = Number(/Requests\/sec:\s+([0-9.]+)/.exec(text)?.[1] ?? NaN);
  if (/Non-2xx/.test(text) || !(rate > 0)) throw new Error(text);
  return new Timed(1e6 / rate, answer);
}

/** The versions of runtime and load generator; null without the latter. */
async function loadGenerator(): Promise<string | null> {
  try {
    await new Deno.Command("wrk", { args: ["--version"] }).output();
    return `${Deno.version.deno} (wrk)`;
  } catch {
    return null;
  }
}

function loadCase(
  rival: string,
  script: string,
  target: number,
  note: string,
): VersusCase {
  return {
    name: "http: duration.parse of two texts, full envelope",
    rival,
    target,
    pairs: PAIRS,
    note,
    rivalVersion: loadGenerator,
    async prepare(): Promise<Prepared> {
      const ours = await serve([SERVER], { FASTPATH_PORT: "0" });
      const theirs = await serveScript(script);
      addEventListener("unload", () => {
        ours.child.kill("SIGKILL");
        theirs.child.kill("SIGKILL");
      });
      return {
        ours: () => load(ours.url),
        theirs: () => load(theirs.url),
        equal: (one, other) => one === other,
      };
    },
  };
}

/** The comparisons of the HTTP door. */
export const CASES: readonly VersusCase[] = [
  loadCase(
    "bare Deno.serve",
    BARE,
    2,
    "the rival reads nothing and does nothing",
  ),
  loadCase(
    "bare Deno.serve, same work",
    BARE_WORK,
    2,
    "the rival checks nothing",
  ),
  loadCase(
    "Hono with stock middleware, same work",
    STOCK,
    1 / 3,
    "logger, requestId, secureHeaders, bodyLimit, timeout",
  ),
];
