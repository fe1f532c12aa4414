/**
 * `fastpath schema build`, `list`, `hash`, `manifest` and `watch`: what is
 * made from the folders of a schema.
 *
 * @module
 */

import { BUILD_OPTIONS } from "../schema/build.op.ts";
import { bytesOfInput } from "../input.ts";
import { buildSchemaOfArchive } from "../schema/archive.ts";
import { buildSchema, type SchemaBuild } from "../schema/build.ts";
import { printSchemaManifest } from "../schema/manifest.ts";
import { manifestPathOf, writeSchemaBuild } from "../schema/write.ts";
import { buildOptionsOf, MANIFEST_OPTION } from "./_schema_options.ts";
import type { Command, Invocation } from "./command.ts";
import { EXIT, reportFailure } from "./failure.ts";
import { UsageError } from "./flags.ts";
import { printOut, writeOut } from "./io.ts";
import { sourceOf } from "./source.ts";

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
      if (output !== "-") await buildInto(invocation, String(output));
      else {
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
      const rows = files.map(({ path, overrides, size, digest }) => ({
        path,
        ...(overrides === undefined ? {} : { overrides }),
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

/** How long folders must be quiet before a schema is built again. */
const QUIET_MS = 100;

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
    return await watch(invocation, output);
  },
};

/** Folders with at least one. */
export function foldersOf({ positionals }: Invocation): readonly string[] {
  if (positionals.length > 0) return positionals;
  throw new UsageError("Name at least one folder, for instance db");
}

/** The schema of a command line: of folders, or of an archive on stdin. */
async function built(invocation: Invocation): Promise<SchemaBuild> {
  const folders = foldersOf(invocation);
  const options = await buildOptionsOf(invocation);
  if (!folders.includes("-")) return await buildSchema(folders, options);
  if (folders.length > 1) {
    throw new UsageError("- reads an archive from stdin and stands alone");
  }
  const archive = await bytesOfInput(sourceOf("-").input, invocation.signal);
  return await buildSchemaOfArchive(archive, options);
}

async function buildInto(
  invocation: Invocation,
  output: string,
): Promise<SchemaBuild> {
  const { manifest, order } = invocation.values;
  const isGiven = typeof manifest === "string" && order !== "manifest";
  const build = await built(invocation);
  const path = isGiven ? manifest : manifestPathOf(output);
  await writeSchemaBuild(build, output, path);
  return build;
}

/** Runs a command and reports what it throws. */
export async function attempted(run: () => Promise<void>): Promise<number> {
  try {
    await run();
    return EXIT.ok;
  } catch (error) {
    return reportFailure(error, null);
  }
}

async function watch(invocation: Invocation, output: string): Promise<number> {
  const { signal } = invocation;
  using watcher = Deno.watchFs([...foldersOf(invocation)]);
  const onAbort = () => watcher.close();
  signal.addEventListener("abort", onAbort, { once: true });
  let last = "";
  const build = async () => {
    const code = await attempted(async () => {
      const { manifest } = await buildInto(invocation, output);
      if (manifest.output.digest === last) return;
      last = manifest.output.digest;
      const count = manifest.files.length;
      await printOut(`${output}: ${count} files, sha256 ${last}\n`);
    });
    if (code === EXIT.usage) throw new UsageError("schema watch cannot go on");
  };
  await build();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let running = Promise.resolve();
  for await (const event of watcher) {
    const isOwn = event.paths.every((path) => path.includes(`${output}.`));
    if (event.kind === "access" || isOwn) continue;
    clearTimeout(timer);
    timer = setTimeout(() => running = running.then(build), QUIET_MS);
  }
  signal.removeEventListener("abort", onAbort);
  return EXIT.cancelled;
}
