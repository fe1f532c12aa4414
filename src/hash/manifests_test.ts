/** Manifests: their forms, checking files, comparing two of them. */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { bytesOf, testEngines } from "../../tests/_engines.ts";
import { Scratch } from "../../tests/_scratch.ts";
import { FastpathError, ParseError } from "../errors.ts";
import { Pace } from "../pace.ts";
import { formatManifest, hashFiles } from "./files.ts";
import { checkClosely, checkManifest, diffManifests } from "./manifests.ts";
import {
  manifestLine,
  parseManifest as parse,
  taggedLine,
} from "./_manifest.ts";
import { ALGORITHMS } from "./_spec.ts";

const ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

const parseManifest = (bytes: Uint8Array) => parse(bytes, new Pace());

Deno.test("parseManifest() reads both forms and their escapes", async () => {
  const text = [
    `${ABC}  plain`,
    `${ABC} *binary`,
    `${ABC.toUpperCase()}   two spaces`,
    "",
    "# a remark",
    `\\${ABC}  new\\nline\\\\and\\r`,
    `SHA256 (a (b) = c) = ${ABC}`,
    `BLAKE2b-256 (x) = ${ABC}`,
    `BLAKE3 (y) = ${ABC}`,
    `\\SHA256 (n\\nl) = ${ABC}\r`,
    // OpenSSL 3.0: `openssl dgst -sha256`, and older ones.
    `SHA2-256(o)= ${ABC}`,
    `SHA256(o (1)= )= ${ABC}`,
    `BLAKE2S-256(o)= ${ABC}`,
    // xxhsum 0.8.1 `-H3`, with `--tag` and of others.
    "XXH3_78af5f94892f3950  x3",
    "XXH3 (x3) = 78af5f94892f3950",
    "XXH3_64 (x3) = 78af5f94892f3950",
    `${ABC}  no end`,
  ].join("\n");
  const entries = await parseManifest(bytesOf(text));
  assertEquals(entries.map(({ path, algorithm }) => [path, algorithm]), [
    ["plain", undefined],
    ["binary", undefined],
    [" two spaces", undefined],
    ["new\nline\\and\r", undefined],
    ["a (b) = c", "sha256"],
    ["x", "blake2b"],
    ["y", "blake3"],
    ["n\nl", "sha256"],
    ["o", "sha256"],
    ["o (1)= ", "sha256"],
    ["o", "blake2s"],
    ["x3", "xxh3"],
    ["x3", "xxh3"],
    ["x3", "xxh3"],
    ["no end", undefined],
  ]);
  for (const { digest, path } of entries) {
    assertEquals(digest, path === "x3" ? "78af5f94892f3950" : ABC);
  }
  assertEquals(entries.at(3)?.where.line, 6);
});

Deno.test("parseManifest() says where a line is none", async () => {
  const wrong: [string | Uint8Array<ArrayBuffer>, number, string][] = [
    [`${ABC}  a\nnothing\n`, 2, "expected a digest"],
    [`${ABC} a\n`, 1, "expected a digest"],
    [`${ABC}  \n`, 1, "expected a digest"],
    [`abc  a\n`, 1, "expected a digest"],
    [`SHA999 (a) = ${ABC}\n`, 1, "unknown algorithm SHA999, known are SHA256"],
    [`${ABC}  a\nMD5 (a) = ${"0".repeat(32)}\n`, 2, "unknown algorithm MD5"],
    [`SHA2-512/256(a)= ${ABC}\n`, 1, "unknown algorithm SHA2-512/256"],
    [`constructor(a)= ${ABC}\n`, 1, "unknown algorithm constructor"],
    [`SHA256 (a)= ${ABC}\n`, 1, "expected a digest"],
    [`SHA256 () = ${ABC}\n`, 1, "expected a digest"],
    [`SHA256 (a) = \n`, 1, "expected a digest"],
    [
      `BLAKE2b-512 (a) = ${ABC}\n`,
      1,
      "BLAKE2b-512 gives no digest of 64 digits",
    ],
    [`${ABC}  a\n${ABC}  a\0b\n`, 2, "the name holds a NUL"],
    [`\n\\${ABC}  a\\x\n`, 2, "an escape"],
    [new Uint8Array([0x61, 0xFF]), 1, "not UTF-8"],
  ];
  for (const [text, line, words] of wrong) {
    const bytes = typeof text === "string" ? bytesOf(text) : text;
    const error = await assertRejects(
      () => parseManifest(bytes),
      ParseError,
      words,
    );
    assertEquals([error.line, error.column], [line, 1]);
  }
});

