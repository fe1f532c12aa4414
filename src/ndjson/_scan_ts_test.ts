/**
 * NDJSON's rules, and random records, whole and damaged, against JSON.parse.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import {
  encode,
  type Outcome,
  randomFrom,
  runScanner,
  type TestField,
} from "../../tests/_scan.ts";
import {
  FAULT,
  FieldBlock,
  KIND_LITERAL,
  KIND_NESTED,
  KIND_NULL,
  KIND_NUMBER,
  KIND_STRING,
  READY,
} from "../values/block.ts";
import { NdjsonScanner, type NdjsonScanOptions } from "./_scan_ts.ts";

const DEFAULTS: NdjsonScanOptions = {
  maxDepth: 1024,
  duplicates: "last",
  surrogates: "error",
  integers: "error",
  overflow: "error",
  blankLines: "skip",
};

function read(
  text: string,
  options: Partial<NdjsonScanOptions> = {},
  names: string[] = [],
): Outcome {
  const input = encode(text);
  const run = (chunk: number, rowsMax: number) => {
    const scanner = new NdjsonScanner({ ...DEFAULTS, ...options }, names);
    return runScanner(scanner, input, chunk, rowsMax, false);
  };
  const whole = run(Infinity, Infinity);
  for (let chunk = 1; chunk <= Math.min(24, input.length); chunk++) {
    assertEquals(run(chunk, Infinity), whole, `chunks of ${chunk}`);
    assertEquals(run(chunk, 1), whole, `chunks of ${chunk}, by row`);
  }
  return whole;
}

/** Kind and text of each field. */
function fieldsOf(row: TestField[] | undefined): [number, string][] {
  return (row ?? []).map(({ kind, text }) => [kind, text]);
}

const NOTHING: [number, string] = [KIND_NULL, ""];

Deno.test("NdjsonScanner makes columns in order of first appearance", () => {
  const outcome = read(
    '{"b":1,"a":"x"}\n{"a":true,"c":null}\n{"b":-2.5e1}\n',
  );
  assertEquals(outcome.names, ["b", "a", "c"]);
  assertEquals(outcome.rows.map(fieldsOf), [
    [[KIND_NUMBER, "1"], [KIND_STRING, "x"], NOTHING],
    [NOTHING, [KIND_LITERAL, "true"], NOTHING],
    [[KIND_NUMBER, "-2.5e1"], NOTHING, NOTHING],
  ]);
  assertEquals(outcome.fault, null);
});

Deno.test("NdjsonScanner keeps columns that were named before", () => {
  const outcome = read('{"a":1,"b":2,"x\\"y":3}', {}, ['x"y', "b"]);
  assertEquals(outcome.names, ['x"y', "b", "a"]);
  assertEquals(outcome.rows[0]!.map(({ text }) => text), ["3", "2", "1"]);
});

Deno.test("NdjsonScanner finds keys in any order", () => {
  const long = `${"k".repeat(16)}tail`;
  const other = `${"k".repeat(16)}tale`;
  const outcome = read(
    `{"${long}":1,"${other}":2,"":3,"__proto__":0}\n` +
      `{"${other}":4,"":5,"${long}":6,"\\u005f_proto__":7}\n`,
  );
  assertEquals(outcome.names, [long, other, "", "__proto__"]);
  const texts = outcome.rows[1]!.map(({ text }) => text);
  assertEquals(texts, ["6", "4", "5", "7"]);
});

Deno.test("NdjsonScanner finds each of very many keys", () => {
  const keys = Array.from({ length: 3000 }, (_, index) => `key${index * 7}`);
  const line = `{${keys.map((key, index) => `"${key}":${index}`)}}\n`;
  const back = [...keys].reverse();
  const reversed = `{${back.map((key, index) => `"${key}":${index}`)}}\n`;
  const scanner = new NdjsonScanner(DEFAULTS);
  const input = encode(line + reversed);
  const { names, rows } = runScanner(scanner, input, 65536, Infinity, false);
  assertEquals(names, keys);
  assertEquals(rows[0]!.map(({ text }) => text)[2999], "2999");
  assertEquals(rows[1]!.map(({ text }) => text)[2999], "0");
});

Deno.test("NdjsonScanner keeps nested values as raw text", () => {
  const raw =
    '[1, {"a\\u0062":[]} ,\t"]}\\"",{} , [[true,null]],-0.5e-3,1e999]';
  const outcome = read(`{"n" : ${raw} }\r\n{"n":{}}`);
  assertEquals(fieldsOf(outcome.rows[0]), [[KIND_NESTED, raw]]);
  assertEquals(fieldsOf(outcome.rows[1]), [[KIND_NESTED, "{}"]]);
});

Deno.test("NdjsonScanner unescapes strings and keys", () => {
  const outcome = read(
    '{"\\u0061":"\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\u20ac\\uD83D\\uDE00é😀"}\n',
  );
  assertEquals(outcome.names, ["a"]);
  assertEquals(fieldsOf(outcome.rows[0]), [
    [KIND_STRING, '"\\/\b\f\n\r\té€😀é😀'],
  ]);
});

