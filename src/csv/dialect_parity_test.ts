/**
 * Dialects, lenient reading and error policies are the same on both engines
 * and for every split into chunks: seeded random dialects and hostile inputs.
 */

import { assertEquals } from "@std/assert";
import { Random } from "../../bench/data/_random.ts";
import { ENGINES, streamOf } from "../../tests/_engines.ts";
import type { EngineMode } from "../backend.ts";
import { ParseError } from "../errors.ts";
import type { BytesInput } from "../input.ts";
import type { DeclaredShape } from "../table/schema.ts";
import type { Table } from "../table/table.ts";
import type { ReadCsvBatchesOptions } from "./options.ts";
import { readCsv, readCsvBatches, readCsvSync } from "./read.ts";

const CASES = 1200;
const LONG_CASES = 5;

/** Pieces of which inputs are made; most mean something to some dialect. */
const PIECES = [
  ...[",", ",", ",", ";", "\t", "\n", "\n", "\n", "\r\n", "\r", '"', '"'],
  ...['""', "'", "\\", "\\", "#", " ", " ", "NA", "null", "\0", "a", "b"],
  ...["1", "2", "-3", "1.5", "1,5", "1.234", "1.234,5", "2024-02-29", "é", "€"],
  ...["😀", "\xff", "\xc3", "true", '"x"', '"x,y"', '"x\ny"', "1e3", "007"],
];

/** Declared types; a header without the names is an error. */
const SCHEMAS: readonly DeclaredShape[] = [
  { a: "i32" },
  { a: "i64", b: "bool" },
  { x: "f64" },
  { column1: "date" },
  { column1: "i32", column2: "timestamp" },
];

/** A text in which `\xNN` above 7F stands for that byte. */
function bytesOf(pieces: readonly string[]): Uint8Array<ArrayBuffer> {
  const encoder = new TextEncoder();
  return Uint8Array.from(
    pieces.flatMap((piece) =>
      piece === "\xff" || piece === "\xc3"
        ? [piece.charCodeAt(0)]
        : [...encoder.encode(piece)]
    ),
  );
}

function randomInput(random: Random, size = 60): Uint8Array<ArrayBuffer> {
  const pieces: string[] = [];
  if (random.below(12) === 0) pieces.push("\ufeff");
  if (random.below(3) > 0) pieces.push("a,b,c\n");
  const count = random.below(size);
  // Few kinds of pieces in a case make longer runs of what is the same.
  const kinds = Array.from(
    { length: 2 + random.below(12) },
    () => random.pick(PIECES),
  );
  for (let index = 0; index < count; index++) pieces.push(random.pick(kinds));
  return bytesOf(pieces);
}

function randomOptions(random: Random): ReadCsvBatchesOptions {
  const maybe = (parts: number) => random.below(parts) === 0;
  return {
    ...(maybe(4) ? { delimiter: random.pick([";", "\t", " "]) } : {}),
    ...(maybe(3) ? { quote: random.pick(["'", null]) } : {}),
    ...(maybe(3) ? { escape: "\\" } : {}),
    ...(maybe(3) ? { comment: "#" } : {}),
    ...(maybe(3) ? { header: false } : {}),
    ...(maybe(4) ? { names: random.pick([["x"], ["x", "y"]]) } : {}),
    ...(maybe(4) ? { skipRows: random.below(3) } : {}),
    ...(maybe(2) ? { trim: true } : {}),
    ...(maybe(2) ? { nullTokens: ["NA", "null", "1"] } : {}),
    ...(maybe(3) ? { decimal: "," } : {}),
    ...(maybe(4) ? { thousands: random.pick([".", " ", "'"]) } : {}),
    ...(maybe(2) ? { mode: "lenient" } : {}),
    ...(maybe(2) ? { onError: random.pick(["collect", "null"]) } : {}),
    ...(maybe(3) ? { maxErrors: random.below(4) } : {}),
    ...(maybe(4) ? { limit: random.below(5) } : {}),
    ...(maybe(6) ? { types: "text" } : {}),
    ...(maybe(3) ? { schema: random.pick(SCHEMAS) } : {}),
    ...(maybe(8) ? { invalidUtf8: "replace" } : {}),
    inferRows: "sample",
    batchRows: 1 + random.below(4),
    sampleRows: 1 + random.below(4),
  };
}

