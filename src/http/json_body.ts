/**
 * JSON bodies: a cap on their depth before they are parsed, then the list of
 * values and the options in them.
 *
 * @module
 */

import type { OptionSpec, OptionValues } from "../catalogue/op.ts";
import { decodeOption, UsageError } from "../catalogue/option_values.ts";
import { closest } from "../catalogue/suggest.ts";
import { HttpError } from "./problem.ts";

const QUOTE = 34;
const BACKSLASH = 92;
const REPLACEMENT = "\uFFFD";
// Thrice as fast as the strict one over a small body.
const lenient = new TextDecoder();
const strict = new TextDecoder("utf-8", { fatal: true });

/**
 * Parses JSON of limited depth.
 *
 * @param text The body.
 * @param maxDepth Levels of arrays and objects.
 * @returns The value.
 * @throws {HttpError} 400.
 */
export function parseJsonBody(text: string, maxDepth: number): unknown {
  const tooDeep = firstTooDeep(text, maxDepth);
  if (tooDeep >= 0) {
    throw new HttpError(
      400,
      "DEPTH_EXCEEDED",
      `Cannot read JSON: nested deeper than the limit of ${maxDepth} at ` +
        `character ${tooDeep}`,
    );
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new HttpError(400, "INVALID_JSON", `Cannot parse JSON: ${why}`);
  }
}

/** Where the depth goes beyond the limit, or -1. */
function firstTooDeep(text: string, maxDepth: number): number {
  let depth = 0;
  let isText = false;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (isText) {
      if (unit === BACKSLASH) at++;
      else if (unit === QUOTE) isText = false;
    } else if (unit === QUOTE) isText = true;
    else if ((unit | 32) === 123) { // [ or {
      if (++depth > maxDepth) return at;
    } else if ((unit | 32) === 125) depth--; // ] or }
  }
  return -1;
}

/**
 * Decodes a body.
 *
 * @param bytes UTF-8.
 * @returns The text.
 * @throws {HttpError} 400 if the bytes are not UTF-8.
 */
export function decodeBody(bytes: Uint8Array): string {
  const text = lenient.decode(bytes);
  if (!text.includes(REPLACEMENT)) return text;
  try {
    return strict.decode(bytes);
  } catch {
    throw new HttpError(
      400,
      "INVALID_UTF8",
      "Cannot read JSON: the body is not UTF-8",
    );
  }
}

const NO_OPTIONS: OptionValues = {};

/** What a JSON body of a list says. */
export interface ListBody {
  readonly items: readonly unknown[];
  readonly values: OptionValues;
}

/**
 * The list and the options of a JSON body `{ key: [...], options: {...} }`.
 *
 * @param body The parsed body.
 * @param key The list's key.
 * @param specs The options that exist.
 * @returns The list and the decoded options.
 * @throws {HttpError} 400 if the body has another shape.
 * @throws {UsageError} If an option does not fit.
 */
export function listOf(
  body: unknown,
  key: string,
  specs: readonly OptionSpec[],
): ListBody {
  const shape = () => `{ "${key}": [...], "options": {...} }`;
  if (typeof body !== "object" || body === null || Array.isArray(body)) {
    throw badShape(`Cannot read the body: expected ${shape()}`);
  }
  const { [key]: items, options = NO_OPTIONS } = body as Record<
    string,
    unknown
  >;
  for (const name in body) {
    if (name === key || name === "options") continue;
    throw badShape(
      `Cannot read the body: unknown key ${JSON.stringify(name)}, ` +
        `expected ${shape()}`,
    );
  }
  if (!Array.isArray(items)) {
    throw badShape(`Cannot read the body: "${key}" must be an array`);
  }
  if (
    typeof options !== "object" || options === null || Array.isArray(options)
  ) {
    throw badShape('Cannot read the body: "options" must be an object');
  }
  if (options === NO_OPTIONS) return { items, values: NO_OPTIONS };
  const entries = Object.entries(options as Record<string, unknown>);
  return { items, values: decode(entries, specs) };
}

function badShape(detail: string): HttpError {
  return new HttpError(400, "BAD_BODY", detail);
}

function decode(
  entries: readonly [string, unknown][],
  specs: readonly OptionSpec[],
): OptionValues {
  const values: Record<string, OptionValues[string]> = {};
  for (const [name, given] of entries) {
    const spec = specOf(name, specs);
    const list = Array.isArray(given) ? given : [given];
    if (given === null) continue;
    if (list.length !== 1 && !spec.repeatable) {
      throw new UsageError(`Option ${name} takes one value`);
    }
    const decoded = list.map((one) => valueOf(spec, name, one));
    values[spec.name] = spec.repeatable ? decoded.map(String) : decoded[0];
  }
  return values;
}

/**
 * The option of a name as a client writes it: `on-error` or `onError`.
 *
 * @param name The name.
 * @param specs The options that exist.
 * @returns Its specification.
 * @throws {UsageError} If there is none.
 */
export function specOf(
  name: string,
  specs: readonly OptionSpec[],
): OptionSpec {
  const dashed = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  const spec = specs.find((one) => one.name === dashed);
  if (spec !== undefined) return spec;
  const near = closest(dashed, specs.map((one) => one.name));
  throw new UsageError(
    `Unknown option ${name.slice(0, 50)}` +
      (near ? `, did you mean ${near}?` : ""),
  );
}

/**
 * The value of an option, from JSON or from a query's text.
 *
 * @param spec The option.
 * @param name The name as the client wrote it.
 * @param given The value.
 * @returns The decoded value.
 * @throws {UsageError} If it does not fit.
 */
export function valueOf(
  spec: OptionSpec,
  name: string,
  given: unknown,
): string | number | boolean {
  if (spec.kind === "flag" || spec.kind === "negation") {
    if (given === true || given === "true" || given === "") return true;
    if (given === false || given === "false") return false;
    throw new UsageError(`Option ${name} must be true or false`);
  }
  if (typeof given !== "string" && typeof given !== "number") {
    throw new UsageError(`Option ${name} must be a text or a number`);
  }
  return decodeOption(spec, String(given), name);
}
