/** Small inputs that ask for much: includes, faults, and the event loop. */

import {
  assert,
  assertEquals,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import { bytesOf, type EngineName, testEngines } from "../../tests/_engines.ts";
import { ParseError } from "../errors.ts";
import { Folder, type Tree } from "./_folder.ts";
import { buildSchemaOfArchive } from "./archive.ts";
import { buildSchema, buildSchemaOf } from "./build.ts";
import { schemaFaults } from "./faults.ts";
import { whereInSchema } from "./where.ts";

const names = (count: number) =>
  Array.from(
    { length: count },
    (_, at) => `${String(at).padStart(3, "0")}.sql`,
  );

/** Files each of which includes the next one twice; the last is `last`. */
function doubling(count: number, last: string): Record<string, string> {
  const all = names(count);
  return Object.fromEntries(all.map((name, at) => {
    const next = all[at + 1];
    return [
      name,
      next === undefined ? last : `-- @include ${next}\n`.repeat(2),
    ];
  }));
}

/** What is wrong with a tree, as `code path message`. */
async function told(tree: Tree, engine: EngineName): Promise<string[]> {
  using folder = new Folder(tree);
  const error = await assertRejects(() => buildSchema(folder.path, { engine }));
  return schemaFaults(error).map(({ code, path, message }) =>
    `${code} ${path} ${message}`
  );
}

testEngines("includes may double 15 times, not 100", async (engine) => {
  // 2 + 4 + ... + 2**15 = 65,534 includes, and one with 16 doublings 131,070.
  using folder = new Folder(doubling(16, ""));
  const options = { engine, header: false, separator: "none" } as const;
  const { bytes } = await buildSchema(folder.path, options);
  assertEquals(bytes.length, 0);
  for (const last of ["", "x"]) {
    for (const count of [17, 100, 900]) {
      assertEquals(await told(doubling(count, last), engine), [
        "INCLUDE_TOO_LARGE 000.sql Cannot add file: the schema would have " +
        "more than 100000 included files, include less or split it",
      ]);
    }
  }
});

testEngines("the file that goes past the limit is named", async (engine) => {
  // Each top brings 40,000 included files: the third one is too much.
  const tree: Record<string, string> = { "x.inc": "" };
  for (const name of names(4)) tree[name] = "-- @include x.inc\n".repeat(4e4);
  const faults = await told(tree, engine);
  assertEquals(faults.map((fault) => fault.slice(0, 25)), [
    "INCLUDE_TOO_LARGE 002.sql",
  ]);
});

testEngines("a schema has a gibibyte at most", async (engine) => {
  // 99,000 times 11,000 bytes is 1.09 * 10**9, above 2**30.
  const tree = {
    "a.sql": "-- @include b.inc\n".repeat(99_000),
    "b.inc": "x".repeat(11_000),
  };
  assertEquals(await told(tree, engine), [
    "INCLUDE_TOO_LARGE a.sql Cannot add file: the schema would have more " +
    "than 1073741824 bytes, include less or split it",
  ]);
});

testEngines("faults are told up to a number", async (engine) => {
  const faults = await told({
    "a.sql": "-- @include nope\n".repeat(50_000),
    "b.sql": "'",
  }, engine);
  assertEquals(faults.length, 102);
  const missing = 'INCLUDE_MISSING a.sql Cannot include "nope": no such file';
  assertEquals(faults.slice(0, 100), Array(100).fill(missing));
  assertEquals(
    faults[100],
    "MORE_FAULTS a.sql Cannot tell all faults: there are 49900 more",
  );
  assertStringIncludes(faults[101]!, "UNCLOSED_QUOTE b.sql");
});

testEngines("a thousand faults are told in all", async (engine) => {
  const tree: Record<string, string> = {};
  for (const name of names(25)) tree[name] = "\n-- @include nope".repeat(60);
  using folder = new Folder(tree);
  const error = await assertRejects(() => buildSchema(folder.path, { engine }));
  // 25 times 60 faults are 1,500; the list ends in the 17th file.
  assertEquals(
    (error as Error).message,
    'Cannot build schema: 000.sql:2:13: Cannot include "nope": no such file, ' +
      "and 1499 more",
  );
  const faults = schemaFaults(error);
  assertEquals(faults.length, 1_001);
  const { path, line, column, byteOffset } = faults[999]!;
  // Line 41 lies behind 39 lines of 17 bytes and a line feed.
  const byte = 39 * 17 + 1 + 12;
  assertEquals([path, line, column, byteOffset], ["016.sql", 41, 13, byte]);
  assertEquals(faults[1_000], {
    code: "MORE_FAULTS",
    path: ".",
    message: "Cannot tell all faults: there are 500 more",
  });
});

testEngines("lines of many faults are counted once", async (engine) => {
  // 100 faults in 40 MB: counted from the front each time that took seconds.
  const line = `${"\n".repeat(400_000)}-- @include nope\n`;
  using folder = new Folder({ "a.sql": line.repeat(100) });
  const error = await assertRejects(() => buildSchema(folder.path, { engine }));
  const faults = schemaFaults(error);
  assertEquals(faults.map((fault) => fault.line).slice(0, 2), [
    400_001,
    800_002,
  ]);
  assertEquals(faults.at(-1)?.line, 40_000_100);
});

testEngines(
  "a lone CR ends an include's line, not the line",
  async (engine) => {
    using folder = new Folder({
      "a.sql": "-- @include b.inc\rselect 1;\nselect 2;\n",
      "b.inc": "b;",
    });
    const { bytes, manifest } = await buildSchema(folder.path, {
      ...{ engine, header: false, separator: "none" },
    });
    assertEquals(new TextDecoder().decode(bytes), "b;\nselect 1;\nselect 2;\n");
    assertEquals(
      [1, 2, 3].map((line) => whereInSchema(bytes, manifest, line)),
      [
        { path: "b.inc", line: 1 },
        { path: "a.sql", line: 1 },
        { path: "a.sql", line: 2 },
      ],
    );
  },
);

testEngines("a large build lets others run, and stops", async (engine) => {
  // 90 MB were copied and digested without a break, some 200 ms.
  const files = [
    { path: "a.sql", bytes: bytesOf("-- @include b.inc\n".repeat(900)) },
    { path: "b.inc", bytes: bytesOf("x".repeat(100_000)) },
  ];
  let ticks = 0;
  const timer = setInterval(() => ticks++, 1);
  const { bytes } = await buildSchemaOf(files, { engine });
  clearInterval(timer);
  assert(bytes.length > 90_000_000);
  assert(ticks >= 4, `others ran ${ticks} times`);
  const stop = new AbortController();
  setTimeout(() => stop.abort(new Error("enough")), 5);
  await assertRejects(
    () => buildSchemaOf(files, { engine, signal: stop.signal }),
    Error,
    "enough",
  );
});

/** A path below so many folders. */
const below = (folders: number) => `${"1_/".repeat(folders)}x.sql`;

testEngines("a file lies below 64 folders at most", async (engine) => {
  const options = { engine, header: false, env: "p" } as const;
  for (const prefix of ["", "env/p/"]) {
    // The folder of the environment must be there.
    const tree = { "env/p/y.sql": "y", [prefix + below(64)]: "x" };
    using folder = new Folder(tree);
    const ofFolder = await buildSchema(folder.path, options);
    const files = Object.entries(tree).map(([path, text]) => ({
      ...{ path, bytes: bytesOf(text) },
    }));
    assertEquals(await buildSchemaOf(files, options), ofFolder);
    const deep = prefix + below(65);
    folder.write({ [deep]: "x" });
    const error = await assertRejects(() => buildSchema(folder.path, options));
    assertStringIncludes((error as Error).message, "nested too deeply");
    await assertRejects(
      () => buildSchemaOf([...files, { path: deep, bytes: bytesOf("x") }]),
      RangeError,
      `Cannot build schema: "${deep}" lies below more than 64 folders`,
    );
  }
});

Deno.test("a path has 4,095 bytes at most", async () => {
  const build = (path: string) =>
    buildSchemaOf([{ path, bytes: bytesOf("x") }]);
  const { manifest } = await build(`a${"é".repeat(2_045)}.sql`);
  assertEquals(manifest.files.length, 1);
  await assertRejects(
    () => build(`ab${"é".repeat(2_045)}.sql`),
    RangeError,
    `Cannot build schema: "ab${"é".repeat(58)}…" is longer than 4095 bytes`,
  );
});

Deno.test("names of a form may not be as deep as they are long", async () => {
  // Every folder above a file was kept as a path: one of 30,000 took the
  // stack, and 400 of 2,500 each took 4 GB.
  const bodyOf = (paths: readonly string[]) =>
    bytesOf(
      `${
        paths.map((path) =>
          '--b\r\ncontent-disposition: form-data; name="f"; ' +
          `filename="${path}"\r\n\r\nx\r\n`
        ).join("")
      }--b--\r\n`,
    );
  const many = (count: number, folders: number) =>
    Array.from({ length: count }, (_, at) => `${at}_${at}/${below(folders)}`);
  const first = bodyOf(many(1, 1)).length - "--b--\r\n".length;
  for (const paths of [many(1, 20_000), many(400, 2_500)]) {
    const error = await assertRejects(
      () => buildSchemaOfArchive(bodyOf(["0_0/1_/x.sql", ...paths])),
      ParseError,
      "is longer than 4095 bytes",
    );
    assertEquals([error.code, error.byteOffset], ["INVALID_ARCHIVE", first]);
  }
  const error = await assertRejects(
    () => buildSchemaOfArchive(bodyOf(many(1, 64))),
    ParseError,
    "lies below more than 64 folders",
  );
  assertEquals(error.byteOffset, 0);
  const { manifest } = await buildSchemaOfArchive(bodyOf(many(4_000, 63)));
  assertEquals(manifest.files.length, 4_000);
});
