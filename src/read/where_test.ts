/**
 * Reading with conditions gives what reading the rows that meet them gives.
 * Which rows those are, an oracle in Python says.
 */

import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { bytesOf, streamOf, testEngines } from "../../tests/_engines.ts";
import { readCsv, readCsvBatches, readCsvSync } from "../csv/read.ts";
import type { RowError } from "../csv/options.ts";
import { ParseError } from "../errors.ts";
import { readJson } from "../json/read.ts";
import {
  readNdjson,
  readNdjsonBatches,
  type ReadNdjsonBatchesOptions,
  readNdjsonSync,
} from "../ndjson/read.ts";
import type { Table } from "../table/table.ts";
import { comparableTable } from "./_rows_door.ts";
import { conditionsOf } from "./where.ts";

interface Case {
  format: "csv" | "ndjson";
  where: string;
  head: string | null;
  lines: string[];
  kept: number[];
}

const CASES: Case[] = JSON.parse(
  Deno.readTextFileSync(
    new URL("../../tests/vectors/where.json", import.meta.url),
  ),
);

function inputOf({ head, lines }: Case, rows: readonly number[]) {
  const records = rows.map((row) => lines[row]!);
  return bytesOf([...head === null ? [] : [head], ...records, ""].join("\n"));
}

function all({ lines }: Case): number[] {
  return lines.map((_, index) => index);
}

async function tablesOf(
  batches: AsyncIterable<Table>,
): Promise<unknown[]> {
  const rows: unknown[] = [];
  for await (const batch of batches) {
    rows.push([batch.columnNames, batch.schema, batch.toObjects()]);
  }
  return rows;
}

testEngines("where: the rows of the oracle", async (engine) => {
  for (const one of CASES) {
    const isCsv = one.format === "csv";
    const read = isCsv ? readCsvSync : readNdjsonSync;
    const expected = comparableTable(read(inputOf(one, one.kept), { engine }));
    const bytes = inputOf(one, all(one));
    const { where } = one;
    assertEquals(
      comparableTable(read(bytes, { engine, where })),
      expected,
      where,
    );
    const later = isCsv ? readCsv : readNdjson;
    for (const chunkBytes of [1, 3, 50, 1000]) {
      const options = { engine, where, threads: 3, chunkBytes };
      const table = await later(bytes, options);
      assertEquals(comparableTable(table), expected, `${where} ${chunkBytes}`);
    }
  }
});

testEngines("where: batches, limits and columns", async (engine) => {
  for (const [index, one] of CASES.entries()) {
    const read = one.format === "csv" ? readCsvBatches : readNdjsonBatches;
    const kept = inputOf(one, one.kept);
    const bytes = inputOf(one, all(one));
    const options: ReadNdjsonBatchesOptions = {
      engine,
      batchRows: 1 + index % 4,
      sampleRows: 1 + index % 7,
      ...(index % 3 === 0 ? { limit: index % 5 } : {}),
      ...(index % 5 === 0 ? { columns: ["b"] } : {}),
    };
    const outcome = async (input: typeof bytes, where?: string) => {
      const from = streamOf(input, 1 + index % 64);
      try {
        return await tablesOf(
          read(from, where === undefined ? options : { ...options, where }),
        );
      } catch (error) {
        assert(error instanceof ParseError, String(error));
        const { code, message } = error;
        return { code, message };
      }
    };
    assertEquals(await outcome(bytes, one.where), await outcome(kept));
  }
});

const GERMAN = bytesOf("# x\nOrt;Preis\nUlm;1.234,5\nBonn;NA\nKiel;7\n");

testEngines(
  "where: dialects, and numbers as they are written there",
  (engine) => {
    const options = {
      engine,
      delimiter: ";",
      comment: "#",
      decimal: ",",
      thousands: ".",
      nullTokens: ["NA"],
    } as const;
    const names = (where: string) =>
      readCsvSync(GERMAN, { ...options, where }).column("Ort").toArray();
    assertEquals(names("Preis > 1234"), ["Ulm"]);
    assertEquals(names("Preis = 1234.5"), ["Ulm"]);
    assertEquals(names("Preis is null"), ["Bonn"]);
    assertEquals(names("Preis = 7 and Ort != Ulm"), ["Kiel"]);
    assertEquals(names("Preis contains ','"), ["Ulm"]);
  },
);

