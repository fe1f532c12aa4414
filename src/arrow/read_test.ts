/** The readers and writers of Arrow: options, memory that is shared, input. */

import {
  assert,
  assertEquals,
  assertRejects,
  assertStrictEquals,
  assertThrows,
} from "@std/assert";
import { gzipSync } from "node:zlib";
import { temporaryFile } from "../../tests/_cli.ts";
import { streamOf } from "../../tests/_engines.ts";
import { FastpathError, ParseError } from "../errors.ts";
import { Column } from "../table/column.ts";
import { columnOf } from "../table/column_of.ts";
import { concatTables } from "../table/concat_tables.ts";
import { Table } from "../table/table.ts";
import { tablesEqual } from "../table/tables_equal.ts";
import {
  readArrow,
  readArrowBatches,
  type ReadArrowOptions,
  readArrowSync,
} from "./read.ts";
import {
  writeArrow,
  writeArrowBatches,
  type WriteArrowOptions,
  writeArrowSync,
} from "./write.ts";

const table = new Table([
  ["n", columnOf("i32", [1, null, 3, 4])],
  ["s", columnOf("utf8", ["a", "bb", null, "é"])],
  ["x", columnOf("f64", [1.5, 2, 3, NaN])],
]);
const file = writeArrowSync([table, table]);
const stream = writeArrowSync([table, table], { format: "stream" });

Deno.test("arrow: columns stand over the bytes' own memory", () => {
  const bytes = writeArrowSync(table);
  const read = readArrowSync(bytes);
  for (const name of ["n", "x", "s"]) {
    assertStrictEquals(read.column(name).data.buffer, bytes.buffer);
  }
  assertStrictEquals(read.column("s").offsets!.buffer, bytes.buffer);
  assertStrictEquals(read.column("n").validity!.buffer, bytes.buffer);
  assertEquals(read.column("x").validity, undefined);
});

Deno.test("arrow: columns are chosen and ordered", async () => {
  const read = await readArrow(file, { columns: ["x", "n"] });
  assertEquals(read.columnNames, ["x", "n"]);
  assertEquals(read.numRows, 8);
  const none = readArrowSync(file, { columns: [] });
  assertEquals([none.numColumns, none.numRows], [0, 8]);
  assertThrows(
    () => readArrowSync(file, { columns: ["y"] }),
    RangeError,
    'Cannot read column "y": the input has "n", "s", "x"',
  );
});

Deno.test("arrow: a limit ends the reading", async () => {
  for (
    const [limit, sizes] of [[0, [0]], [3, [3]], [4, [4]], [6, [4, 2]]] as const
  ) {
    for (const bytes of [file, stream]) {
      const found = await Array.fromAsync(readArrowBatches(bytes, { limit }));
      assertEquals(found.map(({ numRows }) => numRows), [...sizes]);
      const streamed = readArrowBatches(streamOf(bytes, 50), { limit });
      const rows = (await Array.fromAsync(streamed)).map((one) => one.numRows);
      assertEquals(rows, [...sizes]);
    }
    assertEquals(readArrowSync(file, { limit }).numRows, limit);
  }
  // What follows is not looked at.
  const cut = stream.slice(0, stream.length - 100);
  assertEquals(readArrowSync(cut, { limit: 4 }).numRows, 4);
});

Deno.test("arrow: empty inputs and inputs without rows", async () => {
  const none = new Uint8Array(0);
  assertEquals(readArrowSync(none).numColumns, 0);
  assertEquals((await readArrow(streamOf(none, 1))).numColumns, 0);
  const empty = writeArrowSync([]);
  assertEquals(readArrowSync(empty).numColumns, 0);
  for (const format of ["file", "stream"] as const) {
    const bytes = writeArrowSync(table.slice(0, 0), { format });
    const batches = await Array.fromAsync(readArrowBatches(bytes));
    assertEquals(batches.length, 1);
    assertEquals(batches[0]!.schema, table.schema);
    const gaps = [table.slice(0, 0), table, table.slice(0, 0), table];
    const read = readArrowBatches(writeArrowSync(gaps, { format }));
    assertEquals((await Array.fromAsync(read)).length, 2);
  }
});

Deno.test("arrow: paths, links of bytes, compressed files", async () => {
  using plain = temporaryFile("a.arrow", file);
  assert(
    tablesEqual(await readArrow(plain.path), concatTables([table, table])),
  );
  const url = new URL(`file://${plain.path}`);
  assertEquals((await readArrow(url)).numRows, 8);
  using packed = temporaryFile("a.arrow.gz", gzipSync(file));
  assertEquals((await readArrow(packed.path)).numRows, 8);
  const error = await assertRejects(
    () => readArrow(`${plain.folder}/none.arrow`),
    FastpathError,
  );
  assertEquals(error.code, "INPUT_UNREADABLE");
});

