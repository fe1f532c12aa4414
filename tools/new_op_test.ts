/** A new operation passes the checks untouched, in a copy of the tree. */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { refusal, scaffold } from "./new_op.ts";

const ROOT = new URL("../", import.meta.url);
const LEFT_OUT = ["target", "node_modules", "coverage", ".git", "out", "lib"];

async function copyTree(from: URL, to: URL): Promise<void> {
  await Deno.mkdir(to, { recursive: true });
  for await (const { name, isDirectory, isFile } of Deno.readDir(from)) {
    if (LEFT_OUT.includes(name)) continue;
    const [source, target] = [new URL(name, from), new URL(name, to)];
    if (isFile) await Deno.copyFile(source, target);
    if (!isDirectory) continue;
    await copyTree(new URL(`${name}/`, from), new URL(`${name}/`, to));
  }
}

async function passes(root: URL, ...args: string[]): Promise<void> {
  const command = new Deno.Command(Deno.execPath(), {
    args,
    cwd: root,
    env: { FASTPATH_BACKEND: "typescript" },
  });
  const { code, stdout, stderr } = await command.output();
  const decoder = new TextDecoder();
  assertEquals(code, 0, decoder.decode(stdout) + decoder.decode(stderr));
}

Deno.test("new-op: a new operation passes the checks, in new and old areas", async () => {
  const root = new URL(`file://${await Deno.makeTempDir()}/`);
  try {
    await copyTree(ROOT, root);
    await scaffold(root, "text.total", false);
    await scaffold(root, "hash.total", false);
    await assertRejects(() => scaffold(root, "text.total", false), Error);
    await passes(root, "fmt", "--quiet");
    await passes(root, "task", "reference");
    await passes(root, "lint", "--quiet", "src/", "bench/", "tests/");
    const made = ["src/text/", "src/catalogue/", "src/thresholds.ts"];
    await passes(root, "check", "--quiet", "mod.ts", "cli.ts", ...made);
    const tests = ["catalogue", "tidy", "exports", "budgets"].map((name) =>
      `tests/${name}_test.ts`
    );
    await passes(root, "test", "-A", "--no-check", ...tests, "src/text/");
    const loops = ["tests/parity_test.ts", "tests/faults_test.ts"];
    const chosen = ["--filter", "/total/", ...loops];
    await passes(root, "test", "-A", "--no-check", ...chosen);
    // Only bindgen makes a native one whole; here it is looked at.
    await scaffold(root, "text.native", true);
    const read = (path: string) => Deno.readTextFile(new URL(path, root));
    const rust = await read("ffi/abi/src/exports/text.rs");
    assert(rust.includes("fn fp_text_native("));
    const listed = await read("ffi/abi/src/exports/mod.rs");
    assert(listed.includes("pub mod text;\n"));
    assert((await read("ffi/kernels/src/lib.rs")).includes("pub mod text;\n"));
    const thresholds = await read("src/thresholds.ts");
    assert(thresholds.includes('  | "text.native";\n'));
    assert(thresholds.includes('  "text.native": 0,\n'));
  } finally {
    await Deno.remove(root, { recursive: true });
  }
});

Deno.test("refusal() says what a name must look like", () => {
  assertEquals(refusal("text.count"), null);
  for (const text of ["", "count", "Text.count", "a.b.c", "text.", "../x.y"]) {
    assert(refusal(text)?.includes("area.name"), text);
  }
});
