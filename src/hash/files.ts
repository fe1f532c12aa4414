/**
 * Digests of files: of one, and of lists and trees of them.
 *
 * @module
 */

import { engineForAsync, recover } from "../backend.ts";
import type { FastpathError } from "../errors.ts";
import { hexOf } from "../runtime.ts";
import { digest } from "./digest.ts";
import { failureOf, STATE } from "./_failures.ts";
import { manifestLine } from "./_manifest.ts";
import {
  checkSetOptions,
  type Entry,
  pathsOf,
  type SetLines,
  type SetOptions,
  type SetSettings,
} from "./_set.ts";
import { hashLinesNative, hashSetNative } from "./_set_native.ts";
import { hashSetTs } from "./_set_ts.ts";
import type { DigestOptions, HashAlgorithm } from "./options.ts";

/** Options of `hashFile`. */
export type HashFileOptions = Omit<DigestOptions, "encoding">;

/** Options of `hashFiles`. */
export interface HashFilesOptions
  extends
    SetOptions,
    Pick<DigestOptions, "algorithm" | "length" | "key" | "context"> {
  /** Whether folders are walked (default); otherwise they are failures. */
  readonly walk?: boolean;
}

/** The digest of a file. */
export interface FileDigest {
  /** The path as given, or that of a folder, `/` and the path below it. */
  readonly path: string;
  /** Bytes of the file. */
  readonly bytes: number;
  /** The digest in lower-case hex. */
  readonly digest: string;
}

/** The digests of files, and what has none. */
export interface FileDigests {
  /** What was computed. */
  readonly algorithm: HashAlgorithm;
  /** The files by the UTF-8 bytes of their paths. */
  readonly files: FileDigest[];
  /** Files without a digest: an error each, with code `INPUT_UNREADABLE`. */
  readonly failures: FastpathError[];
}

/**
 * The digest of one file. It is that of `digest`, which also takes bytes and
 * streams.
 *
 * @param path The file; a link is followed.
 * @param options Algorithm and more.
 * @returns The path as given, the bytes and the digest.
 * @throws {FastpathError} `INPUT_UNREADABLE` if it cannot be read or changes
 * meanwhile.
 * @throws {TypeError} If the path or an option has the wrong type.
 * @throws {RangeError} If an option has a value that is not allowed.
 * @throws The signal's reason if it is aborted.
 *
 * @example SHA-512 of a file
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { hashFile } from "@fastpath/fastpath";
 *
 * const path = await Deno.makeTempFile();
 * await Deno.writeTextFile(path, "abc");
 * const file = await hashFile(path, { algorithm: "sha512" });
 * assertEquals([file.path, file.bytes], [path, 3]);
 * assertEquals(file.digest.slice(0, 16), "ddaf35a193617aba");
 * await Deno.remove(path);
 * ```
 */
export async function hashFile(
  path: string | URL,
  options: HashFileOptions = {},
): Promise<FileDigest> {
  const [text = ""] = pathsOf([path]);
  if (text.length > 1 && text.endsWith("/")) {
    throw failureOf(text, STATE.notADirectory, 0);
  }
  let bytes = 0;
  const result = await digest(path, {
    ...options,
    onProgress(bytesDone) {
      bytes = bytesDone;
      options.onProgress?.(bytesDone);
    },
  });
  return { path: text, bytes, digest: result };
}

/**
 * The digests of files and of all files in folders, by the UTF-8 bytes of
 * their paths. What cannot be read, or changes while it is read, is among the
 * failures; the rest goes on. Links that a folder holds are left out, and
 * never followed; links given are. Where patterns choose no file there are
 * none. The native engine reads on several threads and hashes many files at
 * once.
 *
 * @param paths Files and folders.
 * @param options Algorithm, what is left out, and more.
 * @returns The digests and the failures.
 * @throws {FastpathError} If memory runs out, the native library is required
 * but absent, or a native kernel panicked and the engine is `native`.
 * @throws {TypeError} If a path or an option has the wrong type.
 * @throws {RangeError} If a path is empty, holds a NUL or half a surrogate
 * pair, or an option has a value that is not allowed.
 * @throws The signal's reason if it is aborted.
 *
 * @example The TypeScript files of a folder
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { hashFiles } from "@fastpath/fastpath";
 *
 * const folder = await Deno.makeTempDir();
 * await Deno.writeTextFile(`${folder}/a.ts`, "abc");
 * await Deno.writeTextFile(`${folder}/b.md`, "abc");
 * const { files, failures } = await hashFiles(folder, { globs: ["*.ts"] });
 * assertEquals(files.map(({ path }) => path), [`${folder}/a.ts`]);
 * assertEquals(files[0]?.digest.slice(0, 16), "ba7816bf8f01cfea");
 * assertEquals(failures, []);
 * await Deno.remove(folder, { recursive: true });
 * ```
 */
