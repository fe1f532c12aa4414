/** Dialects, lenient reading and error policies, case by case. */

import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { bytesOf, streamOf, testEngines } from "../../tests/_engines.ts";
import { ParseError } from "../errors.ts";
import type { ReadCsvOptions, RowError } from "./options.ts";
import { readCsv, readCsvBatches, readCsvSync } from "./read.ts";

type Rows = Record<string, unknown>[];

/** Rows of a text, and `CODE line:column @offset` of its error rows. */
function read(
  text: string | Uint8Array,
  options: ReadCsvOptions,
): { rows: Rows; errors: string[] } {
  const errors: RowError[] = [];
  const bytes = typeof text === "string" ? bytesOf(text) : text;
  const rows = readCsvSync(bytes, { ...options, errors }).toObjects() as Rows;
  return {
    rows,
    errors: errors.map((error) =>
      `${error.code} ${error.line}:${error.column} @${error.byteOffset}`
    ),
  };
}

testEngines("quote: another character, or none", (engine) => {
  const text = "a,b\n'x,y',\"z\n'it''s',1\n";
  assertEquals(read(text, { engine, quote: "'" }).rows, [
    { a: "x,y", b: '"z' },
    { a: "it's", b: "1" },
  ]);
  assertEquals(read('a,b\n"x",y"\n', { engine, quote: null }).rows, [
    { a: '"x"', b: 'y"' },
  ]);
});

testEngines("escape: takes the meaning of the next byte", (engine) => {
  const text = 'a,b\n"say \\"hi\\"","c:\\\\d"\nx\\,y,tab\\\there\n';
  assertEquals(read(text, { engine, escape: "\\" }).rows, [
    { a: 'say "hi"', b: "c:\\d" },
    { a: "x,y", b: "tab\there" },
  ]);
  // A doubled quote means nothing then.
  const error = assertThrows(
    () => read('a\n"x""y"\n', { engine, escape: "\\" }),
    ParseError,
  );
  assertEquals([error.code, error.column], ["TEXT_AFTER_QUOTE", 4]);
  // An escape that is the quote is the default.
  assertEquals(read('a\n"x""y"\n', { engine, escape: '"' }).rows, [
    { a: 'x"y' },
  ]);
});

testEngines("escape: with nothing behind it is text", (engine) => {
  assertEquals(read("a\nx\\", { engine, escape: "\\" }).rows, [{ a: "x\\" }]);
});

testEngines(
  "nullTokens: are compared as written, and never quoted",
  (engine) => {
    const text = 'a,b\nNA,\\N\n"NA",1\n na ,2\n';
    const options = { engine, escape: "\\", nullTokens: ["NA", "\\N"] };
    assertEquals(read(text, options).rows, [
      { a: null, b: null },
      { a: "NA", b: 1 },
      { a: " na ", b: 2 },
    ]);
    // A line that is a null token is no blank line.
    assertEquals(
      read("a,b\nNA\n1,2\n", {
        engine,
        nullTokens: ["NA"],
        onError: "collect",
      }),
      { rows: [{ a: 1, b: 2 }], errors: ["RAGGED_ROW 2:1 @4"] },
    );
  },
);

testEngines("comment: lines are not looked at", (engine) => {
  const text = '# by "me\n\na,b\n#\xff,1,2\n1,#2\n  #3,4\n#end';
  assertEquals(read(text, { engine, comment: "#" }).rows, [
    { a: "1", b: "#2" },
    { a: "  #3", b: "4" },
  ]);
  // Inside quotes a line is no line.
  assertEquals(read('a\n"x\n#y"\n', { engine, comment: "#" }).rows, [
    { a: "x\n#y" },
  ]);
});

testEngines("skipRows: skips physical lines of any bytes", (engine) => {
  const text = 'made by "x\n\xff,,,\na,b\n1,2\n';
  assertEquals(read(text, { engine, skipRows: 2 }).rows, [{ a: 1, b: 2 }]);
  assertEquals(read("a\n1\n", { engine, skipRows: 9 }).rows, []);
  const error = assertThrows(
    () => read("x\ny\na,b\n1\n", { engine, skipRows: 2 }),
    ParseError,
  );
  assertEquals([error.line, error.byteOffset], [4, 8]);
});

