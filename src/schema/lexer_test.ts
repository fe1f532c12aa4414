import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { nativeAvailable, testEngines } from "../../tests/_engines.ts";
import { ParseError } from "../errors.ts";
import { Folder } from "./_folder.ts";
import { buildSchema, buildSchemaOf } from "./build.ts";
import { schemaFaults } from "./faults.ts";
import { splitStatements } from "./statements.ts";

interface Vector {
  readonly sql: string;
  readonly ends?: readonly number[];
  readonly fault?: string;
  readonly at?: number;
}

/** A file of psql, and the marks in the statements that a server executed. */
interface PsqlVector {
  readonly sql: string;
  readonly sent: readonly string[];
}

function vectors<T>(name: string): T[] {
  const url = new URL(`../../tests/vectors/${name}.json`, import.meta.url);
  return JSON.parse(Deno.readTextFileSync(url));
}

const VECTORS = vectors<Vector>("sql_statements");
const PSQL_VECTORS = vectors<PsqlVector>("psql_statements");

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
  for (const { sql, ends, fault, at } of VECTORS) {
    const bytes = bytesOf(sql);
    if (fault !== undefined) {
      const error = assertThrows(
        () => splitStatements(bytes),
        ParseError,
        "",
        sql,
      );
      assertEquals(error.code, fault, sql);
      if (at !== undefined) assertEquals(error.byteOffset, at, sql);
      continue;
    }
    const found = splitStatements(bytes).map(({ end }) => end - 1)
      .filter((at) => bytes[at] === 0x3b);
    assertEquals(found, ends, sql);
  }
});

Deno.test("splitStatements() lists what a server executes of psql's files", () => {
  for (const { sql, sent } of PSQL_VECTORS) {
    const found = split(sql).filter(([kind]) => kind !== "meta")
      .map(([, , text]) => (text.match(/m\d+/g) ?? []).join(" "))
      .filter((marks) => marks !== "");
    assertEquals(found, sent, sql);
  }
});

/** The faults of files, by their names without an end. */
async function faultsOf(
  contents: readonly string[],
  engine: "native" | "typescript",
): Promise<FoundFault[]> {
  const found: FoundFault[] = [];
  for (let from = 0; from < contents.length; from += FILES_MAX) {
    const part = contents.slice(from, from + FILES_MAX);
    const faults = await faultsOfPart(part, engine);
    found.push(
      ...faults.map(([index, ...rest]) => [from + index, ...rest] as const),
    );
  }
  return found;
}

/** A build tells a thousand faults; the lexer finds one a file. */
const FILES_MAX = 1000;

/** File, code and byte. */
type FoundFault = readonly [number, string, number | undefined];

async function faultsOfPart(
  contents: readonly string[],
  engine: "native" | "typescript",
): Promise<FoundFault[]> {
  using folder = new Folder(Object.fromEntries(
    contents.map((
      sql,
      index,
    ) => [`${String(index).padStart(4, "0")}.sql`, sql]),
  ));
  try {
    await buildSchema(folder.path, { engine, crlf: "keep" });
  } catch (error) {
    return schemaFaults(error).map(({ path, code, byteOffset }) => [
      Number(path.slice(0, 4)),
      code,
      byteOffset,
    ]);
  }
  return [];
}

testEngines("a schema may have whatever psql reads", async (engine) => {
  // A server executed all of these, so nothing in them is left open.
  assertEquals(await faultsOf(PSQL_VECTORS.map(({ sql }) => sql), engine), []);
});

