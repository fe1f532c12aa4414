/**
 * One digest of a folder: of the names and the contents of all its files.
 *
 * @module
 */

import { FastpathError } from "../errors.ts";
import { Pace } from "../pace.ts";
import { hexOf } from "../runtime.ts";
import { digest, digestSync } from "./digest.ts";
import { failuresIn, hashSet } from "./files.ts";
import { STATE } from "./_failures.ts";
import { statGranted } from "../input.ts";
import {
  checkSetOptions,
  type Entry,
  pathsOf,
  type SetOptions,
} from "./_set.ts";

/** How a tree's digest is made; see `hashTree`. */
export type TreeFormat = "h1" | "fp1";

/** What `fp1` hashes with; the digests have 32 bytes. */
export type TreeAlgorithm = "blake3" | "blake2b" | "sha256";

/** Options of `hashTree`. */
export interface HashTreeOptions extends SetOptions {
  /** How the digest is made. Default `h1`. */
  readonly format?: TreeFormat;
  /** What `fp1` hashes with. Default `blake3`; `h1` is SHA-256. */
  readonly algorithm?: TreeAlgorithm;
  /**
   * Whether `fp1` tells executable files from others. Default false; `h1`
   * cannot.
   */
  readonly executable?: boolean;
}

/** Types of entries in `fp1`. */
const TYPE = { file: 0, link: 1, executable: 2 } as const;

const encoder = new TextEncoder();

/**
 * One digest of a folder. It depends on the files' paths below the folder and
 * on their bytes, and on nothing else: not on where the folder lies, on the
 * engine, the working directory or the system's order. A link is there with
 * the text of its target, and is never followed. Empty folders do not count.
 *
 * - `h1` is Go's: SHA-256 of a line `HEX  PATH` a file, by the bytes of the
 *   paths, in base64. Where the folder has no links, and no name a backslash
 *   or a carriage return, `find . -type f -printf '%P\0' | LC_ALL=C sort -z |
 *   xargs -0 sha256sum -- | sha256sum` gives the same bytes in hex.
 * - `fp1` has a length before every part, so that any name is allowed: the
 *   digest of `fp1:`, the algorithm's name and a NUL, the number of entries,
 *   and for each its type (1 byte: 0 file, 1 link, 2 executable file), the
 *   bytes of its path, the path, its bytes, and its digest of 32 bytes.
 *   Numbers are 64 bits, the lowest byte first.
 *
 * @param folder The folder; a link to one is followed.
 * @param options Format, what is left out, and more.
 * @returns `h1:`, `fp1:`, or `fp1-ALGORITHM:` and base64.
 * @throws {FastpathError} `INPUT_UNREADABLE` if the folder or a file cannot
 * be read or changes meanwhile (`details.failures` has all of them; of the
 * folder itself it is one with the folder's path),
 * `NAMES_COLLIDE` if two names are one in Unicode's normal form C,
 * `NAME_UNSUPPORTED` if a name has a line break and the format is `h1`.
 * @throws {TypeError} If an option has the wrong type.
 * @throws {RangeError} If an option has a value that is not allowed, or globs
 * choose no file.
 * @throws The signal's reason if it is aborted.
 *
 * @example The same files anywhere
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { hashTree } from "@fastpath/fastpath";
 *
 * const folder = await Deno.makeTempDir();
 * await Deno.mkdir(`${folder}/sub`);
 * await Deno.writeTextFile(`${folder}/sub/a.txt`, "abc");
 * // golang.org/x/mod/sumdb/dirhash: HashDir(folder, "", Hash1)
 * assertEquals(
 *   await hashTree(folder),
 *   "h1:dB7WdAo/YTJ8hR8489Vi5T+/Bn/91I5vm+Mjaxcdb4g=",
 * );
 * await Deno.remove(folder, { recursive: true });
 * ```
 */
