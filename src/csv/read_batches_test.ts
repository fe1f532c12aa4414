/** `readCsvBatches`, streams, signals, progress and wrong options. */

import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { bytesOf, streamOf, testEngines } from "../../tests/_engines.ts";
import { FastpathError, ParseError } from "../errors.ts";
import type { Table } from "../table/table.ts";
import type { ReadCsvOptions } from "./options.ts";
import { readCsv, readCsvBatches, readCsvSync } from "./read.ts";

testEngines("readCsvBatches() makes batches of exact size", async (engine) => {
  const text = `n,t\n${
    Array.from({ length: 25 }, (_, n) => `${n},x${n}\n`).join("")
  }`;
  for (const sampleRows of [1, 7, 10, 1000]) {
    for (const input of [bytesOf(text), streamOf(bytesOf(text), 9)]) {
      const sizes: number[] = [];
      const numbers: unknown[] = [];
      const options = { engine, batchRows: 10, sampleRows };
      for await (const batch of readCsvBatches(input, options)) {
        sizes.push(batch.numRows);
        numbers.push(...batch.column("n").toArray());
      }
      assertEquals(sizes, [10, 10, 5]);
      assertEquals(numbers, Array.from({ length: 25 }, (_, n) => n));
    }
  }
});

testEngines("readCsvBatches() delivers rows before a fault", async (engine) => {
  for (
    const [text, code, options] of [
      ["n\n1\n2\n3\n4,5\n", "RAGGED_ROW", {}],
      ["n\n1\n2\n3\nx\n", "TYPE_MISMATCH", { sampleRows: 1 }],
      ["n\n1\n2\n3\n\0\n", "NUL_BYTE", { sampleRows: 3 }],
    ] as const
  ) {
    const seen: unknown[] = [];
    const error = await assertRejects(async () => {
      const batches = readCsvBatches(bytesOf(text), {
        engine,
        batchRows: 2,
        ...options,
      });
      for await (const batch of batches) {
        seen.push(...batch.column("n").toArray());
      }
    }, ParseError);
    assertEquals(error.code, code);
    assertEquals([error.line, seen], [5, [1, 2, 3]]);
  }
});

testEngines("readCsvBatches() types by all rows if asked", async (engine) => {
  const text = `n\n${"1\n".repeat(50)}x\n`;
  const options = { engine, sampleRows: 4, batchRows: 20 } as const;
  const types: string[] = [];
  const bytes = bytesOf(text);
  for await (
    const batch of readCsvBatches(bytes, { ...options, inferRows: "all" })
  ) types.push(batch.column("n").type);
  assertEquals(types, ["utf8", "utf8", "utf8"]);
  // A fault ends the inference; the rows before it are delivered all the same.
  const broken = bytesOf(`n\n${"1\n".repeat(9)}1.5\n"\n`);
  const seen: unknown[] = [];
  await assertRejects(async () => {
    for await (
      const batch of readCsvBatches(broken, { ...options, inferRows: "all" })
    ) seen.push(...batch.column("n").toArray());
  }, ParseError);
  assertEquals(seen, [...Array(9).fill(1), 1.5]);
});

Deno.test("readCsvBatches() cannot read a stream twice", async () => {
  const stream = streamOf(bytesOf("a\n1\n"), 4);
  await assertRejects(
    () => readCsvBatches(stream, { inferRows: "all" }).next(),
    TypeError,
    "a stream cannot be read twice",
  );
});

testEngines(
  "readCsvBatches() gives the names of an input without rows",
  async (engine) => {
    const batches: Table[] = [];
    for await (const batch of readCsvBatches(bytesOf("a,b\n"), { engine })) {
      batches.push(batch);
    }
    assertEquals(batches.map((batch) => batch.columnNames), [["a", "b"]]);
  },
);

testEngines("readCsvBatches() stops at the limit", async (engine) => {
  for (const limit of [0, 1, 9, 10, 11, 20, 25]) {
    let rows = 0;
    const bytes = bytesOf(`n\n${"1\n".repeat(20)}`);
    const options = { engine, limit, batchRows: 10, sampleRows: 5 };
    for await (const batch of readCsvBatches(bytes, options)) {
      rows += batch.numRows;
    }
    assertEquals(rows, Math.min(limit, 20));
  }
});

