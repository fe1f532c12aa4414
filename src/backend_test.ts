/** The choice of an engine; what the library says is in tests/boundary. */

import { assert, assertEquals, assertThrows } from "@std/assert";
import { NativePanic } from "../ffi/call.ts";
import { findLibrary } from "../ffi/library.ts";
import {
  backendInfo,
  configureBackend,
  engineFor,
  engineForAsync,
  engineMode,
  explainEngine,
  loadBackend,
  recover,
} from "./backend.ts";
import { FastpathError } from "./errors.ts";
import { NATIVE_FROM } from "./thresholds.ts";

/** Runs with a setting of this process and takes it back. */
async function configured(
  options: Parameters<typeof configureBackend>[0],
  run: () => unknown,
): Promise<void> {
  configureBackend(options);
  try {
    await run();
  } finally {
    configureBackend({});
  }
}

const hasLibrary = findLibrary().library !== null;

Deno.test("engineMode() prefers the call's option to the process's", () =>
  configured({ engine: "typescript" }, () => {
    assertEquals(engineMode(), "typescript");
    assertEquals(engineMode("auto"), "auto");
  }));

Deno.test("engineMode() refuses unknown modes wherever they come from", () => {
  const wrong = "wasm" as "auto";
  const message = "the option engine must be auto, native or typescript";
  assertThrows(() => engineMode(wrong), RangeError, message);
  assertThrows(() => configureBackend({ engine: wrong }), RangeError, message);
});

Deno.test("engineMode() refuses an unknown FASTPATH_BACKEND at first use", () => {
  const former = Deno.env.get("FASTPATH_BACKEND");
  Deno.env.set("FASTPATH_BACKEND", "rust");
  try {
    configureBackend({});
    assertThrows(
      () => backendInfo(),
      RangeError,
      'FASTPATH_BACKEND must be auto, native or typescript: it is "rust"',
    );
    Deno.env.set("FASTPATH_BACKEND", "");
    assertEquals(engineMode(), "auto");
  } finally {
    if (former === undefined) Deno.env.delete("FASTPATH_BACKEND");
    else Deno.env.set("FASTPATH_BACKEND", former);
    configureBackend({});
  }
});

Deno.test("engineFor() gives no library in TypeScript mode", async () => {
  assertEquals(engineFor("csv.read", Infinity, "typescript"), null);
  assertEquals(await engineForAsync("csv.read", Infinity, "typescript"), null);
  assertEquals(explainEngine("csv.read", 9, "typescript"), {
    name: "typescript",
    reason: "set by the option engine",
  });
});

Deno.test("engineFor() keeps inputs below the threshold in TypeScript", () => {
  for (const [kernel, from] of Object.entries(NATIVE_FROM)) {
    if (from === 0) continue;
    const name = kernel as keyof typeof NATIVE_FROM;
    assertEquals(engineFor(name, from - 1, "auto"), null);
    assertEquals(explainEngine(name, from - 1, "auto").name, "typescript");
  }
});

Deno.test("engineFor() without a library gives null, or throws if told so", () =>
  configured({ engine: "auto" }, async () => {
    if (hasLibrary) {
      assert(engineFor("csv.read", Infinity, "native") !== null);
      assert(await engineForAsync("csv.read", Infinity, "native") !== null);
      return;
    }
    assertEquals(engineFor("csv.read", Infinity, "auto"), null);
    const error = assertThrows(
      () => engineFor("csv.read", Infinity, "native"),
      FastpathError,
      "Cannot use the native engine",
    );
    assertEquals(error.code, "NATIVE_UNAVAILABLE");
    const { attempts } = error.details as { attempts: unknown[] };
    assert(attempts.length > 0);
  }));

Deno.test("backendInfo() in TypeScript mode has looked for nothing", () =>
  configured({ engine: "typescript" }, () => {
    const { engine, library, attempts } = backendInfo();
    assertEquals(engine, {
      name: "typescript",
      reason: "set by the option engine",
    });
    assertEquals([library, attempts], [null, []]);
  }));

Deno.test("configureBackend() tries the named library first", () =>
  configured({ engine: "auto", libraryPath: "/nonexistent.so" }, async () => {
    for (const { attempts } of [backendInfo(), await loadBackend()]) {
      const [{ step, path, result } = {}] = attempts;
      assertEquals(
        [step, path, result],
        ["option", "/nonexistent.so", "no such file"],
      );
    }
  }));

Deno.test("configureBackend() takes a file URL and survives a wrong one", () =>
  configured({ engine: "auto" }, () => {
    const result = (libraryPath: string | URL) => {
      configureBackend({ engine: "auto", libraryPath });
      return backendInfo().attempts[0];
    };
    const url = new URL("file:///a%20b.so");
    assertEquals(result(url)?.path, "/a b.so");
    assert(result("file:%zz")?.result.startsWith("not a path"));
  }));

Deno.test("loadBackend() follows a library named while it searches", () =>
  configured({ engine: "auto", libraryPath: "/first.so" }, async () => {
    const pending = loadBackend();
    configureBackend({ engine: "auto", libraryPath: "/second.so" });
    assertEquals((await pending).attempts[0]?.path, "/second.so");
  }));

Deno.test("recover() lets a panic pass, and nothing else", () => {
  const panic = new NativePanic("a test");
  recover(panic, "auto");
  assertThrows(() => recover(panic, "native"), FastpathError, "panicked");
  assertThrows(() => recover(new TypeError("x"), "auto"), TypeError, "x");
  const { panics } = backendInfo();
  assert(panics.some(({ kernel }) => kernel === "a test"));
});
