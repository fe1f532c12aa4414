/**
 * The files of a schema: what the folders have, what an environment lays over
 * them, and where an include leads. Nothing is read here but folders.
 *
 * @module
 */

import { FastpathError } from "../errors.ts";
import { isReadGranted, readFolderSync, reasonOf } from "../files.ts";
import { isNoText } from "../hash/_walk.ts";
import type { Pace } from "../pace.ts";
import { DEPTH_MAX, pathTrouble } from "./_paths.ts";
import { type Kind, kindOf, kindOfFacts, realPath } from "./_disk.ts";
import type { RawFault } from "./faults.ts";
import type { SchemaSettings } from "./options.ts";

/** A file of a schema, before it is read. */
export interface Source {
  /** How the schema names it: with slashes, below the folders' parent. */
  readonly path: string;
  /** The place it takes: its path without the environment's folder. */
  readonly place: string;
  /** The file whose place it takes, or null. */
  readonly overrides: string | null;
  /** Where it lies on the disk, without links; null for bytes in memory. */
  readonly file: string | null;
  readonly bytes: Uint8Array<ArrayBuffer> | null;
}

/** One name in a folder. */
interface Entry {
  readonly name: string;
  readonly kind: Kind;
}

/** Where an include leads; a fault where that cannot be told. */
export type Included = Source | RawFault | "missing" | "escapes";

/** The files of a schema. */
export interface Sources {
  /** By their places. */
  readonly byPlace: ReadonlyMap<string, Source>;
  /**
   * The file that a path names, which need not be one of them: a place, or a
   * file of the environment by its own path.
   */
  readonly find: (path: string) => Included;
  readonly faults: readonly RawFault[];
}

/** A folder that was given. */
interface Root {
  /** Where it lies, without links. */
  readonly real: string;
  /** What stands before the names of its files: empty, or ends in a slash. */
  readonly prefix: string;
}

/** The folder of the environments in every root. */
const ENV = "env";

/**
 * The files of folders.
 *
 * @param folders Paths of folders.
 * @param settings Which files count, and the environment.
 * @param pace Lets other tasks run.
 * @returns The files.
 * @throws {FastpathError} `INPUT_UNREADABLE` if a folder cannot be read.
 * @throws {RangeError} If folders overlap or none has the environment.
 */
export async function sourcesOfFolders(
  folders: readonly string[],
  settings: SchemaSettings,
  pace: Pace,
): Promise<Sources> {
  const roots = rootsOf(folders);
  const walk = new Walk(roots, settings);
  for (const root of roots) await walk.base(root, pace);
  if (settings.env !== null) {
    await walk.overlays(settings.env, pace);
  }
  const overlay = overlayOf(settings);
  return {
    byPlace: walk.byPlace,
    faults: walk.faults,
    find: (path) => {
      const root = roots.find(({ prefix }) => path.startsWith(prefix));
      if (root === undefined) return "escapes";
      return meant(
        path,
        root.prefix,
        overlay,
        (name) =>
          walk.byPlace.get(root.prefix + name) ??
            findOnDisk(name, root, overlay, roots),
      );
    },
  };
}

/**
 * The files of bytes in memory.
 *
 * @param files Paths and bytes.
 * @param settings The environment.
 * @returns The files.
 * @throws {RangeError} If a path is no plain path, too deep or too long, or
 * stands twice.
 */
export function sourcesOfFiles(
  files: Iterable<{ path: string; bytes: Uint8Array<ArrayBuffer> }>,
  settings: SchemaSettings,
): Sources {
  const all = new Map<string, Uint8Array<ArrayBuffer>>();
  for (const { path, bytes } of files) {
    const trouble = pathTrouble(path);
    if (trouble !== null) {
      throw new RangeError(`Cannot build schema: ${trouble}`);
    }
    if (all.has(path)) {
      throw new RangeError(`Cannot build schema: "${path}" is given twice`);
    }
    all.set(path, bytes);
  }
  const { byPlace, find } = placesOf(all, settings);
  return { byPlace, find, faults: [] };
}

function placesOf(
  all: ReadonlyMap<string, Uint8Array<ArrayBuffer>>,
  settings: SchemaSettings,
): Pick<Sources, "byPlace" | "find"> {
  const overlay = overlayOf(settings);
  const byPlace = new Map<string, Source>();
  const at = (place: string): Included => {
    const over = overlay === null ? undefined : all.get(overlay + place);
    const base = isOf(overlay, place) ? undefined : all.get(place);
    const bytes = over ?? base;
    if (bytes === undefined) return "missing";
    const path = over === undefined ? place : overlay + place;
    const overrides = over !== undefined && base !== undefined ? place : null;
    return { path, place, overrides, file: null, bytes };
  };
  let found = overlay === null;
  for (const path of all.keys()) {
    const isOver = isOf(overlay, path);
    found ||= isOver;
    if (!isOver && path.startsWith(`${ENV}/`)) continue;
    const place = isOver ? path.slice(overlay!.length) : path;
    if (isHidden(place) || !isTaken(place, settings.extensions)) continue;
    byPlace.set(place, at(place) as Source);
  }
  if (!found) throw noEnv(settings.env ?? "", []);
  return { byPlace, find: (path) => meant(path, "", overlay, at) };
}

