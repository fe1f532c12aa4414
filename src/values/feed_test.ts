import { assertEquals } from "@std/assert";
import { PIECE_BYTES } from "./block.ts";
import { Feed } from "./feed.ts";

/** Splits at line feeds; says how many bytes it was shown. */
function readLines(
  chunks: Uint8Array[],
): { lines: number[]; shown: number; offsets: number[] } {
  const feed = new Feed();
  const lines: number[] = [];
  const offsets: number[] = [];
  let shown = 0;
  chunks.forEach((bytes, index) => {
    const input = { bytes, position: 0 };
    const last = index === chunks.length - 1;
    while (input.position < bytes.length || last) {
      if (!feed.open(input, last)) break;
      const { window, isEnd, offset } = feed;
      shown += window.length;
      let done = window.indexOf(10) + 1;
      if (done === 0 && isEnd) done = window.length;
      if (done > 0) {
        lines.push(done);
        offsets.push(offset);
      }
      feed.close(input, done, done === 0);
      if (isEnd && done === window.length) break;
    }
  });
  return { lines, shown, offsets };
}

Deno.test("Feed gives each record whole, wherever chunks end", () => {
  const text = "ab\n\ncdefg\nh";
  const bytes = new TextEncoder().encode(text);
  for (let size = 1; size <= bytes.length; size++) {
    const chunks: Uint8Array[] = [];
    for (let at = 0; at < bytes.length; at += size) {
      chunks.push(bytes.subarray(at, at + size));
    }
    const { lines, offsets } = readLines(chunks);
    assertEquals(lines.filter((length) => length > 0), [3, 1, 6, 1]);
    assertEquals(offsets.slice(0, 4), [0, 3, 4, 10]);
  }
});

Deno.test("Feed shows a long record a constant number of times", () => {
  const size = 1 << 16;
  const count = 512;
  const chunks = Array.from({ length: count }, () => new Uint8Array(size));
  const { lines, shown } = readLines(chunks);
  assertEquals(lines, [size * count]);
  assertEquals(shown < 4 * size * count, true);
});

Deno.test("Feed cuts bytes in memory into pieces", () => {
  const feed = new Feed();
  const input = { bytes: new Uint8Array(3 * PIECE_BYTES), position: 0 };
  assertEquals(feed.open(input, true), true);
  assertEquals([feed.window.length, feed.isEnd], [PIECE_BYTES, false]);
  feed.close(input, 10, true);
  assertEquals(input.position, 10);
});
