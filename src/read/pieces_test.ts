/** Reading in pieces on several threads gives what TypeScript gives. */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { nativeAvailable } from "../../tests/_engines.ts";
import type { ReadCsvOptions, RowError } from "../csv/options.ts";
import { readCsv } from "../csv/read.ts";
import { ParseError } from "../errors.ts";
import { readNdjson } from "../ndjson/read.ts";
import type { Table } from "../table/table.ts";
import { comparableTable, sampleLines, sampleRows } from "./_rows_door.ts";

const CELLS = [
  ...["1", "-7", "2.5", "x", "", '""', '"a,b"', '"line\nfeed"', '"q""q"'],
  ...["2024-02-29", "true", "9007199254740993", "Oslo", "Lima", "é", '"\n"'],
];
const HOSTILE = ['"', 'a"b', '"a"b', "\r", "\0", ",", "\n\n", '"open'];
const RECORDS = [
  ...['{"a":1,"b":"x"}', '{"a":2}', '{"b":"y","a":3}', '{"a":null,"c":[1]}'],
  ...["", '{"a":4,"b":"a\\nb"}', '{"a":5,"b":"x"}', '{"d":1.5}', "{}"],
];
const BROKEN = ['{"a":1', "[1]", '{"a":"t"}', '{"a":1e999}', "nul"];

/** Random numbers from a seed (a multiplicative generator, Lehmer 1951). */
function randomOf(seed: number): (end: number) => number {
  let state = seed;
  return (end) => {
    state = state * 48_271 % 2_147_483_647;
    return state % end;
  };
}

function csvText(below: (end: number) => number, isHostile: boolean): string {
  const cell = () => {
    const from = isHostile && below(80) === 0 ? HOSTILE : CELLS;
    return from[below(from.length)]!;
  };
  const rows = Array.from(
    { length: below(50) },
    () => `${cell()},${cell()},${cell()}${below(3) === 0 ? "\r\n" : "\n"}`,
  );
  return `a,b,c\n${rows.join("")}`;
}

function ndjsonText(
  below: (end: number) => number,
  isHostile: boolean,
): string {
  const rows = Array.from({ length: below(50) }, () => {
    const from = isHostile && below(30) === 0 ? BROKEN : RECORDS;
    return `${from[below(from.length)]}\n`;
  });
  return rows.join("");
}

/** A table as plain values, or what the error says. */
async function outcome(reading: Promise<Table>): Promise<unknown> {
  try {
    return comparableTable(await reading);
  } catch (error) {
    assert(error instanceof ParseError, String(error));
    const { code, line, column, byteOffset, message } = error;
    return { code, line, column, byteOffset, message };
  }
}

Deno.test({
  name: "pieces of any size give what TypeScript gives",
  ignore: !nativeAvailable(),
  async fn() {
    const encoder = new TextEncoder();
    for (let round = 0; round < 120; round++) {
      const below = randomOf(1 + round);
      const isCsv = round % 2 === 0;
      const isHostile = round % 4 > 1;
      const text = isCsv
        ? csvText(below, isHostile)
        : ndjsonText(below, isHostile);
      const bytes = encoder.encode(text);
      const read = (options: ReadCsvOptions) =>
        outcome(isCsv ? readCsv(bytes, options) : readNdjson(bytes, options));
      const sampleRows = 1 + below(4);
      const expected = await read({ engine: "typescript", sampleRows });
      for (const chunkBytes of [1, 2, 5, 16, 1 + below(300)]) {
        const options = { engine: "native", sampleRows, chunkBytes } as const;
        for (const threads of [2, 3]) {
          const found = await read({ ...options, threads });
          assertEquals(found, expected, `${chunkBytes} ${threads} ${text}`);
        }
      }
    }
  },
});

Deno.test({
  name: "a file in pieces gives what its bytes give, with progress",
  ignore: !nativeAvailable(),
  async fn() {
    const path = await Deno.makeTempFile({ suffix: ".csv" });
    try {
      const lines = function* () {
        for (const { id, day, note } of sampleRows(3)) {
          yield `${id},${day},"x\n${note ?? ""}"\n`;
        }
      };
      const bytes = sampleLines(3_000_000, "id,day,note\n", lines());
      await Deno.writeFile(path, bytes);
      const expected = comparableTable(
        await readCsv(bytes, { engine: "typescript" }),
      );
      for (const chunkBytes of [1000, 100_000, undefined]) {
        const options = chunkBytes === undefined ? {} : { chunkBytes };
        let done = 0;
        const table = await readCsv(path, {
          ...options,
          engine: "native",
          onProgress: (bytesDone) => done = bytesDone,
        });
        assertEquals(comparableTable(table), expected);
        assertEquals(done, bytes.length);
      }
      await Deno.writeTextFile(path, "1,2,3\n", { append: true });
      await Deno.writeTextFile(path, "4,5\n", { append: true });
      await assertRejects(
        () => readCsv(path, { engine: "native", chunkBytes: 5000 }),
        ParseError,
        "expected 3 fields, found 2",
      );
    } finally {
      await Deno.remove(path);
    }
  },
});

Deno.test({
  name: "reading in pieces stops at an abort",
  ignore: !nativeAvailable(),
  async fn() {
    const bytes = sampleLines(
      30_000_000,
      "id\n",
      (function* () {
        for (let id = 0;; id++) yield `${id}\n`;
      })(),
    );
    const controller = new AbortController();
    setTimeout(() => controller.abort(new Error("enough")), 5);
    const options = { engine: "native", chunkBytes: 10_000 } as const;
    await assertRejects(
      () => readCsv(bytes, { ...options, signal: controller.signal }),
      Error,
      "enough",
    );
  },
});

Deno.test({
  name: "a file of a dialect in pieces gives what TypeScript gives",
  ignore: !nativeAvailable(),
  async fn() {
    const path = await Deno.makeTempFile({ suffix: ".csv" });
    try {
      const lines = function* () {
        for (const { id, day, note } of sampleRows(5)) {
          yield `${id};${day};6" pipe\n`;
          yield `${id};'${day}';'x\n;${note ?? ""}'\n`;
          if (id % 100 === 0) yield `# it's a note\n${id};${day}\n`;
        }
      };
      const bytes = sampleLines(5_000_000, "id;day;note\n", lines());
      await Deno.writeFile(path, bytes);
      const read = async (input: Uint8Array | string, more: ReadCsvOptions) => {
        const errors: RowError[] = [];
        const table = await readCsv(input, {
          delimiter: ";",
          quote: "'",
          comment: "#",
          mode: "lenient",
          maxErrors: Infinity,
          errors,
          ...more,
        });
        return { table: comparableTable(table), errors };
      };
      const expected = await read(bytes, { engine: "typescript" });
      assert(expected.errors.length > 100);
      for (const chunkBytes of [1000, 100_000, undefined]) {
        const more = chunkBytes === undefined ? {} : { chunkBytes };
        for (const input of [path, bytes]) {
          const found = await read(input, { engine: "native", ...more });
          assertEquals(found, expected);
        }
      }
    } finally {
      await Deno.remove(path);
    }
  },
});
