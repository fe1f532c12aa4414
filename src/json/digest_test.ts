/** The canonical form and its digest: RFC 8785, and an independent oracle. */

import { assert, assertEquals, assertRejects } from "@std/assert";
import {
  bytesOf,
  ENGINES,
  streamOf,
  testEngines,
} from "../../tests/_engines.ts";
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
    const form = await canonicalizeJson(bytes, { engine });
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

testEngines(
  "digestJson() advises what a digest can do about a number",
  async (engine) => {
    await assertRejects(
      () => digestJson(bytesOf("[1e400]"), { engine }),
      ParseError,
      "beyond the range of a 64-bit float, write it as a string",
    );
  },
);

testEngines(
  "digestJson() refuses what has no canonical form",
  async (engine) => {
    const cases: [string, string, number, number][] = [
      ['{"a":1,\n "a":2}', "DUPLICATE_KEY", 9, 2],
      ['{"a":1,"\\u0061":2}', "DUPLICATE_KEY", 7, 1],
      ['{"a":{"x":1,"x":2},"a":1e999}', "DUPLICATE_KEY", 12, 1],
      ['{"a":-1e999,"a":1}', "NUMBER_TOO_LARGE", 5, 1],
      ['{"a":1,"a":2', "INVALID_JSON", 12, 1],
      ['["\\ud800"]', "LONE_SURROGATE", 2, 1],
      ["[1,1e400]", "NUMBER_TOO_LARGE", 3, 1],
      ["[1,]", "INVALID_JSON", 3, 1],
      ["", "INVALID_JSON", 0, 1],
      ["1 2", "INVALID_JSON", 2, 1],
      ["[".repeat(1025), "DEPTH_EXCEEDED", 1024, 1],
    ];
    for (const [text, code, place, line] of cases) {
      const error = await assertRejects(
        () => digestJson(bytesOf(text), { engine }),
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
      new TextDecoder().decode(await canonicalizeJson(nested, { engine })),
      '{"a":{"a":{"a":1}},"b":[{"a":2}]}',
    );
  },
);

Deno.test("canonicalizeJson() gives one form on both engines", {
  ignore: ENGINES.length < 2,
}, async () => {
  let state = 12345;
  const below = (limit: number) => {
    state = state * 48_271 % 0x7fff_ffff;
    return state % limit;
  };
  const texts = [
    "é",
    "\\u20ac",
    "\\ud83d\\ude00",
    "😀",
    "\ufb33",
    "a",
    "\\n",
    "",
  ];
  const numbers = ["0", "-0", "-0.0", "1.10", "0.000001", "1e21", "123456789"];
  numbers.push("0.0000012", "9007199254740993", "5e-324", "333.5", "1E400");
  const value = (depth: number): string => {
    const kind = below(depth > 4 ? 3 : 6);
    if (kind === 0) return numbers[below(numbers.length - below(2))]!;
    if (kind === 1) return `"${texts[below(texts.length)]}"`;
    if (kind === 2) return ["true", "false", "null"][below(3)]!;
    const space = [" ", "\n", ""][below(3)]!;
    const items = Array.from({ length: below(6) }, (_, index) => {
      const key = `"${texts[below(texts.length)]}${below(9) > 0 ? index : ""}"`;
      return (kind === 3 ? "" : `${key}${space}:`) + space + value(depth + 1);
    }).join(`,${space}`);
    return kind === 3 ? `[${items}]` : `{${items}${space}}`;
  };
  const outcome = async (text: string, engine: "native" | "typescript") => {
    try {
      const form = await canonicalizeJson(bytesOf(text), { engine });
      return new TextDecoder().decode(form);
    } catch (error) {
      if (!(error instanceof ParseError)) throw error;
      const { code, line, column, byteOffset, message } = error;
      return { code, line, column, byteOffset, message };
    }
  };
  for (let round = 0; round < 3000; round++) {
    let text = value(0);
    if (below(5) === 0) text = text.slice(0, below(text.length + 1));
    const expected = await outcome(text, "typescript");
    assertEquals(await outcome(text, "native"), expected, text);
  }
});
