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
