/**
 * JSON: both engines against each other, and against `JSON.parse`.
 *
 * Where `JSON.parse` has other rules, the case is put to it as it wants it:
 *
 * - `BYTES`: it takes texts; what is no UTF-8 is no JSON.
 * - `BYTE_ORDER_MARK`: it refuses the mark that is dropped here.
 * - `STRUCTURE_ONLY`: selecting checks structure and what it gives; of a
 *   document that is no JSON only what it gives is checked.
 * - `DUPLICATES`: selecting and the canonical form refuse a key that stands
 *   twice, `JSON.parse` takes the last.
 * - `CUT_TOKEN`: behind a fault that is noticed late (half a surrogate pair)
 *   the minified text may end in a part of its token; only what stands before
 *   is compared between engines and splits.
 * - `CANONICAL_FORM`: it also refuses half a surrogate pair and numbers
 *   beyond a 64-bit float, as RFC 8785 does.
 *
 * @module
 */

import type { Random } from "../../bench/data/_random.ts";
import type { EngineMode } from "../../src/backend.ts";
import { ParseError } from "../../src/errors.ts";
import { digest } from "../../src/hash/mod.ts";
import {
  canonicalizeJson,
  digestJson,
  type JsonOptions,
  minifyJsonChunks,
  selectJsonChunks,
  validateJson,
} from "../../src/json/mod.ts";
import {
  type Case,
  damaged,
  differs,
  eachOf,
  type Property,
} from "./_property.ts";

const SCALARS = [
  ...["0", "-0", "7", "1.50", "-1e-7", "1E+300", "1e999", "true", "false"],
  ...["12345678901234567890123", "null", '""', '"a"', '"é😀"', '"[{,:"'],
  ...['"\\u00e9\\n\\/\\\\\\""', '"\\ud83d\\ude00"', '"\\ud83d"', '"\\u007f"'],
  '"a text that is longer than a block of the scanner, which is of 64 bytes"',
];
const KEYS = [
  ...['"a"', '"b"', '"0"', '"1"', '""', '"__proto__"', '"\\u0061"', '"é"'],
  ...['"ab"', '"\\ud83d\\ude00"', '"\\uffff"', '"toString"'],
];
const BLANKS = ["", "", "", "", " ", "\n", "\r\n", "\t "];

/** Bytes that mean something to JSON. */
export const TELLING: readonly number[] = [
  ...'{}[],:"\\ 0-1.eEtfnu\n\t\x00\x1f\x7f',
].map((letter) => letter.charCodeAt(0)).concat(0x80, 0xC3, 0xE2, 0xED, 0xFF);

/**
 * A random value as text.
 *
 * @param random The dice.
 * @param depth Brackets around it.
 * @param blanks White space between tokens.
 * @returns The text.
 */
export function randomValue(
  random: Random,
  depth: number,
  blanks: readonly string[] = BLANKS,
): string {
  const kind = random.below(depth > 4 ? 2 : 6);
  if (kind < 2) return random.pick(SCALARS);
  const blank = () => random.pick(blanks);
  const parts: string[] = [];
  for (let count = random.below(4); count > 0; count--) {
    const value = blank() + randomValue(random, depth + 1, blanks) + blank();
    parts.push(
      kind < 4 ? value : `${blank()}${random.pick(KEYS)}${blank()}:${value}`,
    );
  }
  const [open, close] = kind < 4 ? "[]" : "{}";
  return `${open}${parts.join(",") || blank()}${close}`;
}

const encoder = new TextEncoder();

