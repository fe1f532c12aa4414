/**
 * Finds the files of a set in TypeScript: roots as they are, folders with
 * everything below them. Links are not followed. The same rules as in
 * `ffi/kernels/src/hash/set/walk.rs`, and the patterns besides.
 *
 * @module
 */

import { compareTexts } from "../values/text_order.ts";
import {
  type FileFacts,
  type FolderEntry,
  isAllReadGranted,
  isSameInode,
  lstatSync,
  openWaitless,
  readFolderSync,
  statSync,
} from "../files.ts";
import { isTargetGranted } from "../input.ts";
import type { Pace } from "../pace.ts";
import { STATE, stateOfFound } from "./_failures.ts";
import { isIgnored, parseIgnore, type Rule, type RuleSet } from "./_ignore.ts";

/** A path of a set before it is read. */
export interface Found {
  /** The root as given, `/`, and the path below it. */
  readonly path: string;
  /** A path of the caller's, a file or a link of a walk, or a failure. */
  readonly kind: "given" | "file" | "link" | "failed";
  /** Why it failed. */
  readonly state: number;
  /**
   * The system's number of the failure; of names in a folder that are not
   * UTF-8 and look the same, how many came before.
   */
  readonly number: number;
  /** The folder that a walk found it in; null for what was given. */
  readonly folder: ListedFolder | null;
}

/** A folder that was listed. */
export interface ListedFolder {
  readonly path: string;
  /** The folder of the caller's that it is, or lies in. */
  readonly root: string;
  /** The folder that it was found in. */
  readonly above: ListedFolder | null;
  /** What was found before it was listed. */
  readonly facts: FileFacts;
}

/** What a walk takes and leaves out. */
export interface WalkOptions {
  readonly walks: boolean;
  readonly links: boolean;
  readonly skipsSpecial: boolean;
  readonly gitignore: boolean;
  readonly globs: readonly Rule[];
}

/** A folder that is still to be listed. */
interface Folder {
  readonly path: string;
  readonly root: string;
  readonly above: ListedFolder | null;
  /** Its path below the root, with a `/` behind it unless empty. */
  readonly below: string;
  readonly ignores: readonly RuleSet[];
}

/**
 * Everything that roots name, by the UTF-8 bytes of the paths; what comes
 * twice is there once.
 *
 * @param roots Files and folders.
 * @param options What is taken and left out.
 * @param pace Lets other tasks run.
 * @returns The paths.
 */
export async function walk(
  roots: readonly string[],
  options: WalkOptions,
  pace: Pace,
): Promise<Found[]> {
  const found: Found[] = [];
  const stack: Folder[] = [];
  const isAllGranted = isAllReadGranted();
  for (const root of roots) {
    if (options.walks && isFolder(root)) {
      stack.push({ path: root, root, above: null, below: "", ignores: [] });
    } else found.push(foundAs("given", root, null));
  }
  const filter = new Filter(options);
  while (true) {
    const folder = stack.pop();
    if (folder === undefined) break;
    if (!isAllGranted && !isTargetGranted(folder.path)) {
      found.push(failed(folder.path, STATE.notGranted));
    } else list(folder, options, filter, found, stack);
    if (pace.due()) await pace.rest();
  }
  return sortedByPath(found);
}

function isFolder(path: string): boolean {
  if (!isTargetGranted(path)) return false;
  try {
    return statSync(path).isDirectory;
  } catch {
    return false;
  }
}

function foundAs(
  kind: Found["kind"],
  path: string,
  folder: ListedFolder | null,
): Found {
  return { path, kind, state: 0, number: 0, folder };
}

function failed(path: string, state: number, number = 0): Found {
  return { path, kind: "failed", state, number, folder: null };
}

/**
 * Whether a folder of a walk still is the one that was listed. One that has
 * become a link is another one: nothing outside the root is read.
 *
 * @param folder The folder; null for none.
 * @returns False where it is gone or another one.
 */
export function isFolderStill(folder: ListedFolder | null): boolean {
  if (folder === null) return true;
  try {
    return isSameInode(folder.facts, factsOf(folder));
  } catch {
    return false;
  }
}

/** A root may be a link to a folder. */
function factsOf({ path, above }: Folder | ListedFolder): FileFacts {
  return above === null ? statSync(path) : lstatSync(path);
}

/** Lists a folder, if it lies in the root before and after. */
function entriesIn(
  folder: Folder,
): { listed: ListedFolder; entries: FolderEntry[] } | null {
  const { path, root, above } = folder;
  const facts = factsOf(folder);
  if (!facts.isDirectory) return null;
  const listed = { path, root, above, facts };
  const entries = readFolderSync(path);
  for (let at: ListedFolder | null = listed; at !== null; at = at.above) {
    if (!isFolderStill(at)) return null;
  }
  return { listed, entries };
}

