/**
 * Digests of bytes in memory and of a file, on both engines, beside the
 * runtime's own SHA-256. Data: bytes `i % 251`. A group's name gives its size
 * and what a microsecond or millisecond means in MB/s.
 *
 * Run it with `deno bench -A bench/hash_bench.ts`.
 */

import { assertEquals } from "@std/assert";
import { backendInfo } from "../src/backend.ts";
import { digest, digestSync } from "../src/hash/digest.ts";
import type { HashAlgorithm } from "../src/hash/options.ts";

const ENGINES = backendInfo().library === null
  ? ["typescript"] as const
  : ["native", "typescript"] as const;

const SIZES: readonly [string, number][] = [
  ["64 B", 64],
  ["1 KiB", 1 << 10],
  ["64 KiB", 1 << 16],
  ["1 MiB", 1 << 20],
  ["64 MiB", 1 << 26],
];

/** Digests of the 64 MiB by Python: hashlib and the package blake3. */
const EXPECTED: Readonly<Record<string, string>> = {
  sha256: "98dc891b284e4d84ac25b0c0a24fdbe39a7f0dbd643ad5e8aa06e02fc6258254",
  blake3: "6837ea41ffe5fe2612df38ae49ca6e52341714f1a117d98ae400e4ac7885701d",
};

const data = new Uint8Array(1 << 26);
for (let at = 0; at < data.length; at++) data[at] = at % 251;

for (const algorithm of ["sha256", "blake3"] as const) {
  for (const engine of ENGINES) {
    assertEquals(digestSync(data, { algorithm, engine }), EXPECTED[algorithm]);
  }
  for (const [name, size] of SIZES) benchMemory(algorithm, name, size);
  benchFile(algorithm);
}

function rateOf(bytes: number): string {
  const [unit, rate] = bytes < 1 << 20 ? ["µs", bytes] : ["ms", bytes / 1000];
  return `1 ${unit} = ${Math.round(rate)} MB/s`;
}

function benchMemory(
  algorithm: HashAlgorithm,
  name: string,
  size: number,
): void {
  const bytes = data.slice(0, size);
  const group = `${algorithm} of ${name} in memory (${rateOf(size)})`;
  for (const engine of ENGINES) {
    Deno.bench({
      name: `digestSync, ${engine}`,
      group,
      baseline: engine === ENGINES[0],
      fn: () => void digestSync(bytes, { algorithm, engine }),
    });
  }
  if (algorithm !== "sha256") return;
  Deno.bench({
    name: "crypto.subtle",
    group,
    fn: async () => void await crypto.subtle.digest("SHA-256", bytes),
  });
}

function benchFile(algorithm: HashAlgorithm): void {
  const group = `${algorithm} of a 64 MiB file (${rateOf(data.length)})`;
  for (const engine of ENGINES) {
    Deno.bench({
      name: `digest, ${engine}`,
      group,
      baseline: engine === ENGINES[0],
      async fn(b) {
        const path = await Deno.makeTempFile();
        await Deno.writeFile(path, data);
        b.start();
        const found = await digest(path, { algorithm, engine });
        b.end();
        await Deno.remove(path);
        assertEquals(found, EXPECTED[algorithm]);
      },
    });
  }
}
