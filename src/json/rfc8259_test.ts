/** Accept and reject cases for every rule of RFC 8259, written from its text. */

import { assertEquals } from "@std/assert";
import { bytesOf, streamOf, testEngines } from "../../tests/_engines.ts";
import { type JsonVerdict, validateJson } from "./validate.ts";

/** Texts by the section whose rule they are a case of. */
const VALID: Readonly<Record<string, readonly string[]>> = {
  "2 white space": [
    " 1",
    "\t1",
    "\n1",
    "\r1",
    "1 \t\n\r",
    '[ 1 , 2 ]\n{"a" : 1}'.slice(0, 9),
    ' { "a" : [ ] , "b" : { } } ',
  ],
  "3 values": ["true", "false", "null", "[true,false,null]", '""', "0", "[]"],
  "4 objects": [
    "{}",
    '{"":0}',
    '{"a":1,"b":2}',
    // Names SHOULD be unique, they need not be.
    '{"a":1,"a":2}',
    '{"__proto__":{},"a\\u0000":1}',
  ],
  "5 arrays": ["[]", "[1]", '[1,"a",[],{}]', "[[[[]]]]", "[null]"],
  "6 numbers": [
    ...["0", "-0", "1", "-1", "10", "1234567890"],
    ...["0.0", "-0.5", "1.25", "10.000", "0e0", "0E+0", "1e5", "1E-5"],
    ...["-1.5e+300", "1e400", "123456789012345678901234567890", "1e00"],
  ],
  "7 strings": [
    '"a"',
    '"\\"\\\\\\/\\b\\f\\n\\r\\t"',
    '"\\u0000\\u001F\\uABCD\\uabcd"',
    '"\\ud834\\udd1e"',
    '"é\u{10ffff}\u2028\u007f\u0080"',
    '"\u{fffe}\u{feff}"',
  ],
  "9 a text begins with what it likes to skip": ["\ufeff1", "\ufeff []"],
};

const INVALID: Readonly<Record<string, readonly string[]>> = {
  "2 grammar": [
    ...["", " ", "\n", "1 2", "[] []", "{} ,", "1,", "[1],", "]", "}", ":"],
    ...["\v1", "\f1", "\u00a01", "\u20281", "\x001", "1\x00", "[1,\x0b2]"],
    ...["// a\n1", "/* a */1", "#a\n1", "1\ufeff", " \ufeff1"],
  ],
  "3 values": [
    ...["True", "FALSE", "Null", "nul", "nulll", "truefalse", "tru e", "t"],
    ...["undefined", "NaN", "Infinity", "-Infinity", "None", "a", "'a'"],
    ...["[true false]", "[nul]", "[truE]"],
  ],
  "4 objects": [
    ...["{", '{"a"', '{"a":', '{"a":1', '{"a":1,', "{,}", '{"a":1,}', "{]"],
    ...['{"a" 1}', '{"a":1 "b":2}', "{a:1}", "{'a':1}", "{1:1}", '{"a"}'],
    ...['{"a":}', "{:1}", '{"a"::1}', '{"a":1,,"b":2}', '{"a":1]', '{"a",1}'],
    ...["{null:1}", '{"a":1}}', "{[]:1}", '{"a"=1}', '{"a":1;"b":2}'],
  ],
  "5 arrays": [
    ...["[", "[1", "[1,", "[,", "[,]", "[1,]", "[,1]", "[1,,2]", "[1 2]"],
    ...["[1}", "[1]]", "[[1]", "[1:2]", "[1;2]", '["a":1]', "[}", "1]"],
  ],
  "6 numbers": [
    ...["-", "+1", "--1", "-+1", "00", "01", "-01", "00.5", ".5", "-.5", "5."],
    ...["1.", "1.e5", "1e", "1e+", "1e-", "1E", "1e1.5", "1.2.3", "1ee5"],
    ...["0x10", "1_000", "1,000", "1f", "1.5e", "0e", "-a", "1 .5", "１"],
    ...["[1.]", "[-]", '{"a":01}', "[1e]", "[0x1]", "2.e3"],
  ],
  "7 strings": [
    ...['"', '"a', '"\\"', '"\\', '"\\u', '"\\u1', '"\\u12', '"\\u123'],
    ...['"\\a"', '"\\x41"', '"\\U0041"', '"\\ "', '"\\\n"', '"\\0"', '"\\\'"'],
    ...['"\\u12g4"', '"\\u-123"', '"\\uD83"', '"\\u 041"', '"\\u{41}"'],
    ...['"\n"', '"\r"', '"\t"', '"\0"', '"\x1f"', '"a\x01b"', '""a"', '"a""'],
  ],
};

