/** Compressed streams, whole, cut, joined and spoiled. */

import { assertEquals, assertRejects } from "@std/assert";
import { constants, gzipSync, zstdCompressSync } from "node:zlib";
import { inflate, type InflateFormat } from "./inflate.ts";

/** Without it, a change within bytes that could not be compressed passes. */
const WITH_CHECKSUM = { params: { [constants.ZSTD_c_checksumFlag]: 1 } };

const COMPRESS: readonly [InflateFormat, (data: Uint8Array) => Uint8Array][] = [
  ["gzip", gzipSync],
  ["zstd", (data) => zstdCompressSync(data, WITH_CHECKSUM)],
];

/** Some noise, some repetition: blocks of every kind. */
function bytesOf(length: number): Uint8Array<ArrayBuffer> {
  let state = 1;
  return Uint8Array.from({ length }, (_, at) => {
    state = state * 75 % 65_537;
    return at % 100_000 < 50_000 ? state : 7;
  });
}

async function* pieces(
  bytes: Uint8Array,
  size: number,
): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) {
    yield await Promise.resolve(bytes.subarray(at, at + size));
  }
}

async function inflated(
  bytes: Uint8Array,
  format: InflateFormat,
  size = 1 << 16,
): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for await (const part of inflate(pieces(bytes, size), format)) {
    parts.push(part);
  }
  return new Uint8Array(await new Blob(parts as BlobPart[]).arrayBuffer());
}

for (const [format, compress] of COMPRESS) {
  Deno.test(`inflate() undoes ${format} whatever the chunks`, async () => {
    for (const length of [0, 1, 1000, 400_000]) {
      const data = bytesOf(length);
      const packed = compress(data);
      for (const size of length > 1000 ? [999, 1 << 16] : [1, 3, 1 << 16]) {
        assertEquals(await inflated(packed, format, size), data);
      }
    }
  });

  Deno.test(`inflate() joins the parts of ${format}`, async () => {
    const [one, two] = [bytesOf(300), bytesOf(70_000)];
    const joined = new Uint8Array([...compress(one), ...compress(two)]);
    const expected = new Uint8Array([...one, ...two]);
    for (const size of [1 << 16, 101]) {
      assertEquals(await inflated(joined, format, size), expected);
    }
  });

  Deno.test(`inflate() refuses ${format} that is cut`, async () => {
    const packed = compress(bytesOf(1000));
    for (let end = 1; end < packed.length; end++) {
      await assertRejects(() => inflated(packed.subarray(0, end), format));
    }
  });

  Deno.test(`inflate() refuses what is no ${format}`, async () => {
    await assertRejects(() => inflated(bytesOf(1000), format));
    const spoiled = compress(bytesOf(200_000)).slice();
    for (let at = 50; at < 90; at++) spoiled[at]! ^= 0x55;
    await assertRejects(() => inflated(spoiled, format));
  });

  Deno.test(`inflate() of ${format} passes the source's error on`, async () => {
    async function* failing(): AsyncGenerator<Uint8Array> {
      yield await Promise.resolve(compress(bytesOf(1000)).subarray(0, 20));
      throw new RangeError("mine");
    }
    await assertRejects(
      async () => {
        for await (const _ of inflate(failing(), format));
      },
      RangeError,
      "mine",
    );
  });

  Deno.test(`inflate() of ${format} may be left early`, async () => {
    const packed = compress(bytesOf(2_000_000));
    for await (const part of inflate(pieces(packed, 1000), format)) {
      assertEquals(part.length > 0, true);
      break;
    }
  });
}

Deno.test("inflate() passes over skippable frames of zstd", async () => {
  const skippable = [0x5a, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 9, 9, 9];
  const packed = new Uint8Array([
    ...skippable,
    ...zstdCompressSync(new Uint8Array([1, 2])),
    ...skippable,
  ]);
  assertEquals(await inflated(packed, "zstd", 2), new Uint8Array([1, 2]));
});
