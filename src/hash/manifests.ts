/**
 * Manifests of digests: checked against files, and against each other.
 *
 * @module
 */

import { FastpathError } from "../errors.ts";
import { isWindows } from "../files.ts";
import { type BytesInput, bytesOfInput } from "../input.ts";
import { Pace } from "../pace.ts";
import { hexOf } from "../runtime.ts";
import { failureOf, STATE } from "./_failures.ts";
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
  pathsOf,
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

/** What came of a check, and a sign that the algorithm may be another one. */
export interface CloseCheck extends ManifestCheck {
  /** Whether every file whose line does not say its algorithm differs. */
  readonly allGuessesDiffer: boolean;
}

/** What differs between two manifests; all by the bytes of the paths. */
export type ManifestDiff = DigestDiff;

/**
 * Checks files against a manifest: lines `HEX  NAME` of `sha256sum`,
 * `sha512sum`, `b2sum` and `b3sum`, or `SHA256 (NAME) = HEX` of their
 * `--tag`, of BSD and of OpenSSL. A line that does not say its algorithm is
 * SHA-256, SHA-512 or XXH3 by its length, unless the option says otherwise.
 *
 * @param manifest The manifest: bytes, a path or a stream.
 * @param options Algorithm, where the paths start, and more.
 * @returns How many files match, and which do not.
 * @throws {ParseError} `INVALID_MANIFEST` or `INVALID_UTF8` with the line;
 * one without any digest is invalid.
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
  const { allGuessesDiffer: _, ...check } = await checkClosely(
    manifest,
    options,
  );
  return check;
}

/**
 * The same for the command line, which says what to do where a whole
 * manifest seems to be of another algorithm.
 *
 * @param manifest The manifest.
 * @param options As those of `checkManifest`.
 * @returns How many files match, which do not, and the sign.
 */
export async function checkClosely(
  manifest: BytesInput,
  options: CheckManifestOptions,
): Promise<CloseCheck> {
  const { root = "", signal } = options;
  if (typeof root !== "string") {
    throw new TypeError("Cannot check manifest: the option root is no text");
  }
  if (root !== "") pathsOf(root);
  checkSetOptions(options, options, FORMS);
  const pace = new Pace(signal);
  const lines = await parseManifest(await bytesOfInput(manifest, signal), pace);
  if (lines.length === 0) {
    const begin = { line: 1, column: 1, byteOffset: 0 };
    throw invalid("it holds no digests", begin);
  }
  const groups = await groupsOf(lines, options, pace);
  const outcomes = new Map<ManifestEntry, Entry>();
  const progress = new Totals(options.onProgress, lines.length);
  for (const group of groups) {
    const told = { ...options, ...progress.listener() };
    await checkLines(group, root, told, pace, outcomes);
  }
  return await verdict(lines, outcomes, options.algorithm === undefined, pace);
}

/** Hashes the files of a group, and notes what came of each line. */
async function checkLines(
  { algorithm, length, entries }: Group,
  root: string,
  options: CheckManifestOptions,
  pace: Pace,
  outcomes: Map<ManifestEntry, Entry>,
): Promise<void> {
  const paths = new Set<string>();
  for (const { path } of entries) {
    paths.add(below(root, path));
    if (pace.due()) await pace.rest();
  }
  const spec = { ...options, algorithm, length };
  const settings = checkSetOptions(options, spec, FORMS);
  const found = await hashSet([...paths], settings);
  if (pace.due()) await pace.rest();
  const byPath = new Map<string, Entry>();
  for (const entry of found) {
    byPath.set(entry.path, entry);
    if (pace.due()) await pace.rest();
  }
  for (const entry of entries) {
    const outcome = byPath.get(below(root, entry.path));
    if (outcome !== undefined) outcomes.set(entry, outcome);
    if (pace.due()) await pace.rest();
  }
}

/** A manifest names files: no folder is walked, and a link is followed. */
const FORMS = { walks: false, links: false } as const;

function below(root: string, path: string): string {
  const isAbsolute = path.startsWith("/") ||
    (isWindows && /^[A-Za-z]:[\\/]/.test(path));
  if (root === "" || isAbsolute) return path;
  return root.endsWith("/") ? root + path : `${root}/${path}`;
}