/**
 * What a path means: a place in a folder, or the environment's file that its
 * own path names. Whoever names that does not mean the one below it.
 */
function meant(
  path: string,
  prefix: string,
  overlay: string | null,
  at: (place: string) => Included,
): Included {
  const name = path.slice(prefix.length);
  if (overlay === null || !name.startsWith(overlay)) return at(name);
  const found = at(name.slice(overlay.length));
  return typeof found === "object" && found.path !== path ? "missing" : found;
}

/** What stands before the names of an environment's files; null without one. */
function overlayOf({ env }: SchemaSettings): string | null {
  return env === null ? null : `${ENV}/${env}/`;
}

function isOf(overlay: string | null, path: string): boolean {
  return overlay !== null && path.startsWith(overlay);
}

/** A walk over all roots, first their own files, then the environment's. */
class Walk {
  readonly byPlace: Map<string, Source> = new Map();
  readonly faults: RawFault[] = [];
  readonly #roots: readonly Root[];
  readonly #settings: SchemaSettings;

  constructor(roots: readonly Root[], settings: SchemaSettings) {
    this.#roots = roots;
    this.#settings = settings;
  }

  async base(root: Root, pace: Pace): Promise<void> {
    await this.#folder(root.real, root.prefix, root.prefix, pace);
  }

  async overlays(env: string, pace: Pace): Promise<void> {
    let isFound = false;
    for (const { real, prefix } of this.#roots) {
      const folder = `${real}/${ENV}/${env}`;
      if (kindOf(folder) !== "directory") continue;
      isFound = true;
      if (this.#real(folder, `${prefix}${ENV}/${env}`) === null) continue;
      await this.#folder(folder, `${prefix}${ENV}/${env}/`, prefix, pace);
    }
    if (!isFound) throw noEnv(env, this.#roots);
  }

  /** One tree; `names` is what stands before a path, `places` a place. */
  async #folder(
    top: string,
    names: string,
    places: string,
    pace: Pace,
  ): Promise<void> {
    const open = [""];
    for (let below = open.pop(); below !== undefined; below = open.pop()) {
      if (pace.due()) await pace.rest();
      const folder = `${top}/${below}`;
      const seen = new Set<string>();
      for (const { name, kind } of this.#entries(folder, names + below)) {
        if (name.startsWith(".")) continue;
        const path = names + below + name;
        if (isNoText(name, folder + name, seen)) {
          const isWanted = kind === "directory" ||
            isTaken(name, this.#settings.extensions);
          if (isWanted) this.#unreadable(path, "its name is not UTF-8");
          continue;
        }
        const isEnvs = below === "" && name === ENV && kind === "directory" &&
          names === places;
        if (isEnvs) continue;
        if (kind !== "directory") {
          this.#file(top, { name: below + name, kind }, names, places);
        } else if (below.split("/").length > DEPTH_MAX) {
          this.#unreadable(path, "folders are nested too deeply");
        } else open.push(`${below}${name}/`);
      }
    }
  }

  #entries(folder: string, path: string): Entry[] {
    try {
      return entriesOf(folder);
    } catch (error) {
      this.#unreadable(path, reasonOf(error));
      return [];
    }
  }

  #unreadable(path: string, reason: string): void {
    this.faults.push(unreadableFault(path, reason));
  }

