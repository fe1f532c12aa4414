/** Lists of types that are declared only: decimals and durations. */

import { assertEquals, assertThrows } from "@std/assert";
import { bytesOf, streamOf, testEngines } from "../../tests/_engines.ts";
import { readArrow } from "../arrow/read.ts";
import { writeArrow } from "../arrow/write.ts";
import { readCsvSync } from "../csv/read.ts";
import { writeCsvSync } from "../csv/write.ts";
import { ParseError } from "../errors.ts";
import { columnOf } from "../table/column_of.ts";
import { concatTables } from "../table/concat_tables.ts";
import { declaredType, sameType } from "../table/schema.ts";
import { Table } from "../table/table.ts";
import { tablesEqual } from "../table/tables_equal.ts";
import { readNdjson, readNdjsonBatches, readNdjsonSync } from "./read.ts";
import { writeNdjsonSync } from "./write.ts";

const SCHEMA = { p: "list<decimal(2)>", d: "list<duration>" } as const;

const LINES = '{"p":[12.5,"-0.01",null],"d":["1:30:00",null]}\n' +
  '{"p":[],"d":["PT1S"]}\n{"p":null}\n{"p":[1e1],"d":[]}\n';

const PRINTED = '{"p":[12.50,-0.01,null],"d":["PT1H30M",null]}\n' +
  '{"p":[],"d":["PT1S"]}\n{"p":null,"d":null}\n{"p":[10.00],"d":[]}\n';

testEngines("lists of decimals and durations are declared", (engine) => {
  const table = readNdjsonSync(bytesOf(LINES), { engine, schema: SCHEMA });
  const { p, d } = { p: table.column("p"), d: table.column("d") };
  assertEquals(table.schema.map(declaredType), [SCHEMA.p, SCHEMA.d]);
  assertEquals(p.item, { type: "decimal", zoned: false, scale: 2 });
  assertEquals(d.item, { type: "duration", zoned: false });
  assertEquals(p.toArray(), [["12.50", "-0.01", null], [], null, ["10.00"]]);
  assertEquals(d.toArray(), [["PT1H30M", null], ["PT1S"], null, []]);
  assertEquals(
    [...p.items!.data as BigInt64Array].filter((_, at) => !p.items!.isNull(at)),
    [1250n, -1n, 1000n],
  );
});

testEngines("they go out and come back in every format", async (engine) => {
  const table = readNdjsonSync(bytesOf(LINES), { engine, schema: SCHEMA });
  const printed = writeNdjsonSync(table, { engine });
  assertEquals(new TextDecoder().decode(printed), PRINTED);
  const again = readNdjsonSync(printed, { engine, schema: SCHEMA });
  assertEquals(tablesEqual(again, table), true);
  assertEquals(
    new TextDecoder().decode(writeCsvSync(table, { engine })),
    'p,d\n"[12.50,-0.01,null]","[""PT1H30M"",null]"\n' +
      '[],"[""PT1S""]"\n,\n[10.00],[]\n',
  );
  for (const format of ["file", "stream"] as const) {
    const arrow = await readArrow(await writeArrow(table, { format }));
    assertEquals(arrow.schema, table.schema);
    assertEquals(tablesEqual(arrow, table), true);
  }
  const twice = concatTables([table.slice(1, 4), table.slice(0, 1)]);
  assertEquals(twice.schema, table.schema);
  assertEquals(twice.column("p").toArray(), [
    ...[[], null, ["10.00"]],
    ["12.50", "-0.01", null],
  ]);
});

testEngines("pieces and batches give the same lists", async (engine) => {
  const whole = readNdjsonSync(bytesOf(LINES), { engine, schema: SCHEMA });
  for (const size of [1, 7, 64]) {
    const stream = streamOf(bytesOf(LINES), size);
    const table = await readNdjson(stream, { engine, schema: SCHEMA });
    assertEquals(tablesEqual(table, whole), true, `${size}`);
  }
  const many = bytesOf(LINES.repeat(3000));
  const once = readNdjsonSync(many, { engine, schema: SCHEMA, threads: 1 });
  const options = { engine, schema: SCHEMA, threads: 3, chunkBytes: 20_000 };
  const shared = await readNdjson(many, options);
  assertEquals(tablesEqual(shared, once), true);
  const batches = await Array.fromAsync(
    readNdjsonBatches(bytesOf(LINES), { engine, schema: SCHEMA, batchRows: 1 }),
  );
  assertEquals(tablesEqual(concatTables(batches), whole), true);
});

testEngines("an item that does not fit is a misfit of its list", (engine) => {
  const cases: [string, string, number][] = [
    ['{"p":[1]}\n{"p":[0.5,0.001]}\n', "p", 2],
    ['{"p":["x"]}\n', "p", 1],
    ['{"p":[true]}\n', "p", 1],
    ['{"p":[[1]]}\n', "p", 1],
    ['{"p":12.5}\n', "p", 1],
    ['{"p":[92233720368547758.08]}\n', "p", 1],
    ['{"d":["1:30"]}\n{}\n{"d":["PT1H",90]}\n', "d", 3],
    ['{"d":["1 month"]}\n', "d", 1],
  ];
  for (const [lines, column, line] of cases) {
    const error = assertThrows(
      () => readNdjsonSync(bytesOf(lines), { engine, schema: SCHEMA }),
      ParseError,
      `column "${column}"`,
    );
    assertEquals([error.code, error.line], ["TYPE_MISMATCH", line], lines);
    assertEquals(error.message.includes("an array whose items are"), true);
  }
});

Deno.test("types of lists tell their scale, columns of values check it", () => {
  const list = (type: "list<decimal(2)>" | "list<decimal(3)>") =>
    columnOf(type, [["1.5", null], []]);
  const [two, three] = [list("list<decimal(2)>"), list("list<decimal(3)>")];
  assertEquals(two.value(0), ["1.50", null]);
  assertEquals(sameType(two, two.slice(1)), true);
  assertEquals(sameType(two, three), false);
  const tables = [new Table([["a", two]]), new Table([["a", three]])] as const;
  assertEquals(tablesEqual(...tables), false);
  assertThrows(() => concatTables(tables), TypeError);
  const durations = columnOf("list<duration>", [["PT1H"]]);
  assertEquals(sameType(two, durations), false);
  assertThrows(
    () => columnOf("list<duration>", [["x"]]),
    TypeError,
    "duration",
  );
});

Deno.test("names of lists that are none are refused with advice", () => {
  const read = (type: string) => () =>
    readNdjsonSync(bytesOf("{}"), { schema: { a: type as "i64" } });
  assertThrows(read("list<decimal>"), RangeError, "0 to 18 digits");
  assertThrows(read("list<decimal(19)>"), RangeError, "0 to 18 digits");
  for (const type of ["list", "list<>", "list<list<i64>>", "list<x>"]) {
    assertThrows(read(type), RangeError, "or a list of one of them");
    assertThrows(
      () => columnOf(type as "list<i64>", []),
      TypeError,
      "or a list of one of them",
    );
  }
  assertThrows(
    () => readCsvSync(bytesOf("p\n1\n"), { schema: { p: SCHEMA.p } }),
    RangeError,
    'column "p" as "list<decimal(2)>"',
  );
});
