/**
 * The strict rules of CSV, one by one; positions are counted by hand.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import {
  bytesOf,
  encode,
  type Outcome,
  runScanner,
} from "../../tests/_scan.ts";
import { FieldBlock, KIND_NULL, KIND_QUOTED, READY } from "../values/block.ts";
import { CsvScanner } from "./_scan_ts.ts";

interface Reading {
  header?: boolean;
  delimiter?: number;
  fieldBytesMax?: number;
}

function read(input: Uint8Array, reading: Reading = {}): Outcome {
  const { header = true, delimiter = 44, fieldBytesMax = 1000 } = reading;
  const run = (chunk: number) => {
    const scanner = new CsvScanner({ header, delimiter, fieldBytesMax });
    return runScanner(scanner, input, chunk, Infinity, false);
  };
  const whole = run(Infinity);
  for (let chunk = 1; chunk <= input.length; chunk++) {
    assertEquals(run(chunk), whole, `chunks of ${chunk}`);
  }
  return whole;
}

/** Rows as texts: null is `~`, quoted texts stand in quotes. */
function rowsOf(text: string, reading: Reading = {}): string[][] {
  const { rows, fault } = read(encode(text), reading);
  assertEquals(fault, null);
  return rows.map((row) =>
    row.map(({ kind, text }) => {
      if (kind === KIND_NULL) return "~";
      return kind === KIND_QUOTED ? `"${text}"` : text;
    })
  );
}

Deno.test("CsvScanner tells null, bare and quoted fields apart", () => {
  assertEquals(
    rowsOf('a,b,c\n,"",x\n"1","say ""hi""","a,\r\nb"\n'),
    [["~", '""', "x"], ['"1"', '"say "hi""', '"a,\r\nb"']],
  );
});

Deno.test("CsvScanner takes LF, CRLF, a mix and a missing last end", () => {
  const expected = [["1", "2"], ["3", "4"], ["5", "6"]];
  assertEquals(rowsOf("a,b\r\n1,2\n3,4\r\n5,6"), expected);
  assertEquals(rowsOf('a\r\n"x"\r\n'), [['"x"']]);
});

Deno.test("CsvScanner skips blank lines of more than one column", () => {
  assertEquals(rowsOf("a,b\n\n1,2\n\r\n\n3,4\n\n"), [["1", "2"], ["3", "4"]]);
  assertEquals(rowsOf("a\n\n1\n\r\n"), [["~"], ["1"], ["~"]]);
  assertEquals(rowsOf('\n\r\na\n1\n""\n'), [["1"], ['""']]);
});

Deno.test("CsvScanner without a header numbers the columns", () => {
  const reading = { header: false };
  assertEquals(read(encode("1,2\n"), reading).names, ["column1", "column2"]);
  assertEquals(rowsOf("\n\n1,2\n", reading), [["1", "2"]]);
  assertEquals(rowsOf("\n\n1\n", reading), [["~"], ["~"], ["1"]]);
  assertEquals(rowsOf("\n\n", reading), [["~"], ["~"]]);
});

Deno.test("CsvScanner reads an empty input as nothing", () => {
  for (const header of [true, false]) {
    for (const text of ["", "\uFEFF"]) {
      const { names, rows, fault } = read(encode(text), { header });
      assertEquals([names, rows, fault], [[], [], null]);
    }
  }
  assertEquals(read(encode("\n\n")).names, []);
});

Deno.test("CsvScanner drops a byte order mark, of quoted headers too", () => {
  const { names, rows } = read(encode('\uFEFF"a\n""b""",c\n1,2'));
  assertEquals(names, ['a\n"b"', "c"]);
  assertEquals(rows[0]!.map(({ place }) => place), ["3:1 15", "3:3 17"]);
});

Deno.test("CsvScanner splits at any delimiter", () => {
  const expected = [["1,5", "2"]];
  assertEquals(rowsOf("a;b\n1,5;2\n", { delimiter: 59 }), expected);
  assertEquals(rowsOf("a\tb\n1,5\t2\n", { delimiter: 9 }), expected);
  assertEquals(rowsOf("axb\n1,5x2\n", { delimiter: 120 }), expected);
});

