/** What numbers in front of names and lists say of the order of files. */

import { assertEquals, assertRejects } from "@std/assert";
import { type EngineName, testEngines } from "../../tests/_engines.ts";
import { Folder, type Tree } from "./_folder.ts";
import { buildSchema } from "./build.ts";
import { schemaFaults } from "./faults.ts";

/** Code and path of everything that is wrong. */
async function faultsOf(tree: Tree, engine: EngineName) {
  using folder = new Folder(tree);
  const error = await assertRejects(() => buildSchema(folder.path, { engine }));
  return schemaFaults(error).map(({ code, path }) => [code, path]);
}

testEngines("dates and versions are numbers as a whole", async (engine) => {
  const fine = ["1.1_a", "1.2_b", "1.10_c", "1_d", "1-1_e", "2024-01-01_f"];
  const more = ["2024-01-02_g", "2024.01.01 h", "2024-01-03", "2024-01-04a"];
  const rest = ["2024-01-05b", "3-2fa", "3-a", "4_1", "5-", "6..7", "6-.8"];
  const tree = Object.fromEntries(
    [...fine, ...more, ...rest].map((name) => [`${name}.sql`, "x"]),
  );
  // `6` stands before two marks twice; `3-2fa` has no number.
  assertEquals(await faultsOf(tree, engine), [
    ["DUPLICATE_PREFIX", "6..7.sql"],
  ]);
  const twice = {
    ...{ "1.02_a.sql": "", "1.2_b.sql": "", "2024-1-1.sql": "" },
    ...{ "2024-01-01_c.sql": "", "7-_d.sql": "", "07.sql": "" },
  };
  assertEquals(await faultsOf(twice, engine), [
    ["DUPLICATE_PREFIX", "1.2_b.sql"],
    ["DUPLICATE_PREFIX", "2024-1-1.sql"],
    ["DUPLICATE_PREFIX", "7-_d.sql"],
  ]);
  const order = "natural";
  const dates = { "1.10_c.sql": "c", "1.9_b.sql": "b", "1_a.sql": "a" };
  using folder = new Folder(dates);
  const { manifest } = await buildSchema(folder.path, { engine, order });
  assertEquals(manifest.files.map(({ path }) => path), [
    ...["1.9_b.sql", "1.10_c.sql", "1_a.sql"],
  ]);
});

testEngines("a list does not name what others include", async (engine) => {
  const tree = {
    "a.sql": "-- @include b.sql\n-- @include c.inc",
    "d.sql": "-- @include b.sql",
    ...{ "b.sql": "b", "c.inc": "c", "env/p/b.sql": "p" },
  };
  using folder = new Folder(tree);
  const paths = ["a.sql", "b.sql", "c.inc", "env/p/b.sql", "d.sql"];
  const options = { engine, order: "manifest", env: "p", paths } as const;
  const error = await assertRejects(() => buildSchema(folder.path, options));
  const words = 'Cannot order file: the manifest lists it, but "a.sql" ' +
    "includes it; take it off the list";
  assertEquals(
    schemaFaults(error).map(({ code, path, message }) => [
      ...[code, path],
      message,
    ]),
    ["b.sql", "c.inc", "env/p/b.sql"].map((path) => [
      ...["LISTED_INCLUDED", path],
      words,
    ]),
  );
});