export async function hashTree(
  folder: string | URL,
  options: HashTreeOptions = {},
): Promise<string> {
  const { format = "h1", executable = false } = options;
  const algorithm = algorithmOf(options);
  const settings = checkSetOptions(
    options,
    { algorithm, length: DIGEST_BYTES },
    { walks: true, links: true },
  );
  const [root = ""] = pathsOf([folder]);
  const pace = new Pace(options.signal);
  const entries = await hashSet([root], settings);
  const failures = failuresIn(entries);
  if (failures.length === 0 && statGranted(root)?.isDirectory !== true) {
    throw cannot(root, "INPUT_UNREADABLE", "it is no folder");
  }
  if (entries.length === 0 && settings.globs.length > 0) {
    // All mistyped patterns would have one digest, that of nothing.
    throw new RangeError(
      `Cannot hash tree ${JSON.stringify(root)}: the option globs chooses no ` +
        "file; of a folder below it takes what DIR/** says",
    );
  }
  if (failures.length > 0) {
    const more = failures.length > 1 ? ` and ${failures.length - 1} more` : "";
    throw new FastpathError(
      "INPUT_UNREADABLE",
      `Cannot hash tree ${JSON.stringify(root)}: ${
        failures[0]!.message
      }${more}`,
      { cause: failures[0], details: { path: root, failures } },
    );
  }
  if (pace.due()) await pace.rest();
  // What all paths begin with changes nothing of their order.
  const base = root.endsWith("/") ? root.length : root.length + 1;
  const below: Entry[] = [];
  for (const entry of entries) {
    below.push({ ...entry, path: entry.path.slice(base) });
    if (pace.due()) await pace.rest();
  }
  await refuseCollisions(root, below, pace);
  return format === "h1"
    ? await h1Of(root, below, options, pace)
    : await fp1Of(below, algorithm, options, executable, pace);
}

/** Bytes of the digests of files and of `fp1` itself. */
const DIGEST_BYTES = 32;

function algorithmOf(
  { format = "h1", algorithm, executable = false }: HashTreeOptions,
): TreeAlgorithm {
  if (typeof executable !== "boolean") {
    throw new TypeError(
      "Cannot hash tree: the option executable is no boolean",
    );
  }
  if (format !== "h1" && format !== "fp1") {
    throw new RangeError(
      "Cannot hash tree: the option format must be h1 or fp1: it is " +
        (JSON.stringify(format) ?? String(format)),
    );
  }
  if (format === "h1") {
    if (executable) {
      throw new RangeError(
        "Cannot hash tree: the format h1 has no place for the option " +
          "executable, use fp1",
      );
    }
    if (algorithm === undefined || algorithm === "sha256") return "sha256";
    throw new RangeError(
      "Cannot hash tree: the format h1 is SHA-256, use fp1 for another " +
        "algorithm",
    );
  }
  const choices: readonly string[] = ["blake3", "blake2b", "sha256"];
  if (algorithm === undefined || choices.includes(algorithm)) {
    return algorithm ?? "blake3";
  }
  throw new RangeError(
    `Cannot hash tree: the option algorithm must be one of ${
      choices.join(", ")
    }: it is ${JSON.stringify(algorithm) ?? String(algorithm)}`,
  );
}

function cannot(
  root: string,
  code: "INPUT_UNREADABLE" | "NAMES_COLLIDE" | "NAME_UNSUPPORTED",
  reason: string,
): FastpathError {
  return new FastpathError(
    code,
    `Cannot hash tree ${JSON.stringify(root)}: ${reason}`,
    { details: { path: root } },
  );
}

