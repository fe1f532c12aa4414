/** A schema of 300 files on a real PostgreSQL: built twice, applied twice. */

import { assertEquals } from "@std/assert";
import { Postgres } from "../../tools/servers/postgres.ts";
import { splitStatements } from "../../src/schema/statements.ts";
import { Folder } from "../../src/schema/_folder.ts";
import { cli } from "../_cli.ts";

const FILES = 300;

/** Every kind of statement that could be cut at the wrong place. */
function contentOf(index: number): string {
  const table = `t${index}`;
  const before = index === 0 ? "" : ` references t${index - 1}`;
  switch (index % 6) {
    case 1:
      return `create table ${table} (id int primary key${before});\n` +
        `create function f${index}() returns int language plpgsql as $body$\n` +
        "begin\n  -- it's; a comment\n  return 1;\nend;\n$body$;\n";
    case 2:
      return `create table ${table} (id int primary key${before});\n` +
        `create function a${index}(x int) returns int language sql\n` +
        "begin atomic\n  select case when x > 0 then 1 else 2 end;\nend;\n";
    case 3:
      return `create table ${table} (id int primary key${before},\n` +
        `  note text default 'it''s; "quoted"', "odd;name" text);\n` +
        `comment on table ${table} is E'a\\'b;\\n';`;
    case 4:
      return `create table ${table} (id int primary key${before});\n` +
        `-- @include ../shared/rule.inc\n` +
        `create rule r as on insert to ${table}\n` +
        `  do also (select 1; select 2);\n/* /* nested; */ */\n\n`;
    case 5:
      return `create table ${table} (id int primary key${before});\n` +
        `do $$ begin perform 'größe; 日本'; end $$`.concat(";");
    default:
      return `create table ${table} (id int primary key${before});\n` +
        (index === 0 ? "insert into t0 values (1);" : "");
  }
}

function tree(): Record<string, string> {
  const files: Record<string, string> = {
    "shared/rule.inc": "select 1;\n",
    "env/prod/000_first/001_t1.sql": contentOf(1) + "select 'prod';\n",
  };
  for (let index = 0; index < FILES; index++) {
    const number = String(index).padStart(3, "0");
    const folder = index < 150 ? "000_first" : "001_second";
    files[`${folder}/${number}_t${index}.sql`] = contentOf(index);
  }
  return files;
}

Deno.test("schema build: PostgreSQL takes 300 files, from any folder", async () => {
  using folder = new Folder({});
  folder.write(Object.fromEntries(
    Object.entries(tree()).map(([path, text]) => [`db/${path}`, text]),
  ));
  folder.write({ "elsewhere/deep": null });
  const builds = [
    { cwd: folder.path, args: ["db", "-o", "one.sql"] },
    {
      cwd: folder.at("elsewhere/deep"),
      args: ["../../db/", "-o", "../../two.sql"],
    },
  ];
  for (const { cwd, args } of builds) {
    const { code, stderr } = await cli(["schema", "build", ...args], { cwd });
    assertEquals([code, stderr], [0, ""]);
  }
  const bytes = Deno.readFileSync(folder.at("one.sql"));
  assertEquals(Deno.readFileSync(folder.at("two.sql")), bytes);

  await using server = await Postgres.start();
  const count = async (database: string) =>
    (await server.psql([
      ...["-d", database, "-c"],
      "select count(*) from pg_tables where schemaname = 'public'",
    ])).trim();
  for (const name of ["one", "two"]) {
    await server.psql(["-c", `create database ${name}`]);
    await server.psql(["-d", name, "-f", folder.at(`${name}.sql`)]);
    assertEquals(await count(name), String(FILES));
  }

  // Each statement for itself does the same as the whole file.
  await server.psql(["-c", "create database split"]);
  const statements = splitStatements(bytes).map(({ start, end }) => [
    "-c",
    new TextDecoder().decode(bytes.subarray(start, end)),
  ]);
  await server.psql(["-d", "split", ...statements.flat()]);
  assertEquals(await count("split"), String(FILES));
});
