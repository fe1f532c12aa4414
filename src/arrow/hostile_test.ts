/** Bytes that lie: no crash, no endless work, no memory beyond their size. */

import { assert, assertEquals, assertThrows } from "@std/assert";
import { Random } from "../../bench/data/_random.ts";
import { streamOf } from "../../tests/_engines.ts";
import { FastpathError, ParseError } from "../errors.ts";
import { columnOf } from "../table/column_of.ts";
import { concatTables } from "../table/concat_tables.ts";
import { Table } from "../table/table.ts";
import {
  flatBytes,
  type FlatValue,
  int16,
  int32,
  int64,
  int8,
  structs,
  table,
  tables,
  text,
} from "./_flat_writer.ts";
import { readArrowBatches, readArrowSync } from "./read.ts";
import { writeArrowSync } from "./write.ts";

const vectors: { name: string; bytes: string }[] = JSON.parse(
  await Deno.readTextFile(
    new URL("../../tests/vectors/arrow.json", import.meta.url),
  ),
);

/** Reads and looks at every value, as a user would. */
function readAll(bytes: Uint8Array): number {
  const found = readArrowSync(bytes, { ratioMax: 250 });
  let seen = 0;
  for (let index = 0; index < found.numColumns; index++) {
    const column = found.columnAt(index);
    const rows = Math.min(column.length, 2000);
    for (let row = 0; row < rows; row++) {
      if (column.value(row) !== null) seen++;
    }
  }
  return seen;
}

/** Runs a read that may fail in the ways that are allowed. */
function attempt(bytes: Uint8Array<ArrayBuffer>, what: string): string {
  try {
    readAll(bytes);
    return "read";
  } catch (error) {
    const isOurs = error instanceof ParseError ||
      (error instanceof FastpathError && error.code === "RATIO_EXCEEDED");
    assert(isOurs, `${what}: ${error instanceof Error ? error.stack : error}`);
    return error.code;
  }
}

Deno.test("arrow: mutated bytes are read or refused", () => {
  const outcomes = new Set<string>();
  const chosen = vectors.filter(({ name }) =>
    /^(every type|every list|names|a dictionary|dictionaries|columns between)/
      .test(name)
  );
  for (const [index, { name, bytes }] of chosen.entries()) {
    const original = Uint8Array.fromBase64(bytes);
    for (let seed = 1; seed <= 150; seed++) {
      const random = new Random(1000 * index + seed);
      const mutated = original.slice();
      for (let change = random.below(6); change >= 0; change--) {
        const at = random.below(mutated.length);
        const kind = random.below(4);
        if (kind === 0) mutated[at]! ^= 1 << random.below(8);
        else if (kind === 1) mutated[at] = random.below(256);
        else if (kind === 2) mutated.fill(0xff, at, at + 1 + random.below(8));
        else mutated.copyWithin(at, random.below(mutated.length), at + 8);
      }
      outcomes.add(attempt(mutated, `${name}, seed ${seed}`));
    }
  }
  // The mutations reach every kind of fault.
  for (const code of ["read", "INVALID_ARROW", "TRUNCATED_ARROW"]) {
    assert(outcomes.has(code), `${code} of ${[...outcomes]}`);
  }
});

Deno.test("arrow: mutated bytes in chunks are read or refused", async () => {
  const original = Uint8Array.fromBase64(
    vectors.find(({ name }) => name.startsWith("every type in three"))!.bytes,
  );
  for (let seed = 1; seed <= 150; seed++) {
    const random = new Random(seed);
    const mutated = original.slice();
    mutated[random.below(mutated.length)] = random.below(256);
    try {
      for await (const batch of readArrowBatches(streamOf(mutated, 999))) {
        assert(batch.numRows >= 0);
      }
    } catch (error) {
      assert(error instanceof ParseError, String(error));
    }
  }
});

/** A message with its prefix and body. */
function message(
  kind: number,
  header: FlatValue,
  body = new Uint8Array(0),
  bodyLength = body.length,
): number[] {
  const metadata = flatBytes(
    table(int16(4), int8(kind), header, int64(bodyLength)),
  );
  const prefix = new Uint8Array(8).fill(0xff, 0, 4);
  new DataView(prefix.buffer).setInt32(4, metadata.length, true);
  return [...prefix, ...metadata, ...body];
}

const INT32 = table(int32(32), int8(1));

function field(name: string, id: number, type: FlatValue): FlatValue {
  return table(text(name), int8(1), int8(id), type, null, tables([]));
}

function schema(...fields: FlatValue[]): number[] {
  return message(1, table(int16(0), tables(fields)));
}

function stream(...messages: number[][]): Uint8Array<ArrayBuffer> {
  return new Uint8Array(messages.flat());
}

function assertRefused(bytes: Uint8Array<ArrayBuffer>, words: string): void {
  const error = assertThrows(() => readArrowSync(bytes), ParseError, words);
  assert(error.byteOffset <= bytes.length);
}

