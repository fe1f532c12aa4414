/**
 * Options of the operations on JSON as bytes, and their checks.
 *
 * @module
 */

import type { EngineMode } from "../backend.ts";
import { checkRatioMax } from "../inflate/inflate.ts";
import type { JsonCheckRules } from "./_check_ts.ts";

/** What every operation on JSON bytes can be told. */
export interface JsonOptions {
  /**
   * What the input is: one `json` document (the default), or `ndjson`, a
   * document a line. Blank lines are skipped.
   */
  readonly format?: "json" | "ndjson";
  /** Brackets that may be open at once: 1,024. */
  readonly maxDepth?: number;
  /**
   * The escape of half a surrogate pair: an `error` (the default), for it is
   * no character; or `allow` it, as the grammar of RFC 8259 does.
   */
  readonly surrogates?: "error" | "allow";
  /** The engine; else that of `configureBackend`. */
  readonly engine?: EngineMode;
  /** Stops the work. */
  readonly signal?: AbortSignal;
  /** Told the bytes of input that are done. */
  readonly onProgress?: (bytesDone: number) => void;
  /** Bytes that may come out of one byte of a compressed input: 250. */
  readonly ratioMax?: number;
}

/** Checked options that do not say what JSON is. */
export interface JsonSettings {
  readonly engine: EngineMode | undefined;
  readonly signal: AbortSignal | undefined;
  readonly onProgress: ((bytesDone: number) => void) | undefined;
  readonly ratioMax: number;
}

/** Brackets that may be open at once where nothing else is said. */
const MAX_DEPTH = 1024;
/** The deepest limit: brackets are counted, not nested calls. */
const MAX_DEPTH_MAX = 2 ** 20;

/**
 * Checks the options.
 *
 * @param options As given.
 * @returns The rules, and the rest.
 * @throws {TypeError} If an option has the wrong type.
 * @throws {RangeError} If an option has a value that is not allowed.
 */
export function checkJsonOptions(
  options: JsonOptions,
): JsonSettings & { readonly rules: JsonCheckRules } {
  const { signal, onProgress, engine, maxDepth = MAX_DEPTH } = options;
  const { format = "json", surrogates = "error" } = options;
  if (signal !== undefined && !(signal instanceof AbortSignal)) {
    throw new TypeError("Cannot read: the option signal is no AbortSignal");
  }
  if (onProgress !== undefined && typeof onProgress !== "function") {
    throw new TypeError("Cannot read: the option onProgress is no function");
  }
  if (typeof maxDepth !== "number") {
    throw new TypeError("Cannot read: the option maxDepth must be a number");
  }
  if (!Number.isInteger(maxDepth) || maxDepth < 1 || maxDepth > MAX_DEPTH_MAX) {
    throw new RangeError(
      "Cannot read: the option maxDepth must be a whole number from 1 to " +
        `${MAX_DEPTH_MAX}: it is ${maxDepth}`,
    );
  }
  checkWord("format", format, ["json", "ndjson"]);
  checkWord("surrogates", surrogates, ["error", "allow"]);
  const lines = format === "ndjson";
  return {
    engine,
    signal,
    onProgress,
    ratioMax: checkRatioMax(options.ratioMax),
    rules: { maxDepth, lines, loneSurrogates: surrogates === "allow" },
  };
}

/**
 * Checks that an option is one of a few words.
 *
 * @throws {RangeError} If it is not.
 */
export function checkWord(
  name: string,
  value: unknown,
  words: readonly string[],
): void {
  if (words.includes(value as string)) return;
  const known = words.map((word) => `"${word}"`).join(" or ");
  const found = typeof value === "string" ? `"${value}"` : typeof value;
  throw new RangeError(
    `Cannot read: the option ${name} must be ${known}: it is ${found}`,
  );
}
