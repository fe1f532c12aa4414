// deno-lint-ignore-file no-console -- a tool talks to its user
/**
 * `deno task pack:npm`: the library part as an npm package for Node 20+ and
 * Bun, `npm/fastpath-fastpath-<version>.tgz`. `deno pack` makes JavaScript and
 * declarations; esbuild then rewrites what Node 20 does not know (`using`).
 *
 * @module
 */

import * as esbuild from "npm:esbuild@0.28.2";
import { run } from "./_process.ts";
import { npmPack, PACKAGES } from "./pack_native.ts";

/** What stands in the checkout and not in the package. */
const LEFT_OUT: readonly string[] = [
  ...["tools", "tests", "bench", "docs", "target", "coverage", "npm"],
  ...["ffi/abi", "ffi/kernels", "ffi/bindgen", "ffi/lib", "cli.ts"],
  ...["server.ts", "src/cli", "src/http"],
];

/** Entries that need Deno; they are not of the package. */
const DENO_ENTRIES: readonly string[] = ["./cli", "./server", "./hono"];

/**
 * Packs the library part.
 *
 * @param target The folder for the tarball.
 * @returns The tarball's path.
 * @throws {Error} If a step fails.
 */
export async function packNpm(target: URL = PACKAGES): Promise<string> {
  await Deno.mkdir(target, { recursive: true });
  const folder = await Deno.makeTempDir();
  try {
    const raw = `${folder}/raw.tgz`;
    await must([
      ...[Deno.execPath(), "pack", "--quiet", "--allow-dirty"],
      ...["--no-source-maps", "--output", raw],
      ...LEFT_OUT.map((path) => `--ignore=${path}`),
    ]);
    await must(["tar", "-xzf", raw, "-C", folder]);
    const unpacked = new URL(`file://${folder}/package/`);
    await lower(unpacked);
    await trimEntries(new URL("package.json", unpacked));
    return await npmPack(unpacked, target);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function must(command: string[]): Promise<void> {
  const { code, output } = await run(command);
  if (code !== 0) throw new Error(`Cannot pack: ${command[0]}: ${output}`);
}

/** Rewrites every module for Node 20. */
async function lower(folder: URL): Promise<void> {
  const modules: string[] = [];
  await collect(folder, modules);
  for (const path of modules) {
    const text = await Deno.readTextFile(path);
    const { code } = await esbuild.transform(text, {
      format: "esm",
      target: "node20",
      charset: "utf8",
    });
    await Deno.writeTextFile(path, code);
  }
  await esbuild.stop();
}

async function collect(folder: URL, found: string[]): Promise<void> {
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    if (isDirectory) await collect(new URL(`${name}/`, folder), found);
    else if (name.endsWith(".js")) {
      found.push(decodeURIComponent(new URL(name, folder).pathname));
    }
  }
}

/** Takes entries out that need Deno, and says what the package runs on. */
async function trimEntries(path: URL): Promise<void> {
  const description = JSON.parse(await Deno.readTextFile(path));
  for (const entry of DENO_ENTRIES) delete description.exports[entry];
  const { dependencies: _, ...rest } = description;
  await Deno.writeTextFile(
    path,
    `${
      JSON.stringify(
        {
          ...rest,
          description: "Parsing, statistics and hashing of bytes",
          engines: { node: ">=20.16" },
          sideEffects: false,
        },
        null,
        2,
      )
    }\n`,
  );
}

if (import.meta.main) console.log(`packed ${await packNpm()}`);
