/** Handles, over a library of which only a few exports exist. */

import { assertEquals, assertThrows } from "@std/assert";
import { FastpathError } from "../src/errors.ts";
import { NativePanic } from "./call.ts";
import { NativeHandle } from "./handle.ts";
import type { Native } from "./library.ts";
import * as status from "./status.ts";

/** A library of which only the exports of handles exist. */
function fakeNative(text: string, closed: number[]): Native {
  const bytes = new TextEncoder().encode(text);
  const fake: Partial<Native> = {
    fp_handle_text: (_id, out, cap) => {
      if (bytes.length <= cap && out instanceof Uint8Array) out.set(bytes);
      return bytes.length;
    },
    fp_handle_close: (id) => (closed.push(id), 0),
  };
  return fake as Native;
}

Deno.test("NativeHandle reads texts longer than its scratch buffer", () => {
  const text = "é".repeat(40_000);
  using handle = new NativeHandle(fakeNative(text, []), 7, "x");
  assertEquals(handle.text(), text);
});

Deno.test("NativeHandle closes once, and released not at all", () => {
  const closed: number[] = [];
  const handle = new NativeHandle(fakeNative("", closed), 7, "csv.read");
  handle.close();
  handle.close();
  assertEquals(closed, [7]);
  assertThrows(() => handle.id, TypeError, "Cannot use csv.read: it is closed");
  {
    using released = new NativeHandle(fakeNative("", closed), 8, "x");
    released.release();
  }
  assertEquals(closed, [7]);
});

Deno.test("NativeHandle closes at a panic and throws it again", () => {
  const closed: number[] = [];
  const handle = new NativeHandle(fakeNative("", closed), 9, "a test");
  const first = assertThrows(() => handle.check(status.PANIC), NativePanic);
  assertEquals(closed, [9]);
  assertEquals(assertThrows(() => handle.id, NativePanic), first);
});

Deno.test("NativeHandle takes the words of a failure from the library", () => {
  using handle = new NativeHandle(fakeNative("the reason", []), 5, "x");
  assertThrows(
    () => handle.check(status.BAD_ARGUMENT),
    Error,
    "status -4: the reason",
  );
  assertThrows(
    () => handle.check(status.IO, { path: "p" }),
    FastpathError,
    'Cannot read "p": the reason',
  );
});

Deno.test("NativeHandle throws what opening returned", () => {
  const native = fakeNative("", []);
  assertThrows(
    () => new NativeHandle(native, status.OUT_OF_MEMORY, "x"),
    FastpathError,
  );
});
