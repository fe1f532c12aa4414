/** Compressed inputs: every chunking, several members, cuts, damage, bombs. */

import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { constants, gzipSync, zstdCompressSync } from "node:zlib";
import { bytesOf, streamOf, testEngines } from "../../tests/_engines.ts";
import { temporaryFile } from "../../tests/_cli.ts";
import { readCsv, readCsvBatches } from "../csv/read.ts";
import { FastpathError } from "../errors.ts";
import { profile } from "../profile/profile.ts";
import {
  checkRatioMax,
  compressionOf,
  plainChunks,
  plainName,
} from "./inflate.ts";

type Bytes = Uint8Array<ArrayBuffer>;

const plain = bytesOf(
  "id,name\n" +
    Array.from({ length: 30_000 }, (_, id) => `${id},n${id * 7919 % 1000}\n`)
      .join(""),
);
const gzip = (bytes: Uint8Array): Bytes => new Uint8Array(gzipSync(bytes));
const zstd = (bytes: Uint8Array): Bytes =>
  new Uint8Array(zstdCompressSync(bytes, {
    // As the program zstd does it; without, damage may go unnoticed.
    params: { [constants.ZSTD_c_checksumFlag]: 1 },
  }));
const METHODS = [["gz", gzip], ["zst", zstd]] as const;

function joined(...parts: readonly Uint8Array[]): Bytes {
  return new Uint8Array(parts.flatMap((part) => [...part]));
}

async function collect(
  input: Parameters<typeof plainChunks>[0],
  ratioMax?: number,
): Promise<Bytes> {
  const parts: Uint8Array[] = [];
  for await (const chunk of plainChunks(input, { ratioMax })) {
    parts.push(chunk.slice());
  }
  return new Uint8Array(await new Blob(parts as Bytes[]).arrayBuffer());
}

async function failure(
  input: Parameters<typeof plainChunks>[0],
): Promise<[string, string]> {
  const error = await assertRejects(() => collect(input), FastpathError);
  return [error.code, error.message];
}

Deno.test("inflate: streams of any chunks, by their first bytes", async () => {
  for (const [, compress] of METHODS) {
    const packed = compress(plain);
    for (const size of [1, 2, 3, 1000, packed.length]) {
      const chunked = size < 100 ? compress(plain.subarray(0, 500)) : packed;
      const expected = size < 100 ? plain.subarray(0, 500) : plain;
      assertEquals(await collect(streamOf(chunked, size)), expected);
    }
  }
  assertEquals(await collect(streamOf(plain, 999)), plain);
});

Deno.test("inflate: several members, frames and empty ones", async () => {
  const [one, two] = [plain.subarray(0, 900), plain.subarray(900, 4000)];
  const none = new Uint8Array(0);
  for (const [, compress] of METHODS) {
    const packed = joined(compress(one), compress(none), compress(two));
    for (const size of [1, 100, packed.length]) {
      assertEquals(await collect(streamOf(packed, size)), plain.slice(0, 4000));
    }
  }
  // A frame for other programs may stand anywhere (RFC 8878, 3.1.2).
  const skipped = [0x5a, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3];
  const packed = joined(zstd(one), new Uint8Array(skipped), zstd(two));
  assertEquals(await collect(streamOf(packed, 5)), plain.slice(0, 4000));
});

Deno.test("inflate: paths by their ending alone", async () => {
  for (const [ending, compress] of METHODS) {
    using named = temporaryFile(`a.CSV.${ending}`, compress(plain));
    assertEquals(await collect(named.path), plain);
    using unnamed = temporaryFile("a.csv", compress(plain));
    assertEquals(await collect(unnamed.path), compress(plain));
    using wrong = temporaryFile(`a.csv.${ending}`, plain);
    assertEquals((await failure(wrong.path))[0], "INVALID_COMPRESSION");
  }
  assertEquals(compressionOf("x/a.csv.GZ"), "gzip");
  assertEquals(compressionOf(new URL("file:///a.zst")), "zstd");
  assertEquals(compressionOf("gz"), null);
  assertEquals(plainName("a.ndjson.Zst"), "a.ndjson");
});

Deno.test("inflate: bytes in memory are taken as they are", async () => {
  const packed = gzip(plain);
  assertEquals(await collect(packed), packed);
});

