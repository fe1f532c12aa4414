import { createHash } from "node:crypto";
import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { testEngines } from "../../tests/_engines.ts";
import { assertSteady } from "../../tests/_steady.ts";
import { FastpathError } from "../errors.ts";
import { Folder } from "./_folder.ts";
import { buildSchema, buildSchemaOf } from "./build.ts";
import { checkSchema, diffSchemas, verifySchema } from "./compare.ts";
import { schemaFaults } from "./faults.ts";
import {
  parseSchemaManifest,
  printSchemaManifest,
  type SchemaManifest,
} from "./manifest.ts";
import type { SchemaOptions } from "./options.ts";
import { whereInSchema } from "./where.ts";

const bytesOf = (text: string) => new TextEncoder().encode(text);

async function manifestOf(
  files: Record<string, string>,
): Promise<SchemaManifest> {
  const list = Object.entries(files).map(([path, text]) => ({
    path,
    bytes: bytesOf(text),
  }));
  return (await buildSchemaOf(list)).manifest;
}

Deno.test("the digest of files is what the docs say", async () => {
  const manifest = await manifestOf({ "é.sql": "x", "a.sql": "select 1;\n" });
  // Python: hashlib over b"fp1:schema\n", struct.pack("<Q") and digests.
  assertEquals(
    manifest.digest,
    "46e42a28191a59ba6a1a4bc223881ac13f2ae1f4122a011c973e2b6fc86e4ba7",
  );
});

Deno.test("diffSchemas() pairs files of the same bytes", async () => {
  const before = await manifestOf({
    ...{ "a.sql": "same", "b.sql": "old", "c.sql": "moved" },
    ...{ "d.sql": "twin", "e.sql": "twin", "f.sql": "gone" },
  });
  const after = await manifestOf({
    ...{ "a.sql": "same", "b.sql": "new", "x/c.sql": "moved" },
    ...{ "y.sql": "twin", "z.sql": "fresh" },
  });
  assertEquals(diffSchemas(before, after), {
    isSame: false,
    added: ["z.sql"],
    removed: ["e.sql", "f.sql"],
    changed: ["b.sql"],
    renamed: [{ from: "c.sql", to: "x/c.sql" }, { from: "d.sql", to: "y.sql" }],
  });
  assertEquals(diffSchemas(before, before).changed, []);
});

testEngines(
  "checkSchema() sees files, order and environment",
  async (engine) => {
    using folder = new Folder({
      "1.sql": "a;",
      "2.sql": "b;",
      "env/prod/2.sql": "c;",
    });
    const { manifest } = await buildSchema(folder.path, {
      engine,
      env: "prod",
    });
    const check = () => checkSchema(folder.path, manifest, { engine });
    assertEquals((await check()).isSame, true);
    folder.write({ "2.sql": "hidden by prod;" });
    assertEquals((await check()).isSame, true);
    folder.write({ "env/prod/2.sql": "changed;", "3.sql": "new;" });
    const { isSame, changed, added } = await check();
    assertEquals([isSame, changed, added], [
      false,
      ["env/prod/2.sql"],
      ["3.sql"],
    ]);
  },
);

Deno.test("verifySchema() names the first file that was edited", async () => {
  const files = ["a", "b", "c"].map((name) => ({
    path: `${name}.sql`,
    bytes: bytesOf(`select '${name}';\n\n`),
  }));
  const { bytes, manifest } = await buildSchemaOf(files);
  assertEquals(verifySchema(bytes, manifest), {
    isSame: true,
    firstChanged: null,
  });
  const edited = bytesOf(
    new TextDecoder().decode(bytes).replace("'b'", "'beta'"),
  );
  assertEquals(verifySchema(edited, manifest).firstChanged, "b.sql");
  assertEquals(verifySchema(bytes.subarray(0, 90), manifest).isSame, false);
});

/** SHA-256 by Node's own means. */
function sha256(text: string | Uint8Array): string {
  return createHash("sha256").update(text).digest("hex");
}

