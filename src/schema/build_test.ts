import { assert, assertEquals, assertRejects } from "@std/assert";
import { testEngines } from "../../tests/_engines.ts";
import { assertSteady } from "../../tests/_steady.ts";
import { Folder, type Tree } from "./_folder.ts";
import { buildSchema, buildSchemaOf } from "./build.ts";
import { schemaFaults } from "./faults.ts";
import type { SchemaOptions } from "./options.ts";

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
const bytesOf = (content: string) => new TextEncoder().encode(content);

/** The schema of a tree of files, without its header. */
async function built(tree: Tree, options: SchemaOptions): Promise<string> {
  using folder = new Folder(tree);
  const { bytes } = await buildSchema(folder.path, {
    header: false,
    ...options,
  });
  return text(bytes);
}

/** Code, path, line and column of everything that is wrong. */
async function faultsOf(
  tree: Tree,
  options: SchemaOptions,
  prepare: (folder: Folder) => void = () => {},
): Promise<unknown[][]> {
  using folder = new Folder(tree);
  prepare(folder);
  const error = await assertRejects(() => buildSchema(folder.path, options));
  return schemaFaults(error).map(({ code, path, line, column }) =>
    line === undefined ? [code, path] : [code, path, line, column]
  );
}

/** Faults in the order of their paths, those of one path as they stand. */
function byPath(faults: (string | number)[][]): (string | number)[][] {
  return faults.sort((a, b) => a[1]! < b[1]! ? -1 : a[1]! > b[1]! ? 1 : 0);
}

testEngines(
  "buildSchema() orders by UTF-8 bytes, not UTF-16",
  async (engine) => {
    // U+FF5E comes before U+1F600 in UTF-8 and behind it in UTF-16.
    const names = ["a-b.sql", "a/b.sql", "B.sql", "\uff5e.sql", "😀.sql"];
    const tree = Object.fromEntries(names.toReversed().map((n) => [n, "x"]));
    assertEquals(
      await built(tree, { engine }),
      ["B.sql", "a-b.sql", "a/b.sql", "\uff5e.sql", "😀.sql"]
        .map((name) => `-- File: ${name}\nx\n`).join(""),
    );
  },
);

testEngines("buildSchema() orders numbers by value", async (engine) => {
  const tree = { "10_c.sql": "c", "9_b.sql": "b", "t2/1.sql": "d" };
  const options = { engine, separator: "none" } as const;
  assertEquals(
    await built(tree, { ...options, order: "natural" }),
    "b\nc\nd\n",
  );
  assertEquals(await built(tree, options), "c\nb\nd\n");
});

testEngines(
  "buildSchema() orders as by bytes where no numbers meet",
  async (engine) => {
    // "." and "/" come before digits; 2 is 02 and comes before 10.
    const expected = [
      "a/b.sql",
      "a1/b.sql",
      "a2/a.sql",
      "a02/b.sql",
      "a10/b.sql",
      "users.sql",
      "users2.sql",
      "users10.sql",
      "usersa.sql",
      "\uff5e1.sql",
      "😀1.sql",
    ];
    const tree = Object.fromEntries(expected.toReversed().map((n) => [n, "x"]));
    assertEquals(
      await built(tree, { engine, order: "natural" }),
      expected.map((name) => `-- File: ${name}\nx\n`).join(""),
    );
  },
);

testEngines("buildSchema() orders by hexadecimal prefixes", async (engine) => {
  const tree = { "z/0a_b.sql": "b", "y/00F_c.sql": "c", "x/9_a.sql": "a" };
  const options = { engine, separator: "none", order: "hex" } as const;
  assertEquals(await built(tree, options), "a\nb\nc\n");
  assertEquals(
    await faultsOf({ "a/0A_x.sql": "", "b/a_y.sql": "", "t.sql": "" }, options),
    [["DUPLICATE_PREFIX", "b/a_y.sql"], ["MISSING_PREFIX", "t.sql"]],
  );
});

testEngines("buildSchema() orders as a list says", async (engine) => {
  const tree = { "a.sql": "a", "b.sql": "b", "c.sql": "c" };
  const list = (...paths: string[]) =>
    ({ engine, separator: "none", order: "manifest", paths }) as const;
  assertEquals(
    await built(tree, list("c.sql", "a.sql", "b.sql")),
    "c\na\nb\n",
  );
  assertEquals(
    await faultsOf(tree, list("c.sql", "x.sql", "c.sql")),
    [
      ["NOT_LISTED", "a.sql"],
      ["NOT_LISTED", "b.sql"],
      ["LISTED_TWICE", "c.sql"],
      ["LISTED_MISSING", "x.sql"],
    ],
  );
});

