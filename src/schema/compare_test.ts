import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { testEngines } from "../../tests/_engines.ts";
import { FastpathError } from "../errors.ts";
import { Folder } from "./_folder.ts";
import { buildSchema, buildSchemaOf } from "./build.ts";
import { checkSchema, diffSchemas, verifySchema } from "./compare.ts";
import {
  parseSchemaManifest,
  printSchemaManifest,
  type SchemaManifest,
} from "./manifest.ts";
import { whereInSchema } from "./where.ts";
import { writeSchema } from "./write.ts";

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
  assertEquals([1, 2, 3, 4, 5, 6, 7, 8].map(where), [
    ...[null, "a.sql:1", "a.sql:1", "a.sql:2"],
    ...["c.sql:1", "c.sql:1", "c.sql:1", null],
  ]);
  for (const line of [0, -1, 1.5, NaN]) {
    assertThrows(() => where(line), RangeError, "whole numbers from 1");
  }
  assertThrows(
    () => whereInSchema(bytesOf("x"), manifest, 1),
    RangeError,
    "build it again",
  );
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
});

testEngines("writeSchema() replaces all or nothing", async (engine) => {
  using folder = new Folder({ "db/a.sql": "select 1;" });
  const output = folder.at("schema.sql");
  const { bytes } = await writeSchema(folder.at("db"), output, { engine });
  assertEquals(Deno.readFileSync(output), bytes);
  const first = Deno.readTextFileSync(`${output}.manifest.json`);
  folder.write({ "db/b.sql": "select 'open" });
  await assertRejects(() => writeSchema(folder.at("db"), output, { engine }));
  assertEquals(Deno.readFileSync(output), bytes);
  assertEquals(Deno.readTextFileSync(`${output}.manifest.json`), first);
  const error = await assertRejects(
    () =>
      writeSchema(folder.at("db"), folder.at("none/schema.sql"), { engine }),
    FastpathError,
  );
  assertEquals(error.code, "SCHEMA_INVALID");
  folder.write({ "db/b.sql": "" });
  const missing = await assertRejects(
    () =>
      writeSchema(folder.at("db"), folder.at("none/schema.sql"), { engine }),
    FastpathError,
    "no such folder",
  );
  assertEquals(missing.code, "OUTPUT_UNWRITABLE");
  const names = [...Deno.readDirSync(folder.path)].map(({ name }) => name);
  assertEquals(names.sort(), ["db", "schema.sql", "schema.sql.manifest.json"]);
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
    const times: number[] = [];
    let rss = 0;
    for (let run = 0; run < 1_000; run++) {
      const start = performance.now();
      await buildSchema(folder.path, { engine });
      times.push(performance.now() - start);
      if (run === 500) rss = Deno.memoryUsage().rss;
    }
    const best = (from: number) => Math.min(...times.slice(from, from + 100));
    // The first hundred warm up; the fastest of each hundred are compared.
    assert(
      best(900) <= best(100) * 1.5,
      `${best(900)} ms after ${best(100)} ms`,
    );
    const grown = Deno.memoryUsage().rss - rss;
    assert(grown < 64e6, `${grown} bytes more in the last 500 builds`);
  },
);
