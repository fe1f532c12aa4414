/**
 * The CSV scanner against a reader that goes byte by byte as the rules are
 * written: same rows, places and faults, however the input is cut.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import {
  bytesOf,
  encode,
  type Outcome,
  placeOf,
  randomFrom,
  runScanner,
  type TestField,
} from "../../tests/_scan.ts";
import { KIND_BARE, KIND_NULL, KIND_QUOTED } from "../values/block.ts";
import { CsvScanner } from "./_scan_ts.ts";

const decoder = new TextDecoder();
const strict = new TextDecoder("utf-8", { fatal: true });

function isUtf8(bytes: Uint8Array): boolean {
  try {
    strict.decode(bytes);
    return true;
  } catch {
    return false;
  }
}

/** The first ill-formed sequence: the longest prefix that decodes ends there. */
function firstBadByte(input: Uint8Array): number {
  if (isUtf8(input)) return -1;
  let at = 0;
  while (at < input.length) {
    const length = [1, 2, 3, 4].find((size) =>
      at + size <= input.length && isUtf8(input.subarray(at, at + size))
    );
    if (length === undefined) return at;
    at += length;
  }
  return -1;
}

type State = "start" | "bare" | "quoted" | "closed";

/** The rules, byte by byte. Names of columns are left to other tests. */
class Reference {
  readonly outcome: Outcome = { names: [], rows: [], fault: null };
  #width = 0;
  #record: TestField[] = [];
  #recordStart = 0;
  #blanks = 0;

  constructor(readonly input: Uint8Array, readonly header: boolean) {}

  run(delimiter: number): Outcome {
    const { input } = this;
    const hasMark = input[0] === 0xEF && input[1] === 0xBB &&
      input[2] === 0xBF;
    this.#recordStart = hasMark ? 3 : 0;
    this.#read(this.#recordStart, delimiter);
    return this.outcome;
  }

  #fail(code: string, at: number, args = {}): void {
    const place = placeOf(this.input, at);
    this.outcome.fault = `${code} ${place} ${JSON.stringify(args)}`;
  }

  #read(start: number, delimiter: number): void {
    const { input } = this;
    const bad = firstBadByte(input);
    let state: State = "start";
    let fieldStart = start;
    let text: number[] = [];
    for (let at = start; at < input.length; at++) {
      const byte = input[at]!;
      if (at === bad) return this.#fail("INVALID_UTF8", at);
      if (byte === 0) return this.#fail("NUL_BYTE", at);
      if (byte === 34) {
        if (state === "bare") return this.#fail("QUOTE_IN_BARE_FIELD", at);
        if (state === "closed") text.push(34);
        state = state === "quoted" ? "closed" : "quoted";
      } else if (state === "quoted") text.push(byte);
      else if (byte === delimiter || byte === 10) {
        this.#endField(state, fieldStart, text);
        text = [];
        state = "start";
        fieldStart = at + 1;
        if (byte === 10 && !this.#endRecord(at + 1)) return;
      } else if (byte === 13) {
        if (input[at + 1] !== 10) return this.#fail("BARE_CR", at);
      } else if (state === "closed") return this.#fail("TEXT_AFTER_QUOTE", at);
      else {
        text.push(byte);
        state = "bare";
      }
    }
    if (state === "quoted") return this.#fail("UNTERMINATED_QUOTE", fieldStart);
    if (this.#recordStart < input.length) {
      this.#endField(state, fieldStart, text);
      if (!this.#endRecord(input.length)) return;
    }
    if (this.#width === 0 && !this.header) this.#deliverBlanks();
  }

  #deliverBlanks(): void {
    for (let row = 0; row < this.#blanks; row++) {
      this.outcome.rows.push([{ kind: KIND_NULL, text: "", place: "" }]);
    }
  }

  #endField(state: State, start: number, bytes: number[]): void {
    const text = decoder.decode(Uint8Array.from(bytes));
    const place = placeOf(this.input, start);
    const kind = state === "bare" ? KIND_BARE : KIND_QUOTED;
    this.#record.push(
      state === "start"
        ? { kind: KIND_NULL, text: "", place: "" }
        : { kind, text, place },
    );
  }

  #endRecord(next: number): boolean {
    const record = this.#record;
    const start = this.#recordStart;
    this.#record = [];
    this.#recordStart = next;
    const isBlank = record.length === 1 && record[0]!.kind === KIND_NULL;
    if (this.#width === 0) {
      if (isBlank) this.#blanks++;
      else {
        this.#width = record.length;
        if (this.header) return true;
        if (record.length === 1) this.#deliverBlanks();
        this.outcome.rows.push(record);
      }
      return true;
    }
    if (isBlank && this.#width > 1) return true;
    if (record.length !== this.#width) {
      const args = {
        expected: String(this.#width),
        found: String(record.length),
      };
      this.#fail("RAGGED_ROW", start, args);
      return false;
    }
    this.outcome.rows.push(record);
    return true;
  }
}

function run(
  input: Uint8Array,
  header: boolean,
  chunk: number,
  rowsMax: number,
  separateEnd: boolean,
  delimiter = 44,
): Outcome {
  const scanner = new CsvScanner({ delimiter, header });
  return runScanner(scanner, input, chunk, rowsMax, separateEnd);
}

