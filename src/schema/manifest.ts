/**
 * The manifest of a schema: which file every byte came from, sizes and
 * digests; and what can be asked of it.
 *
 * @module
 */

import { FastpathError } from "../errors.ts";
import { digestSync } from "../hash/digest.ts";
import { hexOf } from "../runtime.ts";
import type { Composed, SchemaRange } from "./_compose.ts";
import type { Scanned } from "./_scan.ts";
import type { SchemaOrder, SchemaSettings } from "./options.ts";

export type { SchemaRange };

/** A file of a manifest. */
export interface SchemaManifestFile {
  /** How the schema names it. */
  readonly path: string;
  /** The file whose place it takes, where an environment has one. */
  readonly overrides?: string;
  /** Bytes of the file. */
  readonly size: number;
  /** SHA-256 of the file in hex. */
  readonly digest: string;
  /** Byte of the output where it begins. */
  readonly start: number;
  /** Byte of the output behind its last. */
  readonly end: number;
  /**
   * Its runs of bytes, where other files lie between or it stands several
   * times; else `start` to `end` is all of it, from line 1 on.
   */
  readonly ranges?: readonly SchemaRange[];
}

/** Where every byte of a schema came from. It has no time and no root. */
export interface SchemaManifest {
  /** Version of this form. */
  readonly version: 1;
  /** The order of the files. */
  readonly order: SchemaOrder;
  /** The environment, or null. */
  readonly env: string | null;
  /**
   * SHA-256 in hex of the files' order, paths, sizes and digests: the text
   * `fp1:schema`, a line feed and the number of files; then for each the
   * length of its path, the path, its size and its 32 bytes of SHA-256.
   * Numbers are 64 bits, little-endian.
   */
  readonly digest: string;
  /** The schema itself. */
  readonly output: {
    /** Its bytes. */
    readonly size: number;
    /** SHA-256 in hex. */
    readonly digest: string;
  };
  /** The files in their order, each followed by what it includes. */
  readonly files: readonly SchemaManifestFile[];
}

/**
 * The digest of files: see {@linkcode SchemaManifest.digest}.
 *
 * @param files The files in order.
 * @returns 32 bytes.
 */
export function digestOfFiles(
  files: readonly Scanned[],
): Uint8Array<ArrayBuffer> {
  const encoder = new TextEncoder();
  const tag = encoder.encode("fp1:schema\n");
  const paths = files.map(({ source }) => encoder.encode(source.path));
  const size = paths.reduce((sum, path) => sum + path.length + 48, 0);
  const frame = new Uint8Array(tag.length + 8 + size);
  const view = new DataView(frame.buffer);
  const long = (at: number, value: number) =>
    view.setBigUint64(at, BigInt(value), true);
  frame.set(tag);
  long(tag.length, files.length);
  let at = tag.length + 8;
  files.forEach(({ bytes, digest }, index) => {
    const path = paths[index]!;
    long(at, path.length);
    frame.set(path, at + 8);
    at += 8 + path.length;
    long(at, bytes.length);
    frame.set(digest, at + 8);
    at += 40;
  });
  return digestSync(frame, { encoding: "bytes" });
}

/**
 * The manifest of a schema that was put together.
 *
 * @param composed The schema.
 * @param files Its files in order.
 * @param digest Their digest.
 * @param settings Order and environment.
 * @returns The manifest.
 */
export function manifestOf(
  composed: Composed,
  files: readonly Scanned[],
  digest: Uint8Array,
  { order, env }: SchemaSettings,
): SchemaManifest {
  const { bytes } = composed;
  return {
    ...{ version: 1, order, env },
    digest: hexOf(digest),
    output: { size: bytes.length, digest: composed.digest },
    files: files.map((file) => entryOf(file, composed)),
  };
}

function entryOf(
  file: Scanned,
  { ranges, places }: Composed,
): SchemaManifestFile {
  const { source, bytes, digest } = file;
  const own = ranges.get(file)!;
  const start = places.get(file)!;
  const isOneRun = own.length <= 1 &&
    own.every((range) => range.line === 1 && range.start === start);
  return {
    path: source.path,
    ...(source.overrides === null ? {} : { overrides: source.overrides }),
    size: bytes.length,
    digest: hexOf(digest),
    start,
    end: own.at(-1)?.end ?? start,
    ...(isOneRun ? {} : { ranges: own }),
  };
}

/**
 * A manifest as the bytes of a file: JSON, always the same.
 *
 * @param manifest The manifest.
 * @returns JSON with a line end.
 */
export function printSchemaManifest(
  manifest: SchemaManifest,
): Uint8Array<ArrayBuffer> {
  const { files, ...rest } = manifest;
  const head = JSON.stringify(rest, null, 2).slice(0, -2);
  const lines = files.map((file) => `    ${JSON.stringify(file)}`);
  const list = lines.length === 0 ? "[]" : `[\n${lines.join(",\n")}\n  ]`;
  return new TextEncoder().encode(`${head},\n  "files": ${list}\n}\n`);
}

/**
 * Reads a manifest.
 *
 * @param bytes What {@linkcode printSchemaManifest} made.
 * @returns The manifest.
 * @throws {FastpathError} `INVALID_MANIFEST` if it is none.
 */
export function parseSchemaManifest(bytes: Uint8Array): SchemaManifest {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder().decode(bytes));
  } catch (cause) {
    throw invalid("it is not JSON", cause);
  }
  const manifest = value as SchemaManifest;
  if (manifest?.version !== 1) throw invalid("it is not of version 1");
  const { output, files } = manifest;
  if (!isDigest(manifest.digest) || !isDigest(output?.digest)) {
    throw invalid("a digest is missing");
  }
  if (!Array.isArray(files)) throw invalid("it has no files");
  files.forEach((file, index) => {
    if (!isFile(file)) throw invalid(`file ${index + 1} is incomplete`);
  });
  return manifest;
}

function invalid(reason: string, cause?: unknown): FastpathError {
  return new FastpathError(
    "INVALID_MANIFEST",
    `Cannot use manifest: ${reason}`,
    { cause },
  );
}

function isDigest(value: unknown): boolean {
  return typeof value === "string" && /^[0-9a-f]{64}$/.test(value);
}

function isFile(value: unknown): boolean {
  const file = value as SchemaManifestFile | null;
  return typeof file?.path === "string" && isDigest(file.digest) &&
    [file.size, file.start, file.end].every(isCount) &&
    (file.ranges === undefined ||
      (Array.isArray(file.ranges) && file.ranges.every(isRange)));
}

function isRange(value: unknown): boolean {
  const range = value as SchemaRange | null;
  return [range?.start, range?.end, range?.line].every(isCount);
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
