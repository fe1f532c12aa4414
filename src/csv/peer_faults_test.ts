/**
 * Faults that other readers of CSV have had, each by its name: rows that are
 * merged, lost, doubled or cut without a word. Here every case is read by both
 * engines, strictly and leniently, in every split into chunks, and to a table
 * by several threads in parts of every size.
 */

import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { bytesOf, streamOf, testEngines } from "../../tests/_engines.ts";
import type { EngineMode } from "../backend.ts";
import { ParseError } from "../errors.ts";
import type { Table } from "../table/table.ts";
import type { ReadCsvOptions, RowError } from "./options.ts";
import { readCsv, readCsvSync } from "./read.ts";
import { sniffCsv } from "./sniff.ts";
import { writeCsvSync } from "./write.ts";

function rowsOf(table: Table): unknown[][] {
  return table.toObjects().map((row) => Object.values(row));
}

/** A text as a table by two and three threads, in parts of every size. */
async function inParts(
  text: string,
  options: ReadCsvOptions,
  check: (reading: () => Promise<Table>, label: string) => Promise<void>,
): Promise<void> {
  const bytes = bytesOf(text);
  for (let chunkBytes = 1; chunkBytes <= bytes.length + 1; chunkBytes++) {
    const threads = 2 + chunkBytes % 2;
    const all = { ...options, threads, chunkBytes };
    await check(() => readCsv(bytes, all), `parts of ${chunkBytes}`);
  }
}