Deno.test("NdjsonScanner knows where an unescaped text came from", () => {
  const outcome = read('{"a":"\\n","b":"plain","c":"\\t"}\n');
  const places = outcome.rows[0]!.map(({ place }) => place);
  assertEquals(places, ["1:6 5", "1:15 14", "1:27 26"]);
});

Deno.test("NdjsonScanner tells where new keys stand", () => {
  const scanner = new NdjsonScanner(DEFAULTS);
  const block = new FieldBlock();
  const bytes = encode('{"a":1}\n{"a":2,"b":3}\n{"c":?\n');
  const scan = scanner.scan({ bytes, position: 0 }, true, 10, block);
  assertEquals([scan, block.rows], [FAULT, 2]);
  assertEquals(block.newKeys, [
    { column: 0, row: 0, at: 1 },
    { column: 1, row: 1, at: 15 },
    { column: 2, row: 2, at: 23 },
  ]);
});

Deno.test("NdjsonScanner skips blank lines and takes any white space", () => {
  const outcome = read(
    '\uFEFF\n \t\r\n\t{ "a" :\r1 , "b"\t:2 } \r\n\r\n{ }\n\n',
  );
  assertEquals(outcome.names, ["a", "b"]);
  assertEquals(outcome.rows.length, 2);
  assertEquals(fieldsOf(outcome.rows[1]), [NOTHING, NOTHING]);
  assertEquals(read("").rows.length, 0);
  assertEquals(read("\uFEFF").fault, null);
});

Deno.test("NdjsonScanner lets the last of duplicate keys win", () => {
  const { rows } = read('{"a":1,"b":2,"a":"z"}\n{"a":3,"a":null}\n');
  assertEquals(fieldsOf(rows[0]), [[KIND_STRING, "z"], [KIND_NUMBER, "2"]]);
  assertEquals(fieldsOf(rows[1]), [NOTHING, NOTHING]);
});

Deno.test("NdjsonScanner keeps large numbers as text when asked", () => {
  const { rows } = read(
    '{"a":9223372036854775808,"b":-1e999}\n' +
      '{"a":-9223372036854775808,"b":1e308}',
    { integers: "text", overflow: "text" },
  );
  assertEquals(rows.map(fieldsOf), [
    [[KIND_STRING, "9223372036854775808"], [KIND_STRING, "-1e999"]],
    [[KIND_NUMBER, "-9223372036854775808"], [KIND_NUMBER, "1e308"]],
  ]);
  assertEquals(rows[0]!.map(({ place }) => place), ["1:6 5", "1:30 29"]);
});

Deno.test("NdjsonScanner replaces lone surrogates when asked", () => {
  const { rows } = read(
    '{"a":"\\ud800x\\udc00\\ud83d\\ud83d\\ude00","n":["\\ud800"]}',
    { surrogates: "replace" },
  );
  assertEquals(fieldsOf(rows[0]), [
    [KIND_STRING, "\uFFFDx\uFFFD\uFFFD😀"],
    [KIND_NESTED, '["\\ud800"]'],
  ]);
});

Deno.test("NdjsonScanner gives short blocks to files of many keys", () => {
  let text = "";
  for (let key = 0; key < 6000; key++) text += `{"k${key}":${key}}\n`;
  const scanner = new NdjsonScanner(DEFAULTS);
  const block = new FieldBlock();
  const input = { bytes: encode(text), position: 0 };
  let rows = 0;
  let scan: number;
  do {
    scan = scanner.scan(input, true, Infinity, block);
    assert(block.rows * scanner.names.length <= 1 << 24);
    rows += block.rows;
  } while (scan === READY);
  assertEquals([rows, scanner.names.length], [6000, 6000]);
});

const STRINGS = [
  ...["", "a", "abcdefg", "longer than sixteen bytes", "é", "\\n", "\x7f"],
  ...["😀 and more text here", "\\u00e9", "\\ud83d\\ude00", "x\\/y", "\\\\"],
  ...['tab\\tquote\\"', "__proto__"],
];
/**
 * Keys leave out escapes that stand for one character: V8 15.0 takes such a
 * key for "\\\\" once it has parsed an object with the key "\\\\" in its place.
 */
const KEYS = STRINGS.filter((text) => text.length > 6 || text[0] !== "\\");
const NUMBERS = [
  ...["0", "-0", "7", "-12", "123456789", "9223372036854775807", "1.5"],
  ...["-0.001", "1e5", "2E-3", "1.25e+10", "12345678901.123456789", "1e999"],
];
const SPACES = ["", "", "", " ", "\t", "\r", "  "];

/** Makes random JSON texts. */
class Writer {
  constructor(readonly random: (below: number) => number) {}

  pick(texts: readonly string[]): string {
    return texts[this.random(texts.length)]!;
  }

  string(): string {
    return `"${this.pick(STRINGS)}"`;
  }

  value(depth: number): string {
    const kind = this.random(depth < 4 ? 8 : 6);
    if (kind === 0) return "null";
    if (kind === 1) return this.pick(["true", "false"]);
    if (kind < 4) return this.pick(NUMBERS);
    if (kind < 6) return this.string();
    if (kind === 7) return this.object(depth + 1);
    const items = Array.from(
      { length: this.random(4) },
      () => this.pick(SPACES) + this.value(depth + 1) + this.pick(SPACES),
    );
    return `[${items.join(",")}]`;
  }

