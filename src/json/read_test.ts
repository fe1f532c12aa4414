/** Arrays to tables and rows: types, places of faults, every input. */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { bytesOf, streamOf, testEngines } from "../../tests/_engines.ts";
import { ParseError } from "../errors.ts";
import { readNdjson } from "../ndjson/read.ts";
import { concatTables } from "../table/concat_tables.ts";
import { readJson, readJsonBatches, readJsonRows } from "./read.ts";

const RECORDS = Array.from({ length: 3000 }, (_, id) => ({
  id,
  late: id < 2500 ? undefined : "x\ny",
  price: id < 2900 ? id : id + 0.5,
  tags: [id, "],[{"],
}));

testEngines(
  "readJson() types bytes and files by all their rows",
  async (engine) => {
    const lines = RECORDS.map((row) => JSON.stringify(row)).join("\n");
    const expected = await readNdjson(bytesOf(lines), { engine });
    const path = await Deno.makeTempFile({ suffix: ".json" });
    try {
      for (const space of [0, 2]) {
        const bytes = bytesOf(JSON.stringify(RECORDS, null, space));
        await Deno.writeFile(path, bytes);
        for (const input of [bytes, path, new URL(`file://${path}`)]) {
          const table = await readJson(input, { engine, sampleRows: 10 });
          assertEquals(table.schema, expected.schema);
          assertEquals(table.numRows, RECORDS.length);
          assertEquals(table.get(2999, "price"), 2999.5);
          assertEquals(table.get(2999, "late"), "x\ny");
          if (space === 0) {
            assertEquals(table.toObjects(), expected.toObjects());
          }
          const options = { engine, inferRows: "all", batchRows: 700 } as const;
          const batches = await Array.fromAsync(
            readJsonBatches(input, options),
          );
          assertEquals(batches.map(({ numRows }) => numRows), [
            ...[700, 700, 700, 700, 200],
          ]);
          assertEquals(concatTables(batches).toObjects(), table.toObjects());
        }
      }
    } finally {
      await Deno.remove(path);
    }
  },
);

testEngines("readJson() types a stream by its sample", async (engine) => {
  const bytes = bytesOf(JSON.stringify(RECORDS));
  const table = await readJson(streamOf(bytes, 1000), { engine });
  assertEquals(table.numRows, RECORDS.length);
  const error = await assertRejects(
    () => readJson(streamOf(bytes, 1000), { engine, sampleRows: 10 }),
    ParseError,
  );
  assertEquals(error.code, "NEW_COLUMN");
  await assertRejects(
    () =>
      Array.fromAsync(
        readJsonBatches(streamOf(bytes, 9), { engine, inferRows: "all" }),
      ),
    TypeError,
    "a stream cannot be read twice",
  );
});

testEngines(
  "readJson() knows empty arrays, limits and options",
  async (engine) => {
    for (const text of ["[]", " [ ]\n", "\ufeff[]"]) {
      const table = await readJson(bytesOf(text), { engine });
      assertEquals([table.numRows, table.numColumns], [0, 0]);
    }
    const bytes = bytesOf('[{"a":"1970-01-03"},{"a":null}, x');
    const table = await readJson(bytes, {
      engine,
      limit: 2,
      schema: { a: "date" },
    });
    assertEquals(
      table.toObjects(),
      [{ a: "1970-01-03" }, { a: null }].slice(0),
    );
    const twice = bytesOf('[{"a":1,"a":2}]');
    await assertRejects(
      () => readJson(twice, { engine, duplicates: "error" }),
      ParseError,
      'key "a" stands twice',
    );
  },
);

/** Broken arrays, and the place of the fault in the document. */
const PLACES: readonly [string, string, number, number][] = [
  ['[\n {"a":1},\n {"a":}\n]', "INVALID_JSON", 3, 7],
  ['[{"a":1},{"a":}]', "INVALID_JSON", 1, 15],
  ['[{"a":1},\n\n\n7]', "NOT_AN_OBJECT", 4, 1],
  [
    '[{"a":1,\n\n"b":[1,\n2],\n"c":99999999999999999999}]',
    "INTEGER_TOO_LARGE",
    5,
    5,
  ],
  ['[{"a":"\n"}]', "INVALID_JSON", 1, 8],
  ['[{"a":1}\n,\n{"a":2}\n', "INVALID_JSON", 4, 1],
  ['[{"a":1}] 2', "INVALID_JSON", 1, 11],
  ['\ufeff{"a":1}', "INVALID_JSON", 1, 4],
];

testEngines(
  "readJson() gives faults their place in the document",
  async (engine) => {
    for (const [text, code, line, column] of PLACES) {
      const bytes = bytesOf(text);
      for (const input of [bytes, streamOf(bytes, 1), streamOf(bytes, 5)]) {
        const error = await assertRejects(
          () => readJson(input, { engine }),
          ParseError,
        );
        assertEquals([error.code, error.line, error.column], [
          code,
          line,
          column,
        ], text);
      }
    }
  },
);

Deno.test("readJsonRows() gives the records as values, over every split", async () => {
  const records = [{ a: [1, { b: "é\n" }], __proto__x: 1 }, 7, "x,]", null, [
    [],
  ]];
  for (const space of [0, 1]) {
    const bytes = bytesOf(JSON.stringify(records, null, space));
    for (let size = 1; size <= bytes.length; size++) {
      const rows = await Array.fromAsync(readJsonRows(streamOf(bytes, size)));
      assertEquals(rows, records);
    }
  }
  assertEquals(await Array.fromAsync(readJsonRows(bytesOf("\ufeff[ ]"))), []);
});

Deno.test("readJsonRows() gives the records before a fault", async () => {
  const cases: [string, number, string, number, number][] = [
    ["[1,\n 2,\n tru]", 2, "INVALID_JSON", 3, 5],
    ["[1,2", 1, "INVALID_JSON", 1, 5],
    ["[1,,2]", 1, "INVALID_JSON", 1, 4],
    ['[1,"\\ud8"]', 1, "INVALID_JSON", 1, 9],
    ["7", 0, "INVALID_JSON", 1, 1],
  ];
  for (const [text, before, code, line, column] of cases) {
    for (const size of [1, 3, 100]) {
      const rows: unknown[] = [];
      const run = async () => {
        const stream = streamOf(bytesOf(text), size);
        for await (const row of readJsonRows(stream)) rows.push(row);
      };
      const error = await assertRejects(run, ParseError);
      assertEquals([error.code, error.line, error.column], [
        code,
        line,
        column,
      ], text);
      assert(rows.length <= before + 1, text);
    }
  }
  const bad = new Uint8Array([91, 34, 0xFF, 34, 93]);
  const error = await assertRejects(
    () => Array.fromAsync(readJsonRows(bad)),
    ParseError,
  );
  assertEquals([error.code, error.byteOffset], ["INVALID_UTF8", 2]);
});

Deno.test("readJsonRows() closes what is left, and stops at a signal", async () => {
  let isClosed = false;
  const stream = new ReadableStream<Uint8Array>({
    pull: (controller) => controller.enqueue(bytesOf("[1,2,3,")),
    cancel: () => void (isClosed = true),
  });
  for await (const row of readJsonRows(stream)) {
    if (row === 2) break;
  }
  assert(isClosed);
  const signal = AbortSignal.abort(new Error("enough"));
  await assertRejects(
    () => Array.fromAsync(readJsonRows(bytesOf("[1]"), { signal })),
    Error,
    "enough",
  );
});
