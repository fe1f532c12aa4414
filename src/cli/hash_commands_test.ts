/** `hash file`, `files`, `tree`, `check` and `diff` as scripts use them. */

import { assert, assertEquals } from "@std/assert";
import { CLI, cli } from "../../tests/_cli.ts";
import { randomBytes, Scratch } from "../../tests/_scratch.ts";
import { filesLine, filesProgressLine } from "./files_progress.ts";

const ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
const ENGINES = ["native", "typescript"];

Deno.test("cli: hash files prints lines by name, names failures, exits 1", async () => {
  await using scratch = new Scratch();
  const { path: cwd } = scratch;
  for (const name of ["d/b", "d/a", "d/a-b", "d/new\nline"]) {
    scratch.write(name, "abc");
  }
  for (const engine of ENGINES) {
    const run = await cli(["hash", "files", "d", "none", "--engine", engine], {
      cwd,
    });
    assertEquals(
      run.stdout,
      [
        `${ABC}  d/a\n`,
        `${ABC}  d/a-b\n`,
        `${ABC}  d/b\n`,
        `\\${ABC}  d/new\\nline\n`,
      ].join(""),
    );
    assertEquals(
      [run.code, run.stderr],
      [1, 'none: Cannot read "none": no such file (INPUT_UNREADABLE)\n'],
    );
    const json = await cli(["hash", "files", ".", "--json", "--glob", "a"], {
      cwd,
    });
    assertEquals([json.code, JSON.parse(json.stdout)], [0, {
      version: 1,
      algorithm: "sha256",
      files: [{ path: "./d/a", bytes: 3, digest: ABC }],
      failures: [],
    }]);
  }
});

Deno.test("cli: hash files writes what is more than one text in parts", async () => {
  await using scratch = new Scratch();
  const { path: cwd } = scratch;
  for (let at = 10; at < 30; at++) scratch.write(`d/${at}`, "abc");
  const args = ["hash", "files", "d", "--algorithm", "blake3"];
  for (const engine of ENGINES) {
    // 20 files of 400,000 digits: parts are 1 MiB or a little more.
    const long = [...args, "--length", "200000", "--engine", engine];
    const lines = (await cli(long, { cwd })).stdout.trimEnd().split("\n");
    const json = JSON.parse((await cli([...long, "--json"], { cwd })).stdout);
    assertEquals(json.files.length, 20);
    for (const [index, { path, digest }] of json.files.entries()) {
      assertEquals([path, digest.length], [`d/${index + 10}`, 400_000]);
      // b3sum of abc.
      assert(digest.startsWith("6437b3ac38465133ffb63b75273a8db5"));
      assert(lines[index] === `${digest}  ${path}`);
    }
  }
});

Deno.test("cli: hash file is one file, hash digest any input", async () => {
  await using scratch = new Scratch();
  scratch.write("a\\b", "abc");
  const { path: cwd } = scratch;
  const one = await cli(["hash", "file", "a\\b"], { cwd });
  assertEquals([one.code, one.stdout], [0, `\\${ABC}  a\\\\b\n`]);
  const digest = await cli(["hash", "digest", "a\\b"], { cwd });
  assertEquals(digest.stdout, one.stdout);
  const args = ["hash", "digest", "--algorithm", "blake2b", "--length", "2"];
  const short = await cli([...args, "--key", "00ff"], { cwd, stdin: "abc" });
  // hashlib.blake2b(b"abc", digest_size=2, key=b"\x00\xff").hexdigest()
  assertEquals([short.code, short.stdout], [0, "3918  -\n"]);
  for (
    const wrong of [
      ["--key", "0"],
      ["--length", "65"],
      ["--context", "x"],
      ["--key", "zz"],
    ]
  ) {
    const run = await cli([...args, ...wrong], { cwd, stdin: "abc" });
    assertEquals(run.code, 2, `${wrong.join(" ")}: ${run.stderr}`);
  }
  const none = await cli(["hash", "file", "none"], { cwd });
  assertEquals(none.code, 3);
  assertEquals((await cli(["hash", "file"], { cwd })).code, 2);
  assertEquals((await cli(["hash", "files"], { cwd })).code, 2);
  for (const words of ["file", "files", "tree"]) {
    const run = await cli(["hash", words, "-"], { cwd, stdin: "abc" });
    assertEquals(run.code, 2);
    assert(run.stderr.includes("hash digest reads stdin"), run.stderr);
  }
});

