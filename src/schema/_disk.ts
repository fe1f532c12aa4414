/**
 * What a schema asks of the file system beyond `files.ts`: kinds, real paths
 * and whole files that nobody writes to meanwhile.
 *
 * @module
 */

import {
  type FileFacts,
  isDeno,
  isSameInode,
  isUntouched,
  isWindows,
  lstatSync,
  openSync,
  statSync,
} from "../files.ts";

/** What stands under a name. */
export type Kind = "file" | "directory" | "symlink" | "other";

/** What is used of `node:fs`. */
interface NodeFs {
  realpathSync(path: string): string;
}

/**
 * The kind that a system's facts say.
 *
 * @param facts The facts of a name or of a path.
 * @returns The kind.
 */
export function kindOfFacts(
  facts: { isFile: boolean; isDirectory: boolean; isSymlink: boolean },
): Kind {
  if (facts.isSymlink) return "symlink";
  if (facts.isFile) return "file";
  return facts.isDirectory ? "directory" : "other";
}

/**
 * Where a path leads in the end, with forward slashes.
 *
 * @param path The path.
 * @returns An absolute path without links.
 * @throws What the runtime throws.
 */
export function realPath(path: string): string {
  const real = isDeno ? Deno.realPathSync(path) : realPathOfNode(path);
  return isWindows ? real.replaceAll("\\", "/") : real;
}

function realPathOfNode(path: string): string {
  const fs = globalThis.process.getBuiltinModule(
    "node:fs",
  ) as unknown as NodeFs;
  return fs.realpathSync(path);
}

/**
 * What a path leads to.
 *
 * @param path The path.
 * @returns Its kind, links followed; null where there is nothing.
 */
export function kindOf(path: string): Kind | null {
  try {
    return kindOfFacts(statSync(path));
  } catch {
    return null;
  }
}

/**
 * The bytes of a regular file that nobody writes to or replaces meanwhile.
 *
 * @param path The file; it is no link.
 * @returns Its bytes; null where it changed while it was read.
 * @throws What the runtime throws.
 */
export function readFileWhole(path: string): Uint8Array<ArrayBuffer> | null {
  const named = lstatSync(path);
  // A pipe would be waited for. A link that leads nowhere fails to open.
  if (!named.isFile && !named.isSymlink) return null;
  const file = openSync(path);
  try {
    const before = file.stat();
    if (named.isSymlink || !isSameInode(before, named)) return null;
    // One byte more tells a file that grows.
    const buffer = new Uint8Array(before.size + 1);
    let size = 0;
    while (size < buffer.length) {
      const read = file.read(buffer.subarray(size));
      if (read === null) break;
      size += read;
    }
    const isWhole = size === before.size && stillStands(path, before);
    return isWhole ? buffer.subarray(0, size) : null;
  } finally {
    file.close();
  }
}

/** Asked by its path: a file that was moved away is not what stands there. */
function stillStands(path: string, before: FileFacts): boolean {
  try {
    return isUntouched(before, statSync(path));
  } catch {
    return false;
  }
}
