/**
 * The envelope of every request, in one place: the gate, the request's id,
 * caps, headers, problems and metrics. Headers are known before the work
 * begins and go into the response when it is made; touching a response later
 * would make it anew.
 *
 * @module
 */

import { type EngineMode, engineMode } from "../backend.ts";
import { Deadlines } from "./deadlines.ts";
import { Gate } from "./gate.ts";
import { HeldBytes } from "./held.ts";
import { JobError, Jobs } from "./jobs.ts";
import { DEFAULT_LIMITS, type HttpLimits } from "./limits.ts";
import { Metrics } from "./metrics.ts";
import { realRoot } from "./root.ts";
import { HttpError, type Problem, PROBLEM_TYPE, problemOf } from "./problem.ts";

/** What a service may be told. */
export interface ServiceOptions {
  /** Limits that differ from the defaults. */
  readonly limits?: Partial<HttpLimits> | undefined;
  /**
   * Host names that are served; by default those of the loopback, and null
   * serves every name.
   */
  readonly hosts?: readonly string[] | null | undefined;
  /** The bearer token that requests must carry; none unless given. */
  readonly token?: string | null | undefined;
  /** Origins whose pages may ask (CORS); none unless given. */
  readonly origins?: readonly string[] | undefined;
  /**
   * The engine of requests that name none; unless given, that of the process
   * (`configureBackend`, `FASTPATH_BACKEND`, else `auto`).
   */
  readonly engine?: EngineMode | undefined;
  /**
   * A folder below which requests may name others to read; none unless given,
   * and then no request can name a path.
   */
  readonly root?: string | null | undefined;
  /** Workers for what would block the event loop; by default all cores. */
  readonly workers?: number | undefined;
  /**
   * Told what failed inside, with the request's id; give one, for the client
   * is told the id alone.
   */
  readonly onError?: ((error: unknown, requestId: string) => void) | undefined;
}

/** Workers that wait for their clients cost memory, no time. */
const STREAMS_PER_WORKER = 4;

/** Names by which a machine calls itself. */
export const LOOPBACK_HOSTS: readonly string[] = [
  ...["localhost", "127.0.0.1", "[::1]"],
];

/** What a handler knows of the request that it answers. */
export interface Admitted {
  /** The id, in the response's header `x-request-id` and in problems. */
  readonly id: string;
  /** When the request came, in milliseconds of `performance.now()`. */
  readonly start: number;
  /** Headers of the response, to which the handler adds. */
  readonly headers: Record<string, string>;
  /** Milliseconds until the response was made; NaN where nobody looked. */
  ms: number;
}

/** Work on a request that was let in. */
export type Work = (
  request: Request,
  admitted: Admitted,
) => Response | Promise<Response>;

/** A route as the envelope sees it. */
export interface RouteInfo {
  /** The pattern, for metrics. */
  readonly pattern: string;
  /** Whether it answers without a token. */
  readonly isOpen?: boolean;
  /** Whether it answers however many requests are in work. */
  readonly isUncapped?: boolean;
}

/** What a server answers that takes no new work. */
export const STOPPING: [number, string, string, Record<string, string>] = [
  ...[503, "STOPPING", "The server is stopping"] as const,
  { "retry-after": "5", connection: "close" },
];

const ID = /^[0-9A-Za-z._-]{1,64}$/;