testEngines(
  "buildSchema() puts exactly one LF between files",
  async (engine) => {
    const tree = {
      "1.sql": "a;",
      "2.sql": "b;\n\n\n",
      "3.sql": "",
      "4.sql": "\n\nc",
    };
    assertEquals(
      await built(tree, { engine, separator: "none" }),
      "a;\nb;\n\n\nc\n",
    );
  },
);

testEngines(
  "buildSchema() lays an environment over the files",
  async (engine) => {
    using folder = new Folder({
      "1_a.sql": "base a",
      "2_b.sql": "base b",
      "env/prod/2_b.sql": "prod b",
      "env/prod/3_c.sql": "prod c",
      "env/test/1_a.sql": "test a",
    });
    const options = { engine, header: false, separator: "none" } as const;
    const base = await buildSchema(folder.path, options);
    assertEquals(text(base.bytes), "base a\nbase b\n");
    const prod = await buildSchema(folder.path, { ...options, env: "prod" });
    assertEquals(text(prod.bytes), "base a\nprod b\nprod c\n");
    assertEquals(
      prod.manifest.files.map(({ path, overrides }) => [path, overrides]),
      [
        ["1_a.sql", undefined],
        ["env/prod/2_b.sql", "2_b.sql"],
        ["env/prod/3_c.sql", undefined],
      ],
    );
    await assertRejects(
      () => buildSchema(folder.path, { ...options, env: "none" }),
      RangeError,
      "no folder env/none in any folder given; there is prod, test",
    );
    for (const env of ["", "..", "a/b"]) {
      await assertRejects(
        () => buildSchema(folder.path, { ...options, env }),
        RangeError,
        "env",
      );
    }
  },
);

testEngines(
  "buildSchema() writes included files in place, once",
  async (engine) => {
    const tree = {
      "a.sql": "1;\n  -- @include parts/x.sql\n2;\n-- @include other.inc\n",
      "b.sql":
        "$$\n-- @include no.sql\n$$; -- @include no.sql\n/*\n-- @include no.sql\n*/",
      "parts/x.sql": "x;\n-- @include ./deep/y.sql",
      "parts/deep/y.sql": "y;\n",
      "other.inc": "o;",
      "env/prod/parts/deep/y.sql": "prod y;",
    };
    const options = { engine, separator: "none" } as const;
    const rest = "2;\no;\n" + tree["b.sql"] + "\n";
    assertEquals(await built(tree, options), `1;\nx;\ny;\n${rest}`);
    assertEquals(
      await built(tree, { ...options, env: "prod" }),
      `1;\nx;\nprod y;\n${rest}`,
    );
  },
);

testEngines(
  "buildSchema() refuses includes that lead astray",
  async (engine) => {
    assertEquals(
      await faultsOf(
        {
          "a.sql": "-- @include b.sql",
          "b.sql": "x;\n-- @include a.sql\n-- @include b.sql",
          "c.sql": "-- @include ../x.sql\n-- @include /etc/passwd\n-- @include",
          "d.sql": "-- @include none.sql\n-- @include link.sql",
        },
        { engine },
        (folder) => {
          Deno.symlinkSync("/etc/passwd", folder.at("link.sql"));
        },
      ),
      byPath([
        ["SYMLINK_ESCAPES", "link.sql"],
        ["INCLUDE_ESCAPES", "c.sql", 1, 13],
        ["INCLUDE_ESCAPES", "c.sql", 2, 13],
        ["INCLUDE_WITHOUT_PATH", "c.sql", 3, 12],
        ["INCLUDE_MISSING", "d.sql", 1, 13],
        ["INCLUDE_ESCAPES", "d.sql", 2, 13],
        ["INCLUDE_CYCLE", "b.sql", 2, 13],
        ["INCLUDE_CYCLE", "b.sql", 3, 13],
      ]),
    );
  },
);

