/**
 * Proofs that permissions are asked about, never asked for, and that little
 * of them is enough.
 *
 * @module
 */

import { assertEquals, assertStringIncludes } from "@std/assert";
import {
  denoRun,
  Folder,
  hasLibrary,
  infoOf,
  LIBRARY,
  LIBRARY_FOLDER,
  run,
} from "./_support.ts";
import { ROOT } from "../../tools/build.ts";

const ignore = !hasLibrary;
const hasScript = Deno.build.os === "linux" &&
  await run(["script", "--version"]).then(
    ({ code }) => code === 0,
    () => false,
  );

/** Runs a command in a terminal of its own; nobody answers there. */
function inTerminal(
  command: string[],
): Promise<{ code: number; stdout: string }> {
  const line = command.map((word) => `'${word}'`).join(" ");
  return run(["script", "-qec", line, "/dev/null"]);
}

Deno.test("backendInfo() without a permission neither fails nor prompts", async () => {
  const { code, stdout, stderr } = await run(denoRun([], "_info.ts"));
  assertEquals([code, stderr], [0, ""]);
  const info = JSON.parse(stdout);
  assertEquals([info.engine.name, info.library], ["typescript", null]);
  assertStringIncludes(info.engine.reason, "ffi is not granted");
  assertEquals(
    info.attempts.map(({ step }: { step: string }) => step),
    ["option", "environment", "module", "npm"],
  );
});

Deno.test({
  name: "backendInfo() does not prompt on a terminal",
  ignore: !hasScript,
  async fn() {
    for (const args of [[], ["--async"]]) {
      const ended = await inTerminal(denoRun([], "_info.ts", args));
      assertEquals(ended.code, 0);
      assertEquals(JSON.parse(ended.stdout).engine.name, "typescript");
    }
    // The canary: a script that prompts is seen to prompt, and waits.
    const waiting = ["timeout", "--foreground", "2"];
    const canary = await inTerminal([
      ...waiting,
      ...denoRun([], "_prompting.ts"),
    ]);
    assertStringIncludes(canary.stdout, "ffi access");
  },
});

Deno.test("backendInfo() respects --deny-ffi", async () => {
  const info = await infoOf(["--allow-all", "--deny-ffi"]);
  assertEquals(info.library, null);
  assertStringIncludes(info.engine.reason, "ffi is not granted");
});

Deno.test("FASTPATH_BACKEND is read only where that is granted", async () => {
  const env = { FASTPATH_BACKEND: "typescript" };
  const hidden = await infoOf([], env);
  assertStringIncludes(hidden.engine.reason, "ffi is not granted");
  const seen = await infoOf(["--allow-env=FASTPATH_BACKEND"], env);
  assertEquals(seen.engine.reason, "set by FASTPATH_BACKEND=typescript");
  assertEquals(seen.attempts, []);
});

Deno.test({
  name: "--allow-ffi=<library> alone gives the native engine, unverified",
  ignore,
  async fn() {
    using folder = new Folder();
    const data = `${folder.path}/data.csv`;
    Deno.writeTextFileSync(data, "a,b\n1,2\n");
    const info = await infoOf([
      `--allow-ffi=${LIBRARY}`,
      `--allow-read=${data}`,
    ]);
    assertEquals(info.engine.name, "native");
    assertEquals(info.library, {
      path: LIBRARY,
      bytes: null,
      sha256: null,
      abi: 1,
      verified: false,
    });
  },
});

Deno.test({
  name: "the command line profiles with these two permissions alone",
  ignore,
  async fn() {
    using folder = new Folder();
    const data = `${folder.path}/data.csv`;
    Deno.writeTextFileSync(data, "a,b\n" + "1,x\n".repeat(50_000));
    const flags = ["--quiet", `--allow-ffi=${LIBRARY}`, `--allow-read=${data}`];
    const command = ["run", ...flags, `${ROOT}/cli.ts`, "profile", "--json"];
    const ended = await run([Deno.execPath(), ...command, data]);
    assertEquals([ended.code, ended.stderr], [0, ""]);
    const report = JSON.parse(ended.stdout);
    assertEquals([report.rows, report.engine.name], [50_000, "native"]);
  },
});

Deno.test({
  name: "--allow-read of the library's folder as well verifies it",
  ignore,
  async fn() {
    const info = await infoOf([
      `--allow-ffi=${LIBRARY}`,
      `--allow-read=${LIBRARY_FOLDER}`,
    ]);
    assertEquals(info.engine.name, "native");
    assertEquals(info.library?.verified, true);
    assertEquals(info.library?.bytes, Deno.statSync(LIBRARY).size);
    assertEquals(info.library?.sha256?.length, 64);
  },
});

Deno.test({
  name: "a grant for more than the library does not open it unchecked",
  ignore,
  async fn() {
    for (const grant of ["--allow-ffi", `--allow-ffi=${LIBRARY_FOLDER}`]) {
      const info = await infoOf([grant]);
      assertEquals(info.library, null);
      assertStringIncludes(info.engine.reason, "cannot be checked");
    }
  },
});

Deno.test({
  name: "FASTPATH_LIB names a library that is opened unchecked without read",
  ignore,
  async fn() {
    const flags = ["--allow-ffi", "--allow-env=FASTPATH_LIB"];
    const info = await infoOf(flags, { FASTPATH_LIB: LIBRARY });
    assertEquals(info.library?.verified, false);
    assertEquals(info.attempts.at(-1)?.step, "environment");
  },
});