testEngines("names: replace the header, or stand for it", (engine) => {
  assertEquals(read("1,2\n", { engine, names: ["x", "y"] }).rows, [
    { x: 1, y: 2 },
  ]);
  assertEquals(
    read("a,b\n1,2\n", { engine, names: ["x", "y"], header: true }).rows,
    [{ x: 1, y: 2 }],
  );
  const table = readCsvSync(new Uint8Array(0), { engine, names: ["x"] });
  assertEquals(table.schema.map(({ name }) => name), ["x"]);
});

testEngines("trim: drops blanks around fields and quotes", (engine) => {
  const text = 'a , b\n 1\t, "x, y" \n "" ,  \n';
  assertEquals(read(text, { engine, trim: true }).rows, [
    { a: 1, b: "x, y" },
    { a: null, b: null },
  ]);
  // A tab that separates is none, and an escaped blank stays.
  const tabs = { engine, trim: true, delimiter: "\t", escape: "\\" };
  assertEquals(read("a\tb\n\t x\\  \n", tabs).rows, [{ a: null, b: "x " }]);
});

testEngines("decimal, thousands: only well-formed groups", (engine) => {
  const german = { engine, delimiter: ";", decimal: ",", thousands: "." };
  const text =
    'a;b;c;d\n1.234,5;1.234;1.23;2024-02-29\n-0,5;"-7";1;2024-01-01\n';
  assertEquals(read(text, german as ReadCsvOptions).rows.map(Object.values), [
    [1234.5, 1234, "1.23", "2024-02-29"],
    [-0.5, -7, "1", "2024-01-01"],
  ]);
  // A text column keeps what was written.
  assertEquals(
    read("a\n1.234\nx\n", { ...german, schema: {} } as ReadCsvOptions).rows,
    [{ a: "1.234" }, { a: "x" }],
  );
  // A dot is no decimal where the comma is.
  assertEquals(
    read("a;b\n1.5;2,5\n", { ...german, thousands: "'" } as ReadCsvOptions)
      .rows,
    [
      { a: "1.5", b: 2.5 },
    ],
  );
  assertEquals(
    read('a\n"1,234"\n"12,345,678"\n', { engine, thousands: "," }).rows,
    [{ a: 1234 }, { a: 12345678 }],
  );
});

testEngines(
  "lenient: each fault has its result and its error row",
  (engine) => {
    const cases: [string, Rows, string[]][] = [
      ["a,b\n1\n", [{ a: 1, b: null }], ["RAGGED_ROW 2:1 @4"]],
      ["a,b\n1,2,3\n", [{ a: 1, b: 2 }], ["RAGGED_ROW 2:1 @4"]],
      ['a,b\n"x"y,2\n', [{ a: "xy", b: 2 }], ["TEXT_AFTER_QUOTE 2:4 @7"]],
      [
        'a,b\n"x"y"z,2"\n',
        [{ a: 'xy"z', b: '2"' }],
        ["TEXT_AFTER_QUOTE 2:4 @7"],
      ],
      [
        'a,b\nx"y,2\n',
        [{ a: 'x"y', b: 2 }],
        ["QUOTE_IN_BARE_FIELD 2:2 @5"],
      ],
      [
        'a,b\n1,"x\n2,3\n',
        [{ a: 1, b: "x\n2,3\n" }],
        ["UNTERMINATED_QUOTE 2:3 @6"],
      ],
      ["a,b\r1,2\r3,4", [{ a: 1, b: 2 }, { a: 3, b: 4 }], []],
      [
        "a,b\r\n1,2\n3,4\r5,6",
        [[1, 2], [3, 4], [5, 6]].map(([a, b]) => ({ a, b })),
        [],
      ],
      ["a,b\nx\0y,2\n", [{ a: "x\0y", b: 2 }], ["NUL_BYTE 2:2 @5"]],
      ["a\n\n1\n\n\n2\n", [{ a: 1 }, { a: 2 }], []],
      ['a\n""\n1\n', [{ a: null }, { a: 1 }], []],
    ];
    for (const [text, rows, errors] of cases) {
      const said = read(text, { engine, mode: "lenient" });
      assertEquals(said, { rows, errors }, JSON.stringify(text));
    }
  },
);