Deno.test("arrow: progress and abort", async () => {
  const seen: number[] = [];
  await readArrow(streamOf(file, 64), {
    onProgress: (done) => seen.push(done),
  });
  assert(seen.length > 2 && seen.at(-1)! > 100);
  assertEquals(seen, [...seen].sort((a, b) => a - b));
  const signal = AbortSignal.abort(new Error("not now"));
  await assertRejects(() => readArrow(file, { signal }), Error, "not now");
  await assertRejects(() => writeArrow(table, { signal }), Error, "not now");
});

Deno.test("arrow: wrong options", async () => {
  const cases: [ReadArrowOptions | object, ErrorConstructor, string][] = [
    [{ columns: "n" }, TypeError, "array of names"],
    [{ columns: ["n", "n"] }, RangeError, "twice"],
    [{ limit: "1" }, TypeError, "limit must be a number"],
    [{ limit: -1 }, RangeError, "whole number"],
    [{ limit: 1.5 }, RangeError, "whole number"],
    [{ ratioMax: 0 }, RangeError, "ratioMax"],
    [{ signal: {} }, TypeError, "AbortSignal"],
    [{ onProgress: 1 }, TypeError, "onProgress"],
  ];
  for (const [options, kind, words] of cases) {
    await assertRejects(() => readArrow(file, options), kind, words);
  }
  const writes: [WriteArrowOptions | object, ErrorConstructor, string][] = [
    [{ format: "ipc" }, RangeError, "format"],
    [{ format: 1 }, TypeError, "format"],
    [{ dictionaries: "drop" }, RangeError, "dictionaries"],
    [{ signal: 1 }, TypeError, "AbortSignal"],
  ];
  for (const [options, kind, words] of writes) {
    await assertRejects(() => writeArrow(table, options), kind, words);
  }
  for (const input of [null, 1, {}, "x.arrow"]) {
    await assertRejects(
      () => writeArrow(input as never),
      TypeError,
      "Cannot write",
    );
  }
  assertThrows(() => writeArrowSync([{ a: 1 }] as never), TypeError, "a Table");
  assertThrows(
    () => writeArrowSync(readArrowBatches(file) as never),
    TypeError,
    "asynchronously",
  );
  assertThrows(() => readArrowSync("x" as never), TypeError, "Uint8Array");
});

Deno.test("arrow: tables that cannot be written", () => {
  const other = table.slice(0, 1);
  const renamed = new Table([["m", other.columnAt(0)]]);
  assertThrows(
    () => writeArrowSync([table, renamed]),
    RangeError,
    "first batch",
  );
  const late = new Column({
    type: "date",
    length: 1,
    data: new Int32Array([2_932_897]),
  });
  const bad = new Table([["d", late]]);
  assertThrows(() => writeArrowSync(bad), RangeError, "years 0001 to 9999");
});

Deno.test("arrow: dictionaries are kept, grow, or are written out", () => {
  const words = (from: number) =>
    Array.from({ length: 40 }, (_, row) => `w${from + row % 3}`);
  const part = (from: number) => {
    const one = new Table([["s", columnOf("utf8", words(from))]]);
    return concatTables([one, one]);
  };
  const parts = [part(0), part(2), part(0)];
  const expected = [...words(0), ...words(0), ...words(2), ...words(2)]
    .concat([...words(0), ...words(0)]);
  for (const format of ["file", "stream"] as const) {
    const kept = readArrowSync(writeArrowSync(parts, { format }));
    assertEquals(kept.column("s").dictionary?.length, 5);
    assertEquals([...kept.column("s")], expected);
    const plain = readArrowSync(
      writeArrowSync(parts, { format, dictionaries: "plain" }),
    );
    assertEquals(plain.column("s").dictionary, undefined);
    assertEquals([...plain.column("s")], expected);
  }
});

Deno.test("arrow: batches come before the fault", async () => {
  const cut = stream.slice(0, stream.length - 20);
  let rows = 0;
  const error = await assertRejects(async () => {
    for await (const batch of readArrowBatches(streamOf(cut, 100))) {
      rows += batch.numRows;
    }
  }, ParseError);
  assertEquals([rows, error.code], [4, "TRUNCATED_ARROW"]);
});

Deno.test("arrow: bytes after the end are no silence", () => {
  const twice = new Uint8Array([...stream, ...stream]);
  assertThrows(() => readArrowSync(twice), ParseError, "bytes follow");
});

Deno.test("arrow: chunks are arrays of their own", async () => {
  const chunks = await Array.fromAsync(
    writeArrowBatches([table, table], { format: "stream" }),
  );
  assertEquals(chunks.length, 3);
  assertEquals(
    new Uint8Array(await new Blob(chunks).arrayBuffer()),
    stream,
  );
});
