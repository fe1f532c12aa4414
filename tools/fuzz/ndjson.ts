/**
 * NDJSON: both engines against each other, and against `JSON.parse` line by
 * line.
 *
 * Where `JSON.parse` has other rules, the case is put to it as it wants it:
 *
 * - `BLANK_LINES`: lines of white space are skipped here.
 * - `OBJECTS`: a line that is another value is refused here.
 * - `SURROGATES` and `LARGE_NUMBERS`: half a surrogate pair, integers beyond
 *   64 bits and numbers beyond a float are errors here unless asked for;
 *   inputs with them are not put to it.
 *
 * @module
 */

import type { Random } from "../../bench/data/_random.ts";
import type { EngineMode } from "../../src/backend.ts";
import { ParseError } from "../../src/errors.ts";
import { readNdjsonSync } from "../../src/ndjson/mod.ts";
import type { ReadNdjsonOptions } from "../../src/ndjson/mod.ts";
import {
  type Case,
  damaged,
  differs,
  eachOf,
  type Property,
} from "./_property.ts";
import { saidBy, saidByError } from "./csv.ts";
import { randomValue, TELLING } from "./json.ts";

const NAMES = ['"a"', '"b"', '"\\u0061"', '"__proto__"', '""', '"é"'];
const encoder = new TextEncoder();

function randomLines(random: Random): Uint8Array<ArrayBuffer> {
  let text = random.below(20) === 0 ? "\ufeff" : "";
  for (let row = random.below(6); row > 0; row--) {
    const members = Array.from({ length: random.below(4) }, () => {
      const value = randomValue(random, 3, ["", "", " ", "\t"]);
      return `${random.pick(NAMES)}:${value}`;
    });
    text += `{${members.join(random.pick([",", " , "]))}}`;
    text += random.pick(["\n", "\n", "\n", "\r\n", " \n", "\n\n", "\n \n"]);
  }
  const bytes = encoder.encode(text);
  return random.below(2) === 0 ? bytes : damaged(random, bytes, TELLING);
}

function randomOptions(random: Random): ReadNdjsonOptions {
  const maybe = (parts: number) => random.below(parts) === 0;
  return {
    ...(maybe(2) ? { integers: "text", overflow: "text" } : {}),
    ...(maybe(2) ? { surrogates: "replace" } : {}),
    ...(maybe(4) ? { duplicates: "error" } : {}),
    ...(maybe(4) ? { blankLines: "error" } : {}),
    ...(maybe(6) ? { maxDepth: 1 + random.below(4) } : {}),
    ...(maybe(6) ? { limit: random.below(4) } : {}),
    ...(maybe(6) ? { columns: ["a"] } : {}),
    ...(maybe(6) ? { schema: { a: random.pick(["i32", "f64", "utf8"]) } } : {}),
    sampleRows: 1 + random.below(4),
  };
}

function outcome(
  { input, options }: Case<ReadNdjsonOptions>,
  engine: EngineMode,
): unknown {
  try {
    return saidBy(readNdjsonSync(input, { ...options, engine }));
  } catch (error) {
    return saidByError(error);
  }
}

/** Both engines read the same. */
export const ndjsonEngines: Property<ReadNdjsonOptions> = {
  name: "ndjson engines",
  make: (random) => ({
    input: randomLines(random),
    options: randomOptions(random),
  }),
  check: eachOf((one) =>
    differs("native", outcome(one, "native"), outcome(one, "typescript"))
  ),
};

/** The rows of an input, or the number of the first line that is none. */
function theirRows(input: Uint8Array): Record<string, unknown>[] | number {
  const rows: Record<string, unknown>[] = [];
  let number = 0;
  let start = 0;
  while (start <= input.length) {
    number++;
    const end = input.indexOf(10, start);
    const line = input.subarray(start, end < 0 ? undefined : end);
    start = end < 0 ? input.length + 1 : end + 1;
    // The mark of the input is no text of its first line.
    const skip = number === 1 && line[0] === 0xEF && line[1] === 0xBB &&
        line[2] === 0xBF
      ? 3
      : 0;
    const row = parsedLine(line.subarray(skip));
    if (row === null) return number;
    if (row !== undefined) rows.push(row);
  }
  return rows;
}

/** A line's object; undefined for a blank line, null for no object. */
function parsedLine(
  line: Uint8Array,
): Record<string, unknown> | null | undefined {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true })
      .decode(line);
    // BLANK_LINES.
    if (/^[ \t\r]*$/.test(text)) return undefined;
    const value = JSON.parse(text);
    // OBJECTS.
    const isObject = typeof value === "object" && value !== null &&
      !Array.isArray(value);
    return isObject ? value : null;
  } catch {
    return null;
  }
}

/** A value of a column, as the one that was parsed would be printed. */
function isSame(ours: unknown, theirs: unknown): boolean {
  if (theirs === undefined || theirs === null) return ours === null;
  if (typeof theirs === "object") {
    // Nested values are kept as they are written.
    return JSON.stringify(JSON.parse(String(ours))) === JSON.stringify(theirs);
  }
  if (typeof ours === "bigint") return Number(ours) === theirs;
  if (typeof theirs === "string") return ours === theirs;
  // Numbers and truth values in a column of texts are as they are written.
  return Object.is(typeof ours === "string" ? JSON.parse(ours) : ours, theirs);
}

function checkParse(
  { input, options: { engine } }: Case<{ engine: EngineMode }>,
): string | null {
  const text = new TextDecoder().decode(input);
  // SURROGATES and LARGE_NUMBERS: in texts too, to keep the rule simple.
  if (/\\u[dD][89a-fA-F]|\d{19}|[eE]\+?\d{3}/.test(text)) return null;
  const theirs = theirRows(input);
  try {
    const rows = readNdjsonSync(input, { engine }).toObjects();
    if (typeof theirs === "number") {
      return `accepted, line ${theirs} is no object`;
    }
    if (rows.length !== theirs.length) {
      return differs("rows", rows.length, theirs.length);
    }
    for (const [index, row] of rows.entries()) {
      for (const key of new Set([row, theirs[index]!].flatMap(Object.keys))) {
        const found = (row as Record<string, unknown>)[key];
        if (isSame(found, theirs[index]![key])) continue;
        return differs(`${key} of row ${index}`, found, theirs[index]![key]);
      }
    }
    return null;
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    return differs("line of the first fault", error.line, theirs);
  }
}

/** What is accepted, and every value. */
export const ndjsonParse: Property<{ engine: EngineMode }> = {
  name: "ndjson, JSON.parse",
  make: (random) => ({
    input: randomLines(random),
    options: { engine: random.pick(["native", "typescript"] as const) },
  }),
  check: eachOf(checkParse),
};
