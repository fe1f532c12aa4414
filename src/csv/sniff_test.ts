/** What is guessed of how a CSV is written. */

import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { bytesOf, streamOf } from "../../tests/_engines.ts";
import { readCsvSync } from "./read.ts";
import { sniffCsv, sniffCsvSync } from "./sniff.ts";

/** Delimiter, quote and header of a text. */
function guess(text: string): string {
  const { delimiter, quote, header } = sniffCsvSync(bytesOf(text));
  return `${delimiter} ${quote} ${header}`;
}

Deno.test("sniffCsv() finds delimiter, quote and header", () => {
  const cases: [string, string][] = [
    ["a,b\n1,2\n", ', " true'],
    ["id;price\n1;2,50\n2;1,20\n", '; " true'],
    ["1\ta\n2\tb\n", '\t " false'],
    ['"x, y";1\n"z, w";2\n', '; " false'],
    ["a|b|c\n'x|y'|1|2\n'z'|3|4\n", "| ' true"],
    ['name,note\nAnn,"hi; you, there"\nBob,"x;y"\n', ', " true'],
    ['a,b\n5" pipe,1\n6" pipe,2\n7" pipe,3\n', ", null true"],
    ["a;b\r\nit's;1\r\ndon't;2\r\n", '; " true'],
    ['a,b\n"x\ny",1\n"z\n\nw",2\n', ', " true'],
    ["a,a\n1,2\n", ', " false'],
    ["x\nx\ny\n", ', " false'],
    ["2024-01-01,5\n2024-01-02,6\n", ', " false'],
    ["\ufeffa;b\n1;2\n", '; " true'],
    ["a,b\r1,2\r3,4\r", ', " true'],
  ];
  for (const [text, expected] of cases) {
    assertEquals(guess(text), expected, JSON.stringify(text));
  }
});

Deno.test("sniffCsv() finds names and types", () => {
  const text = "n,day,at,ok,big,t,price\n" +
    "1,2024-02-29,2024-02-29T10:00Z,true,90071992547409930,x,1.5\n".repeat(3);
  assertEquals(
    sniffCsvSync(bytesOf(text)).columns.map(({ name, type }) => [name, type]),
    [
      ["n", "i32"],
      ["day", "date"],
      ["at", "timestamp"],
      ["ok", "bool"],
      ["big", "i64"],
      ["t", "utf8"],
      ["price", "f64"],
    ],
  );
});

Deno.test("sniffCsv() finds encodings", () => {
  const text = "Straße,Größe\nÄhre,1\nÖl,2\n";
  const units = new Uint8Array(2 * text.length);
  for (let index = 0; index < text.length; index++) {
    units[2 * index] = text.charCodeAt(index);
  }
  const swapped = units.map((_, at) => units[at ^ 1]!);
  const latin1 = Uint8Array.from(text, (letter) => letter.charCodeAt(0));
  const cases: [Uint8Array<ArrayBuffer>, string][] = [
    [bytesOf(text), "utf-8"],
    [units, "utf-16le"],
    [swapped, "utf-16be"],
    [latin1, "latin1"],
    [Uint8Array.of(0xFF, 0xFE, ...units), "utf-16le"],
  ];
  for (const [bytes, expected] of cases) {
    const { encoding, delimiter, quote, header } = sniffCsvSync(bytes);
    assertEquals(encoding, expected);
    const table = readCsvSync(bytes, { encoding, delimiter, quote, header });
    assertEquals(table.get(1, "Straße"), "Öl");
    assertEquals(table.get(1, "Größe"), 2);
  }
});

Deno.test("sniffCsv() says the same of bytes, streams and files", async () => {
  const text = `id;t\n${'1;"a ""b"" c, d"\n'.repeat(30_000)}`;
  const bytes = bytesOf(text);
  const expected = sniffCsvSync(bytes);
  assertEquals(expected.delimiter, ";");
  const path = await Deno.makeTempFile({ suffix: ".csv" });
  try {
    await Deno.writeFile(path, bytes);
    assertEquals(await sniffCsv(path), expected);
    assertEquals(await sniffCsv(bytes), expected);
    for (const chunk of [1000, 65_536, 1 << 18, 1 << 20]) {
      assertEquals(await sniffCsv(streamOf(bytes, chunk)), expected);
    }
  } finally {
    await Deno.remove(path);
  }
});

Deno.test("sniffCsv() reads the beginning alone and closes the input", async () => {
  let given = 0;
  let closed = false;
  async function* endless(): AsyncGenerator<Uint8Array> {
    try {
      while (true) {
        given += 65_536;
        yield new Uint8Array(65_536).fill(97);
        await Promise.resolve();
      }
    } finally {
      closed = true;
    }
  }
  const { confidence, columns } = await sniffCsv(endless());
  assertEquals([confidence, columns], [0, []]);
  assert(closed && given <= (1 << 18) + 2 * 65_536, `${given} bytes`);
});

Deno.test("sniffCsv() takes anything for bytes, and nothing else", async () => {
  for (const text of ["", "\n", "\r", '"', '""', "\0", ",", "\ufeff", '"a']) {
    const { confidence } = sniffCsvSync(bytesOf(text));
    assert(confidence >= 0 && confidence <= 1, JSON.stringify(text));
  }
  for (let byte = 0; byte < 256; byte++) {
    sniffCsvSync(new Uint8Array(50).fill(byte));
  }
  assertThrows(() => sniffCsvSync("a,b" as unknown as Uint8Array), TypeError);
  await assertRejects(
    () => sniffCsv(5 as unknown as Uint8Array),
    TypeError,
  );
});

Deno.test("sniffCsv() is fast where quotes are many (Papa 651)", () => {
  const quoted = bytesOf(`a,b\n${'"""x"", ""y""","z;\n"\n'.repeat(14_000)}`);
  const open = bytesOf(`a,b\n"${"x,y;z\n".repeat(50_000)}`);
  for (const bytes of [quoted, open]) {
    const start = performance.now();
    sniffCsvSync(bytes);
    assert(performance.now() - start < 2000);
  }
});