testEngines(
  "bytes that are not the file's have their own digest, and edits a name",
  async (engine) => {
    const { bytes, manifest } = await buildSchemaOf([
      { path: "0.sql", bytes: bytesOf("\ufeffselect 0;") },
      { path: "1.sql", bytes: bytesOf("select\r\n1;\r\n") },
      { path: "2.sql", bytes: bytesOf(`select 2;${"\n".repeat(66)}`) },
      { path: "3.sql", bytes: bytesOf("a3;\n-- @include x.inc\nz3;") },
      { path: "4.sql", bytes: bytesOf("a4;\n-- @include x.inc\n") },
      { path: "5.sql", bytes: bytesOf(`select 5;${"\n".repeat(65)}`) },
      { path: "6.sql", bytes: bytesOf("select 6;") },
      { path: "7.sql", bytes: bytesOf("\n\n") },
      { path: "x.inc", bytes: bytesOf("select 'x';\r\n") },
    ], { engine, bom: "strip", crlf: "lf", separator: "none" });
    const text = new TextDecoder().decode(bytes);
    const by = new Map(manifest.files.map((file) => [file.path, file]));
    const emitted = (path: string) => {
      const { emitted, ranges } = by.get(path)!;
      return ranges?.map((range) => range.emitted) ?? emitted;
    };
    assertEquals(emitted("0.sql"), sha256("select 0;\n"));
    assertEquals(emitted("1.sql"), sha256("select\n1;\n"));
    assertEquals(emitted("2.sql"), sha256("select 2;\n"));
    assertEquals(emitted("3.sql"), [sha256("a3;\n"), sha256("z3;\n")]);
    assertEquals(emitted("4.sql"), sha256("a4;\n"));
    for (const plain of ["5.sql", "6.sql", "7.sql"]) {
      assertEquals(emitted(plain), undefined);
    }
    const x = sha256("select 'x';\n");
    assertEquals(emitted("x.inc"), [x, x]);
    // Every edit, of the same length, shorter and longer, names its file.
    const edits = {
      ...{ "select 0": "0.sql", "select\n1": "1.sql", "select 2": "2.sql" },
      ...{ "a3;": "3.sql", "z3;": "3.sql", "a4;": "4.sql" },
      ...{ "select 5": "5.sql", "select 6": "6.sql", "select 'x'": "x.inc" },
    };
    for (const [old, path] of Object.entries(edits)) {
      for (const edit of [old.slice(1), `b${old.slice(1)}`, `bb${old}`]) {
        const edited = bytesOf(text.replace(old, edit));
        assertEquals(verifySchema(edited, manifest), {
          isSame: false,
          firstChanged: path,
        }, `${JSON.stringify(old)} became ${JSON.stringify(edit)}`);
      }
    }
    // The last line feed of a file that has none is checked as well.
    const spaced = text.replace("select 6;\n", "select 6; ");
    assertEquals(verifySchema(bytesOf(spaced), manifest).firstChanged, "6.sql");
  },
);

Deno.test("edits of the header and of separators name no file", async () => {
  const files = ["a", "b", "c"].map((name) => ({
    path: `${name}.sql`,
    bytes: bytesOf(name === "b" ? "" : `select '${name}';\n`),
  }));
  for (const separatorText of [undefined, "-- one\n-- {path}"]) {
    const { bytes, manifest } = await buildSchemaOf(files, {
      ...(separatorText === undefined ? {} : { separatorText }),
    });
    const text = new TextDecoder().decode(bytes);
    const named = (from: string, to: string) =>
      verifySchema(bytesOf(text.replace(from, to)), manifest).firstChanged;
    assertEquals(named("-- Schema", "-- A Schema"), null);
    assertEquals(named("-- Schema", "-- schema"), null);
    assertEquals(named("b.sql", "beta.sql"), null);
    assertEquals(named("c.sql", "c"), null);
    // Lines that are new belong to the file that they stand before.
    assertEquals(named("select 'a'", "drop a;\nselect 'a'"), "a.sql");
    assertEquals(named("select 'c'", "drop c;\nselect 'c'"), "c.sql");
    assertEquals(named("'a';\n", "'a';\ndrop b;\n"), "c.sql");
  }
});

Deno.test("verifySchema() asks for no memory that a manifest names", async () => {
  const { bytes, manifest } = await buildSchemaOf([
    { path: "a.sql", bytes: bytesOf("select 1;") },
  ]);
  const files = [{ ...manifest.files[0]!, size: 2 ** 52 }];
  const output = { ...manifest.output, digest: "0".repeat(64) };
  const found = verifySchema(bytes, { ...manifest, output, files });
  // More than 64 line feeds are never left out without a digest of their own.
  assertEquals(found, { isSame: false, firstChanged: "a.sql" });
});

