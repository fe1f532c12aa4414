/**
 * The routes of fastpath as a Hono app: an operation each, the description of
 * them all, and what an operator looks at.
 *
 * @module
 */

import { type Context, type Handler, Hono, type MiddlewareHandler } from "hono";
import { loadOperations, OPERATIONS } from "../catalogue/list.ts";
import type { Op } from "../catalogue/op.ts";
import { docsPage } from "./docs_page.ts";
import { openApi } from "./openapi.ts";
import { operationWork } from "./operation.ts";
import { HttpError } from "./problem.ts";
import {
  type Admitted,
  type RouteInfo,
  type Service,
  STOPPING,
  type Work,
} from "./service.ts";

/** A route, its method and what answers it. */
interface Route extends RouteInfo {
  readonly method: "GET" | "POST";
  readonly work: Work;
}

const TEXT_TYPE = "text/plain; charset=utf-8";

/**
 * Makes the app of a service.
 *
 * @param service Gate, limits, workers and counters.
 * @returns The app; mount it with `app.route("/fastpath", ...)` or serve it.
 */
export function routesOf(service: Service): Hono {
  return appOf(allRoutes(service), service);
}

/**
 * What answers the requests of a whole server: a `POST` to the path of an
 * operation goes straight to it, everything else through the app.
 *
 * @param service Gate, limits, workers and counters.
 * @returns A handler of requests.
 */
export function fetchOf(
  service: Service,
): (request: Request) => Response | Promise<Response> {
  const routes = allRoutes(service);
  const app = appOf(routes, service);
  const posts = new Map(
    routes.filter(({ method }) => method === "POST")
      .map((route) => [route.pattern, route]),
  );
  return (request) => {
    const route = posts.get(pathOf(request.url));
    return route !== undefined && request.method === "POST"
      ? service.answer(request, route, route.work)
      : app.fetch(request);
  };
}

/** The path of an absolute URL, as it stands there. */
function pathOf(url: string): string {
  const start = url.indexOf("/", url.indexOf(":") + 3);
  const end = url.indexOf("?", start);
  return end < 0 ? url.slice(start) : url.slice(start, end);
}

function allRoutes(service: Service): readonly Route[] {
  return [
    ...Object.entries(OPERATIONS).map(([name, load]) =>
      operationRoute(name, load, service)
    ),
    ...operatorRoutes(service),
    ...descriptionRoutes(service),
  ];
}

function appOf(routes: readonly Route[], service: Service): Hono {
  const app = new Hono();
  for (const route of routes) {
    const { pattern, method, work } = route;
    app.on(method, pattern, handler(service, route, work));
    app.all(pattern, wrongMethod(service, route));
  }
  app.all("*", handler(service, { pattern: "*" }, nowhere));
  return app;
}

/**
 * The envelope around routes of somebody else's.
 *
 * @param service Gate, limits and counters.
 * @returns Middleware.
 */
export function envelopeOf(service: Service): MiddlewareHandler {
  return async (c, next) => {
    const route = { pattern: "*" };
    // A browser asks first, without the token; see the Fetch standard.
    if (
      service.isCrossOrigin && c.req.method === "OPTIONS" &&
      c.req.raw.headers.has("access-control-request-method")
    ) return await service.preflight(c.req.raw, route, ANY_METHOD);
    const work = async (_: Request, { id, headers }: Admitted) => {
      c.set("requestId", id);
      for (const [name, value] of Object.entries(headers)) {
        c.header(name, value);
      }
      await next();
      if (c.error !== undefined) throw c.error;
      return c.res;
    };
    const response = await service.answer(
      c.req.raw,
      route,
      work,
      idOf(c),
    );
    if (c.error === undefined) return response;
    // Hono has answered the error by itself; that answer is not wanted.
    c.res = undefined;
    c.res = response;
  };
}

function nowhere(): never {
  throw new HttpError(
    404,
    "NO_ROUTE",
    "There is nothing here: /openapi.json names the routes",
  );
}

/** An operation's route; the operation is loaded with its first request. */
function operationRoute(
  name: string,
  load: () => Promise<Op>,
  service: Service,
): Route {
  let loaded: Work | null = null;
  async function loadAndWork(request: Request, admitted: Admitted) {
    loaded ??= operationWork(await load(), service);
    return await loaded(request, admitted);
  }
  return {
    pattern: `/v1/${name.replace(".", "/")}`,
    method: "POST",
    work: (request, admitted) => (loaded ?? loadAndWork)(request, admitted),
  };
}

