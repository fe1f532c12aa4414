/**
 * The routes of fastpath as a Hono app: an operation each, the description of
 * them all, and what an operator looks at.
 *
 * @module
 */

import { type Handler, Hono } from "hono";
import { loadOperations } from "../catalogue/list.ts";
import type { Op } from "../catalogue/op.ts";
import { docsPage } from "./docs_page.ts";
import { openApi } from "./openapi.ts";
import { operationWork } from "./operation.ts";
import { HttpError } from "./problem.ts";
import type { RouteInfo, Service, Work } from "./service.ts";

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
export async function routesOf(service: Service): Promise<Hono> {
  const operations = await loadOperations();
  const routes = [
    ...operations.map((op) => operationRoute(op, service)),
    ...operatorRoutes(service),
    ...descriptionRoutes(operations),
  ];
  const app = new Hono();
  for (const route of routes) {
    const { pattern, method, work } = route;
    app.on(method, pattern, handler(service, route, work));
    app.all(pattern, wrongMethod(service, route));
  }
  const nowhere = { pattern: "*", isOpen: false };
  app.all(
    "*",
    handler(service, nowhere, () => {
      throw new HttpError(
        404,
        "NO_ROUTE",
        "There is nothing here: /openapi.json names the routes",
      );
    }),
  );
  return app;
}

/** The path of an operation. */
function pathOf(op: Op): string {
  return `/v1/${op.name.replace(".", "/")}`;
}

function operationRoute(op: Op, service: Service): Route {
  const work = operationWork(op, service);
  return { pattern: pathOf(op), method: "POST", work };
}

function handler(service: Service, route: RouteInfo, work: Work): Handler {
  return (c) => service.answer(c.req.raw, route, work);
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
      ? service.preflight(c.req.raw, allow)
      : refuse(c, next);
}

function operatorRoutes(service: Service): Route[] {
  const text = (body: string, status: number, headers: HeadersInit) =>
    new Response(body, { status, headers });
  const open = { method: "GET", isOpen: true } as const;
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
        throw new HttpError(503, "STOPPING", "The server is stopping", {
          "retry-after": "5",
        });
      },
    },
    {
      method: "GET",
      pattern: "/metrics",
      work: (_, { headers }) =>
        text(service.metrics.text(), 200, {
          ...headers,
          "content-type": "text/plain; version=0.0.4; charset=utf-8",
        }),
    },
  ];
}

function descriptionRoutes(operations: readonly Op[]): Route[] {
  const get = { method: "GET" } as const;
  return [
    {
      ...get,
      pattern: "/openapi.json",
      work: (request, { headers }) =>
        new Response(JSON.stringify(openApi(operations, baseOf(request))), {
          headers: { ...headers, "content-type": "application/json" },
        }),
    },
    {
      ...get,
      pattern: "/docs",
      work(request, { headers }) {
        const { html, policy } = docsPage(openApi(operations, baseOf(request)));
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
