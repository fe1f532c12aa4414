/** The import door: what `mod.ts` and the sub-paths export. */

import { assert, assertEquals } from "@std/assert";
import * as everything from "../mod.ts";
import { VERSION } from "../src/version.ts";

const ROOT = new URL("../", import.meta.url);

interface Config {
  readonly version: string;
  readonly exports: Readonly<Record<string, string>>;
}

/** Sub-paths that are no part of the library. */
const BESIDE = [
  ...[".", "./budget", "./cli", "./hono", "./selfbench", "./server"],
  // Its names are those of another library.
  "./compat/csv",
];

async function config(): Promise<Config> {
  return JSON.parse(await Deno.readTextFile(new URL("deno.json", ROOT)));
}

Deno.test("exports: every area's sub-path is part of mod.ts", async () => {
  const missing: string[] = [];
  for (const [name, path] of Object.entries((await config()).exports)) {
    // Doors and what loops over the catalogue stand beside the library.
    if (BESIDE.includes(name)) continue;
    const area = await import(new URL(path, ROOT).href) as object;
    assert(Object.keys(area).length > 0, `${name} exports nothing`);
    for (const symbol of Object.keys(area)) {
      if (!(symbol in everything)) missing.push(`${name}: ${symbol}`);
    }
  }
  assertEquals(missing, []);
});

Deno.test("exports: every module that is exported has a module doc", async () => {
  for (const path of Object.values((await config()).exports)) {
    const text = await Deno.readTextFile(new URL(path, ROOT));
    assert(text.startsWith("/**"), `${path} does not open with a doc`);
    assert(
      text.slice(0, text.indexOf("*/")).includes("@module"),
      `${path} has no @module`,
    );
  }
});

Deno.test("exports: the version is the same everywhere", async () => {
  const cargo = await Deno.readTextFile(new URL("Cargo.toml", ROOT));
  assertEquals((await config()).version, VERSION);
  assertEquals(/^version = "(.*)"$/m.exec(cargo)?.[1], VERSION);
});

Deno.test("exports: importing needs no permission and opens nothing", async () => {
  const script = `
    await import(${JSON.stringify(new URL("mod.ts", ROOT).href)});
    console.log("imported");`;
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["eval", "--no-lock", script],
    cwd: ROOT,
  }).output();
  assertEquals(new TextDecoder().decode(stderr), "");
  assertEquals(new TextDecoder().decode(stdout), "imported\n");
  assertEquals(code, 0);
});