export async function hashFiles(
  paths: string | URL | readonly (string | URL)[],
  options: HashFilesOptions = {},
): Promise<FileDigests> {
  const settings = settingsOf(options);
  const entries = await hashSet(pathsOf(paths), settings);
  const files: FileDigest[] = [];
  for (const { path, state, bytes, digest } of entries) {
    if (state < 10) files.push({ path, bytes, digest: hexOf(digest) });
  }
  const { algorithm } = settings.spec;
  return { algorithm, files, failures: failuresIn(entries) };
}

function settingsOf(options: HashFilesOptions): SetSettings {
  const { walk: walks = true } = options;
  if (typeof walks !== "boolean") {
    throw new TypeError("Cannot hash files: the option walk is no boolean");
  }
  return checkSetOptions(options, options, { walks, links: false });
}

/**
 * The same as the lines of a manifest, for the command line: with the native
 * engine no text is made for a file.
 *
 * @param paths Files and folders.
 * @param options As those of `hashFiles`.
 * @returns The lines and the failures.
 */
export async function hashFilesLines(
  paths: readonly string[],
  options: HashFilesOptions = {},
): Promise<SetLines> {
  const { engine } = options;
  const settings = settingsOf(options);
  const roots = pathsOf(paths);
  settings.signal?.throwIfAborted();
  const native = await engineForAsync("hash.files", Infinity, engine);
  if (native !== null) {
    try {
      const lines = await hashLinesNative(native, roots, settings);
      if (lines !== null) return lines;
    } catch (error) {
      recover(error, engine);
    }
  }
  const entries = await hashSetTs(roots, settings);
  return { lines: linesOf(entries), failures: failuresIn(entries) };
}

/** Characters of lines that are made to bytes at once. */
const PART_LENGTH = 1 << 20;

/** One text of all lines could be longer than texts may be. */
function linesOf(entries: readonly Entry[]): Uint8Array[] {
  const encoder = new TextEncoder();
  const parts: Uint8Array[] = [];
  let text = "";
  for (const { path, state, digest } of entries) {
    if (state >= 10) continue;
    text += manifestLine(hexOf(digest), path);
    if (text.length < PART_LENGTH) continue;
    parts.push(encoder.encode(text));
    text = "";
  }
  parts.push(encoder.encode(text));
  return parts;
}

/**
 * Digests as a manifest: `HEX  PATH` lines that `sha256sum -c`, `b2sum -c`
 * and `b3sum -c` check. A name with a backslash or the end of a line is
 * escaped as these programs do it.
 *
 * @param files The digests.
 * @returns The lines.
 *
 * @example A manifest
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { formatManifest } from "@fastpath/fastpath";
 *
 * const files = [{ path: "a\nb", bytes: 3, digest: "ba78" }];
 * assertEquals(formatManifest(files), "\\ba78  a\\nb\n");
 * ```
 */
export function formatManifest(
  files: readonly Pick<FileDigest, "path" | "digest">[],
): string {
  return files.map(({ digest, path }) => manifestLine(digest, path)).join("");
}

/**
 * Walks and hashes on the engine of choice.
 *
 * @param roots Files and folders.
 * @param settings The settings.
 * @returns The entries in the order of their paths' bytes.
 */
export async function hashSet(
  roots: readonly string[],
  settings: SetSettings,
): Promise<Entry[]> {
  const { engine, signal } = settings;
  signal?.throwIfAborted();
  if (roots.length === 0) return [];
  const native = await engineForAsync("hash.files", Infinity, engine);
  if (native === null) return await hashSetTs(roots, settings);
  try {
    return await hashSetNative(native, roots, settings);
  } catch (error) {
    recover(error, engine);
    return await hashSetTs(roots, settings);
  }
}

/**
 * The errors of entries without a digest.
 *
 * @param entries The entries.
 * @returns An error each.
 */
export function failuresIn(entries: readonly Entry[]): FastpathError[] {
  return entries.filter(({ state }) => state >= 10)
    .map(({ path, state, number }) => failureOf(path, state, number));
}
