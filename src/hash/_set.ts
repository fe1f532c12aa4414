/**
 * A set of files: what is asked for, checked, and what came of it.
 *
 * @module
 */

import type { EngineMode } from "../backend.ts";
import type { FastpathError } from "../errors.ts";
import { statGranted } from "../input.ts";
import { parseRule, type Rule } from "./_ignore.ts";
import { type DigestSpec, specOf, type SpecOptions } from "./_spec.ts";
import type { WalkOptions } from "./_walk.ts";

/** How far a set is. */
export interface FilesProgress {
  /** Files that are done. */
  readonly files: number;
  /** Files in all; 0 while they are being looked for. */
  readonly filesTotal: number;
  /** Bytes that are done. */
  readonly bytes: number;
}

/** What is common to the functions over sets of files. */
export interface SetOptions {
  /** Patterns of `.gitignore` as globs: what matches none is left out; one
   * with `!` in front leaves out what matches it. */
  readonly globs?: readonly string[];
  /** Whether `.gitignore` files in the folders, and `.git`, are heeded. */
  readonly gitignore?: boolean;
  /** Pipes, devices and sockets: an error (default), or left out. */
  readonly special?: "error" | "skip";
  /** Threads of the native engine; as many as there are cores by default. */
  readonly threads?: number;
  /** Files that are open at once, at most. Default 64. */
  readonly maxOpen?: number;
  /** Which engine works; default: the backend's choice. */
  readonly engine?: EngineMode;
  /** Stops the work; the function then throws the signal's reason. */
  readonly signal?: AbortSignal;
  /** Told how far the work is, some times a second. */
  readonly onProgress?: (progress: FilesProgress) => void;
}

/** Checked options of a set. */
export interface SetSettings extends WalkOptions {
  readonly spec: DigestSpec;
  readonly threads: number;
  readonly maxOpen: number;
  readonly engine: EngineMode | undefined;
  readonly signal: AbortSignal | undefined;
  readonly onProgress: ((progress: FilesProgress) => void) | undefined;
}

/** What came of one path. */
export interface Entry {
  readonly path: string;
  /** See `_failures.ts`; 0 and 1 are hashed. */
  readonly state: number;
  /** The system's number of a failure. */
  readonly number: number;
  readonly isExecutable: boolean;
  readonly bytes: number;
  /** Empty where it failed. */
  readonly digest: Uint8Array;
}

/** What came of a set, as its lines. */
export interface SetLines {
  /** `HEX  PATH` lines in the order of the paths' bytes, in parts. */
  readonly lines: Uint8Array[];
  readonly failures: FastpathError[];
}

/** Threads that the library starts at most. */
const THREADS_MAX = 16;

/** Files that may be open at once, at most. */
const OPEN_MAX = 65_536;

/**
 * Checks the options of a set and fills in what is absent.
 *
 * @param options The options as given.
 * @param spec What to compute, as given; its other members say nothing.
 * @param forms Whether folders are walked and links hashed.
 * @returns The settings.
 * @throws {TypeError} If an option has the wrong type.
 * @throws {RangeError} If an option has a value that is not allowed.
 */
export function checkSetOptions(
  options: SetOptions,
  spec: SpecOptions,
  forms: { readonly walks: boolean; readonly links: boolean },
): SetSettings {
  const { globs = [], gitignore = false, special = "error" } = options;
  const { engine, signal, onProgress } = options;
  if (!Array.isArray(globs) || globs.some((one) => typeof one !== "string")) {
    throw new TypeError(
      "Cannot hash files: the option globs is no list of texts",
    );
  }
  const rules = globs.map(ruleOf);
  if (typeof gitignore !== "boolean") {
    throw new TypeError(
      "Cannot hash files: the option gitignore is no boolean",
    );
  }
  if (special !== "error" && special !== "skip") {
    throw new RangeError(
      "Cannot hash files: the option special must be error or skip: it is " +
        (JSON.stringify(special) ?? String(special)),
    );
  }
  if (signal !== undefined && !(signal instanceof AbortSignal)) {
    throw new TypeError(
      "Cannot hash files: the option signal is no AbortSignal",
    );
  }
  if (onProgress !== undefined && typeof onProgress !== "function") {
    throw new TypeError(
      "Cannot hash files: the option onProgress is no function",
    );
  }
  return {
    spec: specOf(spec),
    ...forms,
    globs: rules,
    gitignore,
    skipsSpecial: special === "skip",
    threads: numberOf("threads", options.threads ?? 0, 0, THREADS_MAX),
    maxOpen: numberOf("maxOpen", options.maxOpen ?? 64, 1, OPEN_MAX),
    engine,
    signal,
    onProgress,
  };
}

function ruleOf(glob: string): Rule {
  const rule = parseRule(glob);
  if (rule !== null) return rule;
  throw new RangeError(
    "Cannot hash files: the option globs has a pattern that names nothing: " +
      JSON.stringify(glob),
  );
}

function numberOf(
  name: string,
  value: number,
  least: number,
  most: number,
): number {
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new RangeError(
    `Cannot hash files: the option ${name} must be a whole number from ` +
      `${least} to ${most}: it is ${String(value)}`,
  );
}

/**
 * The paths that a caller names.
 *
 * @param paths A path or a list of them.
 * @returns Texts, none empty. A folder's has no slash at its end; that of a
 * file keeps it, and so names nothing.
 * @throws {TypeError} If one is no path, or a URL that is none of a file.
 * @throws {RangeError} If one is empty, holds a NUL or half a surrogate pair.
 */
export function pathsOf(
  paths: string | URL | readonly (string | URL)[],
): string[] {
  const list: readonly unknown[] = Array.isArray(paths) ? paths : [paths];
  return list.map((path) => {
    if (typeof path !== "string" && !(path instanceof URL)) {
      throw new TypeError(
        "Cannot hash files: expected a path or a list of paths, found " +
          kindOf(path),
      );
    }
    const text = typeof path === "string" ? path : textOf(path);
    if (text === "" || text.includes("\0")) {
      throw new RangeError(
        "Cannot hash files: a path must not be empty nor hold a NUL: it is " +
          JSON.stringify(text),
      );
    }
    // It would become U+FFFD on its way to the system: another file.
    if (/\p{Surrogate}/u.test(text)) {
      throw new RangeError(
        "Cannot hash files: a path holds half a surrogate pair: it is " +
          JSON.stringify(text),
      );
    }
    return withoutSlash(text);
  });
}

function withoutSlash(path: string): string {
  const bare = path.replace(/(?<=[^/])\/+$/, "");
  // The system refuses a file's name with a slash behind it.
  return bare === path || statGranted(bare)?.isDirectory === false
    ? path
    : bare;
}

function kindOf(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}

/** By the rules of `fileURLToPath` of `node:url`. */
function textOf(url: URL): string {
  const refused = (reason: string) =>
    new TypeError(`Cannot hash files: ${url.href} ${reason}`);
  if (url.protocol !== "file:") throw refused("is no file URL");
  if (url.host !== "") throw refused("names another machine");
  // It would become another path than the one that the URL names.
  if (/%2f/i.test(url.pathname)) throw refused("has an encoded / in a name");
  let path: string;
  try {
    path = decodeURIComponent(url.pathname);
  } catch {
    throw refused("is not UTF-8");
  }
  return /^\/[A-Za-z]:\//.test(path) ? path.slice(1) : path;
}
