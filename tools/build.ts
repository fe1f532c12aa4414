// deno-lint-ignore-file no-console -- a tool talks to its user
/**
 * `deno task build`: builds the native library and puts it, with a manifest,
 * where `ffi/library.ts` looks for it. Does nothing when nothing changed;
 * without cargo it says so and succeeds, because TypeScript then runs.
 *
 * @module
 */

import { findLibrary } from "../ffi/library.ts";
import { libraryFileName, pathOfUrl, platformName } from "../ffi/platform.ts";
import { ABI_VERSION, SYMBOLS_HASH } from "../ffi/symbols.ts";
import { MANIFEST_ENDING, parseManifest, sha256Sync } from "../ffi/verify.ts";
import { VERSION } from "../src/version.ts";

/** The project's folder, without a slash at its end. */
export const ROOT: string = pathOfUrl(
  new URL("..", import.meta.url),
  Deno.build.os,
).replace(/[\\/]$/, "");

/** What to build and where to put it. */
export interface BuildOptions {
  /** Cargo features; none in the shipped library. */
  features?: readonly string[];
  /** Cargo's profile. */
  profile?: "release" | "dev";
  /** Cargo's target folder. */
  targetDir?: string;
  /** The folder for the library and its manifest. */
  outDir?: string;
  /** Whether cargo keeps its progress to itself. */
  isQuiet?: boolean;
}

/** What a build did. */
export interface BuildResult {
  /** The library's path. */
  path: string;
  /** Its size in bytes. */
  bytes: number;
  /** False when the library was up to date. */
  isNew: boolean;
  /** Wall time. */
  elapsedMs: number;
}

/** Folders and files that the library is made of. */
const SOURCES = ["Cargo.toml", "Cargo.lock", "ffi/kernels", "ffi/abi"];

/**
 * Cargo's target folder: `CARGO_TARGET_DIR`, else `target` in the project.
 *
 * @returns An absolute path, or the relative one of the variable.
 */
export function targetFolder(): string {
  return Deno.env.get("CARGO_TARGET_DIR") || `${ROOT}/target`;
}

/**
 * The version line of a tool.
 *
 * @param tool The program, `cargo` or `rustc`.
 * @returns What it says of itself, or null where it does not run.
 */
export async function toolVersion(tool: string): Promise<string | null> {
  try {
    const { success, stdout } = await new Deno.Command(tool, { args: ["-vV"] })
      .output();
    return success ? new TextDecoder().decode(stdout).trim() : null;
  } catch {
    return null;
  }
}

/**
 * Builds the library unless the one that is there was made from the same
 * sources. Cargo must be on the PATH.
 *
 * @param options What to build and where to put it.
 * @returns What was done.
 * @throws {Error} If cargo fails; its own words are on stderr.
 */
export async function buildLibrary(
  options: BuildOptions = {},
): Promise<BuildResult> {
  const start = performance.now();
  const platform = platformName(Deno.build);
  const outDir = options.outDir ?? `${ROOT}/ffi/lib/${platform}`;
  const path = `${outDir}/${libraryFileName(Deno.build.os)}`;
  const sources = await hashSources(options);
  const current = await upToDate(path, sources);
  if (current !== null) {
    return { path, bytes: current, isNew: false, elapsedMs: since(start) };
  }
  const bytes = await Deno.readFile(await runCargo(options));
  const rustc = await toolVersion("rustc") ?? "";
  const manifest = {
    name: "@fastpath/fastpath",
    version: VERSION,
    abi: ABI_VERSION,
    symbolsHash: SYMBOLS_HASH,
    bytes: bytes.length,
    sha256: sha256Sync(bytes),
    target: /^host: (.+)$/m.exec(rustc)?.[1] ?? "",
    rustc: rustc.split("\n", 1)[0] ?? "",
    sources,
  };
  await Deno.mkdir(outDir, { recursive: true });
  await replace(path, bytes);
  const text = JSON.stringify(manifest, null, 2) + "\n";
  await replace(path + MANIFEST_ENDING, new TextEncoder().encode(text));
  return { path, bytes: bytes.length, isNew: true, elapsedMs: since(start) };
}

function since(start: number): number {
  return performance.now() - start;
}

