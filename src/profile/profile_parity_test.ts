/** Both engines give the same report to the bit, sketches included. */

import { assertEquals } from "@std/assert";
import { bytesOf, nativeAvailable } from "../../tests/_engines.ts";
import { sampleCsv, sampleNdjson } from "./_sample.ts";
import { profileToJson } from "./json.ts";
import { profile, type ProfileOptions } from "./profile.ts";

const SEEDS = 3;
/** Exact; the largest columns sketched; all of them. */
const LIMITS = [256_000_000, 4_000_000, 300_000, 0];

async function figures(
  bytes: Uint8Array,
  options: ProfileOptions,
): Promise<string> {
  const report = await profile(bytes, { digests: ["blake3"], ...options });
  const constant = { elapsedMs: 0, rowsPerSecond: 0, bytesPerSecond: 0 };
  const engine = { name: "native" as const, reason: "" };
  return profileToJson({ ...report, ...constant, engine });
}

for (const format of ["csv", "ndjson"] as const) {
  for (const rows of [300, 140_000]) {
    Deno.test({
      name: `profile() agrees on ${rows} rows of ${format} to the bit`,
      ignore: !nativeAvailable(),
      async fn() {
        for (let seed = 1; seed <= (rows === 300 ? 40 : SEEDS); seed++) {
          const sample = { rows, columns: 8, seed };
          const bytes = bytesOf(
            format === "csv" ? sampleCsv(sample) : sampleNdjson(sample),
          );
          for (const memory of rows === 300 ? [0] : LIMITS) {
            assertEquals(
              await figures(bytes, { format, memory, engine: "typescript" }),
              await figures(bytes, { format, memory, engine: "native" }),
              `seed ${seed}, memory ${memory}`,
            );
          }
        }
      },
    });
  }
}
