/** How the options of the CSV writer change what is written. */

import { assertEquals } from "@std/assert";
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
