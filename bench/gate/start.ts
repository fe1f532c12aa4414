/**
 * The source `cli`: the start of a command line as a process, against that of
 * an empty script.
 *
 * @module
 */

import { measurePair } from "../../src/budget/mod.ts";
import { pathOfUrl } from "../../ffi/platform.ts";
import { type Source, textOf, textsOf } from "./_source.ts";

const ROOT = new URL("../../", import.meta.url);

/** Gives `start_ratio` (its time by the empty script's) and `time_ms`. */
export const cliSource: Source = async (budget, defaults) => {
  const script = new URL(textOf(budget, "script"), ROOT);
  const args = textsOf(budget, "args");
  const empty = await Deno.makeTempFile({ suffix: ".ts" });
  try {
    const { ratio, subjectMs } = await measurePair(
      () => start([empty]),
      () => start([pathOfUrl(script, Deno.build.os), ...args]),
      defaults,
    );
    return { values: { start_ratio: ratio, time_ms: subjectMs } };
  } finally {
    await Deno.remove(empty);
  }
};

async function start(args: readonly string[]): Promise<void> {
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-check", "-A", ...args],
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).output();
  if (success) return;
  throw new Error(`it ended with: ${new TextDecoder().decode(stderr)}`);
}