Deno.test("inflate: what is cut anywhere is an error", async () => {
  const text = plain.subarray(0, 200);
  for (const [, compress] of METHODS) {
    const packed = compress(text);
    // Below four bytes nothing says yet that it is compressed.
    for (let end = 4; end < packed.length; end++) {
      const [code, message] = await failure(streamOf(packed.slice(0, end), 50));
      assertEquals(code, "INVALID_COMPRESSION");
      assert(message.includes("cut off"), `cut at ${end}: ${message}`);
    }
    const long = compress(plain);
    for (const end of [long.length - 1, long.length >> 1, 70_000]) {
      const cut = long.slice(0, Math.min(end, long.length - 1));
      const [, message] = await failure(streamOf(cut, 65_536));
      assert(message.includes("cut off"), message);
    }
  }
});

Deno.test("inflate: damage is an error", async () => {
  for (const [, compress] of METHODS) {
    const packed = compress(plain);
    for (let at = 4; at < packed.length; at += packed.length / 40 | 0) {
      const bad = packed.slice();
      bad[at]! ^= 0x55;
      try {
        // gzip's header has bytes that say nothing of the content.
        const found = await collect(streamOf(bad, 10_000));
        assert(found.toHex() === plain.toHex(), `damage at ${at} unnoticed`);
      } catch (error) {
        if (!(error instanceof FastpathError)) throw error;
        assertEquals(error.code, "INVALID_COMPRESSION");
      }
    }
    const [code] = await failure(
      streamOf(joined(compress(plain.subarray(0, 99)), bytesOf("rest")), 9),
    );
    assertEquals(code, "INVALID_COMPRESSION");
  }
});

Deno.test("inflate: a bomb ends early", async () => {
  const zeros = new Uint8Array(1e8);
  for (const [, compress] of METHODS) {
    const packed = compress(zeros);
    const before = Deno.memoryUsage().rss;
    let bytes = 0;
    const error = await assertRejects(async () => {
      const options = { ratioMax: 100 };
      for await (const chunk of plainChunks(streamOf(packed, 1e6), options)) {
        bytes += chunk.length;
      }
    }, FastpathError);
    assertEquals(error.code, "RATIO_EXCEEDED");
    assert(bytes <= 17e6, `${bytes} bytes came out`);
    assert(Deno.memoryUsage().rss - before < 150e6);
    assertEquals((await collect(streamOf(packed, 1e6), 1e6)).length, 1e8);
  }
  // Small ones hurt nobody.
  const small = zstd(new Uint8Array(1e7));
  assertEquals((await collect(streamOf(small, 100), 1)).length, 1e7);
});

Deno.test("inflate: the bound is checked", () => {
  assertThrows(() => checkRatioMax("9"), TypeError, "must be a number");
  assertThrows(() => checkRatioMax(0.5), RangeError, "at least 1");
  assertThrows(() => checkRatioMax(NaN), RangeError, "at least 1");
  assertEquals(checkRatioMax(undefined), 250);
});

Deno.test("inflate: an abort ends it, and the stream is closed", async () => {
  const stop = new AbortController();
  let closed = false;
  async function* endless() {
    try {
      yield gzip(plain).subarray(0, 20_000);
      while (true) {
        await new Promise((resolve) => setTimeout(resolve, 1));
        stop.abort(new Error("enough"));
        yield new Uint8Array(1);
      }
    } finally {
      closed = true;
    }
  }
  await assertRejects(
    async () => {
      const chunks = plainChunks(endless(), { signal: stop.signal });
      for await (const _ of chunks) { /* read on */ }
    },
    Error,
    "enough",
  );
  await new Promise((resolve) => setTimeout(resolve, 20));
  assert(closed, "the stream was left open");
});

testEngines("inflate: the readers read compressed files", async (engine) => {
  for (const [ending, compress] of METHODS) {
    using file = temporaryFile(`a.csv.${ending}`, compress(plain));
    const table = await readCsv(file.path, { engine });
    assertEquals([table.numRows, table.get(29_999, "id")], [30_000, 29_999]);
    let rows = 0;
    const batches = readCsvBatches(file.path, { engine, inferRows: "all" });
    for await (const batch of batches) rows += batch.numRows;
    assertEquals(rows, 30_000);
    const report = await profile(file.path, { engine });
    assertEquals(report.source.bytes, plain.length);
    assertEquals(report.source.format, "csv");
    assertEquals(report.rows, 30_000);
    await assertRejects(
      () => readCsv(file.path, { engine, ratioMax: 0 }),
      RangeError,
      "ratioMax",
    );
  }
  using file = temporaryFile("a.ndjson.gz", gzip(bytesOf('{"a":1}\n')));
  const report = await profile(file.path, { engine });
  assertEquals([report.source.format, report.rows], ["ndjson", 1]);
  const piped = await profile(streamOf(gzip(bytesOf('{"a":1}\n')), 3), {
    engine,
  });
  assertEquals([piped.source.format, piped.rows], ["ndjson", 1]);
});
