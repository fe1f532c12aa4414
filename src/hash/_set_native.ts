/**
 * Sets of files by the native engine: one call walks, reads and hashes.
 * Where patterns choose the files, TypeScript walks and the call takes the
 * list.
 *
 * @module
 */

import { checkStatus, encodeConfig } from "../../ffi/call.ts";
import { Control } from "../../ffi/control.ts";
import { NativeHandle } from "../../ffi/handle.ts";
import { readablePath } from "../../ffi/readable.ts";
import type { Native } from "../backend.ts";
import { isAllReadGranted } from "../files.ts";
import { Pace } from "../pace.ts";
import { failureOf } from "./_failures.ts";
import type { Entry, SetLines, SetSettings } from "./_set.ts";
import { hashFoundTs, hashSetTs } from "./_set_ts.ts";
import { type Found, pathOrder, walk as walkTs } from "./_walk.ts";

/** The kernel's name in messages. */
const KERNEL = "hash.files";

/** Bytes of a record and of the sizes; see `ffi/abi/src/exports/hash.rs`. */
const RECORD_BYTES = 16;
const SIZES_BYTES = 40;

/** The parts of what came of a set, and where their sizes stand. */
const PART = { paths: 0, digests: 1, records: 2, lines: 3 } as const;

/** A set that has run, open until its parts are taken. */
interface Ran {
  readonly handle: NativeHandle;
  readonly sizes: Float64Array;
}

/**
 * Walks and hashes.
 *
 * @param native The library.
 * @param roots Files and folders.
 * @param settings The settings.
 * @returns The entries in the order of their paths' bytes.
 * @throws {NativePanic} If the kernel panicked.
 * @throws The signal's reason if it is aborted.
 */
export async function hashSetNative(
  native: Native,
  roots: readonly string[],
  settings: SetSettings,
): Promise<Entry[]> {
  if (!mayOpenAll(roots, settings)) return await hashSetTs(roots, settings);
  const { paths, others } = await chosen(roots, settings);
  const entries = await withSet(
    native,
    paths,
    settings,
    (ran) => entriesOf(native, ran, settings.spec.length),
  );
  if (others.length === 0) return entries;
  entries.push(...await hashFoundTs(others, quiet(settings)));
  const order = pathOrder(entries.map(({ path }) => path));
  return entries.sort((a, b) => order(a.path, b.path) || a.state - b.state);
}

/**
 * Walks and hashes, and gives the lines of a manifest: no text is made for a
 * file that can be read.
 *
 * @param native The library.
 * @param roots Files and folders.
 * @param settings The settings; links are not hashed.
 * @returns The lines, and what failed; null where native code may not open
 * the files.
 * @throws {NativePanic} If the kernel panicked.
 * @throws The signal's reason if it is aborted.
 */
export async function hashLinesNative(
  native: Native,
  roots: readonly string[],
  settings: SetSettings,
): Promise<SetLines | null> {
  if (!mayOpenAll(roots, settings)) return null;
  const { paths, others } = await chosen(roots, settings);
  const { lines, failed } = await withSet(native, paths, settings, (ran) => ({
    lines: [take(native, ran, PART.lines)],
    failed: failedOf(native, ran),
  }));
  if (others.length > 0) {
    failed.push(...others);
    const order = pathOrder(failed.map(({ path }) => path));
    failed.sort((a, b) => order(a.path, b.path) || a.state - b.state);
  }
  const failures = failed.map(({ path, state, number }) =>
    failureOf(path, state, number)
  );
  return { lines, failures };
}

/** What has been told already is not told again. */
function quiet(settings: SetSettings): SetSettings {
  return { ...settings, onProgress: undefined };
}

/**
 * Native code may open everything, or just these paths: folders of a walk
 * lie below their roots, and links in them are not followed.
 */
function mayOpenAll(roots: readonly string[], { walks }: SetSettings): boolean {
  if (isAllReadGranted()) return true;
  // Part of a folder may be denied: only files are asked about one by one.
  return !walks && roots.every((root) => readablePath(root) === root);
}

/** What a run is about. */
interface Paths {
  /** Files and folders. */
  readonly given: readonly string[];
  /** Folders, each with the paths below it that patterns chose. */
  readonly chosen: ReadonlyMap<string, readonly string[]>;
  /** Whether folders among the given are walked. */
  readonly walk: boolean;
}

