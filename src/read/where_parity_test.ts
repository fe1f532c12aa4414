/** Both engines read the same rows and tell the same faults, whatever comes. */

import { assertEquals } from "@std/assert";
import { bytesOf, nativeAvailable, streamOf } from "../../tests/_engines.ts";
import type { ReadCsvBatchesOptions, RowError } from "../csv/options.ts";
import { readCsv, readCsvBatches } from "../csv/read.ts";
import { ParseError } from "../errors.ts";
import { readNdjson, readNdjsonBatches } from "../ndjson/read.ts";
import type { Table } from "../table/table.ts";
import { comparableTable } from "./_rows_door.ts";

const CELLS = [
  ...["1", "-7", "2.5", "x", "", '""', '"a,b"', '"line\nfeed"', '"q""q"'],
  ...["2024-02-29", "true", "9007199254740993", "Oslo", "Lima", "é", '"\n"'],
];
const HOSTILE = ['"', 'a"b', '"a"b', "\r", "\0", ",", "\n\n", '"open'];
const RECORDS = [
  ...['{"a":1,"b":"x"}', '{"a":2}', '{"b":"y","a":3}', '{"a":null,"c":[1]}'],
  ...["", '{"a":4,"b":"a\\nb"}', '{"a":5,"b":"x"}', '{"d":1.5}', "{}"],
  ...['{"c":null}', '{"\\"\\\\":1,"b":"q"}', ' { "e" : null , "a" : 1 } '],
];
const BROKEN = ['{"a":1', "[1]", '{"a":"t"}', '{"a":1e999}', "nul"];
const CONDITIONS = [
  ...["a > 1", "a is not null", "b = x", "b is null", "a = 5 and b = x"],
  ...["a = nothing", "a != x", "b contains a", "a < 9007199254740993.5"],
  ...["a >= 2024-01-01", "b = ''", "a = true"],
];

/** Random numbers from a seed (a multiplicative generator, Lehmer 1951). */
function randomOf(seed: number): (end: number) => number {
  let state = seed;
  return (end) => {
    state = state * 48_271 % 2_147_483_647;
    return state % end;
  };
}

function textOf(below: (end: number) => number, isCsv: boolean): string {
  const isHostile = below(2) === 0;
  const pick = (from: readonly string[]) => from[below(from.length)]!;
  const cell = () => pick(isHostile && below(40) === 0 ? HOSTILE : CELLS);
  const record = () =>
    isCsv
      ? `${cell()},${cell()},${cell()}`
      : pick(isHostile && below(30) === 0 ? BROKEN : RECORDS);
  const end = () => below(3) === 0 ? "\r\n" : "\n";
  const rows = Array.from({ length: below(60) }, () => record() + end());
  return (isCsv ? "a,b,c\n" : "") + rows.join("");
}

function optionsOf(
  below: (end: number) => number,
  isCsv: boolean,
): ReadCsvBatchesOptions {
  return {
    where: CONDITIONS[below(CONDITIONS.length)]!,
    sampleRows: 1 + below(9),
    batchRows: 1 + below(9),
    ...(below(3) === 0 ? { limit: below(7) } : {}),
    ...(below(4) === 0 ? { types: "text" } : {}),
    ...schemaOf(below(6)),
    ...(below(5) === 0 && isCsv ? { decimal: ",", thousands: "." } : {}),
    ...(below(2) === 0 || !isCsv ? {} : {
      mode: below(2) === 0 ? "lenient" : "strict",
      onError: (["throw", "collect", "null"] as const)[below(3)]!,
      maxErrors: below(5),
    }),
  };
}

function schemaOf(choice: number): ReadCsvBatchesOptions {
  if (choice === 0) return { schema: { b: "utf8" }, columns: ["b", "c"] };
  if (choice === 1) return { schema: { a: "i32" } };
  if (choice === 2) return { schema: { b: "f64" } };
  return {};
}

type Outcome = readonly [unknown[], readonly RowError[], unknown];

/** Tables up to an error, error rows, and what the error says. */
async function outcome(
  read: (errors: RowError[]) => AsyncIterable<Table> | Promise<Table>,
): Promise<Outcome> {
  const errors: RowError[] = [];
  const tables: unknown[] = [];
  try {
    const result = read(errors);
    if (result instanceof Promise) tables.push(comparableTable(await result));
    else for await (const batch of result) tables.push(comparableTable(batch));
    return [tables, errors, null];
  } catch (error) {
    if (!(error instanceof ParseError)) return [tables, errors, String(error)];
    const { code, line, column, byteOffset, message } = error;
    return [tables, errors, { code, line, column, byteOffset, message }];
  }
}

Deno.test({
  name: "where: both engines give the same for every input and every piece",
  ignore: !nativeAvailable(),
  async fn() {
    for (let round = 1; round <= 1500; round++) {
      const below = randomOf(round * 7919);
      const isCsv = round % 2 === 0;
      const bytes = bytesOf(textOf(below, isCsv));
      const options = optionsOf(below, isCsv);
      const { batchRows: _, ...whole } = options;
      const chunk = 1 + below(40);
      const table = (more: ReadCsvBatchesOptions) =>
        outcome((errors) =>
          isCsv
            ? readCsv(bytes, { ...whole, ...more, errors })
            : readNdjson(bytes, { ...whole, ...more })
        );
      const batches = (more: ReadCsvBatchesOptions) =>
        outcome((errors) =>
          isCsv
            ? readCsvBatches(streamOf(bytes, chunk), {
              ...options,
              ...more,
              errors,
            })
            : readNdjsonBatches(streamOf(bytes, chunk), { ...options, ...more })
        );
      const shown = `round ${round}: ${JSON.stringify(options)}`;
      const engine = "native";
      const expected = await table({ engine: "typescript" });
      assertEquals(await table({ engine, threads: 1 }), expected, shown);
      for (const chunkBytes of [1, 1 + below(30), 200]) {
        const found = await table({ engine, threads: 3, chunkBytes });
        assertEquals(found, expected, `${shown} chunks of ${chunkBytes}`);
      }
      assertEquals(
        await batches({ engine }),
        await batches({ engine: "typescript" }),
        `${shown} batches`,
      );
    }
  },
});
