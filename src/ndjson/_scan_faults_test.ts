/**
 * Every code and reason of NDJSON with its position, counted by hand, as a
 * reader byte by byte would notice it.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import {
  bytesOf,
  encode,
  type Outcome,
  placeOf,
  runScanner,
} from "../../tests/_scan.ts";
import { NdjsonScanner, type NdjsonScanOptions } from "./_scan_ts.ts";

const DEFAULTS: NdjsonScanOptions = {
  maxDepth: 1024,
  duplicates: "last",
  surrogates: "error",
  integers: "error",
  overflow: "error",
  blankLines: "skip",
};

/** The outcome of an input, which must not depend on chunks or batches. */
function read(
  input: Uint8Array,
  options: Partial<NdjsonScanOptions> = {},
): Outcome {
  const run = (chunk: number, rowsMax: number, separateEnd: boolean) => {
    const scanner = new NdjsonScanner({ ...DEFAULTS, ...options });
    return runScanner(scanner, input, chunk, rowsMax, separateEnd);
  };
  const whole = run(Infinity, Infinity, false);
  for (let chunk = 1; chunk <= Math.min(24, input.length); chunk++) {
    assertEquals(run(chunk, Infinity, false), whole, `chunks of ${chunk}`);
    assertEquals(run(chunk, 1, true), whole, `chunks of ${chunk}, by row`);
  }
  return whole;
}

/** Expects `rows` whole records and then a fault. */
function expectFault(
  input: Uint8Array,
  rows: number,
  code: string,
  offset: number,
  args: Record<string, string> = {},
  options: Partial<NdjsonScanOptions> = {},
): void {
  const outcome = read(input, options);
  const place = placeOf(input, offset);
  assertEquals(
    [outcome.fault, outcome.rows.length],
    [`${code} ${place} ${JSON.stringify(args)}`, rows],
    JSON.stringify(new TextDecoder().decode(input)),
  );
}

const GRAMMAR: [string, number, string][] = [
  ["?", 0, "expected a value"],
  ["}", 0, "expected a value"],
  ["{", 1, "unexpected end of line"],
  ["{\n", 1, "unexpected end of line"],
  ["{a", 1, "expected a key"],
  ["{,", 1, "expected a key"],
  ['{"a":1,}', 7, "expected a key"],
  ['{"a":1,', 7, "unexpected end of line"],
  ['{"a"', 4, "unexpected end of line"],
  ['{"a" 1}', 5, "expected ':'"],
  ['{"a":', 5, "unexpected end of line"],
  ['{"a":}', 5, "expected a value"],
  ['{"a":+1}', 5, "expected a value"],
  ['{"a":.5}', 5, "expected a value"],
  ['{"a":NaN}', 5, "expected a value"],
  ['{"a":é}', 5, "expected a value"],
  ['{"a":1 2}', 7, "expected ',' or '}'"],
  ['{"a":1]', 6, "expected ',' or '}'"],
  ['{"a":1\n', 6, "unexpected end of line"],
  ['{"a":1x}', 6, "expected ',' or '}'"],
  ['{"a":[1 2]}', 8, "expected ',' or ']'"],
  ['{"a":[1}', 7, "expected ',' or ']'"],
  ['{"a":[1,]}', 8, "expected a value"],
  ['{"a":[,1]}', 6, "expected a value"],
  ['{"a":[', 6, "unexpected end of line"],
  ['{"a":{"b"}}', 9, "expected ':'"],
  ['{"a":{"b":1]}', 11, "expected ',' or '}'"],
  ['{"a":{1:1}}', 6, "expected a key"],
  ['{"a":{"b":1,}}', 12, "expected a key"],
  ['{"a":1} x', 8, "text after the value"],
  ['{"a":1}{"a":1}', 7, "text after the value"],
  ["{}\0", 2, "text after the value"],
];

