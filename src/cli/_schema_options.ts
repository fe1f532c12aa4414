/**
 * Options that the commands of a schema share, and what they mean.
 *
 * @module
 */

import type { OptionSpec, OptionValues } from "../catalogue/op.ts";
import { bytesOfInput } from "../input.ts";
import { schemaOptionsOf } from "../schema/build.op.ts";
import { parseSchemaManifest } from "../schema/manifest.ts";
import type { SchemaOptions } from "../schema/options.ts";
import type { Invocation } from "./command.ts";
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

/** Paths in their order: those of a manifest, or the lines of a list. */
async function listedPaths({ manifest }: OptionValues): Promise<string[]> {
  if (typeof manifest !== "string") {
    throw new UsageError("--order manifest needs --manifest FILE");
  }
  const bytes = await bytesOfInput(manifest);
  if (bytes[0] === 0x7b) {
    return parseSchemaManifest(bytes).files.map(({ path }) => path);
  }
  return new TextDecoder().decode(bytes).split("\n")
    .map((line) => line.replace(/\r$/, ""))
    .filter((line) => line !== "" && !line.startsWith("#"));
}