async function verdict(
  lines: readonly ManifestEntry[],
  outcomes: ReadonlyMap<ManifestEntry, Entry>,
  guesses: boolean,
  pace: Pace,
): Promise<CloseCheck> {
  const differing: string[] = [];
  const failures: FastpathError[] = [];
  let matching = 0;
  const guessed = { matching: 0, differing: 0 };
  for (const line of lines) {
    // No line may pass without a word: one that nothing came of has failed.
    const { state, number, digest } = outcomes.get(line) ?? LOST;
    if (state >= 10) failures.push(failureOf(line.path, state, number));
    else {
      const isMatch = hexOf(digest) === line.digest;
      if (isMatch) matching++;
      else differing.push(line.path);
      if (guesses && line.algorithm === undefined) {
        guessed[isMatch ? "matching" : "differing"]++;
      }
    }
    if (pace.due()) await pace.rest();
  }
  const allGuessesDiffer = guessed.matching === 0 && guessed.differing > 0;
  return { matching, differing, failures, allGuessesDiffer };
}

/** What stands for a path that no engine said anything about. */
const LOST = {
  state: STATE.system,
  number: 0,
  digest: new Uint8Array(),
} as const;

/** Lines that are checked in one run. */
interface Group {
  readonly algorithm: HashAlgorithm;
  readonly length: number;
  readonly entries: ManifestEntry[];
}

async function groupsOf(
  lines: readonly ManifestEntry[],
  options: CheckManifestOptions,
  pace: Pace,
): Promise<Group[]> {
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
    if (pace.due()) await pace.rest();
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
    checkSetOptions(options, { ...options, algorithm, length }, FORMS);
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
 * first by name are paired. A manifest may be empty.
 *
 * @param older The old manifest: bytes, a path or a stream.
 * @param newer The new one.
 * @returns What was added, removed, changed and renamed.
 * @throws {ParseError} `INVALID_MANIFEST` or `INVALID_UTF8` with the line; a
 * path that stands twice with different digests is invalid.
 * @throws {FastpathError} `INPUT_UNREADABLE` if one cannot be read,
 * `INVALID_MANIFEST` if they have digests of different algorithms or lengths
 * of one path.
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
  const before = await readManifest(older);
  const after = await readManifest(newer);
  return await diffEntries(before, after);
}

/** The entries of a manifest by their paths; each path stands there once. */
export type Manifest = ReadonlyMap<string, ManifestEntry>;

/**
 * Reads one side of a comparison.
 *
 * @param input The manifest.
 * @returns Its entries.
 * @throws As `diffManifests` does of one manifest.
 */
export async function readManifest(input: BytesInput): Promise<Manifest> {
  const pace = new Pace();
  const byPath = new Map<string, ManifestEntry>();
  for (const entry of await parseManifest(await bytesOfInput(input), pace)) {
    const { path, digest, where } = entry;
    const other = byPath.get(path);
    if (other !== undefined && other.digest !== digest) {
      throw invalid(
        `${JSON.stringify(path)} stands twice with different digests`,
        where,
      );
    }
    byPath.set(path, entry);
    if (pace.due()) await pace.rest();
  }
  return byPath;
}

/**
 * Compares manifests that are read.
 *
 * @param older The old one.
 * @param newer The new one.
 * @returns What was added, removed, changed and renamed.
 * @throws {FastpathError} `INVALID_MANIFEST` if they cannot be compared.
 */
export async function diffEntries(
  older: Manifest,
  newer: Manifest,
): Promise<ManifestDiff> {
  const pace = new Pace();
  for (const [path, entry] of newer) {
    const other = older.get(path);
    if (other !== undefined) refuseOtherKind(path, other, entry);
    if (pace.due()) await pace.rest();
  }
  const digestsOf = (manifest: Manifest) =>
    new Map(Array.from(manifest, ([path, { digest }]) => [path, digest]));
  return diffDigests(digestsOf(older), digestsOf(newer));
}

/** Digests of two algorithms differ whatever the file is. */
function refuseOtherKind(
  path: string,
  older: ManifestEntry,
  newer: ManifestEntry,
): void {
  const [one, other] = [older.algorithm, newer.algorithm];
  const areNamed = one !== undefined && other !== undefined;
  let reason: string;
  if (areNamed && one !== other) {
    reason = `is of ${one} in the old one and of ${other} in the new one`;
  } else if (older.digest.length !== newer.digest.length) {
    reason = `has a digest of ${older.digest.length} digits in the old one ` +
      `and of ${newer.digest.length} in the new one`;
  } else return;
  throw new FastpathError(
    "INVALID_MANIFEST",
    `Cannot compare manifests: ${JSON.stringify(path)} ${reason}`,
    { details: { path } },
  );
}
