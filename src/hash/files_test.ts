/** Sets of files: digests, order, failures, patterns, changes meanwhile. */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { testEngines } from "../../tests/_engines.ts";
import { assertSteady } from "../../tests/_steady.ts";
import { randomBytes, reasons, Scratch } from "../../tests/_scratch.ts";
import { FastpathError } from "../errors.ts";
import { digest, digestSync } from "./digest.ts";
import {
  formatManifest,
  hashFile,
  hashFiles,
  hashFilesLines,
  type HashFilesOptions,
} from "./files.ts";
import { ALGORITHMS } from "./_spec.ts";

/** The paths of a result below a folder. */
function below(folder: string, items: readonly { path: string }[]): string[] {
  return items.map(({ path }) => path.replace(`${folder}/`, ""));
}

testEngines("hashFile() is the digest of one file", async (engine) => {
  await using scratch = new Scratch();
  const path = scratch.write("a", "abc");
  const found = await hashFile(path, { engine, algorithm: "blake2s" });
  const expected = digestSync(new TextEncoder().encode("abc"), {
    algorithm: "blake2s",
  });
  assertEquals(found, { path, bytes: 3, digest: expected });
  const url = new URL(`file://${path}`);
  assertEquals((await hashFile(url, { engine })).path, path);
  await assertRejects(
    () => hashFile(scratch.path, { engine }),
    FastpathError,
    "it is a directory",
  );
  await assertRejects(
    () => hashFile(new Uint8Array(3) as unknown as string),
    TypeError,
    "expected a path",
  );
});

testEngines(
  "hashFiles() gives every file's digest, by name",
  async (engine) => {
    await using scratch = new Scratch();
    const sizes = [
      0,
      1,
      55,
      56,
      63,
      64,
      119,
      1000,
      4096,
      65_536,
      65_537,
      300_001,
    ];
    for (let at = 0; at < 60; at++) {
      const size = sizes[at % sizes.length]! + (at > 30 ? at : 0);
      scratch.write(`${at % 7}/${at % 3}/${at}.bin`, randomBytes(size, at));
    }
    scratch.write("empty/.keep", "");
    for (const algorithm of ALGORITHMS) {
      const options = { engine, algorithm };
      const { files, failures, ...rest } = await hashFiles(
        scratch.path,
        options,
      );
      assertEquals([failures, rest], [[], { algorithm }]);
      assertEquals(files.length, 61);
      const paths = files.map(({ path }) => path);
      assertEquals(paths, paths.toSorted());
      for (const { path, bytes, digest } of files) {
        const content = Deno.readFileSync(path);
        const expected = digestSync(content, { algorithm });
        assertEquals([bytes, digest], [content.length, expected], path);
      }
      const { lines } = await hashFilesLines([scratch.path], options);
      const text = await new Blob(lines as Uint8Array<ArrayBuffer>[]).text();
      assertEquals(text, formatManifest(files));
    }
  },
);

testEngines(
  "hashFiles() takes a length, a key and a context",
  async (engine) => {
    await using scratch = new Scratch();
    for (let at = 0; at < 9; at++) {
      scratch.write(`${at}`, randomBytes(at * 30_000, at));
    }
    const key = randomBytes(32, 5);
    for (
      const spec of [
        { algorithm: "blake2b", length: 20, key },
        { algorithm: "blake2s", length: 5, key },
        { algorithm: "blake3", length: 77, key },
        { algorithm: "blake3", context: "files" },
      ] as const
    ) {
      const { files } = await hashFiles(scratch.path, { ...spec, engine });
      assertEquals(files.length, 9);
      for (const { path, digest: found } of files) {
        assertEquals(found, await digest(path, spec));
      }
    }
  },
);

testEngines(
  "hashFiles() names what it cannot read and goes on",
  async (engine) => {
    await using scratch = new Scratch();
    const { path: folder } = scratch;
    scratch.write("good", "abc");
    scratch.write("sub/good", "abc");
    scratch.write("file", "x");
    const paths = ["good", "missing", "sub", "file/below", "n".repeat(300)];
    const options = { engine, walk: false };
    const { files, failures } = await hashFiles(
      paths.map((path) => `${folder}/${path}`),
      options,
    );
    assertEquals(below(folder, files), ["good"]);
    assertEquals(reasons(folder, failures), [
      'Cannot read "file/below": a part of its path is no directory',
      'Cannot read "missing": no such file',
      `Cannot read "${"n".repeat(300)}": its name is too long`,
      'Cannot read "sub": it is a directory',
    ]);
    const empty = await hashFiles([], { engine });
    assertEquals([empty.files, empty.failures], [[], []]);
  },
);

