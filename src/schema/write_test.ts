import { assertEquals, assertRejects } from "@std/assert";
import { testEngines } from "../../tests/_engines.ts";
import { FastpathError } from "../errors.ts";
import { Folder } from "./_folder.ts";
import { replaceFiles } from "./_replace_files.ts";
import { targetOf } from "./_targets.ts";
import { buildSchema, buildSchemaOf } from "./build.ts";
import { writeSchema, writeSchemaBuild } from "./write.ts";

const bytesOf = (text: string) => new TextEncoder().encode(text);

/** The names in a folder, sorted. */
function namesIn(path: string): string[] {
  return [...Deno.readDirSync(path)].map(({ name }) => name).sort();
}

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

testEngines("a schema is not written where its files lie", async (engine) => {
  using folder = new Folder({
    "db/10_a.sql": "-- @include parts/x.inc\n",
    "db/parts/x.inc": "x;",
    "db/env/prod/10_a.sql": "p;",
    "out": null,
  });
  const db = folder.at("db");
  Deno.symlinkSync(folder.at("db/10_a.sql"), folder.at("out/link"));
  Deno.symlinkSync(db, folder.at("out/folder"));
  Deno.symlinkSync(folder.at("db/late.sql"), folder.at("out/dangling"));
  const before = Deno.readTextFileSync(folder.at("db/10_a.sql"));
  const sources = ["db/10_a.sql", "db/parts/x.inc", "out/link"];
  const taken = [
    ...["db/s.sql", "db/deep/../s.sql", "db/env/prod/s.sql", "out/dangling"],
    ...["db/env/prod/10_a.sql", "out/folder/s.sql"],
  ];
  folder.write({ "db/deep/keep": "" });
  const refuse = async (path: string, words: string) => {
    for (
      const [output, manifestPath] of [
        [folder.at(path), null],
        [folder.at("out/s.sql"), folder.at(path)],
      ] as const
    ) {
      const { message } = await assertRejects(
        () => writeSchema(db, output, { engine, manifestPath }),
        RangeError,
        words,
      );
      assertEquals(message.slice(0, 21), "Cannot write schema: ");
    }
  };
  for (const path of sources) {
    await refuse(path, "built from; put it elsewhere or give it another");
  }
  for (const path of taken) {
    await refuse(path, "next build would take it for one of its files; put");
  }
  assertEquals(Deno.readTextFileSync(folder.at("db/10_a.sql")), before);
  assertEquals(namesIn(folder.at("out")), ["dangling", "folder", "link"]);
  // Below the folders, but nothing that a build takes.
  for (const path of ["db/schema.out", "db/.hidden/s.sql", "db/.s.sql"]) {
    folder.write({ "db/.hidden/keep": "" });
    await writeSchema(db, folder.at(path), { engine });
    const { manifest } = await buildSchema(db, { engine });
    assertEquals(manifest.files.length, 2);
  }
  await assertRejects(
    () =>
      writeSchema(db, folder.at("db/s.out"), {
        ...{ engine, extensions: [".sql", ".json"] },
      }),
    RangeError,
    "s.out.manifest.json",
  );
});

Deno.test("an included file that an environment's link leads to is safe", async () => {
  using folder = new Folder({
    "db/a.sql": "-- @include x.inc\n",
    "db/env/production/x.inc": "x;",
  });
  Deno.symlinkSync("production", folder.at("db/env/staging"));
  await assertRejects(
    () =>
      writeSchema(folder.at("db"), folder.at("db/env/production/x.inc"), {
        env: "staging",
      }),
    RangeError,
    "built from",
  );
});

Deno.test("a schema and its manifest do not share a place", async () => {
  using folder = new Folder({ "s.sql": "old" });
  Deno.symlinkSync("s.sql", folder.at("link"));
  const built = await buildSchemaOf([{ path: "a.sql", bytes: bytesOf("a") }]);
  for (const manifest of ["s.sql", "./s.sql", "link"]) {
    await assertRejects(
      () => writeSchemaBuild(built, folder.at("s.sql"), folder.at(manifest)),
      RangeError,
      "both the schema and its manifest",
    );
  }
  assertEquals(Deno.readTextFileSync(folder.at("s.sql")), "old");
});

Deno.test("writing a schema takes paths and schemas alone", async () => {
  using folder = new Folder({ "db/a.sql": "a" });
  const built = await buildSchemaOf([{ path: "a.sql", bytes: bytesOf("a") }]);
  const output = folder.at("s.sql");
  // deno-lint-ignore no-explicit-any
  const wrong: any[] = [5, "", {}, true];
  for (const value of wrong) {
    for (
      const call of [
        () => writeSchema(folder.at("db"), value),
        () => writeSchema(folder.at("db"), output, { manifestPath: value }),
        () => writeSchemaBuild(built, value),
        () => writeSchemaBuild(built, output, value),
        () => writeSchemaBuild(value, output),
      ]
    ) await assertRejects(call, TypeError, "Cannot write schema: ");
  }
  assertEquals(namesIn(folder.path), ["db"]);
});

