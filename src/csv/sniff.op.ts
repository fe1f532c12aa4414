/**
 * The catalogue's entry of `csv.sniff`.
 *
 * @module
 */

import { type DoorRequest, type Op, op } from "../catalogue/op.ts";
import { RATIO_OPTION } from "../catalogue/op_options.ts";
import { ratioOf } from "../read/_rows_door.ts";
import { csvRead } from "./read.op.ts";
import { type CsvSniff, sniffCsv } from "./sniff.ts";

/** `csv.sniff`, as the doors see it. */
export const csvSniff: Op = op<Record<string, never>, CsvSniff>({
  name: "csv.sniff",
  summary: "Find delimiter, quote, header, encoding and types of CSV",
  call: sniffCsv,
  run: (input) => sniffCsv(input),
  kernels: [],
  input: {
    mediaTypes: ["text/csv"],
    options: [RATIO_OPTION],
  },
  outputs: [{ name: "json", mediaType: "application/json" }],
  door,
  comparable: (result) => result,
  sample: (size, seed) => ({ input: sampleOf(size, seed), options: {} }),
});

/** Rows as `csv.read` has them; the first name depends on the seed. */
function sampleOf(size: number, seed: number): Uint8Array<ArrayBuffer> {
  const rows = csvRead.sampleInput(size, seed);
  if (rows.length === 0) return rows;
  const name = new TextEncoder().encode(`s${seed}`);
  const bytes = new Uint8Array(name.length + rows.length);
  bytes.set(name);
  bytes.set(rows, name.length);
  return bytes;
}

async function* door(request: DoorRequest): AsyncGenerator<Uint8Array> {
  const { input, values, signal } = request;
  const result = await sniffCsv(input, {
    ...ratioOf(values),
    ...(signal === undefined ? {} : { signal }),
  });
  yield new TextEncoder().encode(JSON.stringify(result) + "\n");
}