/** Bytes that are no UTF-8 (RFC 3629), inside a string. */
const ILL_FORMED: readonly (readonly number[])[] = [
  ...[[0x80], [0xBF], [0xC0, 0x80], [0xC1, 0xBF], [0xC3], [0xC3, 0x28]],
  ...[[0xE0, 0x80, 0x80], [0xE0, 0x9F, 0xBF], [0xE2, 0x82], [0xE2, 0x28, 0xA1]],
  ...[[0xED, 0xA0, 0x80], [0xED, 0xBF, 0xBF], [0xF0, 0x80, 0x80, 0x80]],
  ...[[0xF0, 0x8F, 0xBF, 0xBF], [0xF0, 0x9F, 0x98], [0xF4, 0x90, 0x80, 0x80]],
  ...[[0xF5, 0x80, 0x80, 0x80], [0xFE], [0xFF], [0xF8, 0x88, 0x80, 0x80, 0x80]],
];

const rules = { surrogates: "allow" } as const;

testEngines("RFC 8259: what each section allows", async (engine) => {
  for (const [section, texts] of Object.entries(VALID)) {
    for (const text of texts) {
      const verdict = await validateJson(bytesOf(text), { engine, ...rules });
      assertEquals(verdict, { valid: true }, `${section}: ${text}`);
      // JSON.parse knows no byte order mark.
      JSON.parse(text.replace(/^\ufeff/, ""));
    }
  }
});

testEngines("RFC 8259: what each section forbids", async (engine) => {
  for (const [section, texts] of Object.entries(INVALID)) {
    for (const text of texts) {
      const { valid } = await validateJson(bytesOf(text), { engine, ...rules });
      assertEquals(valid, false, `${section}: ${text}`);
    }
  }
});

const HEX = "0123456789abcdefABCDEF";

/** Places where one byte is put, and the bytes that the RFC allows there. */
const BYTES: readonly [
  rule: string,
  before: string,
  after: string,
  allowed: string,
][] = [
  ["2 white space around a structural character", "[true", ",2]", " \t\n\r"],
  ["2 white space before the text", "", "1", " \t\n\r-"],
  ["2 white space behind the text", "true", "", " \t\n\r"],
  ["2 a text of one byte", "", "", "0123456789"],
  ["5 what stands between two items", "[1", "2]", "0123456789,.eE"],
  ["6 what follows a minus sign", "-", "", "0123456789"],
  ["6 what follows a zero", "[0", "]", " \t\n\r"],
  ["6 what follows a dot", "[1.", "]", "0123456789"],
  ["6 what follows an e", "[1e", "1]", "0123456789+-"],
  ["6 the digits of an exponent", "[1e+", "]", "0123456789"],
  ["7 what follows a backslash", '"\\', '"', '"\\/bfnrt'],
  ["7 the first digit of an escape", '"\\u', 'BCD"', HEX],
  ["7 the last digit of an escape", '"\\u0BC', '"', HEX],
];

