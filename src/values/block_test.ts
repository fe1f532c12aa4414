import { assertEquals } from "@std/assert";
import { FieldBlock, growColumn } from "./block.ts";

const encoder = new TextEncoder();

Deno.test("FieldBlock.locate() counts from the block's own place", () => {
  const block = new FieldBlock();
  block.bytes = encoder.encode("ab\ncd\n\nef");
  block.base = 100;
  block.baseLine = 7;
  block.baseLineStart = 90;
  const at = (index: number) => {
    const { line, column, byteOffset } = block.locate(index);
    return [line, column, byteOffset];
  };
  assertEquals(at(0), [7, 11, 100]);
  assertEquals(at(2), [7, 13, 102]);
  assertEquals(at(3), [8, 1, 103]);
  assertEquals(at(8), [10, 2, 108]);
});

Deno.test("FieldBlock.openExtra() keeps earlier texts when it grows", () => {
  const block = new FieldBlock();
  const text = encoder.encode("x".repeat(3000));
  for (let index = 0; index < 100; index++) {
    const start = block.openExtra(text.length, index);
    block.extra.set(text, start);
    block.extraLength = start + text.length;
  }
  assertEquals(block.sources, 100);
  assertEquals(block.sourceStart[99], 99);
  const used = block.extra.subarray(0, block.extraLength);
  assertEquals(used.every((byte) => byte === 120), true);
});

Deno.test("growColumn() keeps the spans", () => {
  const column = { start: Uint32Array.of(5), meta: Uint32Array.of(6) };
  growColumn(column, 2);
  assertEquals([column.start[0], column.meta[0]], [5, 6]);
  assertEquals(column.start.length === column.meta.length, true);
});
