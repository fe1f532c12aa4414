/**
 * Manifests: lines of digests and names, as coreutils' programs and b3sum
 * write and check them, in their own and in the BSD form.
 *
 * @module
 */

import { type Fault, ParseError } from "../errors.ts";
import type { Pace } from "../pace.ts";
import { ALGORITHMS, usualLength } from "./_spec.ts";
import type { HashAlgorithm } from "./options.ts";

/** A line of a manifest. */
export interface ManifestEntry {
  /** The name, its escapes undone. */
  readonly path: string;
  /** The digest in lower-case hex. */
  readonly digest: string;
  /** What the line says was computed; undefined where it says nothing. */
  readonly algorithm: HashAlgorithm | undefined;
  /** Where the line stands. */
  readonly where: Where;
}

/** Where a line begins. */
export type Where = Pick<Fault, "line" | "column" | "byteOffset">;

/**
 * A line `HEX  NAME`. A name with a backslash or the end of a line is
 * escaped, and a backslash before the digest says so.
 *
 * @param digest The digest.
 * @param name The name.
 * @returns The line with its end.
 */
export function manifestLine(digest: string, name: string): string {
  return escapedLine(`${digest}  `, name, "\n");
}

/** What `--tag` of others' programs calls the algorithms. */
const TAGS: Readonly<Record<HashAlgorithm, string>> = {
  sha256: "SHA256",
  sha512: "SHA512",
  blake2b: "BLAKE2b",
  blake2s: "BLAKE2s",
  blake3: "BLAKE3",
  xxh3: "XXH3",
};

/**
 * A line `SHA256 (NAME) = HEX`, which says what was computed; of a BLAKE2 of
 * another length than the usual one its bits too, as `b2sum` writes them.
 *
 * @param algorithm What was computed.
 * @param digest The digest.
 * @param name The name, escaped as in `manifestLine`.
 * @returns The line with its end.
 */
export function taggedLine(
  algorithm: HashAlgorithm,
  digest: string,
  name: string,
): string {
  const hasBits = algorithm.startsWith("blake2") &&
    digest.length !== 2 * usualLength(algorithm);
  const bits = hasBits ? `-${digest.length * 4}` : "";
  return escapedLine(`${TAGS[algorithm]}${bits} (`, name, `) = ${digest}\n`);
}

/**
 * A line with a name. One with a backslash or the end of a line is escaped,
 * and a backslash before the line says so.
 *
 * @param before What stands before the name.
 * @param name The name.
 * @param after What stands behind it.
 * @returns The line.
 */
export function escapedLine(
  before: string,
  name: string,
  after: string,
): string {
  if (!/[\\\n\r]/.test(name)) return before + name + after;
  return `\\${before}${escapedName(name)}${after}`;
}

/**
 * A name on one line.
 *
 * @param name The name.
 * @returns The name with backslashes and ends of lines escaped.
 */
export function escapedName(name: string): string {
  return name.replaceAll("\\", "\\\\").replaceAll("\n", "\\n")
    .replaceAll("\r", "\\r");
}

/**
 * The entries of a manifest, in its order. Blank lines and lines that begin
 * with `#` say nothing.
 *
 * @param bytes The manifest.
 * @param pace Lets other tasks run.
 * @returns Its entries.
 * @throws {ParseError} `INVALID_MANIFEST` or `INVALID_UTF8` with the line.
 */
export async function parseManifest(
  bytes: Uint8Array,
  pace: Pace,
): Promise<ManifestEntry[]> {
  const entries: ManifestEntry[] = [];
  let line = 1;
  for (let at = 0; at < bytes.length; line++) {
    let end = bytes.indexOf(0x0A, at);
    if (end < 0) end = bytes.length;
    const where = { line, column: 1, byteOffset: at };
    const text = textOf(bytes.subarray(at, end), where);
    if (text.trim() !== "" && !text.startsWith("#")) {
      entries.push(entryOf(text, where));
    }
    at = end + 1;
    if (pace.due()) await pace.rest();
  }
  return entries;
}

/** An entry before it is known where it stands. */
type Named = Omit<ManifestEntry, "where">;

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: false });

function textOf(bytes: Uint8Array, where: Where): string {
  try {
    return decoder.decode(bytes).replace(/\r$/, "");
  } catch {
    throw new ParseError({ code: "INVALID_UTF8", ...where, args: {} });
  }
}

