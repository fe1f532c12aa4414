/**
 * Proofs of what a panic in a kernel does, with a build of the library that
 * panics on demand: the process lives, a stateless call can be repeated, a
 * handle is lost. In children, because an escaping panic ends its process.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { sha256Sync } from "../../ffi/verify.ts";
import { buildLibrary, targetFolder } from "../../tools/build.ts";
import { denoRun, hasCargo, hasLibrary, LIBRARY, run } from "./_support.ts";

/** Builds the probing library into a folder of its own. */
async function probingLibrary(): Promise<string> {
  const targetDir = `${targetFolder()}/panic-probe`;
  const { path } = await buildLibrary({
    features: ["panic-probe"],
    profile: "dev",
    targetDir,
    outDir: `${targetDir}/lib`,
    isQuiet: true,
  });
  return path;
}

async function outcomes(mode: string): Promise<Record<string, unknown>> {
  const command = denoRun(["--allow-all"], "_panic.ts");
  const env = { FASTPATH_LIB: await probingLibrary(), FASTPATH_BACKEND: mode };
  const { code, stdout, stderr } = await run(command, env);
  // Nothing on stderr: the library's panic hook is silent.
  assertEquals([code, stderr], [0, ""]);
  const { panics, ...result } = JSON.parse(stdout);
  const total = panics.reduce(
    (sum: number, { count }: { count: number }) => sum + count,
    0,
  );
  assertEquals(total, 12);
  return result;
}

/** What both modes have in common. */
const COMMON = {
  afterwards: "native",
  nonblocking: 0,
  hash: ["NATIVE_PANIC", "NATIVE_PANIC"],
  reader: ["NATIVE_PANIC", "NATIVE_PANIC"],
  profiler: ["NATIVE_PANIC", "NATIVE_PANIC"],
  readCsv: "NATIVE_PANIC",
  writeCsvBatches: "NATIVE_PANIC",
};

Deno.test({
  name: "auto mode repeats a stateless call and counts the panic",
  ignore: !hasCargo,
  async fn() {
    assertEquals(await outcomes("auto"), {
      digest: "no error",
      hashFiles: "no error",
      // A profile of bytes is one call: its input can be read again.
      profile: "no error",
      writeCsv: "no error",
      timeline: "no error",
      stateless: "no error",
      isRepeated: "Error: repeated",
      ...COMMON,
    });
  },
});

Deno.test({
  name: "native mode makes every panic an error",
  ignore: !hasCargo,
  async fn() {
    assertEquals(await outcomes("native"), {
      digest: "NATIVE_PANIC",
      hashFiles: "NATIVE_PANIC",
      profile: "NATIVE_PANIC",
      writeCsv: "NATIVE_PANIC",
      timeline: "NATIVE_PANIC",
      stateless: "NATIVE_PANIC",
      isRepeated: "NATIVE_PANIC",
      ...COMMON,
    });
  },
});

Deno.test({
  name: "the shipped library holds neither the probe nor the generator",
  ignore: !hasLibrary,
  fn() {
    const bytes = Deno.readFileSync(LIBRARY);
    const text = new TextDecoder("latin1").decode(bytes);
    for (const trace of ["panic-probe", "deno_bindgen", "linkme"]) {
      assert(!text.includes(trace), trace);
    }
    assert(text.includes("fp_hash_digest"));
    assertEquals(sha256Sync(bytes).length, 64);
  },
});