  /** Where a name leads; null, with its fault, where it must not be read. */
  #real(file: string, path: string): string | null {
    let real: string;
    try {
      real = realPath(file);
    } catch (error) {
      // It was there a moment ago.
      this.#unreadable(path, reasonOf(error));
      return null;
    }
    if (isBelow(real, this.#roots)) return real;
    this.faults.push({ code: "SYMLINK_ESCAPES", path });
    return null;
  }

  #file(top: string, entry: Entry, names: string, places: string): void {
    const { name, kind } = entry;
    const path = names + name;
    const file = `${top}/${name}`;
    const target = kind === "symlink" ? kindOf(file) : kind;
    if (target === "directory") {
      this.faults.push({ code: "SYMLINK_TO_DIRECTORY", path });
      return;
    }
    if (!isTaken(name, this.#settings.extensions)) return;
    if (target === "other") {
      this.faults.push({ code: "SPECIAL_FILE", path });
      return;
    }
    // A link that leads nowhere fails when it is read.
    const isLink = kind === "symlink" && target !== null;
    const real = isLink ? this.#real(file, path) : file;
    if (real === null) return;
    const place = places + name;
    const overrides = this.byPlace.get(place)?.path ?? null;
    if (overrides === path) {
      return this.#unreadable(path, "its name stands twice in its folder");
    }
    const source = { path, place, overrides, file: real, bytes: null };
    this.byPlace.set(place, source);
  }
}

function unreadableFault(path: string, reason: string): RawFault {
  return { code: "UNREADABLE", path, args: { reason } };
}

function entriesOf(folder: string): Entry[] {
  return readFolderSync(folder).map((entry) => ({
    name: entry.name,
    kind: kindOfFacts(entry),
  }));
}

function isTaken(name: string, extensions: readonly string[]): boolean {
  return extensions.some((ending) => name.endsWith(ending));
}

/** Whether a name in a path begins with a dot. */
function isHidden(path: string): boolean {
  return path.startsWith(".") || path.includes("/.");
}

function isBelow(real: string, roots: readonly Root[]): boolean {
  return roots.some((root) => real.startsWith(`${root.real}/`));
}

function noEnv(env: string, roots: readonly Root[]): RangeError {
  const known = new Set(roots.flatMap(({ real }) => envsOf(real)));
  const others = known.size === 0
    ? ""
    : `; there is ${[...known].sort().join(", ")}`;
  return new RangeError(
    `Cannot build schema: no folder ${ENV}/${env} in any folder given${others}`,
  );
}

/** The environments of a root; none where that cannot be read. */
function envsOf(root: string): string[] {
  try {
    return entriesOf(`${root}/${ENV}`).flatMap(({ name, kind }) =>
      kind === "directory" ? name : []
    );
  } catch {
    return [];
  }
}

function rootsOf(folders: readonly string[]): Root[] {
  const reals = folders.map(realFolder);
  reals.forEach((real, index) => {
    const other = reals.findIndex((candidate, at) =>
      at !== index && `${real}/`.startsWith(`${candidate}/`)
    );
    if (other < 0) return;
    throw new RangeError(
      `Cannot build schema: the folders "${folders[index]}" and ` +
        `"${folders[other]}" overlap`,
    );
  });
  const shared = reals.length === 1 ? reals[0]! : parentOf(reals);
  return reals.map((real) => ({
    real,
    prefix: real === shared ? "" : `${real.slice(shared.length + 1)}/`,
  }));
}

function realFolder(folder: string): string {
  if (!isReadGranted(folder)) {
    throw unreadable(
      folder,
      `reading it is not granted, run with --allow-read=${folder}`,
    );
  }
  let real: string;
  try {
    real = realPath(folder === "" ? "." : folder);
  } catch (error) {
    throw unreadable(folder, reasonOf(error), error);
  }
  if (kindOf(real) !== "directory") {
    throw unreadable(folder, "it is no folder");
  }
  return real === "/" ? "" : real;
}

function unreadable(
  folder: string,
  reason: string,
  cause?: unknown,
): FastpathError {
  return new FastpathError(
    "INPUT_UNREADABLE",
    `Cannot read folder "${folder}": ${reason}`,
    { cause },
  );
}

/** The deepest folder above several. */
function parentOf(reals: readonly string[]): string {
  const parts = reals.map((real) => real.split("/"));
  const shortest = Math.min(...parts.map(({ length }) => length));
  let same = 0;
  while (
    same < shortest - 1 && parts.every((part) => part[same] === parts[0]![same])
  ) same++;
  return parts[0]!.slice(0, same).join("/");
}

/** A file that an include names and the walk did not take. */
function findOnDisk(
  name: string,
  root: Root,
  overlay: string | null,
  roots: readonly Root[],
): Included {
  const base = !isOf(overlay, name) && isFile(`${root.real}/${name}`);
  const isOver = overlay !== null && isFile(`${root.real}/${overlay}${name}`);
  if (!base && !isOver) return "missing";
  const within = isOver ? overlay + name : name;
  const path = root.prefix + within;
  let file: string;
  try {
    file = realPath(`${root.real}/${within}`);
  } catch (error) {
    return unreadableFault(path, reasonOf(error));
  }
  if (!isBelow(file, roots)) return "escapes";
  const place = root.prefix + name;
  const overrides = isOver && base ? place : null;
  return { path, place, overrides, file, bytes: null };
}

function isFile(path: string): boolean {
  return kindOf(path) === "file";
}
