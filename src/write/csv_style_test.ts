/** How the options of the CSV writer change what is written. */

import { assertEquals, assertThrows } from "@std/assert";
import { testEngines } from "../../tests/_engines.ts";
import { writeCsvSync } from "../csv/write.ts";
import { columnOf } from "../table/column_of.ts";
import { Table } from "../table/table.ts";

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

function textOf(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}

const TABLE = Table.fromColumns({
  id: columnOf("i32", [1, -2, null]),
  text: columnOf("utf8", ["=a", "", "-b;c"]),
});

testEngines("writeCsv() follows its options", (engine) => {
  const csv = (options: Parameters<typeof writeCsvSync>[1]) =>
    textOf(writeCsvSync(TABLE, { engine, ...options }));
  assertEquals(csv({}), 'id,text\n1,=a\n-2,""\n,-b;c\n');
  assertEquals(csv({ header: false }), '1,=a\n-2,""\n,-b;c\n');
  assertEquals(
    csv({ lineEnd: "\r\n" }),
    'id,text\r\n1,=a\r\n-2,""\r\n,-b;c\r\n',
  );
  assertEquals(csv({ bom: true, header: false }), '\uFEFF1,=a\n-2,""\n,-b;c\n');
  assertEquals(csv({ delimiter: ";" }), 'id;text\n1;=a\n-2;""\n;"-b;c"\n');
  assertEquals(csv({ delimiter: "-" }), 'id-text\n1-=a\n"-2"-""\n-"-b;c"\n');
  assertEquals(
    csv({ formulas: "escape", delimiter: ";" }),
    'id;text\n1;\'=a\n-2;""\n;"\'-b;c"\n',
  );
  assertEquals(csv({ columns: ["text"] }), 'text\n=a\n""\n-b;c\n');
  assertEquals(
    csv({ columns: ["text", "id"], header: false }),
    '=a,1\n"",-2\n-b;c,\n',
  );
  assertEquals(csv({ columns: [] }), "");
});

testEngines("writeCsv() quotes what it is asked to, but no null", (engine) => {
  const table = Table.fromColumns({
    yes: columnOf("bool", [true, null]),
    i: columnOf("i32", [-2, null]),
    l: columnOf("i64", [3n, null]),
    f: columnOf("f64", [NaN, null]),
    day: columnOf("date", ["2024-02-29", null]),
    at: columnOf("timestamp_utc", ["2024-02-29T12:00:00Z", null]),
    "=n": columnOf("utf8", ['=a"b', null]),
  });
  const csv = (options: Parameters<typeof writeCsvSync>[1]) =>
    textOf(writeCsvSync(table, { engine, ...options }));
  assertEquals(
    csv({ quoting: "all" }),
    '"yes","i","l","f","day","at","=n"\n' +
      '"true","-2","3","NaN","2024-02-29","2024-02-29T12:00:00Z","=a""b"\n' +
      ",,,,,,\n",
  );
  assertEquals(
    csv({ quoting: "nonNumeric", formulas: "escape" }),
    '"yes","i","l","f","day","at","\'=n"\n' +
      '"true",-2,3,NaN,"2024-02-29","2024-02-29T12:00:00Z","\'=a""b"\n' +
      ",,,,,,\n",
  );
  // A number is quoted where it would be taken for two.
  assertEquals(
    csv({ quoting: "nonNumeric", delimiter: "-", header: false }),
    '"true"-"-2"-3-NaN-"2024-02-29"-"2024-02-29T12:00:00Z"-"=a""b"\n------\n',
  );
  assertEquals(csv({ quoting: "minimal" }), csv({}));
  const rows = [
    { a: 1, b: 2n, c: true, d: "x", e: new Date(0), f: [1], g: null },
    { a: "" },
  ];
  assertEquals(
    textOf(writeCsvSync(rows, { quoting: "nonNumeric", engine })),
    '"a","b","c","d","e","f","g"\n' +
      '1,2,"true","x","1970-01-01T00:00:00Z","[1]",\n"",,,,,,\n',
  );
  assertEquals(
    textOf(writeCsvSync(rows, { quoting: "all", columns: ["a", "g"], engine })),
    '"a","g"\n"1",\n"",\n',
  );
});

