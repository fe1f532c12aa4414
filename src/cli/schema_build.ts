/**
 * `fastpath schema build`, `list`, `hash`, `manifest` and `watch`: what is
 * made from the folders of a schema.
 *
 * @module
 */

import { BUILD_OPTIONS } from "../schema/build.op.ts";
import { printSchemaManifest } from "../schema/manifest.ts";
import { writeSchemaBuild } from "../schema/write.ts";
import { MANIFEST_OPTION } from "./_schema_options.ts";
import { attempted, built, foldersOf, placesOf } from "./_schema_run.ts";
import { watchSchema } from "./_schema_watch.ts";
import type { Command } from "./command.ts";
import { UsageError } from "./flags.ts";
import { printOut, writeOut } from "./io.ts";

const OUTPUT_OPTION = {
  name: "output",
  short: "o",
  kind: "text",
  value: "FILE",
  fallback: "stdout",
  summary: "The file to write",
} as const;

const TO_OPTION = {
  name: "to",
  kind: "choice",
  choices: ["sql", "manifest"],
  fallback: "sql",
  summary: "What to print on stdout",
} as const;

/** The command `schema build`. */
export const SCHEMA_BUILD: Command = {
  words: ["schema", "build"],
  operands: "DIR...|-",
  summary: "Build one SQL file from folders, or from an archive on stdin",
  options: [OUTPUT_OPTION, TO_OPTION, ...BUILD_OPTIONS, MANIFEST_OPTION],
  examples: [
    "schema build db -o schema.sql",
    "schema build db -o schema.sql --order natural --env production",
    "schema build db --no-header | psql",
    "schema build - < db.zip",
  ],
  run: (invocation) =>
    attempted(async () => {
      const { output = "-", to } = invocation.values;
      if (output !== "-") {
        const places = placesOf(invocation, String(output));
        await writeSchemaBuild(await built(invocation), ...places);
      } else {
        const build = await built(invocation);
        const isManifest = to === "manifest";
        await writeOut(
          isManifest ? printSchemaManifest(build.manifest) : build.bytes,
        );
      }
    }),
};

/** The command `schema list`. */
export const SCHEMA_LIST: Command = {
  words: ["schema", "list"],
  operands: "DIR...",
  summary: "Print the files of a schema in their order",
  options: [
    { name: "json", kind: "flag", summary: "Print a JSON array" },
    ...BUILD_OPTIONS,
    MANIFEST_OPTION,
  ],
  examples: ["schema list db", "schema list db --env production --json"],
  run: (invocation) =>
    attempted(async () => {
      const { manifest: { files } } = await built(invocation);
      if (invocation.values.json !== true) {
        await printOut(files.map(({ path }) => `${path}\n`).join(""));
        return;
      }
      const rows = files.map(({ path, overrides, included, size, digest }) => ({
        path,
        ...(overrides === undefined ? {} : { overrides }),
        ...(included === undefined ? {} : { included }),
        ...{ size, digest },
      }));
      await printOut(`${JSON.stringify(rows)}\n`);
    }),
};

/** The command `schema hash`. */
export const SCHEMA_HASH: Command = {
  words: ["schema", "hash"],
  operands: "DIR...",
  summary: "Print the digest of a schema's files, their paths and order",
  options: [...BUILD_OPTIONS, MANIFEST_OPTION],
  examples: ["schema hash db"],
  run: (invocation) =>
    attempted(async () => {
      await printOut(`${(await built(invocation)).manifest.digest}\n`);
    }),
};

/** The command `schema manifest`. */
export const SCHEMA_MANIFEST: Command = {
  words: ["schema", "manifest"],
  operands: "DIR...",
  summary: "Print sizes, digests and places of a schema's files as JSON",
  options: [...BUILD_OPTIONS, MANIFEST_OPTION],
  examples: ["schema manifest db > schema.manifest.json"],
  run: (invocation) =>
    attempted(async () => {
      await writeOut(printSchemaManifest((await built(invocation)).manifest));
    }),
};

/** The command `schema watch`. */
export const SCHEMA_WATCH: Command = {
  words: ["schema", "watch"],
  operands: "DIR...",
  summary: "Build again whenever a file changes, until interrupted",
  options: [OUTPUT_OPTION, ...BUILD_OPTIONS, MANIFEST_OPTION],
  examples: ["schema watch db -o schema.sql"],
  run: async (invocation) => {
    const { output } = invocation.values;
    if (typeof output !== "string" || output === "-") {
      throw new UsageError("schema watch needs -o FILE");
    }
    if (foldersOf(invocation).includes("-")) {
      throw new UsageError("schema watch needs folders, found -");
    }
    return await watchSchema(invocation, output);
  },
};