/** A table as text: names, types, values and nulls. */
function shown(table: Table): string {
  const types = table.schema.map((
    { name, type, zoned },
  ) => [name, type, zoned]);
  return JSON.stringify(
    [types, table.numRows, table.toObjects()],
    (_, value) => typeof value === "bigint" ? `${value}n` : value,
  );
}

function shownError(error: unknown): string {
  if (!(error instanceof ParseError || error instanceof RangeError)) {
    throw error;
  }
  const { code, line, column, byteOffset } = error as ParseError;
  return JSON.stringify([code, line, column, byteOffset, error.message]);
}

/** All that reading in batches says, in order. */
async function batchesOf(
  input: BytesInput,
  options: ReadCsvBatchesOptions,
  engine: EngineMode,
): Promise<string[]> {
  const said: string[] = [];
  const onRowError = (error: unknown) => said.push(JSON.stringify(error));
  try {
    const all = { ...options, engine, onRowError };
    for await (const batch of readCsvBatches(input, all)) {
      said.push(shown(batch));
    }
  } catch (error) {
    said.push(shownError(error));
  }
  return said;
}

/** All that reading a table says. */
async function tableOf(
  input: BytesInput,
  options: ReadCsvBatchesOptions,
  engine: EngineMode,
  isSync: boolean,
): Promise<string[]> {
  const said: string[] = [];
  const onRowError = (error: unknown) => said.push(JSON.stringify(error));
  try {
    const all = { ...options, engine, onRowError };
    const table = isSync
      ? readCsvSync(input as Uint8Array, all)
      : await readCsv(input, all);
    said.push(shown(table));
  } catch (error) {
    said.push(shownError(error));
  }
  return said;
}

Deno.test("dialects: batches are the same on both engines in every split", async () => {
  for (let seed = 1; seed <= CASES; seed++) {
    const random = new Random(seed);
    const input = randomInput(random);
    const options = randomOptions(random);
    const expected = await batchesOf(
      streamOf(input, 1 << 20),
      options,
      "typescript",
    );
    for (const engine of ENGINES) {
      for (const chunk of [1, 2, 3, 7, 16, 61, 1 << 20]) {
        assertEquals(
          await batchesOf(streamOf(input, chunk), options, engine),
          expected,
          `seed ${seed}, ${engine}, chunks of ${chunk}`,
        );
      }
    }
  }
});

Deno.test("dialects: tables are the same on both engines", async () => {
  for (let seed = 1; seed <= CASES; seed++) {
    const random = new Random(seed);
    const input = randomInput(random);
    const options = randomOptions(random);
    const expected = await tableOf(input, options, "typescript", true);
    const all = { ...options, inferRows: "all" } as const;
    const batches = await batchesOf(input, all, "typescript");
    for (const engine of ENGINES) {
      assertEquals(
        await batchesOf(input, all, engine),
        batches,
        `seed ${seed}, ${engine}, types of all rows`,
      );
      for (const isSync of [true, false]) {
        assertEquals(
          await tableOf(input, options, engine, isSync),
          expected,
          `seed ${seed}, ${engine}`,
        );
      }
    }
  }
});

Deno.test("dialects: long inputs are the same on both engines", async () => {
  for (let seed = 1; seed <= LONG_CASES; seed++) {
    const random = new Random(seed);
    const input = randomInput(random, 1_500_000);
    const options: ReadCsvBatchesOptions = {
      ...randomOptions(random),
      batchRows: 1 + random.below(5000),
      sampleRows: 1 + random.below(5000),
      limit: random.pick([Infinity, 10_000]),
      maxErrors: random.pick([1000, Infinity]),
    };
    const expected = await batchesOf(input, options, "typescript");
    for (const engine of ENGINES) {
      for (const chunk of [4099, 300_007]) {
        const said = await batchesOf(streamOf(input, chunk), options, engine);
        assertEquals(said.length, expected.length, `seed ${seed}, ${engine}`);
        const first = said.findIndex((text, at) => text !== expected[at]);
        assertEquals(said[first], expected[first], `seed ${seed}, ${engine}`);
      }
    }
  }
});