testEngines("buildSchema() names every file that is wrong", async (engine) => {
  const bom = Uint8Array.of(0xef, 0xbb, 0xbf, 0x78, 0x0d, 0x0a);
  assertEquals(
    await faultsOf({
      "01_ok.sql": "select 1;",
      "02_quote.sql": "select 1;\nselect 'x",
      "03_tag.sql": "do $a$ $b$",
      "04_comment.sql": "/* /* */",
      "05_name.sql": 'select "x',
      "06_copy.sql": "copy t from stdin;\n1\n",
      "07_bytes.sql": Uint8Array.of(0x61, 0x0a, 0xff),
      "08_nul.sql": "a\0",
      "09_bom.sql": bom,
      "09_twice.sql": "",
      "é.sql": "",
      "e\u0301.sql": "",
      "line\nbreak.sql": "",
    }, { engine }),
    [
      ["UNCLOSED_QUOTE", "02_quote.sql", 2, 8],
      ["UNCLOSED_DOLLAR_QUOTE", "03_tag.sql", 1, 4],
      ["UNCLOSED_COMMENT", "04_comment.sql", 1, 1],
      ["UNCLOSED_IDENTIFIER", "05_name.sql", 1, 8],
      ["UNCLOSED_COPY_DATA", "06_copy.sql", 1, 1],
      ["INVALID_UTF8", "07_bytes.sql", 2, 1],
      ["NUL_BYTE", "08_nul.sql", 1, 2],
      ["BYTE_ORDER_MARK", "09_bom.sql", 1, 1],
      ["CARRIAGE_RETURN", "09_bom.sql", 1, 5],
      ["DUPLICATE_PREFIX", "09_twice.sql"],
      ["UNSAFE_NAME", "line\nbreak.sql"],
      ["NAME_COLLISION", "é.sql"],
    ],
  );
});

testEngines(
  "buildSchema() strips and converts where it may",
  async (engine) => {
    const tree = {
      "a.sql": "\ufeffselect 1;\r\n-- @include b.inc\r\nselect 2;\r\n\r\n",
      "b.inc": "\ufeffx\r\ny\rz",
    };
    const options = { engine, separator: "none", bom: "strip" } as const;
    assertEquals(
      await built(tree, { ...options, crlf: "lf" }),
      "select 1;\nx\ny\rz\nselect 2;\n",
    );
    assertEquals(
      await built(tree, { ...options, crlf: "keep" }),
      "select 1;\r\nx\r\ny\rz\nselect 2;\r\n",
    );
  },
);

testEngines(
  "buildSchema() refuses numbers that stand twice",
  async (engine) => {
    const tree = {
      "01_a/1.sql": "",
      "01_a/2.sql": "",
      "1_b/1.sql": "",
      "007_x.sql": "",
      "7_y.sql": "",
      "a/7_z.sql": "",
    };
    assertEquals(await faultsOf(tree, { engine }), [
      ["DUPLICATE_PREFIX", "1_b"],
      ["DUPLICATE_PREFIX", "7_y.sql"],
    ]);
    const allowed = { engine, duplicatePrefixes: "allow" } as const;
    await built(tree, allowed);
  },
);

testEngines(
  "buildSchema() names unreadable and special files",
  async (engine) => {
    const made = new Deno.Command("mkfifo", { args: ["/tmp"] });
    assertEquals(
      await faultsOf({ "a.sql": "", "dir/x.sql": "" }, { engine }, (folder) => {
        Deno.symlinkSync("nowhere.sql", folder.at("b.sql"));
        Deno.symlinkSync("dir", folder.at("loop"));
        Deno.symlinkSync("a.sql", folder.at("c.sql"));
        new Deno.Command("mkfifo", { args: [folder.at("d.sql")] }).outputSync();
      }),
      byPath([
        ["SYMLINK_TO_DIRECTORY", "loop"],
        ["SPECIAL_FILE", "d.sql"],
        ["UNREADABLE", "b.sql"],
      ]),
    );
    assert(made !== undefined);
  },
);

testEngines("buildSchema() names files of several folders", async (engine) => {
  using folder = new Folder({ "db/b/x.sql": "bx", "db/a/y.sql": "ay" });
  const { bytes } = await buildSchema([folder.at("db/b"), folder.at("db/a")], {
    ...{ engine, header: false },
  });
  assertEquals(text(bytes), "-- File: a/y.sql\nay\n-- File: b/x.sql\nbx\n");
  await assertRejects(
    () => buildSchema([folder.at("db"), folder.at("db/a")], { engine }),
    RangeError,
    "overlap",
  );
});