testEngines("writeCsv() quotes many rows alike on both engines", (engine) => {
  const texts = ["a", "", 'b"c', "é,", "\uFEFFx"];
  const rows = Array.from({ length: 20_000 }, (_, row) => row);
  const table = Table.fromColumns({
    n: columnOf("i32", rows.map((row) => row % 7 === 0 ? null : row)),
    t: columnOf("utf8", rows.map((row) => texts[row % 5]!)),
    b: columnOf("bool", rows.map((row) => row % 3 === 0)),
  });
  for (const quoting of ["all", "nonNumeric"] as const) {
    const found = textOf(writeCsvSync(table, { engine, quoting }));
    const quote = (text: string) => `"${text.replaceAll('"', '""')}"`;
    const lines = rows.map((row) => {
      const number = row % 7 === 0
        ? ""
        : quoting === "all"
        ? quote(`${row}`)
        : `${row}`;
      return `${number},${quote(texts[row % 5]!)},${quote(`${row % 3 === 0}`)}`;
    });
    assertEquals(found, `"n","t","b"\n${lines.join("\n")}\n`);
  }
});

Deno.test("writeCsv() refuses a quoting that is none", () => {
  assertThrows(
    () => writeCsvSync(TABLE, { quoting: "some" as never }),
    RangeError,
    'quoting must be "minimal" or "all" or "nonNumeric": it is "some"',
  );
  assertThrows(
    () => writeCsvSync(TABLE, { quoting: 1 as never }),
    TypeError,
    "quoting must be",
  );
});

testEngines(
  "writeCsv() escapes what a spreadsheet computes, no numbers",
  (engine) => {
    const texts = [
      "=1",
      "+1",
      "-1",
      "@x",
      "\tx",
      "\rx",
      "x=",
      "'=1",
      "",
      " =1",
    ];
    const table = Table.fromColumns({
      "=n": columnOf("i64", texts.map((_, row) => -BigInt(row))),
      f: columnOf("f64", texts.map((_, row) => row === 0 ? -Infinity : -row)),
      plain: columnOf("utf8", texts),
    });
    const options = { engine, formulas: "escape" } as const;
    const expected = [
      ...["'=n,f,plain", "0,-Infinity,'=1", "-1,-1,'+1", "-2,-2,'-1"],
      ...["-3,-3,'@x", "-4,-4,'\tx", '-5,-5,"\'\rx"', "-6,-6,x="],
      ...["-7,-7,'=1", '-8,-8,""', "-9,-9, =1"],
    ].map((line) => `${line}\n`).join("");
    assertEquals(textOf(writeCsvSync(table, options)), expected);
    const rows = [...table.rows()];
    assertEquals(textOf(writeCsvSync(rows, options)), expected);
  },
);

testEngines("writeCsv() quotes values that hold the delimiter", (engine) => {
  const table = Table.fromColumns({
    "b-e": columnOf("bool", [true, false, null]),
    i: columnOf("i32", [-5, 12, null]),
    l: columnOf("i64", [-5n, 12n, 1n]),
    x: columnOf("f64", [-1.5, 1e21, NaN]),
    d: columnOf("date", ["2024-01-01", null, "0001-01-01"]),
    t: columnOf("timestamp", ["2024-01-01T10:00:00.5", null, null]),
  });
  const expected: Record<string, string[]> = {
    "-": [
      '"b-e"-i-l-x-d-t',
      'true-"-5"-"-5"-"-1.5"-"2024-01-01"-"2024-01-01T10:00:00.5"',
      "false-12-12-1e+21--",
      '--1-NaN-"0001-01-01"-',
    ],
    ":": [
      "b-e:i:l:x:d:t",
      'true:-5:-5:-1.5:2024-01-01:"2024-01-01T10:00:00.5"',
      "false:12:12:1e+21::",
      "::1:NaN:0001-01-01:",
    ],
    "e": [
      '"b-e"eielexedet',
      '"true"e-5e-5e-1.5e2024-01-01e2024-01-01T10:00:00.5',
      '"false"e12e12e"1e+21"ee',
      "ee1eNaNe0001-01-01e",
    ],
    "1": [
      "b-e1i1l1x1d1t",
      'true1-51-51"-1.5"1"2024-01-01"1"2024-01-01T10:00:00.5"',
      'false1"12"1"12"1"1e+21"11',
      '11"1"1NaN1"0001-01-01"1',
    ],
  };
  for (const [delimiter, lines] of Object.entries(expected)) {
    const text = lines.map((line) => `${line}\n`).join("");
    const options = { engine, delimiter };
    assertEquals(textOf(writeCsvSync(table, options)), text);
    assertEquals(
      textOf(writeCsvSync(table, { ...options, lineEnd: "\r\n" })),
      text.replaceAll("\n", "\r\n"),
    );
    assertEquals(textOf(writeCsvSync([...table.rows()], options)), text);
  }
  const formulas = Table.fromColumns({ a: columnOf("utf8", ["=1", "x"]) });
  assertEquals(
    textOf(
      writeCsvSync(formulas, { engine, delimiter: "'", formulas: "escape" }),
    ),
    'a\n"\'=1"\nx\n',
  );
});
