/**
 * `./compat/csv` against `@std/csv` in one process and one thread: the same
 * functions over the same values, and all of each result compared.
 *
 * @module
 */

import * as std from "@std/csv";
import { CsvParseStream, parse, stringify } from "../../src/compat/csv/mod.ts";
import { readCsvSync } from "../../src/csv/mod.ts";
import { flightsBytes } from "../data/flights.ts";
import type { Prepared, VersusCase } from "./_case.ts";

const BYTES = 30e6;
const PAIRS = 7;
const RIVAL = "@std/csv";

const encoder = new TextEncoder();

function textOfFlights(): string {
  return new TextDecoder().decode(flightsBytes("csv", BYTES));
}

type Row = readonly string[] | Readonly<Record<string, string | undefined>>;

/** Whether two results of `parse` hold the same rows. */
function sameRows(ours: unknown, theirs: unknown): boolean {
  const [rows, others] = [ours as Row[], theirs as Row[]];
  if (rows.length !== others.length) return false;
  return rows.every((row, index) => {
    const other = others[index]!;
    const keys = Object.keys(row);
    return keys.length === Object.keys(other).length &&
      keys.every((key) => Reflect.get(row, key) === Reflect.get(other, key));
  });
}

/** The bytes of a text: @std/csv gives a text that is not put together yet. */
function used(text: string): Uint8Array {
  return encoder.encode(text);
}

function sameBytes(ours: unknown, theirs: unknown): boolean {
  const [bytes, others] = [ours as Uint8Array, theirs as Uint8Array];
  return bytes.length === others.length &&
    bytes.every((byte, at) => byte === others[at]);
}

function versus(
  name: string,
  target: number,
  prepare: () => Prepared,
): VersusCase {
  return {
    name: `compat/csv ${name}`,
    rival: RIVAL,
    target,
    pairs: PAIRS,
    note: "the same results: texts, arrays and objects on both sides",
    rivalVersion: () => Promise.resolve("1.0.6 (npm copy)"),
    prepare: () => Promise.resolve(prepare()),
  };
}

/** A stream of chunks as a file gives them. */
function chunksOf(text: string): ReadableStream<string> {
  const chunks: string[] = [];
  for (let at = 0; at < text.length; at += 1 << 16) {
    chunks.push(text.slice(at, at + (1 << 16)));
  }
  return ReadableStream.from(chunks);
}

/** The comparisons. */
export const CASES: readonly VersusCase[] = [
  versus(`parse of ${BYTES / 1e6} MB to arrays`, 1 / 3, () => {
    const text = textOfFlights();
    return {
      ours: () => Promise.resolve(parse(text)),
      theirs: () => Promise.resolve(std.parse(text)),
      equal: sameRows,
    };
  }),
  versus(`parse of ${BYTES / 1e6} MB to objects`, 1 / 3, () => {
    const text = textOfFlights();
    const options = { skipFirstRow: true } as const;
    return {
      ours: () => Promise.resolve(parse(text, options)),
      theirs: () => Promise.resolve(std.parse(text, options)),
      equal: sameRows,
    };
  }),
  versus(`stringify of objects to ${BYTES / 1e6} MB`, 1 / 2, () => {
    const table = readCsvSync(flightsBytes("csv", BYTES));
    const rows = table.toObjects();
    const columns = table.columnNames;
    return {
      ours: () => Promise.resolve(used(stringify(rows, { columns }))),
      theirs: () => Promise.resolve(used(std.stringify(rows, { columns }))),
      equal: sameBytes,
    };
  }),
  // Handing a row over takes most of the time on both sides.
  versus(`CsvParseStream of ${BYTES / 6e6} MB to arrays`, 1 / 2, () => {
    const text = textOfFlights().slice(0, BYTES / 6);
    const whole = text.slice(0, text.lastIndexOf("\n"));
    return {
      ours: () =>
        Array.fromAsync(chunksOf(whole).pipeThrough(new CsvParseStream())),
      theirs: () =>
        Array.fromAsync(chunksOf(whole).pipeThrough(new std.CsvParseStream())),
      equal: sameRows,
    };
  }),
];
