/**
 * Which engine runs, and why: the native library or TypeScript. Every
 * operation asks here; nothing else looks for the library. Importing this
 * module opens nothing, asks for no permission and never fails.
 *
 * @module
 */

import { NativePanic, panics } from "../ffi/call.ts";
import {
  type Attempt,
  findLibrary,
  findLibraryAsync,
  type Library,
  type Native,
  type Search,
} from "../ffi/library.ts";
import { FastpathError } from "./errors.ts";
import { type KernelName, NATIVE_FROM } from "./thresholds.ts";

export type { Attempt, KernelName, Native };

/**
 * Which engine a caller asks for. `auto`: native where it is available and
 * pays. `native`: an error where the library is absent. `typescript`: never
 * opens the library.
 */
export type EngineMode = "auto" | "native" | "typescript";

/** An engine and why it is the one. */
export interface EngineInfo {
  /** The engine that runs. */
  name: "native" | "typescript";
  /** Why, in a few words. */
  reason: string;
}

/** The library in use. */
export interface LibraryInfo {
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
}

/** What `backendInfo` tells. */
export interface BackendInfo {
  /** The engine of a large enough input, and why. */
  engine: EngineInfo;
  /** The library in use, or null. */
  library: LibraryInfo | null;
  /** Where the library was looked for, in order, and what came of it. */
  attempts: Attempt[];
  /** How often a native kernel panicked so far. */
  panics: { kernel: string; count: number }[];
}

/** What `configureBackend` sets. */
export interface BackendOptions {
  /** The engine; wins over `FASTPATH_BACKEND`. */
  engine?: EngineMode;
  /** The library to try first; wins over `FASTPATH_LIB`. */
  libraryPath?: string | URL;
}

const MODES: readonly string[] = ["auto", "native", "typescript"];

/** Everything this module remembers. */
const state: {
  options: BackendOptions;
  /** The process's mode and who set it, once it has been asked for. */
  mode: { mode: EngineMode; setBy: string } | null;
  search: Search | null;
  /** The asynchronous search while it runs. */
  pending: Promise<Search> | null;
} = { options: {}, mode: null, search: null, pending: null };

/**
 * Sets the engine and the library of this process or Worker, before or
 * between operations. What was set before and is absent now is unset.
 *
 * @param options The engine and the library's path.
 * @throws {RangeError} If the engine is not a known one.
 *
 * @example Never open the library
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { backendInfo, configureBackend } from "@fastpath/fastpath";
 *
 * configureBackend({ engine: "typescript" });
 * assertEquals(backendInfo().engine.name, "typescript");
 * configureBackend({});
 * ```
 */
export function configureBackend(options: BackendOptions): void {
  if (options.engine !== undefined) {
    assertMode(options.engine, "the option engine");
  }
  const isOtherLibrary =
    String(options.libraryPath) !== String(state.options.libraryPath);
  state.options = { ...options };
  state.mode = null;
  if (isOtherLibrary) {
    state.search = null;
    state.pending = null;
  }
}

/**
 * The engine mode that holds for a call: its own option, else
 * `configureBackend`, else `FASTPATH_BACKEND` where reading it is granted,
 * else `auto`.
 *
 * @param engine The call's own option.
 * @returns The mode.
 * @throws {RangeError} If a value is not a known mode.
 */
export function engineMode(engine?: EngineMode): EngineMode {
  if (engine !== undefined) {
    assertMode(engine, "the option engine");
    return engine;
  }
  state.mode ??= processMode();
  return state.mode.mode;
}

/**
 * The native library if it is to run a call, or null for TypeScript. The
 * library is searched and opened on the first call that wants it.
 *
 * @param kernel The kernel's name.
 * @param size Bytes of input; `Infinity` for a stream.
 * @param engine The call's own option.
 * @returns The library's functions, or null.
 * @throws {FastpathError} `NATIVE_UNAVAILABLE` if the mode is `native` and
 * there is no library.
 */
export function engineFor(
  kernel: KernelName,
  size: number,
  engine?: EngineMode,
): Native | null {
  const mode = engineMode(engine);
  if (mode === "typescript") return null;
  if (mode === "auto" && size < NATIVE_FROM[kernel]) return null;
  return nativeOf(searchNow(), mode);
}

/**
 * Like `engineFor`, for asynchronous operations: it also tries the npm
 * package, and checks the library by a faster route (2 ms against 20 ms).
 *
 * @param kernel The kernel's name.
 * @param size Bytes of input; `Infinity` for a stream.
 * @param engine The call's own option.
 * @returns The library's functions, or null.
 * @throws {FastpathError} `NATIVE_UNAVAILABLE` if the mode is `native` and
 * there is no library.
 */
export async function engineForAsync(
  kernel: KernelName,
  size: number,
  engine?: EngineMode,
): Promise<Native | null> {
  const mode = engineMode(engine);
  if (mode === "typescript") return null;
  if (mode === "auto" && size < NATIVE_FROM[kernel]) return null;
  return nativeOf(await searchFully(), mode);
}

/**
 * Says which engine `engineFor` chose for a call, and why.
 *
 * @param kernel The kernel's name.
 * @param size Bytes of input; `Infinity` for a stream.
 * @param engine The call's own option.
 * @returns The engine and the reason.
 */
