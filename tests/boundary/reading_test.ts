/**
 * Proofs for the kernels that parse, through their exports: text that changes
 * while it is read, configs and copies that make no sense.
 *
 * @module
 */

import { assert, assertEquals, assertThrows } from "@std/assert";
import { encodeConfig } from "../../ffi/call.ts";
import { NativeHandle } from "../../ffi/handle.ts";
import { BAD_ARGUMENT, FAULT, MORE, OK } from "../../ffi/status.ts";
import { ParseError } from "../../src/errors.ts";
import { hasLibrary, native } from "./_support.ts";

const ignore = !hasLibrary;
const encoder = new TextEncoder();

function openReader(values: Record<string, string> = {}): NativeHandle {
  const config = encodeConfig({ format: "csv", ...values });
  const status = native().fp_reader_open(config, config.length);
  return new NativeHandle(native(), status, "csv.read");
}

function push(handle: NativeHandle, text: string, last: number): number {
  const bytes = encoder.encode(text);
  const { fp_reader_push } = native();
  return fp_reader_push(handle.id, bytes, bytes.length, last, null, 0);
}

Deno.test({
  name: "fp_reader_open() refuses configs that make no sense",
  ignore,
  fn() {
    for (const config of [{ format: "xml" }, { delimiter: "" }]) {
      const bytes = encodeConfig({ format: "csv", ...config });
      const status = native().fp_reader_open(bytes, bytes.length);
      assertEquals(status, BAD_ARGUMENT, JSON.stringify(config));
    }
    const cut = encodeConfig({ format: "csv" }).subarray(0, 9);
    assertEquals(native().fp_reader_open(cut, cut.length), BAD_ARGUMENT);
  },
});

Deno.test({
  name: "fp_reader_copy() refuses parts, columns and sizes that are not there",
  ignore,
  fn() {
    using reader = openReader({ mode: "build" });
    const { fp_reader_copy } = native();
    const out = new Uint8Array(8);
    assertEquals(fp_reader_copy(reader.id, 0, 0, out, 8), BAD_ARGUMENT);
    assertEquals(push(reader, "a\n1\n2\n", 1), MORE);
    assertEquals(fp_reader_copy(reader.id, 0, 0, out, 8), OK);
    assertEquals(Array.from(out), [1, 0, 0, 0, 2, 0, 0, 0]);
    for (const [column, part, size] of [[1, 0, 8], [0, 9, 8], [0, 0, 7]]) {
      const status = fp_reader_copy(
        reader.id,
        column ?? 0,
        part ?? 0,
        out,
        size ?? 0,
      );
      assertEquals(status, BAD_ARGUMENT);
    }
    assertEquals(fp_reader_copy(reader.id, 0, 0, null, 8), BAD_ARGUMENT);
  },
});

Deno.test({
  name: "a fault arrives as a ParseError with its position",
  ignore,
  fn() {
    using reader = openReader({ mode: "build" });
    let status = push(reader, "a,b\n1,2\n3\n", 1);
    if (status === MORE) status = push(reader, "", 1);
    assertEquals(status, FAULT);
    const error = assertThrows(() => reader.check(status), ParseError);
    assertEquals(
      [error.code, error.line, error.column, error.byteOffset],
      ["RAGGED_ROW", 3, 1, 8],
    );
  },
});

/**
 * What is written over the text, at places that move: bytes that keep it
 * well-formed, so that the kernels read on; then bytes that do not.
 */
const NOISE = [[0x31, 0x39, 0x2e, 0x61], [0xff, 0xc3, 0x22, 0x0a, 0x00, 0x80]];

Deno.test({
  name: "text that changes while a reader or profiler reads it harms nobody",
  ignore,
  async fn() {
    const head = encoder.encode("a,b,c,d,e\n");
    const row = "x1234,y,2024-02-29,12345,1.5\n";
    const body = encoder.encode(row.repeat(1_000_000));
    const bytes = new Uint8Array(head.length + body.length);
    bytes.set(head);
    bytes.set(body, head.length);
    const { fp_reader_push_async, fp_profile_open, fp_profile_push_async } =
      native();
    using reader = openReader({ mode: "build" });
    const config = encodeConfig({ format: "csv" });
    using profiler = new NativeHandle(
      native(),
      fp_profile_open(config, config.length),
      "profile",
    );
    let running = 2;
    const done = (status: number) => (running--, status);
    const { length } = bytes;
    const calls = [
      fp_reader_push_async(reader.id, bytes, length, 1, null, 0).then(done),
      fp_profile_push_async(profiler.id, bytes, length, 1, null, 0).then(done),
    ];
    for (let round = 0; running > 0; round++) {
      const noise = NOISE[round < 4 ? 0 : 1] ?? [];
      for (let at = head.length; at < length; at += row.length) {
        // Only the date changes in the first rounds: it may become text.
        bytes[at + 8 + round % 10] = noise[(at + round) % noise.length] ?? 0;
      }
      await new Promise((resolve) => setTimeout(resolve, 0));
    }
    for (const status of await Promise.all(calls)) {
      assert(status === OK || status === MORE || status === FAULT);
    }
  },
});
