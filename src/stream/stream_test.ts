import { assertEquals, assertRejects } from "@std/assert";
import { byteReader } from "./byte_reader.ts";
import { readAhead } from "./read_ahead.ts";

/** Chunks of the given lengths, numbered bytes. */
function* chunks(lengths: readonly number[]): Generator<Uint8Array> {
  let next = 0;
  for (const length of lengths) {
    yield Uint8Array.from({ length }, () => next++ & 255);
  }
}

function joinedOf(lengths: readonly number[]): number[] {
  return [...chunks(lengths)].flatMap((chunk) => [...chunk]);
}

const LENGTHS = [1, 0, 70_000, 3, 200_000, 5, 30_000];

Deno.test("byteReader() reads byte streams into one buffer", async () => {
  const list = chunks(LENGTHS.filter((length) => length > 0));
  const stream = new ReadableStream({
    type: "bytes",
    pull(controller) {
      const { value, done } = list.next();
      if (!done) return controller.enqueue(value as Uint8Array<ArrayBuffer>);
      controller.close();
      controller.byobRequest?.respond(0);
    },
  });
  const reader = byteReader(stream);
  const all: number[] = [];
  let before: ArrayBuffer | null = null;
  while (true) {
    const chunk = await reader.read() as Uint8Array<ArrayBuffer> | null;
    if (chunk === null) break;
    // The buffer of the last chunk went back into the stream.
    assertEquals(before?.detached ?? true, true);
    for (const byte of chunk) all.push(byte);
    before = chunk.buffer;
  }
  assertEquals(all, joinedOf(LENGTHS));
});

Deno.test("byteReader() reads streams of anything as they are", async () => {
  const reader = byteReader(ReadableStream.from(chunks([2, 1])));
  assertEquals(await reader.read(), new Uint8Array([0, 1]));
  assertEquals(await reader.read(), new Uint8Array([2]));
  assertEquals(await reader.read(), null);
});

Deno.test("byteReader() refuses a stream that somebody reads", async () => {
  const stream = new Blob(["a"]).stream();
  stream.getReader();
  await assertRejects(
    () => Promise.resolve().then(() => byteReader(stream)),
    TypeError,
  );
});

Deno.test("readAhead() gathers chunks, whatever their lengths", async () => {
  async function* given() {
    for (const chunk of chunks(LENGTHS)) {
      await Promise.resolve();
      yield chunk as Uint8Array<ArrayBuffer>;
    }
  }
  const all: number[] = [];
  const lengths: number[] = [];
  for await (const block of readAhead(given(), 65_536)) {
    lengths.push(block.length);
    for (const byte of block) all.push(byte);
  }
  assertEquals(all, joinedOf(LENGTHS));
  assertEquals(lengths.slice(0, -1).every((length) => length >= 65_536), true);
});

Deno.test("readAhead() throws an error after what came before it", async () => {
  let isClosed = false;
  async function* broken() {
    try {
      yield new Uint8Array(100);
      await Promise.resolve();
      yield new Uint8Array(50);
      throw new Error("broken pipe");
    } finally {
      isClosed = true;
    }
  }
  let bytes = 0;
  await assertRejects(
    async () => {
      for await (const block of readAhead(broken(), 100)) bytes += block.length;
    },
    Error,
    "broken pipe",
  );
  assertEquals([bytes, isClosed], [100, true]);
});

Deno.test("readAhead() is left at once while a read hangs", async () => {
  const hang = Promise.withResolvers<void>();
  async function* hanging() {
    yield new Uint8Array(100);
    await hang.promise;
  }
  for await (const _ of readAhead(hanging(), 100)) break;
  hang.resolve();
});
