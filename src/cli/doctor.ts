/**
 * `fastpath doctor`: which engine is used and why, and what was tried.
 *
 * @module
 */

import {
  type Attempt,
  configureBackend,
  engineForAsync,
  type EngineInfo,
  type LibraryInfo,
  loadBackend,
} from "../backend.ts";
import { VERSION } from "../version.ts";
import type { Command, Invocation } from "./command.ts";
import { EXIT } from "./failure.ts";
import { UsageError } from "./flags.ts";
import { printOut } from "./io.ts";

/** What `doctor --json` prints. */
interface Diagnosis {
  readonly version: 1;
  readonly packageVersion: string;
  readonly engine: EngineInfo;
  readonly library: LibraryInfo | null;
  readonly attempts: readonly Attempt[];
  readonly deno: string;
  readonly os: string;
  readonly arch: string;
  readonly cpu: { readonly features: readonly string[] };
  readonly tools: Readonly<Record<"cargo" | "rustc", string | null>>;
}

/** The command `doctor`. */
export const DOCTOR: Command = {
  words: ["doctor"],
  operands: "",
  summary: "Say which engine is used and why",
  options: [
    { name: "json", kind: "flag", summary: "Print one JSON object" },
  ],
  examples: ["doctor", "doctor --json --engine native"],
  run: runDoctor,
};

async function runDoctor(invocation: Invocation): Promise<number> {
  if (invocation.positionals.length > 0) {
    throw new UsageError("doctor takes no arguments");
  }
  if (invocation.values.engine !== undefined) {
    configureBackend({ engine: invocation.engine });
  }
  const diagnosis = await diagnose();
  await printOut(
    invocation.values.json === true
      ? JSON.stringify(diagnosis) + "\n"
      : describe(diagnosis),
  );
  const lacking = invocation.engine === "native" && diagnosis.library === null;
  return lacking ? EXIT.noNative : EXIT.ok;
}

async function diagnose(): Promise<Diagnosis> {
  const { engine, library, attempts } = await loadBackend();
  return {
    version: 1,
    packageVersion: VERSION,
    engine,
    library,
    attempts,
    deno: Deno.version.deno,
    os: Deno.build.os,
    arch: Deno.build.arch,
    cpu: { features: library === null ? [] : await cpuFeatures() },
    tools: {
      cargo: await toolVersion("cargo"),
      rustc: await toolVersion("rustc"),
    },
  };
}

/** The processor's features, as the library found them at run time. */
async function cpuFeatures(): Promise<string[]> {
  const native = await engineForAsync("hash.sha256", Infinity);
  if (native === null) return [];
  const out = new Uint8Array(4096);
  const length = native.fp_info(out, out.length);
  const info = JSON.parse(
    new TextDecoder().decode(out.subarray(0, length)),
  ) as { cpu: string[] };
  return info.cpu;
}

/** A tool's version, where running it is granted already. */
async function toolVersion(command: string): Promise<string | null> {
  const run = { name: "run", command } as const;
  if (Deno.permissions.querySync(run).state !== "granted") return null;
  try {
    const { success, stdout } = await new Deno.Command(command, {
      args: ["--version"],
      stderr: "null",
    }).output();
    return success ? new TextDecoder().decode(stdout).trim() : null;
  } catch {
    return null;
  }
}

function describe(diagnosis: Diagnosis): string {
  const { engine, library, attempts, cpu, tools } = diagnosis;
  const rows: [string, string][] = [
    ["fastpath", diagnosis.packageVersion],
    ["engine", `${engine.name}: ${engine.reason}`],
    ["library", library === null ? "none" : library.path],
  ];
  if (library !== null) {
    const size = library.bytes === null
      ? "size unknown"
      : `${library.bytes} bytes`;
    const checked = library.verified ? "verified" : "not verified";
    rows.push(["", `${size}, interface ${library.abi}, ${checked}`]);
    if (library.sha256 !== null) rows.push(["", `sha256 ${library.sha256}`]);
    rows.push(["cpu", cpu.features.join(" ")]);
  }
  rows.push(
    ["runtime", `deno ${diagnosis.deno}, ${diagnosis.os} ${diagnosis.arch}`],
    ["tools", `${tools.cargo ?? "no cargo"}, ${tools.rustc ?? "no rustc"}`],
  );
  const lines = rows.map(([name, text]) => `${name.padEnd(9)} ${text}`);
  if (attempts.length > 0) lines.push("", "Where the library was looked for:");
  for (const { step, path, result } of attempts) {
    const place = path === null ? "" : ` ${path}`;
    lines.push(`  ${step}:${place} ${result}`);
  }
  return lines.join("\n") + "\n";
}