testEngines(
  "a link is written where it leads, with its bits",
  async (engine) => {
    using folder = new Folder({ "db/a.sql": "a", "real/s.sql": "old" });
    Deno.chmodSync(folder.at("real/s.sql"), 0o640);
    Deno.symlinkSync("real/s.sql", folder.at("s.sql"));
    Deno.symlinkSync("real/later.json", folder.at("m.json"));
    const { bytes } = await writeSchema(folder.at("db"), folder.at("s.sql"), {
      ...{ engine, manifestPath: folder.at("m.json") },
    });
    assertEquals(Deno.readFileSync(folder.at("real/s.sql")), bytes);
    assertEquals(Deno.statSync(folder.at("real/s.sql")).mode! & 0o777, 0o640);
    assertEquals(namesIn(folder.at("real")), ["later.json", "s.sql"]);
    assertEquals(Deno.lstatSync(folder.at("s.sql")).isSymlink, true);
    assertEquals(Deno.lstatSync(folder.at("m.json")).isSymlink, true);
    // Bits that a new file never has.
    Deno.chmodSync(folder.at("real/s.sql"), 0o666);
    await writeSchema(folder.at("db"), folder.at("s.sql"), {
      ...{ engine, manifestPath: null },
    });
    assertEquals(Deno.statSync(folder.at("real/s.sql")).mode! & 0o777, 0o666);
    // A backslash is part of a name here.
    Deno.symlinkSync("real/new\\name.sql", folder.at("back\\slash"));
    await writeSchema(folder.at("db"), folder.at("back\\slash"), {
      ...{ engine, manifestPath: null },
    });
    assertEquals(Deno.readFileSync(folder.at("real/new\\name.sql")), bytes);
    Deno.symlinkSync("loop", folder.at("loop"));
    await assertRejects(
      () => writeSchema(folder.at("db"), folder.at("loop"), { engine }),
      FastpathError,
      "Cannot write",
    );
  },
);

testEngines("nothing is written if a place is no file", async (engine) => {
  using folder = new Folder({ "db/a.sql": "a", "out/dir.sql/keep": "" });
  const output = folder.at("out/dir.sql");
  const error = await assertRejects(
    () => writeSchema(folder.at("db"), output, { engine }),
    FastpathError,
    "it is a directory",
  );
  assertEquals(error.code, "OUTPUT_UNWRITABLE");
  const manifestPath = output;
  await assertRejects(
    () =>
      writeSchema(folder.at("db"), folder.at("s.sql"), {
        ...{ engine, manifestPath },
      }),
    FastpathError,
    "it is a directory",
  );
  await assertRejects(
    () => writeSchema(folder.at("db"), "/dev/null", { engine }),
    FastpathError,
    "it is no regular file",
  );
  assertEquals(namesIn(folder.at("out")), ["dir.sql"]);
  assertEquals(namesIn(folder.path), ["db", "out"]);
});

Deno.test("a file that cannot be renamed takes the others back", async () => {
  for (const old of ["old manifest", null]) {
    using folder = new Folder(old === null ? {} : { "m.json": old });
    const manifest = targetOf(folder.at("m.json"));
    const output = targetOf(folder.at("s.sql"));
    // It becomes a folder behind the look at it: the second rename fails.
    Deno.mkdirSync(folder.at("s.sql"));
    const error = await assertRejects(
      () =>
        replaceFiles([
          { target: manifest, bytes: bytesOf("new manifest") },
          { target: output, bytes: bytesOf("new schema") },
        ]),
      FastpathError,
      folder.at("s.sql"),
    );
    assertEquals(error.code, "OUTPUT_UNWRITABLE");
    if (old === null) assertEquals(namesIn(folder.path), ["s.sql"]);
    else {
      assertEquals(namesIn(folder.path), ["m.json", "s.sql"]);
      assertEquals(Deno.readTextFileSync(folder.at("m.json")), old);
    }
  }
});

Deno.test("a process that ends while it writes leaves nothing behind", async () => {
  using folder = new Folder({ "db/a.sql": "select 1;", "s.sql": "old" });
  const module = new URL("./mod.ts", import.meta.url);
  folder.write({
    "end.ts": `import { writeSchema } from "${module}";
      const { sync } = Deno.FsFile.prototype;
      let synced = 0;
      Deno.FsFile.prototype.sync = async function () {
        await sync.call(this);
        if (++synced === 2) await new Promise(() => Deno.exit(130));
      };
      await writeSchema("${folder.at("db")}", "${folder.at("s.sql")}");`,
  });
  const { code } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", folder.at("end.ts")],
  }).output();
  assertEquals(code, 130);
  assertEquals(namesIn(folder.path), ["db", "end.ts", "s.sql"]);
  assertEquals(Deno.readTextFileSync(folder.at("s.sql")), "old");
});
