/**
 * Reads a CSV that is generated on the fly, in a process of its own:
 * `_read_memory.ts MODE BYTES` prints the rows, a sum over them and the most
 * memory that was taken, in kB.
 *
 * @module
 */

import { readCsvBatches } from "../src/csv/mod.ts";

const [mode, bytes] = Deno.args;

/** Rows of a block, with quoted line feeds among them. */
const BLOCK_ROWS = 1000;

/** A file of about so many bytes, whose blocks are the same. */
async function* file(size: number): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const encoder = new TextEncoder();
  yield encoder.encode("id,city,day,price,note\n");
  const rows = Array.from(
    { length: BLOCK_ROWS },
    (_, id) =>
      `${id},Oslo ${id % 7},2026-02-${10 + id % 19},${id}.25,` +
      `${id % 9 === 0 ? '"line\nfeed"' : `a note ${id}`}\n`,
  );
  const block = encoder.encode(rows.join(""));
  for (let sent = 0; sent < size; sent += block.length) {
    yield block;
    // A stream lets other tasks run.
    if (sent % (64 * block.length) === 0) {
      await new Promise((resolve) => setTimeout(resolve));
    }
  }
}

let rows = 0;
let sum = 0;
const batches = readCsvBatches(file(Number(bytes)), {
  engine: "native",
  mode: mode === "lenient" ? "lenient" : "strict",
});
for await (const batch of batches) {
  rows += batch.numRows;
  for (const id of batch.column("id").data) sum += Number(id);
}
const status = await Deno.readTextFile("/proc/self/status");
const peakKb = Number(/VmHWM:\s+([0-9]+) kB/.exec(status)?.[1]);
const result = { rows, sum, blockRows: BLOCK_ROWS, peakKb };
await Deno.stdout.write(new TextEncoder().encode(JSON.stringify(result)));
