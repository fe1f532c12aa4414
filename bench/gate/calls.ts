/**
 * The source `calls`: how often an operation crosses the boundary. A process
 * of its own wraps the library's symbols before anything opens it, so that no
 * other measurement pays for the counting.
 *
 * @module
 */

import { hasNative } from "../suite.ts";
import { numberOf, type Source, textOf } from "./_source.ts";

const COUNTER = new URL("_count_calls.ts", import.meta.url);

/** Gives `ffi_calls_count`. */
export const callsSource: Source = async (budget) => {
  if (!hasNative()) {
    return { skipped: "no native library here, run: deno task build" };
  }
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "--no-check", "-A", COUNTER.href],
      textOf(budget, "operation"),
      String(numberOf(budget, "size")),
      String(numberOf(budget, "seed", 0)),
    ],
    stdin: "null",
  }).output();
  const decoder = new TextDecoder();
  if (!success) throw new Error(decoder.decode(stderr));
  return { values: { ffi_calls_count: Number(decoder.decode(stdout)) } };
};
