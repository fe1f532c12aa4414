import { assertEquals, assertRejects } from "@std/assert";
import { testEngines } from "../../tests/_engines.ts";
import { FastpathError, ParseError } from "../errors.ts";
import { readCsv } from "./read.ts";
import { type CsvIndex, indexCsv, readCsvRows } from "./row_index.ts";

const encoder = new TextEncoder();

/** Rows with quoted line ends, empty fields and types that widen late. */
function sample(rows: number): Uint8Array<ArrayBuffer> {
  const lines = Array.from({ length: rows }, (_, row) => {
    const text = row % 5 === 0 ? `"a\n${row}"` : row % 7 === 0 ? "" : `t${row}`;
    const end = row % 3 === 0 ? "\r\n" : "\n";
    return `${text},${row === rows - 1 ? "0.5" : row}${end}`;
  });
  return encoder.encode(`name,n\n${lines.join("")}`);
}

testEngines("index: any rows are those of the whole file", async (engine) => {
  const bytes = sample(60);
  const whole = (await readCsv(bytes, { engine })).toObjects();
  for (const everyBytes of [1, 7, 100, 1 << 20]) {
    const index = await indexCsv(bytes, { everyBytes });
    assertEquals(index.rows, 60);
    assertEquals(index.columns, [
      { name: "name", type: "utf8" },
      { name: "n", type: "f64" },
    ]);
    for (const [from, to] of [[0, 60], [0, 1], [13, 14], [59, 60], [5, 40]]) {
      const table = await readCsvRows(bytes, index, from!, to!, { engine });
      assertEquals(table.toObjects(), whole.slice(from, to));
      assertEquals(table.column("n").type, "f64");
    }
    assertEquals((await readCsvRows(bytes, index, 7, 7)).numRows, 0);
    assertEquals((await readCsvRows(bytes, index, 58, 99)).numRows, 2);
    assertEquals((await readCsvRows(bytes, index, 98, 99)).numRows, 0);
  }
});

testEngines("index: a file, through JSON, some columns", async (engine) => {
  const path = await Deno.makeTempFile();
  try {
    const bytes = sample(5000);
    await Deno.writeFile(path, bytes);
    const made = await indexCsv(path, { everyBytes: 4096 });
    const index = JSON.parse(JSON.stringify(made)) as CsvIndex;
    assertEquals(index.marks.rows.length, Math.ceil(bytes.length / 4096));
    const table = await readCsvRows(path, index, 4321, 4324, {
      ...{ engine, columns: ["n"] },
    });
    assertEquals(table.toObjects(), [{ n: 4321 }, { n: 4322 }, { n: 4323 }]);
    await Deno.writeTextFile(path, "x", { append: true });
    await assertRejects(
      () => readCsvRows(path, index, 1, 2, { engine }),
      FastpathError,
      "index it again",
    );
  } finally {
    await Deno.remove(path);
  }
});

testEngines("index: dialects, a byte order mark, no header", async (engine) => {
  const bytes = encoder.encode("\ufeff# note\nx;'y\n;'\n1;z\n2;w\n");
  const dialect = { delimiter: ";", quote: "'", comment: "#", header: false };
  const index = await indexCsv(bytes, { ...dialect, everyBytes: 1 });
  assertEquals(index.rows, 3);
  const table = await readCsvRows(bytes, index, 1, 3, { engine });
  assertEquals(table.toObjects(), [
    { column1: "1", column2: "z" },
    { column1: "2", column2: "w" },
  ]);
});

Deno.test("index: an empty file, and one with a header alone", async () => {
  for (const text of ["", "a,b\n", "a,b"]) {
    const bytes = encoder.encode(text);
    const index = await indexCsv(bytes);
    assertEquals([index.rows, index.marks.rows], [0, []]);
    assertEquals((await readCsvRows(bytes, index, 0, 5)).numRows, 0);
  }
});

Deno.test("index: faults, and where they stand in the file", async () => {
  await assertRejects(
    () => indexCsv(encoder.encode("a,b\n1,2\n3\n")),
    ParseError,
    "expected 2 fields, found 1",
  );
  const good = encoder.encode("a,b\n1,2\n3,4\n5,6\n");
  const index = await indexCsv(good, { everyBytes: 1 });
  const bad = encoder.encode("a,b\n1,2\n3,4\n5x6\n");
  const error = await assertRejects(
    () => readCsvRows(bad, index, 2, 3),
    ParseError,
  );
  assertEquals([error.line, error.column, error.byteOffset], [4, 1, 12]);
});

Deno.test("index: what cannot be indexed or read is refused", async () => {
  const bytes = encoder.encode("a\n1\n");
  const index = await indexCsv(bytes);
  const stream = new Blob([bytes]).stream() as unknown as Uint8Array;
  await assertRejects(() => indexCsv(stream), TypeError, "stream");
  await assertRejects(() => indexCsv("x.csv.gz"), RangeError, "decompress");
  await assertRejects(
    () => readCsvRows(bytes, {} as CsvIndex, 0, 1),
    TypeError,
    "the index is none",
  );
  for (const [from, to] of [[-1, 1], [0.5, 1], [2, 1], [0, NaN]]) {
    await assertRejects(
      () => readCsvRows(bytes, index, from!, to!),
      RangeError,
      "Cannot read rows: ",
    );
  }
  await assertRejects(
    () => indexCsv(bytes, { everyBytes: 0 }),
    RangeError,
    "everyBytes",
  );
});
