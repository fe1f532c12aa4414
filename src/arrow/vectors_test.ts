/** Arrow by PyArrow (`tools/vectors/arrow.py`), read in every way there is. */

import { assert, assertEquals, assertThrows } from "@std/assert";
import { streamOf } from "../../tests/_engines.ts";
import { ParseError } from "../errors.ts";
import type { Column } from "../table/column.ts";
import { concatTables } from "../table/concat_tables.ts";
import { declaredType } from "../table/schema.ts";
import type { Table } from "../table/table.ts";
import { tablesEqual } from "../table/tables_equal.ts";
import {
  readArrow,
  readArrowBatches,
  readArrowSync,
  type ReadArrowSyncOptions,
} from "./read.ts";
import { writeArrowSync } from "./write.ts";

interface VectorColumn {
  readonly name: string;
  readonly type: string;
  readonly values: readonly (string | null)[];
}

interface Vector {
  readonly name: string;
  readonly bytes: string;
  readonly columns?: readonly VectorColumn[];
  readonly only?: readonly string[];
  /** Each column has one value in all rows. */
  readonly constant?: {
    readonly rows: number;
    readonly values: Readonly<Record<string, unknown>>;
  };
  readonly error?: { readonly code: string; readonly words: string };
}

const vectors: Vector[] = JSON.parse(
  await Deno.readTextFile(
    new URL("../../tests/vectors/arrow.json", import.meta.url),
  ),
);
const good = vectors.filter((vector) => vector.columns !== undefined);

function bytesOf(vector: Vector): Uint8Array<ArrayBuffer> {
  return Uint8Array.fromBase64(vector.bytes);
}

function optionsOf({ only }: Vector): ReadArrowSyncOptions {
  return only === undefined ? {} : { columns: only };
}

/** A value as the script writes it. */
function textOf(column: Column, row: number): string | null {
  const value = column.value(row);
  const { items, offsets } = column;
  if (items !== undefined && value !== null) {
    const list = items.slice(offsets![row], offsets![row + 1]);
    const texts = Array.from(list, (_, at) => textOf(list, at) ?? "null");
    return `[${texts.join(",")}]`;
  }
  if (typeof value !== "number" || column.type !== "f64") {
    return value === null ? null : String(value);
  }
  if (Number.isNaN(value)) return "NaN";
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  return view.getBigUint64(0).toString(16).padStart(16, "0");
}

function columnsOf(table: Table): VectorColumn[] {
  return table.schema.map((field, index) => {
    const column = table.columnAt(index);
    const values = Array.from(
      { length: column.length },
      (_, row) => textOf(column, row),
    );
    return { name: field.name, type: declaredType(field), values };
  });
}

Deno.test("arrow: every vector of PyArrow is read from memory", () => {
  for (const vector of good) {
    const table = readArrowSync(bytesOf(vector), optionsOf(vector));
    assertEquals(columnsOf(table), vector.columns, vector.name);
  }
});

Deno.test("arrow: many rows of few bytes are read", async () => {
  const found = vectors.filter(({ constant }) => constant !== undefined);
  assertEquals(found.length, 3);
  for (const vector of found) {
    const { rows, values } = vector.constant!;
    const stream = streamOf(bytesOf(vector), 100);
    for (
      const table of [readArrowSync(bytesOf(vector)), await readArrow(stream)]
    ) {
      assertEquals(table.numRows, rows, vector.name);
      for (const [name, value] of Object.entries(values)) {
        const column = table.column(name);
        for (let row = 0; row < rows; row += 9973) {
          assertEquals(column.value(row), value, vector.name);
        }
        assertEquals(column.value(rows - 1), value);
      }
    }
  }
});

Deno.test("arrow: bytes that are not aligned are copied", () => {
  for (const vector of good) {
    const bytes = bytesOf(vector);
    for (const shift of [1, 4]) {
      const moved = new Uint8Array(bytes.length + shift).subarray(shift);
      moved.set(bytes);
      const table = readArrowSync(moved, optionsOf(vector));
      assertEquals(columnsOf(table), vector.columns, vector.name);
    }
  }
});

