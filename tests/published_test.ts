/**
 * The package as its users get it from JSR: exactly the files that would be
 * published, imported by their `jsr:` name, and served over HTTP.
 */

import { assertEquals, assertStringIncludes } from "@std/assert";

const ROOT = new URL("../", import.meta.url);
const NAME = "@fastpath/fastpath";
const decoder = new TextDecoder();

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function deno(
  cwd: string,
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<Ended> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [...args],
    cwd,
    env: { NO_COLOR: "1", ...env },
  }).output();
  return {
    code,
    stdout: decoder.decode(stdout),
    stderr: decoder.decode(stderr),
  };
}

/** Copies what would be published, and gives the paths. */
async function published(target: string): Promise<string[]> {
  const { code, stdout, stderr } = await deno(
    decodeURIComponent(ROOT.pathname),
    ["publish", "--dry-run", "--allow-dirty", "--no-check"],
  );
  assertEquals(code, 0, stderr);
  const base = ROOT.href;
  const files = [...`${stdout}${stderr}`.matchAll(/(file:\/\/\S+) \(/g)]
    .map(([, url]) => url!).filter((url) => url.startsWith(base))
    .map((url) => decodeURIComponent(url.slice(base.length)));
  for (const file of files) {
    const to = `${target}/${file}`;
    await Deno.mkdir(to.slice(0, to.lastIndexOf("/")), { recursive: true });
    await Deno.copyFile(new URL(file, ROOT), to);
  }
  return files;
}

async function exportsOf(): Promise<Record<string, string>> {
  const text = await Deno.readTextFile(new URL("deno.json", ROOT));
  return (JSON.parse(text) as { exports: Record<string, string> }).exports;
}

/** The shims of what a consumer gets from JSR. */
const SHIMS = ["assert", "cli", "csv"].map((name) =>
  `../package/tools/std-npm/${name}`
);

async function consumer(folder: string): Promise<string> {
  const app = `${folder}/app`;
  await Deno.mkdir(app);
  const config = { links: ["../package", ...SHIMS] };
  await Deno.writeTextFile(`${app}/deno.json`, JSON.stringify(config));
  return app;
}

Deno.test("published: no test, no Rust and no private file goes out", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const files = await published(folder);
    const strange = files.filter((file) =>
      !/^(?:mod|cli|server)\.ts$|^(?:src|ffi|tools\/std-npm)\/.*\.ts$/
        .test(file) &&
      !/^(?:README|CHANGELOG)\.md$|^LICENSE$|deno\.json$|^schemas\//.test(file)
    );
    assertEquals(strange, []);
    assertEquals(files.filter((file) => file.includes("_test.ts")), []);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("published: a project imports every sub-path by its jsr: name", async () => {
  const folder = await Deno.makeTempDir();
  try {
    await published(`${folder}/package`);
    const app = await consumer(folder);
    const paths = Object.keys(await exportsOf()).filter((path) =>
      path !== "./server"
    );
    const imports = paths.map((path, index) =>
      `import * as m${index} from "jsr:${NAME}@^0.1.0${path.slice(1)}";\n`
    ).join("");
    const program = `${imports}
      import { digest, parseDuration, readCsv } from "jsr:${NAME}@^0.1.0";
      const table = await readCsv(new TextEncoder().encode("a,b\\n1,x\\n"));
      const ms: number | null = parseDuration("1:30");
      const modules = [${paths.map((_, index) => `m${index}`).join(", ")}];
      console.log(JSON.stringify([
        modules.length, table.toObjects(), ms,
        (await digest(new TextEncoder().encode("abc"))).slice(0, 8),
      ]));
    `;
    await Deno.writeTextFile(`${app}/main.ts`, program);
    const checked = await deno(app, ["check", "--quiet", "main.ts"]);
    assertEquals([checked.code, checked.stderr], [0, ""]);
    const { code, stdout, stderr } = await deno(
      app,
      ["run", "--quiet", "main.ts"],
    );
    assertEquals([code, stderr], [0, ""]);
    assertEquals(JSON.parse(stdout), [
      paths.length,
      [{ a: 1, b: "x" }],
      90_000,
      // FIPS 180-2, appendix B.1.
      "ba7816bf",
    ]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("published: served over HTTP, it imports, runs and installs", async () => {
  const folder = await Deno.makeTempDir();
  try {
    await published(`${folder}/package`);
    const app = await consumer(folder);
    const { imports } = JSON.parse(
      await Deno.readTextFile(`${folder}/package/deno.json`),
    ) as { imports: Record<string, string> };
    let base = "";
    await using server = Deno.serve(
      { port: 0, hostname: "127.0.0.1", onListen() {} },
      async (request) => {
        const { pathname } = new URL(request.url);
        let text: string;
        try {
          text = await Deno.readTextFile(`${folder}/package${pathname}`);
        } catch {
          return new Response(null, { status: 404 });
        }
        // The registry writes full names where the source has short ones; it
        // cannot be reached from everywhere, so its package is served too.
        for (const [short, full] of Object.entries(imports)) {
          text = text.replaceAll(`from "${short}`, `from "${full}`);
        }
        text = text.replace(
          /from "jsr:@std\/cli@[^"]*"/,
          `from "${base}/tools/std-npm/cli/mod.ts"`,
        );
        const headers = { "content-type": "application/typescript" };
        return new Response(text, { headers });
      },
    );
    base = `http://127.0.0.1:${server.addr.port}`;
    const flags = [`--allow-import=127.0.0.1:${server.addr.port}`];
    await Deno.writeTextFile(
      `${app}/main.ts`,
      `import { backendInfo, parseDuration } from "${base}/mod.ts";
      const { attempts } = backendInfo();
      console.log(parseDuration("1:30"), attempts.map((one) => one.result).join("; "));`,
    );
    const run = ["run", "--quiet", "--no-lock", ...flags];
    const imported = await deno(app, [...run, "main.ts"]);
    assertEquals([imported.code, imported.stderr], [0, ""]);
    assertStringIncludes(imported.stdout, "90000 ");
    assertStringIncludes(imported.stdout, "the module comes from http://");
    const digestArgs = ["hash", "digest", "deno.json"];
    const command = await deno(app, [
      ...[...run, "--allow-read", `${base}/cli.ts`],
      ...digestArgs,
    ]);
    assertEquals([command.code, command.stderr], [0, ""]);
    assertStringIncludes(command.stdout, "  deno.json\n");
    const installed = await deno(app, [
      ...["install", "--quiet", "--global", "--no-lock", "--name", "fastpath"],
      ...["--root", `${folder}/tools`, "--allow-read", ...flags],
      ...["--no-config", `${base}/cli.ts`],
    ]);
    assertEquals(installed.code, 0, installed.stderr);
    const { code, stdout } = await new Deno.Command(
      `${folder}/tools/bin/fastpath`,
      { args: digestArgs, cwd: app },
    ).output();
    assertEquals([code, decoder.decode(stdout)], [0, command.stdout]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
