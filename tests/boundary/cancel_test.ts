/**
 * Proofs that a nonblocking call stops soon after its signal, and tells how
 * far it is.
 *
 * @module
 */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { checkStatus, encodeConfig } from "../../ffi/call.ts";
import { Control } from "../../ffi/control.ts";
import { NativeHandle } from "../../ffi/handle.ts";
import { CANCELLED } from "../../ffi/status.ts";
import { Folder, hasLibrary, native } from "./_support.ts";

const ignore = !hasLibrary;
const encoder = new TextEncoder();

/** What design and users allow between an abort and the end of the call. */
const ABORT_LIMIT_MS = 50;

/** A slow moment of the machine is no fault of a kernel: best of so many. */
const TRIES = 3;

/** Starts a call, aborts it after 30 ms, and gives the wait for its end. */
async function waitAfterAbort(
  start: (control: Control) => Promise<number>,
): Promise<number> {
  let best = Infinity;
  for (let round = 0; round < TRIES && best > ABORT_LIMIT_MS; round++) {
    const abort = new AbortController();
    using control = new Control({ signal: abort.signal });
    const call = start(control);
    await new Promise((resolve) => setTimeout(resolve, 30));
    const before = performance.now();
    abort.abort();
    const status = await call;
    best = Math.min(best, performance.now() - before);
    assertEquals(status, CANCELLED);
  }
  return best;
}

Deno.test({
  name: "fp_hash_file() stops within 50 ms and has counted its bytes",
  ignore,
  async fn() {
    using folder = new Folder();
    const name = `${folder.path}/holes`;
    Deno.writeTextFileSync(name, "");
    Deno.truncateSync(name, 2 ** 36);
    const path = encoder.encode(name);
    const out = new Uint8Array(256);
    const { fp_hash_file_async } = native();
    for (const algorithm of ["sha256", "blake3"]) {
      const config = encodeConfig({ algorithm });
      let bytesDone = 0;
      const wait = await waitAfterAbort(async (control) => {
        const status = await fp_hash_file_async(
          config,
          config.length,
          path,
          path.length,
          2,
          control.cells,
          control.cells.length,
          out,
          out.length,
        );
        bytesDone = control.bytesDone;
        return status;
      });
      assert(wait < ABORT_LIMIT_MS, `algorithm ${algorithm}: ${wait} ms`);
      assert(bytesDone > 0 && bytesDone < 2 ** 36, `${bytesDone}`);
    }
  },
});

Deno.test({
  name: "fp_reader_push() and fp_profile_push() stop within 50 ms",
  ignore,
  async fn() {
    const head = "name,day,value\n";
    const row = "some text,2024-02-29,1234.5\n";
    const bytes = encoder.encode(head + row.repeat(4_000_000));
    const config = encodeConfig({ format: "csv", mode: "build" });
    const { fp_reader_open, fp_reader_push_async } = native();
    const { fp_profile_open, fp_profile_push_async } = native();
    for (
      const [open, push] of [
        [fp_reader_open, fp_reader_push_async],
        [fp_profile_open, fp_profile_push_async],
      ] as const
    ) {
      const wait = await waitAfterAbort(async (control) => {
        const status = open(config, config.length);
        using handle = new NativeHandle(native(), status, "a test");
        const { cells } = control;
        return await push(handle.id, bytes, bytes.length, 1, cells, 4);
      });
      assert(wait < ABORT_LIMIT_MS, `${wait} ms`);
    }
  },
});

Deno.test({
  name: "a call whose signal is aborted already rejects with its reason",
  ignore,
  async fn() {
    const signal = AbortSignal.abort(new Error("enough"));
    using control = new Control({ signal });
    const path = encoder.encode("/dev/zero");
    const out = new Uint8Array(32);
    const status = native().fp_hash_file_async(
      null,
      0,
      path,
      path.length,
      1,
      control.cells,
      control.cells.length,
      out,
      out.length,
    );
    await assertRejects(
      async () => checkStatus(await status, "hash.sha256", { signal }),
      Error,
      "enough",
    );
  },
});
