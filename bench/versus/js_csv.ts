/**
 * CSV to typed columns in TypeScript against the JavaScript parsers that type
 * values: uDSV to columns of numbers, dates and texts, PapaParse with
 * `dynamicTyping` to rows. In one process and one thread. All sides take what
 * they like best: ours bytes, theirs a text that is ready. The time is that of
 * reading; what was read is summed afterwards and compared.
 *
 * The input has 60 MB: at 500 MB the objects of the rivals come near the heap
 * that V8 allows, and what is measured is its collector.
 *
 * @module
 */

import Papa from "npm:papaparse@5.7.1";
import { inferSchema, initParser } from "npm:udsv@0.7.3";
import { readCsvSync, type Table } from "../../mod.ts";
import { flightsBytes } from "../data/flights.ts";
import { Timed, type VersusCase } from "./_case.ts";

const BYTES = Number(Deno.env.get("FASTPATH_VERSUS_MB") ?? 60) * 1e6;
const PAIRS = 7;

/** Sums of numbers, and lengths of texts. */
interface Answer {
  readonly rows: number;
  readonly distance: number;
  readonly fare: number;
  readonly texts: number;
}

const [CARRIER, ROUTE, DISTANCE, FARE] = [2, 3, 6, 7];

function sumOf(values: ArrayLike<number>): number {
  let sum = 0;
  for (let index = 0; index < values.length; index++) sum += values[index]!;
  return sum;
}

function lengthsOf(values: readonly string[]): number {
  return sumOf(values.map((value) => value.length));
}

function ours(bytes: Uint8Array): Timed {
  const start = performance.now();
  const table: Table = readCsvSync(bytes, { engine: "typescript" });
  const ms = performance.now() - start;
  const texts = ["carrier", "route"]
    .map((name) => lengthsOf(table.column(name).toArray() as string[]));
  return new Timed(ms, {
    rows: table.numRows,
    distance: sumOf(table.column("distance").data as Int32Array),
    fare: sumOf(table.column("fare").data as Float64Array),
    texts: sumOf(texts),
  });
}

function udsv(text: string): Timed {
  const start = performance.now();
  const columns = initParser(inferSchema(text)).typedCols(text) as unknown[][];
  const ms = performance.now() - start;
  return new Timed(ms, {
    rows: columns[DISTANCE]!.length,
    distance: sumOf(columns[DISTANCE] as number[]),
    fare: sumOf(columns[FARE] as number[]),
    texts: lengthsOf(columns[CARRIER] as string[]) +
      lengthsOf(columns[ROUTE] as string[]),
  });
}

function papa(text: string): Timed {
  const start = performance.now();
  const options = { dynamicTyping: true, skipEmptyLines: true } as const;
  const rows = Papa.parse(text, options).data as unknown[][];
  const ms = performance.now() - start;
  const column = (at: number) => rows.slice(1).map((row) => row[at]);
  return new Timed(ms, {
    rows: rows.length - 1,
    distance: sumOf(column(DISTANCE) as number[]),
    fare: sumOf(column(FARE) as number[]),
    texts: lengthsOf(column(CARRIER) as string[]) +
      lengthsOf(column(ROUTE) as string[]),
  });
}

function isEqual(one: unknown, other: unknown): boolean {
  const [a, b] = [one as Answer, other as Answer];
  return a.rows === b.rows && a.distance === b.distance &&
    a.texts === b.texts && Math.abs(a.fare - b.fare) < 1;
}

function readCase(
  rival: string,
  version: string,
  factor: number,
  theirs: (text: string) => Timed,
): VersusCase {
  return {
    name: `csv.read ${BYTES / 1e6} MB to typed columns, typescript`,
    rival,
    target: 1 / factor,
    pairs: PAIRS,
    note: "the rival's text is decoded beforehand",
    rivalVersion: () => Promise.resolve(version),
    prepare() {
      const bytes = flightsBytes("csv", BYTES);
      const text = new TextDecoder().decode(bytes);
      return Promise.resolve({
        ours: () => Promise.resolve(ours(bytes)),
        theirs: () => Promise.resolve(theirs(text)),
        equal: isEqual,
      });
    },
  };
}

/** The comparisons with parsers in JavaScript. */
export const CASES: readonly VersusCase[] = [
  readCase("uDSV, typed columns", "0.7.3", 3, udsv),
  readCase("PapaParse, dynamicTyping", "5.7.1", 10, papa),
];
