/**
 * Finds, checks and opens the native library. Nothing here throws, prompts
 * or prints: a library that cannot be used is a reason. Opened libraries are
 * never closed, because functions taken from a closed library may still run.
 *
 * @module
 */

import { VERSION } from "../src/version.ts";
import {
  absolutePath,
  libraryFileName,
  pathOfUrl,
  platformName,
} from "./platform.ts";
import { symbols } from "./symbols.ts";
import {
  abiMismatch,
  digestMismatch,
  inspect,
  type Inspected,
  MANIFEST_ENDING,
  sha256Async,
  sha256Sync,
  textOf,
} from "./verify.ts";

/** The opened library's functions, typed by the generated table. */
export type Native = Deno.DynamicLibrary<typeof symbols>["symbols"];

/** A place where the library was looked for, and what came of it. */
export interface Attempt {
  /** Which step of the search order. */
  step: "option" | "environment" | "module" | "npm";
  /** The library's absolute path, where the step led to one. */
  path: string | null;
  /** `opened`, or the reason why not. */
  result: string;
}

/** The opened library. */
export interface Library {
  /** Its absolute path. */
  path: string;
  /** Its size; null where reading it is not granted. */
  bytes: number | null;
  /** Its SHA-256 in hex; null where reading it is not granted. */
  sha256: string | null;
  /** Version of its interface. */
  abi: number;
  /** Whether size and SHA-256 matched the manifest beside it. */
  verified: boolean;
  /** Its functions. */
  native: Native;
}

/** What a search found. */
export interface Search {
  /** The library, or null. */
  library: Library | null;
  /** Every step tried, in order. */
  attempts: Attempt[];
  /** Whether the npm step still waits for an asynchronous search. */
  npmPending: boolean;
}

/** What a search starts from. */
export interface SearchOptions {
  /** A path that the program named; tried first. */
  libraryPath?: string | undefined;
}

/** A place to look, or the reason why a step leads to none. */
interface Candidate {
  step: Attempt["step"];
  path: string | null;
  skipped?: string;
  /** A path that the user named, or one whose content npm has checked. */
  trusted: boolean;
}

/** Passed all checks that need no digest. `inspected` null: unreadable. */
interface Checked {
  inspected: Inspected | null;
}

/**
 * Searches at once, without the npm step: a dynamic import is asynchronous.
 *
 * @param options What to start from.
 * @returns The library or null, and every attempt.
 */
export function findLibrary(options: SearchOptions = {}): Search {
  if (!hasFfi()) return unsupported();
  const attempts: Attempt[] = [];
  for (const candidate of candidates(options)) {
    const checked = check(candidate);
    const result = typeof checked === "string"
      ? checked
      : open(candidate, checked.inspected, digestSync(checked));
    if (record(attempts, candidate, result)) {
      return { library: result, attempts, npmPending: false };
    }
  }
  const skipped = npmSkipped();
  attempts.push({
    step: "npm",
    path: null,
    result: skipped ?? "needs an asynchronous open",
  });
  return { library: null, attempts, npmPending: skipped === null };
}

/**
 * Searches through every step.
 *
 * @param options What to start from.
 * @returns The library or null, and every attempt.
 */
export async function findLibraryAsync(
  options: SearchOptions = {},
): Promise<Search> {
  if (!hasFfi()) return unsupported();
  const attempts: Attempt[] = [];
  const places = candidates(options);
  while (true) {
    const candidate = places.shift() ?? await npmCandidate();
    const checked = check(candidate);
    const result = typeof checked === "string"
      ? checked
      : open(candidate, checked.inspected, await digestAsync(checked));
    if (record(attempts, candidate, result)) {
      return { library: result, attempts, npmPending: false };
    }
    if (candidate.step === "npm") {
      return { library: null, attempts, npmPending: false };
    }
  }
}

/** Node, Bun, browsers and Deno Deploy open no libraries. */
function hasFfi(): boolean {
  return typeof Deno !== "undefined" && typeof Deno.dlopen === "function";
}

function unsupported(): Search {
  const result = "skipped: this runtime has no Deno.dlopen";
  const attempts: Attempt[] = [{ step: "module", path: null, result }];
  return { library: null, attempts, npmPending: false };
}

function record(
  attempts: Attempt[],
  { step, path }: Candidate,
  result: Library | string,
): result is Library {
  const isOpen = typeof result !== "string";
  attempts.push({ step, path, result: isOpen ? "opened" : result });
  return isOpen;
}

function candidates(options: SearchOptions): Candidate[] {
  return [
    named("option", options.libraryPath),
    environmentCandidate(),
    moduleCandidate(),
  ];
}

function named(step: Attempt["step"], path: string | undefined): Candidate {
  if (path === undefined || path === "") {
    return { step, path: null, skipped: "not set", trusted: false };
  }
  const { os } = Deno.build;
  try {
    return { step, path: absolutePath(path, os, Deno.cwd()), trusted: true };
  } catch (error) {
    const skipped = `not a path: ${textOf(error)}`;
    return { step, path: null, skipped, trusted: false };
  }
}

