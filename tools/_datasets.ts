/**
 * Real data for the demo and the tests: the files of npm `vega-datasets`,
 * which Deno fetches into its cache on first use.
 *
 * @module
 */

import { pathOfUrl } from "../ffi/platform.ts";

/**
 * The path of a data file, fetched where it is not there yet.
 *
 * @param name The file's name, for instance `birdstrikes.csv`.
 * @returns Its absolute path.
 */
export async function datasetPath(name: string): Promise<string> {
  // An npm package's folder is known to Deno only once it was imported.
  await import("vega-datasets");
  const entry = import.meta.resolve("vega-datasets");
  return pathOfUrl(new URL(`../data/${name}`, entry), Deno.build.os);
}