Deno.test("cli: hash tree prints the digest alone", async () => {
  await using scratch = new Scratch();
  scratch.write("d/sub/a.txt", "abc");
  const { path: cwd } = scratch;
  for (const engine of ENGINES) {
    const h1 = await cli(["hash", "tree", "d", "--engine", engine], { cwd });
    assertEquals([h1.code, h1.stdout], [
      0,
      "h1:dB7WdAo/YTJ8hR8489Vi5T+/Bn/91I5vm+Mjaxcdb4g=\n",
    ]);
    const args = ["hash", "tree", "d", "--format", "fp1", "--engine", engine];
    const fp1 = await cli(args, { cwd });
    assert(/^fp1:[A-Za-z0-9+/]{43}=\n$/.test(fp1.stdout), fp1.stdout);
    const missing = await cli(["hash", "tree", "none"], { cwd });
    assertEquals([missing.code, missing.stdout], [3, ""]);
    const file = await cli(["hash", "tree", "d/sub/a.txt/"], { cwd });
    assertEquals([file.code, file.stdout], [3, ""]);
    assert(file.stderr.includes("it is no folder"), file.stderr);
    const h1Of = await cli(["hash", "tree", "d", "--executable"], { cwd });
    assertEquals([h1Of.code, h1Of.stderr], [
      2,
      "fastpath: Cannot hash tree: the format h1 has no place for " +
      "--executable, use fp1\n",
    ]);
  }
  Deno.symlinkSync("gone", `${cwd}/link`);
  assertEquals((await cli(["hash", "tree", "link"], { cwd })).code, 3);
  if (Deno.build.os === "windows") return;
  await new Deno.Command("mkfifo", { args: [`${cwd}/d/pipe`] }).output();
  const inside = await cli(["hash", "tree", "d"], { cwd });
  assertEquals([inside.code, inside.stdout], [1, ""]);
});

Deno.test("cli: hash check prints what differs and exits 1", async () => {
  await using scratch = new Scratch();
  const { path: cwd } = scratch;
  for (const name of ["a", "b", "c c"]) scratch.write(`d/${name}`, name);
  for (const algorithm of ["sha256", "blake3"]) {
    const args = ["--algorithm", algorithm];
    const { stdout } = await cli(["hash", "files", "d", ...args], { cwd });
    const sums = scratch.write("sums", stdout);
    const good = await cli(["hash", "check", sums, ...args], { cwd });
    assertEquals(good, { code: 0, stdout: "", stderr: "" });
    scratch.write("d/b", "B");
    Deno.removeSync(`${cwd}/d/a`);
    for (const engine of ENGINES) {
      const run = await cli(
        ["hash", "check", "-", ...args, "--engine", engine],
        { cwd, stdin: stdout },
      );
      assertEquals(run, {
        code: 1,
        stdout: "d/b: FAILED\n",
        stderr: 'd/a: Cannot read "d/a": no such file (INPUT_UNREADABLE)\n',
      });
    }
    const json = await cli(["hash", "check", sums, ...args, "--json"], { cwd });
    const { matching, differing } = JSON.parse(json.stdout);
    assertEquals([matching, differing], [1, ["d/b"]]);
    scratch.write("d/a", "a");
    scratch.write("d/b", "b");
  }
  const bad = await cli(["hash", "check", "-"], { stdin: "nothing\n" });
  assertEquals(bad.code, 3);
  assert(bad.stderr.startsWith("-:1:1: Cannot read manifest: "), bad.stderr);
  assertEquals((await cli(["hash", "check", "none"], { cwd })).code, 3);
});

Deno.test("cli: hash diff prints what was added, removed, changed, renamed", async () => {
  await using scratch = new Scratch();
  const { path: cwd } = scratch;
  scratch.write("old", "aa  x\nbb  y\ncc  z\n");
  scratch.write("new", "aa  w\nbd  y\ndd  n\n");
  const json = await cli(["hash", "diff", "old", "new", "--json"], { cwd });
  assertEquals([json.code, JSON.parse(json.stdout)], [0, {
    added: ["n"],
    removed: ["z"],
    changed: ["y"],
    renamed: [{ from: "x", to: "w" }],
  }]);
  const text = await cli(["hash", "diff", "old", "new"], { cwd });
  assertEquals(
    text.stdout,
    "added\tn\nremoved\tz\nchanged\ty\nrenamed\tx\tw\n",
  );
  assertEquals((await cli(["hash", "diff", "old"], { cwd })).code, 2);
});

