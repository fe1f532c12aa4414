/**
 * Reads an array of records that is generated on the fly, in a process of its
 * own: `_json_memory.ts ENGINE MODE BYTES` prints the rows, a sum over them
 * and the most memory that was taken, in kB.
 *
 * @module
 */

import { configureBackend, type EngineMode } from "../src/backend.ts";
import { readJsonBatches, readJsonRows } from "../src/json/mod.ts";

const [engine, mode, bytes] = Deno.args;
configureBackend({ engine: engine as EngineMode });

/** Records a block; each has its number modulo that. */
const BLOCK_RECORDS = 4000;

/** An array of about so many bytes, whose blocks are the same. */
async function* array(
  size: number,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const encoder = new TextEncoder();
  const records: string[] = [];
  for (let id = 0; id < BLOCK_RECORDS; id++) {
    records.push(
      `{"id":${id},"city":"Oslo ${id % 7}","price":${id % 100}.5,` +
        `"tags":["a,b","]"],"at":{"x":${id}}}`,
    );
  }
  const block = encoder.encode(`,\n${records.join(",\n")}`);
  yield encoder.encode("[\n");
  for (let sent = 0; sent < size; sent += block.length) {
    yield sent === 0 ? block.subarray(1) : block;
    await Promise.resolve();
  }
  yield encoder.encode("\n]\n");
}

let rows = 0;
let sum = 0;
const input = array(Number(bytes));
if (mode === "rows") {
  for await (const row of readJsonRows(input)) {
    rows++;
    sum += (row as { id: number }).id;
  }
} else {
  for await (const batch of readJsonBatches(input)) {
    rows += batch.numRows;
    for (const id of batch.column("id").data as Int32Array) sum += id;
  }
}
const status = await Deno.readTextFile("/proc/self/status");
const peakKb = Number(/VmHWM:\s+([0-9]+) kB/.exec(status)?.[1]);
const result = { rows, sum, blockRecords: BLOCK_RECORDS, peakKb };
await Deno.stdout.write(new TextEncoder().encode(JSON.stringify(result)));
