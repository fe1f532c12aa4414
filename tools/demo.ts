/**
 * `deno task demo`: builds the library where it can, then profiles real data.
 *
 * @module
 */

import { datasetPath } from "./_datasets.ts";
import { pathOfUrl } from "../ffi/platform.ts";
import { ROOT, runInherited } from "./_process.ts";

const DENO = Deno.execPath();

const built = await runInherited([DENO, "run", "-A", "tools/build.ts"]);
if (built !== 0) Deno.exit(built);
const names = ["birdstrikes.csv", "zipcodes.csv"];
const paths = await Promise.all(names.map(datasetPath));
// Run beside the data, so that the report shows short names.
const folder = (paths[0] ?? "").slice(0, -(names[0] ?? "").length);
const cli = pathOfUrl(new URL("cli.ts", ROOT), Deno.build.os);
Deno.exit(
  await runInherited([DENO, "run", "-A", cli, "profile", ...names], folder),
);