Deno.test("arrow: every vector of PyArrow is read from a stream", async () => {
  for (const vector of good) {
    for (const size of [1, 7, 1000]) {
      const stream = streamOf(bytesOf(vector), size);
      const tables = await Array.fromAsync(
        readArrowBatches(stream, optionsOf(vector)),
      );
      const table = concatTables(tables);
      assertEquals(columnsOf(table), vector.columns, vector.name);
    }
    const whole = await readArrow(bytesOf(vector), optionsOf(vector));
    assertEquals(columnsOf(whole), vector.columns, vector.name);
  }
});

Deno.test("arrow: what was read is written and read again", () => {
  for (const vector of good) {
    const table = readArrowSync(bytesOf(vector), optionsOf(vector));
    for (const format of ["file", "stream"] as const) {
      const again = readArrowSync(writeArrowSync(table, { format }));
      assert(tablesEqual(table, again), `${vector.name} as ${format}`);
    }
  }
});

Deno.test("arrow: what is not read is an error that says so", () => {
  for (const vector of vectors) {
    if (vector.error === undefined) continue;
    const error = assertThrows(
      () => readArrowSync(bytesOf(vector)),
      ParseError,
      vector.error.words,
    );
    assertEquals(error.code, vector.error.code, vector.name);
    assertEquals([error.line, error.column], [1, error.byteOffset + 1]);
    assert(error.byteOffset < bytesOf(vector).length);
  }
});

Deno.test("arrow: a column that is not read may be left out", () => {
  for (const vector of vectors) {
    if (vector.error?.code !== "UNSUPPORTED_TYPE") continue;
    const table = readArrowSync(bytesOf(vector), { columns: ["a"] });
    assertEquals(table.columnNames, ["a"], vector.name);
    assertEquals([...table.column("a")], [1n, 1n, 1n], vector.name);
  }
});

/** The outcome of cut bytes: rows, or the code of the error. */
function outcomeOf(bytes: Uint8Array, options: ReadArrowSyncOptions) {
  try {
    return readArrowSync(bytes, options).numRows;
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    assert(error.byteOffset <= bytes.length);
    return error.code;
  }
}

Deno.test("arrow: a file that is cut anywhere is an error", () => {
  const names = ["every type in three batches, file", "names, file"];
  const grown = "a dictionary that grows, file";
  for (const vector of good) {
    if (![...names, grown].includes(vector.name)) continue;
    const bytes = bytesOf(vector);
    for (let end = 1; end < bytes.length; end++) {
      const outcome = outcomeOf(bytes.slice(0, end), {});
      assert(typeof outcome === "string", `${vector.name} cut at ${end}`);
    }
  }
});

Deno.test("arrow: a stream that is cut is an error, or ends between messages", () => {
  for (const vector of good) {
    if (
      !/^(every type|names|a dictionary \S+ \S+), stream/.test(vector.name)
    ) {
      continue;
    }
    const bytes = bytesOf(vector);
    const rows = readArrowSync(bytes).numRows;
    const seen = new Set<number>();
    let whole = 0;
    for (let end = 1; end < bytes.length; end++) {
      const outcome = outcomeOf(bytes.slice(0, end), {});
      if (typeof outcome === "string") {
        assert(
          ["TRUNCATED_ARROW", "INVALID_ARROW"].includes(outcome),
          `${vector.name} cut at ${end}: ${outcome}`,
        );
        continue;
      }
      // Between messages nothing tells that more was to come.
      whole++;
      seen.add(outcome);
      assertEquals(end % 8, 0);
    }
    assert(seen.has(rows) && seen.has(0), vector.name);
    assert(whole < 10, `${vector.name}: ${whole} whole streams`);
  }
});

Deno.test("arrow: a cut input in chunks says the same", async () => {
  for (const vector of good) {
    if (!/^(names|a dictionary that grows)/.test(vector.name)) continue;
    const bytes = bytesOf(vector);
    for (let end = 1; end < bytes.length; end++) {
      const cut = bytes.slice(0, end);
      const inMemory = outcomeOf(cut, {});
      let inChunks: number | string = 0;
      try {
        for await (const table of readArrowBatches(streamOf(cut, 100))) {
          inChunks = Number(inChunks) + table.numRows;
        }
      } catch (error) {
        if (!(error instanceof ParseError)) throw error;
        inChunks = error.code;
      }
      assertEquals(
        typeof inChunks,
        typeof inMemory,
        `${vector.name} cut at ${end}: ${inChunks}, ${inMemory}`,
      );
    }
  }
});
