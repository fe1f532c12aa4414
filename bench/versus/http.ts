/**
 * The HTTP door under load from `wrk` (50 connections): a small operation
 * against a bare `Deno.serve` that answers without reading, one that does the
 * same work, and Hono with its stock middleware, with and without lines of
 * log. Each server is a process of its own; a side's time is that of 1,000
 * requests.
 *
 * @module
 */

import { type Prepared, Timed, type VersusCase } from "./_case.ts";
import { serve, SERVER, serveScript } from "./_server.ts";

const SECONDS = 2;
const CONNECTIONS = 50;
const PAIRS = 4;

const BODY = '{"texts":["1:30:00","PT5S"]}';
const ANSWER = "[5400000,5000]";
const PATH = "/v1/duration/parse";

const LIBRARY = new URL("../../mod.ts", import.meta.url).href;

const OPTIONS = `{
  port: Number(Deno.env.get("PORT")), hostname: "127.0.0.1"
}`;

const BARE = `Deno.serve(${OPTIONS}, () => new Response('${ANSWER}'));`;

const BARE_WORK = `import { parseDurations } from "${LIBRARY}";
Deno.serve(${OPTIONS}, async (request) => {
  const { texts } = await request.json();
  const column = parseDurations(texts);
  const values = Array.from(column.data, Number);
  return new Response(JSON.stringify(values), {
    headers: { "content-type": "application/json" },
  });
});`;

function stock(logger: string): string {
  return `import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { logger } from "hono/logger";
import { requestId } from "hono/request-id";
import { secureHeaders } from "hono/secure-headers";
import { timeout } from "hono/timeout";
import { parseDurations } from "${LIBRARY}";
const app = new Hono();
app.use(${logger}, requestId(), secureHeaders());
app.use(bodyLimit({ maxSize: 1 << 23 }), timeout(5000));
app.post("${PATH}", async (c) => {
  const { texts } = await c.req.json();
  return c.json(Array.from(parseDurations(texts).data, Number));
});
Deno.serve(${OPTIONS}, app.fetch);`;
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
      const ours = await serve([SERVER]);
      const theirs = await serveScript(script);
      return {
        ours: () => load(ours.url),
        theirs: () => load(theirs.url),
        equal: (one, other) => one === other,
      };
    },
  };
}

/** The comparisons of the HTTP door under load. */
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
    stock("logger()"),
    1 / 3,
    "logger, requestId, secureHeaders, bodyLimit, timeout; ours logs nothing",
  ),
  loadCase(
    "Hono with stock middleware and no lines of log, same work",
    stock("logger(() => {})"),
    1 / 3,
    "the logger prints nothing",
  ),
];
