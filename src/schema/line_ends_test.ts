/** Line ends of files in a schema: what is built can be built again. */

import { assertEquals } from "@std/assert";
import { bytesOf, testEngines } from "../../tests/_engines.ts";
import { Folder, type Tree } from "./_folder.ts";
import { buildSchema, buildSchemaOf } from "./build.ts";
import { verifySchema } from "./compare.ts";
import { schemaFaults } from "./faults.ts";
import type { SchemaOptions } from "./options.ts";

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

/** The schema of a tree; null where it has CRLF that is not allowed. */
async function built(tree: Tree, options: SchemaOptions) {
  using folder = new Folder(tree);
  try {
    return await buildSchema(folder.path, { separator: "none", ...options });
  } catch (error) {
    const faults = schemaFaults(error);
    if (faults.some(({ code }) => code !== "CARRIAGE_RETURN")) throw error;
    return null;
  }
}

testEngines("a CR at a file's end is a line end", async (engine) => {
  const expected: [string, string | null, string, string][] = [
    // The file; with `error`, `lf` and `keep`.
    ["x\r", "x\n", "x\n", "x\n"],
    ["x\r\r", "x\n", "x\n", "x\n"],
    ["x\n\r", "x\n", "x\n", "x\n"],
    ["x\r\n", null, "x\n", "x\r\n"],
    ["x\r\r\n", null, "x\n", "x\r\n"],
    ["x\r\r\ny", null, "x\ny\n", "x\r\r\ny\n"],
    ["x\ry", "x\ry\n", "x\ry\n", "x\ry\n"],
    ["x\r\ny\rz\r\r", null, "x\ny\rz\n", "x\r\ny\rz\n"],
    ["\r", "", "", ""],
    ["\r\rx", "\r\rx\n", "\r\rx\n", "\r\rx\n"],
    ["-- @include i.inc\r", "i\n", "i\n", "i\n"],
    ["-- @include i.inc\r\r\nx\r", null, "i\n\nx\n", "i\n\r\nx\n"],
  ];
  for (const [content, ...outputs] of expected) {
    for (const [index, crlf] of (["error", "lf", "keep"] as const).entries()) {
      const tree = { "a.sql": content, "i.inc": "i\r" };
      const schema = await built(tree, { engine, header: false, crlf });
      assertEquals(
        schema && text(schema.bytes),
        outputs[index],
        JSON.stringify([content, crlf]),
      );
    }
  }
});

testEngines("what was built can be built again", async (engine) => {
  const include = "\n-- @include i.inc";
  const parts = ["x", "\r", "\n", "\r\n", `${include}\n`, `${include}\r`];
  let state = 20261122;
  const below = (count: number) => {
    // Park and Miller 1988.
    state = state * 48_271 % 2_147_483_647;
    return state % count;
  };
  const some = () =>
    Array.from({ length: below(7) }, () => parts[below(parts.length)]).join("");
  for (let round = 0; round < 120; round++) {
    const tree = {
      ...{ "a.sql": some(), "b.sql": some() },
      "i.inc": some().replaceAll(include, "y"),
    };
    const name = JSON.stringify(tree);
    for (const crlf of ["error", "lf"] as const) {
      const schema = await built(tree, { engine, crlf });
      if (schema === null) continue;
      const { bytes, manifest } = schema;
      assertEquals(text(bytes).includes("\r\n"), false, name);
      const again = await buildSchemaOf([{ path: "a.sql", bytes }], {
        ...{ engine, header: false, separator: "none" },
      });
      assertEquals(text(again.bytes), text(bytes).replace(/\n+$/, "\n"), name);
      // The first letter is the header's: with it changed each run is looked
      // at, and is what the manifest says.
      const edited = bytesOf(text(bytes).replace("-- Schema", "-- schema"));
      assertEquals(verifySchema(edited, manifest), {
        ...{ isSame: false, firstChanged: null },
      }, name);
    }
    // Without includes what comes out is told by a few words of RegExp.
    if (tree["a.sql"].includes("@")) continue;
    const one = { "a.sql": tree["a.sql"] };
    const lf = await built(one, { engine, header: false, crlf: "lf" });
    const lines = one["a.sql"].replace(/\r+(?=\n)/g, "");
    const body = lines.replace(/[\r\n]+$/, "");
    assertEquals(text(lf!.bytes), body === "" ? "" : `${body}\n`, name);
  }
});
