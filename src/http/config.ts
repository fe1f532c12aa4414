/**
 * The server's settings from the environment.
 *
 * @module
 */

import { parseSize, UsageError } from "../catalogue/option_values.ts";
import type { HttpLimits } from "./limits.ts";
import { realRoot } from "./root.ts";
import { LOOPBACK_HOSTS } from "./service.ts";

/** Where the server listens and whom it answers. */
export interface ServerConfig {
  readonly host: string;
  readonly port: number;
  readonly token: string | null;
  /** Host names that are served; null is every name. */
  readonly hosts: readonly string[] | null;
  readonly origins: readonly string[];
  readonly limits: Partial<HttpLimits>;
  /** A folder below which requests may name others; null is none. */
  readonly root: string | null;
}

/** The port where none is given. */
export const DEFAULT_PORT = 8787;

/** A token is no word that can be guessed. */
const TOKEN_CHARACTERS_MIN = 16;

/**
 * Reads the settings.
 *
 * @param get Gives a variable of the environment.
 * @returns The settings.
 * @throws {UsageError} If one does not fit, or if the server would be open to
 * other machines without a token.
 */
export function serverConfig(
  get: (name: string) => string | undefined,
): ServerConfig {
  const host = get("FASTPATH_HOST") || "127.0.0.1";
  const token = get("FASTPATH_TOKEN") || null;
  const named = list(get("FASTPATH_ALLOWED_HOSTS"));
  const isLoopback = isLoopbackHost(host);
  if (!isLoopback && token === null) {
    throw new UsageError(
      `FASTPATH_HOST=${host} opens the server to other machines: set ` +
        "FASTPATH_TOKEN too, or listen on 127.0.0.1",
    );
  }
  if (token !== null && token.length < TOKEN_CHARACTERS_MIN) {
    throw new UsageError(
      `FASTPATH_TOKEN must have ${TOKEN_CHARACTERS_MIN} characters or more`,
    );
  }
  const hosts = named.length > 0 || isLoopback
    ? [...LOOPBACK_HOSTS, ...named]
    : null;
  return {
    ...{ host, port: portOf(get("FASTPATH_PORT")), token, hosts },
    origins: list(get("FASTPATH_CORS_ORIGINS")),
    limits: limitsOf(get),
    root: rootOf(get("FASTPATH_ROOT")),
  };
}

/**
 * Whether only this machine reaches a host.
 *
 * @param host A name or an address.
 * @returns True for the loopback.
 */
export function isLoopbackHost(host: string): boolean {
  return host === "localhost" || host === "::1" || host === "[::1]" ||
    /^127(?:\.[0-9]{1,3}){3}$/.test(host);
}

function rootOf(path: string | undefined): string | null {
  return path ? realRoot(path) : null;
}

function list(text: string | undefined): string[] {
  return (text ?? "").split(",").map((item) => item.trim())
    .filter((item) => item !== "");
}

function portOf(text: string | undefined): number {
  if (text === undefined || text === "") return DEFAULT_PORT;
  const port = Number(text);
  if (/^[0-9]+$/.test(text) && port <= 65_535) return port;
  throw new UsageError(
    `FASTPATH_PORT must be a port from 0 to 65535, found "${text}"`,
  );
}

function limitsOf(
  get: (name: string) => string | undefined,
): Partial<HttpLimits> {
  const limits: { -readonly [name in keyof HttpLimits]?: number } = {};
  const size = get("FASTPATH_MAX_BODY");
  if (size) {
    const bytes = parseSize("FASTPATH_MAX_BODY", size);
    limits.bodyBytes = limits.streamBytes = bytes;
    limits.jsonBytes = Math.min(bytes, 2 ** 23);
  }
  const held = get("FASTPATH_MAX_HELD");
  if (held) limits.heldBytes = parseSize("FASTPATH_MAX_HELD", held);
  const seconds = get("FASTPATH_TIMEOUT");
  if (seconds) limits.requestMs = count("FASTPATH_TIMEOUT", seconds) * 1000;
  const requests = get("FASTPATH_MAX_REQUESTS");
  if (requests) limits.requests = count("FASTPATH_MAX_REQUESTS", requests);
  return limits;
}

function count(name: string, text: string): number {
  const value = Number(text);
  if (/^[0-9]{1,9}$/.test(text) && value > 0) return value;
  throw new UsageError(`${name} must be a whole number above 0`);
}
