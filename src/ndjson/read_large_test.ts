/** Inputs that are large enough for two threads: the same on both engines. */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { bytesOf, testEngines } from "../../tests/_engines.ts";
import { ParseError } from "../errors.ts";
import { readNdjson } from "./read.ts";

const ROWS = 120_000;
/** 6 MB; `tail` is what stands behind. */
function large(tail: string): Uint8Array<ArrayBuffer> {
  let text = "";
  for (let row = 0; row < ROWS; row++) {
    text += `{"id":${row},"name":"name ${row % 97}","share":${row / 8}}\n`;
  }
  return bytesOf(text + tail);
}

testEngines(
  "readNdjson() reads a large input as a small one",
  async (engine) => {
    const bytes = large("");
    assert(bytes.length > 5e6);
    const table = await readNdjson(bytes, { engine });
    assertEquals(table.numRows, ROWS);
    assertEquals(table.schema.map(({ type }) => type), ["i32", "utf8", "f64"]);
    let sum = 0;
    for (const id of table.column("id").toArray()) sum += id as number;
    assertEquals(sum, ROWS * (ROWS - 1) / 2);
    assertEquals(table.get(ROWS - 1, "name"), `name ${(ROWS - 1) % 97}`);
    assertEquals(table.get(ROWS - 1, "share"), (ROWS - 1) / 8);
  },
);

testEngines(
  "readNdjson() types a large input by its last row",
  async (engine) => {
    const bytes = large('{"id":"x","late":true}\n');
    const table = await readNdjson(bytes, { engine });
    assertEquals(table.schema.map(({ name, type }) => `${name} ${type}`), [
      ...["id utf8", "name utf8", "share f64", "late bool"],
    ]);
    assertEquals(table.get(0, "id"), "0");
    assertEquals(table.get(ROWS, "late"), true);
    assertEquals(table.get(0, "late"), null);
  },
);

testEngines(
  "readNdjson() names the last fault of a large input",
  async (engine) => {
    const bytes = large('{"id":1,}\n');
    const error = await assertRejects(
      () => readNdjson(bytes, { engine }),
      ParseError,
    );
    const { code, line, column, byteOffset } = error;
    assertEquals([code, line, column], ["INVALID_JSON", ROWS + 1, 9]);
    assertEquals(byteOffset, bytes.length - 2);
  },
);

testEngines(
  "readNdjson() of a large input holds to its declared types",
  async (engine) => {
    const bytes = large('{"id":1.5}\n');
    const schema = { id: "i32" } as const;
    const error = await assertRejects(
      () => readNdjson(bytes, { engine, schema }),
      ParseError,
    );
    assertEquals([error.code, error.line], ["TYPE_MISMATCH", ROWS + 1]);
  },
);

testEngines(
  "readNdjson() of a large input ends at an abort",
  async (engine) => {
    const signal = AbortSignal.timeout(1);
    await assertRejects(
      () => readNdjson(large(""), { engine, signal }),
      DOMException,
    );
  },
);