Deno.test("cli: hash diff names the manifest that is at fault", async () => {
  await using scratch = new Scratch();
  const { path: cwd } = scratch;
  scratch.write("old", "aa  x\n");
  scratch.write("bad", "aa  x\nzz\n");
  scratch.write("tagged", "BLAKE2b-8 (x) = aa\n");
  scratch.write("other", "BLAKE2b-16 (x) = aabb\n");
  for (
    const [older, newer, code, begin] of [
      ["old", "bad", 3, "bad:2:1: Cannot read manifest: expected a digest"],
      ["bad", "old", 3, "bad:2:1: Cannot read manifest: expected a digest"],
      ["old", "none", 3, 'none: Cannot read "none": no such file'],
      ["none", "old", 3, 'none: Cannot read "none": no such file'],
      ["tagged", "other", 3, 'fastpath: Cannot compare manifests: "x" has a'],
      ["-", "-", 2, "fastpath: OLD and NEW cannot both be stdin"],
      ["old", "tagged", 0, ""],
    ] as const
  ) {
    const run = await cli(["hash", "diff", older, newer], { cwd, stdin: "" });
    assertEquals([run.code, run.stdout], [code, ""]);
    assertEquals(run.stderr.slice(0, begin.length), begin);
  }
});

Deno.test("cli: hash check and diff print a line a name, stderr no controls", async () => {
  await using scratch = new Scratch();
  const { path: cwd } = scratch;
  const evil = "a\n\x1b[31mEVIL: OK";
  scratch.write(evil, "abc");
  const line = `\\${"0".repeat(64)}  a\\n\x1b[31mEVIL: OK\n`;
  const check = await cli(["hash", "check"], { cwd, stdin: line });
  // As `sha256sum --check` prints it.
  assertEquals(check.stdout, "\\a\\n\x1b[31mEVIL: OK: FAILED\n");
  Deno.removeSync(`${cwd}/${evil}`);
  const gone = await cli(["hash", "check"], { cwd, stdin: line });
  const shown = "a\\x0a\\x1b[31mEVIL: OK";
  assertEquals(
    gone.stderr,
    `${shown}: Cannot read "${shown}": no such file (INPUT_UNREADABLE)\n`,
  );
  for (const [name, seen] of [["\u202e", "\\u{202e}"], ["\x9b", "\\x9b"]]) {
    const run = await cli(["hash", "files", name!], { cwd });
    assertEquals(
      [run.code, run.stderr],
      [
        1,
        `${seen}: Cannot read "${seen}": no such file (INPUT_UNREADABLE)\n`,
      ],
    );
  }
  scratch.write("old", "aa   p -> q\n\\bb  a\\nb\ncc  t\tu\ndd  x\n");
  scratch.write("new", "aa  z\n\\bb  c\\\\d\ndd  x\n");
  const diff = await cli(["hash", "diff", "old", "new"], { cwd });
  assertEquals(diff.stdout.split("\n"), [
    "\\removed\tt\\tu",
    "renamed\t p -> q\tz",
    "\\renamed\ta\\nb\tc\\\\d",
    "",
  ]);
});

Deno.test("cli: hash check refuses a manifest without digests, and gives a hint", async () => {
  await using scratch = new Scratch();
  const { path: cwd } = scratch;
  scratch.write("a", "abc");
  for (const stdin of ["", "# nothing\n"]) {
    const run = await cli(["hash", "check", "-"], { cwd, stdin });
    assertEquals([run.code, run.stderr], [
      3,
      "-:1:1: Cannot read manifest: it holds no digests " +
      "(INVALID_MANIFEST, byte 0)\n",
    ]);
  }
  const args = ["hash", "files", "a", "--algorithm", "blake3"];
  const { stdout } = await cli(args, { cwd });
  const run = await cli(["hash", "check"], { cwd, stdin: stdout });
  assertEquals(run, {
    code: 1,
    stdout: "a: FAILED\n",
    stderr: "-: no digest matches; if these are BLAKE3 or BLAKE2b, name it " +
      "with --algorithm\n",
  });
});