testEngines(
  "readCsvBatches() closes the file of a loop that is left",
  async (engine) => {
    const path = await Deno.makeTempFile();
    try {
      await Deno.writeTextFile(path, "n\n" + "1\n".repeat(2_000_000));
      // The test runner fails where a file stays open.
      for await (const batch of readCsvBatches(path, { engine })) {
        assertEquals(batch.numRows, 65_536);
        break;
      }
    } finally {
      await Deno.remove(path);
    }
  },
);

testEngines(
  "readCsvBatches() cancels the stream of a loop that is left",
  async (engine) => {
    let cancelled = false;
    const stream = new ReadableStream<Uint8Array<ArrayBuffer>>({
      pull: (controller) =>
        controller.enqueue(bytesOf("n\n" + "1\n".repeat(99))),
      cancel: () => {
        cancelled = true;
      },
    });
    const options = { engine, header: false, batchRows: 5, sampleRows: 5 };
    for await (const batch of readCsvBatches(stream, options)) {
      assertEquals(batch.numRows, 5);
      break;
    }
    assert(cancelled);
  },
);

testEngines("readCsv() stops when the signal says so", async (engine) => {
  const bytes = bytesOf("n\n" + "1234567\n".repeat(3_000_000));
  const controller = new AbortController();
  const reason = new Error("enough");
  setTimeout(() => controller.abort(reason), 5);
  const error = await assertRejects(
    () => readCsv(bytes, { engine, signal: controller.signal }),
    Error,
  );
  assertEquals(error, reason);
  await assertRejects(
    () =>
      readCsv(bytesOf("a\n"), { engine, signal: AbortSignal.abort(reason) }),
    Error,
    "enough",
  );
});

testEngines("readCsv() tells its progress", async (engine) => {
  const bytes = bytesOf("n\n" + "1234567\n".repeat(300_000));
  const seen: number[] = [];
  await readCsv(streamOf(bytes, 100_000), {
    engine,
    onProgress: (bytesDone) => seen.push(bytesDone),
  });
  assertEquals(seen.at(-1), bytes.length);
  assertEquals(seen.toSorted((a, b) => a - b), seen);
});

Deno.test("readCsv() rejects inputs and options of the wrong kind", async () => {
  await assertRejects(() => readCsv(1 as never), TypeError, "found a number");
  await assertRejects(
    () => readCsv("/no/such/file.csv"),
    FastpathError,
    'Cannot read "/no/such/file.csv": no such file',
  );
  const shared = new Uint8Array(new SharedArrayBuffer(8));
  await assertRejects(() => readCsv(shared), TypeError, "shared");
  const wrong: [unknown, typeof TypeError | typeof RangeError, string][] = [
    [{ delimiter: ";;" }, RangeError, 'it is ";;"'],
    [{ delimiter: '"' }, RangeError, "delimiter"],
    [{ delimiter: "\n" }, RangeError, "delimiter"],
    [{ delimiter: "é" }, RangeError, "delimiter"],
    [{ delimiter: 59 }, TypeError, "delimiter must be a string"],
    [{ header: 1 }, TypeError, "header"],
    [{ types: "auto!" }, RangeError, 'types must be "auto" or "text"'],
    [{ limit: -1 }, RangeError, "limit must be a whole number from 0"],
    [{ sampleRows: 0 }, RangeError, "sampleRows"],
    [{ batchRows: 1.5 }, RangeError, "batchRows"],
    [{ batchRows: "5" }, TypeError, "batchRows must be a number"],
    [{ schema: { a: "int" } }, RangeError, 'column "a" as "int"'],
    [{ schema: "a" }, TypeError, "schema"],
    [{ engine: "wasm" }, RangeError, "engine"],
    [{ signal: {} }, TypeError, "signal"],
    [{ onProgress: 1 }, TypeError, "onProgress"],
    [{ inferRows: "none" }, RangeError, "inferRows"],
  ];
  for (const [options, errorClass, message] of wrong) {
    const bytes = bytesOf("a\n1\n");
    assertThrows(
      () => readCsvSync(bytes, options as ReadCsvOptions),
      errorClass,
      message,
    );
  }
});
