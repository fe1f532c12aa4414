/** `stringify` and `CsvStringifyStream` against those of `@std/csv`. */

import { assert, assertEquals, assertThrows } from "@std/assert";
import * as std from "@std/csv";
import { Random } from "../../../bench/data/_random.ts";
import { drained, outcomeOf, textByChance } from "../../../tests/_outcome.ts";
import { CsvStringifyStream, type DataItem, stringify } from "./mod.ts";

const CASES = 10_000;

const PARTS = [
  ...["a", "b", '"', ",", ";", "\n", "\r\n", "\r", " ", "\t", "é", "😀"],
  ...["\ud83d", "\ude00", "\ufeff", "::", "=", "0", "€"],
];

const SEPARATORS = [
  ...[undefined, undefined, ",", ";", "\t", "::", "", "1", "e", "-", "é"],
  ...["😀", "\ud83d", "\n", "\r", '"', "a\r\nb", "n"],
];

function valueOf(dice: Random, depth: number): unknown {
  switch (dice.below(depth > 0 ? 16 : 12)) {
    case 0:
      return undefined;
    case 1:
      return null;
    case 2:
      return dice.pick([0, -0, 1.5, -17, 1e21, NaN, Infinity, 123456789]);
    case 3:
      return dice.pick([true, false, 10n ** 20n, -1n]);
    case 4:
      return new Date(86_400_000 * dice.below(30_000));
    case 5:
      return dice.pick([Symbol("s,t"), Math.max, new Date(NaN)]);
    case 12:
    case 13:
      return Array.from(
        { length: dice.below(4) },
        () => valueOf(dice, depth - 1),
      );
    case 14:
    case 15:
      return objectOf(dice, depth - 1);
    default:
      return textByChance(dice, PARTS, 5);
  }
}

function objectOf(dice: Random, depth: number): Record<string, unknown> {
  const object: Record<string, unknown> = {};
  for (const key of ["a", "b", "c", "0", "length"]) {
    if (dice.below(3) > 0) object[key] = valueOf(dice, depth);
  }
  return object;
}

function columnsOf(dice: Random): unknown[] | undefined {
  if (dice.below(3) === 0) return undefined;
  const accessor = () => dice.pick<unknown>(["a", "b", "c", 0, 1, "length"]);
  const path = () => Array.from({ length: dice.below(4) }, accessor);
  return Array.from({ length: dice.below(4) }, () =>
    dice.pick([
      accessor,
      path,
      () => ({ prop: accessor() }),
      () => ({ prop: path(), header: textByChance(dice, PARTS, 4) }),
    ])());
}

function optionsOf(dice: Random): Record<string, unknown> {
  return {
    headers: dice.pick([undefined, undefined, true, false]),
    separator: dice.pick(SEPARATORS),
    columns: columnsOf(dice),
    bom: dice.pick([undefined, true, false]),
  };
}

/** Rows, mostly of one kind; some are none. */
function dataOf(dice: Random): unknown[] {
  const kind = dice.below(3);
  return Array.from({ length: dice.below(6) }, () => {
    if (dice.below(25) === 0) return valueOf(dice, 1);
    const list = () =>
      Array.from({ length: dice.below(5) }, () => valueOf(dice, 2));
    return kind === 0 ? list() : objectOf(dice, 2);
  });
}

Deno.test("compat csv: stringify is that of @std/csv on values by chance", () => {
  const dice = new Random(11);
  let errors = 0;
  for (let index = 0; index < CASES; index++) {
    const data = dataOf(dice) as DataItem[];
    const options = optionsOf(dice);
    const expected = outcomeOf(() => std.stringify(data, options as never));
    const found = outcomeOf(() => stringify(data, options as never));
    // Rows of any iterable are printed as many are.
    const many = outcomeOf(() =>
      stringify(new Set(data) as never, options as never)
    );
    if (new Set(data).size === data.length) {
      assertEquals(many, expected, `case ${index}`);
    }
    if (!expected.startsWith('"')) errors++;
    assertEquals(found, expected, `case ${index}`);
  }
  assert(errors > CASES / 10 && errors < CASES * 9 / 10, `${errors} errors`);
});

Deno.test("compat csv: stringify of texts in every column", () => {
  const dice = new Random(12);
  for (let index = 0; index < CASES; index++) {
    const data = Array.from({ length: dice.below(5) }, () => ({
      a: textByChance(dice, PARTS, 12),
      b: dice.below(1e9) / dice.pick([1, 10, 1000]),
    }));
    const separator = dice.pick([",", ";", "\t", "é", "::", "."]);
    const options = { columns: ["a", "b"], separator };
    const expected = std.stringify(data, options);
    assertEquals(stringify(data, options), expected, `case ${index}`);
    const many = stringify(data.values() as never, options);
    assertEquals(many, expected, `case ${index}`);
  }
});

Deno.test("compat csv: stringify of what fills its memory", () => {
  const long = "x".repeat(20_000);
  for (const odd of ["", "é", '"', "\ud83d", "😀"]) {
    const data = Array.from(
      { length: 200 },
      (_, row) => [long.slice(0, row * 97), odd, long + odd, row],
    );
    assertEquals(stringify(data), std.stringify(data));
    const pairs = Array.from({ length: 30_000 }, (_, row) => [odd, `${row}`]);
    assertEquals(stringify(pairs), std.stringify(pairs));
  }
});

Deno.test("compat csv: rows that print rows themselves", () => {
  const inner = { toJSON: () => stringify([["in", "ner"]]) };
  assertEquals(
    stringify([["a", inner, "b"]]),
    std.stringify([["a", inner, "b"]]),
  );
  const seen: string[] = [];
  const data = [{
    get a() {
      seen.push("a");
      return { toJSON: () => (seen.push("text of a"), "1") };
    },
    get b() {
      seen.push("b");
      return 2;
    },
  }];
  const text = stringify(data, { columns: ["a", "b"] });
  const order = seen.splice(0);
  assertEquals(text, std.stringify(data, { columns: ["a", "b"] }));
  assertEquals(order, seen);
  assertEquals(stringify(new Set([["a"]]) as never), "a\r\n");
});

Deno.test("compat csv: the stream of rows is that of @std/csv", async () => {
  const dice = new Random(13);
  for (let index = 0; index < CASES / 5; index++) {
    const data = dataOf(dice).filter((row) => row !== undefined);
    const { separator, columns } = optionsOf(dice);
    const options = dice.below(9) === 0 ? undefined : { separator, columns };
    const expected = await drained(
      ReadableStream.from(data).pipeThrough(
        new std.CsvStringifyStream(options),
      ),
    );
    const found = await drained(
      ReadableStream.from(data).pipeThrough(
        new CsvStringifyStream(options as never) as TransformStream,
      ),
    );
    assertEquals(found, expected, `case ${index}`);
  }
});

Deno.test("compat csv: what is no row or has no text is a TypeError", () => {
  assertThrows(() => stringify([{ a: 1 }]), TypeError, "No property accessor");
  assertThrows(
    () => stringify([["a"]], { columns: ["a"] }),
    TypeError,
    'Property accessor is not of type "number"',
  );
  assertThrows(() => stringify([[{ toJSON: () => undefined }]]), TypeError);
  assertThrows(() => stringify([[{ a: 1n }]]), TypeError);
  assertThrows(() => stringify(null as never), TypeError);
  // Too many values for one call: @std/csv runs out of stack here.
  assertEquals(stringify([new Array(200_000)]).length, 200_001);
});
