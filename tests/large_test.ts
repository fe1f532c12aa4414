/**
 * Inputs beyond 4 GiB, fields beyond what a column can hold, and a million
 * columns. `deno task test:large` runs them at full size (some minutes, 5 GB
 * of disk); a plain test run takes small ones through the same code.
 */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { createHash } from "node:crypto";
import {
  digest,
  indexCsv,
  ParseError,
  readCsv,
  readCsvBatches,
  readCsvRows,
  readNdjsonBatches,
  readNdjsonSync,
  validateJson,
} from "../mod.ts";
import { testEngines } from "./_engines.ts";

const isLarge = Deno.env.get("FASTPATH_LARGE") === "1";

/** Beyond 32 bits, for every offset and count of bytes. */
const SIZE = isLarge ? 2 ** 32 + 2 ** 27 : 2 ** 23;
/** A field beyond 31 bits. */
const FIELD_SIZE = 2 ** 31 + 2 ** 20;
const COLUMNS = isLarge ? 1_000_000 : 20_000;

const encoder = new TextEncoder();

/** Bytes of a text between two numbers. */
const FILLING = "a long text with a\nline end, ".repeat(2000);

/** Records that are 56 KiB each, so that there are few; sum is of all `n`. */
interface Generated {
  readonly rows: number;
  readonly bytes: number;
}

/** CSV of about a size, chunk by chunk; what it was is known at its end. */
async function* csv(
  size: number,
  tail = "",
  done: (what: Generated) => void = () => {},
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  let bytes = 0;
  let rows = 0;
  const give = (text: string) => {
    const chunk = encoder.encode(text);
    bytes += chunk.length;
    return chunk;
  };
  yield give("id,text,n\n");
  while (bytes < size) {
    let block = "";
    for (let row = 0; row < 20; row++, rows++) {
      block += `${rows},"${FILLING}",${rows % 1000}.5\n`;
    }
    yield give(block);
    await Promise.resolve();
  }
  done({ rows, bytes });
  if (tail !== "") yield give(tail);
}

/** JSON records of about a size; `open` and `close` make an array of them. */
async function* json(
  size: number,
  { open = "", between = "\n", close = "" },
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const text = JSON.stringify(FILLING);
  let bytes = 0;
  let rows = 0;
  const give = (text: string) => {
    const chunk = encoder.encode(text);
    bytes += chunk.length;
    return chunk;
  };
  yield give(open);
  while (bytes < size) {
    let block = "";
    for (let row = 0; row < 20; row++, rows++) {
      block += `{"id":${rows},"text":${text}}${between}`;
    }
    yield give(block);
    await Promise.resolve();
  }
  yield give(close);
}

/** The bytes of an input before its tail. */
async function lengthOf(chunks: AsyncIterable<Uint8Array>): Promise<number> {
  let length = 0;
  for await (const chunk of chunks) length += chunk.length;
  return length;
}

async function withCsvFile(
  body: (path: string, facts: Generated) => Promise<void>,
): Promise<void> {
  const path = await Deno.makeTempFile({ suffix: ".csv" });
  try {
    let facts: Generated = { rows: 0, bytes: 0 };
    const file = await Deno.open(path, { write: true, truncate: true });
    const stream = ReadableStream.from(csv(SIZE, "", (what) => facts = what));
    await stream.pipeTo(file.writable);
    await body(path, facts);
  } finally {
    await Deno.remove(path);
  }
}

/** Columns of little memory of a large file. */
const NARROW = { columns: ["id", "n"] } as const;

