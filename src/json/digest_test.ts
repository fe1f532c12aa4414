/** The canonical form and its digest: RFC 8785, and an independent oracle. */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { bytesOf, streamOf, testEngines } from "../../tests/_engines.ts";
import { ParseError } from "../errors.ts";
import { digest } from "../hash/digest.ts";
import { canonicalizeJson, digestJson } from "./digest.ts";

interface Vector {
  readonly text: string;
  readonly canonical: string;
  readonly sha256: string;
}

/** Written by tools/vectors/jcs.py. */
const VECTORS = (await Deno.readTextFile(
  new URL("../../tests/vectors/jcs.ndjson", import.meta.url),
)).trimEnd().split("\n").map((line) => JSON.parse(line) as Vector);

testEngines("digestJson() is that of the canonical form", async (engine) => {
  assert(VECTORS.length > 400);
  for (const { text, canonical, sha256 } of VECTORS) {
    const bytes = bytesOf(text);
    const form = await canonicalizeJson(bytes);
    assertEquals(new TextDecoder().decode(form), canonical, text);
    assertEquals(await digestJson(bytes, { engine }), sha256);
    assertEquals(await digestJson(form, { engine }), sha256);
  }
});

testEngines(
  "digestJson() knows blake3, encodings and streams",
  async (engine) => {
    const bytes = bytesOf('{"b":1, "a":[]}');
    const form = bytesOf('{"a":[],"b":1}');
    for (const algorithm of ["sha256", "blake3"] as const) {
      for (const encoding of ["hex", "base64"] as const) {
        const options = { engine, algorithm, encoding };
        const expected = await digest(form, options);
        assertEquals(await digestJson(bytes, options), expected);
        assertEquals(await digestJson(streamOf(bytes, 3), options), expected);
      }
    }
    const out = await digestJson(bytes, { engine, encoding: "bytes" });
    assertEquals(out.toHex(), await digestJson(bytes, { engine }));
  },
);

Deno.test("digestJson() refuses what has no canonical form", async () => {
  const cases: [string, string, number, number][] = [
    ['{"a":1,\n "a":2}', "DUPLICATE_KEY", 9, 2],
    ['{"a":1,"\\u0061":2}', "DUPLICATE_KEY", 7, 1],
    ['["\\ud800"]', "LONE_SURROGATE", 2, 1],
    ["[1,1e400]", "NUMBER_TOO_LARGE", 3, 1],
    ["[1,]", "INVALID_JSON", 3, 1],
    ["", "INVALID_JSON", 0, 1],
    ["1 2", "INVALID_JSON", 2, 1],
    ["[".repeat(1025), "DEPTH_EXCEEDED", 1024, 1],
  ];
  for (const [text, code, place, line] of cases) {
    const error = await assertRejects(
      () => digestJson(bytesOf(text)),
      ParseError,
    );
    assertEquals([error.code, error.byteOffset, error.line], [
      code,
      place,
      line,
    ]);
  }
  // The same key in two objects is no repetition.
  const nested = bytesOf('{"a":{"a":{"a":1}},"b":[{"a":2}]}');
  assertEquals(
    new TextDecoder().decode(await canonicalizeJson(nested)),
    '{"a":{"a":{"a":1}},"b":[{"a":2}]}',
  );
});