/** Rows of a text read strictly and leniently, in every way. */
async function everyWay(
  text: string,
  engine: EngineMode,
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
    await inParts(text, { engine }, async (reading, label) => {
      const other = await assertRejects(reading, ParseError, undefined, label);
      assertEquals(
        [other.code, other.line, other.column, other.byteOffset],
        [error.code, error.line, error.column, error.byteOffset],
        label,
      );
    });
  } else {
    assertEquals(rowsOf(readCsvSync(bytes, { engine })), strict);
    await inParts(text, { engine }, async (reading, label) => {
      assertEquals(rowsOf(await reading()), strict, label);
    });
  }
  const options = { engine, mode: "lenient" } as const;
  await inParts(text, options, async (reading, label) => {
    assertEquals(rowsOf(await reading()), lenient, `lenient, ${label}`);
  });
  for (let chunk = 1; chunk <= bytes.length; chunk++) {
    if (typeof strict !== "string") {
      const table = await readCsv(streamOf(bytes, chunk), { engine });
      assertEquals(rowsOf(table), strict, `chunks of ${chunk}`);
    }
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

testEngines(
  "peers: a carriage return in quotes is a part of the text (simd-csv)",
  (engine) =>
    everyWay('a,b\n1,"\rx\r"\n2,"y\r\n"\n', engine, [
      [1, "\rx\r"],
      [2, "y\r\n"],
    ]),
);

testEngines(
  "peers: an empty text in quotes is no blank line (simd-csv, @std/csv)",
  (engine) => everyWay('a\n""\nx\n""\n', engine, [[""], ["x"], [""]]),
);

testEngines(
  "peers: integers beyond 2^53 are exact",
  async (engine) => {
    await everyWay("n\n9007199254740993\n-9007199254740995\n", engine, [
      [9007199254740993n],
      [-9007199254740995n],
    ]);
    const wide = "18446744073709551616";
    await everyWay(`n\n${wide}\n`, engine, [[wide]]);
  },
);

testEngines(
  "peers: names of the prototype are names",
  (engine) => {
    const text = "__proto__,constructor,toString\n1,2,3\n";
    const table = readCsvSync(bytesOf(text), { engine });
    assertEquals(table.columnNames, ["__proto__", "constructor", "toString"]);
    assertEquals(table.column("__proto__").toArray(), [1]);
    assertEquals(({} as Record<string, unknown>)["1"], undefined);
  },
);

/** Rows with what makes readers lose their place at the end of a part. */
function manyRows(rows: number, lineEnd: string): string {
  let text = `id\tnote\tlast${lineEnd}`;
  for (let row = 0; row < rows; row++) {
    const note = [
      "plain",
      `"two${lineEnd}lines"`,
      '"a ""quoted"" word"',
      '"tab\there"',
      "",
      `"${'""'.repeat(row % 5)}"`,
    ][row % 6];
    text += `${row}\t${note}\tz${lineEnd}`;
  }
  return text;
}

testEngines(
  "peers: no row is lost where a part ends (DuckDB 7578, 13047, 13787, 14177)",
  async (engine) => {
    for (const lineEnd of ["\n", "\r\n"]) {
      const text = manyRows(999, lineEnd);
      const expected = Array.from({ length: 999 }, (_, row) => row);
      for (const mode of ["strict", "lenient"] as const) {
        for (const chunkBytes of [1, 7, 61, 500, 4096, 1 << 20]) {
          for (const threads of [1, 2, 4]) {
            const options = { engine, mode, threads, chunkBytes };
            const table = await readCsv(bytesOf(text), {
              ...options,
              delimiter: "\t",
            });
            const label = JSON.stringify(options);
            assertEquals(table.numRows, 999, label);
            assertEquals(table.column("id").toArray(), expected, label);
            assertEquals(new Set(table.column("last").toArray()).size, 1);
          }
        }
      }
    }
  },
);

testEngines(
  "peers: one column in parts is not empty (DuckDB 5566)",
  (engine) =>
    everyWay("foo\n1\n2\n3\n4\n5\n", engine, [[1], [2], [3], [4], [5]]),
);

testEngines(
  "peers: skipped lines do not shift the parts (DuckDB 6994)",
  async (engine) => {
    const text = 'a "bad, line\nx,y\n1.5,a\n2.5,b\n';
    await inParts(text, { engine, skipRows: 1 }, async (reading, label) => {
      const table = await reading();
      assertEquals(table.toObjects(), [{ x: 1.5, y: "a" }, {
        x: 2.5,
        y: "b",
      }], label);
    });
  },
);

testEngines(
  "peers: padding adds no row at the end (DuckDB 12596)",
  (engine) =>
    everyWay("a,b,c\n1,2,\n3,4,\n", engine, [[1, 2, null], [3, 4, null]]),
);

testEngines(
  "peers: every repaired row is told, whichever part it is in (d3, uDSV)",
  async (engine) => {
    const text = 'a,b\n1\n2,"x"y\n3,4,5\n6,"open\n';
    for (let chunkBytes = 1; chunkBytes <= text.length; chunkBytes++) {
      const errors: RowError[] = [];
      const options = { engine, mode: "lenient", errors } as const;
      await readCsv(bytesOf(text), { ...options, threads: 3, chunkBytes });
      assertEquals(errors.map(({ code, line }) => [code, line]), [
        ["RAGGED_ROW", 2],
        ["TEXT_AFTER_QUOTE", 3],
        ["RAGGED_ROW", 4],
        ["UNTERMINATED_QUOTE", 5],
      ]);
    }
  },
);

Deno.test("peers: sniffing looks at a bounded front, quotes or not (Papa 651)", async () => {
  let given = 0;
  const block = bytesOf('"a ""quoted"" text, and more",1\n'.repeat(2000));
  const endless = new ReadableStream<Uint8Array<ArrayBuffer>>({
    pull(controller) {
      given += block.length;
      controller.enqueue(given === block.length ? bytesOf('x,"') : block);
    },
  });
  const sniff = await sniffCsv(endless);
  assertEquals(sniff.delimiter, ",");
  assert(given < 1 << 20, `${given} bytes were taken`);
});

testEngines(
  "peers: what was read is written so that it reads back (CWE-1236 by option)",
  (engine) => {
    const text = 'a,b\n"=1+2",-3\n"x\ny",4\n';
    const table = readCsvSync(bytesOf(text), { engine });
    const kept = readCsvSync(writeCsvSync(table, { engine }), { engine });
    assertEquals(rowsOf(kept), [["=1+2", -3], ["x\ny", 4]]);
    const safe = writeCsvSync(table, { engine, formulas: "escape" });
    assertEquals(new TextDecoder().decode(safe), 'a,b\n\'=1+2,-3\n"x\ny",4\n');
  },
);

Deno.test("peers: no source is made of text at run time (uDSV)", async () => {
  for await (const entry of Deno.readDir(new URL("./", import.meta.url))) {
    if (!entry.name.endsWith(".ts") || entry.name.endsWith("_test.ts")) {
      continue;
    }
    const text = await Deno.readTextFile(new URL(entry.name, import.meta.url));
    assert(!/new Function\(|\beval\(/.test(text), entry.name);
  }
});
