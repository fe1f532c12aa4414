/**
 * What is looked at before a library is opened. Opening a truncated library
 * ends the process and no handler can catch it, so size and SHA-256 must
 * match the manifest that the build put beside the library. That detects
 * damage, not an attacker who can write to the folder.
 *
 * @module
 */

import { ABI_VERSION, SYMBOLS_HASH } from "./symbols.ts";
import { hexOf } from "../src/runtime.ts";

/** What `deno task build` says about the library it made. */
export interface Manifest {
  /** The package's name. */
  readonly name: string;
  /** The package's version. */
  readonly version: string;
  /** Version of the interface. */
  readonly abi: number;
  /** Hash of the symbol table. */
  readonly symbolsHash: number;
  /** Size of the library. */
  readonly bytes: number;
  /** SHA-256 of the library, in lower-case hex. */
  readonly sha256: string;
  /** The target triple it was built for. */
  readonly target: string;
  /** The compiler's version. */
  readonly rustc: string;
}

/** A library's bytes and what its manifest promises. */
export interface Inspected {
  /** The library's bytes. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** The manifest beside it. */
  readonly manifest: Manifest;
}

/** The ending of a manifest: it lies beside the library. */
export const MANIFEST_ENDING: string = ".json";

/**
 * Reads a library and its manifest and compares all but the SHA-256.
 *
 * @param path The library's absolute path; reading it must be granted.
 * @param target The target triple of this process.
 * @returns Both, or the reason to refuse the library.
 */
export function inspect(path: string, target: string): Inspected | string {
  const size = fileSize(path);
  if (typeof size === "string") return size;
  const manifest = readManifest(path + MANIFEST_ENDING);
  if (typeof manifest === "string") return manifest;
  const mismatch = compareManifest(manifest, size, target);
  if (mismatch !== null) return mismatch;
  try {
    const bytes = Deno.readFileSync(path);
    return machineMismatch(bytes, target) ?? { bytes, manifest };
  } catch (error) {
    return `unreadable: ${textOf(error)}`;
  }
}

/**
 * Compares the digest of a library with its manifest.
 *
 * @param manifest The manifest beside the library.
 * @param sha256 The digest of the library's bytes, in lower-case hex.
 * @returns The reason to refuse the library, or null.
 */
export function digestMismatch(
  manifest: Manifest,
  sha256: string,
): string | null {
  if (manifest.sha256 === sha256) return null;
  return `damaged: SHA-256 is ${sha256}, its manifest says ${manifest.sha256}`;
}

/**
 * SHA-256 at once. The first use in a process loads node:crypto, 15 to 30 ms
 * unless something else has loaded it; `sha256Async` takes 2 ms.
 *
 * @param bytes The bytes.
 * @returns The digest in lower-case hex.
 */
export function sha256Sync(bytes: Uint8Array<ArrayBuffer>): string {
  const crypto = process.getBuiltinModule("node:crypto");
  return crypto.createHash("sha256").update(bytes).digest("hex");
}

/**
 * SHA-256 by the web platform's own function.
 *
 * @param bytes The bytes.
 * @returns The digest in lower-case hex.
 */
export async function sha256Async(
  bytes: Uint8Array<ArrayBuffer>,
): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", bytes);
  return hexOf(new Uint8Array(digest));
}

function fileSize(path: string): number | string {
  try {
    const info = Deno.statSync(path);
    if (!info.isFile) return "not a file";
    return info.size === 0 ? "empty file" : info.size;
  } catch (error) {
    return error instanceof Deno.errors.NotFound
      ? "no such file"
      : `unreadable: ${textOf(error)}`;
  }
}

function readManifest(path: string): Manifest | string {
  let text: string;
  try {
    text = Deno.readTextFileSync(path);
  } catch (error) {
    return error instanceof Deno.errors.NotFound
      ? `no manifest beside it: expected ${path}, deno task build writes one`
      : `manifest is unreadable: ${textOf(error)}`;
  }
  return parseManifest(text) ?? `manifest is not valid: ${path}`;
}

/**
 * Reads the text of a manifest.
 *
 * @param text The text, JSON.
 * @returns The manifest, or null where a field is absent or of another type.
 */
export function parseManifest(text: string): Manifest | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof value !== "object" || value === null) return null;
  const found = value as Record<keyof Manifest, unknown>;
  const numbers = [found.abi, found.symbolsHash, found.bytes];
  const texts = [
    found.name,
    found.version,
    found.sha256,
    found.target,
    found.rustc,
  ];
  const isValid = numbers.every((item) => typeof item === "number") &&
    texts.every((item) => typeof item === "string");
  return isValid ? value as Manifest : null;
}

function compareManifest(
  manifest: Manifest,
  size: number,
  target: string,
): string | null {
  if (manifest.bytes !== size) {
    return `damaged: ${size} bytes, its manifest says ${manifest.bytes}`;
  }
  if (manifest.target !== target) {
    return `built for ${manifest.target}, this is ${target}`;
  }
  return abiMismatch(manifest.abi, manifest.symbolsHash);
}

/**
 * Compares the interface of a library with the one this module knows.
 *
 * @param abi The library's version of the interface; null: it has none.
 * @param symbolsHash The library's hash of the symbol table; null: none.
 * @returns The reason to refuse the library, or null.
 */
export function abiMismatch(
  abi: number | null,
  symbolsHash: number | null,
): string | null {
  if (abi === null || symbolsHash === null) {
    return "not a fastpath library: it does not tell its ABI version";
  }
  if (abi !== ABI_VERSION) {
    return `ABI version ${abi}, expected ${ABI_VERSION}: build it again`;
  }
  if (symbolsHash !== SYMBOLS_HASH) {
    return "its symbols differ from the expected ones: build it again";
  }
  return null;
}

// ELF machine numbers (e_machine) of the processors we build for.
const ELF_MACHINES: Record<string, number> = { x86_64: 62, aarch64: 183 };

/**
 * Refuses a file that is no ELF library of this processor. The loader would
 * say "No such file" of another processor's library. Other formats pass: the
 * digest has been compared, and their loaders say what is wrong.
 */
function machineMismatch(
  bytes: Uint8Array,
  target: string,
): string | null {
  if (!target.includes("linux")) return null;
  const isElf = bytes[0] === 0x7f && bytes[1] === 0x45 && bytes[2] === 0x4c &&
    bytes[3] === 0x46;
  if (!isElf) return "not an ELF library";
  const machine = (bytes[18] ?? 0) | (bytes[19] ?? 0) << 8;
  const expected = ELF_MACHINES[target.slice(0, target.indexOf("-"))];
  if (expected === undefined || machine === expected) return null;
  return `built for another processor: ELF machine ${machine}, ` +
    `expected ${expected}`;
}

/**
 * The words of an error.
 *
 * @param error What was thrown.
 * @returns Its message, or itself as text.
 */
export function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
