/**
 * Proofs of what happens to buffers that are empty, gone, shared or changed
 * while a kernel reads them: at the exports themselves, which trust nothing.
 *
 * @module
 */

import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { BAD_ARGUMENT, OK } from "../../ffi/status.ts";
import { sha256Sync } from "../../ffi/verify.ts";
import { assertPlainBytes } from "../../src/input.ts";
import { hasLibrary, native } from "./_support.ts";

const ignore = !hasLibrary;
const SHA256 = 1;

/** The digest of raw arguments, and the status. */
function digest(
  data: Uint8Array<ArrayBuffer> | null,
  length: number,
): [number, string] {
  const out = new Uint8Array(32);
  const status = native().fp_hash_digest(SHA256, data, length, out, out.length);
  return [status, out.toHex()];
}

/** The bytes 0, 1, 2, ... of a length, in a buffer of their own. */
function counting(length: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length }, (_, index) => index);
}

function detached(): Uint8Array<ArrayBuffer> {
  const bytes = counting(1000);
  bytes.buffer.transfer();
  return bytes;
}

Deno.test("assertPlainBytes() refuses shared, resizable and detached buffers", () => {
  const shared = new Uint8Array(new SharedArrayBuffer(8));
  const resizable = new Uint8Array(new ArrayBuffer(8, { maxByteLength: 16 }));
  assertThrows(() => assertPlainBytes(shared), TypeError, "shared");
  assertThrows(() => assertPlainBytes(resizable), TypeError, "resizable");
  assertThrows(() => assertPlainBytes(detached()), TypeError, "detached");
  assertPlainBytes(new Uint8Array());
});

Deno.test({
  name: "exports take an empty buffer and null for no bytes",
  ignore,
  fn() {
    const expected = [OK, sha256Sync(new Uint8Array())];
    assertEquals(digest(new Uint8Array(), 0), expected);
    assertEquals(digest(null, 0), expected);
    assertEquals(digest(counting(9).subarray(4, 4), 0), expected);
  },
});

Deno.test({
  name: "exports refuse a detached buffer with its former length",
  ignore,
  fn() {
    assertEquals(digest(detached(), 1000)[0], BAD_ARGUMENT);
    const out = detached();
    const status = native().fp_hash_digest(SHA256, counting(9), 9, out, 32);
    assertEquals(status, BAD_ARGUMENT);
  },
});

Deno.test({
  name: "exports refuse lengths that are none",
  ignore,
  fn() {
    for (const length of [-1, 0.5, NaN, Infinity, 2 ** 60, -Infinity]) {
      assertEquals(digest(counting(9), length)[0], BAD_ARGUMENT);
    }
  },
});

Deno.test({
  name: "exports honour the offset of a view",
  ignore,
  fn() {
    const part = counting(1000).subarray(100, 900);
    assertEquals(digest(part, 800), [OK, sha256Sync(part.slice())]);
  },
});

Deno.test({
  name: "a buffer that is transferred during a nonblocking call stays whole",
  ignore,
  async fn() {
    const bytes = counting(8 << 20);
    const expected = sha256Sync(bytes);
    const out = new Uint8Array(32);
    const call = native().fp_hash_digest_async(
      SHA256,
      bytes,
      bytes.length,
      out,
      out.length,
    );
    bytes.buffer.transfer();
    assertEquals(await call, OK);
    assertEquals(out.toHex(), expected);
  },
});

Deno.test({
  name: "a buffer that changes during a nonblocking call harms nobody",
  ignore,
  async fn() {
    const bytes = counting(32 << 20);
    const out = new Uint8Array(32);
    let isRunning = true;
    const call = native()
      .fp_hash_digest_async(SHA256, bytes, bytes.length, out, out.length)
      .finally(() => isRunning = false);
    for (let round = 0; isRunning; round++) {
      bytes.fill(round & 255);
      await new Promise((resolve) => setTimeout(resolve, 0));
    }
    assertEquals(await call, OK);
    // The library is as good as before.
    assertEquals(digest(counting(9), 9), [OK, sha256Sync(counting(9))]);
  },
});

Deno.test({
  name: "Deno refuses a resizable buffer in a nonblocking call",
  ignore,
  async fn() {
    const bytes = new Uint8Array(new ArrayBuffer(8, { maxByteLength: 16 }));
    const out = new Uint8Array(32);
    await assertRejects(
      async () =>
        await native().fp_hash_digest_async(SHA256, bytes, 8, out, out.length),
      TypeError,
    );
  },
});
