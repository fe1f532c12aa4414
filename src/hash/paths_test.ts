/** Paths as callers give them: texts, URLs, slashes, patterns. */

import { assertEquals, assertRejects } from "@std/assert";
import { testEngines } from "../../tests/_engines.ts";
import { Scratch } from "../../tests/_scratch.ts";
import { FastpathError } from "../errors.ts";
import { hashFile, hashFiles } from "./files.ts";

Deno.test("hashFiles() rejects what names no file", async () => {
  await assertRejects(
    () => hashFiles("lo\ud800"),
    RangeError,
    "half a surrogate pair",
  );
  for (
    const [wrong, words] of [
      [null, "found null"],
      [undefined, "found undefined"],
      [["a", {}], "found an object"],
      [[["a"]], "found a list"],
    ] as const
  ) {
    const paths = wrong as unknown as string;
    await assertRejects(() => hashFiles(paths), TypeError, words);
  }
  // What `fileURLToPath` of node:url refuses, and where it throws a URIError.
  for (
    const [url, words] of [
      ["https://example.com/a", "is no file URL"],
      ["file:///tmp/%FF", "is not UTF-8"],
      ["file://host/x", "names another machine"],
      ["file:///tmp/a%2Fb", "has an encoded / in a name"],
    ] as const
  ) {
    for (const hash of [hashFiles, hashFile]) {
      await assertRejects(() => hash(new URL(url)), TypeError, words);
    }
  }
});

testEngines(
  "hashFiles() and hashFile() take a slash behind folders alone",
  async (engine) => {
    await using scratch = new Scratch();
    const { path: folder } = scratch;
    scratch.write("sub/a", "abc");
    Deno.symlinkSync("a", `${folder}/sub/link`);
    const { files, failures } = await hashFiles(
      [`${folder}/sub//`, `${folder}/sub/a/`, `${folder}/sub/link/`],
      { engine },
    );
    assertEquals(files.map(({ path }) => path), [`${folder}/sub/a`]);
    assertEquals(failures.map(({ message }) => message), [
      `Cannot read "${folder}/sub/a/": it is no folder`,
      `Cannot read "${folder}/sub/link/": it is no folder`,
    ]);
    const options = { engine, gitignore: true };
    const alone = await hashFiles(`${folder}/sub/a/`, options);
    assertEquals([alone.files.length, alone.failures.length], [0, 1]);
    await assertRejects(
      () => hashFile(`${folder}/sub/a/`, { engine }),
      FastpathError,
      "it is no folder",
    );
    const url = new URL(`file://${folder}/sub/a%20b`);
    scratch.write("sub/a b", "abc");
    assertEquals((await hashFile(url, { engine })).path, `${folder}/sub/a b`);
  },
);

testEngines(
  "hashFiles() gives no files where patterns choose none",
  async (engine) => {
    await using scratch = new Scratch();
    scratch.write("src/a.ts", "abc");
    const found = async (glob: string) => {
      const options = { engine, globs: [glob] };
      return (await hashFiles(scratch.path, options)).files.length;
    };
    // A glob says which files; a folder's name says nothing of those in it.
    for (const glob of ["zzz", "src", "src/", "./src/*.ts", "*.{ts,md}"]) {
      assertEquals(await found(glob), 0, glob);
    }
    for (const glob of ["src/**", "*.ts", "src/*.ts"]) {
      assertEquals(await found(glob), 1, glob);
    }
  },
);
