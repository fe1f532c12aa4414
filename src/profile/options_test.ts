/** Options of `profile`: formats, sizes, and what is refused. */

import { assertEquals, assertRejects } from "@std/assert";
import { bytesOf, streamOf } from "../../tests/_engines.ts";
import { profile, type ProfileOptions } from "./profile.ts";

Deno.test("profile() finds the format", async () => {
  const csv = bytesOf("\ufeff a\n1\n");
  const ndjson = bytesOf('\ufeff\n  {"a":1}\n');
  assertEquals((await profile(csv)).source.format, "csv");
  assertEquals((await profile(ndjson)).source.format, "ndjson");
  for (const [bytes, format] of [[csv, "csv"], [ndjson, "ndjson"]] as const) {
    const report = await profile(streamOf(bytes, 2));
    assertEquals([report.source.format, report.rows], [format, 1]);
    assertEquals(report.source.bytes, bytes.length);
    assertEquals(report.source.name, "-");
  }
});

Deno.test("profile() refuses options that are not allowed", async () => {
  const bytes = bytesOf("a\n1\n");
  for (
    const [options, words] of [
      [{ memory: "much" }, "memory"],
      [{ memory: -1 }, "memory"],
      [{ delimiter: ";;" }, "delimiter"],
      [{ delimiter: '"' }, "delimiter"],
      [{ format: "xml" }, "format"],
      [{ digests: ["md5"] }, "digests"],
      [{ maxDepth: 0 }, "maxDepth"],
      [{ duplicates: "first" }, "duplicates"],
      [{ engine: "gpu" }, "engine"],
    ] as const
  ) {
    await assertRejects(
      () => profile(bytes, options as unknown as ProfileOptions),
      RangeError,
      words,
    );
  }
  for (
    const options of [
      { header: 1 },
      { name: 7 },
      { signal: true },
      { onProgress: 1 },
      { digests: "sha256" },
      { memory: true },
      { delimiter: 44 },
      { maxDepth: "9" },
    ]
  ) {
    await assertRejects(
      () => profile(bytes, options as unknown as ProfileOptions),
      TypeError,
    );
  }
});

Deno.test("profile() reads sizes with units", async () => {
  const bytes = bytesOf("a\n1\n");
  for (const memory of ["0", "5 kB", "1.5MiB", "1GB", 12]) {
    assertEquals((await profile(bytes, { memory })).rows, 1);
  }
});