/** A document, half of them damaged. */
export function randomDocument(random: Random): Uint8Array<ArrayBuffer> {
  const mark = random.below(20) === 0 ? "\ufeff" : "";
  const text = mark + random.pick(BLANKS) + randomValue(random, 0) +
    random.pick(BLANKS);
  const bytes = encoder.encode(text);
  return random.below(2) === 0 ? bytes : damaged(random, bytes, TELLING);
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** What `JSON.parse` makes of bytes; null for no JSON. */
function parsed(
  bytes: Uint8Array,
): { readonly value: unknown; readonly text: string } | null {
  try {
    // BYTES and BYTE_ORDER_MARK.
    const text = utf8.decode(bytes).replace(/^\ufeff/, "");
    return { value: JSON.parse(text), text };
  } catch {
    return null;
  }
}

async function* inChunks(bytes: Uint8Array, size: number) {
  for (let at = 0; at < bytes.length; at += size) {
    yield bytes.subarray(at, at + size);
    await Promise.resolve();
  }
}

/** A text that comes in pieces, and the error that ends it. */
async function textOf(
  chunks: AsyncIterable<Uint8Array>,
): Promise<{ text: string; error: unknown }> {
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  let text = "";
  try {
    for await (const chunk of chunks) {
      text += decoder.decode(chunk, { stream: true });
    }
    return { text: text + decoder.decode(), error: null };
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    const { code, line, column, byteOffset, message } = error;
    return { text, error: { code, line, column, byteOffset, message } };
  }
}

interface Options {
  readonly chunk: number;
  readonly rules: JsonOptions;
}

function randomOptions(random: Random): Options {
  return {
    chunk: 1 + random.below(70),
    rules: {
      ...(random.below(3) === 0 ? { format: "ndjson" } : {}),
      ...(random.below(3) === 0 ? { surrogates: "allow" } : {}),
      ...(random.below(6) === 0 ? { maxDepth: 1 + random.below(4) } : {}),
    },
  };
}

/** Both engines say the same of a document, in one piece and in chunks. */
export const jsonEngines: Property<Options & { pointers: string[] }> = {
  name: "json engines",
  make: (random) => ({
    input: randomDocument(random),
    options: { ...randomOptions(random), pointers: random.pick(POINTERS) },
  }),
  check: eachOf(async ({ input, options }) => {
    const said = async (engine: EngineMode, chunked: boolean) => {
      const all = { ...options.rules, engine };
      const bytes = () => chunked ? inChunks(input, options.chunk) : input;
      const small = await textOf(minifyJsonChunks(bytes(), all));
      // CUT_TOKEN.
      const { code } = (small.error ?? {}) as { code?: string };
      const isCut = code === "LONE_SURROGATE";
      return [
        await validateJson(bytes(), all),
        isCut ? [beforeEscapes(small.text), code] : small,
        await textOf(selectJsonChunks(bytes(), options.pointers, all)),
      ];
    };
    const expected = await said("typescript", false);
    return differs("native", await said("native", false), expected) ??
      differs("native, chunks", await said("native", true), expected) ??
      differs("TypeScript, chunks", await said("typescript", true), expected);
  }),
};

/** A text without the escapes, whole or begun, that it ends in. */
function beforeEscapes(text: string): string {
  return text.replace(/(?:\\(?:u[0-9a-fA-F]{0,4})?)+$/, "");
}

const POINTERS = [
  ...[[""], ["/a"], ["/a/0"], ["$.*"], ["$[*].a"], ["$.a.*"], ["/0"]],
  ...[["/a", "/b"], ["$.*.a", "/1", ""]],
];

async function checkParse(
  { input, options }: Case<{ engine: EngineMode; chunk: number }>,
): Promise<string | null> {
  const { engine, chunk } = options;
  const rules = { engine, surrogates: "allow" } as const;
  const theirs = parsed(input);
  const { valid } = await validateJson(inChunks(input, chunk), rules);
  if (valid !== (theirs !== null)) {
    return differs("valid", valid, theirs !== null);
  }
  if (theirs === null) return null;
  const small = await textOf(minifyJsonChunks(input, rules));
  const value = JSON.parse(small.text);
  return differs("minified", value, theirs.value) ??
    differs("blanks", small.text, withoutBlanks(theirs.text));
}

/** JSON without white space between its tokens. */
function withoutBlanks(text: string): string {
  return text.replaceAll(/("(?:[^"\\]|\\.)*")|[ \t\r\n]+/g, "$1");
}

/** What is valid, and what minifying keeps. */
export const jsonParse: Property<{ engine: EngineMode; chunk: number }> = {
  name: "json validate and minify, JSON.parse",
  make: (random) => ({
    input: randomDocument(random),
    options: {
      engine: random.pick(["native", "typescript"] as const),
      chunk: 1 + random.below(70),
    },
  }),
  check: eachOf(checkParse),
};

/** Values at a path of names, indices and `*`. */
function valuesAt(value: unknown, steps: readonly string[]): unknown[] {
  const [step, ...rest] = steps;
  if (step === undefined) return [value];
  if (typeof value !== "object" || value === null) return [];
  const found = step === "*"
    ? Object.entries(value)
    : Object.entries(value).filter(([key]) => key === step);
  return found.flatMap(([, part]) => valuesAt(part, rest));
}

/** Whether a key stands twice in an object: colons outside texts tell. */
function hasDuplicates({ text, value }: { text: string; value: unknown }) {
  const bare = text.replaceAll(/"(?:[^"\\]|\\.)*"/g, "");
  return bare.split(":").length - 1 !== membersOf(value);
}

