/**
 * Builds one SQL file from many, always the same bytes from the same files.
 *
 * @module
 */

import { assertPlainBytes } from "../input.ts";
import { Pace } from "../pace.ts";
import { compose } from "./_compose.ts";
import { orderSources } from "./_order.ts";
import { FaultList } from "./_fault_list.ts";
import { Files } from "./_files.ts";
import { noteOrigin } from "./_origin.ts";
import { type Sources, sourcesOfFiles, sourcesOfFolders } from "./_sources.ts";
import type { RawFault } from "./faults.ts";
import { digestOfFiles, manifestOf, type SchemaManifest } from "./manifest.ts";
import {
  checkSchemaOptions,
  type SchemaOptions,
  type SchemaSettings,
} from "./options.ts";

/** A schema that was built. */
export interface SchemaBuild {
  /** The SQL. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Which file every byte came from, sizes and digests. */
  readonly manifest: SchemaManifest;
}

/** A file of a schema in memory. */
export interface SchemaFile {
  /**
   * A plain path with slashes: no `..`, nothing empty, not absolute. It lies
   * below 64 folders at most and has at most 4,095 bytes in UTF-8.
   */
  readonly path: string;
  /** The file's bytes. */
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/**
 * Builds a schema from the files in folders and below them. Hidden files and
 * folders are left out; the folder `env` of each holds environments. Nothing
 * is written.
 *
 * @param folders A folder or several, which may not overlap. Files are named
 * below the folder, or below the parent that several share.
 * @param options Order, environment, separators and more.
 * @returns The SQL and its manifest.
 * @throws {FastpathError} `SCHEMA_INVALID` if anything is wrong with a file:
 * {@linkcode schemaFaults} gives all that is. `INPUT_UNREADABLE` if a folder
 * cannot be read.
 * @throws {TypeError} If an option has the wrong type.
 * @throws {RangeError} If an option has a value that is not allowed, folders
 * overlap, or no folder has the environment.
 * @throws The signal's reason if it is aborted.
 *
 * @example Two files in the order of their numbers
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { buildSchema } from "@fastpath/fastpath/schema";
 *
 * const folder = await Deno.makeTempDir();
 * await Deno.writeTextFile(`${folder}/20_view.sql`, "select 2;");
 * await Deno.writeTextFile(`${folder}/10_table.sql`, "select 1;\n\n");
 * const { bytes } = await buildSchema(folder, { header: false });
 * assertEquals(
 *   new TextDecoder().decode(bytes),
 *   "-- File: 10_table.sql\nselect 1;\n-- File: 20_view.sql\nselect 2;\n",
 * );
 * await Deno.remove(folder, { recursive: true });
 * ```
 */
export async function buildSchema(
  folders: string | readonly string[],
  options: SchemaOptions = {},
): Promise<SchemaBuild> {
  const settings = checkSchemaOptions(options);
  const given = checkFolders(folders);
  settings.signal?.throwIfAborted();
  const pace = new Pace(settings.signal);
  const sources = await sourcesOfFolders(given, settings, pace);
  return await build(sources, settings, pace, given);
}

/**
 * Builds a schema from files in memory, by the same rules.
 *
 * @param files Paths and bytes, in any order.
 * @param options Order, environment, separators and more.
 * @returns The SQL and its manifest.
 * @throws What {@linkcode buildSchema} throws.
 *
 * @example A file that includes another
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { buildSchemaOf } from "@fastpath/fastpath/schema";
 *
 * const encode = (text: string) => new TextEncoder().encode(text);
 * const { bytes } = await buildSchemaOf([
 *   { path: "a.sql", bytes: encode("begin;\n-- @include b.sql\ncommit;") },
 *   { path: "b.sql", bytes: encode("select 1;") },
 * ], { header: false, separator: "none" });
 * assertEquals(
 *   new TextDecoder().decode(bytes),
 *   "begin;\nselect 1;\ncommit;\n",
 * );
 * ```
 */
export async function buildSchemaOf(
  files: Iterable<SchemaFile>,
  options: SchemaOptions = {},
): Promise<SchemaBuild> {
  const settings = checkSchemaOptions(options);
  const given = checkFiles(files);
  settings.signal?.throwIfAborted();
  return await buildFiles(given, settings, new Pace(settings.signal));
}

/**
 * Builds a schema from files in memory.
 *
 * @param files Paths and bytes.
 * @param settings Checked options.
 * @param pace Lets other tasks run.
 * @returns The SQL and its manifest.
 */
export async function buildFiles(
  files: Iterable<SchemaFile>,
  settings: SchemaSettings,
  pace: Pace,
): Promise<SchemaBuild> {
  return await build(sourcesOfFiles(files, settings), settings, pace);
}

function checkFiles(files: Iterable<SchemaFile>): SchemaFile[] {
  const isList = typeof files === "object" && files !== null &&
    Symbol.iterator in files;
  if (!isList) {
    throw new TypeError(
      "Cannot build schema: files must be a list of { path, bytes }",
    );
  }
  const given = [...files];
  given.forEach((file: SchemaFile | null | undefined, index) => {
    if (typeof file?.path !== "string" || file.bytes === undefined) {
      throw new TypeError(
        `Cannot build schema: file ${index + 1} must be { path, bytes }, a ` +
          "text and a Uint8Array",
      );
    }
    assertPlainBytes(file.bytes);
  });
  return given;
}

function checkFolders(folders: string | readonly string[]): readonly string[] {
  const given: unknown = typeof folders === "string" ? [folders] : folders;
  const areTexts = Array.isArray(given) &&
    given.every((folder) => typeof folder === "string");
  if (!areTexts) {
    throw new TypeError(
      "Cannot build schema: folders must be a path or a list of paths",
    );
  }
  if (given.length === 0) {
    throw new RangeError("Cannot build schema: no folder is given");
  }
  return given;
}

async function build(
  sources: Sources,
  settings: SchemaSettings,
  pace: Pace,
  folders: readonly string[] = [],
): Promise<SchemaBuild> {
  const faults = new FaultList();
  sources.faults.forEach((raw) => faults.add(raw));
  if (sources.byPlace.size === 0 && faults.count === 0) {
    faults.add(noFiles(settings));
  }
  const files = new Files(sources, settings, pace, faults);
  await files.scan(sources.byPlace.values());
  const fromLeaves = await files.checkCycles();
  const ordered = orderSources(
    files.tops(),
    settings,
    () => files.includers(),
  );
  ordered.faults.forEach((raw) => faults.add(raw));
  if (faults.count > 0) throw faults.error();
  const scanned = ordered.sources.map((source) => files.at(source));
  const all = await files.inOrder(scanned);
  const digest = digestOfFiles(all);
  const { resolve } = files;
  const parts = { tops: scanned, files: fromLeaves, resolve, digest };
  const composed = await compose(parts, settings, pace);
  if ("code" in composed) {
    faults.add(composed);
    throw faults.error();
  }
  const { bytes } = composed;
  const tops = new Set(scanned);
  const entries = { all, tops, digest };
  const manifest = await manifestOf(composed, entries, settings, pace);
  const built = { bytes, manifest };
  noteOrigin(built, {
    ...{ folders, extensions: settings.extensions },
    files: all.flatMap(({ source }) => source.file ?? []),
  });
  return built;
}

/** No file at all is a wrong folder or ending, not an empty schema. */
function noFiles({ extensions }: SchemaSettings): RawFault {
  const endings = extensions.map((ending) => JSON.stringify(ending));
  const args = { endings: endings.join(" or ") };
  return { code: "NO_FILES", path: ".", args };
}