/** The files that patterns choose, where there are any; and what is none. */
async function chosen(
  roots: readonly string[],
  settings: SetSettings,
): Promise<{ paths: Paths; others: Found[] }> {
  const { globs, gitignore, signal } = settings;
  const chosen = new Map<string, string[]>();
  if (globs.length === 0 && !gitignore) {
    const { walks: walk } = settings;
    return { paths: { given: roots, chosen, walk }, others: [] };
  }
  const given: string[] = [];
  const others: Found[] = [];
  for (const found of await walkTs(roots, settings, new Pace(signal))) {
    const { path, kind, folder } = found;
    if (kind === "given") given.push(path);
    else if (kind !== "file" || folder === null) others.push(found);
    else {
      const { root } = folder;
      const below = path.slice(
        root.endsWith("/") ? root.length : root.length + 1,
      );
      const files = chosen.get(root);
      if (files === undefined) chosen.set(root, [below]);
      else files.push(below);
    }
  }
  return { paths: { given, chosen, walk: false }, others };
}

/** Groups have a NUL more between them; see `SetOptions` in `set/mod.rs`. */
function textOf(chosen: Paths["chosen"]): string {
  const groups = Array.from(chosen, ([root, files]) => [root, ...files]);
  return groups.map((group) => group.join("\0")).join("\0\0");
}

async function withSet<T>(
  native: Native,
  { given, chosen, walk }: Paths,
  settings: SetSettings,
  body: (ran: Ran) => T,
): Promise<T> {
  const { spec, signal, onProgress } = settings;
  const config = encodeConfig({
    algorithm: spec.algorithm,
    length: spec.length,
    key: spec.key,
    context: spec.context,
    roots: given.join("\0"),
    chosen: textOf(chosen),
    walk,
    links: settings.links,
    skipSpecial: settings.skipsSpecial,
    threads: settings.threads,
    maxOpen: settings.maxOpen,
  });
  const status = native.fp_hash_set_open(config, config.length);
  using handle = new NativeHandle(native, status, KERNEL);
  const tell = (control: Control) =>
    onProgress?.({
      files: control.filesDone,
      filesTotal: control.filesTotal,
      bytes: control.bytesDone,
    });
  using control: Control = new Control({
    signal,
    onProgress: onProgress && (() => tell(control)),
  });
  const { cells } = control;
  const out = new Uint8Array(SIZES_BYTES);
  const ran = await native.fp_hash_set_run_async(
    handle.id,
    cells,
    cells.length,
    out,
    out.length,
  );
  handle.check(ran, { signal });
  tell(control);
  return body({ handle, sizes: new Float64Array(out.buffer) });
}

function take(
  native: Native,
  { handle, sizes }: Ran,
  part: number,
): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(sizes[part + 1] ?? 0);
  const status = native.fp_hash_set_take(handle.id, part, out, out.length);
  checkStatus(handle.check(status), KERNEL);
  return out;
}

function pathsIn(native: Native, ran: Ran): string[] {
  const text = new TextDecoder().decode(take(native, ran, PART.paths));
  return text === "" ? [] : text.slice(0, -1).split("\0");
}

function entriesOf(native: Native, ran: Ran, length: number): Entry[] {
  const records = new DataView(take(native, ran, PART.records).buffer);
  const digests = take(native, ran, PART.digests);
  return pathsIn(native, ran).map((path, index) => {
    const at = index * RECORD_BYTES;
    const state = records.getUint8(at);
    const isHashed = state < 10;
    return {
      path,
      state,
      number: records.getUint32(at + 4, true),
      isExecutable: records.getUint8(at + 1) !== 0,
      bytes: records.getFloat64(at + 8, true),
      digest: isHashed
        ? digests.subarray(index * length, (index + 1) * length)
        : new Uint8Array(),
    };
  });
}

/** Paths are looked at only where something failed. */
function failedOf(
  native: Native,
  ran: Ran,
): Pick<Found, "path" | "state" | "number">[] {
  const records = take(native, ran, PART.records);
  const view = new DataView(records.buffer);
  const failed: Pick<Found, "path" | "state" | "number">[] = [];
  let paths: string[] | undefined;
  for (let at = 0; at < records.length; at += RECORD_BYTES) {
    const state = records[at] ?? 0;
    if (state < 10) continue;
    paths ??= pathsIn(native, ran);
    const path = paths[at / RECORD_BYTES] ?? "";
    failed.push({ path, state, number: view.getUint32(at + 4, true) });
  }
  return failed;
}
