/**
 * `profile` on both engines, on generated flights data: exact, with sketches
 * and with a digest. The group names the bytes: 20 MB in 200 ms are 100 MB/s.
 * Every run checks its own answer; comparisons with others stand in
 * `bench/versus/`.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { backendInfo } from "../src/backend.ts";
import { profile, type ProfileOptions } from "../src/profile/mod.ts";
import { flightsBytes } from "./data/flights.ts";

const VARIANTS: readonly (readonly [string, ProfileOptions])[] = [
  ["exact", { digests: [] }],
  ["exact, sha256", {}],
  ["exact, blake3", { digests: ["blake3"] }],
  ["sketches", { digests: [], memory: "1MB" }],
];

for (const format of ["csv", "ndjson"] as const) {
  const bytes = flightsBytes(format, 20e6);
  const group = `profile ${(bytes.length / 1e6).toFixed(0)} MB ${format}`;
  const expected = await profile(bytes, { digests: [] });
  const fares = expected.columns.find(({ name }) => name === "fare")!;

  for (const engine of ["typescript", "native"] as const) {
    const ignore = engine === "native" && backendInfo().library === null;
    for (const [variant, options] of VARIANTS) {
      Deno.bench({
        name: `${variant}, ${engine}`,
        group,
        n: 5,
        warmup: 1,
        baseline: engine === "typescript" && variant === "exact",
        ignore,
        fn: async () => {
          const report = await profile(bytes, { ...options, engine });
          const found = report.columns.find(({ name }) => name === "fare")!;
          assertEquals(report.rows, expected.rows);
          assertEquals([found.min, found.max], [fares.min, fares.max]);
          assert(Math.abs(found.mean! / fares.mean! - 1) < 1e-9);
        },
      });
    }
  }
}
