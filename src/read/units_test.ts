/**
 * Columns of decimals and durations against `tests/vectors/decimals.tsv`,
 * which `tools/vectors/decimals.py` makes with Python's `decimal`, and
 * `tests/vectors/durations.tsv`; both engines against each other.
 */

import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { Random } from "../../bench/data/_random.ts";
import {
  bytesOf,
  nativeAvailable,
  streamOf,
  testEngines,
} from "../../tests/_engines.ts";
import type { ReadCsvOptions } from "../csv/options.ts";
import { readCsv, readCsvBatches, readCsvSync } from "../csv/read.ts";
import { writeCsvSync } from "../csv/write.ts";
import { ParseError } from "../errors.ts";
import { readJson } from "../json/read.ts";
import { readNdjson, readNdjsonSync } from "../ndjson/read.ts";
import { writeNdjsonSync } from "../ndjson/write.ts";
import { Column } from "../table/column.ts";
import { columnOf } from "../table/column_of.ts";
import { concatTables } from "../table/concat_tables.ts";
import type { DeclaredType } from "../table/schema.ts";
import { Table } from "../table/table.ts";
import { tablesEqual } from "../table/tables_equal.ts";
import { comparableTable } from "./_rows_door.ts";

function linesOf(name: string): string[][] {
  const url = new URL(`../../tests/vectors/${name}`, import.meta.url);
  return Deno.readTextFileSync(url).trimEnd().split("\n")
    .map((line) => line.split("\t"));
}

const VECTORS = linesOf("decimals.tsv");
const decoder = new TextDecoder();

/** One column of texts as CSV, every field in quotes. */
function csvOf(texts: readonly string[]): Uint8Array<ArrayBuffer> {
  const rows = texts.map((text) => `"${text.replaceAll('"', '""')}"\n`);
  return bytesOf(`v\n${rows.join("")}`);
}

testEngines("a decimal column reads what Python's decimal reads", (engine) => {
  for (let scale = 0; scale <= 18; scale++) {
    const vectors = VECTORS.filter(([kind, , of]) =>
      kind === "read" && of === String(scale)
    );
    assert(vectors.length > 250);
    const texts = vectors.map(([, hex]) =>
      decoder.decode(Uint8Array.fromHex(hex!))
    );
    const expected = vectors.map(([, , , units]) =>
      units === "-" ? null : units
    );
    let errors = 0;
    const type = `decimal(${scale})` as DeclaredType;
    const table = readCsvSync(csvOf(texts), {
      schema: { v: type },
      engine,
      onError: "null",
      maxErrors: 1e6,
      onRowError: ({ code }) => errors += code === "TYPE_MISMATCH" ? 1 : 1e9,
    });
    const column = table.column("v");
    const found = texts.map((_, row) =>
      column.isNull(row) ? null : String(column.data[row])
    );
    texts.forEach((text, row) => {
      assertEquals(found[row], expected[row], `${text} as ${type}`);
    });
    const empty = texts.filter((text) => text === "").length;
    assertEquals(errors, column.nullCount - empty);
  }
});

testEngines("decimals print as Python's decimal prints", (engine) => {
  for (let scale = 0; scale <= 18; scale++) {
    const vectors = VECTORS.filter(([kind, , of]) =>
      kind === "print" && of === String(scale)
    );
    const data = BigInt64Array.from(vectors, ([, units]) => BigInt(units!));
    const texts = vectors.map(([, , , text]) => text!);
    const { length } = data;
    const column = new Column({ type: "decimal", scale, length, data });
    assertEquals([...column], texts);
    const table = Table.fromColumns({ v: column });
    const csv = decoder.decode(writeCsvSync(table, { engine }));
    assertEquals(csv, `v\n${texts.join("\n")}\n`);
    const ndjson = decoder.decode(writeNdjsonSync(table, { engine }));
    const lines = texts.map((text) => `{"v":${text}}\n`);
    assertEquals(ndjson, lines.join(""));
    const again = columnOf(`decimal(${scale})` as "decimal(0)", texts);
    assertEquals(again.data, data);
  }
});

