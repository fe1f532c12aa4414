// deno-lint-ignore-file no-console -- a tool talks to its user
/**
 * `deno task test:memory`: runs the Rust tests of `ffi/abi`, which call every
 * export with good and hostile arguments, under AddressSanitizer (a nightly
 * compiler) or, without one, under valgrind.
 *
 * @module
 */

import { ROOT, targetFolder, toolVersion } from "./build.ts";

/** A tool that watches memory, and how the tests run under it. */
interface Watcher {
  name: string;
  args: string[];
  env: Record<string, string>;
}

const TESTS = ["test", "--locked", "-p", "fastpath-abi"];

/** The watcher that this machine has, or null. */
async function findWatcher(): Promise<Watcher | null> {
  const host = /^host: (.+)$/m.exec(await toolVersion("rustc") ?? "")?.[1];
  if (host === undefined) return null;
  if (await succeeds("cargo", ["+nightly", "--version"])) {
    return {
      name: "AddressSanitizer",
      // The target keeps the sanitizer away from build scripts and macros.
      args: ["+nightly", ...TESTS, "--target", host],
      env: { RUSTFLAGS: "-Zsanitizer=address" },
    };
  }
  if (await succeeds("valgrind", ["--version"])) {
    const runner = `CARGO_TARGET_${
      host.toUpperCase().replaceAll("-", "_")
    }_RUNNER`;
    const valgrind = "valgrind --quiet --error-exitcode=1 --leak-check=full " +
      "--show-leak-kinds=definite --errors-for-leak-kinds=definite " +
      "--fair-sched=yes";
    return { name: "valgrind", args: TESTS, env: { [runner]: valgrind } };
  }
  return null;
}

async function succeeds(tool: string, args: string[]): Promise<boolean> {
  try {
    return (await new Deno.Command(tool, { args }).output()).success;
  } catch {
    return false;
  }
}

async function main(): Promise<number> {
  const watcher = await findWatcher();
  if (watcher === null) {
    console.error(
      "Cannot watch memory: it takes cargo (https://rustup.rs) and either a " +
        "nightly compiler (rustup toolchain install nightly) or valgrind",
    );
    return 1;
  }
  console.error(`Running the tests of ffi/abi under ${watcher.name}`);
  const { code } = await new Deno.Command("cargo", {
    args: [...watcher.args, "--target-dir", `${targetFolder()}/memory`],
    cwd: ROOT,
    env: watcher.env,
    stdout: "inherit",
    stderr: "inherit",
  }).output();
  return code;
}

if (import.meta.main) Deno.exitCode = await main();