function membersOf(value: unknown): number {
  if (typeof value !== "object" || value === null) return 0;
  const parts = Object.values(value);
  const own = Array.isArray(value) ? 0 : parts.length;
  return parts.reduce((sum: number, part) => sum + membersOf(part), own);
}

const PATHS = ["", "/a", "/b/a", "/a/0", "/0", "/*", "/a/*", "/*/b", "/1/*/a"];

/** What selecting finds. */
export const jsonSelect: Property<{ engine: EngineMode; path: string }> = {
  name: "json select, JSON.parse",
  make: (random) => ({
    input: randomDocument(random),
    options: {
      engine: random.pick(["native", "typescript"] as const),
      path: random.pick(PATHS),
    },
  }),
  check: eachOf(async ({ input, options: { engine, path } }) => {
    const steps = path.split("/").slice(1);
    // A star is one in the path language alone.
    const pointer = steps.includes("*")
      ? "$" + steps.map((step) => `[${star(step)}]`).join("")
      : path;
    const rules = { engine, surrogates: "allow" } as const;
    const found = await textOf(selectJsonChunks(input, [pointer], rules));
    const theirs = parsed(input);
    if (theirs === null) {
      // STRUCTURE_ONLY.
      const lines = found.text.split("\n").slice(0, -1);
      if (found.error === null) lines.forEach((line) => JSON.parse(line));
      return null;
    }
    // DUPLICATES: members of an object that JavaScript would sort, too.
    if (hasDuplicates(theirs) || /"\d+"/.test(theirs.text)) return null;
    if (found.error !== null) return differs("error", found.error, null);
    const values = found.text.split("\n").slice(0, -1)
      .map((line) => JSON.parse(line));
    return differs("selected", values, valuesAt(theirs.value, steps));
  }),
};

function star(step: string): string {
  return step === "*" || /^\d+$/.test(step) ? step : `"${step}"`;
}

/** RFC 8785 with the tools of JavaScript, on which the RFC is founded. */
function canonicalText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalText).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const members = Object.entries(value)
    .sort(([one], [other]) => one < other ? -1 : one > other ? 1 : 0)
    .map(([key, part]) => `${JSON.stringify(key)}:${canonicalText(part)}`);
  return `{${members.join(",")}}`;
}

/** Whether a document has a canonical form. */
function hasForm(theirs: { text: string; value: unknown }): boolean {
  let isFine = !hasDuplicates(theirs);
  JSON.parse(theirs.text, (key, value) => {
    if (!key.isWellFormed()) isFine = false;
    if (typeof value === "string" && !value.isWellFormed()) isFine = false;
    if (typeof value === "number" && !Number.isFinite(value)) isFine = false;
    return value;
  });
  // A member that is lost to a later one may be what has no form.
  return isFine;
}

/** The canonical form, and its digest. */
export const jsonDigest: Property<{ engine: EngineMode }> = {
  name: "json digest, JSON.parse",
  make: (random) => ({
    input: randomDocument(random),
    options: { engine: random.pick(["native", "typescript"] as const) },
  }),
  check: eachOf(async ({ input, options: { engine } }) => {
    const theirs = parsed(input);
    const expected = theirs !== null && hasForm(theirs)
      ? canonicalText(theirs.value)
      : null;
    let found: string | null = null;
    try {
      const form = await canonicalizeJson(input, { engine });
      found = new TextDecoder("utf-8", { ignoreBOM: true }).decode(form);
    } catch (error) {
      if (!(error instanceof ParseError)) throw error;
    }
    const fault = differs("canonical form", found, expected);
    if (fault !== null || found === null) return fault;
    return differs(
      "digest",
      await digestJson(input, { engine }),
      await digest(encoder.encode(found), { engine }),
    );
  }),
};
