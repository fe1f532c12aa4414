/**
 * Reads a CSV file in batches, in a process of its own:
 * `_csv_memory.ts ENGINE PATH` prints the number of rows.
 *
 * @module
 */

import { type EngineMode, readCsvBatches } from "../mod.ts";

const [engine, path = ""] = Deno.args;
let rows = 0;
for await (
  const batch of readCsvBatches(path, { engine: engine as EngineMode })
) {
  rows += batch.numRows;
}
await Deno.stdout.write(new TextEncoder().encode(`${rows}\n`));
