/** Reading only some of the columns, the same on both engines. */

import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { testEngines } from "../../tests/_engines.ts";
import { readCsv, readCsvBatches, readCsvSync } from "../csv/read.ts";
import { ParseError } from "../errors.ts";
import { readNdjson, readNdjsonBatches } from "../ndjson/read.ts";

const encoder = new TextEncoder();
const CSV = encoder.encode("a,b,c,d\n1,x,2.5,\n2,y,oops,2024-01-01\n3,,7,\n");
const NDJSON = encoder.encode(
  '{"a":1,"b":"x"}\n{"b":"y","late":true,"a":2}\n{"c":[1]}\n',
);

testEngines(
  "columns: CSV gives those, in the order of the file",
  async (engine) => {
    const table = await readCsv(CSV, { engine, columns: ["d", "a"] });
    assertEquals(
      table.schema.map(({ name, type }) => `${name} ${type}`),
      ["a i32", "d date"],
    );
    assertEquals(table.column("a").toArray(), [1, 2, 3]);
    assertEquals(table.column("d").nullCount, 2);
    assertEquals(
      readCsvSync(CSV, { engine, columns: ["b"] }).toObjects(),
      [{ b: "x" }, { b: "y" }, { b: null }],
    );
  },
);

testEngines("columns: what the others hold does not matter", async (engine) => {
  // "oops" in c would be a misfit of its sample.
  const batches = readCsvBatches(CSV, {
    ...{ engine, columns: ["a"], sampleRows: 1, batchRows: 2 },
  });
  const rows: number[] = [];
  for await (const batch of batches) {
    assertEquals(batch.columnNames, ["a"]);
    rows.push(...batch.column("a").toArray() as number[]);
  }
  assertEquals(rows, [1, 2, 3]);
  const ragged = encoder.encode("a,b\n1,2\n3\n");
  await assertRejects(
    () => readCsv(ragged, { engine, columns: ["a"] }),
    ParseError,
    "expected 2 fields, found 1",
  );
});

testEngines("columns: NDJSON knows them before they appear", async (engine) => {
  const table = await readNdjson(NDJSON, { engine, columns: ["late", "a"] });
  assertEquals(table.columnNames, ["late", "a"]);
  assertEquals(table.column("late").toArray(), [null, true, null]);
  assertEquals(table.column("a").type, "i32");
  const absent = await readNdjson(NDJSON, { engine, columns: ["z"] });
  assertEquals(absent.column("z").toArray(), [null, null, null]);
  const options = { engine, columns: ["a"], sampleRows: 1 };
  const rows: unknown[] = [];
  // A key that the sample did not have is no fault: nobody wants it.
  for await (const batch of readNdjsonBatches(NDJSON, options)) {
    rows.push(...batch.column("a").toArray());
  }
  assertEquals(rows, [1, 2, null]);
});

testEngines("columns: types widen and are declared as ever", async (engine) => {
  const bytes = encoder.encode("a,b\n1,1\n2,2\n2.5,z\n");
  const options = { engine, columns: ["a"], sampleRows: 1, chunkBytes: 3 };
  const table = await readCsv(bytes, options);
  assertEquals(table.column("a").toArray(), [1, 2, 2.5]);
  const declared = await readCsv(bytes, { ...options, schema: { a: "utf8" } });
  assertEquals(declared.column("a").toArray(), ["1", "2", "2.5"]);
});

testEngines("columns: names that are not there are refused", async (engine) => {
  await assertRejects(
    () => readCsv(CSV, { engine, columns: ["a", "z"] }),
    RangeError,
    'Cannot read the columns of the option columns ("a", "z")',
  );
  for (
    const columns of [[], ["a\0"], ["\ud800"], "a", [1], null] as unknown[]
  ) {
    const error = columns instanceof Array && columns[0] !== 1
      ? RangeError
      : TypeError;
    assertThrows(
      () => readCsvSync(CSV, { engine, columns: columns as string[] }),
      error,
      "Cannot read: ",
    );
  }
  assertThrows(
    () => readCsvSync(CSV, { engine, columns: ["a"], schema: { b: "utf8" } }),
    RangeError,
    '"b"',
  );
});
