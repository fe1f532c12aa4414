/** Real CSV files against what Python's standard library reads in them. */

import { assertEquals } from "@std/assert";
import { createHash } from "node:crypto";
import { testEngines } from "../../tests/_engines.ts";
import { datasetPath } from "../../tools/_datasets.ts";
import type { Column } from "../table/column.ts";
import { declaredType } from "../table/schema.ts";
import { readCsv, readCsvSync } from "./read.ts";

/** A file as `tools/vectors/datasets.py` describes it. */
interface Vector {
  readonly file: string;
  readonly rows: number;
  readonly columns: readonly {
    name: string;
    type: string;
    nulls: number;
    sha256: string;
  }[];
}

const vectors: Vector[] = JSON.parse(
  await Deno.readTextFile(
    new URL("../../tests/vectors/datasets.json", import.meta.url),
  ),
);

/** The digest of a column's values, in the form that the script names. */
function digestOf(column: Column): string {
  const hash = createHash("sha256");
  const eight = new DataView(new ArrayBuffer(8));
  for (let row = 0; row < column.length; row++) {
    if (column.isNull(row)) {
      hash.update(Uint8Array.of(0));
      continue;
    }
    hash.update(Uint8Array.of(1));
    if (column.type === "utf8") {
      hash.update(column.bytes(row)!).update(Uint8Array.of(0));
    } else if (column.type === "bool") {
      hash.update(Uint8Array.of(column.value(row) ? 1 : 0));
    } else {
      const value = column.data[row]!;
      if (column.type === "f64") eight.setFloat64(0, Number(value), true);
      else eight.setBigInt64(0, BigInt(value), true);
      hash.update(new Uint8Array(eight.buffer));
    }
  }
  return hash.digest("hex");
}

testEngines("readCsv() reads what Python reads", async (engine) => {
  for (const vector of vectors) {
    const table = await readCsv(await datasetPath(vector.file), { engine });
    const columns = table.schema.map((field, index) => {
      const column = table.columnAt(index);
      return {
        name: field.name,
        type: declaredType(field),
        nulls: column.nullCount,
        sha256: digestOf(column),
      };
    });
    assertEquals(
      { file: vector.file, rows: table.numRows, columns },
      vector,
    );
  }
});

testEngines(
  "readCsv() keeps the leading zeros of zip codes",
  async (engine) => {
    const bytes = await Deno.readFile(await datasetPath("zipcodes.csv"));
    const table = readCsvSync(bytes, { engine });
    assertEquals(table.get(0, "zip_code"), "00501");
    assertEquals(table.get(table.numRows - 1, "zip_code"), "99950");
  },
);
