/** What folders hold that is no plain file, or changes while it is read. */

import { assertEquals, assertRejects } from "@std/assert";
import { bytesOf, testEngines } from "../../tests/_engines.ts";
import { readFileWhole } from "./_disk.ts";
import { Folder } from "./_folder.ts";
import { buildSchema, buildSchemaOf } from "./build.ts";
import { schemaFaults } from "./faults.ts";
import { parseSchemaManifest, printSchemaManifest } from "./manifest.ts";
import type { SchemaOptions } from "./options.ts";

/** Code, path and sentence of what is wrong. */
async function told(folder: string, options: SchemaOptions) {
  const error = await assertRejects(() => buildSchema(folder, options));
  return schemaFaults(error).map(({ code, path, message }) => [
    ...[code, path],
    message,
  ]);
}

/** Makes a file, or a folder with a file, whose name is these bytes. */
function makeOdd(folder: Folder, bytes: string, ending = ".sql"): void {
  const script = `n=$(printf '${bytes}'); printf x > "$n${ending}"`;
  const { success } = new Deno.Command("sh", {
    args: ["-c", script],
    cwd: folder.path,
    env: { LC_ALL: "C" },
  }).outputSync();
  assertEquals(success, true);
}

testEngines("a name that is not UTF-8 is a fault", async (engine) => {
  const reason = "Cannot read file: its name is not UTF-8";
  using folder = new Folder({ "a.sql": "a", "dir/c.sql": "c" });
  makeOdd(folder, "b\\377", ".txt");
  const plain = await buildSchema(folder.path, { engine });
  assertEquals(plain.manifest.files.length, 2);
  makeOdd(folder, "b\\377");
  Deno.renameSync(folder.at("dir"), folder.at("e"));
  const odd = ["UNREADABLE", "b\ufffd.sql", reason];
  assertEquals(await told(folder.path, { engine }), [odd]);
  // Its twin has U+FFFD in its name and is read; it must not hide the other.
  folder.write({ "b\ufffd.sql": "twin" });
  assertEquals(await told(folder.path, { engine }), [odd]);
  const { success } = new Deno.Command("sh", {
    args: ["-c", `mv e "$(printf 'd\\376')"; mkdir "$(printf '.\\376')"`],
    cwd: folder.path,
  }).outputSync();
  assertEquals(success, true);
  assertEquals(await told(folder.path, { engine }), [
    odd,
    ["UNREADABLE", "d\ufffd", reason],
  ]);
});

testEngines("a name with U+FFFD is a name", async (engine) => {
  using folder = new Folder({ "a\ufffd.sql": "a" });
  const { manifest } = await buildSchema(folder.path, { engine });
  assertEquals(manifest.files.map(({ path }) => path), ["a\ufffd.sql"]);
});

testEngines("hidden folders are left out in memory too", async (engine) => {
  const tree = {
    "a.sql": "-- @include .parts/x.sql",
    ".git/hooks/x.sql": "git",
    "b/.c/d.sql": "d",
    "b/.e.sql": "e",
    ".parts/x.sql": "part",
    "env/prod/.f/g.sql": "g",
    "env/prod/b.sql": "b",
  };
  using folder = new Folder(tree);
  const options = { engine, env: "prod" };
  const ofFolder = await buildSchema(folder.path, options);
  assertEquals(ofFolder.manifest.files.map(({ path }) => path), [
    ...["a.sql", ".parts/x.sql", "env/prod/b.sql"],
  ]);
  const encoder = new TextEncoder();
  const files = Object.entries(tree).map(([path, text]) => ({
    path,
    bytes: encoder.encode(text),
  }));
  assertEquals(await buildSchemaOf(files, options), ofFolder);
});

testEngines("an include may name a file of the environment", async (engine) => {
  // By its own path it is the file that stands in its place, and stands once.
  const tree = {
    "a.sql": "-- @include env/prod/b.sql\n-- @include b.sql\na;",
    "b.sql": "base b;",
    "d.sql": "-- @include env/test/b.sql\n-- @include env/prod/c.inc",
    "env/prod/b.sql": "prod b;",
    "env/prod/c.inc": "prod c;",
    "env/prod/env/prod/e.sql": "deep e;",
    "env/prod/f.sql": "-- @include env/prod/env/prod/e.sql",
    "env/test/b.sql": "test b;",
  };
  using folder = new Folder(tree);
  const options = { engine, header: false, env: "prod" } as const;
  const built = await buildSchema(folder.path, options);
  assertEquals(
    new TextDecoder().decode(built.bytes),
    "-- File: a.sql\nprod b;\nprod b;\na;\n" +
      "-- File: d.sql\ntest b;\nprod c;\n" +
      "-- File: env/prod/f.sql\ndeep e;\n",
  );
  // A manifest that lists a file twice is none.
  const { files } = parseSchemaManifest(printSchemaManifest(built.manifest));
  assertEquals(
    files.map(({ path, overrides }) => [path, overrides]),
    [
      ["a.sql", undefined],
      ["env/prod/b.sql", "b.sql"],
      ["d.sql", undefined],
      ["env/test/b.sql", undefined],
      ["env/prod/c.inc", undefined],
      ["env/prod/f.sql", undefined],
      ["env/prod/env/prod/e.sql", undefined],
    ],
  );
  const inMemory = Object.entries(tree).map(([path, text]) => ({
    ...{ path, bytes: bytesOf(text) },
  }));
  assertEquals(await buildSchemaOf(inMemory, options), built);
  // Without the environment its files are files like others.
  const base = await buildSchema(folder.path, { engine, header: false });
  assertEquals(
    new TextDecoder().decode(base.bytes),
    "-- File: a.sql\nprod b;\nbase b;\na;\n-- File: d.sql\ntest b;\nprod c;\n",
  );
});

