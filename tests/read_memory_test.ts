/** A streamed file read ahead on all threads: a process of its own each. */

import { assert, assertEquals } from "@std/assert";
import { nativeAvailable } from "./_engines.ts";

const PROGRAM = decodeURIComponent(
  new URL("_read_memory.ts", import.meta.url).pathname,
);

/**
 * The most that a process may take, whatever the file's length: 200 MB are
 * 195,313 kB, the rest is for the collector's moods. The whole promise is
 * about 2 GB: `FASTPATH_MEMORY_BYTES=2e9` reads as many.
 */
const MEMORY_KB = 210_000;
const BYTES = Number(Deno.env.get("FASTPATH_MEMORY_BYTES") ?? 300e6);

for (const mode of ["strict", "lenient"]) {
  Deno.test({
    name: `memory: a CSV stream of ${BYTES / 1e6} MB in batches (${mode})`,
    ignore: Deno.build.os !== "linux" || !nativeAvailable(),
    async fn() {
      const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
        args: ["run", "-A", PROGRAM, mode, String(BYTES)],
      }).output();
      assertEquals(code, 0, new TextDecoder().decode(stderr));
      const { rows, sum, blockRows, peakKb } = JSON.parse(
        new TextDecoder().decode(stdout),
      );
      assertEquals(rows % blockRows, 0);
      assert(rows * 50 > BYTES, `${rows} rows`);
      assertEquals(sum, rows * (blockRows - 1) / 2);
      assert(peakKb > 0 && peakKb < MEMORY_KB, `${peakKb} kB`);
    },
  });
}
