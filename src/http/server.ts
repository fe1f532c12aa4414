/**
 * Listening, and stopping without losing what runs.
 *
 * @module
 */

import { routesOf } from "./app.ts";
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
  fetch(request: Request): Promise<Response>;
}

/**
 * A handler of all routes, whose parts are loaded with the first request.
 *
 * @param options Limits, hosts, token, origins, engine.
 * @returns The handler and its service.
 */
export function handlerOf(
  options: ServiceOptions,
): FetchHandler & { readonly service: Service } {
  const service = new Service(options);
  let app: { fetch(request: Request): Response | Promise<Response> } | null =
    null;
  let loading: Promise<void> | null = null;
  return {
    service,
    async fetch(request) {
      if (app === null) {
        loading ??= routesOf(service).then((made) => {
          app = made;
        });
        await loading;
      }
      return await app!.fetch(request);
    },
  };
}

/**
 * Listens.
 *
 * @param config Where, and whom to answer.
 * @param onError Told what failed inside, with the request's id.
 * @returns The running server.
 */
export async function startServer(
  config: ServerConfig,
  onError: (error: unknown, requestId: string) => void,
): Promise<RunningServer> {
  const { host, port, token, hosts, origins, limits } = config;
  const service = new Service({ token, hosts, origins, limits, onError });
  const app = await routesOf(service);
  const hostname = host.replace(/^\[|\]$/g, "");
  const stopping = new AbortController();
  const server = Deno.serve({
    hostname,
    port,
    signal: stopping.signal,
    onListen: () => {},
    onError: () => new Response(null, { status: 500 }),
  }, (request) => app.fetch(request));
  const shown = hostname.includes(":") ? `[${hostname}]` : hostname;
  let stopped: Promise<void> | null = null;
  return {
    url: `http://${shown}:${server.addr.port}`,
    finished: server.finished,
    stop: () => stopped ??= drain(server, service, stopping),
  };
}

async function drain(
  server: Deno.HttpServer,
  service: Service,
  stopping: AbortController,
): Promise<void> {
  service.isReady = false;
  const timer = setTimeout(() => stopping.abort(), service.limits.drainMs);
  try {
    await server.shutdown();
  } finally {
    clearTimeout(timer);
    service.jobs.close();
  }
}
