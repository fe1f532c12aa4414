/**
 * A file of 500 MB to typed columns: `readCsv` and `readNdjson` against
 * DuckDB's readers into a table and polars. Each rival reads in a process of
 * its own and takes its own time, without its start; ours reads in this one.
 *
 * polars is looked for in the `python3` of the PATH.
 *
 * @module
 */

import { readCsv, readNdjson, type Table } from "../../mod.ts";
import { flightsFile, type FlightsForm } from "../data/flights.ts";
import { quotedFile } from "../data/quoted.ts";
import { type Prepared, Timed, type VersusCase } from "./_case.ts";
import { runProcess } from "./_process.ts";

const MEGABYTES = Number(Deno.env.get("FASTPATH_VERSUS_MB") ?? 500);
const PAIRS = 5;

const DUCKDB = new URL("_duckdb_read.ts", import.meta.url).href;
const DUCKDB_VERSION = "1.5.5-r.5";
const POLARS = decodeURIComponent(
  new URL("python/read_polars.py", import.meta.url).pathname,
);

/** What a reading gives besides its time. */
interface Answer {
  readonly rows: number;
  readonly sum: number;
}

async function rival(
  command: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<Timed> {
  const { stdout } = await runProcess(command, env);
  const { ms, rows, sum } = JSON.parse(stdout) as Answer & { ms: number };
  return new Timed(ms, { rows, sum });
}

function answerOf(table: Table): Answer {
  const { data } = table.column("distance");
  let sum = 0;
  for (const value of data as Int32Array) sum += value;
  return { rows: table.numRows, sum };
}

async function ours(
  form: FlightsForm,
  path: string,
  threads: number,
): Promise<Timed> {
  const read = form === "csv" ? readCsv : readNdjson;
  const start = performance.now();
  const table: Table = await read(path, { engine: "native", threads });
  return new Timed(performance.now() - start, answerOf(table));
}

/** Whether both read the same. */
function isEqual(one: unknown, other: unknown): boolean {
  const [a, b] = [one as Answer, other as Answer];
  return a.rows === b.rows && a.sum === b.sum;
}

function readCase(
  form: FlightsForm,
  threads: number,
  name: string,
  target: number,
  rivalVersion: () => Promise<string | null>,
  theirs: (path: string) => Promise<Timed>,
): VersusCase {
  const plural = threads === 1 ? "thread" : "threads";
  return {
    name: `${form} to columns, ${MEGABYTES} MB, native, ${threads} ${plural}`,
    rival: name,
    target,
    pairs: PAIRS,
    note: "the start of the rival's process is not counted",
    rivalVersion,
    async prepare(): Promise<Prepared> {
      const path = await flightsFile(form, MEGABYTES);
      return {
        ours: () => ours(form, path, threads),
        theirs: () => theirs(path),
        equal: isEqual,
      };
    },
  };
}

function duckdbCase(
  form: FlightsForm,
  threads: number,
  target: number,
): VersusCase {
  const version = () => Promise.resolve(DUCKDB_VERSION);
  const reader = form === "csv" ? "read_csv" : "read_json";
  return readCase(
    ...[form, threads] as const,
    `DuckDB ${reader} into a table`,
    ...[target, version] as const,
    (path) => duckdb(form, path, threads),
  );
}

function duckdb(
  form: FlightsForm,
  path: string,
  threads: number,
): Promise<Timed> {
  const command = [Deno.execPath(), "run", "-A", DUCKDB];
  return rival([...command, form, path, String(threads)], {});
}

/** Every text in quotes, a third of the rows with quotes or line breaks. */
function quotedCase(threads: number, target: number): VersusCase {
  const plain = duckdbCase("csv", threads, target);
  return {
    ...plain,
    name: plain.name.replace("csv", "quoted csv"),
    async prepare(): Promise<Prepared> {
      const path = await quotedFile(MEGABYTES);
      return {
        ours: () => ours("csv", path, threads),
        theirs: () => duckdb("csv", path, threads),
        equal: isEqual,
      };
    },
  };
}

async function polarsVersion(): Promise<string | null> {
  const script = "import polars; print(polars.__version__)";
  const run = runProcess(["python3", "-c", script]);
  return await run.then(({ stdout }) => stdout.trim(), () => null);
}

function polarsCase(
  form: FlightsForm,
  how: "csv" | "csv-dates" | "ndjson",
  target: number,
): VersusCase {
  const name = how === "csv-dates"
    ? "polars read_csv with dates"
    : how === "csv"
    ? "polars read_csv, dates left as text"
    : "polars read_ndjson";
  return readCase(
    ...[form, 2, name, target, polarsVersion] as const,
    (path) =>
      rival(["python3", POLARS, how, path], { POLARS_MAX_THREADS: "2" }),
  );
}

/** The comparisons of whole tables. */
export const CASES: readonly VersusCase[] = [
  duckdbCase("csv", 2, 0.5),
  duckdbCase("csv", 1, 0.5),
  polarsCase("csv", "csv-dates", 0.4),
  polarsCase("csv", "csv", 0.9),
  quotedCase(2, 0.7),
  duckdbCase("ndjson", 2, 0.7),
  polarsCase("ndjson", "ndjson", 0.7),
];
