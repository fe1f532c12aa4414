/** Dialects against Python's csv and csv-spectrum. */

import { assertEquals, assertThrows } from "@std/assert";
import { Random } from "../../bench/data/_random.ts";
import { bytesOf, streamOf, testEngines } from "../../tests/_engines.ts";
import { runScanner } from "../../tests/_scan.ts";
import { ParseError } from "../errors.ts";
import { NO_BYTE } from "../read/_dialect_rules.ts";
import type { Table } from "../table/table.ts";
import { CsvScanner } from "./_scan_ts.ts";
import { DialectScanner } from "./_dialect_scan_ts.ts";
import type { ReadCsvOptions, RowError } from "./options.ts";
import { readCsv, readCsvSync } from "./read.ts";

const VECTORS = new URL("../../tests/vectors/", import.meta.url);

/** Delimiter, quote, escape, whether blanks go, text, rows. */
type Case = [string, string | null, string | null, boolean, string, string[][]];

const CASES = JSON.parse(
  await Deno.readTextFile(new URL("csv_dialects.json", VECTORS)),
) as Case[];

const SPECTRUM = JSON.parse(
  await Deno.readTextFile(new URL("csv_spectrum.json", VECTORS)),
) as { name: string; csv: string; rows: unknown }[];

function rowsOf(table: Table): unknown[][] {
  return table.toObjects().map((row) => Object.values(row));
}

testEngines("readCsv() reads dialects as Python's csv does", async (engine) => {
  for (const [delimiter, quote, escape, trim, text, rows] of CASES) {
    const options: ReadCsvOptions = {
      engine,
      delimiter,
      quote,
      trim,
      ...(escape === null ? {} : { escape }),
      mode: "lenient",
      header: false,
      types: "text",
    };
    const label = JSON.stringify([delimiter, quote, escape, trim, text]);
    assertEquals(rowsOf(readCsvSync(bytesOf(text), options)), rows, label);
    for (const chunk of [1, 5]) {
      const table = await readCsv(streamOf(bytesOf(text), chunk), options);
      assertEquals(rowsOf(table), rows, label);
    }
  }
});

testEngines("readCsv() passes csv-spectrum", (engine) => {
  for (const { name, csv, rows } of SPECTRUM) {
    for (const mode of ["strict", "lenient"] as const) {
      const errors: RowError[] = [];
      const options = { engine, mode, types: "text", errors } as const;
      const read = () => readCsvSync(bytesOf(csv), options).toObjects();
      // Seconds of an arc are written with a quote in an unquoted field.
      const isFaulty = name === "location_coordinates";
      if (isFaulty && mode === "strict") {
        assertThrows(read, ParseError, "quote inside an unquoted field");
        continue;
      }
      const found: unknown = read();
      assertEquals(errors.length, isFaulty ? 1 : 0);
      if (!isFaulty) assertEquals(found, rows, name);
      else {
        // The package's own result is no list and has another number.
        const number = "2095257564";
        const row = { ...rows as object, "Contact Phone Number": number };
        assertEquals(found, [row]);
      }
    }
  }
});

Deno.test("the scanner of dialects says of strict CSV what the strict one says", () => {
  const pieces = [
    ...["a", "1", ",", ",", "\n", "\r\n", "\r", '"', '""', '"x"', '"y\n,"'],
    ...["\0", "é", "€", "😀", "\xff", "\ufeff", " ", "bc"],
  ];
  const encoder = new TextEncoder();
  for (let seed = 1; seed <= 4000; seed++) {
    const random = new Random(seed);
    const kinds = Array.from({ length: 7 }, () => random.pick(pieces));
    const bytes = Uint8Array.from(
      Array.from({ length: random.below(30) }, () => random.pick(kinds))
        .flatMap((text) =>
          text === "\xff" ? [0xFF] : [...encoder.encode(text)]
        ),
    );
    const header = random.below(2) === 0;
    const fieldBytesMax = random.below(3) === 0 ? 4 : 1000;
    const strict = { delimiter: 44, header, fieldBytesMax };
    const rules = {
      ...strict,
      ...{ quote: 34, escape: NO_BYTE, comment: NO_BYTE, names: null },
      ...{ skipRows: 0, trim: false, nullTokens: [], lenient: false },
      ...{ recovers: false, maxErrors: 9 },
    };
    const expected = runScanner(new CsvScanner(strict), bytes, 1000, 3, false);
    for (const chunk of [1, 2, 5, 1000]) {
      const scanner = new DialectScanner(rules);
      assertEquals(
        runScanner(scanner, bytes, chunk, 3, chunk === 2),
        expected,
        `seed ${seed}, chunks of ${chunk}`,
      );
    }
  }
});
