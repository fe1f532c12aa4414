/** The form of an input by its name and by its first bytes. */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { bytesOf, streamOf } from "../../tests/_engines.ts";
import { formatOfPath, type RowsFormat, withFormat } from "./_format.ts";

Deno.test("format: by the ending of a path", () => {
  const cases: [string, RowsFormat][] = [
    ["a.csv", "csv"],
    ["a", "csv"],
    ["a.tsv", "csv"],
    ["a.NDJSON", "ndjson"],
    ["a.jsonl.gz", "ndjson"],
    ["a.json.zst", "json"],
    ["a.arrow", "arrow"],
    ["a.arrows", "arrow"],
    ["a.feather", "arrow"],
    ["a.json.csv", "csv"],
  ];
  for (const [path, form] of cases) {
    assertEquals(formatOfPath(path), form, path);
  }
});

Deno.test("format: by the first bytes, in any chunks", async () => {
  const cases: [string, RowsFormat][] = [
    ["", "csv"],
    ["a,b\n", "csv"],
    [' \r\n{"a":1}', "ndjson"],
    ['\ufeff{"a":1}', "ndjson"],
    ['[{"a":1}]', "json"],
    ['\ufeff\n[\r\n\t {"a":1}]', "json"],
    ["[ ]", "json"],
    ["[]", "json"],
    ["[", "csv"],
    ["[a],[b]\n1,2\n", "csv"],
    ["[1,2]\n", "csv"],
    ["[\ufeff{}]", "csv"],
    ["ARROW1\0\0", "arrow"],
    ["ARROW1\0", "csv"],
    ["ARROW,b\n", "csv"],
    ["A", "csv"],
    [" ARROW1\0\0", "csv"],
  ];
  const inputs = cases.map(([text, form]) => [bytesOf(text), form] as const);
  const binary: [number[], RowsFormat][] = [
    [[255, 255, 255, 255], "arrow"],
    [[255, 255, 255], "csv"],
    [[255, 254, 123, 0], "csv"],
  ];
  for (const [bytes, form] of binary) {
    inputs.push([new Uint8Array(bytes), form]);
  }
  for (const [bytes, form] of inputs) {
    assertEquals((await withFormat(bytes, {})).format, form, String(bytes));
    for (const size of [1, 2, 3, 100]) {
      const found = await withFormat(streamOf(bytes, size), {});
      assertEquals(found.format, form, String(bytes));
      // Nothing that was looked at is lost.
      const all: number[] = [];
      for await (const chunk of found.input as AsyncIterable<Uint8Array>) {
        all.push(...chunk);
      }
      assertEquals(all, [...bytes]);
    }
  }
});

Deno.test("format: white space is looked through up to a bound", async () => {
  const blank = new Uint8Array(1 << 20).fill(32);
  const [brace] = bytesOf("{");
  const long = new Uint8Array([...blank, 32, 32, brace!]);
  const short = new Uint8Array([...blank.subarray(2), brace!]);
  for (const [bytes, form] of [[long, "csv"], [short, "ndjson"]] as const) {
    assertEquals((await withFormat(bytes, {})).format, form);
    const streamed = await withFormat(streamOf(bytes, 60_000), {});
    assertEquals(streamed.format, form);
  }
});

Deno.test("format: an input that is refused is let go", async () => {
  let cancelled = false;
  const stream = new ReadableStream<Uint8Array>({
    start: (to) => to.enqueue(bytesOf("[{}]")),
    cancel: () => void (cancelled = true),
  });
  const refuse = (format: RowsFormat) => {
    throw new Error(`no ${format}`);
  };
  await assertRejects(() => withFormat(stream, {}, refuse), Error, "no json");
  assert(cancelled);
});
