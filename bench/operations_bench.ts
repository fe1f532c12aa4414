/**
 * Every operation of the catalogue on both engines, TypeScript as the baseline
 * of each group, and the task tracker's figures. Names are the ids of budgets
 * in `fastpath.budgets.json`; a size is bytes of input, so 1M in 2 ms is
 * 500 MB/s. Both engines' answers are compared before anything is timed.
 *
 * At the end the benchmarks that ran are measured again as the gate does it,
 * in interleaved pairs, and the table of their budgets is printed on stderr.
 * It is advice, unless `FASTPATH_BENCH_ENFORCE=1`: then a failed budget makes
 * `deno bench` end with 1.
 *
 * Files of single areas run by their path: `deno bench -A bench/csv_bench.ts`.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import type { Work } from "../src/budget/mod.ts";
import { loadOperations } from "../src/catalogue/list.ts";
import { benchCases, hasNative } from "./suite.ts";

const BUDGET = new URL("../tools/budget.ts", import.meta.url);
const encoder = new TextEncoder();

/** Benchmarks that ran, in order; a filter leaves others out. */
const ran = new Set<string>();

if (hasNative()) {
  for (const op of await loadOperations()) {
    for (const seed of op.kernels.keys()) {
      assertEquals(
        await op.run("native", 1000, seed),
        await op.run("typescript", 1000, seed),
        op.name,
      );
    }
  }
}

for (
  const { id, group, isBaseline, needsNative, prepare } of await benchCases()
) {
  const ignore = needsNative && !hasNative();
  const work: Work = ignore ? () => {} : await prepare();
  const options = { name: id, group, baseline: isBaseline, ignore };
  // Awaiting what is no promise would add its own microseconds.
  if (work() instanceof Promise) {
    Deno.bench(options, async () => {
      ran.add(id);
      await work();
    });
  } else {
    Deno.bench(options, () => {
      ran.add(id);
      work();
    });
  }
}

addEventListener("unload", () => {
  if (ran.size === 0) return;
  const failed = printBudgets([...ran]);
  if (failed && isEnforced()) {
    throw new Error("A budget failed, see the table of budgets above");
  }
});

/** Prints the table of budgets; true where one failed. */
function printBudgets(ids: readonly string[]): boolean {
  if (Deno.permissions.querySync({ name: "run" }).state !== "granted") {
    write("No table of budgets: it takes --allow-run, or -A\n");
    return isEnforced();
  }
  // Nothing can be awaited here, and other load must hit both sides alike.
  const { code, stdout, stderr } = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", BUDGET.href, "--exact", ...ids],
    stdin: "null",
  }).outputSync();
  write("\nbudgets\n");
  writeBytes(stdout);
  writeBytes(stderr);
  return code !== 0;
}

/** Everything goes to stderr: stdout may be the JSON of `--json`. */
function write(text: string): void {
  writeBytes(encoder.encode(text));
}

function writeBytes(bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length;) {
    done += Deno.stderr.writeSync(bytes.subarray(done));
  }
}

function isEnforced(): boolean {
  const variable = "FASTPATH_BENCH_ENFORCE";
  const { state } = Deno.permissions.querySync({ name: "env", variable });
  return state === "granted" && Deno.env.get(variable) === "1";
}
