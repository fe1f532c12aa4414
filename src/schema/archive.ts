/**
 * Builds a schema from files that come as one archive: a zip, or the body of
 * a form with files.
 *
 * @module
 */

import { assertPlainBytes } from "../input.ts";
import { RATIO_FREE_BYTES, RATIO_MAX } from "../inflate/inflate.ts";
import { Pace } from "../pace.ts";
import { archiveFault, type ArchiveFile } from "./_archive_fault.ts";
import { filesOfForm, startOfForm } from "./_form.ts";
import { pathTrouble } from "./_paths.ts";
import { filesOfZip } from "./_zip.ts";
import { buildFiles, type SchemaBuild } from "./build.ts";
import {
  checkSchemaOptions,
  OUTPUT_BYTES_MAX,
  type SchemaOptions,
} from "./options.ts";

/**
 * Builds a schema from the files of an archive, by the rules of
 * `buildSchema`. Nothing is written to the disk.
 *
 * @param archive A zip archive whose members are named as the files of a
 * folder; or the body of a form (`multipart/form-data`, RFC 7578) whose files
 * are named so. The boundary of a form is the one of its first boundary line:
 * the content type, which says it too, is not needed.
 * @param options Order, environment, separators and more.
 * @returns The SQL and its manifest.
 * @throws {ParseError} `INVALID_ARCHIVE` if the archive is broken, has links,
 * or a name leads out of it, stands twice, lies below more than 64 folders or
 * is longer than 4,095 bytes.
 * @throws {FastpathError} `RATIO_EXCEEDED` if more than 250 bytes would come
 * out of one and more than 16 MiB in all. Includes may make no more of it
 * either.
 * @throws What `buildSchema` throws.
 *
 * @example A form with two files
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { buildSchemaOfArchive } from "@fastpath/fastpath/schema";
 *
 * const form = new FormData();
 * form.append("files", new File(["select 2;"], "2.sql"));
 * form.append("files", new File(["select 1;"], "1.sql"));
 * const body = await new Response(form).bytes();
 * const { manifest } = await buildSchemaOfArchive(body);
 * assertEquals(manifest.files.map(({ path }) => path), ["1.sql", "2.sql"]);
 * ```
 */
export async function buildSchemaOfArchive(
  archive: Uint8Array,
  options: SchemaOptions = {},
): Promise<SchemaBuild> {
  const settings = checkSchemaOptions(options);
  assertPlainBytes(archive);
  settings.signal?.throwIfAborted();
  const pace = new Pace(settings.signal);
  const files = await filesOf(archive as Uint8Array<ArrayBuffer>, pace);
  checkNames(files);
  const ratioBytes = Math.max(RATIO_FREE_BYTES, archive.length * RATIO_MAX);
  const outputBytesMax = Math.min(OUTPUT_BYTES_MAX, ratioBytes);
  return await buildFiles(files, { ...settings, outputBytesMax }, pace);
}

function checkNames(files: readonly ArchiveFile[]): void {
  const names = new Set<string>();
  for (const { path, at } of files) {
    const trouble = pathTrouble(path);
    if (trouble !== null) throw archiveFault(at, trouble);
    if (names.has(path)) throw archiveFault(at, `"${path}" stands in it twice`);
    names.add(path);
  }
}

async function filesOf(
  bytes: Uint8Array<ArrayBuffer>,
  pace: Pace,
): Promise<ArchiveFile[]> {
  if (bytes[0] === 0x50 && bytes[1] === 0x4b) {
    return await filesOfZip(bytes, pace);
  }
  const start = startOfForm(bytes);
  if (start !== null) return await filesOfForm(bytes, start, pace);
  throw archiveFault(0, "it is neither a zip archive nor a form with files");
}
