/**
 * A real server on a free port, and raw connections to it, for tests.
 *
 * @module
 */

import { DEFAULT_LIMITS, type HttpLimits } from "../src/http/limits.ts";
import { type RunningServer, startServer } from "../src/http/server.ts";
import { LOOPBACK_HOSTS } from "../src/http/service.ts";

/** What a test's server differs in. */
export interface TestServerOptions {
  readonly limits?: Partial<HttpLimits>;
  readonly token?: string;
  readonly origins?: readonly string[];
  readonly root?: string;
}

/** A server that stops when its block ends. */
export interface TestServer extends AsyncDisposable {
  readonly url: string;
  /** Errors that the server reported as its own. */
  readonly failures: unknown[];
  readonly running: RunningServer;
}

/**
 * Starts a server in this process.
 *
 * @param options What differs from the defaults.
 * @returns The server.
 */
export function testServer(options: TestServerOptions = {}): TestServer {
  const failures: unknown[] = [];
  const running = startServer({
    host: "127.0.0.1",
    port: 0,
    token: options.token ?? null,
    hosts: LOOPBACK_HOSTS,
    origins: options.origins ?? [],
    root: options.root ?? null,
    limits: { ...DEFAULT_LIMITS, drainMs: 2000, ...options.limits },
  }, (error) => failures.push(error));
  return {
    url: running.url,
    failures,
    running,
    [Symbol.asyncDispose]: () => running.stop(),
  };
}

/** A response, read. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The code of a problem; undefined for other responses. */
  readonly code: string | undefined;
}

/**
 * Sends a request and reads the response.
 *
 * @param url Where to.
 * @param init The request.
 * @returns Status, headers, text, code.
 */
export async function ask(
  url: string,
  init: RequestInit = {},
): Promise<Answer> {
  const response = await fetch(url, init);
  const text = await response.text();
  const { status, headers } = response;
  const isProblem = headers.get("content-type") === "application/problem+json";
  const code = isProblem
    ? (JSON.parse(text) as { code: string }).code
    : undefined;
  return { status, headers, text, code };
}

/**
 * Sends a request with a body.
 *
 * @param url Where to.
 * @param body The body.
 * @param headers The headers.
 * @returns Status, headers, text, code.
 */
export function post(
  url: string,
  body: BodyInit,
  headers: Record<string, string> = {},
): Promise<Answer> {
  return ask(url, { method: "POST", body, headers });
}

/**
 * Writes bytes to a server as they are and reads what it answers.
 *
 * @param url The server.
 * @param parts What to write; a pause of `pauseMs` between the parts.
 * @param pauseMs Milliseconds.
 * @returns All that came until the server closed or `maxMs` were over.
 */
export async function raw(
  url: string,
  parts: readonly (string | Uint8Array)[],
  pauseMs = 0,
  maxMs = 5000,
): Promise<string> {
  const { hostname, port } = new URL(url);
  const connection = await Deno.connect({ hostname, port: Number(port) });
  const timer = setTimeout(() => connection.close(), maxMs);
  const encoder = new TextEncoder();
  const reading = readAll(connection);
  try {
    for (const part of parts) {
      const bytes = typeof part === "string" ? encoder.encode(part) : part;
      for (let at = 0; at < bytes.length;) {
        at += await connection.write(bytes.subarray(at));
      }
      if (pauseMs > 0) await new Promise((go) => setTimeout(go, pauseMs));
    }
  } catch {
    // The server has closed; what it said before is read below.
  }
  const text = await reading;
  clearTimeout(timer);
  try {
    connection.close();
  } catch {
    // Closed by the timer.
  }
  return text;
}

async function readAll(connection: Deno.Conn): Promise<string> {
  const decoder = new TextDecoder();
  const buffer = new Uint8Array(1 << 16);
  let text = "";
  try {
    while (true) {
      const read = await connection.read(buffer);
      if (read === null) return text;
      text += decoder.decode(buffer.subarray(0, read), { stream: true });
    }
  } catch {
    return text;
  }
}

/**
 * The status of a response as it came.
 *
 * @param text The response.
 * @returns The status, or 0 where there is none.
 */
export function statusOf(text: string): number {
  return Number(/^HTTP\/1\.1 ([0-9]{3})/.exec(text)?.[1] ?? 0);
}