testEngines(
  "a manifest tells files that only others include",
  async (engine) => {
    using folder = new Folder({
      "b.sql": "-- @include parts/x.sql\nb;",
      "a.sql": "a;",
      "parts/x.sql": "x;",
    });
    const order = "manifest";
    const { manifest } = await buildSchema(folder.path, {
      ...{ engine, order, paths: ["b.sql", "a.sql"] },
    });
    assertEquals(manifest.files.map(({ path, included }) => [path, included]), [
      ["b.sql", undefined],
      ["parts/x.sql", true],
      ["a.sql", undefined],
    ]);
    const check = () => checkSchema(folder.path, manifest, { engine });
    assertEquals((await check()).isSame, true);
    folder.write({ "c.sql": "c;" });
    Deno.removeSync(folder.at("a.sql"));
    assertEquals(await check(), {
      ...{ isSame: false, added: ["c.sql"], removed: ["a.sql"] },
      ...{ changed: [], renamed: [] },
    });
    // What another file includes now is in no list, but still there.
    folder.write({ "c.sql": "-- @include d.sql", "d.sql": "d;" });
    const paths = ["b.sql", "c.sql"];
    const built = await buildSchema(folder.path, { engine, order, paths });
    folder.write({ "b.sql": "-- @include parts/x.sql\n-- @include c.sql" });
    assertEquals(await checkSchema(folder.path, built.manifest, { engine }), {
      ...{ isSame: false, added: [], removed: [] },
      ...{ changed: ["b.sql"], renamed: [] },
    });
    folder.write({ "b.sql": "-- @include parts/x.sql\nb;", "c.sql": "c;" });
    Deno.removeSync(folder.at("d.sql"));
    // A list that is given is meant as it stands.
    const given = { engine, order, paths: ["b.sql"] } as const;
    await assertRejects(() => checkSchema(folder.path, manifest, given));
    folder.write({ "d.sql": "select 'open" });
    const error = await assertRejects(check);
    assertEquals(schemaFaults(error).map(({ path }) => path), ["d.sql"]);
  },
);

testEngines(
  "checkSchema() takes another order than a list's",
  async (engine) => {
    using folder = new Folder({ "1_a.sql": "a;", "2_b.sql": "b;" });
    const nothing = { added: [], removed: [], changed: [], renamed: [] };
    const orders = ["bytes", "natural", "hex"] as const;
    for (const paths of [["1_a.sql", "2_b.sql"], ["2_b.sql", "1_a.sql"]]) {
      const { manifest } = await buildSchema(folder.path, {
        ...{ engine, order: "manifest", paths },
      });
      // Every other order is that of the numbers.
      const isSame = paths[0] === "1_a.sql";
      for (const order of orders) {
        assertEquals(
          await checkSchema(folder.path, manifest, { engine, order }),
          { isSame, ...nothing },
        );
      }
      const again = { engine, order: "manifest" } as const;
      assertEquals(await checkSchema(folder.path, manifest, again), {
        ...{ isSame: true, ...nothing },
      });
    }
  },
);

Deno.test("diffSchemas() tells when only order or options differ", async () => {
  const files = ["1_a.sql", "02_b.sql"].map((path) => ({
    ...{ path, bytes: bytesOf(path) },
  }));
  const base = (await buildSchemaOf(files)).manifest;
  const nothing = { added: [], removed: [], changed: [], renamed: [] };
  assertEquals(diffSchemas(base, base), { isSame: true, ...nothing });
  for (
    const options of [{ order: "natural" }, { header: false }] as const
  ) {
    const other = (await buildSchemaOf(files, options)).manifest;
    assertEquals(diffSchemas(base, other), { isSame: false, ...nothing });
  }
});

testEngines(
  "checkSchema() builds with the manifest's options",
  async (engine) => {
    using folder = new Folder({
      "db/1_a.txt": "\ufeffa;\r\n",
      "db/1_b.txt": "b;",
    });
    const options: SchemaOptions = {
      ...{ header: false, separatorText: "-- {path}", extensions: [".txt"] },
      bom: "strip",
      crlf: "lf",
      meta: "error",
      duplicatePrefixes: "allow",
    };
    const db = folder.at("db");
    const { manifest } = await buildSchema(db, {
      ...{ ...options, engine, order: "natural" },
    });
    assertEquals(manifest.options, options);
    assertEquals((await checkSchema(db, manifest, { engine })).isSame, true);
    const isSame = async (given: SchemaOptions) =>
      (await checkSchema(db, manifest, { engine, ...given })).isSame;
    assertEquals(await isSame({ header: true }), false);
    assertEquals(await isSame({ separator: "none" }), false);
    assertEquals(await isSame({ separatorText: "-- {path}" }), true);
    const absent = { order: undefined, env: undefined, crlf: undefined };
    assertEquals(await isSame(absent as unknown as SchemaOptions), true);
    // A time is none of the files' business, and defaults are not recorded.
    const plain = await buildSchemaOf(
      [{ path: "a.sql", bytes: bytesOf("a") }],
      {
        builtAt: new Date(0),
      },
    );
    assertEquals("options" in plain.manifest, false);
  },
);

