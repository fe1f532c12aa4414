/**
 * Which files carry documentation that is checked and run.
 *
 * @module
 */

import { ROOT } from "./_process.ts";

/**
 * The modules that `deno.json` exports.
 *
 * @returns Paths relative to the project's folder.
 */
async function entryPoints(): Promise<string[]> {
  const config = JSON.parse(
    await Deno.readTextFile(new URL("deno.json", ROOT)),
  ) as { exports: Record<string, string> };
  return Object.values(config.exports);
}

/**
 * The modules whose public types are all this project's own. Those for Hono
 * apps name Hono's types, which its documentation is to describe.
 *
 * @returns Paths relative to the project's folder.
 */
export async function ownEntryPoints(): Promise<string[]> {
  return (await entryPoints()).filter((path) => path !== "./src/http/mod.ts");
}

/**
 * Files whose examples and snippets are run: README, docs, and every source
 * with an `@example`.
 *
 * @returns Paths relative to the project's folder, sorted.
 */
export async function documentedFiles(): Promise<string[]> {
  const files = ["README.md"];
  for await (const path of walk("docs/")) {
    if (path.endsWith(".md")) files.push(path);
  }
  for (const folder of ["src/", "ffi/"]) {
    for await (const path of walk(folder)) {
      if (!path.endsWith(".ts") || path.endsWith("_test.ts")) continue;
      const text = await Deno.readTextFile(new URL(path, ROOT));
      if (text.includes("@example") || text.includes("```ts")) {
        files.push(path);
      }
    }
  }
  return files.sort();
}

/**
 * The files below a folder.
 *
 * @param folder A path relative to the project's folder, `/` at its end.
 * @returns Paths relative to the project's folder.
 */
export async function* walk(folder: string): AsyncGenerator<string> {
  for await (const entry of Deno.readDir(new URL(folder, ROOT))) {
    const path = folder + entry.name;
    if (entry.isDirectory) yield* walk(`${path}/`);
    else if (entry.isFile) yield path;
  }
}
