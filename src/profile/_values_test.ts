/** What lists are made of: sorting, runs, rebuilt texts, sums, maps. */

import { assert, assertEquals } from "@std/assert";
import { classify, NO_SHAPE, parsed, shapeOf } from "../values/classify.ts";
import { DATE, FLOAT } from "../values/flags.ts";
import { codePoints, LengthRange, TextRange } from "./_bytes.ts";
import { DAY_MICROS } from "./_forms.ts";
import { dividedOnce, IntegerSum, Sum } from "../values/sums.ts";
import { deviation, Moments } from "./_moments.ts";
import { Pace } from "../pace.ts";
import { sortKeys, toKeys } from "./_radix.ts";
import { Rebuilder } from "./_rebuild.ts";
import { mergeZeros, Runs, type RunSource, toIntegerKeys } from "./_runs.ts";
import { randomOf } from "./_sample.ts";
import { TextMap } from "./_text_map.ts";
import { TopTexts, TopValues } from "./_top.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

async function sortedKeys(
  values: number[],
  codes: Uint8Array<ArrayBuffer> | null = null,
): Promise<RunSource> {
  const numbers = Float64Array.from(values);
  const words = new Uint32Array(numbers.buffer);
  toKeys(words, 0, values.length, "f64");
  await sortKeys({ words, length: values.length, codes }, new Pace());
  return { words, length: values.length, codes, counts: null };
}

const NONE: RunSource = {
  words: new Uint32Array(0),
  length: 0,
  codes: null,
  counts: null,
};

function runsOf(runs: Runs): [number, number, number][] {
  const found: [number, number, number][] = [];
  for (let used = runs.next(); used > 0; used = runs.next()) {
    for (let at = 0; at < used; at++) {
      found.push([runs.values[at]!, runs.codes[at]!, runs.counts[at]!]);
    }
  }
  return found;
}

Deno.test("sortKeys() sorts f64 of all signs and sizes", async () => {
  const random = randomOf(5);
  const values = Array.from({ length: 300_000 }, () => {
    const scale = 10 ** (random(40) - 20);
    return (random(1e9) - 5e8) * scale;
  });
  values.push(Infinity, -Infinity, 5e-324, -5e-324, 1.7e308, -1.7e308, 0);
  const source = await sortedKeys(values);
  const runs = runsOf(new Runs("f64", source, NONE));
  const expected = Float64Array.from(new Set(values)).sort();
  assertEquals(runs.map(([value]) => value), [...expected]);
  assertEquals(runs.reduce((sum, run) => sum + run[2], 0), values.length);
});

Deno.test("sortKeys() parts arrays that are too large", async () => {
  const length = (1 << 22) + 100_000;
  const random = randomOf(6);
  const values = new Float64Array(length);
  const codes = new Uint8Array(length);
  for (let at = 0; at < length; at++) {
    values[at] = random(5) === 0 ? 7 : random(3_000_000);
    codes[at] = random(3);
  }
  const words = new Uint32Array(values.buffer);
  toKeys(words, 0, length, "f64");
  await sortKeys({ words, length, codes }, new Pace());
  for (let at = 1; at < length; at++) {
    const high = words[2 * at + 1]! - words[2 * at - 1]!;
    const order = high !== 0 ? high : words[2 * at]! - words[2 * at - 2]!;
    if (order < 0 || (order === 0 && codes[at]! < codes[at - 1]!)) {
      throw new Error(`out of order at ${at}`);
    }
  }
});

Deno.test("Runs merges two sources, equal values by their code", async () => {
  const a = await sortedKeys([2, 1, 2], new Uint8Array([1, 0, 0]));
  const b = await sortedKeys([2, 3], new Uint8Array([1, 0]));
  const runs = new Runs("f64", a, { ...b, counts: Float64Array.of(5, 1) });
  assertEquals(runsOf(runs), [[1, 0, 1], [2, 0, 1], [2, 1, 6], [3, 0, 1]]);
});

