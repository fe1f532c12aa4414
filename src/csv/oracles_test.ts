/** Dialects against Python's csv and csv-spectrum; faults that peers have. */

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

/** Rows of a text read strictly and leniently, in one piece and in bytes. */
async function everyWay(
  text: string,
  engine: "native" | "typescript",
  strict: unknown[][] | string,
  lenient: unknown[][] = strict as unknown[][],
): Promise<void> {
  const bytes = bytesOf(text);
  if (typeof strict === "string") {
    const error = assertThrows(
      () => readCsvSync(bytes, { engine }),
      ParseError,
    );
    assertEquals(error.code, strict);
  } else {
    assertEquals(rowsOf(readCsvSync(bytes, { engine })), strict);
  }
  for (let chunk = 1; chunk <= bytes.length; chunk++) {
    if (typeof strict !== "string") {
      const table = await readCsv(streamOf(bytes, chunk), { engine });
      assertEquals(rowsOf(table), strict, `chunks of ${chunk}`);
    }
    const options = { engine, mode: "lenient" } as const;
    const table = await readCsv(streamOf(bytes, chunk), options);
    assertEquals(rowsOf(table), lenient, `chunks of ${chunk}`);
  }
}

testEngines(
  "peers: ragged rows are never merged (uDSV, csv-simple-parser)",
  (engine) =>
    everyWay("a,b\n1\n1,2,3\n", engine, "RAGGED_ROW", [[1, null], [1, 2]]),
);

testEngines(
  "peers: an unterminated quote never drops its row (uDSV, d3)",
  (engine) =>
    everyWay('a,b\n1,2\n3,"4\n', engine, "UNTERMINATED_QUOTE", [
      [1, "2"],
      [3, "4\n"],
    ]),
);

testEngines(
  "peers: text behind a quote is never lost (uDSV, csv-simple-parser, Papa, d3)",
  (engine) =>
    everyWay('a,b\n"x"y,2\n3,4\n', engine, "TEXT_AFTER_QUOTE", [
      ["xy", 2],
      ["3", 4],
    ]),
);

testEngines(
  "peers: mixed line ends never merge rows (uDSV, csv-simple-parser, Papa, csv-parse)",
  (engine) =>
    everyWay("a,b\r\n1,2\n3,4\r\n5,6\n", engine, [[1, 2], [3, 4], [5, 6]]),
);

testEngines(
  "peers: a byte order mark is no part of a name (d3, csv-parse, csv-simple-parser)",
  (engine) => {
    for (const mode of ["strict", "lenient"] as const) {
      const table = readCsvSync(bytesOf("\ufeffa,b\n1,2\n"), { engine, mode });
      assertEquals(table.toObjects(), [{ a: 1, b: 2 }]);
    }
  },
);

testEngines(
  "peers: a final line end makes no row (csv-simple-parser, Papa)",
  (engine) => everyWay("a,b\n1,2\n", engine, [[1, 2]]),
);

testEngines(
  "peers: a blank line of one column is a row (@std/csv)",
  (engine) => everyWay("a\n1\n\n2\n", engine, [[1], [null], [2]], [[1], [2]]),
);

testEngines(
  "peers: bare carriage returns never make one row of all (@std/csv)",
  (engine) => everyWay("a,b\r1,2\r3,4\r", engine, "BARE_CR", [[1, 2], [3, 4]]),
);

testEngines(
  "peers: CR CR LF at any border doubles no row (DuckDB 25164)",
  (engine) =>
    everyWay("a,b\r\r\n1,2\r\r\n3,4\r\r\n", engine, "BARE_CR", [[1, 2], [
      3,
      4,
    ]]),
);

testEngines(
  "peers: a quoted line end at any border splits no row (polars 19078, DuckDB 7578)",
  (engine) =>
    everyWay(
      'a,b\n1,"x\ny"\n2,"z\r\n"\n3,"""\n"""\n',
      engine,
      [[1, "x\ny"], [2, "z\r\n"], [3, '"\n"']],
    ),
);

testEngines(
  "peers: padding and quoted line ends go together (DuckDB 19012)",
  (engine) =>
    everyWay('a,b,c\n1,"x\ny"\n2,"z\nw",3\n', engine, "RAGGED_ROW", [
      [1, "x\ny", null],
      [2, "z\nw", 3],
    ]),
);

testEngines(
  "peers: a stray quote never swallows the rows behind it (simd-csv, zsv, Papa)",
  (engine) =>
    everyWay('a,b\n5" pipe,1\n6" pipe,2\n', engine, "QUOTE_IN_BARE_FIELD", [
      ['5" pipe', 1],
      ['6" pipe', 2],
    ]),
);

testEngines(
  "peers: leading zeros stay text (Papa 260, 332)",
  (engine) =>
    everyWay("zip\n00202938\n00001\n", engine, [["00202938"], ["00001"]]),
);
