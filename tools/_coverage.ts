/**
 * Line coverage of `src/` and `ffi/*.ts` over several test runs together.
 *
 * @module
 */

import { type Outcome, ROOT, run } from "./_process.ts";
import { pathOfUrl } from "../ffi/platform.ts";

/** Lines of one file: line number to how often it ran. */
type Lines = Map<number, number>;

/**
 * Adds up the coverage of test runs and holds it against a bound.
 *
 * @param folders Where `deno test --coverage` wrote, one folder a run.
 * @param percentMin The least share of lines that must have run.
 * @returns The table by file; the code is 1 where the bound is missed.
 */
export async function lineCoverage(
  folders: readonly string[],
  percentMin: number,
): Promise<Outcome> {
  const files = new Map<string, Lines>();
  for (const folder of folders) {
    const { code, output } = await run([
      Deno.execPath(),
      "coverage",
      "--lcov",
      "--quiet",
      folder,
    ]);
    if (code !== 0) return { code, output };
    addLcov(files, output);
  }
  return summarise(files, percentMin);
}

function addLcov(files: Map<string, Lines>, lcov: string): void {
  let lines: Lines = new Map();
  for (const line of lcov.split("\n")) {
    if (line.startsWith("SF:")) {
      const path = line.slice(3);
      lines = files.get(path) ?? new Map();
      files.set(path, lines);
    } else if (line.startsWith("DA:")) {
      const [number = 0, count = 0] = line.slice(3).split(",").map(Number);
      lines.set(number, (lines.get(number) ?? 0) + count);
    }
  }
}

function summarise(
  files: ReadonlyMap<string, Lines>,
  percentMin: number,
): Outcome {
  const root = pathOfUrl(ROOT, Deno.build.os);
  const rows: string[] = [];
  let [found, hit] = [0, 0];
  for (const [path, lines] of [...files].sort()) {
    const name = path.startsWith(root) ? path.slice(root.length) : path;
    if (!/^(src\/|ffi\/[^/]+\.ts$)/.test(name) || name.endsWith("_test.ts")) {
      continue;
    }
    const ran = [...lines.values()].filter((count) => count > 0).length;
    found += lines.size;
    hit += ran;
    rows.push(`${percent(ran, lines.size).padStart(6)}  ${name}`);
  }
  const total = `${percent(hit, found).padStart(6)}  all, at least ` +
    `${percentMin} wanted`;
  const met = found > 0 && 100 * hit / found >= percentMin;
  return { code: met ? 0 : 1, output: [...rows, total, ""].join("\n") };
}

function percent(part: number, whole: number): string {
  return whole === 0 ? "-" : (100 * part / whole).toFixed(1);
}