testEngines(
  "where: types are those of the rows that are read",
  async (engine) => {
    const bytes = bytesOf("id,kind\n1,a\nx,b\n2.5,b\n3,a\n");
    const { schema } = await readCsv(bytes, { engine, where: "kind = a" });
    assertEquals(schema.map(({ type }) => type), ["i32", "utf8"]);
    const declared = await readCsv(bytes, {
      engine,
      schema: { id: "i32" },
      where: "kind = a",
    });
    assertEquals(declared.column("id").toArray(), [1, 3]);
    const error = await assertRejects(
      () =>
        readCsv(bytes, {
          engine,
          schema: { id: "i32" },
          where: "id is not null",
        }),
      ParseError,
    );
    assertEquals([error.code, error.line, error.byteOffset], [
      "TYPE_MISMATCH",
      3,
      12,
    ]);
  },
);

testEngines("where: a fault of form is one in any row", async (engine) => {
  const bytes = bytesOf("a,b\n1,x\n2\n3,x\n");
  const error = await assertRejects(
    () => readCsv(bytes, { engine, where: "a = 3" }),
    ParseError,
  );
  assertEquals([error.code, error.line], ["RAGGED_ROW", 3]);
  const limited = await readCsv(bytes, { engine, where: "a = 1", limit: 1 });
  assertEquals(limited.numRows, 1);
});

testEngines(
  "where: error rows of form are all told, of values those of rows that are read",
  (engine) => {
    const bytes = bytesOf("a,b\n1,x\n2\nz,y\nq,x\n4,x,9\n5,x\n");
    const errors: RowError[] = [];
    const table = readCsvSync(bytes, {
      engine,
      mode: "lenient",
      onError: "null",
      schema: { a: "i32" },
      where: "b = x",
      errors,
    });
    assertEquals(table.column("a").toArray(), [1, null, 4, 5]);
    assertEquals(errors.map(({ code, line }) => [code, line]), [
      ["RAGGED_ROW", 3],
      ["TYPE_MISMATCH", 5],
      ["RAGGED_ROW", 6],
    ]);
  },
);

testEngines(
  "where: NDJSON columns are those of the rows that are read",
  async (engine) => {
    const lines =
      '{"k":1,"late":2,"a":1}\n{"a":1,"k":2}\n{"k":3,"b":null,"\\"":1}\n';
    const bytes = bytesOf(lines);
    const names = (where: string) =>
      readNdjsonSync(bytes, { engine, where }).columnNames;
    assertEquals(names("k > 1"), ["a", "k", "b", '"']);
    assertEquals(names("k = 9"), []);
    assertEquals(names("never is null and k = 3"), ["k", "b", '"']);
    // A key of a row that is not read is no new column; where it is read, it is.
    const batches = readNdjsonBatches(streamOf(bytes, 5), {
      engine,
      sampleRows: 1,
      where: "a = 1",
    });
    assertEquals((await Array.fromAsync(batches)).length, 1);
    const error = await assertRejects(
      () =>
        Array.fromAsync(
          readNdjsonBatches(streamOf(bytes, 5), {
            engine,
            sampleRows: 1,
            where: "k > 1",
          }),
        ),
      ParseError,
    );
    assertEquals([error.code, error.line, error.column, error.byteOffset], [
      "NEW_COLUMN",
      3,
      8,
      44,
    ]);
  },
);

testEngines(
  "where: arrays of records and conditions as objects",
  async (engine) => {
    const bytes = bytesOf(
      '[{"n":1,"t":"a"},\n{"n":2.5,"t":"b"},{"n":9007199254740993}]',
    );
    const rows = async (where: Parameters<typeof readJson>[1]) =>
      (await readJson(bytes, { engine, ...where })).numRows;
    assertEquals(await rows({ where: "n >= 2" }), 2);
    assertEquals(
      await rows({
        where: [
          { column: "n", op: ">", value: 9007199254740992n },
          "t is null",
        ],
      }),
      1,
    );
    assertEquals(
      await rows({ where: { column: "n", op: "=", value: 2.5 } }),
      1,
    );
    assertEquals(
      await rows({ where: { column: "t", op: "<", value: "b" } }),
      1,
    );
    assertEquals(await rows({ where: [] }), 3);
  },
);

testEngines("where: a Date is a time with a zone", (engine) => {
  const bytes = bytesOf(
    "at\n2024-01-01T00:00Z\n2024-01-01\n2024-01-02T00:00Z\n",
  );
  const value = new Date("2024-01-01T12:00Z");
  const where = { column: "at", op: "<", value } as const;
  assertEquals(readCsvSync(bytes, { engine, where }).numRows, 1);
});