testEngines("RFC 8259: every byte in every place", async (engine) => {
  const check = async (bytes: Uint8Array) =>
    (await validateJson(bytes, { engine, ...rules })).valid;
  for (const [rule, before, after, allowed] of BYTES) {
    for (let byte = 0; byte < 256; byte++) {
      const head = bytesOf(before);
      const bytes = Uint8Array.of(...head, byte, ...bytesOf(after));
      const letter = String.fromCharCode(byte);
      // A digit or a minus sign before 1 makes another number.
      const joins = before === "" && after === "1" && /[1-9]/.test(letter);
      const isValid = byte < 128 && allowed.includes(letter) || joins;
      assertEquals(await check(bytes), isValid, `${rule}: byte ${byte}`);
    }
  }
  // 7: unescaped = %x20-21 / %x23-5B / %x5D-10FFFF.
  for (let byte = 0; byte < 128; byte++) {
    const isValid = byte >= 0x20 && byte !== 0x22 && byte !== 0x5C;
    const bytes = Uint8Array.of(0x22, 0x61, byte, 0x78, 0x22);
    assertEquals(await check(bytes), isValid, `7 unescaped: byte ${byte}`);
  }
  for (const point of [0x80, 0x7FF, 0x800, 0xD7FF, 0xE000, 0xFFFF, 0x10000]) {
    assertEquals(
      await check(bytesOf(`"${String.fromCodePoint(point)}"`)),
      true,
    );
  }
  // 8.1: text that is exchanged is UTF-8.
  for (const other of [[0xFE, 0xFF, 0, 0x31], [0, 0x31], [0x31, 0]]) {
    assertEquals(await check(Uint8Array.from(other)), false, `8.1 ${other}`);
  }
  const utf32 = [[0, 0, 0xFE, 0xFF, 0, 0, 0, 0x31], [0x31, 0, 0, 0]];
  for (const other of utf32) {
    assertEquals(await check(Uint8Array.from(other)), false, `8.1 ${other}`);
  }
});

testEngines(
  "RFC 8259: what is no UTF-8 is refused where it begins",
  async (engine) => {
    for (const bad of ILL_FORMED) {
      for (const tail of [[0x22, 0x5D], []]) {
        const bytes = new Uint8Array([0x5B, 0x22, 0x61, ...bad, ...tail]);
        for (const chunk of [1, 2, 100]) {
          const verdict = await validateJson(streamOf(bytes, chunk), {
            engine,
          });
          assertEquals(codeAndPlace(verdict), ["INVALID_UTF8", 3], `${bad}`);
        }
      }
    }
    // Outside of a string no byte beyond ASCII has a place.
    const outside = await validateJson(bytesOf("[1, é]"), { engine });
    assertEquals(codeAndPlace(outside), ["INVALID_JSON", 4]);
    const utf16 = new Uint8Array([0xFF, 0xFE, 0x31, 0]);
    assertEquals((await validateJson(utf16, { engine })).valid, false);
  },
);

function codeAndPlace(verdict: JsonVerdict): [string, number] | null {
  return verdict.valid ? null : [verdict.error.code, verdict.error.byteOffset];
}

/** Texts, the place of their first fault, and its words. */
const PLACES: readonly [string, number, string][] = [
  ["", 0, "unexpected end of input"],
  ["[1,\n 2", 6, "unexpected end of input"],
  ["[1,]", 3, "expected a value"],
  ["{1:2}", 1, "expected a key"],
  ['{"a":1,}', 7, "expected a key"],
  ['{"a" 1}', 5, "expected ':'"],
  ['{"a":1 "b"}', 7, "expected ',' or '}'"],
  ["[1 2]", 3, "expected ',' or ']'"],
  ["[01]", 2, "invalid number"],
  ["[1.]", 3, "invalid number"],
  ["-", 1, "invalid number"],
  ["[trux]", 4, "invalid literal"],
  ['["\\x"]', 3, "invalid escape"],
  ['["\\u12_4"]', 6, "invalid escape"],
  ['["a\tb"]', 3, "control character in string"],
  ['["ab', 4, "unterminated string"],
  ["[] []", 3, "text after the value"],
];