Deno.test("whereInSchema() knows headers, separators and the end", async () => {
  const { bytes, manifest } = await buildSchemaOf([
    { path: "a.sql", bytes: bytesOf("1\n2\n") },
    { path: "b.sql", bytes: bytesOf("") },
    { path: "c.sql", bytes: bytesOf("3") },
  ]);
  const where = (line: number) => {
    const place = whereInSchema(bytes, manifest, line);
    return place && `${place.path}:${place.line}`;
  };
  // The header, a separator, two lines of a, two separators, one line of c.
  assertEquals([1, 2, 3, 4, 5, 6, 7, 8].map(where), [
    ...[null, null, "a.sql:1", "a.sql:2"],
    ...[null, null, "c.sql:1", null],
  ]);
  for (const line of [0, -1, 1.5, NaN]) {
    assertThrows(() => where(line), RangeError, "whole numbers from 1");
  }
  const edited = bytes.slice();
  edited[edited.length - 2] = 0x34;
  for (const other of [bytesOf("x"), edited]) {
    assertThrows(
      () => whereInSchema(other, manifest, 1),
      RangeError,
      "build it again",
    );
  }
});

Deno.test("a manifest is read as it was printed", async () => {
  const manifest = await manifestOf({
    "a.sql": "-- @include b.sql\nx",
    "b.sql": "y",
  });
  const bytes = printSchemaManifest(manifest);
  assertEquals(parseSchemaManifest(bytes), manifest);
  assertEquals(JSON.parse(new TextDecoder().decode(bytes)), manifest);
});

Deno.test("parseSchemaManifest() refuses what is no manifest", async () => {
  const manifest = await manifestOf({ "a.sql": "x" });
  const refuse = (value: unknown, words: string) => {
    const text = typeof value === "string" ? value : JSON.stringify(value);
    const error = assertThrows(
      () => parseSchemaManifest(bytesOf(text)),
      FastpathError,
      words,
    );
    assertEquals(error.code, "INVALID_MANIFEST");
  };
  refuse("{", "not JSON");
  refuse(null, "version");
  refuse({ ...manifest, version: 2 }, "version");
  refuse({ ...manifest, digest: "abc" }, "digest");
  refuse({ ...manifest, output: {} }, "digest");
  refuse({ ...manifest, files: {} }, "files");
  refuse({ ...manifest, files: [null] }, "file 1");
  refuse(
    { ...manifest, files: [{ ...manifest.files[0], size: -1 }] },
    "file 1",
  );
  const first = { ...manifest.files[0]! };
  for (
    const wrong of [
      { included: false },
      { overrides: 1 },
      { emitted: "abc" },
      { start: first.end + 1 },
      { end: manifest.output.size + 1 },
      { ranges: [{ start: 0, end: 1, line: 1 }] },
    ]
  ) refuse({ ...manifest, files: [{ ...first, ...wrong }] }, "file 1");
  refuse({ ...manifest, files: [first, first] }, '"a.sql" is listed twice');
  refuse({ ...manifest, order: "zzz" }, "order must be one of");
  refuse({ ...manifest, order: undefined }, "order or environment");
  refuse({ ...manifest, env: 5 }, "env must be");
  refuse({ ...manifest, output: { ...manifest.output, size: "x" } }, "size");
  refuse({ ...manifest, options: { crlf: "no" } }, "crlf must be one of");
  refuse({ ...manifest, options: 5 }, "options are no object");
});

Deno.test("what is no manifest and no bytes is a TypeError", async () => {
  const { bytes, manifest } = await buildSchemaOf([
    { path: "a.sql", bytes: bytesOf("x") },
  ]);
  // deno-lint-ignore no-explicit-any
  const wrong: any[] = [null, undefined, "text", 5, {}, { version: 1 }];
  for (const value of wrong) {
    for (
      const call of [
        () => verifySchema(bytes, value),
        () => verifySchema(value, manifest),
        () => diffSchemas(value, manifest),
        () => diffSchemas(manifest, value),
        () => whereInSchema(value, manifest, 1),
        () => whereInSchema(bytes, value, 1),
        () => parseSchemaManifest(value),
      ]
    ) assertThrows(call, TypeError, "expected a");
    await assertRejects(
      () => checkSchema(".", value),
      TypeError,
      "expected a manifest",
    );
  }
  for (const options of [null, "text", 5] as unknown as SchemaOptions[]) {
    await assertRejects(
      () => checkSchema(".", manifest, options),
      TypeError,
      "options must be an object",
    );
  }
});

testEngines(
  "buildSchema() takes the same time after 1,000 builds",
  async (engine) => {
    const tree = Object.fromEntries(
      Array.from({ length: 20 }, (_, index) => [
        `${index}_t.sql`,
        `create table t${index} (id int);\n`.repeat(20),
      ]),
    );
    using folder = new Folder(tree);
    await assertSteady(() => buildSchema(folder.path, { engine }));
  },
);
