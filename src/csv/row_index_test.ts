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

Deno.test("index: a faulty file has none", async () => {
  await assertRejects(
    () => indexCsv(encoder.encode("a,b\n1,2\n3\n")),
    ParseError,
    "expected 2 fields, found 1",
  );
});

/** The index of some rows, with other values at a path of names. */
function damaged(index: CsvIndex, path: string, value: unknown): CsvIndex {
  const copy = structuredClone(index) as unknown as Record<string, unknown>;
  const names = path.split(".");
  const last = names.pop()!;
  let at = copy;
  for (const name of names) at = at[name] as Record<string, unknown>;
  at[last] = value;
  return copy as unknown as CsvIndex;
}

testEngines(
  "index: a damaged one is refused, whatever field of it is damaged",
  async (engine) => {
    const bytes = encoder.encode("a,b\n1,x\n3,y\n5,z\n");
    const index = await indexCsv(bytes, { everyBytes: 1 });
    assertEquals(index.marks.offsets, [4, 8, 12]);
    const cases: [string, unknown][] = [
      ...[-1, 1.5, "16", null, 2 ** 60, undefined].flatMap(
        (value): [string, unknown][] => [["bytes", value], ["rows", value]],
      ),
      ["rows", 0],
      ["rows", 2],
      ...["1", 0.5, undefined].map((value): [string, unknown] => [
        ...["modifiedMs", value] as [string, unknown],
      ]),
      ...["", "x", null, "0".repeat(63), "G".repeat(64)].map(
        (value): [string, unknown] => ["digest", value],
      ),
      ...[
        ...[null, {}, [null], [{ name: "a" }], [{ name: 1, type: "i64" }]],
        ...[[{ name: "a", type: "nosuch" }]],
        [{ name: "a", type: "i64" }, { name: "a", type: "i64" }],
      ].map((value): [string, unknown] => ["columns", value]),
      ...[
        ...[null, { limit: 1 }, { delimiter: ",," }, { delimiter: 7 }],
        ...[{ where: "a = 1" }, { encoding: "latin1" }, { header: "yes" }],
      ].map((value): [string, unknown] => ["dialect", value]),
      ...[null, {}, []].map((value): [string, unknown] => ["marks", value]),
      ...["rows", "offsets", "lines"].flatMap((name) =>
        [
          ...[null, [], [0, 1], [4, 8], [0, 0, 0], [12, 8, 4], ["4", "8", 9]],
          ...[[0, 1, 99], [4, 8, 2 ** 53], [-1, 0, 1], [4, 8, 8.5]],
        ].map((value): [string, unknown] => [`marks.${name}`, value])
      ),
      ["marks.rows", [1, 2, 3]],
    ];
    for (const [path, value] of cases) {
      const error = await assertRejects(
        () => readCsvRows(bytes, damaged(index, path, value), 0, 3, { engine }),
        RangeError,
        "index the file again",
        `${path} = ${JSON.stringify(value)}`,
      );
      assertEquals(error.message.includes(path.split(".")[0]!), true);
    }
    for (const none of [null, 7, "x", [], {}, { ...index, version: 1 }]) {
      await assertRejects(
        () => readCsvRows(bytes, none as unknown as CsvIndex, 0, 1),
        TypeError,
        "index the file again",
      );
    }
  },
);

testEngines(
  "index: one that is well formed and of other rows gives no rows",
  async (engine) => {
    const bytes = encoder.encode("a,b\n1,x\n3,y\n5,z\n");
    const index = await indexCsv(bytes, { everyBytes: 1 });
    const cases: [string, unknown, number][] = [
      ["rows", 9, 2],
      ["marks.offsets", [4, 9, 12], 1],
      ["marks.offsets", [4, 5, 12], 1],
      ["marks.offsets", [8, 9, 12], 0],
      ["marks.rows", [0, 2, 3], 1],
      ["columns", [{ name: "a", type: "i64" }], 0],
      ["columns", [{ name: "a", type: "i64" }, { name: "c", type: "utf8" }], 0],
      ["columns", [{ name: "a", type: "i64" }, { name: "b", type: "i64" }], 0],
      ["dialect", { delimiter: ";" }, 0],
    ];
    for (const [path, value, from] of cases) {
      const wrong = path === "marks.rows"
        ? { ...damaged(index, path, value), rows: 4 }
        : damaged(index, path, value);
      await assertRejects(
        () => readCsvRows(bytes, wrong, from, from + 1, { engine }),
        FastpathError,
        "index it again",
        `${path} = ${JSON.stringify(value)}`,
      );
    }
  },
);

testEngines(
  "index: a changed input of the same size is noticed",
  async (engine) => {
    const path = await Deno.makeTempFile();
    try {
      const bytes = sample(50_000);
      await Deno.writeFile(path, bytes);
      const index = await indexCsv(path, { everyBytes: 4096 });
      const { mtime } = await Deno.stat(path);
      assertEquals(index.modifiedMs, mtime!.getTime());
      const ofBytes = await indexCsv(bytes, { everyBytes: 4096 });
      assertEquals({ ...index, modifiedMs: null }, ofBytes);

      // A row in the middle is gone, the end is filled up; the time is kept.
      const cut = bytes.indexOf(10, bytes.length >> 1) + 1;
      const next = bytes.indexOf(10, bytes.indexOf(10, cut) + 1) + 1;
      const moved = bytes.slice();
      moved.copyWithin(cut, next);
      await Deno.writeFile(path, moved);
      await Deno.utime(path, mtime!, mtime!);
      const last = () => readCsvRows(path, index, 49_000, 49_001, { engine });
      await assertRejects(last, FastpathError, "index it again");
      const inMemory = () =>
        readCsvRows(moved, ofBytes, 49_000, 49_001, { engine });
      await assertRejects(inMemory, FastpathError, "index it again");

      // One byte where no block is looked at: the time shows it.
      const other = bytes.slice();
      other[5000] = other[5000] === 49 ? 50 : 49;
      await Deno.writeFile(path, other);
      await Deno.utime(path, mtime!, new Date(mtime!.getTime() + 5));
      await assertRejects(last, FastpathError, "index it again");

      await Deno.writeFile(path, bytes);
      await Deno.utime(path, mtime!, mtime!);
      assertEquals((await last()).numRows, 1);
    } finally {
      await Deno.remove(path);
    }
  },
);

Deno.test("index: a digest is that of sixteen blocks", async () => {
  const bytes = sample(50_000);
  const parts = Array.from({ length: 16 }, (_, block) => {
    const start = Math.floor((bytes.length - 4096) * (block / 15));
    return bytes.slice(start, start + 4096);
  });
  const joined = new Uint8Array(await new Blob(parts).arrayBuffer());
  const hexOf = async (data: Uint8Array<ArrayBuffer>) =>
    new Uint8Array(await crypto.subtle.digest("SHA-256", data)).toHex();
  assertEquals((await indexCsv(bytes)).digest, await hexOf(joined));
  const short = sample(9);
  assertEquals((await indexCsv(short)).digest, await hexOf(short));
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
    () => readCsvRows(bytes, index, 0, 1, { columns: ["nosuch"] }),
    RangeError,
    'no column "nosuch"',
  );
  await assertRejects(
    () => indexCsv(bytes, { everyBytes: 0 }),
    RangeError,
    "everyBytes",
  );
});
