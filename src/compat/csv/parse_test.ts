/** `parse` and `CsvParseStream` against those of `@std/csv`. */

import { assert, assertEquals, assertThrows } from "@std/assert";
import * as std from "@std/csv";
import { Random } from "../../../bench/data/_random.ts";
import { drained, outcomeOf, textByChance } from "../../../tests/_outcome.ts";
import { CsvParseStream, parse } from "./mod.ts";

const CASES = 10_000;

/** What texts are made of: all that a parser may stumble over. */
const PARTS = [
  ...["a", "b1", '"', '""', '"x"', ",", ",", ";", "\n", "\n", "\r\n", "\r"],
  ...[" ", "\t", "\u00a0", "#", "::", "é", "😀", "\ufeff", "\ud83d", '",'],
];

const SEPARATORS = [undefined, undefined, ",", ";", "\t", " ", "::", "😀", "b"];
/** Separators that only the stream takes, or that are odd. */
const ODD_SEPARATORS = ['",', '"a', "\n", "\r", '"', ",\n", "\r\n", "a\r"];
const COMMENTS = [undefined, undefined, "#", ";", "", "ab", ",", '"', "\n"];
const COUNTS = [undefined, undefined, undefined, -1, 0, 0, 1, 2, 3, NaN, 2.5];
const COLUMNS = [
  ...[undefined, undefined, undefined, [], ["x"], ["x", "y"]],
  ...[["__proto__", "y"], ["2", "1"], ["x", "x"], ["toJSON", "length"]],
];

/** Options by chance; what is undefined may also be left out. */
function optionsOf(dice: Random): Record<string, unknown> {
  const options: Record<string, unknown> = {
    separator: dice.below(8) === 0 ? dice.pick(ODD_SEPARATORS) : dice.pick(
      SEPARATORS,
    ),
    comment: dice.pick(COMMENTS),
    trimLeadingSpace: dice.pick([undefined, false, true]),
    lazyQuotes: dice.pick([undefined, false, true]),
    fieldsPerRecord: dice.pick(COUNTS),
    skipFirstRow: dice.pick([undefined, false, true]),
    columns: dice.pick(COLUMNS),
  };
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined && dice.below(2) === 0) delete options[name];
  }
  return options;
}

/** A text by chance, or one that is nearly a table. */
function textOf(dice: Random): string {
  if (dice.below(3) === 0) return textByChance(dice, PARTS, 30);
  const end = dice.pick(["\n", "\r\n"]);
  const rows = Array.from(
    { length: dice.below(6) },
    () =>
      Array.from(
        { length: 2 + (dice.below(12) === 0 ? 1 : 0) },
        () =>
          dice.pick([
            "1",
            "ab",
            "",
            '"q"',
            '"a,b"',
            '"a""b"',
            '"l\r\nm"',
            " s",
          ]),
      ).join(",") + (dice.below(20) === 0 ? dice.pick(PARTS) : ""),
  );
  return rows.join(end) + (dice.below(2) === 0 ? end : "");
}

/** A text in chunks, cut by chance. */
function cut(text: string, dice: Random): string[] {
  const chunks: string[] = [];
  for (let at = 0; at < text.length;) {
    const size = dice.below(2) === 0 ? dice.below(4) : dice.below(20);
    chunks.push(text.slice(at, at + size));
    at += size;
  }
  return chunks;
}

Deno.test("compat csv: parse is that of @std/csv on texts by chance", () => {
  const dice = new Random(2026);
  let errors = 0;
  for (let index = 0; index < CASES; index++) {
    const text = textOf(dice);
    const options = optionsOf(dice);
    const expected = outcomeOf(() => std.parse(text, options));
    const found = outcomeOf(() => parse(text, options));
    if (!expected.startsWith("[")) errors++;
    assertEquals(found, expected, JSON.stringify([text, options]));
  }
  // Both ways are gone often.
  assert(errors > CASES / 10 && errors < CASES * 9 / 10, `${errors} errors`);
});

Deno.test("compat csv: parse without options, and of mutated tables", () => {
  const dice = new Random(7);
  for (let index = 0; index < CASES; index++) {
    const text = textOf(dice);
    const at = dice.below(text.length + 1);
    const mutated = text.slice(0, at) + dice.pick(PARTS) +
      text.slice(at + dice.below(3));
    const expected = outcomeOf(() => std.parse(mutated));
    assertEquals(outcomeOf(() => parse(mutated)), expected, mutated);
  }
});

Deno.test("compat csv: the stream is that of @std/csv, cut by chance", async () => {
  const dice = new Random(99);
  for (let index = 0; index < CASES; index++) {
    const text = textOf(dice);
    const options = optionsOf(dice);
    const chunks = cut(text, dice);
    const expected = await drained(
      ReadableStream.from(chunks).pipeThrough(new std.CsvParseStream(options)),
    );
    const found = await drained(
      ReadableStream.from(chunks).pipeThrough(new CsvParseStream(options)),
    );
    assertEquals(found, expected, JSON.stringify([chunks, options]));
  }
});

