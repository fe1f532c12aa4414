/**
 * Options that the commands of a schema share, and what they mean.
 *
 * @module
 */

import type { OptionSpec, OptionValues } from "../catalogue/op.ts";
import { bytesOfInput } from "../input.ts";
import { parseSchemaManifest } from "../schema/manifest.ts";
import type { SchemaOptions } from "../schema/options.ts";
import type { Invocation } from "./command.ts";
import { UsageError } from "./flags.ts";

/** Options of whatever builds. */
export const BUILD_OPTIONS: readonly OptionSpec[] = [
  {
    name: "order",
    kind: "choice",
    choices: ["bytes", "natural", "hex", "manifest"],
    fallback: "bytes",
    summary: "The order of the files",
  },
  {
    name: "env",
    kind: "text",
    value: "NAME",
    summary: "Lay the files of env/NAME over the others",
  },
  {
    name: "extension",
    kind: "text",
    value: "ENDING",
    repeatable: true,
    fallback: ".sql",
    summary: "Take files whose names end so",
  },
  {
    name: "separator",
    kind: "choice",
    choices: ["line", "block", "mysql", "none"],
    fallback: "line",
    summary: "The comment before each file",
  },
  {
    name: "separator-text",
    kind: "text",
    value: "TEXT",
    summary: "A text before each file; {path} in it is the path",
  },
  { name: "header", kind: "negation", summary: "Leave out the first line" },
  {
    name: "time",
    kind: "flag",
    summary: "Write the time into the first line; builds then differ",
  },
  {
    name: "bom",
    kind: "choice",
    choices: ["error", "strip"],
    fallback: "error",
    summary: "What to do with byte order marks",
  },
  {
    name: "crlf",
    kind: "choice",
    choices: ["error", "lf", "keep"],
    fallback: "error",
    summary: "What to do with CRLF",
  },
  {
    name: "meta",
    kind: "choice",
    choices: ["keep", "error"],
    fallback: "keep",
    summary: "What to do with commands of psql",
  },
  {
    name: "duplicate-prefixes",
    kind: "choice",
    choices: ["error", "allow"],
    fallback: "error",
    summary: "What to do with two files of one number",
  },
];

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
  const { order, env, extension, separator, bom, crlf, meta } = values;
  const duplicatePrefixes = values["duplicate-prefixes"];
  const separatorText = values["separator-text"];
  const given = { order, env, separator, bom, crlf, meta };
  const known = Object.entries({
    ...given,
    ...{ duplicatePrefixes, separatorText, extensions: extension },
  }).filter(([, value]) => value !== undefined);
  return {
    ...Object.fromEntries(known) as SchemaOptions,
    ...(values.header === false ? { header: false } : {}),
    ...(values.time === true ? { builtAt: new Date() } : {}),
    ...(order === "manifest" ? { paths: await listedPaths(values) } : {}),
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
