/**
 * The start of an empty script against importing fastpath and against
 * `fastpath --version`, each as a whole process.
 *
 * @module
 */

import type { Limit, VersusCase } from "./_case.ts";
import { runCli, runProcess } from "./_process.ts";

const SCRIPTS = new URL("../data/out/", import.meta.url);

async function script(name: string, text: string): Promise<string> {
  await Deno.mkdir(SCRIPTS, { recursive: true });
  const path = decodeURIComponent(new URL(name, SCRIPTS).pathname);
  await Deno.writeTextFile(path, text);
  return path;
}

function denoVersion(): Promise<string> {
  return Promise.resolve(Deno.version.deno);
}

/** The comparisons with an empty script. */
export const CASES: readonly VersusCase[] = [
  {
    name: "start: import of mod.ts",
    rival: "empty script",
    target: 2,
    pairs: 30,
    note: "the bound is what the import adds, not the ratio",
    rivalVersion: denoVersion,
    async prepare() {
      const empty = await script("empty.ts", "");
      const full = await script(
        "import.ts",
        `import ${JSON.stringify(new URL("../../mod.ts", import.meta.url))};`,
      );
      const best = { ours: Infinity, theirs: Infinity };
      const timed = async (side: "ours" | "theirs", path: string) => {
        const start = performance.now();
        await runProcess([Deno.execPath(), "run", "-A", path]);
        best[side] = Math.min(best[side], performance.now() - start);
      };
      return {
        ours: () => timed("ours", full),
        theirs: () => timed("theirs", empty),
        equal: () => true,
        limits: (): Limit[] => [
          { what: "added ms", value: best.ours - best.theirs, max: 15 },
        ],
      };
    },
  },
  {
    name: "start: fastpath --version",
    rival: "empty script",
    target: 3,
    pairs: 30,
    rivalVersion: denoVersion,
    async prepare() {
      const empty = await script("empty.ts", "");
      return {
        ours: () => runCli(["--version"]),
        theirs: () => runProcess([Deno.execPath(), "run", "-A", empty]),
        equal: (ours) =>
          (ours as { stdout: string }).stdout.startsWith("fastpath "),
      };
    },
  },
];