testEngines(
  "hashFiles() follows links given, and none it finds",
  async (engine) => {
    await using scratch = new Scratch();
    const { path: folder } = scratch;
    scratch.write("real/file", "abc");
    Deno.symlinkSync("real/file", `${folder}/link`);
    Deno.symlinkSync("/", `${folder}/root`);
    Deno.symlinkSync("loop", `${folder}/loop`);
    Deno.symlinkSync("..", `${folder}/real/up`);
    const walked = await hashFiles(folder, { engine });
    assertEquals(below(folder, walked.files), ["real/file"]);
    const { files, failures } = await hashFiles(
      [`${folder}/link`, `${folder}/loop`],
      { engine },
    );
    assertEquals(below(folder, files), ["link"]);
    assertEquals(reasons(folder, failures), [
      'Cannot read "loop": too many symbolic links',
    ]);
    // A folder behind a link that was given is walked.
    Deno.symlinkSync("real", `${folder}/folder`);
    const behind = await hashFiles(`${folder}/folder/`, { engine });
    assertEquals(below(folder, behind.files), ["folder/file"]);
  },
);

Deno.test({
  name: "hashFiles() refuses or skips what is no regular file",
  ignore: Deno.build.os === "windows",
  async fn() {
    for (const engine of ["typescript", "auto"] as const) {
      await using scratch = new Scratch();
      const { path: folder } = scratch;
      scratch.write("good", "abc");
      const pipe = `${folder}/pipe`;
      await new Deno.Command("mkfifo", { args: [pipe] }).output();
      const refused = await hashFiles(folder, { engine });
      assertEquals(reasons(folder, refused.failures), [
        'Cannot read "pipe": it is no regular file',
      ]);
      assertEquals(refused.files.length, 1);
      const skipped = await hashFiles(folder, { engine, special: "skip" });
      assertEquals([skipped.files.length, skipped.failures], [1, []]);
      // Named, it is a failure all the same, and is not waited for.
      const named = await hashFiles(pipe, { engine, special: "skip" });
      assertEquals(named.failures.length, 1);
    }
  },
});

Deno.test({
  name: "hashFiles() reports names that are not UTF-8, on both engines",
  ignore: Deno.build.os !== "linux",
  async fn() {
    await using scratch = new Scratch();
    const { path: folder } = scratch;
    for (
      const name of ["a b", "new\nline", "😀", "ﬀ", "\uFFFD", "back\\slash"]
    ) {
      scratch.write(name, name);
    }
    // A shell makes the names that a text cannot hold.
    const script = String.raw`printf x > "$(printf 'bad\377name')"; ` +
      String.raw`printf x > "$(printf '\377')"; ` +
      String.raw`printf x > "$(printf 'lone\355\240\200')"`;
    // These look the same once they are texts.
    const twins = ["\\361", "\\362", "\\363"]
      .map((byte) => `printf x > "$(printf 'twin${byte}')"; `).join("");
    await new Deno.Command("sh", {
      args: ["-c", twins + script],
      cwd: folder,
    }).output();
    const results = [];
    for (const engine of ["typescript", "auto"] as const) {
      for (const gitignore of [false, true]) {
        const twice = [folder, folder];
        const result = await hashFiles(twice, { engine, gitignore });
        results.push({ ...result, failures: reasons(folder, result.failures) });
      }
    }
    const [first] = results;
    assert(first !== undefined);
    for (const result of results) assertEquals(result, first);
    assertEquals(below(folder, first.files), [
      ...["a b", "back\\slash", "new\nline", "ﬀ", "\uFFFD", "😀"],
    ]);
    assertEquals(first.failures, [
      'Cannot read "bad\uFFFDname": its name is not UTF-8',
      'Cannot read "lone\uFFFD\uFFFD\uFFFD": its name is not UTF-8',
      ...Array(3).fill('Cannot read "twin\uFFFD": its name is not UTF-8'),
      'Cannot read "\uFFFD": its name is not UTF-8',
    ]);
  },
});

testEngines("hashFiles() heeds globs and .gitignore", async (engine) => {
  await using scratch = new Scratch();
  const { path: folder } = scratch;
  const names = [
    "a.ts",
    "a.md",
    "b/a.ts",
    "b/c.log",
    "b/keep.log",
    "dist/x.js",
  ];
  for (const name of [...names, "b/dist/y.js", ".git/config", "d/e/f/g.ts"]) {
    scratch.write(name, name);
  }
  scratch.write(".gitignore", "# what is built\n*.log\n/dist\n");
  scratch.write("b/.gitignore", "!keep.log\n");
  // What `git submodule add` puts there.
  scratch.write("d/e/.git", "gitdir: ../../.git/modules/e\n");
  const found = async (options: HashFilesOptions) => {
    const { files, failures } = await hashFiles(folder, { engine, ...options });
    assertEquals(failures, []);
    return below(folder, files);
  };
  assertEquals(await found({ gitignore: true }), [
    ...[".gitignore", "a.md", "a.ts", "b/.gitignore", "b/a.ts"],
    ...["b/dist/y.js", "b/keep.log", "d/e/f/g.ts"],
  ]);
  assertEquals(await found({ globs: ["*.ts"] }), [
    "a.ts",
    "b/a.ts",
    "d/e/f/g.ts",
  ]);
  assertEquals(await found({ globs: ["/*.ts"] }), ["a.ts"]);
  assertEquals(await found({ globs: ["d/**/*.ts"] }), ["d/e/f/g.ts"]);
  assertEquals(await found({ globs: ["*.ts", "!b/"] }), ["a.ts", "d/e/f/g.ts"]);
  assertEquals(await found({ globs: ["*.md", "nothing"] }), ["a.md"]);
});