testEngines(
  "open parentheses and bodies are faults at a file's end",
  async (engine) => {
    const routine = "create function f() returns int language sql ";
    const cases: [string, string, string][] = [
      ["select (1;\ncreate table t (a int);", "UNCLOSED_PARENTHESIS", "(1"],
      // The first that was opened and not closed, not the last.
      ["select (1), (2, (3), (4;", "UNCLOSED_PARENTHESIS", "(2"],
      ["select 1); select (2", "UNCLOSED_PARENTHESIS", "(2"],
      // What psql sends with \\g is over, whatever it left open.
      ["select (1 \\g\nselect (2", "UNCLOSED_PARENTHESIS", "(2"],
      ["select (1 \\r\nselect (2", "UNCLOSED_PARENTHESIS", "(2"],
      [
        `${routine}begin atomic select 1;\ndrop table t;`,
        "UNCLOSED_BODY",
        "begin",
      ],
      [
        `${routine}begin atomic select case when true then 1; end;`,
        "UNCLOSED_BODY",
        "begin",
      ],
      [`${routine}begin atomic select (1; end;`, "UNCLOSED_PARENTHESIS", "(1"],
      ["\\copy t from stdin\n(\n", "UNCLOSED_COPY_DATA", "\\copy"],
      ["copy t from stdin \\g\n(\n", "UNCLOSED_COPY_DATA", "copy"],
      // psql: reached EOF without finding closing \endif(s).
      ["a;\n\\if :x\nb;\n", "UNCLOSED_IF", "\\if"],
      ["\\if 1\n\\if 2\n\\endif\n-- \\endif", "UNCLOSED_IF", "\\if 1"],
      ["\\if 1 \\endif \\if 2\n\\else\n1;", "UNCLOSED_IF", "\\if 2"],
      ["\\if 1\nselect (1;", "UNCLOSED_PARENTHESIS", "(1"],
    ];
    assertEquals(
      await faultsOf(cases.map(([sql]) => sql), engine),
      cases.map(([sql, code, mark], index) => [index, code, sql.indexOf(mark)]),
    );
    const legal = [
      "select 1); select (2)",
      "\\echo (\nselect 1",
      "select ')', '('",
      "-- (\n",
      'select $$($$ /* ( */ as "("',
      "create function begin() as 'begin';",
      // MySQL's routines have no ATOMIC, and END of another kind.
      "create procedure p() begin case x when 1 then a; end case; end;",
      "begin; end; begin;",
      "copy t from stdin",
      `${routine}begin atomic; end`,
      "\\endif\n\\else\n\\if 1\n\\elif 2\n\\else\n1;\n\\endif\n",
      "copy t from stdin;\n\\if 1\n\\.\n-- \\if\n'\\if'",
    ];
    assertEquals(await faultsOf(legal, engine), []);
  },
);

testEngines(
  "includes stand neither in data nor in psql's arguments",
  async (engine) => {
    const include = "-- @include missing.inc";
    const files = [
      `\\copy t from stdin\n${include}\n\\.\n`,
      `\\copy t from pstdin;\r\n${include}\n\\.\n`,
      `copy t from stdin \\g\n${include}\n\\.\n`,
      `copy t from stdin; copy t from stdin;\n\\.\n${include}\n\\.\n`,
    ];
    assertEquals(await faultsOf(files, engine), []);
    const after = [
      `\\copy t to stdout\n${include}\n`,
      `\\copy t from 'stdin'\n${include}\n`,
      `\\copy (select 1 from stdin) to stdout\n${include}\n`,
      `\\copy t from stdin\n\\.\n${include}\n`,
      `\\copy t from stdinx\n${include}\n`,
      `copy t from stdin \\gdesc\n${include}\n`,
      `copy t from stdin \\r\n${include}\n`,
      `select E'a' -- b\n${include}\n'it\\'s'`,
    ];
    assertEquals(
      (await faultsOf(after, engine)).map(([index, code]) => [index, code]),
      after.map((_, index) => [index, "INCLUDE_MISSING"]),
    );
  },
);

