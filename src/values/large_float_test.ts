import { assertEquals } from "@std/assert";
import { Random } from "../../bench/data/_random.ts";
import { largeFloat } from "./large_float.ts";

const encoder = new TextEncoder();

function read(text: string): number {
  const bytes = encoder.encode(`x${text}7`);
  return largeFloat(bytes, 1, bytes.length - 1);
}

Deno.test("largeFloat() takes what ECMAScript prints", () => {
  const random = new Random(5);
  for (let round = 0; round < 1000; round++) {
    const value = 2 ** (53 + 16.7 * random.below(2 ** 31) / 2 ** 31);
    for (const whole of [Math.round(value), -Math.round(value)]) {
      assertEquals(read(String(whole)), whole);
    }
  }
});

Deno.test("largeFloat() refuses every other text", () => {
  const texts = [
    ...["9007199254740993", "18446744073709551616", "100000000000000001"],
    ...["999999999999999999999", "1000000000000000000000", "1e17", "x", ""],
    ...["0100000000000000000", "+100000000000000000", "-", "1".repeat(30)],
    ...["--100000000000000000", "100000000000000000.", " 10000000000000000"],
  ];
  for (const text of texts) assertEquals(read(text), NaN, text);
});
