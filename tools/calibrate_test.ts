/** Which size a calibration chooses; no times are measured here. */

import { assertEquals, assertThrows } from "@std/assert";
import { explainEngine } from "../src/backend.ts";
import { loadOperations } from "../src/catalogue/list.ts";
import { type KernelName, NATIVE_FROM } from "../src/thresholds.ts";
import { type Measured, rewrite, thresholdOf } from "./calibrate.ts";

/** Measurements at 1, 10, 100 and so on: pairs of native and TypeScript. */
function measured(...pairs: [number, number][]): Measured[] {
  return pairs.map(([nativeMs, typescriptMs], step) => ({
    size: 10 ** step,
    nativeMs,
    typescriptMs,
  }));
}

Deno.test("thresholdOf() is the size from which native is never behind", () => {
  assertEquals(thresholdOf(measured([1, 2], [2, 3])), 0);
  assertEquals(thresholdOf(measured([3, 2], [2, 3], [4, 9])), 10);
  assertEquals(thresholdOf(measured([1, 2], [4, 3], [5, 9])), 100);
  assertEquals(thresholdOf(measured([3, 2], [5, 3])), Infinity);
  assertEquals(thresholdOf([]), 0);
});

Deno.test("thresholdOf() forgives 10% and 1 µs", () => {
  assertEquals(thresholdOf(measured([1.099, 1])), 0);
  assertEquals(thresholdOf(measured([1.101, 1], [1, 2])), 10);
  assertEquals(thresholdOf(measured([0.0019, 0.001])), 0);
  assertEquals(thresholdOf(measured([0.0021, 0.001], [1, 2])), 10);
});

Deno.test("rewrite() changes the numbers of src/thresholds.ts alone", async () => {
  const file = new URL("../src/thresholds.ts", import.meta.url);
  const source = await Deno.readTextFile(file);
  const kernels = Object.keys(NATIVE_FROM) as KernelName[];
  const same = new Map(kernels.map((name) => [name, NATIVE_FROM[name]]));
  assertEquals(rewrite(source, same), source);
  const changed = rewrite(source, new Map([["csv.read", 1_234_567]]));
  assertEquals(changed.includes('  "csv.read": 1_234_567,\n'), true);
  assertEquals(changed.split("\n").length, source.split("\n").length);
  const unknown = new Map([["no.kernel" as KernelName, 1]]);
  assertThrows(() => rewrite(source, unknown), Error, "no.kernel");
});

/**
 * Kernels of what reads folders, which no operation does: they have no size,
 * and were measured not to be slower with a single file.
 */
const OF_FOLDERS: readonly KernelName[] = ["hash.files", "schema.scan"];

Deno.test("every threshold belongs to an operation, and auto keeps to it", async () => {
  const used = (await loadOperations()).flatMap((op) => op.kernels);
  const known = new Set([...used, ...OF_FOLDERS]);
  assertEquals([...known].sort(), Object.keys(NATIVE_FROM).sort());
  for (const kernel of OF_FOLDERS) assertEquals(NATIVE_FROM[kernel], 0);
  for (const kernel of used) {
    const from = NATIVE_FROM[kernel];
    if (from === 0 || from === Infinity) continue;
    assertEquals(explainEngine(kernel, from - 1, "auto").name, "typescript");
  }
});