/** A batch of one int32 column with the lengths given. */
function batch(
  length: number,
  nodes: number[],
  buffers: number[],
  body = new Uint8Array(16),
): number[] {
  const header = table(int64(length), structs(nodes, 2), structs(buffers, 2));
  return message(3, header, body);
}

Deno.test("arrow: lengths that cannot be are refused", () => {
  const start = schema(field("n", 2, INT32));
  const good = [0, 0, 0, 16];
  assertEquals(
    readArrowSync(stream(start, batch(4, [4, 0], good))).numRows,
    4,
  );
  const refused: [number[], string][] = [
    [batch(5, [5, 0], good), "needs 20"],
    [batch(-1, [-1, 0], good), "-1 rows"],
    [batch(2 ** 31, [2 ** 31, 0], good), "2147483648 rows"],
    [batch(4, [3, 0], good), "3 rows"],
    [batch(4, [4, 5], good), "5 of them null"],
    [batch(4, [4, -1], good), "-1 of them null"],
    [batch(4, [], good), "too few lengths"],
    [batch(4, [4, 0], [0, 0]), "too few buffers"],
    [batch(4, [4, 0], [0, 0, 8, 16]), "leaves its body"],
    [batch(4, [4, 0], [0, 0, -8, 16]), "leaves its body"],
    [batch(4, [4, 0], [0, 0, 2 ** 52, 2 ** 52]), "leaves its body"],
    [batch(4, [4, 1], [16, 0, 0, 16]), "needs 1"],
    [message(3, table(), new Uint8Array(0)), "too few lengths"],
    [message(9, table()), "no schema, no dictionary, no rows"],
    [schema(), "a second schema"],
    [message(3, table(), new Uint8Array(0), 2 ** 50), "body of a message"],
    [message(3, table(), new Uint8Array(0), -8), "negative"],
  ];
  for (const [bytes, words] of refused) {
    assertRefused(stream(start, bytes), words);
  }
  assertRefused(stream(batch(0, [], [])), "before the schema");
  assertRefused(
    stream(message(1, table(int16(1), tables([])))),
    "big-endian",
  );
});

Deno.test("arrow: rows without bytes are bounded", () => {
  const nulls = schema(field("none", 1, table()));
  const rows = (count: number) =>
    batch(count, [count, 0], [], new Uint8Array(0));
  assertEquals(readArrowSync(stream(nulls, rows(1e6))).numRows, 1e6);
  assertRefused(stream(nulls, rows(2e6)), "without bytes");
  assertRefused(stream(nulls, rows(2 ** 31 - 2)), "without bytes");
  assertRefused(stream(schema(), rows(2 ** 31 - 2)), "without bytes");
  const many = Array.from({ length: 3 }, () => rows(5e5));
  assertRefused(stream(nulls, ...many), "without bytes");
});

Deno.test("arrow: compressed rows without bytes are bounded", () => {
  const NULLS = field("none", 1, table());
  const codec = table(int8(1), int8(0));
  const packed = (count: number, nodes: number[], buffers: number[]) =>
    message(
      3,
      table(
        int64(count),
        structs(nodes, 2),
        structs(buffers, 2),
        codec,
      ),
      new Uint8Array(64),
    );
  const few = packed(2e6, [2e6, 2e6], []);
  assertRefused(stream(schema(NULLS, NULLS), few), "without bytes");
  assertRefused(stream(schema(), packed(2e6, [], [])), "without bytes");
  // A column that has bytes, but not those of its rows.
  const bool = field("b", 6, table());
  const body = packed(2e9, [2e9, 0], [0, 0, 0, 16]);
  assertRefused(stream(schema(bool), body), "its column needs 250000000");
  // Its nulls alone would take gigabytes.
  const both = packed(2e9, [2e9, 2e9, 2e9, 0], [0, 0, 0, 16]);
  assertThrows(
    () => readArrowSync(stream(schema(NULLS, bool), both)),
    FastpathError,
    "ratioMax",
  );
});

Deno.test("arrow: a footer cannot name the same batch over and over", () => {
  const part = Table.fromColumns({ n: columnOf("i32", [1, 2, 3]) });
  const bytes = writeArrowSync(part);
  const end = bytes.length - 10;
  const start = end - new DataView(bytes.buffer).getInt32(end, true);
  // The block of the only batch stands in the footer as three integers.
  const footer = new DataView(bytes.buffer, start, end - start);
  const words = Array.from(
    { length: footer.byteLength >> 3 },
    (_, index) => footer.getBigInt64(8 * index, true),
  );
  const at = words.findIndex((word, index) =>
    word > 8n && word < BigInt(start) && words[index + 2] === 16n
  );
  const offset = Number(words[at]);
  const block = [offset, Number(words[at + 1]), 16];
  const blocks = Array.from({ length: 50 }, () => block).flat();
  const forged = flatBytes(table(
    int16(4),
    table(int16(0), tables([field("n", 2, INT32)])),
    structs([], 3),
    structs(blocks, 3),
  ));
  const tail = new Uint8Array(4);
  new DataView(tail.buffer).setInt32(0, forged.length, true);
  const file = new Uint8Array([
    ...bytes.subarray(0, start),
    ...forged,
    ...tail,
    ...bytes.subarray(0, 6),
  ]);
  assertRefused(file, "overlap");
});

