/**
 * Files that change while they are read, or are none of the usual kind: every
 * engine gives no digest, or the same one, and the same words.
 */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { testEngines } from "../../tests/_engines.ts";
import { reasons, Scratch } from "../../tests/_scratch.ts";
import { FastpathError } from "../errors.ts";
import { digestSync } from "./digest.ts";
import {
  formatManifest,
  hashFile,
  hashFiles,
  hashFilesLines,
} from "./files.ts";

/** What happens to a file of 300 MB, or in its place, while it is read. */
const CHANGES: Readonly<
  Record<string, (path: string, folder: string) => void>
> = {
  grown: (path) => Deno.truncateSync(path, 300_000_009),
  cut: (path) => Deno.truncateSync(path, 150_000_000),
  removed: (path) => Deno.removeSync(path),
  replaced: (path, folder) => Deno.renameSync(`${folder}/other`, path),
  // The old file keeps as many names as it had.
  moved(path, folder) {
    Deno.renameSync(path, `${folder}/old`);
    Deno.renameSync(`${folder}/other`, path);
  },
  linked(path, folder) {
    Deno.linkSync(path, `${folder}/kept`);
    Deno.renameSync(`${folder}/other`, path);
  },
  // The time of writing is put back; that of the change cannot be.
  hidden(path) {
    const { mtime, atime } = Deno.statSync(path);
    const file = Deno.openSync(path, { write: true });
    file.writeSync(new Uint8Array([1]));
    file.close();
    Deno.utimeSync(path, atime!, mtime!);
  },
};

for (const [name, act] of Object.entries(CHANGES)) {
  testEngines(
    `no digest of a file that is ${name} meanwhile`,
    async (engine) => {
      await using scratch = new Scratch();
      const path = scratch.write(name, "");
      for (const file of [path, scratch.write("other", "")]) {
        Deno.truncateSync(file, 300_000_000);
      }
      // Deno tells the time of change in whole seconds.
      if (name === "hidden") await new Promise((go) => setTimeout(go, 1100));
      let hasActed = false;
      const onBytes = (bytes: number) => {
        if (hasActed || bytes === 0 || bytes >= 300_000_000) return;
        hasActed = true;
        act(path, scratch.path);
      };
      const algorithm = "sha512";
      const message = `Cannot read "${name}": file changed while it was read`;
      if (name === "linked" || name === "hidden") {
        const options = { engine, algorithm, onProgress: onBytes } as const;
        const error = await assertRejects(() => hashFile(path, options));
        assert(error instanceof FastpathError);
        assertEquals(reasons(scratch.path, [error]), [message]);
      } else {
        const { files, failures } = await hashFiles([path], {
          engine,
          algorithm,
          onProgress: ({ bytes }) => onBytes(bytes),
        });
        assertEquals(files, []);
        assertEquals(reasons(scratch.path, failures), [message]);
      }
      assert(hasActed, "it was read before its first progress was told");
    },
  );
}

testEngines(
  "no digest behind a link that is turned meanwhile",
  async (engine) => {
    await using scratch = new Scratch();
    const link = `${scratch.path}/link`;
    for (const name of ["one", "two"]) {
      Deno.truncateSync(scratch.write(name, ""), 300_000_000);
    }
    const turn = (target: string) => {
      Deno.symlinkSync(`${scratch.path}/${target}`, `${link}.new`);
      Deno.renameSync(`${link}.new`, link);
    };
    for (const hashes of [hashFile, hashFiles]) {
      turn("one");
      let hasActed = false;
      const onProgress = () => {
        if (!hasActed) turn("two");
        hasActed = true;
      };
      const options = { engine, algorithm: "sha512", onProgress } as const;
      const failure = await hashes(link, options).then(
        (found) => "failures" in found ? found.failures[0] : undefined,
        (error) => error,
      );
      assert(hasActed && failure instanceof FastpathError);
      assertEquals(reasons(scratch.path, [failure]), [
        'Cannot read "link": file changed while it was read',
      ]);
    }
  },
);

testEngines(
  "digests that are more than 1 GiB are an error, lines come in parts",
  async (engine) => {
    await using scratch = new Scratch();
    for (let at = 0; at < 1025; at++) scratch.write(`${at}`, "");
    const options = { engine, algorithm: "blake3" } as const;
    const error = await assertRejects(
      () => hashFiles(scratch.path, { ...options, length: 1 << 20 }),
      FastpathError,
      "Cannot finish hash.files: memory ran out",
    );
    assertEquals(error.code, "OUT_OF_MEMORY");
    const long = { ...options, length: 1000 };
    const { lines } = await hashFilesLines([scratch.path], long);
    const { files } = await hashFiles(scratch.path, long);
    const text = await new Blob(lines as Uint8Array<ArrayBuffer>[]).text();
    assertEquals(text, formatManifest(files));
  },
);

testEngines("failures are in the order of their paths", async (engine) => {
  await using scratch = new Scratch();
  const { path: folder } = scratch;
  await using other = new Scratch();
  if (Deno.build.os === "windows") return;
  for (const name of ["a", "c"]) {
    const pipe = `${folder}/${name}`;
    await new Deno.Command("mkfifo", { args: [pipe] }).output();
  }
  const missing = [`${folder}-`, `${folder}/b`, `${other.path}/z`];
  for (const gitignore of [false, true]) {
    const options = { engine, gitignore };
    const { failures } = await hashFiles([...missing, folder], options);
    const paths = (errors: readonly FastpathError[]) =>
      errors.map(({ details }) => (details as { path: string }).path);
    const all = [...missing, `${folder}/a`, `${folder}/c`].sort();
    assertEquals(paths(failures), all);
    const lines = await hashFilesLines([...missing, folder], options);
    assertEquals(paths(lines.failures), all);
  }
});

testEngines("pages that the system makes up have digests", async (engine) => {
  // It says 4,096 bytes and has a few; the other one says 0.
  const pages = [
    "/sys/kernel/mm/transparent_hugepage/enabled",
    "/proc/sys/kernel/ostype",
  ];
  for (const path of pages) {
    let content: Uint8Array<ArrayBuffer>;
    try {
      content = Deno.readFileSync(path);
    } catch {
      continue;
    }
    const expected = digestSync(content);
    const { files } = await hashFiles(path, { engine });
    assertEquals(files, [{ path, bytes: content.length, digest: expected }]);
    assertEquals((await hashFile(path, { engine })).digest, expected);
  }
});

testEngines("a link to itself is told in the same words", async (engine) => {
  if (Deno.build.os !== "linux") return;
  await using scratch = new Scratch();
  const path = `${scratch.path}/loop`;
  Deno.symlinkSync("loop", path);
  const error = await assertRejects(() => hashFile(path, { engine }));
  assertEquals(
    (error as Error).message,
    `Cannot read "${path}": Too many levels of symbolic links (os error 40)`,
  );
});
