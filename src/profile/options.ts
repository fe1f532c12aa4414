/**
 * Options of `profile` and their checks.
 *
 * @module
 */

import type { EngineMode } from "../backend.ts";
import { checkRatioMax } from "../inflate/inflate.ts";
import type { NdjsonRules } from "../ndjson/read.ts";
import type { ProfileDigest, ProfileFormat } from "./types.ts";

/** Options of `profile`. */
export interface ProfileOptions extends NdjsonRules {
  /**
   * The input's format. Default: NDJSON for a path that ends in `.ndjson` or
   * `.jsonl`, CSV for any other; for bytes and streams NDJSON if the first
   * byte that is no white space is `{`.
   */
  format?: ProfileFormat;
  /** The byte between CSV fields. Default `,`. */
  delimiter?: string;
  /** Whether the first CSV row holds the names. Default true. */
  header?: boolean;
  /**
   * Bytes of values kept for exact figures, as a number or as a text such as
   * `256MB` or `1GiB`; beyond, figures are estimated. Default `256MB`.
   */
  memory?: number | string;
  /**
   * Bytes that may come out of one byte of a compressed input, once 16 MiB
   * have come out; default 250.
   */
  ratioMax?: number;
  /** Digests of the input, inflated. Default `["sha256"]`. */
  digests?: readonly ProfileDigest[];
  /** The name in the report. Default: the path as given, else `-`. */
  name?: string;
  /** Stops the work; `profile` then throws the signal's reason. */
  signal?: AbortSignal;
  /** Told the bytes of input that are done, some times a second. */
  onProgress?: (bytesDone: number) => void;
  /** Which engine works; default: the backend's choice. */
  engine?: EngineMode;
}

/** Checked options. */
export interface ProfileSettings {
  readonly format: ProfileFormat | undefined;
  readonly delimiter: string;
  readonly header: boolean;
  readonly memory: number;
  readonly digests: readonly ProfileDigest[];
  readonly name: string | undefined;
  readonly signal: AbortSignal | undefined;
  readonly onProgress: ((bytesDone: number) => void) | undefined;
  readonly engine: EngineMode | undefined;
  readonly ratioMax: number;
  readonly rules: Required<NdjsonRules>;
}

/** 256 MB. */
const MEMORY_DEFAULT = 256_000_000;
const DEPTH_DEFAULT = 1024;
const DEPTH_MAX = 2 ** 31 - 1;

/**
 * Checks options and fills in what is absent.
 *
 * @param options The options as given.
 * @returns The settings.
 * @throws {TypeError} If an option has the wrong type.
 * @throws {RangeError} If an option has a value that is not allowed.
 */
export function checkProfileOptions(options: ProfileOptions): ProfileSettings {
  const { signal, onProgress, name, engine, header = true } = options;
  if (signal !== undefined && !(signal instanceof AbortSignal)) {
    throw new TypeError("Cannot profile: the option signal is no AbortSignal");
  }
  if (onProgress !== undefined && typeof onProgress !== "function") {
    throw new TypeError("Cannot profile: the option onProgress is no function");
  }
  if (name !== undefined) checkType("name", name, "string");
  checkType("header", header, "boolean");
  const format = options.format === undefined
    ? undefined
    : checkChoice("format", options.format, ["csv", "ndjson"]);
  return {
    format,
    delimiter: checkDelimiter(options.delimiter ?? ","),
    header,
    memory: checkMemory(options.memory ?? MEMORY_DEFAULT),
    digests: checkDigests(options.digests ?? ["sha256"]),
    name,
    signal,
    onProgress,
    engine,
    ratioMax: checkRatioMax(options.ratioMax),
    rules: checkRules(options),
  };
}

function checkRules(options: ProfileOptions): Required<NdjsonRules> {
  const { duplicates = "last", surrogates = "error" } = options;
  const { integers = "error", overflow = "error" } = options;
  const { blankLines = "skip", maxDepth = DEPTH_DEFAULT } = options;
  checkType("maxDepth", maxDepth, "number");
  if (!Number.isInteger(maxDepth) || maxDepth < 1 || maxDepth > DEPTH_MAX) {
    throw new RangeError(
      "Cannot profile: the option maxDepth must be a whole number from 1 to " +
        `${DEPTH_MAX}: it is ${maxDepth}`,
    );
  }
  return {
    maxDepth,
    duplicates: checkChoice("duplicates", duplicates, ["last", "error"]),
    surrogates: checkChoice("surrogates", surrogates, ["error", "replace"]),
    integers: checkChoice("integers", integers, ["error", "text"]),
    overflow: checkChoice("overflow", overflow, ["error", "text"]),
    blankLines: checkChoice("blankLines", blankLines, ["skip", "error"]),
  };
}

function checkType(name: string, value: unknown, type: string): void {
  const found = typeof value;
  if (found === type) return;
  throw new TypeError(
    `Cannot profile: the option ${name} must be a ${type}: ` +
      `it is ${value === null ? "null" : `a ${found}`}`,
  );
}

function checkChoice<T extends string>(
  name: string,
  value: unknown,
  choices: readonly T[],
): T {
  if (choices.includes(value as T)) return value as T;
  const allowed = choices.map((choice) => `"${choice}"`).join(" or ");
  throw new RangeError(
    `Cannot profile: the option ${name} must be ${allowed}: ` +
      `it is ${typeof value === "string" ? `"${value}"` : typeof value}`,
  );
}

function checkDelimiter(delimiter: unknown): string {
  checkType("delimiter", delimiter, "string");
  const text = delimiter as string;
  const code = text.charCodeAt(0);
  if (text.length === 1 && code > 0 && code < 128 && !'"\r\n'.includes(text)) {
    return text;
  }
  throw new RangeError(
    "Cannot profile: the option delimiter must be one ASCII character other " +
      `than a quote, CR and LF: it is ${JSON.stringify(text)}`,
  );
}

const UNITS: Readonly<Record<string, number>> = {
  "": 1,
  b: 1,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  kib: 2 ** 10,
  mib: 2 ** 20,
  gib: 2 ** 30,
};

function checkMemory(memory: unknown): number {
  const bytes = typeof memory === "string" ? sizeOf(memory) : memory;
  if (typeof memory !== "string") checkType("memory", memory, "number");
  if (Number.isSafeInteger(bytes) && (bytes as number) >= 0) {
    return bytes as number;
  }
  throw new RangeError(
    "Cannot profile: the option memory must be a number of bytes or a text " +
      `such as "256MB": it is ${JSON.stringify(memory) ?? String(memory)}`,
  );
}

/** The bytes that a text such as `1.5GiB` means, or NaN. */
function sizeOf(text: string): number {
  const match = /^(\d+(?:\.\d+)?) ?([a-z]*)$/i.exec(text.trim());
  if (match === null) return NaN;
  const unit = UNITS[match[2]!.toLowerCase()];
  return unit === undefined ? NaN : Math.round(Number(match[1]) * unit);
}

function checkDigests(digests: unknown): ProfileDigest[] {
  if (!Array.isArray(digests)) {
    throw new TypeError("Cannot profile: the option digests must be an array");
  }
  const known: readonly ProfileDigest[] = ["sha256", "blake3"];
  return [
    ...new Set(digests.map((name) => checkChoice("digests", name, known))),
  ];
}
