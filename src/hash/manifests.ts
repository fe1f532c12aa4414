/**
 * Manifests of digests: checked against files, and against each other.
 *
 * @module
 */

import type { FastpathError } from "../errors.ts";
import { type BytesInput, bytesOfInput } from "../input.ts";
import { hexOf } from "../runtime.ts";
import { failureOf } from "./_failures.ts";
import { hashSet } from "./files.ts";
import {
  guessAlgorithm,
  invalid,
  type ManifestEntry,
  parseManifest,
} from "./_manifest.ts";
import {
  checkSetOptions,
  type Entry,
  type FilesProgress,
  type SetOptions,
} from "./_set.ts";
import { diffDigests, type DigestDiff } from "./diff_digests.ts";
import type { DigestOptions, HashAlgorithm } from "./options.ts";

/** Options of `checkManifest`. */
export interface CheckManifestOptions
  extends
    Omit<SetOptions, "globs" | "gitignore" | "special">,
    Pick<DigestOptions, "algorithm" | "key" | "context"> {
  /** The folder that the paths start from; the working directory by default. */
  readonly root?: string;
}

/** What came of checking a manifest. */
export interface ManifestCheck {
  /** Files whose digest is that of the manifest. */
  readonly matching: number;
  /** Paths of files with another digest, in the manifest's order. */
  readonly differing: string[];
  /** Files that cannot be read, in the manifest's order: an error each. */
  readonly failures: FastpathError[];
}

/** What differs between two manifests; all by the bytes of the paths. */
export type ManifestDiff = DigestDiff;

/**
 * Checks files against a manifest: lines `HEX  NAME` of `sha256sum`,
 * `sha512sum`, `b2sum` and `b3sum`, or `SHA256 (NAME) = HEX` of their
 * `--tag` and of BSD. A line that does not say its algorithm is SHA-256,
 * SHA-512 or XXH3 by its length, unless the option says otherwise.
 *
 * @param manifest The manifest: bytes, a path or a stream.
 * @param options Algorithm, where the paths start, and more.
 * @returns How many files match, and which do not.
 * @throws {ParseError} `INVALID_MANIFEST` or `INVALID_UTF8` with the line.
 * @throws {FastpathError} `INPUT_UNREADABLE` if the manifest cannot be read.
 * @throws {TypeError} If the manifest or an option has the wrong type.
 * @throws {RangeError} If an option has a value that is not allowed.
 * @throws The signal's reason if it is aborted.
 *
 * @example A file that is not what it was
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { checkManifest, formatManifest, hashFiles } from "@fastpath/fastpath";
 *
 * const folder = await Deno.makeTempDir();
 * await Deno.writeTextFile(`${folder}/a`, "abc");
 * await Deno.writeTextFile(`${folder}/b`, "abc");
 * const { files } = await hashFiles(folder);
 * const manifest = new TextEncoder().encode(formatManifest(files));
 * await Deno.writeTextFile(`${folder}/b`, "abd");
 * const { matching, differing } = await checkManifest(manifest);
 * assertEquals([matching, differing], [1, [`${folder}/b`]]);
 * await Deno.remove(folder, { recursive: true });
 * ```
 */
export async function checkManifest(
  manifest: BytesInput,
  options: CheckManifestOptions = {},
): Promise<ManifestCheck> {
  const { root = "", signal } = options;
  if (typeof root !== "string") {
    throw new TypeError("Cannot check manifest: the option root is no text");
  }
  checkSetOptions(options, { walks: false, links: false });
  const lines = parseManifest(await bytesOfInput(manifest, signal));
  const groups = groupsOf(lines, options);
  const outcomes = new Map<ManifestEntry, Entry>();
  const progress = new Totals(options.onProgress, lines.length);
  for (const { algorithm, length, entries } of groups) {
    const paths = [...new Set(entries.map(({ path }) => below(root, path)))];
    const settings = checkSetOptions(
      { ...options, algorithm, length, ...progress.listener() },
      { walks: false, links: false },
    );
    const found = await hashSet(paths, settings);
    const byPath = new Map(found.map((entry) => [entry.path, entry]));
    for (const entry of entries) {
      const outcome = byPath.get(below(root, entry.path));
      if (outcome !== undefined) outcomes.set(entry, outcome);
    }
  }
  return verdict(lines, outcomes);
}

function below(root: string, path: string): string {
  const isAbsolute = path.startsWith("/") || /^[A-Za-z]:[\\/]/.test(path);
  if (root === "" || isAbsolute) return path;
  return root.endsWith("/") ? root + path : `${root}/${path}`;
}

