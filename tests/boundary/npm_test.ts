/**
 * Proofs of the search's last step, as a program meets it that imports
 * fastpath from a registry: the modules come over HTTP (from a server in
 * this process), the library from an npm package (a folder in node_modules).
 *
 * @module
 */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { libraryFileName, platformName } from "../../ffi/platform.ts";
import { MANIFEST_ENDING } from "../../ffi/verify.ts";
import type { Attempt, BackendInfo } from "../../src/backend.ts";
import { VERSION } from "../../src/version.ts";
import { ROOT } from "../../tools/build.ts";
import { Folder, hasLibrary, LIBRARY } from "./_support.ts";

const PACKAGE = `@fastpath/native-${platformName(Deno.build)}`;

/** A project that depends on the package; `isInstalled`: it is there. */
function writeProject(folder: string, isInstalled: boolean): string {
  const write = (name: string, value: unknown) =>
    Deno.writeTextFileSync(`${folder}/${name}`, JSON.stringify(value));
  write("deno.json", { nodeModulesDir: "manual" });
  write("package.json", { dependencies: { [PACKAGE]: VERSION } });
  const target = `node_modules/${PACKAGE}`;
  const file = `${folder}/${target}/${libraryFileName(Deno.build.os)}`;
  if (isInstalled) {
    Deno.mkdirSync(`${folder}/${target}`, { recursive: true });
    write(`${target}/package.json`, { name: PACKAGE, version: VERSION });
    Deno.copyFileSync(LIBRARY, file);
    Deno.copyFileSync(LIBRARY + MANIFEST_ENDING, file + MANIFEST_ENDING);
  }
  return file;
}

/** Serves the project's modules while a child in the folder imports them. */
async function infosOf(
  folder: string,
  flags: string[],
): Promise<[BackendInfo, BackendInfo]> {
  const options = { port: 0, hostname: "127.0.0.1", onListen() {} };
  const headers = { "content-type": "application/typescript" };
  await using server = Deno.serve(options, async (request) => {
    const path = new URL(request.url).pathname;
    return new Response(await Deno.readFile(ROOT + path), { headers });
  });
  const host = `127.0.0.1:${server.addr.port}`;
  const script = `
    const { backendInfo, loadBackend } =
      await import("http://${host}/src/backend.ts");
    const infos = [backendInfo(), await loadBackend()];
    await Deno.stdout.write(new TextEncoder().encode(JSON.stringify(infos)));
  `;
  Deno.writeTextFileSync(`${folder}/main.ts`, script);
  const allowed = [`--allow-import=${host}`, ...flags];
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--no-lock", ...allowed, "main.ts"],
    cwd: folder,
    // A cache of its own: ports come again, and the modules are then others.
    env: { DENO_DIR: `${folder}/cache`, NO_COLOR: "1" },
  }).output();
  const text = new TextDecoder().decode(stdout);
  if (text === "") throw new Error(new TextDecoder().decode(stderr));
  return JSON.parse(text);
}

function results(attempts: Attempt[]): string[] {
  return attempts.map(({ step, result }) => `${step}: ${result}`);
}

Deno.test({
  name: "a module from a registry finds the npm package asynchronously",
  ignore: !hasLibrary,
  async fn() {
    using folder = new Folder();
    const file = writeProject(folder.path, true);
    const [atOnce, later] = await infosOf(folder.path, ["--allow-ffi"]);
    assertEquals(results(atOnce.attempts), [
      "option: not set",
      "environment: skipped: reading FASTPATH_LIB is not granted",
      "module: skipped: the module comes from http://",
      "npm: needs an asynchronous open",
    ]);
    assertEquals(atOnce.engine.name, "typescript");
    assertEquals(later.engine.name, "native");
    assertEquals(later.attempts.at(-1), {
      step: "npm",
      path: Deno.realPathSync(file),
      result: "opened",
    });
    assertEquals(later.library?.verified, false);
    const flags = ["--allow-ffi", "--allow-read"];
    const [, verified] = await infosOf(folder.path, flags);
    assertEquals(verified.library?.verified, true);
  },
});

Deno.test("an absent npm package and an absent grant are reasons", async () => {
  using folder = new Folder();
  writeProject(folder.path, false);
  const [, absent] = await infosOf(folder.path, ["--allow-ffi"]);
  const last = absent.attempts.at(-1);
  assertEquals([last?.step, last?.path], ["npm", null]);
  assertStringIncludes(last?.result ?? "", `${PACKAGE}@${VERSION}: `);
  assertEquals(absent.engine.name, "typescript");
  const [, refused] = await infosOf(folder.path, []);
  assertEquals(
    refused.attempts.at(-1)?.result,
    "skipped: ffi is not granted (--allow-ffi)",
  );
});
