/**
 * `POST /v1/profile` of a file of 100 MB, sent by curl, against the command
 * line's `profile` of that file as a whole process; and how long a small
 * request waits meanwhile.
 *
 * @module
 */

import { flightsFile } from "../data/flights.ts";
import { type Limit, type Prepared, Timed, type VersusCase } from "./_case.ts";
import { runCli, runProcess } from "./_process.ts";
import { serve, SERVER } from "./_server.ts";

const MEGABYTES = 100;
const LONG_MEGABYTES = 500;

interface Report {
  readonly rows: number;
  readonly columns: unknown;
}

async function overHttp(url: string, path: string): Promise<Timed> {
  const { stdout } = await runProcess([
    ...["curl", "--silent", "--fail", "-X", "POST", "-T", path],
    ...["-H", "content-type: text/csv", "-w", "\n%{time_total}"],
    `${url}/v1/profile`,
  ]);
  const at = stdout.lastIndexOf("\n");
  const report = JSON.parse(stdout.slice(0, at)) as Report;
  return new Timed(1000 * Number(stdout.slice(at + 1)), report);
}

async function atCommandLine(path: string): Promise<Report> {
  const { stdout } = await runCli(["profile", "--json", path]);
  return JSON.parse(stdout) as Report;
}

/** The 99th percentile of a small request's time while a file is profiled. */
async function p99Beside(url: string, path: string): Promise<number> {
  const times: number[] = [];
  let isOver = false;
  const profiling = overHttp(url, path).finally(() => isOver = true);
  while (!isOver) {
    const start = performance.now();
    const response = await fetch(`${url}/v1/duration/parse`, {
      method: "POST",
      body: '{"texts":["1:30:00","PT5S"]}',
      headers: { "content-type": "application/json" },
    });
    await response.body?.cancel();
    times.push(performance.now() - start);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  await profiling;
  times.sort((a, b) => a - b);
  return times[Math.floor(0.99 * times.length)] ?? NaN;
}

function sameAnswer(ours: unknown, theirs: unknown): boolean {
  const [one, other] = [ours as Report, theirs as Report];
  return one.rows === other.rows &&
    JSON.stringify(one.columns) === JSON.stringify(other.columns);
}

/** The comparison of the two doors. */
export const CASES: readonly VersusCase[] = [{
  name: "http: profile of 100 MB",
  rival: "the command line",
  target: 1 / 0.7,
  pairs: 5,
  note: "curl sends the file; the command line's time holds its start",
  async rivalVersion() {
    const run = () => runProcess(["curl", "--version"]);
    return await run().then(() => Deno.version.deno, () => null);
  },
  async prepare(): Promise<Prepared> {
    const path = await flightsFile("csv", MEGABYTES);
    const { url } = await serve([SERVER]);
    await overHttp(url, path);
    const long = await flightsFile("csv", LONG_MEGABYTES);
    const what = "p99 of a small request during a profile of 500 MB, ms";
    const limit: Limit = { what, value: await p99Beside(url, long), max: 20 };
    return {
      ours: () => overHttp(url, path),
      theirs: () => atCommandLine(path),
      equal: sameAnswer,
      limits: () => [limit],
    };
  },
}];