testEngines("a duration column reads strict durations", (engine) => {
  const vectors = linesOf("durations.tsv").filter(([mode]) =>
    mode === "clock" || mode === "units"
  );
  const texts = vectors.map(([, input = ""]) => input.replaceAll("\\t", "\t"));
  const table = readCsvSync(csvOf(texts), {
    schema: { v: "duration" },
    engine,
    onError: "null",
    maxErrors: 1e6,
  });
  const { data } = table.column("v");
  const again = writeCsvSync(table, { engine });
  vectors.forEach(([, input, expected], row) => {
    const ms = table.column("v").isNull(row) ? "-" : String(data[row]);
    assertEquals(ms, expected, input);
  });
  const schema = { v: "duration" } as const;
  assert(tablesEqual(readCsvSync(again, { schema, engine }), table));
});

/** A table as plain values and its units, or what the error says. */
async function outcome(reading: Promise<Table>): Promise<unknown> {
  try {
    const table = await reading;
    const units = table.columnNames.map((name) => {
      const column = table.column(name);
      return Array.from(
        { length: table.numRows },
        (_, row) => column.isNull(row) ? null : column.data[row],
      );
    });
    return { units, ...comparableTable(table) as object };
  } catch (error) {
    assert(error instanceof ParseError, String(error));
    const { code, line, column, byteOffset, message } = error;
    return { code, line, column, byteOffset, message };
  }
}

const PIECES = [
  ...["0", "1", "9", "12", "00", "12345678", "999999999999", ".", ".", "-"],
  ...["e", "E", "+", "e-", "e5", ",", " ", "nan", "x", ":", "1:30", "PT", "H"],
  ...["h", "m", "s", "S", "M", "ms", "P1D", "é", '""', "_", "'", "d"],
];

function hostile(random: Random): string {
  let text = "";
  for (let left = 1 + random.below(5); left > 0; left--) {
    text += random.pick(PIECES);
  }
  return text;
}

function plain(random: Random, isDecimal: boolean): string {
  const value = random.below(1e9);
  if (isDecimal) return (value / random.pick([1, 10, 100])).toString();
  return random.pick([
    `${value % 60}:00:0${value % 10}`,
    `PT${value}S`,
    `${value % 99}m`,
    `${value % 1000}`,
  ]);
}

Deno.test({
  name: "both engines read the same from any text, in any pieces",
  ignore: !nativeAvailable(),
  async fn() {
    for (let seed = 1; seed <= 400; seed++) {
      const random = new Random(seed);
      const scale = random.below(19);
      const rows = Array.from({ length: random.below(40) }, () => {
        const cell = (isDecimal: boolean) =>
          random.below(60) === 0
            ? `"${hostile(random)}"`
            : random.below(9) === 0
            ? random.pick(["", '""'])
            : plain(random, isDecimal);
        return `${cell(true)};${cell(false)};${random.below(9)}\n`;
      });
      const bytes = bytesOf(`a;b;c\n${rows.join("")}`);
      const options: ReadCsvOptions = {
        delimiter: ";",
        schema: { a: `decimal(${scale})` as DeclaredType, b: "duration" },
        ...random.pick([
          {},
          { onError: "null" },
          { onError: "collect" },
          { decimal: ",", thousands: "." },
          { trim: true, mode: "lenient" },
        ]) as ReadCsvOptions,
      };
      const read = async (more: ReadCsvOptions) => {
        const errors: unknown[] = [];
        const onRowError = (error: unknown) => errors.push(error);
        const isTold = options.onError !== undefined ||
          options.mode === "lenient";
        const told = isTold ? { onRowError } : {};
        const all = { ...options, ...told, ...more };
        const result = await outcome(readCsv(bytes, all));
        return { result, errors };
      };
      const expected = await read({ engine: "typescript" });
      for (const chunkBytes of [1, 3, 50, 1000]) {
        const threads = 1 + random.below(3);
        const found = await read({ engine: "native", chunkBytes, threads });
        assertEquals(found, expected, `${seed} ${decoder.decode(bytes)}`);
      }
    }
  },
});

const JSON_VALUES = [
  ...["1", "-1.50", "0.005", "1e2", "1E-2", "123456789012345678", "null"],
  ...['"2.5"', '"1e1"', '""', '" 1"', '"\\u0031"', "true", "[1]", '{"a":1}'],
  ...['"1:30"', '"PT1H"', '"90"', "90", '"x"', "0.0000", "-0", "-0.0"],
];

