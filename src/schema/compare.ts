/**
 * What differs between two schemas, between a schema and its folders, and
 * between an output and its manifest.
 *
 * @module
 */

import { digestSync } from "../hash/digest.ts";
import { diffDigests, type DigestDiff } from "../hash/diff_digests.ts";
import { buildSchema } from "./build.ts";
import type { SchemaManifest, SchemaManifestFile } from "./manifest.ts";
import type { SchemaOptions } from "./options.ts";

/** What a check finds. */
export interface SchemaCheck extends DigestDiff {
  /** Whether a build gives the very same schema. */
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
 * Compares the files of two schemas.
 *
 * @param before The manifest of the old one.
 * @param after The manifest of the new one.
 * @returns What differs.
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
): DigestDiff {
  return diffDigests(digestsOf(before), digestsOf(after));
}

function digestsOf({ files }: SchemaManifest): Map<string, string> {
  return new Map(files.map(({ path, digest }) => [path, digest]));
}

/**
 * Compares folders with the manifest of a schema that was built from them.
 *
 * @param folders The folders.
 * @param manifest The manifest.
 * @param options Options of the build; order and environment are the
 * manifest's unless given.
 * @returns What differs.
 * @throws What `buildSchema` throws.
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
): Promise<SchemaCheck> {
  const built = await buildSchema(folders, {
    ...(manifest.env === null ? {} : { env: manifest.env }),
    ...orderOf(manifest),
    ...options,
  });
  const isSame = built.manifest.output.digest === manifest.output.digest &&
    built.manifest.digest === manifest.digest;
  return { isSame, ...diffSchemas(manifest, built.manifest) };
}

function orderOf({ order, files }: SchemaManifest): SchemaOptions {
  if (order !== "manifest") return { order };
  return { order, paths: files.map(({ path }) => path) };
}

/**
 * Compares the bytes of a schema with its manifest, without its folders.
 *
 * @param output The schema's bytes.
 * @param manifest Its manifest.
 * @returns Whether they are the same, else the first file that differs.
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
  const isSame = output.length === manifest.output.size &&
    digestSync(output) === manifest.output.digest;
  if (isSame) return { isSame, firstChanged: null };
  const first = [...manifest.files].sort((a, b) => a.start - b.start)
    .find((file) => differs(output, file));
  return { isSame, firstChanged: first?.path ?? null };
}

/**
 * Whether the bytes of a file surely differ: its run gives its digest with
 * as many line ends behind it as the file had.
 */
function differs(output: Uint8Array, file: SchemaManifestFile): boolean {
  const { start, end, size, digest, ranges } = file;
  if (ranges !== undefined || start === end) return false;
  const bytes = new Uint8Array(size).fill(0x0a);
  const run = output.subarray(start, end);
  bytes.set(run.subarray(0, size));
  return run.length < end - start || digestSync(bytes) !== digest;
}
