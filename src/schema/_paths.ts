/**
 * Paths with slashes, as text: where they lead and whether they stay below.
 *
 * @module
 */

/**
 * A path without `.` and `..`.
 *
 * @param path A path with slashes, below some folder.
 * @returns The path; null where it leads above the folder or is absolute.
 */
export function normalPath(path: string): string | null {
  if (path.startsWith("/")) return null;
  const parts: string[] = [];
  for (const part of path.split("/")) {
    if (part === "" || part === ".") continue;
    if (part !== "..") parts.push(part);
    else if (parts.pop() === undefined) return null;
  }
  return parts.join("/");
}

/**
 * Whether a path names something below a folder, in one way only.
 *
 * @param path A path with slashes.
 * @returns False for empty and absolute ones, and those with `.` or `..`.
 */
export function isPlainPath(path: string): boolean {
  return path !== "" && normalPath(path) === path;
}

/** Folders below folders; deeper ones are a mistake, a loop or an attack. */
export const DEPTH_MAX = 64;

/** Bytes of a path in UTF-8: what Linux opens, without the zero behind it. */
const PATH_BYTES_MAX = 4_095;

/**
 * What keeps a path from naming a file of a schema.
 *
 * @param path A path with slashes.
 * @returns A few words that name it; null for a plain path that is not too
 * long. The folder of an environment does not count as deep, nor does `env`.
 */
export function pathTrouble(path: string): string | null {
  if (!isShort(path)) {
    const begin = `${path.slice(0, 60)}…`;
    return `"${begin}" is longer than ${PATH_BYTES_MAX} bytes`;
  }
  if (!isPlainPath(path)) return `"${path}" is no plain path below a folder`;
  const folders = path.replace(/^env\/[^/]+\//, "").split("/").length - 1;
  return folders > DEPTH_MAX
    ? `"${path}" lies below more than ${DEPTH_MAX} folders`
    : null;
}

function isShort(path: string): boolean {
  if (path.length > PATH_BYTES_MAX) return false;
  return path.length * 3 <= PATH_BYTES_MAX ||
    new TextEncoder().encode(path).length <= PATH_BYTES_MAX;
}