/** Names that a file system may take for one, folders' names included. */
async function refuseCollisions(
  root: string,
  entries: readonly Entry[],
  pace: Pace,
): Promise<void> {
  // Some characters beyond ASCII are one of ASCII in normal form: then these
  // are to be compared as well.
  // deno-lint-ignore no-control-regex
  if (entries.every(({ path }) => /^[\x00-\x7F]*$/.test(path))) return;
  const known = new Map<string, string>();
  for (const { path } of entries) {
    for (let end = 0; end < path.length;) {
      end = path.indexOf("/", end + 1);
      if (end < 0) end = path.length;
      const name = path.slice(0, end);
      const normal = name.normalize("NFC");
      const other = known.get(normal);
      if (other !== undefined && other !== name) {
        throw cannot(
          root,
          "NAMES_COLLIDE",
          `${escapedName(other)} and ${escapedName(name)} are one name in ` +
            "Unicode's normal form C, rename one of them",
        );
      }
      known.set(normal, name);
    }
    if (pace.due()) await pace.rest();
  }
}

/** A name whose characters can be told apart. */
function escapedName(name: string): string {
  const escaped = Array.from(
    name,
    (character) =>
      /[ -~]/.test(character)
        ? character
        : `\\u{${character.codePointAt(0)!.toString(16)}}`,
  );
  return `"${escaped.join("")}"`;
}

async function h1Of(
  root: string,
  entries: readonly Entry[],
  options: HashTreeOptions,
  pace: Pace,
): Promise<string> {
  const lines: string[] = [];
  for (const { path, digest } of entries) {
    if (path.includes("\n")) {
      throw cannot(
        root,
        "NAME_UNSUPPORTED",
        `${JSON.stringify(path)} has a line break, which h1 cannot tell ` +
          "apart; use the format fp1",
      );
    }
    lines.push(`${hexOf(digest)}  ${path}\n`);
    if (pace.due()) await pace.rest();
  }
  const bytes = encoder.encode(lines.join(""));
  return `h1:${await wholeDigest(bytes, "sha256", options)}`;
}

async function fp1Of(
  entries: readonly Entry[],
  algorithm: TreeAlgorithm,
  options: HashTreeOptions,
  tellsExecutable: boolean,
  pace: Pace,
): Promise<string> {
  const tag = encoder.encode(`fp1:${algorithm}\0`);
  const fixed = 1 + 8 + 8 + DIGEST_BYTES;
  let length = tag.length + 8 + fixed * entries.length;
  const paths: Uint8Array[] = [];
  for (const { path } of entries) {
    const encoded = encoder.encode(path);
    paths.push(encoded);
    length += encoded.length;
    if (pace.due()) await pace.rest();
  }
  const bytes = new Uint8Array(length);
  const view = new DataView(bytes.buffer);
  bytes.set(tag);
  let at = tag.length;
  const putNumber = (value: number) => {
    view.setBigUint64(at, BigInt(value), true);
    at += 8;
  };
  putNumber(entries.length);
  for (const [index, entry] of entries.entries()) {
    const path = paths[index]!;
    bytes[at++] = entry.state === STATE.link
      ? TYPE.link
      : tellsExecutable && entry.isExecutable
      ? TYPE.executable
      : TYPE.file;
    putNumber(path.length);
    bytes.set(path, at);
    at += path.length;
    putNumber(entry.bytes);
    bytes.set(entry.digest, at);
    at += entry.digest.length;
    if (pace.due()) await pace.rest();
  }
  const text = await wholeDigest(bytes, algorithm, options);
  return algorithm === "blake3" ? `fp1:${text}` : `fp1-${algorithm}:${text}`;
}

/** Bytes that are hashed at once, without letting other tasks run. */
const AT_ONCE_BYTES = 1 << 18;

/** The digest over all entries. */
async function wholeDigest(
  bytes: Uint8Array<ArrayBuffer>,
  algorithm: TreeAlgorithm,
  { engine, signal }: HashTreeOptions,
): Promise<string> {
  const spec = {
    algorithm,
    length: DIGEST_BYTES,
    encoding: "base64",
    ...(engine === undefined ? {} : { engine }),
  } as const;
  if (bytes.length <= AT_ONCE_BYTES) return digestSync(bytes, spec);
  return await digest(bytes, signal === undefined ? spec : { ...spec, signal });
}
