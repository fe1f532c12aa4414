/** Hostile trees of files: both engines build the same or fail the same. */

import { assertEquals } from "@std/assert";
import { nativeAvailable } from "../../tests/_engines.ts";
import { Folder } from "./_folder.ts";
import { buildSchema, type SchemaBuild } from "./build.ts";
import { schemaFaults } from "./faults.ts";
import type { SchemaOptions } from "./options.ts";
import { whereInSchema } from "./where.ts";

const SEED = 20_268;

const PIECES = [
  ...["select 1;", "'a;b'", "$$ ; $$", "$t$ ' $t$", "-- it's\n", "/* ; */"],
  ...["\n", "\n\n", "x y", "é", "日本", ";", "(", ")", "E'\\''", "\\echo '\n"],
  ...["copy t from stdin;\n1\n\\.\n", "INCLUDE", "INCLUDE"],
];
const HOSTILE = ["'", "$$", "/*", "\r\n", "\0", "\ufeff", "\udfff", '"', "\r"];

/** A generator of numbers below 1 (Park and Miller 1988). */
function random(seed: number): () => number {
  let state = seed;
  return () => (state = state * 48_271 % 2_147_483_647) / 2_147_483_647;
}

function treeOf(next: () => number): Record<string, string> {
  const pick = <T>(list: readonly T[]) =>
    list[Math.floor(next() * list.length)]!;
  const names = ["0.sql", "a/1.sql", "2.sql", "b/3.sql", "a/10.sql", "z.inc"];
  const isHostile = next() < 0.3;
  return Object.fromEntries(names.map((name, index) => {
    let content = "";
    for (let left = Math.floor(next() * 6); left > 0; left--) {
      const piece = pick(isHostile && next() < 0.1 ? HOSTILE : PIECES);
      // Most includes lead to files that lead further on; some in circles.
      const others = next() < 0.95 ? names.slice(index + 1) : names;
      const up = name.includes("/") ? "../" : "./";
      content += piece === "INCLUDE"
        ? `\n  -- @include ${up}${pick(others) ?? "z.inc"} \n`
        : piece;
    }
    return [name, content];
  }));
}

async function outcome(
  folder: string,
  options: SchemaOptions,
): Promise<SchemaBuild | unknown> {
  try {
    return await buildSchema(folder, options);
  } catch (error) {
    const faults = schemaFaults(error);
    if (faults.length === 0) throw error;
    return faults;
  }
}

Deno.test("buildSchema() does the same on both engines", async () => {
  const next = random(SEED);
  let builds = 0;
  for (let run = 0; run < 300; run++) {
    using folder = new Folder(treeOf(next));
    const options: SchemaOptions = {
      order: next() < 0.5 ? "bytes" : "natural",
      bom: next() < 0.5 ? "strip" : "error",
      crlf: next() < 0.5 ? "lf" : "keep",
    };
    const engine = nativeAvailable() ? "native" : "typescript";
    const one = await outcome(folder.path, { ...options, engine });
    const two = await outcome(folder.path, {
      ...options,
      engine: "typescript",
    });
    assertEquals(one, two, `seed ${SEED}, run ${run}`);
    if (!Array.isArray(one)) {
      builds++;
      everyLineComesFrom(folder, one as SchemaBuild);
    }
  }
  assertEquals(builds > 50, true, `only ${builds} trees could be built`);
});

/** Each line of a schema is the line of the file that it is said to be. */
function everyLineComesFrom(
  folder: Folder,
  { bytes, manifest }: SchemaBuild,
): void {
  const lines = new TextDecoder().decode(bytes).split("\n");
  lines.pop();
  lines.forEach((line, index) => {
    const place = whereInSchema(bytes, manifest, index + 1);
    const isMade = line.startsWith("-- File: ") || line.startsWith("-- Schema");
    if (isMade || place === null) return;
    const source = Deno.readTextFileSync(folder.at(place.path));
    const own = source.replace(/^\ufeff/, "").split("\n")[place.line - 1]
      ?.replace(/\r+$/, "");
    assertEquals(line.replace(/\r+$/, ""), own, JSON.stringify(place));
  });
}