testEngines(
  "JSON numbers and strings are decimals, strings durations",
  (engine) => {
    const fits = (value: string, type: DeclaredType) => {
      try {
        return readNdjsonSync(bytesOf(`{"v":${value}}\n`), {
          schema: { v: type },
          engine,
        }).get(0, "v");
      } catch (error) {
        assert(error instanceof ParseError);
        assertEquals([error.code, error.line, error.column], [
          "TYPE_MISMATCH",
          1,
          6,
        ]);
        return undefined;
      }
    };
    const of = (type: DeclaredType) =>
      JSON_VALUES.map((value) => fits(value, type));
    const no = undefined;
    assertEquals(of("decimal(2)"), [
      ...["1.00", "-1.50", no, "100.00", "0.01", no],
      ...[null, "2.50", "10.00", no, no, "1.00", no, no, no],
      ...[no, no, "90.00", "90.00", no, "0.00", "0.00", "0.00"],
    ]);
    assertEquals(of("duration"), [
      ...[no, no, no, no, no, no, null, "PT2.5S", no, no, no, "PT1S"],
      ...[no, no, no, "PT1M30S", "PT1H", "PT1M30S", no, no, no, no, no],
    ]);
  },
);

testEngines(
  "a value that does not fit is an error with its place",
  async (engine) => {
    const schema = { price: "decimal(2)", spent: "duration" } as const;
    const cases: [string, number, number, number, string][] = [
      ["price,spent\n1.5,1:30\n1.234,1h\n", 3, 1, 21, '"1.234"'],
      ["price,spent\n1.5,1:30\n1.2,1d\n", 3, 5, 25, '"1d"'],
      ["price,spent\n92233720368547758.08,\n", 2, 1, 12, "as decimal(2)"],
      ["price,spent\n-92233720368547758.09,\n", 2, 1, 12, "at most 2 digits"],
      ['price,spent\n"x",\n', 2, 1, 12, "as decimal(2)"],
      ["price,spent\n,PT0.0001S\n", 2, 2, 13, "as duration"],
      ["price,spent\n,9007199254740992ms\n", 2, 2, 13, "1h30m"],
      ["price,spent\nx,y\n", 2, 1, 12, '"x"'],
    ];
    for (const [text, line, column, byteOffset, words] of cases) {
      const bytes = bytesOf(text);
      for (const chunkBytes of [1, 1 << 20]) {
        const reading = () => readCsv(bytes, { schema, engine, chunkBytes });
        const error = await assertRejects(reading, ParseError, words);
        const { code } = error;
        assertEquals(
          [code, error.line, error.column, error.byteOffset],
          ["TYPE_MISMATCH", line, column, byteOffset],
        );
      }
      await assertRejects(
        async () => {
          const stream = streamOf(bytes, 3);
          for await (const _ of readCsvBatches(stream, { schema, engine }));
        },
        ParseError,
        words,
      );
    }
  },
);

testEngines("numbers in another notation are decimals", (engine) => {
  const table = readCsvSync(bytesOf('v;w\n1.234,5;1,5\n"-1.000";,25\n'), {
    ...{ delimiter: ";", decimal: ",", thousands: ".", engine },
    schema: { v: "decimal(3)", w: "decimal(2)" },
  });
  assertEquals(table.column("v").toArray(), ["1234.500", "-1000.000"]);
  assertEquals(table.column("w").toArray(), ["1.50", "0.25"]);
  const wrong = () =>
    readCsvSync(bytesOf("v;w\n1.5;\n"), {
      ...{ delimiter: ";", decimal: ",", engine },
      schema: { v: "decimal(3)" },
    });
  assertThrows(wrong, ParseError, '"1.5" in column "v" as decimal(3)');
});

