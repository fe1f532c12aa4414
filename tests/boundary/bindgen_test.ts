/**
 * Proofs that the committed symbol table is the generated one, and that what
 * is generated agrees with the numbers written by hand on both sides.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import * as status from "../../ffi/status.ts";
import { ABI_VERSION, symbols, SYMBOLS_HASH } from "../../ffi/symbols.ts";
import { ROOT } from "../../tools/build.ts";
import { hasCargo, hasLibrary, native, run } from "./_support.ts";

Deno.test({
  name: "ffi/symbols.ts is what deno task bindgen writes",
  ignore: !hasCargo,
  async fn() {
    const tool = `${ROOT}/tools/bindgen.ts`;
    const args = ["run", "--quiet", "--allow-all", tool, "--check"];
    const ended = await run([Deno.execPath(), ...args]);
    assertEquals(ended.code, 0, ended.stderr);
  },
});

Deno.test("the symbol table keeps to the types of the boundary", () => {
  const allowed = new Set<string>(["u32", "i32", "f64", "buffer"]);
  for (const [key, symbol] of Object.entries(symbols)) {
    assert(symbol.parameters.every((type) => allowed.has(type)), key);
    assert(["u32", "i32", "f64"].includes(symbol.result), key);
    const isAsync = "nonblocking" in symbol;
    assertEquals(key, isAsync ? `${symbol.name}_async` : symbol.name);
  }
  const names = Object.keys(symbols);
  assertEquals(names, names.toSorted());
});

Deno.test("SYMBOLS_HASH is FNV-1a over the table", () => {
  let hash = 0x811c9dc5;
  for (const symbol of Object.values(symbols)) {
    if ("nonblocking" in symbol) continue;
    const { name, parameters, result } = symbol;
    for (const char of `${name}(${parameters.join(",")})${result}\n`) {
      hash = Math.imul(hash ^ char.charCodeAt(0), 0x01000193) >>> 0;
    }
  }
  assertEquals(hash, SYMBOLS_HASH);
});

Deno.test({
  name: "the library reports the table's version and hash",
  ignore: !hasLibrary,
  fn() {
    const { fp_abi_version, fp_symbols_hash } = native();
    assertEquals(
      [fp_abi_version(), fp_symbols_hash()],
      [ABI_VERSION, SYMBOLS_HASH],
    );
  },
});

Deno.test("both sides name the same statuses", async () => {
  const file = `${ROOT}/ffi/abi/src/support/status.rs`;
  const source = await Deno.readTextFile(file);
  const rust: Record<string, number> = {};
  for (
    const [, name = "", value] of source.matchAll(
      /(\w+)(?:: i32)? = (-?\d+)[,;]/g,
    )
  ) {
    const snake = name.replaceAll(/([a-z])([A-Z])/g, "$1_$2").toUpperCase();
    rust[snake] = Number(value);
  }
  assertEquals(rust, { ...status });
});
