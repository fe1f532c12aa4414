/**
 * Batches, streams and dialects read on several threads give what TypeScript
 * gives: every batch, every error row, and the error that ends it all.
 */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { nativeAvailable } from "../../tests/_engines.ts";
import type { ReadCsvBatchesOptions, RowError } from "../csv/options.ts";
import { readCsv, readCsvBatches } from "../csv/read.ts";
import { ParseError } from "../errors.ts";
import type { BytesInput } from "../input.ts";
import { readNdjson, readNdjsonBatches } from "../ndjson/read.ts";
import type { Table } from "../table/table.ts";
import { comparableTable } from "./_rows_door.ts";

const CELLS = [
  ...["1", "-7", "2.5", "x", "", '""', '"a,b"', '"line\nfeed"', '"q""q"'],
  ...["2024-02-29", "true", "'o\n'", "Oslo", " Lima ", "é", "a\\,b", "1"],
];
const HOSTILE = [
  ...['"', '6" pipe', '"a"b', "\r", "\0", ",", "\n\n", '"open', "\\", '\n#"'],
  ...['"\n', '","', "'", "1,2,3,4", '"\r\n"'],
];
const RECORDS = [
  ...['{"a":1,"b":"x"}', '{"a":2}', '{"b":"y","a":3}', '{"a":null,"b":"x"}'],
  ...["", '{"a":4,"b":"a\\nb"}', '{"a":5,"b":"x"}'],
];
const BROKEN = ['{"a":1', "[1]", '{"a":"t"}', '{"a":1e999}', '{"c":1}'];

type Below = (end: number) => number;

/** Random numbers from a seed (a multiplicative generator, Lehmer 1951). */
function randomOf(seed: number): Below {
  let state = seed;
  return (end) => {
    state = state * 48_271 % 2_147_483_647;
    return state % end;
  };
}

function pick<T>(below: Below, from: readonly T[]): T {
  return from[below(from.length)]!;
}

function csvText(below: Below, oddity: number): string {
  const cell = () =>
    pick(below, oddity > 0 && below(oddity) === 0 ? HOSTILE : CELLS);
  const rows = Array.from({ length: below(50) }, (_, row) => {
    const first = below(3) === 0 ? cell() : `${row}`;
    const note = below(20) === 0 ? '# "note\n' : "";
    return `${first},${cell()},${cell()}${pick(below, ["\n", "\r\n"])}${note}`;
  });
  return `a,b,c\n${rows.join("")}`;
}

function ndjsonText(below: Below, oddity: number): string {
  const rows = Array.from({ length: below(50) }, () => {
    const isOdd = oddity > 0 && below(oddity) === 0;
    return `${pick(below, isOdd ? BROKEN : RECORDS)}\n`;
  });
  return rows.join("");
}

/** Options of a dialect, with what becomes of faulty rows. */
function dialectOf(below: Below): ReadCsvBatchesOptions {
  const one = <T extends object>(options: T) => below(4) === 0 ? options : {};
  return {
    mode: pick(below, ["strict", "lenient", "lenient"]),
    onError: pick(below, ["throw", "collect", "null"]),
    maxErrors: pick(below, [1, 3, 1000]),
    ...one({ escape: "\\" }),
    ...one({ comment: "#" }),
    ...one({ quote: pick(below, ["'", null]) }),
    ...one({ trim: true }),
    ...one({ skipRows: 1 }),
    ...one({ nullTokens: ["x"] }),
    ...one({ header: false }),
    ...one({ types: "text" as const }),
  };
}

/** Everything a reader says, in the order in which it says it. */
async function said(
  read: (report: (error: RowError) => void) => AsyncIterable<Table>,
): Promise<unknown[]> {
  const all: unknown[] = [];
  try {
    for await (const batch of read((error) => all.push(error))) {
      all.push(comparableTable(batch));
    }
  } catch (error) {
    assert(error instanceof ParseError, String(error));
    const { code, line, column, byteOffset, message } = error;
    all.push({ code, line, column, byteOffset, message });
  }
  return all;
}

async function* oneTable(table: Promise<Table>): AsyncGenerator<Table> {
  yield await table;
}

/** A stream of the bytes in chunks of random lengths, some of them empty. */
function streamOf(bytes: Uint8Array, below: Below): BytesInput {
  let at = 0;
  return new ReadableStream<Uint8Array>({
    pull(controller) {
      const end = at + below(40);
      controller.enqueue(bytes.slice(at, end));
      at = end;
      if (at >= bytes.length) controller.close();
    },
  });
}