testEngines(
  "an include leads on from the place of its file",
  async (engine) => {
    using folder = new Folder({
      "env/p/sub/z.sql": "-- @include ../x.inc",
      "x.inc": "x",
    });
    const options = {
      engine,
      env: "p",
      header: false,
      separator: "none",
    } as const;
    const { bytes } = await buildSchema(folder.path, options);
    assertEquals(new TextDecoder().decode(bytes), "x\n");
    folder.write({ "env/p/sub/z.sql": "-- @include ../../../x.inc" });
    assertEquals(await told(folder.path, options), [[
      "INCLUDE_ESCAPES",
      "env/p/sub/z.sql",
      'Cannot include "../../../x.inc": it leads out of the schema\'s folders ' +
      'from the place of this file, "sub/z.sql"',
    ]]);
  },
);

testEngines("an include names an environment of any folder", async (engine) => {
  using folder = new Folder({
    "a/env/p/q.sql": "p q;",
    "a/q.sql": "q;",
    "b/r.sql": "-- @include ../a/env/p/q.sql",
    "b/s.sql": "-- @include ../a/env/p/env/p/q.sql\n-- @include ../env/p/q.sql",
    "b/t.sql": "-- @include ../b/env/p/t.sql",
  });
  const folders = [folder.at("a"), folder.at("b")];
  const error = await assertRejects(() =>
    buildSchema(folders, { engine, env: "p" })
  );
  assertEquals(
    schemaFaults(error).map(({ code, path, line }) => [code, path, line]),
    [
      ["INCLUDE_MISSING", "b/s.sql", 1],
      ["INCLUDE_ESCAPES", "b/s.sql", 2],
      // The file without the environment's folder is not meant.
      ["INCLUDE_MISSING", "b/t.sql", 1],
    ],
  );
  folder.write({ "b/s.sql": "s;", "b/t.sql": "t;" });
  const { manifest } = await buildSchema(folders, { engine, env: "p" });
  assertEquals(
    manifest.files.map(({ path, included }) => [path, included]),
    [
      ["b/r.sql", undefined],
      ["a/env/p/q.sql", true],
      ["b/s.sql", undefined],
      ["b/t.sql", undefined],
    ],
  );
});

/** Runs with another `Deno.realPathSync`. */
async function withRealPath(
  replaced: (path: string, real: typeof Deno.realPathSync) => string,
  run: () => Promise<void>,
): Promise<void> {
  const original = Deno.realPathSync;
  Deno.realPathSync = (path) => replaced(String(path), original);
  try {
    await run();
  } finally {
    Deno.realPathSync = original;
  }
}

testEngines(
  "what vanishes while it is looked at is a fault",
  async (engine) => {
    using folder = new Folder({
      "a.sql": "-- @include x.inc\n-- @include ./x.inc",
      "env/prod/b.sql": "b",
      "x.inc": "x",
    });
    Deno.symlinkSync("x.inc", folder.at("l.sql"));
    const gone = (...ends: string[]) =>
      withRealPath(
        (path, real) => {
          if (!ends.some((end) => path.endsWith(end))) return real(path);
          throw new Deno.errors.NotFound("gone");
        },
        async () =>
          assertEquals(
            await told(folder.path, { engine, env: "prod" }),
            ends.map((
              end,
            ) => [
              "UNREADABLE",
              end.slice(1),
              "Cannot read file: no such file",
            ]),
          ),
      );
    await gone("/l.sql");
    await gone("/x.inc");
    await gone("/env/prod");
  },
);

testEngines("an unreadable folder of environments is none", async (engine) => {
  using folder = new Folder({ "a.sql": "a", "env/prod/a.sql": "b" });
  const original = Deno.readDirSync;
  Deno.readDirSync = (path) => {
    if (!String(path).endsWith("/env")) return original(path);
    throw new Deno.errors.PermissionDenied("closed");
  };
  try {
    await assertRejects(
      () => buildSchema(folder.path, { engine, env: "none" }),
      RangeError,
      "no folder env/none in any folder given",
    );
  } finally {
    Deno.readDirSync = original;
  }
});

Deno.test("readFileWhole() reads no file that was put in another's place", () => {
  using folder = new Folder({ "a": "a", "b": "b" });
  const replaceAfter = (change: () => void) => {
    const original = Deno.openSync;
    Deno.openSync = (path, options) => {
      change();
      return original(path, options);
    };
    try {
      return readFileWhole(folder.at("a"));
    } finally {
      Deno.openSync = original;
    }
  };
  assertEquals(replaceAfter(() => {}), new Uint8Array([0x61]));
  assertEquals(
    replaceAfter(() => Deno.renameSync(folder.at("b"), folder.at("a"))),
    null,
  );
  // A link, which is never read here: its target may lie anywhere.
  Deno.removeSync(folder.at("a"));
  Deno.symlinkSync("/etc/hostname", folder.at("a"));
  assertEquals(replaceAfter(() => {}), null);
});

Deno.test("readFileWhole() notices a file that loses its name", () => {
  using folder = new Folder({ "a": "a" });
  const original = Deno.openSync;
  Deno.openSync = (path, options) => {
    const file = original(path, options);
    const read = file.readSync.bind(file);
    let isThere = true;
    file.readSync = (buffer) => {
      if (isThere) Deno.removeSync(folder.at("a"));
      isThere = false;
      return read(buffer);
    };
    return file;
  };
  try {
    assertEquals(readFileWhole(folder.at("a")), null);
  } finally {
    Deno.openSync = original;
  }
});
