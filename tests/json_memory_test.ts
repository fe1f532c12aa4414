/** An array of records larger than memory may be: a process of its own each. */

import { assert, assertEquals } from "@std/assert";
import { OWN_ENGINES } from "./_engines.ts";

const PROGRAM = decodeURIComponent(
  new URL("_json_memory.ts", import.meta.url).pathname,
);

/**
 * The most that a process may take, whatever the array's length: 200 MB are
 * 195,313 kB, the rest is for the collector's moods.
 */
const MEMORY_KB = 210_000;

async function read(
  engine: string,
  mode: string,
  bytes: number,
): Promise<number> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", PROGRAM, engine, mode, String(bytes)],
  }).output();
  assertEquals(code, 0, new TextDecoder().decode(stderr));
  const { rows, sum, blockRecords, peakKb } = JSON.parse(
    new TextDecoder().decode(stdout),
  );
  assertEquals(rows % blockRecords, 0);
  assert(rows * 80 > bytes, `${rows} rows`);
  const blockSum = blockRecords * (blockRecords - 1) / 2;
  assertEquals(sum, rows / blockRecords * blockSum);
  return peakKb;
}

for (const engine of OWN_ENGINES) {
  for (const [mode, bytes] of [["batches", 300e6], ["rows", 100e6]] as const) {
    Deno.test({
      name: `memory: a JSON array of ${bytes / 1e6} MB as ${mode} (${engine})`,
      ignore: Deno.build.os !== "linux",
      async fn() {
        const peak = await read(engine, mode, bytes);
        assert(peak > 0 && peak < MEMORY_KB, `${peak} kB`);
      },
    });
  }
}
