/**
 * Builds a schema into a file, which appears whole or not at all.
 *
 * @module
 */

import { buildSchema, type SchemaBuild } from "./build.ts";
import { printSchemaManifest } from "./manifest.ts";
import type { SchemaOptions } from "./options.ts";
import { replaceFiles } from "./_replace_files.ts";

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
 * disk under other names before they take theirs: whatever fails before
 * leaves the old files untouched.
 *
 * @param folders A folder or several.
 * @param output The file to write.
 * @param options What `buildSchema` takes, and where the manifest goes.
 * @returns What was written.
 * @throws What `buildSchema` throws, and {FastpathError}
 * `OUTPUT_UNWRITABLE` if a file cannot be written.
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
  assertPath(output);
  const { manifestPath, ...rest } = options;
  const built = await buildSchema(folders, rest);
  await writeSchemaBuild(built, output, manifestPath);
  return built;
}

/**
 * Writes a schema that was built and its manifest, as
 * {@linkcode writeSchema} does.
 *
 * @param built The SQL and its manifest.
 * @param output The file to write.
 * @param manifestPath Where the manifest goes; `null` writes none.
 * @throws {FastpathError} `OUTPUT_UNWRITABLE` if a file cannot be written.
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
  assertPath(output);
  const files = [{ path: output, bytes: built.bytes }];
  if (manifestPath !== null) {
    const bytes = printSchemaManifest(built.manifest);
    files.unshift({ path: manifestPath, bytes });
  }
  await replaceFiles(files);
}

function assertPath(output: unknown): void {
  if (typeof output === "string") return;
  throw new TypeError("Cannot write schema: output must be a path");
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