Deno.test("mergeZeros() makes -0 and 0 one run", async () => {
  const source = await sortedKeys([0, -0, -1, 1, -0]);
  assertEquals(runsOf(new Runs("f64", source, NONE)).length, 4);
  mergeZeros(source.words, 0, source.length);
  assertEquals(runsOf(new Runs("f64", source, NONE)), [
    [-1, 0, 1],
    [0, 0, 3],
    [1, 0, 1],
  ]);
});

Deno.test("toIntegerKeys() keeps values and their order", async () => {
  const values = [-(2 ** 53), -4294967297, -1, 0, 1, 4294967296, 2 ** 53];
  const source = await sortedKeys(values);
  toIntegerKeys(source.words, 0, source.length);
  const runs = new Runs("i64", source, NONE);
  assertEquals(runs.next(), values.length);
  values.forEach((value, at) => {
    const high = runs.words[2 * at + 1]! | 0;
    assertEquals(high * 2 ** 32 + runs.words[2 * at]!, value);
  });
});

const SHAPED = [
  "0",
  "-0",
  "-0.00",
  "12.50",
  "-0.000000000000000000001",
  "9007199254740992",
  "-9007199254740992",
  "0.30000000000000004",
  "123456789.123456",
  "100000000000000.5",
  "2024-02-29",
  "1684-08-01T00:00",
  "2024-02-29 10:00:01",
  "2024-02-29T10:00:01.5",
  "2024-02-29T10:00:01.000001Z",
  "2024-02-29T10:00:01.100+05:30",
  "1969-12-31 23:59-23:59",
  "2255-06-05T23:47:34.740991+00:01",
];

Deno.test("Rebuilder gives back every text that has a shape", () => {
  const rebuilder = new Rebuilder();
  const random = randomOf(9);
  const texts = [...SHAPED];
  for (let step = 0; step < 20_000; step++) {
    const decimals = random(9);
    const fraction = String(random(10 ** decimals)).padStart(decimals, "0");
    texts.push(`${random(2) ? "-" : ""}${random(1e6)}.${fraction || "0"}`);
  }
  for (const text of texts) {
    const bytes = encoder.encode(text);
    const valueClass = classify(bytes, 0, bytes.length);
    const shape = shapeOf(bytes, 0, bytes.length);
    assert(shape !== NO_SHAPE, text);
    const value = parsed.number;
    const isTime = valueClass > FLOAT && valueClass >= DATE;
    const length = isTime
      ? rebuilder.time(valueClass === DATE ? value * DAY_MICROS : value, shape)
      : rebuilder.number(value, shape);
    assertEquals(decoder.decode(rebuilder.bytes.subarray(0, length)), text);
  }
});

Deno.test("Rebuilder gives back integers of 64 bits", () => {
  const rebuilder = new Rebuilder();
  const length = rebuilder.integer(-0x80000000, 0);
  const text = decoder.decode(rebuilder.bytes.subarray(0, length));
  assertEquals(text, "-9223372036854775808");
});

Deno.test("Sum keeps what plain addition loses", () => {
  const sum = new Sum();
  for (const x of [1, 1e100, 1, -1e100]) sum.add(x);
  assertEquals(sum.value, 2);
});

Deno.test("dividedOnce() rounds a quotient of integers once", () => {
  // Python: float(Fraction(a, b)).
  assertEquals(dividedOnce(9007199254740993n, 3), 3002399751580331);
  assertEquals(dividedOnce(-9007199254740993n, 2), -4503599627370496.5);
  assertEquals(dividedOnce(27670116110564327421n, 7), 3952873730080618000);
  assertEquals(dividedOnce(-7n, 2), -3.5);
});

Deno.test("IntegerSum is exact beyond 2^53", () => {
  const sum = new IntegerSum();
  sum.add(2 ** 53, 1000);
  sum.add(1, 1);
  sum.add(-3, 5);
  sum.addBig(9223372036854775807n, 2);
  assertEquals(
    sum.value,
    2n ** 53n * 1000n + 1n - 15n + 2n * 9223372036854775807n,
  );
});

