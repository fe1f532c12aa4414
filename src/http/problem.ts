/**
 * Errors as problem details (RFC 9457), with a code and, where the input is
 * at fault, its position.
 *
 * @module
 */

import { UsageError } from "../catalogue/option_values.ts";
import { doorsName, inDoorsWords } from "../catalogue/door_words.ts";
import { FastpathError } from "../errors.ts";
import { RATIO_MAX } from "../inflate/inflate.ts";
import { type SchemaFault, schemaFaults } from "../schema/faults.ts";

/** The body of an error response, `application/problem+json`. */
export interface Problem {
  /** The status's own words. */
  readonly title: string;
  /** The status code. */
  readonly status: number;
  /** What could not be done, where, and what to do. */
  readonly detail: string;
  /** The cause, for programs. */
  readonly code: string;
  /** The request's id. */
  readonly instance?: string;
  /** Physical line of the fault, from 1. */
  readonly line?: number;
  /** Byte in that line, from 1. */
  readonly column?: number;
  /** Byte in the input, from 0. */
  readonly byteOffset?: number;
  /** Row of a list of texts, from 0. */
  readonly row?: number;
  /** UTF-16 code unit in that text, from 0. */
  readonly offset?: number;
  /** All that is wrong with the files of a schema. */
  readonly faults?: readonly SchemaFault[];
}

/** The media type of a problem. */
export const PROBLEM_TYPE = "application/problem+json";

const TITLES: Readonly<Record<number, string>> = {
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  406: "Not Acceptable",
  408: "Request Timeout",
  413: "Content Too Large",
  415: "Unsupported Media Type",
  421: "Misdirected Request",
  422: "Unprocessable Content",
  429: "Too Many Requests",
  499: "Client Closed Request",
  500: "Internal Server Error",
  503: "Service Unavailable",
  504: "Gateway Timeout",
};

/** A request that is refused: status, code, and headers that belong to it. */
export class HttpError extends Error {
  /** The class's name. */
  override readonly name = "HttpError";
  /** The status code. */
  readonly status: number;
  /** The cause, for programs. */
  readonly code: string;
  /** Headers that the status calls for, such as `allow`. */
  readonly headers: Readonly<Record<string, string>>;

  /**
   * Makes the refusal.
   *
   * @param status The status code.
   * @param code The cause, for programs.
   * @param detail What could not be done and what to do.
   * @param headers Headers that the status calls for.
   */
  constructor(
    status: number,
    code: string,
    detail: string,
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(detail);
    this.status = status;
    this.code = code;
    this.headers = headers;
  }
}

/**
 * The refusal of a body over the cap.
 *
 * @param maxBytes The cap.
 * @returns 413.
 */
export function tooLarge(maxBytes: number): HttpError {
  return new HttpError(
    413,
    "BODY_TOO_LARGE",
    `Cannot read the body: larger than the limit of ${maxBytes} bytes`,
    { connection: "close" },
  );
}

/**
 * A message of the library in the words of a request: options by the names of
 * the query.
 *
 * @param message The library's message.
 * @returns The same, where it names options that a request has not.
 */
export function inQueryWords(message: string): string {
  return inDoorsWords(message, (option, value) => {
    const name = `the option ${doorsName(option)}`;
    return value === undefined ? name : `${name}=${value}`;
  });
}

/** Fields of errors that tell a position. */
const POSITIONS = ["line", "column", "byteOffset", "row", "offset"] as const;

/**
 * The problem that an error is.
 *
 * @param error What was thrown.
 * @returns Status, code, sentence and position; never a stack.
 */
export function problemOf(error: unknown): Problem {
  if (error instanceof HttpError) {
    return problem(error.status, error.code, error.message);
  }
  if (error instanceof UsageError) {
    return problem(400, "BAD_OPTION", error.message);
  }
  if (error instanceof FastpathError && error.code === "RATIO_EXCEEDED") {
    // The ratio is the server's: no option allows more.
    const detail = "Cannot inflate the body: more comes out of its bytes " +
      `than the server allows, ${RATIO_MAX} of one at most`;
    return problem(413, error.code, detail);
  }
  if (error instanceof FastpathError) {
    const { code, message } = error;
    const faults = schemaFaults(error);
    return {
      ...problem(statusOf(code), code, inQueryWords(message)),
      ...(faults.length === 0 ? {} : { faults }),
    };
  }
  if (error instanceof DOMException && error.name === "AbortError") {
    return problem(499, "CANCELLED", "The client went away");
  }
  return error instanceof Error ? ofLanguage(error) : internal();
}

/** The problem of one of the language's own errors. */
function ofLanguage(error: Error): Problem {
  const message = inQueryWords(error.message);
  const { code } = error as { code?: unknown };
  const [isRange, isType, isSyntax] = [RangeError, TypeError, SyntaxError].map(
    (kind) => error instanceof kind,
  );
  if ((isSyntax || isRange) && typeof code === "string") {
    return { ...problem(422, code, message), ...positionOf(error) };
  }
  // The library's own errors begin like this, and some of V8's.
  const isOwn = (isRange || isType) && /^Cannot [a-z]+[: ]/.test(message) &&
    !OF_V8.test(message);
  if (!isOwn) return internal();
  return problem(400, isRange ? "BAD_OPTION" : "WRONG_TYPE", message);
}

/** Errors of V8 that begin like the library's own. */
const OF_V8 =
  /^Cannot (?:(?:read|set|convert|destructure) .*(?:propert|undefined|null|BigInt)|(?:add|define|delete|redefine|create) (?:property|proxy)|assign to|mix BigInt|perform |use 'in')/;

function problem(status: number, code: string, detail: string): Problem {
  return { title: TITLES[status] ?? "Error", status, detail, code };
}

function internal(): Problem {
  const detail = "The server failed, its log has the request's id";
  return problem(500, "INTERNAL", detail);
}

function statusOf(code: FastpathError["code"]): number {
  switch (code) {
    case "NATIVE_UNAVAILABLE":
    case "OUT_OF_MEMORY":
      return 503;
    case "INPUT_UNREADABLE":
    case "INVALID_COMPRESSION":
      return 400;
    case "SCHEMA_INVALID":
      return 422;
    default:
      return 500;
  }
}

function positionOf(error: Error): Partial<Problem> {
  const position: Record<string, number> = {};
  for (const name of POSITIONS) {
    const value = (error as unknown as Record<string, unknown>)[name];
    if (typeof value === "number") position[name] = value;
  }
  return position;
}