function verdict(
  lines: readonly ManifestEntry[],
  outcomes: ReadonlyMap<ManifestEntry, Entry>,
): ManifestCheck {
  const differing: string[] = [];
  const failures: FastpathError[] = [];
  let matching = 0;
  for (const line of lines) {
    const entry = outcomes.get(line);
    if (entry === undefined) continue;
    const { state, number, digest } = entry;
    if (state >= 10) failures.push(failureOf(line.path, state, number));
    else if (hexOf(digest) === line.digest) matching++;
    else differing.push(line.path);
  }
  return { matching, differing, failures };
}

/** Lines that are checked in one run. */
interface Group {
  readonly algorithm: HashAlgorithm;
  readonly length: number;
  readonly entries: ManifestEntry[];
}

function groupsOf(
  lines: readonly ManifestEntry[],
  options: CheckManifestOptions,
): Group[] {
  const groups = new Map<string, Group>();
  for (const line of lines) {
    const algorithm = line.algorithm ?? options.algorithm ??
      guessAlgorithm(line.digest);
    if (algorithm === null) {
      throw invalid(
        `a digest of ${line.digest.length} digits may be of several ` +
          "algorithms, name one with the option algorithm",
        line.where,
      );
    }
    const length = line.digest.length / 2;
    const key = `${algorithm} ${length}`;
    const group = groups.get(key) ?? { algorithm, length, entries: [] };
    if (group.entries.length === 0) {
      checkGroup(group, line, options);
      groups.set(key, group);
    }
    group.entries.push(line);
  }
  return [...groups.values()];
}

/** The first line of a group says whether its algorithm gives such digests. */
function checkGroup(
  { algorithm, length }: Group,
  line: ManifestEntry,
  options: CheckManifestOptions,
): void {
  try {
    checkSetOptions({ ...options, algorithm, length }, {
      walks: false,
      links: false,
    });
  } catch (error) {
    if (options.key !== undefined || options.context !== undefined) throw error;
    throw invalid(
      `${algorithm} gives no digest of ${line.digest.length} digits`,
      line.where,
    );
  }
}

/** Progress over several runs as one. */
class Totals {
  readonly #tell: ((progress: FilesProgress) => void) | undefined;
  readonly #filesTotal: number;
  #before = { files: 0, bytes: 0 };
  #now = { files: 0, bytes: 0 };

  constructor(
    tell: ((progress: FilesProgress) => void) | undefined,
    filesTotal: number,
  ) {
    this.#tell = tell;
    this.#filesTotal = filesTotal;
  }

  /** The listener of the next run. */
  listener(): Pick<SetOptions, "onProgress"> {
    const tell = this.#tell;
    if (tell === undefined) return {};
    this.#before = { ...this.#now };
    return {
      onProgress: ({ files, bytes }) => {
        const before = this.#before;
        this.#now = {
          files: before.files + files,
          bytes: before.bytes + bytes,
        };
        tell({ ...this.#now, filesTotal: this.#filesTotal });
      },
    };
  }
}

/**
 * What differs between two manifests. A file that is gone and one that is
 * new, of one digest, are one that was renamed; of several such files the
 * first by name are paired.
 *
 * @param older The old manifest: bytes, a path or a stream.
 * @param newer The new one.
 * @returns What was added, removed, changed and renamed.
 * @throws {ParseError} `INVALID_MANIFEST` or `INVALID_UTF8` with the line; a
 * path that stands twice with different digests is invalid.
 * @throws {FastpathError} `INPUT_UNREADABLE` if one cannot be read.
 * @throws {TypeError} If one has the wrong type.
 *
 * @example A renamed file
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { diffManifests } from "@fastpath/fastpath";
 *
 * const text = new TextEncoder();
 * const diff = await diffManifests(
 *   text.encode("aa  old.txt\nbb  same.txt\ncc  x\n"),
 *   text.encode("aa  new.txt\nbb  same.txt\ndd  x\n"),
 * );
 * assertEquals(diff, {
 *   added: [],
 *   removed: [],
 *   changed: ["x"],
 *   renamed: [{ from: "old.txt", to: "new.txt" }],
 * });
 * ```
 */
export async function diffManifests(
  older: BytesInput,
  newer: BytesInput,
): Promise<ManifestDiff> {
  const before = digestsByPath(parseManifest(await bytesOfInput(older)));
  const after = digestsByPath(parseManifest(await bytesOfInput(newer)));
  return diffDigests(before, after);
}

function digestsByPath(
  entries: readonly ManifestEntry[],
): Map<string, string> {
  const digests = new Map<string, string>();
  for (const { path, digest, where } of entries) {
    const other = digests.get(path);
    if (other !== undefined && other !== digest) {
      throw invalid(
        `${JSON.stringify(path)} stands twice with different digests`,
        where,
      );
    }
    digests.set(path, digest);
  }
  return digests;
}