testEngines("buildSchema() writes separators and headers", async (engine) => {
  const tree = { "a.sql": "x" };
  const text = async (options: SchemaOptions) =>
    (await built(tree, { engine, ...options })).split("\n");
  assertEquals((await text({ separator: "block" }))[0], "/* File: a.sql */");
  assertEquals((await text({ separator: "mysql" }))[0], "# File: a.sql");
  assertEquals(
    (await text({ separatorText: "-- {path} $& {path}" }))[0],
    "-- a.sql $& a.sql",
  );
  const builtAt = new Date("2026-01-02T03:04:05Z");
  const [head] = await text({ header: true, builtAt });
  assert(/^-- Schema of 1 file, sha256 [0-9a-f]{64}, built at 2026-01-02T03/
    .test(head!));
});

testEngines(
  "buildSchema() gives the same bytes from any place",
  async (engine) => {
    using folder = new Folder({ "a/1.sql": "x", "b/2.sql": "y" });
    using other = new Folder({
      "deep/er/b/2.sql": "y",
      "deep/er/a/1.sql": "x",
    });
    const first = await buildSchema(folder.path, { engine });
    const second = await buildSchema(other.at("deep/er/"), { engine });
    assertEquals(first, second);
  },
);

testEngines(
  "a thousand builds in a row take the same time and memory",
  async (engine) => {
    const names = Array.from({ length: 20 }, (_, at) => `${at % 3}/${at}.sql`);
    const sql = "create table t (id int, note text default 'it''s');\n";
    using folder = new Folder(
      Object.fromEntries(names.map((name, at) => [name, sql.repeat(at)])),
    );
    await assertSteady(() => buildSchema(folder.path, { engine }));
  },
);

testEngines("buildSchema() wants a file at least", async (engine) => {
  const tree = { ".hidden.sql": "x", "notes.txt": "y", ".git/x.sql": "z" };
  assertEquals(await faultsOf(tree, { engine }), [["NO_FILES", "."]]);
  using folder = new Folder(tree);
  await assertRejects(
    () => buildSchema(folder.path, { engine, extensions: [".ddl", ".pg"] }),
    Error,
    '.: Cannot find files: no name ends in ".ddl" or ".pg"',
  );
  // What could not be read is told, not that nothing was there.
  const listed = { engine, order: "manifest", paths: ["a.sql"] } as const;
  assertEquals(await faultsOf(tree, listed), [
    ["NO_FILES", "."],
    ["LISTED_MISSING", "a.sql"],
  ]);
});

testEngines("buildSchema() can be stopped", async (engine) => {
  using folder = new Folder({ "a.sql": "x" });
  const signal = AbortSignal.abort(new Error("enough"));
  await assertRejects(
    () => buildSchema(folder.path, { engine, signal }),
    Error,
    "enough",
  );
});

Deno.test("buildSchema() refuses what is no folder and no option", async () => {
  await assertRejects(() => buildSchema([]), RangeError, "no folder");
  await assertRejects(() => buildSchema(7 as never), TypeError, "path");
  await assertRejects(() => buildSchema("nope"), Error, "no such file");
  await assertRejects(
    () => buildSchema(".", { order: "size" as never }),
    RangeError,
    "order must be one of bytes, natural, hex, manifest",
  );
  await assertRejects(
    () => buildSchema(".", { order: "manifest" }),
    RangeError,
    "need each other",
  );
  await assertRejects(
    () => buildSchema(".", { header: "no" as never }),
    TypeError,
    "header must be a boolean",
  );
});

Deno.test("buildSchemaOf() builds what buildSchema() does", async () => {
  const tree = {
    "1.sql": "-- @include x.inc\n",
    "x.inc": "x;",
    "2/3.sql": "y;\n",
    "env/prod/2/3.sql": "prod y;",
  };
  using folder = new Folder(tree);
  const files = Object.entries(tree).map(([path, content]) => ({
    path,
    bytes: bytesOf(content),
  }));
  for (const options of [{}, { env: "prod" }]) {
    assertEquals(
      await buildSchemaOf(files, options),
      await buildSchema(folder.path, options),
    );
  }
  const bytes = bytesOf("");
  for (const path of ["/a.sql", "../a.sql", "a//b.sql", "./a.sql", ""]) {
    await assertRejects(
      () => buildSchemaOf([{ path, bytes }]),
      RangeError,
      "plain path",
    );
  }
  await assertRejects(
    () => buildSchemaOf([{ path: "a", bytes }, { path: "a", bytes }]),
    RangeError,
    "given twice",
  );
});
