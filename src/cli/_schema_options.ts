/**
 * Options that the commands of a schema share, and what they mean.
 *
 * @module
 */

import type { OptionSpec, OptionValues } from "../catalogue/op.ts";
import { bytesOfInput } from "../input.ts";
import { schemaOptionsOf } from "../schema/build.op.ts";
import { listOf } from "../schema/compare.ts";
import {
  parseSchemaManifest,
  type SchemaManifest,
} from "../schema/manifest.ts";
import type { SchemaOptions } from "../schema/options.ts";
import type { Invocation } from "./command.ts";
import { reportFailure } from "./failure.ts";
import { UsageError } from "./flags.ts";

/** Where a list of paths or a manifest lies. */
export const MANIFEST_OPTION: OptionSpec = {
  name: "manifest",
  kind: "text",
  value: "FILE",
  summary: "The manifest to write; with --order manifest, the list to read: " +
    "a manifest, or a path a line",
};

/**
 * The options of a build.
 *
 * @param invocation The command line.
 * @returns What the library takes.
 * @throws {UsageError} If the order needs a list and has none.
 */
export async function buildOptionsOf(
  { values, engine, signal }: Invocation,
): Promise<SchemaOptions> {
  const { order } = values;
  return {
    ...schemaOptionsOf(values),
    ...(order === "manifest" && values.path === undefined
      ? { paths: await listedPaths(values) }
      : {}),
    ...{ engine, signal },
  };
}

/**
 * The list that a command line orders files by.
 *
 * @param values The options' values.
 * @returns Its path; null where the order is another, or stands in options.
 */
export function listPathOf(
  { order, path, manifest }: OptionValues,
): string | null {
  if (order !== "manifest" || path !== undefined) return null;
  return typeof manifest === "string" ? manifest : null;
}

/** Paths in their order: those of a manifest, or the lines of a list. */
async function listedPaths(values: OptionValues): Promise<string[]> {
  const path = listPathOf(values);
  if (path === null) {
    throw new UsageError("--order manifest needs --manifest FILE");
  }
  const bytes = await aboutFile(path, () => bytesOfInput(path));
  if (bytes[0] === 0x7b) return listOf((await readManifest(path)).files);
  return new TextDecoder().decode(bytes).split("\n")
    .map((line) => line.replace(/\r$/, ""))
    .filter((line) => line !== "" && !line.startsWith("#"))
    // So that a name may begin with #.
    .map((line) => line.replace(/^(\.\/)+/, ""));
}

/**
 * The manifest in a file.
 *
 * @param path The file.
 * @returns The manifest.
 * @throws An error that is reported under the file's name.
 */
export function readManifest(path: string): Promise<SchemaManifest> {
  return aboutFile(
    path,
    async () => parseSchemaManifest(await bytesOfInput(path)),
  );
}

/** A failure that is about another file than the command. */
class About extends Error {
  readonly path: string | null;

  constructor(path: string | null, cause: unknown) {
    super("about a file", { cause });
    this.path = path;
  }
}

/**
 * Does what concerns a file; a failure is reported under the file's name.
 *
 * @param path The file; null for what concerns no single file.
 * @param work What to do.
 * @returns What the work gives.
 */
export async function aboutFile<T>(
  path: string | null,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof About ? error : new About(path, error);
  }
}

/**
 * Reports a failure under the name of the file that it is about.
 *
 * @param error What was thrown.
 * @param name The name where no other file is concerned, or null.
 * @returns The exit code.
 */
export function report(error: unknown, name: string | null): number {
  return error instanceof About
    ? reportFailure(error.cause, error.path)
    : reportFailure(error, name);
}
