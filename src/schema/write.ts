/**
 * Builds a schema into a file, which appears whole or not at all.
 *
 * @module
 */

import { buildSchema, type SchemaBuild } from "./build.ts";
import { printSchemaManifest } from "./manifest.ts";
import { checkSchemaOptions, type SchemaOptions } from "./options.ts";
import { type Origin, originOf } from "./_origin.ts";
import { replaceFiles } from "./_replace_files.ts";
import { assertFree, type Target, targetOf } from "./_targets.ts";

/** Options of writing a schema. */
export interface WriteSchemaOptions extends SchemaOptions {
  /**
   * Where the manifest goes; default: beside the output, under its name and
   * `.manifest.json`. `null` writes none.
   */
  readonly manifestPath?: string | null;
}

/**
 * Builds a schema and writes it and its manifest. Both are written to the
 * disk under other names before they take theirs: whatever fails leaves the
 * old files untouched. A symbolic link is written where it leads, and a file
 * that is replaced keeps its bits of permission.
 *
 * @param folders A folder or several.
 * @param output The file to write.
 * @param options What `buildSchema` takes, and where the manifest goes.
 * @returns What was written.
 * @throws What `buildSchema` throws, and {FastpathError}
 * `OUTPUT_UNWRITABLE` if a file cannot be written.
 * @throws {TypeError} If a path is no text.
 * @throws {RangeError} If a path is that of a file of the schema, lies where
 * the next build would take it for one, or is given twice.
 *
 * @example A schema and its manifest
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { writeSchema } from "@fastpath/fastpath/schema";
 *
 * const folder = await Deno.makeTempDir();
 * await Deno.mkdir(`${folder}/db`);
 * await Deno.writeTextFile(`${folder}/db/a.sql`, "select 1;");
 * await writeSchema(`${folder}/db`, `${folder}/schema.sql`);
 * assertEquals(
 *   [...Deno.readDirSync(folder)].map(({ name }) => name).sort(),
 *   ["db", "schema.sql", "schema.sql.manifest.json"],
 * );
 * await Deno.remove(folder, { recursive: true });
 * ```
 */
export async function writeSchema(
  folders: string | readonly string[],
  output: string,
  options: WriteSchemaOptions = {},
): Promise<SchemaBuild> {
  checkSchemaOptions(options);
  const { manifestPath, ...rest } = options;
  assertPaths(output, manifestPath);
  const built = await buildSchema(folders, rest);
  await writeSchemaBuild(built, output, manifestPath);
  return built;
}

/**
 * Writes a schema that was built and its manifest, as
 * {@linkcode writeSchema} does.
 *
 * @param built What `buildSchema` and its like gave: the SQL and its manifest.
 * @param output The file to write.
 * @param manifestPath Where the manifest goes; `null` writes none.
 * @throws {FastpathError} `OUTPUT_UNWRITABLE` if a file cannot be written.
 * @throws {TypeError} If a path is no text, or the schema is none.
 * @throws {RangeError} If a path is that of a file of the schema, lies where
 * the next build would take it for one, or is given twice.
 *
 * @example A schema from files in memory
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { buildSchemaOf, writeSchemaBuild } from "@fastpath/fastpath/schema";
 *
 * const folder = await Deno.makeTempDir();
 * const bytes = new TextEncoder().encode("select 1;");
 * const built = await buildSchemaOf([{ path: "a.sql", bytes }]);
 * await writeSchemaBuild(built, `${folder}/schema.sql`, null);
 * assertEquals(Deno.readFileSync(`${folder}/schema.sql`), built.bytes);
 * await Deno.remove(folder, { recursive: true });
 * ```
 */
export async function writeSchemaBuild(
  built: SchemaBuild,
  output: string,
  manifestPath: string | null = manifestPathOf(output),
): Promise<void> {
  assertPaths(output, manifestPath);
  const { bytes, manifest } = built ?? {};
  if (!(bytes instanceof Uint8Array) || typeof manifest !== "object") {
    throw new TypeError(
      "Cannot write schema: expected what buildSchema gives",
    );
  }
  const paths = manifestPath === null ? [output] : [output, manifestPath];
  const [target, beside] = freeTargets(paths, originOf(built));
  const files = [{ target: target!, bytes }];
  if (beside !== undefined) {
    files.unshift({ target: beside, bytes: printSchemaManifest(manifest) });
  }
  await replaceFiles(files);
}

/**
 * Where a schema of folders and its manifest will go, if they may be there.
 *
 * @param paths The schema's path, and the manifest's where there is one.
 * @param folders The folders.
 * @param extensions Endings of the files that are taken; absent: the default.
 * @returns The places on the disk, without links.
 * @throws What {@linkcode writeSchemaBuild} throws for paths.
 */
export function freePlaces(
  paths: readonly string[],
  folders: readonly string[],
  extensions?: readonly string[],
): string[] {
  const options = extensions === undefined ? {} : { extensions };
  const { extensions: endings } = checkSchemaOptions(options);
  return freeTargets(paths, { folders, extensions: endings, files: [] })
    .map(({ path }) => path);
}

function freeTargets(paths: readonly string[], origin: Origin): Target[] {
  const targets = paths.map(targetOf);
  assertFree(targets, origin);
  return targets;
}

function assertPaths(output: unknown, manifestPath: unknown): void {
  if (typeof output !== "string" || output === "") {
    throw new TypeError("Cannot write schema: output must be a path");
  }
  const isPath = typeof manifestPath === "string" && manifestPath !== "";
  if (isPath || manifestPath === undefined || manifestPath === null) return;
  throw new TypeError(
    "Cannot write schema: manifestPath must be a path or null",
  );
}

/**
 * Where the manifest of an output lies unless somebody says otherwise.
 *
 * @param output The output's path.
 * @returns The manifest's path.
 */
export function manifestPathOf(output: string): string {
  return `${output}.manifest.json`;
}
