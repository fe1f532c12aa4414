/**
 * Line coverage of `src/` and `ffi/*.ts` by a test run.
 *
 * @module
 */

import { type Outcome, ROOT, run } from "./_process.ts";
import { pathOfUrl } from "../ffi/platform.ts";

/** Lines of one file: line number to how often it ran. */
type Lines = Map<number, number>;

/**
 * Holds the coverage of a test run against a bound.
 *
 * @param folder Where `deno test --coverage` wrote.
 * @param percentMin The least share of lines that must have run.
 * @returns The table by file; the code is 1 where the bound is missed.
 */
export async function lineCoverage(
  folder: string,
  percentMin: number,
): Promise<Outcome> {
  const args = ["coverage", "--lcov", "--quiet", folder];
  const { code, output } = await run([Deno.execPath(), ...args]);
  return code === 0
    ? summarise(linesByFile(output), percentMin)
    : { code, output };
}

function linesByFile(lcov: string): Map<string, Lines> {
  const files = new Map<string, Lines>();
  let lines: Lines = new Map();
  for (const line of lcov.split("\n")) {
    if (line.startsWith("SF:")) {
      lines = new Map();
      files.set(line.slice(3), lines);
    } else if (line.startsWith("DA:")) {
      const [number = 0, count = 0] = line.slice(3).split(",").map(Number);
      lines.set(number, count);
    }
  }
  return files;
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
