/**
 * Manifests: lines of digests and names, as coreutils' programs and b3sum
 * write and check them, in their own and in the BSD form.
 *
 * @module
 */

import { type Fault, ParseError } from "../errors.ts";
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
  if (!/[\\\n\r]/.test(name)) return `${digest}  ${name}\n`;
  const escaped = name.replaceAll("\\", "\\\\").replaceAll("\n", "\\n")
    .replaceAll("\r", "\\r");
  return `\\${digest}  ${escaped}\n`;
}

/**
 * The entries of a manifest, in its order. Blank lines and lines that begin
 * with `#` say nothing.
 *
 * @param bytes The manifest.
 * @returns Its entries.
 * @throws {ParseError} `INVALID_MANIFEST` or `INVALID_UTF8` with the line.
 */
export function parseManifest(bytes: Uint8Array): ManifestEntry[] {
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
  const entry = plainEntry(text) ?? bsdEntry(text);
  if (entry === null) {
    throw invalid(
      "expected a digest, two spaces and a name, or NAME (FILE) = DIGEST",
      where,
    );
  }
  const path = isEscaped ? unescaped(entry.path) : entry.path;
  if (path === null) {
    throw invalid("an escape in the name is none of \\\\, \\n and \\r", where);
  }
  return { ...entry, path, where };
}

function plainEntry(text: string): Named | null {
  const end = text.indexOf(" ");
  const digest = text.slice(0, Math.max(0, end));
  const mode = text[end + 1];
  const path = text.slice(end + 2);
  if (!isHex(digest) || path === "" || (mode !== " " && mode !== "*")) {
    return null;
  }
  return { path, digest: digest.toLowerCase(), algorithm: undefined };
}

/** `SHA256 (name) = hex`; the name may hold anything, `) = ` included. */
function bsdEntry(text: string): Named | null {
  const begin = text.indexOf(" (");
  const end = text.lastIndexOf(") = ");
  if (begin < 0 || end < begin + 3) return null;
  const digest = text.slice(end + 4);
  const algorithm = bsdAlgorithm(text.slice(0, begin), digest.length * 4);
  if (algorithm === null || !isHex(digest)) return null;
  const path = text.slice(begin + 2, end);
  return { path, digest: digest.toLowerCase(), algorithm };
}

/** `SHA256`, `BLAKE2b`, and `BLAKE2b-256`, whose bits the digest has. */
function bsdAlgorithm(name: string, bits: number): HashAlgorithm | null {
  const [base = "", length] = name.toLowerCase().split("-");
  if (length !== undefined && length !== String(bits)) return null;
  if (base === "xxh3") return "xxh3";
  return ALGORITHMS.find((algorithm) => algorithm === base) ?? null;
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
