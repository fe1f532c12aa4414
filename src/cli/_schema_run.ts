/**
 * What the commands of a schema do alike: build, find the places of what they
 * write, and report.
 *
 * @module
 */

import { bytesOfInput } from "../input.ts";
import { buildSchemaOfArchive } from "../schema/archive.ts";
import { buildSchema, type SchemaBuild } from "../schema/build.ts";
import { manifestPathOf } from "../schema/write.ts";
import { isSameFile } from "./_output_file.ts";
import { buildOptionsOf, listPathOf, report } from "./_schema_options.ts";
import type { Invocation } from "./command.ts";
import { EXIT } from "./failure.ts";
import { UsageError } from "./flags.ts";
import { sourceOf } from "./source.ts";

/**
 * The folders of a command line.
 *
 * @param invocation The command line.
 * @returns At least one.
 * @throws {UsageError} If there is none.
 */
export function foldersOf({ positionals }: Invocation): readonly string[] {
  if (positionals.length > 0) return positionals;
  throw new UsageError("Name at least one folder, for instance db");
}

/**
 * The schema of a command line: of folders, or of an archive on stdin.
 *
 * @param invocation The command line.
 * @returns The schema.
 */
export async function built(invocation: Invocation): Promise<SchemaBuild> {
  const folders = foldersOf(invocation);
  const options = await buildOptionsOf(invocation);
  if (!folders.includes("-")) return await buildSchema(folders, options);
  if (folders.length > 1) {
    throw new UsageError("- reads an archive from stdin and stands alone");
  }
  const archive = await bytesOfInput(sourceOf("-").input, invocation.signal);
  return await buildSchemaOfArchive(archive, options);
}

/**
 * Where a schema and its manifest go.
 *
 * @param invocation The command line.
 * @param output The schema's path.
 * @returns Both paths.
 * @throws {UsageError} If the schema would replace the list of its order.
 */
export function placesOf(
  { values }: Invocation,
  output: string,
): [output: string, manifest: string] {
  const list = listPathOf(values);
  if (list !== null && isSameFile(list, output)) {
    throw new UsageError(
      `-o ${output} is the list of --manifest: give it another name`,
    );
  }
  const { manifest } = values;
  const isPlace = typeof manifest === "string" && list === null;
  return [output, isPlace ? manifest : manifestPathOf(output)];
}

/**
 * Runs a command and reports what it throws.
 *
 * @param run The command.
 * @returns The exit code.
 */
export async function attempted(run: () => Promise<void>): Promise<number> {
  try {
    await run();
    return EXIT.ok;
  } catch (error) {
    return report(error, null);
  }
}