testEngines("batches, arrays and the types of values", async (engine) => {
  const schema = { price: "decimal(2)", spent: "duration" } as const;
  const text = "price,spent\n".concat("1.5,1:30\n,\n".repeat(500));
  const batches = await Array.fromAsync(
    readCsvBatches(streamOf(bytesOf(text), 100), {
      schema,
      engine,
      batchRows: 70,
    }),
  );
  const whole = await readCsv(bytesOf(text), { schema, engine });
  const price: string | null = whole.get(0, "price");
  const units: BigInt64Array = whole.column("price").data;
  assertEquals([price, units[0]], ["1.50", 150n]);
  assertEquals(whole.column("spent").data[0], 90_000n);
  assertEquals(whole.schema[0], {
    name: "price",
    type: "decimal",
    zoned: false,
    scale: 2,
  });
  assert(tablesEqual(concatTables(batches), whole));
  const array = await readJson(
    bytesOf('[{"price":1.5,"spent":"1:30"},{"spent":null}]'),
    { schema, engine },
  );
  assert(tablesEqual(array, whole.slice(0, 2)));
  assertEquals(array.slice(0, 1).toObjects(), [
    { price: "1.50", spent: "PT1M30S" },
  ]);
});

testEngines("decimals and durations are never found", async (engine) => {
  const table = await readCsv(bytesOf("a,b\n1.50,1:30\n"), { engine });
  assertEquals(table.schema.map(({ type }) => type), ["f64", "utf8"]);
  const lines = bytesOf('{"a":1.50,"b":"PT1H"}\n');
  const found = await readNdjson(lines, { engine });
  assertEquals(found.schema.map(({ type }) => type), ["f64", "utf8"]);
});

testEngines("a declared type that is none says what there is", (engine) => {
  const wrong = [
    ...["decimal", "decimal()", "decimal(19)", "decimal(-1)", "decimal(02)"],
    ...["decimal(2,1)", "decimal(1.5)", "decimal( 2)", "Decimal(2)", "span"],
  ];
  for (const type of wrong) {
    const isDecimal = type.startsWith("decimal");
    assertThrows(
      () =>
        readCsvSync(bytesOf("v\n1\n"), {
          schema: { v: type as DeclaredType },
          engine,
        }),
      RangeError,
      isDecimal ? "a scale of 0 to 18 digits" : "duration, timestamp_utc",
    );
  }
});

testEngines("what no duration prints is not written", (engine) => {
  const data = BigInt64Array.of(0n, 2n ** 53n, -(2n ** 53n) + 1n);
  const column = (validity?: number) =>
    Table.fromColumns({
      v: new Column({
        type: "duration",
        length: 3,
        data,
        validity: validity === undefined ? validity : Uint8Array.of(validity),
      }),
    });
  for (const write of [writeCsvSync, writeNdjsonSync]) {
    assertThrows(
      () => write(column(), { engine }),
      RangeError,
      'Cannot write column "v" at row 1: the duration is beyond',
    );
    const text = decoder.decode(write(column(0b101), { engine }));
    assert(text.includes("-PT2501999792H59M0.991S"), text);
  }
});

Deno.test("a decimal column has a scale, no other column has one", () => {
  const data = new BigInt64Array(1);
  const make = (type: "decimal" | "i64", scale: unknown) => () =>
    new Column({ type, length: 1, data, scale: scale as number });
  assertThrows(make("decimal", undefined), TypeError, "needs a scale");
  assertThrows(make("decimal", "2"), TypeError, "needs a scale");
  assertThrows(make("decimal", 19), RangeError, "from 0 to 18, found 19");
  assertThrows(make("decimal", -1), RangeError, "found -1");
  assertThrows(make("decimal", 1.5), RangeError, "found 1.5");
  assertThrows(make("i64", 2), TypeError, "only a decimal has a scale");
  const cents = columnOf("decimal(2)", ["1.5", null]);
  assertEquals([cents.scale, cents.slice(1).scale], [2, 2]);
  const table = (type: "decimal(1)" | "decimal(2)") =>
    Table.fromColumns({ v: columnOf(type, ["1.5"]) });
  assert(!tablesEqual(table("decimal(1)"), table("decimal(2)")));
  assertThrows(
    () => concatTables([table("decimal(1)"), table("decimal(2)")]),
    TypeError,
    "their names or types differ",
  );
  assertThrows(() => columnOf("decimal(2)", ["1.555"]), RangeError, "1.555");
  assertThrows(() => columnOf("decimal(2)", ["1,5"]), TypeError, "1,5");
  assertThrows(() => columnOf("duration", ["1,5"]), TypeError, "1,5");
});