/** Types in types, each of two children. */
function twins(depth: number): number[] {
  const end = field("leaf", 2, INT32);
  let one = end;
  for (let level = 0; level < depth; level++) {
    const children = tables([one, end]);
    one = table(text("f"), int8(1), int8(13), table(), null, children);
  }
  return schema(one);
}

Deno.test("arrow: metadata that points at itself ends", () => {
  // Both children of each level become the same: 2^40 in all.
  const shared = shareOffsets(new Uint8Array(twins(40)));
  assertRefused(shared, "too often");
  const small = new Uint8Array(twins(3));
  for (let at = 0; at < small.length; at += 4) {
    for (const word of [0, 1, 4, 8, 0xffff, 0x7fffffff, 0xffffffff]) {
      const looped = small.slice();
      new DataView(looped.buffer).setUint32(at, word, true);
      attempt(looped, `${word} at ${at}`);
    }
  }
});

/** Makes neighbouring offsets of vectors point at the same table. */
function shareOffsets(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const view = new DataView(bytes.buffer);
  for (let at = 8; at + 12 <= bytes.length; at += 4) {
    const isPair = view.getUint32(at, true) === 2;
    const first = at + 4 + view.getUint32(at + 4, true);
    if (isPair && first < bytes.length && first > at + 8) {
      view.setUint32(at + 8, first - at - 8, true);
    }
  }
  return bytes;
}

Deno.test("arrow: types too deep in types are refused", () => {
  let leaf = field("leaf", 2, INT32);
  for (let level = 0; level < 100; level++) {
    leaf = table(
      ...[text("f"), int8(1), int8(13), table(), null, tables([leaf])],
    );
  }
  assertRefused(stream(schema(leaf)), "deeper than 64");
});

Deno.test("arrow: views that share bytes are bounded", () => {
  const start = schema(field("s", 24, table()));
  const rows = 20_000;
  const shared = 4_000;
  const body = new Uint8Array(16 * rows + shared).fill(97);
  const view = new DataView(body.buffer);
  for (let row = 0; row < rows; row++) {
    view.setInt32(16 * row, shared, true);
    view.setInt32(16 * row + 8, 0, true);
    view.setInt32(16 * row + 12, 0, true);
  }
  const header = table(
    int64(rows),
    structs([rows, 0], 2),
    structs([0, 0, 0, 16 * rows, 16 * rows, shared], 2),
    null,
    structs([1], 1),
  );
  const bytes = stream(start, message(3, header, body));
  assertEquals(readArrowSync(bytes).get(rows - 1, "s"), "a".repeat(shared));
  const error = assertThrows(
    () => readArrowSync(bytes, { ratioMax: 1 }),
    ParseError,
    "exceed what may be copied",
  );
  assertEquals(error.code, "INVALID_ARROW");
});

Deno.test("arrow: a length that is not there makes no room", async () => {
  const start = schema(field("n", 2, INT32));
  const huge = message(3, table(), new Uint8Array(0), 2 ** 45);
  const before = Deno.memoryUsage().rss;
  let failed = "";
  try {
    const input = streamOf(stream(start, huge), 64);
    for await (const _ of readArrowBatches(input)) break;
  } catch (error) {
    failed = (error as ParseError).code;
  }
  assertEquals(failed, "TRUNCATED_ARROW");
  assert(Deno.memoryUsage().rss - before < 100e6);
});

Deno.test("arrow: texts that are no UTF-8 are refused where they are", () => {
  const good = Table.fromColumns({ s: columnOf("utf8", ["aXb", "Zürich"]) });
  const bytes = writeArrowSync(good, { format: "stream" });
  const at = bytes.findIndex((byte, index) =>
    byte === 0x58 && bytes[index - 1] === 0x61
  );
  for (const byte of [0x80, 0xff, 0xc3]) {
    const bad = bytes.slice();
    bad[at] = byte;
    const error = assertThrows(() => readArrowSync(bad), ParseError);
    assertEquals([error.code, error.byteOffset], ["INVALID_UTF8", at]);
  }
});

Deno.test("arrow: codes outside their dictionary are refused", () => {
  const texts = Array.from({ length: 40 }, (_, row) => "ab"[row % 2]!);
  const plain = Table.fromColumns({ s: columnOf("utf8", texts) });
  const coded = concatTables([plain, plain]);
  const bytes = writeArrowSync(coded, { format: "stream" });
  // The codes are the last buffer before the end of the stream.
  const at = bytes.length - 8 - 4;
  bytes[at] = 2;
  assertRefused(bytes, "code 2 of a dictionary of 2 values");
});