  object(depth: number): string {
    const members = Array.from({ length: this.random(5) }, () => {
      const space = () => this.pick(SPACES);
      return space() + `"${this.pick(KEYS)}"` + space() + ":" + space() +
        this.value(depth) + space();
    });
    return `{${members.join(",")}}`;
  }
}

/** Whether a field of ours is the value that JSON.parse gave. */
function isSame({ kind, text }: TestField, value: unknown): boolean {
  if (kind === KIND_NULL) return value === null || value === undefined;
  if (kind === KIND_NUMBER) return Object.is(Number(text), value);
  if (kind === KIND_STRING) return text === value || typeof value === "number";
  if (kind === KIND_LITERAL) return text === String(value);
  return typeof value === "object" && value !== null &&
    JSON.stringify(JSON.parse(text)) === JSON.stringify(value);
}

const LENIENT: NdjsonScanOptions = {
  ...DEFAULTS,
  integers: "text",
  overflow: "text",
  surrogates: "replace",
};

Deno.test("NdjsonScanner agrees with JSON.parse on random records", () => {
  const writer = new Writer(randomFrom(0x9e3779b9));
  for (let round = 0; round < 4000; round++) {
    const text = writer.object(0);
    const theirs: Record<string, unknown> = JSON.parse(text);
    const scanner = new NdjsonScanner(LENIENT);
    const ours = runScanner(scanner, encode(text), Infinity, 10, false);
    assertEquals(ours.fault, null, text);
    const names = ours.names.toSorted();
    assertEquals(names, Object.keys(theirs).toSorted(), text);
    ours.names.forEach((name, index) => {
      const value = Object.hasOwn(theirs, name) ? theirs[name] : undefined;
      assert(isSame(ours.rows[0]![index]!, value), `${name} of ${text}`);
    });
  }
});

const DAMAGE = encode(`"\\{}[]:,0123456789.eE+-tfn u\x00\x1f\x7f\r\t`);
const DAMAGE_HIGH = [0x80, 0xC3, 0xE2, 0xED, 0xF0, 0xFF];

/** A random object with one or two bytes put in, taken out or changed. */
function damaged(writer: Writer): Uint8Array<ArrayBuffer> {
  const { random } = writer;
  const bytes = [...encode(writer.object(0))];
  for (let count = 1 + random(2); count > 0; count--) {
    const at = random(bytes.length);
    const byte = random(8) === 0
      ? DAMAGE_HIGH[random(DAMAGE_HIGH.length)]!
      : DAMAGE[random(DAMAGE.length)]!;
    const how = random(4);
    if (how === 0) bytes.splice(at, 0, byte);
    else if (how === 1 && bytes.length > 1) bytes.splice(at, 1);
    else if (how === 2) bytes.length = Math.max(1, at);
    else bytes[at] = byte;
  }
  return Uint8Array.from(bytes);
}

function isObject(bytes: Uint8Array): boolean {
  try {
    const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
    const value: unknown = JSON.parse(decoder.decode(bytes));
    return typeof value === "object" && value !== null &&
      !Array.isArray(value);
  } catch {
    return false;
  }
}

Deno.test("NdjsonScanner accepts and rejects what JSON.parse does", () => {
  const writer = new Writer(randomFrom(0x7f4a7c15));
  const counts = { accepted: 0, rejected: 0 };
  for (let round = 0; round < 30_000; round++) {
    const bytes = damaged(writer);
    const shown = new TextDecoder().decode(bytes);
    if (/^[ \t\r]*$/.test(shown)) continue;
    const scanner = new NdjsonScanner(LENIENT);
    const ours = runScanner(scanner, bytes, Infinity, 10, false);
    const expected = isObject(bytes);
    assertEquals(ours.fault === null, expected, `${shown}: ${ours.fault}`);
    counts[expected ? "accepted" : "rejected"]++;
  }
  assert(counts.accepted > 1000 && counts.rejected > 10_000);
});

Deno.test("NdjsonScanner gives the same however damaged files are cut", () => {
  const writer = new Writer(randomFrom(0x1234567));
  for (let round = 0; round < 400; round++) {
    const parts: number[] = [];
    for (let line = writer.random(6); line >= 0; line--) {
      const isDamaged = writer.random(4) === 0;
      const bytes = isDamaged ? damaged(writer) : encode(writer.object(0));
      parts.push(...bytes, 10);
    }
    if (writer.random(2) === 0) parts.pop();
    const input = Uint8Array.from(parts);
    const run = (chunk: number, rowsMax: number) => {
      const scanner = new NdjsonScanner(DEFAULTS);
      return runScanner(scanner, input, chunk, rowsMax, false);
    };
    const whole = run(Infinity, Infinity);
    for (const chunk of [1, 2, 3, 7, 1 + writer.random(40)]) {
      const rowsMax = [1, 2, Infinity][writer.random(3)]!;
      assertEquals(run(chunk, rowsMax), whole);
    }
  }
});
