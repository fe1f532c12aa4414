/** Limits over faulty arrays: both engines stop at the same row. */

import { assert, assertEquals } from "@std/assert";
import { Random } from "../../bench/data/_random.ts";
import {
  bytesOf,
  nativeAvailable,
  streamOf,
  testEngines,
} from "../../tests/_engines.ts";
import { ParseError } from "../errors.ts";
import type { ReadNdjsonBatchesOptions } from "../ndjson/read.ts";
import { readJson, readJsonBatches } from "./read.ts";

const RECORDS = ['{"a":1}', '{"a":2,"b":"x"}', '{"b":null}', '{"a":-0.5}'];
const BROKEN = ['{"a":}', "7", "{", '{"a":1}}', '{"c":tru}', '{"a":[1}', ""];
const BETWEEN = [",", ",", ",", ",\n", " ,", ",,", "", " "];
const ENDS = ["]", "]\n", "", "]x", "] x", "][]", ",]", "}", " ", "]\n\n7"];

testEngines(
  "json: what follows the row of the limit is not seen",
  async (engine) => {
    const rows = [{ a: 1 }, { a: 2 }];
    for (const end of ["", "]", "]x", "] x", "x", " {", ",", ",}", ",7]"]) {
      const bytes = bytesOf(`[{"a":1},{"a":2}${end}`);
      const options = { engine, limit: 2 };
      const table = await readJson(bytes, options);
      assertEquals(table.toObjects(), rows, end);
      for (const size of [1, 5, 100]) {
        const stream = streamOf(bytes, size);
        const read: unknown[] = [];
        for await (const batch of readJsonBatches(stream, options)) {
          read.push(...batch.toObjects());
        }
        assertEquals(read, rows, `${end} in pieces of ${size}`);
      }
    }
  },
);

testEngines("json: a fault before the limit is an error", async (engine) => {
  const faulty = ['[{"a":1},{"a":2}', '[{"a":1},{"a":2}]x', '[{"a":1},]'];
  for (const text of faulty) {
    const read = readJson(bytesOf(text), { engine, limit: 3 });
    const error = await read.catch((error) => error);
    assert(error instanceof ParseError, text);
  }
});

function textOf(random: Random): string {
  let text = "[";
  for (let count = random.below(5); count > 0; count--) {
    text += random.pick(random.below(12) === 0 ? BROKEN : RECORDS);
    if (count > 1) text += random.pick(BETWEEN);
  }
  return text + random.pick(ENDS);
}

/** Rows up to an error, and what the error says. */
async function outcome(
  read: () => AsyncIterable<{ toObjects(): unknown[] }>,
): Promise<unknown[]> {
  const seen: unknown[] = [];
  try {
    for await (const batch of read()) seen.push(batch.toObjects());
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    const { code, line, column, byteOffset, message } = error;
    seen.push({ code, line, column, byteOffset, message });
  }
  return seen;
}

Deno.test({
  name: "json: both engines see the same of faulty arrays under a limit",
  ignore: !nativeAvailable(),
  async fn() {
    let refused = 0;
    for (let seed = 1; seed <= 3000; seed++) {
      const random = new Random(seed);
      const bytes = bytesOf(textOf(random));
      const options: ReadNdjsonBatchesOptions = {
        limit: random.below(5),
        sampleRows: 1 + random.below(4),
        ...(random.below(3) === 0 ? { where: "a = 1" } : {}),
        ...(random.below(3) === 0 ? { schema: { a: "f64" } } : {}),
      };
      const batchRows = 1 + random.below(4);
      const chunk = random.pick([1, 3, 8, 100]);
      const table = (engine: "native" | "typescript") =>
        outcome(async function* () {
          yield await readJson(bytes, { ...options, engine });
        });
      const batches = (engine: "native" | "typescript") => {
        const input = streamOf(bytes, chunk);
        const more = { ...options, batchRows, engine };
        return outcome(() => readJsonBatches(input, more));
      };
      for (const read of [table, batches]) {
        const expected = await read("typescript");
        if (JSON.stringify(expected).includes('"code"')) refused++;
        assertEquals(await read("native"), expected, `seed ${seed}`);
      }
    }
    assert(refused > 1000 && refused < 5000, String(refused));
  },
});