export function explainEngine(
  kernel: KernelName,
  size: number,
  engine?: EngineMode,
): EngineInfo {
  const mode = engineMode(engine);
  const from = NATIVE_FROM[kernel];
  if (mode === "auto" && size < from) {
    const reason = `${size} bytes, native pays from ${from} bytes`;
    return { name: "typescript", reason };
  }
  return explainMode(
    mode,
    engine === undefined ? setBy() : "the option engine",
  );
}

/**
 * Called with what a stateless native call threw. Returns if the call is to
 * be repeated in TypeScript: a kernel panicked and the mode is not `native`.
 * Throws the error again in every other case.
 *
 * @param error What was thrown.
 * @param engine The call's own option.
 */
export function recover(error: unknown, engine?: EngineMode): void {
  if (error instanceof NativePanic && engineMode(engine) !== "native") return;
  throw error;
}

/**
 * Which engine is used, which library, and what was tried to find it. Looks
 * for the library unless the engine is set to `typescript`.
 *
 * @returns What the backend knows.
 * @throws {RangeError} If `FASTPATH_BACKEND` is not a known engine.
 *
 * @example Print the engine
 * ```ts
 * import { assert } from "@std/assert";
 * import { backendInfo } from "@fastpath/fastpath";
 *
 * const { engine } = backendInfo();
 * assert(engine.name === "native" || engine.name === "typescript");
 * ```
 */
export function backendInfo(): BackendInfo {
  if (engineMode() !== "typescript") searchNow();
  return describe();
}

/**
 * Like `backendInfo`, after a search that includes the npm package.
 *
 * @returns What the backend knows.
 * @throws {RangeError} If `FASTPATH_BACKEND` is not a known engine.
 *
 * @example Print where the library was looked for
 * ```ts
 * import { assert } from "@std/assert";
 * import { loadBackend } from "@fastpath/fastpath";
 *
 * const { library, attempts } = await loadBackend();
 * assert(library === null || attempts.at(-1)?.result === "opened");
 * ```
 */
export async function loadBackend(): Promise<BackendInfo> {
  if (engineMode() !== "typescript") await searchFully();
  return describe();
}

function describe(): BackendInfo {
  const mode = engineMode();
  const search = mode === "typescript" ? null : state.search;
  return {
    engine: explainMode(mode, setBy()),
    library: libraryInfo(search?.library ?? null),
    attempts: search?.attempts.map((attempt) => ({ ...attempt })) ?? [],
    panics: panics(),
  };
}

function libraryInfo(library: Library | null): LibraryInfo | null {
  if (library === null) return null;
  const { path, bytes, sha256, abi, verified } = library;
  return { path, bytes, sha256, abi, verified };
}

function explainMode(mode: EngineMode, setBy: string): EngineInfo {
  if (mode === "typescript") {
    return { name: "typescript", reason: `set by ${setBy}` };
  }
  const library = state.search?.library ?? null;
  if (library === null) {
    return { name: "typescript", reason: whyNone(state.search) };
  }
  const reason = library.verified
    ? "the native library is present and matches its manifest"
    : "the native library is present, unchecked for want of read permission";
  return { name: "native", reason };
}

/** The last step that led to a path says best why there is no library. */
function whyNone(search: Search | null): string {
  const attempt = search?.attempts.findLast(({ path }) => path !== null) ??
    search?.attempts.at(-1);
  return attempt === undefined
    ? "the native library has not been looked for"
    : `no native library: ${attempt.path ?? attempt.step}: ${attempt.result}`;
}

function nativeOf(search: Search, mode: EngineMode): Native | null {
  if (search.library !== null) return search.library.native;
  if (mode !== "native") return null;
  throw new FastpathError(
    "NATIVE_UNAVAILABLE",
    `Cannot use the native engine: ${whyNone(search)}`,
    { details: { attempts: search.attempts } },
  );
}

function searchNow(): Search {
  state.search ??= findLibrary(searchOptions());
  return state.search;
}

async function searchFully(): Promise<Search> {
  const found = state.search;
  if (found !== null && !found.npmPending) return found;
  state.pending ??= findLibraryAsync(searchOptions());
  const pending = state.pending;
  const search = await pending;
  // configureBackend may have named another library meanwhile.
  if (state.pending !== pending) return searchFully();
  state.search = search;
  return search;
}

function searchOptions(): { libraryPath?: string } {
  const { libraryPath } = state.options;
  return libraryPath === undefined ? {} : { libraryPath: String(libraryPath) };
}

function setBy(): string {
  state.mode ??= processMode();
  return state.mode.setBy;
}

function processMode(): { mode: EngineMode; setBy: string } {
  if (state.options.engine !== undefined) {
    return { mode: state.options.engine, setBy: "the option engine" };
  }
  const value = granted("FASTPATH_BACKEND");
  if (value === undefined || value === "") {
    return { mode: "auto", setBy: "default" };
  }
  assertMode(value, "FASTPATH_BACKEND");
  return { mode: value, setBy: `FASTPATH_BACKEND=${value}` };
}

/** An environment variable, where reading it is granted already. */
function granted(variable: string): string | undefined {
  if (typeof Deno === "undefined") return undefined;
  const query = { name: "env", variable } as const;
  const isGranted = Deno.permissions.querySync(query).state === "granted";
  return isGranted ? Deno.env.get(variable) : undefined;
}

function assertMode(
  value: string,
  source: string,
): asserts value is EngineMode {
  if (MODES.includes(value)) return;
  throw new RangeError(
    `Cannot choose the engine: ${source} must be auto, native or ` +
      `typescript: it is "${value}"`,
  );
}