testEngines("where: a column that is not there", async (engine) => {
  const bytes = bytesOf("a,b\n1,2\n");
  const message =
    'Cannot read the column "c" of the option where: the header ' +
    'has "a", "b"';
  const where = "c = 1";
  assertThrows(
    () => readCsvSync(bytes, { engine, where }),
    RangeError,
    message,
  );
  await assertRejects(
    () =>
      Array.fromAsync(readCsvBatches(streamOf(bytes, 1), { engine, where })),
    RangeError,
    message,
  );
  await assertRejects(
    () => readCsv(bytes, { engine, where, limit: 0 }),
    RangeError,
    message,
  );
  assertEquals(readCsvSync(bytesOf(""), { engine, where }).numRows, 0);
});

testEngines("where: few rows of a stream hold few bytes", async (engine) => {
  // One row of 10,000 is read, so no sample is ever complete.
  const rows = 10_000;
  const line = bytesOf(`0,${"x".repeat(97)}\n`);
  const filler = new Uint8Array(line.length * rows);
  for (let row = 0; row < rows; row++) filler.set(line, row * line.length);
  let round = 0;
  const stream = new ReadableStream<Uint8Array<ArrayBuffer>>({
    pull(controller) {
      if (round === 100) return controller.close();
      controller.enqueue(bytesOf(`${round === 0 ? "a,b\n" : ""}1,r${round}\n`));
      controller.enqueue(filler);
      round++;
    },
  });
  const before = memoryOf();
  let found = 0;
  for await (
    const batch of readCsvBatches(stream, { engine, where: "a = 1" })
  ) found += batch.numRows;
  assertEquals(found, 100);
  assert(memoryOf() - before < 60e6, `${memoryOf() - before} bytes more`);
});

function memoryOf(): number {
  return Deno.memoryUsage().rss;
}

Deno.test("where: what is no condition is refused, with its place", () => {
  for (
    const [text, at] of [
      ["", 1],
      ["a", 2],
      ["= 5", 1],
      ["a = ", 5],
      ["a <> 5", 3],
      ["a =< 5", 3],
      ["a ~ 5", 3],
      ["unit price > 5", 6],
      ["a = 1 and", 10],
      ["a = 1 and ", 11],
      ["a = and b = 1", 5],
      ["a is", 3],
      ["a is nullish", 3],
      ["a = 'x", 5],
      ['"a = 1', 1],
      ["a = 'x' or b = 1", 9],
      ["a is null b", 11],
      ["a = null", 5],
      ["a > 99999999999999999999", 5],
      ["name = Rock and Roll", 21],
      ["a = x or b = 1", 5],
      ["a = 1 && b = 2", 5],
      ["a > 1; b < 2", 5],
    ] as const
  ) {
    const error = assertThrows(() => conditionsOf(text), RangeError);
    assert(error.message.includes(`at character ${at}:`), error.message);
  }
  for (
    const wrong of [
      5,
      null,
      [5],
      [null],
      { column: 5, op: "=", value: 1 },
      {
        column: "a",
        op: "=",
      },
      { column: "a", op: "is null", value: 1 },
      {
        column: "a",
        op: "contains",
        value: 1,
      },
      { column: "a", op: "=", value: new Date(NaN) },
    ]
  ) assertThrows(() => conditionsOf(wrong), TypeError, "Cannot read");
  for (
    const wrong of [
      { column: "a", op: "like", value: "x" },
      { column: "a\0", op: "=", value: "x" },
      { column: "a", op: "=", value: "\uD800" },
      { column: "a", op: "=", value: 2n ** 63n },
    ]
  ) assertThrows(() => conditionsOf(wrong), RangeError, "Cannot read");
});

Deno.test("where: names and texts in quotes, and several conditions", () => {
  assertEquals(
    conditionsOf(
      `"unit ""price"""=='it''s' AND b starts-with 5 and c Is  Not  Null`,
    ),
    [
      {
        column: 'unit "price"',
        op: "=",
        literal: { kind: "text", value: "it's" },
      },
      {
        column: "b",
        op: "starts-with",
        literal: { kind: "text", value: "5" },
      },
      { column: "c", op: "is not null", literal: null },
    ],
  );
});
