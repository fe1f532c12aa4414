/** Our decoder of Zstandard against what the reference library compresses. */

import { assert, assertEquals, assertThrows } from "@std/assert";
import { constants, zstdCompressSync } from "node:zlib";
import { Random } from "../../bench/data/_random.ts";
import { Xxh64 } from "./_xxh64.ts";
import { Zstd } from "./_zstd.ts";

type Bytes = Uint8Array<ArrayBuffer>;

function compress(bytes: Uint8Array, level: number, checksum: boolean): Bytes {
  return new Uint8Array(zstdCompressSync(bytes, {
    params: {
      [constants.ZSTD_c_compressionLevel]: level,
      [constants.ZSTD_c_checksumFlag]: checksum ? 1 : 0,
    },
  }));
}

function decode(bytes: Bytes, pieceBytes: number): Bytes {
  const zstd = new Zstd();
  const parts: Bytes[] = [];
  for (let at = 0; at < bytes.length; at += pieceBytes) {
    parts.push(...zstd.push(bytes.subarray(at, at + pieceBytes)));
  }
  assert(zstd.isBetween, "cut off");
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** Bytes with repeats near and far, of few or many values. */
function content(seed: number): Uint8Array {
  const random = new Random(seed);
  const bytes = new Uint8Array(random.below(seed % 9 === 0 ? 200_000 : 40_000));
  const values = 1 + random.below(255);
  for (let at = 0; at < bytes.length; at++) {
    const kind = random.below(4);
    bytes[at] = kind === 0 && at > 0
      ? bytes[at - 1 - random.below(Math.min(at, 5000))]!
      : random.below(1 + random.below(values));
  }
  for (let copy = random.below(20); copy > 0; copy--) {
    const from = random.below(bytes.length + 1);
    bytes.copyWithin(
      random.below(bytes.length + 1),
      from,
      from + random.below(9000),
    );
  }
  return bytes;
}

Deno.test("zstd: every level, with and without a checksum", () => {
  const contents = [
    new Uint8Array(0),
    new Uint8Array([7]),
    new Uint8Array(400_000).fill(65),
    ...Array.from({ length: 12 }, (_, seed) => content(seed)),
  ];
  for (const [index, bytes] of contents.entries()) {
    for (const level of [-7, 1, 3, 9, 19]) {
      for (const checksum of [false, true]) {
        const packed = compress(bytes, level, checksum);
        const found = decode(packed, checksum ? 1000 : packed.length + 1);
        assertEquals(found.length, bytes.length);
        assert(
          found.every((byte, at) => byte === bytes[at]),
          `content ${index} at level ${level}`,
        );
      }
    }
  }
});

Deno.test("zstd: a window that moves on", () => {
  // A small window: the history is moved many times.
  const bytes = new Uint8Array(3_000_000);
  const random = new Random(5);
  for (let at = 0; at < bytes.length; at++) {
    bytes[at] = at > 900 && random.below(8) > 0
      ? bytes[at - 900]!
      : random.below(256);
  }
  const packed = new Uint8Array(zstdCompressSync(bytes, {
    params: { [constants.ZSTD_c_windowLog]: 10 },
  }));
  assert(decode(packed, 65_536).every((byte, at) => byte === bytes[at]));
});

Deno.test("zstd: damage never does more than fail", () => {
  const packed = compress(content(9), 3, true);
  let failed = 0;
  for (let seed = 1; seed <= 400; seed++) {
    const random = new Random(seed);
    const bad = packed.slice();
    for (let change = random.below(3); change >= 0; change--) {
      bad[4 + random.below(bad.length - 4)]! ^= 1 << random.below(8);
    }
    try {
      decode(bad, 30_000);
    } catch (error) {
      assert(error instanceof Error);
      // Neither ours by mistake nor of the machine.
      assert(error.constructor === Error || error.name === "AssertionError");
      failed++;
    }
  }
  assert(failed > 390, `${failed} of 400 were noticed`);
});

Deno.test("zstd: heads that lie", () => {
  const magic = [0x28, 0xb5, 0x2f, 0xfd];
  const refused: [number[], string][] = [
    [[1, 2, 3, 4], "no frame begins"],
    [[...magic, 8, 0], "unknown kind"],
    [[...magic, 0, 0xff], "128 MiB"],
    [[...magic, 1, 0, 9], "dictionary"],
    [[...magic, 0, 0, 7, 0, 0], "unknown kind or too large"],
    [[...magic, 0, 0, 5, 0xff, 0xff], "too large"],
    [[...magic, 32, 5, 1, 0, 0], "not the size"],
  ];
  for (const [bytes, words] of refused) {
    assertThrows(() => decode(new Uint8Array(bytes), 99), Error, words);
  }
});

/** Low halves by python-xxhash 4.1.0, of so many bytes 0, 1, 2 and so on. */
const XXH64: [number, number][] = [
  [0, 1373170073],
  [1, 3674548072],
  [3, 867984861],
  [4, 1146342430],
  [5, 1847984908],
  [8, 347609997],
  [11, 2503367370],
  [12, 520674469],
  [31, 2605551329],
  [32, 385823412],
  [33, 3405483693],
  [40, 2971091433],
  [44, 3677074066],
  [63, 2841611855],
  [64, 3680965616],
  [100, 840328599],
  [1000, 247087224],
];

Deno.test("zstd: XXH64 of the specification's sizes", () => {
  for (const [length, low] of XXH64) {
    const bytes = Uint8Array.from({ length }, (_, at) => at);
    for (const piece of [1, 7, 32, 1000]) {
      const hash = new Xxh64();
      for (let at = 0; at < length; at += piece) {
        hash.update(bytes.subarray(at, at + piece));
      }
      assertEquals(hash.low32(), low, `${length} bytes`);
    }
  }
});