testEngines(
  "large: a CSV file, its rows and its faults",
  (engine) =>
    withCsvFile(async (path, { rows, bytes }) => {
      assertEquals((await Deno.stat(path)).size, bytes);
      const table = await readCsv(path, { engine, ...NARROW });
      assertEquals(table.numRows, rows);
      const ids = table.column("id").data as Int32Array;
      assertEquals(ids[rows - 1], rows - 1);
      assertEquals(ids.reduce((sum, id) => sum + id, 0), rows * (rows - 1) / 2);

      const index = await indexCsv(path);
      assertEquals([index.rows, index.bytes], [rows, bytes]);
      assertEquals(index.marks.offsets.at(-1)! > 2 ** 32, isLarge);
      const last = await readCsvRows(path, index, rows - 2, rows, { engine });
      assertEquals(last.column("id").toArray(), [rows - 2, rows - 1]);
      const middle = Math.floor(rows / 2);
      const some = await readCsvRows(path, index, middle, middle + 1, {
        engine,
      });
      assertEquals(some.column("id").toArray(), [middle]);

      await Deno.writeTextFile(path, "1,2\n", { append: true });
      const lines = FILLING.split("\n").length;
      for (const mode of ["strict", "lenient"] as const) {
        const options = { engine, mode, maxErrors: 0, ...NARROW } as const;
        const error = await assertRejects(
          () => readCsv(path, { ...options, onError: "throw" }),
          ParseError,
        );
        const place = [error.line, error.column, error.byteOffset];
        assertEquals(place, [rows * lines + 2, 1, bytes], mode);
      }
    }),
);

testEngines(
  "large: the digest of a file",
  (engine) =>
    withCsvFile(async (path) => {
      const sha256 = createHash("sha256");
      const file = await Deno.open(path);
      for await (const chunk of file.readable) sha256.update(chunk);
      const expected = sha256.digest("hex");
      assertEquals(
        await digest(path, { engine, algorithm: "sha256" }),
        expected,
      );
      const whole = await digest(path, { engine, algorithm: "blake3" });
      const other = engine === "native" ? "typescript" : "native";
      if (!isLarge || engine === "native") return;
      assertEquals(await digest(path, { engine: other }), whole);
    }),
);

testEngines(
  "large: a stream of CSV in batches, and where it is broken",
  async (engine) => {
    let facts: Generated = { rows: 0, bytes: 0 };
    const input = csv(SIZE, '0,"x"y,1\n', (what) => facts = what);
    let rows = 0;
    const error = await assertRejects(async () => {
      for await (const batch of readCsvBatches(input, { engine, ...NARROW })) {
        rows += batch.numRows;
      }
    }, ParseError);
    assertEquals([error.code, error.byteOffset], [
      "TEXT_AFTER_QUOTE",
      facts.bytes + 5,
    ]);
    assert(rows <= facts.rows);
  },
);

testEngines(
  "large: a stream of NDJSON in batches, and where it is broken",
  async (engine) => {
    const length = await lengthOf(json(SIZE, {}));
    const input = json(SIZE, { close: '{"id":tru}\n' });
    const options = { engine, columns: ["id"], batchRows: 500 } as const;
    let sum = 0;
    const error = await assertRejects(async () => {
      for await (const batch of readNdjsonBatches(input, options)) {
        for (const id of batch.column("id").data as Int32Array) sum += id;
      }
    }, ParseError);
    assertEquals([error.code, error.byteOffset], ["INVALID_JSON", length + 9]);
    assert(sum > 0 || !isLarge);
  },
);

testEngines("large: a JSON document is checked to its end", async (engine) => {
  const brackets = { open: "[", between: ",\n" };
  const fine = json(SIZE, { ...brackets, close: "0]" });
  assertEquals(await validateJson(fine, { engine }), { valid: true });
  const length = await lengthOf(json(SIZE, brackets));
  const verdict = await validateJson(json(SIZE, { ...brackets, close: "]" }), {
    engine,
  });
  assert(!verdict.valid);
  assertEquals(verdict.error.byteOffset, length);
});

/** A text around very many bytes. */
async function* around(head: string, size: number, tail: string) {
  const block = new Uint8Array(1 << 20).fill(120);
  yield encoder.encode(head);
  for (let at = 0; at < size; at += block.length) {
    yield block;
    await Promise.resolve();
  }
  yield encoder.encode(tail);
}

