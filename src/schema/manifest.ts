/**
 * The manifest of a schema: which file every byte came from, sizes and
 * digests; and what can be asked of it.
 *
 * @module
 */

import { FastpathError } from "../errors.ts";
import { digestSync } from "../hash/digest.ts";
import { assertPlainBytes } from "../input.ts";
import type { Pace } from "../pace.ts";
import { hexOf } from "../runtime.ts";
import type { Composed, SchemaRange as Run } from "./_compose.ts";
import {
  LINE_FEEDS_LEFT_MAX,
  RECORDED_OPTIONS,
  troubleOf,
} from "./_manifest_shape.ts";
import type { Scanned } from "./_scan.ts";
import {
  checkSchemaOptions,
  type SchemaOptions,
  type SchemaOrder,
  type SchemaSettings,
} from "./options.ts";

/** Bytes `[start, end)` of the output that are lines of one file. */
export interface SchemaRange {
  /** Byte in the output. */
  readonly start: number;
  /** Byte behind the last, in the output. */
  readonly end: number;
  /** The line of the file that begins here, from 1. */
  readonly line: number;
  /** SHA-256 of these bytes in hex. */
  readonly emitted: string;
}

/** Options of a build that its manifest records. */
export type SchemaManifestOptions = Pick<
  SchemaOptions,
  | "header"
  | "separator"
  | "separatorText"
  | "bom"
  | "crlf"
  | "meta"
  | "extensions"
  | "duplicatePrefixes"
>;

/** A file of a manifest. */
export interface SchemaManifestFile {
  /** How the schema names it. */
  readonly path: string;
  /** The file whose place it takes, where an environment has one. */
  readonly overrides?: string;
  /** True where it stands only because another file includes it. */
  readonly included?: true;
  /** Bytes of the file. */
  readonly size: number;
  /** SHA-256 of the file in hex. */
  readonly digest: string;
  /** Byte of the output where it begins. */
  readonly start: number;
  /** Byte of the output behind its last. */
  readonly end: number;
  /**
   * SHA-256 in hex of the bytes from `start` to `end`, where these are not
   * the file's but for line feeds at its end: a byte order mark or a CR at the
   * end was left out, CRLF became LF, or lines included other files. Where
   * there are `ranges`, each has its own.
   */
  readonly emitted?: string;
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
  /** The options that are not the default; absent where all are. */
  readonly options?: SchemaManifestOptions;
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

/** The files of a schema that was put together. */
interface Parts {
  /** All, each followed by what it includes. */
  readonly all: readonly Scanned[];
  /** Those that stand for themselves. */
  readonly tops: ReadonlySet<Scanned>;
  /** The digest of all. */
  readonly digest: Uint8Array;
}

/**
 * The manifest of a schema that was put together.
 *
 * @param composed The schema.
 * @param parts Its files in order and their digest.
 * @param settings The options of the build.
 * @param pace Lets other tasks run.
 * @returns The manifest.
 */
export async function manifestOf(
  composed: Composed,
  { all, tops, digest }: Parts,
  settings: SchemaSettings,
  pace: Pace,
): Promise<SchemaManifest> {
  const { bytes } = composed;
  const { order, env } = settings;
  const options = recordedOptions(settings);
  const files: SchemaManifestFile[] = [];
  for (const file of all) {
    if (pace.due()) await pace.rest();
    files.push(entryOf(file, !tops.has(file), composed, settings));
  }
  return {
    ...{ version: 1, order, env, ...(options === null ? {} : { options }) },
    digest: hexOf(digest),
    output: { size: bytes.length, digest: composed.digest },
    files,
  };
}

function recordedOptions(
  settings: SchemaSettings,
): SchemaManifestOptions | null {
  const defaults = checkSchemaOptions({});
  const changed = RECORDED_OPTIONS.filter((name) =>
    JSON.stringify(settings[name]) !== JSON.stringify(defaults[name])
  ).map((name) => [name, settings[name]]);
  return changed.length === 0 ? null : Object.fromEntries(changed);
}

function digestOf(bytes: Uint8Array, { engine }: SchemaSettings): string {
  return digestSync(bytes, { ...(engine ? { engine } : {}) });
}

function entryOf(
  file: Scanned,
  isIncluded: boolean,
  { bytes, ranges, places }: Composed,
  settings: SchemaSettings,
): SchemaManifestFile {
  const { source } = file;
  const own = ranges.get(file)!;
  const start = places.get(file)!;
  const end = own.at(-1)?.end ?? start;
  const isOneRun = own.length <= 1 &&
    own.every((range) => range.line === 1 && range.start === start);
  const emitted = (run: { start: number; end: number }) =>
    digestOf(bytes.subarray(run.start, run.end), settings);
  const isOwn = start === end || isAsItIs(file, end - start, settings);
  return {
    path: source.path,
    ...(source.overrides === null ? {} : { overrides: source.overrides }),
    ...(isIncluded ? { included: true } : {}),
    size: file.bytes.length,
    digest: hexOf(file.digest),
    ...{ start, end },
    ...(!isOneRun || isOwn ? {} : { emitted: emitted({ start, end }) }),
    ...(isOneRun ? {} : { ranges: withDigests(own, emitted) }),
  };
}

/** Whether a run is its file's bytes but for line feeds at the end. */
function isAsItIs(
  { bytes, hasBom, crlfAt, includes }: Scanned,
  length: number,
  { crlf }: SchemaSettings,
): boolean {
  if (hasBom || includes.length > 0) return false;
  if (crlf === "lf" && crlfAt >= 0) return false;
  // A lone CR at the end was left out.
  if (bytes.at(-1) === 0x0d) return false;
  const left = bytes.length - length;
  return left <= (crlfAt < 0 ? LINE_FEEDS_LEFT_MAX : 0);
}

/** A file that stands several times gives the same bytes from a line on. */
function withDigests(
  runs: readonly Run[],
  emitted: (run: Run) => string,
): SchemaRange[] {
  const known = new Map<number, string>();
  return runs.map((run) => {
    const digest = known.get(run.line) ?? emitted(run);
    known.set(run.line, digest);
    return { ...run, emitted: digest };
  });
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
 * @throws {TypeError} If there are no bytes.
 */
export function parseSchemaManifest(bytes: Uint8Array): SchemaManifest {
  assertPlainBytes(bytes);
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (cause) {
    throw invalid("it is not JSON", cause);
  }
  const trouble = troubleOf(value);
  if (trouble !== null) throw invalid(trouble);
  return value as SchemaManifest;
}

function invalid(reason: string, cause?: unknown): FastpathError {
  return new FastpathError(
    "INVALID_MANIFEST",
    `Cannot use manifest: ${reason}`,
    { cause },
  );
}