function environmentCandidate(): Candidate {
  const variable = "FASTPATH_LIB";
  if (isGranted({ name: "env", variable })) {
    return named("environment", Deno.env.get(variable));
  }
  return {
    step: "environment",
    path: null,
    skipped: "skipped: reading FASTPATH_LIB is not granted",
    trusted: false,
  };
}

function moduleCandidate(): Candidate {
  const { build } = Deno;
  const relative = `./lib/${platformName(build)}/${libraryFileName(build.os)}`;
  const url = new URL(relative, import.meta.url);
  if (url.protocol !== "file:") {
    const skipped = `skipped: the module comes from ${url.protocol}//`;
    return { step: "module", path: null, skipped, trusted: false };
  }
  return { step: "module", path: pathOfUrl(url, build.os), trusted: false };
}

/** Why the npm step is left out, or null. It would download and print. */
function npmSkipped(): string | null {
  const here = new URL(import.meta.url);
  if (here.protocol === "file:" && !here.pathname.includes("/node_modules/")) {
    return "skipped: this is a source checkout";
  }
  return isGranted({ name: "ffi" })
    ? null
    : "skipped: ffi is not granted (--allow-ffi)";
}

async function npmCandidate(): Promise<Candidate> {
  const skipped = npmSkipped();
  if (skipped !== null) {
    return { step: "npm", path: null, skipped, trusted: false };
  }
  const { build } = Deno;
  // Computed, so that Deno does not fetch the packages of all platforms.
  const name = `@fastpath/native-${platformName(build)}`;
  const specifier = `npm:${name}@${VERSION}/package.json`;
  try {
    await import(specifier, { with: { type: "json" } });
    // Only after the import does resolve() give the place in npm's cache.
    const base = import.meta.resolve(specifier);
    const url = new URL(libraryFileName(build.os), base);
    return { step: "npm", path: pathOfUrl(url, build.os), trusted: true };
  } catch (error) {
    const skipped = `${name}@${VERSION}: ${textOf(error)}`;
    return { step: "npm", path: null, skipped, trusted: false };
  }
}

/** All that can be said before the digest; a text is the refusal. */
function check(candidate: Candidate): Checked | string {
  const { path, skipped, trusted } = candidate;
  if (path === null) return skipped ?? "skipped";
  if (!isGranted({ name: "ffi", path })) {
    return `ffi is not granted (--allow-ffi=${path})`;
  }
  const isReadable = isGranted({ name: "read", path }) &&
    isGranted({ name: "read", path: path + MANIFEST_ENDING });
  if (isReadable) {
    const inspected = inspect(path, Deno.build.target);
    return typeof inspected === "string" ? inspected : { inspected };
  }
  if (trusted || isJustThisPathGranted(path)) return { inspected: null };
  return `cannot be checked: reading it is not granted (--allow-read=` +
    `${folderOf(path)}), or name it with --allow-ffi=${path}`;
}

/** An ffi grant for the path but not for its folder names the path. */
function isJustThisPathGranted(path: string): boolean {
  return !isGranted({ name: "ffi", path: folderOf(path) });
}

function folderOf(path: string): string {
  const end = Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\"));
  return path.slice(0, Math.max(end, 1));
}

/** Whether a permission is granted already; asking never prompts. */
function isGranted(permission: Deno.PermissionDescriptor): boolean {
  return Deno.permissions.querySync(permission).state === "granted";
}

function digestSync({ inspected }: Checked): string | null {
  return inspected === null ? null : sha256Sync(inspected.bytes);
}

async function digestAsync({ inspected }: Checked): Promise<string | null> {
  return inspected === null ? null : await sha256Async(inspected.bytes);
}

/** The first look: a foreign library has neither symbol. */
const PROBE = {
  fp_abi_version: { ...symbols.fp_abi_version, optional: true },
  fp_symbols_hash: { ...symbols.fp_symbols_hash, optional: true },
} as const;

/** Opens what passed the checks; a text is the reason why it cannot be. */
function open(
  { path }: Candidate,
  inspected: Inspected | null,
  sha256: string | null,
): Library | string {
  if (path === null) return "skipped";
  if (inspected !== null && sha256 !== null) {
    const damage = digestMismatch(inspected.manifest, sha256);
    if (damage !== null) return damage;
  }
  try {
    const probe = Deno.dlopen(path, PROBE).symbols;
    const abi = probe.fp_abi_version?.() ?? null;
    const mismatch = abiMismatch(abi, probe.fp_symbols_hash?.() ?? null);
    if (abi === null || mismatch !== null) return mismatch ?? "no ABI version";
    return {
      path,
      bytes: inspected?.bytes.length ?? null,
      sha256,
      abi,
      verified: inspected !== null,
      native: Deno.dlopen(path, symbols).symbols,
    };
  } catch (error) {
    return `cannot be opened: ${textOf(error)}`;
  }
}
