/**
 * Proof that the main thread and Workers may use the library at once: all
 * share one image of it, and so its handles.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { sha256Sync } from "../../ffi/verify.ts";
import { digests } from "./_worker.ts";
import { denoRun, hasLibrary, run } from "./_support.ts";

Deno.test({
  name: "the main thread and two Workers use the library at once",
  ignore: !hasLibrary,
  async fn() {
    const url = new URL("_worker.ts", import.meta.url);
    const inputs = [1, 2, 3].map((seed) =>
      Uint8Array.from({ length: 20_000 }, (_, index) => index * seed)
    );
    const workers = [1, 2].map(() => new Worker(url, { type: "module" }));
    try {
      const answers = workers.map((worker, index) =>
        new Promise<string[]>((resolve, reject) => {
          worker.onmessage = ({ data }) => resolve(data);
          worker.onerror = (event) => reject(new Error(event.message));
          worker.postMessage(inputs[index]);
        })
      );
      const own = digests(inputs[2] ?? new Uint8Array());
      const all = [...await Promise.all(answers), own];
      for (const [index, found] of all.entries()) {
        const expected = sha256Sync(inputs[index] ?? new Uint8Array());
        assertEquals(new Set(found), new Set([expected]));
      }
    } finally {
      for (const worker of workers) worker.terminate();
    }
  },
});

Deno.test({
  name: "the library stays loaded when the Worker that opened it has ended",
  ignore: !hasLibrary || Deno.build.os !== "linux",
  async fn() {
    // Threads that ran its calls end later, and run destructors of its own.
    const { code, stdout, stderr } = await run(
      denoRun(["--allow-all"], "_closing.ts"),
    );
    assertEquals([code, stdout, stderr], [0, "[0,true]", ""]);
  },
});
