/**
 * Builds a schema from files that come as one archive: a zip, or the body of
 * a form with files.
 *
 * @module
 */

import { assertPlainBytes } from "../input.ts";
import { archiveFault } from "./_archive_fault.ts";
import { isPlainPath } from "./_paths.ts";
import { filesOfZip } from "./_zip.ts";
import { buildSchemaOf, type SchemaBuild, type SchemaFile } from "./build.ts";
import type { SchemaOptions } from "./options.ts";

/**
 * Builds a schema from the files of an archive, by the rules of
 * `buildSchema`. Nothing is written to the disk.
 *
 * @param archive A zip archive whose members are named as the files of a
 * folder; or the body of a form (`multipart/form-data`, RFC 7578) whose files
 * are named so.
 * @param options Order, environment, separators and more.
 * @returns The SQL and its manifest.
 * @throws {ParseError} `INVALID_ARCHIVE` if the archive is broken, a name
 * leads out of it or stands twice, or far more would come out than is in it.
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
  assertPlainBytes(archive);
  const files = await filesOf(archive as Uint8Array<ArrayBuffer>);
  checkNames(files);
  return await buildSchemaOf(files, options);
}

function checkNames(files: readonly SchemaFile[]): void {
  const names = new Set<string>();
  for (const { path } of files) {
    if (!isPlainPath(path)) {
      throw archiveFault(0, `"${path}" is no plain path below a folder`);
    }
    if (names.has(path)) throw archiveFault(0, `"${path}" stands in it twice`);
    names.add(path);
  }
}

async function filesOf(bytes: Uint8Array<ArrayBuffer>): Promise<SchemaFile[]> {
  if (bytes[0] === 0x50 && bytes[1] === 0x4b) return await filesOfZip(bytes);
  const boundary = boundaryOf(bytes);
  if (boundary !== null) return await filesOfForm(bytes, boundary);
  throw archiveFault(0, "it is neither a zip archive nor a form with files");
}

/** A boundary has 70 characters at most (RFC 2046, section 5.1.1). */
const BOUNDARY_BYTES_MAX = 70;

/** The first line of a form is its boundary behind two dashes. */
function boundaryOf(bytes: Uint8Array): string | null {
  const line = new TextDecoder().decode(
    bytes.subarray(0, BOUNDARY_BYTES_MAX + 4),
  );
  return /^--([ -~]{1,70})\r\n/.exec(line)?.[1] ?? null;
}

async function filesOfForm(
  bytes: Uint8Array<ArrayBuffer>,
  boundary: string,
): Promise<SchemaFile[]> {
  const type = `multipart/form-data; boundary="${boundary}"`;
  const response = new Response(bytes, { headers: { "content-type": type } });
  const broken = archiveFault(bytes.length, "the form is broken or cut off");
  let form: FormData;
  try {
    form = await response.formData();
  } catch {
    throw broken;
  }
  // The runtime gives what it can read of a form that is cut off.
  const fields = [...form];
  if (fields.length !== partsOf(bytes, boundary)) throw broken;
  const files: SchemaFile[] = [];
  for (const [name, value] of fields) {
    if (typeof value === "string") {
      throw archiveFault(
        0,
        `its field "${name}" is no file; options stand in the address`,
      );
    }
    files.push({
      path: value.name,
      bytes: new Uint8Array(await value.arrayBuffer()),
    });
  }
  return files;
}

/** The parts of a form by its boundaries; -1 where the last one is missing. */
function partsOf(bytes: Uint8Array, boundary: string): number {
  const text = LATIN1.decode(bytes);
  const parts = `\r\n${text}`.split(`\r\n--${boundary}`);
  const last = parts.at(-1)!;
  return last.startsWith("--") ? parts.length - 2 : -1;
}

/** One character a byte. */
const LATIN1 = new TextDecoder("latin1");