const TOKENS: [string, number, string][] = [
  ['{"a":-}', 6, "invalid number"],
  ['{"a":-\n', 6, "invalid number"],
  ['{"a":01}', 6, "invalid number"],
  ['{"a":-00}', 7, "invalid number"],
  ['{"a":1.}', 7, "invalid number"],
  ['{"a":1.e5}', 7, "invalid number"],
  ['{"a":1e}', 7, "invalid number"],
  ['{"a":1e+}', 8, "invalid number"],
  ['{"a":[1e-', 9, "invalid number"],
  ['{"a":1.5.3}', 8, "expected ',' or '}'"],
  ['{"a":trve}', 7, "invalid literal"],
  ['{"a":True}', 5, "expected a value"],
  ['{"a":nul', 8, "invalid literal"],
  ['{"a":[falsey]}', 11, "expected ',' or ']'"],
  ['{"a":"\\x"}', 7, "invalid escape"],
  ['{"a":"\\u12G4"}', 10, "invalid escape"],
  ['{"a":"\\u"}', 8, "invalid escape"],
  ['{"\\q":1}', 3, "invalid escape"],
  ['{"a":"\t"}', 6, "control character in string"],
  ['{"a":"x\r\n', 7, "control character in string"],
  ['{"a":["\0"]}', 7, "control character in string"],
  ['{"a":"x', 7, "unterminated string"],
  ['{"a":"x\n"}', 7, "unterminated string"],
  ['{"a":"x\\', 8, "unterminated string"],
  ['{"a":"x\\u00', 11, "unterminated string"],
  ['{"a', 3, "unterminated string"],
];

Deno.test("NdjsonScanner says why and where a line is no JSON", () => {
  for (const [text, offset, reason] of [...GRAMMAR, ...TOKENS]) {
    const input = encode(`{"ok":1}\n${text}`);
    expectFault(input, 1, "INVALID_JSON", offset + 9, { reason });
  }
});

Deno.test("NdjsonScanner rejects lines that are no objects", () => {
  for (
    const [text, found] of [
      ["[1]", "array"],
      ['"x"', "string"],
      ["-1", "number"],
      ["7", "number"],
      ["true", "boolean"],
      ["false", "boolean"],
      ["null", "null"],
    ] as const
  ) {
    expectFault(encode(`{}\n ${text}\n`), 1, "NOT_AN_OBJECT", 4, { found });
  }
});

Deno.test("NdjsonScanner rejects numbers without a type", () => {
  const nines = "9".repeat(50);
  for (
    const [text, code, value] of [
      ["9223372036854775808", "INTEGER_TOO_LARGE", "9223372036854775808"],
      ["-9223372036854775809", "INTEGER_TOO_LARGE", "-9223372036854775809"],
      [nines, "INTEGER_TOO_LARGE", "9".repeat(40)],
      ["1e309", "NUMBER_TOO_LARGE", "1e309"],
      ["-1.8E+308", "NUMBER_TOO_LARGE", "-1.8E+308"],
      [`${"9".repeat(310)}.5`, "NUMBER_TOO_LARGE", "9".repeat(40)],
    ] as const
  ) {
    expectFault(encode(`{"a":${text}}`), 0, code, 5, { value });
  }
  for (
    const text of [
      ...["9223372036854775807", "-9223372036854775808", "1.7e308"],
      ...["1e-999", "0e999", "0.0e00400"],
    ]
  ) {
    assertEquals(read(encode(`{"a":${text}}`)).fault, null, text);
  }
});

Deno.test("NdjsonScanner rejects lone surrogates", () => {
  for (
    const [text, offset] of [
      ['{"a":"\\ud800"}', 6],
      ['{"a":"x\\udc00"}', 7],
      ['{"a":"\\ud800\\ud800"}', 6],
      ['{"a":"\\ud800\\u12G4"}', 6],
      ['{"a":["\\uDFFF"]}', 7],
      ['{"\\ud800":1}', 2],
      ['{"a":"\\ud800', 6],
    ] as const
  ) {
    expectFault(encode(text), 0, "LONE_SURROGATE", offset);
  }
});

Deno.test("NdjsonScanner limits the depth", () => {
  const three = { maxDepth: 3 };
  const limit = "3";
  assertEquals(read(encode('{"a":[{"b":1},[]]}'), three).fault, null);
  const code = "DEPTH_EXCEEDED";
  expectFault(encode('{"a":[{"b":[1]}]}'), 0, code, 11, { limit }, three);
  expectFault(encode("{}"), 0, code, 0, { limit: "0" }, { maxDepth: 0 });
  const deep = (count: number) =>
    encode(`{"a":${"[".repeat(count)}${"]".repeat(count)}}`);
  assertEquals(read(deep(1023)).fault, null);
  expectFault(deep(1024), 0, code, 5 + 1023, { limit: "1024" });
});

