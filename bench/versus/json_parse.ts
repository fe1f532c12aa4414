/**
 * `JSON.parse` line by line against the reader of NDJSON, on 8 fields.
 *
 * In memory and in one thread: `JSON.parse` makes objects, ours columns. From
 * a file of 500 MB: the loop is one that a careful author would write, which
 * decodes the file in chunks and puts the values into an array per field as
 * it goes. To keep the objects instead would take longer and more memory than
 * V8 allows. Ours uses all cores there.
 *
 * @module
 */

import { readNdjson, readNdjsonSync, type Table } from "../../mod.ts";
import { flightsBytes, flightsFile } from "../data/flights.ts";
import { Timed, type VersusCase } from "./_case.ts";

const BYTES = 50e6;

type Row = Record<string, unknown>;

function parseLines(bytes: Uint8Array): Row[] {
  const rows: Row[] = [];
  for (const line of new TextDecoder().decode(bytes).split("\n")) {
    if (line !== "") rows.push(JSON.parse(line));
  }
  return rows;
}

function sameRows(ours: unknown, theirs: unknown): boolean {
  const [table, rows] = [ours as Table, theirs as Row[]];
  if (table.numRows !== rows.length) return false;
  for (let row = 0; row < rows.length; row += 997) {
    for (const name of table.columnNames) {
      if (table.get(row, name) !== rows[row]?.[name]) return false;
    }
  }
  return true;
}

function readCase(
  engine: "native" | "typescript",
  factor: number,
): VersusCase {
  return {
    name: `ndjson.read ${BYTES / 1e6} MB to typed columns, ${engine}`,
    rival: "JSON.parse line loop",
    target: 1 / factor,
    pairs: 10,
    rivalVersion: () => Promise.resolve(`V8 ${Deno.version.v8}`),
    prepare() {
      const bytes = flightsBytes("ndjson", BYTES);
      return Promise.resolve({
        ours: () => Promise.resolve(readNdjsonSync(bytes, { engine })),
        theirs: () => Promise.resolve(parseLines(bytes)),
        equal: sameRows,
      });
    },
  };
}

const MEGABYTES = Number(Deno.env.get("FASTPATH_VERSUS_MB") ?? 500);

/** The fields of the file, in its order. */
const NAMES = [
  ...["flight_date", "scheduled", "carrier", "number"],
  ...["delay", "distance", "fare", "remark"],
];

/** What a side says of the columns that it made. */
interface Answer {
  readonly rows: number;
  readonly sums: Readonly<Record<string, number>>;
}

/** Sums of numbers, nulls left out, and of the lengths of texts. */
function sumOf(values: Iterable<unknown>): number {
  let sum = 0;
  for (const value of values) {
    if (typeof value === "string") sum += value.length;
    else if (value !== null) sum += Number(value);
  }
  return Math.round(sum);
}

/** The columns of a file by `JSON.parse`. */
async function parseFile(path: string): Promise<unknown[][]> {
  const columns: unknown[][] = NAMES.map(() => []);
  using file = await Deno.open(path);
  const decoder = new TextDecoder();
  const buffer = new Uint8Array(1 << 20);
  let rest = "";
  const take = (line: string) => {
    const row = JSON.parse(line) as Row;
    for (let at = 0; at < NAMES.length; at++) {
      columns[at]!.push(row[NAMES[at]!] ?? null);
    }
  };
  for (let read; (read = await file.read(buffer)) !== null;) {
    const chunk = buffer.subarray(0, read);
    const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = lines.pop()!;
    for (const line of lines) if (line !== "") take(line);
  }
  if (rest !== "") take(rest);
  return columns;
}

/** Dates and timestamps are numbers here, and texts to `JSON.parse`. */
const COMPARED = ["carrier", "number", "delay", "distance", "fare"];

function fileCase(
  engine: "native" | "typescript",
  factor: number,
): VersusCase {
  return {
    name: `ndjson.read ${MEGABYTES} MB file to columns, ${engine}`,
    rival: "JSON.parse line loop to arrays",
    target: 1 / factor,
    pairs: 3,
    rivalVersion: () => Promise.resolve(`V8 ${Deno.version.v8}`),
    async prepare() {
      const path = await flightsFile("ndjson", MEGABYTES);
      return {
        async ours() {
          const start = performance.now();
          const table = await readNdjson(path, { engine });
          const ms = performance.now() - start;
          const sums = COMPARED.map((name) =>
            [name, sumOf(table.column(name))] as const
          );
          const answer = {
            rows: table.numRows,
            sums: Object.fromEntries(sums),
          };
          return new Timed(ms, answer);
        },
        async theirs() {
          const start = performance.now();
          const columns = await parseFile(path);
          const ms = performance.now() - start;
          const sums = COMPARED.map((name) =>
            [name, sumOf(columns[NAMES.indexOf(name)]!)] as const
          );
          const answer = {
            rows: columns[0]!.length,
            sums: Object.fromEntries(sums),
          };
          return new Timed(ms, answer);
        },
        equal: (one, other) => {
          const [a, b] = [one as Answer, other as Answer];
          return a.rows === b.rows &&
            COMPARED.every((name) => a.sums[name] === b.sums[name]);
        },
      };
    },
  };
}

/** The comparisons with JSON.parse. */
export const CASES: readonly VersusCase[] = [
  fileCase("native", 15),
  fileCase("typescript", 2),
  readCase("native", 6),
  readCase("typescript", 1.5),
];
