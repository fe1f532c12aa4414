// deno-lint-ignore-file no-console -- a tool talks to its user
/**
 * `deno task bindgen [--check]`: writes `ffi/symbols.ts` from the exports of
 * `ffi/abi`, or compares. Also looks for each symbol in the built library,
 * where there is one.
 *
 * @module
 */

import { libraryFileName, platformName } from "../ffi/platform.ts";
import { ROOT, targetFolder, toolVersion } from "./build.ts";

/**
 * Runs the generator.
 *
 * @param flags `--check` to compare only.
 * @returns Cargo's exit code.
 */
export async function bindgen(flags: readonly string[]): Promise<number> {
  const library = `${ROOT}/ffi/lib/${platformName(Deno.build)}/` +
    libraryFileName(Deno.build.os);
  const args = ["run", "--quiet", "--locked", "-p", "fastpath-bindgen"];
  args.push("--target-dir", targetFolder(), "--", ROOT, ...flags);
  if (flags.includes("--check") && await exists(library)) {
    args.push("--library", library);
  }
  const { code } = await new Deno.Command("cargo", {
    args,
    cwd: ROOT,
    stdout: "inherit",
    stderr: "inherit",
  }).output();
  return code;
}

async function exists(path: string): Promise<boolean> {
  try {
    return (await Deno.stat(path)).isFile;
  } catch {
    return false;
  }
}

async function main(): Promise<number> {
  if (await toolVersion("cargo") === null) {
    console.error(
      "Cannot generate ffi/symbols.ts: no cargo on the PATH, install Rust " +
        "from https://rustup.rs",
    );
    return 1;
  }
  return await bindgen(Deno.args);
}

if (import.meta.main) Deno.exitCode = await main();
