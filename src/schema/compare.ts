/**
 * What differs between two schemas, between a schema and its folders, and
 * between an output and its manifest.
 *
 * @module
 */

import { digestSync } from "../hash/digest.ts";
import { diffDigests, type DigestDiff } from "../hash/diff_digests.ts";
import { assertPlainBytes } from "../input.ts";
import {
  assertManifest,
  LINE_FEEDS_LEFT_MAX,
  optionsIn,
} from "./_manifest_shape.ts";
import { buildSchema } from "./build.ts";
import { type SchemaFaultCode, schemaFaults } from "./faults.ts";
import type { SchemaManifest, SchemaManifestFile } from "./manifest.ts";
import type { SchemaOptions } from "./options.ts";

/** What differs between two schemas. */
export interface SchemaDiff extends DigestDiff {
  /**
   * Whether they are the very same. Where they are not and no file differs,
   * the order or the options do.
   */
  readonly isSame: boolean;
}

/** What a verification finds. */
export interface SchemaVerification {
  /** Whether the output is the one of the manifest. */
  readonly isSame: boolean;
  /** The first file whose bytes differ, where that can be told. */
  readonly firstChanged: string | null;
}

/**
 * Compares two schemas: their files, their order and their bytes.
 *
 * @param before The manifest of the old one.
 * @param after The manifest of the new one.
 * @returns What differs.
 * @throws {TypeError} If one is no manifest.
 *
 * @example A file that was renamed
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { buildSchemaOf, diffSchemas } from "@fastpath/fastpath/schema";
 *
 * const bytes = new TextEncoder().encode("select 1;");
 * const before = await buildSchemaOf([{ path: "a.sql", bytes }]);
 * const after = await buildSchemaOf([{ path: "b.sql", bytes }]);
 * assertEquals(diffSchemas(before.manifest, after.manifest), {
 *   isSame: false,
 *   added: [],
 *   removed: [],
 *   changed: [],
 *   renamed: [{ from: "a.sql", to: "b.sql" }],
 * });
 * ```
 */
export function diffSchemas(
  before: SchemaManifest,
  after: SchemaManifest,
): SchemaDiff {
  assertManifest(before, "Cannot compare schemas");
  assertManifest(after, "Cannot compare schemas");
  const isSame = before.digest === after.digest &&
    before.output.digest === after.output.digest;
  return { isSame, ...diffDigests(digestsOf(before), digestsOf(after)) };
}

function digestsOf({ files }: SchemaManifest): Map<string, string> {
  return new Map(files.map(({ path, digest }) => [path, digest]));
}

/**
 * Compares folders with the manifest of a schema that was built from them.
 *
 * @param folders The folders.
 * @param manifest The manifest.
 * @param options Options of the build; those not given are the manifest's.
 * Where its files stood in the order of a list, new and missing ones are no
 * error but a difference.
 * @returns What differs.
 * @throws What `buildSchema` throws, and {TypeError} if the manifest is none.
 *
 * @example A file changed since
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { buildSchema, checkSchema } from "@fastpath/fastpath/schema";
 *
 * const folder = await Deno.makeTempDir();
 * await Deno.writeTextFile(`${folder}/a.sql`, "select 1;");
 * const { manifest } = await buildSchema(folder);
 * await Deno.writeTextFile(`${folder}/a.sql`, "select 2;");
 * const { isSame, changed } = await checkSchema(folder, manifest);
 * assertEquals([isSame, changed], [false, ["a.sql"]]);
 * await Deno.remove(folder, { recursive: true });
 * ```
 */
export async function checkSchema(
  folders: string | readonly string[],
  manifest: SchemaManifest,
  options: SchemaOptions = {},
): Promise<SchemaDiff> {
  return diffSchemas(manifest, await rebuild(folders, manifest, options));
}

/**
 * Builds folders as another schema was built.
 *
 * @param folders The folders.
 * @param manifest The manifest of the other schema.
 * @param options Options that stand before the manifest's.
 * @returns The manifest of the new one. If the files are not those of a list
 * that the manifest has, they stand in the order of their names.
 * @throws What {@linkcode checkSchema} throws.
 */
export async function rebuild(
  folders: string | readonly string[],
  manifest: SchemaManifest,
  options: SchemaOptions,
): Promise<SchemaManifest> {
  assertManifest(manifest, "Cannot check schema");
  if (typeof options !== "object" || options === null) {
    throw new TypeError("Cannot check schema: options must be an object");
  }
  const given: SchemaOptions = Object.fromEntries(
    Object.entries(options).filter(([, value]) => value !== undefined),
  );
  const { separatorText, ...recorded } = optionsIn(manifest);
  // A text wins over a separator, but not over one that is given now.
  const hasText = separatorText !== undefined && given.separator === undefined;
  const settings = {
    ...(manifest.env === null ? {} : { env: manifest.env }),
    ...recorded,
    ...(hasText ? { separatorText } : {}),
    ...orderOf(manifest, given),
    ...given,
  };
  try {
    return (await buildSchema(folders, settings)).manifest;
  } catch (error) {
    const isListed = manifest.order === "manifest" &&
      given.order === undefined;
    const isOther = schemaFaults(error).some(({ code }) =>
      OTHER_FILES.includes(code)
    );
    if (!isListed || !isOther) throw error;
  }
  const { paths: _list, ...rest } = settings;
  const byName = { order: "bytes", duplicatePrefixes: "allow" } as const;
  return (await buildSchema(folders, { ...rest, ...byName })).manifest;
}

