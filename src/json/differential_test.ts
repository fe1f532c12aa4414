/** Random and damaged JSON against JSON.parse: what is accepted, and values. */

import { assert, assertEquals } from "@std/assert";
import { Random } from "../../bench/data/_random.ts";
import { ENGINES, streamOf, testEngines } from "../../tests/_engines.ts";
import { ParseError } from "../errors.ts";
import { minifyJson } from "./minify.ts";
import { validateJson } from "./validate.ts";

const ROUNDS = 10_000 / ENGINES.length;

const SCALARS = [
  ...["0", "-0", "1.5", "-1e-7", "1E+300", "12345678901234567890", "true"],
  ...[
    "false",
    "null",
    '""',
    '"a"',
    '"\\u00e9\\n"',
    '"é😀"',
    '"\\ud83d"',
    '"["',
  ],
];
const KEYS = ['"a"', '"b"', '"__proto__"', '""', '"\\u0061"', '"ключ"'];
const BLANKS = ["", "", "", " ", "\n", "\r\n", "\t "];
const TELLING = [...'{}[],:"\\ 0-1.eEtfnu\n\t\x00\x1f\x7f']
  .map((letter) => letter.charCodeAt(0)).concat(0x80, 0xC3, 0xE2, 0xED, 0xFF);

/** A random value as text. */
function textOf(random: Random, depth: number): string {
  const blank = () => random.pick(BLANKS);
  const kind = random.below(depth > 4 ? 2 : 6);
  if (kind < 2) return random.pick(SCALARS);
  const parts: string[] = [];
  for (let count = random.below(4); count > 0; count--) {
    const value = blank() + textOf(random, depth + 1) + blank();
    parts.push(
      kind < 4 ? value : `${blank()}${random.pick(KEYS)}${blank()}:${value}`,
    );
  }
  const [open, close] = kind < 4 ? "[]" : "{}";
  return `${open}${parts.join(",") || blank()}${close}`;
}

/** Overwrites, drops or doubles a few bytes. */
function damaged(random: Random, text: string): Uint8Array<ArrayBuffer> {
  const bytes = [...new TextEncoder().encode(text)];
  for (let change = random.below(3); change > 0; change--) {
    const at = random.below(bytes.length + 1);
    const telling = random.pick(TELLING);
    const kind = random.below(3);
    if (kind === 0) bytes[at] = telling;
    else if (kind === 1) bytes.splice(at, random.below(3));
    else bytes.splice(at, 0, telling);
  }
  return new Uint8Array(bytes);
}

/** What JSON.parse says of bytes; undefined for no JSON. */
function parsed(bytes: Uint8Array): { value: unknown } | undefined {
  try {
    const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
    return { value: JSON.parse(decoder.decode(bytes)) };
  } catch {
    return undefined;
  }
}

testEngines("JSON: accepts and keeps what JSON.parse does", async (engine) => {
  let accepted = 0;
  for (let seed = 1; seed <= ROUNDS; seed++) {
    const random = new Random(seed);
    const bytes = damaged(random, textOf(random, 0));
    const expected = parsed(bytes);
    const options = { engine, surrogates: "allow" } as const;
    const input = seed % 3 === 0 ? streamOf(bytes, 1 + seed % 5) : bytes;
    const { valid } = await validateJson(input, options);
    const shown = `seed ${seed}: ${new TextDecoder().decode(bytes)}`;
    assertEquals(valid, expected !== undefined, shown);
    if (expected === undefined) continue;
    accepted++;
    const small = await minifyJson(bytes, options);
    assertEquals(parsed(small)?.value, expected.value, shown);
    assertEquals(await minifyJson(streamOf(small, 3), options), small, shown);
  }
  assert(accepted > ROUNDS / 5, `${accepted} accepted`);
});

testEngines(
  "minifyJson() leaves white space out and nothing else",
  async (engine) => {
    const cases: [string, string][] = [
      [
        ' { "a b" : [ 1.50 , -0 , "\\u0041 \\" " ] }\r\n',
        '{"a b":[1.50,-0,"\\u0041 \\" "]}',
      ],
      ["\ufeff 1 ", "1"],
      ["[ ]", "[]"],
      ["\n{\n}\n", "{}"],
    ];
    for (const [text, expected] of cases) {
      const bytes = new TextEncoder().encode(text);
      for (let size = 1; size <= bytes.length; size++) {
        const small = await minifyJson(streamOf(bytes, size), { engine });
        assertEquals(new TextDecoder().decode(small), expected);
      }
    }
    const lines = new TextEncoder().encode(' 1 \r\n\n[ 2,\t3 ]\n \n"a b"');
    for (let size = 1; size <= lines.length; size++) {
      const small = await minifyJson(streamOf(lines, size), {
        engine,
        format: "ndjson",
      });
      assertEquals(new TextDecoder().decode(small), '1\n[2,3]\n"a b"');
    }
  },
);

testEngines("minifyJson() gives what stands before a fault", async (engine) => {
  const { minifyJsonChunks } = await import("./minify.ts");
  const bytes = new TextEncoder().encode('[ 1, "ab\\n", tru ]');
  let text = "";
  let fault: unknown;
  try {
    for await (const chunk of minifyJsonChunks(bytes, { engine })) {
      text += new TextDecoder().decode(chunk);
    }
  } catch (error) {
    fault = error;
  }
  assert(fault instanceof ParseError);
  assertEquals(text, '[1,"ab\\n",tru');
});
