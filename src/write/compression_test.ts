/** Compressed outputs: by other programs' decoders, in chunks, cut short. */

import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { gunzipSync, zstdDecompressSync } from "node:zlib";
import { testEngines } from "../../tests/_engines.ts";
import { temporaryFile } from "../../tests/_cli.ts";
import { writeCsv, writeCsvBatches, writeCsvSync } from "../csv/write.ts";
import { readCsv } from "../csv/read.ts";
import { FastpathError } from "../errors.ts";
import { writeJson } from "../json/write.ts";
import { writeNdjson, writeNdjsonBatches } from "../ndjson/write.ts";
import { columnOf } from "../table/column_of.ts";
import { tablesEqual } from "../table/mod.ts";
import { Table } from "../table/table.ts";

const METHODS = ["gzip", "zstd"] as const;
type Method = typeof METHODS[number];

const ROWS = 50_000;
const TABLE = Table.fromColumns({
  id: columnOf("i32", Array.from({ length: ROWS }, (_, row) => row)),
  name: columnOf(
    "utf8",
    Array.from({ length: ROWS }, (_, row) => `n${row * 7919 % 1000}`),
  ),
});

function inflated(bytes: Uint8Array, method: Method): Uint8Array {
  const inflate = method === "gzip" ? gunzipSync : zstdDecompressSync;
  return new Uint8Array(inflate(bytes));
}

/** What a program of the system makes of a file; null without the program. */
async function byProgram(
  path: string,
  method: Method,
): Promise<Uint8Array | null> {
  try {
    const program = new Deno.Command(method, { args: ["-d", "-c", path] });
    const { success, stdout } = await program.output();
    assert(success);
    return stdout;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

testEngines("writers compress what they would have written", async (engine) => {
  for (const compression of METHODS) {
    const pairs = [
      [writeCsv, { quoting: "all" }],
      [writeNdjson, {}],
      [writeJson, {}],
    ] as const;
    for (const [write, style] of pairs) {
      const options = { ...style, engine };
      const plain = await write(TABLE, options);
      const packed = await write(TABLE, { ...options, compression });
      assert(packed.length < plain.length / 2);
      assertEquals(inflated(packed, compression), plain);
    }
  }
});

Deno.test("compressed output is read by gzip, zstd and our reader", async () => {
  const plain = await writeCsv(TABLE);
  for (const compression of METHODS) {
    const bytes = await writeCsv(TABLE, { compression });
    const ending = compression === "gzip" ? "gz" : "zst";
    using file = temporaryFile(`a.csv.${ending}`, bytes);
    const other = await byProgram(file.path, compression);
    if (other !== null) assertEquals(other, plain);
    assert(tablesEqual(await readCsv(file.path), TABLE));
    // A checksum stands at the end: damage is not read over.
    bytes[bytes.length - 1]! ^= 1;
    using damaged = temporaryFile(`b.csv.${ending}`, bytes);
    await assertRejects(() => readCsv(damaged.path), FastpathError);
  }
});

async function* forty(onAsked: () => void): AsyncGenerator<Table> {
  for (let part = 0; part < 40; part++) {
    onAsked();
    await Promise.resolve();
    yield TABLE;
  }
}

testEngines("batches are compressed in chunks as they come", async (engine) => {
  for (const compression of METHODS) {
    let asked = 0;
    const batches = forty(() => asked++);
    const chunks = writeNdjsonBatches(batches, { compression, engine });
    const { value } = await chunks.next();
    assert(value !== undefined && value.length > 0);
    assert(asked < 30, `${asked} batches before the first chunk`);
    const parts = [value];
    for await (const chunk of chunks) parts.push(chunk);
    const all = new Uint8Array(await new Blob(parts).arrayBuffer());
    const rows = inflated(all, compression).reduce(
      (count, byte) => count + (byte === 10 ? 1 : 0),
      0,
    );
    assertEquals(rows, 40 * ROWS);
  }
});

async function* failing(fault: Error): AsyncGenerator<Table> {
  yield TABLE;
  await Promise.resolve();
  throw fault;
}

async function* endless(close: () => void): AsyncGenerator<Table> {
  try {
    for (;;) {
      await Promise.resolve();
      yield TABLE;
    }
  } finally {
    close();
  }
}

Deno.test("compressed batches: nothing, an error, leaving, a signal", async () => {
  const fault = new Error("the source failed");
  for (const compression of METHODS) {
    const empty = await Array.fromAsync(writeCsvBatches([], { compression }));
    const all = new Uint8Array(await new Blob(empty).arrayBuffer());
    assertEquals(inflated(all, compression).length, 0);

    const error = await Array.fromAsync(
      writeCsvBatches(failing(fault), { compression }),
    ).catch((error) => error);
    assertEquals(error, fault);

    let isClosed = false;
    const close = () => {
      isClosed = true;
    };
    for await (const _ of writeCsvBatches(endless(close), { compression })) {
      break;
    }
    await new Promise((resolve) => setTimeout(resolve, 0));
    assert(isClosed);

    const stop = new AbortController();
    const reason = new Error("stopped");
    const stopped = Array.fromAsync(
      writeCsvBatches(endless(close), { compression, signal: stop.signal }),
    ).catch((error) => error);
    setTimeout(() => stop.abort(reason), 5);
    assertEquals(await stopped, reason);
  }
});

Deno.test("the option compression is checked", async () => {
  const wrong = { compression: "brotli" as never };
  await assertRejects(
    () => writeCsv(TABLE, wrong),
    RangeError,
    'Cannot write: the option compression must be "gzip" or "zstd"',
  );
  await assertRejects(
    () => writeCsv(TABLE, { compression: 3 as never }),
    TypeError,
  );
  assertThrows(
    () => writeCsvSync(TABLE, { compression: "gzip" } as object),
    TypeError,
    "is of the functions without Sync",
  );
});

Deno.test("where there is no compressor of zstd, that is said", async () => {
  const { process } = globalThis as unknown as {
    process: { getBuiltinModule: unknown };
  };
  const kept = process.getBuiltinModule;
  try {
    for (const module of [undefined, { constants: {} }]) {
      process.getBuiltinModule = () => module;
      const error = await assertRejects(
        () => writeCsv(TABLE, { compression: "zstd" }),
        FastpathError,
        "Cannot write zstd: this runtime has no compressor for it, write gzip",
      );
      assertEquals(error.code, "COMPRESSION_UNAVAILABLE");
    }
    await writeCsv(TABLE, { compression: "gzip" });
  } finally {
    process.getBuiltinModule = kept;
  }
});