testEngines(
  "validateJson() says where and why, over every split",
  async (engine) => {
    for (const [text, place, words] of PLACES) {
      const bytes = bytesOf(text);
      const whole = await validateJson(bytes, { engine });
      assertEquals(codeAndPlace(whole), ["INVALID_JSON", place], text);
      if (whole.valid) continue;
      assertEquals(whole.error.message, `Cannot parse JSON: ${words}`);
      for (let at = 0; at <= bytes.length; at++) {
        const halves = ReadableStream.from([
          bytes.slice(0, at),
          bytes.slice(at),
        ]);
        assertEquals(await validateJson(halves, { engine }), whole, text);
      }
    }
    const bytes = bytesOf('{\n  "a": [1,\r\n  tru]}');
    const verdict = await validateJson(bytes, { engine });
    assertEquals(verdict.valid || [verdict.error.line, verdict.error.column], [
      3,
      6,
    ]);
  },
);

testEngines(
  "validateJson() counts brackets, and never its own calls",
  async (engine) => {
    const deep = (depth: number) =>
      bytesOf("[".repeat(depth) + "]".repeat(depth));
    assertEquals(await validateJson(deep(1024), { engine }), { valid: true });
    const tooDeep = await validateJson(deep(1025), { engine });
    assertEquals(codeAndPlace(tooDeep), ["DEPTH_EXCEEDED", 1024]);
    const options = { engine, maxDepth: 2 ** 20 };
    assertEquals(await validateJson(deep(2 ** 20), options), { valid: true });
    const deeper = await validateJson(deep(3_000_000), options);
    assertEquals(codeAndPlace(deeper), ["DEPTH_EXCEEDED", 2 ** 20]);
    assertEquals(
      codeAndPlace(
        await validateJson(bytesOf('{"a":{}}'), { engine, maxDepth: 1 }),
      ),
      ["DEPTH_EXCEEDED", 5],
    );
  },
);

testEngines(
  "validateJson() refuses lone surrogates unless allowed",
  async (engine) => {
    const cases: [string, number | null][] = [
      ['"\\ud83d\\ude00"', null],
      ['"\\uD83D\\uDE00x"', null],
      ['"a\\ud83d"', 2],
      ['"\\ude00"', 1],
      ['"\\ud83d\\n"', 1],
      ['"\\ud83dx"', 1],
      ['"\\ud83d\\u0041"', 1],
      ['"\\ud83d\\ud83d\\ude00"', 1],
      ['{"\\udfff":1}', 2],
    ];
    for (const [text, place] of cases) {
      const bytes = bytesOf(text);
      for (const input of [bytes, streamOf(bytes, 1)]) {
        const verdict = await validateJson(input, { engine });
        const expected = place === null ? null : ["LONE_SURROGATE", place];
        assertEquals(
          codeAndPlace(verdict),
          expected as [string, number] | null,
        );
      }
      assertEquals(await validateJson(bytes, { engine, ...rules }), {
        valid: true,
      });
    }
  },
);

testEngines("validateJson() reads NDJSON line by line", async (engine) => {
  const cases: [string, [string, number] | null, number?][] = [
    ["", null],
    ["\n\r\n \n", null],
    ['{"a":1}\n[2]\r\n\n3', null],
    ["\ufeff1\n2\n", null],
    ["1\n[2,\n3]\n", ["INVALID_JSON", 5], 2],
    ['1\n"a\nb"', ["INVALID_JSON", 4], 2],
    ['1\n"\\\nb"', ["INVALID_JSON", 4], 2],
    ["1\n2 3\n", ["INVALID_JSON", 4], 2],
    ["1\n-\n", ["INVALID_JSON", 3], 2],
    ["1\n\ntru\n", ["INVALID_JSON", 6], 3],
    ["1\n\ufeff2\n", ["INVALID_JSON", 2], 2],
    ["1\n{", ["INVALID_JSON", 3], 2],
  ];
  for (const [text, expected, line] of cases) {
    const bytes = bytesOf(text);
    for (let size = 1; size <= bytes.length + 1; size++) {
      const verdict = await validateJson(streamOf(bytes, size), {
        engine,
        format: "ndjson",
      });
      assertEquals(codeAndPlace(verdict), expected, text);
      if (!verdict.valid) assertEquals(verdict.error.line, line, text);
    }
  }
});
