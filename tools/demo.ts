/**
 * `deno task demo`: builds the library where it can, then profiles real data.
 *
 * @module
 */

import { datasetPath } from "./_datasets.ts";
import { runInherited } from "./_process.ts";

const DENO = Deno.execPath();

const built = await runInherited([DENO, "run", "-A", "tools/build.ts"]);
if (built !== 0) Deno.exit(built);
const files = [
  await datasetPath("birdstrikes.csv"),
  await datasetPath("zipcodes.csv"),
];
Deno.exit(
  await runInherited([DENO, "run", "-A", "cli.ts", "profile", ...files]),
);
