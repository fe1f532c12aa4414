/**
 * Any number of threads gives the same bytes: of tables and of batches, in
 * every form, quoting and compression.
 *
 * @module
 */

import { gunzipSync, zstdDecompressSync } from "node:zlib";
import { assert, assertEquals, assertThrows } from "@std/assert";
import { Random } from "../../bench/data/_random.ts";
import { nativeAvailable, testEngines } from "../../tests/_engines.ts";
import { writeCsv, writeCsvBatches, writeCsvSync } from "../csv/write.ts";
import { writeJsonBatches, writeJsonSync } from "../json/write.ts";
import { writeNdjsonBatches, writeNdjsonSync } from "../ndjson/write.ts";
import { Column } from "../table/column.ts";
import { columnOf } from "../table/column_of.ts";
import { Table } from "../table/table.ts";

/** More than two blocks of 65,536 rows, and no whole number of bytes of bits. */
const ROWS = 140_005;

const HOSTILE = [
  ...["", '"', '""', ",", ";", "\n", "\r\n", "=1+1", "-a", "@", "\t", "\uFEFF"],
  ...["\uFEFFa", "é", "日本", "\u{1F600}", "\u0001", "\\", "a".repeat(31)],
  ...["b".repeat(32), "c".repeat(33), "x".repeat(500), 'q"'.repeat(40), "'"],
];

/** Random values of every type, some null; texts plain and by a dictionary. */
function tableOf(seed: number, rows: number): Table {
  const random = new Random(seed);
  const some = <T>(value: () => T): (T | null)[] =>
    Array.from(
      { length: rows },
      () => random.below(9) === 0 ? null : value(),
    );
  const words = columnOf("utf8", HOSTILE);
  const codes = some(() => random.below(HOSTILE.length));
  const validity = columnOf("i32", codes).validity;
  return new Table([
    ["flag", columnOf("bool", some(() => random.below(2) === 0))],
    ["small", columnOf("i32", some(() => random.below(2 ** 31) - 2 ** 30))],
    [
      "large",
      columnOf(
        "i64",
        some(() => BigInt(random.below(2 ** 31)) * 4_294_967_291n),
      ),
    ],
    [
      "price",
      columnOf(
        "f64",
        some(() => random.below(1e7) / random.pick([1, 100, 7, 1e12])),
      ),
    ],
    ["day", dayColumn(some(() => random.below(3_600_000) - 719_000))],
    ["text", columnOf("utf8", some(() => random.pick(HOSTILE)))],
    [
      "word",
      new Column({
        type: "utf8",
        length: rows,
        data: Int32Array.from(codes, (code) => code ?? -1),
        validity,
        dictionary: {
          length: HOSTILE.length,
          data: words.data as Uint8Array<ArrayBuffer>,
          offsets: words.offsets!,
        },
      }),
    ],
  ]);
}

function dayColumn(days: readonly (number | null)[]): Column {
  const { data, validity, length } = columnOf("i32", days);
  return new Column({ type: "date", length, data, validity });
}

const TABLE = tableOf(1, ROWS);

const FORMS = [
  {},
  { quoting: "all", lineEnd: "\r\n" },
  { quoting: "nonNumeric", delimiter: ";", formulas: "escape" },
  { formulas: "escape", delimiter: "-", bom: true },
] as const;

async function joined(
  chunks: AsyncIterable<Uint8Array<ArrayBuffer>>,
): Promise<Uint8Array<ArrayBuffer>> {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  for await (const chunk of chunks) {
    assert(chunk.length > 0);
    assertEquals(chunk.byteOffset, 0, "each chunk is an array of its own");
    parts.push(chunk);
  }
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}

