/** Manifests: their forms, checking files, comparing two of them. */

import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { bytesOf, testEngines } from "../../tests/_engines.ts";
import { Scratch } from "../../tests/_scratch.ts";
import { ParseError } from "../errors.ts";
import { formatManifest, hashFiles } from "./files.ts";
import { checkManifest, diffManifests } from "./manifests.ts";
import { manifestLine, parseManifest } from "./_manifest.ts";
import { ALGORITHMS } from "./_spec.ts";

const ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

Deno.test("parseManifest() reads both forms and their escapes", () => {
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
    `${ABC}  no end`,
  ].join("\n");
  const entries = parseManifest(bytesOf(text));
  assertEquals(entries.map(({ path, algorithm }) => [path, algorithm]), [
    ["plain", undefined],
    ["binary", undefined],
    [" two spaces", undefined],
    ["new\nline\\and\r", undefined],
    ["a (b) = c", "sha256"],
    ["x", "blake2b"],
    ["y", "blake3"],
    ["n\nl", "sha256"],
    ["no end", undefined],
  ]);
  assertEquals(entries.map(({ digest }) => digest), Array(9).fill(ABC));
  assertEquals(entries.at(3)?.where.line, 6);
});

Deno.test("parseManifest() says where a line is none", () => {
  const wrong: [string | Uint8Array<ArrayBuffer>, number, string][] = [
    [`${ABC}  a\nnothing\n`, 2, "expected a digest"],
    [`${ABC} a\n`, 1, "expected a digest"],
    [`${ABC}  \n`, 1, "expected a digest"],
    [`abc  a\n`, 1, "expected a digest"],
    [`SHA999 (a) = ${ABC}\n`, 1, "expected a digest"],
    [`BLAKE2b-512 (a) = ${ABC}\n`, 1, "expected a digest"],
    [`\n\\${ABC}  a\\x\n`, 2, "an escape"],
    [new Uint8Array([0x61, 0xFF]), 1, "not UTF-8"],
  ];
  for (const [text, line, words] of wrong) {
    const bytes = typeof text === "string" ? bytesOf(text) : text;
    const error = assertThrows(() => parseManifest(bytes), ParseError, words);
    assertEquals([error.line, error.column], [line, 1]);
  }
});

Deno.test("manifestLine() and parseManifest() are each other's inverse", () => {
  for (
    const name of ["a", " a ", "\\", "\\n", "\n", "\r\n", "a\\\nb", "😀", "*"]
  ) {
    const [entry] = parseManifest(bytesOf(manifestLine(ABC, name)));
    assertEquals([entry?.path, entry?.digest], [name, ABC]);
  }
});

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
