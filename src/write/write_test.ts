/** What the writers take, refuse and print beside the values of tables. */

import {
  assert,
  assertEquals,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { testEngines } from "../../tests/_engines.ts";
import { readCsvBatches, readCsvSync } from "../csv/read.ts";
import { writeCsv, writeCsvBatches, writeCsvSync } from "../csv/write.ts";
import { writeJson, writeJsonBatches, writeJsonSync } from "../json/write.ts";
import { readNdjsonSync } from "../ndjson/read.ts";
import {
  writeNdjson,
  writeNdjsonBatches,
  writeNdjsonSync,
} from "../ndjson/write.ts";
import { Column, type ColumnParts } from "../table/column.ts";
import { columnOf } from "../table/column_of.ts";
import type { TypeName } from "../table/schema.ts";
import { Table } from "../table/table.ts";
import { flightsBytes } from "../../bench/data/flights.ts";

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

function textOf(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}

async function collected(
  chunks: AsyncIterable<Uint8Array<ArrayBuffer>>,
): Promise<{ text: string; sizes: number[] }> {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  for await (const chunk of chunks) parts.push(chunk);
  const text = await new Blob(parts).text();
  return { text, sizes: parts.map((part) => part.length) };
}

const TABLE = Table.fromColumns({
  id: columnOf("i32", [1, -2, null]),
  text: columnOf("utf8", ["=a", "", "-b;c"]),
});

testEngines("writers print tables without rows or columns", (engine) => {
  const noRows = Table.fromColumns({ a: columnOf("i32", []) });
  const noColumns = new Table([], 2);
  assertEquals(textOf(writeCsvSync(noRows, { engine })), "a\n");
  assertEquals(textOf(writeCsvSync(noColumns, { engine })), "");
  assertEquals(textOf(writeNdjsonSync(noRows, { engine })), "");
  assertEquals(textOf(writeNdjsonSync(noColumns, { engine })), "{}\n{}\n");
  assertEquals(textOf(writeJsonSync(noRows, { engine })), "[]\n");
  assertEquals(textOf(writeJsonSync(noColumns, { engine })), "[\n{},\n{}\n]\n");
  assertEquals(textOf(writeCsvSync([])), "");
  assertEquals(textOf(writeCsvSync([], { columns: ["a", "b"] })), "a,b\n");
  assertEquals(textOf(writeNdjsonSync([])), "");
  assertEquals(textOf(writeJsonSync([])), "[]\n");
});

Deno.test("writers print objects by their values", () => {
  const rows = [
    { a: 1, b: "x,y", c: true, d: -0, e: 2n ** 63n - 1n },
    { a: null, b: undefined, f: [1, { g: "h" }], d: NaN },
    { a: new Date("2024-02-29T12:34:56.010Z"), b: "", d: 1e21 },
  ];
  assertEquals(
    textOf(writeCsvSync(rows)),
    'a,b,c,d,e,f\n1,"x,y",true,-0,9223372036854775807,\n' +
      ',,,NaN,,"[1,{""g"":""h""}]"\n2024-02-29T12:34:56.01Z,"",,1e+21,,\n',
  );
  const lines = [
    '{"a":1,"b":"x,y","c":true,"d":-0,"e":9223372036854775807}',
    '{"a":null,"f":[1,{"g":"h"}],"d":null}',
    '{"a":"2024-02-29T12:34:56.01Z","b":"","d":1e+21}',
  ];
  assertEquals(textOf(writeNdjsonSync(rows)), lines.join("\n") + "\n");
  assertEquals(textOf(writeJsonSync(rows)), `[\n${lines.join(",\n")}\n]\n`);
  assertEquals(
    textOf(writeNdjsonSync(rows.slice(1), { columns: ["b", "z"] })),
    '{"b":null,"z":null}\n{"b":"","z":null}\n',
  );
});

Deno.test("writers take what toJSON() says, own properties and any iterable", () => {
  const when = { toJSON: () => "2024-02-29" };
  const nothing = { toJSON: () => undefined };
  assertEquals(
    textOf(writeCsvSync([{ when, nothing }])),
    "when,nothing\n2024-02-29,\n",
  );
  const odd = JSON.parse('{"__proto__":1,"constructor":2}') as object;
  assertEquals(
    textOf(writeCsvSync([odd, {}])),
    "__proto__,constructor\n1,2\n,\n",
  );
  function* rows() {
    yield { a: 1 };
    yield { b: 2 };
  }
  assertEquals(textOf(writeCsvSync(rows())), "a,b\n1,\n,2\n");
  assertEquals(textOf(writeCsvSync(new Set([{ a: "é" }]))), "a\né\n");
  assertEquals(textOf(writeCsvSync(TABLE.rows())), textOf(writeCsvSync(TABLE)));
});

Deno.test("nested values read back as their text", () => {
  const rows = [{ v: { a: [1, "x"] } }, { v: [null] }];
  const expected = ['{"a":[1,"x"]}', "[null]"];
  const csv = readCsvSync(writeCsvSync(rows));
  assertEquals(csv.column("v").toArray(), expected);
  const ndjson = readNdjsonSync(writeNdjsonSync(rows));
  assertEquals(ndjson.column("v").toArray(), expected);
});

Deno.test("writers print a bigint inside a value as its digits", () => {
  const rows = [{ a: { c: [2n ** 62n, -1n, "1n"], d: { e: 1 } } }];
  const json = '{"c":[4611686018427387904,-1,"1n"],"d":{"e":1}}';
  assertEquals(textOf(writeNdjsonSync(rows)), `{"a":${json}}\n`);
  assertEquals(textOf(writeJsonSync(rows)), `[\n{"a":${json}}\n]\n`);
  assertEquals(
    textOf(writeCsvSync(rows)),
    `a\n"${json.replaceAll('"', '""')}"\n`,
  );
});

Deno.test("writers refuse values without a text", () => {
  const cases: [unknown, typeof TypeError | typeof RangeError, string][] = [
    [() => 1, TypeError, "a function has no text"],
    [Symbol("s"), TypeError, "a symbol has no text"],
    [2n ** 63n, RangeError, "9223372036854775808 is beyond 64 bits"],
    [-(2n ** 63n) - 1n, RangeError, "is beyond 64 bits"],
    ["a\ud800", RangeError, "half a surrogate pair"],
    [new Date(NaN), RangeError, "an invalid date is no timestamp"],
    [new Date(-62135596800001), RangeError, "is no timestamp of the years"],
    [new Date(253402300800000), RangeError, "+010000-01-01T00:00:00.000Z"],
    [{ n: [2n ** 63n] }, RangeError, "9223372036854775808 is beyond 64 bits"],
    [{ toJSON: () => 2n ** 64n }, RangeError, "is beyond 64 bits"],
  ];
  for (const [value, type, message] of cases) {
    const rows = [{ k: 1 }, { k: value }];
    for (const write of [writeCsvSync, writeNdjsonSync, writeJsonSync]) {
      const error = assertThrows(() => write(rows), type, message);
      assert(error.message.startsWith('Cannot write column "k" at row 1: '));
    }
  }
  const cycle: Record<string, unknown> = {};
  cycle.self = cycle;
  assertThrows(() => writeCsvSync([cycle]), TypeError, "has no JSON text");
  // The limits themselves are fine.
  const dates = [new Date(-62135596800000), new Date(253402300799999)];
  assertEquals(
    textOf(writeCsvSync(dates.map((at) => ({ at })))),
    "at\n0001-01-01T00:00:00Z\n9999-12-31T23:59:59.999Z\n",
  );
});

Deno.test("writers refuse inputs and options of the wrong kind", () => {
  const wrong = [null, undefined, 1, "a", {}, new Uint8Array(2), () => []];
  for (const input of wrong as never[]) {
    for (const write of [writeCsvSync, writeNdjsonSync, writeJsonSync]) {
      assertThrows(() => write(input), TypeError, "Cannot write: expected");
    }
  }
  for (const row of [1, null, "a", [1, 2], undefined] as never[]) {
    for (const write of [writeCsvSync, writeNdjsonSync, writeJsonSync]) {
      assertThrows(
        () => write([{ a: 1 }, row]),
        TypeError,
        "Cannot write row 1: expected an object",
      );
    }
  }
  const options: [object, typeof TypeError | typeof RangeError][] = [
    [{ delimiter: 1 }, TypeError],
    [{ delimiter: "" }, RangeError],
    [{ delimiter: '"' }, RangeError],
    [{ delimiter: "\n" }, RangeError],
    [{ delimiter: "é" }, RangeError],
    [{ delimiter: "ab" }, RangeError],
    [{ header: 1 }, TypeError],
    [{ bom: "yes" }, TypeError],
    [{ lineEnd: "\r" }, RangeError],
    [{ lineEnd: 1 }, TypeError],
    [{ formulas: "drop" }, RangeError],
    [{ columns: "a" }, TypeError],
    [{ columns: [1] }, TypeError],
    [{ columns: ["a", "a"] }, RangeError],
    [{ columns: ["zz"] }, RangeError],
    [{ engine: "fast" }, RangeError],
  ];
  for (const [option, type] of options) {
    assertThrows(() => writeCsvSync(TABLE, option), type, "Cannot ");
  }
  const half = new Table([["\ud800", columnOf("i32", [1])]]);
  assertThrows(() => writeCsvSync(half), RangeError, "half a surrogate pair");
  assertThrows(
    () => writeNdjsonSync([{ "\ud800": 1 }]),
    RangeError,
    "half a surrogate pair",
  );
});

/** Columns that promise what their buffers do not hold. */
const HOSTILE: [string, ColumnParts<TypeName>, string][] = [
  ["offsets that run backwards", {
    type: "utf8",
    length: 2,
    data: new Uint8Array(4),
    offsets: Int32Array.of(0, 3, 2),
  }, 'column "c" at row 1: its offsets run backwards'],
  ["a code that is none", {
    type: "utf8",
    length: 2,
    data: Int32Array.of(0, 1),
    dictionary: {
      length: 1,
      data: new Uint8Array(1),
      offsets: Int32Array.of(0, 1),
    },
  }, 'column "c" at row 1: the dictionary has no such code'],
  ["a dictionary that leaves its data", {
    type: "utf8",
    length: 1,
    data: Int32Array.of(0),
    dictionary: {
      length: 1,
      data: new Uint8Array(1),
      offsets: Int32Array.of(0, 9),
    },
  }, "the offsets of its dictionary leave the data"],
  ["a dictionary without offsets", {
    type: "utf8",
    length: 1,
    data: Int32Array.of(0),
    dictionary: {
      length: 1,
      data: new Uint8Array(1),
      offsets: Int32Array.of(0),
    },
  }, "the dictionary has too few offsets"],
  ["a day beyond the calendar", {
    type: "date",
    length: 1,
    data: Int32Array.of(2_932_897),
  }, "the date is outside the years 0001 to 9999"],
  ["a moment before the calendar", {
    type: "timestamp",
    length: 2,
    data: BigInt64Array.of(-62135596800000000n, -62135596800000001n),
  }, 'column "c" at row 1: the timestamp is outside'],
];

for (const [what, parts, message] of HOSTILE) {
  testEngines(`writers refuse ${what}`, (engine) => {
    const table = new Table([["c", new Column(parts)]]);
    for (const write of [writeCsvSync, writeNdjsonSync, writeJsonSync]) {
      assertThrows(() => write(table, { engine }), RangeError, message);
    }
    // What stands at a null is not defined.
    if (what.includes("dictionary") || parts.offsets !== undefined) return;
    const validity = new Uint8Array(1);
    const nulls = new Table([["c", new Column({ ...parts, validity })]]);
    assertEquals(
      textOf(writeCsvSync(nulls, { engine })),
      "c\n" + "\n".repeat(parts.length),
    );
  });
}

testEngines(
  "writers refuse shared, resizable and detached buffers",
  (engine) => {
    const buffers: [ArrayBufferLike, string][] = [
      [new SharedArrayBuffer(8), "shared"],
      [new ArrayBuffer(8, { maxByteLength: 16 }), "resizable"],
      [new ArrayBuffer(8), "detached"],
    ];
    for (const [buffer, message] of buffers) {
      const data = new Int32Array(buffer) as Int32Array<ArrayBuffer>;
      const column = new Column({ type: "i32", length: 2, data });
      if (message === "detached") (buffer as ArrayBuffer).transfer();
      const table = new Table([["c", column]]);
      assertThrows(() => writeCsvSync(table, { engine }), TypeError, message);
    }
  },
);

testEngines("async forms give what sync forms give", async (engine) => {
  const table = readCsvSync(flightsBytes("csv", 1e6));
  const csv = writeCsvSync(table, { engine });
  assertEquals(await writeCsv(table, { engine }), csv);
  assertEquals(
    await writeNdjson(table, { engine }),
    writeNdjsonSync(table, { engine }),
  );
  const json = await writeJson(table, { engine });
  assertEquals(json, writeJsonSync(table, { engine }));
  // Little of the array that it stands in is unused.
  assert(json.buffer.byteLength * 7 <= json.length * 8);
});

testEngines(
  "batches give what one table gives, in bounded chunks",
  async (engine) => {
    const bytes = flightsBytes("csv", 3e6);
    const table = readCsvSync(bytes);
    const batches = () => readCsvBatches(bytes, { batchRows: 1001 });
    const csv = await collected(writeCsvBatches(batches(), { engine }));
    assert(csv.text === textOf(writeCsvSync(table)));
    const ndjson = await collected(writeNdjsonBatches(batches(), { engine }));
    assert(ndjson.text === textOf(writeNdjsonSync(table)));
    const json = await collected(writeJsonBatches(batches(), { engine }));
    assert(json.text === textOf(writeJsonSync(table)));
    const whole = await collected(writeCsvBatches([table], { engine }));
    assert(whole.text === csv.text);
    assert(whole.sizes.length > 5);
    for (const size of [...csv.sizes, ...json.sizes, ...whole.sizes]) {
      assert(size > 0 && size < 300_000);
    }
  },
);

testEngines("rows longer than a chunk are written whole", (engine) => {
  const texts = ["a", "b".repeat(3_000_000), "", 'c"'.repeat(400_000), "d"];
  const table = Table.fromColumns({ t: columnOf("utf8", texts) });
  const expected = [
    "t",
    "a",
    texts[1],
    '""',
    `"${'c""'.repeat(400_000)}"`,
    "d",
  ];
  assert(
    textOf(writeCsvSync(table, { engine })) === expected.join("\n") + "\n",
  );
  const lines = texts.map((t) => JSON.stringify({ t }) + "\n").join("");
  assert(textOf(writeNdjsonSync(table, { engine })) === lines);
});

testEngines("batches with other columns are refused in CSV", async (engine) => {
  const other = Table.fromColumns({ id: columnOf("i32", [7]) });
  await assertRejects(
    () => collected(writeCsvBatches([TABLE, other], { engine })),
    RangeError,
    "its columns are not those of the first batch",
  );
  const rows = [[{ a: 1 }], [{ a: 2, b: 3 }]];
  await assertRejects(
    () => collected(writeCsvBatches(rows, { engine })),
    RangeError,
    'Cannot write row 1: the key "b" is not among the columns',
  );
  const chosen = await collected(
    writeCsvBatches(rows, { engine, columns: ["b", "a"] }),
  );
  assertEquals(chosen.text, "b,a\n,1\n3,2\n");
  const json = await collected(
    writeJsonBatches([TABLE, other, [{ a: 1 }]], { engine }),
  );
  assertEquals((JSON.parse(json.text) as object[]).slice(3), [{ id: 7 }, {
    a: 1,
  }]);
});

testEngines(
  "batches of other types in the same columns go on",
  async (engine) => {
    const one = Table.fromColumns({ v: columnOf("i32", [1]) });
    const two = Table.fromColumns({ v: columnOf("utf8", ["x"]) });
    const { text } = await collected(
      writeCsvBatches([one, two, [{ v: 0.5 }], one], { engine }),
    );
    assertEquals(text, "v\n1\nx\n0.5\n1\n");
  },
);

testEngines(
  "a stream without batches has its beginning and end",
  async (engine) => {
    assertEquals((await collected(writeCsvBatches([], { engine }))).text, "");
    assertEquals(
      (await collected(writeJsonBatches([], { engine }))).text,
      "[]\n",
    );
    const columns = ["a", "b"];
    const csv = await collected(writeCsvBatches([], { engine, columns }));
    assertEquals(csv.text, "a,b\n");
  },
);

testEngines(
  "a signal stops the writing, a left loop frees the batches",
  async (engine) => {
    const table = readCsvSync(flightsBytes("csv", 5e5));
    const aborted = { engine, signal: AbortSignal.abort("enough") };
    const reason = await writeCsv(table, aborted).catch((error) => error);
    assertEquals(reason, "enough");
    const controller = new AbortController();
    let given = 0;
    let isClosed = false;
    async function* endless() {
      try {
        while (true) {
          given++;
          yield await Promise.resolve(table);
        }
      } finally {
        isClosed = true;
      }
    }
    const chunks = writeCsvBatches(endless(), {
      engine,
      signal: controller.signal,
    });
    let error: unknown;
    try {
      for await (const _chunk of chunks) {
        if (given === 3) {
          controller.abort("stop");
        }
      }
    } catch (caught) {
      error = caught;
    }
    assertEquals(error, "stop");
    assert(isClosed && given <= 4);
    isClosed = false;
    for await (const _chunk of writeCsvBatches(endless(), { engine })) break;
    assert(isClosed);
  },
);

Deno.test("writers refuse batches of the wrong kind", async () => {
  await assertRejects(
    () => collected(writeCsvBatches(5 as never)),
    TypeError,
    "Cannot write: expected an iterable of batches",
  );
  await assertRejects(
    () => collected(writeCsvBatches([{ a: 1 }] as never)),
    TypeError,
    "Cannot write: expected a Table or an iterable of objects",
  );
  const error = await assertRejects(
    () => collected(writeNdjsonBatches(TABLE as never)),
    TypeError,
  );
  assertStringIncludes(error.message, "an object of Table");
});
