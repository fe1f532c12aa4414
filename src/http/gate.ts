/**
 * Who may ask: the host that was meant, the token, the origins that a browser
 * may come from.
 *
 * @module
 */

import { HttpError } from "./problem.ts";

/** Hosts seen and allowed that are remembered as written. */
const REMEMBERED_MAX = 64;

/** A host with an optional port, as RFC 9110 has it in `Host`. */
const HOST = /^(\[[0-9a-fA-F:.]+\]|[0-9A-Za-z._-]+)(?::[0-9]{1,5})?$/;

/** What a gate lets through. */
export interface GateOptions {
  /** Host names that are served; null serves every name. */
  readonly hosts: readonly string[] | null;
  /** The bearer token, or null where none is needed. */
  readonly token: string | null;
  /** Origins that a browser may send requests from. */
  readonly origins: readonly string[];
}

/** Checks requests before any work. */
export class Gate {
  readonly #hosts: ReadonlySet<string> | null;
  readonly #token: string | null;
  readonly #origins: ReadonlySet<string>;
  readonly #remembered = new Set<string>();

  /**
   * Makes the gate.
   *
   * @param options What it lets through.
   */
  constructor({ hosts, token, origins }: GateOptions) {
    this.#hosts = hosts === null
      ? null
      : new Set(hosts.map((host) => host.toLowerCase()));
    this.#token = token;
    this.#origins = new Set(origins);
  }

  /**
   * Refuses a request that was sent to another host: a page whose name was
   * pointed at this machine (DNS rebinding) would else be let in.
   *
   * @param headers The request's headers.
   * @throws {HttpError} 400 without a host, 421 for another one.
   */
  checkHost(headers: Headers): void {
    const host = headers.get("host");
    if (host !== null && this.#remembered.has(host)) return;
    const name = host === null ? undefined : HOST.exec(host)?.[1];
    if (name === undefined) {
      throw new HttpError(400, "BAD_HOST", "Cannot read the header Host");
    }
    if (this.#hosts !== null && !this.#hosts.has(name.toLowerCase())) {
      throw new HttpError(
        421,
        "WRONG_HOST",
        `Cannot answer for the host ${name.slice(0, 100)}: it is not one of ` +
          "this server, name it with FASTPATH_ALLOWED_HOSTS",
      );
    }
    if (this.#remembered.size < REMEMBERED_MAX) this.#remembered.add(host!);
  }

  /**
   * Refuses a request without the token.
   *
   * @param headers The request's headers.
   * @throws {HttpError} 401.
   */
  checkToken(headers: Headers): void {
    if (this.#token === null) return;
    const given = /^Bearer +(.+)$/i.exec(headers.get("authorization") ?? "");
    if (given !== null && isSame(given[1]!, this.#token)) return;
    throw new HttpError(
      401,
      given === null ? "TOKEN_MISSING" : "TOKEN_WRONG",
      given === null
        ? "Send the token: Authorization: Bearer TOKEN"
        : "The token is not the server's",
      {
        "www-authenticate": given === null
          ? "Bearer"
          : 'Bearer error="invalid_token"',
      },
    );
  }

  /**
   * The headers that let a browser's page read a response.
   *
   * @param origin The header `Origin`, or null.
   * @returns Headers; none for an origin that is not named.
   */
  corsHeaders(origin: string | null): Readonly<Record<string, string>> {
    if (origin === null || !this.#origins.has(origin)) return NO_HEADERS;
    return {
      "access-control-allow-origin": origin,
      "access-control-expose-headers":
        "server-timing, x-error-rows, x-request-id",
    };
  }

  /** Whether any origin is named. */
  get isCrossOrigin(): boolean {
    return this.#origins.size > 0;
  }
}

const NO_HEADERS: Readonly<Record<string, string>> = {};

/** Compares in a time that depends on the length of `given` alone. */
function isSame(given: string, secret: string): boolean {
  let difference = given.length ^ secret.length;
  for (let at = 0; at < given.length; at++) {
    difference |= given.charCodeAt(at) ^ secret.charCodeAt(at % secret.length);
  }
  return difference === 0;
}
