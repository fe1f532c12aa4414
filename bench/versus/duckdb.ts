/**
 * DuckDB: `SUMMARIZE` of a CSV file against `fastpath profile`, each as a
 * whole process. DuckDB's distinct counts and quantiles are approximate and
 * it makes no digest; ours are exact while they fit, and SHA-256 is included.
 *
 * @module
 */

import { flightsFile } from "../data/flights.ts";
import type { Limit, VersusCase } from "./_case.ts";
import { runCli, runProcess } from "./_process.ts";

const VERSION = "1.5.5-r.5";
const SCRIPT = new URL("_duckdb_summarize.ts", import.meta.url).href;

interface Answer {
  readonly rows: number;
  readonly nulls: number[];
}

function duckdb(path: string): Promise<Answer> {
  return runProcess([Deno.execPath(), "run", "-A", SCRIPT, path])
    .then(({ stdout }) => JSON.parse(stdout) as Answer);
}

async function fastpath(
  path: string,
  engine: string,
): Promise<Answer & { peakRssMB: number }> {
  const { stdout, peakRssMB } = await runCli([
    "profile",
    path,
    "--json",
    "--digest",
    "sha256",
    "--engine",
    engine,
  ]);
  const report = JSON.parse(stdout) as {
    rows: number;
    columns: { nulls: number }[];
  };
  return {
    rows: report.rows,
    nulls: report.columns.map((column) => column.nulls),
    peakRssMB,
  };
}

function sameAnswer(ours: unknown, theirs: unknown): boolean {
  const [a, b] = [ours as Answer, theirs as Answer];
  // SUMMARIZE gives the share of nulls with two decimals.
  return a.rows === b.rows &&
    a.nulls.every((count, index) =>
      Math.abs(100 * count / a.rows - (b.nulls[index] ?? NaN)) < 0.006
    );
}

function profileCase(
  engine: "native" | "typescript",
  megabytes: number,
  target: number,
  peakRssMBMax: number,
): VersusCase {
  return {
    name: `profile ${megabytes} MB CSV with sha256, ${engine}`,
    rival: "DuckDB SUMMARIZE, 2 threads",
    target,
    pairs: megabytes > 1000 ? 1 : 3,
    note: "DuckDB makes no digest and only approximate distinct counts " +
      "and quantiles",
    rivalVersion: () => Promise.resolve(VERSION),
    async prepare() {
      const path = await flightsFile("csv", megabytes);
      let peakRssMB = 0;
      return {
        async ours() {
          const answer = await fastpath(path, engine);
          peakRssMB = Math.max(peakRssMB, answer.peakRssMB);
          return answer;
        },
        theirs: () => duckdb(path),
        equal: sameAnswer,
        limits: (): Limit[] => [
          { what: "peakRssMB", value: peakRssMB, max: peakRssMBMax },
        ],
      };
    },
  };
}

/** The comparisons with DuckDB. */
export const CASES: readonly VersusCase[] = [
  profileCase("native", 500, 0.5, 400),
  profileCase("native", 2000, 0.5, 400),
  profileCase("typescript", 500, 1.5, 600),
];