// The limit is a matter of much memory; with a small one the scanners have it
// in their own tests.
if (isLarge) {
  testEngines(
    "large: a field beyond the limit is an error at its start",
    async (engine) => {
      const drain = async (batches: AsyncIterable<unknown>) => {
        for await (const _ of batches) { /* None comes. */ }
      };
      const cases: [string, number, () => Promise<unknown>][] = [
        ["quoted", 6, () => {
          const input = around('a,b\n1,"', FIELD_SIZE, '"\n');
          return drain(readCsvBatches(input, { engine }));
        }],
        ["lenient", 6, () => {
          const input = around("a,b\n1,", FIELD_SIZE, "\n");
          return readCsv(input, { engine, mode: "lenient", onError: "null" });
        }],
        ["NDJSON", 0, () => {
          const input = around('{"a":"', FIELD_SIZE, '"}\n');
          return drain(readNdjsonBatches(input, { engine }));
        }],
      ];
      for (const [name, offset, read] of cases) {
        const error = await assertRejects(read, ParseError);
        const found = [error.code, error.byteOffset];
        assertEquals(found, ["FIELD_TOO_LARGE", offset], name);
      }
      // Checking keeps nothing of a text, so its length does not matter.
      const input = around('{"a":"', FIELD_SIZE, '"}\n');
      assertEquals(await validateJson(input, { engine }), { valid: true });
    },
  );
}

testEngines("large: a million columns", async (engine) => {
  const numbers = Array.from({ length: COLUMNS }, (_, index) => index);
  const head = numbers.map((number) => `c${number}`);
  const row = numbers.map((number) => number % 7).join(",");
  const text = encoder.encode(`${head.join(",")}\n${row}\n${row}\n`);
  const table = await readCsv(text, { engine });
  assertEquals([table.columnNames.length, table.numRows], [COLUMNS, 2]);
  const last = (COLUMNS - 1) % 7;
  assertEquals(table.columnAt(COLUMNS - 1).toArray(), [last, last]);
  const object = numbers.map((number) => `"c${number}":${number % 7}`);
  const line = readNdjsonSync(encoder.encode(`{${object.join(",")}}\n`), {
    engine,
  });
  assertEquals([line.columnNames.length, line.numRows], [COLUMNS, 1]);
  assertEquals(line.columnAt(COLUMNS - 1).toArray(), [last]);
});

/** One row of very many columns is many pieces of the input long. */
async function withWideFile(
  body: (path: string) => Promise<void>,
): Promise<void> {
  const path = await Deno.makeTempFile({ suffix: ".csv" });
  try {
    const numbers = Array.from({ length: COLUMNS }, (_, index) => index);
    const head = numbers.map((number) => `c${number}`).join(",");
    const row = numbers.map((number) => number % 7).join(",");
    await Deno.writeTextFile(path, `${head}\n${row}\n${row}\n`);
    await body(path);
  } finally {
    await Deno.remove(path);
  }
}

testEngines(
  "large: a file of a million columns in batches whose types all rows decide",
  (engine) =>
    withWideFile(async (path) => {
      const last = (COLUMNS - 1) % 7;
      const name = `c${COLUMNS - 1}`;
      const cases = [
        [{ columns: ["c5", name] }, 2, 2],
        [{ columns: ["c5", name], mode: "lenient" }, 2, 2],
        [{ columns: ["c5", name], limit: 1 }, 2, 1],
        [{ columns: ["c5", name], types: "text" }, 2, 2],
        [{}, COLUMNS, 2],
      ] as const;
      for (const [options, columns, rows] of cases) {
        const what = JSON.stringify(options);
        const found: number[][] = [];
        const settings = { engine, inferRows: "all", ...options } as const;
        for await (const batch of readCsvBatches(path, settings)) {
          found.push([batch.numColumns, batch.numRows]);
          const values = batch.column(name).toArray().map(Number);
          assertEquals(values, Array(rows).fill(last), what);
        }
        assertEquals(found, [[columns, rows]], what);
      }
    }),
);