testEngines("lenient: invalid UTF-8 is no fault of form", (engine) => {
  const bytes = Uint8Array.of(
    ...bytesOf("a,b\n1,"),
    0xFF,
    ...bytesOf("\n3,4\n"),
  );
  const error = assertThrows(
    () => read(bytes, { engine, mode: "lenient" }),
    ParseError,
  );
  assertEquals([error.code, error.byteOffset], ["INVALID_UTF8", 6]);
  assertEquals(
    read(bytes, { engine, mode: "lenient", onError: "collect" }),
    { rows: [{ a: 3, b: 4 }], errors: ["INVALID_UTF8 2:3 @6"] },
  );
  assertEquals(read(bytes, { engine, invalidUtf8: "replace" }).rows, [
    { a: 1, b: "\ufffd" },
    { a: 3, b: "4" },
  ]);
});

testEngines("a faulty header is an error in any case", (engine) => {
  for (const mode of ["strict", "lenient"] as const) {
    const error = assertThrows(
      () => read("a,b\0\n1,2\n", { engine, mode, onError: "collect" }),
      ParseError,
    );
    assertEquals([error.code, error.column], ["NUL_BYTE", 4]);
  }
});

testEngines(
  "onError: collect leaves a row out up to where it ends",
  (engine) => {
    const text = 'a,b\n1,2\n3\n4,"x"y\n5,6\r7,8\n"z\n9,10\n';
    assertEquals(read(text, { engine, onError: "collect" }), {
      rows: [{ a: 1, b: 2 }, { a: 7, b: 8 }],
      errors: [
        "RAGGED_ROW 3:1 @8",
        "TEXT_AFTER_QUOTE 4:6 @15",
        "BARE_CR 5:4 @20",
        "UNTERMINATED_QUOTE 6:1 @25",
      ],
    });
  },
);

testEngines(
  "onError: null keeps the row of a value that does not fit",
  (engine) => {
    const text = "a,b\n1,x\ny,z\n3\n4,w\n";
    const schema = { a: "i32" } as const;
    assertEquals(read(text, { engine, onError: "null", schema }), {
      rows: [{ a: 1, b: "x" }, { a: null, b: "z" }, { a: 4, b: "w" }],
      errors: ["TYPE_MISMATCH 3:1 @8", "RAGGED_ROW 4:1 @12"],
    });
    assertEquals(read(text, { engine, onError: "collect", schema }), {
      rows: [{ a: 1, b: "x" }, { a: 4, b: "w" }],
      errors: ["TYPE_MISMATCH 3:1 @8", "RAGGED_ROW 4:1 @12"],
    });
  },
);

testEngines(
  "onError: every value of a row that does not fit is named",
  (engine) => {
    const schema = { a: "i32", b: "date" } as const;
    const said = read("a,b\nx,y\n1,2024-02-30\n", {
      engine,
      onError: "null",
      schema,
    });
    assertEquals(said.errors, [
      "TYPE_MISMATCH 2:1 @4",
      "TYPE_MISMATCH 2:3 @6",
      "TYPE_MISMATCH 3:3 @10",
    ]);
    assertEquals(said.rows, [{ a: null, b: null }, { a: 1, b: null }]);
  },
);

testEngines("maxErrors: one more is an error that says so", (engine) => {
  const text = "a,b\n1,2\n3\n4\n5\n";
  const errors: RowError[] = [];
  const options = { engine, onError: "collect", maxErrors: 2, errors } as const;
  const error = assertThrows(
    () => readCsvSync(bytesOf(text), options),
    ParseError,
    "Cannot go on: more than 2 faulty rows",
  );
  assertEquals([error.code, error.line], ["TOO_MANY_ERRORS", 5]);
  assertEquals(errors.length, 2);
  assertEquals(
    read(text, { engine, onError: "collect", maxErrors: 3 }).rows.length,
    1,
  );
  assertThrows(
    () => read("a\n\0\n", { engine, mode: "lenient", maxErrors: 0 }),
    ParseError,
    "more than 0",
  );
});

