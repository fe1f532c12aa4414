/** Paths and lists against Python (`tools/vectors/nested_json.py`). */

import { assert, assertEquals } from "@std/assert";
import { bytesOf, testEngines } from "../../tests/_engines.ts";
import { declaredType } from "../table/schema.ts";
import { readNdjsonSync } from "./read.ts";

/** A value as the script writes it. */
type Shown = readonly [string, unknown] | null;

interface Vectors {
  readonly paths: readonly {
    readonly lines: readonly string[];
    readonly columns: Readonly<Record<string, readonly Shown[]>>;
  }[];
  readonly lists: readonly {
    readonly lines: readonly string[];
    readonly type: string;
    readonly values: readonly Shown[];
  }[];
}

const vectors: Vectors = JSON.parse(
  await Deno.readTextFile(
    new URL("../../tests/vectors/nested_json.json", import.meta.url),
  ),
);

/** Compares a value of a column, which may be a text for others' sake. */
function assertValue(found: unknown, expected: Shown, words: string): void {
  if (expected === null) return assertEquals(found, null, words);
  const [kind, value] = expected;
  if (kind === "l") {
    const items = value as readonly Shown[];
    assert(Array.isArray(found), words);
    assertEquals(found.length, items.length, words);
    items.forEach((item, at) => assertValue(found[at], item, words));
  } else if (kind === "j") {
    assertEquals(JSON.parse(String(found)), value, words);
  } else if (kind === "n" && typeof found === "bigint") {
    assertEquals(found, BigInt(String(value)), words);
  } else if (kind === "n") assertEquals(Number(found), Number(value), words);
  else assertEquals(String(found), String(value), words);
}

testEngines("paths lead where Python's json does", (engine) => {
  for (const { lines, columns } of vectors.paths) {
    const pointers = Object.keys(columns);
    const table = readNdjsonSync(bytesOf(lines.join("\n")), {
      engine,
      paths: Object.fromEntries(
        pointers.map((pointer) => [`path ${pointer}`, pointer]),
      ),
    });
    assertEquals(table.numRows, lines.length);
    for (const pointer of pointers) {
      columns[pointer]!.forEach((expected, row) => {
        const found = table.get(row, `path ${pointer}`);
        assertValue(found, expected, `${pointer} of ${lines[row]}`);
      });
    }
  }
});

testEngines("lists hold what Python's json finds", (engine) => {
  for (const { lines, type, values } of vectors.lists) {
    const text = lines.join("\n");
    const table = readNdjsonSync(bytesOf(text), { engine, lists: "columns" });
    if (table.numColumns === 0) {
      assert(values.every((value) => value === null), text);
      continue;
    }
    assertEquals(declaredType(table.schema[0]!), type, text);
    values.forEach((expected, row) => {
      assertValue(table.get(row, "x"), expected, lines[row]!);
    });
  }
});