Deno.test("both engines say the same of random commands and data", async () => {
  const pieces = [
    ..."'\"`$;:()|\\\n\n\r e\t-/*".split(""),
    ...["E'", "--", "/*", "*/", "$$", "\\;", "\\:", "\\\\", "\\g", "\\r\n"],
    ...["\\gx |", "\\gdesc ", "\\echo ", "\\if ", "\\else ", "\\endif ", "\\!"],
    ...[
      "\\copy t from stdin",
      "copy t ",
      "from ",
      "stdin",
      "\n\\.\n",
      "\\bind ",
    ],
    ...[
      "create function f ",
      "begin ",
      "atomic ",
      "case ",
      "end ",
      "as ",
      ".end",
    ],
    ...["\n-- @include x\n", "'a'", "(1)", "select ", ";\n", "\\reset\n"],
  ];
  let state = 20_267;
  const next = (below: number) =>
    (state = state * 48_271 % 2_147_483_647) % below;
  const files = Array.from({ length: 3_000 }, () => {
    const length = next(18);
    return Array.from({ length }, () => pieces[next(pieces.length)]).join("");
  });
  const found = await faultsOf(files, "typescript");
  assertEquals(found.length > 500, true);
  if (nativeAvailable()) assertEquals(await faultsOf(files, "native"), found);
  // Statements stand one behind the other, in what is not left open.
  const faulty = new Set(found.map(([index]) => index));
  files.filter((_, index) => !faulty.has(index)).forEach((sql) => {
    let last = -1;
    for (const { start, end } of splitStatements(bytesOf(sql))) {
      assertEquals(start > last && end > start, true, sql);
      last = start;
    }
  });
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

Deno.test("splitStatements() reads a command of psql to its end, no further", () => {
  // What a server makes of such files is in the vectors; here are the spans.
  const texts = (sql: string) => split(sql).map(([, , text]) => text);
  assertEquals(texts("select 1 /* ; */ \\; -- c\n select 'a\nb';"), [
    ...["select 1", "select 'a\nb';"],
  ]);
  assertEquals(texts("select 'x'\\:\\:text; select '\n;';"), [
    ...["select 'x'\\:\\:text;", "select '\n;';"],
  ]);
  assertEquals(texts("\\pset format unaligned \\\\ select 1; select 2;"), [
    ...["\\pset format unaligned", "select 1;", "select 2;"],
  ]);
  assertEquals(texts("select $1 \\bind 5 \\g\nselect 2;"), [
    ...["select $1 \\bind 5 \\g", "select 2;"],
  ]);
  assertEquals(texts("select 1 \\; select 2 \\r\nselect 3;"), [
    ...["\\r", "select 3;"],
  ]);
  assertEquals(texts("copy t from stdin \\g \\\\ select 1;\n;\n\\.\nx"), [
    ...["copy t from stdin \\g", "select 1;", "x"],
  ]);
  // A carriage return alone is a space to psql.
  assertEquals(texts("\\echo it's\rselect 1;\r\nx"), [
    ...["\\echo it's\rselect 1;", "x"],
  ]);
  assertEquals(texts("; \\; /* a */ ;; select 1 ; ; \\;"), ["select 1 ;"]);
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

Deno.test("splitStatements() names objects as PostgreSQL's command tags do", () => {
  // The kinds are the tags of src/include/tcop/cmdtaglist.h, in lower case.
  const kinds: [string, string][] = [
    ["create materialized view v as select 1", "create materialized view"],
    ["create foreign table t (a int) server s", "create foreign table"],
    [
      "alter foreign data wrapper w options (a 'b')",
      "alter foreign data wrapper",
    ],
    ["drop event trigger e", "drop event trigger"],
    [
      "alter default privileges grant select on tables to r",
      "alter default privileges",
    ],
    [
      "create text search configuration c (copy = english)",
      "create text search configuration",
    ],
    ["drop text search dictionary d", "drop text search dictionary"],
    ["create user mapping for u server s", "create user mapping"],
    ["drop user mapping if exists for u server s", "drop user mapping"],
    // psql answers CREATE ROLE, ALTER ROLE and DROP ROLE to all of these.
    ["create user mapping", "create role"],
    ["create group g", "create role"],
    ["alter user u password 'p'", "alter role"],
    ["alter group g add user u", "alter role"],
    ["drop user if exists u", "drop role"],
    ["drop group g", "drop role"],
    [
      "create default conversion c for 'LATIN1' to 'UTF8' from f",
      "create conversion",
    ],
    ["create conversion c for 'LATIN1' to 'UTF8' from f", "create conversion"],
    ["create access method m type index handler h", "create access method"],
    [
      "create operator class c for type int using btree as storage int",
      "create operator class",
    ],
    ["create operator + (function = f)", "create operator"],
    ["alter large object 1 owner to r", "alter large object"],
    ["create or replace trusted procedural language l", "create language"],
    ["create constraint trigger c after insert on t", "create trigger"],
    ["comment on constraint c on t is 'x'", "comment constraint"],
    ["comment on materialized view v is 'x'", "comment materialized view"],
    ["create event e on schedule every 1 day", "create event"],
    // Quoted names and values are no words.
    ['"x"', "other"],
    ['drop "table"', "drop"],
    ["'select'", "other"],
    ["E'a'", "other"],
    ["(((select 1)))", "select"],
    [
      `create /* /* a */ view ${"x".repeat(600)} */ -- b\n table t ()`,
      "create table",
    ],
    [`/* ${"x".repeat(600)} */ drop view v`, "drop view"],
    ["\ufeffselect 1", "select"],
  ];
  for (const [sql, kind] of kinds) {
    assertEquals(split(`${sql};`).map(([kind]) => kind), [kind], sql);
  }
});

Deno.test("splitStatements() refuses what is not UTF-8, and says where", () => {
  const bytes = new Uint8Array([...bytesOf("select 1;\n  "), 0xff, 0x3b]);
  const error = assertThrows(() => splitStatements(bytes), ParseError);
  const { code, line, column, byteOffset } = error;
  assertEquals([code, line, column, byteOffset], ["INVALID_UTF8", 2, 3, 12]);
});

Deno.test("splitStatements() refuses NUL as a build does", async () => {
  const inputs: [string | Uint8Array, string, number, number, number][] = [
    ["\0", "NUL_BYTE", 1, 1, 0],
    ["\ufeffselect 1;\nse\0lect", "NUL_BYTE", 2, 3, 15],
    [Uint8Array.of(0x20, 0xff, 0), "INVALID_UTF8", 1, 2, 1],
    [Uint8Array.of(0x20, 0, 0xff), "NUL_BYTE", 1, 2, 1],
  ];
  for (const [input, code, line, column, byteOffset] of inputs) {
    const bytes = typeof input === "string"
      ? new TextEncoder().encode(input)
      : new Uint8Array(input);
    const found = assertThrows(() => splitStatements(bytes), ParseError);
    const place = { code, line, column, byteOffset };
    const told = { ...place, message: found.message };
    const own = [found.code, found.line, found.column, found.byteOffset];
    assertEquals(own, [code, line, column, byteOffset]);
    const error = await assertRejects(() =>
      buildSchemaOf([{ path: "a.sql", bytes }], { bom: "strip" })
    );
    assertEquals(schemaFaults(error), [{ path: "a.sql", ...told } as never]);
  }
});

Deno.test("splitStatements() leaves comments between statements out", () => {
  assertEquals(split("-- a\nselect 1 -- b\n/* c */ -- d\n"), [
    ["select", 2, "select 1"],
  ]);
  assertEquals(split("-- a\n/* b; */\n"), []);
});

Deno.test("splitStatements() takes time in proportion to its input", () => {
  for (
    const piece of [
      ...["$1", "a$", "'", "/*", "E'\\''\n", "$a$", "\\g\n", ";", "E'' -- \n"],
      ...[
        "\\a",
        "\\a 'b",
        "\\if ",
        "\\;",
        "\\r",
        "\\\\",
        "(",
        ")",
        "x\\;",
        "E''  ",
      ],
      ...["\\copy from ", "copy from stdin;", "copy from stdin\\;", "x \\r\\a"],
      ...["\\copy t from stdin\n", "\\copy t from stdin\n\\.\n", "create "],
    ]
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
