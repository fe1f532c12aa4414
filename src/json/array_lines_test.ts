/** JSON arrays as lines: every chunking, faults, and their positions. */

import { assertEquals, assertRejects } from "@std/assert";
import { bytesOf, streamOf, testEngines } from "../../tests/_engines.ts";
import type { EngineMode } from "../backend.ts";
import { ParseError } from "../errors.ts";
import { concatTables } from "../table/concat_tables.ts";
import { readJsonBatches } from "./read.ts";

async function rows(
  text: string,
  size: number,
  engine: EngineMode,
): Promise<unknown[]> {
  const batches = readJsonBatches(streamOf(bytesOf(text), size), { engine });
  return concatTables(await Array.fromAsync(batches)).toObjects();
}

testEngines(
  "json: arrays of records are read in any chunks",
  async (engine) => {
    const cases: unknown[][] = [
      [],
      [{ a: 1 }],
      [{ a: 1, b: "x" }, { a: 2, b: null }],
      [{ a: '],[{"\\', b: "\n" }, { a: "\\\\", b: "é" }],
    ];
    for (const records of cases) {
      for (const space of [0, 1, 2]) {
        const text = JSON.stringify(records, null, space);
        for (const size of [1, 2, 3, 7, 1000]) {
          const forms = [text, ` ${text}\n`, `\ufeff${text}`];
          for (const form of [...forms, text.replaceAll("\n", "\r\n")]) {
            assertEquals(await rows(form, size, engine), records, form);
          }
        }
      }
    }
    const nested = await rows('[{"a":[1,\n{"b":[]}]},{"a":{}}]', 4, engine);
    assertEquals(nested, [{ a: '[1, {"b":[]}]' }, { a: "{}" }]);
  },
);

testEngines(
  "json: what is no array of records is refused where it is",
  async (engine) => {
    const cases: [string, string, number][] = [
      ["", "found the end", 0],
      ['{"a":1}', "NDJSON", 0],
      ["[", "never closed", 1],
      ['[{"a":1}', "never closed", 8],
      ['[{"a":1},', "never closed", 9],
      ['[{"a":1},]', "expected a record", 9],
      ['[,{"a":1}]', "expected a record", 1],
      ['[{"a":1},,{"a":2}]', "expected a record", 9],
      ['[{"a":1}{"a":2}]', "expected a comma", 8],
      ['[{"a":1}\n{"a":2}]', "expected a comma", 9],
      ['[{"a":1}] x', "text follows", 10],
      ['[{"a":1}][]', "text follows", 9],
      ["[1]", "expected an object", 1],
      ['[{"a":1},[2]]', "expected an object", 9],
      ['[{"a":}]', "Cannot parse JSON", 6],
      ['[{"a":[1}]]', "Cannot parse JSON", 8],
      ['[{"a":[1}]', "expected ',' or ']'", 8],
      ['[{"a":}{', "expected a value", 6],
      ['[{"a":"', "unterminated string", 7],
    ];
    for (const [text, words, byteOffset] of cases) {
      for (const size of [1, 1000]) {
        const error = await assertRejects(
          () => rows(text, size, engine),
          ParseError,
          words,
        );
        assertEquals(error.byteOffset, byteOffset, text);
      }
    }
  },
);