/** Methods that the routes of an app may have. */
const ANY_METHOD = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS";

function handler(service: Service, route: RouteInfo, work: Work): Handler {
  return (c) => {
    const { raw } = c.req;
    const answered = raw.bodyUsed
      ? (_: Request, admitted: Admitted) => reread(c, admitted, work)
      : work;
    const response = service.answer(raw, route, answered, idOf(c));
    return raw.method === "HEAD" ? response.then(measured) : response;
  };
}

/** The id that Hono's `requestId()` gave, so that all say the same. */
function idOf(c: Context): string | undefined {
  const id: unknown = c.get("requestId");
  return typeof id === "string" ? id : undefined;
}

/** Works on the body that middleware has read and Hono has kept. */
async function reread(
  c: Context,
  admitted: Admitted,
  work: Work,
): Promise<Response> {
  const { url, method, headers, signal } = c.req.raw;
  let body;
  try {
    body = await c.req.arrayBuffer();
  } catch (cause) {
    throw new Error(
      "Cannot read the body: middleware has read it without Hono's c.req",
      { cause },
    );
  }
  const request = new Request(url, { method, headers, signal, body });
  return await work(request, admitted);
}

/** Says the length that the body would have; `HEAD` leaves the body out. */
async function measured(response: Response): Promise<Response> {
  const { length } = await response.clone().bytes();
  response.headers.set("content-length", String(length));
  return response;
}

function wrongMethod(service: Service, route: Route): Handler {
  const { pattern, method } = route;
  const allow = method === "GET" ? "GET, HEAD, OPTIONS" : `${method}, OPTIONS`;
  const refuse = handler(service, route, () => {
    throw new HttpError(
      405,
      "WRONG_METHOD",
      `${pattern} answers ${allow}`,
      { allow },
    );
  });
  return (c, next) =>
    c.req.method === "OPTIONS"
      ? service.preflight(c.req.raw, route, allow)
      : refuse(c, next);
}

function operatorRoutes(service: Service): Route[] {
  const text = (body: string, status: number, headers: HeadersInit) =>
    new Response(body, { status, headers });
  // Who watches must hear of a busy server, or would end it.
  const open = { method: "GET", isOpen: true, isUncapped: true } as const;
  return [
    {
      ...open,
      pattern: "/healthz",
      work: (_, { headers }) =>
        text("ok\n", 200, { ...headers, "content-type": TEXT_TYPE }),
    },
    {
      ...open,
      pattern: "/readyz",
      work(_, { headers }) {
        if (service.isReady) {
          return text("ready\n", 200, {
            ...headers,
            "content-type": TEXT_TYPE,
          });
        }
        throw new HttpError(...STOPPING);
      },
    },
    {
      method: "GET",
      isUncapped: true,
      pattern: "/metrics",
      work: (_, { headers }) =>
        text(service.metrics.text(), 200, {
          ...headers,
          "content-type": "text/plain; version=0.0.4; charset=utf-8",
        }),
    },
  ];
}

function descriptionRoutes({ root }: Service): Route[] {
  const describe = async (request: Request) =>
    openApi(await loadOperations(), baseOf(request), root !== null);
  const get = { method: "GET" } as const;
  return [
    {
      ...get,
      pattern: "/openapi.json",
      work: async (request, { headers }) =>
        new Response(JSON.stringify(await describe(request)), {
          headers: { ...headers, "content-type": "application/json" },
        }),
    },
    {
      ...get,
      pattern: "/docs",
      async work(request, { headers }) {
        const { origin } = new URL(request.url);
        const { html, policy } = docsPage(await describe(request), origin);
        return new Response(html, {
          headers: {
            ...headers,
            "content-type": "text/html; charset=utf-8",
            "content-security-policy": policy,
          },
        });
      },
    },
  ];
}

/** The path below which the app is mounted, as the client sees it. */
function baseOf(request: Request): string {
  const { pathname } = new URL(request.url);
  return pathname.replace(/\/(?:openapi\.json|docs)$/, "") || "/";
}