testEngines(
  "onRowError: is told before the batch that follows",
  async (engine) => {
    const text = "n\n1\nx,y\n2\n3\n4,\n5\n";
    for (const chunk of [1, 5, 100]) {
      const said: string[] = [];
      const batches = readCsvBatches(streamOf(bytesOf(text), chunk), {
        engine,
        onError: "collect",
        batchRows: 2,
        onRowError: ({ line }) => said.push(`error ${line}`),
      });
      for await (const { numRows } of batches) said.push(`${numRows} rows`);
      assertEquals(said, ["error 3", "2 rows", "error 6", "2 rows"]);
    }
  },
);

testEngines("onRowError: what it throws ends the reading", async (engine) => {
  const stop = new Error("enough");
  const options: ReadCsvOptions = {
    engine,
    mode: "lenient",
    onRowError: () => {
      throw stop;
    },
  };
  const error = await assertRejects(() =>
    readCsv(bytesOf("a,b\n1\n"), options)
  );
  assert(error === stop);
});

Deno.test("limit: rows that are left out do not count", () => {
  const text = "a\n1\nx\n2\n3,3\n4\n5\n";
  const options = {
    limit: 3,
    onError: "collect",
    schema: { a: "i32" },
  } as const;
  for (const engine of ["typescript", "auto"] as const) {
    assertEquals(read(text, { ...options, engine }), {
      rows: [{ a: 1 }, { a: 2 }, { a: 4 }],
      errors: ["TYPE_MISMATCH 3:1 @4", "RAGGED_ROW 5:1 @8"],
    });
  }
});

Deno.test("options: wrong ones are refused by name", () => {
  const wrong: [Record<string, unknown>, RegExp][] = [
    [{ quote: "ab" }, /quote must be one ASCII character/],
    [{ quote: "," }, /delimiter and quote are the same/],
    [{ escape: "," }, /delimiter and escape are the same/],
    [{ comment: "\n" }, /comment must be one ASCII character/],
    [{ comment: 5 }, /comment must be a string/],
    [{ names: [] }, /names must have a name for every column/],
    [{ names: ["a", "a"] }, /names has "a" twice/],
    [{ names: "a" }, /names must be an array of strings/],
    [{ names: ["a\0"] }, /names has a NUL/],
    [{ nullTokens: [1] }, /nullTokens must be an array/],
    [{ skipRows: -1 }, /skipRows must be a whole number/],
    [{ skipRows: "1" }, /skipRows must be a number/],
    [{ trim: 1 }, /trim must be true or false/],
    [{ mode: "loose" }, /mode must be "strict" or "lenient"/],
    [{ onError: "skip" }, /onError must be/],
    [{ maxErrors: NaN }, /maxErrors must be a whole number/],
    [{ onRowError: 1 }, /onRowError is no function/],
    [{ errors: {} }, /errors must be an array/],
    [{ decimal: ";" }, /decimal must be/],
    [{ thousands: "x" }, /thousands must be one of/],
    [{ thousands: "." }, /thousands must be one of/],
    [{ encoding: "utf-7" }, /encoding must be/],
    [{ invalidUtf8: "skip" }, /invalidUtf8 must be/],
  ];
  for (const [options, message] of wrong) {
    const error = assertThrows(() =>
      readCsvSync(bytesOf("a\n"), options as ReadCsvOptions)
    );
    assert(error instanceof RangeError || error instanceof TypeError);
    assert(error.message.startsWith("Cannot "), error.message);
    assert(message.test(error.message), error.message);
  }
});

testEngines(
  "schema: a column that is not there is an error where all rows decide",
  async (engine) => {
    const options = { engine, schema: { z: "i32" }, inferRows: "all" } as const;
    await assertRejects(
      () => Array.fromAsync(readCsvBatches(bytesOf("a\n1\n2\n"), options)),
      RangeError,
      'the option schema ("z")',
    );
    assertThrows(
      () => readCsvSync(bytesOf("a\n1\n"), { ...options, onError: "collect" }),
      RangeError,
      'the option schema ("z")',
    );
  },
);
