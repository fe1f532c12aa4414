/**
 * What the proofs of the boundary share: child processes, where a process
 * could die, and copies of the library that are damaged on purpose.
 *
 * @module
 */

import { findLibrary } from "../../ffi/library.ts";
import { libraryFileName, platformName } from "../../ffi/platform.ts";
import { ABI_VERSION, SYMBOLS_HASH } from "../../ffi/symbols.ts";
import { MANIFEST_ENDING, sha256Sync } from "../../ffi/verify.ts";
import type { BackendInfo, Native } from "../../src/backend.ts";
import { ROOT, toolVersion } from "../../tools/build.ts";

/** The folder of the built library. */
export const LIBRARY_FOLDER: string = `${ROOT}/ffi/lib/${
  platformName(Deno.build)
}`;

/** The library that `deno task build` makes. */
export const LIBRARY: string = `${LIBRARY_FOLDER}/${
  libraryFileName(Deno.build.os)
}`;

const built = findLibrary({ libraryPath: LIBRARY }).library;

/** Whether that library is there and can be opened; else proofs are skipped. */
export const hasLibrary: boolean = built?.path === LIBRARY;

/** Whether Rust can be compiled here. */
export const hasCargo: boolean = await toolVersion("cargo") !== null &&
  await toolVersion("rustc") !== null;

/**
 * The built library's functions.
 *
 * @returns The functions; only where `hasLibrary`.
 */
export function native(): Native {
  if (built === null) throw new Error("the library is not built");
  return built.native;
}

/** How a child process ended. */
export interface Ended {
  /** Its exit code; above 128: killed by a signal. */
  code: number;
  /** What it printed. */
  stdout: string;
  /** What it complained. */
  stderr: string;
}

/** Variables that would steer the children. */
const NEUTRAL = { FASTPATH_BACKEND: "", FASTPATH_LIB: "", NO_COLOR: "1" };

/**
 * A child that has not ended by then hangs, for instance at a prompt. A cold
 * build on a busy machine takes the most.
 */
const CHILD_TIMEOUT_MS = 300_000;

/**
 * Runs a program to its end, without a terminal.
 *
 * @param command The program and its arguments.
 * @param env Variables to set.
 * @returns Its exit code and output.
 */
export async function run(
  command: readonly string[],
  env: Record<string, string> = {},
): Promise<Ended> {
  const [program = "", ...args] = command;
  const decoder = new TextDecoder();
  const { code, stdout, stderr } = await new Deno.Command(program, {
    args,
    cwd: ROOT,
    env: { ...NEUTRAL, ...env },
    stdin: "null",
    signal: AbortSignal.timeout(CHILD_TIMEOUT_MS),
  }).output();
  return {
    code,
    stdout: decoder.decode(stdout),
    stderr: decoder.decode(stderr),
  };
}

/**
 * The command that runs a script of this folder.
 *
 * @param flags Deno's flags.
 * @param script The script's file name.
 * @param args Its arguments.
 * @returns The command for `run`.
 */
export function denoRun(
  flags: readonly string[],
  script: string,
  args: readonly string[] = [],
): string[] {
  const file = `${ROOT}/tests/boundary/${script}`;
  return [Deno.execPath(), "run", "--quiet", ...flags, file, ...args];
}

/**
 * What a child with these flags knows of its backend.
 *
 * @param flags Deno's flags.
 * @param env Variables to set.
 * @returns The child's `backendInfo()`.
 */
export async function infoOf(
  flags: readonly string[],
  env: Record<string, string> = {},
): Promise<BackendInfo> {
  const ended = await run(denoRun(flags, "_info.ts"), env);
  if (ended.code !== 0) throw new Error(`child failed: ${ended.stderr}`);
  return JSON.parse(ended.stdout);
}

/**
 * Writes a library for tests with a manifest that fits or does not.
 *
 * @param path Where to write it.
 * @param bytes The library's bytes.
 * @param manifest `matching`: size and digest of these bytes; `original`:
 * those of the built library; `none`: no manifest.
 * @returns The path.
 */
export function writeLibrary(
  path: string,
  bytes: Uint8Array<ArrayBuffer>,
  manifest: "matching" | "original" | "none",
): string {
  Deno.writeFileSync(path, bytes);
  if (manifest === "original") {
    Deno.copyFileSync(LIBRARY + MANIFEST_ENDING, path + MANIFEST_ENDING);
  }
  if (manifest === "matching") {
    const text = JSON.stringify({
      name: "@fastpath/fastpath",
      version: "0.1.0",
      abi: ABI_VERSION,
      symbolsHash: SYMBOLS_HASH,
      bytes: bytes.length,
      sha256: sha256Sync(bytes),
      target: Deno.build.target,
      rustc: "a test",
    });
    Deno.writeTextFileSync(path + MANIFEST_ENDING, text);
  }
  return path;
}

/**
 * Compiles a library of its own from Rust source.
 *
 * @param path Where to write it.
 * @param source The Rust source.
 * @returns The path.
 */
export async function compileLibrary(
  path: string,
  source: string,
): Promise<string> {
  const input = `${path}.rs`;
  Deno.writeTextFileSync(input, source);
  const args = ["--crate-type", "cdylib", "--crate-name", "foreign"];
  const ended = await run(["rustc", ...args, "-o", path, input]);
  if (ended.code !== 0) throw new Error(`rustc failed: ${ended.stderr}`);
  return writeLibrary(path, Deno.readFileSync(path), "matching");
}

/** A folder that is removed at the end of its scope. */
export class Folder implements Disposable {
  /** Its absolute path. */
  readonly path: string = Deno.makeTempDirSync({ prefix: "fastpath-" });

  /** Removes the folder and all that is in it. */
  [Symbol.dispose](): void {
    Deno.removeSync(this.path, { recursive: true });
  }
}
