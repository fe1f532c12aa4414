/**
 * `fastpath doctor`: which engine is used and why, and what was tried.
 *
 * @module
 */

import { type BackendInfo, backendInfo, loadBackend } from "../backend.ts";
import { VERSION } from "../version.ts";
import type { Command, Invocation } from "./command.ts";
import { EXIT } from "./failure.ts";
import { UsageError } from "./flags.ts";
import { printOut } from "./io.ts";

/** What `doctor --json` prints. */
interface Diagnosis extends BackendInfo {
  readonly version: 1;
  readonly packageVersion: string;
  readonly deno: string;
  readonly os: string;
  readonly arch: string;
  readonly cpu: { readonly features: readonly string[] };
  readonly tools: {
    readonly cargo: string | null;
    readonly rustc: string | null;
  };
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
  const diagnosis = await diagnose(invocation);
  await printOut(
    invocation.values.json === true
      ? JSON.stringify(diagnosis) + "\n"
      : describe(diagnosis),
  );
  const lacking = invocation.engine === "native" && diagnosis.library === null;
  return lacking ? EXIT.noNative : EXIT.ok;
}
