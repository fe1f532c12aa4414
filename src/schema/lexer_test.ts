import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { nativeAvailable } from "../../tests/_engines.ts";
import { ParseError } from "../errors.ts";
import { Folder } from "./_folder.ts";
import { buildSchema } from "./build.ts";
import { schemaFaults } from "./faults.ts";
import { splitStatements } from "./statements.ts";

interface Vector {
  readonly sql: string;
  readonly ends?: readonly number[];
  readonly fault?: string;
}

const VECTORS = JSON.parse(
  Deno.readTextFileSync(
    new URL("../../tests/vectors/sql_statements.json", import.meta.url),
  ),
) as Vector[];

const bytesOf = (text: string) => new TextEncoder().encode(text);

/** Kind, line and text of statements. */
function split(sql: string): [string, number, string][] {
  const bytes = bytesOf(sql);
  return splitStatements(bytes).map(({ start, end, line, kind }) => [
    kind,
    line,
    new TextDecoder().decode(bytes.subarray(start, end)),
  ]);
}

Deno.test("splitStatements() ends statements where PostgreSQL does", () => {
  for (const { sql, ends, fault } of VECTORS) {
    const bytes = bytesOf(sql);
    if (fault !== undefined) {
      const error = assertThrows(
        () => splitStatements(bytes),
        ParseError,
        "",
        sql,
      );
      assertEquals(error.code, fault, sql);
      continue;
    }
    const found = splitStatements(bytes).map(({ end }) => end - 1)
      .filter((at) => bytes[at] === 0x3b);
    assertEquals(found, ends, sql);
  }
});

Deno.test("both engines find the same open quotes in files", async () => {
  const tree = Object.fromEntries(VECTORS.map(({ sql }, index) => [
    `${String(index).padStart(4, "0")}.sql`,
    sql,
  ]));
  using folder = new Folder(tree);
  const faults = async (engine: "native" | "typescript") => {
    const options = { engine, crlf: "keep" } as const;
    const error = await assertRejects(() => buildSchema(folder.path, options));
    return schemaFaults(error);
  };
  const found = await faults("typescript");
  assertEquals(
    found.map(({ path, code }) => [Number(path.slice(0, 4)), code]),
    VECTORS.flatMap(({ fault }, index) =>
      fault === undefined ? [] : [[index, fault]]
    ),
  );
  if (nativeAvailable()) assertEquals(await faults("native"), found);
});

Deno.test("splitStatements() knows the commands of psql", () => {
  assertEquals(
    split(
      "\\echo it's\nselect 1 \\gexec\n\\copy t from 'x;y'\nselect 2\n\\g\nx",
    ),
    [
      ["meta", 1, "\\echo it's"],
      ["select", 2, "select 1 \\gexec"],
      ["meta", 3, "\\copy t from 'x;y'"],
      ["select", 4, "select 2\n\\g"],
      ["x", 6, "x"],
    ],
  );
});

Deno.test("splitStatements() keeps the data of COPY together", () => {
  const copy = "COPY t (a) FROM stdin WITH (FORMAT text);\nit's;\t1\n\\.\n";
  assertEquals(split(`${copy}select 1;`), [
    ["copy", 1, copy.trimEnd()],
    ["select", 4, "select 1;"],
  ]);
  assertEquals(split("copy t to stdout; copy t from 'stdin'; a;").length, 3);
});

Deno.test("splitStatements() says what a statement is", () => {
  const kinds = (sql: string) => split(sql).map(([kind]) => kind);
  assertEquals(
    kinds(
      "create or replace function f() returns int language sql as ''; " +
        "CREATE TEMP TABLE a(); create unique index i on a (x); " +
        "alter table a add b int; drop view v; comment on table a is 'x'; " +
        "/* first */ with x as (select 1) select 2; insert into a values (1)",
    ),
    [
      ...["create function", "create table", "create index", "alter table"],
      ...["drop view", "comment table", "with", "insert"],
    ],
  );
});

Deno.test("splitStatements() leaves comments between statements out", () => {
  assertEquals(split("-- a\nselect 1 -- b\n/* c */ -- d\n"), [
    ["select", 2, "select 1"],
  ]);
  assertEquals(split("-- a\n/* b; */\n"), []);
});

Deno.test("splitStatements() takes time in proportion to its input", () => {
  for (
    const piece of ["$1", "a$", "'", "/*", "E'\\''\n", "$a$", "\\g\n", ";"]
  ) {
    const bytes = bytesOf(piece.repeat(200_000));
    const start = performance.now();
    try {
      splitStatements(bytes);
    } catch (error) {
      if (!(error instanceof ParseError)) throw error;
    }
    // A quadratic scan of 200,000 pieces takes minutes.
    assertEquals(performance.now() - start < 5_000, true, piece);
  }
});