/** Faults of a list whose files are not those of the folders. */
const OTHER_FILES: readonly SchemaFaultCode[] = [
  "NOT_LISTED",
  "LISTED_MISSING",
  "LISTED_INCLUDED",
];

/** The order of a manifest; its list belongs to no order but `manifest`. */
function orderOf(
  { order, files }: SchemaManifest,
  given: SchemaOptions,
): SchemaOptions {
  const isListed = order === "manifest" &&
    (given.order ?? order) === "manifest";
  if (!isListed) return { order };
  return { order, paths: listOf(files) };
}

/**
 * The paths of the files that stand for themselves: what a list names.
 *
 * @param files The files of a manifest.
 * @returns Their paths in order.
 */
export function listOf(files: readonly SchemaManifestFile[]): string[] {
  return files.filter(({ included }) => included !== true)
    .map(({ path }) => path);
}

/**
 * Compares the bytes of a schema with its manifest, without its folders.
 *
 * @param output The schema's bytes.
 * @param manifest Its manifest.
 * @returns Whether they are the same, else the first file that differs. What
 * was written between files belongs to none.
 * @throws {TypeError} If there are no bytes, or the manifest is none.
 *
 * @example A schema that was edited by hand
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { buildSchemaOf, verifySchema } from "@fastpath/fastpath/schema";
 *
 * const bytes = new TextEncoder().encode("select 1;\n");
 * const built = await buildSchemaOf([{ path: "a.sql", bytes }]);
 * assertEquals(verifySchema(built.bytes, built.manifest).isSame, true);
 * built.bytes[built.bytes.length - 3] = 0x32;
 * assertEquals(verifySchema(built.bytes, built.manifest), {
 *   isSame: false,
 *   firstChanged: "a.sql",
 * });
 * ```
 */
export function verifySchema(
  output: Uint8Array,
  manifest: SchemaManifest,
): SchemaVerification {
  assertPlainBytes(output);
  assertManifest(manifest, "Cannot verify schema");
  const isSame = output.length === manifest.output.size &&
    digestSync(output) === manifest.output.digest;
  return {
    isSame,
    firstChanged: isSame ? null : firstEdited(output, manifest),
  };
}

/**
 * The first file with a run of other bytes. A run that is whole, only not in
 * its place, was moved by an edit of the header or a separator before it.
 */
function firstEdited(
  output: Uint8Array,
  manifest: SchemaManifest,
): string | null {
  const runs = manifest.files.flatMap(runsOf).sort((a, b) => a.start - b.start);
  const by = output.length - manifest.output.size;
  let moved = 0;
  let end = 0;
  for (const run of runs) {
    if (!isWhole(output, run, moved)) {
      const gap = output.subarray(end, Math.max(end, run.start + by));
      const isMoved = moved === 0 && isWhole(output, run, by) &&
        gap.at(-1) === 0x0a &&
        linesOf(gap) === linesBetween(end, run.start, manifest);
      if (!isMoved) return run.path;
      moved = by;
    }
    end = run.end;
  }
  return null;
}

function linesOf(bytes: Uint8Array): number {
  return bytes.reduce((count, byte) => count + (byte === 0x0a ? 1 : 0), 0);
}

/** Lines of header and separators that a build writes between two runs. */
function linesBetween(
  end: number,
  start: number,
  { files, options = {} }: SchemaManifest,
): number {
  const { header = true, separator = "line", separatorText } = options;
  const each = separatorText !== undefined
    ? separatorText.split("\n").length
    : separator === "none"
    ? 0
    : 1;
  const begun = files.filter((file) =>
    file.included !== true && file.start > end && file.start <= start
  );
  return begun.length * each + (header && end === 0 ? 1 : 0);
}

/** Bytes of a schema that one file gave. */
interface Run {
  readonly path: string;
  readonly start: number;
  readonly end: number;
  /** SHA-256 of the bytes with as many line feeds behind as `size` wants. */
  readonly digest: string;
  readonly size: number;
}

function runsOf(file: SchemaManifestFile): Run[] {
  const { path, start, end, emitted, ranges, size, digest } = file;
  if (ranges !== undefined) {
    return ranges.map(({ start, end, emitted }) => ({
      ...{ path, start, end, digest: emitted, size: end - start },
    }));
  }
  if (start === end) return [];
  return [
    emitted === undefined
      ? { path, start, end, digest, size }
      : { path, start, end, digest: emitted, size: end - start },
  ];
}

function isWhole(
  output: Uint8Array,
  { start, end, digest, size }: Run,
  moved: number,
): boolean {
  const run = output.subarray(Math.max(0, start + moved), end + moved);
  const left = size - (end - start);
  // A build leaves out no more without a digest of its own, and adds one.
  if (run.length < end - start || left > LINE_FEEDS_LEFT_MAX) return false;
  if (left < 0) {
    return digestSync(run.subarray(0, size)) === digest &&
      run.subarray(size).every((byte) => byte === 0x0a);
  }
  if (left === 0) return digestSync(run) === digest;
  const bytes = new Uint8Array(size).fill(0x0a);
  bytes.set(run);
  return digestSync(bytes) === digest;
}
