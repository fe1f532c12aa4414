/**
 * The source `http`: requests to a handler in this process, one after the
 * other. The handler is that of `server.ts`, as `deno serve` would run it.
 *
 * @module
 */

import { numberOf, type Source, textOf } from "./_source.ts";

/** What `deno serve` calls. */
export type Handler = (request: Request) => Response | Promise<Response>;

/** Latency of requests, one after the other. */
export interface Latency {
  /** Median, 95th and 99th percentile, in milliseconds. */
  readonly p50_ms: number;
  readonly p95_ms: number;
  readonly p99_ms: number;
  /** Requests by the time of all of them. */
  readonly requests_per_s: number;
  /** The share of answers whose status is 400 or more. */
  readonly error_rate: number;
}

const SERVER = new URL("../../server.ts", import.meta.url);

/** Gives the figures of {@linkcode Latency}. */
export const httpSource: Source = async (budget) => {
  const handler = await serverHandler();
  if (handler === null) return { skipped: "there is no server.ts yet" };
  const [method = "GET", path = "/"] = textOf(budget, "route").split(" ");
  const { body, headers } = budget.params;
  const url = new URL(path, "http://127.0.0.1:8787");
  const make = () =>
    new Request(url, {
      method,
      headers: { host: url.host, ...headers as Record<string, string> },
      ...(body === undefined ? {} : { body: String(body) }),
    });
  const requests = numberOf(budget, "requests", 2000);
  return { values: { ...await measureHttp(handler, make, requests) } };
};

async function serverHandler(): Promise<Handler | null> {
  try {
    await Deno.lstat(SERVER);
  } catch {
    return null;
  }
  const { default: server } = await import(SERVER.href) as {
    default: { fetch: Handler };
  };
  return (request) => server.fetch(request);
}

/**
 * Times requests to a handler, after a tenth as many to warm up. Bodies are
 * read to their end.
 *
 * @param handler What answers.
 * @param make Makes a request.
 * @param requests How many.
 * @param now The clock, in milliseconds.
 * @returns The figures.
 */
export async function measureHttp(
  handler: Handler,
  make: () => Request,
  requests: number,
  now: () => number = () => performance.now(),
): Promise<Latency> {
  const answer = async () => {
    const response = await handler(make());
    await response.arrayBuffer();
    return response.status;
  };
  for (let round = 0; round < requests / 10; round++) await answer();
  const times = new Float64Array(requests);
  let errors = 0;
  const begin = now();
  for (let round = 0; round < requests; round++) {
    const start = now();
    if (await answer() >= 400) errors++;
    times[round] = now() - start;
  }
  const seconds = (now() - begin) / 1000;
  times.sort();
  const at = (share: number) => times[Math.ceil(requests * share) - 1]!;
  return {
    p50_ms: at(0.5),
    p95_ms: at(0.95),
    p99_ms: at(0.99),
    requests_per_s: requests / seconds,
    error_rate: errors / requests,
  };
}