Deno.test("CsvScanner gives each fault its code and position", () => {
  for (
    const [text, rows, fault] of [
      ["a,b\n1,2\n3\n", 1, 'RAGGED_ROW 3:1 8 {"expected":"2","found":"1"}'],
      ["a,b\n1,2,3", 0, 'RAGGED_ROW 2:1 4 {"expected":"2","found":"3"}'],
      ['a,b\n"1\n","2"x\n', 0, "TEXT_AFTER_QUOTE 3:6 12 {}"],
      ['a,b\n1,2"\n', 0, "QUOTE_IN_BARE_FIELD 2:4 7 {}"],
      ['a,b\n1,2\n3,"x\ny', 1, "UNTERMINATED_QUOTE 3:3 10 {}"],
      ["a\nx\xC3\n", 0, "INVALID_UTF8 2:2 3 {}"],
      ['a\n"\xE2\x82"\n', 0, "INVALID_UTF8 2:2 3 {}"],
      ["a\nx\xE2\x82", 0, "INVALID_UTF8 2:2 3 {}"],
      ["\xFF", 0, "INVALID_UTF8 1:1 0 {}"],
      ["a\nx\0", 0, "NUL_BYTE 2:2 3 {}"],
      ['a\n"\0"', 0, "NUL_BYTE 2:2 3 {}"],
      ["a\nx\ry\n", 0, "BARE_CR 2:2 3 {}"],
      ["a\nx\r", 0, "BARE_CR 2:2 3 {}"],
      ['a\n"x"\ry', 0, "BARE_CR 2:4 5 {}"],
      ['a,"b\n', 0, "UNTERMINATED_QUOTE 1:3 2 {}"],
    ] as const
  ) {
    const outcome = read(bytesOf(text));
    assertEquals([outcome.fault, outcome.rows.length], [fault, rows], text);
  }
});

Deno.test("CsvScanner limits the length of a field as written", () => {
  const reading = { fieldBytesMax: 4 };
  const limit = '{"limit":"4"}';
  assertEquals(rowsOf('a,b\n1234,"12"\r\n', reading), [["1234", '"12"']]);
  for (
    const [text, fault] of [
      ["a,b\n12345,2\n", `FIELD_TOO_LARGE 2:1 4 ${limit}`],
      ['a,b\n1,"234"', `FIELD_TOO_LARGE 2:3 6 ${limit}`],
      ['a,b\n1,"2345\n', `FIELD_TOO_LARGE 2:3 6 ${limit}`],
      ["a,b\n1,23456\xFF\n", `FIELD_TOO_LARGE 2:3 6 ${limit}`],
      ["a,b\n1,2345\xFF\n", "INVALID_UTF8 2:7 10 {}"],
      ['a,b\n12345,"2"x\n', `FIELD_TOO_LARGE 2:1 4 ${limit}`],
      ["names,b\n", `FIELD_TOO_LARGE 1:1 0 ${limit}`],
    ] as const
  ) {
    assertEquals(read(bytesOf(text), reading).fault, fault, text);
  }
});

Deno.test("CsvScanner stops at the rows asked for and goes on there", () => {
  const scanner = new CsvScanner({ header: true, delimiter: 44 });
  const block = new FieldBlock();
  const input = { bytes: encode('a,b\n1,"2\n"\n3,4\n\n5,6\n'), position: 0 };
  assertEquals(scanner.scan(input, true, 2, block), READY);
  assertEquals([block.rows, input.position], [2, 15]);
  scanner.scan(input, true, 2, block);
  assertEquals([block.rows, block.base, block.baseLine], [1, 15, 5]);
  assertEquals(block.locate(block.fieldStart(1, 0)).line, 6);
});

Deno.test("CsvScanner repeats its fault when it is asked again", () => {
  const scanner = new CsvScanner({ header: true, delimiter: 44 });
  const block = new FieldBlock();
  const input = { bytes: encode('a\n1\nx"\n'), position: 0 };
  const first = scanner.scan(input, true, 9, block);
  const { fault, rows } = block;
  assertEquals(rows, 1);
  assertEquals(scanner.scan(input, true, 9, block), first);
  assertEquals([block.fault, block.rows], [fault, 0]);
});