Deno.test({
  name: "any number of threads writes what TypeScript writes",
  ignore: !nativeAvailable(),
  async fn() {
    for (const form of FORMS) {
      const expected = writeCsvSync(TABLE, { ...form, engine: "typescript" });
      for (const threads of [1, 2, 3, 1000]) {
        const options = { ...form, engine: "native", threads } as const;
        assert(
          same(writeCsvSync(TABLE, options), expected),
          JSON.stringify(options),
        );
        const batches = await joined(writeCsvBatches([TABLE], options));
        assert(same(batches, expected), JSON.stringify(options));
      }
    }
    const expected = writeNdjsonSync(TABLE, { engine: "typescript" });
    const array = writeJsonSync(TABLE, { engine: "typescript" });
    for (const threads of [1, 3]) {
      const options = { engine: "native", threads } as const;
      assert(same(writeNdjsonSync(TABLE, options), expected));
      assert(same(writeJsonSync(TABLE, options), array));
      const lines = await joined(writeNdjsonBatches([TABLE], options));
      assert(same(lines, expected));
      assert(same(await joined(writeJsonBatches([TABLE], options)), array));
    }
  },
});

/** Whether bytes are the same; a difference is too long to be shown. */
function same(one: Uint8Array, other: Uint8Array): boolean {
  if (one.length !== other.length) return false;
  for (let at = 0; at < one.length; at++) {
    if (one[at] !== other[at]) return false;
  }
  return true;
}

testEngines(
  "batches of any size write what one table writes",
  async (engine) => {
    const sizes = [1, 8191, 8192, 20_000, 70_000];
    const tables = sizes.map((rows, index) => tableOf(index + 2, rows));
    const chunks = writeNdjsonBatches(tables, { engine });
    const expected = tables
      .map((table) => writeNdjsonSync(table, { engine: "typescript" }));
    const all = new Uint8Array(await new Blob(expected).arrayBuffer());
    assert(same(await joined(chunks), all));
  },
);

testEngines("chunks of a large batch are bounded", async (engine) => {
  for await (const chunk of writeCsvBatches([TABLE], { engine })) {
    assert(chunk.buffer.byteLength <= 1 << 20, `${chunk.buffer.byteLength}`);
  }
});

testEngines("compressed output of many threads is the same", async (engine) => {
  const plain = writeCsvSync(TABLE, { engine: "typescript" });
  for (const compression of ["gzip", "zstd"] as const) {
    const options = { engine, compression, threads: 3 };
    const whole = await writeCsv(TABLE, options);
    const streamed = await joined(writeCsvBatches([TABLE], options));
    const inflate = compression === "gzip" ? gunzipSync : zstdDecompressSync;
    assert(same(inflate(whole), plain), compression);
    assert(same(inflate(streamed), plain), compression);
  }
});

testEngines("a large table with a fault names the row", (engine) => {
  const days = new Int32Array(ROWS);
  days[ROWS - 3] = 2_932_897;
  const day = new Column({ type: "date", length: ROWS, data: days });
  const table = new Table([["id", columnOf("i32", [...days.keys()])], [
    "day",
    day,
  ]]);
  assertThrows(
    () => writeCsvSync(table, { engine }),
    RangeError,
    `Cannot write column "day" at row ${ROWS - 3}: the date is outside`,
  );
});

testEngines("a signal ends the writing of a large batch", async (engine) => {
  const controller = new AbortController();
  const { signal } = controller;
  const chunks = writeCsvBatches([TABLE, TABLE], { engine, signal });
  await chunks.next();
  controller.abort(new Error("enough"));
  let error: unknown;
  try {
    while (!(await chunks.next()).done);
  } catch (reason) {
    error = reason;
  }
  assertEquals((error as Error).message, "enough");
});

Deno.test("threads must be a whole number from 1", () => {
  const write = (threads: unknown) =>
    writeCsvSync([], { threads: threads as number });
  assertThrows(
    () => write("2"),
    TypeError,
    "Cannot write: the option threads must be a number: it is a string",
  );
  for (const threads of [0, -1, 1.5, NaN, Infinity, 65_537]) {
    assertThrows(
      () => write(threads),
      RangeError,
      `whole number from 1 to 65536: it is ${threads}`,
    );
  }
});
