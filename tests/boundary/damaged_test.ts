/**
 * Proofs that a library which is absent, damaged, foreign or old is refused
 * with a reason, and that looking at it does not end the process. Each runs
 * in a child, because a truncated library that is opened ends its process.
 *
 * @module
 */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { ABI_VERSION, SYMBOLS_HASH } from "../../ffi/symbols.ts";
import { MANIFEST_ENDING } from "../../ffi/verify.ts";
import {
  compileLibrary,
  denoRun,
  Folder,
  hasCargo,
  hasLibrary,
  LIBRARY,
  run,
  writeLibrary,
} from "./_support.ts";

const ignore = !hasLibrary;

/** What a child says of each library; both ways of looking must agree. */
async function attemptsAt(paths: string[]): Promise<string[]> {
  const ended = await run(denoRun(["--allow-all"], "_attempts.ts", paths));
  assertEquals(ended.code, 0, ended.stderr);
  const results: [string, string][] = JSON.parse(ended.stdout);
  return results.map(([atOnce, later]) => {
    // Deno registers symbols in an order of its own, new in each process.
    const general = (text: string) => text.replaceAll(/fp_\w+/g, "fp_x");
    assertEquals(general(atOnce), general(later));
    return atOnce;
  });
}

async function assertRefused(path: string, reason: RegExp): Promise<void> {
  const [result = ""] = await attemptsAt([path]);
  assertMatch(result, reason);
}

Deno.test({
  name: "a missing, an empty and a text library are refused",
  ignore: Deno.build.os !== "linux",
  async fn() {
    using folder = new Folder();
    const bytes = new TextEncoder().encode("not a library\n".repeat(1000));
    const at = (name: string) => `${folder.path}/${name}`;
    assertEquals(
      await attemptsAt([
        at("missing"),
        folder.path,
        writeLibrary(at("empty"), new Uint8Array(), "matching"),
        writeLibrary(at("text"), bytes, "matching"),
      ]),
      ["no such file", "not a file", "empty file", "not an ELF library"],
    );
  },
});

Deno.test("a library without a sound manifest is refused", async () => {
  using folder = new Folder();
  const bytes = new TextEncoder().encode("anything");
  const bare = writeLibrary(`${folder.path}/bare`, bytes, "none");
  await assertRefused(bare, /^no manifest beside it: expected .*bare\.json/);
  Deno.writeTextFileSync(bare + MANIFEST_ENDING, '{"name": "cut');
  await assertRefused(bare, /^manifest is not valid/);
  Deno.writeTextFileSync(bare + MANIFEST_ENDING, '{"bytes": "8"}');
  await assertRefused(bare, /^manifest is not valid/);
});

Deno.test({
  name: "a library cut at any of 20 lengths is refused",
  ignore,
  async fn() {
    using folder = new Folder();
    const whole = Deno.readFileSync(LIBRARY);
    const paths: string[] = [];
    for (let part = 0; part < 20; part++) {
      const length = 1 + Math.floor((whole.length - 2) * part / 19);
      const path = `${folder.path}/${part}`;
      paths.push(writeLibrary(path, whole.slice(0, length), "original"));
    }
    for (const result of await attemptsAt(paths)) {
      assertMatch(result, /^damaged: \d+ bytes, its manifest says \d+$/);
    }
  },
});

Deno.test({
  name: "a library of the right size with one bit changed is refused",
  ignore,
  async fn() {
    using folder = new Folder();
    const bytes = Deno.readFileSync(LIBRARY);
    bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
    const path = writeLibrary(`${folder.path}/flipped`, bytes, "original");
    await assertRefused(path, /^damaged: SHA-256 is [0-9a-f]{64}, its manif/);
  },
});

Deno.test({
  name: "a library of another processor is refused by name",
  ignore: ignore || Deno.build.os !== "linux",
  async fn() {
    using folder = new Folder();
    const bytes = Deno.readFileSync(LIBRARY);
    // e_machine: 62 is x86-64, 183 is AArch64.
    bytes[18] = bytes[18] === 62 ? 183 : 62;
    const path = writeLibrary(`${folder.path}/other`, bytes, "matching");
    await assertRefused(path, /^built for another processor: ELF machine/);
  },
});

Deno.test({
  name: "a manifest of another target or ABI is refused before opening",
  ignore,
  async fn() {
    using folder = new Folder();
    const path = `${folder.path}/library`;
    writeLibrary(path, Deno.readFileSync(LIBRARY), "original");
    const file = path + MANIFEST_ENDING;
    const manifest = JSON.parse(Deno.readTextFileSync(file));
    const write = (change: Record<string, unknown>) =>
      Deno.writeTextFileSync(file, JSON.stringify({ ...manifest, ...change }));
    write({ target: "mips-unknown-linux-gnu" });
    await assertRefused(path, /^built for mips-unknown-linux-gnu, this is /);
    write({ abi: ABI_VERSION + 1 });
    await assertRefused(path, /^ABI version 2, expected 1: build it again$/);
    write({ symbolsHash: 1 });
    await assertRefused(path, /^its symbols differ from the expected ones/);
    write({});
    await assertRefused(path, /^opened$/);
  },
});

/** A library that reports an ABI version and a hash, and exports no more. */
function reporting(abi: number, hash: number): string {
  return `
    #[unsafe(no_mangle)] pub extern "C" fn fp_abi_version() -> u32 { ${abi} }
    #[unsafe(no_mangle)] pub extern "C" fn fp_symbols_hash() -> u32 { ${hash} }
  `;
}

Deno.test({
  name: "a library that opens but is foreign, old or incomplete is refused",
  ignore: !hasCargo,
  async fn() {
    using folder = new Folder();
    const compile = (name: string, source: string) =>
      compileLibrary(`${folder.path}/${name}.so`, source);
    const [foreign, oldAbi, oldSymbols, incomplete] = await attemptsAt([
      await compile("foreign", ""),
      await compile("abi", reporting(ABI_VERSION + 1, SYMBOLS_HASH)),
      await compile("symbols", reporting(ABI_VERSION, 1)),
      await compile("incomplete", reporting(ABI_VERSION, SYMBOLS_HASH)),
    ]);
    assertMatch(foreign ?? "", /^not a fastpath library/);
    assertMatch(oldAbi ?? "", /^ABI version 2, expected 1/);
    assertMatch(oldSymbols ?? "", /^its symbols differ/);
    assertMatch(incomplete ?? "", /^cannot be opened: .*fp_/);
  },
});

Deno.test("a bad library leaves the program on TypeScript", async () => {
  using folder = new Folder();
  const text = new TextEncoder().encode("text");
  const path = writeLibrary(`${folder.path}/text`, text, "none");
  const flags = ["--allow-ffi", "--allow-env", `--allow-read=${folder.path}`];
  const env = { FASTPATH_LIB: path };
  const { code, stdout } = await run(denoRun(flags, "_info.ts"), env);
  assertEquals(code, 0);
  const info = JSON.parse(stdout);
  assertEquals(info.engine.name, "typescript");
  assert(info.attempts[1].result.startsWith("no manifest"));
});
