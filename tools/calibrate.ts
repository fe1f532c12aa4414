// deno-lint-ignore-file no-console -- a tool talks to its user
/**
 * `deno task calibrate [KERNEL...] [--dry-run]`: times every kernel on both
 * engines at sizes from 1 to 1,000,000, prints the table and writes the size
 * from which native pays to `src/thresholds.ts`.
 *
 * @module
 */

import { compareEngines } from "../src/catalogue/compare_engines.ts";
import { loadOperations } from "../src/catalogue/list.ts";
import type { Op } from "../src/catalogue/op.ts";
import { nativeIsAvailable } from "../src/catalogue/self_benchmark.ts";
import { type KernelName, NATIVE_FROM } from "../src/thresholds.ts";

const FILE = new URL("../src/thresholds.ts", import.meta.url);

/** One, two, five and so on to a million. */
const SIZES: readonly number[] = Array.from(
  { length: 19 },
  (_, step) => [1, 2, 5][step % 3]! * 10 ** Math.floor(step / 3),
);

/** Milliseconds for each size of each kernel. */
const BUDGET_MS = 60;

/** One bad moment of the machine must not switch an engine off. */
const RERUNS = 3;

/** Both engines at one size. */
export interface Measured {
  /** Size of the input, in the unit of the kernel's threshold. */
  readonly size: number;
  /** Milliseconds on the native engine. */
  readonly nativeMs: number;
  /** Milliseconds on the TypeScript engine. */
  readonly typescriptMs: number;
}

/** Whether native is not slower by more than 10% and 1 µs. */
function pays({ nativeMs, typescriptMs }: Omit<Measured, "size">): boolean {
  return nativeMs <= typescriptMs * 1.1 || nativeMs <= typescriptMs + 0.001;
}

/**
 * The size from which native pays: the first one from which on it is never
 * slower than TypeScript by more than 10% and 1 µs.
 *
 * @param measured Both engines by growing size.
 * @returns The size; 0 where native always pays, Infinity where it never
 * does.
 */
export function thresholdOf(measured: readonly Measured[]): number {
  const last = measured.findLastIndex((one) => !pays(one));
  if (last < 0) return 0;
  return measured[last + 1]?.size ?? Infinity;
}

/**
 * `src/thresholds.ts` with other numbers.
 *
 * @param source The file's text.
 * @param thresholds Sizes by kernel; other kernels keep theirs.
 * @returns The new text.
 * @throws {Error} If the file has no line for a kernel.
 */
export function rewrite(
  source: string,
  thresholds: ReadonlyMap<KernelName, number>,
): string {
  for (const [kernel, from] of thresholds) {
    const key = `  "${kernel}": `;
    const start = source.indexOf(key);
    const end = source.indexOf(",", start);
    if (start < 0) throw new Error(`src/thresholds.ts has no "${kernel}"`);
    source = source.slice(0, start + key.length) + numeral(from) +
      source.slice(end);
  }
  return source;
}

/** Digits in groups of three, as in the file. */
function numeral(value: number): string {
  return value === Infinity
    ? "Infinity"
    : value.toLocaleString("en").replaceAll(",", "_");
}

/** Both engines; where native does not pay, the best of more runs. */
async function confirmed(
  op: Op,
  size: number,
  seed: number,
): Promise<Omit<Measured, "size">> {
  let { nativeMs, typescriptMs } = await compareEngines(op, {
    ...{ size, seed, budgetMs: BUDGET_MS },
  });
  for (let run = 0; run < RERUNS && !pays({ nativeMs, typescriptMs }); run++) {
    const again = await compareEngines(op, { size, seed, budgetMs: BUDGET_MS });
    nativeMs = Math.min(nativeMs, again.nativeMs);
    typescriptMs = Math.min(typescriptMs, again.typescriptMs);
  }
  return { nativeMs, typescriptMs };
}

async function calibrate(op: Op, seed: number): Promise<Measured[]> {
  const measured: Measured[] = [];
  for (const size of SIZES) {
    const times = await confirmed(op, size, seed);
    measured.push({ size: op.sampleSize(size, seed), ...times });
    const factor = times.typescriptMs / times.nativeMs;
    console.log(
      `  ${String(op.sampleSize(size, seed)).padStart(9)}` +
        `${times.nativeMs.toFixed(4).padStart(12)}` +
        `${times.typescriptMs.toFixed(4).padStart(12)}` +
        `${factor.toFixed(2).padStart(8)}x`,
    );
  }
  return measured;
}

async function main(args: readonly string[]): Promise<number> {
  const wanted = args.filter((arg) => !arg.startsWith("--"));
  const unknown = wanted.find((name) => !(name in NATIVE_FROM));
  if (unknown !== undefined) {
    console.error(`calibrate: no kernel is called ${JSON.stringify(unknown)}`);
    return 2;
  }
  if (!await nativeIsAvailable()) {
    console.error("calibrate: no native library, run: deno task build");
    return 1;
  }
  const thresholds = new Map<KernelName, number>();
  for (const op of await loadOperations()) {
    for (const [seed, kernel] of op.kernels.entries()) {
      if (wanted.length > 0 && !wanted.includes(kernel)) continue;
      // Some operations share a kernel.
      if (thresholds.has(kernel)) continue;
      console.log(`${kernel}\n       size   native ms  TypeScript   factor`);
      const from = thresholdOf(await calibrate(op, seed));
      thresholds.set(kernel, from);
      console.log(`  native from ${from}, was ${NATIVE_FROM[kernel]}`);
    }
  }
  if (!args.includes("--dry-run")) {
    const source = await Deno.readTextFile(FILE);
    await Deno.writeTextFile(FILE, rewrite(source, thresholds));
    console.log("wrote src/thresholds.ts");
  }
  return 0;
}

if (import.meta.main) Deno.exitCode = await main(Deno.args);
