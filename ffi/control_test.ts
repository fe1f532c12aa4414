/** The control block, as JavaScript sees it. */

import { assert, assertEquals } from "@std/assert";
import { Control } from "./control.ts";

Deno.test("Control follows its signal until it is disposed", () => {
  const abort = new AbortController();
  const followed = new Control({ signal: abort.signal });
  const disposed = new Control({ signal: abort.signal });
  disposed[Symbol.dispose]();
  assertEquals([followed.cells[0], disposed.cells[0]], [0, 0]);
  abort.abort();
  assertEquals([followed.cells[0], disposed.cells[0]], [1, 0]);
  followed[Symbol.dispose]();
  using late = new Control({ signal: abort.signal });
  assertEquals(late.cells[0], 1);
});

Deno.test("Control reads both halves of the progress", async () => {
  const seen: number[] = [];
  {
    using control = new Control({ onProgress: (bytes) => seen.push(bytes) });
    control.cells[2] = -1;
    control.cells[3] = 1;
    assertEquals(control.bytesDone, 2 ** 33 - 1);
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  assert(seen.length > 0 && seen.every((bytes) => bytes === 2 ** 33 - 1));
});
