/**
 * Where files that are written lead to, and which places a schema may not
 * take: those of its own files, and those where the next build finds it.
 *
 * @module
 */

import { FastpathError } from "../errors.ts";
import {
  isDeno,
  isReadGranted,
  isWindows,
  lstatSync,
  readLinkSync,
  reasonOf,
  statSync,
} from "../files.ts";
import { realPath } from "./_disk.ts";
import type { Origin } from "./_origin.ts";

/** A place to write a file to. */
export interface Target {
  /** The path as given. */
  readonly given: string;
  /** Where it leads, without links. */
  readonly path: string;
  /** Whether a file lies there. */
  readonly isThere: boolean;
  /** Its bits of permission, where known. */
  readonly mode: number | null;
}

const ABSOLUTE = isWindows ? /^([\\/]|[A-Za-z]:)/ : /^\//;

/** Links that lead to links; more are a circle. */
const LINKS_MAX = 40;

/**
 * Where a file to write lies in the end. A link is followed, also where it
 * leads to nothing yet.
 *
 * @param given A path.
 * @returns The place.
 * @throws {FastpathError} `OUTPUT_UNWRITABLE` if no file can be there: its
 * folder is missing, a folder has the name, or access is not granted.
 */
export function targetOf(given: string): Target {
  try {
    assertGranted(given);
    const path = leadsTo(given);
    assertGranted(path);
    return { given, path, ...fileAt(path) };
  } catch (cause) {
    throw unwritable(given, cause);
  }
}

/** Never prompts. The file is written beside its place, under another name. */
function assertGranted(given: string): void {
  const beside = `${given}.tmp`;
  if (!isReadGranted(beside)) {
    throw new Error(
      "reading it is not granted, run with --allow-read for its folder as " +
        "well: a file is renamed in the end",
    );
  }
  if (!isDeno) return;
  const query = { name: "write", path: beside } as const;
  if (Deno.permissions.querySync(query).state === "granted") return;
  throw new Error(
    "writing it is not granted, run with --allow-write for its folder",
  );
}

function leadsTo(given: string): string {
  let path = given;
  for (let left = LINKS_MAX; left > 0; left--) {
    if (isThere(path)) return realPath(path);
    const [folder, leaf] = split(path);
    const link = linkAt(path);
    if (link === null) {
      return `${realPath(folder || ".").replace(/\/$/, "")}/${leaf}`;
    }
    path = ABSOLUTE.test(link) ? link : folder + link;
  }
  throw new Error("its links lead in a circle");
}

/** What stands before the name, with the slash, and the name. */
function split(path: string): [string, string] {
  const slash = Math.max(
    path.lastIndexOf("/"),
    isWindows ? path.lastIndexOf("\\") : -1,
  );
  return [path.slice(0, slash + 1), path.slice(slash + 1)];
}

function isThere(path: string): boolean {
  try {
    statSync(path);
    return true;
  } catch (error) {
    if (isNotFound(error)) return false;
    throw error;
  }
}

/** The text of a link that leads to nothing; null where there is none. */
function linkAt(path: string): string | null {
  try {
    return lstatSync(path).isSymlink ? readLinkSync(path) : null;
  } catch (error) {
    if (isNotFound(error)) return null;
    throw error;
  }
}

function fileAt(path: string): Pick<Target, "isThere" | "mode"> {
  if (!isThere(path)) return { isThere: false, mode: null };
  const { isFile, isDirectory, mode } = statSync(path);
  if (isDirectory) throw new Error("it is a directory");
  if (!isFile) throw new Error("it is no regular file");
  return { isThere: true, mode: mode === null ? null : mode & 0o777 };
}

function isNotFound(error: unknown): boolean {
  const { code, name } = error as { code?: string; name?: string };
  return /^(NotFound|ENOENT)$/.test(code ?? name ?? "");
}

/**
 * The error of a file that cannot be written.
 *
 * @param path The path as given.
 * @param cause What the runtime threw.
 * @returns An error `OUTPUT_UNWRITABLE`.
 */
export function unwritable(path: string, cause: unknown): FastpathError {
  const reason = isNotFound(cause) ? "no such folder" : reasonOf(cause);
  return new FastpathError(
    "OUTPUT_UNWRITABLE",
    `Cannot write "${path}": ${reason}`,
    { cause },
  );
}

/**
 * Refuses to write where a file of the schema lies, where the next build
 * would take what is written for one, and two files at one place.
 *
 * @param targets The places.
 * @param origin What the schema was built from.
 * @throws {RangeError} If a place is one of these.
 */
export function assertFree(targets: readonly Target[], origin: Origin): void {
  const [first, second] = targets;
  if (second !== undefined && first!.path === second.path) {
    throw new RangeError(
      `Cannot write schema: "${second.given}" would be both the schema and ` +
        "its manifest, give one of them another name",
    );
  }
  const roots = origin.folders.map((given) => ({ given, real: realOf(given) }));
  for (const { given, path } of targets) {
    if (isOneOf(origin.files, path)) {
      throw refused(given, "is one of the files that the schema is built from");
    }
    const root = roots.find(({ real }) =>
      real !== null && isTakenBelow(real, path, origin.extensions)
    );
    if (root === undefined) continue;
    throw refused(
      given,
      `lies in the folder "${root.given}", whose next build would take it ` +
        "for one of its files",
    );
  }
}

function refused(given: string, why: string): RangeError {
  return new RangeError(
    `Cannot write schema: "${given}" ${why}; put it elsewhere or give it ` +
      "another ending",
  );
}

/** Whether a place is that of a file. Only folders may still be links. */
function isOneOf(files: readonly string[], path: string): boolean {
  const [, leaf] = split(path);
  return files.some((file) =>
    file === path || (file.endsWith(`/${leaf}`) && realOf(file) === path)
  );
}

/** Whether a build of a folder takes a file, with whatever environment. */
function isTakenBelow(
  root: string,
  path: string,
  extensions: readonly string[],
): boolean {
  const top = root.endsWith("/") ? root : `${root}/`;
  if (!path.startsWith(top)) return false;
  const isHidden = path.slice(top.length).split("/")
    .some((name) => name.startsWith("."));
  return !isHidden && extensions.some((ending) => path.endsWith(ending));
}

function realOf(path: string): string | null {
  try {
    return realPath(path === "" ? "." : path);
  } catch {
    return null;
  }
}
