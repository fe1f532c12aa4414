/** Statuses to errors, and options to bytes. */

import {
  assertEquals,
  assertInstanceOf,
  assertStringIncludes,
} from "@std/assert";
import { FastpathError } from "../src/errors.ts";
import {
  type CallContext,
  checkStatus,
  encodeConfig,
  NativePanic,
  panics,
} from "./call.ts";
import * as status from "./status.ts";

function thrownBy(code: number, context?: CallContext): unknown {
  try {
    checkStatus(code, "csv.read", context);
  } catch (error) {
    return error;
  }
  throw new Error("nothing was thrown");
}

Deno.test("checkStatus() passes what is no failure", () => {
  assertEquals(checkStatus(status.OK, "x"), 0);
  assertEquals(checkStatus(status.MORE, "x"), 1);
  assertEquals(checkStatus(123, "x"), 123);
});

Deno.test("checkStatus() throws the signal's reason of a cancelled call", () => {
  const reason = { any: "value" };
  const signal = AbortSignal.abort(reason);
  assertEquals(thrownBy(status.CANCELLED, { signal }), reason);
  const error = thrownBy(status.CANCELLED);
  assertInstanceOf(error, DOMException);
  assertEquals(error.name, "AbortError");
});

Deno.test("checkStatus() gives memory and panics their codes", () => {
  const memory = thrownBy(status.OUT_OF_MEMORY);
  assertInstanceOf(memory, FastpathError);
  assertEquals(memory.code, "OUT_OF_MEMORY");
  assertEquals(memory.message, "Cannot finish csv.read: memory ran out");
  const before = panics().find(({ kernel }) => kernel === "csv.read");
  const panic = thrownBy(status.PANIC);
  assertInstanceOf(panic, NativePanic);
  assertEquals(panic.code, "NATIVE_PANIC");
  const after = panics().find(({ kernel }) => kernel === "csv.read");
  assertEquals(after?.count, (before?.count ?? 0) + 1);
});

Deno.test({
  name: "checkStatus() words a refused file as Deno's own error does",
  ignore: Deno.build.os === "windows",
  fn() {
    const path = "/x/data.csv";
    const of = (words: string) => {
      const error = thrownBy(status.IO, { path, words });
      assertInstanceOf(error, FastpathError);
      assertEquals(error.code, "INPUT_UNREADABLE");
      return error.message;
    };
    const start = 'Cannot read "/x/data.csv": ';
    assertEquals(of("No such file (os error 2)"), start + "no such file");
    assertEquals(of("Denied (os error 13)"), start + "permission denied");
    assertEquals(of("Directory (os error 21)"), start + "it is a directory");
    assertEquals(of("Odd (os error 99)"), start + "Odd (os error 99)");
  },
});

Deno.test("checkStatus() tells a caller's mistakes apart", () => {
  const message = (code: number) => `${thrownBy(code, { words: "why" })}`;
  assertStringIncludes(message(status.BUSY), "another call is still running");
  assertStringIncludes(message(status.BAD_HANDLE), "it is closed");
  assertStringIncludes(message(status.BAD_ARGUMENT), "status -4: why");
  assertStringIncludes(message(-99), "status -99: why");
});

Deno.test("encodeConfig() writes lengths, keys and values", () => {
  const bytes = encodeConfig({
    a: "é",
    no: 42,
    yes: true,
    gone: undefined,
    raw: Uint8Array.of(0, 255),
  });
  // By hand: u8 key length, key, u32 little-endian value length, value.
  const expected = "\x01a\x02\0\0\0\xc3\xa9" + "\x02no\x02\0\0\x0042" +
    "\x03yes\x01\0\0\x001" + "\x03raw\x02\0\0\0\0\xff";
  assertEquals(
    Array.from(bytes),
    Array.from(expected, (char) => char.charCodeAt(0)),
  );
  assertEquals(encodeConfig({}).length, 0);
});