function entryOf(line: string, where: Where): ManifestEntry {
  const isEscaped = line.startsWith("\\");
  const text = isEscaped ? line.slice(1) : line;
  const entry = plainEntry(text) ?? taggedEntry(text, where);
  const path = isEscaped ? unescaped(entry.path) : entry.path;
  if (path === null) {
    throw invalid("an escape in the name is none of \\\\, \\n and \\r", where);
  }
  // The system's calls end a path there: another file would be checked.
  if (path.includes("\0")) throw invalid("the name holds a NUL", where);
  return { ...entry, path, where };
}

/** `HEX  name`; `xxhsum` writes `XXH3_HEX  name`. */
function plainEntry(line: string): Named | null {
  const isXxh3 = line.startsWith("XXH3_");
  const text = isXxh3 ? line.slice("XXH3_".length) : line;
  const end = text.indexOf(" ");
  const digest = text.slice(0, Math.max(0, end));
  const mode = text[end + 1];
  const path = text.slice(end + 2);
  if (!isHex(digest) || path === "" || (mode !== " " && mode !== "*")) {
    return null;
  }
  const algorithm = isXxh3 ? "xxh3" : undefined;
  return { path, digest: digest.toLowerCase(), algorithm };
}

/**
 * `SHA256 (name) = hex`, and `SHA2-256(name)= hex`, as OpenSSL writes it; the
 * name may hold anything, `) = ` included.
 */
function taggedEntry(text: string, where: Where): Named {
  const tag = /^([\w/-]+)( ?)\(/.exec(text);
  const close = tag?.[2] === " " ? ") = " : ")= ";
  const begin = tag?.[0].length ?? 0;
  const end = text.lastIndexOf(close);
  const digest = text.slice(end + close.length);
  if (tag === null || end <= begin || !isHex(digest)) {
    throw invalid(
      "expected a digest, two spaces and a name, or NAME (FILE) = DIGEST",
      where,
    );
  }
  const algorithm = algorithmOfTag(tag[1]!, digest, where);
  const path = text.slice(begin, end);
  return { path, digest: digest.toLowerCase(), algorithm };
}

/** Other names than `TAGS` has: those of OpenSSL and of older xxhsum. */
const OTHER_TAGS: ReadonlyMap<string, HashAlgorithm> = new Map([
  ["sha2-256", "sha256"],
  ["sha2-512", "sha512"],
  ["xxh3_64", "xxh3"],
]);

/** `SHA256`, `BLAKE2b`, and `BLAKE2b-256`, whose bits the digest has. */
function algorithmOfTag(
  tag: string,
  digest: string,
  where: Where,
): HashAlgorithm {
  const name = tag.toLowerCase();
  const [base = name, bits] = name.split("-");
  const algorithm = OTHER_TAGS.get(name) ??
    ALGORITHMS.find((one) => one === base);
  if (algorithm === undefined) {
    throw invalid(
      `unknown algorithm ${tag}, known are ${Object.values(TAGS).join(", ")}`,
      where,
    );
  }
  const hasBits = bits !== undefined && algorithm === base;
  if (hasBits && bits !== String(digest.length * 4)) {
    throw invalid(`${tag} gives no digest of ${digest.length} digits`, where);
  }
  return algorithm;
}

function isHex(text: string): boolean {
  return text.length > 0 && text.length % 2 === 0 && /^[0-9a-f]+$/i.test(text);
}

function unescaped(name: string): string | null {
  let isValid = true;
  const text = name.replaceAll(/\\(.?)/gs, (_, letter: string) => {
    if (letter === "n") return "\n";
    if (letter === "r") return "\r";
    if (letter !== "\\") isValid = false;
    return letter;
  });
  return isValid ? text : null;
}

/**
 * The error of a line.
 *
 * @param reason What is wrong with it.
 * @param where Where it stands.
 * @returns A `ParseError` with code `INVALID_MANIFEST`.
 */
export function invalid(reason: string, where: Where): ParseError {
  return new ParseError({
    code: "INVALID_MANIFEST",
    ...where,
    args: { reason },
  });
}

/**
 * The algorithm of a digest that does not say it: by its length.
 *
 * @param digest The digest in hex.
 * @returns SHA-256, SHA-512 or XXH3; null for other lengths.
 */
export function guessAlgorithm(digest: string): HashAlgorithm | null {
  const guesses = ["sha256", "sha512", "xxh3"] as const;
  return guesses.find((name) => usualLength(name) * 2 === digest.length) ??
    null;
}
