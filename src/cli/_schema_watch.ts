/**
 * `fastpath schema watch`: builds again whenever folders or the list of their
 * order change, whatever happens to them meanwhile.
 *
 * @module
 */

import { statGranted } from "../input.ts";
import { schemaFaults } from "../schema/faults.ts";
import { freePlaces, writeSchemaBuild } from "../schema/write.ts";
import { listPathOf, report } from "./_schema_options.ts";
import { attempted, built, foldersOf, placesOf } from "./_schema_run.ts";
import type { Invocation } from "./command.ts";
import { EXIT } from "./failure.ts";
import { UsageError } from "./flags.ts";
import { printOut } from "./io.ts";

/** How long folders must be quiet before a schema is built again. */
const QUIET_MS = 100;
/** How often folders are looked for that were removed or replaced. */
const LOOK_MS = 500;

/**
 * Builds until it is interrupted. Faults of files are reported and waited
 * for; what is wrong with the command line ends the command at its start.
 *
 * @param invocation The command line.
 * @param output The schema's path.
 * @returns The exit code.
 */
export async function watchSchema(
  invocation: Invocation,
  output: string,
): Promise<number> {
  const { values, signal } = invocation;
  const folders = foldersOf(invocation);
  const list = listPathOf(values);
  let last = { manifest: "", digest: "" };
  try {
    const places = placesOf(invocation, output);
    const { extension } = values;
    const own = freePlaces(places, folders, extension as string[] | undefined);
    using changes = new Changes(folders, list, own, signal);
    const build = async () => {
      const schema = await built(invocation);
      const { output: { digest }, files } = schema.manifest;
      const manifest = JSON.stringify(schema.manifest);
      const isThere = statGranted(output)?.isFile === true;
      if (manifest === last.manifest && isThere) return;
      await writeSchemaBuild(schema, ...places);
      changes.forgetOwn();
      const isNew = digest !== last.digest;
      last = { manifest, digest };
      if (!isNew) return;
      const count = files.length === 1 ? "1 file" : `${files.length} files`;
      await printOut(`${output}: ${count}, sha256 ${digest}\n`);
    };
    try {
      await build();
    } catch (error) {
      if (schemaFaults(error).length === 0) throw error;
      report(error, null);
    }
    while (await changes.next()) await attempted(build);
    return EXIT.cancelled;
  } catch (error) {
    return report(error, null);
  }
}

/** Tells when folders or a list have changed and are quiet again. */
class Changes implements Disposable {
  readonly #folders: readonly string[];
  readonly #list: string | null;
  /** Files that the build itself writes. */
  readonly #own: readonly string[];
  readonly #signal: AbortSignal;
  readonly #looking: ReturnType<typeof setInterval>;
  #watcher: Deno.FsWatcher | null = null;
  #following: Promise<void> = Promise.resolve();
  #isLooking = false;
  /** Which folders are watched, and which list is known. */
  #known: { folders: string; list: string };
  #quiet: ReturnType<typeof setTimeout> | undefined;
  #isDue = false;
  #wake: (() => void) | null = null;

  constructor(
    folders: readonly string[],
    list: string | null,
    own: readonly string[],
    signal: AbortSignal,
  ) {
    this.#folders = folders;
    this.#list = list;
    this.#own = own;
    this.#signal = signal;
    this.#known = { folders: "", list: this.#listMark() };
    try {
      this.#open();
    } catch (error) {
      throw new UsageError(`Cannot watch folders: ${(error as Error).message}`);
    }
    this.#looking = setInterval(() => void this.#look(), LOOK_MS);
    signal.addEventListener("abort", this.#tell, { once: true });
  }

  /** Waits for a change; false where the signal was aborted. */
  async next(): Promise<boolean> {
    while (!this.#isDue && !this.#signal.aborted) {
      await new Promise<void>((resolve) => this.#wake = resolve);
    }
    this.#isDue = false;
    return !this.#signal.aborted;
  }

  /** Says that the list, if it is a file of the build's own, was written. */
  forgetOwn(): void {
    const real = this.#list === null ? null : realOf(this.#list);
    if (real !== null && this.#own.includes(real)) {
      this.#known.list = this.#listMark();
    }
  }

  [Symbol.dispose](): void {
    clearInterval(this.#looking);
    clearTimeout(this.#quiet);
    this.#signal.removeEventListener("abort", this.#tell);
    this.#watcher?.close();
  }

  /** Watches the folders that are there. */
  #open(): void {
    this.#known.folders = this.#folderMarks();
    const there = this.#folders.map(realOf).filter((real) => real !== null);
    if (there.length === 0) return;
    this.#watcher = Deno.watchFs(there);
    this.#following = this.#follow(this.#watcher, new Set(there)).catch(() => {
      this.#known.folders = "";
    });
  }

  /** Watches anew; what was watched under the same names has ended before. */
  async #reopen(): Promise<void> {
    this.#watcher?.close();
    this.#watcher = null;
    await this.#following;
    try {
      this.#open();
    } catch {
      // One is gone already, or cannot be watched now: try again.
      this.#known.folders = "";
    }
  }

  async #follow(
    watcher: Deno.FsWatcher,
    roots: ReadonlySet<string>,
  ): Promise<void> {
    for await (const { kind, paths } of watcher) {
      if (kind === "access" || paths.every((path) => this.#isOwn(path))) {
        continue;
      }
      // Nothing more is told of a folder that was removed, nor of the one
      // that takes its place.
      const isRoot = paths.some((path) => roots.has(path));
      if (isRoot && (kind === "remove" || kind === "rename")) {
        this.#known.folders = "";
      }
      this.#touch();
    }
  }

  #isOwn(path: string): boolean {
    return this.#own.some((own) =>
      path === own || (path.startsWith(`${own}.`) && path.endsWith(".tmp"))
    );
  }

  async #look(): Promise<void> {
    if (this.#isLooking) return;
    this.#isLooking = true;
    const list = this.#listMark();
    const isSameList = list === this.#known.list;
    const isSame = this.#folderMarks() === this.#known.folders;
    this.#known.list = list;
    if (!isSame) await this.#reopen();
    if (!isSame || !isSameList) this.#touch();
    this.#isLooking = false;
  }

  #folderMarks(): string {
    return this.#folders.map((folder) => {
      const facts = factsOf(folder);
      return `${facts?.isDirectory} ${facts?.ino} ${facts?.birthtime}`;
    }).join("\n");
  }

  #listMark(): string {
    const facts = this.#list === null ? null : factsOf(this.#list);
    return `${facts?.ino} ${facts?.size} ${facts?.mtime?.getTime()}`;
  }

  #touch(): void {
    clearTimeout(this.#quiet);
    this.#quiet = setTimeout(this.#tell, QUIET_MS);
  }

  readonly #tell = (): void => {
    this.#isDue = true;
    this.#wake?.();
  };
}

function realOf(path: string): string | null {
  try {
    return Deno.realPathSync(path);
  } catch {
    return null;
  }
}

function factsOf(path: string): Deno.FileInfo | null {
  try {
    return Deno.statSync(path);
  } catch {
    return null;
  }
}
