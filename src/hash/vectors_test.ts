/**
 * Digests against `tests/vectors/hash.tsv`, which `tools/vectors/hash.py`
 * makes with Python: whole, in pieces, and from every alignment.
 */

import { assertEquals } from "@std/assert";
import { bytesOf, streamOf, testEngines } from "../../tests/_engines.ts";
import { digest, digestSync } from "./digest.ts";
import { createHasher } from "./_digest_ts.ts";

interface Vector {
  name: string;
  message: Uint8Array<ArrayBuffer>;
  sha256: string;
  blake3: string;
}

const ALGORITHMS = ["sha256", "blake3"] as const;
const VECTORS = readVectors();

function readVectors(): Vector[] {
  const url = new URL("../../tests/vectors/hash.tsv", import.meta.url);
  return Deno.readTextFileSync(url).trimEnd().split("\n").map((line) => {
    const [name = "", sha256 = "", blake3 = ""] = line.split("\t");
    return { name, message: messageOf(name), sha256, blake3 };
  });
}

function messageOf(name: string): Uint8Array<ArrayBuffer> {
  const [kind, first = "", count] = name.split(":");
  if (kind === "hex") return Uint8Array.fromHex(first);
  if (kind === "repeat") {
    return new Uint8Array(Number(count)).fill(parseInt(first, 16));
  }
  return new Uint8Array(Number(first)).map((_, index) => index % 251);
}

testEngines("digest() gives the published digests", async (engine) => {
  for (const { name, message, ...expected } of VECTORS) {
    for (const algorithm of ALGORITHMS) {
      const options = { algorithm, engine };
      assertEquals(await digest(message, options), expected[algorithm], name);
      assertEquals(digestSync(message, options), expected[algorithm], name);
    }
  }
});

testEngines(
  "digest() of a stream does not depend on its chunks",
  async (engine) => {
    for (const { name, message, ...expected } of VECTORS) {
      for (const chunkBytes of [1, 1023, 1024, 65_536, 3_000_000]) {
        if (message.length / chunkBytes > 5000) continue;
        for (const algorithm of ALGORITHMS) {
          const stream = streamOf(message, chunkBytes);
          const found = await digest(stream, { algorithm, engine });
          assertEquals(found, expected[algorithm], `${name} by ${chunkBytes}`);
        }
      }
    }
  },
);

testEngines("digest() of a file is that of its bytes", async (engine) => {
  const path = await Deno.makeTempFile();
  try {
    for (const { name, message, ...expected } of VECTORS) {
      await Deno.writeFile(path, message);
      for (const algorithm of ALGORITHMS) {
        const found = await digest(path, { algorithm, engine });
        assertEquals(found, expected[algorithm], name);
      }
    }
  } finally {
    await Deno.remove(path);
  }
});

Deno.test("createHasher() takes pieces of any size and alignment", () => {
  for (const { name, message, ...expected } of VECTORS) {
    for (const algorithm of ALGORITHMS) {
      for (const shift of [0, 1, 2, 3]) {
        const shifted = new Uint8Array(message.length + shift);
        shifted.set(message, shift);
        const hasher = createHasher(algorithm);
        // Pieces grow from 1 byte to more than a few chunks.
        for (let at = shift, size = 1; at < shifted.length; size *= 3) {
          hasher.update(shifted.subarray(at, at + size));
          at += size;
        }
        hasher.update(bytesOf(""));
        assertEquals(hasher.hex(), expected[algorithm], `${name} + ${shift}`);
      }
    }
  }
});

Deno.test("createHasher() gives bytes of their own", () => {
  for (const algorithm of ALGORITHMS) {
    const bytes = createHasher(algorithm).finish();
    assertEquals(bytes.constructor, Uint8Array);
    assertEquals([bytes.length, bytes.buffer.byteLength], [32, 32]);
  }
});
