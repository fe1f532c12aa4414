/** Values out of bytes, against JSON.parse. */

import { assert, assertEquals, assertThrows } from "@std/assert";
import { Random } from "../../bench/data/_random.ts";
import { bytesOf } from "../../tests/_engines.ts";
import { ParseError } from "../errors.ts";
import { sampleDocument } from "./_door.ts";
import { parseBytes } from "./_parse_ts.ts";
import { parseJson } from "./parse.ts";

const TEXTS = [
  ..."0|-0|1|-1|1.5|1e3|-2.5E-3|1e400|123456789012345|1234567890123456789"
    .split("|"),
  ...['""', '"a"', '"\\u00e9\\n\\ud83d"', '"é😀"', "true", "false", "null"],
  ...["[]", "{}", "[[],{}]", '{"a":{"a":[1,"a"]},"":0}', '{"a":1,"a":2}'],
  ...['{"__proto__":{"x":1}}', '{"constructor":1,"1":2,"0":3}', " [ 1 ] "],
  ...['"a text of more than sixteen letters"', '{"\\u0061":"b"}', "\ufeff1"],
];

Deno.test("parseJson() gives what JSON.parse gives", () => {
  for (const text of TEXTS) {
    const expected = JSON.parse(text.replace(/^\ufeff/, ""));
    for (const parse of [parseJson, parseBytes]) {
      const value = parse(bytesOf(text));
      assertEquals(value, expected, text);
      assert(
        Object.is(JSON.stringify(value), JSON.stringify(expected)) ||
          JSON.stringify(value) === JSON.stringify(expected),
        text,
      );
    }
  }
  assert(Object.is(parseBytes(bytesOf("-0")), -0));
  const proto = parseBytes(bytesOf('{"__proto__":{"x":1}}')) as object;
  assertEquals(Object.getPrototypeOf(proto), Object.prototype);
  assertEquals(Object.keys(proto), ["__proto__"]);
});

Deno.test("parseJson() parses generated documents, nested deep too", () => {
  for (const seed of [1, 2, 3]) {
    const bytes = sampleDocument(100_000, seed);
    const expected = JSON.parse(new TextDecoder().decode(bytes));
    assertEquals(parseBytes(bytes), expected);
    assertEquals(parseJson(bytes), expected);
  }
  const deep = bytesOf("[".repeat(100_000) + "]".repeat(100_000));
  assert(Array.isArray(parseBytes(deep)));
  assert(Array.isArray(parseJson(deep)));
});

Deno.test("parseJson() refuses damaged documents, with a place", () => {
  const bytes = sampleDocument(300, 3);
  let refused = 0;
  for (let seed = 1; seed <= 3000; seed++) {
    const random = new Random(seed);
    const damaged = bytes.slice();
    for (let change = 0; change < 2; change++) {
      damaged[random.below(bytes.length)] = random.pick([
        ...[34, 44, 48, 58, 92, 93, 123, 125, 32, 0x80, 10, 101],
      ]);
    }
    let expected: unknown;
    try {
      const decoder = new TextDecoder("utf-8", { fatal: true });
      expected = JSON.parse(decoder.decode(damaged));
    } catch {
      refused++;
      const one = assertThrows(() => parseJson(damaged), ParseError);
      const other = assertThrows(() => parseBytes(damaged), ParseError);
      assertEquals(one.byteOffset, other.byteOffset);
      continue;
    }
    assertEquals(parseBytes(damaged), expected, `seed ${seed}`);
  }
  assert(refused > 1000);
});

Deno.test("parseJson() refuses what is no bytes", () => {
  for (const value of ["{}", null, 1, new SharedArrayBuffer(2)]) {
    assertThrows(() => parseJson(value as unknown as Uint8Array), TypeError);
  }
  const shared = new Uint8Array(new SharedArrayBuffer(2));
  assertThrows(() => parseJson(shared), TypeError, "shared");
});
