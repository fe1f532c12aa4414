/**
 * Names that depend on the platform: of the library's file, of its folder
 * and npm package, and paths from `file:` URLs without `node:path`.
 *
 * @module
 */

/** The part of `Deno.build` that the names depend on. */
export interface Build {
  /** The operating system, as Deno names it. */
  readonly os: string;
  /** The processor, as Deno names it. */
  readonly arch: string;
  /** The target triple. */
  readonly target: string;
}

const OS_NAMES: Record<string, string> = { windows: "win32" };
const ARCH_NAMES: Record<string, string> = { x86_64: "x64", aarch64: "arm64" };

/**
 * The platform in Node's names, as npm packages use them.
 *
 * @param build The build to name.
 * @returns For instance `linux-x64`, `linux-arm64-musl`, `win32-x64`.
 */
export function platformName(build: Build): string {
  const os = OS_NAMES[build.os] ?? build.os;
  const arch = ARCH_NAMES[build.arch] ?? build.arch;
  const musl = build.os === "linux" && build.target.includes("musl");
  return `${os}-${arch}${musl ? "-musl" : ""}`;
}

/**
 * The file name of the library.
 *
 * @param os The operating system, as Deno names it.
 * @returns For instance `libfastpath.so`.
 */
export function libraryFileName(os: string): string {
  if (os === "windows") return "fastpath.dll";
  return os === "darwin" ? "libfastpath.dylib" : "libfastpath.so";
}

/**
 * The path of a `file:` URL.
 *
 * @param url A `file:` URL.
 * @param os The operating system, as Deno names it.
 * @returns The absolute path in the system's own form.
 */
export function pathOfUrl(url: URL, os: string): string {
  const path = decodeURIComponent(url.pathname);
  return os === "windows" ? path.slice(1).replaceAll("/", "\\") : path;
}

/**
 * Makes a path that a user gave absolute.
 *
 * @param path A path or the text of a `file:` URL.
 * @param os The operating system, as Deno names it.
 * @param cwd The folder that a relative path starts from.
 * @returns An absolute path.
 */
export function absolutePath(path: string, os: string, cwd: string): string {
  if (path.startsWith("file:")) return pathOfUrl(new URL(path), os);
  const separator = os === "windows" ? "\\" : "/";
  if (isAbsolute(path, os)) return path;
  return cwd.endsWith(separator) ? cwd + path : cwd + separator + path;
}

function isAbsolute(path: string, os: string): boolean {
  if (os !== "windows") return path.startsWith("/");
  const drive = path.charCodeAt(0) | 32;
  const hasDrive = drive >= 97 && drive <= 122 && path[1] === ":";
  return path.startsWith("\\\\") ||
    hasDrive && (path[2] === "\\" || path[2] === "/");
}
