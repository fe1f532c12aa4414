/**
 * Listening, and stopping without losing what runs.
 *
 * @module
 */

import { fetchOf } from "./app.ts";
import type { ServerConfig } from "./config.ts";
import { Service, type ServiceOptions } from "./service.ts";

/** A server that runs. */
export interface RunningServer {
  /** Where it listens, for instance `http://127.0.0.1:8787`. */
  readonly url: string;
  /** Ends when the server has stopped. */
  readonly finished: Promise<void>;
  /**
   * Takes no new requests, finishes those that run, and ends what is left
   * after a while.
   */
  stop(): Promise<void>;
}

/** What answers requests; the default export of `server.ts`. */
export interface FetchHandler {
  /** Answers a request. */
  fetch(request: Request): Response | Promise<Response>;
  /** Told by `deno serve` where it listens. */
  onListen?(address: Deno.NetAddr): void;
}

/**
 * A handler of all routes.
 *
 * @param options Limits, hosts, token, origins, engine, root.
 * @returns The handler.
 */
export function handlerOf(options: ServiceOptions): FetchHandler {
  return { fetch: fetchOf(new Service(options)) };
}

/**
 * Listens.
 *
 * @param config Where, and whom to answer.
 * @param onError Told what failed inside, with the request's id.
 * @returns The running server.
 */
export function startServer(
  config: ServerConfig,
  onError: (error: unknown, requestId: string) => void,
): RunningServer {
  const { host, port, token, hosts, origins, limits, root } = config;
  const service = new Service({ token, hosts, origins, limits, root, onError });
  const hostname = host.replace(/^\[|\]$/g, "");
  const stopping = new AbortController();
  const server = Deno.serve({
    hostname,
    port,
    signal: stopping.signal,
    onListen: () => {},
    onError: () => new Response(null, { status: 500 }),
  }, fetchOf(service));
  let stopped: Promise<void> | null = null;
  const given = Promise.withResolvers<void>();
  return {
    url: addressOf(hostname, server.addr.port),
    finished: Promise.race([server.finished, given.promise]),
    stop() {
      stopped ??= drain(server, service, stopping).finally(given.resolve);
      return stopped;
    },
  };
}

/**
 * The URL of an address.
 *
 * @param hostname A name, or an address without brackets.
 * @param port The port.
 * @returns The URL without a path.
 */
export function addressOf(hostname: string, port: number): string {
  const shown = hostname.includes(":") ? `[${hostname}]` : hostname;
  return `http://${shown}:${port}`;
}

/** Milliseconds between looks at what still runs. */
const LOOK_MS = 20;

/** Milliseconds that closing idle connections may take. */
const SHUTDOWN_MS = 1000;

/**
 * Waits for the requests in work before it shuts down: a shutdown would cut
 * off the bodies that are still coming in.
 */
async function drain(
  server: Deno.HttpServer,
  service: Service,
  stopping: AbortController,
): Promise<void> {
  service.isReady = false;
  const { drainMs } = service.limits;
  const end = performance.now() + drainMs;
  while (service.metrics.active > 0 && performance.now() < end) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
  service.jobs.close();
  service.streams.close();
  // An abort during a shutdown throws where nobody can catch it.
  if (service.metrics.active > 0) stopping.abort();
  else await Promise.race([server.shutdown(), after(SHUTDOWN_MS)]);
  const pools = [service.jobs, service.streams];
  await Promise.all(pools.map((jobs) => jobs.settled(SHUTDOWN_MS)));
}

function after(ms: number): Promise<void> {
  return new Promise((resolve) => Deno.unrefTimer(setTimeout(resolve, ms)));
}