Deno.test("manifestLine() and parseManifest() are each other's inverse", async () => {
  for (
    const name of ["a", " a ", "\\", "\\n", "\n", "\r\n", "a\\\nb", "😀", "*"]
  ) {
    const [entry] = await parseManifest(bytesOf(manifestLine(ABC, name)));
    assertEquals([entry?.path, entry?.digest], [name, ABC]);
    for (const algorithm of ALGORITHMS) {
      const line = taggedLine(algorithm, ABC, name);
      const [tagged] = await parseManifest(bytesOf(line));
      const { path, digest } = tagged!;
      assertEquals([path, digest, tagged?.algorithm], [name, ABC, algorithm]);
    }
  }
});

testEngines(
  "a manifest's path with a colon is below the root",
  async (engine) => {
    if (Deno.build.os === "windows") return;
    await using scratch = new Scratch();
    const root = `${scratch.path}/root`;
    scratch.write("root/C:/x", "abc");
    const options = { engine, root };
    const check = await checkManifest(bytesOf(`${ABC}  C:/x\n`), options);
    assertEquals([check.matching, check.failures], [1, []]);
  },
);

testEngines(
  "checkManifest() lets no line pass without a word",
  async (engine) => {
    await using scratch = new Scratch();
    const { path: root } = scratch;
    scratch.write("ab", "abc");
    scratch.write("c", "abc");
    const refused = async (text: string, line: number, words: string) => {
      const error = await assertRejects(
        () => checkManifest(bytesOf(text), { engine, root }),
        ParseError,
        words,
      );
      assertEquals([error.code, error.line], ["INVALID_MANIFEST", line]);
    };
    // A path ends at a NUL for the system: two files, none the one named.
    await refused(`${ABC}  c\n${ABC}  ab\0c\n`, 2, "the name holds a NUL");
    await refused("", 1, "holds no digests");
    await refused("# SHA256SUMS\n\n  \n", 1, "holds no digests");
    for (const wrong of ["a\0b", "a\ud800"]) {
      await assertRejects(
        () => checkManifest(bytesOf(`${ABC}  c\n`), { engine, root: wrong }),
        RangeError,
        "Cannot hash files: a path",
      );
    }
    // Names that a walk never gives, each with one outcome.
    const names = ["c", "./c", "c/", "missing", "missing/", ".", "ab//", "//"];
    const text = names.map((name) => `${ABC}  ${name}\n`).join("");
    const found = await checkManifest(bytesOf(text), { engine, root });
    assertEquals([found.matching, found.differing], [2, []]);
    assertEquals(found.failures.map(({ message }) => message), [
      'Cannot read "c/": it is no folder',
      'Cannot read "missing": no such file',
      'Cannot read "missing/": no such file',
      'Cannot read ".": it is a directory',
      'Cannot read "ab//": it is no folder',
      'Cannot read "//": it is a directory',
    ]);
  },
);

testEngines(
  "checkClosely() says where every guess of the algorithm is wrong",
  async (engine) => {
    await using scratch = new Scratch();
    scratch.write("a", "abc");
    const options = { engine, root: scratch.path };
    const [wrong, right] = [`${"0".repeat(64)}  a\n`, `${ABC}  a\n`];
    const tagged = `BLAKE3 (a) = ${ABC}\n`;
    for (
      const [text, expected] of [
        [wrong, true],
        [wrong + tagged, true],
        [wrong + right, false],
        [tagged, false],
        [`${ABC}  missing\n`, false],
      ] as const
    ) {
      const found = await checkClosely(bytesOf(text), options);
      assertEquals(found.allGuessesDiffer, expected, text);
    }
    const named = { ...options, algorithm: "sha256" } as const;
    const { allGuessesDiffer } = await checkClosely(bytesOf(wrong), named);
    assertEquals(allGuessesDiffer, false);
  },
);

testEngines(
  "checkManifest() of a long manifest lets other tasks run",
  async (engine) => {
    await using scratch = new Scratch();
    scratch.write("a", "abc");
    const text = `${ABC}  a\n`.repeat(200_000);
    const manifest = bytesOf(text);
    let longest = 0;
    let before = performance.now();
    const timer = setInterval(() => {
      const now = performance.now();
      longest = Math.max(longest, now - before);
      before = now;
    }, 1);
    const options = { engine, root: scratch.path };
    const { matching } = await checkManifest(manifest, options);
    clearInterval(timer);
    assertEquals(matching, 200_000);
    // In one piece it is 700 ms and more; in slices 70, with the garbage.
    assert(longest < 300, `${longest} ms`);
  },
);

