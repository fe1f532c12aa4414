/**
 * npm `apache-arrow`: reading and writing Arrow IPC in one process and one
 * thread. It looks at nothing while it reads or writes; ours checks the
 * offsets, codes, dates and UTF-8 of everything, so that no file can lead a
 * later step out of its buffers.
 *
 * @module
 */

import { tableFromIPC, tableToIPC } from "apache-arrow";
import {
  readArrowSync,
  readCsvSync,
  type Table,
  writeArrowSync,
} from "../../mod.ts";
import { flightsBytes } from "../data/flights.ts";
import type { Prepared, VersusCase } from "./_case.ts";

const BYTES = 30e6;
const VERSION = "21.2.0";
const NOTE = "apache-arrow checks nothing, ours every offset, code and text";

function flights(): Table {
  return readCsvSync(flightsBytes("csv", BYTES));
}

function sumOf(values: ArrayLike<number>): number {
  let sum = 0;
  for (let row = 0; row < values.length; row++) sum += values[row]!;
  return sum;
}

/** Characters of a text column, each text made. */
function lengthOf(texts: Iterable<unknown>): number {
  let length = 0;
  for (const text of texts) length += (text as string | null)?.length ?? 0;
  return length;
}

function versus(
  name: string,
  target: number,
  prepare: () => Promise<Prepared>,
): VersusCase {
  return {
    name,
    rival: "apache-arrow",
    target,
    pairs: 20,
    note: NOTE,
    rivalVersion: () => Promise.resolve(VERSION),
    prepare,
  };
}

const same = (ours: unknown, theirs: unknown) => ours === theirs;

/** The comparisons with apache-arrow. */
export const CASES: readonly VersusCase[] = [
  versus("arrow.read of a file, texts of two columns", 0.8, () => {
    const bytes = writeArrowSync(flights(), { dictionaries: "plain" });
    return Promise.resolve({
      ours() {
        const table = readArrowSync(bytes);
        return Promise.resolve(
          lengthOf(table.column("carrier")) + lengthOf(table.column("remark")),
        );
      },
      theirs() {
        const table = tableFromIPC(bytes);
        return Promise.resolve(
          lengthOf(table.getChild("carrier")!) +
            lengthOf(table.getChild("remark")!),
        );
      },
      equal: same,
    });
  }),
  versus("arrow.read of one column of a file, its sum", 1.1, () => {
    const bytes = writeArrowSync(flights(), { dictionaries: "plain" });
    return Promise.resolve({
      ours() {
        const { data } = readArrowSync(bytes, { columns: ["fare"] })
          .column("fare");
        return Promise.resolve(sumOf(data as Float64Array));
      },
      theirs: () =>
        Promise.resolve(
          sumOf(tableFromIPC(bytes).getChild("fare")!.toArray()),
        ),
      equal: same,
    });
  }),
  versus("arrow.write of a file", 3, () => {
    const table = flights();
    const theirTable = tableFromIPC(writeArrowSync(table));
    return Promise.resolve({
      ours: () => Promise.resolve(writeArrowSync(table)),
      theirs: () => Promise.resolve(tableToIPC(theirTable, "file")),
      equal: (ours, theirs) =>
        tableFromIPC(ours as Uint8Array).numRows ===
          tableFromIPC(theirs as Uint8Array).numRows,
    });
  }),
];
