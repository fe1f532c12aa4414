/**
 * fastpath for Hono apps: its routes to mount, the envelope for routes of
 * your own, and the types of a client.
 *
 * @example Mount the routes and ask them
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Hono } from "hono";
 * import { fastpath } from "@fastpath/fastpath/hono";
 *
 * const app = new Hono().route("/fastpath", fastpath({ hosts: null }));
 * const response = await app.request("/fastpath/v1/duration/parse", {
 *   method: "POST",
 *   headers: { "content-type": "application/json", host: "example.org" },
 *   body: JSON.stringify({ texts: ["1:30:00", "PT5S"] }),
 * });
 * assertEquals(await response.json(), [5_400_000, 5000]);
 * ```
 *
 * @module
 */

import type { Hono, MiddlewareHandler } from "hono";
import { envelopeOf, routesOf } from "./app.ts";
import type { FastpathSchema } from "./schema.ts";
import { Service, type ServiceOptions } from "./service.ts";

export type { HttpLimits } from "./limits.ts";
export { DEFAULT_LIMITS } from "./limits.ts";
export type { Problem } from "./problem.ts";
export { HttpError } from "./problem.ts";
export type {
  BytesEndpoint,
  FastpathSchema,
  ListEndpoint,
  OperationQuery,
  ResponseFormat,
  WeekReport,
} from "./schema.ts";
export type { ServiceOptions };
export type * from "../profile/types.ts";
export type { EngineMode } from "../backend.ts";

/** Variables of a request's context. */
export interface FastpathVariables {
  /** The request's id, as in the header `x-request-id`. */
  requestId: string;
}

/** The app's environment. */
export interface FastpathEnv {
  /** Variables of a request's context. */
  Variables: FastpathVariables;
}

/** The routes as a Hono app; `hc<FastpathApp>(url)` is a typed client. */
export type FastpathApp = Hono<FastpathEnv, FastpathSchema, "/">;

/**
 * The routes: `POST /v1/<area>/<operation>`, `/openapi.json`, `/docs`,
 * `/healthz`, `/readyz`, `/metrics`. Operations are loaded with their first
 * request.
 *
 * @param options Limits, hosts, token, origins, engine, root.
 * @returns An app to mount with `app.route(path, ...)` or to serve.
 *
 * @example A typed client
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { hc } from "hono/client";
 * import { fastpath, type FastpathApp } from "@fastpath/fastpath/hono";
 *
 * const app = fastpath({ hosts: null });
 * const client = hc<FastpathApp>("http://example.org", {
 *   fetch: (input: RequestInfo | URL, init?: RequestInit) => {
 *     const request = new Request(input, init);
 *     request.headers.set("host", "example.org");
 *     return app.request(request);
 *   },
 * });
 * const response = await client.v1.duration.parse.$post({
 *   json: { texts: ["1:30"], options: { clock: "HH:MM" } },
 * });
 * assertEquals(await response.json(), [5_400_000]);
 * ```
 */
export function fastpath(options: ServiceOptions = {}): FastpathApp {
  return routesOf(new Service(options)) as unknown as FastpathApp;
}

/**
 * The envelope of the routes for routes of your own: host and token, request
 * id, a cap on requests at once, problems instead of thrown
 * {@linkcode HttpError}s. All headers are set before the handler runs.
 *
 * @param options Limits, hosts, token, origins.
 * @returns Middleware for `app.use`.
 *
 * @example Guard a route
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Hono } from "hono";
 * import { envelope } from "@fastpath/fastpath/hono";
 *
 * const app = new Hono();
 * app.use(envelope({ hosts: null, token: "a token of some length" }));
 * app.get("/", (c) => c.text("hello"));
 * const response = await app.request("/", { headers: { host: "a.example" } });
 * assertEquals(response.status, 401);
 * ```
 */
export function envelope(options: ServiceOptions = {}): MiddlewareHandler {
  return envelopeOf(new Service(options));
}
