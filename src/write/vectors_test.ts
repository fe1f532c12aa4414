/** The writers against Python's csv and json modules, and against @std/csv. */

import { assertEquals } from "@std/assert";
import { parse } from "@std/csv";
import { testEngines } from "../../tests/_engines.ts";
import { readCsvSync } from "../csv/read.ts";
import { writeCsvSync } from "../csv/write.ts";
import { writeJsonSync } from "../json/write.ts";
import { writeNdjsonSync } from "../ndjson/write.ts";
import type { Column } from "../table/column.ts";
import { columnOf } from "../table/column_of.ts";
import type { DeclaredType } from "../table/schema.ts";
import { tablesEqual } from "../table/mod.ts";
import { Table } from "../table/table.ts";
import cases from "../../tests/vectors/writers.json" with { type: "json" };

type Value = string | number | boolean | null;

interface Case {
  readonly columns: readonly {
    readonly name: string;
    readonly type: string;
    readonly values: readonly Value[];
  }[];
  readonly csv: string;
  /** With QUOTE_ALL and QUOTE_NONNUMERIC. */
  readonly all: string;
  readonly nonNumeric: string;
  readonly ndjson: string;
}

const CASES = cases as readonly Case[];
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

function tableOf({ columns }: Case): Table {
  return new Table(columns.map(({ name, type, values }) => {
    const own = type === "i64"
      ? values.map((value) => value === null ? null : BigInt(value))
      : values;
    return [name, columnOf(type as DeclaredType, own as never[]) as Column];
  }));
}

testEngines("writeCsv() gives the bytes of Python's csv.writer", (engine) => {
  for (const one of CASES) {
    const bytes = writeCsvSync(tableOf(one), { engine, lineEnd: "\r\n" });
    assertEquals(decoder.decode(bytes), one.csv);
  }
});

testEngines("writeCsv() quotes as Python's csv.writer does", (engine) => {
  for (const one of CASES) {
    for (const quoting of ["all", "nonNumeric"] as const) {
      const style = { quoting, lineEnd: "\r\n" } as const;
      const table = tableOf(one);
      const bytes = writeCsvSync(table, { engine, ...style });
      assertEquals(decoder.decode(bytes), one[quoting]);
      const types = Object.fromEntries(
        one.columns.map(({ name, type }) => [name, type as DeclaredType]),
      );
      const again = readCsvSync(bytes, { engine, schema: types });
      assertEquals(tablesEqual(table, again), true);
    }
  }
});

testEngines(
  "writeNdjson() gives the bytes of Python's json.dumps",
  (engine) => {
    for (const one of CASES) {
      const table = tableOf(one);
      assertEquals(
        decoder.decode(writeNdjsonSync(table, { engine })),
        one.ndjson,
      );
      const lines = one.ndjson.trimEnd().split("\n").join(",\n");
      assertEquals(
        decoder.decode(writeJsonSync(table, { engine })),
        `[\n${lines}\n]\n`,
      );
    }
  },
);

/** @std/csv reads every line break inside a field as a line feed. */
function asRead(text: string): string {
  return text.replaceAll("\r\n", "\n");
}

testEngines("writeCsv() reads back by @std/csv", (engine) => {
  for (const one of CASES) {
    for (const lineEnd of ["\n", "\r\n"] as const) {
      const text = decoder.decode(
        writeCsvSync(tableOf(one), { engine, lineEnd }),
      );
      const [names, ...rows] = parse(text);
      assertEquals(names, one.columns.map(({ name }) => asRead(name)));
      one.columns.forEach(({ values }, index) => {
        assertEquals(
          rows.map((row) => row[index]),
          values.map((value) => asRead(String(value ?? ""))),
        );
      });
    }
  }
});