Deno.test("cli: hash files --tag is what other programs print and check", async () => {
  await using scratch = new Scratch();
  const { path: cwd } = scratch;
  const names = ["a b", "n\nl", "back\\slash", "p) = q", "😀", "t\tt"];
  for (const name of names) scratch.write(`d/${name}`, `of ${name}`);
  const checks: [string, readonly string[], readonly string[]][] = [
    ["sha256sum", ["sha256"], ["--tag"]],
    ["sha512sum", ["sha512"], ["--tag"]],
    ["b2sum", ["blake2b"], ["--tag"]],
    ["b2sum", ["blake2b", "--length", "20"], ["--tag", "--length", "160"]],
    ["b3sum", ["blake3"], ["--tag"]],
  ];
  for (const [program, ours, theirs] of checks) {
    const args = ["hash", "files", "d", "--tag", "--algorithm", ...ours];
    const { stdout, code } = await cli(args, { cwd });
    assertEquals(code, 0);
    // Each line says its algorithm.
    assertEquals(await cli(["hash", "check"], { cwd, stdin: stdout }), {
      code: 0,
      stdout: "",
      stderr: "",
    });
    const script = "find d -type f -print0 | LC_ALL=C sort -z | " +
      `xargs -0 ${program} ${theirs.join(" ")}`;
    const made = await new Deno.Command("sh", { args: ["-c", script], cwd })
      .output();
    // Where the program is installed.
    if (!made.success) continue;
    assertEquals(stdout, new TextDecoder().decode(made.stdout));
    scratch.write("sums", stdout);
    const check = await new Deno.Command(program, {
      args: ["--check", "--quiet", "sums"],
      cwd,
    }).output();
    assertEquals(check.code, 0, program);
  }
  for (const algorithm of ["blake2s", "xxh3"]) {
    const args = ["hash", "files", "d", "--tag", "--algorithm", algorithm];
    const { stdout } = await cli(args, { cwd });
    const own = await cli(["hash", "check"], { cwd, stdin: stdout });
    assertEquals([own.code, own.stdout], [0, ""]);
  }
  const both = await cli(["hash", "files", "d", "--tag", "--json"], { cwd });
  assertEquals(both.code, 2);
});

Deno.test("cli: hash files says where patterns choose nothing, and exits 1", async () => {
  await using scratch = new Scratch();
  const { path: cwd } = scratch;
  scratch.write("src/a.ts", "abc");
  Deno.mkdirSync(`${cwd}/empty`);
  for (
    const more of [["--glob", "zzz"], ["--glob", "src"], ["--gitignore"]]
  ) {
    const folder = more.length > 1 ? "." : "empty";
    for (const form of [[], ["--tag"]]) {
      const args = ["hash", "files", folder, ...more, ...form];
      const run = await cli(args, { cwd });
      assertEquals([run.code, run.stdout], [1, ""]);
      assert(run.stderr.includes("the patterns choose no file"), run.stderr);
    }
    const args = ["hash", "files", folder, ...more, "--json"];
    const json = await cli(args, { cwd });
    assertEquals([json.code, JSON.parse(json.stdout).files], [1, []]);
  }
  const empty = await cli(["hash", "files", "empty"], { cwd });
  assertEquals(empty, { code: 0, stdout: "", stderr: "" });
});

Deno.test({
  name: "cli: an argument that is not UTF-8 is no other file",
  ignore: Deno.build.os !== "linux",
  async fn() {
    await using scratch = new Scratch();
    const { path: cwd } = scratch;
    scratch.write("lo\uFFFD", "abc");
    scratch.write("good", "abc");
    // A shell gives the arguments that a text cannot hold.
    const run = async (line: string) => {
      const { code, stdout, stderr } = await new Deno.Command("sh", {
        args: ["-c", `bad=$(printf 'lo\\377'); ${line}`, Deno.execPath(), CLI],
        cwd,
        env: { NO_COLOR: "1" },
      }).output();
      const decoder = new TextDecoder();
      return [code, decoder.decode(stdout), decoder.decode(stderr)];
    };
    const words = 'lo\uFFFD: Cannot read "lo\uFFFD": its name is not UTF-8 ' +
      "(INPUT_UNREADABLE)\n";
    const fp = '"$0" run -A "$1" hash';
    const good = `${ABC}  good\n`;
    const literal = `${ABC}  lo\uFFFD\n`;
    assertEquals(await run(`${fp} files "$bad" good`), [1, good, words]);
    assertEquals(await run(`${fp} files "$bad" lo\uFFFD`), [1, literal, words]);
    assertEquals(await run(`${fp} files lo\uFFFD`), [0, literal, ""]);
    assertEquals(await run(`${fp} file lo\uFFFD`), [0, literal, ""]);
    assertEquals(await run(`${fp} file "$bad"`), [3, "", words]);
    assertEquals(await run(`${fp} tree "$bad"`), [3, "", words]);
    assertEquals(await run(`${fp} check "$bad"`), [3, "", words]);
    assertEquals(await run(`${fp} diff good "$bad"`), [
      3,
      "",
      "good:1:1: Cannot read manifest: expected a digest, two spaces and a " +
      "name, or NAME (FILE) = DIGEST (INVALID_MANIFEST, byte 0)\n",
    ]);
    const root = await run(`echo "${ABC}  x" | ${fp} check --root="$bad"`);
    const refused = (option: string) =>
      `fastpath: The value of ${option} is not UTF-8\n`;
    assertEquals(root, [2, "", refused("--root")]);
    for (const value of ['--context "$bad"', '--context="$bad"']) {
      const derived = await run(`${fp} file good --algorithm blake3 ${value}`);
      assertEquals(derived, [2, "", refused("--context")]);
    }
    const globs = await run(`${fp} files . --glob good --glob "!$bad"`);
    assertEquals(globs, [2, "", refused("--glob")]);
  },
});