Deno.test("Moments merges blocks", () => {
  const moments = new Moments(4);
  moments.endBlock();
  for (const block of [[2, 4, 4, 4], [5, 5, 7, 9]]) {
    block.forEach((value) => moments.add(value));
    moments.endBlock();
  }
  assertEquals([moments.count, moments.mean, moments.m2], [8, 5, 32]);
  assertEquals(deviation(32, 8), Math.sqrt(32 / 7));
  assertEquals(deviation(0, 1), null);
  assertEquals(deviation(NaN, 3), null);
});

Deno.test("TextMap counts texts of any length in order of appearance", () => {
  const random = randomOf(3);
  const expected = new Map<string, number>();
  const map = new TextMap();
  for (let step = 0; step < 60_000; step++) {
    const text = `${"é".repeat(random(20))}${random(9000)}`;
    const bytes = encoder.encode(`xx${text}`);
    const view = new DataView(bytes.buffer);
    map.add(bytes, view, 2, bytes.length - 2);
    expected.set(text, (expected.get(text) ?? 0) + 1);
  }
  assertEquals(map.size, expected.size);
  let id = 0;
  for (const [text, count] of expected) {
    const own = map.arena.subarray(map.start(id), map.end(id));
    assertEquals([decoder.decode(own), map.counts[id]], [text, count]);
    id++;
  }
  map.free();
  assertEquals(map.size, 0);
});

Deno.test("TextMap.reserve() keeps large maps while they grow", async () => {
  const map = new TextMap();
  const bytes = new Uint8Array(8);
  const view = new DataView(bytes.buffer);
  const pace = new Pace();
  const distinct = 1_500_000;
  for (let value = 0; value < distinct; value++) {
    if (value % 65_536 === 0) await map.reserve(65_536, 8 * 65_536, pace);
    view.setFloat64(0, value);
    assertEquals(map.add(bytes, view, 0, 8), value);
  }
  view.setFloat64(0, 77);
  assertEquals(map.add(bytes, view, 0, 8), 77);
  assertEquals([map.size, map.counts[77]], [distinct, 2]);
});

Deno.test("TopTexts orders by count, then by bytes", () => {
  const top = new TopTexts(3);
  for (const [text, count] of [["b", 1], ["é", 2], ["a", 1], ["c", 2]]) {
    const bytes = encoder.encode(String(text));
    top.add(bytes, 0, bytes.length, Number(count));
  }
  const found = top.texts.map(({ text, count }) => [
    decoder.decode(text),
    count,
  ]);
  assertEquals(found, [["c", 2], ["é", 2], ["a", 1]]);
});

Deno.test("TopValues keeps the smaller of equally frequent values", () => {
  const top = new TopValues<number>();
  [1, 1, 2, 1, 2, 1].forEach((count, value) => {
    if (count > top.countMin) top.add(value, count);
  });
  assertEquals(top.values.map(({ value }) => value), [2, 4, 0, 1, 3]);
});

Deno.test("TextRange compares by bytes, a prefix first", () => {
  const range = new TextRange();
  for (const text of ["b", "ab", "a", "～", "😀"]) {
    const bytes = encoder.encode(text);
    range.add(bytes, 0, bytes.length);
  }
  // UTF-16 would put the emoji before the full-width tilde.
  assertEquals(decoder.decode(range.min!), "a");
  assertEquals(decoder.decode(range.max!), "😀");
});

Deno.test("LengthRange counts code points", () => {
  const lengths = new LengthRange();
  for (const text of ["😀é", "abcd"]) {
    const bytes = encoder.encode(text);
    lengths.add(bytes, 0, bytes.length);
  }
  assertEquals([lengths.min, lengths.max], [2, 4]);
  assertEquals(codePoints(encoder.encode("Zürich😀"), 0, 11), 7);
});