function list(
  folder: Folder,
  options: WalkOptions,
  filter: Filter,
  found: Found[],
  stack: Folder[],
): void {
  let inside: ReturnType<typeof entriesIn>;
  try {
    inside = entriesIn(folder);
  } catch (error) {
    const { state, number } = stateOfFound(error);
    found.push(failed(folder.path, state, number));
    return;
  }
  if (inside === null) {
    found.push(failed(folder.path, STATE.changed));
    return;
  }
  const { listed, entries } = inside;
  const base = folder.path.endsWith("/") ? folder.path : `${folder.path}/`;
  const { ignores, failure } = filter.rulesIn(folder, base, entries);
  if (failure !== null) found.push(failure);
  const seen = new Set<string>();
  const noTexts = new Map<string, number>();
  for (const entry of entries) {
    const path = base + entry.name;
    const below = folder.below + entry.name;
    if (isNoText(entry.name, path, seen)) {
      // Other names may look the same.
      const before = noTexts.get(path) ?? 0;
      noTexts.set(path, before + 1);
      found.push(failed(path, STATE.notUtf8, before));
    } else if (
      path === failure?.path || filter.leavesOut(ignores, below, entry)
    ) {
      continue;
    } else if (entry.isDirectory) {
      const { root } = folder;
      stack.push({ path, root, above: listed, below: `${below}/`, ignores });
    } else if (entry.isFile) {
      found.push(foundAs("file", path, listed));
    } else if (entry.isSymlink) {
      if (options.links) found.push(foundAs("link", path, listed));
    } else if (!options.skipsSpecial) {
      found.push(failed(path, STATE.special));
    }
  }
}

/**
 * Whether a name is not UTF-8. Runtimes put U+FFFD for what is not, and such
 * a name then names nothing, or a file that has stood in the list before.
 *
 * @param name A name in a folder.
 * @param path Its path.
 * @param seen Names with U+FFFD in the folder so far.
 * @returns True where it cannot be named.
 */
export function isNoText(
  name: string,
  path: string,
  seen: Set<string>,
): boolean {
  if (!name.includes("\uFFFD")) return false;
  if (seen.has(name)) return true;
  seen.add(name);
  try {
    lstatSync(path);
    return false;
  } catch {
    return true;
  }
}

/** What patterns leave out. */
class Filter {
  readonly #gitignore: boolean;
  readonly #globs: readonly Rule[];
  readonly #wantsMatch: boolean;

  constructor({ gitignore, globs }: WalkOptions) {
    this.#gitignore = gitignore;
    this.#globs = globs;
    this.#wantsMatch = globs.some((rule) => !rule.isNegated);
  }

  /**
   * The rules of a folder and of those above it. Where they cannot be read
   * nobody knows which files they choose: that is a failure, whether or not
   * the file that holds them is chosen.
   */
  rulesIn(
    { below, ignores }: Folder,
    base: string,
    entries: readonly FolderEntry[],
  ): { ignores: readonly RuleSet[]; failure: Found | null } {
    const isThere = this.#gitignore &&
      entries.some(({ name, isFile }) => isFile && name === ".gitignore");
    if (!isThere) return { ignores, failure: null };
    const path = `${base}.gitignore`;
    try {
      const own = { rules: parseIgnore(readText(path)), base: below.length };
      return { ignores: [...ignores, own], failure: null };
    } catch (error) {
      const { state, number } = stateOfFound(error);
      return { ignores, failure: failed(path, state, number) };
    }
  }

  leavesOut(
    ignores: readonly RuleSet[],
    below: string,
    { name, isDirectory }: FolderEntry,
  ): boolean {
    if (this.#gitignore) {
      // A worktree's and a submodule's is a file.
      if (name === ".git") return true;
      if (isIgnored(ignores, below, isDirectory) === true) return true;
    }
    if (this.#globs.length === 0) return false;
    const rules = [{ rules: this.#globs, base: 0 }];
    const isGlobbed = isIgnored(rules, below, isDirectory);
    // A glob names what is wanted, one with `!` what is not.
    if (isGlobbed === null) return this.#wantsMatch && !isDirectory;
    return !isGlobbed;
  }
}

function readText(path: string): string {
  const file = openWaitless(path, false);
  try {
    const bytes = new Uint8Array(file.stat().size);
    let done = 0;
    while (done < bytes.length) {
      const read = file.read(bytes.subarray(done));
      if (read === null) break;
      done += read;
    }
    return new TextDecoder().decode(bytes.subarray(0, done));
  } finally {
    file.close();
  }
}

/** Of two of one path the file comes before the failure. */
function sortedByPath(found: Found[]): Found[] {
  const order = pathOrder(found.map(({ path }) => path));
  found.sort((a, b) =>
    order(a.path, b.path) || a.state - b.state || a.number - b.number
  );
  return found.filter(({ path, state, number }, index) => {
    const before = found[index - 1];
    return before?.path !== path || before.state !== state ||
      before.number !== number;
  });
}

/** Characters whose UTF-16 order is not that of their UTF-8 bytes. */
const HIGH = /[\uD800-\uFFFF]/;

/**
 * The order of paths by their UTF-8 bytes.
 *
 * @param paths Paths that will be compared.
 * @returns A function for `sort`.
 */
export function pathOrder(
  paths: readonly string[],
): (a: string, b: string) => number {
  const plain = (a: string, b: string) => a < b ? -1 : a > b ? 1 : 0;
  return paths.some((path) => HIGH.test(path)) ? compareTexts : plain;
}
