/**
 * The command door: `deno run -A cli.ts <area> <operation> [FILE|-]`.
 * `--version` answers without loading anything else.
 *
 * @module
 */

import { VERSION } from "./src/version.ts";

if (import.meta.main) {
  if (Deno.args.length === 1 && Deno.args[0] === "--version") {
    await Deno.stdout.write(new TextEncoder().encode(`fastpath ${VERSION}\n`));
  } else {
    const { main } = await import("./src/cli/main.ts");
    Deno.exit(await main(Deno.args));
  }
}
