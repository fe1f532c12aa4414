/**
 * One digest of a folder: of the names and the contents of all its files.
 *
 * @module
 */

import { FastpathError } from "../errors.ts";
import { hexOf } from "../runtime.ts";
import { digestSync } from "./digest.ts";
import { failuresIn, hashSet } from "./files.ts";
import { STATE } from "./_failures.ts";
import { statGranted } from "../input.ts";
import {
  checkSetOptions,
  type Entry,
  pathsOf,
  type SetOptions,
} from "./_set.ts";
import { pathOrder } from "./_walk.ts";

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
  /** Whether `fp1` tells executable files from others. Default false. */
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
 *   paths, in base64. `sha256sum $(find * -type f | sort) | sha256sum` gives
 *   the same bytes in hex.
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
 * be read or changes meanwhile (`details.failures` has all of them),
 * `NAMES_COLLIDE` if two names are one in Unicode's normal form C,
 * `NAME_UNSUPPORTED` if a name has a line break and the format is `h1`.
 * @throws {TypeError} If an option has the wrong type.
 * @throws {RangeError} If an option has a value that is not allowed.
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
    { ...options, algorithm, length: 32 },
    { walks: true, links: true },
  );
  const [root = ""] = pathsOf([folder]);
  const entries = await hashSet([root], settings);
  const failures = failuresIn(entries);
  if (failures.length === 0 && statGranted(root)?.isDirectory !== true) {
    throw cannot(root, "INPUT_UNREADABLE", "it is no folder");
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
  const base = root.endsWith("/") ? root.length : root.length + 1;
  const below = entries.map((entry) => ({
    ...entry,
    path: entry.path.slice(base),
  }));
  refuseCollisions(root, below);
  const order = pathOrder(below.map(({ path }) => path));
  below.sort((a, b) => order(a.path, b.path));
  return format === "h1"
    ? h1Of(root, below)
    : fp1Of(below, algorithm, executable);
}

function algorithmOf(
  { format = "h1", algorithm }: HashTreeOptions,
): TreeAlgorithm {
  if (format !== "h1" && format !== "fp1") {
    throw new RangeError(
      "Cannot hash tree: the option format must be h1 or fp1: it is " +
        (JSON.stringify(format) ?? String(format)),
    );
  }
  if (format === "h1") {
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
function refuseCollisions(root: string, entries: readonly Entry[]): void {
  const known = new Map<string, string>();
  for (const { path } of entries) {
    // deno-lint-ignore no-control-regex
    if (/^[\x00-\x7F]*$/.test(path)) continue;
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

function h1Of(root: string, entries: readonly Entry[]): string {
  const lines = entries.map(({ path, digest }) => {
    if (path.includes("\n")) {
      throw cannot(
        root,
        "NAME_UNSUPPORTED",
        `${JSON.stringify(path)} has a line break, which h1 cannot tell ` +
          "apart; use the format fp1",
      );
    }
    return `${hexOf(digest)}  ${path}\n`;
  });
  const bytes = encoder.encode(lines.join(""));
  return `h1:${digestSync(bytes, { encoding: "base64" })}`;
}

function fp1Of(
  entries: readonly Entry[],
  algorithm: TreeAlgorithm,
  tellsExecutable: boolean,
): string {
  const paths = entries.map(({ path }) => encoder.encode(path));
  const tag = encoder.encode(`fp1:${algorithm}\0`);
  const fixed = 1 + 8 + 8 + 32;
  const bytes = new Uint8Array(
    paths.reduce((sum, path) => sum + path.length, 0) + tag.length + 8 +
      fixed * entries.length,
  );
  const view = new DataView(bytes.buffer);
  bytes.set(tag);
  let at = tag.length;
  const putNumber = (value: number) => {
    view.setBigUint64(at, BigInt(value), true);
    at += 8;
  };
  putNumber(entries.length);
  entries.forEach(({ state, isExecutable, bytes: size, digest }, index) => {
    const path = paths[index]!;
    bytes[at++] = state === STATE.link
      ? TYPE.link
      : tellsExecutable && isExecutable
      ? TYPE.executable
      : TYPE.file;
    putNumber(path.length);
    bytes.set(path, at);
    at += path.length;
    putNumber(size);
    bytes.set(digest, at);
    at += digest.length;
  });
  const text = digestSync(bytes, { algorithm, length: 32, encoding: "base64" });
  return algorithm === "blake3" ? `fp1:${text}` : `fp1-${algorithm}:${text}`;
}