Deno.test("NdjsonScanner reads a value of any depth without recursion", () => {
  const count = 300_000;
  const text = `{"a":${"[".repeat(count)}${"]".repeat(count)}}`;
  const scanner = new NdjsonScanner({ ...DEFAULTS, maxDepth: 1e6 });
  const whole = runScanner(scanner, encode(text), Infinity, Infinity, false);
  assertEquals([whole.fault, whole.rows.length], [null, 1]);
});

Deno.test("NdjsonScanner rejects duplicate keys when asked", () => {
  const options = { duplicates: "error" } as const;
  const text = '{"a":1,"b":2}\n{"b":1,"a":2,"\\u0062":3}';
  expectFault(encode(text), 1, "DUPLICATE_KEY", 27, { key: "b" }, options);
  const nested = '{"a":{"x":1,"x":2}}';
  assertEquals(read(encode(nested), options).fault, null);
});

Deno.test("NdjsonScanner rejects blank lines when asked", () => {
  const options = { blankLines: "error" } as const;
  for (const text of ["{}\n \r\n{}\n", "{}\n "]) {
    expectFault(encode(text), 1, "BLANK_LINE", 3, {}, options);
  }
  assertEquals(read(encode("{}\n"), options).fault, null);
});

Deno.test("NdjsonScanner rejects bytes that are no UTF-8", () => {
  for (
    const [text, rows, offset] of [
      ['{"a":"x\xFF"}', 0, 7],
      ['{"a":"\xE2\x82"}', 0, 6],
      ['{"a":"\xED\xA0\x80"}', 0, 6],
      ['{"a":"\xF4\x90\x80\x80"}', 0, 6],
      ['{"a":["\xC0\x80"]}', 0, 7],
      ['{"\xE0\x80\x80":1}', 0, 2],
      ["{}\n{}\xC0", 1, 5],
      ["{}\n  \xC0", 1, 5],
      ["{}\n\xC0", 1, 3],
      ["\xEF\xBB", 0, 0],
      ["\xEF\xBBx", 0, 0],
      ['{"a":123\xFF', 0, 8],
      ['{"a":1.\xFF', 0, 7],
      ['{"a":"\\\xFF"}', 0, 7],
    ] as const
  ) {
    expectFault(bytesOf(text), rows, "INVALID_UTF8", offset);
  }
});

Deno.test("NdjsonScanner reports the fault that is noticed first", () => {
  const reason = "expected a value";
  const json = bytesOf('{"a":?,"b":"\xFF"}');
  expectFault(json, 0, "INVALID_JSON", 5, { reason });
  expectFault(bytesOf('{}\n{"a":"\xFF"}\n?'), 1, "INVALID_UTF8", 9);
  const value = "9".repeat(20);
  const large = bytesOf(`{"a":${value} \xFF`);
  expectFault(large, 0, "INTEGER_TOO_LARGE", 5, { value });
  expectFault(bytesOf(`{"a":${value}\xFF`), 0, "INVALID_UTF8", 25);
});

Deno.test("NdjsonScanner limits the length of a line", () => {
  const options = { lineBytesMax: 9 };
  const limit = "9";
  assertEquals(read(encode('{"a":123}'), options).fault, null);
  for (
    const [text, offset] of [
      ['{"a":1234}', 0],
      ['{"a":1234}\n', 0],
      ['{"a":123}\n{"a":"é"}\n', 10],
      [`${" ".repeat(40)}\n`, 0],
      ['{"a":"xx\\ud83d\\ude00', 0],
    ] as const
  ) {
    const rows = offset > 0 ? 1 : 0;
    const input = encode(text);
    expectFault(input, rows, "FIELD_TOO_LARGE", offset, { limit }, options);
  }
  const early = encode(`{"a":?${" ".repeat(40)}}`);
  const reason = "expected a value";
  expectFault(early, 0, "INVALID_JSON", 5, { reason }, options);
});

Deno.test("NdjsonScanner counts a byte order mark as bytes", () => {
  const reason = "expected a value";
  expectFault(encode('\uFEFF{"a":?}'), 0, "INVALID_JSON", 8, { reason });
});