testEngines("hashFiles() tells its progress, and stops", async (engine) => {
  await using scratch = new Scratch();
  for (let at = 0; at < 200; at++) {
    scratch.write(`${at}`, randomBytes(at * 100, at));
  }
  scratch.write("large", new Uint8Array(5_000_000));
  let last = { files: 0, filesTotal: 0, bytes: 0 };
  const { files } = await hashFiles(scratch.path, {
    engine,
    onProgress(progress) {
      assert(progress.files >= last.files && progress.bytes >= last.bytes);
      last = progress;
    },
  });
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  assertEquals(last, { files: 201, filesTotal: 201, bytes });
  const reason = new Error("enough");
  const aborted = await assertRejects(() =>
    hashFiles(scratch.path, { engine, signal: AbortSignal.abort(reason) })
  );
  assertEquals(aborted, reason);
  Deno.truncateSync(`${scratch.path}/large`, 8_000_000_000);
  const controller = new AbortController();
  setTimeout(() => controller.abort(reason), 30);
  const { signal } = controller;
  const error = await assertRejects(() =>
    hashFiles(scratch.path, { engine, signal })
  );
  assertEquals(error, reason);
});

testEngines(
  "hashFiles() is the same with any threads and open files",
  async (engine) => {
    await using scratch = new Scratch();
    for (let at = 0; at < 50; at++) {
      scratch.write(`${at}`, randomBytes(at * 5000, at));
    }
    for (const algorithm of ["sha256", "blake2b", "blake3"] as const) {
      const expected = await hashFiles(scratch.path, { engine, algorithm });
      for (const [threads, maxOpen] of [[1, 1], [2, 2], [16, 3], [5, 64]]) {
        const options = { engine, algorithm, threads, maxOpen } as const;
        assertEquals(
          await hashFiles(scratch.path, options as HashFilesOptions),
          expected,
        );
      }
    }
  },
);

Deno.test("hashFiles() rejects options and paths that are not allowed", async () => {
  const range: HashFilesOptions[] = [
    { threads: 17 },
    { threads: -1 },
    { globs: ["/"] },
    { globs: ["*.ts", "!"] },
    { globs: ["  "] },
    { maxOpen: 0 },
    { maxOpen: 1.5 },
    { special: "ignore" as "skip" },
    { algorithm: "sha256", length: 4 },
  ];
  for (const options of range) {
    await assertRejects(() => hashFiles("/", options), RangeError, "Cannot ");
  }
  const types: unknown[] = [
    { globs: "*.ts" },
    { globs: [1] },
    { gitignore: "yes" },
    { walk: "no" },
    { signal: 1 },
    { onProgress: 1 },
  ];
  for (const options of types) {
    await assertRejects(
      () => hashFiles("/", options as HashFilesOptions),
      TypeError,
      "Cannot ",
    );
  }
  await assertRejects(() => hashFiles(""), RangeError, "must not be empty");
  await assertRejects(() => hashFiles("a\0b"), RangeError, "hold a NUL");
  await assertRejects(() => hashFiles(null as unknown as string), TypeError);
  const web = new URL("https://example.com/a");
  await assertRejects(() => hashFiles(web), TypeError, "no file URL");
});

testEngines(
  "a thousand sets in a row take the same time and memory",
  async (engine) => {
    await using scratch = new Scratch();
    for (let at = 0; at < 20; at++) {
      scratch.write(`${at % 3}/${at}`, randomBytes(at * 100, at));
    }
    await assertSteady(() => hashFiles(scratch.path, { engine }));
  },
);

testEngines(
  "hashFiles() names paths that no system call takes",
  async (engine) => {
    if (Deno.build.os !== "linux") return;
    await using scratch = new Scratch();
    const { path: folder } = scratch;
    // PATH_MAX of Linux is 4096, the zero at the end included.
    const script = `name=$(printf 'x%.0s' $(seq 250)); cd "$0"; ` +
      `while [ $(( $(pwd | wc -c) - 1 + 251 )) -le 4090 ]; do ` +
      `mkdir $name; cd $name; done; ` +
      `left=$(( 4095 - $(pwd | wc -c) )); ` +
      `last=$(printf 'y%.0s' $(seq $left)); printf abc > $last; ` +
      `printf abc > "z$last"; mkdir "d$last"`;
    await new Deno.Command("bash", { args: ["-c", script, folder] }).output();
    const { files, failures } = await hashFiles(folder, { engine });
    assertEquals(files.map(({ path }) => path.length), [4095]);
    assertEquals(
      failures.map(({ message }) => message.split('": ')[1]),
      Array(2).fill("its name is too long"),
    );
  },
);