Deno.test({
  name: "dialects on several threads give what TypeScript gives",
  ignore: !nativeAvailable(),
  async fn() {
    for (let round = 0; round < 300; round++) {
      const below = randomOf(7 + round);
      const text = csvText(below, pick(below, [0, 40, 8]));
      const bytes = new TextEncoder().encode(text);
      const dialect = {
        ...dialectOf(below),
        sampleRows: 1 + below(4),
        batchRows: 1 + below(9),
      };
      const inBatches = round % 2 === 0;
      const ask = (input: BytesInput, more: ReadCsvBatchesOptions) =>
        said((onRowError) => {
          const options = { ...dialect, ...more, onRowError };
          return inBatches
            ? readCsvBatches(input, options)
            : oneTable(readCsv(input, options));
        });
      const expected = await ask(bytes, { engine: "typescript" });
      const typed = await ask(streamOf(bytes, randomOf(3)), {
        engine: "typescript",
      });
      for (const chunkBytes of [1, 2, 7, 1 + below(300)]) {
        const threads = 1 + below(4);
        const more = { engine: "native", chunkBytes, threads } as const;
        const words = `${JSON.stringify([dialect, more])} ${text}`;
        assertEquals(await ask(bytes, more), expected, words);
        const stream = streamOf(bytes, below);
        assertEquals(await ask(stream, more), typed, `stream ${words}`);
      }
    }
  },
});

Deno.test({
  name: "batches on several threads are those of TypeScript",
  ignore: !nativeAvailable(),
  async fn() {
    for (let round = 0; round < 200; round++) {
      const below = randomOf(99 + round);
      const isCsv = round % 2 === 0;
      const oddity = pick(below, [0, 60]);
      const text = isCsv ? csvText(below, oddity) : ndjsonText(below, oddity);
      const bytes = new TextEncoder().encode(text);
      const sizes = { sampleRows: 1 + below(4), batchRows: 1 + below(9) };
      const inBatches = round % 4 < 2;
      const ask = (input: BytesInput, more: ReadCsvBatchesOptions) =>
        said(() => {
          const options = { ...sizes, ...more };
          if (inBatches) {
            return isCsv
              ? readCsvBatches(input, options)
              : readNdjsonBatches(input, options);
          }
          return oneTable(
            isCsv ? readCsv(input, options) : readNdjson(input, options),
          );
        });
      for (const isStream of [false, true]) {
        const input = () => isStream ? streamOf(bytes, below) : bytes;
        const expected = await ask(input(), { engine: "typescript" });
        for (const chunkBytes of [1, 3, 16, 1 + below(300)]) {
          const threads = 1 + below(4);
          const more = { engine: "native", chunkBytes, threads } as const;
          assertEquals(
            await ask(input(), more),
            expected,
            `${JSON.stringify([sizes, more, isStream])} ${text}`,
          );
        }
      }
    }
  },
});

/** A stream that gives its chunks and then hangs; says when it is let go. */
function hanging(text: string): { stream: BytesInput; gone: Promise<void> } {
  const { promise, resolve } = Promise.withResolvers<void>();
  const stream = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(new TextEncoder().encode(text)),
    cancel: () => resolve(),
  });
  return { stream, gone: promise };
}

Deno.test({
  name: "what a slow stream has given is read without waiting for more",
  ignore: !nativeAvailable(),
  async fn() {
    const { stream, gone } = hanging("a\n1\n2\n3\n4\n5\n");
    const batches = readCsvBatches(stream, {
      engine: "native",
      batchRows: 2,
      sampleRows: 2,
    });
    const first = await batches.next();
    assertEquals(first.value!.toObjects(), [{ a: 1 }, { a: 2 }]);
    assertEquals((await batches.next()).value!.numRows, 2);
    // The next read hangs already; who leaves ends it.
    await batches.return();
    await gone;
  },
});

Deno.test({
  name: "an abort ends a stream that hangs",
  ignore: !nativeAvailable(),
  async fn() {
    const { stream, gone } = hanging("a\n1\n");
    const controller = new AbortController();
    setTimeout(() => controller.abort(new Error("enough")), 20);
    const { signal } = controller;
    await assertRejects(
      () => readCsv(stream, { engine: "native", signal }),
      Error,
      "enough",
    );
    await gone;
  },
});

Deno.test({
  name: "an error of a stream comes behind what it gave",
  ignore: !nativeAvailable(),
  async fn() {
    async function* broken() {
      yield new TextEncoder().encode("a\n" + "1\n".repeat(100_000));
      await Promise.resolve();
      throw new Error("cable cut");
    }
    let rows = 0;
    await assertRejects(
      async () => {
        const options = { engine: "native", batchRows: 1000 } as const;
        for await (const batch of readCsvBatches(broken(), options)) {
          rows += batch.numRows;
        }
      },
      Error,
      "cable cut",
    );
    assertEquals(rows, 100_000);
  },
});