/** Programs that make and check manifests, and how we name their digests. */
const PROGRAMS: readonly [string, string, readonly string[]][] = [
  ["sha256sum", "sha256", []],
  ["sha512sum", "sha512", []],
  ["b2sum", "blake2b", []],
  ["b2sum", "blake2b", ["--length", "256"]],
  ["b3sum", "blake3", []],
];

for (const [program, algorithm, args] of PROGRAMS) {
  const isThere = await new Deno.Command(program, { args: ["--version"] })
    .output().then(({ success }) => success, () => false);
  Deno.test({
    name: `cli: 5,000 random files as ${
      [program, ...args].join(" ")
    } sees them`,
    ignore: !isThere,
    async fn() {
      await using scratch = new Scratch();
      const { path: cwd } = scratch;
      for (let at = 0; at < 5000; at++) {
        const size = at % 500 === 0 ? at * 50 : (at * 7919) % 4000;
        scratch.write(
          `d/${at % 10}/${at} ${"x".repeat(at % 9)}`,
          randomBytes(size, at),
        );
      }
      const ours = ["hash", "files", "d", "--algorithm", algorithm];
      if (args.length > 0) ours.push("--length", "32");
      const { stdout } = await cli(ours, { cwd });
      const script =
        `find d -type f -print0 | LC_ALL=C sort -z | xargs -0 ${program} ${
          args.join(" ")
        }`;
      const theirs = await new Deno.Command("sh", {
        args: ["-c", script],
        cwd,
      }).output();
      const expected = new TextDecoder().decode(theirs.stdout);
      assertEquals(stdout.split("\n").length, 5001);
      assert(stdout === expected, "a line differs");
      scratch.write("sums", stdout);
      const check = await new Deno.Command(program, {
        args: ["--check", "--quiet", "sums"],
        cwd,
      }).output();
      assertEquals(check.code, 0);
      const own = await cli(
        ["hash", "check", "sums", "--algorithm", algorithm],
        {
          cwd,
        },
      );
      assertEquals(own, { code: 0, stdout: "", stderr: "" });
    },
  });
}

Deno.test("the progress of files says how many, how fast and how long", () => {
  const progress = { files: 25, filesTotal: 100, bytes: 50_000_000 };
  assertEquals(
    filesProgressLine("hash files", progress, 1000, 80),
    "hash files: 25 of 100 files, 50 MB, 50 MB/s, 3 s left",
  );
  const looking = { files: 0, filesTotal: 0, bytes: 0 };
  assertEquals(
    filesProgressLine("hash files", looking, 1000, 80),
    "hash files: 0 files, 0 MB",
  );
  assertEquals(filesProgressLine("hash", progress, 1000, 10).length, 9);
  let nowMs = 0;
  const written: string[] = [];
  const world = {
    nowMs: () => nowMs,
    write: (text: string) => void written.push(text),
    columns: 80,
  };
  const line = filesLine(world, "hash files");
  line.update(progress);
  assertEquals(written, []);
  nowMs = 600;
  line.update(progress);
  line.update(progress);
  assertEquals(written.length, 1);
  line.clear();
  line.clear();
  assertEquals(written.at(-1), "\r\x1b[2K");
  assertEquals(written.length, 2);
});
