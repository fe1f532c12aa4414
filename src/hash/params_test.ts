/**
 * Digests with lengths, keys and contexts against
 * `tests/vectors/hash_params.tsv`, and NIST's and BLAKE2's vectors against
 * `tests/vectors/hash_nist.tsv`; both engines, whole and in pieces.
 */

import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { streamOf, testEngines } from "../../tests/_engines.ts";
import { digest, digestSync } from "./digest.ts";
import { createHasher } from "./_digest_ts.ts";
import { Blake2b, Blake2s } from "./_blake2_ts.ts";
import { specOf } from "./_spec.ts";
import type { DigestSyncOptions, HashAlgorithm } from "./options.ts";

interface Vector {
  readonly options: DigestSyncOptions<"hex">;
  readonly message: Uint8Array<ArrayBuffer>;
  readonly expected: string;
}

function rowsOf(name: string): string[][] {
  const url = new URL(`../../tests/vectors/${name}`, import.meta.url);
  const text = Deno.readTextFileSync(url).trimEnd();
  return text.split("\n").map((line) => line.split("\t"));
}

function counted(length: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(length).map((_, index) => index % 251);
}

const PARAMS: Vector[] = rowsOf("hash_params.tsv").map((
  [algorithm, length, key = "", context = "", size, expected = ""],
) => ({
  options: {
    algorithm: algorithm as HashAlgorithm,
    length: Number(length),
    ...(key === "" ? {} : { key: Uint8Array.fromHex(key) }),
    ...(context === "" ? {} : { context }),
  },
  message: counted(Number(size)),
  expected,
}));

const NIST = rowsOf("hash_nist.tsv").map((
  [algorithm, kind, message = "", expected = ""],
) => ({
  algorithm: algorithm as HashAlgorithm,
  kind,
  message: Uint8Array.fromBase64(message),
  expected,
}));

testEngines("digestSync() gives the digests of other programs", (engine) => {
  for (const { options, message, expected } of PARAMS) {
    const found = digestSync(message, { ...options, engine });
    assertEquals(found, expected, JSON.stringify([options, message.length]));
  }
});

testEngines("digest() gives the digests of other programs", async (engine) => {
  const path = await Deno.makeTempFile();
  try {
    for (const [at, { options, message, expected }] of PARAMS.entries()) {
      // Every third of them, as bytes, as a stream and as a file.
      if (at % 3 !== 0) continue;
      const settings = { ...options, engine };
      assertEquals(await digest(message, settings), expected);
      const stream = streamOf(message, 1 + at % 77);
      if (message.length < 10_000) {
        assertEquals(await digest(stream, settings), expected);
      }
      await Deno.writeFile(path, message);
      assertEquals(await digest(path, settings), expected);
    }
  } finally {
    await Deno.remove(path);
  }
});

Deno.test("createHasher() takes pieces of any size", () => {
  for (const [at, { options, message, expected }] of PARAMS.entries()) {
    const hasher = createHasher(specOf(options));
    const size = [1, 3, 63, 64, 65, 128, 1000, 1024][at % 8] ?? 1;
    if (message.length / size > 20_000) continue;
    for (let from = 0; from < message.length; from += size) {
      hasher.update(message.subarray(from, from + size));
    }
    assertEquals(hasher.hex(), expected, JSON.stringify([options, size]));
  }
});

Deno.test("our BLAKE2 is that of the runtime, which is used where it can be", () => {
  for (const size of [0, 1, 63, 64, 65, 127, 128, 129, 255, 256, 257, 10_000]) {
    const message = counted(size);
    for (
      const [ours, spec] of [
        [new Blake2b(64), specOf({ algorithm: "blake2b" })],
        [new Blake2s(32), specOf({ algorithm: "blake2s" })],
      ] as const
    ) {
      const runtimes = createHasher(spec);
      ours.update(message);
      runtimes.update(message);
      assertEquals(ours.finish(), runtimes.finish(), `${size}`);
    }
  }
});

testEngines(
  "digestSync() gives the vectors of NIST and of BLAKE2",
  (engine) => {
    for (const { algorithm, kind, message, expected } of NIST) {
      if (kind === "monte") continue;
      assertEquals(digestSync(message, { algorithm, engine }), expected);
    }
  },
);

testEngines("digestSync() walks NIST's Monte Carlo chains", (engine) => {
  for (const { algorithm, kind, message: seed, expected } of NIST) {
    if (kind !== "monte") continue;
    let last = seed;
    for (const digest of expected.split(",")) {
      // Each message is the three digests before it.
      const length = seed.length;
      const three = new Uint8Array(3 * length);
      for (let at = 0; at < 3; at++) three.set(last, at * length);
      for (let round = 0; round < 1000; round++) {
        last = digestSync(three, { algorithm, engine, encoding: "bytes" });
        three.copyWithin(0, length);
        three.set(last, 2 * length);
      }
      assertEquals(last.toHex(), digest);
    }
  }
});

testEngines("digest() refuses parameters that do not fit", async (engine) => {
  const bytes = counted(3);
  const key = (length: number) => new Uint8Array(length);
  const range: [DigestSyncOptions<"hex">, string][] = [
    [{ length: 16 }, "the option length of sha256 must be 32 bytes: it is 16"],
    [
      { algorithm: "blake2b", length: 65 },
      "the option length of blake2b must be from 1 to 64 bytes: it is 65",
    ],
    [{ algorithm: "blake2s", length: 0 }, "must be from 1 to 32 bytes"],
    [{ algorithm: "blake3", length: 1.5 }, "must be from 1 to 1048576 bytes"],
    [{ algorithm: "blake3", length: 1_048_577 }, "it is 1048577"],
    [{ algorithm: "xxh3", length: 16 }, "must be 8 bytes"],
    [{ key: key(32) }, "sha256 takes no key, use blake2b, blake2s or blake3"],
    [{ algorithm: "blake3", key: key(31) }, "must have 32 bytes: it has 31"],
    [{ algorithm: "blake2b", key: key(0) }, "must have from 1 to 64 bytes"],
    [{ algorithm: "blake2s", context: "a" }, "blake2s takes no context"],
    [
      { algorithm: "blake3", key: key(32), context: "a" },
      "the options key and context exclude each other",
    ],
    [{ algorithm: "blake3", context: "\uD800" }, "half a surrogate pair"],
  ];
  for (const [options, words] of range) {
    const settings = { ...options, engine };
    assertThrows(() => digestSync(bytes, settings), RangeError, words);
    await assertRejects(() => digest(bytes, settings), RangeError, words);
  }
  const types: DigestSyncOptions[] = [
    { algorithm: "blake3", length: "32" as unknown as number },
    { algorithm: "blake3", key: "secret" as unknown as Uint8Array },
    { algorithm: "blake3", context: 7 as unknown as string },
  ];
  for (const options of types) {
    assertThrows(() => digestSync(bytes, { ...options, engine }), TypeError);
  }
  // An empty context is one, and not the plain digest.
  const settings = { algorithm: "blake3", engine } as const;
  const derived = digestSync(bytes, { ...settings, context: "" });
  assertEquals(derived === digestSync(bytes, settings), false);
});

testEngines("digest() gives long outputs in every encoding", (engine) => {
  const length = 1 << 20;
  const options = { algorithm: "blake3", length, engine } as const;
  const bytes = digestSync(counted(9), { ...options, encoding: "bytes" });
  assertEquals(bytes.length, length);
  const base64 = digestSync(counted(9), { ...options, encoding: "base64" });
  assertEquals(Uint8Array.fromBase64(base64), bytes);
  assertEquals(digestSync(counted(9), options), bytes.toHex());
});