/** The reference's rows and fault, and the names of the whole input. */
function expectedOf(
  input: Uint8Array,
  header: boolean,
  delimiter = 44,
): Outcome {
  const whole = run(input, header, Infinity, Infinity, false, delimiter);
  const reference = new Reference(input, header).run(delimiter);
  return { ...reference, names: whole.names };
}

/** Inputs made to be wrong, or to be wrong at a cut. */
const HOSTILE: string[] = [
  "",
  "\n\n\n",
  "\xef\xbb\xbf",
  "\xef\xbb",
  "\xef\xbb\xbfa,b\n1,2",
  '\xef\xbb\xbf"a",b\n1,""""',
  'a,b\r\n1,"x\r\ny"\r\n"",""""\r\n3,4',
  'a,b\n"q""q",""""""\n"\n\n\n",2\n',
  "\n\r\n\na\n1\n\n2\n",
  "\n\n1\n2\n",
  "\n\n1,2\n\n3,4\n",
  '\xc3\xa9,\xe2\x82\xac\n\xf0\x9f\x98\x80,"\xc3\xa9"\n',
  "a,b\n1,2\n1\n3,4\n",
  "a,b\n1,2\n1,2,3\n3,4\n",
  'a,b\n1,2\n"x"y,2\n',
  'a,b\n1,2\nx"y,2\n',
  'a,b\n1,2\n3,"abc\n\n',
  "a,b\n1,2\n3,4\r5,6\n",
  "a,b\n1,2\n3,4\r",
  'a,b\n1,2\n3,"4"\r',
  'a,b\n1,2\n3,"4\r',
  "a,b\n1,2\n3,\0\n",
  'a,b\n1,2\n3,"\0"\n',
  "a,b\n1,2\n3,\xff\n",
  'a,b\n1,2\n3,"\xff"\n',
  "a,b\n1,2\n3,4\xe2\x82",
  "a,b\n1,2\n3,4\xe2\x82,\n",
  'a,b\n1,2\n"3"\xe2\x28,\n',
  'a,b\n1,2\n"3"\xe2\x82\xac,\n',
  'a,b\n1,2\n"3"\xe2\x82',
  "a,b\n1,2\n3,4\r\xe2\x28\n",
  "a,b\n1,2\n3,4\r\0\n",
  'a,b\n1,2\n"3"\0,4\n',
  'a\n""\n\n"x"\n',
  '"a\n',
];

Deno.test("CsvScanner gives the same however a hostile input is cut", () => {
  for (const text of HOSTILE) {
    const input = bytesOf(text);
    for (const header of [true, false]) {
      const expected = expectedOf(input, header);
      for (const rowsMax of [1, 2, Infinity]) {
        for (let chunk = 1; chunk <= input.length + 1; chunk++) {
          for (const separateEnd of [false, true]) {
            const found = run(input, header, chunk, rowsMax, separateEnd);
            assertEquals(found, expected, JSON.stringify({ text, chunk }));
          }
        }
      }
    }
  }
});

Deno.test("CsvScanner agrees with the reference on random bytes", () => {
  const random = randomFrom(0x9e3779b9);
  // The last four pieces break most inputs, so most rounds leave them out.
  const pieces = [
    ...[",", ",", ",", "\n", "\n", "\r\n", '"', '""', '","', "a", "bc"],
    ...["1.5", "\xc3\xa9", "\r", "\0", "\xff", "\xe2\x82"],
  ];
  for (let round = 0; round < 6000; round++) {
    const kinds = round % 8 === 0 ? pieces.length : pieces.length - 4;
    let text = "";
    const count = random(120);
    for (let index = 0; index < count; index++) text += pieces[random(kinds)];
    const input = bytesOf(text);
    const header = round % 3 !== 0;
    const rowsMax = [1, 3, Infinity][random(3)]!;
    const chunk = 1 + random(input.length + 2);
    assertEquals(
      run(input, header, chunk, rowsMax, random(2) === 0),
      expectedOf(input, header),
      JSON.stringify({ text, header, rowsMax, chunk }),
    );
  }
});

Deno.test("CsvScanner agrees with the reference on random tables", () => {
  const random = randomFrom(0x12345679);
  for (let round = 0; round < 300; round++) {
    const width = 1 + random(5);
    let text = "";
    for (let row = random(60); row > 0; row--) {
      for (let column = 0; column < width; column++) {
        if (column > 0) text += "\t";
        text += [
          '"say ""no""\n"',
          '"\t\r\n"',
          "",
          "x".repeat(random(150)),
          "12.5",
          "é€😀",
        ][random(6)];
      }
      text += random(2) === 0 ? "\n" : "\r\n";
    }
    const input = encode(text);
    if (round % 3 === 0 && input.length > 0) {
      input[random(input.length)] = [34, 13, 0, 255, 9, 10][random(6)]!;
    }
    const header = round % 2 === 0;
    const expected = expectedOf(input, header, 9);
    for (const chunk of [1, 7, 64, 1 + random(1000), Infinity]) {
      const rowsMax = [1, 5, Infinity][random(3)]!;
      const found = run(input, header, chunk, rowsMax, false, 9);
      assertEquals(found, expected, JSON.stringify({ text, chunk, rowsMax }));
    }
  }
});
