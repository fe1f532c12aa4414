/**
 * What `deno bench` and the gate run: every operation of the catalogue on
 * both engines over samples of two sizes, and the figures that the task tracker
 * and finance were promised.
 * A case's name is the id of its budget in `fastpath.budgets.json`.
 *
 * @module
 */

import { backendInfo } from "../src/backend.ts";
import type { Work } from "../src/budget/mod.ts";
import { loadOperations } from "../src/catalogue/list.ts";
import type { Op } from "../src/catalogue/op.ts";
import { financeCases } from "./finance.ts";
import { trackerCases } from "./tracker.ts";

/** A benchmark. */
export interface BenchCase {
  /** Its name and its budget's id. */
  readonly id: string;
  /** What it is compared with: the baseline of the same group. */
  readonly group: string;
  /** Whether the group is compared with it. */
  readonly isBaseline: boolean;
  /** Whether it takes the native library. */
  readonly needsNative: boolean;
  /** The time that was promised for it, in milliseconds. */
  readonly promisedMs?: number;
  /** Makes the data; the work alone is timed. */
  readonly prepare: () => Promise<Work>;
}

/** Bytes of the samples, by the name that stands in the ids. */
const SIZES: Readonly<Record<string, number>> = { "1k": 1e3, "1M": 1e6 };

/**
 * Every benchmark.
 *
 * @returns The cases, the baseline of each group first.
 */
export async function benchCases(): Promise<BenchCase[]> {
  const operations = await loadOperations();
  const names = operations.map((op) => op.name);
  return [
    ...operations.flatMap(operationCases),
    ...trackerCases(names),
    ...financeCases(names),
  ];
}

/** Whether cases that need the native library can run. */
export function hasNative(): boolean {
  return backendInfo().library !== null;
}

function operationCases(op: Op): BenchCase[] {
  const cases: BenchCase[] = [];
  for (const [seed, variant] of variantsOf(op).entries()) {
    for (const [label, size] of Object.entries(SIZES)) {
      const group = `${op.name}${variant}.${label}`;
      const sample = once(() => op.prepare(size, seed));
      const engines = op.kernels.length === 0
        ? ["typescript"] as const
        : ["typescript", "native"] as const;
      for (const engine of engines) {
        cases.push({
          id: `${group}.${engine}`,
          group,
          isBaseline: engine === "typescript",
          needsNative: engine === "native",
          prepare: () => {
            const run = sample();
            return Promise.resolve(() => run(engine));
          },
        });
      }
    }
  }
  return cases;
}

/** What tells an operation's kernels apart: `.sha256` and `.blake3`. */
function variantsOf({ kernels }: Op): string[] {
  if (kernels.length < 2) return [""];
  return kernels.map((kernel) => kernel.slice(kernel.indexOf(".")));
}

/** Engines share a sample; it is made when it is needed. */
function once<T>(make: () => T): () => T {
  let made: { value: T } | null = null;
  return () => (made ??= { value: make() }).value;
}
