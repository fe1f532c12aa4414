/**
 * Sets of files in TypeScript: one file after the other, each watched for
 * changes as `_pieces.ts` does it.
 *
 * @module
 */

import { FastpathError } from "../errors.ts";
import {
  type FileFacts,
  isAllReadGranted,
  isSameInode,
  lstatSync,
  type OpenFileSync,
  openWaitless,
  readLinkSync,
  statSync,
} from "../files.ts";
import { isTargetGranted } from "../input.ts";
import { Pace } from "../pace.ts";
import { createHasher } from "./_digest_ts.ts";
import { STATE, stateOf, stateOfFound } from "./_failures.ts";
import { isStill, rest } from "./_pieces.ts";
import type { Entry, SetSettings } from "./_set.ts";
import { type Found, isFolderStill, walk } from "./_walk.ts";

/** Bytes of all digests of a set, at most; natively as well. */
const DIGESTS_BYTES_MAX = 2 ** 30;

/** Bytes read at once. */
const READ_BYTES = 1 << 18;

/** How often progress is told. */
const PROGRESS_MS = 100;

/** A file without a digest, thrown inside this module. */
class Unhashed {
  readonly state: number;
  readonly number: number;

  constructor(state: number, number = 0) {
    this.state = state;
    this.number = number;
  }
}

/**
 * Walks and hashes.
 *
 * @param roots Files and folders.
 * @param settings The settings.
 * @returns The entries in the order of their paths' bytes.
 * @throws The signal's reason if it is aborted.
 */
export async function hashSetTs(
  roots: readonly string[],
  settings: SetSettings,
): Promise<Entry[]> {
  settings.signal?.throwIfAborted();
  const pace = new Pace(settings.signal);
  return await hashFoundTs(await walk(roots, settings, pace), settings);
}

/**
 * Hashes what a walk has found.
 *
 * @param found The paths.
 * @param settings The settings.
 * @returns An entry a path.
 * @throws {FastpathError} `OUT_OF_MEMORY` if the digests are too many bytes.
 * @throws The signal's reason if it is aborted.
 */
export async function hashFoundTs(
  found: readonly Found[],
  settings: SetSettings,
): Promise<Entry[]> {
  if (found.length * settings.spec.length > DIGESTS_BYTES_MAX) {
    throw new FastpathError(
      "OUT_OF_MEMORY",
      "Cannot finish hash.files: memory ran out",
    );
  }
  const run = new Run(settings, found.length);
  const entries: Entry[] = [];
  for (const one of found) {
    entries.push(await run.entryOf(one));
    run.files++;
    run.tell();
    if (run.pace.due()) await run.pace.rest();
  }
  run.tell(true);
  return entries;
}

/** What the files of a set share. */
class Run {
  readonly pace: Pace;
  files = 0;
  readonly #settings: SetSettings;
  readonly #total: number;
  readonly #buffer = new Uint8Array(READ_BYTES);
  readonly #isAllGranted = isAllReadGranted();
  #bytes = 0;
  #toldMs = performance.now();

  constructor(settings: SetSettings, total: number) {
    this.#settings = settings;
    this.#total = total;
    this.pace = new Pace(settings.signal);
  }

  tell(isOver = false): void {
    const { onProgress } = this.#settings;
    if (onProgress === undefined) return;
    const nowMs = performance.now();
    if (!isOver && nowMs - this.#toldMs < PROGRESS_MS) return;
    this.#toldMs = nowMs;
    const [files, filesTotal, bytes] = [this.files, this.#total, this.#bytes];
    onProgress({ files, filesTotal, bytes });
  }

  async entryOf(found: Found): Promise<Entry> {
    const { path, kind } = found;
    try {
      if (kind === "failed") throw new Unhashed(found.state, found.number);
      if (!this.#isAllGranted && !isTargetGranted(path)) {
        throw new Unhashed(STATE.notGranted);
      }
      return kind === "link" ? this.#link(found) : await this.#file(found);
    } catch (error) {
      if (this.#settings.signal?.aborted) throw error;
      const { state, number } = error instanceof Unhashed
        ? error
        : kind === "given"
        ? stateOf(error)
        : stateOfFound(error);
      const digest = new Uint8Array();
      return { path, state, number, isExecutable: false, bytes: 0, digest };
    }
  }

  #link({ path, folder }: Found): Entry {
    const target = readLinkSync(path);
    if (target === null) throw new Unhashed(STATE.targetNotUtf8);
    if (!isFolderStill(folder)) throw new Unhashed(STATE.changed);
    const bytes = new TextEncoder().encode(target);
    const hasher = createHasher(this.#settings.spec);
    hasher.update(bytes);
    this.#bytes += bytes.length;
    return {
      path,
      state: STATE.link,
      number: 0,
      isExecutable: false,
      bytes: bytes.length,
      digest: hasher.finish(),
    };
  }

  async #file(found: Found): Promise<Entry> {
    const { path, kind } = found;
    const isGiven = kind === "given";
    const look = () => isGiven ? statSync(path) : lstatSync(path);
    const facts = look();
    if (facts.isDirectory) throw new Unhashed(STATE.directory);
    // What the walk found was no link.
    if (facts.isSymlink) throw new Unhashed(STATE.changed);
    if (!facts.isFile) throw new Unhashed(STATE.special);
    const file = openWaitless(path, isGiven);
    try {
      const before = file.stat();
      const isThat = before.isFile && isSameInode(before, facts);
      if (!isThat || !await rest(before, () => file.stat())) {
        throw new Unhashed(STATE.changed);
      }
      const entry = await this.#read(path, file, before);
      if (!isFolderStill(found.folder) || !isStill(before, look)) {
        throw new Unhashed(STATE.changed);
      }
      return entry;
    } finally {
      file.close();
    }
  }

  async #read(
    path: string,
    file: OpenFileSync,
    before: FileFacts,
  ): Promise<Entry> {
    const hasher = createHasher(this.#settings.spec);
    // Files that the system makes up say 0 bytes and have more, or say that
    // they have a page and have less.
    const limit = before.size > 0 ? before.size : Infinity;
    let bytes = 0;
    while (true) {
      const read = file.read(this.#buffer);
      if (read === null) break;
      hasher.update(this.#buffer.subarray(0, read));
      bytes += read;
      this.#bytes += read;
      if (bytes > limit) throw new Unhashed(STATE.changed);
      if (this.pace.due()) {
        this.tell();
        await this.pace.rest();
      }
    }
    return {
      path,
      state: STATE.file,
      number: 0,
      isExecutable: ((before.mode ?? 0) & 0o111) !== 0,
      bytes,
      digest: hasher.finish(),
    };
  }
}