testEngines(
  "checkManifest() finds what differs and what is gone",
  async (engine) => {
    await using scratch = new Scratch();
    const { path: root } = scratch;
    const names = ["a", "b b", "c\nc", "d\\", "sub/😀"];
    for (const name of names) scratch.write(name, `of ${name}`);
    for (const algorithm of ALGORITHMS) {
      const { files } = await hashFiles(root, { engine, algorithm });
      const text = formatManifest(files);
      const relative = text.replaceAll(`  ${root}/`, "  ");
      for (
        const [manifest, options] of [[text, {}], [relative, { root }]] as const
      ) {
        const settings = { ...options, engine, algorithm };
        const result = await checkManifest(bytesOf(manifest), settings);
        assertEquals(result, { matching: 5, differing: [], failures: [] });
      }
    }
    const { files } = await hashFiles(root, { engine });
    const manifest = bytesOf(formatManifest(files).replaceAll(`${root}/`, ""));
    scratch.write("a", "of A");
    Deno.removeSync(`${root}/b b`);
    const told: number[] = [];
    const result = await checkManifest(manifest, {
      engine,
      root: `${root}/`,
      onProgress: ({ files, filesTotal }) => {
        told.push(files);
        assertEquals(filesTotal, 5);
      },
    });
    assertEquals([result.matching, result.differing], [3, ["a"]]);
    assertEquals(result.failures.map(({ message }) => message), [
      'Cannot read "b b": no such file',
    ]);
    assertEquals(told.at(-1), 5);
  },
);

testEngines(
  "checkManifest() takes each line's own algorithm",
  async (engine) => {
    await using scratch = new Scratch();
    scratch.write("a", "abc");
    const options = { engine, root: scratch.path };
    const manifest = [
      `SHA256 (a) = ${ABC}`,
      "BLAKE3 (a) = 6437b3ac38465133ffb63b75273a8db548c558465d79db03fd359c6cd5bd9d85",
      `${ABC}  a`,
      `BLAKE2b (a) = ${"0".repeat(128)}`,
    ];
    const result = await checkManifest(bytesOf(manifest.join("\n")), options);
    assertEquals(result, { matching: 3, differing: ["a"], failures: [] });
    const unclear = bytesOf(`${"0".repeat(40)}  a\n`);
    await assertRejects(
      () => checkManifest(unclear, options),
      ParseError,
      "a digest of 40 digits may be of several algorithms",
    );
    await assertRejects(
      () => checkManifest(unclear, { ...options, algorithm: "sha256" }),
      ParseError,
      "sha256 gives no digest of 40 digits",
    );
    const { differing } = await checkManifest(unclear, {
      ...options,
      algorithm: "blake2b",
    });
    assertEquals(differing, ["a"]);
  },
);

Deno.test("diffManifests() tells added, removed, changed and renamed", async () => {
  const text = (entries: Record<string, string>) =>
    bytesOf(
      Object.entries(entries).map(([path, digest]) => `${digest}  ${path}\n`)
        .join(""),
    );
  const diff = await diffManifests(
    text({
      same: "aa",
      moved: "bb",
      gone: "cc",
      other: "dd",
      twin1: "ee",
      twin2: "ee",
    }),
    text({
      same: "aa",
      there: "bb",
      fresh: "11",
      other: "22",
      "ﬀ": "ee",
      "😀": "ee",
      z: "ee",
    }),
  );
  assertEquals(diff, {
    added: ["fresh", "😀"],
    removed: ["gone"],
    changed: ["other"],
    renamed: [
      { from: "moved", to: "there" },
      { from: "twin1", to: "z" },
      { from: "twin2", to: "ﬀ" },
    ],
  });
  const twice = bytesOf("aa  x\nbb  x\n");
  const error = await assertRejects(
    () => diffManifests(twice, twice),
    ParseError,
    '"x" stands twice',
  );
  assertEquals(error.line, 2);
});

Deno.test("diffManifests() refuses digests that cannot be compared", async () => {
  const other = "0".repeat(64);
  for (
    const [older, newer, words] of [
      [
        `SHA256 (a) = ${ABC}\n`,
        `BLAKE3 (a) = ${other}\n`,
        '"a" is of sha256 in the old one and of blake3 in the new one',
      ],
      // The same digest, of something else.
      [`SHA256 (a) = ${ABC}\n`, `BLAKE3 (a) = ${ABC}\n`, '"a" is of sha256'],
      [
        `${ABC}  a\n`,
        `${ABC}${ABC}  a\n`,
        '"a" has a digest of 64 digits in the old one and of 128 in the new',
      ],
      [
        `BLAKE2b-256 (a) = ${ABC}\n`,
        `BLAKE2b (a) = ${ABC}${ABC}\n`,
        '"a" has a digest of 64 digits',
      ],
    ] as const
  ) {
    const error = await assertRejects(
      () => diffManifests(bytesOf(older), bytesOf(newer)),
      FastpathError,
      words,
    );
    assertEquals([error.code, error.details], ["INVALID_MANIFEST", {
      path: "a",
    }]);
  }
  // A line that does not say its algorithm goes with any of that length.
  const plain = await diffManifests(
    bytesOf(`SHA256 (a) = ${ABC}\nSHA256 (b) = ${ABC}\n`),
    bytesOf(`${ABC}  a\n${other}  b\n`),
  );
  assertEquals(plain.changed, ["b"]);
  const all = await diffManifests(bytesOf(""), bytesOf(`${ABC}  a\n`));
  assertEquals(all.added, ["a"]);
});