Deno.test("compat csv: the stream, with every split of small texts", async () => {
  const texts = [
    ...['a,b\r\n"c\r\nd",e\r\n', '"a""b","",x', "a\r\r\nb\n\n\nc", '"a\n'],
    ...[
      "#c\na,b\n",
      'a,"b\n\n',
      "\ufeffa;b",
      'x,y"z\n1',
      "1,2\n3\n4,5",
      "😀,\n",
    ],
  ];
  const settings = [
    {},
    { lazyQuotes: true },
    { comment: "#", skipFirstRow: true },
    { fieldsPerRecord: 0 },
    { columns: ["p", "q"] },
  ];
  for (const text of texts) {
    for (const options of settings) {
      const expected = await drained(
        ReadableStream.from([text])
          .pipeThrough(new std.CsvParseStream(options)),
      );
      for (let one = 0; one <= text.length; one++) {
        for (let two = one; two <= text.length; two++) {
          const chunks = [
            text.slice(0, one),
            text.slice(one, two),
            text.slice(two),
          ];
          const found = await drained(
            ReadableStream.from(chunks)
              .pipeThrough(new CsvParseStream(options)),
          );
          assertEquals(found, expected, JSON.stringify([chunks, options]));
        }
      }
    }
  }
});

Deno.test("compat csv: the types of rows are those of @std/csv", () => {
  const rows: string[][] = parse("a\n");
  const same: string[][] = parse("a\n", { separator: ";" });
  const objects: Record<string, string>[] = parse("a\n1", {
    skipFirstRow: true,
  });
  const named: { x: string }[] = parse("1", { columns: ["x"] });
  const either: string[][] | Record<string, string>[] = parse(
    "1",
    {} as { skipFirstRow?: boolean },
  );
  const stream: ReadableStream<string[]> = new CsvParseStream().readable;
  const keyed: ReadableStream<Record<"x", string>> = new CsvParseStream({
    columns: ["x"],
  }).readable;
  assertEquals([rows, same, objects, named, either], [
    ...[[["a"]], [["a"]], [{ a: "1" }], [{ x: "1" }], [["1"]]],
  ]);
  assert(stream instanceof ReadableStream && keyed instanceof ReadableStream);
});

Deno.test("compat csv: what @std/csv never returns from is an error", async () => {
  assertThrows(
    () => parse("a", { separator: "" }),
    RangeError,
    "Cannot parse: the separator is empty",
  );
  assertThrows(() => new CsvParseStream({ separator: "" }), RangeError);
  assertThrows(() => parse("a", { separator: 5 as never }), TypeError);
  assertThrows(() => parse("a", { columns: "ab" as never }), TypeError);
  for (const input of [undefined, null, 5, new Uint8Array(2), {}]) {
    assertThrows(
      () => parse(input as never),
      TypeError,
      "Cannot parse: expected a string, found",
    );
  }
  const bytes = ReadableStream.from([new TextEncoder().encode("a,b\n")]);
  const found = await drained(
    bytes.pipeThrough(new CsvParseStream() as unknown as TransformStream),
  );
  assert(found.includes("pipe bytes through new TextDecoderStream()"), found);
});

Deno.test("compat csv: many columns, long fields, long lines", async () => {
  const names = Array.from({ length: 3000 }, (_, index) => `c${index}`);
  const text = `${names.join(",")}\n${names.join(",")}\n`;
  const expected = outcomeOf(() => std.parse(text, { skipFirstRow: true }));
  assertEquals(outcomeOf(() => parse(text, { skipFirstRow: true })), expected);
  // Quadratic work would take minutes.
  const field = '"' + 'x""y\r\n'.repeat(300_000) + '"';
  const chunks = [];
  for (let at = 0; at < field.length; at += 4096) {
    chunks.push(field.slice(at, at + 4096));
  }
  const rows = await Array.fromAsync(
    ReadableStream.from(chunks).pipeThrough(new CsvParseStream()),
  );
  assertEquals(rows[0]![0]!.length, 300_000 * 4);
  assertEquals(parse(field)[0]![0], rows[0]![0]);
});

Deno.test("compat csv: rows come before an error, and leaving closes the source", async () => {
  const reader = ReadableStream.from(["1,2\n3,4\n5\n6,7\n"])
    .pipeThrough(new CsvParseStream({ fieldsPerRecord: 2 })).getReader();
  assertEquals((await reader.read()).value, ["1", "2"]);
  assertEquals((await reader.read()).value, ["3", "4"]);
  const error = await reader.read().catch((error) => error);
  assertEquals(
    String(error),
    "SyntaxError: Syntax error on line 3: expected 2 fields but got 1",
  );
  let isClosed = false;
  const source = new ReadableStream<string>({
    pull: (controller) => controller.enqueue("1,2\n"),
    cancel: () => {
      isClosed = true;
    },
  });
  for await (const row of source.pipeThrough(new CsvParseStream())) {
    assertEquals(row, ["1", "2"]);
    break;
  }
  await new Promise((resolve) => setTimeout(resolve, 0));
  assert(isClosed);
});