/** Gate, limits, workers and counters of one server. */
export class Service {
  /** The limits. */
  readonly limits: HttpLimits;
  /** The counters. */
  readonly metrics: Metrics = new Metrics();
  /** Deadlines of bodies. */
  readonly deadlines: Deadlines = new Deadlines();
  /** Work beside the event loop, over bodies that are there. */
  readonly jobs: Jobs;
  /** Work over bodies that come in meanwhile, as slowly as clients send. */
  readonly streams: Jobs;
  /** Bytes of the bodies that are held. */
  readonly held: HeldBytes;
  /** Whether new work is welcome; false while the server stops. */
  isReady = true;
  /** The real path of the root; null where there is none. */
  readonly root: string | null;
  readonly #engine: EngineMode | undefined;
  readonly #gate: Gate;
  readonly #onError: (error: unknown, requestId: string) => void;
  readonly #prefix = Array.from(
    crypto.getRandomValues(new Uint8Array(6)),
    (byte) => byte.toString(16).padStart(2, "0"),
  ).join("");
  #requests = 0;

  /**
   * Makes a service; opens nothing.
   *
   * @param options Limits, hosts, token, origins, engine, root.
   * @throws {UsageError} If the root is no folder.
   */
  constructor(options: ServiceOptions = {}) {
    this.limits = { ...DEFAULT_LIMITS, ...options.limits };
    this.#engine = options.engine;
    this.root = options.root ? realRoot(options.root) : null;
    this.#gate = new Gate({
      hosts: options.hosts === undefined ? LOOPBACK_HOSTS : options.hosts,
      token: options.token ?? null,
      origins: options.origins ?? [],
    });
    this.#onError = options.onError ?? (() => {});
    const { queuedJobs, heldBytes, bodyBytes } = this.limits;
    const workers = options.workers ?? navigator.hardwareConcurrency;
    this.jobs = new Jobs(workers, queuedJobs);
    this.streams = new Jobs(workers * STREAMS_PER_WORKER, queuedJobs);
    this.held = new HeldBytes(Math.max(heldBytes, bodyBytes));
  }

  /** The engine of requests that name none. */
  get engine(): EngineMode {
    return engineMode(this.#engine);
  }

  /**
   * Answers a request: lets it in, does the work, and turns whatever goes
   * wrong into a problem.
   *
   * @param request The request.
   * @param route The route that it matched.
   * @param work What makes the response.
   * @param givenId The request's id, where somebody has given one already.
   * @returns The response.
   */
  async answer(
    request: Request,
    route: RouteInfo,
    work: Work,
    givenId?: string,
  ): Promise<Response> {
    const start = performance.now();
    const { headers } = request;
    const id = givenId ?? this.#id(headers);
    const admitted = { id, start, headers: baseHeaders(id), ms: NaN };
    this.metrics.active++;
    let response: Response;
    try {
      this.#admit(headers, route, admitted);
      const made = work(request, admitted);
      response = made instanceof Response ? made : await made;
    } catch (error) {
      response = this.#problemResponse(error, admitted);
    } finally {
      this.metrics.active--;
    }
    this.metrics.record(
      request.method,
      route.pattern,
      response.status,
      Number.isNaN(admitted.ms) ? performance.now() - start : admitted.ms,
    );
    return response;
  }

  /**
   * Refuses what may not come in, and names the headers of the response.
   *
   * @param headers The request's headers.
   * @param route The route that it matched.
   * @param admitted The request's record.
   * @throws {HttpError} 400, 401, 421 or 429.
   */
  #admit(headers: Headers, route: RouteInfo, admitted: Admitted): void {
    if (!this.isReady && !route.isOpen) throw new HttpError(...STOPPING);
    this.#gate.checkHost(headers);
    if (this.#gate.isCrossOrigin) {
      const cors = this.#gate.corsHeaders(headers.get("origin"));
      Object.assign(admitted.headers, cors, { vary: "accept, origin" });
    }
    if (!route.isOpen) this.#gate.checkToken(headers);
    if (this.metrics.active > this.limits.requests && !route.isUncapped) {
      throw new HttpError(
        429,
        "TOO_MANY_REQUESTS",
        `Cannot take more than ${this.limits.requests} requests at once`,
        { "retry-after": "1" },
      );
    }
  }

  /**
   * The answer to a browser that asks whether its page may ask.
   *
   * @param request An `OPTIONS` request.
   * @param route The route that it matched.
   * @param allow The methods of the route.
   * @returns 204 with the methods; CORS headers only for a named origin.
   */
  preflight(
    request: Request,
    { pattern }: RouteInfo,
    allow: string,
  ): Promise<Response> {
    // Browsers send no token with it.
    const route = { pattern, isOpen: true };
    return this.answer(request, route, (_, { headers }) => {
      const isAllowed = "access-control-allow-origin" in headers;
      return new Response(null, {
        status: 204,
        headers: { ...headers, allow, ...isAllowed ? asked(allow) : {} },
      });
    });
  }

  /** Whether pages of another origin may ask. */
  get isCrossOrigin(): boolean {
    return this.#gate.isCrossOrigin;
  }

  /**
   * What a client is told of an error; what is our fault goes to the log.
   *
   * @param error What was thrown.
   * @param id The request's id.
   * @returns The problem.
   */
  problem(error: unknown, id: string): Problem {
    const problem = error instanceof JobError
      ? error.problem
      : problemOf(error);
    if (problem.status === 500) this.#onError(error, id);
    return { ...problem, instance: id };
  }

  #problemResponse(error: unknown, admitted: Admitted): Response {
    const problem = this.problem(error, admitted.id);
    const own = error instanceof HttpError ? error.headers : {};
    return new Response(JSON.stringify(problem), {
      status: problem.status,
      headers: { ...admitted.headers, ...own, "content-type": PROBLEM_TYPE },
    });
  }

  /** The client's id if it is harmless, else one of our own. */
  #id(headers: Headers): string {
    const given = headers.get("x-request-id");
    if (given !== null && ID.test(given)) return given;
    return `${this.#prefix}-${(++this.#requests).toString(36)}`;
  }
}

/** What a page of a named origin may send. */
function asked(methods: string): Record<string, string> {
  return {
    "access-control-allow-methods": methods,
    "access-control-allow-headers":
      "accept, authorization, content-encoding, content-type, x-request-id",
    "access-control-max-age": "600",
  };
}

/** Headers that every response has. */
function baseHeaders(id: string): Record<string, string> {
  return {
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    "x-request-id": id,
  };
}