/** Writes a file at once, so that nobody opens a half-written library. */
async function replace(path: string, bytes: Uint8Array): Promise<void> {
  const temporary = `${path}.${Deno.pid}.tmp`;
  await Deno.writeFile(temporary, bytes, { mode: 0o755 });
  await Deno.rename(temporary, path);
}

/** The size of the library, if it is whole and made from these sources. */
async function upToDate(
  path: string,
  sources: string,
): Promise<number | null> {
  try {
    const text = await Deno.readTextFile(path + MANIFEST_ENDING);
    const manifest = parseManifest(text);
    const madeFrom = (JSON.parse(text) as { sources?: string }).sources;
    if (manifest === null || madeFrom !== sources) return null;
    const bytes = await Deno.readFile(path);
    return sha256Sync(bytes) === manifest.sha256 ? bytes.length : null;
  } catch {
    return null;
  }
}

/** One digest of every source file's path and content, and of the options. */
async function hashSources(options: BuildOptions): Promise<string> {
  const files: string[] = [];
  for (const source of SOURCES) await collect(source, files);
  const { features = [], profile = "release" } = options;
  const lines = [`${profile} ${features.join(",")}`];
  for (const file of files.sort()) {
    lines.push(`${file} ${sha256Sync(await Deno.readFile(`${ROOT}/${file}`))}`);
  }
  return sha256Sync(new TextEncoder().encode(lines.join("\n")));
}

async function collect(path: string, files: string[]): Promise<void> {
  const info = await Deno.stat(`${ROOT}/${path}`);
  if (info.isFile) files.push(path);
  if (!info.isDirectory) return;
  for await (const entry of Deno.readDir(`${ROOT}/${path}`)) {
    await collect(`${path}/${entry.name}`, files);
  }
}

/** Runs cargo and gives the path of what it built. */
async function runCargo(options: BuildOptions): Promise<string> {
  const { features = [], profile = "release" } = options;
  const targetDir = options.targetDir ?? targetFolder();
  const args = ["build", "--locked", "-p", "fastpath-abi"];
  args.push("--profile", profile, "--target-dir", targetDir);
  if (features.length > 0) args.push("--features", features.join(","));
  if (options.isQuiet) args.push("--quiet");
  const { success } = await new Deno.Command("cargo", {
    args,
    cwd: ROOT,
    env: { CARGO_ENCODED_RUSTFLAGS: rustFlags().join("\x1f"), RUSTFLAGS: "" },
    stdout: "inherit",
    stderr: "inherit",
  }).output();
  if (!success) throw new Error("Cannot build the library: cargo failed");
  const folder = profile === "dev" ? "debug" : profile;
  const base = targetDir.startsWith("/") ? targetDir : `${ROOT}/${targetDir}`;
  return `${base}/${folder}/${libraryFileName(Deno.build.os)}`;
}

/** The caller's flags, and names for folders that would enter the library. */
function rustFlags(): string[] {
  const home = Deno.env.get("HOME") ?? Deno.env.get("USERPROFILE") ?? "";
  const cargoHome = Deno.env.get("CARGO_HOME") || `${home}/.cargo`;
  return [
    ...(Deno.env.get("RUSTFLAGS") ?? "").split(/\s+/).filter(Boolean),
    `--remap-path-prefix=${ROOT}=/fastpath`,
    `--remap-path-prefix=${cargoHome}=/cargo`,
  ];
}

/** Says what was built, after opening it as a program would. */
function report({ path, bytes, isNew, elapsedMs }: BuildResult): number {
  const { attempts } = findLibrary({ libraryPath: path });
  const result = attempts[0]?.result;
  if (result !== "opened") {
    console.error(`Built ${path}, but it is of no use: ${result}`);
    return 1;
  }
  const name = path.slice(ROOT.length + 1);
  const size = `${(bytes / 1000).toFixed(0)} kB`;
  console.error(
    isNew
      ? `Built ${name} (${size}) in ${(elapsedMs / 1000).toFixed(1)} s`
      : `${name} (${size}) is up to date`,
  );
  return 0;
}

async function main(): Promise<number> {
  if (await toolVersion("cargo") === null) {
    console.error(
      "No cargo on the PATH, so fastpath runs on TypeScript; for the native " +
        "engine install Rust from https://rustup.rs, then run: deno task build",
    );
    return 0;
  }
  try {
    return report(await buildLibrary());
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return 1;
  }
}

if (import.meta.main) Deno.exitCode = await main();
