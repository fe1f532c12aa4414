/**
 * The sources `library`, `modules` and `bundle`: bytes of what is shipped.
 *
 * @module
 */

import { backendInfo } from "../../src/backend.ts";
import { run } from "../../tools/_process.ts";
import { type Source, textOf } from "./_source.ts";

/** Gives `size_bytes` of the native library. */
export const librarySource: Source = () => {
  const path = backendInfo().library?.path;
  if (path === undefined) {
    return Promise.resolve({
      skipped: "no native library here, run: deno task build",
    });
  }
  return Promise.resolve({ values: { size_bytes: Deno.statSync(path).size } });
};

/** Gives `size_bytes` and `modules_count` of all that an entry imports. */
export const modulesSource: Source = async (budget) => {
  const entry = textOf(budget, "entry");
  const { code, output } = await run([
    Deno.execPath(),
    "info",
    "--json",
    entry,
  ]);
  if (code !== 0) throw new Error(`deno info ended with ${code}: ${output}`);
  const { modules } = JSON.parse(output.slice(output.indexOf("{"))) as {
    modules: { size?: number; error?: string }[];
  };
  const broken = modules.find((module) => module.size === undefined);
  if (broken !== undefined) throw new Error(`a module: ${broken.error}`);
  return {
    values: {
      size_bytes: modules.reduce((sum, { size = 0 }) => sum + size, 0),
      modules_count: modules.length,
    },
  };
};

/** Gives `minified_bytes` of the bundle of an entry. */
export const bundleSource: Source = async (budget) => {
  const entry = textOf(budget, "entry");
  const folder = await Deno.makeTempDir();
  const path = `${folder}/bundle.js`;
  try {
    const { code } = await run(
      [Deno.execPath(), "bundle", "--minify", "--quiet", "-o", path, entry],
    );
    if (code !== 0) {
      // The bundler itself is downloaded once.
      return {
        skipped: `deno bundle ended with ${code}, it needs the network`,
      };
    }
    return { values: { minified_bytes: (await Deno.stat(path)).size } };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
};
